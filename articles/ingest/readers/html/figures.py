"""Takes the photos out of a page: each with its addresses, caption and credit, leaving a mark at its place.

A photo is a picture in a box with a caption, or one in the text at a photo's size; not a logo, icon, avatar, counter or
thumbnail of another story.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from articles.ingest.parsing.credits_in_captions import ends_in_credit, split_caption, tidy_caption
from articles.ingest.parsing.credits_in_text import Credit
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html import captions, images
from articles.ingest.readers.html.captions import Words, box_of, credit_in, has_few_parts, is_same, words_in, words_of
from articles.ingest.readers.html.cleaning import MARK, PHOTO, prose_length, replace_by_mark
from articles.ingest.readers.html.images import IMAGE_TAGS, file_key, names_picture, sources
from articles.ingest.readers.html.tree import HEADINGS, Element, text_length
from articles.ingest.story import PhotoKind

# Of a figure with one of these, the words stay, or the film is what it shows.
_MOVING = ("video", "iframe", "amp-video", "amp-youtube", "amp-brightcove", "amp-vimeo", "object", "embed")
_SPOKEN = "data-newsarchive-kind"
_NOT_PICTURES = ("table", "pre", "blockquote", "audio", "amp-audio")
# What holds one of these is looked into: it is a teaser, a letter's box or a quotation that calls itself a figure.
_NOT_OF_BOXES = ("aside", "form", "nav", "blockquote", *HEADINGS)
# What scripts write beneath an enlarged picture, the best first.
_CAPTION_ATTRIBUTES = tuple(
    map(re.compile, (r"data-(?:\w+-)?(?:caption|sub-html)", r"data-(?:image-)?description", "data-title"))
)
_CREDIT_ATTRIBUTES = (re.compile(r"data-(?:\w+-)?(?:credits?|copyright|photographer)"),)
_OWN_IMAGE = re.compile(r"-(?:image|img|picture)(?:-|$)")  # elements that a site's scripts make pictures of
# A page made to hold up a load has more.
_MOST_IMAGES = 2_000
_LONGEST_TITLE = 500
_SHORTEST_TITLE = 20
_LARGEST_TEASER = 0.25  # of the page's prose
# How often a page may show one picture.
_MOST_SHOWN = 3


@dataclass(slots=True)
class Figure:
    """A photo as the page shows it. ``srcs``: the best first; ``is_linked``: it links to another page.
    ``is_marked``: a class or tag calls its words a caption."""

    srcs: tuple[str, ...]
    alt_text: str | None = None
    caption: str | None = None
    credit: str | None = None
    credit_raw: str | None = None
    kind: PhotoKind = "photo"
    is_linked: bool = False
    is_marked: bool = False


def keep_boxes(body: Element) -> set[Element]:
    """The boxes of pictures with words, and figures; their contents are kept, whatever their names say."""
    boxes = set(islice(body.iter("figure", "picture"), 2 * _MOST_IMAGES))
    for image in islice(body.iter(*IMAGE_TAGS), _MOST_IMAGES):
        if not all(names_picture(link.get("href")) for link in image.iterancestors("a")):
            continue  # of a teaser
        box, is_marked = box_of(image)
        if is_marked and captions.says_picture(box):
            boxes.add(box)
    return {box for box in boxes if _says_little(box) and all(map(_is_in_caption, box.iterdescendants(*_NOT_OF_BOXES)))}


def _says_little(box: Element) -> bool:
    return text_length(box) < 2_000


def _is_in_caption(element: Element) -> bool:
    return next(element.iterancestors("figcaption"), None) is not None


def free_from_buttons(body: Element) -> None:
    """Take pictures, with their words, out of the buttons that would enlarge them."""
    for button in list(body.iter("button")):
        for outermost in ("figure", "picture", *IMAGE_TAGS):
            for picture in list(button.iter(outermost)):
                button.addprevious(picture)


def rescue_from_noscript(body: Element) -> None:
    """Give pictures that a script would load the addresses that pages hold ready for readers without scripts."""
    for element in [element for element in body.iter("*") if "-" in element.tag]:
        if _OWN_IMAGE.search(element.tag) and not len(element) and sources(element):
            element.tag = "img"
    for noscript in list(body.iter("noscript")):
        inner = list(noscript.iter(*IMAGE_TAGS))
        if len(inner) != 1 or not (srcs := sources(inner[0])):
            continue
        stand_in = _stand_in(noscript, inner[0])
        if stand_in is None:
            is_in_box = any(map(images.is_box, islice(noscript.iterancestors(), 3)))
            if is_in_box and not images.is_too_small(inner[0], is_captioned=False):
                noscript.addprevious(inner[0])
        elif not sources(stand_in):
            stand_in.set("data-src", fold(srcs[0]))


def _stand_in(noscript: Element, image: Element) -> Element | None:
    """The lazy picture that a ``noscript`` repeats: just before or after it, or with the same words."""
    for beside in (noscript.getprevious(), noscript.getnext()):
        found = next(beside.iter(*IMAGE_TAGS), None) if beside is not None else None
        if found is not None:
            return found
    above = noscript.getparent()
    others = [] if above is None else [found for found in above.iter(*IMAGE_TAGS) if found is not image]
    return others[0] if len(others) == 1 else None


def note_films(body: Element) -> None:
    """Remember which figures show moving pictures, before those are taken out."""
    for film in body.iter(*_MOVING):
        figure = next((above for above in islice(film.iterancestors(), 6) if above.tag == "figure"), None)
        if figure is not None:
            figure.set(_SPOKEN, "video")


def take_out_figures(body: Element, boilerplate: dict[Element, str]) -> dict[Element, Figure]:
    """Put a mark in place of every photo and its words: the photos by mark. Words of films go to ``boilerplate``."""
    taking = _Taking(boilerplate, prose_length(body))
    shown = {image: sources(image) for image in islice(body.iter(*IMAGE_TAGS), _MOST_IMAGES)}
    shared = Counter(key for srcs in shown.values() for key in set(map(file_key, srcs)))
    for image, srcs in shown.items():
        if _is_within(image, body) and not (images.is_banner(image) or images.is_too_small(image, is_captioned=True)):
            # An address that many pictures share is a placeholder, shown until they are loaded.
            taking.take(image, [src for src in srcs if shared[file_key(src)] <= _MOST_SHOWN] or srcs)
    boxes = list(body.iter("figure"))
    bare = [box for box in boxes if _is_within(box, body) and not _photo_marks(box)]
    for box in bare:
        if len(taking.figures) >= _MOST_IMAGES:
            taking.leave_out(box)
        elif _is_within(box, body) and has_few_parts(box) and _says_little(box):
            taking.take_without_image(box)
    return taking.figures


@dataclass(slots=True)
class _Taking:
    boilerplate: dict[Element, str]
    prose: int  # the length of all prose of the page
    figures: dict[Element, Figure] = field(default_factory=dict)
    by_file: dict[str, list[Figure]] = field(default_factory=dict)

    def take(self, image: Element, srcs: list[str]) -> None:
        words = words_of(image)
        if not captions.fits(words, self.prose):
            if self._is_teaser(words.box, image):
                self.leave_out(words.box)
                return
            words = captions.only_marked(words, image, self.prose)
        words = credit_in(_with_attribute_words(image, words))
        if not _is_photo(image, srcs, words):
            return
        figure = _figure_of(words)
        target = next((above.get("href") for above in islice(image.iterancestors(), 4) if above.tag == "a"), None)
        is_enlarged = names_picture(target)
        figure.srcs = tuple(dict.fromkeys([*srcs, target] if target and is_enlarged else srcs))
        figure.alt_text = fold(image.get("alt") or "") or None
        figure.kind = "video" if any(box.get(_SPOKEN) for box in (words.box, image)) else "photo"
        figure.is_linked = bool(target) and not is_enlarged
        shown = (known for src in figure.srcs for known in self.by_file.get(file_key(src), ()))
        # A repeated picture adds no caption of its own.
        same = next((known for known in shown if is_same(known.caption or "", figure.caption or "")), None)
        if same is not None:
            _complete(same, figure)
            _remove(words)
            return
        for key in set(map(file_key, srcs)):
            self.by_file.setdefault(key, []).append(figure)
        self.figures[_remove(words)] = figure

    def _is_teaser(self, box: Element, image: Element) -> bool:
        """``True`` for a picture that leads to another story, with a linked title and a summary."""
        target = next((above.get("href") for above in image.iterancestors("a")), None)
        links = [link for link in box.iter("a") if link.get("href") == target and text_length(link) > _SHORTEST_TITLE]
        return bool(target) and bool(links) and text_length(box) < _LARGEST_TEASER * self.prose

    def leave_out(self, element: Element) -> None:
        self.boilerplate[replace_by_mark(element)] = fold(" ".join(element.itertext()))

    def take_without_image(self, box: Element) -> None:
        """A figure whose picture is not in the page: only a script would load it. Of a film nothing is left to see."""
        is_captioned = any(map(images.is_caption, box.iterdescendants("*")))
        text = fold("".join(box.itertext()))
        if not is_captioned or not text or next(box.iter(*_NOT_PICTURES), None) is not None:
            return
        words = credit_in(words_in(box))
        if box.get(_SPOKEN) == "video" or images.FILM_WORDS.search(text.replace(words.caption, "").lower()):
            self.leave_out(box)
        elif words.caption or words.credit:
            self.figures[_remove(words)] = _figure_of(words)


def _photo_marks(box: Element) -> list[Element]:
    return [mark for mark in box.iter(MARK) if mark.get(PHOTO)]


def _figure_of(words: Words) -> Figure:
    is_marked = captions.has_mark(words)
    return Figure((), None, words.caption or None, words.credit, words.credit_raw, is_marked=is_marked)


def _is_within(element: Element, body: Element) -> bool:
    """``True`` if an element is still in the page, and not removed with another."""
    return any(above is body for above in element.iterancestors())


def _with_attribute_words(image: Element, words: Words) -> Words:
    holders = [image, *islice(image.iterancestors(), 3), *islice(words.box.iter("*"), 30)]
    if not words.caption:
        # Beneath an enlarged picture, its link's title.
        links = (link for link in holders if link.tag == "a" and names_picture(link.get("href")))
        titles = (fold(link.get("title") or "") for link in links)
        of_link = next((title for title in titles if len(title.split()) >= 4 and len(title) < _LONGEST_TITLE), "")
        words.caption = tidy_caption(_first(holders, _CAPTION_ATTRIBUTES) or of_link)
    if not words.credit and (found := _divided_title(image)):
        words.caption = words.caption or found.caption or ""
        words.credit, words.credit_raw = found.name, found.raw
    if not words.credit and (credit := _first(holders, _CREDIT_ATTRIBUTES)):
        words.credit, words.credit_raw = credit, credit
    return words


def _divided_title(image: Element) -> Credit | None:
    title, alt_text = fold(image.get("title") or ""), fold(image.get("alt") or "")
    if len(title) >= _LONGEST_TITLE:
        return None
    # What goes on from the alternative text can only be the credit.
    is_longer = bool(alt_text) and len(title) > len(alt_text) and title.startswith(alt_text)
    return split_caption(title) if is_longer else ends_in_credit(title)


def _first(holders: list[Element], names: tuple[re.Pattern[str], ...]) -> str:
    data = [(name, value) for holder in holders for name, value in holder.items() if value and name.startswith("data-")]
    values = (value for pattern in names for name, value in data if pattern.fullmatch(name))
    return fold(re.sub(r"<[^<>]*>", " ", next(values, ""))[:1_000])


def _is_photo(image: Element, srcs: list[str], words: Words) -> bool:
    if not (words.caption or words.credit):
        is_too_small = images.is_too_small(image, is_captioned=False)
        return bool(srcs) and not is_too_small and not images.is_page_decoration(image, srcs)
    return not any(".vgwort." in src or "pixel.wp.com" in src for src in srcs)


def _complete(known: Figure, again: Figure) -> None:
    known.is_marked = known.is_marked or again.is_marked
    known.caption, known.alt_text = known.caption or again.caption, known.alt_text or again.alt_text
    if not known.credit and again.credit:
        known.credit, known.credit_raw = again.credit, again.credit_raw


def _remove(words: Words) -> Element:
    for element in words.beside:
        replace_by_mark(element)
    mark = replace_by_mark(words.box)
    mark.set(PHOTO, "1")
    return mark
