from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import quote

from django.db import models
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

from articles.models.change import Change
from articles.models.load import Load, Unlisted, user_who_did
from articles.models.prepared import FastModel, rows_of
from articles.text.alphabet import SORTING_LENGTH, letter_of, sorting_name
from articles.text.keys import AUTHOR
from articles.text.phrases import TAG_KINDS

# Not ``Substr``, whose numbers are parameters: SQLite would not find it in an index.
FIRST_LETTER = models.Func("slug", template="substr(%(expressions)s, 1, 1)")


class TagQuerySet(models.QuerySet["Tag"]):
    def used(self) -> TagQuerySet:
        """Those with published articles; only these are public."""
        # Not a range, for which SQLite would leave the index by letter.
        return self.exclude(article_count=0)


class Tags(models.Manager.from_queryset(TagQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> TagQuerySet:
        # Not ``is_author=``: of that, Django 5.2 makes ``NOT is_author``, which SQLite does not look up in an index.
        rows: TagQuerySet = super().get_queryset().filter(is_author__in=[bool(self.model.sign)])
        return rows

    # Not of querysets, since making one takes longer than to look up a slug.
    def named(self, bare_slug: str) -> Tag | None:
        """By slug, alias or former address; a tag without articles does not block a former address."""
        model, slug = self.model, self.model.sign + bare_slug
        own: Tag | None = next(iter(rows_of(("named", model), lambda of: model.objects.filter(slug=of), slug)), None)
        if own and own.article_count:
            return own
        for names in (TagAddress.objects,) if own else (TagAlias.objects, TagAddress.objects):
            if found := names.filter(slug=slug, tag__is_author=bool(model.sign)).select_related("tag").first():
                return found.tag
        return own

    def addressed(self, slug: str) -> Tag | None:
        return self.named(slug) or self.named(slug.lower())


def tag_path(slug: str) -> str:
    """The address of a tag, of an author, or of two tags with a plus between them."""
    kind, name = ("authors", slug.removeprefix(AUTHOR)) if slug.startswith(AUTHOR) else ("tags", slug)
    return f"{get_script_prefix()}{kind}/{quote(name, safe='+')}/"


class Tag(FastModel):
    """A tag, or an author (``is_author``): their names, addresses, lists, counts and merges are alike. The slugs of
    authors begin with ``@``, so their tables of slugs are shared too. ``objects`` are tags alone.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(_("slug"), max_length=100, unique=True)
    is_author = models.BooleanField(default=False, editable=False)  # as its slug says
    kind = models.CharField(
        _("kind"), max_length=12, blank=True, choices=[(kind, one) for kind, (one, _several) in TAG_KINDS.items()]
    )
    description = models.TextField(_("description"), blank=True)
    article_count = models.PositiveIntegerField(default=0, editable=False, help_text="Published articles; kept.")
    letter = models.CharField(max_length=20, default="", editable=False)
    sorting_name = models.CharField(max_length=SORTING_LENGTH, default="", editable=False)

    load = models.ForeignKey(
        Load, null=True, blank=True, on_delete=models.SET_NULL, related_name="tags", editable=False
    )

    sign: ClassVar[str] = ""  # before slugs
    objects: ClassVar[Any] = Tags()
    everything = TagQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("tag"), _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "is_author"], name="tag_name_once"),
            models.CheckConstraint(
                condition=models.Q(is_author=True, slug__startswith=AUTHOR, kind="")
                | (models.Q(is_author=False) & ~models.Q(slug__startswith=AUTHOR)),
                name="author_as_slug_says",
            ),
        ]
        indexes = [
            models.Index(fields=["is_author", "-article_count", "name"], name="tag_by_size"),
            models.Index(fields=["is_author", "kind", "-article_count", "name"], name="tag_by_kind"),
            models.Index(fields=["is_author", "letter", "sorting_name", "id"], name="tag_by_letter"),
            models.Index(FIRST_LETTER, models.F("article_count").desc(), name="tag_by_first_letter"),
        ]
        permissions = [("merge_tag", "Can merge tags")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return tag_path(self.slug)

    @property
    def bare_slug(self) -> str:
        return self.slug.removeprefix(AUTHOR)

    def follow_name(self) -> None:
        """Update ``is_author``, ``letter`` and ``sorting_name``. Call it before saving."""
        self.is_author = self.slug.startswith(AUTHOR)
        self.letter, self.sorting_name = letter_of(self.name), sorting_name(self.name)

    def other_slugs(self) -> list[str]:
        """The slugs of its other names, also of removed ones."""
        return [name.slug for names in (self.aliases, self.former_addresses) for name in names.all()]


class Author(Tag):
    sign = AUTHOR
    objects: ClassVar[Any] = Tags()

    class Meta:
        proxy = True
        verbose_name, verbose_name_plural = _("author"), _("authors")


class TagAlias(models.Model):
    """Another name of a tag: loads find the tag by it, and its address redirects."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(_("slug"), max_length=100, unique=True)

    class Meta:
        verbose_name, verbose_name_plural = _("other name"), _("other names")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TagAddress(Unlisted):
    """The address of a removed other name; it redirects to the tag, unless another tag has it now."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="former_addresses")
    slug = models.CharField(max_length=100, unique=True)

    class Meta(Unlisted.Meta):
        verbose_name_plural = "tag addresses"

    def __str__(self) -> str:
        return self.slug


class FormerTag(Unlisted):
    """The id of a merged tag in loaded values and histories, and its winner. The ledger has its name."""

    former_id = models.BigIntegerField(unique=True)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="former")


class TagMerge(Unlisted):
    """A merge of tags, with the data to undo it. ``change`` has its taggings."""

    former_id = models.BigIntegerField()  # used again when the merge is undone
    into_id = models.BigIntegerField(db_index=True)  # no foreign key: that tag may be merged too
    # Of the former tag: name, slug, kind, description, load_id, aliases (name, slug), addresses, former (ids of tags
    # merged into it before). Of the merge: made (slugs that became other names by it), gave (columns that the other tag
    # took over from it).
    former = models.JSONField()
    last_tagging = models.BigIntegerField(help_text="The newest tagging of that moment.")
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = user_who_did()

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.former["name"])


class TaggingsWithTags(models.Manager["Tagging"]):
    def get_queryset(self) -> models.QuerySet[Tagging]:
        return super().get_queryset().exclude(origin=Tagging.Origin.BYLINE)


class Tagging(FastModel):
    """A tag on an article, with the archive date for an index in listing order; or one of its authors, derived from
    ``Article.authors`` (``catalogue.bylines``).
    """

    class Origin(models.TextChoices):
        SOURCE = "source", _("from the source")
        VOCABULARY = "vocabulary", _("from the vocabulary")
        STAFF = "staff", _("by staff")
        BYLINE = "byline", _("an author")

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="taggings", db_index=False)
    archive_date = models.DateField(null=True, blank=True, editable=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.STAFF, editable=False)

    # Tags alone, also in ``article.taggings``, so that no form, merge or history takes an author for a tag.
    objects: ClassVar[Any] = TaggingsWithTags()
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "tag"], name="tagging_once")]
        indexes = [
            models.Index(fields=["tag", "-archive_date", "-article"], name="tagging_listing"),
            models.Index(fields=["tag", "-article"], name="tagging_added"),
        ]
