"""Photo files for readers: of published articles only, with their current words."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from articles.catalogue import photo_files
from articles.catalogue.photo_files import label_renditions
from articles.models import Article, Photo, Rendition
from articles.public.views.renditions import UNREADABLE, is_shown
from newsarchive.media import MediaFiles
from tests.generations import WatchInside, begin_to_write
from tests.loading import load
from tests.photo_files import held, photo, plain
from tests.staff import saved

POST = """---
title: Quokka Pier
date: 2020-02-02
tags: [Ferries]
---
Numbat stands on it.

![Bilby at dusk](pier.jpg "Wombat at the pier. [Photo by Dingo Press]")

Last.
"""
OTHER = "---\ntitle: The harbour\ndate: 2020-02-02\ntags: [Ferries]\n---\nIt is deep.\n"
WORDS = ("Quokka Pier", "Numbat", "Bilby", "Wombat", "Dingo")
Commits = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, settings: Any, db: None) -> Path:
    """A loaded folder with an article of one photo, and another article."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "site").mkdir()
    (tmp_path / "site/pier.jpg").write_bytes(plain(size=(900, 300)))
    (tmp_path / "site/post.md").write_text(POST)
    (tmp_path / "site/other.md").write_text(OTHER)
    load(tmp_path / "site")
    return tmp_path / "site"


def pier() -> Article:
    return Article.objects.get(headline="Quokka Pier")


def shown() -> list[str]:
    """The addresses of all renditions."""
    return [url for made in Rendition.objects.order_by("pk") for url in (made.url, made.url_webp)]


def on_disk(settings: Any) -> set[str]:
    """The addresses that the renditions on the disk would have."""
    files = (settings.MEDIA_ROOT / "renditions").rglob("*.*")
    return {f"/media/{file.relative_to(settings.MEDIA_ROOT)}" for file in files}


def withdraw(editor: Client) -> None:
    saved(editor, pier(), withdrawn="on", withdrawn_reason="A court.")


def pages(environ: Any, start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [])
    return [b"the page"]


def ask(files: MediaFiles, address: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """The answer of the WSGI application, before Django."""
    environ = RequestFactory().generic(method, "/", PATH_INFO=address, headers=headers).environ
    started: list[Any] = []
    body = b"".join(files(environ, lambda *how: started.append(how)))  # type: ignore[arg-type]
    ((status, fields),) = started
    return int(status.split()[0]), dict(fields), body


# --- A photo that is shown. -------------------------------------------------------------------------------------------


def test_a_photo_is_kept_by_readers_for_an_hour_and_by_shared_caches_for_seconds(folder: Path, site: Client) -> None:
    for address, kind in zip(shown(), ["image/jpeg", "image/webp"] * 2, strict=True):
        status, headers, body = ask(MediaFiles(pages, WatchInside()), address)
        page = site.get(address, headers={"Accept-Encoding": "gzip"})
        assert (status, page.status_code) == (200, 200)
        assert body == b"".join(page)
        assert body.startswith({"image/jpeg": b"\xff\xd8", "image/webp": b"RIFF"}[kind])
        assert {name: page[name] for name in headers} == headers
        assert (headers["Content-Type"], headers["Content-Length"]) == (kind, str(len(body)))
        assert headers["Cache-Control"] == "public, max-age=3600, s-maxage=5"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert headers["Access-Control-Allow-Origin"] == "*"


def test_a_photo_is_asked_for_again_in_part_or_only_if_it_has_changed(folder: Path, site: Client) -> None:
    files, address = MediaFiles(pages, WatchInside()), shown()[0]
    _, headers, whole = ask(files, address)
    etag, since = headers["ETag"], headers["Last-Modified"]
    for tag in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        status, again, body = ask(files, address, **{"If-None-Match": tag})
        assert (status, again["ETag"], body) == (304, etag, b"")
    assert ask(files, address, **{"If-None-Match": '"other"'})[0] == 200
    assert ask(files, address, **{"If-Modified-Since": since})[0] == 304
    status, part, body = ask(files, address, Range="bytes=10-19")
    assert (status, body, part["Content-Range"]) == (206, whole[10:20], f"bytes 10-19/{len(whole)}")
    for ignored in ("bytes=0-0", "bytes=5-1", "lines=1-2"):
        assert ask(files, address, Range=ignored)[0] == 200
    assert ask(files, address, Range=f"bytes={len(whole)}-")[0] == 416
    assert ask(files, address, Range="bytes=0-3", **{"If-Range": '"other"'})[0] == 200
    assert ask(files, address, Range="bytes=0-3", **{"If-Range": etag})[0] == 206
    status, head, body = ask(files, address, "HEAD")
    assert (status, head["Content-Length"], body) == (200, str(len(whole)), b"")


def test_nobody_sends_anything_to_a_photo(folder: Path, site: Client) -> None:
    assert ask(MediaFiles(pages, WatchInside()), shown()[0], "POST")[0] == 404, "it is left to the application"
    assert site.post(shown()[0]).status_code == 405


def test_whether_a_photo_is_shown_is_asked_once_until_something_changes(
    folder: Path, site: Client, editor: Client
) -> None:
    files, address = MediaFiles(pages, WatchInside()), shown()[0]
    with CaptureQueriesContext(connections["default"]) as captured:
        assert [ask(files, address)[0] for _ in range(3)] == [200] * 3
        assert ask(files, "/media/renditions/none.jpg")[2] == b"the page"
    assert len([query for query in captured if "articles_rendition" in query["sql"]]) == 1
    begin_to_write()
    withdraw(editor)
    assert ask(files, address)[2] == b"the page"


def test_one_indexed_query_tells_whether_a_photo_is_shown(folder: Path) -> None:
    path = Rendition.objects.all()[0].file_webp
    with CaptureQueriesContext(connections["default"]) as captured:
        assert is_shown(path)
    (query,) = captured.captured_queries
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # of one row, no index is any use, and which is chance
            cursor.execute(f"EXPLAIN {query['sql']}")
            assert "Seq Scan" not in str(cursor.fetchall())
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = str(cursor.fetchall())
            assert "photo_digest" in plan
            assert "SCAN" not in plan


# --- Anything else. ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "{original}", "renditions/", "renditions/ab/", "renditions/ab/note.html", "renditions/{digest}-400.jpg",
        "renditions/../{original}", "renditions/../../secret.jpg", "renditions/%2e%2e/%2e%2e/secret.jpg",
        "renditions//etc/passwd.jpg", "renditions/ab/x%00.jpg", "renditions/ab/x%17.jpg", "{stray}",
    ],
)  # fmt: skip
def test_nothing_but_photos_of_articles_is_served(folder: Path, site: Client, settings: Any, path: str) -> None:
    found, stray = Photo.objects.get(), f"renditions/ab/{'ab' * 32}-12345678-400.jpg"
    for name in (stray, "renditions/ab/note.html", "../secret.jpg"):
        (settings.MEDIA_ROOT / name).parent.mkdir(exist_ok=True)
        (settings.MEDIA_ROOT / name).write_bytes(b"secret")
    address = f"/media/{path.format(original=found.file, digest=found.digest, stray=stray)}"
    for headers in ({}, {"If-None-Match": "*"}):
        assert site.get(address, headers=headers).status_code == 404
        assert ask(MediaFiles(pages, WatchInside()), address, **headers)[2] == b"the page"


def test_a_photo_whose_file_is_not_on_this_disk_is_not_found(folder: Path, site: Client, settings: Any) -> None:
    shutil.rmtree(settings.MEDIA_ROOT / "renditions")
    assert site.get(shown()[0], headers={"If-None-Match": "*"}).status_code == 404
    assert ask(MediaFiles(pages, WatchInside()), shown()[0])[2] == b"the page"


def test_a_photo_that_cannot_be_read_now_is_tried_once_and_logged_and_asked_for_later(
    folder: Path, site: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried, noted, (address, *_) = [], dict[str, Any](), shown()

    def fail(name: str) -> None:
        tried.append(name)
        raise OSError(errno.EIO, "no answer", name)

    def application(environ: Any, start_response: Any) -> list[bytes]:
        noted.update(environ)
        return pages(environ, start_response)

    monkeypatch.setattr(photo_files, "nearby", fail)
    ask(MediaFiles(application, WatchInside()), address)
    answer = site.get(address, **{UNREADABLE: noted[UNREADABLE]})
    assert (answer.status_code, answer["Retry-After"], len(tried)) == (503, "5", 1)
    lines = [row.getMessage() for row in caplog.records if row.name == "articles.public.views.renditions"]
    assert lines == [f"A photo was not sent: [Errno 5] no answer: '{address.removeprefix('/media/')}'"]
    assert site.get(address).status_code == 503


def test_a_photo_that_is_not_in_the_bucket_is_not_found(
    folder: Path, site: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (address, *_), settings.MEDIA_STORAGE = shown(), "s3://photos"
    monkeypatch.setattr(photo_files, "media", lambda: settings.MEDIA_ROOT.parent)
    shutil.rmtree(settings.MEDIA_ROOT / "renditions")
    assert site.get(address).status_code == 404


def test_an_address_that_is_no_host_is_not_found(site: Client) -> None:
    for path in ("//[x", "//[x/", "//evil.example/x"):
        answer = site.get("/", PATH_INFO=path)
        assert answer.status_code in (301, 404), path
        assert "//evil.example" not in answer.headers.get("Location", "")


# --- Withdrawn, and back. ---------------------------------------------------------------------------------------------


def test_photos_of_a_withdrawn_article_are_gone_until_it_is_back(folder: Path, site: Client, editor: Client) -> None:
    addresses = shown()
    withdraw(editor)
    for address in addresses:
        answer = site.get(address)
        assert answer.status_code == 410
        assert "A court." in answer.content.decode()
        assert "immutable" not in answer["Cache-Control"]
    saved(editor, pier(), without="withdrawn", withdrawn="")
    assert {site.get(address).status_code for address in addresses} == {200}


def test_a_photo_that_another_article_shows_too_stays(folder: Path, site: Client, editor: Client) -> None:
    (folder / "twin.md").write_text(POST.replace("Quokka Pier", "Second pier").replace("Numbat", "An emu"))
    load(folder)
    withdraw(editor)
    assert {site.get(address).status_code for address in shown()} == {200}


def links_of(text: str, address: str) -> Iterator[str]:
    """The addresses of this site that a page, feed or record names."""
    named = re.findall(r'(?:href|src)="([^"]+)"|(http://testserver/[^\s"<>,\\)}]*)', text)
    sizes = [part.split()[0] for group in re.findall(r'srcset="([^"]+)"', text) for part in group.split(", ")]
    for found in [a or b for a, b in named] + sizes:
        link = urlsplit(urljoin(f"http://testserver{address}", unescape(found)))
        if link.netloc == "testserver" and not link.path.startswith(("/static/", "/admin/")):
            yield f"{link.path}?{link.query}" if link.query else link.path


def everything(site: Client, *begin: str) -> dict[str, bytes]:
    """All that is served, by address."""
    todo, served = list(begin), dict.fromkeys(begin, b"")
    while todo:
        address = todo.pop()
        answer = site.get(address)
        served[address] = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        is_text = not answer.get("Content-Type", "").startswith("image/")
        text = served[address].decode() if is_text else ""
        for link in [*links_of(text, address), *([answer["Location"]] if answer.has_header("Location") else [])]:
            if link not in served:
                served[link] = b""
                todo.append(link)
    return served


def test_who_knows_every_address_ever_served_finds_nothing_of_a_withdrawn_article(
    folder: Path, site: Client, editor: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = everything(site, "/", "/sitemap.xml", pier().short_url, "/search/?q=numbat")
        saved(editor, pier(), deck="Potoroo", **{"photos-0-caption": "Wombat and kangaroo."})
        served = [*first.items(), *everything(site, "/", "/sitemap.xml", *first).items()]
    assert len(dict(served)) > 60
    pictures = {body for address, body in served if address.startswith("/media/") and body}
    assert len(pictures) == 8, "two sizes of two kinds, with the words before and after"
    assert all(any(word.encode() in body for _, body in served) for word in (*WORDS, "Potoroo", "kangaroo"))
    withdraw(editor)
    for address in dict(served):
        answer = site.get(address)
        body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        asked = unquote_plus(address)  # which a page may repeat
        words = [word for word in (*WORDS, "Potoroo", "kangaroo") if word not in asked]
        found = [word for word in words if word.encode() in body]
        assert not found, (address, found)
        assert body not in pictures, address
        if address.startswith(("/media/", "/2020/02/02/quokka-pier/")):
            assert answer.status_code in (301, 404, 410), address


# --- Former words. ----------------------------------------------------------------------------------------------------


def test_the_words_before_a_correction_are_nowhere_and_their_address_leads_to_those_after_it(
    folder: Path, site: Client, editor: Client, settings: Any, django_capture_on_commit_callbacks: Commits
) -> None:
    former = shown()
    with django_capture_on_commit_callbacks(execute=True):
        saved(editor, pier(), **{"photos-0-caption": "The north pier."})
    assert set(former).isdisjoint(shown())
    assert on_disk(settings) == set(shown())
    for before, now in zip(former, shown(), strict=True):
        answer = site.get(before)
        assert (answer.status_code, answer["Location"]) == (301, now)
        assert held(b"".join(site.get(now))).words.caption == "The north pier."  # type: ignore[arg-type]


def test_loading_again_does_not_bring_the_former_words_back(
    folder: Path, editor: Client, settings: Any, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        saved(editor, pier(), **{"photos-0-caption": "The north pier."})
        (folder / "post.md").write_text(POST.replace("Last.", "The end."))
        assert load(folder).outcomes["post.md"] == "updated"
        load(folder, take_source=False, keep_originals=True)
    assert on_disk(settings) == set(shown())


@pytest.mark.parametrize("how", ["another file", "another photo", "other words"])
def test_files_of_a_replaced_photo_go_and_are_back_when_the_load_is_undone(
    folder: Path, site: Client, settings: Any, how: str, django_capture_on_commit_callbacks: Commits
) -> None:
    former = shown()
    if how == "another file":
        (folder / "pier.jpg").write_bytes(photo(size=(900, 400)))
    (folder / "quay.jpg").write_bytes(plain(size=(1000, 500)))
    changed = {"another photo": POST.replace("pier.jpg", "quay.jpg"), "other words": POST.replace("Wombat", "Koala")}
    (folder / "post.md").write_text(changed.get(how, POST))
    with django_capture_on_commit_callbacks(execute=True):
        load(folder)
    assert set(former).isdisjoint(shown())
    assert on_disk(settings) == set(shown())
    with django_capture_on_commit_callbacks(execute=True):
        call_command("undo_load", verbosity=0)
    assert shown() == former
    assert on_disk(settings) == set(former)
    assert {held(b"".join(site.get(address))).words.caption for address in former} == {"Wombat at the pier."}  # type: ignore[arg-type]


def test_a_photo_that_staff_remove_is_gone_from_the_disk_too(
    folder: Path, site: Client, root: Client, settings: Any, django_capture_on_commit_callbacks: Commits
) -> None:
    former = shown()
    with django_capture_on_commit_callbacks(execute=True):
        saved(root, pier(), **{"photos-0-DELETE": "on"})
    assert not on_disk(settings)
    assert {site.get(address).status_code for address in former} == {404}


def test_a_photo_that_is_needed_again_is_made_again_from_its_file(folder: Path, settings: Any) -> None:
    """Another article's words were corrected between the reading and the writing of this one, say."""
    before = {file.name: file.read_bytes() for file in settings.MEDIA_ROOT.rglob("renditions/*/*")}
    shutil.rmtree(settings.MEDIA_ROOT / "renditions")
    assert label_renditions(list(Photo.objects.all()))
    assert {file.name: file.read_bytes() for file in settings.MEDIA_ROOT.rglob("renditions/*/*")} == before
