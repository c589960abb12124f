from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, gettext_lazy as _

from articles.models.prepared import FastModel
from articles.text.dates import when_words

REFUSALS_KEPT = 10_000


def user_who_did(*, db_index: bool = True) -> models.ForeignKey[Any, Any]:
    """A column for the user who did something; rows stay when the user is deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=db_index
    )


class Unlisted(FastModel):
    """Rows that have no page of their own for staff, and so no permissions."""

    class Meta:
        abstract = True
        default_permissions = ()


class Load(models.Model):
    """One run of ``load_articles`` that changed something."""

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)  # None: interrupted, or still running
    paths = models.JSONField(default=list, help_text="What was asked to be loaded.")
    counts = models.JSONField(default=dict, help_text="Inputs by outcome.")
    vocabulary = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the tag vocabulary it went by.")
    # [{"input": …, "error": …}], the first REFUSALS_KEPT of them.
    refused = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = user_who_did()

    class Meta:
        verbose_name, verbose_name_plural = _("load"), _("loads")
        ordering = ["-started_at"]
        permissions = [("undo_load", "Can undo a load")]

    def __str__(self) -> str:
        values = {"number": self.pk, "moment": when_words(self.started_at)}
        return gettext("Load %(number)s (%(moment)s)") % values


class Refusal(models.Model):
    """An input refused when it was last loaded; since ``refused_at`` for this reason."""

    place = models.TextField(
        _("place"), unique=True, help_text="The resolved path, and the line of a record within it."
    )
    input = models.TextField(_("input"), help_text="What reports call it.")
    error = models.TextField(_("error"))
    load = models.ForeignKey(Load, null=True, on_delete=models.SET_NULL, related_name="refusals")
    refused_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="When staff said that it may stay out.")
    dismissed_by = user_who_did()

    class Meta:
        verbose_name, verbose_name_plural = _("refused input"), _("refused inputs")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        indexes = [models.Index(fields=["-id"], condition=models.Q(dismissed_at=None), name="refusal_waiting")]

    def __str__(self) -> str:
        return self.input
