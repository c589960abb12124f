"""Which of the titles of a page is the headline, and what of it is the name of the site."""

import re
from collections.abc import Collection, Sequence

from articles.ingest.readers.html.evidence.clues import Clue, key
from articles.ingest.readers.html.evidence.moments import is_date_alone

_SEPARATOR = re.compile(r"\s+(?:[|｜\-–—·•»«›‹/:~]|::|\|\||>|<|→|←)\s+|\s*[|｜»«›‹]\s*|:\s+|\s*[—–_]\s*|\s+@\s+")
_CUT = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])$")

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


def choose_headline(clues: Sequence[Clue], sites: Collection[str], host: str) -> Clue | None:
    """The title on which most places agree, as the surest of them writes it.

    ``sites`` are the keys of names that the page gives its site, ``host`` its host. A name is cut off a title only if
    another title of the page, one of the ``sites`` or the host says that it is one.
    """
    titles = {key(clue.value) for clue in clues if clue.origin != "title"}
    unfit = {"", *_NO_HEADLINE, *sites}
    groups: list[list[Clue]] = []
    for clue in clues:
        title = clue.value[:400]
        for _ in range(3):
            title = _trimmed(title, sites, host, titles)
        if key(title) in unfit or "://" in title or is_date_alone(title):
            continue
        group = next((group for group in groups if _agree(group[0].value, title)), None)
        if group is None:
            groups.append([Clue(title, clue.origin)])
        else:
            group.append(Clue(title, clue.origin))
    if not groups:
        return None
    best = max(groups, key=_weight)
    uncut = [clue for clue in best if not _CUT.search(clue.value)] or best
    return max(uncut, key=lambda clue: len(key(clue.value)))


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


def parts_of_title(title: str) -> list[str]:
    """The title without the name of its site, in all possible ways: the part before or after each separator."""
    seams = list(_SEPARATOR.finditer(title))[:8]
    return [title[seam.end() :].strip() for seam in seams] + [title[: seam.start()].strip() for seam in reversed(seams)]


def _trimmed(title: str, sites: Collection[str], host: str, titles: Collection[str]) -> str:
    seams = _SEPARATOR.finditer(title)
    pairs = [(title[: seam.start()].strip(), title[seam.end() :].strip()) for seam in seams]
    # Another title of the page is this one without its end or beginning.
    for part in (part for pair in pairs if all(map(key, pair)) for part in pair):
        if key(part) in titles and len(key(part)) > 3 and key(part) not in sites:
            return part
    for before, after in pairs:
        if key(before) and _is_site_name(after, sites, host):
            return before
        if key(after) and _is_site_name(before, sites, host):
            return after
    return title


def _is_site_name(text: str, sites: Collection[str], host: str) -> bool:
    """``True`` if a part of a title is the name of the site: given elsewhere, or spelt like the host."""
    bare, domain = key(text), host.removeprefix("www.")
    labels = [label for label in map(key, domain.split(".")[:-1]) if len(label) >= 3]
    return bool(bare) and (bare in sites or bare == key(domain) or bare in labels)
