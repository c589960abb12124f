"""Where articles come from, for staff to look at: originals with their ledger."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin.bases import HEAVY, LONG_TEXTS, ReadOnlyAdmin
from articles.ingest.parsing.decoding import decode
from articles.models import Original
from articles.models.original import READ_UP_TO_BYTES
from articles.public.listings.origins import lines_of
from articles.text.originals import form_words, ledger_lines
from articles.text.phrases import size_words

LINES_SHOWN = 1_000
CHARACTERS_SHOWN = 50_000


@admin.register(Original)
class OriginalAdmin(ReadOnlyAdmin):
    list_display = ["name", "form_words", "size", "short_digest", "article", "is_current"]
    list_select_related = ["article"]
    ordering = ["-id"]
    sortable_by = ()
    search_fields = ["digest"]
    search_help_text = "The key of an article, or a digest or the beginning of one."
    fields = readonly_fields = (
        "name", "article", "is_current", "form_words", "size", "digest", "load", "found_at", "download", "account",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # An original may weigh megabytes; what is shown of it is fetched when it is.
        return super().get_queryset(request).defer(*HEAVY, *LONG_TEXTS)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        by_key = queryset.filter(article__key=term)
        # "g" follows every hexadecimal digit: a range, which walks the index.
        return (by_key if by_key.exists() else queryset.filter(digest__gte=term, digest__lt=f"{term}g")), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "load__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download_view)
        return [path("<int:pk>/download/", view, name="articles_original_download"), *super().get_urls()]

    def download_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """The bytes as they came, as a file to keep; never shown by the browser itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        original = Original.objects.filter(pk=pk).first()
        if original is None:
            raise Http404
        return FileResponse(
            BytesIO(bytes(original.content)),
            as_attachment=True,
            filename=original.name.replace("/", "-"),
            content_type="application/octet-stream",
        )

    @admin.display(description="Form")
    def form_words(self, original: Original) -> str:
        return form_words(original.form, original.encoding)

    @admin.display(description="Size")
    def size(self, original: Original) -> str:
        return size_words(original.size_bytes)

    @admin.display(description="SHA-256")
    def short_digest(self, original: Original) -> SafeString:
        return format_html('<code title="{}">{}…</code>', original.digest, original.digest[:12])

    @admin.display(description="Found at")
    def found_at(self, original: Original) -> str | SafeString:
        paths = [(one.path,) for one in original.paths.order_by("path")[:20]]
        return format_html_join("", "<div><code>{}</code></div>", paths) or "No file on record"

    @admin.display(description="Bytes")
    def download(self, original: Original) -> SafeString:
        address = reverse("admin:articles_original_download", args=[original.pk])
        return format_html('<a href="{}">Download, byte for byte</a>', address)

    @admin.display(description="Account")
    def account(self, original: Original) -> SafeString | str:
        """What became of each line, or the text of an original without a ledger."""
        if original.size_bytes > READ_UP_TO_BYTES:
            return "Too long to be taken apart here; it can be downloaded."
        content = bytes(original.content)
        rows = ledger_lines(original.ledger, lines_of(content))
        text = "" if rows else decode(content).text
        return render_to_string(
            "admin/articles/_account.html",
            {
                "rows": rows[:LINES_SHOWN],
                "more_rows": max(0, len(rows) - LINES_SHOWN),
                "text": text[:CHARACTERS_SHOWN],
                "more_text": max(0, len(text) - CHARACTERS_SHOWN),
            },
        )
