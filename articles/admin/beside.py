"""The original beside the form of its article: each line with what it became, and the field that holds it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from articles.admin.bases import HEAVY
from articles.ingest.parsing.decoding import decode
from articles.models import Article, Original, Photo
from articles.models.original import READ_UP_TO_BYTES
from articles.public.listings.origins import content_of, lines_of
from articles.text.wording import ENCODINGS, FORMS, kept_as, size_words

LINES_SHOWN = 3_000
CHARACTERS_SHOWN = 50_000
# Fields of the form that sources fill; the first that a line became is the one that it leads to.
FIELDS = (
    "headline", "deck", "byline", "authors", "dateline", "section", "language", "published", "updated", "source", "url",
)  # fmt: skip
LABELS = {"url": "Canonical address"}


@dataclass(frozen=True, slots=True)
class Line:
    """``target``: the HTML id of the field that it became; ``""``: none, or none on this page."""

    number: int
    kind: str
    kept: str
    words: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where the original says what a field holds, for forms that are not read line by line."""

    label: str
    where: str
    target: str


@dataclass(slots=True)
class Beside:
    original: Original
    described: str
    lines: list[Line] = field(default_factory=list)
    more_lines: int = 0
    found: list[Found] = field(default_factory=list)
    text: str = ""
    more_text: int = 0
    is_too_long: bool = False
    is_elsewhere: bool = False


def targets_of(inlines: Sequence[Any]) -> dict[str, str]:
    """The HTML id of each field by what the ledger calls it: ``headline``, ``paragraph``, ``photo 2``."""
    targets = {name: f"id_{name}" for name in FIELDS} | {"paragraph": "id_body"}
    for inline in inlines:
        for row in inline.formset.initial_forms:
            if isinstance(row.instance, Photo) and row.instance.loaded_number:
                targets[f"photo {row.instance.loaded_number}"] = row["caption"].id_for_label
    return targets


def beside(article: Article, targets: Mapping[str, str]) -> Beside | None:
    """The original that the article shows, as far as it is short enough for a page; ``None``: there is none."""
    original = Original.objects.filter(article=article, is_current=True).defer(*HEAVY).first()
    if original is None:
        return None
    encoding = ENCODINGS.get(original.encoding, original.encoding)
    form = FORMS.get(original.form, original.form)
    described = ", ".join(filter(None, [form, encoding, size_words(original.size_bytes)]))
    shown = Beside(original, described, is_too_long=original.size_bytes > READ_UP_TO_BYTES)
    if not shown.is_too_long:
        _read(shown, targets)
    return shown


def _read(shown: Beside, targets: Mapping[str, str]) -> None:
    content = content_of(shown.original)
    if content is None:
        shown.is_elsewhere = True
    elif shown.original.ledger:
        lines = lines_beside(shown.original.ledger, lines_of(content), targets)
        shown.lines, shown.more_lines = lines[:LINES_SHOWN], max(0, len(lines) - LINES_SHOWN)
    else:
        text = decode(content).text
        shown.text, shown.more_text = text[:CHARACTERS_SHOWN], max(0, len(text) - CHARACTERS_SHOWN)
        shown.found = [
            Found(LABELS.get(name, name.replace("_", " ").capitalize()), where, targets.get(name, ""))
            for name, where in {"body": "", **shown.original.evidence}.items()
            if where
        ]


def lines_beside(
    ledger: Sequence[Sequence[str]], texts: Sequence[str], targets: Mapping[str, str]
) -> list[Line]:  # fmt: skip
    """Lines that do not fit the ledger are told without their words."""
    if len(texts) != len(ledger):
        texts = [""] * len(ledger)
    return [
        Line(number, kind, kept_as(kind, became), text.rstrip("\r\n"), _target(became, targets))
        for number, ((kind, became), text) in enumerate(zip(ledger, texts, strict=True), 1)
    ]


def _target(became: str, targets: Mapping[str, str]) -> str:
    parts = [part.strip() for part in became.split(",")]
    names = ["paragraph" if part.startswith("paragraph ") else part for part in parts]
    return next((targets[name] for name in names if name in targets), "")
