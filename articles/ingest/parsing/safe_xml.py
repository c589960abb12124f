"""Parses XML from unknown sources, without entities, document types, network or files, with plain error messages.

A document type is skipped, never fetched. A document that declares entities is refused before parsing, since a few
lines of them can expand to gigabytes or read other files.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from articles.ingest.errors import BadMetadata
from articles.ingest.parsing import decoding
from articles.ingest.parsing.decoding import Decoded
from articles.ingest.parsing.html_to_markdown.elements import Element, add_text
from articles.ingest.story import Damage
from articles.text.tables import tables_of

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# By byte order mark; without one, UTF-16 is recognised by its first two characters (XML 1.0, appendix F).
_BY_FIRST_BYTES = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']""")
_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
# Encodings declared for a wider one, and the wider one.
_WIDER = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949",
}  # fmt: skip
_NO_CHARSETS = frozenset({"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"})

_SPACE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+(?P<name>[^\s>\[]+)(?:[^>\[\"']++|\"[^\"]*\"|'[^']*')*+", re.IGNORECASE)
# Parts of an internal subset: declarations with their quoted values, comments, instructions.
_SUBSET_PART = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>|%[^\s;]+;|<![A-Za-z]*(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+>", re.S)
# Not the declarations of another document type beside this one, as NITF's in that of NewsML: they have no text to lose.
_OTHER_TYPE = r"%\s+\S+\s+(?:SYSTEM|PUBLIC\s+\"[^\"]*\")\s+\"[^\":]*\.dtd\""
_ENTITY = re.compile(rf"<!ENTITY\s+(?!{_OTHER_TYPE})(?:%\s+)?(?P<name>[^\s>]+)\s+(?P<external>SYSTEM|PUBLIC)?")
_ROOT = re.compile(r"<(?P<name>[^\s/>!?]+)(?P<attributes>(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+)")
_ATTRIBUTE = re.compile(r"""(?<![^\s"'])([^\s="']{1,200}+)\s*+=\s*(?:"([^"]*)"|'([^']*)')""")

_IN_WORDS = [(re.compile(message, re.DOTALL), words) for message, words in tables_of(__file__)["in_words"]]


@dataclass(frozen=True, slots=True)
class Opening:
    """Name, namespace (``""`` for none), attributes and ``offset`` (in characters) of the root, as written."""

    name: str = ""
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document without comments, instructions and entities. ``encoding``: as in ``Decoded``; ``damage``: of that."""

    root: Element
    encoding: str
    damage: list[Damage]


def parse_xml(data: bytes, path: Path | str, *, first_line: int = 1) -> Document:
    """The document from ``first_line`` on. Raises ``BadMetadata``, with the line; for declared entities, too."""
    decoded = decode_xml(data)
    prolog = _prolog(decoded.text)
    if entity := prolog.entity:
        fault = "an entity of its own, which is not read, since such entities can expand without end"
        if entity["external"]:
            fault = "an external entity, which is never fetched"
        reason = f"`{entity['name'][:40]}` is {fault}; write out its text and remove the declaration"
        raise BadMetadata(reason, path=path, line=first_line + decoded.text.count("\n", 0, entity.start()))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    # The XML declaration and the document type slow a parser down. All line ends stay.
    start, end = prolog.subset
    text = decoded.text[:start] + "\n" * decoded.text.count("\n", start, end) + decoded.text[end:]
    if declaration := _DECLARATION.match(text):
        text = "\n" * declaration[0].count("\n") + text[declaration.end() :]
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        message = re.sub(r",? line \d+, column \d+$", "", (error.msg or "it cannot be parsed").strip()).strip()
        known = (found.expand(words) for pattern, words in _IN_WORDS if (found := pattern.match(message)))
        reason = f"not well-formed XML: {next(known, message[:1].lower() + message[1:])}"
        raise BadMetadata(reason, path=path, line=first_line + max(error.lineno or 1, 1) - 1) from error
    # In case the parser reads a document type differently.
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and list(dtd.iterentities()):
        raise BadMetadata("its document type declares entities, which are not allowed", path=path, line=first_line)
    # References such as ``&eacute;``, which a document type would declare; unknown ones stay as written.
    for reference in list(root.iter(etree.Entity)):
        parent = reference.getparent()
        add_text(parent, reference.getprevious(), html.unescape(reference.text) + (reference.tail or ""))
        parent.remove(reference)
    return Document(root, decoded.encoding, list(map(Damage, decoded.codes)))


@lru_cache(maxsize=4)  # called by several readers for the same file
def opening_of(head: bytes) -> Opening:
    """The opening of a document from its first bytes; without a name if it is not XML, or longer than these."""
    if not re.match(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|\0\0\xfe\xff|\0<", head[:200]):
        return Opening()
    text = decode_xml(head).text
    at = _prolog(text).end
    root = _ROOT.match(text, at)
    if not root:
        return Opening()
    prefix, _, name = root["name"].rpartition(":")
    attributes = {pair[1]: html.unescape(pair[2] or pair[3] or "") for pair in _ATTRIBUTE.finditer(root["attributes"])}
    return Opening(name, attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", ""), attributes, at)


def children(element: Element, *names: str) -> Iterator[Element]:
    for child in element:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] in names:
            yield child


def decode_xml(data: bytes) -> Decoded:
    """The characters of a document: by byte order mark, else as declared, else as the bytes allow."""
    for start, codec in _BY_FIRST_BYTES:
        if data.startswith(start):
            return _decoded(data, codec) or decoding.decode(data)
    declared = _DECLARED.match(data.lstrip()[:400])
    label = _codec(declared[1].decode("ascii")) if declared else None
    if label is None:
        return decoding.decode(data)
    # Valid UTF-8 is not by chance: the text was converted and its declaration left.
    in_utf8 = _decoded(data, "utf-8") if _WIDER.get(label, label) == "cp1252" and not data.isascii() else None
    return in_utf8 or _decoded(data, _WIDER.get(label, label)) or _decoded(data, label) or decoding.decode(data)


def _decoded(data: bytes, codec: str) -> Decoded | None:
    units = data[: len(data) // 2 * 2] if codec.startswith("utf-16") else data
    try:
        text = units.decode(codec)
    except UnicodeDecodeError as fault:
        if fault.reason not in ("unexpected end of data", "incomplete multibyte sequence", "truncated data"):
            return None
        text = units[: fault.start].decode(codec)
    name = {"cp1252": "windows-1252", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(codec, codec)
    return Decoded(text.removeprefix("\ufeff"), name)


def _codec(label: str) -> str | None:
    """The codec of a declared encoding; ``None`` if unknown, or impossible for these bytes."""
    try:
        name = codecs.lookup(label).name
        # Not UTF-16 declared in single bytes: the text was converted and its declaration left.
        return name if name not in _NO_CHARSETS and b"<?xml".decode(name) == "<?xml" else None
    except (UnicodeError, LookupError, TypeError):
        return None


class _Prolog(NamedTuple):
    """The part before the root element, which begins at ``end``. ``subset``: the range of the document type's
    declarations with brackets; empty without any, or without an end. ``entity``: the first declared one.
    """

    end: int
    subset: tuple[int, int] = (0, 0)
    entity: re.Match[str] | None = None


def _prolog(text: str) -> _Prolog:
    at = _skip(text, 0)
    doctype = _DOCTYPE.match(text, at)
    if not doctype:
        return _Prolog(at)
    at = start = doctype.end()
    subset, entity = (0, 0), None
    if text[start : start + 1] == "[":
        at += 1
        while part := _SUBSET_PART.match(text, at):
            entity = entity or _ENTITY.match(text, at)
            at = part.end()
        if text[at : at + 1] == "]":
            subset = (start, at + 1)
    end = text.find(">", at)
    return _Prolog(_skip(text, end + 1) if end >= 0 else len(text), subset, entity)


def _skip(text: str, at: int) -> int:
    while found := _SPACE.match(text, at):
        at = found.end()
    return at
