"""Photos as figures on pages: sizes, caption, credit, or words in place of a picture. No queries."""

from typing import NamedTuple

from articles.models import Photo
from articles.text.messages import gettext
from articles.text.phrases import in_short
from articles.text.shown_credits import Credit, credit_of, not_held_words

WIDE_RATIO = 1.4  # width to height of photos that may span the page
WIDE_FROM_PX = 1200
SMALL_BELOW_PX = 800  # enlarged by half, such a photo is narrower than the widest place
TEXT_SIZES = "(min-width: 64rem) 39rem, 100vw"
WIDE_SIZES = "(min-width: 64rem) 60rem, 100vw"
TALL_SIZES = "25rem"
THUMB_SIZES = "12rem"
NEXT_SIZES = "(min-width: 78rem) 23rem, (min-width: 36rem) 12rem, 100vw"
SHEET_SIZES = "(min-width: 64rem) 17rem, (min-width: 36rem) 45vw, 100vw"
PAGE_SIZES = "(min-width: 64rem) 73rem, 100vw"
LEAD_SIZES = "(min-width: 64rem) 48rem, 100vw"
# Width to height in hundredths, for the rows of a sheet: ``site.css`` has a class for each, since the policy on content
# allows no style in a page. A picture is drawn whole in the nearest.
RATIOS = (60, 67, 71, 75, 80, 90, 100, 110, 120, 133, 142, 150, 160, 178, 190, 210, 240, 300)


class Picture(NamedTuple):
    """A photo or video with ``src``, or the reason why it is ``missing``. In hits, captions and credits are HTML."""

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
    is_small: bool = False
    # The address that the picture links to, and the link's name; ``""``: its alt text.
    url: str = ""
    link_name: str = ""

    @property
    def ratio(self) -> int:
        own = 100 * self.width_px / self.height_px
        return min(RATIOS, key=lambda ratio: max(own / ratio, ratio / own))


def picture_of(
    photo: Photo, *, sizes: str = "", caption_note: str = "", least_px: int = 800, url: str = "", label: str = ""
) -> Picture:
    """The figure of a photo with prefetched renditions.

    ``sizes``: ``""`` for the photo's shape in an article. ``least_px``: the least width of the default file; browsers
    choose others from ``srcset``. ``url``: the address that the picture links to, by the name of its alt text, else its
    caption, always if preceded by ``label``.
    """
    renditions = [] if photo.is_former else sorted(photo.renditions.all(), key=lambda size: size.width_px)
    alt_text = photo.alt_text if photo.alt_text != photo.caption else ""  # not heard twice
    words = (photo.caption, caption_note, credit_of(photo), alt_text)
    link_name = ""
    if url and (label or not (alt_text and renditions)):
        kind = label or (gettext("Video") if photo.kind == Photo.Kind.VIDEO else gettext("Photo"))
        name = in_short(photo.caption or photo.alt_text, 60) or photo.number
        link_name = gettext("%(kind)s: %(name)s") % {"kind": kind, "name": name}
    if not renditions:
        missing = not_held_words(photo)
        if photo.file and photo.is_former:
            missing = gettext("The picture of this version is no longer shown.")
        elif photo.file and photo.kind == Photo.Kind.VIDEO:
            missing = gettext("The video file is in the archive but cannot be displayed.")
        elif photo.file:
            missing = gettext("The photo file is in the archive but cannot be displayed.")
        return Picture(*words, missing=missing, url=url, link_name=link_name)
    largest, shape = renditions[-1], ""
    if largest.height_px > largest.width_px:
        shape = "tall"
    elif largest.width_px >= max(WIDE_RATIO * largest.height_px, WIDE_FROM_PX):
        shape = "wide"
    default = next((size for size in renditions if size.width_px >= least_px), largest)
    if shape == "wide" and not sizes:
        default = largest
    return Picture(
        *words,
        missing="",
        shape=shape,
        src=default.url,
        srcset=", ".join(f"{size.url} {size.width_px}w" for size in renditions),
        srcset_webp=", ".join(f"{size.url_webp} {size.width_px}w" for size in renditions if size.file_webp),
        sizes=sizes or {"wide": WIDE_SIZES, "tall": TALL_SIZES}.get(shape, TEXT_SIZES),
        width_px=default.width_px,
        height_px=default.height_px,
        is_small=largest.width_px < SMALL_BELOW_PX,
        url=url,
        link_name=link_name,
    )
