"""How a photo stands on a page: its sizes, its caption, its credit, or the words in its place. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from articles.models import Photo, Rendition
from articles.text.credits import Credit, credit_of, not_held_words
from articles.text.phrases import in_short

WIDE_RATIO = 1.4  # width to height from which a photo may span the page
WIDE_FROM_PX = 1200
TEXT_SIZES = "(min-width: 64rem) 39rem, 100vw"
WIDE_SIZES = "(min-width: 64rem) 60rem, 100vw"
TALL_SIZES = "25rem"
THUMB_SIZES = "12rem"
SHEET_SIZES = "(min-width: 64rem) 17rem, (min-width: 36rem) 45vw, 100vw"
PAGE_SIZES = "(min-width: 64rem) 73rem, 100vw"
LEAD_SIZES = "(min-width: 64rem) 48rem, 100vw"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or video as a figure: with ``src`` it is shown, without it ``missing`` says why not."""

    caption: str
    caption_note: str
    credit: Credit
    alt_text: str
    missing: str
    shape: str = ""
    src: str = ""
    srcset: str = ""
    srcset_webp: str = ""
    sizes: str = ""
    width_px: int = 0
    height_px: int = 0
    # Where the picture leads, and what that link is called.
    url: str = ""
    link_name: str = ""


def picture_of(
    photo: Photo, *, sizes: str = "", caption_note: str = "", least_px: int = 800, url: str = "", label: str = ""
) -> Picture:
    """The figure of a photo whose renditions are prefetched.

    ``sizes`` empty: as the photo's shape asks for in an article. ``least_px`` is the width of the one that is named
    first; browsers that know ``srcset`` choose for themselves. ``url`` is where the picture shall lead,
    and ``label`` stands before its caption in the name of that link.
    """
    renditions = sorted(photo.renditions.all(), key=lambda rendition: rendition.width_px)
    said = (photo.caption, caption_note, credit_of(photo), photo.alt_text)
    link_name = f"{label or photo.kind.capitalize()}: {in_short(photo.caption or photo.alt_text, 60) or photo.number}"
    if not renditions:
        return Picture(*said, missing=_why_missing(photo), url=url, link_name=link_name)
    shape = shape_of(renditions[-1])
    named = next((one for one in renditions if one.width_px >= least_px), renditions[-1])
    if shape == "wide" and not sizes:
        named = renditions[-1]
    return Picture(
        *said,
        missing="",
        shape=shape,
        src=named.url,
        srcset=", ".join(f"{one.url} {one.width_px}w" for one in renditions),
        srcset_webp=", ".join(f"{one.url_webp} {one.width_px}w" for one in renditions if one.file_webp),
        sizes=sizes or {"wide": WIDE_SIZES, "tall": TALL_SIZES}.get(shape, TEXT_SIZES),
        width_px=named.width_px,
        height_px=named.height_px,
        url=url,
        link_name=link_name,
    )


def shape_of(largest: Rendition) -> str:
    """``wide``, ``tall`` or ``""``, by the largest rendition."""
    if largest.height_px > largest.width_px:
        return "tall"
    is_wide = largest.width_px >= WIDE_RATIO * largest.height_px and largest.width_px >= WIDE_FROM_PX
    return "wide" if is_wide else ""


def first_picture(
    photos: Iterable[Photo], *, sizes: str = THUMB_SIZES, least_px: int = 400, url: str = ""
) -> Picture | None:
    """The first of the photos that the archive can show; their renditions are prefetched."""
    for photo in photos:
        if photo.renditions.all():
            return picture_of(photo, sizes=sizes, least_px=least_px, url=url)
    return None


def _why_missing(photo: Photo) -> str:
    if not photo.file:
        return not_held_words(photo)
    return f"The archive holds this {photo.kind}’s file, but cannot show it."
