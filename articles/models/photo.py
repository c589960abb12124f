from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.prepared import FastModel
from articles.photos.metadata import FileFields, fields_of
from articles.photos.words import Words, differ
from articles.text.alphabet import SORTING_LENGTH
from articles.text.keys import PHOTO_KEY_LENGTH, photo_key
from articles.text.messages import gettext
from articles.text.phrases import in_short
from articles.text.shown_credits import credit_key, credited_to

if TYPE_CHECKING:
    from articles.models.article import Article

# Also the conditions of indexes, which do not know that ``Photo.objects`` leaves out withdrawn photos.
SHOWN = models.Q(withdrawn_at=None)
WITHOUT_ALT_TEXT = SHOWN & models.Q(alt_text="", is_decorative=False) & ~models.Q(file="")
WITHOUT_CREDIT = SHOWN & models.Q(credit_line="", creator="", copyright_notice="", credit_unknown=False)


class PhotoQuerySet(models.QuerySet["Photo"]):
    def for_pages(self) -> PhotoQuerySet:
        """Photos with renditions, without metadata, which may be long."""
        return self.defer("metadata").prefetch_related("renditions")


class ShownPhotos(models.Manager.from_queryset(PhotoQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> PhotoQuerySet:
        photos: PhotoQuerySet = super().get_queryset().filter(SHOWN)
        return photos


class Photo(FastModel):
    """A photo (or video) of an article, with or without its file: a caption without a picture is still evidence."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        VIDEO = "video", _("Video")

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="photos", db_index=False)
    # The end of its address, from ``take_key``; never changes.
    key = models.CharField(max_length=PHOTO_KEY_LENGTH, editable=False)
    position = models.PositiveIntegerField(default=0, help_text=_("The paragraph it follows; 0 = before the first."))
    number = models.PositiveIntegerField(
        _("number"), default=1, help_text="Its place among the article's photos, from 1."
    )
    # Its number in ``as_loaded["photos"]`` and in damage, from 1; 0: not in the source.
    loaded_number = models.PositiveIntegerField(default=0, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.PHOTO)
    caption = models.TextField(blank=True)
    credit_line = models.TextField(_("credit"), blank=True)
    credit_raw = models.TextField(_("credit as printed"), blank=True, editable=False)
    alt_text = models.TextField(_("alt text"), blank=True, help_text="For those who cannot see the picture.")
    is_decorative = models.BooleanField(
        _("decorative"), default=False, help_text="It says nothing that the text does not; no alt text is wanted."
    )
    creator = models.TextField(blank=True, help_text="Who took or made it; several names with “; ” between them.")
    copyright_notice = models.TextField(blank=True, help_text="Who owns it, as the source or the file says.")
    credit_unknown = models.BooleanField(
        _("credit unknown"), default=False, help_text="Staff looked, and could not find out whose it is."
    )
    # Normalised credit, to find photos with the same one; "": no credit.
    credited = models.CharField(max_length=SORTING_LENGTH, blank=True, editable=False)
    src = models.TextField(_("file as the source names it"), blank=True, editable=False)
    file = models.CharField(max_length=200, blank=True, editable=False, help_text="Below MEDIA_ROOT; empty: not held.")
    digest = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, editable=False)
    width_px = models.PositiveIntegerField(default=0, editable=False, help_text="Upright, as it is shown.")
    height_px = models.PositiveIntegerField(default=0, editable=False)
    damage = models.CharField(max_length=200, blank=True, editable=False, help_text="Why its file is not shown.")
    # File metadata by block (xmp, iim, exif) and field; {} without a file.
    metadata = models.JSONField(_("what the file says"), default=dict, blank=True, editable=False)
    from_file = models.JSONField(_("fields that the file filled"), default=list, blank=True, editable=False)
    differs_from_file = models.BooleanField(_("the article and the file differ"), default=False, editable=False)

    # A withdrawn photo keeps its row, files and number. No version shows it until it is reinstated.
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_reason = models.TextField(
        _("reason for readers"), blank=True, help_text="Shown to readers at the photo’s address."
    )

    is_former = False  # in a version whose picture is no longer shown

    # Without withdrawn photos, so that no page, feed, count or search can show one by mistake; also ``article.photos``.
    objects = ShownPhotos()
    everything = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("photo"), _("photos")
        ordering = ["article_id", "position", "number"]
        indexes = [
            models.Index(fields=["article", "position", "number"]),
            models.Index(fields=["credited", "article"], name="photo_credited"),
            models.Index(fields=["digest"], condition=~models.Q(digest=""), name="photo_digest"),
            models.Index(fields=["article"], condition=SHOWN & models.Q(differs_from_file=True), name="photo_differs"),
            models.Index(fields=["article"], condition=SHOWN & models.Q(file=""), name="photo_not_held"),
            models.Index(fields=["-id"], condition=WITHOUT_ALT_TEXT, name="photo_without_alt_text"),
            models.Index(fields=["-id"], condition=WITHOUT_CREDIT, name="photo_without_credit"),
            models.Index(fields=["-id"], condition=models.Q(withdrawn_at__isnull=False), name="photo_withdrawn"),
        ]

    def __str__(self) -> str:
        # Staff pages add "Photo:", as some captions do.
        words = re.sub(r"^(?:photo|video) ?: ?", "", self.caption, flags=re.IGNORECASE)
        return in_short(words, 80) or gettext("Photo %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return self.address_in(self.article)

    def address_in(self, article: Article) -> str:
        """Its address, without a query for the article."""
        return f"{article.get_absolute_url()}photos/{self.key}/"

    def take_key(self, taken: set[str]) -> None:
        """Derive the key from its file name, else its texts, so that a rebuilt archive has the same addresses."""
        identity = f"file {self.src}" if self.src else f"words {self.caption} {self.credit_line}"
        self.key = photo_key(identity, taken)
        taken.add(self.key)

    @property
    def largest(self) -> Rendition | None:
        return max(self.renditions.all(), key=lambda rendition: rendition.width_px, default=None)

    @property
    def said_by_file(self) -> FileFields:
        return fields_of(self.metadata)

    def follow_words(self) -> None:
        """Update ``from_file``, ``differs_from_file`` and ``credited``. Call it before saving changed texts."""
        words, file = Words.of(self), self.said_by_file.words
        self.from_file = [name for name in self.from_file if getattr(words, name) == getattr(file, name)]
        self.differs_from_file = differ(words, file)
        self.credited = credit_key(credited_to(self))


class Rendition(FastModel):
    """A resized copy of a photo, upright, without location, with its words. ``file`` works in every browser."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")
    file = models.CharField(max_length=200, help_text="Below MEDIA_ROOT.")
    file_webp = models.CharField(max_length=200, blank=True, help_text="Below MEDIA_ROOT; empty: there is none.")
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()

    class Meta:
        ordering = ["photo_id", "width_px"]

    @property
    def url(self) -> str:
        return f"{settings.MEDIA_URL}{self.file}"

    @property
    def url_webp(self) -> str:
        return f"{settings.MEDIA_URL}{self.file_webp}" if self.file_webp else ""
