"""IPTC-IIM: captions and credits of agencies. Information Interchange Model 4.2, chapters 3 and 6 (record 2)."""

from collections.abc import Iterator

NAMES = {
    3: "Object Type", 4: "Object Attribute", 5: "Object Name", 7: "Edit Status", 10: "Urgency", 12: "Subject Reference",
    15: "Category", 20: "Supplemental Category", 22: "Fixture Identifier", 25: "Keywords", 26: "Content Location Code",
    27: "Content Location Name", 30: "Release Date", 35: "Release Time", 37: "Expiration Date", 38: "Expiration Time",
    40: "Special Instructions", 55: "Date Created", 60: "Time Created", 62: "Digital Creation Date",
    63: "Digital Creation Time", 65: "Originating Program", 80: "By-line", 85: "By-line Title", 90: "City",
    92: "Sub-location", 95: "Province/State", 100: "Country Code", 101: "Country",
    103: "Original Transmission Reference", 105: "Headline", 110: "Credit", 115: "Source", 116: "Copyright Notice",
    118: "Contact", 120: "Caption", 122: "Writer/Editor", 131: "Image Orientation", 135: "Language Identifier",
}  # fmt: skip
REPEATED = {"Object Attribute", "Subject Reference", "Supplemental Category", "Keywords", "Content Location Code",
            "Content Location Name", "By-line", "By-line Title", "Contact", "Writer/Editor"}  # fmt: skip
_TAG = 0x1C
# Data set 1:90 names a character set by its ISO 2022 escape; UTF-8 is always tried first.
CHARACTER_SETS = {
    b"A": "iso8859-1", b"B": "iso8859-2", b"C": "iso8859-3", b"D": "iso8859-4", b"F": "iso8859-7", b"G": "iso8859-6",
    b"H": "iso8859-8", b"L": "iso8859-5", b"M": "iso8859-9",
}  # fmt: skip


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
            character_set = CHARACTER_SETS.get(value[2:3], "") if value[:2] in (b"\x1b-", b"\x1b.") else ""
        name = NAMES.get(number)
        if record != 2 or name is None or not (text := decoded(value, character_set)):
            continue
        if name in REPEATED:
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
