"""How a photo stands on a page: its sizes, its caption, its credit, or the words in its place. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from articles.models import Photo
from articles.text.credit_words import Credit, credit_of, not_held_words
from articles.text.messages import gettext
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
    # The photo's own page, where the picture leads there, and what the link is called where no alt text names it.
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
    name = {"kind": label or photo.get_kind_display(), "name": in_short(photo.caption or photo.alt_text, 60)}
    link_name = gettext("%(kind)s: %(name)s") % {**name, "name": name["name"] or photo.number}
    if not renditions:
        missing = not_held_words(photo)
        if photo.file and photo.kind == Photo.Kind.VIDEO:
            missing = gettext("The archive holds this video’s file, but cannot show it.")
        elif photo.file:
            missing = gettext("The archive holds this photo’s file, but cannot show it.")
        return Picture(*said, missing=missing, url=url, link_name=link_name)
    largest, shape = renditions[-1], ""
    if largest.height_px > largest.width_px:
        shape = "tall"
    elif largest.width_px >= max(WIDE_RATIO * largest.height_px, WIDE_FROM_PX):
        shape = "wide"
    named = next((one for one in renditions if one.width_px >= least_px), largest)
    if shape == "wide" and not sizes:
        named = largest
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


def first_picture(
    photos: Iterable[Photo], *, sizes: str = THUMB_SIZES, least_px: int = 400, url: str = ""
) -> Picture | None:
    """The first of the photos that the archive can show; their renditions are prefetched."""
    shown = (photo for photo in photos if photo.renditions.all())
    return next((picture_of(photo, sizes=sizes, least_px=least_px, url=url) for photo in shown), None)
