"""Photos as figures: sizes, caption, credit, or the words in place of a missing file. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from articles.models import Photo
from articles.text.credits import Credit, credit_of, not_held_words

WIDE_RATIO = 1.4  # width to height from which a photo may span the page
WIDE_FROM_PX = 1200
TEXT_SIZES = "(min-width: 64rem) 39rem, 100vw"
WIDE_SIZES = "(min-width: 64rem) 60rem, 100vw"
TALL_SIZES = "25rem"
THUMB_SIZES = "12rem"
SHEET_SIZES = "(min-width: 64rem) 17rem, (min-width: 36rem) 45vw, 100vw"
PAGE_SIZES = "(min-width: 64rem) 52rem, 100vw"
LEAD_SIZES = "(min-width: 64rem) 48rem, 100vw"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or video as a figure; without ``src``, ``missing`` says why."""

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
    # The photo's page, if the picture links to it, and a name for the link if there is no alt text.
    url: str = ""
    link_name: str = ""


def picture_of(photo: Photo, *, sizes: str = "", caption_note: str = "", least_px: int = 800, url: str = "") -> Picture:
    """The renditions of ``photo`` must be prefetched.

    ``sizes`` defaults to those of an article for the photo's shape. ``least_px`` is the width for ``src``; browsers
    choose from ``srcset`` themselves. ``url`` makes the picture a link.
    """
    renditions = sorted(photo.renditions.all(), key=lambda rendition: rendition.width_px)
    words = (photo.caption, caption_note, credit_of(photo), photo.alt_text)
    if not renditions:
        broken = f"The archive holds this {photo.kind}’s file, but cannot show it."
        return Picture(*words, missing=broken if photo.file else not_held_words(photo), url=url)
    largest, shape = renditions[-1], ""
    if largest.height_px > largest.width_px:
        shape = "tall"
    elif largest.width_px >= max(WIDE_RATIO * largest.height_px, WIDE_FROM_PX):
        shape = "wide"
    named = next((made for made in renditions if made.width_px >= least_px), largest)
    if shape == "wide" and not sizes:
        named = largest
    return Picture(
        *words,
        missing="",
        shape=shape,
        src=named.url,
        srcset=", ".join(f"{made.url} {made.width_px}w" for made in renditions),
        srcset_webp=", ".join(f"{made.url_webp} {made.width_px}w" for made in renditions if made.file_webp),
        sizes=sizes or {"wide": WIDE_SIZES, "tall": TALL_SIZES}.get(shape, TEXT_SIZES),
        width_px=named.width_px,
        height_px=named.height_px,
        url=url,
        link_name="" if photo.alt_text else f"The page of this {photo.kind}",
    )


def first_picture(photos: Iterable[Photo], *, sizes: str = THUMB_SIZES, least_px: int = 400) -> Picture | None:
    """The first photo that can be shown; renditions must be prefetched."""
    shown = (photo for photo in photos if photo.renditions.all())
    return next((picture_of(photo, sizes=sizes, least_px=least_px) for photo in shown), None)
