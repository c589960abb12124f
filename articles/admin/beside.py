"""The original beside the form of its article: each line with what it became, and the field that holds it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from articles.admin.bases import HEAVY, ArchiveAdmin
from articles.ingest.parsing.decoding import decode
from articles.models import Article, Original, Photo
from articles.models.original import READ_UP_TO_BYTES
from articles.public.listings.origins import content_of, lines_of
from articles.text.evidence import DETECTED, found_words
from articles.text.originals import ENCODINGS, FORMS, Line, became_names, ledger_lines
from articles.text.phrases import size_words

LINES_SHOWN = 3_000
CHARACTERS_SHOWN = 50_000
# Fields of the form that sources fill; the first that a line became is the one that it leads to.
FIELDS = (
    "headline", "deck", "byline", "authors", "dateline", "section", "language", "published", "updated", "source", "url",
)  # fmt: skip
LABELS = {"url": "Canonical address"}


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
    # Each with the HTML id of the field that it became; ``""``: none, or none on this page.
    lines: list[tuple[Line, str]] = field(default_factory=list)
    more_lines: int = 0
    found: list[Found] = field(default_factory=list)
    text: str = ""
    more_text: int = 0
    is_too_long: bool = False
    is_elsewhere: bool = False


class BesideAdmin(ArchiveAdmin):
    """Staff pages of articles, with what came of the original beside the form."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        article = context.get("original")
        if article is not None:
            may_change = self.has_change_permission(request, article)
            targets = targets_of(context["inline_admin_formsets"]) if may_change else {}
            context["beside"] = beside(article, targets)
        return super().render_change_form(request, context, *args, **kwargs)


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
        lines = ledger_lines(shown.original.ledger, lines_of(content))
        shown.lines = [(line, _target(line.became, targets)) for line in lines[:LINES_SHOWN]]
        shown.more_lines = max(0, len(lines) - LINES_SHOWN)
    else:
        text = decode(content).text
        shown.text, shown.more_text = text[:CHARACTERS_SHOWN], max(0, len(text) - CHARACTERS_SHOWN)
        shown.found = [
            Found(
                LABELS.get(name, name.replace("_", " ").capitalize()),
                found_words(where) if where == DETECTED else where,
                targets.get(name, ""),
            )
            for name, where in {"body": "", **shown.original.evidence}.items()
            if where
        ]


def _target(became: str, targets: Mapping[str, str]) -> str:
    names = ["paragraph" if name.startswith("paragraph ") else name for name in became_names(became)]
    return next((targets[name] for name in names if name in targets), "")
