"""What others may take, and how: licence and terms, rules for robots, lists as data, holdings by source and year."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from articles.models import Source
from newsarchive.settings import own_facts
from tests import factories as make

BY = "https://creativecommons.org/licenses/by/4.0/"


def html(site: Client, address: str) -> str:
    response = site.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def linked_data(page: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def test_a_licence_and_terms_are_shown_with_each_article_and_photo_of_a_source(site: Client) -> None:
    make.make_source(license=BY, terms="Name the Harbour Daily.")
    article = make.make_article()
    photo = make.make_photo(article)
    for address in (article.get_absolute_url(), photo.get_absolute_url()):
        page = html(site, address)
        assert f'<a href="{BY}" rel="license nofollow noopener">{BY}</a>' in page
        assert "<bdi>Name the Harbour Daily.</bdi>" in page
        rights = {"license": BY, "usageInfo": {"@type": "CreativeWork", "name": "Name the Harbour Daily."}}
        assert linked_data(page).items() >= rights.items()
    as_json = json.loads(html(site, f"{article.get_absolute_url()}article.json"))
    assert (as_json["license"], as_json["terms"]) == (BY, "Name the Harbour Daily.")


def test_the_archive_has_terms_for_sources_without_their_own(site: Client, settings: LazySettings) -> None:
    settings.ARCHIVE_LICENSE, settings.ARCHIVE_TERMS = "All rights reserved.", "https://archive.example/terms"
    make.make_source(license=BY)
    named, unnamed = make.make_article(), make.make_article(source=None)
    as_json = [json.loads(html(site, f"{row.get_absolute_url()}article.json")) for row in (named, unnamed)]
    assert [found["license"] for found in as_json] == [BY, "All rights reserved."]
    assert {found["terms"] for found in as_json} == {"https://archive.example/terms"}
    assert "All rights reserved." in html(site, "/about/")


def test_an_archive_without_terms_says_nothing_of_them(site: Client) -> None:
    article = make.make_article()
    page = html(site, article.get_absolute_url())
    assert "Licence" not in page
    assert "Terms of use" not in page
    assert not {"license", "usageInfo"} & linked_data(page).keys()
    assert "Licence" not in html(site, "/about/")
    assert json.loads(html(site, f"{article.get_absolute_url()}article.json"))["license"] is None


def test_staff_set_the_licence_of_a_source(site: Client, archivist: Client) -> None:
    article = make.make_article()
    assert article.source
    values = {"name": article.source.name, "license": f"{BY} ", "terms": ""}
    response = archivist.post(f"/admin/articles/source/{article.source.pk}/change/", values, follow=True)
    assert response.status_code == 200
    assert Source.objects.get().license == BY
    assert BY in html(site, article.get_absolute_url())


def test_robots_may_read_everything_but_searches_and_filters(site: Client, settings: LazySettings) -> None:
    assert "Content-Signal" not in html(site, "/robots.txt")
    settings.CONTENT_SIGNAL = "search=yes, ai-train=no"
    text = html(site, "/robots.txt")
    assert text.startswith("User-agent: *\nContent-Signal: search=yes, ai-train=no\n")
    opened = """
    / /2022/03/04/ /feeds/latest.atom /sitemap.xml /tags/fog/list.json /tags/fog/list.csv?before=abc /coverage.json
    /oai?verb=ListRecords&from=2020-01-01 /search/feed.atom?q=fog /tags/?letter=a /articles/?before=abc
    /media/renditions/a.jpg
    """
    closed = (
        "/search/?q=fog /search/suggest/?q=f /photos/?credit=x /tags/fog/?sort=oldest&before=a /admin/ /lookup?url=x"
    )
    for address in opened.split():
        assert is_open(text, address), address
    for address in closed.split():
        assert not is_open(text, address), address
    plainer = RobotFileParser()  # which takes the first rule and knows no wildcards
    plainer.parse(text.splitlines())
    assert plainer.can_fetch("any", "/search/feed.atom?q=fog")
    assert not plainer.can_fetch("any", "/search/?q=fog")


def is_open(text: str, address: str) -> bool:
    """By the rules of RFC 9309: the longest that matches counts."""
    rules = [line.split(": ") for line in text.splitlines() if line.startswith(("Allow", "Disallow"))]
    matching = [
        (len(pattern), kind == "Allow")
        for kind, pattern in rules
        if re.match(re.escape(pattern).replace(r"\*", ".*"), address)
    ]
    return max(matching, default=(0, True))[1]


@pytest.mark.parametrize("value", ["no", "ai-train=maybe", "search=yes ai-train=no", "search=yes,"])
def test_a_content_signal_that_no_robot_would_understand_is_refused(tmp_path: Any, value: str) -> None:
    path = tmp_path / "archive.toml"
    path.write_text(f'content_signal = "{value}"\n')
    with pytest.raises(
        ImproperlyConfigured, match="content_signal must be such as search=yes, ai-input=yes, ai-train=no"
    ):
        own_facts(path)
    path.write_text('content_signal = "search=yes, ai-input=yes,ai-train=no"\nlicense = "CC0"\nterms = ""\n')
    assert own_facts(path) == {"content_signal": "search=yes, ai-input=yes,ai-train=no", "license": "CC0"}
