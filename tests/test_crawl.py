"""Every internal link, followed from the front page on a connection that the database keeps read-only."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models.generation import seen_tables
from articles.public.caching import PARAMETERS
from tests import factories as make
from tests.conftest import WRITES

TABLES = re.compile(r'(?:FROM|JOIN) "(\w+)"')
LINKS = re.compile(r'(?:href|src)="([^"]+)"|srcset="([^" ]+)')


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_every_link_leads_somewhere_and_no_page_writes_or_sets_a_cookie(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    an_archive(tmp_path)
    todo, met = ["/", "/feeds/latest.rss", "/feeds/latest.json"], {"/"}
    with CaptureQueriesContext(connections["reader"]) as captured:
        while todo:
            address = todo.pop()
            response = client.get(address)
            assert response.status_code in (200, 301), address
            assert not response.cookies, address
            assert "Cookie" not in response.get("Vary", ""), address
            found = {response["Location"]} if response.status_code == 301 else links_of(response, address)
            todo += found - met
            met |= found
    assert captured.captured_queries
    assert not [query["sql"] for query in captured.captured_queries if query["sql"].lstrip().upper().startswith(WRITES)]
    read = {table for query in captured.captured_queries for table in TABLES.findall(query["sql"])}
    read = {table for table in read if not table.startswith("articles_search")}  # written with their articles
    assert read - {"articles_load"} <= seen_tables()  # of loads the start is shown, which does not change
    assert {name for address in met for name, _ in parse_qsl(urlsplit(address).query)} <= PARAMETERS
    assert {"/undated/", "/sources/", "/about/", "/sitemap.xml", "/feeds/latest.atom", "/articles/"} <= met
    assert len(met) > 150


def links_of(response: object, address: str) -> set[str]:
    """The addresses of this site that a page links to, in links, pictures and alternates."""
    if "html" not in response["Content-Type"]:  # type: ignore[index]
        return set()
    text = response.content.decode()  # type: ignore[attr-defined]
    whole = [urlsplit(urljoin(f"http://testserver{address}", unescape(a or b))) for a, b in LINKS.findall(text)]
    ours = [link for link in whole if link.netloc == "testserver" and not link.path.startswith("/static/")]
    return {f"{link.path}?{link.query}" if link.query else link.path for link in ours}


def an_archive(media: Path) -> None:
    """Twelve articles of some years, with all that articles may have or lack."""
    for number in range(12):
        make.make_article(
            f"Ferry sails, number {number}",
            source="Harbour Daily" if number % 3 else None,
            tags=["Harbours", "Rivers & locks"] if number % 2 else ["Harbours"],
            published=f"{2019 + number % 4}-0{1 + number % 9}-04",
        )
    shown = make.make_article("图书馆重新开放", source="林山日报", tags=["图书馆", "Harbours"], language="zh-Hans")
    photo = make.make_photo(shown, sizes=[(400, 300), (800, 600)])
    for rendition in photo.renditions.all():
        (media / rendition.file).parent.mkdir(parents=True, exist_ok=True)
        (media / rendition.file).write_bytes(b"not looked at")
    make.make_original(shown, "图书馆\n".encode(), ledger=[["headline", "headline"]])
    silent = make.make_article("", published="", source=None, body="", key="0000000000")
    make.make_original(silent, b"", ledger=[])
    make.make_damage(silent, "empty")
    make.withdraw(make.make_article("Named by mistake"))
    make.refile_under(make.make_article("Wrongly dated"), "2021-05-06")
