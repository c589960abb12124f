"""Bytes to characters: by byte order mark, else UTF-8 (also with few faults), else by what the bytes look like: GB18030
or another encoding of East Asia, one of Eastern Europe or the Mediterranean, else Windows-1252.
"""

import re
from dataclasses import dataclass

from resiliparse.parse.encoding import detect_encoding

from articles.text.damage import READ_AS, DamageCode
from articles.text.scripts import HANGUL, KANA
from articles.text.tables import tables_of

_BOMS_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}

_TWO_CHARACTERS = re.compile(rb"(?:[\t\n\r -~]\0){2}|(?:\0[\t\n\r -~]){2}")

_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# Ideographs, Chinese punctuation, and the quotation marks, dashes and dots that GB18030 shares with others.
_CHINESE = (
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u3000-\u303f\uff00-\uffef\u2014\u2018\u2019\u201c\u201d\u2026\u00b7]"
)
# Several in a row: ``für`` and ``town’s`` in Windows-1252 give single ones, with the letter after them.
_CHINESE_RUN = re.compile(f"{_CHINESE}{{2,}}")

_ENCODINGS: dict[str, dict[str, list[str]]] = tables_of(__file__)
# Fewer characters than this tell nothing about a single-byte encoding.
_FEWEST_FOREIGN = 5
_KANA_OR_HANGUL = re.compile(f"[{KANA}{HANGUL}]")
_CONTROL = re.compile("[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """``text`` without its byte order mark; ``encoding`` as ``Story`` names it; ``codes``: damage."""

    text: str
    encoding: str = "utf-8"
    codes: tuple[str, ...] = ()


_CONTROLS = bytes(byte for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 27))


def is_binary(head: bytes) -> bool:
    """``True`` if over a twentieth of the bytes are controls that no text has; NULs, as in scraped text, are none."""
    return (len(head) - len(head.translate(None, _CONTROLS))) * 20 > len(head) and not is_utf16(head)


def is_utf16(head: bytes) -> bool:
    return head[:2] in _BOMS_UTF16 or _TWO_CHARACTERS.match(head) is not None


def decode(data: bytes) -> Decoded:
    """Decode by the first encoding that fits. Never fails."""
    if codec := _BOMS_UTF16.get(data[:2]):
        # Half a character at the end is dropped, other strays become U+FFFD.
        decoded_whole = data[2 : len(data) // 2 * 2].decode(codec, "surrogatepass")
        text = decoded_whole[:-1] if "\ud800" <= decoded_whole[-1:] <= "\udbff" else decoded_whole
        cut = [DamageCode.TEXT_CUT] if len(data) % 2 or text is not decoded_whole else []
        text, strays = _SURROGATE.subn("\ufffd", text)
        lost_signs = [DamageCode.REPLACEMENT_CHARACTERS] if strays else []
        return Decoded(text, "utf-16", (DamageCode.AS_UTF_16, *cut, *lost_signs))
    unmarked = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Decoded(unmarked.decode("utf-8"))
    except UnicodeDecodeError as fault:
        if fault.reason == "unexpected end of data":  # only the last character is incomplete; it is dropped
            return Decoded(unmarked[: fault.start].decode("utf-8"), codes=(DamageCode.TEXT_CUT,))
    text, invalid_bytes = _ESCAPED_BYTE.subn("\ufffd", unmarked.decode("utf-8", "surrogateescape"))
    multi_byte = len(text) - len(text.encode("ascii", "ignore")) - invalid_bytes
    if unmarked != data or (multi_byte >= 3 and invalid_bytes < multi_byte):  # UTF-8 with faults
        return Decoded(text, codes=(DamageCode.REPLACEMENT_CHARACTERS,))
    label = detect_encoding(data[:200_000], html5_compatible=False) or ""
    if decoded := _east_asian(data, label) or _single_byte(data, label):
        return decoded
    # The last resort. The five undefined bytes become U+FFFD, with a warning.
    text = data.decode("cp1252", "replace")
    lost = (DamageCode.REPLACEMENT_CHARACTERS,) if "\ufffd" in text else ()
    return Decoded(text, "windows-1252", (DamageCode.AS_WINDOWS_1252, *lost))


def _east_asian(data: bytes, label: str) -> Decoded | None:
    """GB18030 last: most texts in the others are valid in it too, but few texts in GB18030 look like them."""
    for name in (*_ENCODINGS["east_asian"].get(label, ()), "gb18030"):
        text = _strictly(data, name) or ""
        is_likely = _KANA_OR_HANGUL.search(text) is not None
        if name in ("big5", "gb18030"):
            is_likely = sum(map(len, _CHINESE_RUN.findall(text))) * 2 > len(_NOT_ASCII.findall(text))
        if is_likely:
            return _read_as(name, text)
    return None


def _single_byte(data: bytes, label: str) -> Decoded | None:
    """``None`` also if the text is the same in Windows-1252, as one with only curly quotes is."""
    for name in _ENCODINGS["single_byte"].get(label, ()):
        text = _strictly(data, name)
        if text and not _CONTROL.search(text):
            is_told = len(_NOT_ASCII.findall(text)) >= _FEWEST_FOREIGN and text != data.decode("cp1252", "replace")
            return _read_as(name, text) if is_told else None
    return None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _read_as(name: str, text: str) -> Decoded:
    return Decoded(text, name, (f"{READ_AS}{name}",))
