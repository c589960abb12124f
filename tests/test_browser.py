"""A reader and an editor in Chromium, on the served archive."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.served import SAMPLE, Archive, ask, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SEED = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"
SEED_PHOTO = f"{SEED}photos/xbh8fjcb/"
METADATA_PHOTO = "/2023/10/24/photo-metadata/photos/r9634fxe/"
ARABIC = "/2015/02/19/بحّارة-مروان-يعودون-إلى-بيوتهم-بعد-سبعة-أشهر-في-الميناء/"
KINDS = {
    "home": "/", "article": SEED, "tags": "/tags/", "tag": "/tags/qingdao/", "two tags": "/tags/kazakhstan+qingdao/",
    "tags by letter": "/tags/?letter=q", "tags by size": "/tags/?by=size", "on this day": "/on-this-day/09-06/",
    "a year of a tag": "/tags/handbook/?from=2022&to=2022", "year": "/2023/", "month": "/2023/09/",
    "sources": "/sources/", "source": "/sources/newsarchive-handbook/",
    "history": f"{SEED}history/", "version": f"{SEED}history/1/", "changes": f"{SEED}history/2/changes/",
    "account": f"{SEED}account/", "day": "/2023/09/06/", "about": "/about/",
    "photos of a credit": "/photos/?credit=Newsarchive+/+drawing", "an empty day of the year": "/on-this-day/03-03/",
    "dates": "/dates/", "all articles": "/articles/", "captions": "/photos/?show=captions",
    "photos": "/photos/?tag=photos&from=2000", "photo": SEED_PHOTO, "photo with metadata": METADATA_PHOTO,
    "search": "/search/?q=archive", "photos found": "/photos/?q=train", "not found": "/2023/09/06/nothing/",
    "help": "/help/", "help chapter": "/help/run/",
    "Arabic": ARABIC, "authors": "/authors/", "author": "/authors/nora-whitfield/", "people": "/tags/?kind=person",
    "article with an author": "/2022/03/19/harbour-moved-a-mile-west/",
}  # fmt: skip


# Everything that axe looks for, and the size of targets, which it leaves out unless it is asked for.
AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with served(tmp_path_factory.mktemp("archive")) as running:
        running.manage("shell", "-c", _STAFF + _EDIT)
        yield running


_STAFF = """
from django.contrib.auth.models import Group, User
editor = User.objects.create_user("nora", password="a long pass phrase", is_staff=True)
editor.groups.add(Group.objects.get(name="Editors"))
"""


# The headline is left as it is: other tests look for it.
_EDIT = f"""
from articles.editorial.edit import correct, editing
from articles.models import Article
from articles.catalogue.ledger import Stamp
article, stamp = Article.objects.get(slug="{SEED.split("/")[4]}"), Stamp.now(None, "The desk’s wording")
with editing(article.pk, stamp) as changes:
    changes.articles[article.pk] = article
    article.deck, article.body = "A deck", article.body.replace("trade", "commerce", 1)
correct(article, "Commerce was meant.", stamp)
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert [text for text in complaints if "404" not in text and "410" not in text] == []


def test_a_reader_goes_from_home_by_a_tag_to_an_article_and_the_next(archive: Archive, page: Page) -> None:
    page.goto(archive.url)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Tags").click()
    page.get_by_role("link", name="Qingdao", exact=True).first.click()
    page.get_by_role("link", name=re.compile("Demonstration zone in Qingdao")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Demonstration zone in Qingdao"))
    figures = page.locator(".body figure")
    expect(figures.first).to_contain_text("Photo: WeChat account of SCODA")
    expect(figures.last).to_contain_text("(the credit is cut off in the source)")
    page.get_by_role("navigation", name="Articles by date").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(re.compile("Demonstration zone in Qingdao"))


@pytest.mark.parametrize("address", ["/tags/qingdao/feed.atom", "/tags/qingdao/feed.rss"])
def test_a_feed_can_be_read_in_a_browser_and_leads_to_its_articles(archive: Archive, page: Page, address: str) -> None:
    page.goto(f"{archive.url}{address}")
    expect(page.get_by_text("This is a feed. To follow it, copy its address into a feed reader.")).to_be_visible()
    for machine in ("title", "link", "id", "guid", "content", "item description", "category"):
        expect(page.locator(machine).locator("visible=true")).to_have_count(0)
    page.get_by_text("Demonstration zone in Qingdao").locator("visible=true").click()
    expect(page).to_have_url(f"{archive.url}{SEED}")


class Elsewhere(BaseHTTPRequestHandler):
    """Another site, with one empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def page_elsewhere(browser: Browser) -> Iterator[Page]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context()
        opened = context.new_page()
        opened.goto(f"http://localhost:{server.server_port}/")
        yield opened
        context.close()
        server.shutdown()


FETCH = """([url, accept]) => fetch(url, accept ? {headers: {Accept: accept}} : {}).then(
    answer => answer.text().then(text => [answer.status, text]), () => "refused")"""
PIXEL = """url => new Promise((resolve, reject) => {
    const image = new Image()
    image.crossOrigin = "anonymous"
    image.onerror = reject
    image.onload = () => {
        const canvas = document.createElement("canvas").getContext("2d")
        canvas.drawImage(image, 0, 0)
        resolve([...canvas.getImageData(0, 0, 1, 1).data])
    }
    image.src = url
})"""


def test_a_page_of_another_site_reads_data_feeds_and_pictures_and_no_pages(
    archive: Archive, page_elsewhere: Page
) -> None:
    data = ask(f"{archive.url}{SEED}article.json").text
    short = urlsplit(json.loads(data)["short_address"]).path
    for path, accepted in ((f"{SEED}article.json", ""), (SEED, "application/json"), (short, "application/json")):
        for _ in range(2):  # the second is not sent again
            assert page_elsewhere.evaluate(FETCH, [archive.url + path, accepted]) == [200, data]
    for path in ("/feeds/latest.atom", "/feeds/latest.json", "/tags/qingdao/feed.rss", f"{SEED}article.md"):
        assert page_elsewhere.evaluate(FETCH, [archive.url + path, ""]) == [200, ask(archive.url + path).text]
    assert page_elsewhere.evaluate(FETCH, [f"{archive.url}{SEED}article.none", ""])[0] == 404
    for path in (SEED, "/", "/admin/login/"):
        assert page_elsewhere.evaluate(FETCH, [archive.url + path, ""]) == "refused"
    picture = re.search(r'og:image" content="(.*?)"', ask(archive.url + METADATA_PHOTO).text)
    assert picture
    assert page_elsewhere.evaluate(PIXEL, picture[1])[3] == 255


def test_captions_and_credits_are_printed(archive: Archive, page: Page) -> None:
    page.goto(archive.url + SEED)
    page.emulate_media(media="print")
    for words in ("on Sept 1.", "Photo: WeChat account of SCODA", "Expo Center.", "Photo provided to …"):
        expect(page.locator("figure, .captions").get_by_text(words).first).to_be_visible()


def log_in(archive: Archive, page: Page) -> None:
    page.goto(f"{archive.url}/admin/")
    page.get_by_label("Username").fill("nora")
    page.get_by_label("Password").fill("a long pass phrase")
    page.get_by_role("button", name="Log in").click()


def test_nothing_of_the_edit_form_is_cut_off_on_a_phone(archive: Archive, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(archive, page)
    page.goto(f"{archive.url}/admin/articles/article/")
    page.get_by_role("link", name=re.compile("Demonstration zone in Qingdao")).click()
    expect(page.get_by_label("Headline")).to_be_visible()
    edges = "[...document.querySelectorAll('#container *')].map(one => one.getBoundingClientRect().right)"
    assert max(page.evaluate(edges)) <= 390


def test_an_editor_corrects_a_caption_and_a_reload_keeps_it(archive: Archive, page: Page) -> None:
    log_in(archive, page)
    page.get_by_role("link", name="Articles", exact=True).first.click()
    page.get_by_role("link", name=re.compile("Demonstration zone in Qingdao")).click()
    caption = page.get_by_label("Caption").nth(1)
    caption.fill("The Pearl Expo Centre in Qingdao.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    page.goto(archive.url + SEED)
    expect(page.locator(".body")).to_contain_text("The Pearl Expo Centre in Qingdao.")
    archive.manage("load_articles", *SAMPLE)
    page.reload()
    expect(page.locator(".body")).to_contain_text("The Pearl Expo Centre in Qingdao.")


def test_a_half_remembered_photo_leads_to_its_article_in_one_search(archive: Archive, page: Page) -> None:
    page.goto(archive.url)
    page.get_by_label(re.compile("^Search ")).fill("pearl expo qingdao")
    page.keyboard.press("Enter")
    page.locator("#hits ~ ol a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Demonstration zone in Qingdao"))


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 780)])
def test_the_citation_is_within_a_screen_of_the_end_of_the_text(
    archive: Archive, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(archive.url + SEED)
    edge = "document.querySelector('{}').getBoundingClientRect().{}"
    assert page.evaluate(f"{edge.format('#cite', 'top')} - {edge.format('#text', 'bottom')}") < height
    page.get_by_role("link", name="Cite", exact=True).click()
    expect(page.get_by_role("heading", name="Cite this article")).to_be_in_viewport()


def test_photos_of_a_harbour_are_two_steps_away(archive: Archive, page: Page) -> None:
    page.goto(archive.url)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Photos").click()
    page.get_by_role("searchbox", name="Search captions and credits").fill("harbour")
    page.keyboard.press("Enter")
    expect(page.locator("main img").first).to_be_visible()
    expect(page.locator("main figcaption").filter(has_text=re.compile("harbour", re.IGNORECASE)).first).to_be_visible()


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_in_the_light_or_in_the_dark(archive: Archive, page: Page, kind: str) -> None:
    page.goto(archive.url + KINDS[kind])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=AXE)
        assert found.violations_count == 0, (scheme, found.generate_report())


@pytest.mark.parametrize("kind", KINDS)
def test_every_target_on_a_phone_is_large_enough(archive: Archive, page: Page, kind: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(archive.url + KINDS[kind])
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("address", "name", "arrives"),
    [(SEED, "Skip to the text", ".body"), ("/search/?q=archive", "Skip to results", "h2#hits")],
)
def test_the_skip_link_leads_past_all_that_is_on_every_page(
    archive: Archive, page: Page, address: str, name: str, arrives: str
) -> None:
    page.goto(archive.url + address)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text(name)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    after = f"document.querySelector('{arrives}').compareDocumentPosition(document.activeElement)"
    assert page.evaluate(after) & 4 or page.evaluate(after) & 16  # what follows it, or is in it


def test_a_chart_is_one_stop_for_the_keyboard(archive: Archive, page: Page) -> None:
    page.goto(archive.url)
    page.locator("#years").locator("xpath=..").get_by_role("link").focus()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Show as a list")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.timeline')") is None


SHIFTS = """
window.shifted = 0
new PerformanceObserver(list => { for (const shift of list.getEntries()) window.shifted += shift.value })
  .observe({ type: 'layout-shift', buffered: true })
"""


@pytest.mark.parametrize("address", ["/", "/photos/", "/search/?q=archive", METADATA_PHOTO])
def test_nothing_moves_when_the_pictures_come(archive: Archive, page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(SHIFTS)
    held: list[Route] = []
    page.route("**/media/**", lambda route: held.append(route))
    page.goto(archive.url + address, wait_until="domcontentloaded")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(200)
    assert held
    page.unroute("**/media/**")  # which lets them come
    page.wait_for_load_state("load")
    page.wait_for_timeout(200)
    assert page.evaluate("window.shifted") < 0.01


def test_on_paper_an_article_has_its_whole_address_and_no_word_that_leads_on(archive: Archive, page: Page) -> None:
    page.emulate_media(media="print")
    page.goto(archive.url + SEED)
    words = page.locator("body").inner_text()
    for told in (f"{archive.url}/a/newx9q6c30/", "Last modified September 6, 2023", "Print Print"):
        assert told in words
    for dead in (
        "Search",
        "Skip",
        "Cite\n",
        "About this text",
        "How this text",
        "History",
        "Previous",
        "JSON",
        "All 14",
    ):
        assert dead not in words
    for address in ("/", "/photos/", "/2023/09/", SEED_PHOTO):
        page.goto(archive.url + address)
        words = page.locator("body").inner_text()
        assert not re.search("Search|Skip|All |Show|Older|Next|Narrow|Order:|Caption, credit", words), address


@pytest.mark.parametrize("address", [f"{SEED}account/", "/help/settings/"])
def test_the_tables_of_reports_and_help_stack_on_a_phone(archive: Archive, page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(archive.url + address)
    edges = "[...document.querySelectorAll('.kept td, .stacking td')].map(cell => cell.getBoundingClientRect().left)"
    assert len(set(page.evaluate(edges))) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_at_no_width_is_a_page_cut_off_or_a_date_broken_or_run_into(archive: Archive, page: Page, kind: str) -> None:
    page.goto(archive.url + KINDS[kind])
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(_BAD_DATES) == [], width


# A line may break before the hour and its zone, between two texts of a date.
_BAD_DATES = """
[...document.querySelectorAll('time')].filter(date => {
  const lines = [...date.childNodes].filter(one => one.nodeType === Node.TEXT_NODE).map(one => {
    const range = document.createRange(); range.selectNodeContents(one); return range.getClientRects().length })
  const end = date.closest('p, dd, li, td, th, small').getBoundingClientRect().right
  return Math.max(...lines) > 1 || date.getBoundingClientRect().right > end + 1
}).map(one => one.textContent)
"""


UNBROKEN = "http://example.org/news/" + "averylongaddress" * 8
LONG = f"""---
title: "{UNBROKEN}"
date: 2023-09-06
source: {"Sourceinoneword" * 6}
slug: unbroken
tags: [Qingdao, {"Taginoneword" * 6}]
---

{UNBROKEN}

![](none.jpg "{UNBROKEN} [Photo/{"Nameinoneword" * 6}]")
"""


def test_words_that_cannot_be_broken_push_nothing_off_the_page(
    archive: Archive, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "unbroken.md").write_text(LONG)
    archive.manage("load_articles", str(tmp_path))
    context = browser.new_context(viewport={"width": 320, "height": 640})
    narrow = context.new_page()
    for address in [*KINDS.values(), "/2023/09/06/unbroken/", "/2023/09/06/photos/", f"/tags/{'taginoneword' * 6}/"]:
        narrow.goto(archive.url + address)
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 320, address
    context.close()


def test_pages_read_without_scripts(archive: Archive, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(archive.url + SEED)
    expect(plain.locator(".body")).to_contain_text("63.1 billion yuan ($8.7 billion)")
    plain.get_by_text("About this text").click()
    plain.get_by_text("The original, line by line").click()
    expect(plain.locator(".ledger")).to_contain_text("Print Print")
    context.close()


def test_letters_without_italics_are_not_slanted_anywhere(archive: Archive, page: Page) -> None:
    # Not by pictures: a machine without Chinese letters draws empty boxes, and not the same ones each time.
    page.goto(f"{archive.url}/help/damage/")
    styles = page.locator("main").evaluate(
        """main => {
            const emphasis = "<em>青岛 الميناء</em>";
            const quotes = ["deck", "body", ""].map(name => `<blockquote class="${name}">${emphasis}</blockquote>`);
            main.innerHTML = `<figcaption>${emphasis}</figcaption>${quotes.join("")}`;
            return [...main.querySelectorAll("em")].map(em => {
                const style = getComputedStyle(em);
                return [style.fontStyle, style.fontSynthesisStyle];
            });
        }"""
    )
    assert styles == [["italic", "none"]] * 4
