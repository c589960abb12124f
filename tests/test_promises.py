"""The promises of a small archive hold after any order of loads, edits and undos."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from articles.editorial.actions.merge_articles import merge, separate, why_not
from articles.loading.undo import undo
from articles.models import Article, Conflict, Load, Photo, Tagging
from tests.conftest import WRITES
from tests.counting import counted_anew, kept_counts
from tests.dumping import dump
from tests.loading import load
from tests.recorded import versions_of
from tests.staff import logged_in, saved, staff, tag_ids

NUMBERS = st.integers(0, 3)
WORDS = st.sampled_from(["Ferry", "Tide", "Fog", "Quay", "Gull", "Crane"])
FIELDS = st.sampled_from(["headline", "deck", "byline", "dateline", "section"])
DAYS = st.sampled_from(["2020-01-02", "2020-01-03", "2021-05-04"])
TAGS = st.lists(st.sampled_from(["Boats", "Sea", "Weather"]), unique=True, max_size=3)


class Archive(RuleBasedStateMachine):
    """The sources are JSON Lines, a record in a file of its own; editors use the forms."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.folder = Path(tempfile.mkdtemp()) / "exports"
        self.folder.mkdir()
        self.editor = logged_in(staff("nora", "Editors"))
        self.user = staff("ada", "Archivists")
        self.reader = Client()
        self.sources: dict[int, dict[str, Any]] = {}
        self.public: set[str] = set()
        self.written: set[tuple[int, str, str]] = set()  # what staff ever wrote: article, field, value
        self.changes_seen: object = None

    def teardown(self) -> None:
        connection.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        shutil.rmtree(self.folder.parent)

    @initialize()
    def a_small_archive(self) -> None:
        for number, word in enumerate(("Ferry", "Tide", "Fog", "Quay")):
            self.source_says(number, "2020-01-02", ["Boats"], [word, "Gull"])
        load(self.folder)

    def article(self, number: int) -> Article | None:
        return Article.objects.filter(external_id=f"urn:boat:{number}").first()

    def write(self, number: int) -> None:
        (self.folder / f"{number}.jsonl").write_text(json.dumps(self.sources[number]) + "\n")

    # --- Sources

    @rule(number=NUMBERS, day=DAYS, tags=TAGS, words=st.lists(WORDS, min_size=1, max_size=4))
    def source_says(self, number: int, day: str, tags: list[str], words: list[str]) -> None:
        self.sources[number] = {
            "id": f"urn:boat:{number}", "headline": f"Boat {words[0]}", "published": day, "source": "Daily",
            "body_markdown": "\n\n".join(f"{word} came in." for word in words), "tags": tags,
            "photos": [{"src": f"{word}.jpg", "caption": word} for word in dict.fromkeys(words[:2])],
        }  # fmt: skip
        self.write(number)

    @rule(number=NUMBERS, field=FIELDS, word=WORDS)
    def source_changes(self, number: int, field: str, word: str) -> None:
        if number in self.sources:
            self.sources[number][field] = f"Source {word}"
            self.write(number)

    @rule(number=NUMBERS, field=st.sampled_from(["deck", "byline", "section", "tags", "photos"]))
    def source_falls_silent(self, number: int, field: str) -> None:
        if number in self.sources:
            self.sources[number].pop(field, None)
            self.write(number)

    # --- Loads

    @rule(take_source=st.booleans())
    def a_load(self, take_source: bool) -> None:
        load(self.folder, take_source=take_source)
        with CaptureQueriesContext(connection) as captured:
            again = load(self.folder)
        assert set(again.outcomes.values()) <= {"unchanged"}
        written = [query["sql"] for query in captured if query["sql"].startswith(WRITES)]
        assert written == [], "a second load wrote"

    @rule()
    def a_load_that_is_undone(self) -> None:
        before, newest = dump(), Load.objects.order_by("-id").first()
        load(self.folder)
        made = Load.objects.order_by("-id").first()
        if made is not None and made != newest:
            result = undo(made, user=self.user)
            assert not result.left
            assert dump() == before

    @rule()
    def the_last_load_is_undone(self) -> None:
        last = Load.objects.filter(undone_at=None).order_by("-id").first()
        if last is not None:
            undo(last, user=self.user)

    # --- Staff

    @rule(number=NUMBERS, field=FIELDS, word=WORDS)
    def staff_write(self, number: int, field: str, word: str) -> None:
        if article := self.article(number):
            value = f"Staff {word}"
            saved(self.editor, article, **{field: value})
            self.written.add((article.pk, field, value))

    @rule(number=NUMBERS, field=st.sampled_from(["deck", "byline", "body"]))
    def staff_clear(self, number: int, field: str) -> None:
        if article := self.article(number):
            saved(self.editor, article, **{field: ""})

    @rule(number=NUMBERS, word=WORDS)
    def staff_add_a_paragraph(self, number: int, word: str) -> None:
        if article := self.article(number):
            body = f"{article.body}\n\nStaff saw {word}." if article.body else f"Staff saw {word}."
            saved(self.editor, article, body=body)
            self.written.add((article.pk, "body", body))

    @rule(number=NUMBERS, day=DAYS)
    def staff_correct_the_day(self, number: int, day: str) -> None:
        if article := self.article(number):
            saved(self.editor, article, published=day)

    @rule(number=NUMBERS, word=WORDS)
    def staff_caption(self, number: int, word: str) -> None:
        article = self.article(number)
        if article and article.photos.exists():
            saved(self.editor, article, **{"photos-0-caption": f"Staff {word}"})

    @rule(number=NUMBERS)
    def staff_remove_a_photo(self, number: int) -> None:
        article = self.article(number)
        if article and article.photos.exists():
            saved(self.editor, article, **{"photos-0-DELETE": "on"})

    @rule(number=NUMBERS)
    def staff_remove_a_tag(self, number: int) -> None:
        article = self.article(number)
        if article and article.taggings.exists():
            saved(self.editor, article, tag_ids=tag_ids(article))

    @rule(number=NUMBERS)
    def staff_withdraw_or_reinstate(self, number: int) -> None:
        article = self.article(number)
        if article is None or article.merged_into_id:
            return
        if article.withdrawn_at is None:
            saved(self.editor, article, withdrawn="on", withdrawn_reason="The paper asked for it.")
        else:
            saved(self.editor, article, withdrawn_reason="", without=["withdrawn"])

    @rule(number=NUMBERS, other=NUMBERS)
    def staff_merge_or_separate(self, number: int, other: int) -> None:
        loser, winner = self.article(number), self.article(other)
        if loser is None or winner is None:
            return
        if loser.merged_into_id:
            separate(loser, self.user, "two after all")
        elif not why_not(loser, winner):
            tags = list(loser.taggings.values_list("tag_id", flat=True))
            photos = list(loser.photos.values_list("pk", flat=True))
            merge(loser, winner, self.user, "one and the same", tag_ids=tags, photo_ids=photos)

    # --- Promises

    @invariant()
    def every_promise_holds(self) -> None:
        """Nothing is asked again of an archive to which nothing was written since."""
        changes = getattr(connection.connection, "total_changes", object())  # SQLite counts them
        if changes == self.changes_seen:
            return
        self.changes_seen = changes
        self.an_address_is_for_ever()
        self.nothing_that_staff_wrote_is_lost()
        self.what_waits_is_live_as_staff_have_it()
        self.counts_are_what_counting_gives()
        self.photos_and_tags_are_in_order()

    def an_address_is_for_ever(self) -> None:
        for article in Article.objects.published():
            self.public.add(article.get_absolute_url())
            self.public.add(article.short_url)
        for path in self.public:
            assert self.reader.get(path).status_code in (200, 301, 410), path

    def nothing_that_staff_wrote_is_lost(self) -> None:
        versions = {pk: versions_of(Article.objects.get(pk=pk)) for pk in {pk for pk, _, _ in self.written}}
        for pk, field, value in self.written:
            assert any(getattr(version.state.article, field) == value for version in versions[pk]), (pk, field, value)

    def what_waits_is_live_as_staff_have_it(self) -> None:
        for conflict in Conflict.objects.open().filter(photo=None, field__in=["headline", "deck", "byline", "body"]):
            assert getattr(conflict.article, conflict.field) != conflict.theirs

    def counts_are_what_counting_gives(self) -> None:
        assert kept_counts() == counted_anew()

    def photos_and_tags_are_in_order(self) -> None:
        for article in Article.objects.all():
            numbers = list(article.photos.order_by("number").values_list("number", flat=True))
            assert len(numbers) == len(set(numbers)) == article.photo_count
        assert not Tagging.objects.exclude(article__archive_date=None).filter(archive_date=None).exists()
        assert not Photo.objects.filter(loaded_number__gt=20).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_the_promises_hold_whatever_happens(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    run_state_machine_as_test(Archive, settings=SETTINGS)


SETTINGS = settings(
    max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck),
    print_blob=True,
)  # fmt: skip
