"""The table of all formats. Readers do not import each other; shared code is in ``ingest.parsing``."""

from types import ModuleType
from typing import Any

from articles.ingest.readers import (
    ghost,
    html,
    iptc_7901,
    jsonl,
    markdown,
    medium,
    mhtml,
    movable_type,
    newsml_1,
    newsml_g2,
    ninjs,
    nitf,
    reuters_sgml,
    substack,
    tables,
    text,
)
from articles.ingest.readers.base import Reader
from articles.ingest.readers.feeds import syndication, wordpress

_PAGES = {".html", ".htm", ".xhtml", ".shtml"}
_MARKDOWN = {".md", ".markdown", ".mdown", ".mkd"}
_TEXT = {"", ".txt", ".text"}


def _reader(name: str, called: str, module: ModuleType, **more: Any) -> Reader:
    return Reader(name, called, module.looks_like, module.read, split=getattr(module, "split", None), **more)


# The first that recognises a file reads it, so narrower formats come first.
READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        _reader("newsml-1", "NewsML 1", newsml_1, suffixes={".xml", ".newsml", ".txt"}),
        _reader("newsml-g2", "NewsML-G2", newsml_g2, suffixes={".xml", ".newsml", ".txt"}, takes_names={".g2"}),
        _reader("ninjs", "ninjs", ninjs, suffixes={".json", ".jsonl", ".ndjson", ".txt"}, takes_names={".ninjs"}),
        _reader("nitf", "NITF", nitf, suffixes={".xml", ".ntf", ".txt"}, takes_names={".nitf"}),
        _reader("reuters", "Reuters collections", reuters_sgml, suffixes={".sgm", ".sgml", ".xml"}),
        _reader("iptc-7901", "IPTC 7901", iptc_7901, suffixes={".txt", ".iptc"}),
        _reader("wordpress", "WordPress exports", wordpress, suffixes={".xml", ".wxr"}),
        _reader("feed", "RSS and Atom feeds", syndication, suffixes={".xml", ".rss", ".atom", ".rdf"}),
        _reader("mhtml", "web pages saved as one file (MHTML)", mhtml, suffixes={".mht", ".mhtml"}),
        _reader("ghost", "exports of Ghost", ghost, suffixes={".json"}),
        _reader("movable-type", "exports of Movable Type", movable_type, suffixes={".txt"}),
        _reader("jsonl", "JSON Lines", jsonl, by_line=True, suffixes={".json"}, takes_names={".jsonl", ".ndjson"},
                why_nothing=jsonl.why_nothing),
        _reader("substack", "Substack’s export", substack, by_line=True, suffixes={".csv"}),
        _reader("csv", "tables (CSV)", tables, by_line=True, suffixes={".txt"}, takes_names={".csv", ".tsv"}),
        _reader("markdown", "Markdown", markdown, takes_names=_MARKDOWN),
        _reader("medium", "Medium’s export", medium, suffixes=_PAGES),
        _reader("html", "web pages", html, takes_names=_PAGES),
        Reader("text", "plain text", lambda head: False, lambda piece, data: text.read(data, piece.frame),
               takes_names=_TEXT, why_nothing=lambda data: "no article in it, only boilerplate"),
    )
}  # fmt: skip
