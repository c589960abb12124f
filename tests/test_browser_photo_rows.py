"""Photos in rows, in Chromium: how they fill the page, and how they are heard."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from itertools import groupby

import pytest
from playwright.sync_api import Browser, Page

from tests.photo_files import plain
from tests.served import Archive, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SIZES = [(1200, 800), (800, 1200), (1600, 900), (1024, 768), (900, 900), (1250, 700), (1920, 800), (700, 980)]
ARTICLE = """---
title: Sailing {number}
date: {year}-03-04
tags: [Harbours]
---
It sailed.

![Seen from the {number}th mole](boat{number}.jpg "The boat of captain {number} [Photo/Mei Tanaka]")
"""
PLACES = """images => images.map(image => { const box = image.getBoundingClientRect()
    return [box.top + scrollY, box.left, box.width, box.height].map(Math.round) })"""
# From list element to the share of its area that pictures cover.
COVERED = """list => { const area = one => one.getBoundingClientRect().width * one.getBoundingClientRect().height
    return [...list.querySelectorAll("img")].map(area).reduce((sum, one) => sum + one) / area(list) }"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("boats")
    for number in range(30):
        (folder / f"boat{number}.jpg").write_bytes(plain("JPEG", size=SIZES[number % len(SIZES)]))
        (folder / f"{number}.md").write_text(ARTICLE.format(number=number, year=1990 + number))
    with served(tmp_path_factory.mktemp("archive"), str(folder)) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("width", [1024, 1440])
def test_photos_fill_rows_of_one_height_and_the_last_is_not_stretched(archive: Archive, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{archive.url}/photos/")
    boxes = page.eval_on_selector_all("#sheet img", PLACES)
    assert len(boxes) == 24
    rows = [list(row) for _, row in groupby(boxes, key=lambda box: box[0])]
    left, right = page.eval_on_selector(
        "#sheet", "list => [list.getBoundingClientRect().left, list.getBoundingClientRect().right]"
    )
    for row in rows:
        assert max(height for *_, height in row) - min(height for *_, height in row) <= 1
        assert [box[1] for box in row] == sorted(box[1] for box in row)
    for row in rows[:-1]:
        assert abs(row[0][1] - left) <= 1
        assert abs(row[-1][1] + row[-1][2] - right) <= 2
    assert rows[-1][0][3] <= min(row[0][3] for row in rows[:-1]) + 1
    assert page.eval_on_selector("#sheet", COVERED) > 0.56


def test_the_first_photo_is_in_the_first_screen_of_a_phone(archive: Archive, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{archive.url}/photos/")
    top, _, _, height = page.eval_on_selector_all("#sheet img", PLACES)[0]
    assert top + height <= 740


def test_the_front_page_has_photos_in_two_full_rows_within_two_screens(archive: Archive, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(archive.url)
    boxes = page.eval_on_selector_all(".strip img", PLACES)
    assert len(boxes) == 8
    rows = [list(row) for _, row in groupby(boxes, key=lambda box: box[0])]
    assert len(rows) == 2
    assert {round((row[-1][1] + row[-1][2]) / 4) for row in rows} == {round(1304 / 4)}
    assert sum(top < 1800 for top, *_ in boxes) >= 4  # and the picture of the lead


def heard(page: Page) -> str:
    """The words of the page for a screen reader: a link has its name, not its parts."""
    lines, inside = [], -1
    for line in page.locator("main").aria_snapshot().splitlines():
        depth = len(line) - len(line.lstrip())
        if inside < 0 or depth <= inside:
            lines.append(unescape(line))
            inside = depth if line.lstrip(" -'").startswith("link ") else -1
    return "\n".join(lines)


@pytest.mark.parametrize("address", ["/", "/photos/", "/2019/03/04/", "/search/?q=captain"])
def test_each_caption_alt_text_and_credit_is_heard_once(archive: Archive, page: Page, address: str) -> None:
    page.goto(archive.url + address)
    captions = page.eval_on_selector_all(
        "main .caption", "all => all.map(one => one.querySelector('span').textContent.trim())"
    )
    assert captions
    words = heard(page)
    for caption in captions:
        assert words.count(caption) == 1, caption
        number = caption.rpartition(" ")[2]
        assert words.count(f"Seen from the {number}th mole") == 1
        assert f'link "Seen from the {number}th mole' in words
