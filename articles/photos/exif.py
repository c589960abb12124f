"""EXIF: the metadata of cameras, without places, serial numbers and owners. Exif 2.32, sections 4.6.4 to 4.6.6."""

from articles.photos.iim import decoded
from articles.photos.segments import Tag, byte_order, tags_of, value_of

ORIENTATION, EXIF_DIRECTORY = 0x0112, 0x8769
MOST_TEXT = 64_000
NAMES = {
    0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0131: "Software", 0x013B: "Artist",
    0x8298: "Copyright",
}  # fmt: skip
NAMES_INSIDE = {0x9003: "DateTimeOriginal", 0x9011: "OffsetTimeOriginal"}
WINDOWS_NAMES = {0x9C9B: "XPTitle", 0x9C9C: "XPComment", 0x9C9D: "XPAuthor", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject"}


def read(block: bytes) -> dict[str, str | list[str]]:
    tags = {tag.number: tag for tag in tags_of(block)}
    inside = {tag.number: tag for tag in tags_of(block, _number(block, tags.get(EXIF_DIRECTORY)))}
    found = _texts(block, tags, NAMES) | _texts(block, inside, NAMES_INSIDE)
    for number, name in WINDOWS_NAMES.items():
        if number in tags and (text := value_of(block, tags[number])[:MOST_TEXT].decode("utf-16-le", "ignore")):
            found[name] = text.replace("\0", "").strip()
    return {name: text for name, text in found.items() if text}


def _texts(block: bytes, tags: dict[int, Tag], names: dict[int, str]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for number, name in names.items():
        if number in tags:
            value = value_of(block, tags[number])[:MOST_TEXT]
            # "Copyright" is two texts, the photographer's and the editor's, with a NUL between them.
            parts = [text for part in value.split(b"\0") if (text := decoded(part))]
            found[name] = ", ".join(parts) if name == "Copyright" else "".join(parts[:1])
    return found


def orientation(block: bytes) -> int:
    """The camera's orientation, 1 (upright) to 8; 1 if missing or invalid."""
    number = _number(block, next((tag for tag in tags_of(block) if tag.number == ORIENTATION), None))
    return number if 1 <= number <= 8 else 1


def _number(block: bytes, tag: Tag | None) -> int:
    if tag is None or tag.kind not in (3, 4, 13) or tag.size_bytes > 4:
        return 0
    return int.from_bytes(value_of(block, tag), "little" if byte_order(block) == "<" else "big")
