from __future__ import annotations

from django.db import models

REFUSALS_KEPT = 10_000


class Load(models.Model):
    """One run of ``load_articles``: kept by names and digests, so that it outlives the articles it mentions."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)  # None: interrupted, or still running
    paths = models.JSONField(default=list, help_text="What was asked to be loaded.")
    counts = models.JSONField(default=dict, help_text="Inputs by outcome.")
    # [{"input": …, "error": …}], the first REFUSALS_KEPT of them.
    refused = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"Load of {self.started_at:%Y-%m-%d %H:%M:%S}"
