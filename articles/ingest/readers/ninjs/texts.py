"""The texts of a ninjs object: headlines, bodies and descriptions, which differ between ninjs versions."""

import re
from dataclasses import dataclass

from articles.ingest.parsing.agency_items import paragraphs_of
from articles.ingest.parsing.html_to_markdown import Fragment, read_html, text_of_html
from articles.ingest.readers.ninjs.record import Record

_MARKUP = re.compile(r"html|nitf")
_OTHER = re.compile(r"xml|json|markdown")
_ELEMENT = re.compile(
    r"</?(?:p|div|br|body|html|h[1-6]|ul|ol|section|article|blockquote|figure|span|table)\b[^<>]*>", re.I
)
_DECKS = frozenset({"deck", "dek", "sub", "subheadline", "subhead", "subtitle", "subheading", "secondary"})


@dataclass(frozen=True, slots=True)
class Text:
    """One of several texts. ``role`` and ``kind`` (its media type) are lower case, ``""`` if missing."""

    key: str
    role: str
    kind: str
    value: str

    @property
    def is_html(self) -> bool:
        if _MARKUP.search(self.kind) and "plain" not in self.kind:
            return True
        if self.kind in ("", "application/xml", "text/xml") and _MARKUP.search(self.role):
            return "nitf" not in self.role or self.value.lstrip().lower().startswith("<nitf")
        return not self.kind and _ELEMENT.search(self.value) is not None

    @property
    def is_plain(self) -> bool:
        return not self.is_html and not _OTHER.search(self.kind) and not self.value.lstrip().startswith("<")

    @property
    def plain(self) -> str:
        return text_of_html(self.value) if self.is_html else " ".join(self.value.split())


def texts_of(record: Record, listed: str, prefix: str) -> list[Text]:
    texts = []
    for entry in record.objects(listed, name_key="value"):
        if value := entry.written("value"):
            kind = (entry.text("contenttype", "mimetype") or "").casefold()
            role = (entry.text("role", "name") or "").casefold()
            texts.append(Text(f"{record.spelled[listed]} {role}".strip(), role, kind, value))
        record.damage += entry.damage
    for role, value in record.take_prefixed(prefix):
        kind = "text/html" if "html" in role else "text/plain" if role == "text" else ""
        texts.append(Text(record.spelled[prefix + role], role, kind, value))
    return texts


def chosen_body(bodies: list[Text]) -> tuple[Fragment, list[Text]]:
    """The body to show, preferably with structure, and the other bodies."""
    ranked = [text for text in bodies if text.is_html] + [text for text in bodies if text.is_plain]
    for text in ranked:
        fragment = read_html(text.value) if text.is_html else paragraphs_of(text.value)
        if fragment.blocks or fragment.pictures:
            return fragment, [body for body in bodies if body is not text]
    return Fragment(), bodies


def chosen_headline(headlines: list[Text]) -> tuple[Text | None, Text | None, list[Text]]:
    decks = [text for text in headlines if text.role in _DECKS]
    mains = [text for role in ("main", "headline", "simple", "") for text in headlines if text.role == role]
    remaining = [text for text in headlines if text not in mains and text not in decks]
    headline = next((text for text in [*mains, *remaining] if text.plain), None)
    deck = next((text for text in decks if text.plain), None)
    return headline, deck, [text for text in headlines if text is not headline and text is not deck]


def chosen_description(descriptions: list[Text], *, caption: bool) -> tuple[str | None, list[Text]]:
    """The description to show, as plain text, and others that differ. ``caption``: prefer one of a picture, by role."""
    wanted = ("caption", "text", "main", "") if caption else ("summary", "abstract", "text", "main", "")
    ranked = [text for role in wanted for text in descriptions if text.role == role]
    ranked += [text for text in descriptions if text not in ranked]
    by_role = sorted((text for text in ranked if text.role in wanted), key=lambda text: text.is_html)
    chosen = next((text for text in (*by_role, *ranked) if text.plain), None)
    if chosen is None:
        return None, []
    letters = list(filter(str.isalnum, chosen.plain))
    different = [text for text in ranked if text is not chosen and list(filter(str.isalnum, text.plain)) != letters]
    return chosen.plain, different
