"""Photo files: kept by digest, decoded with care, served in sizes made from them that carry their caption and credit.

Below ``MEDIA_ROOT``, ``originals/`` holds the files as they came, with whatever they say about places and people,
and is never served; ``renditions/`` holds what pages show. Nothing here touches the database.
"""

from articles.photos.decoding import BadPhoto, Limits
from articles.photos.holding import HeldPhoto, HeldRendition, digest_in, encoded_again, hold, label_anew, size_in
from articles.photos.words import FIELDS, Words, captions_differ, credits_differ, differ, filled

__all__ = [
    "FIELDS", "BadPhoto", "HeldPhoto", "HeldRendition", "Limits", "Words", "captions_differ", "credits_differ",
    "differ", "digest_in", "encoded_again", "filled", "hold", "label_anew", "size_in",
]  # fmt: skip
