"""The pictures in the README, front page and form for staff, from the sample of ``make run``: ``make picture``.

Each file names the words of the page that it shows, as a digest, so that a test can tell when it is out of date.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import lxml.html
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Browser

from tests import served
from tests.chromium import chromium
from tests.staff_over_http import MAKE_STAFF, PASSWORD

PICTURE = served.ROOT / ".github/site.png"
FORM = served.ROOT / ".github/form.png"
DAMAGED = "Street lights to go out"  # the article whose form is shown
KEY = "Words"  # of the text chunk with the digest
NOT_SHOWN = "//head | //script | //section[@aria-labelledby='onthisday' or @aria-labelledby='added']"


def digest_of(page: bytes) -> str:
    """SHA-256 of the words of a front page, without what is below the picture and not the same every time."""
    tree = lxml.html.document_fromstring(page.decode())
    for element in tree.xpath(NOT_SHOWN):
        element.drop_tree()
    return hashlib.sha256(" ".join(tree.text_content().split()).encode()).hexdigest()


def labels_of(page: bytes) -> str:
    """SHA-256 of the labels of a form: of its fields, and of the lines of its original."""
    tree = lxml.html.document_fromstring(page.decode())
    words = [element.text_content() for element in tree.xpath("//main//label | //aside//summary | //aside//th")]
    return hashlib.sha256(" ".join(" ".join(words).split()).encode()).hexdigest()


def digest_in(picture: Path) -> str | None:
    with Image.open(picture) as image:
        return image.info.get(KEY)


def take(browser: Browser, url: str) -> bytes:
    page = browser.new_page(viewport={"width": 1280, "height": 1180}, color_scheme="light", locale="en-GB")
    page.goto(url, wait_until="networkidle")
    return page.screenshot()


def take_form(browser: Browser, url: str) -> tuple[bytes, bytes]:
    """The picture and the page of the form of the damaged article, as a member of staff sees it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", locale="en-GB")
    page.goto(f"{url}/admin/articles/article/?q={DAMAGED}")
    page.get_by_label("Username").fill("nora")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=DAMAGED).click()
    page.locator("#toggle-nav-sidebar").click()
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot(), page.request.get(page.url).body()


def save(screenshot: bytes, digest: str, path: Path) -> None:
    """In 256 colours: a quarter of the size. With fewer of them for the photo, the one word in red keeps its colour."""
    words = PngInfo()
    words.add_text(KEY, digest)
    with Image.open(BytesIO(screenshot)) as image:
        few = image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=5)
        few.save(path, optimize=True, pnginfo=words)


def has_all_letters() -> bool:
    """A headline is in Chinese: without such a font it would be a row of boxes."""
    fonts = shutil.which("fc-list")
    return fonts is None or bool(subprocess.run([fonts, ":lang=zh"], capture_output=True, check=True).stdout)


def main() -> None:
    if not has_all_letters():
        sys.exit("A Chinese font is not on this machine (apt install fonts-noto-cjk)")
    os.environ["TAGS_FILE"] = str(served.ROOT / "fixtures/tags.toml")  # as ``make run`` has it
    with tempfile.TemporaryDirectory() as folder:
        served.moulds = Path(folder)
        with served.served(Path(folder, "var"), "fixtures", "--edits", "fixtures/samples.edits") as archive:
            archive.manage("shell", "-c", MAKE_STAFF)
            with chromium() as browser:
                save(take(browser, archive.url), digest_of(served.ask(f"{archive.url}/").body), PICTURE)
                picture, form = take_form(browser, archive.url)
                save(picture, labels_of(form), FORM)


if __name__ == "__main__":
    main()
