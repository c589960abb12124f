"""Who or what withdrew an article, and the text shown to readers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.text.messages import gettext_noop


class WithdrawnBy(models.TextChoices):
    STAFF = "staff", _("Staff")
    SOURCE = "source", _("Its source")
    DRAFT = "draft", _("Its source, where it is a draft")
    VANISHED = "vanished", _("A load that no longer found it")
    MERGED = "merged", _("Staff, who merged it into another")


# Withdrawals that loads may undo; and those that end when the same original is back.
BY_SOURCE = (WithdrawnBy.SOURCE, WithdrawnBy.DRAFT, WithdrawnBy.VANISHED)
BY_ABSENCE = (WithdrawnBy.DRAFT, WithdrawnBy.VANISHED)
# A mark in ``Article.as_loaded``: its source withholds the article. A load that finds that again leaves it to staff.
IS_WITHHELD = "is_withheld"
SENTENCES = {
    WithdrawnBy.DRAFT: gettext_noop("No longer published by its source."),
    WithdrawnBy.VANISHED: gettext_noop("No longer in its source."),
    WithdrawnBy.MERGED: gettext_noop("Merged into another article."),
}
