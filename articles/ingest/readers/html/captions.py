"""Finds the words that belong to a picture: around it, in its box, or in the paragraph next to it.

A *box* is the element that holds one picture, its caption and its credit, and nothing else.
"""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from lxml import etree

from articles.ingest.parsing.boilerplate import is_menu
from articles.ingest.parsing.credits_in_captions import (
    credit_line,
    credit_name,
    ends_in_credit,
    last_line_credit,
    names_agency,
    reads_as_credit,
    split_caption,
    tidy_caption,
    without_label,
)
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html import images
from articles.ingest.readers.html.boilerplate_elements import Kind
from articles.ingest.readers.html.cleaning import MARK, PHOTO, kind_of
from articles.ingest.readers.html.images import IMAGE_TAGS, is_box, is_caption, is_credit, is_picture_credit
from articles.ingest.readers.html.tree import BLOCK_TAGS, HEADINGS, Element, text_length
from articles.text.keys import bare

_SMALL_STYLE = re.compile(
    r"font-size\s*:\s*(?:(?:\d|1[0-3])(?:\.\d+)?px|0?\.\d+r?em|(?:x+-)?small|smaller|[1-8]\d%|(?:[5-9]|10)(?:\.\d+)?pt)|font-style\s*:\s*italic"
)

_CENTRED = re.compile(
    r"text-align ?: ?center|^center$|(?<![a-z])(?:text-(?:align-)?center|aligncenter)(?![a-z])", re.IGNORECASE
)
# Elements that set a credit apart from the caption before it; some of them occur within sentences as well.
_WITHIN_SENTENCES = frozenset({"a", "b", "em", "i", "strong"})
_SET_APART = _WITHIN_SENTENCES | {"div", "footer", "li", "p", "small", "span"}
_LABEL = re.compile(
    r"(?:fig(?:ure|\.)?|abb(?:ildung|\.)?|bild|photo|foto|screenshot|illustration|plate|图|図) ?\d+(?:\.\d+)*"
    r"(?:[.:)–—]| -|$)",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset('.!?…”"。！？')
_LONGEST = 2_000
_LONGEST_STYLED = 300
# A caption is one block of a few sentences; what no class or tag calls one is short beside the text.
_LONGEST_CAPTION, _LONGEST_UNMARKED = 1_000, 500
_MOST_MARKED, _MOST_UNMARKED = 0.5, 0.15
_SHORTEST_PROSE = 60
_MOST_LEVELS = 8
_MOST_SIZES = 20  # images of one alt text next to each other: more are no sizes of one picture
_HAS_MANY_PARTS = etree.XPath("boolean(descendant::*[501])")
_WHOLE_PAGE = ("body", "html", "main")


@dataclass(slots=True)
class Words:
    """The words that belong to a picture, and the elements that hold them. ``credit`` is ``None`` where the caption
    may still hold it; ``credit_raw`` is the credit as written."""

    box: Element
    beside: tuple[Element, ...] = ()
    caption: str = ""
    credit: str | None = None
    credit_raw: str | None = None


def words_of(image: Element) -> Words:
    box, is_marked = box_of(image)
    words = _with_marked_beside(words_in(box) if is_marked else Words(box))
    if words.caption or words.credit or (box.tail and box.tail.strip()):
        return words
    return (
        _alt_text_beside(box, image)
        or _caption_beside(box, forwards=True)
        or _caption_beside(box, forwards=False)
        or words
    )


def only_marked(words: Words, image: Element, prose: int) -> Words:
    """Only those of the words that a class or tag marks as a caption; without words if none fits."""
    box = bare_box(image)
    for marked in (part for element in (words.box, *words.beside) for part in element.iter("*") if is_caption(part)):
        if next(marked.iter(*IMAGE_TAGS), None) is None:
            found = replace(words_in(marked), box=box, beside=(marked,))
            if fits(found, prose):
                return found
    return Words(box)


def fits(words: Words, prose: int) -> bool:
    """``False`` for words that have text of the page as a caption, or around one. ``prose``: the length of all prose of
    the page. A caption is one block of a few sentences, and never much of that."""
    around, is_marked = (words.box, *words.beside), has_mark(words)
    if not is_size_of_caption(words.caption, prose, is_marked=is_marked):
        return False
    lines = [line for element in around for line in _lines_of(element) if len(line) >= _SHORTEST_PROSE]
    said = bare(f"{words.caption} {words.credit_raw or ''}")
    others = [line for line in lines if line[-1] in _SENTENCE_ENDS or len(line) >= _LONGEST_STYLED]
    left = [bare(line).replace(bare(words.caption), "") for line in others if bare(line) not in said]
    return len(lines) <= (2 if is_marked else 1) and all(len(line) < _SHORTEST_PROSE for line in left)


def has_mark(words: Words) -> bool:
    """``True`` if a class or tag around the words, or in them, calls them a caption."""
    return any(is_caption(part) for element in (words.box, *words.beside) for part in element.iter("*"))


def is_size_of_caption(text: str, prose: int, *, is_marked: bool) -> bool:
    """``False`` for much of a page's ``prose``. ``is_marked``: a class or tag calls it a caption."""
    longest, share = (_LONGEST_CAPTION, _MOST_MARKED) if is_marked else (_LONGEST_UNMARKED, _MOST_UNMARKED)
    return len(text) <= min(longest, max(_SHORTEST_PROSE, share * prose))


def bare_box(image: Element) -> Element:
    """The outermost element that holds the picture and no words."""
    around = takewhile(lambda above: above.tag not in _WHOLE_PAGE and not text_of(above), image.iterancestors())
    return deque([image, *around], maxlen=1).pop()


def box_of(image: Element) -> tuple[Element, bool]:
    """The box of a picture, and whether the words in it are known to be the picture's."""
    around = list(islice(image.iterancestors(), _MOST_LEVELS))
    alone: Iterable[Element] = takewhile(
        lambda above: above.tag not in _WHOLE_PAGE and _holds_one_picture(above, image), around
    )
    if any(above.tag == "figure" for above in around):
        alone = list(alone)
        figure = next((above for above in alone if above.tag == "figure"), None)
        if figure is not None and 0 < len(text_of(figure)) <= _LONGEST:
            return figure, True
    bare = image
    for above in alone:
        text = fold(" ".join(above.itertext()))
        if not text:
            bare = above
            continue
        if len(text) > _LONGEST or (above.tag != "figure" and _holds_text(above)):
            break
        if any(is_caption(child) or is_credit(child) for child in above.iterdescendants("*")):
            return above, True
        if above.tag == "figure" or (len(text) <= 500 and _is_unmarked_box(above, image)):
            return above, True
    return bare, bare.tag == "figure"


def says_picture(box: Element) -> bool:
    """``True`` if the words of a box surely belong to its picture: marked as a caption, or ending in a credit."""
    if any(map(is_caption, box.iter("*"))):
        return not _is_teaser(box)
    lines = _lines_of(box)
    found = split_caption(" ".join(lines)) if lines else None
    return bool(found and found.caption and found.name) or any(map(credit_line, lines))


def has_few_parts(box: Element) -> bool:
    """``False`` for an element of more parts than a picture and its words have."""
    return not _HAS_MANY_PARTS(box)


def _holds_one_picture(above: Element, image: Element) -> bool:
    if not has_few_parts(above):
        return False
    alt = image.get("alt")
    shown = [part for part in above.iter(*IMAGE_TAGS, MARK) if part.tag != MARK or part.get(PHOTO)]
    return len(shown) <= _MOST_SIZES and all(
        other is image
        or images.is_icon(other)
        or (alt and other.get("alt") == alt and other.getparent() is image.getparent())
        for other in shown
    )


def _holds_text(above: Element) -> bool:
    """``True`` for more than the box of a picture: it has a heading, or two paragraphs that are not a caption."""
    if next(above.iter("h1", "h2"), None) is not None:
        return True
    paragraphs = [part for part in above.iter("p") if text_length(part) > 60]
    return sum(not is_caption(part) and not is_credit(part) for part in paragraphs) > 1


def _is_unmarked_box(above: Element, image: Element) -> bool:
    """An old-style picture box: its words read as a caption, or its class says that it is for a picture."""
    if any(True for _ in above.iter(*HEADINGS, "ul", "ol")):
        return False
    if above.tag in ("p", "td", "div", "center", "span", "font", "figure") and _reads_as_caption(above, image):
        return True
    is_beside_text = above.tag == "table" and (above.get("align") or "").lower() in ("left", "right")
    if is_beside_text and not _is_teaser(above):
        return True
    if above.tag in ("p", "td", "tr", "tbody", "li", "a", "span", "font"):
        return False
    if sum(1 for _ in above.iter("p")) > 2 or _is_teaser(above):
        return False
    return is_box(above)


_SMALL_NAME = re.compile(r"(?<![a-z])(?:text-(?:xs|sm)|small\w*|meta|legend)(?![a-z])")


def _reads_as_caption(above: Element, image: Element) -> bool:
    """``True`` if the words in a paragraph with a picture end in a credit, or are all in small print."""
    if ends_in_credit(text_of(above)):
        return True
    loose = [above.text, *(child.tail for child in above)]
    if any(text and text.strip() for text in loose):
        return False
    around_image = set(image.iterancestors()) | {image}
    return all(
        child in around_image or child.tag in ("br", MARK) or not fold("".join(child.itertext())) or _is_small(child)
        for child in above
    )


def _is_teaser(above: Element) -> bool:
    linked = sum(len("".join(link.itertext()).strip()) for link in above.iter("a"))
    return linked * 2 > len("".join(above.itertext()).strip())


def words_in(box: Element) -> Words:
    """Caption and credit in a box. A credit that is not marked as one is where it reads as one: on the first or last
    line, in the last of several captions, set apart at an edge, or behind the captions."""
    credits = list(_credits_in(box))
    if not credits and (words := _words_in_lines(box)):
        return words
    marked = [element for element in _elements(box) if is_caption(element) and element.find(".//img") is None]
    captions = [part for part in marked if part not in credits and {*marked}.isdisjoint(part.iterancestors())] or [box]
    if not credits:
        is_labelled = len(captions) > 1 and _is_labelled_credit(captions[-1])
        credit = captions.pop() if is_labelled else _credit_at_edge(captions[-1])
        credits = [] if credit is None else [credit]
    caption, _ = _divided(captions, credits)
    _, rest = _divided([box], credits)
    raws = list(dict.fromkeys(filter(None, map(text_of, credits))))
    if not credits and box not in captions and _is_credit_behind(captions, behind := text_of(box, captions)):
        raws = [behind]
    names = _each_once(filter(None, map(credit_name, raws)))
    name = credit_name(" / ".join(names) + rest) if rest else " / ".join(names)
    return Words(box, (), tidy_caption(caption), name or None, " / ".join(raws) + rest or None)


def _words_in_lines(box: Element) -> Words | None:
    """Caption and credit from several lines, of which the first or the last is a credit."""
    lines = _lines_of(box)
    for at, read in ((0, credit_line), (-1, last_line_credit)):
        if len(lines) > 1 and (name := read(lines[at])):
            caption = " ".join(_each_once(line for line in lines if line != lines[at]))
            return Words(box, (), tidy_caption(caption), name, lines[at])
    return None


def _divided(parts: list[Element], credits: list[Element]) -> tuple[str, str]:
    """The text without its credits, and what belongs to them: in ``<i>Jane Doe</i>/Union Agency``, the agency."""
    lines: list[str] = []
    rest = ""
    for line in (line for part in parts for line in _lines_of(part, frozenset(credits))):
        caption, gap, behind = line.rpartition(_GAP)
        if gap and behind.lstrip()[:1] in _JOINTS and reads_as_credit(behind):
            line, rest = caption, behind.lstrip()
        lines.append(fold(line.replace(_GAP, " ")))
    return " ".join(_each_once(lines, shortest=20)), rest


def _each_once(lines: Iterable[str], shortest: int = 0) -> list[str]:
    """The lines, without those of ``shortest`` letters that are part of another: copies for other screens."""
    by_letters = {bare(line): line for line in lines}
    all_letters = "\n".join(by_letters)
    return [line for letters, line in by_letters.items() if len(letters) < shortest or all_letters.count(letters) == 1]


def _is_credit_behind(captions: list[Element], rest: str) -> bool:
    """``True`` if the other words of a box are the missing credit of its captions, not a button such as ``Share``."""
    if not reads_as_credit(rest) or (" " not in rest and not names_agency(rest)):
        return False
    found = split_caption(text_of(captions[-1]))
    return found is None or is_same(found.name or "", credit_name(rest) or "")


def _is_labelled_credit(element: Element) -> bool:
    """``Photo Jane Doe``, as the last of several elements that are marked as the words of a picture."""
    text = text_of(element)
    return reads_as_credit(text) and credit_name(text) != text


def _credit_at_edge(element: Element) -> Element | None:
    """The last or the first element of a caption, where it is set apart and names who made the picture."""
    at = element
    for _ in range(6):
        parts = [part for part in at.iterchildren("*") if text_of(part) or (part.tail or "").strip()]
        if not parts:
            return None
        if len(parts) > 1 or (at.text or "").strip():
            edge = parts[-1] if _ends_caption(element, parts) else parts[0] if _begins_caption(at, parts) else None
            if edge is None:
                return None
            # No credit begins before its last element: ``Foto: CC BY <a>Jane Doe</a>``.
            found, name = split_caption(text_of(element)), credit_name(text_of(edge)) or ""
            is_part = found is not None and name != found.name and name in (found.name or "")
            return None if is_part else edge
        at = parts[0]
    return None


def _ends_caption(element: Element, parts: list[Element]) -> bool:
    last = parts[-1]
    text, before = text_of(last), text_of(element, (last,))
    if last.tag not in _SET_APART or (last.tail or "").strip() or not before or not reads_as_credit(text):
        return False
    if last.tag == "a" or (last.tag not in _WITHIN_SENTENCES and names_agency(text)):
        return names_agency(text)
    is_beside_element = len(parts) > 1 and not (parts[-2].tail or "").strip()
    return is_beside_element or before[-1] in _SENTENCE_ENDS or last.tag == "small"


def _begins_caption(at: Element, parts: list[Element]) -> bool:
    first, is_first = parts[0], len(parts) > 1 and not (at.text or "").strip()
    if not is_first or first.tag not in _SET_APART or (first.tail or "").strip():
        return False
    return _is_labelled_credit(first) or (reads_as_credit(text := text_of(first)) and names_agency(text))


def _credits_in(box: Element) -> Iterator[Element]:
    """The elements that hold a credit alone: the outermost of them that reads as one."""
    skipped: set[Element] = set()
    for element in _elements(box):
        if element in skipped or not is_credit(element):
            continue
        within = list(_elements(element))
        is_innermost = not any(is_credit(below) or is_caption(below) for below in within)
        if is_innermost or (not any(map(is_caption, within)) and reads_as_credit(text_of(element))):
            skipped.update(within)
            yield element


def _elements(box: Element) -> Iterator[Element]:
    return (part for part in box.iterdescendants("*") if part.tag not in IMAGE_TAGS)


# Characters that no page holds: the end of a line, and the place of what is left out of it.
_LINE_END, _GAP = "\x1e", "\x02"
_JOINTS = tuple("/|,;·")


def _lines_of(element: Element, without: Collection[Element] = ()) -> list[str]:
    """The folded lines of an element, with ``_GAP`` in place of the elements ``without``."""
    pieces: list[str] = []
    _collect(element, without, pieces, 0)
    return [text for line in "".join(pieces).split(_LINE_END) if (text := fold(line))]


def text_of(element: Element, without: Collection[Element] = ()) -> str:
    """The folded text of an element, without what is hidden and without some elements in it."""
    return fold(" ".join(_lines_of(element, without)).replace(_GAP, " "))


def _collect(element: Element, without: Collection[Element], pieces: list[str], depth: int) -> None:
    if element.text:
        pieces.append(element.text)
    for child in element:
        tag = child.tag
        # What is hidden from screen readers alone is shown.
        is_hidden = kind_of(child) is Kind.HIDDEN and child.get("aria-hidden") != "true"
        if isinstance(tag, str) and tag != MARK and child not in without and not is_hidden:
            apart = tag in BLOCK_TAGS or tag == "br"
            if apart:
                pieces.append(_LINE_END)
            elif tag == "span" and pieces and pieces[-1][-1:] in _SENTENCE_ENDS:
                pieces.append(" ")
            if depth < 100:
                _collect(child, without, pieces, depth + 1)
            if apart:
                pieces.append(_LINE_END)
        elif child in without:
            pieces.append(_GAP)
        if child.tail:
            pieces.append(child.tail)


def _with_marked_beside(words: Words) -> Words:
    """With caption and credit from the next two elements, in either order, where their classes name them."""
    for _ in range(2):
        following = _neighbour(words.beside[-1] if words.beside else words.box, forwards=True)
        if following is None or not _may_be_words(following):
            break
        raw = text_of(following)
        is_named = is_picture_credit(following) or (words.beside and is_credit(following))
        if is_named and not (words.credit or split_caption(words.caption)) and reads_as_credit(raw):
            words.credit, words.credit_raw = credit_name(raw), raw
        elif not words.caption and (is_caption(following) or (says_picture(following) and following.tag != "p")):
            found = words_in(following)
            words.caption = found.caption
            words.credit, words.credit_raw = words.credit or found.credit, words.credit_raw or found.credit_raw
        else:
            break
        words.beside = (*words.beside, following)
    return words


def _may_be_words(element: Element) -> bool:
    if not has_few_parts(element) or next(element.iter(*HEADINGS, *IMAGE_TAGS), None) is not None:
        return False
    return 3 <= len(text := text_of(element)) <= _LONGEST and not is_menu(text)


def _neighbour(box: Element, *, forwards: bool) -> Element | None:
    """The next element, if only blank text and line breaks lie between."""
    at = box
    for following in islice(box.itersiblings(preceding=not forwards), _MOST_LEVELS):
        between = at.tail if forwards else following.tail
        if not isinstance(following.tag, str) or following.tag == MARK or (between and between.strip()):
            return None
        if following.tag != "br" and (len(following) or fold("".join(following.itertext()))):
            return following
        at = following
    return None


def _alt_text_beside(box: Element, image: Element) -> Words | None:
    """The caption in the next element, where it repeats the picture's alternative text, and a credit behind it. A name
    in both is that of a person in an avatar, or of a thing for sale."""
    alt_text, element = fold(image.get("alt") or ""), _neighbour(box, forwards=True)
    if " " not in alt_text or alt_text.istitle() or element is None or not _may_be_words(element):
        return None
    if kind_of(element) or _is_teaser(element) or next(element.iterancestors("a"), None) is not None:
        return None
    caption, found, rest = text_of(element).partition(alt_text)
    if caption or not found or (rest and not reads_as_credit(rest.strip())):
        return None
    return Words(box, (element,), tidy_caption(alt_text), credit_name(rest), rest.strip() or None)


def _caption_beside(box: Element, *, forwards: bool) -> Words | None:
    element = _neighbour(box, forwards=forwards)
    if element is None or not _may_be_words(element):
        return None
    if is_caption(element) or (says_picture(element) and element.tag != "p"):
        return replace(words_in(element), box=box, beside=(element,))
    text = text_of(element)
    found = ends_in_credit(text)
    if found and element.tag in BLOCK_TAGS:
        return Words(box, (element,), tidy_caption(found.caption or ""), found.name, found.raw)
    # Above a picture, style alone makes no caption.
    if not forwards or len(text) > _LONGEST_STYLED or _is_teaser(element):
        return None
    # A centred paragraph, not a quotation, before one that is not centred.
    following = element.getnext()
    is_alone = _is_centred(element) and text[0] not in "“\"„«‘'" and (following is None or not _is_centred(following))
    if is_alone or text[0] in "▲△▼▽↑" or _is_small(element) or _LABEL.match(text):
        return Words(box, (element,), tidy_caption(text))
    return None


def _is_centred(element: Element) -> bool:
    styles = (element.get("align"), element.get("style"), element.get("class"))
    return element.tag == "center" or (element.tag == "p" and any(style and _CENTRED.search(style) for style in styles))


def _is_small(element: Element) -> bool:
    """``True`` if all words are in italics or in small print."""
    at = element
    for _ in range(5):
        is_small_font = at.tag == "font" and at.get("size") in ("1", "2", "-1", "-2", "-3")
        is_small_class = at.tag in ("span", "font") and _SMALL_NAME.search(at.get("class") or "")
        is_marked = at.tag in ("em", "i", "small", "figcaption") or _SMALL_STYLE.search(at.get("style") or "")
        if is_small_font or is_small_class or is_marked:
            return True
        if (at.text and at.text.strip()) or len(at) != 1 or (at[0].tail and at[0].tail.strip()):
            return False
        at = at[0]
    return False


def credit_in(words: Words) -> Words:
    """The words with the credit taken out of the caption, where it is still in there. Of a credit that is given twice,
    as in ``© AP`` and ``AP Photo/Jane Doe``, the longer form is kept."""
    found = split_caption(words.caption) if words.caption else None
    if not found or (words.credit and not is_same(found.name or "", words.credit)):
        return words
    words.caption = without_label(found.caption or "")
    if len(found.name or "") > len(words.credit or ""):
        words.credit = found.name
    words.credit_raw = words.credit_raw or found.raw
    return words


def is_same(text: str, other: str) -> bool:
    """``True`` if two texts are the same by their letters, or one is a part of the other."""
    return bare(text) in bare(other) or bare(other) in bare(text)
