"""Photo files: stored by digest, decoded safely, and served as renditions that carry caption and credit.

Below ``MEDIA_ROOT``, ``originals/`` has the files as they came, with all that they say about places and people; they
are never served. ``renditions/`` has what pages show. Nothing here uses the database.
"""

from articles.photos.decoding import BadPhoto, Limits
from articles.photos.holding import (
    HeldPhoto,
    HeldRendition,
    digest_in,
    encoded_again,
    hold,
    label_anew,
    shrunk,
    size_in,
)
from articles.photos.words import FIELDS, Words, captions_differ, credits_differ, differ, filled

__all__ = [
    "FIELDS", "BadPhoto", "HeldPhoto", "HeldRendition", "Limits", "Words", "captions_differ", "credits_differ",
    "differ", "digest_in", "encoded_again", "filled", "hold", "label_anew", "shrunk", "size_in",
]  # fmt: skip
