"""Limits of unpacking, since archives can expand without end."""

from dataclasses import dataclass

from articles.ingest.errors import UnreadableFile

# Small files may well compress to a hundredth, so the ratio applies above this size.
RATIO_FROM_BYTES = 4_000_000


def is_bomb(size: int, packed: int, max_ratio: int) -> bool:
    return size > RATIO_FROM_BYTES and size > packed * max_ratio


class BeyondLimits(UnreadableFile):
    pass


def refuse_bomb(size: int, packed: int, max_ratio: int, name: str) -> None:
    if is_bomb(size, packed, max_ratio):
        reason = f"it expands to more than {max_ratio} times its size (UNPACK_MAX_RATIO): possible zip bomb"
        raise BeyondLimits(reason, path=name)


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """Files in an archive, nested ones included; unpacked bytes; and unpacked bytes per packed byte."""

    max_files: int
    max_bytes: int
    max_ratio: int


@dataclass(slots=True)
class Budget:
    limits: UnpackLimits
    files: int = 0
    bytes: int = 0

    def spend(self, size: int, name: str) -> None:
        self.bytes += size
        if self.bytes > self.limits.max_bytes:
            reason = f"more than {self.limits.max_bytes:,} bytes when unpacked (UNPACK_MAX_BYTES)"
            raise BeyondLimits(reason, path=name)

    def add_file(self, name: str) -> None:
        self.files += 1
        if self.files > self.limits.max_files:
            raise BeyondLimits(f"more than {self.limits.max_files:,} files in it (UNPACK_MAX_FILES)", path=name)
