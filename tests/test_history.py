"""The history of an article: its versions for readers, corrections, and bringing a version back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Photo, Tagging
from tests.factories import HEADLINE, make_article, make_original, make_photo, remember, withdraw
from tests.loading import load, text_file
from tests.staff import logged_in, saved, staff

pytestmark = pytest.mark.django_db
AT = "/2022/03/04/ferry-returns-to-the-north-quay/"
BODY = "The ferry sailed at nine.\n\nIt was full.\n\nNobody had sold a ticket."


def loaded_article(headline: str = HEADLINE, **values: Any) -> Article:
    """An article with two photos and two tags, as a load leaves it: without history."""
    article = make_article(headline, **{"tags": ["Harbours", "Ferries"], **values})
    make_original(article, headline.encode())
    make_photo(article, sizes=[(400, 300)], position=1)
    make_photo(article, caption="The quay.", credit_line="", position=2)
    remember(article)
    for model in (Article, Photo, Tagging):
        model.history.all().delete()
    return Article.objects.get(pk=article.pk)


def words(client: Client, address: str, status: int = 200) -> str:
    """What a page says, without its markup, removed words as ``[-…-]`` and added ones as ``{+…+}``."""
    answer = client.get(address)
    assert answer.status_code == status, address
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r'<span class="away"[^>]*>[^<]*</span>', "", main)
    for tag, signs in (("del", "[-{}-]"), ("ins", "{{+{}+}}")):
        main = re.sub(
            rf"<{tag}>(.*?)</{tag}>", lambda found, signs=signs: signs.format(found[1]), main, flags=re.DOTALL
        )
    return " ".join(unescape(re.sub(r"<[^>]+>", "", main)).split())


# --- For readers. -----------------------------------------------------------------------------------------------------


def test_an_unchanged_article_has_one_version_as_loaded(site: Client) -> None:
    loaded_article()
    listed = words(site, f"{AT}history/")
    assert "one version, unchanged since it was loaded" in listed
    assert "Version 1 the present one Loaded from its source" in listed
    assert "Nobody had sold a ticket." in words(site, f"{AT}history/1/")
    assert site.get(f"{AT}history/1/changes/").status_code == 404


def test_each_change_is_a_version_with_its_time_maker_reason_and_fields(site: Client, editor: Client) -> None:
    article = loaded_article()
    nora = logged_in(staff("nf", "Editors", first_name="Nora", last_name="Field"))
    saved(editor, article, headline="Ferry back", reason="The desk’s wording")
    saved(nora, article, body=BODY.replace("full", "empty"), **{"photos-1-caption": "Quay 2."})
    listed = words(site, f"{AT}history/")
    told = [
        "3 versions", "Version 3 the present one", "Nora Field", "Changed: Text · Photo 2: caption",
        "Version 2", "The archive’s staff", "The desk’s wording", "Changed: Headline", "Version 1", "Loaded from its",
    ]  # fmt: skip
    assert [listed.index(one) for one in told] == sorted(listed.index(one) for one in told)
    assert "nora" not in listed
    assert f"{datetime.now(UTC):%H:%M} UTC" in listed or f"{datetime.now(UTC) - timedelta(minutes=1):%H:%M}" in listed


def test_a_former_version_is_shown_whole_and_says_that_it_is_one(site: Client, editor: Client) -> None:
    article = loaded_article(deck="As before the fire")
    saved(editor, article, headline="Ferry back", body="Nothing.", published="2022-03-05",
          **{"photos-0-caption": "No ferry.", "taggings-0-DELETE": "on"})  # fmt: skip
    at = Article.objects.get().get_absolute_url()
    page = site.get(f"{at}history/1/").content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' not in page
    assert f'<a href="{at}">The article as it is now</a>' in page
    assert "-400.jpg" in page
    shown = words(site, f"{at}history/1/")
    told = [
        "This is version 1, a former one", "Ferry returns to the north quay", "As before the fire",
        "Published 4 March 2022", "sailed at nine.", "The ferry at the quay. Photo: Mei Tanaka", "It was full.",
        "The quay.", "TagsFerries, Harbours",
    ]  # fmt: skip
    assert [one for one in told if one not in shown] == [], shown
    assert [shown.index(one) for one in told] == sorted(shown.index(one) for one in told)
    assert "TagsHarbours" in words(site, f"{at}history/2/")


def test_changes_are_told_word_by_word(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), body=BODY.replace("full", "empty"), deck="A deck", **{"photos-1-position": "0"})
    told = words(site, f"{AT}history/2/changes/")
    assert "Text 1 paragraph unchanged It was [-full-]{+empty+}. 1 paragraph unchanged" in told
    assert "Deck {+A deck+}" in told
    assert "Photo 2: place" in told
    page = site.get(f"{AT}history/2/changes/").content.decode()
    assert '<ins><span class="away" lang="en">[added: </span>empty' in page


def test_a_photo_that_stays_beside_its_paragraph_has_not_moved(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), body=f"Fog came in.\n\n{BODY}")
    assert (
        words(site, f"{AT}history/").count("Changed: Text See") + words(site, f"{AT}history/").count("Changed: Text.")
        == 1
    )


def test_tags_that_came_and_went_are_told(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), **{"taggings-0-DELETE": "on"})
    assert "Tags [-Ferries, -]Harbours" in words(site, f"{AT}history/2/changes/")


def test_a_load_is_told_as_one(site: Client, tmp_path: Path) -> None:
    path = text_file(tmp_path / "site", "ferry.txt", body="It sailed.")
    load(tmp_path / "site")
    path.write_text(path.read_text().replace("It sailed.", "It sailed late."))
    load(tmp_path / "site")
    at = Article.objects.get().get_absolute_url()
    listed = words(site, f"{at}history/")
    assert listed.count("Loaded from its source") == 2
    assert "It sailed{+ late+}." in words(site, f"{at}history/2/changes/")
    assert "It sailed." in words(site, f"{at}history/1/")


def test_an_undated_article_has_its_history_too(site: Client, editor: Client) -> None:
    article = loaded_article(published="", slug="ferry")
    saved(editor, article, deck="A deck")
    for ending in ("history/", "history/1/", "history/2/", "history/2/changes/"):
        assert site.get(f"/undated/ferry/{ending}").status_code == 200


def test_the_history_of_a_withdrawn_article_is_gone(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), deck="A deck")
    withdraw(Article.objects.get())
    for ending in ("history/", "history/1/", "history/2/changes/", "original/0123456789ab"):
        assert site.get(f"{AT}{ending}").status_code == 410


def test_a_moved_articles_history_moves_with_it(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), published="2022-03-05")
    for ending in ("history/", "history/1/", "history/2/changes/", "original/0123456789ab"):
        moved = site.get(f"{AT}{ending}")
        assert (moved.status_code, moved["Location"]) == (301, f"{AT.replace('/04/', '/05/')}{ending}")
    assert "Published [-4-]{+5+} March 2022" in words(site, f"{AT.replace('/04/', '/05/')}history/2/changes/")


@pytest.mark.parametrize(
    "ending", ["history/0/", "history/3/", "history/x/", "history/3/changes/", "history/?before=1"]
)
def test_what_is_no_version_is_not_found(site: Client, editor: Client, ending: str) -> None:
    saved(editor, loaded_article(), deck="A deck")
    assert site.get(f"{AT}history/{ending}").status_code == 404


def test_what_was_changed_past_the_history_is_a_version_and_keeps_its_number(site: Client, editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, deck="A deck")
    Article.objects.update(headline="By another way")
    assert "Version 3 the present one Not recorded" in words(site, f"{AT}history/")
    saved(editor, article, deck="Another deck")
    assert "By another way" in words(site, f"{AT}history/3/")
    assert "A deck" in words(site, f"{AT}history/3/")
    assert "Another deck" in words(site, f"{AT}history/4/")


def test_a_photos_former_file_is_not_shown_as_the_present_one(site: Client, editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, deck="A deck")
    Photo.objects.filter(number=1).update(digest="ab" * 32)
    saved(editor, article, deck="Another deck")
    assert "but cannot show it" in words(site, f"{AT}history/2/")


def test_a_long_history_is_read_page_by_page(site: Client, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("articles.views.history"), "VERSIONS_SHOWN", 2)
    for number in range(4):
        saved(editor, loaded_article() if not number else Article.objects.get(), deck=f"Deck {number}")
    pages = [f"{AT}history/", f"{AT}history/?before=4", f"{AT}history/?before=2"]
    assert [re.findall(r"Version (\d)", words(site, page)) for page in pages] == [["5", "4"], ["3", "2"], ["1"]]
    assert 'href="?before=4">Older' in site.get(pages[0]).content.decode()
    assert 'href="?before=6">Newer' in site.get(pages[1]).content.decode()


def test_a_history_of_any_length_asks_the_same_number_of_questions(
    site: Client, editor: Client, queries_of: Callable[[str], int]
) -> None:
    article = loaded_article()
    addresses = [f"{AT}history/", f"{AT}history/1/", f"{AT}history/2/changes/"]
    saved(editor, article, deck="Deck", body="A text.")
    few = [queries_of(address) for address in addresses]
    for number in range(8):
        saved(editor, article, deck=f"Deck {number}", **{"photos-1-caption": f"Caption {number}"})
    assert [queries_of(address) for address in addresses] == few
    assert max(few) <= 16


def test_other_articles_histories_are_not_read(site: Client, editor: Client) -> None:
    other = loaded_article("Another ferry")
    saved(editor, other, deck="A deck")
    loaded_article()
    with CaptureQueriesContext(connections["default"]) as captured:
        assert site.get(f"{AT}history/").status_code == 200
    asked = [one["sql"] for one in captured if "historical" in one["sql"]]
    assert asked
    assert all("WHERE" in sql for sql in asked)
