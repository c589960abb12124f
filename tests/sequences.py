"""A small archive at work: steps of loads, staff and undos, each foretold by plain rules and compared with the rows.

``Sequence(folder).run(steps)`` takes the steps in turn. A step is a tuple of a name and small numbers, which are taken
modulo what there is, so that any steps can be left out. After each one:

* every article shows what the rules of the step say (``Words``);
* where readers see a difference, and nowhere else, the article has one more version, by whoever took the step;
* every former version is what was shown then, but for photos that are withdrawn now;
* no number is given twice, changed or left out, and nothing closed is on a page.

What the archive remembers for the next load (values as loaded, open conflicts) is taken from it, not foretold; that it
comes back with an undo is seen from all its rows, in ``load_and_undo``.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import loaded_body, loaded_source, loaded_tags
from articles.editorial.actions import NotDone, on_many
from articles.editorial.actions.merge_articles import merge, separate
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.actions.unmerge_tags import unmerge
from articles.editorial.edit import editing, keep_places
from articles.editorial.exchange.applying import apply_edits
from articles.editorial.exchange.export import edits
from articles.editorial.history import Names, Version, Versions
from articles.loading.undo import undo
from articles.models import (
    Article,
    ArticleChange,
    Change,
    ClosedVersion,
    Conflict,
    FormerTag,
    Load,
    PeriodCount,
    Photo,
    Source,
    SourceAlias,
    Tag,
    TagAlias,
    Tagging,
    TagMerge,
)
from articles.search import index
from articles.text.keys import digest_of, name_slug
from articles.text.merge import settle, settle_text
from tests.derived import assert_all_follows
from tests.dumping import differences, dump, media
from tests.loading import aged, load
from tests.photo_files import plain
from tests.recorded import assert_record_ends_with_present, forget_changes, versions_of
from tests.staff import errors, form_on, saved
from tests.test_edits import forget

ARTICLES, VALUES, DAYS = 4, 4, ("2021-05-04", "2021-05-05", "2022-01-02")
TAGS = ("Boats", "Ferries", "Fog", "Harbours", "Islands")
SOURCES = ("Coast News", "Harbour Daily", "Quay Gazette")
SCALARS = ("headline", "deck", "first", "last", "published", "source")
PHOTOS = ("quay", "gull")
BEGAN = 1_700_000_000  # of the files' times
LINES_OF_ORIGINAL = re.compile(r"<td><bdi>.*?</bdi></td>", re.DOTALL)  # which nothing is taken from
TOKEN = re.compile(r"[a-z]+\d\d+x")  # a value that is nowhere else
Step = tuple[Any, ...]

# A step and how often it is drawn; numbers are below 1,000.
DRAWN = {
    "load": 7, "load_and_undo": 2, "undo": 5, "edit": 8, "tag": 2, "withdraw": 2, "reinstate": 2, "withdraw_photo": 2,
    "reinstate_photo": 1, "remove_photo": 1, "restore": 3, "merge": 2, "separate": 2, "merge_tags": 2,
    "unmerge_tags": 2, "merge_sources": 1, "close": 2, "exchange": 1,
}  # fmt: skip


def drawn(seed: int, length: int = 14) -> list[Step]:
    dice = random.Random(seed)
    names = dice.choices(list(DRAWN), weights=list(DRAWN.values()), k=length)
    return [("load", 0), *((name, *(dice.randrange(1000) for _ in range(6))) for name in names)]


def value(what: str, number: int, of: int) -> str:
    """A value of an article's field that no other field or article has."""
    if what == "published":
        return DAYS[number % len(DAYS)]
    return SOURCES[number % len(SOURCES)] if what == "source" else f"{what}{of}{number % VALUES}x"


# --- What readers see. ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """What an article shows. ``photos``: places and captions; ``withdrawn``: by whom, and the reason."""

    headline: str
    deck: str
    body: str
    published: str
    source: str
    photos: tuple[tuple[int, str], ...]
    tags: tuple[str, ...]
    withdrawn: tuple[str, str]
    merged_into: str


@dataclass(frozen=True)
class Seen:
    """An article as its rows have it, with the ids that tell one photo, tag or source from another."""

    words: Words
    article: dict[str, Any]
    photos: dict[int, dict[str, Any]]
    taggings: dict[int, tuple[int, str]]  # tag and origin
    as_loaded: dict[str, Any]

    @property
    def shown(self) -> list[Any]:
        """In order, all that a version must give again."""
        photos = [(pk, *row.values()) for pk, row in self.photos.items() if not row["withdrawn_at"]]
        return [self.article, photos, sorted(tag for tag, _ in self.taggings.values())]


COLUMNS = (
    "headline", "deck", "body", "published", "published_printed", "slug", "source_id", "external_id", "withdrawn_at",
    "withdrawn_by", "withdrawn_reason", "merged_into_id",
)  # fmt: skip
OF_PHOTOS = ("caption", "position", "number", "digest", "withdrawn_at")


def seen(article: Article) -> Seen:
    rows = Photo.everything.filter(article=article).order_by("position", "number").values("id", *OF_PHOTOS)
    photos = {row.pop("id"): row for row in rows}
    taggings = {pk: (tag, origin) for pk, tag, origin in article.taggings.values_list("pk", "tag_id", "origin")}
    columns = {name: getattr(article, name) for name in COLUMNS}
    merged = article.merged_into.external_id if article.merged_into else ""
    names = Tag.objects.filter(taggings__article=article).values_list("name", flat=True)
    words = Words(
        article.headline, article.deck, article.body, article.published,
        article.source.name if article.source else "",
        tuple(sorted((row["position"], row["caption"]) for row in photos.values() if not row["withdrawn_at"])),
        tuple(sorted(names)), (article.withdrawn_by, article.withdrawn_reason), merged or "",
    )  # fmt: skip
    return Seen(words, columns, photos, taggings, article.as_loaded)


def shown_of(version: Version) -> list[Any]:
    state = version.state
    photos = [(photo.pk, *(getattr(photo, name) for name in OF_PHOTOS)) for photo in state.photos]
    return [{name: getattr(state.article, name) for name in COLUMNS}, photos, sorted(state.tags)]


# --- What is remembered of the past. ----------------------------------------------------------------------------------

Who = tuple[str | None, int | None]  # account and load
Key = tuple[Any, ...]


@dataclass
class Past:
    """An article's versions, and whether staff have worked on it. ``content``: of its file, as last loaded."""

    versions: list[Seen]
    makers: list[Who]
    content: str
    is_touched: bool = False


@dataclass
class Loaded:
    """What a load did: articles it made, and in others the rows before and after, until an undo puts them back."""

    row: Load
    made: set[str] = field(default_factory=set)
    effects: dict[str, dict[Key, tuple[Any, Any]]] = field(default_factory=dict)  # by article
    versions: dict[str, int] = field(default_factory=dict)  # made by it
    contents: dict[str, str] = field(default_factory=dict)  # before
    tags: dict[str, list[str]] = field(default_factory=dict)  # as loaded before
    is_undone: bool = False


def effects_of(before: Seen, after: Seen) -> dict[Key, tuple[Any, Any]]:
    """What differs, in the parts that an undo puts back each for itself."""
    own = ("headline", "deck", "body", "published", "source_id")
    found: dict[Key, tuple[Any, Any]] = {("own", name): (before.article[name], after.article[name]) for name in own}
    found["withdrawn",] = withdrawal(before), withdrawal(after)
    for pk in before.photos | after.photos:
        old, new = before.photos.get(pk), after.photos.get(pk)
        if old is None or new is None:
            found["photo", pk] = old, new
        else:
            found |= {("photo", pk, name): (old[name], new[name]) for name in ("caption", "position")}
    for pk in before.taggings | after.taggings:
        old_tag, new_tag = before.taggings.get(pk), after.taggings.get(pk)
        if old_tag is None or new_tag is None:
            found["tagging", pk] = old_tag, new_tag
    return {key: pair for key, pair in found.items() if pair[0] != pair[1]}


def withdrawal(article: Seen) -> Any:
    return [article.article[name] for name in ("withdrawn_at", "withdrawn_by", "withdrawn_reason")]


# --- The archive at work. ---------------------------------------------------------------------------------------------


class Sequence:
    def __init__(self, folder: Path, users: Iterable[User], clients: Iterable[Client], reader: Client) -> None:
        self.folder = folder / "in"
        self.folder.mkdir()
        self.users, self.clients, self.reader = list(users), list(clients), reader
        self.files: dict[str, dict[str, Any] | None] = {}
        self.away: dict[str, dict[str, Any]] = {}  # files that are gone, as they were
        self.past: dict[str, Past] = {}
        self.loads: list[Loaded] = []
        self.merged_tags: dict[int, dict[str, tuple[str, int]]] = {}  # by merge: moved or both, and the tagging
        self.given: dict[int, tuple[int, int | None, int]] = {}  # rows of the ledger: article, version, change
        self.forgotten: set[int] = set()  # photos that were withdrawn when they went
        self.newest, self.moment = 0, BEGAN
        self.count = 0  # of steps begun
        for number in range(ARTICLES):
            name = f"urn:{number}"
            self.files[name] = {
                **{what: value(what, number if what == "source" else 0, number) for what in SCALARS},
                "tags": {TAGS[number % 5], TAGS[(number + 1) % 5]}, "is_draft": False,
                "photos": {photo: f"{photo}{number}0x" for photo in PHOTOS[: 1 + number % 2]},
            }  # fmt: skip
            for place, photo in enumerate(PHOTOS):
                path = self.folder / f"{photo}{number}.jpg"
                path.write_bytes(plain(size=(60 + number, 40 + place)))
                aged(path, BEGAN)  # so that a load knows that it is unchanged

    def run(self, steps: Iterable[Step]) -> None:
        for number, (name, *numbers) in enumerate(steps):
            self.count = number + 1
            getattr(self, name)(*numbers, *[0] * (6 - len(numbers)))
            assert_record_ends_with_present()
            if number % 7 == 6:
                assert_all_follows()
        self.read_all()
        assert_all_follows()

    # --- Articles -----------------------------------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        return sorted(self.past)

    def one(self, number: int) -> str | None:
        return self.names[number % len(self.names)] if self.past else None

    def row(self, name: str) -> Article:
        return Article.objects.get(external_id=name)

    def now(self) -> dict[str, Seen]:
        return {str(article.external_id): seen(article) for article in Article.objects.all()}

    def check(
        self, expected: dict[str, Words], who: Who | None, *, versions_of: Iterable[str] = (), is_load: bool = False
    ) -> None:
        """Compare all articles with what they should show, and their versions with what they have shown.

        ``versions_of``: articles that get a version even without a difference.
        """
        now = self.now()
        said = {name: article.words for name, article in now.items()}
        assert said == expected, different(expected, said)
        for name, article in now.items():
            past = self.past.get(name)
            if past is None:
                self.past[name] = Past([article], [who or (None, None)], "")
            elif article.shown != past.versions[-1].shown or name in versions_of:
                assert who is not None, f"{name} changed by nobody"
                past.versions.append(article)
                past.makers.append(who)
            if (past := self.past[name]) and article != past.versions[-1]:
                past.versions[-1] = article  # what readers do not see: withdrawn photos, origins of tags
        for name in [name for name in self.past if name not in now]:
            del self.past[name]
        self.check_versions()
        self.check_numbers()

    def check_versions(self) -> None:
        hidden = {*Photo.everything.exclude(withdrawn_at=None).values_list("pk", flat=True), *self.forgotten}
        for name, past in self.past.items():
            article = self.row(name)
            versions = versions_of(article)
            assert len(versions) == len(past.versions), f"{name}: {len(versions)} not {len(past.versions)} versions"
            assert [version.number for version in versions] == list(range(1, len(versions) + 1))
            for version, then, (account, load_id) in zip(versions, past.versions, past.makers, strict=True):
                told, wanted = shown_of(version), then.shown
                wanted[1] = [row for row in wanted[1] if row[0] not in hidden]
                assert told == wanted, f"{name} version {version.number}: {told} not {wanted}"
                maker = version.user.get_username() if version.user else None, version.load_id
                assert maker == (account, load_id), f"{name} version {version.number}: by {maker}"
                tags = tuple(sorted(Names([version]).tags_of(version.state)))
                assert tags == then.words.tags, f"{name} version {version.number}: {tags} not {then.words.tags}"
            is_open = [not then.words.withdrawn[0] for then in past.versions]
            # Of an article that stays withdrawn, readers see no change.
            read = [number for number in range(2, len(versions) + 1) if any(is_open[number - 2 : number])]
            made = ArticleChange.objects.filter(article=article, version__isnull=False)
            assert read or not made.filter(change=article.changed_id).exists(), f"{name}: changed, but never open"
            if newest := made.filter(version=max(read, default=0)).first():
                assert article.changed_id == newest.change_id, f"{name}: changed by {article.changed_id}"

    def check_numbers(self) -> None:
        assert not Change.objects.filter(number=None).exists()
        rows = list(ArticleChange.objects.order_by("pk").values_list("pk", "article_id", "version", "change_id"))
        there = {row[0]: row[1:] for row in rows}
        ids = {*Article.objects.values_list("pk", flat=True)}
        kept = {pk: row for pk, row in self.given.items() if row[0] in ids}
        assert kept == {pk: row for pk, row in there.items() if pk in kept}, "a row of the ledger changed"
        numbers: dict[int, int] = {}
        for _, article, number, _ in rows:
            if number is not None:
                assert number == numbers.get(article, 1) + 1, f"versions of {article}: {number}"
                numbers[article] = number
        self.given = there
        new = Change.objects.filter(number__gt=self.newest).order_by("number").values_list("number", "seen_at")
        assert [number for number, _ in new] == list(range(self.newest + 1, self.newest + 1 + len(new)))
        moments = [moment for _, moment in new]
        assert moments == sorted(moments)
        self.newest += len(new)
        assert Change.objects.count() == Change.objects.exclude(number=None).count()

    def expected(self) -> dict[str, Words]:
        return {name: past.versions[-1].words for name, past in self.past.items()}

    def staff(self, number: int) -> tuple[Stamp, Who]:
        user = self.users[number % len(self.users)]
        return Stamp.now(user, f"Reason {number}"), (user.get_username(), None)

    def touch(self, name: str) -> None:
        self.past[name].is_touched = True

    # --- Loads --------------------------------------------------------------------------------------------------------

    def load(self, changes: int, *numbers: int) -> None:
        """Change up to two files, or none, and load."""
        for place in range(changes % 3):
            self.change_file(*numbers[2 * place : 2 * place + 2])
        self.write()
        self.run_load(with_vanished=not numbers[-1] % 3)

    def change_file(self, number: int, what: int) -> None:
        name = f"urn:{number % ARTICLES}"
        file = self.files[name]
        if file is None:
            self.files[name] = self.away[name]
            return
        kind, number_of_value = what % 11, what // 11
        if kind < len(SCALARS):
            file[SCALARS[kind]] = value(SCALARS[kind], number_of_value, number % ARTICLES)
        elif kind == 6:
            file["photos"] = {**file["photos"], "quay": f"quay{number % ARTICLES}{number_of_value % VALUES}x"}
        elif kind == 7:
            others = {"quay": file["photos"]["quay"]}
            gull = {"gull": f"gull{number % ARTICLES}{number_of_value % VALUES}x"}
            file["photos"] = others if "gull" in file["photos"] else {**others, **gull}
        elif kind == 8:
            file["tags"] = {TAGS[number_of_value % 5], TAGS[number_of_value // 5 % 5]}
        elif kind == 9:
            file["is_draft"] = not file["is_draft"]
        else:
            self.away[name], self.files[name] = file, None

    def content(self, name: str, file: dict[str, Any]) -> str:
        number = name.removeprefix("urn:")
        photos = {photo: f'![{photo}]({photo}{number}.jpg "{caption}")' for photo, caption in file["photos"].items()}
        lines = [
            "---", f"title: {file['headline']}", f"deck: {file['deck']}", f"date: {file['published']}",
            f"source: {file['source']}", f"tags: [{', '.join(sorted(file['tags']))}]", f"id: {name}",
            *(["draft: true"] if file["is_draft"] else []), "---", photos["quay"], "", body_of(file),
            *(["", photos["gull"]] if "gull" in photos else []), "",
        ]  # fmt: skip
        return "\n".join(lines)

    def write(self) -> None:
        self.moment += 10
        for name, file in self.files.items():
            path = self.folder / f"{name.removeprefix('urn:')}.md"
            if file is None:
                path.unlink(missing_ok=True)
            elif not path.exists() or path.read_text() != self.content(name, file):
                path.write_text(self.content(name, file))
                aged(path, self.moment)

    def run_load(self, *, with_vanished: bool) -> Loaded | None:
        expected, contents = self.expected(), {}
        for name, file in self.files.items():
            past = self.past.get(name)
            content = self.content(name, file) if file else ""
            if file is None:
                if past and with_vanished and not expected[name].withdrawn[0]:
                    expected[name] = replace(expected[name], withdrawn=("vanished", ""))
            elif file["is_draft"]:
                # Nothing is taken of a draft; staff may have published the article again since it became one.
                is_marked = past is not None and "is_withheld" in past.versions[-1].as_loaded
                if past and not is_marked and expected[name].withdrawn[0] in ("", "merged"):
                    expected[name] = replace(expected[name], withdrawn=("draft", ""))
            elif past is None:
                expected[name] = self.new(file)
                contents[name] = content
            elif content != past.content or self.row(name).originals.filter(is_current=True, read_as="").exists():
                expected[name] = self.updated(name, file)
                contents[name] = content
            elif expected[name].withdrawn[0] in ("vanished", "draft"):
                by = "merged" if expected[name].merged_into else ""
                expected[name] = replace(expected[name], withdrawn=(by, ""))
        before = {name: past.versions[-1] for name, past in self.past.items()}
        count = Load.objects.count()
        run = load(self.folder, workers=1, withdraw_vanished=with_vanished)
        assert run.code == 0, run.out + run.err
        made = Load.objects.latest("pk") if Load.objects.count() > count else None
        self.check(expected, (None, made.pk) if made else None)
        loaded = Loaded(made) if made else None
        for name, past in self.past.items():
            if loaded is None:
                break
            if name not in before:
                loaded.made.add(name)
            elif name in contents or past.versions[-1] != before[name]:
                loaded.effects[name] = effects_of(before[name], past.versions[-1])
                if past.makers[-1] == (None, loaded.row.pk):
                    loaded.versions[name] = len(past.versions)
                loaded.contents[name] = past.content
                loaded.tags[name] = before[name].as_loaded.get("tags", [])
            past.content = contents.get(name, past.content)
        if loaded:
            self.loads.append(loaded)
        return loaded

    def new(self, file: dict[str, Any]) -> Words:
        photos = sorted((3 * PHOTOS.index(photo), caption) for photo, caption in file["photos"].items())
        tags = sorted({tag_now(tag) for tag in file["tags"]})
        return Words(
            file["headline"], file["deck"], body_of(file), file["published"], source_now(file["source"]),
            tuple(photos), tuple(tags), ("", ""), "",
        )  # fmt: skip

    def updated(self, name: str, file: dict[str, Any]) -> Words:
        """The article after a merge by three: what the archive remembers as loaded, what it shows, and the file."""
        article, now = self.row(name), self.past[name].versions[-1]
        bases = {(row.photo_id, row.field): row.loaded for row in Conflict.objects.open().filter(article=article)}
        loaded = {**article.as_loaded, "body": loaded_body(article)}
        plain_names = ("headline", "deck", "published")
        merged = {
            what: settle(bases.get((None, what), loaded[what]), getattr(now.words, what), file[what]).value
            for what in plain_names
        }
        merged["body"] = settle_text(bases.get((None, "body"), loaded["body"]), now.words.body, body_of(file)).value
        source_id = bases.get((None, "source"), loaded_source(article))
        base = Source.objects.filter(pk=source_id).values_list("name", flat=True).first() or ""
        merged["source"] = settle(base, now.words.source, source_now(file["source"])).value
        merged["photos"] = self.merged_photos(article, now, file, bases)
        theirs = {tag_now(tag) for tag in file["tags"]}
        removed = {*Tag.objects.filter(pk__in=loaded_tags(article)).values_list("name", flat=True)} - {*now.words.tags}
        by_staff = {*article.taggings.filter(origin=Tagging.Origin.STAFF).values_list("tag__name", flat=True)}
        merged["tags"] = tuple(sorted((theirs - removed) | by_staff))
        if now.words.withdrawn[0] in ("vanished", "draft"):
            merged["withdrawn"] = ("merged" if now.words.merged_into else "", "")
        return replace(now.words, **merged)

    def merged_photos(
        self, article: Article, now: Seen, file: dict[str, Any], bases: dict[Any, Any]
    ) -> tuple[tuple[int, str], ...]:
        loaded = {values["src"]: values for values in article.as_loaded["photos"]}
        places = {values["src"]: place for place, values in enumerate(article.as_loaded["photos"], 1)}
        rows = {row.pk: row for row in Photo.everything.filter(article=article)}
        by_place = {row.loaded_number: row for row in rows.values() if row.loaded_number}
        captions = {pk: row.caption for pk, row in rows.items()}
        positions = {pk: row.position for pk, row in rows.items()}
        new, kept = [], {pk for pk, row in rows.items() if not row.loaded_number}
        for photo, caption in file["photos"].items():
            src = f"{photo}{article.external_id.removeprefix('urn:')}.jpg"  # type: ignore[union-attr]
            row = by_place.get(places.get(src, 0))
            if row is not None:
                base = bases.get((row.pk, "caption"), loaded[src]["caption"])
                captions[row.pk] = settle(base, row.caption, caption).value
                kept.add(row.pk)
            elif src not in places:
                staffs = [one for one in rows.values() if not one.loaded_number]
                digest = digest_of((self.folder / src).read_bytes())
                if not any(digest == one.digest or src == one.src or caption == one.caption for one in staffs):
                    new.append((3 * PHOTOS.index(photo), caption))
        for row in by_place.values():
            values = article.as_loaded["photos"][row.loaded_number - 1]
            if row.withdrawn_at or row.caption != values["caption"] or row.position != values["position"]:
                kept.add(row.pk)
        shown = [pk for pk in kept if not rows[pk].withdrawn_at]
        return tuple(sorted([*((positions[pk], captions[pk]) for pk in shown), *new]))

    # --- Undoing ------------------------------------------------------------------------------------------------------

    def load_and_undo(self, *numbers: int) -> None:
        """Load, and take it back at once: nothing is left of it."""
        for place in range(1 + numbers[0] % 2):
            self.change_file(*numbers[2 * place + 1 : 2 * place + 3])
        self.write()
        before, files = dump(), files_to_stay()
        loaded = self.run_load(with_vanished=not numbers[-1] % 3)
        if loaded is None:
            return
        self.undo_load(loaded)
        left = differences(before, dump())
        left.pop("SearchEntry", None)  # of merged tags it has former ids, until it is renewed
        assert left == {}, left
        assert files_to_stay() == files

    def undo(self, back: int, *_: int) -> None:
        """Undo one of the newest loads, mostly the newest, undone or not."""
        if self.loads:
            place = (0, 0, 0, 0, 1, 1, 2, 3)[back % 8]
            self.undo_load(self.loads[-1 - place % len(self.loads)])

    def undo_load(self, loaded: Loaded) -> None:
        expected = self.expected()
        blocked = False
        for name in sorted(loaded.made & self.past.keys()):
            if self.is_blocked(loaded, name):
                blocked = True
            elif not self.past[name].is_touched:
                del expected[name]
                loaded.made.discard(name)
        for name in list(loaded.effects):
            if name not in self.past or name in loaded.made:
                continue
            if self.is_blocked(loaded, name):
                blocked = True
                continue
            former = loaded.versions.get(name, 0) - 1
            if ClosedVersion.objects.filter(article=self.row(name), version=former).exists():
                continue
            expected[name], rest = self.put_back(name, loaded.effects[name], loaded.tags.pop(name, ()))
            if name in loaded.contents:
                self.past[name].content = loaded.contents.pop(name)
            if rest:
                loaded.effects[name] = rest
            else:
                del loaded.effects[name]
        undo(loaded.row, user=None)
        loaded.row.refresh_from_db()
        loaded.is_undone |= not blocked
        assert (loaded.row.undone_at is not None) == loaded.is_undone
        self.check(expected, (None, loaded.row.pk))

    def is_blocked(self, loaded: Loaded, name: str) -> bool:
        later = self.loads[self.loads.index(loaded) + 1 :]
        return any(name in one.effects and not one.is_undone for one in later)

    def put_back(
        self, name: str, effects: dict[Key, tuple[Any, Any]], loaded_tags: Iterable[str]
    ) -> tuple[Words, dict[Key, tuple[Any, Any]]]:
        """The article with each part as before the load that is still as the load left it, and the other parts.

        ``loaded_tags``: before the load; what staff merged them into stays.
        """
        merged = set(TagAlias.objects.filter(slug__in=loaded_tags).values_list("tag_id", flat=True))
        now = self.past[name].versions[-1]
        own, withdrawn = dict(now.article), withdrawal(now)
        photos = {pk: dict(row) for pk, row in now.photos.items()}
        taggings, rest = dict(now.taggings), dict[Key, tuple[Any, Any]]()
        for key, (before, after) in effects.items():
            is_back = True
            if key[0] == "own" and key[1] == "source_id":
                if is_back := own["source_id"] == source_id_now(after) and source_id_now(before) is not None:
                    own["source_id"] = source_id_now(before)
            elif key[0] == "own":
                if is_back := own[key[1]] == after:
                    own[key[1]] = before
            elif key[0] == "withdrawn":
                if is_back := withdrawn == after:
                    is_separated = before[1] == "merged" and not now.words.merged_into
                    withdrawn = [None, "", ""] if is_separated else before
            elif key[0] == "photo":
                is_back = put_back_photo(photos, key, before, after)
            elif before is None and key[1] in taggings:
                tag_id, origin = taggings[key[1]]
                if tag_id not in merged and (is_back := origin == after[1]):
                    del taggings[key[1]]
            if not is_back:
                rest[key] = before, after
        for key, (before, after) in effects.items():
            if key[0] == "tagging" and after is None and key[1] not in taggings:
                tag_id = tag_id_now(before[0])
                if tag_id is None:
                    rest[key] = before, after
                elif tag_id not in {tag for tag, _ in taggings.values()}:
                    taggings[key[1]] = tag_id, before[1]
        words = Words(
            own["headline"], own["deck"], own["body"], own["published"], name_of_source(own["source_id"]),
            places_of(photos), names_of_tags(tag for tag, _ in taggings.values()), (withdrawn[1], withdrawn[2]),
            now.words.merged_into,
        )  # fmt: skip
        return words, rest

    # --- Staff --------------------------------------------------------------------------------------------------------

    def edit(self, number: int, what: int, number_of_value: int, by: int, *_: int) -> None:
        if (name := self.one(number)) is None:
            return
        article, (stamp, who) = self.row(name), self.staff(by)
        digit = int(name.removeprefix("urn:"))
        now, expected = self.past[name].versions[-1], self.expected()
        field_name = (*SCALARS, "caption")[what % 7]
        if field_name == "caption":
            photos = list(article.photos.order_by("position", "number"))
            if not photos:
                return
            photo = photos[what // 7 % len(photos)]
            caption = f"{PHOTOS[photo.position > 0]}{digit}{number_of_value % VALUES}x"
            rows = {
                pk: {**row, "caption": caption if pk == photo.pk else row["caption"]} for pk, row in now.photos.items()
            }
            expected[name] = replace(now.words, photos=places_of(rows))
        elif field_name in ("first", "last"):
            lines = now.words.body.split("\n\n")
            lines[0 if field_name == "first" else -1] = value(field_name, number_of_value, digit)
            expected[name] = replace(now.words, body="\n\n".join(lines))
        else:
            wanted = value(field_name, number_of_value, digit)
            wanted = source_now(wanted) if field_name == "source" else wanted
            if field_name == "source" and not Source.objects.filter(name=wanted).exists():
                return
            expected[name] = replace(now.words, **{field_name: wanted})
        wanted_words = expected[name]
        if wanted_words == now.words:
            return
        if number_of_value % 3 == 0:  # in the form
            sent: dict[str, Any] = {"reason": stamp.reason}
            if field_name == "caption":
                sent[f"{self.prefix(article, photo.pk)}-caption"] = caption
            elif field_name == "source":
                sent["source"] = Source.objects.get(name=wanted).pk
            else:
                column = "body" if field_name in ("first", "last") else field_name
                sent[column] = getattr(wanted_words, column)
            saved(self.clients[by % len(self.users)], article, **sent)
        else:
            with editing(article.pk, stamp) as changes:
                edited = changes.articles[article.pk]
                for column in ("headline", "deck", "body", "published"):
                    setattr(edited, column, getattr(wanted_words, column))
                keep_places(article, edited)
                edited.source_id = Source.objects.get(name=wanted_words.source).pk
                if field_name == "caption":
                    photo.caption = caption
                    photo.follow_words()
                    photo.save()
        self.touch(name)
        self.check(expected, who)

    def prefix(self, article: Article, photo_id: int) -> str:
        form = form_on(self.clients[0], reverse("admin:articles_article_change", args=[article.pk]))
        return next(
            name.removesuffix("-id")
            for name in form
            if re.fullmatch(r"photos-\d+-id", name) and form[name] == str(photo_id)
        )

    def tag(self, number: int, tag: int, by: int, *_: int) -> None:
        """Put a tag on an article, or take it off."""
        if (name := self.one(number)) is None:
            return
        stamp, who = self.staff(by)
        wanted, expected = tag_now(TAGS[tag % 5]), self.expected()
        tags = on_many.tags_named([TAGS[tag % 5]], stamp)
        if wanted in expected[name].tags:
            on_many.untag_articles([self.row(name).pk], tags, stamp)
            expected[name] = replace(expected[name], tags=tuple(one for one in expected[name].tags if one != wanted))
        else:
            on_many.tag_articles([self.row(name).pk], tags, stamp)
            expected[name] = replace(expected[name], tags=tuple(sorted([*expected[name].tags, wanted])))
        self.touch(name)
        self.check(expected, who)

    def withdraw(self, number: int, reason: int, by: int, *_: int) -> None:
        if (name := self.one(number)) is None or self.past[name].versions[-1].words.withdrawn[0]:
            return
        stamp, who = self.staff(by)
        expected = self.expected()
        expected[name] = replace(expected[name], withdrawn=("staff", f"court{reason % VALUES}"))
        if reason % 2:
            on_many.withdraw([self.row(name).pk], f"court{reason % VALUES}", stamp)
        else:
            values = {"withdrawn": "on", "withdrawn_reason": f"court{reason % VALUES}", "reason": stamp.reason}
            saved(self.clients[by % len(self.users)], self.row(name), **values)
        self.touch(name)
        self.check(expected, who)

    def reinstate(self, number: int, _reason: int, by: int, *_: int) -> None:
        stamp, who = self.staff(by)
        expected = self.expected()
        names = [name for name in self.names if expected[name].withdrawn[0] == "staff"]
        if not names:
            return
        name = names[number % len(names)]
        expected[name] = replace(expected[name], withdrawn=("", ""))
        on_many.reinstate([self.row(name).pk], stamp)
        self.touch(name)
        self.check(expected, who)

    def withdraw_photo(self, number: int, which: int, by: int, *_: int) -> None:
        self._set_photo(number, which, by, is_withdrawn=False)

    def reinstate_photo(self, number: int, which: int, by: int, *_: int) -> None:
        self._set_photo(number, which, by, is_withdrawn=True)

    def _set_photo(self, number: int, which: int, by: int, *, is_withdrawn: bool) -> None:
        names = [name for name in self.names if any(self.photos(name, is_withdrawn=is_withdrawn))]
        if not names:
            return
        name, (stamp, who) = names[number % len(names)], self.staff(by)
        photos = self.photos(name, is_withdrawn=is_withdrawn)
        pk, now, expected = photos[which % len(photos)], self.past[name].versions[-1], self.expected()
        rows = {
            key: {**row, "withdrawn_at": not is_withdrawn if key == pk else row["withdrawn_at"]}
            for key, row in now.photos.items()
        }
        expected[name] = replace(now.words, photos=places_of(rows))
        if which % 2:
            article = self.row(name)
            prefix = self.prefix(article, pk)
            values = {
                f"{prefix}-withdrawn": "" if is_withdrawn else "on",
                f"{prefix}-withdrawn_reason": "" if is_withdrawn else "A claim.",
            }
            saved(self.clients[by % len(self.users)], article, **values, reason=stamp.reason)
        else:
            with editing(self.row(name).pk, stamp):
                photo = Photo.everything.get(pk=pk)
                photo.withdrawn_at = None if is_withdrawn else timezone.now()
                photo.withdrawn_reason = "" if is_withdrawn else "A claim."
                photo.save()
        self.touch(name)
        self.check(expected, who)

    def photos(self, name: str, *, is_withdrawn: bool) -> list[int]:
        rows = self.past[name].versions[-1].photos
        return [pk for pk, row in rows.items() if bool(row["withdrawn_at"]) == is_withdrawn]

    def remove_photo(self, number: int, which: int, *_: int) -> None:
        if (name := self.one(number)) is None or not self.past[name].versions[-1].photos:
            return
        article, (stamp, who) = self.row(name), self.staff(1)  # who may delete
        now, expected = self.past[name].versions[-1], self.expected()
        pk = list(now.photos)[which % len(now.photos)]
        if now.photos[pk]["withdrawn_at"]:
            self.forgotten.add(pk)
        expected[name] = replace(
            now.words, photos=places_of({key: row for key, row in now.photos.items() if key != pk})
        )
        saved(self.clients[1], article, **{f"{self.prefix(article, pk)}-DELETE": "on", "reason": stamp.reason})
        self.touch(name)
        self.check(expected, who)

    def restore(self, number: int, version: int, by: int, *_: int) -> None:
        names = [name for name, past in sorted(self.past.items()) if len(past.versions) > 1]
        if not names:
            return
        name, (stamp, who) = names[number % len(names)], self.staff(by)
        past, expected = self.past[name], self.expected()
        place = version % (len(past.versions) - 1)
        then, now = past.versions[place], past.versions[-1]
        hidden = {pk for pk, row in now.photos.items() if row["withdrawn_at"]}
        captions = {
            pk: then.photos[pk] if pk in then.photos and not then.photos[pk]["withdrawn_at"] else row
            for pk, row in now.photos.items()
        }
        rows = {
            pk: {**row, "caption": captions[pk]["caption"], "position": captions[pk]["position"]}
            for pk, row in now.photos.items()
            if pk not in hidden
        }
        source_id = source_id_now(then.article["source_id"]) or now.article["source_id"]
        tags = {tag_id for tag, _ in then.taggings.values() if (tag_id := tag_id_now(tag))}
        expected[name] = replace(
            now.words, photos=places_of(rows), source=name_of_source(source_id), tags=names_of_tags(tags),
            **{what: then.article[what] for what in ("headline", "deck", "body", "published")},
        )  # fmt: skip
        address = reverse("admin:articles_article_restore", args=[self.row(name).pk, place + 1])
        client = self.clients[by % len(self.users)]
        form = form_on(client, address)
        if "seen" not in form:  # nothing differs
            assert expected == self.expected()
            return
        answer = client.post(address, {**form, "reason": stamp.reason})
        assert answer.status_code == 302, errors(answer)
        self.touch(name)
        self.check(expected, who)

    def merge(self, loser: int, winner: int, by: int, taken: int, *_: int) -> None:
        open_names = [name for name in self.names if not self.past[name].versions[-1].words.withdrawn[0]]
        if len(open_names) < 2:
            return
        first = open_names[loser % len(open_names)]
        second = [name for name in open_names if name != first][winner % (len(open_names) - 1)]
        (_, who), expected = self.staff(by), self.expected()
        going, staying = self.past[first].versions[-1], self.past[second].versions[-1]
        tag_ids = [tag for tag, _ in going.taggings.values()] if taken % 2 else []
        photo_ids = self.photos(first, is_withdrawn=False) if taken // 2 % 2 else []
        copies = {-pk: going.photos[pk] for pk in photo_ids}
        expected[first] = replace(going.words, withdrawn=("merged", ""), merged_into=second)
        expected[second] = replace(
            staying.words, photos=places_of({**staying.photos, **copies}),
            tags=names_of_tags([*tag_ids, *(tag for tag, _ in staying.taggings.values())]),
        )  # fmt: skip
        user = self.users[by % len(self.users)]
        with_them = {"tag_ids": tag_ids, "photo_ids": photo_ids}
        merge(self.row(first), self.row(second), user, "The same", **with_them)  # type: ignore[arg-type]
        self.touch(first)
        self.touch(second)
        self.check(expected, who, versions_of=(first, second))

    def separate(self, number: int, by: int, *_: int) -> None:
        (_, who), expected = self.staff(by), self.expected()
        names = [name for name in self.names if expected[name].merged_into]
        if not names:
            return
        name = names[number % len(names)]
        winner, by_whom = expected[name].merged_into, expected[name].withdrawn
        expected[name] = replace(
            expected[name], merged_into="", withdrawn=by_whom if by_whom[0] != "merged" else ("", "")
        )
        separate(self.row(name), self.users[by % len(self.users)], "Not the same")
        self.check(expected, who, versions_of=(name, winner))

    # --- Tags and sources ---------------------------------------------------------------------------------------------

    def merge_tags(self, former: int, into: int, by: int, *_: int) -> None:
        tags = list(Tag.objects.order_by("name"))
        if len(tags) < 2:
            return
        gone = tags.pop(former % len(tags))
        tag, (stamp, who), expected = tags[into % len(tags)], self.staff(by), self.expected()
        moved: dict[str, tuple[str, int]] = {}
        for name, past in self.past.items():
            if gone.name in expected[name].tags:
                expected[name] = replace(
                    expected[name], tags=tuple(sorted({*expected[name].tags, tag.name} - {gone.name}))
                )
                ids = {tag_id: pk for pk, (tag_id, _) in past.versions[-1].taggings.items()}
                moved[name] = ("both", ids[tag.pk]) if tag.pk in ids else ("moved", ids[gone.pk])
                self.touch(name)
        merge_tags([gone], tag, stamp)
        self.merged_tags[TagMerge.objects.latest("pk").pk] = moved
        self.check(expected, who)

    def unmerge_tags(self, number: int, by: int, *_: int) -> None:
        merges = list(TagMerge.objects.filter(undone_at=None, pk__in=self.merged_tags).order_by("pk"))
        if not merges:
            return
        one, (_, who), expected = merges[number % len(merges)], self.staff(by), self.expected()
        into = Tag.objects.filter(pk=one.into_id).first()
        try:
            unmerge(one, self.users[by % len(self.users)], "Two things")
        except NotDone:
            self.check(expected, None)
            return
        assert into is not None
        for name, (how, tagging) in self.merged_tags[one.pk].items():
            ids = (
                {}
                if name not in self.past
                else {tag: pk for pk, (tag, _) in self.past[name].versions[-1].taggings.items()}
            )
            if ids.get(into.pk) == tagging or (
                how == "both" and ids.get(into.pk, one.last_tagging + 1) <= one.last_tagging
            ):
                gone = {into.name} if how == "moved" else set()
                expected[name] = replace(expected[name], tags=tuple(sorted({*expected[name].tags, one.name} - gone)))
                self.touch(name)
        self.check(expected, who)

    def merge_sources(self, former: int, into: int, by: int, *_: int) -> None:
        sources = list(Source.objects.order_by("name"))
        if len(sources) < 2:
            return
        gone = sources.pop(former % len(sources))
        source, (stamp, who), expected = sources[into % len(sources)], self.staff(by), self.expected()
        for name, words in expected.items():
            if words.source == gone.name:
                expected[name] = replace(words, source=source.name)
                self.touch(name)
        merge_sources([gone], source, stamp)
        self.check(expected, who)

    # --- Closed versions, and other archives --------------------------------------------------------------------------

    def close(self, number: int, version: int, how: int, *_: int) -> None:
        """Close a version to readers, with those before or alone, or open it again."""
        names = [name for name, past in sorted(self.past.items()) if len(past.versions) > 1]
        if not names:
            return
        name = names[number % len(names)]
        place = 1 + version % (len(self.past[name].versions) - 1)
        sent = ({"reason": "Private.", "and_before": "on"}, {"reason": "Private."}, {"open": "on"})[how % 3]
        address = reverse("admin:articles_article_close", args=[self.row(name).pk, place])
        assert self.clients[0].post(address, sent).status_code == 302
        self.check(self.expected(), None)
        self.read_all()

    def read_all(self) -> None:
        """No page of an article has a word of its closed versions or withdrawn photos that it has not elsewhere."""
        for name, past in self.past.items():
            article = self.row(name)
            closed = {*ClosedVersion.objects.filter(article=article).values_list("version", flat=True)}
            hidden = {pk for pk, row in past.versions[-1].photos.items() if row["withdrawn_at"]} | self.forgotten
            secret, free = set[str](), tokens(article.slug)
            for number, version in enumerate(past.versions, 1):
                is_closed = number in closed and number < len(past.versions)
                words = version.words
                (secret if is_closed else free).update(tokens(words.headline, words.deck, words.body))
                for pk, row in version.photos.items():
                    is_hidden = is_closed or pk in hidden or row["withdrawn_at"]
                    (secret if is_hidden else free).update(tokens(row["caption"]))
            address = article.get_absolute_url()
            now = shown = past.versions[-1].words
            while shown.merged_into:
                shown = self.past[shown.merged_into].versions[-1].words
            is_merged, is_withdrawn = shown is not now, bool(shown.withdrawn[0])
            if is_withdrawn:  # of which readers see nothing
                secret, free = secret | free, tokens(article.slug)
            count = 1 if is_withdrawn else len(past.versions)
            numbers = [f"history/{number}/" for number in range(1, count + 1)]
            numbers += [f"history/{number}/changes/" for number in range(2, count + 1)]
            for path in ("", "article.json", "history/", *numbers):
                page = self.reader.get(address + path)
                is_its_own = path.startswith("history/") and now.withdrawn[0] == "merged"  # neither draft nor vanished
                is_elsewhere = is_withdrawn or (is_merged and not is_its_own)
                statuses = (301, 410) if is_elsewhere else (200, 410)
                assert page.status_code in statuses, (address + path, page.status_code)
                text = LINES_OF_ORIGINAL.sub("", page.content.decode())
                told = tokens(text) & (secret - free)
                where = [text[max(0, text.find(word) - 150) : text.find(word) + 60] for word in told]
                assert not told, f"{name} {path}: {told} in {where}"

    def exchange(self, *_: int) -> None:
        """Rebuild the archive from its files and the edits: it shows the same, and begins another history."""
        for name, file in self.files.items():
            self.files[name] = {**(file or self.away[name]), "is_draft": False}
        self.write()
        self.run_load(with_vanished=False)
        expected, lines = self.expected(), [json.dumps(line) + "\n" for line in edits()]
        forget()
        forget_changes()
        for model in (TagAlias, FormerTag, SourceAlias, PeriodCount):
            model._default_manager.all().delete()
        index.empty()
        load(self.folder, workers=1)
        files = {name: self.new(file) for name, file in self.files.items() if file}
        path = self.folder.parent / "edits.jsonl"
        path.write_text("".join(lines))
        applied = apply_edits(path)
        assert not applied.problems, applied.problems
        said = {name: article.words for name, article in self.now().items()}
        assert said == expected, different(expected, said)
        assert self.newest == 0 or Change.objects.exists()
        self.past, self.loads, self.merged_tags, self.given, self.forgotten = {}, [], {}, {}, set()
        self.newest = 0 if not Change.objects.exists() else Change.objects.order_by("-number")[0].number or 0
        for name, file in self.files.items():
            assert file is not None
            versions = with_withdrawn(self.row(name))
            first = versions[0].state.article
            told = (first.headline, first.deck, first.body, first.published)
            assert told == (files[name].headline, files[name].deck, files[name].body, files[name].published)
            now = seen(self.row(name))
            then = [self.version_as_seen(version) for version in versions[:-1]]
            makers = [(version.user.get_username() if version.user else None, version.load_id) for version in versions]
            is_touched = ArticleChange.objects.filter(article=self.row(name)).exclude(change__kind="load").exists()
            self.past[name] = Past([*then, now], makers, self.content(name, file), is_touched)

    @staticmethod
    def version_as_seen(version: Version) -> Seen:
        article, photos, tags = shown_of(version)
        rows = {pk: dict(zip(OF_PHOTOS, values, strict=True)) for pk, *values in photos}
        taggings = {-tag: (tag, "") for tag in tags}
        words = Words(
            article["headline"], article["deck"], article["body"], article["published"], "", places_of(rows),
            tuple(sorted(Names([version]).tags_of(version.state))),
            (article["withdrawn_by"], article["withdrawn_reason"]), "",
        )  # fmt: skip
        return Seen(words, article, rows, taggings, {})


# --- Names now. -------------------------------------------------------------------------------------------------------


def files_to_stay() -> list[str]:
    """The photo files on the disk, but for renditions that no photo uses: they go at the end of the transaction, which
    never comes here.
    """
    used = {*Photo.everything.values_list("digest", flat=True)}
    return [name for name in media() if name.startswith("originals/") or Path(name).name.split("-")[0] in used]


def with_withdrawn(article: Article) -> list[Version]:
    """Its versions, oldest first, with the photos that are withdrawn now where they were not: a reinstated one is shown
    again in all of them.
    """
    versions = Versions(article)
    withdrawn = Photo.everything.filter(article=article).exclude(withdrawn_at=None)
    versions.present = replace(versions.present, photos=[*versions.present.photos, *withdrawn])
    return versions.newest(len(versions))[::-1]


def body_of(file: dict[str, Any]) -> str:
    return f"{file['first']}\n\nNothing else happened.\n\n{file['last']}"


def tokens(*texts: str) -> set[str]:
    return {token for text in texts for token in TOKEN.findall(text)}


def places_of(photos: dict[int, dict[str, Any]]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted((row["position"], row["caption"]) for row in photos.values() if not row["withdrawn_at"]))


def put_back_photo(photos: dict[int, dict[str, Any]], key: Key, before: Any, after: Any) -> bool:
    """``False`` if it stays."""
    _, pk, *column = key
    if column:
        if pk not in photos or photos[pk][column[0]] != after:
            return False
        photos[pk][column[0]] = before
    elif after is None:
        photos.setdefault(pk, dict(before))
    elif pk in photos:
        if any(photos[pk][name] != after[name] for name in ("caption", "position", "digest", "withdrawn_at")):
            return False
        del photos[pk]
    return True


def tag_now(name: str) -> str:
    """The tag that a source's name means."""
    if Tag.objects.filter(name=name).exists():
        return name
    alias = TagAlias.objects.filter(slug=name_slug(name)).select_related("tag").first()
    return alias.tag.name if alias else name


def tag_id_now(pk: int) -> int | None:
    if Tag.objects.filter(pk=pk).exists():
        return pk
    return FormerTag.objects.filter(former_id=pk).values_list("tag_id", flat=True).first()


def names_of_tags(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted(Tag.objects.filter(pk__in=list(ids)).values_list("name", flat=True)))


def source_now(name: str) -> str:
    if Source.objects.filter(name=name).exists():
        return name
    alias = SourceAlias.objects.filter(slug=name_slug(name)).select_related("source").first()
    return alias.source.name if alias else name


def source_id_now(pk: int) -> int | None:
    if Source.objects.filter(pk=pk).exists():
        return pk
    return SourceAlias.objects.filter(former_id=pk).values_list("source_id", flat=True).first()


def name_of_source(pk: int | None) -> str:
    return Source.objects.filter(pk=pk).values_list("name", flat=True).first() or ""


def different(expected: dict[str, Words], said: dict[str, Words]) -> str:
    if expected.keys() != said.keys():
        return f"articles {sorted(said)} instead of {sorted(expected)}"
    return "; ".join(
        f"{name} {part}: {getattr(said[name], part)!r} instead of {getattr(expected[name], part)!r}"
        for name in expected
        for part in Words.__dataclass_fields__
        if getattr(said[name], part) != getattr(expected[name], part)
    )


def shortened(steps: list[Step], fails: Callable[[list[Step]], bool]) -> list[Step]:
    """The steps without any that a failure does not need."""
    for place in reversed(range(len(steps))):
        fewer = [*steps[:place], *steps[place + 1 :]]
        if fails(fewer):
            steps = fewer
    return steps
