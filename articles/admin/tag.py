"""The staff pages of tags, authors and sources. A name or other name belongs to one tag, or author, only."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext, ngettext_lazy

from articles.admin.actions import ActionsAdmin
from articles.admin.bases import NamedFormSet, is_to_be_deleted, shown, words_of_search
from articles.admin.form_fields import LineField, RevisionForm, UntouchedForm, optional_text
from articles.admin.history import tag_history, viewable
from articles.admin.lists import ALL, ChoiceFilter
from articles.admin.merge_names import (
    UNMERGE,
    MergeAuthors,
    MergeSources,
    MergeTags,
    merged_tags,
    merges_into,
    other_names,
    undo_address,
)
from articles.catalogue.addresses import retire
from articles.catalogue.bylines import derive_again
from articles.catalogue.ledger import Stamp, lock_articles, save_tag, transaction_of_changes
from articles.editorial.actions.merge_sources import keep_name
from articles.models import Article, Author, Source, Tag, TagAddress, TagAlias, Tagging
from articles.text.dates import day_words
from articles.text.keys import AUTHOR, name_slug, slug_like
from articles.text.messages import StrOrPromise
from articles.text.phrases import TAG_KINDS, counted, grouped

NAME = forms.TextInput(attrs={"class": "vTextField"})


def name_field(help_text: StrOrPromise) -> LineField:
    return LineField(label=_("Name"), max_length=200, widget=NAME, help_text=help_text)


class NameAdmin(ActionsAdmin):
    """Tags and sources can be deleted only if no article has them."""

    ordering = ["-article_count", "name"]

    uses: ClassVar[QuerySet[Any]]  # a subquery: uses in articles, also withdrawn ones

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if obj.article_count else None

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        rows = self.model._default_manager.filter(pk__in=[obj.pk for obj in objs])
        used: Any = list(rows.filter(Exists(self.uses)))
        if not used:
            return super().get_deleted_objects(objs, request)
        words = [
            ngettext(
                "“%(name)s” is in use: %(count)s published article",
                "“%(name)s” is in use: %(count)s published articles",
                row.article_count,
            )
            % {"name": row, "count": grouped(row.article_count)}
            for row in used
        ]
        return [], {}, set(), words

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Readers may still have the address, so it answers 410 Gone."""
        words = gettext("It had no articles left and was deleted on %(day)s.")
        with transaction_of_changes():
            reason = words % {"day": day_words(timezone.localdate())}
            retire(list(queryset), Stamp.now(request.user, ""), reason=reason)

    @admin.display(description=_("Articles"))
    def used_in(self, row: Any) -> str | SafeString:
        if not row.article_count:
            return counted(0, "article")
        name = "source" if isinstance(row, Source) else "tag"
        address = f"{reverse('admin:articles_article_changelist')}?{name}={row.pk}"
        return format_html('<a href="{}">{}</a>', address, counted(row.article_count, "article"))


def other_owner(slugs: Iterable[str], tag: Tag) -> dict[str, str]:
    """The slugs that belong to another tag, with an error message for each."""
    wanted = list(slugs)
    aliases = TagAlias.objects.filter(slug__in=wanted).exclude(tag_id=tag.pk).select_related("tag")
    words = gettext("“%(name)s” is already another name of “%(tag)s”.")
    found = {alias.slug: words % {"name": alias.name, "tag": alias.tag} for alias in aliases}
    tags = Tag.everything.filter(slug__in=wanted).exclude(pk=tag.pk)
    words = gettext("“%(tag)s” already has this name.")
    return {**found, **{other.slug: words % {"tag": other} for other in tags}}


class TagForm(RevisionForm):
    name = name_field(_("After a change, the old name is kept as another name, so that loads find it."))
    slug = forms.SlugField(
        label=_("Slug"), max_length=100 - len(AUTHOR), required=False, allow_unicode=True, widget=NAME,
        help_text=_("The address. If empty, it is made from the name; old addresses redirect."),
    )  # fmt: skip
    description = optional_text(3, _("Shown above the articles."), _("Description"))

    class Meta:
        model = Tag
        fields = ["name", "slug", "kind", "description"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if name := cleaned.get("name"):
            own = name_slug(name)
            # A slug made from the name follows it; a chosen one stays.
            follows = self.instance.pk is not None and self.initial["slug"] == name_slug(self.initial["name"])
            if not cleaned.get("slug") or (follows and "slug" not in self.changed_data):
                cleaned["slug"] = own
            own, cleaned["slug"] = self.instance.sign + own, self.instance.sign + cleaned["slug"]
            taken = other_owner({own, cleaned["slug"]}, self.instance)
            if alike := self._meta.model.objects.filter(name=name).exclude(pk=self.instance.pk).first():
                taken[own] = gettext("“%(tag)s” already has this name.") % {"tag": alike}
            for field, slug in (("name", own), ("slug", cleaned["slug"])):
                if slug in taken and field not in self.errors:
                    self.add_error(field, taken.pop(slug))
        return cleaned

    def unvalidated(self) -> set[str]:
        """Validate the slug even if untouched, unless there is an error already."""
        return super().unvalidated() - (set() if self.errors else {"slug"})


class AuthorForm(TagForm):
    class Meta:
        model = Author
        fields = ["name", "slug", "description"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["slug"] = self.instance.bare_slug


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]
    name = LineField(max_length=200, widget=forms.TextInput(attrs={"class": "vTextField", "aria-label": _("Name")}))

    class Meta:
        model = TagAlias
        fields = ["name"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        self.instance.slug = slug_like(self.instance.tag.slug if self.instance.tag_id else "", name)
        return name


class AliasFormSet(NamedFormSet):
    def clean(self) -> None:
        remaining = [form for form in self.forms if form.instance.slug and not is_to_be_deleted(self, form)]
        taken = other_owner({form.instance.slug for form in remaining}, self.instance)
        seen: set[str] = set()
        for form in remaining:
            slug = form.instance.slug
            if slug in taken and form.has_changed():
                form.add_error("name", taken[slug])
            elif slug in seen:
                form.add_error("name", gettext("This name is listed twice."))
            elif slug == self.instance.slug and form.has_changed():
                form.add_error("name", gettext("This is its own name."))
            seen.add(slug)


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]
    model = TagAlias
    form = AliasForm
    formset = AliasFormSet
    verbose_name = _("name")
    verbose_name_plural = TagAlias._meta.verbose_name_plural
    extra = 1
    fields = ["name", "slug"]
    readonly_fields = ["slug"]


class KindFilter(ChoiceFilter):
    title, parameter_name = _("kind"), "kind"
    options = {
        **ALL,
        **{kind: (one, Q(kind=kind)) for kind, (one, _several) in TAG_KINDS.items()},
        "none": (_("No kind"), Q(kind="")),
    }


@admin.register(Tag)
class TagAdmin(NameAdmin):
    own_pages = (UNMERGE,)
    uses = Tagging.everything.filter(tag=OuterRef("pk"))
    form = TagForm
    list_actions = (MergeTags(),)
    inlines = [AliasInline]
    counted_as = ngettext_lazy("%(count)s tag", "%(count)s tags", "number")
    list_display = ["name", "kind", "other_names", "used_in"]
    list_filter = [KindFilter]
    search_fields = ["name", "aliases__name"]
    search_help_text = _("Names and other names")
    readonly_fields = ["used_in", "merged_tags"]
    fields = ["name", "slug", "kind", "description", "used_in"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("aliases")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if words := words_of_search(search_term):
            name = " ".join(words)
            slug = name_slug(name)
            is_name, begins = Q(name__iexact=name) | Q(slug=slug), Q(name__istartswith=name) | Q(slug__startswith=slug)
            rank = Case(When(is_name, then=0), When(begins, then=1), When(name__icontains=name, then=2), default=3)
            found = found.annotate(rank=rank).order_by("rank", *self.ordering)
        return found, may_have_duplicates

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_unmerge = obj is not None and request.user.has_perms(MergeTags.needs) and merges_into(obj).exists()
        return [*self.fields, "merged_tags"] if may_unmerge else self.fields

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        tag = viewable(self, request, object_id)
        merges = merges_into(tag).select_related("change")
        return tag_history(self, request, tag, {merge.change.moment: undo_address(merge) for merge in merges})

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """Saves a new tag; a changed one is saved in ``save_related``, after its other names."""
        if not change:
            save_tag(obj, Stamp.now(request.user, form.cleaned_data["reason"]))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        tag, before = form.instance, Tag.everything.get(pk=form.instance.pk)
        is_changed = change and (form.changed_data or any(formset.has_changed() for formset in formsets))
        named = Tagging.everything.filter(tag=tag).values_list("article_id", flat=True)
        written = lock_articles(named) if tag.is_author else set[int]()
        slugs = set(TagAlias.objects.filter(tag=tag).values_list("slug", flat=True))
        super().save_related(request, form, formsets, change)
        if is_changed:
            save_tag(tag, Stamp.now(request.user, form.cleaned_data["reason"]))
        # The former slug, and the slug of its name if that differs, become other names.
        TagAlias.objects.filter(tag=tag, slug=tag.slug).delete()
        former = before.name if slug_like(before.slug, before.name) == before.slug else before.bare_slug
        for name, slug in ((former, before.slug), (tag.name, slug_like(tag.slug, tag.name))):
            if slug != tag.slug:
                TagAlias.objects.get_or_create(slug=slug, defaults={"tag": tag, "name": name})
        # Addresses of removed other names still redirect to it; loads no longer find it by them.
        known = set(TagAlias.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        removed = slugs - known - {tag.slug}
        for slug in removed:
            TagAddress.objects.update_or_create(slug=slug, defaults={"tag": tag})
        if removed:  # whoever has a removed name is another author
            derive_again(written)

    merged_tags = shown(_("Merged tags"), merged_tags)
    other_names = shown(_("Other names"), lambda tag: ", ".join(other_names(tag)))


@admin.register(Author)
class AuthorAdmin(TagAdmin):
    form = AuthorForm
    list_actions = (MergeAuthors(),)
    counted_as = ngettext_lazy("%(count)s author", "%(count)s authors", "number")
    list_display = ["name", "other_names", "used_in"]
    list_filter = []
    fields = ["name", "slug", "description", "used_in"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the names in articles make them


RIGHTS = _("Of its texts, not of photos: a web address or words. If empty, those of the archive are shown.")


class SourceForm(UntouchedForm):
    name = name_field(_("As in the articles. The address stays; loads still find the source by its old name."))
    description = optional_text(3, label=_("Description"))
    license = LineField(required=False, label=_("Licence"), help_text=RIGHTS)
    terms = LineField(required=False, label=_("Terms of use"), help_text=RIGHTS)

    class Meta:
        model = Source
        fields = ["name", "description", "license", "terms"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        other = Source.objects.named(name_slug(name))
        if other is not None and other.pk != self.instance.pk:
            raise forms.ValidationError(gettext("The source “%(source)s” already has this name.") % {"source": other})
        return name


@admin.register(Source)
class SourceAdmin(NameAdmin):
    uses = Article.objects.filter(source=OuterRef("pk"))
    form = SourceForm
    list_actions = (MergeSources(),)
    counted_as = ngettext_lazy("%(count)s source", "%(count)s sources", "number")
    list_display = ["name", "url", "used_in"]
    search_fields = ["name"]
    fields = ["name", "slug", "description", "url", "license", "terms", "former_names", "used_in"]
    readonly_fields = ["slug", "former_names", "used_in"]

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        obj.slug = obj.slug or name_slug(obj.name)
        obj.load = None  # undoing it leaves what staff have changed
        former = Source.objects.filter(pk=obj.pk).values_list("name", flat=True).first()
        super().save_model(request, obj, form, change)
        for name in filter(None, (former, obj.name)):
            keep_name(obj, name)

    former_names = shown(
        _("Former names"), lambda source: (source.pk and ", ".join(other_names(source))) or gettext("None")
    )
