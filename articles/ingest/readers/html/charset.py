"""Bytes of a web page to characters: the character set as browsers find it, corrected where it is plainly wrong.

The order of evidence (byte order mark, transport, ``meta``) is that of
https://html.spec.whatwg.org/#determining-the-character-encoding. Unlike a browser, the archive does not believe a
declaration against the bytes.
"""

import codecs
import re
from dataclasses import replace

import webencodings
from resiliparse.parse.encoding import detect_encoding

from articles.ingest.parsing.decoding import Decoded, decode
from articles.text.damage import READ_AS, DamageCode
from articles.text.tables import tables_of

# How far a ``meta`` is looked for. Browsers stop after 1,024 bytes; old pages have comments and scripts before it.
_HEAD_BYTES = 16_384

_MEANT: dict[str, str] = {
    label: name for name, labels in tables_of(__file__)["labels"].items() for label in (name, *labels)
}
# What is no character set of a page: text that declares UTF-16 in single bytes was converted.
_NOT_BELIEVED = frozenset({"utf-16le", "utf-16be", "replacement", "x-user-defined"})
# Codecs of encodings that browsers read no more, or less of.
_CODECS = {"iso-2022-jp": "iso2022_jp_ext", "iso-2022-kr": "iso2022_kr", "hz-gb-2312": "hz"}

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
_LETTER = re.compile(r"[^\W\d_]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# Of the letters of a Latin script, accented ones are at most about a quarter (Vietnamese).
_MOST_ACCENTED = 0.4
# Of the characters that are not ASCII, how many may be lost before a declaration is not believed.
_MOST_LOST = 0.05
_CHARACTERS_TO_JUDGE = 200_000


def decode_page(data: bytes, declared: str | None = None) -> Decoded:
    """The characters of a page; never fails. ``declared`` is the label of the transport (``Content-Type``), if any.

    ``codes`` are damage: a character set that is not declared, or not the declared one, unless it is UTF-8
    (``encoding:…``), and bytes that are no characters (``replacement-characters``, ``text-cut``).
    """
    head = data[:_HEAD_BYTES]
    metas = [_META_CHARSET.search(meta["attributes"]) for meta in _META.finditer(head) if meta["attributes"]]
    written = (match["label"].decode("ascii") for match in (*metas, _XML_ENCODING.match(head)) if match)
    labels = list(dict.fromkeys(filter(None, map(_name_of, [declared or "", *written]))))
    if unicode := _unicode(data, labels):
        return unicode
    for name in labels:
        if name != "utf-8" and (decoded := _as_declared(data, name)):
            return decoded
    detected = _name_of(detect_encoding(data, html5_compatible=False) or "")
    if detected and detected != "utf-8" and (decoded := _as_declared(data, detected)):
        return replace(decoded, codes=(f"{READ_AS}{detected}", *decoded.codes))
    return decode(data)


def _name_of(label: str) -> str | None:
    """The encoding that a label means; ``None`` for one that means none, or is not believed."""
    plain = label.strip(" \t\r\n\"'").casefold()
    if plain in _MEANT:
        return _MEANT[plain]
    encoding = webencodings.lookup(plain)
    if encoding is None or encoding.name in _NOT_BELIEVED:
        return None
    return "gb18030" if encoding.name == "gbk" else encoding.name


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
        return replace(decoded, codes=tuple(code for code in decoded.codes if code != DamageCode.AS_UTF_16))
    if decoded.encoding != "utf-8":
        return None
    if not labels or "utf-8" in labels or data.startswith(b"\xef\xbb\xbf"):
        return decoded
    # Though another encoding is declared, bytes may be UTF-8, unless they are all ASCII.
    foreign = len(_NOT_ASCII.findall(decoded.text[:_CHARACTERS_TO_JUDGE]))
    if labels[0] in _MULTI_BYTE:  # a few characters of these can be valid UTF-8 by accident
        return decoded if foreign >= 10 and not decoded.codes else None
    return decoded if foreign else None


def _as_declared(data: bytes, name: str) -> Decoded | None:
    """The page in the encoding that it declares; ``None`` if the bytes speak against that."""
    codec = codecs.lookup(_CODECS[name]) if name in _CODECS else webencodings.lookup(name).codec_info
    text, _ = codec.decode(data, "replace")
    lost = text.count("\ufffd")
    if lost > max(1, _MOST_LOST * len(_NOT_ASCII.findall(text))):
        return None
    if name == "windows-1252":
        letters = _LETTER.findall(re.sub(r"<[^<>]*>", " ", text[:_CHARACTERS_TO_JUDGE]))
        if len(_NOT_ASCII.findall("".join(letters))) > _MOST_ACCENTED * len(letters):
            return None
    return Decoded(text, name, (DamageCode.REPLACEMENT_CHARACTERS,) if lost else ())
