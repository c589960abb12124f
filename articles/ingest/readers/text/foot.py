"""The lines after the last paragraph of a text: metadata, captions, and boilerplate."""

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from articles.ingest.parsing.chrome import (
    addresses_reader,
    begins_foot,
    ends_article,
    is_edge_line,
    is_invitation,
    is_notice,
    names_channel,
)
from articles.ingest.parsing.metadata import BY_ALONE, Metadata
from articles.ingest.parsing.names import reads_as_name
from articles.ingest.readers.text.lines import LIST_MARK, ends_sentence, is_long, is_sign_off, is_story
from articles.ingest.readers.text.part import Part, PartKind
from articles.text.outlets import is_address

if TYPE_CHECKING:
    from articles.ingest.readers.text.layout import Layout

# More paragraphs behind a label of the foot show that it is none.
_MOST_SENTENCES_IN_FOOT = 3
_FEWEST_WORDS = 3  # of a line without a full stop that ends a text
_OF_OUTLET = re.compile(
    r"\b(?:our|us|newsletters?|app|podcasts?|facebook|instagram|twitter|whatsapp|telegram|youtube)\b[^\"”’»]*$",
    re.IGNORECASE,
)


def read_foot(parts: list[Part], layout: "Layout") -> list[Part]:
    paragraphs = [number for number, part in enumerate(parts) if part.kind == "paragraph"]
    if not paragraphs:
        return parts
    last = _last_paragraph(parts, paragraphs, layout)
    tail = [line for part in parts[last + 1 :] for line in _by_line(part, layout)]
    has_byline = any(part.metadata and part.metadata.byline for part in [*parts, *tail])
    credits = {part.credit.name for part in parts[:last] if part.credit}
    for number, part in enumerate(tail):
        label = tail[number - 1] if number and BY_ALONE.fullmatch(tail[number - 1].text) else None
        is_name = part.text in credits or (reads_as_name(part.text.partition(",")[0]) and (number == 0 or label))
        if part.kind in ("paragraph", "chrome") and is_name and not (has_byline or layout.is_known(part)):
            part.kind, part.metadata, has_byline = "metadata", Metadata(byline=part.text), True
            if label:
                part.lines = (*label.lines, *part.lines)
                tail.remove(label)
    known = {date.iso for part in parts if part.metadata for date in part.metadata.dates}
    is_comments = False
    is_list = True  # of items, and notes in brackets, that continue the text
    lines = [part for part in tail if part.kind != "photo" and not _is_item(part)]
    has_furniture = layout.is_scraped and len(lines) > 1
    ends_in_story = layout.is_scraped and is_story(parts[last].text)
    for part in tail:
        if part.credit and part.credit.raw == part.credit.name and part.credit.caption is None:  # dpa/kab
            part.kind, part.metadata, part.credit = "metadata", Metadata(source=part.text), None
        is_short = ends_in_story and (0 < part.text.count(" ") < _FEWEST_WORDS or part.text.count(" | ") > 1)
        is_list &= _is_item(part) or (part.kind == "paragraph" and part.text[0] + part.text[-1] == "()")
        is_text = is_list or part.lines[0] in layout.kept
        if part.kind == "paragraph" and not is_text and (has_furniture or is_short or _is_request(part.text)):
            part.kind = "chrome"
        elif part.metadata and part.metadata.dates:
            is_told = all(date.iso in known or (known and not date.is_labelled) for date in part.metadata.dates)
            if is_told or is_comments:  # a date told before, or of a reader's comment
                part.kind, part.metadata = "chrome", None
        is_comments |= part.kind == "chrome" and ends_article(part.text)
    return [*parts[: last + 1], *tail]


def _last_paragraph(parts: list[Part], paragraphs: list[int], layout: "Layout") -> int:
    """The last one that belongs to the story."""
    stories = [number for number in paragraphs if is_story(parts[number].text)]
    byline = next((part.metadata.byline for part in parts if part.metadata and part.metadata.byline), "")
    labels = (number for number, part in enumerate(parts) if _begins_foot(part, layout, byline))
    for label in labels:
        before, behind = (sum(is_before == (number < label) for number in stories) for is_before in (True, False))
        if before > behind <= _MOST_SENTENCES_IN_FOOT:
            paragraphs = [n for n in paragraphs if n < label or is_sign_off(parts[n].text)]
            for part in parts[label : paragraphs[-1]]:  # of a note on the author, above a sign-off
                part.kind = "chrome" if part.kind == "paragraph" and not is_sign_off(part.text) else part.kind
            break
    last_known = max((number for number, part in enumerate(parts) if layout.is_known(part)), default=-1)
    for number in reversed(paragraphs):
        text = parts[number].text
        is_cut = is_long(text) and parts[number - 1].kind == "paragraph" and " | " not in text
        is_beside = 0 <= number - 1 <= last_known  # known boilerplate, without which a sentence is no request
        is_request = _is_request(text) and (not ends_sentence(text) or is_beside)
        is_request |= layout.is_scraped and names_channel(text) and addresses_reader(text)
        if len(text) < 30 and (addresses_reader(text) or text.endswith("?") > text.count(" ")):
            near = parts[max(0, number - 9) : number]  # below tags: Report it to us. Erramos?
            tags = takewhile(lambda part: part.kind == "chrome" or not is_story(part.text), reversed(near))
            is_request |= any(begins_foot(part.text) or is_edge_line(part.text) for part in tags)
        is_cry = is_beside and text.isupper() and all(map(str.isupper, filter(str.isalpha, text)))
        if (is_cut or is_story(text)) and not (is_request or is_cry):
            return number
    return paragraphs[0]


def _begins_foot(part: Part, layout: "Layout", byline: str) -> bool:
    """``True`` for a label, and for an author's address or name above a note on her."""
    is_name = part.text in byline and reads_as_name(part.text)
    is_label = part.kind == "paragraph" and layout.is_scraped and (ends_article(part.text) or is_name)
    return is_label or (part.kind == "chrome" and any(test(part.text) for test in (begins_foot, is_address, is_notice)))


def _by_line(part: Part, layout: "Layout") -> list[Part]:
    if part.kind not in ("paragraph", "chrome") or layout.is_known(part) or is_story(part.text) or _is_item(part):
        return [part]
    lines = []
    for number in part.lines:
        metadata = layout.metadata_of(number, is_after_body=True)
        kind: PartKind = "metadata" if metadata else part.kind
        lines.append(Part(kind, range(number, number + 1), layout.folded[number], metadata))
    return lines


def _is_item(part: Part) -> bool:
    return part.kind == "paragraph" and LIST_MARK.match(part.text) is not None


def _is_request(text: str) -> bool:
    if ends_sentence(text):
        return ends_article(text) or (is_invitation(text) and _OF_OUTLET.search(text) is not None)
    return is_edge_line(text) or ends_article(text) or is_invitation(text)
