from __future__ import annotations

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class Photo(models.Model):
    """A photo (or video) of an article, with or without its file: a caption without a picture is still evidence."""

    class Kind(models.TextChoices):
        PHOTO = "photo"
        VIDEO = "video"

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="photos", db_index=False)
    position = models.PositiveIntegerField(default=0, help_text="The paragraph it follows; 0 = before the first.")
    number = models.PositiveIntegerField(default=1, help_text="Its place among the article's photos, from 1.")
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.PHOTO)
    caption = models.TextField(blank=True)
    credit_line = models.TextField(blank=True)
    credit_raw = models.TextField("credit as printed", blank=True, editable=False)
    alt_text = models.TextField(blank=True, help_text="For those who cannot see the picture.")
    src = models.TextField("file as the source names it", blank=True, editable=False)
    file = models.CharField(max_length=200, blank=True, editable=False, help_text="Below MEDIA_ROOT; empty: not held.")
    digest = models.CharField("SHA-256 of the file", max_length=64, blank=True, editable=False)
    width_px = models.PositiveIntegerField(default=0, editable=False, help_text="Upright, as it is shown.")
    height_px = models.PositiveIntegerField(default=0, editable=False)
    damage = models.CharField(max_length=200, blank=True, editable=False, help_text="Why its file is not shown.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["article_id", "position", "number"]
        indexes = [
            models.Index(fields=["article", "position", "number"]),
            models.Index(fields=["digest"], condition=~models.Q(digest=""), name="photo_digest"),
        ]

    def __str__(self) -> str:
        return self.caption[:80] or f"Photo {self.number}"


class Rendition(models.Model):
    """A size made from a photo's file: upright, without location, never altering the file itself."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")
    file = models.CharField(max_length=200, help_text="Below MEDIA_ROOT.")
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()

    class Meta:
        ordering = ["photo_id", "width_px"]

    def __str__(self) -> str:
        return f"{self.width_px} × {self.height_px}"

    @property
    def url(self) -> str:
        return f"{settings.MEDIA_URL}{self.file}"
