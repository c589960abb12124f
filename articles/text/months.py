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

# Al Jazeera prints both names of an Arab month, ``سبتمبر/أيلول``; the Levant has months of two words.
# Vowels of India and Thailand are no letters.
_LETTER = r"(?:[^\W\d_]|[\u0900-\u0dff\u0e00-\u0e7f])"
_MONTH = rf"(?P<month>{_LETTER}{{2,14}}(?:\s(?:الثاني|الأول))?)(?:/[^\W\d_ ]{{2,14}}(?:\s(?:الثاني|الأول))?)?"
# After the year in Russian and Arabic.
_ERA = r"(?:\s?(?:г\.|года(?!\w)|م(?!\w)))?"
DAY_FORMS = (
    # 5 août 2013, 6.set.2023, 1er mars 1998, 5 de mayo de 2013, 1º de maio de 2013, 3. Jänner 2001, 4-ago-2020,
    # 5 בינואר 2013; 4 listopada 2025 is November in Polish, 4. listopada October in Croatian
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:er|[.ºª°](?! listopada))?[\s-]{{0,3}}(?:de\s)?\s?{_MONTH}"
        rf"(?:\.|(?=[\s,-]))[\s,-]{{0,3}}(?:del?\s+)?(?P<year>\d{{4}})(?!\d(?!\d?:\d\d)){_ERA}",
        re.IGNORECASE,
    ),
    # mayo 5, 2013; Januar 5 2013
    re.compile(rf"(?<![^\W\d_]){_MONTH}\.?\s(?P<day>\d{{1,2}})(?:,\s?|\s)(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
    # 2013. május 3., 2013 m. gegužės 3 d.
    re.compile(
        rf"(?<!\d)(?P<year>\d{{4}})\.?\s(?:m\.\s)?{_MONTH}\s(?P<day>\d{{1,2}})(?:\.(?!\d)|\sd\.|(?![\d.]))",
        re.IGNORECASE,
    ),
    # 2013년 5월 3일
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?년\s?(?P<number>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일"),
    # ngày 5 tháng 3 năm 2013, 5 tháng 3, 2013
    re.compile(
        r"(?<!\d)(?P<day>\d{1,2})\s+tháng\s+(?P<number>\d{1,2})(?:\s+năm|,)\s+(?P<year>\d{4})(?!\d)", re.IGNORECASE
    ),
)
# The time after such a day: ``um 10.30 Uhr``, ``à 10h30``, ``a las 10:30``, ``alle 10.30``, ``kl. 10.30``.
_CLOCK = re.compile(
    r"(?:\s?[,·|–-])?\s(?:(?:um|à|a las|às|as|alle(?: ore)?|ore|kl\.?|klo|om|o|u|в|at)\s)?"
    r"(?P<hour>[01]?\d|2[0-3])\s?[h:.]\s?(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?!\d)(?:\s?(?:Uhr|uur|ч\.|h)(?!\w))?"
)
# The time after a day in numbers: ``16/03/2019 à 11h05``.
_CLOCK_AFTER_NUMBERS = re.compile(
    r"(?P<day>\d[./-]\d{4}),?\s(?:um|à|a las|às|as|alle(?: ore)?|ore|kl\.?|klo|om|o|u|в)\s"
    r"(?P<hour>[01]?\d|2[0-3])\s?[h:.]\s?(?P<minute>[0-5]\d)(?!\d)"
)


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
