"""Backups of Blogger: the classic one, and that of Takeout."""

from __future__ import annotations

import zipfile
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from articles.models import Article, Photo
from tests.loading import load
from tests.photo_files import plain

pytestmark = pytest.mark.django_db

FEED = """<?xml version='1.0' encoding='UTF-8'?><?xml-stylesheet href="http://www.blogger.com/styles/atom.css" type="text/css"?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:app='http://www.w3.org/2007/app' xmlns:thr='http://purl.org/syndication/thread/1.0'>
<id>tag:blogger.com,1999:blog-5.archive</id><title type='text'>Quay Notes</title><link rel='self' type='application/atom+xml' href='http://www.blogger.com/feeds/5/archive'/>
<link rel='alternate' type='text/html' href='https://quay-notes.blogspot.com/'/><author><name>Eva Holm</name><email>eva@example.org</email></author>
{entries}
</feed>"""  # noqa: E501
KIND = (
    "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
)


def entry(number: int, title: str, html: str, *, path: str = "", kind: str = "post", more: str = "") -> str:
    link = f"<link rel='alternate' type='text/html' href='https://quay-notes.blogspot.com{path}'/>" if path else ""
    author = "" if "<author>" in more else "<author><name>Eva Holm</name><email>eva@example.org</email></author>"
    return (
        f"<entry><id>tag:blogger.com,1999:blog-5.post-{number}</id><published>2013-05-0{number}T21:30:00.001+02:00</published>"
        f"<updated>2013-05-0{number}T21:30:00.001+02:00</updated>{KIND.format(kind)}<title type='text'>{title}</title>"
        f"<content type='html'>{escape(html)}</content>{link}{author}{more}</entry>"
    )


SETTING = f"""<entry><id>tag:blogger.com,1999:blog-5.settings.BLOG_LOCALE</id>{KIND.format("settings")}
<title type='text'>The language</title><content type='text'>nb_NO</content></entry>"""

TAKEOUT = """<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'>
<id>tag:blogger.com,1999:blog-6</id><title>Dune Post</title>
<entry><id>tag:blogger.com,1999:blog-6.post-1</id><blogger:type>POST</blogger:type><blogger:status>{status}</blogger:status>
<author><name>{author}</name><uri>https://example.org/2</uri><blogger:type>BLOGGER</blogger:type></author><title>{title}</title>
<content type='html'>&lt;p&gt;The dune moved nine metres in one night.&lt;/p&gt;</content>
<blogger:metaDescription>{deck}</blogger:metaDescription><blogger:created>2024-01-01T09:00:00Z</blogger:created>
<published>{published}</published><updated>{published}</updated><blogger:location/>
<category scheme='tag:blogger.com,1999:blog-6' term='Dunes'/><blogger:filename>{path}</blogger:filename>
<blogger:trashed/></entry></feed>"""


def takeout(folder: Path, settings: str = "", **more: str) -> Path:
    values = {"status": "LIVE", "author": "Jon Lie", "title": "A dune moves", "deck": "", "path": "/2024/01/dune.html"}
    path = folder / "Takeout/Blogger/Blogs/Dune Post/feed.atom"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TAKEOUT.format(**values | {"published": "2024-01-31T23:30:00Z"} | more))
    if settings:
        path.with_name("settings.csv").write_text(settings)
    return path


def backup(folder: Path, *entries: str) -> Path:
    path = folder / "blog-05-09-2013.xml"
    path.write_text(FEED.format(entries="\n".join(entries)))
    return path


# Words and expectations of small backups; rules were written for the first half.
POSTS: list[tuple[str, dict[str, Any]]] = [
    (
        entry(1, "Pier opens", "It opened.<br /><br />Nobody fell in.", path="/2013/05/pier-opens.html"),
        {"body": "It opened.\n\nNobody fell in.", "slug": "pier-opens", "former_paths": ["/2013/05/pier-opens.html"]},
    ),
    (
        entry(2, "Old crane", "<p>It fell.</p>", path="/2013/05/c.html", more="<author><name>Unknown</name></author>"),
        {"byline": "", "body": "It fell.", "archive_date": "2013-05-02"},
    ),
    (
        entry(3, "Søppel", "<div>Ny <b>båt</b>.</div><div><br /></div><div>Den lekker.</div>", path="/2013/05/x.html"),
        {"body": "Ny **båt**.\n\nDen lekker.", "language": "nb-NO", "source": "Quay Notes"},
    ),
    (
        entry(4, "A &amp;amp; B", "<span>One.</span><a name='more'></a><br /><br />Two.", path="/2013/05/a-b.html")
        .replace("<title", "<category scheme='http://www.blogger.com/atom/ns#' term='Åpent hav'/><title"),
        {"headline": "A & B", "body": "One.\n\nTwo.", "tags": ["Åpent hav"]},
    ),
    (
        entry(5, "Tide", "<p>It rose.</p>", path="/2013/05/tide.html",
              more="<author><name>Ola Vik</name></author><author><name>Kari Moe</name></author>"),
        {"byline": "Ola Vik, Kari Moe", "published": "2013-05-05T21:30:00+02:00"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("post", "expected"), POSTS)
def test_a_post_of_a_backup_is_an_article(tmp_path: Path, post: str, expected: dict[str, Any]) -> None:
    path = backup(tmp_path, SETTING, post)
    assert sorted(load(path).outcomes.values()) == ["created", "skipped"]
    article = Article.objects.get()
    found = {"tags": list(article.tags.values_list("name", flat=True)), "archive_date": str(article.archive_date)}
    found |= {"source": article.source.name if article.source else "", "slug": article.slug}
    assert {name: found.get(name, getattr(article, name)) for name in expected} == expected


TABLE = (
    "<table class='tr-caption-container' style='float: left;'><tbody><tr><td style='text-align: center;'>"
    "<a href='https://blogger.googleusercontent.com/img/b/R29/AVvX/s1600/quay%20two.png' imageanchor='1'>"
    "<img border='0' height='200' width='320' src='https://blogger.googleusercontent.com/img/b/R29/AVvX/s320/quay%20two.png'/>"
    "</a></td></tr><tr><td class='tr-caption'>{}</td></tr></tbody></table>It is <i>new</i>."
)


def test_a_picture_has_the_caption_below_it_and_its_largest_file_that_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "img/b/R29/AVvX/{}/quay two.png"
    for size in ("s320", "s1600"):
        (saved := Path(str(file).format(size))).parent.mkdir(parents=True)
        saved.write_bytes(plain())
    backup(tmp_path, entry(1, "Quay", TABLE.format("The new quay.<br/>Foto: Ola Vik"), path="/2013/05/quay.html"))
    load(tmp_path)
    photo, article = Photo.objects.get(), Article.objects.get()
    assert (photo.caption, photo.credit_line, article.body) == ("The new quay.", "Ola Vik", "It is *new*.")
    assert "/s1600/" in photo.src
    assert photo.file


def test_what_was_never_published_or_was_deleted_is_left_out(tmp_path: Path, site: Client) -> None:
    draft = "<app:control><app:draft>yes</app:draft></app:control>"
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(
        folder,
        entry(1, "Half a thought", "<p>No.</p>", path="/2013/05/half.html", more=draft),
        entry(2, "Never had an address", "<p>No.</p>"),
        entry(3, "About us", "<p>We are.</p>", path="/p/about.html", kind="page"),
        entry(4, "Well said", "Well said!", path="/2013/05/pier.html?showComment=1", kind="comment"),
        entry(5, "Layout", "template", kind="template"),
    )
    takeout(folder, status="SOFT_TRASHED")
    run = load(folder)
    assert set(run.outcomes.values()) == {"skipped"}
    assert "Left out (not published by the source): 2 drafts, 1 deleted article\n" in run.out
    for status in ("DRAFT", "SCHEDULED", "HARD_DELETED"):
        takeout(folder, status=status)
        assert set(load(folder).outcomes.values()) == {"skipped"}
    takeout(folder, published="2999-01-01T00:00:00Z")
    assert set(load(folder).outcomes.values()) == {"skipped"}


SETTINGS = "blog_name,blog_subdomain,blog_locale,blog_time_zone\nDune Post,dune-post,en_GB,Europe/Oslo\n"


@pytest.mark.parametrize("given", ["folder", "file", "zip"])
def test_a_takeout_is_the_same_as_folder_file_and_zip(tmp_path: Path, given: str, site: Client) -> None:
    file = takeout(tmp_path, SETTINGS, deck="It goes north")
    paths = {"folder": tmp_path / "Takeout", "file": file, "zip": tmp_path / "takeout.zip"}
    with zipfile.ZipFile(paths["zip"], "w") as archive:
        for inner in (file, file.with_name("settings.csv")):
            archive.write(inner, inner.relative_to(tmp_path))
    load(paths[given])
    article = Article.objects.get()
    assert article.get_absolute_url() == "/2024/02/01/dune/"  # by the clock of the blog
    assert (article.headline, article.deck, article.byline) == ("A dune moves", "It goes north", "Jon Lie")
    assert (article.url, article.language) == ("https://dune-post.blogspot.com/2024/01/dune.html", "en-GB")
    assert (article.external_id, article.key) == ("tag:blogger.com,1999:blog-6.post-1", "6r22rv55qx")
    assert site.get("/2024/01/dune.html").headers["Location"].endswith("/2024/02/01/dune/")


@pytest.mark.parametrize(
    ("table", "address"),
    [
        ("", None),
        ("name,Dune Post\ncustomDomain,www.dune.example\nlocale,en\n", "https://www.dune.example/2024/01/dune.html"),
        ("blog_custom_domain,blog_subdomain\ndune.example,dune-post\n", "https://dune.example/2024/01/dune.html"),
    ],
)
def test_the_address_of_a_takeout_is_in_its_settings(tmp_path: Path, table: str, address: str | None) -> None:
    takeout(tmp_path, table)
    load(tmp_path / "Takeout")
    assert Article.objects.get().url == address


def test_the_profile_gives_a_takeout_its_address_and_time_zone(tmp_path: Path, settings: LazySettings) -> None:
    takeout(tmp_path)
    load(tmp_path / "Takeout")
    profile = next((Path(settings.VAR_DIR) / "sites").glob("*.toml"))
    profile.write_text(
        f"{profile.read_text()}".replace("[authors]", 'address = "https://dune.example"\ntime_zone = "Asia/Tokyo"')
    )
    load(tmp_path / "Takeout")
    article = Article.objects.get()
    assert (article.url, article.published) == ("https://dune.example/2024/01/dune.html", "2024-02-01T08:30:00+09:00")


def test_no_address_of_a_writer_is_in_an_original(tmp_path: Path, site: Client) -> None:
    authors = (
        "<author><name>eva@example.org</name><email xml:lang='en'>eva@example.org</email></author>"
        "<author><name type='text'>eva@example.org</name><email><![CDATA[eva@example.org]]></email>"
        "<uri>mailto:eva@example.org</uri></author>"
    )
    load(backup(tmp_path, entry(1, "Pier opens", "<p>It opened.</p>", path="/2013/05/pier.html", more=authors)))
    original = site.get(f"{Article.objects.get().get_absolute_url()}original").getvalue().decode()
    assert "Pier opens" in original
    assert "example.org" not in original
