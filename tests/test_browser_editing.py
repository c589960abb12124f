"""Editors at work in Chromium, on a served archive: two at a time, with reloads between them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.photo_files import plain
from tests.served import Archive, ask, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STORY = """Ferry returns to the north quay

Updated: 2022-03-04

{first} [Photo/Mei Tanaka]

The ferry sailed at nine from the north quay, as it had not done for eleven years.

The keeper of the light looks out. [Photo/Bo Chen]

It was full to the last seat, and forty people stayed behind on the quay with their bicycles.

The crew of the first crossing. [Photo/Ana Lima]

Nobody had sold a ticket. The harbour office says that it will begin to do so tomorrow.
"""
ADDRESS = "/2022/03/04/ferry-returns-to-the-north-quay/"
STAFF = """
from django.contrib.auth.models import Group, User
for name in ("nora", "otto"):
    editor = User.objects.create_user(name, password="a long pass phrase", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editors"))
archivist = User.objects.create_user("ada", password="a long pass phrase", is_staff=True)
archivist.groups.add(Group.objects.get(name="Archivists"))
"""

MORE_TAGS = """
from articles.models import Tag
for name in ("Lighthouses", "Bicycles", "Bridges"):
    Tag.objects.get_or_create(name=name, defaults={"slug": name.lower()})
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stories")
    (made / "ferry.txt").write_text(STORY.format(first="The ferry at the quay."))
    return made


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Archive]:
    with served(tmp_path_factory.mktemp("archive"), str(folder)) as running:
        running.manage("shell", "-c", STAFF)
        yield running


Open = Callable[..., Page]


@pytest.fixture
def opened(archive: Archive, browser: Browser) -> Iterator[Open]:
    """Open the article's form as an editor, each time in a browser of its own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_form(name: str = "nora", **how: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, archive, name)
        page.goto(f"{archive.url}/admin/articles/article/1/change/")
        return page

    yield open_form
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, archive: Archive, name: str) -> None:
    page.goto(f"{archive.url}/admin/")
    fill_in_login(page, name)


def fill_in_login(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("a long pass phrase")
    page.get_by_role("button", name="Log in").click()


def save(page: Page) -> None:
    """Save, and wait until the whole form is there again."""
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue editing").click()


def public_page(archive: Archive) -> str:
    return ask(archive.url + ADDRESS).text


def conflicts(archive: Archive) -> list[list[str]]:
    asked = "import json; from articles.models import Conflict; print('JSON', json.dumps(list(Conflict.objects.open()"
    said = archive.manage("shell", "-c", f"{asked}.values_list('field', 'ours', 'theirs'))))").stdout
    found: list[list[str]] = json.loads(said.split("JSON ")[1])
    return found


# --- What the site shows. ---------------------------------------------------------------------------------------------


def test_view_on_site_shows_what_was_just_saved_withdrawn_and_reinstated(archive: Archive, browser: Browser) -> None:
    nora = browser.new_page()
    log_in(nora, archive, "nora")
    form = f"{archive.url}/admin/articles/article/1/change/"

    def view_on_site() -> Page:
        nora.goto(form)
        nora.locator(".viewsitelink").click()
        return nora

    expect(view_on_site().locator("article")).not_to_contain_text("A deck just saved")
    nora.goto(form)
    nora.locator("#id_deck").fill("A deck just saved")
    save(nora)
    expect(view_on_site().locator("article")).to_contain_text("A deck just saved")
    nora.goto(form)
    nora.locator("#id_withdrawn").check()
    nora.locator("#id_withdrawn_reason").fill("A court.")
    save(nora)
    expect(view_on_site().locator("h1")).to_contain_text("withdrawn", ignore_case=True)
    nora.goto(form)
    nora.locator("#id_withdrawn").uncheck()
    save(nora)
    expect(view_on_site().locator("article")).to_contain_text("A deck just saved")
    nora.goto(form)
    nora.locator("#id_deck").fill("")
    save(nora)
    expect(view_on_site().locator("article")).not_to_contain_text("A deck just saved")
    nora.close()


# --- Two editors and a reload. ----------------------------------------------------------------------------------------


def test_two_editors_and_a_reload_meet_on_one_caption_and_nothing_is_overwritten(
    archive: Archive, opened: Open, folder: Path
) -> None:
    nora, otto = opened("nora"), opened("otto")
    nora.locator("#id_photos-0-caption").fill("Nora’s words.")
    otto.locator("#id_photos-0-caption").fill("Otto’s words.")
    save(otto)
    expect(otto.locator(".messagelist")).to_contain_text("changed successfully")

    (folder / "ferry.txt").write_text(STORY.format(first="The ferry at the south quay."))
    said = archive.manage("load_articles", str(folder)).stdout
    assert "pdated 1" in said or "1 kept" in said, said

    save(nora)
    expect(nora.locator("#photos-group .errorlist")).to_contain_text(
        "Caption has since been changed to “Otto’s words.”"
    )
    expect(nora.locator("#id_photos-0-caption")).to_have_value("Nora’s words.")
    assert "Otto’s words." in public_page(archive)
    assert "Nora’s words." not in public_page(archive)
    assert conflicts(archive) == [["caption", "Otto’s words.", "The ferry at the south quay."]]

    save(nora)  # having seen what it is now, she decides
    expect(nora.locator(".messagelist")).to_contain_text("changed successfully")
    assert "Nora’s words." in public_page(archive)
    assert [theirs for _, _, theirs in conflicts(archive)] == ["The ferry at the south quay."]

    for width in (390, 1280):
        nora.set_viewport_size({"width": width, "height": 900})
        nora.goto(f"{archive.url}/admin/articles/conflict/")
        for words in ("Nora’s words.", "The ferry at the south quay."):
            box = nora.locator("#result_list").get_by_text(words).bounding_box()
            assert box
            assert box["x"] + box["width"] <= width, "both wordings are in sight"


def test_every_column_of_the_list_of_articles_is_in_sight(archive: Archive, opened: Open) -> None:
    page = opened()
    for width in (1100, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{archive.url}/admin/articles/article/")
        assert page.locator(".results").evaluate("list => list.scrollWidth <= list.clientWidth"), width


# --- Nothing typed is lost. -------------------------------------------------------------------------------------------


def test_leaving_with_unsaved_changes_asks_first(archive: Archive, opened: Open) -> None:
    page = opened()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(f"{archive.url}/admin/")  # nothing typed: nobody is asked
    page.go_back()
    page.locator("#id_deck").fill("At last")
    page.evaluate("document.querySelector('.breadcrumbs a').click()")
    expect(page.locator("#id_deck")).to_have_value("At last")
    assert asked == ["beforeunload"]


def test_what_was_typed_in_a_session_that_has_ended_is_offered_after_the_login(archive: Archive, opened: Open) -> None:
    page = opened()
    page.locator("#id_deck").fill("Eleven years later")
    page.locator("#id_photos-1-alt_text").fill("A man at a window.")
    page.context.clear_cookies(name="sessionid")
    save(page)
    fill_in_login(page, "nora")
    notice = page.get_by_role("region", name="Unsaved changes")
    expect(notice).to_contain_text(re.compile(r"Unsaved changes from .*: Deck, Alt text of photo 2\."))
    expect(page.locator("#id_deck")).to_have_value("")
    notice.get_by_role("button", name="Restore").click()
    expect(page.locator("#id_deck")).to_have_value("Eleven years later")
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    assert "Eleven years later" in public_page(archive)
    page.reload()
    expect(page.locator(".archive-draft")).to_have_count(0)


def test_what_is_put_back_does_not_overwrite_what_another_editor_has_saved_since(opened: Open) -> None:
    nora, otto = opened("nora"), opened("otto")
    nora.on("dialog", lambda dialog: dialog.accept())
    nora.locator("#id_byline").fill("By Nora")
    nora.reload()
    otto.locator("#id_byline").fill("By Otto")
    save(otto)
    expect(otto.locator(".messagelist")).to_contain_text("changed successfully")
    nora.reload()
    nora.get_by_role("button", name="Restore").click()
    save(nora)
    expect(nora.locator(".field-byline .errorlist")).to_contain_text("has since been changed to “By Otto”")
    expect(nora.locator("#id_byline")).to_have_value("By Nora")


def test_after_a_login_in_another_tab_the_form_saves(archive: Archive, opened: Open) -> None:
    page = opened()
    page.locator("#id_section").fill("Harbour")
    page.context.clear_cookies()
    log_in(page.context.new_page(), archive, "nora")
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    expect(page.locator("#id_section")).to_have_value("Harbour")


def test_unsaved_changes_can_be_discarded(opened: Open) -> None:
    page = opened()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#id_dateline").fill("NORTH QUAY")
    page.reload()
    page.get_by_role("button", name="Discard").click()
    page.reload()
    expect(page.locator(".archive-draft")).to_have_count(0)
    expect(page.locator("#id_dateline")).to_have_value("")


# --- The preview. -----------------------------------------------------------------------------------------------------


def test_the_preview_follows_what_is_typed_and_keeps_its_place(opened: Open) -> None:
    page = opened()
    page.locator(".archive-preview summary").click()
    shown = page.frame_locator("iframe[data-preview]")
    expect(shown.locator("h1")).to_have_text("Ferry returns to the north quay")
    scroll = "document.querySelector('iframe[data-preview]').contentWindow.scroll"
    page.evaluate(f"{scroll}To(0, 200)")
    page.locator("#id_headline").fill("Ferry *never* left")
    page.locator("#id_body").press("Control+End")
    page.locator("#id_body").press_sequentially("\n\nAnd it **sailed** again.")
    expect(shown.locator("h1")).to_have_text("Ferry *never* left")
    expect(shown.locator(".body strong")).to_have_text("sailed")
    assert page.evaluate(f"{scroll}Y") == 200


def test_a_preview_without_scripts_opens_the_page_in_a_new_tab(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    page.locator("#id_headline").fill("Ferry stays away")
    with page.context.expect_page() as found:
        page.locator(".archive-preview summary").click()
        page.get_by_role("button", name="Open in a new tab").click()
    expect(found.value.get_by_role("heading", level=1)).to_have_text("Ferry stays away")
    expect(found.value.get_by_role("note")).to_contain_text("Preview: not saved.")


def test_a_preview_says_that_the_session_has_ended(opened: Open) -> None:
    page = opened()
    page.locator(".archive-preview summary").click()
    expect(page.frame_locator("iframe[data-preview]").locator("h1")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_headline").fill("Ferry stays away")
    expect(page.locator("[data-preview-status]")).to_contain_text("You have been logged out.")
    expect(page.locator("#id_headline")).to_have_value("Ferry stays away")


# --- Photos in order. -------------------------------------------------------------------------------------------------


def captions(page: Page) -> list[str]:
    fields = page.locator("#photos-group .has_original textarea[name$=caption]")
    return [field.input_value()[:8] for field in fields.all()]


def test_photos_are_put_in_order_from_the_keyboard_and_the_page_follows(archive: Archive, opened: Open) -> None:
    page = opened()
    first, second, third = captions(page)
    later = page.locator("#photos-0").get_by_role("button", name="Later")
    later.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#photos-group [role=status]")).to_have_text("Photo 2 of 3, after paragraph 1.")
    expect(later).to_be_focused()
    assert captions(page) == [second, first, third]
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    assert captions(page) == [second, first, third]
    shown = re.findall(r'/photos/\w+/">([^<]+)</a>', public_page(archive))
    assert [caption[:8] for caption in shown] == [second, first, third]


def test_a_photo_that_goes_later_and_earlier_again_is_where_it_was(opened: Open) -> None:
    page = opened()
    page.on("dialog", lambda dialog: dialog.accept())
    places = page.locator("#photos-group .has_original [name$=-position]:not([name^=initial])")
    before = captions(page), [field.input_value() for field in places.all()]
    for name in ("Later", "Later", "Earlier", "Earlier"):
        page.locator("#photos-0").get_by_role("button", name=name).click()
    assert (captions(page), [field.input_value() for field in places.all()]) == before


def test_photos_are_put_in_order_with_the_pointer(opened: Open) -> None:
    page = opened()
    page.on("dialog", lambda dialog: dialog.accept())
    before = captions(page)
    grip = page.locator("#photos-group .has_original").last.locator(".grip")
    grip.scroll_into_view_if_needed()
    grip.hover()
    page.mouse.down()
    first = page.locator("#photos-group .has_original").first
    for _ in range(3):  # the photos fold as one is taken up
        box = first.bounding_box()
        assert box
        page.mouse.move(box["x"] + 50, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    assert captions(page) == [before[2], before[0], before[1]]
    numbers = page.locator("#photos-group .has_original [name$=-number]:not([name^=initial])")
    assert [field.input_value() for field in numbers.all()] == ["1", "2", "3"]


# --- Tags. ------------------------------------------------------------------------------------------------------------


def test_several_tags_are_added_one_after_the_other(archive: Archive, opened: Open) -> None:
    archive.manage("shell", "-c", MORE_TAGS)
    page = opened()
    page.get_by_role("searchbox", name="Tags").click()
    for word in ("Light", "Bicyc"):
        page.keyboard.type(word)
        page.get_by_role("option", name=re.compile(f"^{word}")).click()
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    assert {"Lighthouses", "Bicycles"} <= {*tags(page)}


def test_a_tag_that_was_not_saved_is_put_back(archive: Archive, opened: Open) -> None:
    archive.manage("shell", "-c", MORE_TAGS)
    page = opened()
    page.on("dialog", lambda dialog: dialog.accept())
    before = tags(page)
    page.get_by_role("searchbox", name="Tags").press_sequentially("Bridg")
    page.get_by_role("option", name="Bridges").click()
    page.reload()
    page.get_by_role("button", name="Restore").click()
    assert sorted(tags(page)) == sorted([*before, "Bridges"])
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    assert sorted(tags(page)) == sorted([*before, "Bridges"])


def tags(page: Page) -> list[str]:
    """The tags in an article's form."""
    field = page.locator(".field-tag_ids .select2-selection")
    field.wait_for()
    return [tag.get_attribute("title") or "" for tag in field.locator(".select2-selection__choice").all()]


TO_MERGE = """
from articles.models import Tag
for name in ("Trams", "Tramways"):
    Tag.objects.get_or_create(name=name, defaults={"slug": name.lower()})
third, _ = Tag.objects.get_or_create(name="Railways", defaults={"slug": "railways"})
third.aliases.get_or_create(slug="tram", defaults={"name": "Tram"})
"""


def tags_there(archive: Archive) -> list[str]:
    asked = "from articles.models import Tag; print(*Tag.objects.filter(slug__startswith='tram').order_by('slug'))"
    return archive.manage("shell", "-c", asked).stdout.splitlines()[-1].split()


def test_two_ticked_tags_are_merged_when_it_is_confirmed_and_are_two_again_when_it_is_undone(
    archive: Archive, browser: Browser
) -> None:
    archive.manage("shell", "-c", TO_MERGE)
    page = browser.new_page()  # axe sets styles that the pages' own policy forbids, which `opened` would report
    log_in(page, archive, "ada")
    page.goto(f"{archive.url}/admin/articles/tag/?q=tram")
    for name in ("Trams", "Tramways"):
        page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True)).get_by_role(
            "checkbox"
        ).check()
    page.locator("select[name=action]").select_option("merge")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    expect(page.get_by_label("Reason for this change")).to_be_visible()
    looks_right(page)
    page.get_by_label("Reason for this change").press("Enter")
    expect(page.get_by_role("heading", name="“Tramways” is no longer a tag")).to_be_visible()
    looks_right(page)
    assert tags_there(archive) == ["Trams", "Tramways"]
    page.get_by_role("button", name="Merge").click()
    expect(page.locator(".messagelist")).to_contain_text("“Tramways” merged into “Trams”")
    assert tags_there(archive) == ["Trams"]
    page.get_by_role("link", name="Undo this merge").click()
    expect(page.locator("#content")).to_contain_text("“Tramways” is separate again")
    looks_right(page)
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.locator(".messagelist")).to_contain_text("“Tramways” is separate again")
    assert tags_there(archive) == ["Trams", "Tramways"]
    page.close()


def looks_right(page: Page) -> None:
    """Nothing sticks out on a phone, and axe finds nothing."""
    page.wait_for_load_state()  # else axe may see half a page
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 1280, "height": 900})


# --- Keys, and the original. ------------------------------------------------------------------------------------------


def test_control_s_saves_and_the_editor_goes_on_in_the_same_field(opened: Open) -> None:
    page = opened()
    expect(page.locator("[data-save-hint]")).to_contain_text("Ctrl+S: save and continue")
    field = page.locator("#id_photos-1-alt_text")
    field.fill("A man at a window, looking out.")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-hint]")).to_contain_text("Saved, ")
    expect(field).to_be_focused()
    expect(field).to_have_value("A man at a window, looking out.")
    expect(field).to_be_in_viewport()


def test_a_line_of_the_original_leads_to_its_field_and_back(opened: Open) -> None:
    page = opened()
    lines = page.locator(".archive-lines")
    expect(lines).to_be_visible()
    lines.get_by_role("link", name="Caption 2").click()
    expect(page.locator("#photos-group textarea:focus")).to_have_value("The keeper of the light looks out.")
    lines.get_by_role("link", name="Paragraph 2").click()
    expect(page.locator("#id_body")).to_be_focused()
    assert page.evaluate("getSelection().toString()").startswith("It was full to the last seat")
    page.locator("#id_headline").focus()
    expect(lines.locator(".is-here")).to_have_text(re.compile("^Headline Ferry returns"))


def test_on_a_small_screen_the_original_is_folded(opened: Open) -> None:
    page = opened(viewport={"width": 390, "height": 800})
    expect(page.locator(".archive-lines")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".archive-source summary").click()
    expect(page.locator(".archive-lines")).to_be_visible()


LOOKS = [("light", 1280, "original"), ("dark", 1280, "original"), ("light", 390, "preview"), ("dark", 1280, "preview")]


@pytest.mark.parametrize(("scheme", "width", "panel"), LOOKS)
def test_axe_finds_nothing_on_the_form(archive: Archive, browser: Browser, scheme: str, width: int, panel: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    log_in(page, archive, "nora")
    page.goto(f"{archive.url}/admin/articles/article/1/change/")
    if panel == "preview":
        page.locator(".archive-preview summary").click()
        expect(page.frame_locator("iframe[data-preview]").locator("h1")).to_be_visible()
    expect(page.locator(".select2-selection[aria-label]").first).to_be_attached()
    # The empty heading of the first column of tags is Django's own.
    found = Axe().run(
        page, options={"resultTypes": ["violations"], "rules": {"empty-table-header": {"enabled": False}}}
    )
    assert found.violations_count == 0, found.generate_report()
    context.close()


# --- Photo files. -----------------------------------------------------------------------------------------------------


def test_a_photo_is_added_and_one_without_a_picture_gets_it(archive: Archive, opened: Open, tmp_path: Path) -> None:
    page = opened()
    count = len(captions(page))
    file = tmp_path / "quay.jpg"
    file.write_bytes(plain(size=(900, 600)))
    page.locator("#id_photos-0-upload").set_input_files(file)
    page.locator("#photos-group .add-row a").click()
    new = page.locator(f"#photos-{count}")
    new.get_by_label("Picture file").set_input_files(file)
    new.get_by_label("Caption").fill("The quay, seen from the ferry.")
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    assert len(captions(page)) == count + 1
    expect(page.locator("#photos-group .archive-thumb")).to_have_count(2)
    shown = public_page(archive)
    assert "The quay, seen from the ferry." in shown
    assert len(re.findall(r"<img [^>]*renditions/", shown)) >= 2
    page.goto(archive.url + ADDRESS)
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")


def test_photos_added_in_the_form_stand_where_the_editor_put_them(
    archive: Archive, opened: Open, tmp_path: Path
) -> None:
    page = opened()
    before = captions(page)
    for number, caption in enumerate(("Added as next", "Set before"), len(before)):
        file = tmp_path / f"{number}.jpg"
        file.write_bytes(plain(size=(900, 600 + number)))
        page.locator("#photos-group .add-row a").click()
        new = page.locator(f"#photos-{number}")
        new.get_by_label("Picture file").set_input_files(file)
        new.get_by_label("Caption").fill(f"{caption}.")
    new.get_by_role("button", name="Earlier").click()
    count = len(before) + 2
    expect(page.locator(".archive-news")).to_contain_text(f"Photo {count - 1} of {count}, after paragraph")
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    assert captions(page) == [*before, "Set befo", "Added as"]
    shown = public_page(archive)
    assert shown.index("Set before.") < shown.index("Added as next.")
    assert shown.index("The crew of the first crossing.") < shown.index("Set before.")
    numbers = [page.locator(f"#id_photos-{number}-number").input_value() for number in range(count)]
    assert numbers == [str(number) for number in range(1, count + 1)]


# --- From the head of the form to a caption and back. -----------------------------------------------------------------


def test_a_caption_of_the_seed_is_corrected_from_the_keyboard_in_few_steps(archive: Archive, opened: Open) -> None:
    archive.manage("load_articles", "fixtures/seeds")
    page = opened()
    page.goto(f"{archive.url}/admin/articles/article/?q=qingdao")
    page.locator("#result_list th a").click()
    page.locator("#content h1").click()  # the head of the form
    stops = steps_to(page, "document.activeElement.hash === '#id_photos-0-caption'")
    page.keyboard.press("Enter")
    expect(page.locator("#id_photos-0-caption")).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Corrected.")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-hint]")).to_contain_text("Saved, ")
    expect(page.locator("#id_photos-0-caption")).to_be_focused()
    stops += steps_to(page, "document.activeElement.textContent.trim() === 'View on site'", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main figcaption, main .caption").first).to_contain_text("Corrected.")
    assert stops < 10


def steps_to(page: Page, is_there: str, key: str = "Tab") -> int:
    """How often a key is pressed until the focus is there; at most ten times."""
    for count in range(1, 11):
        page.keyboard.press(key)
        if page.evaluate(is_there):
            return count
    raise AssertionError("The focus never got there.")


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_the_body_is_as_high_as_its_text_and_nothing_covers_the_headline(opened: Open, width: int) -> None:
    page = opened(viewport={"width": width, "height": 900})
    body = page.locator("#id_body")
    body.press("Control+End")
    body.press_sequentially("\n\n".join(["", *"abcdefghijkl"]))
    assert page.evaluate("[id_body.scrollHeight <= id_body.clientHeight + 1, id_body.clientHeight > 300]") == [
        True,
        True,
    ]
    title, tools = page.locator("#content h2").first.bounding_box(), page.locator(".object-tools").bounding_box()
    assert title
    assert tools
    assert title["y"] + title["height"] <= tools["y"] or title["x"] + title["width"] <= tools["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.on("dialog", lambda dialog: dialog.accept())


@pytest.mark.parametrize("width", [400, 1280])
def test_the_columns_of_every_list_fit_into_the_page(archive: Archive, opened: Open, width: int) -> None:
    archive.manage("load_articles", "fixtures/samples")
    page = opened(viewport={"width": width, "height": 900})
    for name in ("article", "tag", "source", "load", "original", "conflict", "damage", "nearduplicate", "refusal"):
        page.goto(f"{archive.url}/admin/articles/{name}/")
        parts = "[document.documentElement, ...document.querySelectorAll('#changelist-form, .results')]"
        assert page.evaluate(f"{parts}.every((part) => part.scrollWidth <= part.clientWidth)"), name


def test_a_refused_form_leads_to_its_faults(opened: Open) -> None:
    page = opened()
    page.locator("#id_published").fill("the day before")
    page.locator("#id_photos-1-position").evaluate("field => field.value = '-1'")
    save(page)
    expect(page.locator("#id_published")).to_be_focused()
    expect(page.get_by_text("Please correct")).to_have_count(0)
    faults = page.locator(".errornote")
    expect(faults).to_have_text("Not saved. Check: Published, Position (row 2)")
    expect(faults.get_by_role("link")).to_have_text(["Published", "Position (row 2)"])
    faults.get_by_role("link", name="Position").click()
    expect(page.locator("#id_photos-1-position")).to_be_focused()
    page.on("dialog", lambda dialog: dialog.accept())
