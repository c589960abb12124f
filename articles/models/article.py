from __future__ import annotations

from datetime import date, datetime
from urllib.parse import quote

from django.db import models
from django.db.models import F, Q
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models.change import Change
from articles.models.load import Unlisted, user_who_did
from articles.models.prepared import FastModel
from articles.models.tag import Tag
from articles.models.withdrawal import BY_SOURCE, SENTENCES, WithdrawnBy
from articles.text.dates import moment_words
from articles.text.languages import Tongue, tongue_of
from articles.text.markdown import outlined, with_links_from
from articles.text.messages import gettext

BLOCK_SEPARATOR = "\n<!-- block -->\n"
# Articles on photo pages; also the condition of their indexes.
WITH_PHOTOS = Q(withdrawn_at=None, photo_count__gt=0)
SHOWN_IN_LISTS = (
    "key", "url", "headline", "deck", "excerpt", "language", "section", "source", "published", "updated",
    "archive_date", "slug", "photo_count", "photo_file_count",
)  # fmt: skip


def permalink(day: date | None, slug: str) -> str:
    """The path of an article. For speed not by ``reverse``, with which lists make 5 to 10 % more calls in Python."""
    return f"{dated_path(day.isoformat()) if day else f'{get_script_prefix()}undated/'}{quote(slug)}/"


def dated_path(iso: str) -> str:
    """The path of the page of a day, a month (``2023-09``) or a year."""
    return f"{get_script_prefix()}{iso.replace('-', '/')}/"


class ArticleQuerySet(models.QuerySet["Article"]):
    def locked(self) -> ArticleQuerySet:
        """Lock these articles, in the order of all who lock several. Rows that refer to them can be inserted."""
        return self.select_for_update(no_key=True).order_by("pk")

    def published(self) -> ArticleQuerySet:
        return self.filter(withdrawn_at=None)

    def on_day(self, day: date | None) -> ArticleQuerySet:
        """Articles filed under a day; ``None`` means the undated."""
        return self.filter(archive_date=day)

    def without_texts(self) -> ArticleQuerySet:
        return self.defer("body", "body_html", "as_loaded", "body_as_loaded")

    def for_listing(self) -> ArticleQuerySet:
        return self.select_related("source").only(*SHOWN_IN_LISTS, "source__name", "source__slug")


class Article(FastModel):
    key = models.CharField(max_length=10, unique=True, editable=False)
    external_id = models.CharField(
        _("the source's own id"), max_length=500, null=True, blank=True, unique=True, editable=False
    )
    url = models.URLField(_("web address"), max_length=2000, null=True, blank=True, unique=True)
    former_paths = models.JSONField(default=list, blank=True)
    headline = models.TextField(blank=True)
    deck = models.TextField(blank=True, help_text="The line under the headline.")
    byline = models.TextField(blank=True, help_text="As printed.")
    authors = models.JSONField(default=list, blank=True)
    dateline = models.TextField(blank=True, help_text="Place and day of filing, as printed; the text keeps it too.")
    section = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True, help_text="A language tag, such as en or zh-Hans.")
    source = models.ForeignKey(
        "articles.Source",
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
        db_index=False,
    )
    published = models.CharField(
        max_length=32, blank=True, help_text="As precise as the source: 2023-09, 2023-09-06, 2023-09-06T10:30, …+08:00."
    )
    published_printed = models.TextField(blank=True, editable=False)
    updated = models.CharField(max_length=32, blank=True)
    updated_printed = models.TextField(blank=True, editable=False)
    # The paper's own calendar day, stored rather than derived from a timestamp,
    # so a change of server time zone can never move a permalink.
    archive_date = models.DateField(null=True, blank=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=100, allow_unicode=True)
    body = models.TextField(blank=True, help_text="Markdown.")
    body_html = models.TextField(blank=True, editable=False)
    excerpt = models.TextField(blank=True, editable=False)
    photo_count = models.PositiveIntegerField(default=0, editable=False)
    photo_file_count = models.PositiveIntegerField(default=0, editable=False, help_text="Of its photos, those held.")
    tags = models.ManyToManyField(Tag, through="articles.Tagging", related_name="articles", editable=False)
    # The values as last loaded, to detect staff edits. The body is stored as its digest; its text is in the next field
    # once staff have changed it.
    as_loaded = models.JSONField(default=dict, editable=False)
    body_as_loaded = models.TextField(blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.CharField(max_length=10, choices=WithdrawnBy, blank=True, editable=False)
    withdrawn_reason = models.TextField(
        _("reason for readers"), blank=True, help_text="Shown to readers at the article's address."
    )

    # The winner of a merge; a merged article is also withdrawn.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", editable=False
    )

    # First published by, and last changed for readers by.
    added = models.ForeignKey(
        Change, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    changed = models.ForeignKey(
        Change, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("article"), _("articles")
        ordering = ["-archive_date", "-id"]
        permissions = [
            ("withdraw_article", "Can withdraw and reinstate articles"),
            ("merge_article", "Can merge articles"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["archive_date", "slug"], name="permalink_once"),
            models.UniqueConstraint(fields=["slug"], condition=Q(archive_date=None), name="undated_permalink_once"),
        ]
        indexes = [
            models.Index(fields=["-archive_date", "-id"], name="article_listing"),
            models.Index(fields=["-archive_date", "-id"], condition=~Q(withdrawn_at=None), name="article_withdrawn"),
            # For staff lists of articles with and without photos.
            models.Index(fields=["-archive_date", "-id"], condition=Q(photo_count=0), name="article_without_photos"),
            models.Index(fields=["-archive_date", "-id"], condition=Q(photo_count__gt=0), name="article_with_photos"),
            models.Index(
                fields=["-archive_date", "-id"], condition=Q(photo_file_count__gt=0), name="article_with_files"
            ),
            models.Index(
                fields=["-archive_date", "-id"],
                condition=Q(photo_count__gt=F("photo_file_count")),
                name="article_with_captions",
            ),
            models.Index(fields=["source", "-archive_date", "-id"], name="article_source_listing"),
            # In the order of changes, for harvesters. Source and date of adding are read from here, not past the body.
            models.Index(fields=["changed", "id", "source", "added"], name="article_changed"),
            # In the order of adding, for feeds.
            models.Index(fields=["added", "-id"], name="article_added"),
            models.Index(fields=["source", "-id"], name="article_source_added"),
            models.Index(fields=["-id"], condition=WITH_PHOTOS, name="article_photos_added"),
            # For photo pages, which list photos article by article.
            models.Index(fields=["-archive_date", "-id"], condition=WITH_PHOTOS, name="article_photos"),
            models.Index(
                fields=["source", "-archive_date", "-id"], condition=WITH_PHOTOS, name="article_source_photos"
            ),
        ]

    def __str__(self) -> str:
        return self.headline or gettext("Without a headline (%(key)s)") % {"key": self.key}

    def get_absolute_url(self) -> str:
        return permalink(self.archive_date, self.slug)

    def withdraw(self, at: datetime, by: str, reason: str = "") -> None:
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = at, by, reason

    def reinstate(self) -> None:
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = None, "", ""

    def stop_absence(self) -> None:
        """Its source shows it again: publish it, unless it is merged into another."""
        if self.merged_into_id is not None and self.withdrawn_at:
            self.withdraw(self.withdrawn_at, WithdrawnBy.MERGED)
        else:
            self.reinstate()

    @property
    def withdrawal(self) -> str:
        """Text for readers; ``""`` if not withdrawn, or by staff without a reason."""
        by, reason = self.withdrawn_by, self.withdrawn_reason
        if by == WithdrawnBy.SOURCE:
            return gettext("Withdrawn by its source: %(reason)s") % {"reason": reason}
        return reason or gettext(SENTENCES.get(WithdrawnBy(by), "")) if by else ""

    @property
    def is_withdrawn_by_source(self) -> bool:
        return self.withdrawn_by in BY_SOURCE

    @property
    def short_url(self) -> str:
        return f"{get_script_prefix()}a/{self.key}/"

    @property
    def shown_as(self) -> Article:
        """The article itself, or the last one of its merges; a query for each merge."""
        article, passed = self, {self.pk}
        while article.merged_into_id is not None and article.merged_into_id not in passed:
            passed.add(article.merged_into_id)
            columns = ("headline", "language", "archive_date", "slug", "merged_into", "withdrawn_at")
            article = Article.objects.only(*columns).get(pk=article.merged_into_id)
        return article

    @property
    def has_open_versions(self) -> bool:
        """``True`` if readers may see its history and originals: it is published, or merged into a published one."""
        is_merged = self.withdrawn_by == WithdrawnBy.MERGED
        return self.withdrawn_at is None or (is_merged and self.shown_as.withdrawn_at is None)

    @property
    def blocks(self) -> list[SafeString]:
        """The body as clean HTML, one string per block, with its ``links`` to articles here."""
        html = with_links_from(outlined(self.body_html), self.url, vars(self).get("links", {}))
        return [SafeString(block) for block in html.split(BLOCK_SEPARATOR)] if html else []

    @property
    def tongue(self) -> Tongue:
        return tongue_of(self.language, self.headline or self.excerpt)

    @property
    def is_by_update(self) -> bool:
        """``True`` if it is filed by the date of an update, since that of publication is not known."""
        return bool(self.updated and not self.published)

    @property
    def filed_words(self) -> str:
        """``6 September 2023``, or ``September 2023`` if the day is not known; ``""`` if it is undated."""
        moment = self.published or self.updated
        return moment_words(moment[:10]) if moment else ""


class Redirect(models.Model):
    """A former address of an article; answers 301."""

    path = models.TextField(unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="redirects")


class FormerPath(Unlisted):
    """The normal form (``text.paths``) of a path on its own site; several articles may have one."""

    path = models.TextField()
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")

    class Meta(Unlisted.Meta):
        indexes = [models.Index(fields=["path"], name="former_path")]


class Gone(Unlisted):
    """The address of a deleted article or, with an empty key, tag or source; answers 410 until it is loaded again."""

    path = models.TextField(unique=True)
    key = models.CharField(max_length=10, db_index=True)
    reason = models.TextField(blank=True)
    gone_at = models.DateTimeField()
    # For harvesters, and ``None`` if it is not of an article that readers saw.
    change = models.ForeignKey(Change, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # " source-harbour-daily tag-boats " if it was in these.
    sets = models.TextField(blank=True)

    class Meta(Unlisted.Meta):
        indexes = [models.Index(fields=["change", "id"], name="gone_by_change")]


class Correction(models.Model):
    """A note to readers on a correction. ``version``: the one it explains; ``None``: of another archive."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="corrections")
    version = models.PositiveIntegerField(null=True, editable=False)
    made_at = models.DateTimeField()
    made_by = user_who_did()
    note = models.TextField(_("note"))

    class Meta:
        verbose_name, verbose_name_plural = _("correction"), _("corrections")
        ordering = ["article_id", "made_at", "id"]

    def __str__(self) -> str:
        return self.note[:80]


class ClosedVersion(Unlisted):
    """A version closed to readers, for example by court order. Staff still see it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="closed_versions")
    version = models.PositiveIntegerField()
    reason = models.TextField(help_text="Shown to readers in place of the version.")
    closed_at = models.DateTimeField()
    closed_by = user_who_did()

    class Meta(Unlisted.Meta):
        ordering = ["article_id", "version"]
        constraints = [models.UniqueConstraint(fields=["article", "version"], name="version_closed_once")]
