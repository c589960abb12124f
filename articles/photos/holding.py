"""Stores photo files, makes renditions, and relabels these when staff correct captions or credits.

A rendition's name has the digest of its photo and a digest of the words written into it,
``renditions/4b/4bbf…-9f86d081-800.webp``, so the bytes under a name never change. ``articles.catalogue.photo_files``
removes unused ones.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from articles.photos import metadata
from articles.photos.bucket import AnyPath, BucketPath
from articles.photos.decoding import FORMATS, Limits, damage_in_words, opened
from articles.photos.drawings import drawing_size
from articles.photos.labels import checksummed, is_whole, label_of, labelled
from articles.photos.renditions import ENCODERS, Size, decoded, in_sizes, sizes_of
from articles.photos.segments import BadPhoto, Blocks
from articles.photos.words import Words, filled
from articles.text.keys import digest_of

_NAME = re.compile(
    r"(?P<photo>renditions/[0-9a-f]{2}/(?P<digest>[0-9a-f]{64}))(?:-[0-9a-f]{8})?-(?P<rest>[0-9]{1,5}\.(?:jpg|webp|svg))"
)
_NO_WORDS = Words()
MEDIA_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp", ".svg": "image/svg+xml"}  # of renditions


@dataclass(frozen=True, slots=True)
class HeldRendition:
    file: str
    file_webp: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class HeldPhoto:
    """A photo file in the archive; sizes are upright pixels, files are paths below ``MEDIA_ROOT``. ``words``: the
    article's, with gaps filled from the file; ``from_file``: the filled fields; ``metadata``: all of the file's.
    """

    digest: str
    file: str
    width_px: int
    height_px: int
    renditions: tuple[HeldRendition, ...]
    words: Words = _NO_WORDS
    from_file: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


def hold(
    data: bytes, media: AnyPath | None, limits: Limits, words: Words = _NO_WORDS, written: list[AnyPath] | None = None
) -> HeldPhoto:
    """Store a photo file and make its missing renditions.

    ``words``: the article's. Without ``media`` nothing is written: the file is decoded, and the result describes
    what would be stored. ``written`` gets the paths of new files, as they are written. Raises ``BadPhoto`` for files
    that are not pictures, are cut off or exceed the limits, and ``OSError`` if the archive's disk cannot be written.
    """
    if len(data) > limits.max_bytes:
        raise BadPhoto(f"larger than {limits.max_bytes:,} bytes")
    if size := drawing_size(data):
        # Its only rendition is the file itself, under a name like those of other photos.
        held = _described(data, "svg", size, [size], Blocks(), words)
        files = dict.fromkeys((held.renditions[0].file, held.file), data)
        return _written(held, files, media, written) if media else held
    with damage_in_words(data):
        source = opened(data, limits)
        size = (source.width_px, source.height_px)
        sizes = sizes_of(source)
        held = _described(data, FORMATS[source.kind], size, sizes, source.blocks, words)
        if media is None:
            if sizes:
                decoded(source, sizes[-1])
            return held
    label, files = label_of(held.words), {}
    missing: dict[Size, list[str]] = {}
    for rendition in held.renditions:
        for name in (rendition.file, rendition.file_webp):
            if (media / name).exists():
                continue
            # A rendition with the words of another article, or former words, has the same pixels.
            is_held = (media / held.file).exists()
            if former := _with_other_words(name, media) if is_held else None:
                files[name] = checksummed(labelled(former, label))
            else:
                missing.setdefault((rendition.width_px, rendition.height_px), []).append(name)
    with damage_in_words(data):
        # All are made before any is written, so that a damaged file leaves nothing behind.
        for size, picture in in_sizes(decoded(source, max(missing)), list(missing)) if missing else ():
            for name in missing[size]:
                files[name] = checksummed(labelled(ENCODERS[name.rpartition(".")[2]](picture), label))
    return _written(held, {**files, held.file: data}, media, written)


def _written(held: HeldPhoto, files: Mapping[str, bytes], media: AnyPath, written: list[AnyPath] | None) -> HeldPhoto:
    for name, content in files.items():
        if write(content, media / name) and written is not None:
            written.append(media / name)
    return held


def measured(data: bytes, *, most_pixels: int) -> tuple[int, int]:
    """Upright width and height of a picture, from its header. Raises ``BadPhoto``."""
    if size := drawing_size(data):
        return size
    with damage_in_words(data):
        source = opened(data, Limits(len(data), most_pixels))
        return source.width_px, source.height_px


def shrunk(data: bytes, limits: Limits, width_px: int) -> tuple[bytes, int, int]:
    """The picture as a JPEG of about this width, with its width and height; nothing is written."""
    with damage_in_words(data):
        source = opened(data, limits)
        if not (sizes := sizes_of(source)):
            raise BadPhoto("decoding it needs too much memory")
        size = min(sizes, key=lambda size: abs(size[0] - width_px))
        ((_, picture),) = in_sizes(decoded(source, size), [size])
    return ENCODERS["jpg"](picture), *size


def _described(data: bytes, kind: str, size: Size, sizes: Sequence[Size], blocks: Blocks, words: Words) -> HeldPhoto:
    digest, values = digest_of(data), metadata.read(blocks)
    all_words, from_file = filled(words, metadata.fields_of(values).words)
    stem = f"renditions/{digest[:2]}/{digest}-{label_of(all_words).name}"
    shown, webp = (".svg", "") if kind == "svg" else (".jpg", ".webp")
    renditions = tuple(
        HeldRendition(f"{stem}-{width}{shown}", webp and f"{stem}-{width}{webp}", width, height)
        for width, height in sizes
    )
    file = f"originals/{digest[:2]}/{digest}.{kind}"
    return HeldPhoto(digest, file, *size, renditions, all_words, from_file, values)


def _with_other_words(wanted: str, media: AnyPath) -> bytes | None:
    folder, _, name = wanted.rpartition("/")
    digest, _, rest = name.split("-")
    paths = (media / folder).glob(f"{digest}-????????-{rest}")
    return next((data for path in paths if (data := whole_rendition(f"{folder}/{path.name}", media))), None)


def whole_rendition(name: str, media: AnyPath) -> bytes | None:
    """The bytes of a rendition; ``None`` if it is missing or damaged. Raises ``OSError`` if it cannot be read."""
    data = _content_of(media / name) or b""
    return data if (digest_of(data) == digest_in(name) if name.endswith(".svg") else is_whole(data)) else None


def relabelled(
    name: str, words: Words, media: AnyPath, *, encode_again: Callable[[], bytes | None] = lambda: None
) -> str:
    """The name of a rendition with these words in it; the file is written if needed, by ``encode_again`` if this disk
    has no version of it; if that fails, the name stays. Raises ``OSError`` if the disk cannot be written.
    """
    target = renamed(name, words)
    if (media / target).exists():
        return target
    content = whole_rendition(name, media) or (_with_other_words(target, media) if digest_in(name) else None)
    if (content := content or encode_again()) is None:
        return name
    write(checksummed(labelled(content, label_of(words))), media / target)
    return target


def renamed(name: str, words: Words) -> str:
    """The name of the rendition ``name`` with these words in it."""
    parts = _NAME.fullmatch(name)
    return f"{parts['photo']}-{label_of(words).name}-{parts['rest']}" if parts else name


def reencoded(name: str, original: str, media: AnyPath, limits: Limits) -> bytes | None:
    """The rendition ``name`` without words; ``None`` if the photo's file is missing or damaged."""
    data = _content_of(media / original) if original else None
    if data is None:
        return None
    width, _, kind = size_in(name).partition(".")
    if kind == "svg":
        return data
    with suppress(BadPhoto), damage_in_words(data):
        source = opened(data, limits)
        sizes = sizes_of(source)
        # Through all sizes, as the first time, so that the pixels are the same.
        for size, picture in in_sizes(decoded(source, sizes[-1]), sizes) if sizes else ():
            if str(size[0]) == width:
                return ENCODERS[kind](picture)
    return None


def digest_in(name: str) -> str:
    """The photo's digest in the name of a rendition; ``""`` for other paths."""
    parts = _NAME.fullmatch(name)
    return parts["digest"] if parts else ""


def size_in(name: str) -> str:
    """The end of a rendition's name, which does not depend on its words: ``800.webp``; ``""`` for other paths."""
    parts = _NAME.fullmatch(name)
    return parts["rest"] if parts else ""


def _content_of(path: AnyPath) -> bytes | None:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return None


def write(content: bytes, target: AnyPath) -> bool:
    """Returns ``False`` if the file was there already."""
    if target.exists():
        return False
    if isinstance(target, BucketPath):
        target.write_bytes(content)
        return True
    # Originals may say where a photo was taken, so only the archive reads them.
    is_original = target.parent.parent.name == "originals"
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(0o700 if is_original else 0o750, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    new = Path(file.name)  # half-written files never have a final name
    new.chmod(0o600 if is_original else 0o640)
    new.replace(target)
    return True
