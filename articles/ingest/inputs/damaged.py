"""The exceptions that mean a damaged or malicious archive.

Python's archive modules check little of what they read. Besides their own errors they let through those of whatever
function fails first, so the list is long.
"""

from __future__ import annotations

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
def damage_in_words(name: str, what: str = "the archive") -> Iterator[None]:
    """Raise ``UnreadableFile`` for ``name`` if the block finds damage; let errors of the disk itself through."""
    try:
        yield
    except UnicodeDecodeError as error:
        reason = "a name in it is said to be UTF-8 and is not; unpack it with another program, then load the folder"
        raise UnreadableFile(reason, path=name) from error
    except RuntimeError as error:  # NotImplementedError too: a compression that zipfile does not know
        raise UnreadableFile(f"{what} can not be unpacked ({_why(error)})", path=name) from error
    except DAMAGE as error:
        raise UnreadableFile(f"{what} is cut off or damaged ({_why(error)})", path=name) from error
    except OSError as error:
        if not is_damage(error):
            raise
        raise UnreadableFile(f"{what} is cut off or damaged ({_why(error)})", path=name) from error


def is_damage(error: OSError) -> bool:
    """``False`` for faults of the disk; ``True`` for the ``OSError`` of gzip, of bzip2, and of negative offsets."""
    return error.errno in (None, errno.EINVAL)


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EINVAL:
        return "it says that a part of it lies outside of it"
    return printable(" ".join(str(error).split()))[:300] or type(error).__name__
