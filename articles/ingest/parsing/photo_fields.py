"""Photos of a story from the pictures that an article names: caption and credit divided, file found."""

from articles.ingest.parsing.credits_in_captions import ends_in_copyright
from articles.ingest.parsing.credits_in_text import is_caption_cut, split_credit
from articles.ingest.parsing.local_files import find_photo
from articles.ingest.story import Damage, Piece, StoryPhoto
from articles.text.damage import DamageCode

# Characters; a longer address contains the picture itself and names no file.
_LONGEST_SRC = 2_000


def make_photo(piece: Piece, named: StoryPhoto) -> StoryPhoto:
    """The photo as a story has it, from what an article says of it. Empty texts are ``None`` then."""
    caption, credit, raw, kind, src = named.caption, named.credit, named.credit, named.kind, named.src
    if caption and not credit and (found := split_credit(caption) or ends_in_copyright(caption)):
        caption, credit, raw, kind = found.caption, found.name, found.raw, found.kind
    return StoryPhoto(
        caption=caption or None,
        credit=credit or None,
        position=named.position,
        kind=kind,
        credit_raw=raw or None,
        alt_text=named.alt_text or None,
        src=src[:_LONGEST_SRC] if src else None,
        file=find_photo(piece, src) if src and len(src) <= _LONGEST_SRC else None,
        creator=named.creator or None,
        copyright_notice=named.copyright_notice or None,
    )


def photo_damage(photo: StoryPhoto, number: int, line: int | None) -> list[Damage]:
    """A credit without a name, a caption cut off, a credit without a caption."""
    texts = {
        DamageCode.CREDIT_CUT: None if photo.credit else photo.credit_raw,
        DamageCode.CAPTION_CUT: photo.caption if is_caption_cut(photo.caption) else None,
        DamageCode.CAPTION_MISSING: None if photo.caption else photo.credit_raw,
    }
    return [Damage(code, f"photo {number}", line, text) for code, text in texts.items() if text]
