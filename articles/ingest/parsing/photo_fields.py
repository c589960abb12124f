"""Photos of a story from the pictures that an article names: caption and credit divided, file found."""

from __future__ import annotations

from articles.ingest.parsing.credits_in_captions import ends_in_copyright
from articles.ingest.parsing.credits_in_text import is_caption_cut, split_credit
from articles.ingest.parsing.local_files import find_photo
from articles.ingest.story import Damage, PhotoKind, Piece, StoryPhoto
from articles.text.damage import DamageCode

# Characters; a longer address contains the picture itself and names no file.
_LONGEST_SRC = 2_000


def make_photo(
    piece: Piece,
    *,
    src: str | None = None,
    alt_text: str | None = None,
    caption: str | None = None,
    credit: str | None = None,
    position: int = 0,
    creator: str | None = None,
    copyright_notice: str | None = None,
) -> StoryPhoto:
    kind: PhotoKind = "photo"
    credit_raw = credit or None
    if caption and not credit and (found := split_credit(caption) or ends_in_copyright(caption)):
        caption, credit, credit_raw, kind = found.caption, found.name, found.raw, found.kind
    return StoryPhoto(
        caption=caption or None,
        credit=credit or None,
        position=position,
        kind=kind,
        credit_raw=credit_raw,
        alt_text=alt_text or None,
        src=src[:_LONGEST_SRC] if src else None,
        file=find_photo(piece, src) if src and len(src) <= _LONGEST_SRC else None,
        creator=creator or None,
        copyright_notice=copyright_notice or None,
    )


def photo_damage(photo: StoryPhoto, number: int, line: int | None) -> list[Damage]:
    """A credit without a name, a caption cut off, a credit without a caption."""
    field = f"photo {number}"
    damage = []
    if photo.credit_raw and not photo.credit:
        damage.append(Damage(DamageCode.CREDIT_CUT, field, line, photo.credit_raw))
    if is_caption_cut(photo.caption):
        damage.append(Damage(DamageCode.CAPTION_CUT, field, line, photo.caption or ""))
    if photo.credit_raw and not photo.caption:
        damage.append(Damage(DamageCode.CAPTION_MISSING, field, line, photo.credit_raw))
    return damage
