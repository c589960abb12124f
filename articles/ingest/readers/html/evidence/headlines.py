"""Which of the titles of a page is the headline, and what of it is the name of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from articles.ingest.readers.html.evidence.clues import Clue, key
from articles.ingest.readers.html.evidence.moments import is_date_alone

_SEPARATOR = re.compile(r"\s+(?:[|｜\-–—·•»«›‹/:~]|::|\|\||>|<|→|←)\s+|\s*[|｜»«›‹]\s*|:\s+|\s*[—–_]\s*|\s+@\s+")
_CUT = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])$")
_LONGEST = 400

# How much the places of titles weigh; two that agree outweigh one.
_WEIGHTS = {
    "JSON-LD": 3.0, "microdata": 3.0, "h1": 2.6, "meta": 2.0, "large": 1.8, "title": 1.6, "heading": 1.5, "bold": 1.2,
}  # fmt: skip
_LATER_META = 1.4
# Words that are no headline by themselves, whatever page has them.
_NO_HEADLINE = frozenset(
    """untitled untitleddocument home homepage index news article blog title null undefined newpage1 startseite accueil
    inicio unbenannt unbenanntesdokument neueseite1 documentosenzatitolo documentsanstitre documentosintítulo
    documentosemtítulo naamloosdocument dokumentbeztytułu adsızbelge безымянныйдокумент новаястраница1 无标题文档
    無標題文件 noname""".split()
)


def choose_headline(clues: Sequence[Clue], sites: Iterable[str], host: str) -> Clue | None:
    """The title on which most places agree, as the surest of them writes it.

    ``sites`` are names that the page gives its site, ``host`` its host. A name is cut off a title only if another
    title of the page, one of the ``sites`` or the host says that it is one.
    """
    names = {key(site) for site in sites} - {""}
    titles = {key(clue.value) for clue in clues if clue.origin != "title"}
    trimmed = [Clue(trim_title(clue.value[:_LONGEST], names, host, titles), clue.origin) for clue in clues]
    usable = [clue for clue in trimmed if _may_be_headline(clue.value, names)]
    groups: list[list[Clue]] = []
    for clue in usable:
        group = next((group for group in groups if _agree(group[0].value, clue.value)), None)
        if group is None:
            groups.append([clue])
        else:
            group.append(clue)
    if not groups:
        return None
    best = max(groups, key=_weight)
    whole = [clue for clue in best if not _CUT.search(clue.value)] or best
    longest = max(len(key(clue.value)) for clue in whole)
    chosen = next(clue for clue in whole if len(key(clue.value)) == longest)
    return Clue(chosen.value, chosen.origin)


def _weight(group: Sequence[Clue]) -> float:
    """Several metas repeat each other, and so count little more than one."""
    places = dict.fromkeys(clue.origin.partition(" ")[0] for clue in group)
    return sum(_WEIGHTS.get(place, _LATER_META) for place in places)


def _agree(one: str, other: str) -> bool:
    """``True`` if two titles are the same: equal letters, or one cut off by ``…`` or by a limit of length."""
    a, b = key(one), key(other)
    if a == b:
        return True
    shorter, longer = sorted((one, other), key=lambda text: len(key(text)))
    bare = key(_CUT.sub("", shorter))
    return len(bare) >= 15 and bool(_CUT.search(shorter)) and key(longer).startswith(bare[:-1])


def _may_be_headline(text: str, sites: set[str]) -> bool:
    bare = key(text)
    if not bare or bare in _NO_HEADLINE or bare in sites or "://" in text:
        return False
    return not is_date_alone(text)


def trim_title(title: str, sites: set[str], host: str, titles: set[str]) -> str:
    for _ in range(3):
        shorter = _trim_once(title, sites, host, titles)
        if shorter == title:
            break
        title = shorter
    return title


def parts_of_title(title: str) -> list[str]:
    """The title without the name of its site, in all possible ways: the part before or after each separator."""
    seams = list(_SEPARATOR.finditer(title))[:8]
    return [title[seam.end() :].strip() for seam in seams] + [title[: seam.start()].strip() for seam in reversed(seams)]


def _trim_once(title: str, sites: set[str], host: str, titles: set[str]) -> str:
    seams = list(_SEPARATOR.finditer(title))
    for seam in seams:
        before, after = title[: seam.start()].strip(), title[seam.end() :].strip()
        if not key(before) or not key(after):
            continue
        # Another title of the page is this one without its end or beginning.
        if key(before) in titles and len(key(before)) > 3 and key(before) not in sites:
            return before
        if key(after) in titles and len(key(after)) > 3 and key(after) not in sites:
            return after
    for seam in seams[-1:] + seams[:1]:
        before, after = title[: seam.start()].strip(), title[seam.end() :].strip()
        if key(before) and is_site_name(after, sites, host):
            return before
        if key(after) and is_site_name(before, sites, host):
            return after
    return title


def is_site_name(text: str, sites: set[str], host: str) -> bool:
    """``True`` if a part of a title is the name of the site: given elsewhere, or spelt like the host."""
    bare = key(text)
    if not bare:
        return False
    if bare in sites:
        return True
    domain = key(host.removeprefix("www."))
    labels = [key(label) for label in host.removeprefix("www.").split(".")[:-1]]
    return bare == domain or (len(bare) >= 3 and bare in labels)
