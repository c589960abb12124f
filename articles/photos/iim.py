"""IPTC-IIM: captions and credits of agencies. Information Interchange Model 4.2, chapters 3 and 6 (record 2)."""

from collections.abc import Iterator

from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_TAG = 0x1C


def data_sets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, number and value of each data set, up to the first invalid one."""
    at = 0
    while at + 5 <= len(block) and block[at] == _TAG:
        record, number, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # values over 32 kB: the length of the length
            width = size & 0x7FFF
            size = int.from_bytes(block[at : at + min(width, 8)], "big")
            at += width
        yield record, number, block[at : at + size]
        at += size


def read(block: bytes) -> dict[str, str | list[str]]:
    """The fields of record 2 by name; repeatable ones are lists."""
    found: dict[str, str | list[str]] = {}
    character_set = ""
    for record, number, value in data_sets(block):
        if (record, number) == (1, 90):
            letter = value[2:3].decode("latin-1") if value[:2] in (b"\x1b-", b"\x1b.") else ""
            character_set = _TABLES["character_sets"].get(letter, "")  # UTF-8 is always tried first
        name = _TABLES["names"].get(str(number))
        if record != 2 or name is None or not (text := decoded(value, character_set)):
            continue
        if name in _TABLES["repeated"]:
            several = found.setdefault(name, [])
            several.append(text)  # type: ignore[union-attr]
        else:
            found.setdefault(name, text)
    return found


def decoded(value: bytes, character_set: str = "") -> str:
    """UTF-8 if the bytes are valid UTF-8, else as declared, else Windows-1252 with Latin-1 for its unused bytes.
    Editing programs write UTF-8 under another declaration, and no long text is valid UTF-8 by chance. A last UTF-8
    character cut by the length limit is dropped.
    """
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        valid = value[: error.start]
        if error.reason == "unexpected end of data" and not valid.isascii():
            text = valid.decode()
        elif character_set:
            text = value.decode(character_set, "replace")
        else:
            text = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in value)
    return text.replace("\0", "").strip()
