"""Web pages saved by browsers as one file."""

from __future__ import annotations

from email.message import EmailMessage, Message
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from articles.ingest.errors import BadMetadata
from articles.ingest.readers import mhtml
from articles.ingest.story import Story
from tests import warcs
from tests.readers.made import piece
from tests.test_photos import picture

ADDRESS = "https://news.example/2019/ferry.html"


def saved(tmp_path: Path, src: str, *, charset: str = "utf-8") -> Path:
    """A page and its picture, as a browser saves them."""
    page = MIMEText(warcs.page(ADDRESS, "Fähre kehrt zurück", photo=src, at="x").body.decode(), "html", charset)
    page["Content-Location"] = ADDRESS
    shown = MIMEImage(picture(tmp_path / "ferry.jpg").read_bytes(), "jpeg")
    shown["Content-Location"], shown["Content-ID"] = "https://news.example/media/ferry.jpg", "<frame@mhtml.blink>"
    message = MIMEMultipart("related")
    for part in (page, shown):
        message.attach(part)
    return written(tmp_path, message)


def written(tmp_path: Path, message: Message) -> Path:
    path = tmp_path / "page.mhtml"
    path.write_bytes(bytes(message))
    return path


def read(path: Path) -> Story:
    return mhtml.read(piece(path), path.read_bytes())


@pytest.mark.parametrize("src", ["/media/ferry.jpg", "https://news.example/media/ferry.jpg", "cid:frame@mhtml.blink"])
def test_a_page_finds_its_pictures_in_the_same_file(tmp_path: Path, src: str) -> None:
    [photo] = read(saved(tmp_path, src)).photos
    assert (photo.caption, photo.credit) == ("The ferry at the pier.", "Ann Lee")
    assert photo.file is not None
    assert photo.file.read(10_000_000) == (tmp_path / "ferry.jpg").read_bytes()


def test_a_page_is_known_by_the_address_it_was_saved_from(tmp_path: Path) -> None:
    assert read(saved(tmp_path, "")).url == ADDRESS


def test_the_character_set_of_the_part_counts(tmp_path: Path) -> None:
    assert read(saved(tmp_path, "", charset="iso-8859-1")).headline == "Fähre kehrt zurück"


def test_a_message_without_a_page_is_refused(tmp_path: Path) -> None:
    message = MIMEMultipart("related")
    message.attach(MIMEText("Hello", "plain"))
    with pytest.raises(BadMetadata, match="there is no web page among the parts of this message"):
        read(written(tmp_path, message))


def test_a_letter_is_no_saved_page() -> None:
    letter = EmailMessage()
    letter.set_content("Hello")
    assert not mhtml.looks_like(bytes(letter))
    assert mhtml.looks_like(bytes(MIMEMultipart("related")))


def test_a_page_under_an_address_that_is_none_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, "http://[::1/ferry.jpg")
    path.write_bytes(path.read_bytes().replace(b"Content-Location: https://", b"Content-Location: http://[::1/"))
    story = read(path)
    assert (story.headline, story.url) == ("Fähre kehrt zurück", None)


def test_parts_that_are_nested_too_deep_are_refused_in_words(tmp_path: Path) -> None:
    opening = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary={0}\n\n--{0}\n"
    (tmp_path / "deep.mhtml").write_text("".join(opening.format(f"b{number}x") for number in range(3000)))
    with pytest.raises(BadMetadata, match="nested too deep to be read"):
        read(tmp_path / "deep.mhtml")
