"""The lines after the last paragraph of a text: metadata, captions, and boilerplate."""

import re
from bisect import bisect_left
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING

from articles.ingest.parsing import boilerplate
from articles.ingest.parsing.metadata import BY_ALONE, Metadata
from articles.ingest.parsing.names import reads_as_name
from articles.ingest.readers.text.lines import LIST_MARK, SIGN_OFF, ends_sentence, is_long, is_story
from articles.ingest.readers.text.part import NO_METADATA, Part, PartKind
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
    last = _last_paragraph(parts, _above_label(parts, paragraphs, layout), layout)
    tail = [line for part in parts[last + 1 :] for line in _by_line(part, layout)]
    _find_byline(parts, last, tail, layout)
    has_boilerplate = layout.is_scraped and sum(part.kind != "photo" and not _is_item(part) for part in tail) > 1
    ends_in_story = layout.is_scraped and is_story(parts[last].text)
    for part in dropwhile(_continues_text, tail):
        is_short = ends_in_story and (0 < part.text.count(" ") < _FEWEST_WORDS or part.text.count(" | ") > 1)
        may_go = part.kind == "paragraph" and part.lines[0] not in layout.kept
        if may_go and (has_boilerplate or is_short or _is_request(part.text)):
            part.kind = "boilerplate"
    _read_metadata(tail, {date.iso for part in parts for date in part.metadata.dates})
    return [*parts[: last + 1], *tail]


def _find_byline(parts: list[Part], last: int, tail: list[Part], layout: "Layout") -> None:
    """Read the name of a photographer, or a name directly below the text or below ``By``, as the byline."""
    if any(part.metadata.byline for part in [*parts, *tail]):
        return
    credited = {part.credit.name for part in parts[:last] if part.credit}
    for number, part in enumerate(tail):
        label = tail[number - 1] if number and BY_ALONE.fullmatch(tail[number - 1].text) else None
        is_name = part.text in credited or ((number == 0 or label) and reads_as_name(part.text.partition(",")[0]))
        if is_name and part.kind in ("paragraph", "boilerplate") and not layout.is_known(part):
            part.kind, part.metadata = "metadata", Metadata(byline=part.text)
            layout.kept |= {part.lines[-1] + 1}  # the place of a letter's writer
            if label:
                part.lines = (*label.lines, *part.lines)
                tail.remove(label)
            return


def _read_metadata(tail: list[Part], known: set[str | None]) -> None:
    """Read a credit alone as the source; drop dates that the text has above its foot, and those of comments."""
    is_comments = False
    for part in tail:
        if part.credit and part.credit.raw == part.credit.name and part.credit.caption is None:  # dpa/kab
            part.kind, part.metadata, part.credit = "metadata", Metadata(source=part.text), None
        dates = part.metadata.dates
        is_repeated = all(date.iso in known or (known and not date.is_labelled) for date in dates)
        if dates and (is_repeated or is_comments):
            part.kind, part.metadata = "boilerplate", NO_METADATA
        is_comments |= part.kind == "boilerplate" and boilerplate.ends_article(part.text)


def _above_label(parts: list[Part], paragraphs: list[int], layout: "Layout") -> list[int]:
    """The paragraphs above the label that begins the foot, and sign-offs below it."""
    stories = [number for number in paragraphs if is_story(parts[number].text)]
    byline = next((part.metadata.byline for part in parts if part.metadata.byline), "")
    for label in (number for number, part in enumerate(parts) if _begins_foot(part, layout, byline)):
        before = bisect_left(stories, label)
        if before > len(stories) - before <= _MOST_SENTENCES_IN_FOOT:
            paragraphs = [n for n in paragraphs if n < label or SIGN_OFF.match(parts[n].text)]
            for part in parts[label : paragraphs[-1]]:  # of a note on the author, above a sign-off
                if part.kind == "paragraph" and not SIGN_OFF.match(part.text):
                    part.kind = "boilerplate"
            break
    return paragraphs


def _last_paragraph(parts: list[Part], paragraphs: list[int], layout: "Layout") -> int:
    last_known = max((number for number, part in enumerate(parts) if layout.is_known(part)), default=-1)
    for number in reversed(paragraphs):
        text = parts[number].text
        is_cut = is_long(text) and parts[number - 1].kind == "paragraph" and " | " not in text
        is_beside_known = 0 < number <= last_known + 1
        above = parts[max(0, number - 9) : number]
        if (is_cut or is_story(text)) and not _is_to_reader(text, above, layout, is_beside_known=is_beside_known):
            return number
    return paragraphs[0]


def _is_to_reader(text: str, above: list[Part], layout: "Layout", *, is_beside_known: bool) -> bool:
    """``True`` for a request, which is a sentence only beside known boilerplate, a cry, or a short question."""
    if _is_request(text) and (is_beside_known or not ends_sentence(text)):
        return True
    if is_beside_known and text.isupper() and all(map(str.isupper, filter(str.isalpha, text))):
        return True
    if layout.is_scraped and boilerplate.names_channel(text) and boilerplate.addresses_reader(text):
        return True
    if len(text) >= 30 or not (boilerplate.addresses_reader(text) or text.endswith("?") > text.count(" ")):
        return False
    # Below tags: Report it to us. Erramos?
    tags = takewhile(lambda part: part.kind == "boilerplate" or not is_story(part.text), reversed(above))
    return any(boilerplate.begins_foot(part.text) or boilerplate.is_edge_line(part.text) for part in tags)


def _begins_foot(part: Part, layout: "Layout", byline: str) -> bool:
    """``True`` for a label, and for an author's address or name above a note on her."""
    if part.kind == "boilerplate":
        return boilerplate.begins_foot(part.text) or boilerplate.is_notice(part.text) or is_address(part.text)
    is_name = part.text in byline and reads_as_name(part.text)
    return part.kind == "paragraph" and layout.is_scraped and (is_name or boilerplate.ends_article(part.text))


def _by_line(part: Part, layout: "Layout") -> list[Part]:
    if part.kind not in ("paragraph", "boilerplate") or layout.is_known(part) or is_story(part.text) or _is_item(part):
        return [part]
    lines = []
    for number in part.lines:
        metadata = layout.metadata_of(number, is_after_body=True)
        kind: PartKind = "metadata" if metadata else part.kind
        lines.append(Part(kind, [number], layout.folded[number], metadata or NO_METADATA))
    return lines


def _is_item(part: Part) -> bool:
    return part.kind == "paragraph" and LIST_MARK.match(part.text) is not None


def _continues_text(part: Part) -> bool:
    return _is_item(part) or (part.kind == "paragraph" and part.text[0] + part.text[-1] == "()")


def _is_request(text: str) -> bool:
    is_end, is_invitation = boilerplate.ends_article(text), boilerplate.is_invitation(text)
    if ends_sentence(text):
        return is_end or (is_invitation and _OF_OUTLET.search(text) is not None)
    return is_end or is_invitation or boilerplate.is_edge_line(text)
