"""XML from unknown sources: what is read, what is refused, and the messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.ingest.errors import BadMetadata
from articles.ingest.parsing.safe_xml import parse_xml
from articles.ingest.readers.nitf import looks_like, read
from articles.ingest.story import Damage, Piece


def text(data: str | bytes) -> str:
    """All text of a document."""
    document = parse_xml(data if isinstance(data, bytes) else data.encode(), Path("story.xml"))
    return "".join(document.root.itertext())


def refusal(data: str | bytes) -> str:
    with pytest.raises(BadMetadata) as refused:
        text(data)
    return str(refused.value)


LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">\n' for n in range(1, 10))


def test_an_entity_bomb_is_refused_at_once_naming_its_line() -> None:
    said = refusal(f'<?xml version="1.0"?>\n<!DOCTYPE nitf [\n<!ENTITY lol0 "ha">\n{LAUGHS}]>\n<nitf>&lol9;</nitf>')
    assert said.startswith("story.xml:3: `lol0` is an entity of its own, which is not read")


def test_one_large_entity_used_often_is_refused() -> None:
    assert "`big` is an entity" in refusal(f'<!DOCTYPE a [<!ENTITY big "{"x" * 100_000}">]><a>{"&big;" * 9_000}</a>')


@pytest.mark.parametrize("kind", ['SYSTEM "file:///etc/hostname"', 'PUBLIC "x" "http://127.0.0.1:1/x"'])
@pytest.mark.parametrize("name", ["secret", "% secret"])
def test_an_entity_kept_elsewhere_is_refused_and_never_fetched(kind: str, name: str) -> None:
    said = refusal(f"<!DOCTYPE a [\n<!ELEMENT a ANY>\n<!ENTITY {name} {kind}>\n]><a>text</a>")
    assert said.startswith("story.xml:3: `secret` is an external entity, which is never fetched")


@pytest.mark.parametrize(
    "disguise",
    [
        "<!-- a > b ]> --><!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM ']>' [<!-- <!ELEMENT --> <!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a [<?pi ]> ?><!ATTLIST a b CDATA ']>'><!ENTITY x 'y'>]><a>&x;</a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_no_disguise_and_no_encoding_lets_an_entity_through(disguise: str, encoding: str) -> None:
    assert "`x` is an entity of its own" in refusal(disguise.encode(encoding))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.4//EN" "http://127.0.0.1:1/nitf-3-4.dtd">',
        '<!DOCTYPE nitf SYSTEM "no-such-file.dtd">',
        '<!DOCTYPE nitf [<!ELEMENT nitf ANY><!ATTLIST nitf note CDATA "a > b">]>',
    ],
)
def test_a_document_type_without_entities_is_passed_over(doctype: str) -> None:
    assert text(f"{doctype}<nitf>The bridge.</nitf>") == "The bridge."


def test_references_that_a_document_type_would_declare_are_characters() -> None:
    assert text('<!DOCTYPE a SYSTEM "a.dtd"><a>caf&eacute;&nbsp;&amp; <b>x</b>&odd;</a>') == "café\xa0& x&odd;"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("<a>\n<b>\n</a>", "story.xml:3: not well-formed XML: `<b>` on line 2 is closed by `</a>`"),
        ("<a>\n<b>\n", "story.xml:3: not well-formed XML: it ends before `<b>` on line 2 is closed"),
        ("<a>\nWillis & Sons</a>", "story.xml:2: not well-formed XML: write a plain `&` as `&amp;`"),
        ("<a>\n1 < 2</a>", "story.xml:2: not well-formed XML: write a plain `<` as `&lt;`"),
        ("<a>&eacute;</a>", "story.xml:1: not well-formed XML: `&eacute;` is not declared"),
        ("<a>\x0b</a>", "story.xml:1: not well-formed XML: a control character (11), which XML does not allow"),
        ("<a/>\n<a/>", "story.xml:2: not well-formed XML: text follows the end of the document"),
        ("<n:a/>", "story.xml:1: not well-formed XML: the prefix `n` of `a` is not declared"),
    ],
)
def test_malformed_xml_is_refused_in_plain_words(data: str, words: str) -> None:
    assert refusal(data) == words


def test_xml_nested_without_end_is_refused() -> None:
    assert "nested more than 256 deep" in refusal("<a>" * 100_000)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "iso-8859-15", "koi8-r", "gb18030"]
)
def test_a_declared_encoding_is_honoured(encoding: str) -> None:
    words = "Мост" if encoding == "koi8-r" else "橋" if encoding == "gb18030" else "café"
    assert text(f'<?xml version="1.0" encoding="{encoding}"?><a>{words}</a>'.encode(encoding)) == words


def test_a_wrong_or_missing_declaration_is_noted() -> None:
    document = parse_xml('<?xml version="1.0" encoding="utf-8"?><a>café</a>'.encode("cp1252"), Path("story.xml"))
    assert (document.root.text, document.damage) == ("café", [Damage("encoding:windows-1252")])
    assert text(b'<?xml version="1.0" encoding="utf-16"?><a>one byte each</a>') == "one byte each"
    assert text(b'<?xml version="1.0" encoding="no-such"?><a>known all the same</a>') == "known all the same"


def test_a_prolog_of_any_kind_does_not_hide_what_a_file_is() -> None:
    prolog = '<?xml version="1.0"?>\n<!-- <html> -->\n<?style x?>\n<!DOCTYPE nitf [<!ELEMENT p ANY>]>\n'
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert looks_like(f"{prolog}<nitf><head>".encode(encoding))
    assert not looks_like(b"<html><body><nitf>")
    assert not looks_like(b"Text that mentions <nitf> somewhere")


def test_a_refusal_of_a_record_names_its_line_in_the_file() -> None:
    piece = Piece(path=Path("all.xml"), name="all.xml:7", form="nitf", line=7)
    with pytest.raises(BadMetadata, match=r"all\.xml:8: "):
        read(piece, b"<nitf>\n<b></nitf>")
