"""One article in its other formats: for reference managers, programs and plain reading."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.ingest.readers import markdown
from articles.models import Photo
from articles.public.formats.representations import credit_markdown
from articles.text.damage import damage_words
from articles.text.dates import date_lines, dates_sentence, moment_words
from articles.text.languages import language_words, tongue_of
from articles.text.originals import ledger_lines
from articles.text.shown_credits import credit_of
from tests import factories as make
from tests.readers.made import piece

ARTICLE = "/2022/03/04/ferry-returns-to-the-north-quay/"


def form(client: Client, ending: str, address: str = ARTICLE) -> str:
    response = client.get(f"{address}article.{ending}")
    assert response.status_code == 200
    return response.content.decode()


# --- Citations. -------------------------------------------------------------------------------------------------------


def test_bibtex_keeps_unclear_names_whole_and_escapes_what_tex_would_take_for_a_command(
    site: Client,
) -> None:
    make.make_article(
        "Profit & loss: 100% of $5_000 {sic} ~ C:\\ferry",
        key="0123456789", slug="profit", authors=["Mei Tanaka", "Ng & Sons"], source="Post #1", tags=["Trade"],
        language="en",
    )  # fmt: skip
    expected = r"""@article{0123456789,
  title = {{Profit \& loss: 100\% of \$5\_000 \textbraceleft{}sic\textbraceright{} \textasciitilde{} C:\textbackslash{}ferry}},
  author = {Tanaka, Mei and {Ng \& Sons}},
  journal = {Post \#1},
  year = {2022},
  month = mar,
  day = {4},
  date = {2022-03-04},
  langid = {en},
  keywords = {Trade},
  url = {http://testserver/a/0123456789/},
  howpublished = {Newsarchive}
}
"""  # noqa: E501
    assert form(site, "bib", "/2022/03/04/profit/") == expected


def test_what_is_not_known_is_left_out_of_citations(site: Client) -> None:
    article = make.make_article("Ferry", published="", source=None, key="0123456789")
    address = article.get_absolute_url()
    assert form(site, "bib", address) == (
        "@misc{0123456789,\n  title = {{Ferry}},\n  url = {http://testserver/a/0123456789/},\n"
        "  howpublished = {Newsarchive}\n}\n"
    )
    assert form(site, "ris", address) == (
        "TY  - NEWS\r\nID  - 0123456789\r\nTI  - Ferry\r\nDB  - Newsarchive\r\n"
        "UR  - http://testserver/a/0123456789/\r\nER  - \r\n"
    )
    assert json.loads(form(site, "csl.json", address)) == [
        {
            "id": "0123456789", "type": "article-newspaper", "title": "Ferry", "archive": "Newsarchive",
            "URL": "http://testserver/a/0123456789/",
        }
    ]  # fmt: skip
    page, today = site.get(address).content.decode(), timezone.localdate()
    assert "<em>Ferry</em>. (n.d.). Newsarchive. http://testserver/a/0123456789/<" in page
    assert "“Ferry.” <em>Newsarchive</em>, http://testserver/a/0123456789/. Accessed " in page
    assert f"“Ferry.” Newsarchive. Accessed {today:%B} {today.day}, {today.year}. http" in page


def test_ris_names_every_author_and_tag_and_breaks_no_line(site: Client) -> None:
    make.make_article("Ferry\nreturns", slug="f", key="0123456789", byline="By Mei Tanaka", tags=["Trade", "Ports"])
    assert form(site, "ris", "/2022/03/04/f/") == (
        "TY  - NEWS\r\nID  - 0123456789\r\nTI  - Ferry returns\r\nAU  - Tanaka, Mei\r\nT2  - Harbour Daily\r\n"
        "PY  - 2022\r\nDA  - 2022/03/04/\r\nKW  - Trade\r\nKW  - Ports\r\nDB  - Newsarchive\r\n"
        "UR  - http://testserver/a/0123456789/\r\nER  - \r\n"
    )


def test_a_date_of_an_update_is_cited_as_one(site: Client) -> None:
    make.make_article(published="", updated="2022-03-04", key="0123456789")
    cited = json.loads(form(site, "csl.json"))[0]
    assert cited["issued"] == {"date-parts": [[2022, 3, 4]]}
    assert cited["note"] == "The date is that of an update; the publication date is not known"
    page = site.get(ARTICLE).content.decode()
    assert "quay. (2022, March 4). <em>Harbour Daily</em>. http://testserver/a/0123456789/<" in page
    assert "quay.” <em>Harbour Daily</em>, updated 4 Mar. 2022. <em>Newsarchive</em>, http" in page
    assert "quay.” <em>Harbour Daily</em>. Last modified March 4, 2022. Newsarchive. Accessed " in page


def test_a_date_known_to_the_month_has_no_day_anywhere(site: Client) -> None:
    make.make_article(published="2022-03", key="0123456789")
    address = ARTICLE.replace("/04/", "/01/")
    page = site.get(address).content.decode()
    assert 'Published <time datetime="2022-03">March 2022</time>' in page.replace("<wbr>", "").replace("&nbsp;", " ")
    assert "quay. (2022, March). <em>Harbour Daily</em>. http://testserver/a/0123456789/<" in page
    assert "quay.” <em>Harbour Daily</em>, Mar. 2022. <em>Newsarchive</em>, http" in page
    assert "quay.” <em>Harbour Daily</em>, March 2022. Newsarchive. Accessed " in page
    assert json.loads(form(site, "csl.json", address))[0]["issued"] == {"date-parts": [[2022, 3]]}
    assert "DA  - 2022/03//\r\n" in form(site, "ris", address)
    bibtex = form(site, "bib", address)
    assert "  date = {2022-03},\n" in bibtex
    assert "day =" not in bibtex
    listed = site.get("/sources/harbour-daily/").content.decode()
    assert ">March 2022</time>" in listed
    assert "1 March 2022</time>" not in listed
    assert "<published>2022-03-01T00:00:00" in site.get("/feeds/latest.atom").content.decode()


def cited(client: Client, address: str) -> dict[str, str]:
    """The citations on a page by style, as a reader sees them, italics between asterisks."""
    lines = re.findall(r'<div><dt>(\w+)</dt><dd class="whole">(.*?)</dd></div>', client.get(address).content.decode())
    return {style: unescape(re.sub("<[^>]+>", "", re.sub("</?em>", "*", html))) for style, html in lines}


# Authors of examples in the manuals, and how a citation begins there; with days of ours where the example is a book.
@pytest.mark.parametrize(
    ("style", "authors", "day", "headline", "newspaper", "begins"),
    [
        # Publication Manual of the APA, 7th edition, section 10.1
        (
            "APA", ["Benedict Carey"], "2019-03-22", "Can we get better at forgetting?", "The New York Times",
            "Carey, B. (2019, March 22). Can we get better at forgetting? *The New York Times*. ",
        ),
        (
            "APA", ["Jean-Paul Duval", "Aaron Lenz"], "2020-01-08", "Cancer death rate drops", "Chicago Tribune",
            "Duval, J.-P., & Lenz, A. (2020, January 8). Cancer death rate drops. *Chicago Tribune*. ",
        ),
        ("APA", ["Associated Press"], "2020-01-08", "A drop", "Post", "Associated Press. (2020, January 8). A drop. "),
        # MLA Handbook, 9th edition: the first name of two is inverted; of three, only that is given
        (
            "MLA", ["William Deresiewicz"], "2014-12-28", "The Death of the Artist", "The Atlantic",
            "Deresiewicz, William. “The Death of the Artist.” *The Atlantic*, 28 Dec. 2014. ",
        ),
        ("MLA", ["Michael Dorris", "Louise Erdrich"], "1991-05-04", "A Crown", "Post",
         "Dorris, Michael, and Louise Erdrich. “A Crown.” *Post*, 4 May 1991. "),
        ("MLA", ["Anne Burdick", "Johanna Drucker", "Peter Lunenfeld"], "2012-06-04", "Digital", "Post",
         "Burdick, Anne, et al. “Digital.” *Post*, 4 June 2012. "),
        # The Chicago Manual of Style, 17th edition, 14.191 and the Citation Quick Guide
        (
            "Chicago", ["Farhad Manjoo"], "2017-03-08", "Snap Makes a Bet", "New York Times",
            "Manjoo, Farhad. “Snap Makes a Bet.” *New York Times*, March 8, 2017. ",
        ),
        ("Chicago", ["Brian Grazer", "Charles Fishman"], "2015-03-08", "A Mind", "Post",
         "Grazer, Brian, and Charles Fishman. “A Mind.” *Post*, March 8, 2015. "),
        ("Chicago", ["Brian Grazer", "Charles Fishman", "Alfred Zadeh"], "2015-03-08", "A Mind", "Post",
         "Grazer, Brian, Charles Fishman, and Alfred Zadeh. “A Mind.” *Post*, March 8, 2015. "),
    ],
)  # fmt: skip
def test_an_article_is_cited_as_in_the_examples_of_the_manuals(
    site: Client, style: str, authors: list[str], day: str, headline: str, newspaper: str, begins: str
) -> None:
    article = make.make_article(headline, authors=authors, published=day, source=newspaper, language="en")
    assert cited(site, article.get_absolute_url())[style].startswith(begins)


def test_reference_managers_get_the_family_name_first(site: Client) -> None:
    """As ``Last, First`` in BibTeX, whose names are joined by ``and``, and in RIS; apart in CSL."""
    make.make_article("Weir", slug="weir", authors=["Moira Fenn", "Åge Øvrebø"], source="Post", language="en")
    address = "/2022/03/04/weir/"
    assert "  author = {Fenn, Moira and Øvrebø, Åge},\n" in form(site, "bib", address)
    assert "AU  - Fenn, Moira\r\nAU  - Øvrebø, Åge\r\n" in form(site, "ris", address)
    assert json.loads(form(site, "csl.json", address))[0]["author"] == [
        {"family": "Fenn", "given": "Moira"}, {"family": "Øvrebø", "given": "Åge"},
    ]  # fmt: skip
    page = site.get(address).content.decode()
    assert re.findall(r'href="[^"]*article\.(ris|bib|csl\.json)">', page.partition("Cite this article")[2]) == [
        "ris", "bib", "csl.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "values", "inverted"),
    [
        ("Nora Whitfield", {}, "Whitfield, N."),
        ("N. Whitfield", {}, "Whitfield, N."),
        ("Conor O’Brien", {}, "O’Brien, C."),
        ("Whitfield, Nora Ann", {}, "Whitfield, N. A."),  # the source says so
        ("Nora Whitfield and Bo Lund", {}, "Whitfield, N., & Lund, B."),
        ("Nora Whitfield, Bo Lund and Ann Lee", {}, "Whitfield, N., Lund, B., & Lee, A."),
        ("van der Berg, Jan", {"language": "zh"}, "van der Berg, J."),
        *((name, {}, name) for name in (
            "Nora Ann Whitfield", "NORA WHITFIELD", "Иван Петров", "王芳", "Reuters", "Associated Press",
            "Agence France-Presse", "Evening Post", "Staff Writer", "Business Desk", "Nora Whitfield, Reuters",
            "Nora Whitfield and Reuters", "Zhang Wei", "Kim Min-ho",
        )),
        *(("Mei Tanaka", values, "Mei Tanaka") for values in (
            {"language": "ja"}, {"language": "hu-HU"}, {"source": "China Daily"}, {"dateline": "HANOI, March 4"},
            {"url": "https://english.example.kr/1"},
        )),
    ],
)  # fmt: skip
def test_a_name_is_inverted_only_where_its_family_name_is_plain(
    site: Client, printed: str, values: dict[str, Any], inverted: str
) -> None:
    article = make.make_article(authors=[printed], **values)
    by = cited(site, article.get_absolute_url())["APA"].partition(" (2022")[0]
    assert by.removesuffix(".") == inverted.removesuffix(".")


def test_names_that_are_not_plain_are_cited_whole_as_printed(site: Client) -> None:
    authors = ["王芳", "Moira Ann Fenn", "Mei Tanaka"]
    make.make_article("Weir", slug="weir", authors=authors, source="Post", key="0123456789", language="zh")
    address = "/2022/03/04/weir/"
    styles = cited(site, address)
    assert styles["APA"].startswith("王芳, Moira Ann Fenn, & Mei Tanaka. (2022, March 4). ")
    assert styles["MLA"].startswith("王芳, et al. “Weir.” Post, 4 Mar. 2022. ")
    assert styles["Chicago"].startswith(
        "王芳, Moira Ann Fenn, and Mei Tanaka. “Weir.” Post, March 4, 2022. Newsarchive. "
    )
    assert "author = {{王芳} and {Moira Ann Fenn} and {Mei Tanaka}}," in form(site, "bib", address)
    assert "AU  - 王芳\r\nAU  - Moira Ann Fenn\r\nAU  - Mei Tanaka\r\n" in form(site, "ris", address)
    assert json.loads(form(site, "csl.json", address))[0]["author"] == [{"literal": name} for name in authors]


# --- The article whole. -----------------------------------------------------------------------------------------------


def test_json_holds_everything_that_is_known(site: Client) -> None:
    article = make.make_article(
        key="0123456789", deck="A deck.", byline="Mei Tanaka", tags=["Harbours"], language="en",
        url="https://example.org/f", external_id="urn:1", updated="2022-03-05T10:30", body="The *ferry* sailed.",
    )  # fmt: skip
    photo = make.make_photo(article, sizes=[(400, 300)], digest="ab" * 32, alt_text="A ferry.", position=1)
    make.make_damage(article, "credit-cut", field="photo 1", line=7, text="[Photo/]")
    original = make.make_original(article, b"The ferry sailed.\n", boilerplate=["Print Print"])
    make.remember(article)
    file = f"http://testserver/media/renditions/ab/{'ab' * 32}-400.jpg"
    assert json.loads(form(site, "json")) == {
        "headline": "Ferry returns to the north quay", "updated": "2022-03-05T10:30", "published": "2022-03-04",
        "source": "Harbour Daily", "byline": "Mei Tanaka", "dateline": None,
        "photos": [
            {
                "kind": "photo", "caption": "The ferry at the quay.", "credit": "Mei Tanaka", "credit_raw": None,
                "position": 1, "alt_text": "A ferry.", "src": None, "number": 1, "digest": "ab" * 32, "width_px": 400,
                "height_px": 300, "creator": None, "copyright_notice": None, "from_file": [],
                "damage": [
                    {
                        "code": "credit-cut", "field": "photo 1", "line": 7, "text": "[Photo/]",
                        "words": "The credit of photo 1 is cut off",
                    }
                ],
                "page": f"http://testserver{photo.get_absolute_url()}",
                "files": [{"url": file, "width_px": 400, "height_px": 300}],
            }
        ],
        "paragraphs": ["The ferry sailed."], "chrome_removed": ["Print Print"], "warnings": ["credit-cut"],
        "deck": "A deck.", "former_paths": [], "authors": [], "section": None, "tags": ["Harbours"], "language": "en",
        "url": "https://example.org/f", "id": "urn:1", "body": "The *ferry* sailed.", "key": "0123456789",
        "permalink": f"http://testserver{ARTICLE}", "short_address": "http://testserver/a/0123456789/",
        "archive_date": "2022-03-04", "published_printed": None, "updated_printed": None,
        "html": "<p>The <em>ferry</em> sailed.</p>",
        "tag_addresses": {"Harbours": "http://testserver/tags/harbours/"},
        "source_address": "http://testserver/sources/harbour-daily/", "license": None, "terms": None,
        "edited_here": [], "corrections": [],
        "provenance": {
            name: {"from": "source", "where": "the article"}
            for name in (
                "headline", "deck", "byline", "published", "updated", "source", "language", "url", "external_id",
                "body", "caption:1", "credit_line:1", "alt_text:1", "position:1", "tag:Harbours",
            )
        },
        "damage": [
            {
                "code": "credit-cut", "field": "photo 1", "line": 7, "text": "[Photo/]",
                "words": "The credit of photo 1 is cut off",
            }
        ],
        "original": {
            "name": "ferry.txt", "form": "text", "encoding": "utf-8", "size_bytes": 18, "digest": original.digest,
            "address": f"http://testserver{ARTICLE}original",
        },
    }  # fmt: skip


def test_plain_text_has_captions_and_credits_in_their_places(site: Client) -> None:
    article = make.make_article(published="", updated="2022-03-04", byline="Mei Tanaka", tags=["Harbours"])
    make.make_photo(article, position=1, credit_line="", credit_raw="[Photo provided to]")
    assert form(site, "txt") == (
        "Ferry returns to the north quay\n\nMei Tanaka\n\nHarbour Daily\n\n"
        "Updated 4 March 2022. Publication date not known.\n\nThe ferry sailed at nine.\n\n"
        "[Photo. The ferry at the quay. Photo provided to … (the credit is cut off in the source)]\n\n"
        f"It was full.\n\nNobody had sold a ticket.\n\nTags: Harbours\n\nhttp://testserver{ARTICLE}\n"
    )


def test_markdown_can_be_loaded_again(site: Client, tmp_path: Path) -> None:
    article = make.make_article(
        "Profit: 100% & <more>", slug="p", deck="A deck: with a colon", byline="Mei Tanaka", tags=["Harbours", "R&D"],
        updated="2022-03-05T10:30", url="https://example.org/f", language="en", external_id="urn:1",
    )  # fmt: skip
    make.make_photo(article, position=1, caption="Two < three & more.", alt_text='A "ferry"')
    make.make_photo(article, position=3, credit_line="provided to Post", credit_raw="[Photo provided to Post]")
    story = markdown.read(piece(tmp_path / "p.md"), form(site, "md", "/2022/03/04/p/").encode())
    for name in ("headline", "slug", "deck", "byline", "published", "updated", "url", "language"):
        assert getattr(story, name) == getattr(article, name), name
    assert (story.source, story.id, story.tags) == ("Harbour Daily", "urn:1", ("Harbours", "R&D"))
    assert list(story.paragraphs) == ["The ferry sailed at nine.", "It was full.", "Nobody had sold a ticket."]
    assert [(photo.caption, photo.credit, photo.position, photo.alt_text) for photo in story.photos] == [
        ("Two < three & more.", "Mei Tanaka", 1, 'A "ferry"'),
        ("The ferry at the quay.", "provided to Post", 3, None),
    ]


@pytest.mark.parametrize(
    ("values", "credit"),
    [
        ({"credit_line": "Shore", "creator": "Ana Toft", "from_file": ["credit_line"]}, "[Photo/Ana Toft/Shore]"),
        ({"credit_line": "", "creator": "Ana Toft; Bo Lund"}, "[Photo/Ana Toft, Bo Lund]"),
        ({"credit_line": "provided to Harbour Daily"}, "[Photo provided to Harbour Daily]"),
        ({"credit_line": "by Ana Toft", "kind": "video"}, "[Video by Ana Toft]"),
        ({"credit_line": "", "copyright_notice": "© Shore Weekly"}, "[© Shore Weekly]"),
        ({"credit_line": ""}, ""),
    ],
)
def test_markdown_prints_the_credit_as_whole_as_the_page(values: dict[str, Any], credit: str) -> None:
    assert credit_markdown(Photo(**values)) == credit


def test_the_original_comes_back_byte_for_byte_and_is_only_to_be_saved(site: Client) -> None:
    article = make.make_article()
    content = b"\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00" * 100
    make.make_original(article, content, encoding="utf-16", name="folder/évil\r\n.txt")
    response = site.get(f"{ARTICLE}original")
    assert response.content == content
    assert response["Content-Type"] == "text/plain; charset=utf-16"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''folder_%C3%A9vil__.txt"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_original_is_saved_under_a_name_that_every_system_allows(site: Client) -> None:
    article = make.make_article()
    make.make_original(article, b"{}", form="jsonl", name='what? "post"-2019.json:1')
    response = site.get(f"{ARTICLE}original")
    assert response["Content-Disposition"] == 'attachment; filename="what_ _post_-2019.json_1"'


def test_a_web_page_as_original_is_never_served_as_one(site: Client) -> None:
    article = make.make_article()
    make.make_original(article, b"<script>alert(1)</script>", form="html", name="page.html")
    response = site.get(f"{ARTICLE}original")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'


# --- The words themselves. --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2022-03-04", "4 March 2022"),
        ("2022-03-04T06:00", "4 March 2022, 06:00"),
        ("2022-03-04T06:00:15", "4 March 2022, 06:00"),
        ("2022-03-04T06:00Z", "4 March 2022, 06:00"),
        ("2022-03-04T06:00+00:00", "4 March 2022, 06:00"),
        ("2022-03-04T06:00:15+08:00", "4 March 2022, 06:00 (UTC+08:00)"),
        ("2022-03-04T06:00-05:00", "4 March 2022, 06:00 (UTC−05:00)"),
    ],
)
def test_a_moment_is_told_to_the_minute_with_a_zone_that_is_not_the_archive_s(iso: str, words: str) -> None:
    assert moment_words(iso) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Asia/Shanghai", "4 March 2022, 06:00"), ("Europe/London", "4 March 2022, 06:00 (UTC+08:00)")],
)
def test_a_moment_in_the_zone_of_the_archive_has_no_zone(settings: Any, zone: str, words: str) -> None:
    settings.TIME_ZONE = zone
    assert moment_words("2022-03-04T06:00:30+08:00") == words


@pytest.mark.parametrize(
    ("published", "updated", "sentence"),
    [
        ("2022-03-04", "2022-03-04", "Published 4 March 2022."),
        ("2022-03-04T06:00", "2022-03-04T06:00:40", "Published 4 March 2022, 06:00."),
        ("2022-03-04T06:00", "2022-03-04", "Published 4 March 2022, 06:00."),
        ("2022-03-04T06:00", "2022-03-04T09:30", "Published 4 March 2022, 06:00. Updated 09:30."),
        ("2022-03-04T06:00", "2022-03-05T09:30", "Published 4 March 2022, 06:00. Updated 5 March 2022, 09:30."),
    ],
)
def test_an_update_on_the_day_of_publication_is_told_once(published: str, updated: str, sentence: str) -> None:
    assert dates_sentence(dated(published, updated)) == sentence


def dated(published: str = "", updated: str = "", printed: str = "") -> SimpleNamespace:
    return SimpleNamespace(published=published, updated=updated, published_printed=printed, updated_printed="")


@pytest.mark.parametrize(
    ("published", "updated", "sentence"),
    [
        ("2022-03-04", "", "Published 4 March 2022."),
        ("2022-03-04", "2022-03-07", "Published 4 March 2022. Updated 7 March 2022."),
        ("", "2022-03-07", "Updated 7 March 2022. Publication date not known."),
        ("2022-03", "", "Published March 2022."),
        ("", "", "Date not known."),
    ],
)
def test_dates_are_told_in_one_sentence_each(published: str, updated: str, sentence: str) -> None:
    assert dates_sentence(dated(published, updated)) == sentence


def test_a_date_in_another_script_is_shown_as_printed() -> None:
    assert date_lines(dated("2023-09-06", printed="2023年9月6日"))[0].printed == "2023年9月6日"
    assert date_lines(dated("2023-09-06", printed="(| Updated : 2023-09-06"))[0].printed == ""


CUT = "(the credit is cut off in the source)"


@pytest.mark.parametrize(
    ("credit", "raw", "said"),
    [
        ("Mei Tanaka", "[Photo/Mei Tanaka]", "Photo: Mei Tanaka"),
        ("Mei Tanaka", "", "Photo: Mei Tanaka"),
        ("WeChat account of SCODA", "[Photo/WeChat account of SCODA]", "Photo: WeChat account of SCODA"),
        ("provided to the Post", "[Photo provided to the Post]", "Photo provided to the Post"),
        ("courtesy of the museum", "(Photo courtesy of the museum)", "Photo courtesy of the museum"),
        ("AP Photo/Jo Doe, File", "(AP Photo/Jo Doe, File)", "AP Photo/Jo Doe, File"),
        ("Courtesy photo", "(Courtesy photo)", "Courtesy photo"),
        ("新华社记者 赵芳 摄", "新华社记者 赵芳 摄", "新华社记者 赵芳 摄"),
        ("REUTERS/Jo Doe/File Photo", "REUTERS/Jo Doe/File Photo", "REUTERS/Jo Doe/File Photo"),
        ("Newsarchive / drawing", "[Image: Newsarchive / drawing]", "Image: Newsarchive / drawing"),
        ("Jo Doe", "(Illustration by Jo Doe)", "Illustration by Jo Doe"),
        ("Jo Doe", "[Illustration/Jo Doe]", "Illustration: Jo Doe"),
        ("Åge Øvrebø", "Foto: Åge Øvrebø", "Foto: Åge Øvrebø"),
        ("Dora Quill/The Post", "Photograph: Dora Quill/The Post.", "Photograph: Dora Quill/The Post"),
        ("Borough of Fen / survey 2020", "© Borough of Fen / survey 2020", "© Borough of Fen / survey 2020"),
        ("新华社", "图片来源：新华社", "图片来源：新华社"),
        ("Ana Toft", "Photograph: Dora Quill", "Photo: Ana Toft"),
        ("Toft", "Text that says Toft", "Photo: Toft"),
        ("Graphic by Jo Doe", "Graphic by Jo Doe", "Graphic by Jo Doe"),
        ("provided to the Post", "[Video provided to the Post]", "Video provided to the Post"),
        ("Imagen Agency", "[Imagen Agency]", "Photo: Imagen Agency"),
        ("", "[Illustration by]", f"Illustration by … {CUT}"),
        ("", "[Photo provided to]", f"Photo provided to … {CUT}"),
        ("", "[Photo/]", f"Photo: … {CUT}"),
        ("", "[Photo by]", f"Photo by … {CUT}"),
        ("Zou Heng", "[Photo by Zou Heng/]", f"Photo by Zou Heng … {CUT}"),
        ("Xinh", "[Photo/Xinh", f"Photo: Xinh … {CUT}"),
        ("Mei Tanaka", "[Photo provided to]", "Photo: Mei Tanaka"),
        ("", "", "Credit not given"),
        ("", "[Photo/Mei Tanaka]", "Credit not given"),
    ],
)
def test_a_credit_is_printed_as_the_source_gives_it(credit: str, raw: str, said: str) -> None:
    silent = {"caption": "", "creator": "", "copyright_notice": "", "from_file": []}
    assert str(credit_of(SimpleNamespace(kind="photo", credit_line=credit, credit_raw=raw, **silent))) == said


@pytest.mark.parametrize(
    ("code", "field", "words"),
    [
        ("source-stripped", "source", "The name of the source is missing from the date line"),
        ("credit-cut", "photo 2", "The credit of photo 2 is cut off"),
        ("caption-missing", "photo 2", "A credit has no caption (photo 2)"),
        ("encoding:gb18030", "", "The original is not UTF-8; it was read as GB 18030"),
        ("of-tomorrow", "", "of-tomorrow"),
    ],
)
def test_damage_is_told_in_words(code: str, field: str, words: str) -> None:
    assert damage_words(SimpleNamespace(code=code, field=field, line=None, text="")) == words


@pytest.mark.parametrize(
    ("kind", "became", "words"),
    [
        ("paragraph", "paragraph 3", "Paragraph 3"),
        ("caption", "photo 1", "Caption 1"),
        ("boilerplate", "piece 1", "Omitted"),
        ("date", "updated", "Date"),
        ("front-matter", "headline", "Front matter, headline"),
    ],
)
def test_a_line_is_said_to_be_kept_as_what_it_became(kind: str, became: str, words: str) -> None:
    (line,) = ledger_lines([[kind, became]], [""])
    assert line.kept == words


def test_languages_have_names_where_they_are_known() -> None:
    assert [language_words(tag) for tag in ("zh-Hans", "pt-BR", "ar", "x-made-up")] == [
        "Simplified Chinese", "Brazilian Portuguese", "Arabic", "x-made-up",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "sample", "lang", "direction"),
    [
        ("", "A ferry returns", "", "ltr"),
        ("en-GB", "A ferry returns", "", "ltr"),
        ("fr", "Le bac", "fr", "ltr"),
        ("ur", "", "ur", "rtl"),
        ("az-Arab", "", "az-Arab", "rtl"),
        ("ar-Latn", "", "ar-Latn", "ltr"),
        ('"><script>', "A ferry", "", "ltr"),
        ("", "图书馆重新开放 SCO", "zh", "ltr"),
        ("", "図書館が再開しました", "ja", "ltr"),
        ("", "도서관 다시 열다", "ko", "ltr"),
        ("", "المكتبة تفتح", "ar", "rtl"),
        ("", "کتابخانه باز می‌شود", "fa", "rtl"),
        ("", "הספרייה נפתחת", "he", "rtl"),
        ("", "Zhang (张) said the library (图书馆) opened", "", "ltr"),
    ],
)
def test_a_text_has_its_language_and_direction(language: str, sample: str, lang: str, direction: str) -> None:
    tongue = tongue_of(language, sample)
    assert (tongue.lang, tongue.dir) == (lang, direction)
