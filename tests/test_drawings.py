"""SVG drawings: kept byte for byte, shown as pictures, and served so that they can do nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Photo
from articles.photos import BadPhoto
from newsarchive.media import MediaFiles
from tests.generations import WatchInside
from tests.loading import load
from tests.photo_files import held
from tests.staff import saved
from tests.test_media import ask, pages

SVG = "http://www.w3.org/2000/svg"
CHART = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Ink -->
<svg xmlns="{SVG}" width="480pt" height="2.5in" viewBox="0 0 640 240"><style>rect {{ fill: teal }}</style>
<rect width="600" height="200"/><text>Ferries a day</text></svg>
""".encode()
POST = """---
title: Quokka Pier
date: 2020-02-02
---
Numbat stands on it.

![A chart of ferries](chart.svg "Ferries a day. [Graphic by Dingo Press]")
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Any, db: None) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "site").mkdir()
    (tmp_path / "site/chart.svg").write_bytes(CHART)
    (tmp_path / "site/post.md").write_text(POST)
    assert load(tmp_path / "site").outcomes == {"post.md": "created"}
    return tmp_path / "site"


def address() -> str:
    return str(Photo.objects.get().renditions.get().url)


def test_a_drawing_is_kept_byte_for_byte_and_served_so_that_it_can_do_nothing(folder: Path, site: Client) -> None:
    status, headers, body = ask(MediaFiles(pages, WatchInside()), address())
    page = site.get(address())
    assert (status, page.status_code, body, b"".join(page)) == (200, 200, CHART, CHART)  # type: ignore[arg-type]
    assert {name: page[name] for name in headers} == headers
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("image/svg+xml", "nosniff")
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "style-src 'unsafe-inline'", "sandbox"} <= set(policy)
    assert "allow" not in headers["Content-Security-Policy"]


def test_pages_feeds_and_data_show_a_drawing_as_a_picture_of_its_kind(folder: Path, site: Client) -> None:
    article, photo = Article.objects.get(), Photo.objects.get()
    for page in (article.get_absolute_url(), photo.get_absolute_url(), "/photos/"):
        shown = site.get(page).content.decode()
        assert f'<img src="{address()}"' in shown
        assert "<rect" not in shown
    assert "640 × 240 pixels, SVG" in site.get(photo.get_absolute_url()).content.decode()
    (item,) = json.loads(site.get("/feeds/latest.json").content)["items"]
    (attached,) = item["attachments"]
    assert attached.items() >= {"url": f"http://testserver{address()}", "mime_type": "image/svg+xml"}.items()
    (file,) = json.loads(site.get(f"{article.get_absolute_url()}article.json").content)["photos"][0]["files"]
    assert file == {"url": f"http://testserver{address()}", "width_px": 640, "height_px": 240}


def test_a_corrected_caption_leaves_a_drawing_as_it_is(
    folder: Path, site: Client, editor: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    before = address()
    with django_capture_on_commit_callbacks(execute=True):
        saved(editor, Article.objects.get(), **{"photos-0-caption": "Ferries a week."})
    assert site.get(before)["Location"] == address() != before
    assert b"".join(site.get(address())) == CHART  # type: ignore[arg-type]
    now = address()
    assert load(folder).outcomes == {"post.md": "unchanged"}
    assert address() == now


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('width="200" height="100"', (200, 100)),
        ('width="48mm" viewBox="0 0 10 5"', (181, 91)),
        ('viewBox="0,0,640,480"', (640, 480)),
        ('width="100%" height="100%" viewBox="0 0 300.5 200"', (300, 200)),
        ('height="50" viewBox="0 0 10 5"', (100, 50)),
        ('width="999999999" height="9"', (16_383, 1)),
        ('width="-5" viewBox="x"', (300, 150)),
        ('width="1e99" height="nan" viewBox="0 0 1e9 inf"', (300, 150)),
        ("", (300, 150)),
    ],
)
def test_a_drawing_has_the_size_that_it_names(root: str, size: tuple[int, int]) -> None:
    made = held(f'<svg xmlns="{SVG}" {root}/>'.encode())
    assert (made.width_px, made.height_px) == size


@pytest.mark.parametrize(
    "data",
    [
        f'<svg xmlns="{SVG}"/>'.encode("utf-16"),
        f'\ufeff \n<svg xmlns="{SVG}"/>'.encode(),
        f'<?xml version="1.0" encoding="iso-8859-1"?><svg xmlns="{SVG}"><text>\xe9</text></svg>'.encode("latin-1"),
        f'<!DOCTYPE svg [<!ENTITY ns "{SVG}">]><svg xmlns="&ns;"/>'.encode(),  # as Illustrator writes it
        f'<s:svg xmlns:s="{SVG}"/>'.encode(),
        f'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x.example/a.dtd"><svg xmlns="{SVG}"/>'.encode(),
    ],
)
def test_drawings_are_recognised_as_programs_write_them(data: bytes) -> None:
    assert held(data).file.endswith(".svg")


NESTED = '<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (f'<svg xmlns="{SVG}"><g><script>alert(1)</script></g></svg>', "may run scripts"),
        (f'<svg xmlns="{SVG}" onload="alert(1)"/>', "may run scripts"),
        (f'<svg xmlns="{SVG}" xmlns:x="x"><a x:href=" JavaScript:alert(1)"/></svg>', "may run scripts"),
        (f'<svg xmlns="{SVG}"><h:script xmlns:h="http://www.w3.org/1999/xhtml"/></svg>', "may run scripts"),
        (f'<!DOCTYPE svg [{NESTED}]><svg xmlns="{SVG}">&b;</svg>', "expand without end"),
        (f'<!DOCTYPE svg [<!ENTITY a SYSTEM "/etc/hostname">]><svg xmlns="{SVG}">&a;</svg>', "expand without end"),
        (f'<!DOCTYPE svg [<!ENTITY a "{"a" * 999}">]><svg xmlns="{SVG}">&a;</svg>', "expand without end"),
        (f'<svg xmlns="{SVG}"><g>', "cut off or damaged"),
        (f'<svg xmlns="{SVG}">&none;</svg>', "cut off or damaged"),
        ('<svg width="5"/>', "not a picture of a kind"),
        ("<!DOCTYPE html><html><svg></svg></html>", "not a picture of a kind"),
        ("<a><b/></a>", "not a picture of a kind"),
        (f'<?xml version="1.0" encoding="x-none"?><svg xmlns="{SVG}"/>', "not a picture of a kind"),
        (f'<svg xmlns="{SVG}">{" " * 20_000_000}</svg>', "larger than 20,000,000 bytes"),
    ],
)  # fmt: skip
def test_a_drawing_that_could_harm_or_cannot_be_drawn_is_refused_for_a_reason(
    tmp_path: Path, data: str, why: str
) -> None:
    with pytest.raises(BadPhoto, match=why):
        held(data.encode(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_compressed_drawing_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(BadPhoto, match="not a picture of a kind"):
        held(b"\x1f\x8b\x08" + bytes(100), tmp_path)


def test_depth_and_number_of_elements_stop_nothing() -> None:
    deep = "<g>" * 100_000 + "</g>" * 100_000
    assert held(f'<svg xmlns="{SVG}" viewBox="0 0 9 9">{deep}</svg>'.encode()).width_px == 9
