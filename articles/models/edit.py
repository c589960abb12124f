from __future__ import annotations

from django.db import models


class AppliedEdit(models.Model):
    """A line of an edits file that was applied, and is not applied again."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="applied_edits")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the line.")
    applied_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "digest"], name="edit_applied_once")]
