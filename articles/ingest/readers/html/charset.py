"""Bytes of a web page to characters: the character set as browsers find it, mended where it is plainly wrong.

Labels and what they stand for are those of https://encoding.spec.whatwg.org/#names-and-labels, the order of evidence
(byte order mark, transport, ``meta``) that of https://html.spec.whatwg.org/#determining-the-character-encoding. Unlike
a browser, the archive does not believe a declaration against the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from resiliparse.parse.encoding import detect_encoding

from articles.ingest.parsing.decoding import Decoded, decode
from articles.text.damage import READ_AS, DamageCode

# How far a ``meta`` is looked for. Browsers stop after 1,024 bytes; old pages have comments and scripts before it.
_HEAD_BYTES = 16_384

# Encoding as the archive names it: Python's codec for it, and the labels that mean it besides its name.
_LABELS: dict[str, tuple[str, str]] = {
    "utf-8": ("utf-8", "utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"),
    "windows-1252": (
        "cp1252",
        """ascii us-ascii ansi_x3.4-1968 cp1252 x-cp1252 cp819 ibm819 csisolatin1 iso-8859-1 iso8859-1 iso88591
        iso_8859-1 iso_8859-1:1987 iso-ir-100 l1 latin1 latin-1 ansi""",
    ),
    "gb18030": ("gb18030", "gb2312 gbk x-gbk csgb2312 csiso58gb231280 gb_2312 gb_2312-80 chinese iso-ir-58 cp936"),
    "big5": ("big5hkscs", "big5-hkscs big5hkscs cn-big5 csbig5 x-x-big5 cp950"),
    "shift_jis": ("cp932", "sjis x-sjis shift-jis ms_kanji ms932 csshiftjis windows-31j cp932"),
    "euc-jp": ("euc_jp", "x-euc-jp cseucpkdfmtjapanese euc_jp eucjp"),
    "iso-2022-jp": ("iso2022_jp_ext", "csiso2022jp iso2022_jp"),
    "euc-kr": (
        "cp949",
        """cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 cp949
        uhc euc_kr""",
    ),
    "iso-2022-kr": ("iso2022_kr", "csiso2022kr iso2022_kr"),
    "hz-gb-2312": ("hz", "hz"),
    "ibm866": ("cp866", "866 cp866 csibm866"),
    "iso-8859-2": ("iso8859-2", "iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 csisolatin2 iso-ir-101 l2 latin2"),
    "iso-8859-3": ("iso8859-3", "iso8859-3 iso88593 iso_8859-3 csisolatin3 l3 latin3"),
    "iso-8859-4": ("iso8859-4", "iso8859-4 iso88594 iso_8859-4 csisolatin4 l4 latin4"),
    "iso-8859-5": ("iso8859-5", "iso8859-5 iso88595 iso_8859-5 csisolatincyrillic cyrillic"),
    "iso-8859-6": ("iso8859-6", "iso8859-6 iso88596 iso_8859-6 csisolatinarabic arabic asmo-708 ecma-114"),
    "iso-8859-7": ("iso8859-7", "iso8859-7 iso88597 iso_8859-7 csisolatingreek greek greek8 ecma-118 elot_928"),
    "iso-8859-8": ("iso8859-8", "iso8859-8 iso88598 iso_8859-8 csisolatinhebrew hebrew visual iso-8859-8-e"),
    "iso-8859-8-i": ("iso8859-8", "csiso88598i logical"),
    "iso-8859-10": ("iso8859-10", "iso8859-10 iso885910 csisolatin6 l6 latin6"),
    "iso-8859-13": ("iso8859-13", "iso8859-13 iso885913"),
    "iso-8859-14": ("iso8859-14", "iso8859-14 iso885914"),
    "iso-8859-15": ("iso8859-15", "iso8859-15 iso885915 iso_8859-15 csisolatin9 l9 latin9 latin-9"),
    "iso-8859-16": ("iso8859-16", "iso8859-16"),
    "koi8-r": ("koi8-r", "koi koi8 koi8_r cskoi8r"),
    "koi8-u": ("koi8-u", "koi8-ru"),
    "macintosh": ("mac_roman", "csmacintosh mac x-mac-roman mac-roman"),
    "x-mac-cyrillic": ("mac_cyrillic", "x-mac-ukrainian mac-cyrillic"),
    "windows-874": ("cp874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 cp874"),
    "windows-1250": ("cp1250", "cp1250 x-cp1250"),
    "windows-1251": ("cp1251", "cp1251 x-cp1251 win-1251 win1251"),
    "windows-1253": ("cp1253", "cp1253 x-cp1253"),
    "windows-1254": (
        "cp1254",
        "cp1254 x-cp1254 csisolatin5 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 iso-ir-148 l5 latin5",
    ),
    "windows-1255": ("cp1255", "cp1255 x-cp1255"),
    "windows-1256": ("cp1256", "cp1256 x-cp1256"),
    "windows-1257": ("cp1257", "cp1257 x-cp1257"),
    "windows-1258": ("cp1258", "cp1258 x-cp1258"),
}
_CODECS = {name: codec for name, (codec, _) in _LABELS.items()}
_NAMES = {label: name for name, (_, labels) in _LABELS.items() for label in (name, *labels.split())}

# Encodings in which one character takes several bytes: what is not theirs seldom decodes as them.
_MULTI_BYTE = frozenset({"gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"})
# Encodings of seven bits, which look like ASCII, each with the bytes that it cannot do without.
_SEVEN_BIT = {"iso-2022-jp": b"\x1b", "iso-2022-kr": b"\x1b", "hz-gb-2312": b"~{"}

_META = re.compile(rb"<!--.*?-->|<meta[\s/](?P<attributes>[^>]*)>", re.IGNORECASE | re.DOTALL)
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*(?P<label>[\w.:+-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"'](?P<label>[\w.:+-]+)", re.IGNORECASE)
_UTF16_MARKUP = {
    "utf-16-le": re.compile(rb"(?:[\t\n\r ]\0)*<\0[!?a-zA-Z]\0"),
    "utf-16-be": re.compile(rb"(?:\0[\t\n\r ])*\0<\0[!?a-zA-Z]"),
}
_MARKUP = re.compile(r"<[^<>]*>")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# Of the letters of a text in a Latin script, accented ones are at most about a quarter (Vietnamese).
_MOST_ACCENTED = 0.4
# Of the characters that are not ASCII, how many may be lost before a declaration is not believed.
_MOST_LOST = 0.05
_CHARACTERS_TO_JUDGE = 200_000


def decode_page(data: bytes, declared: str | None = None) -> Decoded:
    """The characters of a page; never fails. ``declared`` is the label of the transport (``Content-Type``), if any.

    ``codes`` are damage: a character set that is not declared, or not the declared one, unless it is UTF-8
    (``encoding:…``), and bytes that are no characters (``replacement-characters``, ``text-cut``).
    """
    labels = list(_declared(data, declared))
    unicode = _unicode(data, labels)
    if unicode:
        return unicode
    for name in labels:
        if name != "utf-8" and (decoded := _as_declared(data, name)):
            return decoded
    return _detected(data)


def _declared(data: bytes, transport: str | None) -> Iterator[str]:
    """The declared encodings in the order in which browsers believe them, each once."""
    head = data[:_HEAD_BYTES]
    xml = _XML_ENCODING.match(head)
    metas = (_META_CHARSET.search(meta["attributes"]) for meta in _META.finditer(head) if meta["attributes"])
    written = (match["label"].decode("ascii") for match in chain(metas, [xml]) if match)
    labels = [transport or "", *written]
    names = (_NAMES.get(label.strip(" \t\r\n\"'").casefold()) for label in labels)
    return iter(dict.fromkeys(filter(None, names)))


def _unicode(data: bytes, labels: list[str]) -> Decoded | None:
    """The page, if it is Unicode by its mark or its bytes, whatever it declares."""
    if b"\x1b$" in data or any(_SEVEN_BIT[name] in data for name in labels if name in _SEVEN_BIT):
        return None
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        for codec, markup in _UTF16_MARKUP.items():
            if markup.match(data):
                return Decoded(data.decode(codec, "replace"), "utf-16")
    decoded = decode(data)
    if decoded.encoding == "utf-16":  # declared by its mark, which is the surest declaration
        return Decoded(decoded.text, "utf-16", tuple(code for code in decoded.codes if code != DamageCode.AS_UTF_16))
    if decoded.encoding != "utf-8" or not labels or "utf-8" in labels or data.startswith(b"\xef\xbb\xbf"):
        return decoded if decoded.encoding == "utf-8" else None
    return decoded if _is_surely_utf8(decoded, labels[0]) else None


def _is_surely_utf8(decoded: Decoded, declared: str) -> bool:
    """Whether bytes that read as UTF-8 are so, though another encoding is declared: not if they are all ASCII."""
    foreign = len(_NOT_ASCII.findall(decoded.text[:_CHARACTERS_TO_JUDGE]))
    if declared in _MULTI_BYTE:  # a few characters of these can be valid UTF-8 by accident
        return foreign >= 10 and not decoded.codes
    return foreign > 0


def _as_declared(data: bytes, name: str) -> Decoded | None:
    """The page in the encoding that it declares; ``None`` if the bytes speak against that."""
    text = data.decode(_CODECS[name], "replace")
    lost = text.count("\ufffd")
    sample = text[:_CHARACTERS_TO_JUDGE]
    if lost > max(1, _MOST_LOST * len(_NOT_ASCII.findall(text))):
        return None
    if name == "windows-1252" and _is_another_script(sample):
        return None
    return Decoded(text, name, (DamageCode.REPLACEMENT_CHARACTERS,) if lost else ())


def _is_another_script(text: str) -> bool:
    """Whether a text has so many accented letters that it was never in a Latin script."""
    letters = _LETTER.findall(_MARKUP.sub(" ", text))
    accented = sum(1 for letter in letters if letter > "\x7f")
    return accented > _MOST_ACCENTED * len(letters)


def _detected(data: bytes) -> Decoded:
    """The page by its bytes alone; a guess, and so always with the damage ``encoding:…``."""
    label = detect_encoding(data, html5_compatible=False) or ""
    name = _NAMES.get(label.casefold())
    decoded = _as_declared(data, name) if name and name != "utf-8" else None
    if decoded is None:
        return decode(data)
    return Decoded(decoded.text, decoded.encoding, (f"{READ_AS}{name}", *decoded.codes))
