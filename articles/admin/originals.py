"""Originals for staff, on their own pages and next to the article's form, with the field each line became."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext_lazy

from articles.admin.bases import HEAVY, LONG_TEXTS, ReadOnlyAdmin, shown
from articles.editorial.provenance import content_of
from articles.ingest.parsing.decoding import decode
from articles.models import Original, Photo, fields
from articles.models.original import READ_UP_TO_BYTES
from articles.public.listings.origins import lines_of
from articles.text.evidence import DETECTED, found_words
from articles.text.originals import ENCODINGS, FORMS, became_names, form_words, ledger_lines
from articles.text.phrases import size_words

LINES_SHOWN = 3_000
CHARACTERS_SHOWN = 50_000


def targets_of(rows: Sequence[Any]) -> dict[str, str]:
    """The HTML ids of fields by their name in the ledger: ``headline``, ``paragraph``, ``photo 2``."""
    linked = (field.plain_name for field in fields.ARTICLE if fields.Use.LINKED in field.uses)
    targets = {name: f"id_{name}" for name in linked} | {"paragraph": "id_body"}
    for row in rows:
        if isinstance(row.instance, Photo) and row.instance.loaded_number:
            targets[f"photo {row.instance.loaded_number}"] = row["caption"].id_for_label
    return targets


def read(original: Original, targets: Mapping[str, str]) -> dict[str, Any]:
    """An original for a template: ``lines``, each with the HTML id of the field it became, ``""`` if that is not on the
    page; of formats not read line by line, ``text``, and ``found``: label, place in the original, HTML id of the field.
    """
    form, encoding = str(FORMS.get(original.form, original.form)), ENCODINGS.get(original.encoding, original.encoding)
    described = ", ".join(filter(None, [form, encoding, size_words(original.size_bytes)]))
    is_too_long = original.size_bytes > READ_UP_TO_BYTES
    shown = {"original": original, "described": described, "is_too_long": is_too_long}
    content = None if is_too_long else content_of(original)
    if content is None:
        return {**shown, "is_elsewhere": not is_too_long}
    if original.ledger:
        lines = ledger_lines(original.ledger, lines_of(content))
        with_targets = [(line, _target(line.became, targets)) for line in lines[:LINES_SHOWN]]
        return {**shown, "lines": with_targets, "more_lines": max(0, len(lines) - LINES_SHOWN)}
    text = decode(content).text
    found = [
        (fields.label_of(name), found_words(where) if where == DETECTED else where, targets.get(name, ""))
        for name, where in {"body": "", **original.evidence}.items()
        if where
    ]
    more_text = max(0, len(text) - CHARACTERS_SHOWN)
    return {**shown, "text": text[:CHARACTERS_SHOWN], "more_text": more_text, "found": found}


def _target(became: str, targets: Mapping[str, str]) -> str:
    names = ["paragraph" if name.startswith("paragraph ") else name for name in became_names(became)]
    return next((targets[name] for name in names if name in targets), "")


def download(pages: ReadOnlyAdmin, request: HttpRequest, pk: int) -> FileResponse:
    if not pages.has_view_permission(request):
        raise PermissionDenied
    original = get_object_or_404(Original, pk=pk)
    name, content = original.file_name, BytesIO(bytes(original.content))
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")


@admin.register(Original)
class OriginalAdmin(ReadOnlyAdmin):
    own_pages = (("<int:pk>/download/", "download", download),)
    counted_as = ngettext_lazy("%(count)s original", "%(count)s originals", "number")
    list_display = ["name", "form_words", "size", "short_digest", "article", "is_current"]
    list_select_related = ["article"]
    ordering = ["-id"]
    search_fields = ["digest"]
    search_help_text = _("Article key, or a digest or its prefix")
    fields = readonly_fields = (
        "name", "article", "is_current", "form_words", "size", "digest", "loaded_by", "found_at", "download",
        "reading_report",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Originals may be megabytes long; they are fetched only when shown.
        return super().get_queryset(request).defer(*HEAVY, *LONG_TEXTS)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        by_key = queryset.filter(article__key=term)
        # "g" follows every hexadecimal digit: a range, which walks the index.
        return (by_key if by_key.exists() else queryset.filter(digest__gte=term, digest__lt=f"{term}g")), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "change__load__id__exact" or super().lookup_allowed(lookup, value, request)

    loaded_by = shown(_("Load"), lambda original: (original.change and original.change.load) or "-")
    form_words = shown(_("Format"), lambda original: form_words(original.form, original.encoding))
    size = shown(_("Size"), lambda original: size_words(original.size_bytes))
    short_digest = shown(
        "SHA-256", lambda original: format_html('<code title="{}">{}…</code>', original.digest, original.digest[:12])
    )

    @admin.display(description=_("Found at"))
    def found_at(self, original: Original) -> str | SafeString:
        paths = [(found.path,) for found in original.paths.order_by("path")[:20]]
        return format_html_join("", "<div><code>{}</code></div>", paths) or gettext("No file on record")

    @admin.display(description=_("Bytes"))
    def download(self, original: Original) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.address("download", original.pk), gettext("Download unchanged"))

    @admin.display(description=_("Reading report"))
    def reading_report(self, original: Original) -> SafeString | str:
        shown = read(original, {})
        if shown["is_too_long"]:
            return gettext("Too long to show here. Please download it.")
        return render_to_string("admin/articles/_reading_report.html", {"shown": shown})
