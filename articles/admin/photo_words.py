"""Lists of photos, edited in place: all of them, and those without alt text or credit."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext, ngettext_lazy

from articles.admin.actions import ReasonForm
from articles.admin.bases import LONG_TEXTS, LoadedAdmin, cited, id_of, quoted, saved_or_told, shown
from articles.admin.edit_here import form_of
from articles.admin.form_fields import PlainTextField, UntouchedForm, textarea
from articles.admin.inlines import file_words, picture_of
from articles.admin.lists import SEARCHED, ChoiceFilter, with_prefixes
from articles.catalogue import photo_files
from articles.catalogue.changing import changing
from articles.catalogue.ledger import REASON_LENGTH, Stamp, lock_articles
from articles.editorial.edit import write_photo
from articles.models import Article, Photo
from articles.models.fields import LABELS
from articles.models.photo import SHOWN, WITHOUT_ALT_TEXT, WITHOUT_CREDIT
from articles.public.redirects import articles_at
from articles.public.search.photos import in_captions, photos_with
from articles.search.asking import Filters, compile_query
from articles.search.backend import backend
from articles.search.query import parse
from articles.search.reach import Plan
from articles.text.messages import StrOrPromise

_IS_ID = re.compile(r"form-\d+-id")


class WordsForm(UntouchedForm):
    """A row of a list, with its ``list_editable``."""

    class Meta:
        model = Photo
        fields = ["caption", "credit_line", "alt_text", "is_decorative", "credit_unknown"]
        labels = LABELS | {"is_decorative": _("Decorative (needs no alt text)")}
        help_texts = dict.fromkeys(fields, "")
        field_classes = dict.fromkeys(["caption", "credit_line", "alt_text"], PlainTextField)
        widgets = {
            "caption": textarea(3, **{"aria-label": LABELS["caption"]}),
            "credit_line": textarea(1, **{"aria-label": LABELS["credit_line"]}),
            "alt_text": textarea(2, **{"aria-label": LABELS["alt_text"]}),
            "is_decorative": forms.CheckboxInput({"aria-label": LABELS["is_decorative"]}),
            "credit_unknown": forms.CheckboxInput({"aria-label": LABELS["credit_unknown"]}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("alt_text") and cleaned.get("is_decorative"):
            self.add_error("is_decorative", gettext("Enter an alt text or tick “Decorative”, not both."))
        if cleaned.get("credit_line") and cleaned.get("credit_unknown"):
            self.add_error("credit_unknown", gettext("Enter a credit or tick “Credit unknown”, not both."))
        return cleaned


class PhotoRows(forms.BaseModelFormSet):  # type: ignore[type-arg]
    @cached_property
    def forms(self) -> list[Any]:
        return [form for form in super().forms if form.instance.pk]


class PhotoWordsAdmin(LoadedAdmin):
    anchor = ""  # on the review page
    name: ClassVar[str]  # in addresses
    title: ClassVar[StrOrPromise]
    to_do: ClassVar[StrOrPromise]  # on the review page
    advice: ClassVar[StrOrPromise]
    waiting: ClassVar[Q]
    is_pictures = True
    counted_as = ngettext_lazy("%(count)s photo", "%(count)s photos", "number")
    list_display_links = None
    list_per_page = 20
    ordering = ["-id"]
    change_list_template = "admin/articles/photo_words.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        return ["picture", "about", *self.list_editable]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Photos with missing text; on POST, those of the list that was sent."""
        photos = Photo.everything.order_by(*self.get_ordering(request)).select_related("article__source")
        photos = photos.defer(*LONG_TEXTS).prefetch_related("renditions")
        return photos.filter(Q(pk__in=_sent(request)) if request.method == "POST" else self.waiting)

    pending = get_queryset

    def address(self, name: str, *args: Any) -> str:
        return reverse(self.name)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": WordsForm, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, **{"formset": PhotoRows, **kwargs})

    def items(self, rows: list[Photo]) -> Iterator[SafeString]:
        for photo in rows:
            yield picture_of(photo) if photo.renditions.all() else format_html("<q>{}</q>", photo)

    picture = shown(_("Picture"), picture_of)

    @admin.display(description=_("Caption and article"))
    def about(self, photo: Photo) -> SafeString:
        caption = format_html('<span dir="auto">{}</span>', photo.caption) if photo.caption else gettext("No caption")
        note = file_words(photo, self.list_editable[0])
        return format_html("<p>{}</p><p>{}</p>{}", cited(photo.article), caption, note)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        reason = ReasonForm(request.POST or None)["reason"]
        context = {"title": self.title, "advice": self.advice, "reason": reason, "is_review": bool(self.anchor)}
        show_or_save = partial(super().changelist_view, request, context)
        return saved_or_told(request, partial(self._save, request, show_or_save)) if request.POST else show_or_save()

    def _save(self, request: HttpRequest, save: Callable[[], HttpResponse]) -> HttpResponse:
        """Save all rows, or none if one is refused; one version for each article."""
        # Ignore the page of the list it was sent from, and make invalid ids 0.
        sent: Any = request.POST.copy()
        for name in filter(_IS_ID.fullmatch, list(sent)):
            sent[name] = str(id_of(sent[name]))
        request.GET, request.POST = QueryDict(), sent
        forms = request.changed_forms = list[Any]()  # type: ignore[attr-defined]
        # Locked before reading, so that nothing changes between the comparison and the save.
        lock_articles(Article.objects.filter(photos__in=_sent(request)).values_list("pk", flat=True))
        answer = save()
        if isinstance(answer, HttpResponseRedirect):
            self._write(request, forms)
        return answer

    def save_model(self, request: Any, obj: Photo, form: Any, change: bool) -> None:
        request.changed_forms.append(form)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The history of the article records it."""

    def _write(self, request: HttpRequest, forms: list[Any]) -> None:
        stamp = Stamp.now(request.user, " ".join(request.POST.get("reason", "").split())[:REASON_LENGTH])
        with changing({form.instance.article_id for form in forms}, stamp) as changes:
            for form in forms:
                write_photo(form.instance, {name: form.cleaned_data[name] for name in form.changed_data})
        # Photos deleted meanwhile, with the text typed for them.
        there = {str(pk) for pk in Photo.everything.filter(pk__in=_sent(request)).values_list("pk", flat=True)}
        gone = [name for name in request.POST if _IS_ID.fullmatch(name) and request.POST[name] not in there]
        names = [f"{name.removesuffix('id')}{text}" for name in gone for text in self.list_editable]
        names = [name for name in names if request.POST.get(name) != request.POST.get(f"initial-{name}")]
        written = (request.POST.get(name, "").strip() for name in names if request.POST.get(name) != "on")
        if gone:
            told = ngettext(
                "%(count)s photo of this list has since been deleted.",
                "%(count)s photos of this list have since been deleted.",
                len(gone),
            )
            messages.warning(request, told % {"count": len(gone)})
            if words := quoted(text for text in written if text):
                messages.warning(request, gettext("You had typed: %(texts)s") % {"texts": words})
        if not forms:
            messages.info(request, gettext("Nothing was changed, so nothing was saved."))
        if not changes.labels_are_written:
            messages.warning(request, photo_files.NOT_WRITTEN)


def _sent(request: HttpRequest) -> list[int]:
    return [id_of(str(value)) for name, value in request.POST.items() if _IS_ID.fullmatch(name)]


class WithoutAltText(PhotoWordsAdmin):
    anchor, name, title = "alt-text", "photos-without-alt-text", _("Photos without alt text")
    to_do = _("Describe each photo, or mark it decorative.")
    advice = _("Describe the picture in one sentence for people who cannot see it. Do not repeat the caption.")
    list_editable, waiting = ["alt_text", "is_decorative"], WITHOUT_ALT_TEXT


class WithoutCredit(PhotoWordsAdmin):
    anchor, name, title = "credit", "photos-without-credit", _("Photos without credit")
    to_do = _("Add the credit, or mark it unknown.")
    advice = _("Name the photographer and the owner, as printed or as you have found out.")
    list_editable, waiting = ["credit_line", "credit_unknown"], WITHOUT_CREDIT


class StateFilter(ChoiceFilter):
    title, parameter_name = _("state"), "state"
    options = {  # each by a partial index
        None: (_("All"), SHOWN),
        "no-alt-text": (_("Without alt text"), WITHOUT_ALT_TEXT),
        "no-credit": (_("Without credit"), WITHOUT_CREDIT),
        "not-held": (_("Photo missing"), SHOWN & Q(file="")),
        "differ": (_("File metadata differs"), SHOWN & Q(differs_from_file=True)),
        "withdrawn": (_("Withdrawn"), Q(withdrawn_at__isnull=False)),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if request.method == "POST" else super().queryset(request, queryset)


@admin.register(Photo)
class PhotoAdmin(PhotoWordsAdmin):
    title, waiting = _("Photos"), Q()
    list_editable = ["caption", "credit_line", "alt_text"]
    list_display = ["picture", "about", *list_editable]
    advice = _("All changes of a page are saved at once, as one version of each article.")
    list_filter = [StateFilter]
    search_fields = ["caption"]
    search_help_text = _("Words of caption, credit or alt text, or the address of an article")
    address = LoadedAdmin.address

    def get_ordering(self, request: HttpRequest) -> Any:
        # The indexes of these two are by article.
        return ["-article_id", "-id"] if request.GET.get("state") in ("not-held", "differ") else self.ordering

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        if not term or request.method == "POST":
            return queryset, False
        if request.GET.get("state") == "withdrawn":  # the index has none
            return queryset.filter(caption__icontains=term), False
        if found := articles_at(term):
            return queryset.filter(article__in=found), False
        compiled = compile_query(in_captions(with_prefixes(parse(term))), Filters())
        chosen = photos_with(compiled, backend().hits(Plan.of(compiled).compiled, SEARCHED))
        return queryset.filter(pk__in=[pk for photos in chosen.values() for pk in photos]), False

    @admin.display(description=_("Article"))
    def about(self, photo: Photo) -> SafeString:
        address, words = self.address("change", photo.pk), gettext("All fields")
        return format_html('<p>{}</p><p><a href="{}">{}</a></p>', cited(photo.article), address, words)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A photo is edited in the form of its article."""
        photo = get_object_or_404(Photo.everything, pk=id_of(object_id))
        return HttpResponseRedirect(form_of(photo))


LISTS = WithoutAltText(Photo, admin.site), WithoutCredit(Photo, admin.site)
urls = [path(f"{pages.name}/", admin.site.admin_view(pages.changelist_view), name=pages.name) for pages in LISTS]
