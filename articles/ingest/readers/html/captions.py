"""Finds the words that belong to a picture: around it, in its box, or in the paragraph beside it.

A *box* is the element that holds one picture, its caption and its credit, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from articles.ingest.parsing.captions import (
    credit_line,
    credit_name,
    ends_in_credit,
    names_agency,
    reads_as_credit,
    split_caption,
    tidy_caption,
)
from articles.ingest.readers.html.cleaning import MARK, PHOTO, kind_of
from articles.ingest.readers.html.furniture import Kind
from articles.ingest.readers.html.images import IMAGE_TAGS, is_box, is_caption, is_credit
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element, fold
from articles.text.keys import bare

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SMALL_SIZES = frozenset({"1", "2", "-1", "-2", "-3"})
_SMALL_STYLE = re.compile(
    r"font-size\s*:\s*(?:(?:\d|1[0-3])(?:\.\d+)?px|0?\.\d+r?em|(?:x+-)?small|smaller|[1-8]\d%|(?:[5-9]|10)(?:\.\d+)?pt)|font-style\s*:\s*italic"
)

_CENTRED = re.compile(
    r"text-align ?: ?center|^center$|(?<![a-z])(?:text-(?:align-)?center|aligncenter)(?![a-z])", re.IGNORECASE
)
_ARROWS = "▲△▼▽↑"
_LONGEST = 900
_SHORTEST_PROSE = 60
_LONGEST_UNMARKED = 500
_LONGEST_STYLED = 300
_MOST_LEVELS = 8
_MOST_SIZES = 20  # images of one alt text next to each other: more are no sizes of one picture
_WHOLE_PAGE = ("body", "html", "main")


@dataclass(slots=True)
class Words:
    """The words that belong to a picture, and the elements that they stand in. ``credit`` is ``None`` where the caption
    may still hold it; ``credit_raw`` is the credit as written."""

    box: Element
    beside: tuple[Element, ...] = ()
    caption: str = ""
    credit: str | None = None
    credit_raw: str | None = None
    is_video: bool = False


def words_of(image: Element) -> Words:
    box, is_marked = box_of(image)
    if is_marked:
        return words_in(box)
    return _beside(box) or Words(box)


# --- the box ----------------------------------------------------------------------------------------------------------


def box_of(image: Element) -> tuple[Element, bool]:
    """The box of a picture, and whether the words in it are known to be the picture's."""
    figure = next((above for above in islice(image.iterancestors(), _MOST_LEVELS) if above.tag == "figure"), None)
    if figure is not None and 0 < len(text_of(figure, ())) <= _LONGEST and _holds_one_picture(figure, image):
        return _widened(figure, image), True
    bare = image
    for level, above in enumerate(image.iterancestors()):
        if level > _MOST_LEVELS or above.tag in _WHOLE_PAGE or not _holds_one_picture(above, image):
            break
        text = fold(" ".join(above.itertext()))
        if not text:
            bare = above
            continue
        if len(text) > _LONGEST or (above.tag != "figure" and _holds_text(above)):
            break
        if any(is_caption(child) or is_credit(child) for child in above.iterdescendants("*")):
            return _widened(above, image), True
        if above.tag == "figure" or (len(text) <= _LONGEST_UNMARKED and _is_unmarked_box(above, image)):
            return above, True
    return bare, bare.tag == "figure"


def says_picture(box: Element) -> bool:
    """``True`` if the words of a box surely belong to its picture: marked as a caption, or ending in a credit."""
    if any(is_caption(one) for one in box.iter("*")):
        return not _is_teaser(box)
    lines = _lines_of(box)
    found = split_caption(" ".join(lines)) if lines else None
    return bool(found and found.caption and found.name) or any(map(credit_line, lines))


def _holds_one_picture(above: Element, image: Element) -> bool:
    alt = image.get("alt")
    if any(mark.get(PHOTO) for mark in above.iter(MARK)):
        return False
    if next(islice(above.iter(*IMAGE_TAGS), _MOST_SIZES, None), None) is not None:
        return False
    return all(
        other is image or (alt and other.get("alt") == alt and other.getparent() is image.getparent())
        for other in above.iter(*IMAGE_TAGS)
    )


def _holds_text(above: Element) -> bool:
    """Whether an element is more than the box of a picture: it has a heading, or two paragraphs that are no caption."""
    if next(above.iter("h1", "h2"), None) is not None:
        return True
    paragraphs = [one for one in above.iter("p") if len("".join(one.itertext())) > _SHORTEST_PROSE]
    return len(paragraphs) > 1 and sum(not is_caption(one) and not is_credit(one) for one in paragraphs) > 1


def _widened(box: Element, image: Element) -> Element:
    """The box, or the one around it that holds the rest: the credit where this holds the caption, or the other way."""
    for _ in range(3):
        above = box.getparent()
        if above is None or above.tag in _WHOLE_PAGE or not _holds_one_picture(above, image):
            return box
        if not (is_box(above) and len(fold(" ".join(above.itertext()))) <= _LONGEST):
            return box
        if any(True for _ in above.iter(*_HEADINGS)) or sum(1 for _ in above.iter("p")) > 3:
            return box
        box = above
    return box


def _is_unmarked_box(above: Element, image: Element) -> bool:
    """A box of old: an element whose words read as a caption, or whose class says that it is for a picture."""
    if any(True for _ in above.iter(*_HEADINGS, "ul", "ol")):
        return False
    if above.tag in ("p", "td", "div", "center", "span", "font", "figure") and _reads_as_caption(above, image):
        return True
    if above.tag in ("p", "td", "tr", "tbody", "li", "a", "span", "font"):
        return False
    if sum(1 for _ in above.iter("p")) > 2 or _is_teaser(above):
        return False
    return is_box(above) or _is_picture_and_line(above, image)


_SMALL_NAME = re.compile(r"(?<![a-z])(?:text-(?:xs|sm)|small\w*|meta|legend)(?![a-z])")


def _is_picture_and_line(above: Element, image: Element) -> bool:
    """A frame of a picture and one line under it, in small print or ending with who made the picture."""
    parts = [part for part in above if isinstance(part.tag, str) and fold("".join(part.itertext()))]
    if len(parts) != 1 or (above.text or "").strip() or any((part.tail or "").strip() for part in above):
        return False
    line = parts[0]
    if line.tag not in ("div", "span", "p", "small") or image in set(line.iter()) or line.getprevious() is None:
        return False
    return _SMALL_NAME.search(line.get("class") or "") is not None or _trailing_credit(line) is not None


def _reads_as_caption(above: Element, image: Element) -> bool:
    """Whether the words that stand in one paragraph with a picture are its caption: they end in a credit, or are all in
    small print."""
    if ends_in_credit(text_of(above, ())):
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


# --- words within the box ---------------------------------------------------------------------------------------------


def words_in(box: Element) -> Words:
    credits = list(_innermost_credits(box))
    lines = [] if credits else _lines_of(box)
    for at in (0, -1):
        if len(lines) > 1 and (name := credit_line(lines[at])):
            raw = lines.pop(at)
            return Words(box, (), tidy_caption(" ".join(lines)), name, raw)
    captions = [element for element in _outermost_captions(box) if element not in credits]
    if not credits and len(captions) > 1 and _is_labelled_credit(captions[-1]):
        credits = [captions.pop()]
    elif not credits and (last := _trailing_credit(captions[-1] if captions else box)) is not None:
        credits = [last]
    elif not credits and captions and reads_as_credit(rest := text_of(box, captions)):
        return Words(box, (), tidy_caption(" ".join(text_of(one, ()) for one in captions)), credit_name(rest), rest)
    names = dict.fromkeys(text for credit in credits if (text := text_of(credit, ())))
    # Pages repeat words for screens of another size.
    said = dict.fromkeys(line for words in captions or [box] for line in _lines_of(words, credits))
    caption = tidy_caption(" ".join(said))
    credit_raw = " / ".join(names) or None
    credit = " / ".join(dict.fromkeys(name for text in names if (name := credit_name(text)))) or None
    return Words(box, (), caption, credit, credit_raw)


def _is_labelled_credit(element: Element) -> bool:
    """``Photo Jane Doe``, as the last of several elements that are marked as the words of a picture."""
    said = text_of(element, ())
    return reads_as_credit(said) and credit_name(said) != said


def _trailing_credit(element: Element) -> Element | None:
    """The last element of a caption, where it is set apart and names who made the picture."""
    at = element
    for _ in range(6):
        parts = [child for child in at if isinstance(child.tag, str)]
        below = [part for part in parts if text_of(part, ()) or (part.tail or "").strip()]
        if not below or (below[-1].tail or "").strip():
            return None
        last = below[-1]
        is_alone = len(below) == 1 and not (at.text or "").strip()
        if not is_alone and last.tag in ("span", "div", "p", "small"):
            return last if _is_set_apart(element, last, below) else None
        at = last
    return None


def _is_set_apart(element: Element, last: Element, below: list[Element]) -> bool:
    said = text_of(last, ())
    before = text_of(element, (last,))
    if not before or not reads_as_credit(said):
        return False
    is_beside_element = len(below) > 1 and not (below[-2].tail or "").strip()
    return names_agency(said) or is_beside_element or before[-1] in '.!?…”"。！？'


def _innermost_credits(box: Element) -> Iterator[Element]:
    for element in box.iterdescendants():
        if not isinstance(element.tag, str) or element.tag in IMAGE_TAGS or not is_credit(element):
            continue
        within = [below for below in element.iterdescendants() if isinstance(below.tag, str)]
        if not any(is_credit(below) or is_caption(below) for below in within):
            yield element


def _outermost_captions(box: Element) -> Iterator[Element]:
    skipped: set[Element] = set()
    for element in box.iterdescendants():
        if element in skipped or not isinstance(element.tag, str) or element.tag in IMAGE_TAGS:
            continue
        if is_caption(element) and element.find(".//img") is None:
            skipped.update(element.iterdescendants())
            yield element


# A character that folding takes for whitespace, and that no page holds.
_LINE_END = "\x1e"


def _lines_of(element: Element, without: list[Element] | tuple[Element, ...] = ()) -> list[str]:
    pieces: list[str] = []
    _collect(element, without, pieces, 0)
    return [text for line in "".join(pieces).split(_LINE_END) if (text := fold(line))]


def text_of(element: Element, without: list[Element] | tuple[Element, ...]) -> str:
    """The folded text of an element, without what is hidden and without some elements in it."""
    pieces: list[str] = []
    _collect(element, without, pieces, 0)
    return fold("".join(pieces))


def _collect(element: Element, without: list[Element] | tuple[Element, ...], pieces: list[str], depth: int) -> None:
    if element.text:
        pieces.append(element.text)
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag != MARK and child not in without and kind_of(child) is not Kind.HIDDEN:
            apart = tag in BLOCK_TAGS or tag == "br"
            if apart:
                pieces.append(_LINE_END)
            if depth < 100:
                _collect(child, without, pieces, depth + 1)
            if apart:
                pieces.append(_LINE_END)
        if child.tail:
            pieces.append(child.tail)


# --- words beside it --------------------------------------------------------------------------------------------------


def _beside(box: Element) -> Words | None:
    """A caption in the element after a bare picture, or before it."""
    if box.tail and box.tail.strip():
        return None
    after = _neighbour(box, forwards=True)
    if after is not None and (found := _caption_beside(box, after, allows_style=True)):
        return found
    before = _neighbour(box, forwards=False)
    return _caption_beside(box, before, allows_style=False) if before is not None else None


def _neighbour(box: Element, *, forwards: bool) -> Element | None:
    """The next element, if only blank text and line breaks lie between."""
    at = box
    for _ in range(_MOST_LEVELS):
        if forwards and at.tail and at.tail.strip():
            return None
        following = at.getnext() if forwards else at.getprevious()
        if following is None or not isinstance(following.tag, str):
            return None
        if not forwards and following.tail and following.tail.strip():
            return None
        is_empty = following.tag != MARK and not len(following) and not fold("".join(following.itertext()))
        if following.tag == "br" or is_empty:
            at = following
            continue
        return None if following.tag == MARK else following
    return None


def _caption_beside(box: Element, element: Element, *, allows_style: bool) -> Words | None:
    text = text_of(element, ())
    if not 3 <= len(text) <= _LONGEST or any(True for _ in element.iter(*_HEADINGS, *IMAGE_TAGS)):
        return None
    if is_caption(element) or (says_picture(element) and element.tag != "p"):
        second = _neighbour(element, forwards=True)
        if second is not None and is_credit(second) and reads_as_credit(raw := text_of(second, ())):
            return Words(box, (element, second), tidy_caption(text), credit_name(raw), raw)
        return replace(words_in(element), box=box, beside=(element,))
    found = ends_in_credit(text)
    is_block = element.tag in BLOCK_TAGS
    if found and is_block:
        return Words(box, (element,), tidy_caption(found.caption or ""), found.name, found.raw)
    if not allows_style or len(text) > _LONGEST_STYLED or _is_teaser(element):
        return None
    if _is_small(element) or text[0] in _ARROWS or _is_centred_alone(element):
        return Words(box, (element,), tidy_caption(text))
    return None


def _is_centred_alone(element: Element) -> bool:
    """Whether a paragraph that is no quotation is centred, and the next one is not."""
    following = element.getnext()
    is_quotation = text_of(element, ())[:1] in "“\"„«‘'"
    return _is_centred(element) and not is_quotation and not (following is not None and _is_centred(following))


def _is_centred(element: Element) -> bool:
    said = (element.get("align"), element.get("style"), element.get("class"))
    return element.tag == "p" and any(name and _CENTRED.search(name) for name in said)


def _is_small(element: Element) -> bool:
    """Whether all the words of an element are in italics or in small print."""
    at = element
    for _ in range(5):
        if at.tag in ("em", "i", "small", "figcaption"):
            return True
        if at.tag == "font" and at.get("size") in _SMALL_SIZES:
            return True
        if _SMALL_STYLE.search(at.get("style") or ""):
            return True
        if (at.text and at.text.strip()) or len(at) != 1 or (at[0].tail and at[0].tail.strip()):
            return False
        at = at[0]
    return False


def credit_in(words: Words) -> Words:
    """The words with the credit taken out of the caption, where it still stands in there; also one that is said twice,
    as in ``© AP`` beside ``AP Photo/Jane Doe``."""
    found = split_caption(words.caption) if words.caption else None
    if found and (not words.credit or _is_same_credit(found.name or "", words.credit)):
        words.caption = found.caption or ""
        words.credit, words.credit_raw = words.credit or found.name, words.credit_raw or found.raw
    return words


def _is_same_credit(one: str, other: str) -> bool:
    return bare(one) in bare(other) or bare(other) in bare(one)
