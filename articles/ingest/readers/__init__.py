"""The table of all formats. Readers do not import each other; shared code is in ``ingest.parsing``."""

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

# The first that recognises a file reads it, so narrower formats come first.
READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        Reader("newsml-1", "NewsML 1", newsml_1.looks_like, newsml_1.read,
               split=newsml_1.split, suffixes={".xml", ".newsml", ".txt"}),
        Reader("newsml-g2", "NewsML-G2", newsml_g2.looks_like, newsml_g2.read,
               split=newsml_g2.split, suffixes={".xml", ".newsml", ".txt"}, takes_names={".g2"}),
        Reader("ninjs", "ninjs", ninjs.looks_like, ninjs.read,
               split=ninjs.split, suffixes={".json", ".jsonl", ".ndjson", ".txt"}, takes_names={".ninjs"}),
        Reader("nitf", "NITF", nitf.looks_like, nitf.read, suffixes={".xml", ".ntf", ".txt"}, takes_names={".nitf"}),
        Reader("reuters", "Reuters collections", reuters_sgml.looks_like, reuters_sgml.read,
               split=reuters_sgml.split, suffixes={".sgm", ".sgml", ".xml"}),
        Reader("iptc-7901", "IPTC 7901", iptc_7901.looks_like, iptc_7901.read,
               split=iptc_7901.split, suffixes={".txt", ".iptc"}),
        Reader("wordpress", "WordPress exports", wordpress.looks_like, wordpress.read,
               split=wordpress.split, suffixes={".xml", ".wxr"}),
        Reader("feed", "RSS and Atom feeds", syndication.looks_like, syndication.read,
               split=syndication.split, suffixes={".xml", ".rss", ".atom", ".rdf"}),
        Reader("mhtml", "web pages saved as one file (MHTML)", mhtml.looks_like, mhtml.read,
               suffixes={".mht", ".mhtml"}),
        Reader("ghost", "exports of Ghost", ghost.looks_like, ghost.read, split=ghost.split, suffixes={".json"}),
        Reader("movable-type", "exports of Movable Type", movable_type.looks_like, movable_type.read,
               split=movable_type.split, suffixes={".txt"}),
        Reader("jsonl", "JSON Lines", jsonl.looks_like, jsonl.read,
               split=jsonl.split, by_line=True, suffixes={".json"}, takes_names={".jsonl", ".ndjson"},
               why_nothing=jsonl.why_nothing),
        Reader("substack", "Substack’s export", substack.looks_like, substack.read,
               split=substack.split, by_line=True, suffixes={".csv"}),
        Reader("csv", "tables (CSV)", tables.looks_like, tables.read,
               split=tables.split, by_line=True, suffixes={".txt"}, takes_names={".csv", ".tsv"}),
        Reader("markdown", "Markdown", markdown.looks_like, markdown.read, takes_names=_MARKDOWN),
        Reader("medium", "Medium’s export", medium.looks_like, medium.read, suffixes=_PAGES),
        Reader("html", "web pages", html.looks_like, html.read, takes_names=_PAGES),
        Reader("text", "plain text", lambda head: False, lambda piece, data: text.read(data, piece.frame),
               takes_names=_TEXT, why_nothing=lambda data: "no article in it, only boilerplate"),
    )
}  # fmt: skip
