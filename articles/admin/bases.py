"""Base classes of the staff pages: lists that never count the whole archive, read-only pages, guarded saves.

Private parts of Django: ``ModelAdmin._create_formsets``, ``ModelAdmin._get_obj_does_not_exist_redirect`` and
``BaseFormSet._should_delete_form``, which are used nowhere else.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, OperationalError, models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from articles.admin.form_fields import validate_address
from articles.catalogue.ledger import transaction_of_changes
from articles.editorial.actions import NotDone
from articles.models import Article, Damage
from articles.models.fields import label_of
from articles.models.replicas import replicas
from articles.text.damage import damage_words
from articles.text.dates import when_words
from articles.text.messages import StrOrPromise
from articles.text.phrases import grouped, listed

Page = tuple[str, str, Callable[..., HttpResponseBase]]  # route, name, view(pages, request, …)
log = logging.getLogger(__name__)

COUNT_UP_TO = 5_000
WORDS_SEARCHED = 20  # enough for any name or headline; databases limit the conditions of a query
HEAVY = ("content", "ledger", "boilerplate")  # columns of an original that may weigh megabytes
LONG_TEXTS = ("article__body", "article__body_html", "article__as_loaded", "article__body_as_loaded")
_NOT_WRITTEN = re.compile(r"^(?:_|initial-|csrf|seen$|decision$|tag_ids$)|_FORMS$|-(?:id|article|DELETE)$|__prefix__")


class NamedFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Names the row in the accessible label of each Delete box."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            words = gettext("Delete %(name)s") if form.instance.pk else gettext("Delete this row")
            form.fields["DELETE"].widget.attrs["aria-label"] = words % {"name": form.instance}


def is_to_be_deleted(formset: Any, form: Any) -> bool:
    """Also known for forms with errors, unlike ``deleted_forms``."""
    return bool(formset._should_delete_form(form))


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to ``COUNT_UP_TO``. ``links``: rows, one for each in the list, that an index counts faster."""

    links: QuerySet[Any] | None = None
    has_more = False

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list if self.links is None else self.links
        found: int = rows.values("pk")[: COUNT_UP_TO + 1].count()
        self.has_more = found > COUNT_UP_TO
        return min(found, COUNT_UP_TO)


class BoundedChangeList(ChangeList):
    """A list that says "more than 5,000" instead of counting on."""

    count_words: str

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # Otherwise the search form would count all rows.
        self.full_result_count = self.result_count
        pages: Any = self.model_admin
        paginator: Any = self.paginator
        counted = pages.counted(self.result_count)
        self.count_words = gettext("more than %(rows)s") % {"rows": counted} if paginator.has_more else counted


def id_of(value: str) -> int:
    """A database id from an address or a form; 0, which no row has, for anything else."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else 0


def words_of_search(term: str) -> list[str]:
    return [word[:100] for word in term.split(maxsplit=WORDS_SEARCHED)[:WORDS_SEARCHED]]


class KnownChoices(AutocompleteMixin):
    """For a select: ignores choices that are not ids. Its placeholder is also its label for screen readers."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": gettext("Type a name…")}

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [pk for pk in value if not pk or id_of(str(pk))], attrs)


class KnownSelect(KnownChoices, forms.Select): ...


class KnownSelectMultiple(KnownChoices, forms.SelectMultiple):
    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # Without the button that removes all at once.
        return {**super().build_attrs(*args, **kwargs), "data-allow-clear": "false"}


class KnownMultipleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, column: Any, **kwargs: Any) -> None:
        widget = KnownSelectMultiple(column, admin.site)
        super().__init__(column.related_model._default_manager.all(), required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        if not all(id_of(str(pk)) for pk in value or ()):
            raise ValidationError(gettext("That choice is not in the archive."))
        return super().clean(value)


class ArchiveAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    paginator = BoundedPaginator
    change_list: ClassVar[type[ChangeList]] = BoundedChangeList
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count the archive
    list_per_page = 50
    sortable_by = ()
    own_pages: ClassVar[tuple[Page, ...]] = ()
    counted_as: ClassVar[Any]  # ``ngettext_lazy`` of a number of rows, as in ``counted``
    formfield_overrides = {models.URLField: {"assume_scheme": "https", "validators": [validate_address]}}

    def counted(self, number: int) -> str:
        """``1,204 articles``."""
        return str(self.counted_as % {"number": number, "count": grouped(number)})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return self.change_list

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        # Our filters use plain names; a lookup in an address could be one that the database does not have.
        return "__" not in lookup and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, " ".join(words_of_search(search_term)))

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ignores ticked values that are not ids."""
        sent = request.POST.copy()
        sent.setlist(ACTION_CHECKBOX_NAME, [value for value in sent.getlist(ACTION_CHECKBOX_NAME) if id_of(value)])
        request.POST = sent  # type: ignore[assignment]
        return super().response_action(request, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        if request.method == "POST":
            return row_gone(request, gettext("What you edited is no longer in the archive; nothing was saved."))
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]

    def formsets_as_sent(self, request: HttpRequest, obj: Model) -> Any:
        return self._create_formsets(request, obj, change=True)[0]  # type: ignore[attr-defined]

    def get_own_pages(self) -> Sequence[Page]:
        return self.own_pages

    def get_urls(self) -> list[Any]:
        prefix, wrap = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        pages = self.get_own_pages()
        own = [path(route, wrap(partial(view, self)), name=f"{prefix}_{name}") for route, name, view in pages]
        return [*own, *super().get_urls()]

    def address(self, name: str, *args: Any) -> str:
        """The address of a page of this model; ``name`` as in ``get_urls``, such as ``changelist``."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
        request.current_app = self.admin_site.name
        media = self.media + context["form"].media if "form" in context else self.media
        shared = {"opts": self.opts, "media": media, "list_url": self.address("changelist")}
        context = {**self.admin_site.each_context(request), **shared, **context}
        return TemplateResponse(request, f"admin/articles/{template}", context, status=status)

    def redirect(self, request: HttpRequest, address: str, level: int, words: str) -> HttpResponse:
        self.message_user(request, words, level)
        return HttpResponseRedirect(address)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        show_or_save = partial(super().changeform_view, request, object_id, *args, **kwargs)
        return self.guarded(request, id_of(object_id or ""), show_or_save)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """After a refused save, the head of the form links to the wrong fields, and the first has the focus."""
        context["refused"] = context.pop("errors", None)
        formsets = [inline.formset for inline in context["inline_admin_formsets"]] if context["refused"] else []
        context["faulty"] = faulty_fields(context["adminform"].form, formsets)
        for field, _label in context["faulty"][:1]:
            field.field.widget.attrs["autofocus"] = True
        return super().render_change_form(request, context, *args, **kwargs)

    def guarded(self, request: HttpRequest, pk: int, show_or_save: Callable[[], HttpResponse]) -> HttpResponse:
        """Show or save a form; saves of one row are serialised, and database errors get a page."""

        def save() -> HttpResponse:
            rows: Any = self.model._default_manager
            list(rows.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))
            return show_or_save()

        return saved_or_told(request, save) if request.method == "POST" else show_or_save()

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if message:
            return super().log_change(request, obj, message)
        request.is_unchanged = True  # type: ignore[attr-defined]
        return None

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **kwargs: Any) -> None:
        if getattr(request, "is_unchanged", False) and args[:1] == (messages.SUCCESS,):
            message, args = gettext("Nothing was changed, so nothing was saved."), (messages.INFO,)
        super().message_user(request, message, *args, **kwargs)


def faulty_fields(form: Any, formsets: Iterable[Any]) -> list[tuple[Any, str]]:
    """The fields with errors in the order of the page, each with its label: ``Caption (row 2)``."""
    rows = [
        (field, gettext("%(field)s (row %(number)s)") % {"field": field.label, "number": number})
        for formset in formsets
        for number, row in enumerate(formset.forms, 1)
        for field in row.visible_fields()
        if field.errors
    ]
    names = [*form.fields]
    above = names[: names.index("body")] if "body" in names else names  # photos follow the text
    faulty = [(field, field.label) for field in form.visible_fields() if field.errors]
    below = [pair for pair in faulty if pair[0].name not in above]
    return [*(pair for pair in faulty if pair not in below), *rows, *below]


def signed(user: Any, moment: datetime | None) -> str:
    """``nora, 1 May 2024, 10:30``; ``-`` for nobody yet."""
    if moment is None:
        return "-"
    who = user.get_username() if user else gettext("a former member of staff")
    return f"{who}, {when_words(moment)}"


def saved_or_told(
    request: HttpRequest, save: Callable[[], Any], refused: Callable[[str], HttpResponse] | None = None
) -> HttpResponse:
    """Respond with ``save``, in a transaction; with ``refused`` at ``NotDone``; with a page at a database error."""
    try:
        with transaction_of_changes():
            answer: HttpResponse = save()
        has_hidden = getattr(request, "has_hidden", False)
        if has_hidden or answer.status_code == 302:  # else it is the form again
            wait_for_standbys(request, for_all=has_hidden)
        return answer
    except NotDone as refusal:
        if refused is None:
            raise
        return refused(str(refusal))
    except (OperationalError, IntegrityError) as error:
        log.exception("A staff form was not saved")
        is_busy = isinstance(error, OperationalError)
        return _not_saved(request, 503 if is_busy else 409, is_busy=is_busy)


def wait_for_standbys(request: HttpRequest, *, for_all: bool) -> None:
    """Wait up to two seconds until readers see what was saved, and warn if they may not; as ``Replicas.wait``."""
    if replicas.wait(for_all=for_all):
        return
    if limit := ceil(settings.REPLICA_MAX_LAG_SECONDS):
        words = ngettext(
            "A standby is behind: readers may see this as it was for up to %(count)s second more.",
            "A standby is behind: readers may see this as it was for up to %(count)s seconds more.",
            limit,
        ) % {"count": limit}
    else:
        words = gettext("A standby is behind: readers may still see this as it was.")
    messages.warning(request, words)


def row_gone(request: HttpRequest, why: StrOrPromise) -> HttpResponse:
    return _not_saved(request, 409, why=why, written=written(request))


def _not_saved(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    shared = {**admin.site.each_context(request), "title": gettext("Nothing was saved")}
    return render(request, "admin/articles/not_saved.html", {**shared, **context}, status=status)


def written(request: HttpRequest) -> list[tuple[str, str]]:
    """The texts that an editor has changed in a form, each after its field: ``Caption (row 2)``."""
    found = []
    for name, value in request.POST.items():
        text = str(value).replace("\r\n", "\n")
        before = request.POST.get(f"initial-{name}", text if _NOT_WRITTEN.search(name) else "").replace("\r\n", "\n")
        if text.strip() and text != before:
            row = re.match(r"\w+-(\d+)-", name)
            label = label_of(name[row.end() :] if row else name)
            if row:
                label = gettext("%(field)s (row %(number)s)") % {"field": label, "number": int(row[1]) + 1}
            found.append((label, text))
    return found


def cited(article: Article) -> SafeString:
    day = article.filed_words or gettext("undated")
    about = ", ".join(filter(None, [article.source.name if article.source else "", day]))
    return format_html(
        gettext('<a href="{form}">{article}</a> ({about}; <a href="{page}">public page</a>)'),
        form=reverse("admin:articles_article_change", args=[article.pk]), article=article, about=about,
        page=article.get_absolute_url(),
    )  # fmt: skip


def damage_and_line(damage: Damage, *, codes: Collection[str] = ()) -> str:
    """``A credit is cut off, line 7``."""
    words = damage_words(damage, codes=codes)
    return gettext("%(damage)s, line %(number)s") % {"damage": words, "number": damage.line} if damage.line else words


def quoted(names: Iterable[Any]) -> str:
    """``“Ferries” and “Quays”``."""
    return listed([gettext("“%(name)s”") % {"name": name} for name in names])


def items_of(item: str, rows: Iterable[Any]) -> SafeString | str:
    """An HTML list of ``item`` formatted with each of ``rows``; ``""`` if there are none."""
    items = format_html_join("", item, rows)
    return format_html('<ul class="archive-list">{}</ul>', items) if items else ""


def shown(description: StrOrPromise, words: Callable[[Any], Any]) -> Any:
    """A list column or read-only field from a function of the row."""
    return admin.display(description=description)(lambda pages, row: words(row))


class LoadedAdmin(ArchiveAdmin):
    """Rows come from loads, and stay: staff neither add nor delete them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(LoadedAdmin):
    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
