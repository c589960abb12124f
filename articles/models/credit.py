from __future__ import annotations

from django.db import models

from articles.text.alphabet import SORTING_LENGTH


class CreditedPhoto(models.Model):
    """A photo of a published article in the listing by credit, so that a page of it is one walk along one index.

    A row of its own, not columns of the photo: it follows the day and the withdrawal of its article, which no history
    and no undoing of a load has to know. ``articles/catalogue/credits.py`` keeps the rows; no page writes them.
    """

    photo = models.OneToOneField(
        "articles.Photo", primary_key=True, on_delete=models.CASCADE, related_name="credited", editable=False
    )
    # As an index sorts it, without capitals; "": none is given.
    credit = models.CharField(max_length=SORTING_LENGTH, blank=True)
    place = models.BigIntegerField(help_text="Of its article by date, as the search numbers it.")
    number = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["credit", "-place", "number"], name="photo_by_credit")]

    def __str__(self) -> str:
        return f"Photo {self.photo_id} by {self.credit}"
