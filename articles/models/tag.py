from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.urls import get_script_prefix
from simple_history.models import HistoricalRecords

from articles.models.load import Load, RecordOfLoad
from articles.text.alphabet import SORTING_LENGTH, letter_of, sorting_name


class SortingField(models.CharField):  # type: ignore[type-arg]
    """A name as an index sorts it; it follows the name whenever a row is made or saved."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.value_of(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value

    @staticmethod
    def value_of(name: str) -> str:
        return sorting_name(name)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # all that a migration needs to know


class LetterField(SortingField):
    """The place in an index that a name stands under."""

    @staticmethod
    def value_of(name: str) -> str:
        return letter_of(name)


class TagQuerySet(models.QuerySet["Tag"]):
    def used(self) -> TagQuerySet:
        """Tags with at least one published article; the public sees no others."""
        return self.filter(article_count__gt=0)

    def get_by_natural_key(self, slug: str) -> Tag:
        return self.get(slug=slug)

    def named(self, slug: str) -> Tag | None:
        """The tag that an address names: by its own slug, else by another name's, else by one that once led to it.

        One that has the slug by now, but no article to show, does not stand in the way of the latter.
        """
        own = self.filter(slug=slug).first()
        if own and own.article_count:
            return own
        for names in (TagAddress.objects,) if own else (TagAlias.objects, TagAddress.objects):
            if found := names.filter(slug=slug).select_related("tag").first():
                return found.tag
        return own

    def addressed(self, slug: str) -> Tag | None:
        """``named``, also by a slug that was written with capitals."""
        return self.named(slug) or self.named(slug.lower())


class Tag(models.Model):
    """A subject, place, person or body that articles are listed by."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    description = models.TextField(blank=True)
    article_count = models.PositiveIntegerField(default=0, editable=False, help_text="Published articles; kept.")
    letter = LetterField(max_length=20, default="", editable=False)
    sorting_name = SortingField(max_length=SORTING_LENGTH, default="", editable=False)

    load = models.ForeignKey(
        Load, null=True, blank=True, on_delete=models.SET_NULL, related_name="tags", editable=False
    )

    objects = TagQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["article_count", "letter", "sorting_name", "load"])

    class Meta:
        ordering = ["name"]
        indexes = [
            models.Index(fields=["-article_count", "name"], name="tag_by_size"),
            models.Index(fields=["letter", "sorting_name", "id"], name="tag_by_letter"),
        ]
        permissions = [("merge_tag", "Can merge tags")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{get_script_prefix()}tags/{quote(self.slug)}/"

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class TagAliasManager(models.Manager["TagAlias"]):
    def get_by_natural_key(self, slug: str) -> TagAlias:
        return self.get(slug=slug)


class TagAlias(models.Model):
    """Another name of a tag: a source that uses it files its article under the tag, and its address redirects."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)

    objects = TagAliasManager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "tag aliases"

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class TagAddress(models.Model):
    """The address of another name that staff took from a tag: it still leads there, though no load finds the tag by it.

    A tag or another name that has the same slug later comes first.
    """

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="former_addresses")
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "tag addresses"

    def __str__(self) -> str:
        return self.slug


class FormerTag(models.Model):
    """A tag that was merged into another: what loaded values and histories call it, and where its articles went."""

    former_id = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=200)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="former")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class TagMerge(models.Model):
    """A tag that staff merged into another, with what it takes to undo it.

    What became of its taggings is in their history: the merge wrote all of those revisions at ``moment``, which no
    other merge into the same tag has.
    """

    former_id = models.BigIntegerField()  # the id that it had, and has again once the merge is undone
    into_id = models.BigIntegerField(db_index=True)  # no foreign key: that tag may be merged itself, and come back
    # Of the former tag: name, slug, description, load_id, aliases (name, slug), addresses, former (ids of tags merged
    # into it before). Of the merge: made (slugs that became other names by it), gave_description.
    former = models.JSONField()
    last_tagging = models.BigIntegerField(help_text="The newest tagging of that moment.")
    moment = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name of the tag that was merged."""
        return str(self.former["name"])


class TaggingManager(models.Manager["Tagging"]):
    def get_by_natural_key(self, key: str, slug: str) -> Tagging:
        return self.get(article__key=key, tag__slug=slug)


class Tagging(models.Model):
    """A tag on an article. It carries the archive date, so that a tag's page is one walk along one index."""

    class Origin(models.TextChoices):
        SOURCE = "source", "the source"
        VOCABULARY = "vocabulary", "the vocabulary"
        STAFF = "staff", "staff"

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="taggings", db_index=False)
    archive_date = models.DateField(null=True, blank=True, editable=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.STAFF, editable=False)

    objects = TaggingManager()
    history = HistoricalRecords(bases=[RecordOfLoad])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "tag"], name="tagging_once")]
        indexes = [models.Index(fields=["tag", "-archive_date", "-article"], name="tagging_listing")]

    def __str__(self) -> str:
        return f"{self.tag} on {self.article}"

    def natural_key(self) -> tuple[str, ...]:
        return (*self.article.natural_key(), *self.tag.natural_key())

    natural_key.dependencies = ["articles.article", "articles.tag"]  # type: ignore[attr-defined]
