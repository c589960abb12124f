"""The exceptions that mean a damaged or malicious archive.

Python's archive modules check little; besides their own errors, they raise those of any function that fails.
"""

import errno
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from articles.ingest.errors import UnreadableFile
from articles.ingest.inputs.shown import printable

DAMAGE: tuple[type[Exception], ...] = (
    EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, struct.error, ValueError, OverflowError,
    LookupError, RuntimeError, MemoryError,
)  # fmt: skip
UNREADABLE: tuple[type[Exception], ...] = (*DAMAGE, OSError)


@contextmanager
def damage_in_words(name: str, what: str) -> Iterator[None]:
    """Raise ``UnreadableFile`` for ``name`` if the block finds damage; errors of the disk pass."""
    try:
        yield
    except UnicodeDecodeError as error:
        reason = "a file name in it is marked as UTF-8 but is not; unpack it with another program, then load the folder"
        raise UnreadableFile(reason, path=name) from error
    except RuntimeError as error:  # NotImplementedError too: a compression that zipfile does not know
        why = printable(" ".join(str(error).split()))[:300] or type(error).__name__
        raise UnreadableFile(f"the {what} cannot be unpacked ({why})", path=name) from error
    except UNREADABLE as error:
        # gzip, bzip2 and negative offsets have an ``OSError`` without a number, or with this one.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise UnreadableFile(f"damaged {what}", path=name) from error
