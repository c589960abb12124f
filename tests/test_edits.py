"""Staff edits carried to another archive: a rebuild from originals and edits gives the same pages."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import edited_fields
from articles.editorial.actions.merge_articles import merge
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.exchange import names
from articles.editorial.exchange.export import edits
from articles.editorial.provenance import provenance_of
from articles.loading.undo import undo
from articles.models import (
    Article,
    Author,
    ClosedVersion,
    Conflict,
    Correction,
    Gone,
    Load,
    Original,
    Photo,
    Redirect,
    Source,
    SourceAlias,
    Tag,
)
from tests.factories import make_source
from tests.loading import Run, load, text_file
from tests.recorded import forget_changes, newest_version, tag_told, username, versions_of
from tests.staff import TAGS, form_on, logged_in, saved, staff, tag_ids

pytestmark = pytest.mark.django_db

BESIDE = re.compile(r'<aside class="read-next section".*?</aside>|<nav class="pager plain".*?</nav>', re.DOTALL)
POST = """---
title: {headline}
date: 2020-0{month}-02
source: Harbour Daily
tags: [Ferries, Boats]
id: urn:post:{number}
---
The ferry sailed at nine.

![The quay.](quay.jpg)

It was full. Boat {number}.

![A gull.](gull.jpg)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    for number in range(8):
        headline = "Tide" if number in (2, 3) else f"Ferry number {number}"
        month = 5 if number in (2, 3) else number + 1
        (folder / f"{number}.md").write_text(POST.format(headline=headline, number=number, month=month))
    text_file(folder, "a.txt", headline="Dredger leaves")
    return folder


def exported() -> str:
    out = io.StringIO()
    call_command("export_edits", stdout=out)
    return out.getvalue()


def without_moments(lines: str) -> list[dict[str, Any]]:
    """The edits without who made them when, and without former addresses that a rebuild may add to."""
    told = ("by", "by_name", "at", "reason", "former_addresses")
    return [
        {name: value for name, value in json.loads(line).items() if name not in told} for line in lines.splitlines()
    ]


def forget() -> None:
    """Empty the archive, but for its staff."""
    for article in Article.objects.exclude(merged_into=None):
        Article.objects.filter(pk=article.pk).update(merged_into=None)
    Article.objects.all().delete()
    for model in (Tag, Author, Source, Redirect, Gone):
        model.objects.all().delete()


def take_over(folder: Path, lines: str) -> Run:
    path = folder.parent / "edits.jsonl"
    path.write_text(lines)
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("load_articles", edits=path, stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return Run(code, out.getvalue(), err.getvalue())


def shown(site: Client) -> dict[str, str]:
    """Every article's page by its address; of those on one day, which is listed first hangs on who was loaded first."""
    pages = {}
    for article in Article.objects.all():
        answer = site.get(article.get_absolute_url())
        page = BESIDE.sub("", answer.content.decode())
        pages[article.get_absolute_url()] = f"{answer.status_code} {page}"
    return pages


def edit_everything(editor: Client) -> None:
    articles = {article.external_id: article for article in Article.objects.exclude(external_id=None)}
    saved(editor, articles["urn:post:0"], headline="Ferry nought", body="It sailed at ten.\n\nIt was full. Boat 0.")
    saved(editor, articles["urn:post:1"], published="2021-01-02", source=str(make_source("Quay Gazette").pk))
    saved(editor, articles["urn:post:4"], **{"photos-0-caption": "The north quay.", "photos-0-alt_text": "A quay"})
    saved(editor, articles["urn:post:5"], **{"photos-0-DELETE": "on", "slug": "ferry-five"})
    saved(editor, articles["urn:post:6"], withdrawn="on", withdrawn_reason="A court order.")
    seven = articles["urn:post:7"]
    editor.post(f"{TAGS}add/", {**form_on(editor, f"{TAGS}add/"), "name": "Fog"})
    saved(editor, seven, tag_ids=[*tag_ids(seven, without="Boats"), Tag.objects.get(name="Fog").pk])
    saved(editor, Tag.objects.get(name="Ferries"), name="Ferry boats", description="Boats that go to and fro.")
    Photo.objects.filter(article=articles["urn:post:3"], number=2).update(is_decorative=True, credit_unknown=True)
    ada = staff("ada", "Archivists")
    stamp = Stamp.now(ada, "One thing")
    merge_tags([Tag.objects.get(name="Boats")], Tag.objects.get(name="Ferry boats"), stamp)
    weekly = make_source("Harbour Weekly", license="CC BY 4.0", terms="Ask the desk.")
    merge_sources([Source.objects.get(name="Harbour Daily")], weekly, stamp)
    loser, winner = articles["urn:post:4"], articles["urn:post:5"]
    merge(loser, winner, ada, "The same", tag_ids=[], photo_ids=list(loser.photos.values_list("pk", flat=True)[:1]))
    text = Article.objects.get(external_id=None)
    saved(editor, text, deck="At last", reason="The deck was on the cover")
    Correction.objects.create(article=text, made_at="2024-01-09T12:00:00Z", note="The deck was missing.")


def test_an_archive_without_edits_has_none_to_export(folder: Path) -> None:
    (folder / "3.md").unlink()
    load(folder)
    assert exported() == ""


@pytest.mark.parametrize("seed", range(3))
def test_originals_and_edits_in_any_order_give_the_same_pages(
    folder: Path, editor: Client, site: Client, seed: int
) -> None:
    load(folder)
    edit_everything(editor)
    before, lines = shown(site), exported()
    keys = dict(Article.objects.values_list("key", "slug"))
    forget()
    files = sorted(folder.iterdir())
    random.Random(seed).shuffle(files)
    for file in files:
        load(file)
    assert take_over(folder, lines).code == 0
    assert dict(Article.objects.values_list("key", "slug")) == keys
    assert shown(site) == before
    assert without_moments(exported()) == without_moments(lines)
    assert site.get("/2020/02/02/ferry-number-1/").status_code == 301


def broken_off() -> Iterator[dict[str, Any]]:
    yield {"source": "evening-post"}
    raise KeyboardInterrupt


def test_an_export_that_breaks_off_leaves_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_source("Evening Post", description="A paper.")
    path = tmp_path / "edits.jsonl"
    path.write_text("the only copy")
    path.chmod(0o600)
    monkeypatch.setattr("articles.management.commands.export_edits.edits", broken_off)
    with pytest.raises(KeyboardInterrupt):
        call_command("export_edits", str(path), stdout=io.StringIO())
    assert (path.read_text(), list(tmp_path.iterdir())) == ("the only copy", [path])
    monkeypatch.undo()
    call_command("export_edits", str(path), stdout=io.StringIO())
    assert (path.read_text(), list(tmp_path.iterdir())) == (exported(), [path])
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_edits_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("export_edits", str(tmp_path / "none" / "edits.jsonl"))


def test_edits_that_are_taken_over_twice_change_nothing_more(folder: Path, editor: Client) -> None:
    load(folder)
    edit_everything(editor)
    lines = exported()
    run = take_over(folder, lines + lines)
    assert re.search(r"Edits: 0 applied, \d+ unchanged, 0 refused", run.out)
    assert not Conflict.objects.exists()


def test_a_reload_after_taking_over_keeps_the_edits(folder: Path, editor: Client) -> None:
    load(folder)
    edit_everything(editor)
    lines = exported()
    forget()
    load(folder)
    take_over(folder, lines)
    assert set(load(folder).outcomes.values()) == {"unchanged"}
    first = folder / "0.md"
    first.write_text(first.read_text().replace("It was full.", "It was empty."))
    load(folder)
    article = Article.objects.get(external_id="urn:post:0")
    assert article.headline == "Ferry nought"
    assert "It was empty." in article.body
    assert article.body.startswith("It sailed at ten.")


def test_an_edit_of_what_the_source_has_changed_meanwhile_waits_for_a_decision(folder: Path, editor: Client) -> None:
    load(folder)
    saved(editor, Article.objects.get(external_id="urn:post:0"), headline="Ferry nought")
    lines = exported()
    forget()
    first = folder / "0.md"
    first.write_text(first.read_text().replace("Ferry number 0", "Ferry zero"))
    load(folder)
    run = take_over(folder, lines)
    assert "1 conflict to review" in run.out
    conflict = Conflict.objects.get()
    assert (conflict.loaded, conflict.ours, conflict.theirs) == ("Ferry number 0", "Ferry nought", "Ferry zero")
    assert Article.objects.get(external_id="urn:post:0").headline == "Ferry nought"


def test_a_text_that_the_source_has_changed_meanwhile_waits_only_where_both_did(folder: Path, editor: Client) -> None:
    load(folder)
    article = Article.objects.get(external_id="urn:post:0")
    edited = article.body.replace("at nine", "at ten")
    saved(editor, article, body=edited)
    lines = exported()
    forget()
    first = folder / "0.md"
    first.write_text(first.read_text().replace("at nine", "at noon").replace("It was full.", "It was empty."))
    load(folder)
    for words in ("1 conflict to review", "Edits: 0 applied"):
        assert words in take_over(folder, lines).out
    conflict = Conflict.objects.get()
    live = Article.objects.get(external_id="urn:post:0").body
    assert live == conflict.ours == edited.replace("It was full.", "It was empty.")
    assert conflict.theirs == live.replace("at ten", "at noon")


def test_photos_of_an_edited_text_come_to_the_same_places(folder: Path, editor: Client) -> None:
    load(folder)
    moved, kept = (Article.objects.get(external_id=f"urn:post:{number}") for number in (0, 1))
    for article in (moved, kept):
        saved(editor, article, body=f"Fog.\n\n{article.body}")
    saved(editor, kept, **{"photos-0-position": "1"})
    places = {"urn:post:0": [2, 3], "urn:post:1": [1, 3]}
    lines = exported()
    for _ in range(2):
        for number, expected in places.items():
            rows = Photo.objects.filter(article__external_id=number).order_by("number")
            assert list(rows.values_list("position", flat=True)) == expected
        assert without_moments(exported()) == without_moments(lines)
        carried_over(folder)


def test_a_conflict_on_the_place_of_a_photo_moves_with_an_imported_text(folder: Path, editor: Client) -> None:
    load(folder)
    article = Article.objects.get(external_id="urn:post:0")
    saved(editor, article, body=f"Fog.\n\n{article.body}")
    lines = exported()
    forget()
    load(folder)
    photo = Photo.objects.get(article__external_id="urn:post:0", number=2)
    sides = {"loaded": 1, "ours": 2, "theirs": 0}
    Conflict.objects.create(article=photo.article, photo=photo, field="position", found_at=timezone.now(), **sides)
    take_over(folder, lines)
    conflict = Conflict.objects.get()
    assert (conflict.loaded, conflict.ours, conflict.theirs) == (2, 3, 0)


def history_of(site: Client) -> str:
    """The public history of the article that has no id."""
    return site.get(f"{Article.objects.get(external_id=None).get_absolute_url()}history/").content.decode()


def carried_over(folder: Path) -> None:
    """Build the archive anew from its folder and its edits."""
    lines = exported()
    forget()
    load(folder)
    take_over(folder, lines)


def name_person(account: str, first: str, last: str) -> None:
    User.objects.filter(username=account).update(first_name=first, last_name=last)


@pytest.mark.parametrize("is_named", [True, False])
def test_edits_tell_who_made_them_by_full_name_alone_and_why(
    folder: Path, editor: Client, site: Client, is_named: bool
) -> None:
    if is_named:
        name_person("nora", "Nora", "Holm")
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last", reason="The deck was on the cover")
    carried_over(folder)
    page = history_of(site)
    assert username(newest_version(Article.objects.get(external_id=None))) == "nora"
    assert ("The deck was on the cover, by Nora Holm on " in page) == is_named
    assert "The deck was on the cover" in page
    assert "nora" not in page


def test_edits_are_not_laid_to_another_person_whose_account_has_the_same_name(
    folder: Path, editor: Client, site: Client
) -> None:
    name_person("nora", "Nora", "Holm")
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last")
    lines = exported()
    forget()
    name_person("nora", "Nora", "Lind")
    load(folder)
    take_over(folder, lines)
    page = history_of(site)
    assert ("by Nora Holm on " in page, "Lind" in page) == (True, False)


def test_edits_of_several_people_are_laid_to_none_of_them(folder: Path, editor: Client, site: Client) -> None:
    name_person("nora", "Nora", "Holm")
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last", reason="The deck was on the cover")
    other = logged_in(staff("ole", "Editors", first_name="Ole", last_name="Berg"))
    saved(other, Article.objects.get(external_id=None), byline="By Mei Tanaka", reason="It was left out")
    carried_over(folder)
    page = history_of(site)
    assert "The deck was on the cover; It was left out" in page
    assert ("Holm" in page, "Berg" in page) == (False, False)


def test_edits_of_someone_without_an_account_here_are_edits_of_staff(
    folder: Path, editor: Client, site: Client
) -> None:
    name_person("nora", "Nora", "Holm")
    load(folder)
    saved(editor, Article.objects.get(external_id="urn:post:0"), headline="Ferry nought", reason="As printed")
    lines = exported()
    forget()
    User.objects.get(username="nora").delete()
    load(folder)
    take_over(folder, lines)
    article = Article.objects.get(external_id="urn:post:0")
    newest = newest_version(article)
    assert (newest.state.article.headline, newest.user, newest.is_loaded) == ("Ferry nought", None, False)
    assert newest.reason.startswith("As printed, by Nora Holm on ")
    page = site.get(f"{article.get_absolute_url()}history/").content.decode()
    assert "Editor not recorded" in page
    assert "As printed, by Nora Holm on " in page
    assert "nora" not in page
    headline = provenance_of(article)["headline"]
    assert (headline.kind, headline.user) == ("staff", None)
    assert edited_fields(article) == ["headline"]
    first = folder / "0.md"
    first.write_text(first.read_text().replace("Ferry number 0", "Ferry zero"))
    assert load(folder).line("0.md")["outcome"] == "kept"
    assert Conflict.objects.get().ours == Article.objects.get(pk=article.pk).headline == "Ferry nought"
    *_, second, third = Load.objects.order_by("id")
    assert undo(third).left == []
    assert [left.key for left in undo(second).left] == [article.key]
    assert Article.objects.get(pk=article.pk).headline == "Ferry nought"


def test_a_later_decision_of_staff_stays_though_their_account_is_gone(folder: Path, editor: Client) -> None:
    load(folder)
    first = Article.objects.get(external_id="urn:post:1")
    saved(editor, first, withdrawn="on", withdrawn_reason="An error", slug="one")
    lines = exported()
    saved(editor, first, without=["withdrawn"], slug="ferry")
    User.objects.get(username="nora").delete()
    assert take_over(folder, lines).code == 0
    first.refresh_from_db()
    assert (first.withdrawn_at, first.slug) == (None, "ferry")


def test_versions_that_were_closed_to_readers_stay_closed(folder: Path, editor: Client, site: Client) -> None:
    load(folder)
    article = saved(editor, Article.objects.get(external_id=None), body="It sailed at ten.")
    closed = {"reason": "A court order.", "closed_at": timezone.now(), "version": 1}
    ClosedVersion.objects.create(article=article, **closed)
    lines = exported()
    carried_over(folder)
    address = f"{Article.objects.get(external_id=None).get_absolute_url()}history/"
    first, second = site.get(f"{address}1/"), site.get(f"{address}2/")
    assert (first.status_code, second.status_code) == (410, 200)
    assert "A court order." in first.content.decode()
    assert without_moments(exported()) == without_moments(lines)
    assert re.search(r"Edits: 0 applied, \d+ unchanged", take_over(folder, lines).out)


def rebuilt_from_changed_file(folder: Path, editor: Client, *, again: bool) -> tuple[str, str, Run]:
    """An article of a file without id, whose file was corrected after its first load, and ``again`` after its last; in
    an archive built anew from the folder as it is now. Its key before and since."""
    load(folder)
    text_file(folder, "a.txt", headline="Dredger leaves", body="It sailed at ten.")
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last")
    before, lines = Article.objects.get(external_id=None).key, exported()
    if again:
        text_file(folder, "a.txt", headline="Dredger leaves", body="It sailed at eleven.")
    forget()
    load(folder)
    return before, Article.objects.get(external_id=None).key, take_over(folder, lines)


def test_an_article_without_id_is_found_again_though_its_key_is_another(folder: Path, editor: Client) -> None:
    before, now, run = rebuilt_from_changed_file(folder, editor, again=False)
    assert before != now
    assert (run.code, run.err) == (0, "")
    assert Article.objects.get(key=now).deck == "At last"


def test_an_article_of_which_neither_key_nor_original_is_here_is_refused(folder: Path, editor: Client) -> None:
    before, now, run = rebuilt_from_changed_file(folder, editor, again=True)
    assert before != now
    assert (run.code, f"there is no article {before}" in run.err) == (1, True)
    assert Article.objects.get(key=now).deck == ""


def test_an_article_is_merged_into_one_whose_key_is_another_now(folder: Path, editor: Client) -> None:
    load(folder)
    text_file(folder, "a.txt", headline="Dredger leaves", body="It sailed at ten.")
    load(folder)
    loser, winner = Article.objects.get(external_id="urn:post:4"), Article.objects.get(external_id=None)
    merge(loser, winner, staff("ada", "Archivists"), "The same", tag_ids=[], photo_ids=[])
    lines = exported()
    forget()
    load(folder)
    assert take_over(folder, lines).err == ""
    assert Article.objects.get(external_id="urn:post:4").merged_into == Article.objects.get(external_id=None)


def test_edits_that_were_exported_without_what_finds_an_article_are_read(folder: Path, editor: Client) -> None:
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last")
    lines = [json.loads(line) for line in exported().splitlines()]
    older = "".join(json.dumps({name: line[name] for name in line if name != "found_by"}) + "\n" for line in lines)
    forget()
    load(folder)
    assert take_over(folder, older).code == 0
    assert Article.objects.get(external_id=None).deck == "At last"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "edits.jsonl:1: not JSON"),
        ('{"a": 1}', "edits.jsonl:1: an edit needs an article key, a tag, a source or a deleted address"),
        ('{"key": "0000000000", "slug": "x"}', "edits.jsonl:1: there is no article 0000000000"),
        ('{"tag": 3}', "edits.jsonl:1: its “tag” cannot be read: 3"),
        ('{"key": ["x"], "slug": "x"}', "edits.jsonl:1: its “key” cannot be read: ['x']"),
        ('{"key": "x", "found_by": 3}', "edits.jsonl:1: not a line of an edits file"),
        ('["a"]', "edits.jsonl:1: an edit needs"),
    ],
)
def test_a_line_that_is_no_edit_is_refused_and_the_others_are_made(
    folder: Path, editor: Client, line: str, words: str
) -> None:
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last")
    lines = exported()
    forget()
    load(folder)
    run = take_over(folder, f"{line}\n{lines}")
    assert (run.code, words in run.err) == (1, True), run.err
    assert Article.objects.get(external_id=None).deck == "At last"


def test_an_edits_file_that_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(CommandError, match="no such file"):
        call_command("load_articles", edits=folder / "none.jsonl")


def test_a_withdrawn_photo_is_withdrawn_in_the_other_archive_and_kept_in_this_one(
    folder: Path, editor: Client, site: Client
) -> None:
    load(folder)
    article = Article.objects.get(external_id="urn:post:4")
    saved(editor, article, **{"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": "The owner asked for it."})
    lines = exported()
    assert take_over(folder, lines).code == 0
    for _ in range(2):
        photo = Photo.everything.get(article__external_id="urn:post:4", number=1)
        assert (photo.withdrawn_reason, photo.withdrawn_at is not None) == ("The owner asked for it.", True)
        assert site.get(photo.get_absolute_url()).status_code == 410
        forget()
        load(folder)
        assert take_over(folder, lines).code == 0
    assert '"withdrawn": {"at": "' in exported()


def histories_of_all(site: Client) -> dict[str, str]:
    addresses = [f"{article.get_absolute_url()}history/" for article in Article.objects.published()]
    return {address: BESIDE.sub("", site.get(address).content.decode()) for address in addresses}


def test_articles_and_their_versions_go_through_dumpdata_and_loaddata(
    folder: Path, editor: Client, site: Client
) -> None:
    load(folder)
    edit_everything(editor)
    before, edited = shown(site), [line.get("edited") for line in edits() if "key" in line]
    histories, dump = histories_of_all(site), folder.parent / "dump.json"
    call_command(
        "dumpdata", "auth.user", "articles", use_base_manager=True, exclude=["articles.searchentry"],
        natural_foreign=True, output=str(dump), verbosity=0,
    )  # fmt: skip
    forget()
    forget_changes()
    if connection.vendor == "postgresql":  # as in the transaction of its own that the command has outside of tests
        connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
    call_command("loaddata", str(dump), verbosity=0)
    call_command("index_articles", stdout=io.StringIO())
    found = site.get("/search/?q=ferry").content.decode()
    assert "6 articles</strong>" in found  # all that are published, but for that of the dredger
    assert shown(site) == before
    assert [line.get("edited") for line in edits() if "key" in line] == edited
    assert Original.objects.filter(is_current=True).count() == Article.objects.count()
    assert Photo.objects.filter(caption="The north quay.").exists()
    assert histories_of_all(site) == histories
    assert all("Loaded from the original" in page for page in histories.values())
    assert set(load(folder).outcomes.values()) == {"unchanged"}


# --- Files that are not what they should be, or are taken over late. --------------------------------------------------


def key_of(number: int) -> str:
    return Article.objects.get(external_id=f"urn:post:{number}").key


def taken_over(folder: Path, *lines: dict[str, Any]) -> Run:
    return take_over(folder, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


BAD_LINES: list[Any] = [
    {"key": "KEY", "slug": "a/b"}, {"key": "KEY", "slug": ""}, {"key": "KEY", "slug": "x" * 101},
    {"key": "KEY", "slug": "a b"}, {"key": "KEY", "edited": {"headline": {"loaded": "a", "now": 5}}},
    {"key": "KEY", "edited": {"url": {"loaded": None, "now": "https://taken.example/"}}},
    {"key": "KEY", "edited": {"headline": 5}}, {"key": "KEY", "edited": []}, {"key": "KEY", "photos": [{"is": 5}]},
    {"key": "KEY", "photo_order": 5}, {"key": "KEY", "merged_into": ["x"]}, {"key": "KEY", "former_addresses": ["x"]},
    {"key": "KEY", "tags": {"added": [None]}}, {"key": 5}, {"key": "KEY", "found_by": 5},
    {"tag": "a/b", "name": "A", "description": "", "aliases": []}, {"tag": "boats", "name": "", "aliases": []},
    {"tag": "boats", "name": "Boats", "description": None, "aliases": []}, {"tag": "boats"},
    {"source": "daily/x", "name": "D", "description": "", "aliases": ["Daily"]}, {"source": 5},
    {"key": "KEY", "withdrawn": {"at": "x", "reason": "r"}}, {"key": "KEY", "withdrawn": {"at": "2020-01-01"}},
    {"gone": None, "key": "zzz", "reason": "r", "at": "2020-01-01T00:00:00+00:00"}, {"gone": "/x/"}, [], 5, None,
    # Times without a zone.
    {"gone": "/x/", "key": "zzz", "reason": "r", "at": "2020-01-01T00:00:00"}, {"key": "KEY", "at": "2020-01-01"},
    {"key": "KEY", "closed": {"at": "2020-01-01", "reason": "r"}},
    {"key": "KEY", "corrections": [{"at": "2020-01-01", "note": "n"}]},
    {"key": "KEY", "photos": [{"added": {}, "withdrawn": {"at": "2020-01-01", "reason": "r"}}]},
]  # fmt: skip


def test_a_bad_line_is_refused_by_its_number_and_holds_up_none_behind_it(folder: Path) -> None:
    load(folder)
    Article.objects.filter(external_id="urn:post:7").update(url="https://taken.example/")
    bad = json.loads(json.dumps(BAD_LINES).replace('"KEY"', json.dumps(key_of(0))))
    good = {"key": key_of(1), "edited": {"headline": {"loaded": "Ferry number 1", "now": "Ferry one"}}}
    run = taken_over(folder, *bad, good)
    assert run.code == 1
    assert f"Edits: 1 applied, 0 unchanged, {len(bad)} refused" in run.out
    for number in range(1, len(bad) + 1):
        assert f"edits.jsonl:{number}: " in run.err, bad[number - 1]
    assert Article.objects.get(external_id="urn:post:1").headline == "Ferry one"
    assert Article.objects.get(external_id="urn:post:0").slug == "ferry-number-0"


def test_a_line_is_applied_again_if_another_writer_was_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder)
    find_tag, refusals = names.find_tag, [IntegrityError("UNIQUE constraint failed")] * 3

    def overtaken(slug: str) -> Tag | None:
        if refusals:
            raise refusals.pop()
        return find_tag(slug)

    monkeypatch.setattr(names, "find_tag", overtaken)
    sides = {"loaded": "Ferry number 0, as loaded", "now": "Ferry nought"}
    run = taken_over(folder, {"key": key_of(0), "tags": {"added": ["Fog"]}, "edited": {"headline": sides}})
    assert "Edits: 1 applied, 0 unchanged, 0 refused; 1 conflict to review" in run.out
    assert Conflict.objects.get().theirs == "Ferry number 0"
    assert Tag.objects.get(name="Fog").article_count == 1


UNSTORABLE: list[Any] = [
    {"key": "\ud800", "headline": "x"}, {"key": "a\0b"}, {"key": "KEY", "found_by": {"originals": ["\udfff"]}},
    {"key": "KEY", "tags": {"added": ["Fo\ud800g"]}}, {"key": "KEY", "tags": {"added": ["Fo\0g"]}},
    {"key": "KEY", "edited": {"source": {"loaded": "Harbour Daily", "now": "\ud800"}}},
    {"key": "KEY", "slug": "quay", "former_addresses": ["/\ud800/"]}, {"key": "KEY", "former_addresses": ["/\0/"]},
    {"tag": "fog", "name": "\ud800", "description": "", "aliases": []},
    {"source": "fog", "name": "Fog", "description": "\ud800", "aliases": []},
    {"gone": "/\ud800/", "key": "zzz", "reason": "r", "at": "2020-01-01T00:00:00+00:00"},
]  # fmt: skip


def test_a_line_with_characters_that_cannot_be_stored_is_refused_and_the_others_are_made(folder: Path) -> None:
    load(folder)
    good = {"key": key_of(1), "edited": {"headline": {"loaded": "Ferry number 1", "now": "Write \\u0000"}}}
    lines = "".join(json.dumps(line) + "\n" for line in [*UNSTORABLE, good]).replace('"KEY"', f'"{key_of(0)}"')
    run = take_over(folder, lines)
    assert f"Edits: 1 applied, 0 unchanged, {len(UNSTORABLE)} refused" in run.out
    for number in range(1, len(UNSTORABLE) + 1):
        assert f"edits.jsonl:{number}: " in run.err, UNSTORABLE[number - 1]
    assert Article.objects.get(external_id="urn:post:1").headline == "Write \\u0000"


@pytest.mark.parametrize("data", [b"\xff\xfe{}\n", gzip.compress(b"{}\n", mtime=0), b"\x00\n", b"{\n"])
def test_a_file_that_is_none_is_told(folder: Path, data: bytes) -> None:
    load(folder)
    path = folder.parent / "edits.jsonl"
    path.write_bytes(data)
    run = load(folder, edits=path)
    assert run.code == 1
    assert "edits.jsonl:1: " in run.err


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0c"])
def test_words_that_hold_any_separator_are_carried(folder: Path, separator: str) -> None:
    load(folder)
    Article.objects.filter(external_id="urn:post:1").update(deck=f"At{separator}last")
    carried_over(folder)
    assert Article.objects.get(external_id="urn:post:1").deck == f"At{separator}last"


def test_merges_that_lead_in_a_circle_or_to_nothing_are_refused_and_the_articles_stay(folder: Path) -> None:
    load(folder)
    withdrawn = {"at": "2020-01-01T00:00:00+00:00", "reason": "Merged into another article."}
    lines = [
        {"key": key_of(0), "merged_into": key_of(1), "withdrawn": withdrawn},
        {"key": key_of(1), "merged_into": key_of(0), "withdrawn": withdrawn},
        {"key": key_of(4), "merged_into": key_of(4), "withdrawn": withdrawn},
        {"key": key_of(5), "merged_into": "0000000000", "withdrawn": withdrawn},
    ]
    run = taken_over(folder, *lines)
    assert "Edits: 1 applied, 0 unchanged, 3 refused" in run.out
    assert "redirects cannot form a circle" in run.err
    assert "there is no article 0000000000 that it was merged into" in run.err
    published = set(Article.objects.published().values_list("external_id", flat=True))
    assert {"urn:post:1", "urn:post:4", "urn:post:5"} <= published
    assert newest_version(Article.objects.get(key=key_of(0))).reason.startswith("Merged into “Ferry number 1”")


def test_a_chain_of_merges_is_carried_in_any_order(folder: Path, site: Client) -> None:
    load(folder)
    lines = [{"key": key_of(1), "merged_into": key_of(4)}, {"key": key_of(0), "merged_into": key_of(1)}]
    assert "Edits: 2 applied" in taken_over(folder, *lines).out
    first = Article.objects.get(key=key_of(0))
    assert site.get(first.get_absolute_url()).headers["Location"] == first.shown_as.get_absolute_url()
    assert first.shown_as.key == key_of(4)


def test_what_staff_decided_after_edits_were_taken_over_stays(folder: Path, editor: Client, archivist: Client) -> None:
    load(folder)
    saved(
        editor, Article.objects.get(external_id="urn:post:1"), withdrawn="on", withdrawn_reason="An error", slug="one"
    )
    article = Article.objects.get(external_id="urn:post:4")
    saved(archivist, article, tag_ids=tag_ids(article), correction="The date was wrong.", deck="At last")
    lines = exported()
    forget()
    load(folder)
    take_over(folder, lines)
    saved(editor, Article.objects.get(external_id="urn:post:1"), without=["withdrawn"], slug="ferry")
    Correction.objects.all().delete()
    article = Article.objects.get(external_id="urn:post:4")
    lacking = Tag.objects.filter(name__in=["Boats", "Ferries"]).exclude(taggings__article=article).get()
    article.taggings.create(tag=lacking, archive_date=article.archive_date)
    run = take_over(folder, lines)
    assert re.search(r"Edits: 0 applied, \d+ unchanged, 0 refused", run.out)
    again = Article.objects.get(external_id="urn:post:1")
    assert (again.withdrawn_at, again.slug) == (None, "ferry")
    assert article.taggings.count() == 2
    assert not Correction.objects.exists()


def test_a_published_address_is_taken_from_no_other_article(folder: Path, site: Client) -> None:
    load(folder)
    first, other = (Article.objects.get(external_id=f"urn:post:{number}") for number in (0, 1))
    first.slug, other.archive_date = "once", first.archive_date
    Redirect.objects.create(path="/2020/01/02/ferry-two/", article=other)
    Article.objects.filter(pk=first.pk).update(slug="once")
    lines = [
        {"key": first.key, "slug": "ferry-two"},
        {"gone": first.get_absolute_url(), "key": "0000000000", "reason": "r", "at": "2020-01-01T00:00:00+00:00"},
        {"gone": "/tags/boats/", "key": "", "reason": "r", "at": "2020-01-01T00:00:00+00:00"},
        {"gone": "/2020/01/03/x/", "key": "0000000000", "reason": "r", "at": "2020-01-01T00:00:00+00:00"},
    ]
    assert taken_over(folder, *lines[1:], lines[0]).code == 0
    assert site.get("/2020/01/02/ferry-two/").headers["Location"] == Article.objects.get(pk=other.pk).get_absolute_url()
    assert Article.objects.get(pk=first.pk).slug == f"ferry-two-{first.key[:4]}"
    assert site.get("/2020/01/02/once/").status_code == 301
    assert list(Gone.objects.values_list("path", flat=True)) == ["/2020/01/03/x/"]


def test_a_source_that_staff_chose_after_two_were_merged_is_no_conflict(folder: Path, editor: Client) -> None:
    load(folder)
    weekly, other = make_source("Harbour Weekly"), make_source("Evening Post")
    merge_sources([Source.objects.get(name="Harbour Daily")], weekly, Stamp.now(None, ""))
    saved(editor, Article.objects.get(external_id="urn:post:0"), source=str(other.pk))
    assert '"source": {"loaded": "Harbour Weekly", "now": "Evening Post"}' in exported()
    carried_over(folder)
    assert not Conflict.objects.exists()
    assert str(Article.objects.get(external_id="urn:post:0").source) == "Evening Post"


def test_a_tag_that_an_import_makes_is_recorded_and_a_loaded_source_is_not_made(folder: Path) -> None:
    load(folder)
    sides = {"loaded": "Quay Gazette", "now": "Harbour Weekly"}
    assert taken_over(folder, {"key": key_of(0), "tags": {"added": ["Fog"]}, "edited": {"source": sides}}).code == 0
    assert tag_told(Tag.objects.get(name="Fog").pk) == [("Fog", "Taken over from another archive", None)]
    assert not Source.objects.filter(name="Quay Gazette").exists()


def test_a_source_is_found_by_another_name_that_it_has_here(folder: Path) -> None:
    load(folder)
    weekly = make_source("Harbour Weekly")
    SourceAlias.objects.create(source=weekly, name="HW", slug="hw")
    sides = {"loaded": "Harbour Daily", "now": "HW"}
    assert taken_over(folder, {"key": key_of(0), "edited": {"source": sides}}).code == 0
    assert Article.objects.get(external_id="urn:post:0").source == weekly


def test_a_source_whose_name_has_only_other_capitals_is_carried(folder: Path, editor: Client) -> None:
    load(folder)
    saved(editor, Source.objects.get(name="Harbour Daily"), name="HARBOUR DAILY")
    carried_over(folder)
    assert Source.objects.filter(name="HARBOUR DAILY").exists()


def test_an_address_that_is_taken_here_too_is_no_change(folder: Path) -> None:
    load(folder)
    first, other = (Article.objects.get(external_id=f"urn:post:{number}") for number in (2, 3))
    taken, own = (first, other) if first.slug == "tide" else (other, first)
    before = Article.objects.get(pk=own.pk).changed
    assert taken_over(folder, {"key": own.key, "slug": taken.slug}).code == 0
    own.refresh_from_db()
    assert (own.slug, own.changed) == (f"tide-{own.key[:4]}", before)
    assert len(versions_of(own)) == 1


def test_a_photo_that_staff_have_added_comes_once_whatever_its_words_are_by_now(folder: Path) -> None:
    load(folder)
    values = {"kind": "photo", "caption": "A crane.", "credit_line": "", "alt_text": "", "position": 0, "number": 3}
    flags = {"is_decorative": False, "credit_unknown": False}
    photo = {**values, **flags, "creator": "", "copyright_notice": "", "credit_raw": "", "src": "c.jpg", "digest": ""}
    taken_over(folder, {"key": key_of(0), "photos": [{"added": photo}]})
    taken_over(folder, {"key": key_of(0), "photos": [{"added": {**photo, "caption": "The blue crane."}}]})
    assert Article.objects.get(external_id="urn:post:0").photos.filter(src="c.jpg").count() == 1


def test_two_tags_of_another_archive_that_are_one_here_are_added_once(folder: Path) -> None:
    load(folder)
    merge_tags([Tag.objects.get(name="Boats")], Tag.objects.get(name="Ferries"), Stamp.now(None, "One thing"))
    article = Article.objects.get(external_id=None)
    assert taken_over(folder, {"key": article.key, "tags": {"added": ["Boats", "Ferries"]}}).code == 0
    assert [tag.name for tag in article.tags.all()] == ["Ferries"]


def test_an_added_photo_takes_nothing_from_another_article(folder: Path) -> None:
    load(folder)
    before = Photo.objects.filter(article__external_id="urn:post:1").values()[0]
    photo = {"id": before["id"], "article_id": before["article_id"], "caption": "A crane.", "digest": "", "src": ""}
    photo |= {"number": 1, "position": 0, "key": "zzzzzzzz", "file": "../secret", "loaded_number": 1}
    assert taken_over(folder, {"key": key_of(0), "photos": [{"added": photo}]}).code == 0
    added = Article.objects.get(external_id="urn:post:0").photos.get(caption="A crane.")
    assert (added.key, added.file, added.loaded_number) == ("zzzzzzzz", "", 0)
    assert Photo.objects.filter(pk=before["id"]).values().get() == before


def test_what_staff_decided_after_an_edit_was_made_stays_when_it_is_taken_over(
    folder: Path, archivist: Client, site: Client
) -> None:
    load(folder)
    first, second, third = (Article.objects.get(external_id=f"urn:post:{number}") for number in (1, 4, 5))
    first = saved(archivist, first, withdrawn="on", withdrawn_reason="An error", slug="one", deck="At last")
    merge(second, third, User.objects.get(username="ada"), "", tag_ids=[], photo_ids=[])
    tags = first.taggings.count()
    saved(archivist, first, tag_ids=tag_ids(first))
    lines = exported()
    saved(archivist, Article.objects.get(pk=first.pk), without=["withdrawn"], slug="ferry", deck="")
    archivist.post(f"/admin/articles/article/{second.pk}/separate/")
    lacking = Tag.objects.filter(name__in=["Boats", "Ferries"]).exclude(taggings__article=first).get()
    archivist.post("/admin/articles/article/tag/", {"rows": first.pk, "tags": [lacking.pk]})
    assert first.taggings.count() == tags
    assert take_over(folder, lines).code == 0
    first.refresh_from_db()
    assert (first.withdrawn_at, first.slug) == (None, "ferry")
    assert first.taggings.count() == tags
    assert site.get(second.get_absolute_url()).status_code == 200
