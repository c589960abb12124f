from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.load import user_who_did

PENDING = Q(reviewed_at=None, is_settled=False)  # also the condition of an index


class Damage(models.Model):
    """Something lost or unclear in the original: a code, the affected field, its line."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="damage")
    # A ``DamageCode``, or ``encoding:`` and a name. No choices, to avoid migrations.
    code = models.CharField(max_length=40, db_index=True)
    field = models.TextField(blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, help_text="The damaged piece as in the original.")
    # Staff have corrected the damaged field; derived on every save.
    is_settled = models.BooleanField(_("corrected in the article"), default=False, editable=False)
    # Kept if a load finds the same damage again.
    reviewed_at = models.DateTimeField(null=True, blank=True, help_text="When staff marked it as needing no action.")
    reviewed_by = user_who_did(db_index=False)

    class Meta:
        verbose_name, verbose_name_plural = _("damage"), _("damage")
        ordering = ["article_id", "line", "id"]
        indexes = [models.Index(fields=["code", "-id"], condition=PENDING, name="damage_waiting")]

    def __str__(self) -> str:
        return self.code
