from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy as _

from articles.models.load import Unlisted, user_who_did


class Likeness(Unlisted):
    """The MinHash of an article’s text (``articles/text/minhash.py``)."""

    article = models.OneToOneField("articles.Article", on_delete=models.CASCADE, related_name="likeness")
    minhash = models.BinaryField()


class LikenessBand(Unlisted):
    """A band of a MinHash, for look-ups; a common band has rows only for its first few articles."""

    band = models.BigIntegerField()
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="likeness_bands")

    class Meta(Unlisted.Meta):
        # Both columns, so that the table itself is not read.
        indexes = [models.Index(fields=["band", "article"], name="likeness_band_articles")]


class NearDuplicate(models.Model):
    """Two articles with mostly the same text, for review by staff."""

    class Decision(models.TextChoices):
        OPEN = "open", _("Open")
        NOT_A_DUPLICATE = "not a duplicate", _("Not a duplicate")
        MERGED = "merged", _("Merged")

    # The later one; the constraint is its index.
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="near_duplicates", db_index=False
    )
    other = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="near_duplicates_since")
    likeness_percent = models.PositiveSmallIntegerField(
        _("similarity"), help_text=_("Estimate of how much of the longer text is also in the other.")
    )
    found_at = models.DateTimeField()
    load = models.ForeignKey("articles.Load", null=True, on_delete=models.SET_NULL, related_name="near_duplicates")
    decided = models.CharField(_("decision"), max_length=20, choices=Decision.choices, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = user_who_did()

    class Meta:
        verbose_name, verbose_name_plural = _("near-duplicate"), _("near-duplicates")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="near_duplicate_once"),
            models.CheckConstraint(condition=Q(article__gt=F("other")), name="near_duplicate_in_order"),
        ]
        indexes = [models.Index(fields=["decided", "-id"], name="near_duplicate_listing")]

    def __str__(self) -> str:
        values = {"one": self.article_id, "other": self.other_id, "percent": self.likeness_percent}
        return gettext("Articles %(one)s and %(other)s, %(percent)s%% alike") % values
