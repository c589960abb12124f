"""A reader's searches in Chromium: half-remembered articles, by keyboard, and with suggestions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.served import Archive, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SEED = "Demonstration zone in Qingdao promotes partnership with SCO countries"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with served(tmp_path_factory.mktemp("archive")) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def search(page: Page, archive: Archive, words: str) -> None:
    """Type words into the field at the head of the home page."""
    page.goto(archive.url)
    page.get_by_role("search").locator("input[name=q]").fill(words)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ('"Kazakhstan Railway Express"', "Kazakhstan Railway Express"),
        ("caption:Almaty", "Almaty"),
        ("tag:qingdao from:2023-09 to:2023-09 symposium", "symposium"),
    ],
)
def test_the_seed_is_found_by_half_a_memory_of_it(archive: Archive, page: Page, words: str, marked: str) -> None:
    search(page, archive, words)
    hits = page.get_by_role("region", name="Articles found")
    expect(hits.get_by_role("link", name=SEED)).to_be_visible()
    expect(hits.locator("mark").first).to_have_text(marked)


def test_a_misspelled_word_leads_to_the_seed(archive: Archive, page: Page) -> None:
    search(page, archive, "Kazakstan railway")
    expect(page.get_by_text("No articles for “Kazakstan railway”")).to_be_visible()
    expect(page.get_by_role("link", name="kazakhstan railway")).to_be_visible()
    page.get_by_role("region", name="Articles found instead").get_by_role("link", name=SEED).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SEED)


def test_a_word_too_many_still_leads_to_the_seed(archive: Archive, page: Page) -> None:
    search(page, archive, "Kazakhstan railway xyzzy")
    expect(page.get_by_text("No article has all these words. Showing 1 article for")).to_be_visible()
    expect(page.get_by_role("link", name=SEED)).to_be_visible()


def test_a_chinese_article_is_found_by_a_word_of_two_characters(archive: Archive, page: Page) -> None:
    search(page, archive, "语言")
    hit = page.get_by_role("region", name="Articles found").get_by_role("listitem").first
    expect(hit.locator("mark").first).to_have_text("语言")


def test_a_search_is_narrowed_and_widened_by_keyboard_alone(archive: Archive, page: Page) -> None:
    search(page, archive, "photo")
    before = page.locator(".count strong").inner_text()
    choice = page.get_by_role("region", name="Tags").get_by_role("link", name="Captions")
    reach(page, "Captions")
    page.keyboard.press("Enter")
    expect(choice).to_have_attribute("aria-current", "true")
    assert "tag=captions" in page.url
    assert page.locator(".count strong").inner_text() != before
    reach(page, "Captions, remove filter")
    page.keyboard.press("Enter")
    expect(page.locator(".count strong")).to_have_text(before)


def reach(page: Page, name: str) -> None:
    """Press Tab until the link of this name has the focus, from the head of the page on."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName === 'A' && document.activeElement.textContent") == name:
            return
    pytest.fail(f"no link “{name}” is reached by the Tab key")


def test_suggestions_come_while_one_types_and_lead_to_what_they_name(archive: Archive, page: Page) -> None:
    page.goto(archive.url)
    field = page.get_by_role("search").locator("input[name=q]")
    field.press_sequentially("qing")
    option = page.locator("datalist option").first
    expect(option).to_have_attribute("value", 'tag:"Qingdao"')
    field.fill('tag:"Qingdao"')
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=SEED)).to_be_visible()


def test_searching_needs_no_script(archive: Archive, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    search(page, archive, "caption:Almaty")
    expect(page.get_by_role("link", name=SEED)).to_be_visible()
    page.get_by_text("Narrow the search").click()
    expect(page.get_by_role("link", name="Kazakhstan", exact=True)).to_be_visible()
    context.close()
