"""The versions of an article, folded back from its present state by the ledger. Read-only.

A version is a change in which readers see a difference, or a merge; the first is the article as loaded. Versions are
numbered from 1, and keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from articles.catalogue import recorded
from articles.catalogue.present_ids import tag_names
from articles.models import Article, ArticleChange, ClosedVersion, DeletedSource, Photo, Source, SourceAlias, fields
from articles.models.prepared import is_fetched
from articles.models.reading_role import hidden_user_fields
from articles.models.withdrawal import WithdrawnBy
from articles.text.dates import day_words, moment_words
from articles.text.diff import Change
from articles.text.grouping import by_key
from articles.text.keys import CROCKFORD
from articles.text.markdown import blocks_of
from articles.text.merge import moved
from articles.text.messages import gettext, gettext_noop

LABELS = fields.labels(fields.ARTICLE, fields.Use.SHOWN)
PHOTO_FIELDS = fields.names(fields.PHOTO, fields.Use.SHOWN)
# Of a change bypassing the ledger: what it replaced is unknown.
NOT_RECORDED = gettext_noop("Changed without a record; earlier versions may show this change too.")
_KEY = re.compile(rf"\b[{CROCKFORD}]{{10}}\b")


@dataclass(frozen=True, slots=True)
class State:
    """An article at one time, as unsaved rows, without what ``filing.derive`` sets. ``tags``: origins by tag id."""

    article: Article
    photos: Sequence[Photo]
    tags: Mapping[int, str]

    @property
    def fingerprint(self) -> str:
        article = recorded.columns_of(self.article, by_load=False)
        return recorded.fingerprint_of(article, map(vars, self.photos), self.tags)


@dataclass(frozen=True, slots=True)
class Version:
    """``moment``: ``None`` if unknown. ``load_id``: the load that made it, or whose undo did. ``before``: ``None`` for
    the first.

    ``former``: lost columns, before and after. ``withdrawals``: of photos, with reasons; ``None``: reinstated.
    """

    number: int
    moment: datetime | None
    state: State
    before: State | None = None
    user: Any = None
    load_id: int | None = None
    is_loaded: bool = False
    reason: str = ""
    corrections: Sequence[str] = ()
    closed: ClosedVersion | None = None
    former: Sequence[tuple[str, Any, Any]] = ()
    withdrawals: Mapping[int, str | None] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """The maker of the version, for readers: full names only."""
        if self.is_loaded:
            return gettext("Loaded from the original")
        if not self.user:
            return gettext("Editor not recorded")
        return self.user.get_full_name() or gettext("The archive’s staff")

    @property
    def who_of_staff(self) -> str:
        if not self.user:
            return self.who
        name = self.user.get_full_name()
        return f"{name} ({self.user.get_username()})" if name else str(self.user.get_username())


def with_makers(rows: Any) -> Any:
    """Rows of the ledger, newest first, for ``Versions``, also fetched with articles."""
    left_out = ("undone", *(f"change__user__{name}" for name in hidden_user_fields()))
    return rows.select_related("change__user").defer(*left_out).order_by("-pk")


class Versions:
    def __init__(self, article: Article) -> None:
        self.article = article
        self._rows = article.changes.all()
        last: Any = self._rows.exclude(version=None).order_by("-version").only("version", "fingerprint")[:1]
        rows: Any = self._rows if is_fetched(article, "changes") else last
        newest: tuple[int, str] = next(((row.version, row.fingerprint) for row in rows if row.version), (1, ""))
        self._recorded, fingerprint = newest
        self._corrections = by_key((correction.version, correction.note) for correction in article.corrections.all())
        self._closed = {closed.version: closed for closed in article.closed_versions.all()}
        photos = article.photos.all() if is_fetched(article, "photos") else article.photos.for_pages()
        shown = sorted(photos, key=lambda photo: (photo.position, photo.number))
        self._taggings = {tagging.pk: (tagging.tag_id, tagging.origin) for tagging in article.taggings.all()}
        self.present = State(article, shown, dict(self._taggings.values()))
        # A change bypassing the ledger is one more version.
        self.is_unrecorded = bool(fingerprint) and fingerprint != self.present.fingerprint

    def __len__(self) -> int:
        return self._recorded + self.is_unrecorded

    @property
    def closed_numbers(self) -> frozenset[int]:
        """Versions that readers may not see; never the present one."""
        return frozenset(number for number in self._closed if number < len(self))

    def newest(self, count: int, *, before: int | None = None) -> list[Version]:
        """Versions in descending order, starting below ``before``."""
        last = len(self) if before is None else min(before - 1, len(self))
        return self.some(range(last, max(0, last - count), -1))

    def one(self, number: int) -> Version | None:
        return self.some([number])[0] if 1 <= number <= len(self) else None

    def some(self, numbers: Iterable[int]) -> list[Version]:
        """Versions with these numbers, in a fixed number of queries."""
        wanted = list(numbers)
        states, rows = self._folded({*wanted, *(number - 1 for number in wanted)} - {0})
        named = _named([row.change.reason for row in rows.values()])
        versions = (self._version(number, states, rows.get(number)) for number in wanted)
        return [replace(version, reason=_KEY.sub(named, version.reason)) for version in versions]

    def _version(self, number: int, states: Mapping[int, State], row: ArticleChange | None) -> Version:
        corrections, closed = self._corrections.get(number, ()), self._closed.get(number)
        version = Version(number, None, states[number], states.get(number - 1), corrections=corrections, closed=closed)
        if row is None and number > 1:  # a change bypassing the ledger
            return replace(version, reason=gettext(NOT_RECORDED))
        if row is None:
            loads = self.article.originals.filter(change__load__isnull=False).order_by("id")
            found = loads.values_list("change__load__started_at", "change__load_id").first()
            moment, load_id = found or (None, None)
            return replace(version, moment=moment, load_id=load_id, is_loaded=True)
        change = row.change
        is_known = change.kind != change.Kind.UNKNOWN
        rows = recorded.decoded(row.rows)
        withdrawals = {
            pk: str(after.get("withdrawn_reason", "")) if after["withdrawn_at"] else None
            for model, pk, before, after in rows
            if model == recorded.PHOTO and before and after and "withdrawn_at" in after
        }
        return replace(
            version,
            moment=change.moment if is_known else None,
            user=change.user,
            load_id=change.load_id or change.undoes_id,
            is_loaded=change.load_id is not None,
            reason=change.reason if is_known else gettext(NOT_RECORDED),
            former=[pair for changed in rows for pair in recorded.unknown_columns(changed)],
            withdrawals=withdrawals,
        )

    def _folded(self, numbers: Collection[int]) -> tuple[dict[int, State], dict[int, ArticleChange]]:
        """The states of versions, and the rows that made them, by number."""
        lowest, rows = min(numbers), self._rows
        if not is_fetched(self.article, "changes"):
            rows = with_makers(rows).defer("body")
            if lowest > 1:
                rows = rows.filter(pk__gte=self._rows.filter(version=min(lowest, self._recorded)).values("pk")[:1])
        folded = _Folded.of_present(self.present, self._taggings)
        states = {number: folded for number in numbers if number >= self._recorded}
        made: dict[Any, ArticleChange] = {row.version: row for row in rows if row.version in numbers}
        for row in rows:
            if row.version is not None and row.version in made:
                states.setdefault(row.version, folded)
            folded = folded.before(row.pk, row.rows)
        states.setdefault(lowest, folded)
        ids = {state.body for state in states.values() if state.body is not None}
        bodies = {row.pk: row.body for row in rows if row.pk in ids and "body" in vars(row)}
        if ids - bodies.keys():
            bodies = dict(self._rows.filter(pk__in=ids).values_list("pk", "body"))
        photos = {photo.pk: photo for photo in self.present.photos}
        return {number: state.whole(bodies, photos) for number, state in states.items()}, made


def _named(reasons: Iterable[str]) -> Callable[[re.Match[str]], str]:
    """Replaces the keys of articles in the reasons of merges by headlines and days, if readers may see these."""
    keys = {key for reason in reasons for key in _KEY.findall(reason)}
    names = {}
    for article in Article.objects.defer("body", "body_html").filter(key__in=keys) if keys else ():
        is_public = article.withdrawn_at is None or article.withdrawn_by == WithdrawnBy.MERGED
        name = gettext("“%(headline)s”") % {"headline": article} if is_public else gettext("another article")
        day = f" ({day_words(article.archive_date)})" if is_public and article.archive_date else ""
        names[article.key] = f"{name}{day}"
    return lambda found: names.get(found[0], found[0])


@dataclass(frozen=True, slots=True)
class _Folded:
    """A state as recorded columns, without photos that are withdrawn now or were when removed (``hidden``). ``body``:
    the row of the ledger with its text; ``None``: the present text.
    """

    rows: recorded.Rows
    body: int | None = None
    hidden: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def of_present(cls, present: State, taggings: Mapping[int, tuple[int, str]]) -> _Folded:
        article = {"id": present.article.pk, **recorded.columns_of(present.article, by_load=False)}
        rows = {(recorded.ARTICLE, present.article.pk): article}
        of_photos = [name for name in recorded.COLUMNS[Photo] if name != "metadata"]  # which pages do not read
        for photo in present.photos:
            rows[recorded.PHOTO, photo.pk] = {name: getattr(photo, name) for name in of_photos}
        for pk, (tag_id, origin) in taggings.items():
            rows[recorded.TAGGING, pk] = {"tag_id": tag_id, "origin": origin}
        return cls(rows)

    def before(self, change_id: int, changed: str) -> _Folded:
        """The state before a row of the ledger. ``changed``: its recorded rows."""
        rows, body, hidden = dict(self.rows), self.body, set(self.hidden)
        for model, pk, before, after in recorded.decoded(changed):
            key = (model, pk)
            if key not in rows and (after or before or {}).get("withdrawn_at"):
                hidden.add(key)
            if before is None:
                rows.pop(key, None)
            elif key in rows or (after is None and key not in hidden):
                rows[key] = {**rows.get(key, {}), **before}
                if model == recorded.ARTICLE and "body" in before:
                    body = change_id
        return _Folded(rows, body, frozenset(hidden))

    def whole(self, bodies: Mapping[int, str], photos_now: Mapping[int, Photo]) -> State:
        by_model = by_key((model, columns) for (model, _), columns in self.rows.items())
        (article,) = by_model[recorded.ARTICLE]
        if self.body is not None:
            article = {**article, "body": bodies[self.body]}
        shown = [columns for columns in by_model[recorded.PHOTO] if columns.get("withdrawn_at") is None]
        photos = [_photo_then(columns, photos_now.get(columns["id"])) for columns in shown]
        photos.sort(key=lambda photo: (photo.position, photo.number))
        tags = {columns["tag_id"]: columns["origin"] for columns in by_model[recorded.TAGGING]}
        return State(Article(**recorded.values_of(recorded.ARTICLE, article)), photos, tags)


def _photo_then(columns: recorded.Columns, now: Photo | None) -> Photo:
    """A photo as it was; its picture is shown if it has the same file now."""
    values = recorded.values_of(recorded.PHOTO, columns)
    if now is None or now.digest != values["digest"]:
        photo = Photo(**values)
        photo.is_former = True
        return photo
    photo = copy(now)
    vars(photo).update(values)
    photo.from_file = [name for name in now.from_file if getattr(now, name) == getattr(photo, name)]
    return photo


class Names:
    def __init__(self, versions: Iterable[Version]) -> None:
        states = [state for version in versions for state in (version.state, version.before) if state is not None]
        source_ids = {pk for state in states if (pk := state.article.source_id) is not None}
        self.sources: dict[int | None, str] = {}
        for former in (SourceAlias, DeletedSource):
            self.sources |= dict(former.objects.filter(former_id__in=source_ids).values_list("former_id", "name"))
        self.sources |= dict(Source.objects.filter(pk__in=source_ids).values_list("pk", "name"))
        merged = {pk for state in states if (pk := state.article.merged_into_id) is not None}
        self.articles = dict(Article.objects.filter(pk__in=merged).values_list("pk", "headline")) if merged else {}
        self.tags = tag_names({tag_id for state in states for tag_id in state.tags})

    def tags_of(self, state: State) -> list[str]:
        return sorted((self.tags.get(pk, gettext("a deleted tag")) for pk in state.tags), key=str.casefold)

    def source_of(self, state: State) -> str:
        pk = state.article.source_id
        return "" if pk is None else self.sources.get(pk, gettext("a deleted source"))


def changes_of(version: Version, names: Names, *, with_reasons: bool = False) -> list[Change]:
    """The differences from the version before, in words. ``with_reasons``: also why photos were withdrawn."""
    if version.before is None:
        return []
    former = (Change(fields.label_of(name), str(old or ""), str(new or "")) for name, old, new in version.former)
    shown = {photo.pk for state in (version.before, version.state) for photo in state.photos}
    withdrawals = (
        Change(gettext("Photo reinstated"))
        if reason is None
        else Change(gettext("Photo withdrawn"), after=reason if with_reasons else "")
        for pk, reason in version.withdrawals.items()
        if pk not in shown  # else it is added or removed
    )
    return [*changes_between(version.before, version.state, names), *withdrawals, *former]


def changes_between(before: State, after: State, names: Names) -> Iterator[Change]:
    for name, label in LABELS.items():
        old, new = (_article_words(state, name, names) for state in (before, after))
        if old != new:
            yield Change(str(label), old, new, is_text=name == "body")
    was, is_now = before.article.withdrawn_at, after.article.withdrawn_at
    if (was is None) != (is_now is None):
        yield Change(gettext("Reinstated") if is_now is None else gettext("Withdrawn"))
    photos, former = (
        {photo.pk: photo for photo in sorted(state.photos, key=lambda photo: photo.number)} for state in (after, before)
    )
    for pk, photo in photos.items():
        if pk in former:
            yield from _changes_of_photo(former[pk], photo, before, after)
        else:
            yield Change(gettext("Photo %(number)s added") % {"number": photo.number}, after=photo.caption)
    for pk, photo in former.items():
        if pk not in photos:
            yield Change(gettext("Photo %(number)s removed") % {"number": photo.number}, before=photo.caption)
    orders = [pk for pk in former if pk in photos], [pk for pk in photos if pk in former]
    if orders[0] != orders[1]:
        old, new = ("".join(f"{former[pk]}\n" for pk in order) for order in orders)  # as lines, not word by word
        yield Change(gettext("Order of photos"), old, new)
    old, new = (", ".join(names.tags_of(state)) for state in (before, after))
    if old != new:
        yield Change(gettext("Tags"), old, new)


def _article_words(state: State, name: str, names: Names) -> str:
    value = getattr(state.article, name)
    if name == "source_id":
        return names.source_of(state)
    if name == "merged_into_id":
        return names.articles.get(value, gettext("another article")) if value else ""
    if name in ("published", "updated") and value:
        return moment_words(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else value or ""


def _changes_of_photo(old: Photo, new: Photo, before: State, after: State) -> Iterator[Change]:
    bodies = before.article.body, after.article.body
    for name in PHOTO_FIELDS:
        value, other = getattr(old, name), getattr(new, name)
        # A photo that stays next to its paragraph has not moved.
        is_along = name == "position" and bodies[0] != bodies[1] and moved(value, *map(blocks_of, bodies)) == other
        if value == other or is_along:
            continue
        what = fields.label_of_photo(new.number, name)
        if name == "digest":
            added = gettext("Another file") if value else gettext("Added")
            yield Change(what, "", added if other else gettext("Removed"))
        else:
            yield Change(what, _photo_words(old, name), _photo_words(new, name))


def _photo_words(photo: Photo, name: str) -> str:
    value = getattr(photo, name)
    if name == "position":
        return place_words(value)
    return (gettext("Yes") if value else gettext("No")) if isinstance(value, bool) else str(value)


def place_words(position: int) -> str:
    if not position:
        return gettext("Before the text")
    return gettext("After paragraph %(number)s") % {"number": position}


def whole_of(state: State, names: Names) -> list[tuple[str, str]]:
    whole = [(str(label), _article_words(state, name, names)) for name, label in LABELS.items()]
    for photo in sorted(state.photos, key=lambda photo: photo.number):
        whole += [(fields.label_of_photo(photo.number, name), _photo_words(photo, name)) for name in PHOTO_FIELDS]
    return [*whole, (gettext("Tags"), ", ".join(names.tags_of(state)))]
