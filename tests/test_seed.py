"""The seed, a damaged text with two captions and no picture: all its formats agree on its photos."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import pytest
from django.test import Client

from tests import factories as make
from tests.loading import load
from tests.served import ROOT

ADDRESS = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"
FIRST = "hosts a symposium in Almaty, Kazakhstan on Sept 1."
SECOND = "The Qingdao SCODA Pearl International Expo Center."
CUT = "Photo provided to … (the credit is cut off in the source)"


@pytest.fixture
def seed(site: Client, tmp_path: Path) -> Client:
    shutil.copytree(ROOT / "fixtures/seeds", tmp_path / "seeds")
    load(tmp_path / "seeds")
    return site


def text_of(html: str) -> str:
    """What is read, without what is for screens alone and without scripts."""
    root = lxml.html.fromstring(html)
    for hidden in root.xpath("//script | //style | //*[contains(@class, 'no-paper')]"):
        hidden.drop_tree()
    return " ".join(root.text_content().split())


def got(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def linked_data(client: Client) -> str:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', got(client, ADDRESS))
    assert found
    images = json.loads(found[1])["image"]
    assert [image["@type"] for image in images] == ["ImageObject", "ImageObject"]
    assert all(client.get(image["url"]).status_code == 200 for image in images)
    return " ".join(f"{image['caption']} {image['creditText']}" for image in images)


def entry(client: Client, form: str, element: str, feed: str = "latest") -> str:
    root = lxml.etree.fromstring(got(client, f"/feeds/{feed}.{form}").encode())
    found: Any = root.xpath(f"//*[local-name()='entry' or local-name()='item']/*[local-name()='{element}']")[-1]
    return text_of(found.text)


def data(client: Client) -> str:
    photos = json.loads(got(client, f"{ADDRESS}article.json"))["photos"]
    assert [[damage["code"] for damage in photo["damage"]] for photo in photos] == [[], ["credit-cut"]]
    assert photos[1]["damage"][0]["text"] == photos[1]["credit_raw"] == "[Photo provided to]"
    credits = [
        photo["credit"] or f"{photo['credit_raw'][1:-1]} … (the credit is cut off in the source)" for photo in photos
    ]
    return " ".join(f"{photo['caption']} {credit}" for photo, credit in zip(photos, credits, strict=True))


def markdown(client: Client) -> str:
    text = " ".join(re.sub(r"<[^>]+>", " ", got(client, f"{ADDRESS}article.md")).split())
    return text.replace("[Photo provided to]", CUT).replace("[Photo/", "Photo: ")


CHANNELS: dict[str, Callable[[Client], str]] = {
    "page and paper": lambda client: text_of(got(client, ADDRESS)),
    "search": lambda client: (
        text_of(got(client, "/search/?q=symposium+almaty")) + text_of(got(client, "/search/?q=pearl"))
    ),
    "photos": lambda client: text_of(got(client, "/photos/?q=qingdao+OR+almaty")),
    "JSON-LD": linked_data,
    "Atom": lambda client: entry(client, "atom", "content"),
    "RSS": lambda client: entry(client, "rss", "description"),
    "JSON Feed": lambda client: text_of(json.loads(got(client, "/feeds/latest.json"))["items"][0]["content_html"]),
    "JSON": data,
    "Markdown": markdown,
    "text": lambda client: " ".join(got(client, f"{ADDRESS}article.txt").split()),
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_both_captions_have_their_credits_in_every_channel(seed: Client, channel: str) -> None:
    said = CHANNELS[channel](seed)
    assert re.search(rf"{re.escape(FIRST)} (?:Photo: )?WeChat account of SCODA", said)
    assert re.search(rf"{re.escape(SECOND)} {re.escape(CUT)}", said)


def test_it_is_found_by_its_subject_and_month_as_they_are_said(seed: Client) -> None:
    found = text_of(got(seed, "/search/?q=kazakhstan+september+2023"))
    assert "1 article for “kazakhstan september 2023”, in September 2023" in found
    assert "Demonstration zone in Qingdao" in found


def test_a_caption_that_is_cut_says_so_where_there_is_no_style(site: Client) -> None:
    article = make.make_article()
    make.make_photo(article, caption="The ferry at", credit_line="Mei Tanaka")
    make.make_damage(article, "caption-cut", field="photo 1")
    said = "The ferry at (the caption is cut off in the source) Photo: Mei Tanaka"
    assert said in " ".join(got(site, f"{article.get_absolute_url()}article.txt").split())
    assert said in entry(site, "atom", "content")
    assert said in text_of(got(site, "/photos/?show=captions"))
    assert said in entry(site, "atom", "content", "photos")
