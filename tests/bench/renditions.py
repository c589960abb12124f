"""Renditions a second, ours against the plain way: open, resize and save each, with Pillow's defaults.

    python -m tests.bench.renditions [--photos 6]

The photos are made here, with 24 and 12 megapixels as in cameras; both ways make the same sizes in the same quality.
Processor time is counted, which other work on the machine changes little.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps

from articles import photos
from articles.photos.decoding import Source, opened
from articles.photos.labels import label_of, labelled
from articles.photos.renditions import ENCODERS, JPEG_QUALITY, WEBP_QUALITY, decoded, in_sizes, sizes_of
from tests.bench.table import row

LIMITS = photos.Limits(max_bytes=100_000_000, max_pixels=150_000_000)
WORDS = photos.Words(
    caption="The ferry leaves the north quay at nine.", credit_line="Harbour Daily", creator="Mei Tanaka"
)
NAIVE = {"jpg": ("JPEG", {"quality": JPEG_QUALITY}), "webp": ("WEBP", {"quality": WEBP_QUALITY})}
DETAIL = ((400, 1.0), (100, 0.5), (30, 0.28), (8, 0.12), (2, 0.06), (1, 0.03))  # pixels, and their share


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=6)
    measure(parser.parse_args().photos)


def measure(count: int = 6) -> None:
    files = [made_photo((6000, 4000) if number % 2 else (4000, 3000), number) for number in range(count)]
    for suffix, name in (("jpg", "JPEG"), ("webp", "WebP")):
        naive, ours = rate(naively, files, suffix), rate(as_we_do, files, suffix)
        row(f"renditions of photos of 12 and 24 megapixels in {name}", ours, "/s", peer=("naive Pillow", naive))
    held, again = held_rates(files)
    row("renditions in both, with files read, labelled and written", held, "/s")
    row("the same with another caption and the same pixels", again, "/s", limit=("the first time", held))


def made_photo(size: tuple[int, int], seed: int) -> bytes:
    """Clouds of all finenesses, with the statistics of a photo, easy and hard for an encoder."""
    dice = random.Random(seed)
    bands = []
    for _ in range(3):
        band = Image.new("L", size)
        for pixels, share in DETAIL:
            coarse = (max(2, size[0] // pixels), max(2, size[1] // pixels))
            noise = Image.frombytes("L", coarse, dice.randbytes(coarse[0] * coarse[1]))
            band = Image.blend(band, noise.resize(size, Image.Resampling.BICUBIC), share)
        bands.append(band)
    into = BytesIO()
    Image.merge("RGB", [Image.blend(bands[0], band, 0.35) for band in bands]).save(into, "JPEG", quality=90)
    return into.getvalue()


Way = Callable[[bytes, str], Iterator[bytes]]


def rate(way: Way, files: list[bytes], suffix: str) -> float:
    """Renditions a second of processor time, after one photo for warming up."""
    list(way(files[0], suffix))
    started = time.process_time()
    made = sum(1 for file in files for _ in way(file, suffix))
    return made / (time.process_time() - started)


def naively(file: bytes, suffix: str) -> Iterator[bytes]:
    kind, options = NAIVE[suffix]
    for size in sizes_of(source_of(file)):
        with Image.open(BytesIO(file)) as photo:
            into = BytesIO()
            ImageOps.exif_transpose(photo).convert("RGB").resize(size, Image.Resampling.LANCZOS).save(
                into, kind, **options
            )
        yield into.getvalue()


def as_we_do(file: bytes, suffix: str) -> Iterator[bytes]:
    source, label = source_of(file), label_of(WORDS)
    sizes = sizes_of(source)
    for _, picture in in_sizes(decoded(source, sizes[-1]), sizes):
        yield labelled(ENCODERS[suffix](picture), label)


def source_of(file: bytes) -> Source:
    return opened(file, LIMITS)


def held_rates(files: list[bytes]) -> tuple[float, float]:
    with TemporaryDirectory(prefix="newsarchive-bench-") as folder:
        first = _held_rate(files, Path(folder), WORDS)
        return first, _held_rate(files, Path(folder), photos.Words(caption="Another caption."))


def _held_rate(files: list[bytes], folder: Path, words: photos.Words) -> float:
    started = time.process_time()
    held = [photos.hold(file, folder, LIMITS, words) for file in files]
    return sum(2 * len(photo.renditions) for photo in held) / (time.process_time() - started)


if __name__ == "__main__":
    main()
