"""Selects the text among the units in the article's element: drops the headline repeated, lines about the article,
boxes between paragraphs, and everything after the last paragraph.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from articles.ingest.parsing import boilerplate
from articles.ingest.parsing.metadata import Place, parse_metadata
from articles.ingest.readers.html.images import is_caption, is_picture_credit, names_picture
from articles.ingest.readers.html.selection import path_to
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element, text_length
from articles.ingest.readers.html.units import Node, Unit, paragraph_of, text_of_nodes
from articles.text.keys import bare

_PROSE = 80
# A box without any paragraph has text of its own from this length on.
_LONGEST_BOX = 250
_SHORTEST_LEAD = 40
_STRUCTURES = ("list", "quote", "table", "code")
_LONGEST_LINE = 300
LONGEST_DECK = 600
# A longer one is the lead of the text, whatever else it is used for.
LONGEST_LINE_UNDER_HEADLINE = 160
_LONGEST_FIELD = 500
_ENTRY = "hentry"
_START, _SHORT_START = 40, 8
_MUCH_PROSE = 0.25
_MOSTLY = 0.8
_LONGEST_SUMMARY = 5  # of paragraphs above a text that only say what it says again
# Other stories after a text, and the lines of each between its title and the next.
_FEWEST_STORIES, _MOST_SUMMARIES = 3, 2
# Signs that stand between parts or at the end of a text.
_RULE = re.compile(r"[\W_]{1,40}")
_SENTENCE = re.compile(r".*[.!?…。！？؟][\"”’'»」』)）\]]*", re.DOTALL)


def same_words(text: str, headline: str) -> bool:
    return len(text) < 2 * len(headline) + 20 and bare(text) == bare(headline)


@dataclass(slots=True)
class Known:
    """Statements of the page about the article: its headline, other fields as printed, bare (``printed``), and
    the deck, bare. ``persons``: the authors that are no outlets. ``headline_words``: the headline, bare."""

    headline: str | None = None
    printed: frozenset[str] = frozenset()
    deck: str = ""
    persons: tuple[str, ...] = ()
    headline_words: str = field(init=False)
    starts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.headline_words = bare(self.headline or "")
        # Most paragraphs begin as none of the fields does, and need no further look.
        self.starts = frozenset(words[:_SHORT_START] for words in (*self.printed, self.headline_words))

    def says(self, text: str) -> bool:
        if len(text) > _LONGEST_FIELD or bare(text[:_START])[:_SHORT_START] not in self.starts:
            return False
        words = bare(text)
        return bool(words) and (words in self.printed or words == self.headline_words)

    def resembles_headline(self, text: str) -> bool:
        """``True`` if most words of one are in the other, as where the page's title is a shorter headline."""
        words, headline = set(text.casefold().split()), set((self.headline or "").casefold().split())
        return 2 * len(words & headline) > min(len(words), len(headline))

    def begins_note(self, text: str) -> bool:
        """``True`` for a paragraph on an author: ``Jane Doe is a reporter``; not for what one says in an interview."""
        names = [re.escape(name) for name in self.persons if " " in name]
        return len(text) <= LONGEST_DECK and any(re.match(rf"[•*–—\s-]*{name}(?![\w:])", text) for name in names)

    def is_deck(self, text: str) -> bool:
        return bool(self.deck) and len(text) < 2 * len(self.deck) + 20 and bare(text) == self.deck


def apart_from_headline(units: Sequence[Unit], known: Known) -> list[Unit]:
    """The units, with the lines of a paragraph that begins with the headline each on its own: an old layout puts
    headline, byline and date into one cell, with line breaks between."""
    wanted = known.headline_words
    apart: list[Unit] = []
    for unit in units:
        if unit.kind != "text" or len(unit.text) > 2 * _LONGEST_LINE or not any(map(_has_break, unit.nodes)):
            apart.append(unit)
            continue
        parts: list[list[Node]] = [[]]  # by line; those that together are the headline are one
        for node in _pieces(unit.nodes):
            if isinstance(node, str) or node.tag != "br":
                parts[-1].append(node)
                continue
            words = bare(text_of_nodes(parts[-1])) if wanted else ""
            if words and words != wanted and wanted.startswith(words):
                parts[-1].append(" ")
            else:
                parts.append([])
        lines = [line for nodes in parts if (line := paragraph_of(nodes, unit.within))]
        begins_so = wanted and bare(unit.text).startswith(wanted)
        signs = (_is_about_article, boilerplate.is_boilerplate_at_edge)
        apart += lines if begins_so or any(sign(line.text) for line in lines for sign in signs) else [unit]
    return apart


def _has_break(node: Node) -> bool:
    return not isinstance(node, str) and (node.tag == "br" or node.find(".//br") is not None)


def _is_about_article(text: str) -> bool:
    return len(text) <= _LONGEST_LINE and parse_metadata(text, Place(is_beside_metadata=True)) is not None


def _pieces(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes of a line, with elements around several lines, such as ``font``, opened."""
    for node in nodes:
        if isinstance(node, str) or node.tag == "br" or not _has_break(node):
            yield node
            continue
        yield node.text or ""
        for child in node:
            yield from _pieces([child])
            yield child.tail or ""


def _sentences(unit: Unit, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The sentences of a unit, each with ``True`` if the bare words of others have it too."""
    others = "".join(words)
    return [(sentence, bare(sentence) in others) for sentence in unit.text.split(". ")]


def says_again(unit: Unit, words: Iterable[str]) -> bool:
    """``True`` if most of a unit is in the bare words of others."""
    return sum(len(text) for text, is_again in _sentences(unit, words) if is_again) > _MOSTLY * len(unit.text)


class Tidying:
    def __init__(self, units: Sequence[Unit], inside: Sequence[int], article: Element, known: Known) -> None:
        self.units, self.known = units, known
        self.starts: set[str] = set()  # of the long texts so far
        self.boxes = _Boxes(units, inside, article)
        kept = _below_headline(units, known, inside)
        captions = [n for n in kept if is_prose(units[n]) and _is_marked(units[n], is_caption)]
        # No captions have half of the text: the name is that of a box around it.
        self.has_captions = 2 * sum(units[n].size for n in captions) < sum(
            units[n].size for n in kept if is_prose(units[n])
        )
        self.boilerplate = {number for number in kept if self._is_boilerplate(number)}
        texts = [number for number in kept if is_prose(units[number]) and number not in self.boilerplate]
        prose = [n for n in texts if not (boilerplate.is_edge_line(units[n].text) or known.begins_note(units[n].text))]
        self.kept, prose = self._until_end(kept, prose)
        self.own = frozenset(self.kept)
        self.first, self.last = (prose[0], prose[-1]) if prose else (-1, len(units))
        self.boilerplate -= {
            n for n in self.boilerplate if self.first < n < self.last and not self._is_boilerplate(n, is_in_text=True)
        }
        self.second = prose[1] if len(prose) > 1 else self.first
        self.prose_length = sum(units[number].size for number in prose)

    def numbers(self) -> list[int]:
        """The units to keep that are within the article's element, or between it and the headline."""
        kept: list[int] = []
        words: list[str] = []  # of the units kept, as ``bare`` has them
        is_after_label = False
        for number in self.kept:
            unit = self.units[number]
            if unit.kind == "photo":
                kept.append(number)
                continue
            is_dropped = self._is_dropped(number, is_after_label)
            is_after_label = boilerplate.is_link_label(unit.text) or (is_after_label and is_dropped)
            if not is_dropped and not self._says_again(unit, words):
                kept.append(number)
                words.append(bare(unit.text))
        # No headings at the end, behind which nothing follows.
        texts = [number for number in kept if self.units[number].kind != "photo"]
        while texts and self.units[texts[-1]].kind == "heading":
            kept.remove(texts.pop())
        above = enumerate(texts[:-1][:_LONGEST_SUMMARY], 1)
        summary = [n for _, n in takewhile(lambda at: self._is_summary(self.units[at[1]], texts[at[0] :]), above)]
        # A single sentence is a deck, which the text may say again.
        is_long = ". " in " ".join(self.units[number].text for number in summary)
        return [number for number in kept if number not in summary] if is_long else kept

    def _is_summary(self, unit: Unit, others: Sequence[int]) -> bool:
        """``True`` for a paragraph in a box apart from the text, each sentence of which the text has again."""
        is_apart = is_prose(unit) and unit.within.getparent() is not self.units[others[-1]].within.getparent()
        return is_apart and all(again for _, again in _sentences(unit, [bare(self.units[n].text) for n in others]))

    def _says_again(self, unit: Unit, words: Sequence[str]) -> bool:
        """True if a unit repeats earlier text, as copies for small screens or machines and cut teasers do."""
        start = unit.text[:_START]
        if start not in self.starts or (unit.size < 400 and not unit.text.endswith(("...", "…"))):
            self.starts.add(start)
            return False
        return says_again(unit, words)

    def _until_end(self, kept: list[int], prose: list[int]) -> tuple[list[int], list[int]]:
        """The units before ``3 comments`` or other stories that follow to the end, if they are most of the text."""
        total = sum(self.units[number].size for number in prose)
        is_of_prose = set(prose)
        stories = self._other_stories(kept)
        before = 0
        for number in kept:
            unit = self.units[number]
            if (number == stories or boilerplate.ends_article(unit.text)) and 2 * before > total:
                return [n for n in kept if n < number], [n for n in prose if n < number]
            if number in is_of_prose:
                before += unit.size
        return kept, prose

    def _other_stories(self, kept: Sequence[int]) -> int | None:
        """The number of the first of the stories at the end, three or more linked titles with a summary each."""
        first, count, since = None, 0, 0
        for number in reversed([number for number in kept if self.units[number].kind != "photo"]):
            unit = self.units[number]
            if unit.kind in ("heading", "text") and is_linked(unit):
                first, count, since = number, count + (since > 0), 0
            elif (since := since + 1) > _MOST_SUMMARIES:
                break
        return first if count >= _FEWEST_STORIES else None

    def _is_dropped(self, number: int, is_after_label: bool) -> bool:
        unit = self.units[number]
        if number in self.boilerplate or self.boxes.is_apart(number) or (is_after_label and is_linked(unit)):
            return True
        # A byline may be between the deck and the text.
        is_under_deck = number < self.second and self.units[number - 1].kind == "left"
        if (is_under_deck or not self.first < number < self.last) and boilerplate.is_edge_line(unit.text):
            return True
        if number < self.last and _is_marked(unit, is_picture_credit):
            return True
        if number < self.first:
            return _is_about(unit)
        is_behind = number > self.last
        if is_behind and (is_linked(unit) or self.known.begins_note(unit.text)):
            return True
        if is_behind or (is_linked(unit) and unit.text.isupper()):
            return boilerplate.is_invitation(unit.text)
        # A list of links, but for a label before each, in an article with a text of its own is one of other stories.
        return unit.kind == "list" and unit.link_length * 3 > 2 * len(unit.text) and self.prose_length > 3 * unit.size

    def may_go(self, number: int) -> bool:
        """``True`` for a unit that the article can do without, even between two of its paragraphs."""
        if number not in self.own:
            return True
        unit = self.units[number]
        is_told = self.known.says(unit.text) or self.known.is_deck(unit.text)
        return is_told or self.boxes.is_apart(number) or self._is_boilerplate(number, is_in_text=True)

    def _is_boilerplate(self, number: int, *, is_in_text: bool = False) -> bool:
        unit = self.units[number]
        text = unit.text
        if len(text) > 600:
            return boilerplate.is_boilerplate(text)
        if self.known.says(text) or _RULE.fullmatch(text) or boilerplate.is_boilerplate(text, is_in_text=is_in_text):
            return True
        is_of_figure = unit.within.tag == "figure"
        is_link = is_linked(unit) and (is_of_figure or boilerplate.is_labelled_link(text, is_linked=True))
        is_file = " " not in text and names_picture(text)
        return (
            is_link
            or is_file
            or boilerplate.is_link_label(text)
            or (self.has_captions and _is_marked(unit, is_caption))
        )


def _is_marked(unit: Unit, sign: Callable[[Element], bool]) -> bool:
    """``True`` for words marked as those of a picture or film that is not in the page."""
    around = (unit.within, *islice(unit.within.iterancestors(), 2)) if len(unit.text) <= LONGEST_DECK else ()
    return any(sign(element) and text_length(element) <= LONGEST_DECK for element in around)


def _is_further_entry(element: Element) -> bool:
    """``True`` for an entry behind another of a list, by http://microformats.org/wiki/hatom."""
    entries = (element, *element.itersiblings(preceding=True))
    first, *others = (_ENTRY in (entry.get("class") or "").split() for entry in entries)
    return first and any(others)


def is_prose(unit: Unit) -> bool:
    return unit.kind in ("text", "quote", "list") and unit.size >= _PROSE and not is_linked(unit)


def _below_headline(units: Sequence[Unit], known: Known, inside: Sequence[int]) -> list[int]:
    """The units ``inside`` below the headline, all photos there, and the lead between the headline and them."""
    start = _after_headline(units, known, inside)
    own = [number for number in inside if number >= start or units[number].kind == "photo"]
    lead = range(start, own[0]) if start and own else ()
    kept = []
    for number in lead:
        unit = units[number]
        is_long = unit.kind in ("text", "heading") and unit.size >= _SHORTEST_LEAD and not is_linked(unit)
        if unit.kind == "photo" or is_prose(unit) or (is_long and _SENTENCE.fullmatch(unit.text)):
            kept.append(number)
    return kept + [number for number in own if units[number].kind != "left"]


def is_linked(unit: Unit) -> bool:
    return unit.link_length * 2 > len(unit.text)


def _after_headline(units: Sequence[Unit], known: Known, inside: Sequence[int]) -> int:
    """The number of the unit after the headline that much of the prose follows; 0 if it is not shown."""
    if not known.headline_words or not inside:
        return 0
    following: dict[int, int] = {}
    main = [unit for unit in units if unit.kind == "heading" and unit.element.tag == "h1"]
    only = main[0] if len(main) == 1 else None
    for number, unit in enumerate(units[: inside[-1] + 1]):
        if unit is only and known.headline_words in bare(unit.text):
            return number + 1
        is_short = unit.kind in ("heading", "text") and len(unit.text) < _LONGEST_FIELD
        is_main = unit is only and known.resembles_headline(unit.text)
        if is_short and (is_main or bare(unit.text) == known.headline_words):
            following[number + 1] = 0
        elif following and is_prose(unit):
            following[next(reversed(following))] += unit.size
    most = max(following.values(), default=0)
    return next((start for start, size in following.items() if size >= _MUCH_PROSE * most), 0)


def _is_about(unit: Unit) -> bool:
    """``True`` for a line about the article above the first paragraph."""
    if unit.kind != "text":
        return unit.kind != "list" and is_linked(unit)
    is_label = len(unit.text.split()) < 4 and unit.size < 40 and not _SENTENCE.fullmatch(unit.text)
    return is_linked(unit) or is_label or _is_about_article(unit.text)


class _Boxes:
    """Finds units in boxes without paragraphs, or in an article whose headline links to another page."""

    def __init__(self, units: Sequence[Unit], inside: Sequence[int], article: Element) -> None:
        self.units, self.article = units, article
        self.whole = (article, article.getparent())  # with the paragraphs behind the article's element
        self.counts: Counter[Element] = Counter()
        self.prose: Counter[Element] = Counter()
        self.sizes: Counter[Element] = Counter()
        self.teasers: set[Element] = set()
        for number in inside:
            unit = units[number]
            if unit.kind in ("left", "photo"):
                continue
            for element in path_to(unit.within, article):
                self.counts[element] += 1
                self.prose[element] += is_prose(unit) or (unit.kind in _STRUCTURES and not is_linked(unit))
                self.sizes[element] += unit.size
                is_story = element.tag == "article" and element is not article
                if unit.kind == "heading" and is_linked(unit) and (is_story or _is_further_entry(element)):
                    self.teasers.add(element)

    def is_apart(self, number: int) -> bool:
        unit = self.units[number]
        if self.teasers and not self.teasers.isdisjoint(path_to(unit.within, self.article)):
            return True
        if is_prose(unit) or unit.kind in ("quote", "table", "code") or unit.within not in self.counts:
            return False
        # The innermost element that holds other units as well; no paragraph, though line breaks divide it.
        for box in (unit.within, *unit.within.iterancestors()):
            is_paragraph = box.tag == "p" or box.tag not in BLOCK_TAGS
            if box in self.whole or not (self.counts[box] < 2 or is_paragraph):
                break
        return not self.prose[box] and self.sizes[box] < _LONGEST_BOX and box not in self.whole
