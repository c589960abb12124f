"""The groups of staff and their permissions, which every ``migrate`` completes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from articles.admin.groups import GROUPS
from tests.staff import staff


def permissions_of(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def all_of(kind: str) -> set[str]:
    found = Permission.objects.filter(content_type__app_label="articles", codename__startswith=kind)
    return set(found.values_list("codename", flat=True))


@pytest.mark.django_db
def test_each_group_has_what_the_table_says_and_may_look_at_everything() -> None:
    assert {name: permissions_of(name) - all_of("view_") for name in GROUPS} == {
        name: set(codenames) for name, codenames in GROUPS.items()
    }
    assert all(permissions_of(name) >= all_of("view_") for name in GROUPS)


@pytest.mark.django_db
def test_no_group_adds_or_deletes_what_loads_bring() -> None:
    for name in GROUPS:
        assert not permissions_of(name) & {"delete_article", "add_article", "delete_photo", "add_load"}


@pytest.mark.django_db
def test_a_permission_that_is_new_in_the_table_reaches_an_archive_with_its_next_migrate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(GROUPS, "Viewers", ("change_tag",))
    call_command("migrate", verbosity=0)
    assert permissions_of("Viewers") == all_of("view_") | {"change_tag"}


@pytest.mark.django_db
def test_what_was_added_by_hand_stays_and_what_was_taken_away_is_back_after_the_next_migrate() -> None:
    editor, editors = staff("nora", "Editors"), Group.objects.get(name="Editors")
    editors.permissions.remove(Permission.objects.get(codename="change_article"))
    editors.permissions.add(Permission.objects.get(codename="delete_tag"))
    Group.objects.get(name="Viewers").delete()
    own = Group.objects.create(name="Interns")
    call_command("migrate", verbosity=0)
    assert permissions_of("Editors") == all_of("view_") | set(GROUPS["Editors"]) | {"delete_tag"}
    assert permissions_of("Viewers") == all_of("view_")
    assert not own.permissions.exists()
    assert list(editor.groups.all()) == [editors]


@pytest.mark.django_db
def test_an_emptied_database_has_the_groups() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)
