"""Small pictures in Chromium: enlarged by half at most, wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.photo_files import plain
from tests.served import Archive, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SIZES = {"stamp.png": (64, 40), "portrait.png": (60, 200), "map.png": (300, 200), "pier.jpg": (1200, 800)}
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="200" height="100"/></svg>'
ARTICLE = "---\ntitle: {}\ndate: 2020-01-0{}\n---\nIt is there.\n\n![A picture]({} 'A picture.')\n\nLast.\n"
FIGURES = """images => images.map(image => [image.getAttribute("src").split("-").pop(), image.naturalWidth > 0,
    Math.round(image.getBoundingClientRect().width), Math.round(image.getBoundingClientRect().height)])"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("site")
    for name, size in SIZES.items():
        (folder / name).write_bytes(plain(name[-3:].upper().replace("JPG", "JPEG"), size=size))
    (folder / "chart.svg").write_text(DRAWING)
    for number, name in enumerate([*SIZES, "chart.svg"], 1):
        (folder / f"{name[:-4]}.md").write_text(ARTICLE.format(name[:-4].title(), number, name))
    with served(tmp_path_factory.mktemp("archive"), str(folder)) as running:
        yield running


@pytest.mark.parametrize("width", [390, 1280])
def test_no_picture_is_wider_than_one_and_a_half_times_its_own_width(
    archive: Archive, browser: Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 1000})
    lists = ["/", "/photos/", "/2020/01/01/", "/search/?q=picture"]
    page.goto(f"{archive.url}/photos/")
    photos = page.eval_on_selector_all(".sheet picture", "all => all.map(one => one.parentElement.pathname)")
    articles = {photo.partition("photos/")[0] for photo in photos}
    assert (len(photos), len(articles)) == (5, 5)
    for address in (*lists, *sorted(articles), *photos):
        page.goto(archive.url + address)
        page.eval_on_selector_all("img[loading]", "images => images.forEach(image => image.loading = 'eager')")
        page.wait_for_load_state("networkidle")
        shown = page.eval_on_selector_all("picture img", FIGURES)
        assert shown, address
        for file, is_drawn, shown_width, shown_height in shown:
            own = int(file.partition(".")[0])
            assert is_drawn, (address, file)
            assert 0 < shown_width <= 1.5 * own, (address, file)
            assert shown_height < 1000, (address, file)
    page.close()
