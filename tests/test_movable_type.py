"""Exports of Movable Type and TypePad: their entries are articles, and nothing else of them is taken in."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Original
from tests.loading import Run, aged, load
from tests.photo_files import plain
from tests.readers.wxr import export, item

SITE = Path(__file__).parents[2] / "shared/corpora/sites/systems/movabletype/site"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def entry(body: str, *more: str, head: str = "", parts: str = "") -> str:
    """An entry; ``head`` begins with what differs from the usual metadata."""
    usual = {
        "AUTHOR": "Nils Aho", "TITLE": "Ferry returns", "BASENAME": "ferry_returns", "STATUS": "Publish",
        "CONVERT BREAKS": "__default__", "DATE": "02/05/2006 09:30:00 AM",
    }  # fmt: skip
    said = [line for line in head.splitlines() if line]
    keys = {line.partition(":")[0] for line in said}
    lines = [f"{key}: {value}" for key, value in usual.items() if key not in keys] + said
    return "\n".join([*lines, "-----", "BODY:", body, "-----", *more, parts + "--------", ""])


def loaded(folder: Path, text: str | bytes, name: str = "weekly.txt", **options: Any) -> Run:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    aged(folder / name)
    return load(folder, **options)


def tags_of(article: Article) -> set[str]:
    return set(article.tags.values_list("name", flat=True))


@pytest.mark.skipif(not SITE.exists(), reason="../shared/corpora/sites is not beside the checkout")
def test_the_sample_is_read_as_expected(site: Client) -> None:
    run = load(SITE)
    assert run.code == 0
    assert "A Movable Type site: name not found, 1 file" in run.out
    assert "Left out (not published by the source): 1 draft\n" in run.out
    road, choir = Article.objects.order_by("archive_date")
    assert (road.headline, road.byline, road.section) == ("Ice road opens to the island", "Nils Aho", "News")
    assert road.published == "2006-01-31T15:47:06"
    assert tags_of(road) == {"Winter", "ice road", "transport"}
    assert road.deck == "Islanders can drive to the shop again."
    assert road.body.split("\n\n") == [
        "The ice road opened on Tuesday. It is four kilometres long.",
        "Cars may weigh up to three tonnes.",
        "The road closes at dusk.",
    ]
    assert (choir.headline, choir.byline, choir.section) == ("School choir wins prize", "Saara Kivi", "Culture")
    assert tags_of(choir) == set()
    assert "the **northern** prize" in choir.body
    photo = choir.photos.get()
    assert (photo.src, photo.file) == ("/photos/choir.jpg", "")
    for path, article in (("/2006/01/ice_road_opens.html", road), ("/2006/02/choir_prize.html", choir)):
        assert site.get(path).headers["Location"] == article.get_absolute_url()


@pytest.mark.skipif(not SITE.exists(), reason="../shared/corpora/sites is not beside the checkout")
def test_the_file_a_folder_and_a_zip_give_the_same(tmp_path: Path) -> None:
    def found(path: Path) -> list[Any]:
        Article.objects.all().delete()
        load(path)
        return list(Article.objects.order_by("key").values_list("key", "headline", "body", "former_paths"))

    shutil.copytree(SITE, tmp_path / "site")
    with zipfile.ZipFile(tmp_path / "weekly.zip", "w") as packed:
        packed.write(SITE / "weekly-export.txt", "export/weekly-export.txt")
    in_folder = found(tmp_path / "site")
    assert len(in_folder) == 2
    assert found(tmp_path / "site/weekly-export.txt") == in_folder
    assert found(tmp_path / "weekly.zip") == in_folder


def test_an_export_packed_with_others_has_nothing_of_theirs(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "papers.zip", "w") as packed:
        packed.writestr("blog/weekly.txt", entry("It sailed."))
        packed.writestr("aurora/wordpress.xml", export(item(1, "Northern lights")))
    load(tmp_path / "papers.zip")
    assert {str(article.headline): str(article.source or "") for article in Article.objects.all()} == {
        "Ferry returns": "", "Northern lights": "Tarvik Daily & Sunday",
    }  # fmt: skip


# The first half of the made cases.


def test_hyphens_within_a_text_end_no_text(tmp_path: Path) -> None:
    body = "Before.\n\n-----\n\nBetween.\n\n--------\n\nAfter."
    text = entry(body, "EXTENDED BODY:", "More.\n-----\nMost.", "-----") + entry(
        "It rose.", head="TITLE: Tide\nBASENAME: tide"
    )
    loaded(tmp_path / "site", text.replace("\n", "\r\n"))
    ferry, tide = Article.objects.order_by("headline")
    assert [word for word in ferry.body.split() if word[0].isalpha()] == "Before. Between. After. More. Most.".split()
    assert tide.body == "It rose."


@pytest.mark.parametrize(
    ("breaks", "body"),
    [
        ("0", "One line and the next."),
        ("richtext", "One line and the next."),
        ("1", "One line  \nand the next."),
        ("__default__", "One line  \nand the next."),
        ("markdown_with_smartypants", "One line and the next."),
        ("textile_2", "One line  \nand the next."),
    ],
)
def test_line_ends_mean_what_the_entry_says(tmp_path: Path, site: Client, breaks: str, body: str) -> None:
    loaded(tmp_path / "site", entry("One line\nand the next.", head=f"CONVERT BREAKS: {breaks}"))
    article = Article.objects.get()
    assert article.body.replace("line\nand", "line and") == body
    account = site.get(f"{article.get_absolute_url()}account/").content.decode()
    assert ("CONVERT BREAKS: textile_2" in account) == (breaks == "textile_2")


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("12/31/2005 12:05:00 AM", "2005-12-31T00:05:00"),
        ("12/31/2005 12:05:00 PM", "2005-12-31T12:05:00"),
        ("1/2/2006 15:47:06", "2006-01-02T15:47:06"),
        ("01/02/2006 03:47", "2006-01-02T03:47"),
        ("01/02/2006", "2006-01-02"),
    ],
)
def test_a_date_is_in_american_order_on_the_clock_of_its_site(tmp_path: Path, written: str, published: str) -> None:
    loaded(tmp_path / "site", entry("It sailed.", head=f"DATE: {written}"))
    assert Article.objects.get().published == published


# The second half, by which the rules were judged.


def test_an_old_file_of_typepad_is_read_in_its_encoding_with_its_own_addresses(tmp_path: Path, site: Client) -> None:
    address = "https://daily.typepad.example/news/2006/02/café-open.html"
    text = entry(
        "Das Café am Hafen – endlich – öffnet.\n\nAm Montag.", "EXCERPT:",
        "Das Café am Hafen – endlich – öffnet.", "-----", "KEYWORDS:", "Kaffee, Altes Zollhaus;", "-----",
        head="AUTHOR: jürgen@daily.example\nAUTHOR EMAIL: office@daily.example\nTITLE: Café öffnet\n"
        f"UNIQUE URL: {address}\nCATEGORY: Hafen\nCATEGORY: Stadt & Land",
    )  # fmt: skip
    run = loaded(tmp_path / "site", text.replace("\n", "\r\n").encode("cp1252"))
    assert "A Movable Type site: name not found, https://daily.typepad.example" in run.out
    article = Article.objects.get()
    assert (article.headline, article.section, article.deck) == ("Café öffnet", "", "")
    assert tags_of(article) == {"Hafen", "Stadt & Land", "Kaffee", "Altes Zollhaus"}
    assert "endlich – öffnet" in article.body
    assert article.url == address
    assert "daily.example" not in article.byline + str(bytes(Original.objects.get().content))
    assert site.get("/news/2006/02/caf%C3%A9-open.html").headers["Location"] == article.get_absolute_url()


def test_future_entries_and_what_visitors_wrote_are_left_out(tmp_path: Path, site: Client) -> None:
    comment = (
        "COMMENT:\nAUTHOR: Visitor\nEMAIL: visitor@example.org\nIP: 192.0.2.7\nDATE: 02/01/2006 09:00:00 AM\n"
        "I wrote:\n-----\nTITLE: no entry\n--------\nDrive slowly!\n-----\nBODY:\nNot the text.\n-----\n"
        "PING:\nTITLE: Elsewhere\nIP: 192.0.2.8\nThey write.\n-----\n"
    )
    text = (
        entry("It sailed.", parts=comment)
        + entry("Not yet.", head="TITLE: Soon\nSTATUS: Future\nDATE: 02/05/2006 10:00:00")
        + entry("Not yet.", head="TITLE: Later\nDATE: 02/05/2999 10:00:00")
        + entry("Not yet.", head="TITLE: In review\nSTATUS: Review")
        + entry("It rose.", head="TITLE: Tide\nBASENAME: tide", parts="\n" + comment)
    )
    run = loaded(tmp_path / "site", text)
    assert "Left out (not published by the source): 1 draft, 2 scheduled articles\n" in run.out
    assert {article.headline: article.body for article in Article.objects.all()} == {
        "Ferry returns": "It sailed.", "Tide": "It rose.",
    }  # fmt: skip
    for article in Article.objects.all():
        original = site.get(f"{article.get_absolute_url()}original").getvalue().decode()
        assert "BODY:\nIt" in original
        assert not any(words in original for words in ("Visitor", "@", "192.0.2", "slowly", "no entry", "They write"))


def test_the_head_of_an_entry_keeps_no_address_in_any_spelling(tmp_path: Path) -> None:
    head = (
        "AUTHOR: Nils Aho <nils@daily.example>\nAuthor Email: nils@daily.example\nAUTHOR_IP: 192.0.2.7\nPASSWORD: pw7"
    )
    loaded(tmp_path / "site", entry("It sailed.", head=head))
    assert Article.objects.get().byline == "Nils Aho"
    original = bytes(Original.objects.get().content)
    assert not any(words in original for words in (b"@", b"192.0.2", b"pw7"))


def test_one_stray_line_end_does_not_join_the_entries_of_an_old_file(tmp_path: Path) -> None:
    comment = "COMMENT:\nAUTHOR: Visitor\n\nWell said.\n-----\n"
    text = entry("It sailed.", parts=comment) + entry("It rose.", head="TITLE: Tide\nBASENAME: tide")
    loaded(tmp_path / "site", text.replace("\n", "\r") + "\n")
    assert {article.body for article in Article.objects.all()} == {"It sailed.", "It rose."}


@pytest.mark.parametrize("encoding", ["utf-16", "shift_jis"])
def test_other_encodings_and_line_ends_of_old_are_read(tmp_path: Path, encoding: str) -> None:
    body = "フェリーは九時に出た。\n\n港は静かだった。"
    text = entry(body, head="TITLE: フェリー") + entry(body, head="TITLE: 港の朝\nBASENAME: asa")
    loaded(tmp_path / "site", text.replace("\n", "\r").encode(encoding))
    assert {article.headline: article.body for article in Article.objects.all()} == {
        "フェリー": body, "港の朝": body,
    }  # fmt: skip


def test_a_picture_beside_the_file_is_found_with_its_caption_and_credit(tmp_path: Path) -> None:
    (tmp_path / "site/photos").mkdir(parents=True)
    (tmp_path / "site/photos/quay.jpg").write_bytes(plain(size=(500, 400)))
    figure = (
        '<figure><a href="/photos/quay-popup.html"><img src="/photos/quay.jpg" alt="The quay"></a>'
        "<figcaption>The quay at dawn. Photo: Ana Ruiz</figcaption></figure>"
    )
    loaded(tmp_path / "site", entry(f"It sailed.\n\n{figure}\n\nIt was full.", head="TITLE: <b>Ferry</b> &amp; quay"))
    article = Article.objects.get()
    photo = article.photos.get()
    assert article.headline == "Ferry & quay"
    assert (photo.caption, photo.credit_line, photo.alt_text, photo.position) == (
        "The quay at dawn.", "Ana Ruiz", "The quay", 1,
    )  # fmt: skip
    assert photo.file


def test_the_profile_says_how_addresses_were_made(tmp_path: Path, settings: Any, site: Client) -> None:
    loaded(tmp_path / "site", entry("It sailed."))
    profile = Path(settings.VAR_DIR) / "sites/site.toml"
    assert 'permalink = "/:year/:month/:slug.html"' in profile.read_text()
    profile.write_text(
        f'folder = "{tmp_path / "site"}"\naddress = "https://daily.example/blog"\npermalink = "/archives/:slug/"\n'
        'source = "Harbour Daily"\nlanguage = "en"\n'
    )
    load(tmp_path / "site")
    article = Article.objects.get()
    assert str(article.source) == "Harbour Daily"
    assert article.former_paths == ["/blog/archives/ferry_returns/", "/blog/archives/ferry-returns/"]
    for path in article.former_paths:
        assert site.get(path).status_code == 301


def test_an_entry_that_becomes_a_draft_is_withdrawn_and_a_changed_one_updated(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    loaded(folder, entry("It sailed.") + entry("It rose.", head="TITLE: Tide\nBASENAME: tide"))
    changed = entry("Half a thought.", head="STATUS: Draft") + entry("It fell.", head="TITLE: Tide\nBASENAME: tide")
    loaded(folder, changed)
    assert [(article.headline, article.body) for article in Article.objects.published()] == [("Tide", "It fell.")]
    assert Article.objects.count() == 2


def test_a_table_of_movabletype_net_is_read_without_its_drafts(tmp_path: Path) -> None:
    rows = (
        "type,identifier,author,title,status,category,folder,date,body\n"
        'entry,12,Nils Aho,Ferry returns,publish,News,,2016-02-05 09:30:00,"<p>It sailed.</p>"\n'
        'entry,13,Nils Aho,Half a thought,draft,News,,2016-02-06 09:30:00,"<p>Nothing yet.</p>"\n'
    )
    assert loaded(tmp_path / "site", rows, "weekly.csv").code == 0
    article = Article.objects.get()
    assert (article.headline, article.byline, article.section, article.body) == (
        "Ferry returns", "Nils Aho", "News", "It sailed.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("TITLE: Ice road\r\nSTATUS: Publish\r\n-----\r\nBODY:\r\nIt opened.\r\n", "It opened."),
        ("AUTHOR: Nils Aho\nCATEGORY: News\n\nDATE: 01/02/2006\n-----\nBODY:\nNo.\n", "No."),
        ("AUTHOR: Nils Aho\nTITLE: Ice road\n-----\nCOMMENT:\nIP: 192.0.2.7\n-----\n", ""),
    ],
)
def test_a_file_that_ends_early_is_read_as_far_as_it_goes(tmp_path: Path, text: str, body: str) -> None:
    loaded(tmp_path / "site", text)
    assert Article.objects.get().body == body
    assert b"192.0.2" not in bytes(Original.objects.get().content)
