from __future__ import annotations

from django.db import models

from articles.models.natural import ByNaturalKey, natural_key_of

# Forms with an account of every line.
WITH_LEDGER = frozenset({"text", "markdown"})
# An original beyond this is not taken apart for its page; the ledger says what became of it, without the words.
READ_UP_TO_BYTES = 200_000


class Original(models.Model):
    """The bytes of one input, kept as they came, with what became of each line.

    A corrected file adds an original, and so does a changed capture of a page; the article's ``original`` is the one
    that it shows. The bytes of a page in a crawl are kept by reference, unless they were asked to be copied:
    ``content`` is then empty, ``held_at`` names the crawl file and ``held_offset`` the record in it.
    """

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="originals")
    digest = models.CharField("SHA-256 digest", max_length=64, unique=True, help_text="Hexadecimal.")
    name = models.CharField(max_length=500, help_text="The file's name, and the line of a record within it.")
    form = models.CharField(max_length=20, help_text="Which reader read it: text, markdown, jsonl, …")
    encoding = models.CharField(max_length=20, default="utf-8")
    size_bytes = models.PositiveIntegerField()
    content = models.BinaryField()
    held_at = models.TextField("crawl file", blank=True, help_text="Where the bytes are; empty: they are kept here.")
    held_offset = models.PositiveBigIntegerField(default=0)
    held_length = models.PositiveBigIntegerField(default=0)
    # A list of [kind, what it became] for each line; the texts are the lines of ``content``. Empty for records.
    ledger = models.JSONField(default=list)
    # The dropped pieces as they stood.
    left_out = models.JSONField(default=list)
    # Of fields, by the codes of ``text.evidence``, where each was found; empty for forms that leave no doubt.
    evidence = models.JSONField(default=dict)
    captured_from = models.TextField(blank=True, help_text="The address of which it is a capture.")
    captured_at = models.DateTimeField(null=True, blank=True, help_text="When it was first captured.")
    is_current = models.BooleanField(default=True, help_text="The one that the article shows.")
    load = models.ForeignKey("articles.Load", null=True, on_delete=models.SET_NULL, related_name="originals")

    natural_key = natural_key_of("digest", after=("articles.article",))
    objects = ByNaturalKey()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(is_current=True), name="one_current_original"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OriginalPath(models.Model):
    """A file or crawl record in which the bytes of an original were found: how a corrected file finds its article."""

    path = models.TextField(unique=True, help_text="Resolved, absolute; of a page in a crawl, the record's id.")
    original = models.ForeignKey(Original, on_delete=models.CASCADE, related_name="paths")
    captured_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.path
