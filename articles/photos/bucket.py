"""Paths of photo files in a bucket of an object store."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any


@dataclass(frozen=True, slots=True)
class BucketPath:
    """The methods of ``Path`` that photo files need. A file is there in full or not at all; errors are ``OSError``.

    ``storage``: an ``S3Storage`` of django-storages. Pickled for reading processes, it needs no settings there, as its
    own ``open`` and ``save`` would.
    """

    storage: Any
    below: str = ""  # its ``location``
    found: Any = None  # by ``glob``

    def __truediv__(self, name: str) -> "BucketPath":
        return BucketPath(self.storage, f"{self.below}/{name}".removeprefix("/"))

    def __str__(self) -> str:
        return f"s3://{self.storage.bucket_name}/{self.key}"

    @property
    def key(self) -> str:
        return f"{self.storage.location}/{self.below}".removeprefix("/")

    @property
    def name(self) -> str:
        return self.below.rpartition("/")[2]

    def exists(self) -> bool:
        return bool(self._try(lambda: self.storage.exists(self.below)))

    def stat(self) -> os.stat_result:
        """Size and time alone."""
        found = self.found or self.storage.connection.ObjectSummary(self.storage.bucket_name, self.key)
        size, moment = self._try(lambda: (found.size, found.last_modified))
        return os.stat_result((*[0] * 6, size, 0, int(moment.timestamp()), 0))

    def read_bytes(self) -> bytes:
        return bytes(self._try(lambda: self.storage.bucket.Object(self.key).get()["Body"].read()))

    def write_bytes(self, content: bytes) -> None:
        self._try(lambda: self.storage.bucket.Object(self.key).put(Body=content))

    def unlink(self, *, missing_ok: bool) -> None:
        self._try(lambda: self.storage.delete(self.below))

    def glob(self, pattern: str) -> "Iterator[BucketPath]":
        start = self / re.split(r"[*?\[]", pattern)[0]
        pages = self.storage.bucket.objects.filter(Prefix=start.key).pages()
        while page := self._try(lambda: next(pages, None)):
            for found in page:
                if PurePosixPath(found.key).match(pattern):
                    yield BucketPath(self.storage, found.key[len(self.key) - len(self.below) :], found)

    def _try(self, ask: Callable[[], Any]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # an optional dependency

        try:
            return ask()
        except (BotoCoreError, ClientError) as error:
            is_missing = getattr(error, "response", {}).get("Error", {}).get("Code") in ("404", "NoSuchKey")
            raise OSError(errno.ENOENT if is_missing else errno.EIO, str(error), str(self)) from error


AnyPath = Path | BucketPath
