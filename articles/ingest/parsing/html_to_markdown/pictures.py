"""The pictures of a fragment: ``figure``, ``img``, NITF's ``media``, and elements with a picture and its caption."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from articles.ingest.parsing.html_pictures import in_sets, is_address, is_decoration, lazy_addresses
from articles.ingest.parsing.html_to_markdown import elements
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, name_of, text_of
from articles.ingest.parsing.story_photos import Delivered, Rendition, number_of
from articles.ingest.parsing.whitespace import fold

_CREDIT_CLASS = re.compile(r"credit|byline|copyright|photographer|attribution|source|author")
_CAPTION_CLASS = re.compile(r"caption|description|legend|cutline|bildtext")
_CAPTIONS = ("figcaption", "media-caption")
_PICTURE_TYPES = frozenset({"", "image", "photo", "picture", "graphic", "illustration"})
_REFERENCES = ("uri", "data-uri", "data-assoc-ref", "data-id", "id", "data-preview-src")
_BOXES = frozenset({"div", "span", "section", "aside", "p", "a", "center"})
_SIZE = re.compile(r"=[swh]\d[\w-]*$")  # of Google's pictures without a file name: ``…/AVvX=s320``


def is_picture_box(element: Element) -> bool:
    """``True`` for an element with a picture and no words except a marked caption or credit."""
    is_box = name_of(element) in _BOXES or "tr-caption-container" in elements.classes_of(element)  # of Blogger
    if not is_box or not all_named(element, "img") or not text_of(element):
        return False
    marked = {part for part in element.iterdescendants() if _is_caption(part) or _has_class(part, _CREDIT_CLASS)}
    return not elements.raw_text_of(element, marked).strip()


def _has_class(element: Element, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(name) for name in elements.classes_of(element))


def is_no_photo(image: Element) -> bool:
    return is_decoration(image, [rendition.href for rendition in _addresses(image)])


def image_of(image: Element) -> Delivered | None:
    """An ``img`` or ``video``; ``None`` without an address."""
    addresses = list(_addresses(image))
    if not addresses:
        return None
    return Delivered(
        renditions=tuple(addresses),
        alt_text=fold(image.get("alt") or "") or None,
        kind="video" if name_of(image) == "video" else "photo",
        refs=frozenset(value for key in _REFERENCES if (value := image.get(key))),
    )


def _addresses(image: Element) -> Iterator[Rendition]:
    width, height = number_of(image.get("width")), number_of(image.get("height"))
    addresses, src = lazy_addresses(image), image.get("src", "").strip()
    if src and (is_address(src) or not addresses):
        addresses.append(src)
    parent = image.getparent()
    around = "" if parent is None else name_of(parent)
    linked = parent.get("href", "").strip() if around == "a" else ""
    names = {_SIZE.sub("", address).rpartition("/")[2] for address in (src, linked)}
    if linked and src and len(names) == 1:  # the same in a larger size, as Blogger links it
        yield Rendition(linked, width + 1, height + 1)
    yield from (Rendition(address, width, height) for address in addresses)
    holder = image if name_of(image) == "video" else parent if around == "picture" else None
    for source in (image, *(() if holder is None else all_named(holder, "source"))):
        # Without a height, the width is used for both.
        yield from (Rendition(address, size, size) for address, size in in_sets(source) if is_address(address))
        if source is not image and (address := source.get("src", "").strip()):
            yield Rendition(address, media_type=source.get("type", ""))


def pictures_of_figure(figure: Element) -> list[Delivered]:
    """The pictures of a ``figure`` or box, which share its caption."""
    credits = _outermost(figure, _is_credit)
    captions = _outermost(figure, _is_caption)
    credit = fold(" ".join(map(text_of, credits)))
    left_out = {*credits, *all_named(figure, "img", "video", *elements.SILENT)}
    caption = fold(" ".join(text_of(part, left_out) for part in captions or [figure]))
    images = [part for part in all_named(figure, "img", "video") if caption or credit or not is_no_photo(part)]
    pictures = filter(None, map(image_of, images))
    return [replace(picture, caption=caption or None, credit=credit or None) for picture in pictures]


def _is_credit(part: Element) -> bool:
    if _has_class(part, _CREDIT_CLASS):
        return True
    return name_of(part) in ("small", "cite") and any(name_of(above) == "figcaption" for above in part.iterancestors())


def _is_caption(part: Element) -> bool:
    return name_of(part) in _CAPTIONS or (_has_class(part, _CAPTION_CLASS) and not _has_class(part, _CREDIT_CLASS))


def _outermost(figure: Element, fits: Callable[[Element], bool]) -> list[Element]:
    outermost: dict[Element, None] = {}
    for part in figure.iterdescendants():
        if fits(part) and name_of(part) != "img" and not any(above in outermost for above in part.iterancestors()):
            outermost[part] = None
    return list(outermost)


def picture_of_media(media: Element) -> Delivered | None:
    """A ``media`` element of NITF; ``None`` for sound, data and the like."""
    kind = (media.get("media-type") or "").lower()
    references = all_named(media, "media-reference")
    if kind not in _PICTURE_TYPES and kind != "video":
        return None
    caption = fold(" ".join(map(text_of, all_named(media, "media-caption"))))
    producer = fold(" ".join(map(text_of, all_named(media, "media-producer"))))
    alt_text = next((alt for part in references if (alt := fold(part.get("alternate-text") or ""))), None)
    if not (references or caption):
        return None
    return Delivered(
        renditions=tuple(filter(None, map(_reference, references))),
        caption=caption or None,
        credit=producer or _metadata_of(media, "credit", "creditline", "source"),
        alt_text=alt_text,
        creator=producer or _metadata_of(media, "byline", "photographer", "author", "creator"),
        copyright_notice=_metadata_of(media, "copyright") or next((part.get("copyright") for part in references), None),
        kind="video" if kind == "video" else "photo",
        refs=frozenset(value for part in (media, *references) if (value := part.get("id"))),
    )


def _reference(reference: Element) -> Rendition | None:
    href = (reference.get("source") or reference.get("data-location") or reference.get("name") or "").strip()
    if not href:
        return None
    width_px, height_px = number_of(reference.get("width")), number_of(reference.get("height"))
    return Rendition(href, width_px, height_px, 0, reference.get("mime-type") or "", reference.get("name") or "")


def _metadata_of(media: Element, *names: str) -> str | None:
    for name in names:
        for part in all_named(media, "media-metadata"):
            if (part.get("name") or "").lower() == name and (value := fold(part.get("value") or "")):
                return value
    return None
