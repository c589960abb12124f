import re

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Formats with a ledger.
WITH_LEDGER = frozenset({"text", "markdown", "iptc-7901"})
# Larger originals are not shown line by line.
READ_UP_TO_BYTES = 200_000


class Original(models.Model):
    """The unchanged bytes of one input, with a ledger of its lines.

    Corrected files and changed captures add originals; the article shows the current one. Pages in a crawl are stored
    by reference, unless copying was requested: ``content`` is empty, ``held_at`` the crawl file, ``held_offset`` the
    record.
    """

    article = models.ForeignKey(
        "articles.Article", verbose_name=_("article"), on_delete=models.CASCADE, related_name="originals"
    )
    digest = models.CharField(_("SHA-256 digest"), max_length=64, unique=True, help_text=_("Hexadecimal."))
    name = models.CharField(
        _("name"), max_length=500, help_text=_("The file’s name, and the line of a record within it.")
    )
    form = models.CharField(max_length=20, help_text="Which reader read it: text, markdown, jsonl, …")
    encoding = models.CharField(max_length=20, default="utf-8")
    size_bytes = models.PositiveIntegerField()
    content = models.BinaryField()
    held_at = models.TextField(_("crawl file"), blank=True, help_text="Where the bytes are; empty: they are kept here.")
    held_offset = models.PositiveBigIntegerField(default=0)
    held_length = models.PositiveBigIntegerField(default=0)
    # [kind, result] for each line of ``content``; empty for records.
    ledger = models.JSONField(default=list)
    boilerplate = models.JSONField(default=list)
    # By field, where it was found: codes of ``text.evidence``; empty for unambiguous formats.
    evidence = models.JSONField(default=dict)
    captured_from = models.TextField(blank=True, help_text="The address of which it is a capture.")
    captured_at = models.DateTimeField(null=True, blank=True, help_text="When it was first captured.")
    is_current = models.BooleanField(_("current"), default=True, help_text=_("The one that the article shows."))
    # How it was last read, so that loads can skip it: see ``loading/unchanged.py``.
    read_as = models.CharField(max_length=16, blank=True, help_text="Code, vocabulary and limits that read it.")
    # [[name, size in bytes, time of change in ns], …] of the files that the article names; -1 and 0: not found.
    beside = models.JSONField(default=list)
    change = models.ForeignKey(
        "articles.Change", null=True, on_delete=models.PROTECT, related_name="originals", help_text="That loaded it."
    )

    class Meta:
        verbose_name, verbose_name_plural = _("original"), _("originals")
        constraints = [
            models.UniqueConstraint(fields=["article"], condition=Q(is_current=True), name="one_current_original")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file_name(self) -> str:
        return re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", self.name) or "original"  # Windows takes none of these


class OriginalPath(models.Model):
    """A file or crawl record with the bytes of an original, to match corrected files. ``path``: resolved; of a file in
    an archive, the archive's path plus the path inside; of one record of several, the file's path plus ``#`` and its
    name; of a page in a crawl, the id of its record.
    """

    path = models.TextField(unique=True, help_text="Resolved, absolute; of a page in a crawl, the record's id.")
    original = models.ForeignKey(Original, on_delete=models.CASCADE, related_name="paths")
    captured_at = models.DateTimeField(null=True, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    mtime_ns = models.BigIntegerField(default=0, help_text="When the file was changed; 0: to be read again.")


def below(column: str, folder: str) -> Q:
    """Rows with a path in ``column`` below a folder or in an archive; uses the column's index."""
    prefix = folder.rstrip("/") + "/"
    if connection.vendor == "sqlite":  # LIKE would not use the index; "0" follows "/"
        return Q(**{f"{column}__gte": prefix, f"{column}__lt": f"{prefix[:-1]}0"})
    return Q(**{f"{column}__startswith": prefix})
