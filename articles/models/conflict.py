from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy as _

from articles.models.load import user_who_did


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> ConflictQuerySet:
        return self.filter(decision=Conflict.Decision.OPEN)


class Conflict(models.Model):
    """A field that staff (``ours``) and the source (``theirs``) have both changed from ``loaded``.

    The staff version stays public until the decision. Values as in a baseline (``articles/catalogue/loaded.py``), but
    the body as text. For a photo removed by one side, ``field`` is ``photo`` and that side's value ``null``.
    """

    class Decision(models.TextChoices):
        OPEN = "open", _("Open")
        OURS = "ours", _("Our version kept")
        THEIRS = "theirs", _("Source version used")
        WRITTEN = "written", _("Another version written")
        AGREED = "agreed", _("No longer different")

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
    decided_by = user_who_did()

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("conflict"), _("conflicts")
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
        name = f"{self.field}:{self.photo.number}" if self.photo else self.field
        return gettext("%(field)s of article %(number)s") % {"field": name, "number": self.article_id}
