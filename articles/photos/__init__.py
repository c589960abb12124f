"""Photo files: stored by digest, decoded safely, and served as renditions that carry caption and credit. No database.

Below ``MEDIA_ROOT``, ``originals/`` has the files as loaded; they may name places and people, and are never served.
``renditions/`` has what pages show.
"""

from articles.photos.bucket import AnyPath, BucketPath
from articles.photos.decoding import Limits
from articles.photos.drawings import drawing_size
from articles.photos.holding import MEDIA_TYPES, HeldPhoto, digest_in, hold, measured, reencoded, relabelled, size_in
from articles.photos.segments import BadPhoto
from articles.photos.words import FIELDS, Words, differ, filled
