"""Days in the languages of the press: names of months, as ``without_accents`` gives them, and forms of dates."""

import re

from articles.text.alphabet import without_accents
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
MONTHS_ELSEWHERE: dict[str, int] = {
    without_accents(name.replace("_", " ")): number
    for number, names in enumerate(_TABLES["months"], 1)
    for name in names.split()
}
# From 0 for Monday on; ``None`` if a name is of two days, or of none.
WEEKDAYS_ELSEWHERE: dict[str, int | None] = dict.fromkeys(map(without_accents, _TABLES["day_words"].split()))
for _number, _names in enumerate(_TABLES["weekdays"]):
    for _name in (without_accents(name.replace("_", " ")) for name in _names.split()):
        WEEKDAYS_ELSEWHERE[_name] = None if _name in WEEKDAYS_ELSEWHERE else _number

DAY_FORMS = tuple(re.compile(form.replace("{month}", _TABLES["month"]), re.IGNORECASE) for form in _TABLES["day_forms"])
_CLOCK, _CLOCK_AFTER_NUMBERS = (re.compile(_TABLES[name]) for name in ("clock", "clock_after_numbers"))


def month_of(name: str) -> int | None:
    """The number of a month by its name in any of the languages, also with the Hebrew prefix ``ב``."""
    bare = without_accents(name)
    return MONTHS_ELSEWHERE.get(bare) or MONTHS_ELSEWHERE.get(bare.removeprefix("ב"))


def in_numbers(line: str) -> str:
    """Written dates in numbers, even impossible ones: ``am 5. Mai 2013 um 10.30 Uhr`` as ``am 2013-05-05 10:30``."""
    for form in DAY_FORMS:
        at = 0
        while match := form.search(line, at):
            at = match.end()
            parts = match.groupdict()
            month = int(parts["number"]) if parts.get("number") else month_of(parts["month"])
            if not month:
                continue
            written = f"{parts['year']}-{month:02}-{int(parts['day']):02}"
            if clock := _CLOCK.match(line, match.end()):
                written += " " + ":".join(filter(None, clock.group("hour", "minute", "second")))
            line = line[: match.start()] + written + line[(clock or match).end() :]
            at = match.start() + len(written)
    return _CLOCK_AFTER_NUMBERS.sub(r"\g<day> \g<hour>:\g<minute>", line)
