"""The staff pages of articles. Each save is one version."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext_lazy

from articles.admin import comparison
from articles.admin.actions import ON_ARTICLES, ActionsAdmin
from articles.admin.article_form import ArticleForm, TagsField, add_notes
from articles.admin.bases import HEAVY, LoadedAdmin, cited, damage_and_line, id_of, items_of, row_gone, shown
from articles.admin.form_fields import folded
from articles.admin.history import ARTICLE_PAGES, article_history
from articles.admin.inlines import PHOTO_REMOVED, CorrectionInline, PhotoInline
from articles.admin.lists import FILTERS, SEARCH_HELP, ArticleChangeList, search
from articles.admin.merge_articles import MERGE_PAGES
from articles.admin.originals import read, targets_of
from articles.admin.placing import NotWritten, hold_uploads, place_photos
from articles.admin.preview import PREVIEW
from articles.catalogue import photo_files
from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import FIELDS, own_blocks
from articles.editorial.edit import correct, editing, move_conflicts
from articles.models import Article, Correction, Original, Photo, Tagging
from articles.text.dates import date_lines, day_words
from articles.text.markdown import blocks_of
from articles.text.phrases import size_words

ELSEWHERE = ("published", "updated", "url", "former_paths")  # not in the first part of the form


@admin.register(Article)
class ArticleAdmin(LoadedAdmin, ActionsAdmin):
    change_list = ArticleChangeList
    own_pages = (*ARTICLE_PAGES, *MERGE_PAGES, PREVIEW)
    form = ArticleForm
    inlines = [PhotoInline]
    autocomplete_fields = ["source"]
    list_actions = ON_ARTICLES

    class Media:
        # Also on the list: a save ends there, and the draft is then discarded.
        js = [Script("editing/draft.js", type="module")]

    counted_as = ngettext_lazy("%(count)s article", "%(count)s articles", "number")
    list_display = ["headline_or_key", "filed_under", "source", "number_of_photos", "state"]
    list_filter = FILTERS
    search_fields = ["headline"]
    search_help_text = SEARCH_HELP

    readonly_fields = [
        "damage_list", "printed_dates", "permalink", "former_addresses", "archive_key", "archive_day", "loaded_from",
        "changed_since", "author_names", "former_path_lines", "tag_names", "withdrawn_at", "merged_with",
    ]  # fmt: skip
    fieldsets: ClassVar[Any] = [
        (_("Damage in the original"), {"fields": ["damage_list"]}),
        (_("The article"), {"fields": [name for name in FIELDS if name not in ELSEWHERE]}),
        (_("Dates"), {"fields": ["published", "updated", "printed_dates"]}),
        (_("Text"), {"fields": ["body"], "classes": ["above-photos"]}),
        (_("Tags"), {"fields": ["tag_ids"]}),
        (
            _("Filing"),
            {"fields": ["source", "url", "former_paths", "slug", "permalink", "former_addresses", "merged_with"]},
        ),
        (_("Source and history"), {"fields": ["archive_key", "archive_day", "loaded_from", "changed_since"]}),
        (
            _("Withdraw"),
            {
                "fields": ["withdrawn", "withdrawn_reason"],
                "description": _(
                    "Articles are never deleted, so links keep working. A withdrawn article is hidden from all pages; "
                    "its address shows the reason."
                ),
            },
        ),
    ]

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        paginator: Any = super().get_paginator(request, *args, **kwargs)
        if {name for name, value in request.GET.items() if value} - {PAGE_VAR} == {"tag"}:
            paginator.links = Tagging.everything.filter(tag_id=id_of(request.GET["tag"]))
        return paginator

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return search(queryset, search_term, request.GET), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Form-only fields are replaced by read-only ones where they may not be edited."""
        may_change, seen_as = self.has_change_permission(request, obj), dict[str, str]()
        if not may_change:
            seen_as |= {"authors": "author_names", "former_paths": "former_path_lines"}
        if not (may_change and request.user.has_perms(["articles.add_tagging", "articles.delete_tagging"])):
            seen_as["tag_ids"] = "tag_names"
        if not (may_change and self.may_withdraw(request, obj)):
            seen_as["withdrawn"] = "withdrawn_at"
        # A merged article first shows its winner; it can be separated, not reinstated.
        left_out = ("withdrawn", "withdrawn_reason", "merged_with") if is_merged(obj) else ()
        shown: list[Any] = [(_("Merged"), {"fields": ["merged_with"]})] if is_merged(obj) else []
        for name, options in self.fieldsets:
            if fields := [seen_as.get(field, field) for field in options["fields"] if field not in left_out]:
                shown.append((name, {**options, "fields": fields}))
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if self.may_withdraw(request, obj) else [*fields, "withdrawn", "withdrawn_reason"]

    def may_withdraw(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.withdraw_article") and not is_merged(obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        if not request.user.has_perm("articles.add_correction"):
            form.base_fields.pop("correction", None)
        if "tag_ids" in form.base_fields:
            form.base_fields["tag_ids"] = TagsField(may_add=request.user.has_perm("articles.add_tag"))
        return form

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Corrections are left out of a posted form that had none: another editor has made the first one since."""
        was_shown = request.method != "POST" or "corrections-TOTAL_FORMS" in request.POST
        has_corrections = was_shown and obj is not None and obj.corrections.exists()
        return [CorrectionInline, *self.inlines] if has_corrections else self.inlines

    def view_on_site(self, obj: Article) -> str:
        return obj.get_absolute_url()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return article_history(self, request, object_id)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The form; if a photo has been removed meanwhile, the page that shows the editor what they typed."""
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        if request.method == "POST" and any(getattr(formset, "lacks_rows", False) for formset in formsets):
            return row_gone(request, PHOTO_REMOVED)
        if article := context.get("original"):
            rows = [row for formset in formsets for row in formset.initial_forms]
            add_notes(context["adminform"].form, rows)
            targets = targets_of(rows) if self.has_change_permission(request, article) else {}
            original = Original.objects.filter(article=article, is_current=True).defer(*HEAVY).first()
            context["beside"] = read(original, targets) if original else None
        return super().render_change_form(request, context, *args, **kwargs)

    def guarded(self, request: HttpRequest, pk: int, show_or_save: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return super().guarded(request, pk, show_or_save)
        except NotWritten:
            return super().guarded(request, pk, show_or_save)  # the form again, with the fault at the field of the file

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Do nothing yet: the article is saved in ``save_related``, when its photos and tags are known."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        article, stamp = form.instance, Stamp.now(request.user, form.cleaned_data["reason"])
        note = form.cleaned_data.get("correction") or ""
        # A correction alone is a note to readers, not a new version.
        parts = [formset for formset in formsets if formset.model is not Correction]
        is_changed = any(formset.has_changed() or formset.deleted_forms for formset in parts)
        if is_changed or set(form.changed_data) - {"correction"}:
            self._save_version(request, form, formsets, stamp)
        else:
            super().save_related(request, form, formsets, change)
        if note:
            correct(article, note, stamp)

    def _save_version(self, request: HttpRequest, form: Any, formsets: Any, stamp: Stamp) -> None:
        article, wanted = form.instance, form.instance.slug
        with editing(article.pk, stamp) as changes:
            before, changes.articles[article.pk] = changes.before[article.pk], article
            if article.body != before.body:
                move_conflicts(before, own_blocks(before), blocks_of(article.body))
            for photo in place_photos(article, before, formsets):
                photo.save(update_fields=["number"])
            deleted = [row for formset in formsets for row in formset.deleted_forms]
            rows = [row for formset in formsets for row in formset.forms if row.has_changed() or row in deleted]
            files = hold_uploads(article, [row for row in rows if isinstance(row.instance, Photo)])
            removed = [row.instance.pk for row in deleted if isinstance(row.instance, Photo)]
            photo_files.delete_renditions(removed)
            if "tag_ids" in form.changed_data:
                changes.set_tags({article.pk: form.tags_in(article.taggings.all())})
            super().save_related(request, form, formsets, change=True)
            photo_files.replace_renditions(files)
        withdraws = any("withdrawn" in part.changed_data and part.cleaned_data["withdrawn"] for part in (form, *rows))
        request.has_hidden = bool(removed) or withdraws  # type: ignore[attr-defined]
        if form.is_merged:
            messages.info(request, _("Another editor has changed other paragraphs meanwhile. Both changes are saved."))
        if not changes.labels_are_written:
            messages.warning(request, photo_files.NOT_WRITTEN)
        if article.slug != wanted:
            words = _("Another article of that day has the slug “%(wanted)s”; this one got “%(slug)s”.")
            messages.warning(request, words % {"wanted": wanted, "slug": article.slug})

    headline_or_key = shown(_("Headline"), str)

    @admin.display(description=_("Filed under"))
    def filed_under(self, article: Article) -> str:
        day = article.filed_words or gettext("Undated")
        return gettext("%(day)s (updated)") % {"day": day} if article.is_by_update else day

    number_of_photos = shown(_("Photos"), lambda article: str(article.photo_count or ""))

    @admin.display(description=_("State"))
    def state(self, article: Article) -> str | SafeString:
        if article.withdrawn_at is None:
            return gettext("Published")
        if is_merged(article):
            return gettext("Merged")
        return format_html('<strong class="archive-withdrawn">{}</strong>', gettext("Withdrawn"))

    @admin.display(description=_("Found"))
    def damage_list(self, article: Article) -> str | SafeString:
        damage = list(article.damage.all())
        codes = {item.code for item in damage}
        items = [
            (damage_and_line(item, codes=codes), item.text, gettext("Corrected") if item.is_settled else "")
            for item in damage
        ]
        return items_of("<li>{} <code>{}</code> {}</li>", items)

    @admin.display(description=_("As printed"))
    def printed_dates(self, article: Article) -> str:
        return " · ".join(dict.fromkeys(filter(None, (article.published_printed, article.updated_printed))))

    @admin.display(description=_("Permalink"))
    def permalink(self, article: Article) -> SafeString:
        path, short = article.get_absolute_url(), article.short_url
        links = gettext('<a href="{path}">{path}</a> (short: <a href="{short}">{short}</a>)')
        return format_html(links, path=path, short=short)

    @admin.display(description=_("Former addresses"))
    def former_addresses(self, article: Article) -> str | SafeString:
        paths = [(redirect.path,) for redirect in article.redirects.order_by("path")[:20]]
        return format_html_join(", ", "<code>{}</code>", paths)

    @admin.display(description=_("Merged with"))
    def merged_with(self, article: Article) -> str | SafeString:
        if article.merged_into is not None:
            words = gettext("Merged into {article}; its addresses redirect there.")
            return format_html(words, article=cited(article.merged_into))
        merged = article.merged.select_related("source").order_by("pk")[:20]
        return items_of("<li>{}</li>", [(cited(loser),) for loser in merged])

    archive_key = shown(_("Key"), lambda article: format_html("<code>{}</code>", article.key))

    @admin.display(description=_("Archive date"))
    def archive_day(self, article: Article) -> str:
        if article.archive_date is None:
            return gettext("Undated")
        return f"{day_words(article.archive_date)} ({'; '.join(map(str, date_lines(article)))})"

    @admin.display(description=_("Originals"))
    def loaded_from(self, article: Article) -> str | SafeString:
        originals = article.originals.defer(*HEAVY).select_related("change__load").order_by("-is_current")
        items = [
            (
                reverse("admin:articles_original_change", args=[original.pk]), original.name,
                size_words(original.size_bytes),
                (original.change and original.change.load) or gettext("No load on record"),
                "" if original.is_current else gettext("(superseded)"),
            )
            for original in originals
        ]  # fmt: skip
        return items_of('<li><a href="{}">{}</a>, {}. {} {}</li>', items) or gettext("None")

    @admin.display(description=_("Changed by staff"))
    def changed_since(self, article: Article) -> str | SafeString:
        found = [
            (gettext("%(field)s, as loaded") % {"field": label}, folded(words, gettext("As loaded")))
            for label, words in comparison.changes(article)
        ]
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", found)
        return format_html('<dl class="archive-loaded">{}</dl>', rows) if found else ""

    former_path_lines = shown(_("Former paths"), lambda article: ", ".join(map(str, article.former_paths)) or "-")
    author_names = shown(_("Authors"), lambda article: ", ".join(map(str, article.authors)) or "-")

    @admin.display(description=_("Tags"))
    def tag_names(self, article: Article) -> str:
        taggings = article.taggings.select_related("tag").order_by("tag__name")
        return ", ".join(f"{tagging.tag} ({tagging.get_origin_display()})" for tagging in taggings) or gettext("None")


def is_merged(article: Article | None) -> bool:
    return article is not None and article.merged_into_id is not None
