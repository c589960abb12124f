"""Kinds of tags: from sources, from the vocabulary and from staff; and the lists that keep them apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from articles.catalogue.ledger import Stamp
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.actions.unmerge_tags import unmerge
from articles.editorial.exchange.export import edits
from articles.ingest.errors import BadMetadata
from articles.ingest.tagging import Vocabulary
from articles.loading.undo import undo
from articles.models import Load, Tag, TagMerge
from tests.factories import make_article, make_tag
from tests.loading import aged, load
from tests.staff import TAGS, save
from tests.test_timelines import html, shown


def kinds() -> dict[str, str]:
    return dict(Tag.objects.exclude(kind="").values_list("name", "kind"))


def ninjs(folder: Path, name: str = "a.json", headline: str = "Ferry returns") -> None:
    item = {
        "uri": f"urn:{name}", "headline": headline, "versioncreated": "2020-01-02", "body_text": "Tarvik.",
        "person": [{"name": "Ana Ruiz"}], "place": [{"name": "Tarvik"}], "organisation": [{"name": "Solveig"}],
    }  # fmt: skip
    path = folder / name
    path.write_text(json.dumps(item), encoding="utf-8")
    aged(path)


@pytest.mark.django_db
def test_a_load_fills_in_the_kinds_that_sources_state_and_never_overwrites_staff(
    tmp_path: Path, admin_client: Client
) -> None:
    make_tag("Tarvik")
    ninjs(tmp_path)
    load(tmp_path)
    assert kinds() == {"Ana Ruiz": "person", "Tarvik": "place", "Solveig": "organisation"}
    for name, kind in (("Tarvik", "organisation"), ("Solveig", "")):
        save(admin_client, Tag.objects.get(name=name), kind=kind)
    ninjs(tmp_path, headline="Ferry is late")
    ninjs(tmp_path, "b.json")
    load(tmp_path)
    assert kinds() == {"Ana Ruiz": "person", "Tarvik": "organisation"}


@pytest.mark.django_db
def test_the_vocabulary_states_a_kind_and_changes_it_after_a_change(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, vocabulary = tmp_path / "articles", tmp_path / "tags.toml"
    folder.mkdir()
    ninjs(folder)
    monkeypatch.setattr(settings, "TAGS_FILE", vocabulary)
    for kind in ("organisation", "story"):
        vocabulary.write_text(f'[[tag]]\nname = "Tarvik"\nkind = "{kind}"\n', encoding="utf-8")
        load(folder)
        assert kinds()["Tarvik"] == kind


@pytest.mark.django_db
def test_undoing_a_load_takes_back_the_kinds_that_it_set_and_the_history_tells_both(
    tmp_path: Path, admin_client: Client
) -> None:
    make_tag("Tarvik")
    make_tag("Solveig")
    ninjs(tmp_path)
    load(tmp_path)
    history = f"{TAGS}{Tag.objects.get(name='Tarvik').pk}/history/"
    assert "</span>place<" in admin_client.get(history).content.decode()
    assert not [line for line in edits() if "tag" in line]  # a load says it again
    save(admin_client, Tag.objects.get(name="Solveig"), kind="story")
    undo(Load.objects.get(), user=None)
    assert kinds() == {"Solveig": "story"}
    assert "undone" in admin_client.get(history).content.decode()
    ninjs(tmp_path, headline="Ferry is late")
    load(tmp_path)
    assert kinds() == {"Ana Ruiz": "person", "Tarvik": "place", "Solveig": "story"}


def test_an_unknown_kind_in_the_vocabulary_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "tags.toml"
    path.write_text('[[tag]]\nname = "Tarvik"\nkind = "town"\n', encoding="utf-8")
    with pytest.raises(BadMetadata, match='has the kind "town"; known are person, place'):
        Vocabulary.load(path)


@pytest.mark.django_db
def test_a_merge_gives_its_kind_and_undoing_it_takes_that_back() -> None:
    make_article(tags=["Tarvik"])
    make_tag("Tarvik island", kind="place")
    merge_tags([Tag.objects.get(name="Tarvik island")], Tag.objects.get(name="Tarvik"), Stamp.now(None, ""))
    assert kinds() == {"Tarvik": "place"}
    assert [line["kind"] for line in edits() if line.get("tag") == "tarvik"] == ["place"]
    unmerge(TagMerge.objects.get(), None, "")
    assert kinds() == {"Tarvik island": "place"}


def test_readers_find_people_places_and_other_tags_apart(site: Client) -> None:
    make_tag("Ana Ruiz", kind="person")
    make_tag("Tarvik", kind="place")
    make_article(tags=["Ana Ruiz", "Tarvik", "Weather"])
    for address in ("/", "/tags/"):
        words = shown(site, address)
        places = [
            words.index(name) for name in ("People", "Ana Ruiz 1", "Places", "Tarvik 1", "Other tags", "Weather 1")
        ]
        assert places == sorted(places)
    page = html(site, "/tags/?kind=person")
    assert "Ana Ruiz" in page
    assert "Tarvik" not in page.partition("<main")[2]
    assert site.get("/tags/?kind=story").status_code == site.get("/tags/?kind=town").status_code == 404
    assert '<p class="kicker"><a href="/tags/?kind=place">Place</a></p>' in html(site, "/tags/tarvik/")
    assert "kicker" not in html(site, "/tags/weather/")


@pytest.mark.django_db
def test_staff_filter_the_list_of_tags_by_kind(admin_client: Client) -> None:
    make_tag("Tarvik", kind="place")
    make_tag("Weather")
    for query, names in (("place", ["Tarvik"]), ("none", ["Weather"])):
        answer = admin_client.get(TAGS, {"kind": query})
        assert [tag.name for tag in answer.context["cl"].result_list] == names
