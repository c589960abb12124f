"""The ledger: changes of existing articles and tags in the order of commits; edits applied (``catalogue/ledger``)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.load import Load, Unlisted
from articles.models.search_entry import FORM


class Change(Unlisted):
    """All changes of one transaction for one reason: a batch of a load, an edit, an action.

    ``number`` and ``seen_at`` rise in the order of commits, for those who ask what is new since; they are ``None`` only
    within the transaction. ``moment`` is the date for readers.
    """

    class Kind(models.TextChoices):
        LOAD = "load", _("a load")
        STAFF = "staff", _("staff")
        IMPORT = "import", _("edits of another archive")
        UNKNOWN = "unknown", _("not recorded")

    number = models.PositiveBigIntegerField(null=True, unique=True)
    seen_at = models.DateTimeField(null=True)
    moment = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    load = models.ForeignKey(Load, null=True, on_delete=models.PROTECT, related_name="changes")
    undoes = models.ForeignKey(Load, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=100, blank=True)
    has_added = models.BooleanField(default=False, help_text="Articles were first published by it.")

    class Meta(Unlisted.Meta):
        indexes = [
            models.Index(fields=["has_added", "-seen_at"], name="change_added"),
            models.Index(fields=["seen_at", "number"], name="change_seen"),
        ]


class Clock(Unlisted):
    """One row, the number of the newest change and the form of the index; whoever commits a change locks it last."""

    number = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()
    form = models.PositiveSmallIntegerField(default=FORM, help_text="Of the newest index that is complete.")


class ArticleChange(Unlisted):
    """The effect of a change on one existing article. A new article has none: it is its own first version."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="articles")
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="changes", db_index=False)
    # The number that readers see, from 2; ``None``: they see no difference.
    version = models.PositiveIntegerField(null=True)
    # Of what readers see since; "": not computed.
    fingerprint = models.CharField(max_length=16, blank=True)
    # JSON: [[model, id, columns before, columns after], …]; ``null`` for no row, else only the columns that differ.
    # Long values after are {"sha256": …}, and so is the text before, which is ``body``.
    rows = models.TextField(default="[]")
    # What undoing the load could not put back, likewise, but with the whole text before; ``None``: it is not undone.
    undone = models.TextField(null=True)
    body = models.TextField(blank=True)
    # Equal for the articles in which one load, or one change of staff, did the same to what readers see; "": nothing.
    alike = models.CharField(max_length=16, blank=True)
    is_first = models.BooleanField(default=False, help_text="Of those that are alike.")

    class Meta(Unlisted.Meta):
        constraints = [
            models.UniqueConstraint(fields=["article", "version"], name="version_once"),
            models.UniqueConstraint(fields=["alike"], condition=models.Q(is_first=True), name="first_once"),
        ]
        indexes = [
            models.Index(fields=["alike", "-is_first", "id"], name="change_alike"),
            models.Index(fields=["-id"], condition=models.Q(is_first=True), name="change_first"),
        ]


class TagChange(Unlisted):
    """Name, slug, kind and description of a tag before and after; ``null`` for no tag. Deleted tags keep theirs."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="tags")
    tag_id = models.BigIntegerField(db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)


class AppliedEdit(Unlisted):
    """A line of an edits file that was applied, and is not applied again."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="applied_edits")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the line.")
    applied_at = models.DateTimeField(auto_now_add=True)

    class Meta(Unlisted.Meta):
        constraints = [models.UniqueConstraint(fields=["article", "digest"], name="edit_applied_once")]
