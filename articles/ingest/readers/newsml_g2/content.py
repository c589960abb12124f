"""The content of a NewsML-G2 item: text in one of several markups, and the renditions of a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from articles.ingest.parsing.agency_items import paragraphs_of
from articles.ingest.parsing.delivered_pictures import Rendition, number_of
from articles.ingest.parsing.html_to_markdown import Fragment, read_elements, read_html
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, name_of, text_of
from articles.ingest.parsing.safe_xml import children
from articles.ingest.readers.newsml_g2.package import local


@dataclass(slots=True)
class Content:
    """``nitf``: text with its own headline and byline; ``fragment``: any other text. ``payload``: the markup of data
    that is not text, ``sports-content``. ``skipped``: descriptions of skipped content.
    """

    nitf: Element | None = None
    fragment: Fragment | None = None
    renditions: list[Rendition] = field(default_factory=list)
    payload: str | None = None
    skipped: list[str] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return self.nitf is not None or self.fragment is not None


def content_of(content_set: Element) -> Content:
    """The content of a ``contentSet``; of several versions of a text, the first."""
    content = Content()
    for part in content_set:
        name = local(part)
        if name == "inlineXML":
            _read_xml(content, part)
        elif name == "inlineData":
            _read_data(content, part)
        elif name == "remoteContent":
            content.renditions += _rendition(part)
    return content


def _read_xml(content: Content, inline: Element) -> None:
    for child in inline:
        nitf = next((part for part in child.iter() if name_of(part) == "nitf"), None)
        if content.has_text:
            content.skipped.append(f"inlineXML: another form of the text, {_type(inline)}")
        elif nitf is not None:
            content.nitf = nitf
        elif name_of(child) in ("html", "body", "div", "article", "section", "p"):
            loose = name_of(child) in ("p", "div")  # paragraphs without a page
            fragment = read_elements([inline if loose else next(iter(all_named(child, "body")), child)])
            content.fragment = fragment if fragment.blocks or fragment.pictures else None
        else:
            content.payload = content.payload or name_of(child)
            content.skipped.append(f"inlineXML: {name_of(child)}, {_type(inline)}")


def _read_data(content: Content, inline: Element) -> None:
    text = "".join(inline.itertext())
    kind = _type(inline)
    if inline.get("encoding") or content.has_text or not text.strip():
        content.skipped += [f"inlineData: {len(text):,} characters of {kind}"] if text.strip() else []
    elif "html" in kind or (kind == "no stated type" and text.lstrip().startswith("<")):
        content.fragment = read_html(text)
    elif "xml" in kind or "json" in kind:
        content.payload = content.payload or kind
        content.skipped.append(f"inlineData: {len(text):,} characters of {kind}")
    else:
        content.fragment = paragraphs_of(text)


def _type(inline: Element) -> str:
    return (inline.get("contenttype") or "").strip() or "no stated type"


def _rendition(remote: Element) -> list[Rendition]:
    href = "".join((remote.get("href") or "").split()).removeprefix("file:///")
    if not href:
        return []
    names = [remote.get("rendition") or "", *map(text_of, children(remote, "altId"))]
    names += [part.get("literal") or "" for part in children(remote, "remoteContentExtProperty")]
    width_px, height_px, size_bytes = (number_of(remote.get(key)) for key in ("width", "height", "size"))
    media_type = (remote.get("contenttype") or "").strip().casefold()
    return [Rendition(href, width_px, height_px, size_bytes, media_type, " ".join(names))]
