"""Exports of Medium and Substack."""

from __future__ import annotations

import json
import os
import zipfile
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from articles.models import Article, Photo
from tests.loading import load

pytestmark = pytest.mark.django_db

POST = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}</title>
<style>header, section[data-field=subtitle] {{ display: none; }}</style></head><body><article class="h-entry">
<header>
<h1 class="p-name">{name}</h1>
</header>
<section data-field="subtitle" class="p-summary">
{summary}
</section>
<section data-field="body" class="e-content">
<section name="a1" class="section section--body section--first">
<div class="section-divider"><hr class="section-divider"></div>
<div class="section-content"><div class="section-inner sectionLayout--insetColumn">{body}</div></div></section>
</section>
<footer><p>By <a href="https://medium.com/@islepaper" class="p-author h-card">Isle Paper</a> on <a href="https://medium.com/p/a1b2c3">
<time class="dt-published" datetime="2018-06-30T22:45:00.120Z">June 30, 2018</time></a>.</p>{canonical}
<p>Exported from <a href="https://medium.com">Medium</a> on May 3, 2019.</p></footer></article></body></html>"""
TITLE = '<h3 name="b1" class="graf graf--h3 graf--leading graf--title">{}</h3>'
P = '<p class="graf graf--p">{}</p>'
CANONICAL = '<p><a href="{}" class="p-canonical">Canonical link</a></p>'


def medium(folder: Path, *, file: str = "2018-07-01_Ferry-a1b2c3.html", **words: str) -> Path:
    values = {
        "name": "Ferry sold",
        "summary": "",
        "body": TITLE.format("Ferry sold") + P.format("It went."),
        "canonical": "",
    }
    path = folder / "export/posts" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(POST.format(**values | words))
    (folder / "export/README.html").write_text("<!DOCTYPE html><html><body>Your Medium archive</body></html>")
    return path


# Words and expectations of small posts; rules were written for the first half.
POSTS: list[tuple[dict[str, str], dict[str, Any]]] = [
    (  # a summary that is cut is no deck, and one that is the beginning of the text neither
        {"summary": "It went to a buyer in the north, who wants to keep it as a house for his…"},
        {"headline": "Ferry sold", "deck": "", "body": "It went.", "byline": "Isle Paper", "source": "Isle Paper"},
    ),
    (
        {"summary": "The buyer wants to live on it", "canonical": CANONICAL.format("https://isle.example/ferry-sold-a1b2c3")},
        {"deck": "The buyer wants to live on it", "url": "https://isle.example/ferry-sold-a1b2c3",
         "former_paths": ["/ferry-sold-a1b2c3", "/p/a1b2c3"], "external_id": "https://medium.com/p/a1b2c3"},
    ),
    (  # the headline that readers saw, below a picture; a line between sections stays
        {"name": "Ferry sold to…", "body": '<figure class="graf graf--figure"><img class="graf-image" '
         'src="https://cdn-images-1.medium.com/max/800/1*x.jpeg"><figcaption class="imageCaption">The <b>Aurora</b>. '
         "Photo: Kim Dahl</figcaption></figure>" + TITLE.format("Ferry sold to the north") + P.format("It went.")
         + '</div></div></section><section class="section"><div class="section-divider">'
         '<hr class="section-divider"></div><div><div>' + P.format("It comes back.")},
        {"headline": "Ferry sold to the north", "body": "It went.\n\n* * *\n\nIt comes back.",
         "captions": ["The Aurora."]},
    ),
    (
        {"body": TITLE.format("Ferry sold") + '<h4 class="graf graf--h4 graf--subtitle">A house, he says</h4>'
         + P.format("It <strong>went</strong>.") + '<blockquote class="graf graf--blockquote">A house!</blockquote>'
         '<h4 class="graf graf--h4">Later</h4>' + P.format("It left.") + '<ul class="postList"><li>One</li></ul>'},
        {"deck": "A house, he says", "body": "It **went**.\n\n> A house!\n\n#### Later\n\nIt left.\n\n- One"},
    ),
    (  # an old post, whose headings have no such class
        {"body": '<h2 class="graf--h2 graf--first">Ferry sold</h2><p>It went to a farm in the north.</p>',
         "summary": "It went to a farm in the north."},
        {"deck": "", "body": "It went to a farm in the north.", "published": "2018-06-30T22:45:00Z"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), POSTS)
@pytest.mark.parametrize("given", ["folder", "file", "zip"])
def test_a_post_of_medium_is_an_article_however_it_is_given(
    tmp_path: Path, words: dict[str, str], expected: dict[str, Any], given: str
) -> None:
    file = medium(tmp_path, **words)
    load(packed(tmp_path) if given == "zip" else file if given == "file" else tmp_path / "export")
    article = Article.objects.get()
    found = {"source": str(article.source), "captions": list(Photo.objects.values_list("caption", flat=True))}
    assert {name: found.get(name, getattr(article, name, None)) for name in expected} == expected
    assert article.key == "q3bdyq8t83"
    assert not article.damage.exists()


def test_the_address_of_a_publication_on_medium_leaves_its_paths(tmp_path: Path) -> None:
    medium(tmp_path)
    load(tmp_path / "export", address="https://medium.com/@islepaper")
    assert Article.objects.get().former_paths == ["/p/a1b2c3"]


def packed(folder: Path) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((folder / "export").rglob("*.*")):
            archive.write(file, file.relative_to(folder / "export"))
    return path


def test_a_draft_or_a_response_on_medium_is_left_out_and_other_files_are_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    medium(tmp_path)
    draft = medium(tmp_path, file="draft_Budget-b2.html", name="Budget")
    draft.write_text(draft.read_text().replace("dt-published", "dt-none"))
    said = P.format("So true, and well said. " * 90)
    medium(tmp_path, file="2018-07-02_So-true-c3.html", name="So true, and well …", body=said)
    medium(tmp_path, file="2018-07-03_Untitled-d4.html", name="Untitled", body=P.format("<br>"))
    for name in ("profile/profile.html", "claps/claps-1.html", "bookmarks/bookmarks-1.html"):
        (path := tmp_path / "export" / name).parent.mkdir(exist_ok=True)
        path.write_text("<!DOCTYPE html><html><body><p>ana@example.org</p></body></html>")
    opened = watched(monkeypatch)
    for given in (tmp_path / "export", packed(tmp_path)):
        run = load(given)
        assert run.code == 0
        assert "Left out (not published by the source): 1 draft\n" in run.out
        skipped = "a response to a post on Medium, not an article (1), a post without text on Medium (1)"
        assert f"Skipped (not articles): {skipped}\n" in run.out
        assert "Ignored 4 other files: what an export has besides its posts: 4\n" in run.out
    assert Article.objects.get().headline == "Ferry sold"
    assert {Path(name).parent.name for name in opened if name.endswith(".html")} == {"posts"}


def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from now on."""
    opened: list[str] = []
    real = os.open

    def noting(path: Any, flags: int, *more: Any, **named: Any) -> int:
        opened.extend([] if flags & os.O_CREAT else [str(path)])
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", noting)
    return opened


def test_the_day_of_a_post_is_that_of_the_clock_in_the_profile(tmp_path: Path, settings: LazySettings) -> None:
    medium(tmp_path)
    load(tmp_path / "export")
    assert Article.objects.get().get_absolute_url() == "/2018/06/30/ferry-sold/"
    profile = next((Path(settings.VAR_DIR) / "sites").glob("*.toml"))
    profile.write_text(profile.read_text().replace('# time_zone = "Europe/Paris"', 'time_zone = "Europe/Oslo"'))
    load(tmp_path / "export")
    assert Article.objects.get().archive_date.isoformat() == "2018-07-01"


COLUMNS = "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url"
ROW = "{id},2022-09-0{day}T22:30:00.000Z,true,2022-09-01T10:00:00.000Z,,newsletter,everyone,{title},{deck},"


def substack(folder: Path, *rows: str, texts: dict[str, str]) -> Path:
    export = folder / "export"
    (export / "posts").mkdir(parents=True)
    (export / "posts.csv").write_text("\n".join([COLUMNS, *rows, ""]))
    (export / "email_list.isle.csv").write_text("email,active_subscription\nana@example.org,true\n")
    (export / "posts/1.ferry.opens.csv").write_text("post_id,timestamp,email\n1,2022-09-01,ana@example.org\n")
    (export / "posts/1.ferry.delivers.csv").write_text("post_id,timestamp,email\n1,2022-09-01,ana@example.org\n")
    for name, html in texts.items():
        (export / "posts" / name).write_text(html)
    return export


def embed(kind: str, **values: object) -> str:
    return f'<div class="{kind}" data-attrs="{escape(json.dumps(values))}"></div>'


PICTURE = "https%3A%2F%2Fsubstack-post-media.s3.amazonaws.com%2Fpublic%2Fimages%2Fpier%20one.png"
FETCHED = f"https://substackcdn.com/image/fetch/$s_!a!,w_{{}},c_limit,f_auto/{PICTURE}"
SETS = ", ".join(f"{FETCHED.format(width)} {width}w" for width in (424, 1456))

# Texts and expectations; rules were written for the first half.
LETTERS: list[tuple[str, dict[str, Any]]] = [
    (
        f"""<p>It went.</p><div class="captioned-image-container"><figure>
        <a class="image-link" href="{FETCHED.format(1456)}"><div class="image2-inset"><picture>
        <source type="image/webp" srcset="{SETS}" sizes="100vw"><img alt="Pier" src="{FETCHED.format(1456)}"
        srcset="{SETS}"></picture><div class="image-link-expand"><button>x</button></div></div></a>
        <figcaption class="image-caption">The pier. Photo: Eli Ness</figcaption></figure></div>""",
        {"body": "It went.", "src": "https://substack-post-media.s3.amazonaws.com/public/images/pier%20one.png",
         "caption": "The pier.", "credit_line": "Eli Ness", "alt_text": "Pier"},
    ),
    (
        """<p>One.</p><p class="button-wrapper" data-attrs="{}"><a class="button primary" href="https://x.example">
        <span>Subscribe now</span></a></p><div class="captioned-button-wrap"><div class="preamble"><p>Like it?</p>
        </div></div><div class="subscription-widget-wrap"><p>Thanks!</p></div><div class="paywall-jump"></div>
        <p>Two.</p>""",
        {"body": "One.\n\nTwo.", "deck": "A deck, with a comma", "slug": "ferry", "former_paths": ["/p/ferry"]},
    ),
    (
        f"""<p>One.</p>{embed("digest-post-embed", title="Older", canonical_url="https://isle.example/p/old")}
        {embed("tweet", url="https://x.example/1", full_text="words")}{embed("digest-post-embed", title="Nowhere")}""",
        {"body": "One.\n\n[Older](https://isle.example/p/old)\n\n[https://x.example/1](https://x.example/1)"},
    ),
    (
        """<h2>First</h2><p>It rose.<a class="footnote-anchor" id="footnote-anchor-1" href="#footnote-1">1</a> It
        fell.<a class="footnote-anchor" href="#footnote-2">2</a></p><div class="footnote"><a class="footnote-number">1
        </a><div class="footnote-content"><p>By <em>one</em> metre.</p><p>Or two.</p></div></div><div class="footnote">
        <a class="footnote-number">2</a><div class="footnote-content"><p>Later.</p></div></div>""",
        {"body": "## First\n\nIt rose.<sup>1</sup> It fell.<sup>2</sup>\n\n<sup>1</sup> By *one* metre.\n\nOr two.\n\n"
         "<sup>2</sup> Later."},
    ),
    (
        """<div class="pullquote"><p>We sink.</p></div><blockquote><p>We do not.</p></blockquote><div><hr></div>
        <p>End.</p>""",
        {"body": "We sink.\n\n> We do not.\n\n* * *\n\nEnd.", "published": "2022-09-01T22:30:00Z",
         "external_id": "substack:1", "url": "https://isle.substack.com/p/ferry"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), LETTERS)
@pytest.mark.parametrize("given", ["folder", "file", "zip"])
def test_a_row_of_substack_and_its_text_are_an_article(
    tmp_path: Path, html: str, expected: dict[str, Any], given: str
) -> None:
    row = ROW.format(id="1.ferry", day=1, title="Ferry sold", deck='"A deck, with a comma"')
    export = substack(tmp_path, row, texts={"1.ferry.html": html})
    paths = {"folder": export, "file": export / "posts.csv", "zip": packed(tmp_path)}
    load(paths[given])
    article, photo = Article.objects.get(), Photo.objects.first()
    assert {name: getattr(article, name, getattr(photo, name, None)) for name in expected} == expected
    assert article.headline == "Ferry sold"


def test_rows_and_texts_without_each_other_are_said_and_nothing_else_of_substack_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Client
) -> None:
    rows = [
        ROW.format(id=name, day=day, title=name, deck="") for day, name in enumerate(("1", "2.lost", "3.talk", "4"), 1)
    ]
    rows[2] = rows[2].replace("newsletter", "thread")
    rows[3] = rows[3].replace(",true,", ",,")
    rows += [
        rows[0].replace("1,", "6.heard,", 1).replace("newsletter", "podcast"),
        rows[0].replace("1,2022", "7,2999", 1),
    ]
    texts = {
        "1.ferry.html": "<p>It went.</p>",
        "4.html": "<p>Half.</p>",
        "5.found.html": "<p>Half.</p>",
        "7.html": "<p>No.</p>",
    }
    export = substack(tmp_path, *rows, texts=texts)
    opened = watched(monkeypatch)
    run = load(export)
    assert run.code == 1
    assert "posts.csv:3: its text is missing: posts/2.lost.html" in run.err + run.out
    assert "1 draft, 1 scheduled article" in run.out
    for reason in ("a text that posts.csv does not list", "a thread on Substack", "a podcast on Substack"):
        assert reason in run.out
    assert [(article.headline, article.slug) for article in Article.objects.all()] == [("1", "ferry")]
    assert not [name for name in opened if name.endswith(".csv") and not name.endswith("/posts.csv")]
    original = site.get(f"{Article.objects.get().get_absolute_url()}original").getvalue().decode()
    assert "It went." in original
    assert "Half" not in original


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_of_substack_that_a_spreadsheet_saved_again_is_read(tmp_path: Path, encoding: str) -> None:
    rows = [ROW.format(id=name, day=1, title=name, deck="") for name in ("1.ferry", "2.draft")]
    rows[1] = rows[1].replace(",true,", ",FALSE,")
    texts = {"1.ferry.html": "<p>It went.</p>", "2.draft.html": "<p>Half.</p>"}
    table = substack(tmp_path, *rows, texts=texts) / "posts.csv"
    table.write_bytes(table.read_text().replace(",", ";").encode(encoding))
    run = load(table.parent)
    assert run.code == 0
    assert "1 draft" in run.out
    assert Article.objects.get().body == "It went."


@pytest.mark.parametrize("table", [b"", b"PK\3\4", b"title,post_id\nFerry,1.ferry\n"])
def test_texts_of_substack_whose_table_cannot_be_read_are_not_published(tmp_path: Path, table: bytes) -> None:
    row = ROW.format(id="1.ferry", day=1, title="Ferry", deck="")
    text = "<p>It went to a buyer in the north, who wants to keep it as a house for his family and his boats.</p>" * 9
    export = substack(tmp_path, row, texts={"1.ferry.html": text})
    (export / "posts.csv").write_bytes(table)
    for given in (export, export / "posts/1.ferry.html"):
        assert "a text of Substack; load posts.csv, which says what was published" in load(given).out
    assert not [article.headline for article in Article.objects.all() if "buyer" in article.body]


def test_a_text_of_substack_is_never_a_link_to_another_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("<p>Not yours.</p>")
    export = substack(tmp_path, ROW.format(id="1.ferry", day=1, title="Ferry", deck=""), texts={})
    (export / "posts/1.ferry.html").symlink_to(tmp_path / "secret.html")
    assert load(export).code == 1
    assert not Article.objects.exists()


def test_a_newsletter_that_becomes_unpublished_is_withdrawn(tmp_path: Path) -> None:
    row = ROW.format(id="1.ferry", day=1, title="Ferry", deck="")
    export = substack(tmp_path, row, texts={"1.ferry.html": "<p>It went.</p>"})
    load(export)
    (export / "posts.csv").write_text(f"{COLUMNS}\n{row.replace(',true,', ',false,')}\n")
    load(export)
    assert not Article.objects.published().exists()


SYSTEMS = Path(__file__).parents[2] / "shared/corpora/sites/systems"


@pytest.mark.skipif(not SYSTEMS.exists(), reason="../shared/corpora/sites is not beside the checkout")
@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("blogger", {("The bakery closes after sixty years", "Ana Prat", "The last loaf.", "/2011/03/bakery.html"),
                     ("Storks are back on the chimney", "Lea Brook", "", "/2024/03/storks.html")}),
        ("medium", {("Tram line nine is delayed again", "City Letter", "The hole in Mill Street.",
                     "/@cityletter/tram-line-nine-0a1b2c3d4e5f")}),
        ("substack", {("The well runs dry", "", "The well on Friday.", "/p/well-runs-dry"),
                      ("Who owns the spring", "", "", "/p/paid-piece")}),
    ],
)  # fmt: skip
def test_an_export_gives_all_its_articles_and_nothing_else(system: str, expected: set[tuple[str, ...]]) -> None:
    assert load(SYSTEMS / system / "site").code == 0
    found = set()
    for article in Article.objects.all():
        captions = "".join(article.photos.values_list("caption", flat=True))
        found.add((article.headline, article.byline, captions, article.former_paths[0]))
    assert found == expected
