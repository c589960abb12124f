"""The generation: incremented by every change that readers can see, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from articles.catalogue.ledger import Stamp
from articles.editorial.actions.merge_tags import merge_tags
from articles.loading.undo import newest_to_undo, undo
from articles.models import ArticleChange, Change
from articles.models.generation import ONLY_UPDATES, generation_of, seen_tables
from tests.factories import make_article, make_damage, make_tag
from tests.generations import begin_to_write
from tests.loading import load, text_file
from tests.served import Archive
from tests.staff import saved, staff

pytestmark = pytest.mark.django_db


@contextmanager
def moved(by: bool = True) -> Iterator[None]:
    begin_to_write()
    before = generation_of(connection)
    assert before is not None
    yield
    assert (generation_of(connection) != before) is by


def test_a_save_and_a_withdrawal_by_an_editor_move_it(editor: Client) -> None:
    article = make_article()
    with moved():
        saved(editor, article, headline="Ferry returns at last")
    with moved():
        saved(editor, article, withdrawn="on", withdrawn_reason="The publisher asked.")
    with moved():
        saved(editor, article, without=["withdrawn"])


def test_a_load_and_its_undoing_move_it_and_a_load_of_nothing_new_does_not(tmp_path: Path) -> None:
    path = text_file(tmp_path / "in", "ferry.txt")
    with moved():
        load(path.parent)
    with moved(False):
        load(path.parent)
    with moved():
        undo(newest_to_undo())


def test_a_merge_of_tags_moves_it() -> None:
    kept, other = make_tag("Harbours"), make_tag("Ports")
    make_article(tags=["Ports"])
    with moved():
        merge_tags([other], kept, Stamp.now(staff("ada"), "One name is enough."))


def test_signing_in_and_reviewing_do_not_move_it(client: Client) -> None:
    damage = make_damage(make_article(), "credit-cut")
    user = staff("nora", "Editors")
    user.set_password("a long pass phrase")
    user.save()
    with moved(False):
        form = {"username": "nora", "password": "a long pass phrase"}
        assert client.post("/admin/login/?next=/admin/", form).status_code == 302
        type(damage).objects.update(reviewed_at="2026-01-01T00:00Z", reviewed_by=user)


def test_the_name_of_who_made_a_version_moves_it() -> None:
    user = staff("nora")
    with moved():
        user.last_name = "Berg"
        user.save()


def test_erasing_a_name_from_the_ledger_moves_it(editor: Client) -> None:
    saved(editor, make_article(headline="Ada Holm sails"), headline="Ferry sails")
    row = ArticleChange.objects.get()
    row.rows = row.rows.replace("Ada Holm", "N. N.")
    with moved():
        row.save()


def test_erasing_a_name_from_a_reason_moves_it(editor: Client) -> None:
    saved(editor, make_article(), headline="Ferry sails", reason="Ada Holm asked")
    with moved():
        Change.objects.update(reason="N. N. asked")


@pytest.mark.parametrize("table", sorted(seen_tables()))
def test_each_table_that_readers_see_is_watched(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        assert cursor.fetchone() == (1 if table in ONLY_UPDATES else 3,)


def test_an_archive_can_be_taken_back_to_nothing_and_set_up_again(tmp_path: Path) -> None:
    archive = Archive("", tmp_path)
    archive.manage("migrate", "--verbosity=0")
    archive.manage("migrate", "articles", "zero", "--verbosity=0")
    add = "from django.contrib.auth.models import User; User.objects.create_user('nora')"
    archive.manage("shell", "-c", add)
    archive.manage("migrate", "--verbosity=0")
    names = "from django.contrib.auth.models import Group; print(*Group.objects.values_list('name', flat=True))"
    assert {"Viewers", "Editors", "Archivists"} <= set(archive.manage("shell", "-c", names).stdout.split())
