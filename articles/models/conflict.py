from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> ConflictQuerySet:
        return self.filter(decision=Conflict.Decision.OPEN)


class Conflict(models.Model):
    """A field that its source and staff have both changed, each to something else.

    What staff wrote stays live; nothing on the public site waits for the decision. ``loaded`` is the value that both
    changed, ``ours`` what staff made of it, ``theirs`` what the source says now. Values are those of a baseline
    (``articles/catalogue/loaded.py``), the body its text. Of a photo that one side removed, ``field`` is ``photo`` and
    the value ``null`` on that side.
    """

    class Decision(models.TextChoices):
        OPEN = "open", "Open"
        OURS = "ours", "Ours kept"
        THEIRS = "theirs", "The source’s taken"
        WRITTEN = "written", "Written anew"
        AGREED = "agreed", "Agreed by itself"

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="conflicts")
    photo = models.ForeignKey(
        "articles.Photo", null=True, blank=True, on_delete=models.CASCADE, related_name="conflicts"
    )
    field = models.CharField(max_length=30)
    loaded = models.JSONField(null=True)
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    load = models.ForeignKey("articles.Load", null=True, on_delete=models.SET_NULL, related_name="conflicts")
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was decided so.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view", "change")
        indexes = [models.Index(fields=["decision", "-id"], name="conflict_listing")]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "photo", "field"],
                condition=Q(decision="open", photo__isnull=False),
                name="one_open_conflict_of_a_photo",
            ),
            models.UniqueConstraint(
                fields=["article", "field"],
                condition=Q(decision="open", photo__isnull=True) & ~Q(field="photo"),
                name="one_open_conflict_of_a_field",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of article {self.article_id}"

    @property
    def name(self) -> str:
        """What reports call it: ``headline``, ``caption:2``; a query for a photo's, unless it is there already."""
        return f"{self.field}:{self.photo.number}" if self.photo else self.field
