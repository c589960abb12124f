"""EXIF: the metadata of cameras, without places, serial numbers and owners. Exif 2.32, sections 4.6.4 to 4.6.6."""

from articles.photos.iim import decoded
from articles.photos.segments import Tag, byte_order, tags_of, value_of
from articles.text.tables import tables_of

ORIENTATION, EXIF_DIRECTORY = 0x0112, 0x8769
MOST_TEXT = 64_000
NAMES = {int(number, 16): name for number, name in tables_of(__file__)["names"].items()}


def read(block: bytes) -> dict[str, str]:
    tags = {tag.number: tag for tag in tags_of(block)}
    inside = tags_of(block, _number(block, tags.get(EXIF_DIRECTORY)))
    tags = {tag.number: tag for tag in inside} | tags
    values = {name: value_of(block, tags[number])[:MOST_TEXT] for number, name in NAMES.items() if number in tags}
    texts = {name: _text(name, value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text}


def _text(name: str, value: bytes) -> str:
    if name.startswith("XP"):  # of Windows
        return value.decode("utf-16-le", "ignore").replace("\0", "").strip()
    # "Copyright" is two texts, the photographer's and the editor's, with a NUL between them.
    parts = [text for part in value.split(b"\0") if (text := decoded(part))]
    return ", ".join(parts if name == "Copyright" else parts[:1])


def orientation(block: bytes) -> int:
    """The camera's orientation, 1 (upright) to 8; 1 if missing or invalid."""
    number = _number(block, next((tag for tag in tags_of(block) if tag.number == ORIENTATION), None))
    return number if 1 <= number <= 8 else 1


def _number(block: bytes, tag: Tag | None) -> int:
    if tag is None or tag.kind not in (3, 4, 13) or tag.size_bytes > 4:
        return 0
    return int.from_bytes(value_of(block, tag), "little" if byte_order(block) == "<" else "big")
