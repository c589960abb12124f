"""Folders of old web pages: lists are no articles, and what all pages share is left out of each."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from articles.models import Article
from tests.loading import Run, aged, load

HTML_ARCHIVE = Path(__file__).parents[2] / "shared/corpora/sites/html-archive"
SENTENCE = "The ferry of the morning left the quay at nine, and all its seats had been taken an hour before. "
ABOVE = (
    "<table><tr><td><a href='/'>Home</a><br><a href='news.html'>News</a><br>Since 1911</td><td>{0}</td></tr></table>"
)
BELOW = "<hr><font size=1>Back to the top<br>Made with a text editor in Port Marsh, for all who live there</font>"

pytestmark = pytest.mark.django_db


def page(path: Path, headline: str, body: str, title: str = "{} - Harbour Daily") -> Path:
    text = f"<html><head><title>{title.format(headline)}</title></head><body>{body}</body></html>"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return aged(path)


def story(number: int) -> str:
    text = f"<p>{SENTENCE * 2}It was ferry {number}.</p><p>On pier {number}: {SENTENCE}</p>"
    return f"<font size=5><b>Ferry {number} sails</b></font>{text}"


def framed(folder: Path, numbers: range = range(40)) -> Path:
    """A site of stories within one frame, as people made them before there were generators."""
    for number in numbers:
        page(folder / f"{number:02}.htm", f"Ferry {number} sails", ABOVE.format(story(number)) + BELOW)
    return folder


def profile(settings: Any, name: str = "site") -> Path:
    return Path(settings.VAR_DIR) / "sites" / f"{name}.toml"


def words(number: int) -> tuple[str, str, list[str]]:
    article = Article.objects.get(headline=f"Ferry {number} sails")
    return article.headline, article.source.name if article.source else "", article.body.split("\n\n")


def skipped(run: Run) -> list[str]:
    return [name for name, outcome in run.outcomes.items() if outcome == "skipped"]


# --- The frame --------------------------------------------------------------------------------------------------------


def test_what_all_pages_share_is_in_no_article(tmp_path: Path, settings: Any) -> None:
    run = load(framed(tmp_path / "site"))
    assert run.outcomes == dict.fromkeys(run.outcomes, "created")
    shared = "“Harbour Daily” in the title, 5 lines around the text"
    assert f"A folder of one site: Harbour Daily. Left out of all articles: {shared}" in run.out
    assert f"To correct this, edit {profile(settings)}" in run.out
    sentence = SENTENCE.strip()
    assert words(7) == (
        "Ferry 7 sails",
        "Harbour Daily",
        [f"{sentence} {sentence} It was ferry 7.", f"On pier 7: {sentence}"],
    )
    written = tomllib.loads(profile(settings).read_text("utf-8"))
    assert written["titles"] == ["Harbour Daily"]
    assert written["above"] == ["Home", "News", "Since 1911"]
    assert written["below"] == ["Back to the top", "Made with a text editor in Port Marsh, for all who live there"]


def test_the_profile_decides_however_files_come_and_go(tmp_path: Path, settings: Any) -> None:
    site = framed(tmp_path / "site", range(34))
    load(site)
    first, text = words(7), profile(settings).read_text("utf-8")
    for number in range(8, 34):
        (site / f"{number:02}.htm").unlink()
    framed(site, range(50, 51))
    run = load(site)
    assert (run.outcomes["07.htm"], run.outcomes["50.htm"]) == ("unchanged", "created")
    assert load(site / "07.htm", check=True).outcomes == {"07.htm": "unchanged"}
    assert load(framed(site, range(51, 52)) / "51.htm").outcomes == {"51.htm": "created"}
    assert (words(7), profile(settings).read_text("utf-8")) == (first, text)
    for number in (50, 51):
        assert "Since 1911" not in " ".join(words(number)[2])
        assert "Port Marsh" not in " ".join(words(number)[2])


def test_a_frame_written_by_hand_is_applied_to_unchanged_files(tmp_path: Path, settings: Any) -> None:
    site, line = (
        tmp_path / "site",
        "This page has been written on the quay, and lives on a floppy disk in the town hall.",
    )
    for number in range(3):
        page(site / f"{number}.htm", f"Ferry {number} sails", f"{story(number)}<p>{line}</p>")
    assert "Left out" not in load(site).out
    assert words(2)[1:] == ("", [*words(2)[2][:2], line])
    path = profile(settings)
    path.write_text(path.read_text("utf-8").replace("[authors]", f'below = ["{line}"]\n[authors]'), encoding="utf-8")
    assert set(load(site).outcomes.values()) == {"updated"}
    assert words(2)[2][-1].startswith("On pier 2")
    assert set(load(site).outcomes.values()) == {"unchanged"}
    path.write_text(path.read_text("utf-8").replace(f'"{line}"', ""), encoding="utf-8")
    assert set(load(site).outcomes.values()) == {"updated"}
    assert words(2)[2][-1] == line
    path.unlink()
    assert set(load(site).outcomes.values()) == {"unchanged"}


@pytest.mark.parametrize("title", ["{} - Harbour Daily", "Harbour Daily: {}", "{} | News | Harbour Daily"])
def test_the_name_of_the_source_is_no_part_of_headlines(tmp_path: Path, settings: Any, title: str) -> None:
    page(tmp_path / "site/fire.html", "Fire on the quay", f"<p>{SENTENCE * 3}</p>", title=title)
    load(tmp_path / "site", source="Harbour Daily")
    assert Article.objects.get().headline in ("Fire on the quay", "Fire on the quay | News")


def test_a_dry_run_shows_the_frame_and_writes_no_profile(tmp_path: Path, settings: Any) -> None:
    run = load(framed(tmp_path / "site"), dry_run=True)
    assert "5 lines around the text" in run.out
    assert not profile(settings).exists()


def test_lines_of_the_frame_stay_where_they_are_text_of_an_article(tmp_path: Path) -> None:
    site = framed(tmp_path / "site")
    body = f"<h1>A poem</h1><p>{SENTENCE * 2}</p><p>Since 1911</p><p>{SENTENCE * 3}</p><p>Home</p><p>{SENTENCE * 2}</p>"
    page(site / "poem.htm", "A poem", ABOVE.format(body) + BELOW)
    load(site)
    text = Article.objects.get(headline="A poem").body.split("\n\n")
    assert (text[1], text[3], len(text)) == ("Since 1911", "Home", 5)


@pytest.mark.parametrize("by", ["By", "Por", "Von", "Автор:"])
def test_who_wrote_and_when_is_no_frame_though_all_pages_say_it(tmp_path: Path, by: str) -> None:
    for number in range(40):
        body = f"<h1>Ferry {number} sails</h1><p>{by} Anna Lee</p><p>March 3, 1999</p>{story(number)}"
        page(tmp_path / f"site/{number}.html", f"Ferry {number} sails", body)
    load(tmp_path / "site")
    assert set(Article.objects.values_list("byline", flat=True)) == {"Anna Lee"}
    assert {str(day)[:10] for day in Article.objects.values_list("published", flat=True)} == {"1999-03-03"}


def test_old_pages_were_at_the_paths_of_their_files_below_the_address_of_their_site(tmp_path: Path) -> None:
    page(tmp_path / "site/1999/ferry.htm", "Ferry sails", story(1))
    load(tmp_path / "site")
    assert Article.objects.get().former_paths == []
    (tmp_path / "site/1999/ferry.htm").rename(tmp_path / "site/ferry.htm")
    lines = "RewriteEngine on", "Redirect 301 /boat /~ann/ferry.htm", "redirect permanent /x http://other.example/"
    (tmp_path / "site/.htaccess").write_text("\n".join((*lines, 'Redirect "/sea.php" "http://harbour.example/boat"')))
    load(tmp_path / "site", address="http://www.harbour.example/~ann")
    assert Article.objects.get().former_paths == ["/~ann/ferry.htm", "/boat", "/sea.php"]


def test_nothing_is_learned_of_pages_of_different_sites(tmp_path: Path, settings: Any) -> None:
    framed(tmp_path / "site", range(20))
    for number in range(20):
        page(tmp_path / f"site/other/{number}.html", f"Boat {number}", story(number), title="{}")
    assert "Left out" not in load(tmp_path / "site").out
    assert "titles" not in tomllib.loads(profile(settings).read_text("utf-8"))


def test_no_page_of_the_sample_stops_a_load(tmp_path: Path) -> None:
    site = framed(tmp_path / "site")
    os.mkfifo(site / "00-pipe.htm")
    (site / "00-deep.htm").write_text("<div>" * 50_000 + "x", encoding="utf-8")
    (site / "00-long.htm").write_text("<p>" + "Home " * 200_000, encoding="utf-8")
    (site / "00-zeros.htm").write_bytes(b"\0" * 10_000)
    (site / "00-control.htm").write_text("<html><p>\x1b[31mHome</p></html>", encoding="utf-8")
    assert "5 lines around the text" in load(site).out


# --- Lists ------------------------------------------------------------------------------------------------------------

FIRE = "<h1>Fire on the quay</h1>"
MENU = "".join(f'<a href="{name}.html">{name.capitalize()}</a><br>' for name in ("home", "news", "sport", "letters"))
TEASERS = "".join(
    f'<tr><td><b><a href="{name}.html">{name.capitalize()} of the harbour</a></b><br>{SENTENCE}</td></tr>'
    for name in ("ferries", "mussels", "tides")
)
CONTENTS = "".join(
    f'<li><a href="s{number}.html">The story of the ferry {number}</a>, by Anna Lee' for number in range(9)
)


@pytest.mark.parametrize(
    "body",
    [
        f"<h2>1999</h2><table>{TEASERS}</table>",
        f"<h2>1999</h2>{MENU}<hr><table>{TEASERS}{TEASERS.replace('.html', '2.html')}</table>",
        f"<h1>Table of contents</h1><ul>{CONTENTS}</ul><p>{SENTENCE}</p>",
        f"<h2>Number 12</h2><ul>{CONTENTS}</ul>",
    ],
)
def test_a_list_of_pages_of_the_site_is_no_article(tmp_path: Path, body: str) -> None:
    page(tmp_path / "site/year.html", "1999", body)
    page(tmp_path / "site/s1.html", "Ferry 1 sails", story(1))
    run = load(tmp_path / "site")
    assert run.outcomes == {"year.html": "skipped", "s1.html": "created"}
    assert "Skipped (not articles): a list" in run.out


@pytest.mark.parametrize(
    "body",
    [
        f"{MENU}{FIRE}<p>{SENTENCE * 2}</p>",
        f"{MENU}{FIRE}<p>{SENTENCE * 2}</p><p>See also:<br>{CONTENTS}</p>",
        f"{FIRE}<p>{SENTENCE * 4}</p><table>{TEASERS}</table>",
        FIRE + "".join(f"<p><a href='{name}.html'>{name}</a> saw it. {SENTENCE}</p>" for name in ("Lee", "Ray", "Ode")),
        f"{MENU}{FIRE}<p>{'Red was the quay,<br>red was the day,<br>red the man<br>who ran.<br>' * 3}</p>",
        f"{MENU}{FIRE}<img src='fire.jpg' width=400 height=300><br>The fire at noon, seen from the town hall.",
    ],
)
def test_an_article_with_links_to_others_stays(tmp_path: Path, body: str) -> None:
    page(tmp_path / "site/fire.html", "Fire on the quay", body)
    assert load(tmp_path / "site").outcomes == {"fire.html": "created"}


def test_a_page_of_a_whole_issue_is_no_article_but_one_with_links_to_its_parts_is(tmp_path: Path) -> None:
    for number in range(3):
        page(tmp_path / f"ferry{number}.html", f"Ferry {number} sails", story(number))
    links = "".join(f"<a href='#ferry{number}'>Ferry {number}</a><br>" for number in range(3))
    page(tmp_path / "issue.html", "All of January", links + "".join(map(story, range(3))))
    page(tmp_path / "note.html", "How to sail", links + f"<p>{SENTENCE}</p><p>{SENTENCE}</p>")
    assert skipped(load(tmp_path)) == ["issue.html"]


def test_read_me_files_and_those_for_robots_are_no_articles_of_a_folder_of_web_pages(tmp_path: Path) -> None:
    page(
        tmp_path / "index.html",
        "Harbour Daily",
        "<a href='1.html'>Ferry 1 sails</a> <a href='2.html'>Ferry 2 sails</a>",
    )
    page(tmp_path / "1.html", "Ferry 1 sails", story(1))
    for name in ("README.md", "robots.txt", "humans.txt", "1/readme.txt", "news/robots.txt", "history-1.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"About {name}\n\n{SENTENCE}\n", encoding="utf-8")
    found = load(tmp_path).outcomes
    assert {name for name in found if found[name] == "created"} == {"1.html", "news/robots.txt", "history-1.txt"}


@pytest.mark.skipif(
    not HTML_ARCHIVE.is_dir(), reason="needs the shared sites in ../shared/corpora, beside this checkout"
)
def test_a_made_archive_of_old_pages_has_its_stories_photos_and_captions(tmp_path: Path) -> None:
    run = load(Path(shutil.copytree(HTML_ARCHIVE, tmp_path / "site")))
    assert skipped(run) == ["year.html"]
    articles = Article.objects.order_by("headline")
    assert [article.headline for article in articles] == [f"Harbour Lab News {number}" for number in (1, 2, 3)]
    for number, article in enumerate(articles, 1):
        captions = list(article.photos.order_by("position", "pk").values_list("caption", flat=True))
        assert captions == [f"Student Jill Marsh, cell {number}", f"Swimming mussels, linked {number}"]
        assert article.photo_file_count == 2
        assert "Marsh" not in article.body
