from __future__ import annotations

from django.db import models
from django.urls import reverse

from articles.models.load import Load


class SourceManager(models.Manager["Source"]):
    def get_by_natural_key(self, slug: str) -> Source:
        return self.get(slug=slug)


class Source(models.Model):
    """The publication that an article came from, by the name that the articles give it."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    description = models.TextField(blank=True)
    url = models.URLField("website", max_length=500, blank=True)
    article_count = models.PositiveIntegerField(default=0, editable=False, help_text="Published articles; kept.")

    load = models.ForeignKey(
        Load, null=True, blank=True, on_delete=models.SET_NULL, related_name="sources", editable=False
    )

    objects = SourceManager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["-article_count"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)
