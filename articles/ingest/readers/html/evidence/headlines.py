"""Which of the titles of a page is the headline, and what of it is the name of the site."""

import re
from collections.abc import Sequence, Set

from articles.ingest.readers.html.evidence.clues import Clue, key
from articles.ingest.readers.html.evidence.moments import is_date_alone
from articles.text.grouping import by_key
from articles.text.tables import tables_of

_SEPARATOR = re.compile(
    r"\s+(?:[|｜\-–—·•»«›‹/:~]|::|\|\||>|<|→|←)\s+|\s*[|｜ㅣ»«›‹]\s*|:\s+|\s*[—–_]\s*|\s+@\s+|"
    r"(?<=[\u3000-\u9fff\uac00-\ud7a3\uff01-\uff5e])-(?=[\u3040-\u9fff\uac00-\ud7a3])"
)
# Shorter parts of a title are shown on many pages, in menus for one.
SHORTEST_PART = 12
_HEADINGS = ("h1", "heading h1")
_WEAK = ("heading h1", "bold type")
_SHOWN = (*_HEADINGS, "heading class", "heading text", "large type", "bold type")
# A word of four letters, or two letters of a script that puts no spaces between words.
_WORD = re.compile(r"[\u3040-\u9fff\uac00-\ud7a3]{2}|\w{4,}")
# Signs between parts of a title, of which the last is missing.
_END = re.compile(r"(?:\s*[|:·•/–—-]\s*(?:\.\.\.|…)?)+$")

_NO_HEADLINE = frozenset(["", *tables_of(__file__)["no_headline"].split()])


def choose_headline(clues: Sequence[Clue], sites: frozenset[str], host: str) -> Clue:
    """The heading that the page shows above its text, whole; without a heading, the title on which most places agree.

    ``sites`` are the keys of names that the page gives its site, ``host`` its host. Empty without any title.
    """
    whole = {key(clue.value) for clue in clues if clue.origin in _SHOWN}
    stated = {key(clue.value) for clue in clues if clue.origin not in (*_SHOWN, "title")}
    titles, unfit = (whole | stated) - sites, _NO_HEADLINE - (whole & stated - {""})
    fit: list[Clue] = []
    for clue in clues:
        # An attribute ends at a quotation mark that its system did not write as a reference.
        title = next((other.value for other in clues if other.value.startswith(f'{clue.value} "')), clue.value)[:400]
        title = _END.sub("", _without_site(title, sites, host, titles, whole))
        if key(title) not in unfit and "://" not in title and not is_date_alone(title):
            fit.append(Clue(title, clue.origin))
    fit = [clue for clue in fit if not _is_site_name(clue.value, sites, host)] or fit
    groups = by_key((key(clue.value), clue) for clue in fit)
    in_head = [[clue for clue in group if clue.origin not in _SHOWN] for group in groups.values()]
    in_head = sorted(filter(None, in_head), key=_places, reverse=True)
    # A line in bold, and one of several headings that no title confirms, say least.
    agreed = max(groups.values(), key=lambda group: (_places(group), group[0].origin not in _WEAK), default=[])
    return _main_heading(fit, in_head) or next(iter(agreed), Clue("", ""))


def _main_heading(clues: Sequence[Clue], in_head: Sequence[Sequence[Clue]]) -> Clue | None:
    """The ``h1`` that a title of the head confirms: word for word, or without a rubric before it; else the only one
    that has a word in common with such a title. ``in_head`` are these titles, those on which most agree first."""
    headings = [clue for clue in clues if clue.origin in _HEADINGS]
    for group in in_head:
        title = key(group[0].value)
        for heading in headings:
            if key(heading.value) == title:
                # Lines of a heading have no sign between them where a title has a colon.
                return max([heading, *group], key=lambda clue: (key(clue.value) == title, len(clue.value)))
            if len(title) >= SHORTEST_PART and key(heading.value).endswith(title):
                return group[0]
    titles = [clue.value for group in in_head for clue in group]
    related = [clue for clue in headings if not titles or any(_has_words_of(clue.value, title) for title in titles)]
    return related[0] if len(related) == 1 else None


def _has_words_of(heading: str, title: str) -> bool:
    """``True`` if a word of one is within a word of the other, or is one."""
    pairs = (heading.casefold(), title.casefold()), (title.casefold(), heading.casefold())
    return any(word in other for text, other in pairs for word in _WORD.findall(text))


def _places(group: Sequence[Clue]) -> int:
    """In how many kinds of places a title is; metas repeat each other."""
    return len({clue.origin.partition(" ")[0] for clue in group})


def parts_of_title(title: str) -> list[str]:
    """The title without the name of its site, in all possible ways: the part before or after each separator."""
    seams = list(_SEPARATOR.finditer(title))[:8]
    return [title[seam.end() :].strip() for seam in seams] + [title[: seam.start()].strip() for seam in reversed(seams)]


def _without_site(title: str, sites: Set[str], host: str, titles: Set[str], whole: Set[str]) -> str:
    """A title without the name of the site, and without what others lack; one shown ``whole`` only without the name."""
    for _ in range(3):
        pairs = [(title[: seam.start()].strip(), title[seam.end() :].strip()) for seam in _SEPARATOR.finditer(title)]
        # A rubric before a colon may be shown apart, and is no headline.
        parts = [part for pair in pairs if all(map(key, pair)) for part in pair if f"{part}:" not in title]
        others = titles if key(title) not in whole else frozenset()
        found = [part for part in parts if key(part) in others and len(key(part)) > 3]
        found += [before for before, after in pairs if key(before) and _is_site_name(after, sites, host)]
        found += [after for before, after in pairs if key(after) and _is_site_name(before, sites, host)]
        if not found:
            break
        title = found[0]
    return title


def _is_site_name(text: str, sites: Set[str], host: str) -> bool:
    """``True`` if a part of a title is the name of the site: given elsewhere, or spelt like the host."""
    bare, domain = key(text), host.removeprefix("www.")
    labels = [label for label in map(key, domain.split(".")[:-1]) if len(label) >= 3]
    return bool(bare) and (bare in sites or bare == key(domain) or bare in labels)
