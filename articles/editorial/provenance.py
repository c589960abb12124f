"""The provenance of each field of an article, for the admin, the public source page and the JSON.

Unchanged values come from the source, a photo's file or the vocabulary. Staff changes are reported with who, when and
why, from the newest change by staff in which the field changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import get_user_model

from articles.catalogue.loaded import edited_fields, edited_photo_fields
from articles.catalogue.recorded import ARTICLE, PHOTO, TAGGING, decoded
from articles.ingest.errors import IngestError
from articles.ingest.story import HeldElsewhere
from articles.models import Article, ArticleChange, Change, Original, Photo, Tagging, fields
from articles.models.generation import SEEN_COLUMNS
from articles.models.original import READ_UP_TO_BYTES, WITH_LEDGER
from articles.models.prepared import is_fetched, prepared, rows_of
from articles.text.dates import day_words, when_words
from articles.text.evidence import found_words
from articles.text.keys import digest_of
from articles.text.messages import gettext
from articles.text.originals import became_names

Place = tuple[str, int, str]  # model, id and column
Kind = Literal["source", "earlier", "file", "vocabulary", "staff"]

FIELDS = fields.traced(fields.ARTICLE)
PHOTO_FIELDS = fields.traced(fields.PHOTO)
# Fields under another name in the lines of an original.
_LINE_NAMES = {"external_id": "id", "dateline": "paragraph 1", "authors": "byline"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """``where``, ``line``: in the original. ``moment``, ``user``, ``reason``: of staff; ``moment`` alone: of a load."""

    name: str
    label: str
    kind: Kind
    where: str = ""
    line: int | None = None
    moment: datetime | None = None
    user: Any = None
    reason: str = ""

    @property
    def words(self) -> str:
        name = self.user.get_full_name() if self.user else ""
        return self._words(name or gettext("the archive’s staff"))

    @property
    def words_for_staff(self) -> str:
        return self._words(str(self.user.get_username()) if self.user else gettext("staff"))

    def _words(self, who: str) -> str:
        if self.kind == "staff":
            words = gettext("changed here by %(who)s") % {"who": who}
            if self.moment:
                words = gettext("changed here by %(who)s, %(when)s") % {"who": who, "when": when_words(self.moment)}
            return f"{words}: {self.reason}" if self.reason else words
        if self.kind == "earlier" and self.moment:
            return gettext("an earlier original, loaded on %(day)s") % {"day": day_words(self.moment.date())}
        if self.kind == "earlier":
            return gettext("an earlier original, loaded before")
        if self.kind == "file":
            return gettext("the photo’s own file; the source does not say")
        return gettext("found in the text by the tag vocabulary") if self.kind == "vocabulary" else self.where

    def as_json(self) -> dict[str, Any]:
        values = {
            "from": self.kind,
            "where": self.where,
            "line": self.line,
            "at": self.moment.isoformat(timespec="seconds") if self.moment else None,
            "by": self.user.get_full_name() if self.user else None,
            "why": self.reason,
        }
        return {name: value for name, value in values.items() if value}


def provenance_of(article: Article) -> dict[str, Provenance]:
    """By name, of each tag and each field with a value: ``headline``, ``caption:2``, ``tag:Harbours``."""
    return {provenance.name: provenance for provenance in _Reading(article).all()}


class _Reading:
    def __init__(self, article: Article) -> None:
        self.article = article
        self.photos = sorted(article.photos.all(), key=lambda photo: (photo.position, photo.number))
        # Not prefetched onto the article, since the admin saves it and would count old rows.
        is_read = is_fetched(article, "taggings")
        taggings = article.taggings.all() if is_read else article.taggings.select_related("tag")
        self.taggings = sorted(taggings, key=lambda tagging: tagging.pk)
        self.edited = set(edited_fields(article, self.photos, [tagging.tag_id for tagging in self.taggings]))
        originals = list(Original.objects.filter(article=article).only("is_current", "form", "size_bytes", "evidence"))
        self.original = next((original for original in originals if original.is_current), None)
        self.has_others = len(originals) > 1  # originals other than the current one
        self.form = self.original.form if self.original else ""
        self.evidence = self.original.evidence if self.original else {}
        self.lines = _lines_of(self.original)
        self.changes: dict[Place, Change] = {}  # the newest of each column
        self.by_staff: dict[Place, Change] = {}  # the newest by staff, here or elsewhere
        for text, pk, moment, user_id, kind, reason in _newest_changes(article.pk):
            change = Change(pk=pk, moment=moment, user_id=user_id, kind=kind, reason=reason)
            for model, row_id, before, after in decoded(text):
                for column in {**(before or {}), **(after or {})}:
                    self.changes.setdefault((model, row_id, column), change)
                    if kind in (Change.Kind.STAFF, Change.Kind.IMPORT):
                        self.by_staff.setdefault((model, row_id, column), change)
        ids = {change.user_id for change in self.by_staff.values()} - {None}
        self.users = get_user_model()._default_manager.only(*SEEN_COLUMNS["auth_user"]).in_bulk(ids) if ids else {}

    def all(self) -> Iterator[Provenance]:
        for name, label in FIELDS.items():
            column = "source_id" if name == "source" else name
            if getattr(self.article, column) or name in self.edited:
                yield self._of_field(name, column, str(label))
        for photo in self.photos:
            yield from self._of_photo(photo)
        for tagging in self.taggings:
            yield self._of_tag(tagging)

    def _of_field(self, name: str, column: str, label: str) -> Provenance:
        if name in self.edited:
            return self._by_staff(name, label, (ARTICLE, self.article.pk, column))
        key = _LINE_NAMES.get(name, name)
        lines = self.lines.get("paragraphs" if name == "body" else key, [])
        evidence = self.evidence.get("id" if name == "external_id" else name, "")
        is_in_original = bool(lines or evidence) or not (self.lines or self.evidence)
        if not is_in_original and self.has_others:
            if change := self.changes.get((ARTICLE, self.article.pk, column)):
                return Provenance(name, label, "earlier", moment=change.moment)
            loads = Original.objects.filter(article=self.article, change__load__isnull=False).order_by("pk")
            loaded_at = loads.values_list("change__load__started_at", flat=True).first()
            return Provenance(name, label, "earlier", moment=loaded_at)
        return self._from_source(name, label, lines, evidence)

    def _of_photo(self, photo: Photo) -> Iterator[Provenance]:
        edited = edited_photo_fields(self.article, photo) if self.article.as_loaded else []
        for column in PHOTO_FIELDS:
            name, words = f"{column}:{photo.number}", fields.label_of_photo(photo.number, column)
            place = (PHOTO, photo.pk, column)
            if not (getattr(photo, column) or column == "position" or column in edited):
                continue
            if column in photo.from_file:
                yield Provenance(name, words, "file")
            elif column in edited and photo.loaded_number == 0 and self.has_others and place not in self.by_staff:
                yield Provenance(name, words, "earlier")
            elif column in edited:
                yield self._by_staff(name, words, place)
            else:
                yield self._from_source(name, words, self.lines.get(f"photo {photo.loaded_number}", []))

    def _of_tag(self, tagging: Tagging) -> Provenance:
        name, label = f"tag:{tagging.tag.name}", gettext("Tag “%(name)s”") % {"name": tagging.tag.name}
        if tagging.origin == Tagging.Origin.VOCABULARY:
            return Provenance(name, label, "vocabulary")
        if tagging.origin == Tagging.Origin.STAFF:
            return self._by_staff(name, label, (TAGGING, tagging.pk, "tag_id"))
        return self._from_source(name, label, self.lines.get("tags", []), self.evidence.get("tags", ""))

    def _from_source(self, name: str, label: str, lines: Sequence[int], evidence: str = "") -> Provenance:
        if lines and not evidence:
            first, last = lines[0], lines[-1]
            if first == last:
                where = gettext("line %(number)s of the original") % {"number": first}
            else:
                where = gettext("lines %(first)s to %(last)s of the original") % {"first": first, "last": last}
            return Provenance(name, label, "source", where, first)
        return Provenance(name, label, "source", found_words(evidence, self.form))

    def _by_staff(self, name: str, label: str, place: Place) -> Provenance:
        if (change := self.by_staff.get(place)) is None:
            return Provenance(name, label, "staff")
        user = self.users.get(change.user_id)
        return Provenance(name, label, "staff", moment=change.moment, user=user, reason=change.reason)


@prepared
def _newest_changes(article_id: int) -> Any:
    signed = ("change_id", "change__moment", "change__user_id", "change__kind", "change__reason")
    return ArticleChange.objects.filter(article=article_id).order_by("-pk").values_list("rows", *signed)[:300]


def _lines_of(original: Original | None) -> dict[str, list[int]]:
    """Line numbers by field, photo or paragraphs; empty for other formats and huge originals."""
    if original is None or original.form not in WITH_LEDGER or original.size_bytes > READ_UP_TO_BYTES:
        return {}
    lines: dict[str, list[int]] = {}
    [ledger] = rows_of(
        "ledger", lambda pk: Original.objects.filter(pk=pk).values_list("ledger", flat=True), original.pk
    )
    for number, (kind, became) in enumerate(ledger, 1):
        for name in [*became_names(became), *(["paragraphs"] if kind == "paragraph" else [])]:
            lines.setdefault(name, []).append(number)
    return lines


def content_of(original: Original) -> bytes | None:
    """The bytes as loaded; ``None`` if they were left in a crawl file that is missing, or now another one."""
    if not original.held_at:
        return bytes(original.content)
    # Imported here: large, and rarely needed.
    from articles.ingest.warc import Limits, read_bytes

    where = HeldElsewhere(original.held_at, original.held_offset, original.held_length)
    try:
        content = read_bytes(where, Limits(settings.INPUT_MAX_BYTES, settings.UNPACK_MAX_RATIO))
    except (OSError, IngestError):
        return None
    return content if digest_of(content) == original.digest else None
