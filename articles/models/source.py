from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

from articles.models.load import Load, Unlisted
from articles.models.prepared import FastModel, prepared, rows_of
from articles.models.reading import page_facts


class SourceQuerySet(models.QuerySet["Source"]):
    def named(self, slug: str) -> Source | None:
        if found := rows_of("source", lambda slug: Source.objects.filter(slug=slug), slug):
            return found[0]
        alias = SourceAlias.objects.filter(slug=slug).select_related("source").first()
        return alias.source if alias else None

    def counted_now(self, counts: Mapping[int | None, int]) -> dict[Source, int]:
        """Counts by id, with merged sources added to the source that remains."""
        ids = [pk for pk in counts if pk is not None]
        now = dict(_merged(ids))
        found: Counter[int] = Counter()
        for pk in ids:
            found[now.get(pk, pk)] += counts[pk]
        sources = rows_of("sources", lambda ids: Source.objects.filter(pk__in=ids), list(found))
        return {source: found[source.pk] for source in sources}


def any_source_is_named() -> bool:
    """``False`` in an archive of one site without a name: lists then say nothing of sources. Asked once a page."""
    facts = page_facts.get({})
    if "any source" not in facts:
        facts["any source"] = bool(_any_used())
    return bool(facts["any source"])


_any_used = prepared(lambda: Source.objects.filter(article_count__gt=0).order_by().values_list("pk")[:1])
_merged = prepared(lambda ids: SourceAlias.objects.filter(former_id__in=ids).values_list("former_id", "source_id"))


class Source(FastModel):
    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("slug"), max_length=100, unique=True, allow_unicode=True)
    description = models.TextField(_("description"), blank=True)
    url = models.URLField(_("website"), max_length=500, blank=True)
    # Web addresses, or words.
    license = models.TextField(_("licence"), blank=True)
    terms = models.TextField(_("terms of use"), blank=True)
    article_count = models.PositiveIntegerField(default=0, editable=False, help_text="Published articles; kept.")

    load = models.ForeignKey(
        Load, null=True, blank=True, on_delete=models.SET_NULL, related_name="sources", editable=False
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("source"), _("sources")
        ordering = ["name"]
        indexes = [models.Index(fields=["-article_count"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{get_script_prefix()}sources/{quote(self.slug)}/"

    @staticmethod
    def rights_of(source: Source | None) -> dict[str, str]:
        """``license`` and ``terms`` of its articles: its own, else the archive's; ``""`` where not set."""
        archive = {"license": settings.ARCHIVE_LICENSE, "terms": settings.ARCHIVE_TERMS}
        return {name: getattr(source, name, "") or value for name, value in archive.items()}

    def other_slugs(self) -> list[str]:
        return sorted({alias.slug for alias in self.aliases.all()} - {self.slug})


class SourceAlias(Unlisted):
    """A former name of a source or of one merged into it; loads find the source by it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    # The id of a merged source in loaded values and histories.
    former_id = models.BigIntegerField(null=True, blank=True, unique=True)
    renamed_by = models.ForeignKey(
        Load, null=True, on_delete=models.SET_NULL, related_name="+", help_text="That found the name corrected."
    )

    class Meta(Unlisted.Meta):
        ordering = ["name"]
        verbose_name_plural = "source aliases"

    def __str__(self) -> str:
        return self.name


class DeletedSource(Unlisted):
    """The name of a deleted source, for histories."""

    former_id = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=200)


class SiteHost(Unlisted):
    """A host of a loaded site, without ``www.``: links to it may lead to articles of its folder without web address."""

    host = models.CharField(max_length=255)
    folder = models.TextField()
