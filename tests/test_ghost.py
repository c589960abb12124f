"""Exports of Ghost: their posts are articles; no account, draft, page or card for letters is taken in."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from articles.models import Article
from tests.loading import Run, aged, load
from tests.photo_files import plain

SITE = Path(__file__).parents[2] / "shared/corpora/sites/systems/ghost/site"

pytestmark = pytest.mark.django_db
sample = pytest.mark.skipif(not SITE.exists(), reason="../shared/corpora/sites is not beside the checkout")


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


SETTINGS = {"title": "Quay News", "locale": "en-GB", "timezone": "America/New_York", "url": "https://quay.example/"}
STAFF = [
    {
        "id": "u1",
        "name": "Bo Larsen",
        "email": "bo@quay.example",
        "password": "$2a$10$hash",
        "last_login_ip": "192.0.2.9",
    },
    {"id": "u2", "name": "Ida Moor", "email": "ida@quay.example", "password": "$2a$10$hash"},
    {"id": "u3", "name": "new@quay.example", "email": "new@quay.example"},
    {"id": "u4", "name": "old.@quay.example", "email": "old.@quay.example"},
]


def post(number: int, html: str | None = "<p>It sailed.</p>", **more: Any) -> dict[str, Any]:
    return {
        "id": f"p{number}", "uuid": f"5f1c1c1e-0000-4000-8000-{number:012}", "title": f"Ferry {number}",
        "slug": f"ferry-{number}", "html": html, "type": "post", "status": "published", "visibility": "public",
        "published_at": "2022-03-01T03:30:00.000Z", "updated_at": "2022-03-01T03:30:00.000Z", **more,
    }  # fmt: skip


def export(*posts: dict[str, Any], settings: dict[str, str] | None = None, **tables: Any) -> dict[str, Any]:
    rows = [{"id": key, "key": key, "value": value} for key, value in (SETTINGS | (settings or {})).items()]
    data = {"posts": list(posts), "users": STAFF, **tables, "settings": rows}
    return {"db": [{"meta": {"exported_on": 1690000000000, "version": "5.54.0"}, "data": data}]}


def loaded(
    folder: Path,
    value: dict[str, Any],
    *,
    name: str = "quay.ghost.2022-03-09.json",
    indent: int | None = None,
    **options: Any,
) -> Run:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(value, indent=indent))
    aged(path)
    return load(folder, **options)


def lexical(*nodes: dict[str, Any]) -> str:
    return json.dumps({"root": {"type": "root", "children": nodes, "version": 1}})


def text(words: str, bits: int = 0) -> dict[str, Any]:
    return {"type": "extended-text", "text": words, "format": bits, "version": 1}


def paragraph(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "children": children, "format": "", "indent": 0}


def tags_of(article: Article) -> set[str]:
    return set(article.tags.values_list("name", flat=True))


@sample
def test_the_sample_is_read_as_expected(site: Client, settings: Any) -> None:
    run = load(SITE)
    assert run.code == 0
    assert "A Ghost site: Tidewater Post, 1 file\n" in run.out
    assert "Left out (not published by the source): 1 draft, 1 scheduled article\n" in run.out
    assert sorted(run.outcomes.values()) == ["created"] * 3 + ["skipped"] * 3
    quay, fares, letter = Article.objects.order_by("archive_date")
    assert {str(article.source) for article in Article.objects.all()} == {"Tidewater Post"}
    assert (quay.headline, quay.slug) == ("Quay wall gets a second look & a new bill", "quay-wall")
    assert (quay.published, quay.byline, quay.language) == (
        "2023-05-09T00:30:00+02:00", "Bo Larsen and Ida Moor", "en",
    )  # fmt: skip
    assert (quay.deck, quay.section, tags_of(quay)) == (
        "Divers found three cracks below the tide line.", "Harbour", {"Budget"},
    )  # fmt: skip
    lead, crane = quay.photos.order_by("number")
    credit = "Ida Moor / Tidewater Post"
    assert (lead.caption, lead.credit_line, lead.alt_text, lead.position) == (
        "The quay on Monday.", credit, "The quay at low tide", 0,
    )  # fmt: skip
    assert (crane.caption, crane.credit_line) == ("The crane on pier two.", credit)
    assert (bool(lead.file), bool(crane.file)) == (True, True)
    assert "[Harbour report](https://example.org/report)" in quay.body
    page = site.get(quay.get_absolute_url()).content.decode()
    assert "track()" not in page
    assert f'<a href="{fares.get_absolute_url()}" rel="noopener noreferrer">our report on fares</a>' in page
    for path, article in (("/old/quay.html", quay), ("/quay-wall/", quay), ("/letter-4/", letter)):
        assert site.get(path).headers["Location"] == article.get_absolute_url()
    assert fares.body.split("\n\n") == [
        "The ferry will cost more from July. A single ride rises to three crowns.",
        "Students keep their old price, the company said.",
    ]
    assert [(photo.caption, photo.position, bool(photo.file)) for photo in fares.photos.all()] == [
        ("Cars wait at pier two.", 1, True),
    ]  # fmt: skip
    assert "visibility: paid" in site.get(f"{fares.get_absolute_url()}account/").content.decode()
    assert letter.headline == "Letter no. 4"
    profile = (Path(settings.VAR_DIR) / "sites/site.toml").read_text()
    for line in ('source = "Tidewater Post"', 'language = "en"', 'time_zone = "Europe/Oslo"', 'permalink = "/:slug/"'):
        assert f"\n{line}\n" in profile


@sample
def test_the_file_a_folder_and_a_zip_give_the_same(tmp_path: Path) -> None:
    def found(path: Path) -> list[Any]:
        Article.objects.all().delete()
        assert load(path).code == 0
        return [
            (article.key, article.headline, article.published, article.body, str(article.source), article.former_paths,
             [(photo.caption, photo.credit_line, bool(photo.file)) for photo in article.photos.order_by("number")])
            for article in Article.objects.order_by("key")
        ]  # fmt: skip

    folder = shutil.copytree(SITE, tmp_path / "site")
    with zipfile.ZipFile(tmp_path / "site.zip", "w") as packed:
        for path in folder.rglob("*"):
            packed.write(path, path.relative_to(folder))
    in_folder = found(folder)
    assert len(in_folder) == 3
    assert found(next(folder.glob("*.json"))) == in_folder
    assert found(tmp_path / "site.zip") == in_folder


# The first half of the made cases.


def test_the_line_ends_of_the_file_do_not_matter(tmp_path: Path) -> None:
    value = export(post(1), post(2, status="draft"), post(3))
    found = []
    for name, indent in (("one-line", None), ("pretty", 2)):
        run = loaded(tmp_path / name, value, indent=indent)
        found.append(sorted((line["input"], line["key"] or "") for line in run.report))
    assert found[0] == found[1]
    assert [name for name, _ in found[0]] == [f"quay.ghost.2022-03-09.json:{number}" for number in (1, 2, 3)]
    assert [article.published for article in Article.objects.all()] == ["2022-02-28T22:30:00-05:00"] * 2


def test_a_text_of_the_editor_keeps_its_words_and_leaves_cards_for_letters(tmp_path: Path, site: Client) -> None:
    nodes = (
        {"type": "extended-heading", "tag": "h3", "children": [text("The "), text("old", 2), text(" pier")]},
        paragraph(text("It was "), text("full", 1), {"type": "linebreak"}, text("at nine & ten, said "),
                  {"type": "link", "url": "__GHOST_URL__/ferry-2/", "children": [text("the crew")]}, text(".")),
        {"type": "list", "listType": "bullet", "tag": "ul", "children": [
            {"type": "listitem", "children": [text("One")]}, {"type": "listitem", "children": [text("Two")]}]},
        {"type": "extended-quote", "children": [text("A good day.")]},
        {"type": "callout", "calloutText": "<p>Boats run <b>hourly</b>.</p>", "calloutEmoji": "x"},
        {"type": "toggle", "heading": "<span>Fares</span>", "content": "<p>Three crowns.</p>"},
        {"type": "codeblock", "code": "a < b", "language": "c"},
        {"type": "html", "html": "<p>Of <em>HTML</em>.</p><script>track()</script>"},
        {"type": "markdown", "markdown": "Of **Markdown**."},
        {"type": "header", "header": "<span>The harbour</span>", "subheader": "<span>in spring</span>",
         "buttonText": "Join us"},
        {"type": "bookmark", "url": "https://example.org/r", "metadata": {"title": "A <report>", "icon": "i.png"},
         "caption": "<span>By the board</span>"},
        {"type": "embed", "url": "https://video.example/1", "html": "<iframe src='https://v.example'></iframe>"},
        {"type": "horizontalrule"},
        {"type": "email", "html": "<p>Dear {first_name}, a word for members.</p>"},
        {"type": "email-cta", "html": "<p>Dear subscriber</p>"},
        {"type": "html", "html": "<p>Dear members</p>", "visibility": {
            "web": {"nonMember": False, "memberSegment": ""}, "email": {"memberSegment": "status:free"}}},
        {"type": "html", "html": "<p>Dear reader</p>", "visibility": {"showOnWeb": False, "showOnEmail": True}},
        {"type": "html", "html": "<p>Dear all</p>", "visibility": {"emailOnly": True, "segment": ""}},
        {"type": "signup", "header": "Join the list"},
        {"type": "button", "buttonText": "Give now", "buttonUrl": "https://give.example"},
        {"type": "product", "productTitle": "A mug"},
        {"type": "call-to-action", "textValue": "<p>Become a member</p>"},
        {"type": "poll", "question": "Not known"},
    )  # fmt: skip
    loaded(tmp_path / "site", export(post(1, None, lexical=lexical(*nodes)), post(2)))
    article = Article.objects.get(slug="ferry-1")
    assert article.body.split("\n\n") == [
        "### The *old* pier",
        "It was **full**  \nat nine & ten, said [the crew](/ferry-2/).",
        "- One\n- Two",
        "> A good day.",
        "Boats run **hourly**.",
        "#### Fares",
        "Three crowns.",
        "<pre>a &lt; b</pre>",
        "Of *HTML*.",
        "Of **Markdown**.",
        "## The harbour",
        "in spring",
        "[A &lt;report>](https://example.org/r)  \nBy the board",
        "[https://video.example/1](https://video.example/1)",
        "* * *",
    ]
    for form in ("", "account/", "original", "article.json"):
        page = site.get(f"{article.get_absolute_url()}{form}").getvalue().decode()
        for words in ("first_name", "Dear", "Join the list", "Give now", "mug", "Become a member"):
            assert words not in page
        assert not form or form == "article.json" or "poll" in page


# The second half, by which the rules were judged.


def test_cards_of_a_page_are_links_and_pictures_without_their_buttons(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / "content/images/2022/03").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg", "lead.jpg"):
        (folder / "content/images/2022/03" / name).write_bytes(plain(size=(500, 400)))
    source = "__GHOST_URL__/content/images/2022/03"
    html = (
        "<!--kg-card-begin: html--><p>First.</p><!--kg-card-end: html-->"
        '<figure class="kg-card kg-gallery-card kg-width-wide kg-card-hascaption"><div class="kg-gallery-container">'
        f'<div class="kg-gallery-row"><div class="kg-gallery-image"><img src="{source}/a.jpg" alt="A boat"></div>'
        f'<div class="kg-gallery-image"><img src="{source}/b.jpg" alt="B"></div></div></div>'
        "<figcaption>At the pier. Photo: Jo Berg</figcaption></figure>"
        '<figure class="kg-card kg-bookmark-card kg-card-hascaption"><a class="kg-bookmark-container" '
        'href="https://example.org/r"><div class="kg-bookmark-content"><div class="kg-bookmark-title">The report</div>'
        '<div class="kg-bookmark-description">Long</div><div class="kg-bookmark-metadata"><img '
        'class="kg-bookmark-icon" src="https://example.org/i.png"><span class="kg-bookmark-author">X</span></div></div>'
        '<div class="kg-bookmark-thumbnail"><img src="https://example.org/t.jpg"></div></a>'
        "<figcaption>From the board</figcaption></figure>"
        '<figure class="kg-card kg-embed-card"><iframe src="https://video.example/e/1" title="The launch"></iframe>'
        "</figure>"
        '<figure class="kg-card kg-embed-card"><blockquote class="twitter-tweet"><p>She floats!</p>&mdash; Bo '
        '(<a href="https://t.example/1">1 March</a>)</blockquote><script async src="https://t.example/w.js"></script>'
        "</figure>"
        '<div class="kg-card kg-audio-card"><img class="kg-audio-thumbnail" src="https://x.example/t.png"><div '
        'class="kg-audio-player-container"><audio src="__GHOST_URL__/content/media/horn.mp3"></audio><div '
        'class="kg-audio-title">The horn</div><div class="kg-audio-player">0:00 / 0:12</div></div></div>'
        '<div class="kg-card kg-file-card"><a class="kg-file-card-container" '
        'href="__GHOST_URL__/content/files/plan.pdf"><div class="kg-file-card-contents"><div '
        'class="kg-file-card-title">The plan</div><div '
        'class="kg-file-card-metadata">2 MB</div></div></a></div>'
        '<div class="kg-card kg-callout-card"><div class="kg-callout-emoji">!</div><div class="kg-callout-text">'
        "Boats run hourly.</div></div>"
        '<div class="kg-card kg-toggle-card"><div class="kg-toggle-heading"><h4 class="kg-toggle-heading-text">Fares'
        '</h4><button class="kg-toggle-card-icon">v</button></div><div class="kg-toggle-content"><p>Three crowns.</p>'
        "</div></div>"
        '<div class="kg-card kg-button-card"><a href="https://give.example" class="kg-btn">Give now</a></div>'
        '<div class="kg-card kg-signup-card"><h2>Join the list</h2></div>'
        '<!--kg-gated-block:begin nonMember:false memberSegment:"" --><p>In letters alone.</p><!--kg-gated-block:end-->'
        '<!--kg-gated-block:begin nonMember:true memberSegment:"" --><p>Last.</p><!--kg-gated-block:end-->'
    )
    lead = {"feature_image": f"{source}/lead.jpg"}
    meta = [{"post_id": "p1", "feature_image_caption": "<i>Aurora</i> at dawn. Photo: Ana Ruiz"}]
    run = loaded(folder, export(post(1, html, **lead), posts_meta=meta))
    assert run.code == 0
    article = Article.objects.get()
    assert article.body.split("\n\n") == [
        "First.",
        "[The report](https://example.org/r)  \nFrom the board",
        "[The launch](https://video.example/e/1)",
        "> She floats!\n>\n> — Bo ([1 March](https://t.example/1))",
        "[The horn](/content/media/horn.mp3)",
        "[The plan](/content/files/plan.pdf)",
        "Boats run hourly.",
        "#### Fares",
        "Three crowns.",
        "Last.",
    ]
    shown = [
        (photo.caption, photo.credit_line, photo.alt_text, photo.position, bool(photo.file))
        for photo in article.photos.order_by("number")
    ]
    assert shown == [
        ("Aurora at dawn.", "Ana Ruiz", "", 0, True),
        ("At the pier.", "Jo Berg", "A boat", 1, True),
        ("At the pier.", "Jo Berg", "B", 1, True),
    ]


def test_an_old_export_is_read_with_its_own_names(tmp_path: Path, site: Client) -> None:
    """An export of version 1: no ``db``, times without zone, an author in the post, a flag for pages."""
    old = {
        "id": 7, "uuid": "5f1c1c1e-0000-4000-8000-000000000007", "title": "Ferry < barge", "slug": "ferry-barge",
        "mobiledoc": "{}", "html": "<p>It sailed.</p>", "image": "/content/images/2015/06/quay.jpg", "page": 0,
        "status": "published", "visibility": "public", "author_id": 1, "published_at": "2015-06-05 04:00:00",
        "updated_at": "2015-06-06 10:00:00",
    }  # fmt: skip
    data = {
        "posts": [old, {**old, "id": 8, "uuid": "5f1c1c1e-0000-4000-8000-000000000008", "title": "About", "page": 1}],
        "users": [{"id": 1, "name": "Bo Larsen", "email": "bo@quay.example", "password": "$2a$10$hash"}],
        "tags": [{"id": 2, "name": "Harbour"}, {"id": 3, "name": "#internal", "visibility": "internal"}],
        "posts_tags": [{"post_id": 7, "tag_id": 3, "sort_order": 0}, {"post_id": 7, "tag_id": 2, "sort_order": 10}],
        "settings": [{"key": "title", "value": "Quay News"}, {"key": "active_timezone", "value": "Europe/Oslo"},
                     {"key": "default_locale", "value": "nb"}],
    }  # fmt: skip
    run = loaded(tmp_path / "site", {"meta": {"exported_on": 1, "version": "1.22"}, "data": data}, indent=1)
    assert sorted(run.outcomes.values()) == ["created", "skipped"]
    article = Article.objects.get()
    assert (article.headline, article.published, article.updated) == (
        "Ferry < barge", "2015-06-05T06:00:00+02:00", "2015-06-06T12:00:00+02:00",
    )  # fmt: skip
    assert (article.byline, article.section, tags_of(article), article.language) == (
        "Bo Larsen",
        "Harbour",
        set(),
        "nb",
    )
    assert [photo.src for photo in article.photos.all()] == ["/content/images/2015/06/quay.jpg"]
    assert site.get("/ferry-barge/").status_code == 301


def test_only_what_the_site_showed_is_kept(tmp_path: Path, site: Client) -> None:
    folder = tmp_path / "site"
    (folder / "data").mkdir(parents=True)
    (folder / "data/members.2022-03-09.csv").write_text("id,email,name,note\n1,reader@example.org,Reader,likes boats\n")
    posts = [
        post(1, codeinjection_head="<script>spy()</script>", plaintext="It sailed."),
        post(2, status="draft", title="Half a thought"),
        post(3, status="scheduled", published_at="2999-01-01T00:00:00.000Z", title="Soon"),
        post(4, type="page", title="About us"),
        post(5, status="sent", visibility="members", title="A letter"),
        post(6, title="Hidden steps", status="trash"),
    ]
    joined = [
        {"post_id": "p1", "author_id": "u2", "sort_order": 0},
        {"post_id": "p1", "author_id": "u1", "sort_order": 1},
    ]
    joined += [{"post_id": "p1", "author_id": number, "sort_order": 2} for number in ("u3", "u4")]
    members = [{"email": "reader@example.org", "name": "Reader"}]
    run = loaded(folder, export(*posts, posts_authors=joined, members=members, invites=[{"email": "new@quay.example"}]))
    assert run.code == 0
    assert {article.headline for article in Article.objects.all()} == {"Ferry 1", "A letter"}
    assert Article.objects.get(slug="ferry-1").byline == "Ida Moor and Bo Larsen"
    for article in Article.objects.all():
        for form in ("", "account/", "original", "article.json", "article.md"):
            page = site.get(f"{article.get_absolute_url()}{form}").getvalue().decode()
            for words in ("@", "$2a", "192.0.2", "spy()", "Half a thought", "likes boats", "About us"):
                assert words not in page.replace("@context", "").replace("@type", "").replace("@id", "")
    account = site.get(f"{Article.objects.get(headline='A letter').get_absolute_url()}account/").content.decode()
    assert "status: sent" in account
    assert "visibility: members" in account
    assert load(folder, pages=True).outcomes["quay.ghost.2022-03-09.json:4"] == "created"


def test_redirects_without_expressions_lead_to_articles(tmp_path: Path, site: Client) -> None:
    folder = tmp_path / "site"
    loaded(folder, export(post(1), post(2)))
    rules = [
        {"from": "/2020/old.html", "to": "/ferry-1/", "permanent": True},
        {"from": "/older/", "to": "https://quay.example/2020/old.html"},
        {"from": "^/any/(.*)$", "to": "/ferry-2/$1"},
    ]
    (folder / "redirects.json").write_text(json.dumps(rules))
    with zipfile.ZipFile(tmp_path / "site.zip", "w") as packed:
        for path in folder.iterdir():
            packed.write(path, f"quay/{path.name}")
    for path in (folder, tmp_path / "site.zip"):
        assert load(path).code == 0
        first, second = Article.objects.order_by("slug")
        assert first.former_paths == ["/ferry-1/", "/2020/old.html", "/older/"]
        assert second.former_paths == ["/ferry-2/"]
    assert site.get("/2020/old.html").headers["Location"] == "/2022/02/28/ferry-1/"


def test_a_post_that_becomes_a_draft_is_withdrawn_and_a_changed_one_updated(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    loaded(folder, export(post(1), post(2)))
    loaded(folder, export(post(1, "<p>Half a thought.</p>", status="draft"), post(2, "<p>It sank.</p>")))
    assert [(article.slug, article.body) for article in Article.objects.published()] == [("ferry-2", "It sank.")]


def test_moments_at_the_edge_of_time_are_kept_as_they_are(tmp_path: Path) -> None:
    first, last = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
    posts = (post(1, published_at=first), post(2, published_at=last), post(3))
    for zone in ("America/New_York", "Pacific/Kiritimati"):
        assert loaded(tmp_path / "site", export(*posts, settings={"timezone": zone})).code == 0
    assert [article.published for article in Article.objects.order_by("slug")][:2] == [first, last]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"db": [{"meta": {"exported_on": 1}, "data": {"posts": [{"id": "a"', "not JSON"),
        ('{"db": [{"meta": {"exported_on": 1}, "data": {"posts": []}}]}', "a Ghost export without posts"),
        ('{"db": [{"meta": {"exported_on": 1}, "data": []}]}', "a Ghost export without posts"),
    ],
)
def test_a_faulty_export_is_refused_with_its_reason(tmp_path: Path, broken: str, reason: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "paper.json").write_text(broken)
    run = load(folder)
    assert run.code == (1 if "JSON" in reason else 0)
    assert any(reason in (line["error"] or "") for line in run.report)
    assert not Article.objects.exists()


# --- The site of an export. -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_corrected_name_and_clock_reach_all_its_articles(tmp_path: Path, settings: Any, is_packed: bool) -> None:
    folder = tmp_path / "site"
    loaded(folder, export(post(1, published_at="2023-05-09 02:30:00")), dry_run=True)
    if is_packed:
        with zipfile.ZipFile(tmp_path / "quay.zip", "w") as packed:
            packed.write(next(folder.glob("*.json")), "quay/quay.json")
        folder = tmp_path / "quay.zip"
    run = load(folder)
    assert "A Ghost site: Quay News, https://quay.example" in run.out
    before = Article.objects.get()
    assert (str(before.source), str(before.archive_date)) == ("Quay News", "2023-05-08")
    profile = settings.VAR_DIR / "sites/quay.example.toml"
    said = profile.read_text("utf-8").replace('"Quay News"', '"The Quay"').replace("America/New_York", "Europe/Oslo")
    profile.write_text(said, "utf-8")
    assert "The source Quay News is now named The Quay." in load(folder, dry_run=True).out
    load(folder)
    now = Article.objects.get()
    assert (str(now.source), str(now.archive_date), now.key) == ("The Quay", "2023-05-09", before.key)
    assert "updated" not in load(folder).outcomes.values()


def test_a_dry_run_shows_the_new_source_of_articles_without_one(tmp_path: Path) -> None:
    loaded(tmp_path / "site", export(post(1), settings={"title": ""}))
    run = load(tmp_path / "site", source="Quay News", dry_run=True)
    assert run.code == 0
    assert list(run.outcomes.values()) == ["updated"]


def test_exports_of_several_sites_in_a_folder_are_named(tmp_path: Path) -> None:
    loaded(tmp_path / "site", export(post(1)))
    other = export(post(2), settings={"title": "Pier Post", "url": "https://pier.example"})
    run = loaded(tmp_path / "site", other, name="pier.json")
    assert "Exports of several sites (Ghost: Pier Post, Ghost: Quay News). Load each by its own path" in run.out
    assert set(Article.objects.values_list("source__name", flat=True)) == {"Quay News", "Pier Post"}


def test_an_unknown_name_in_the_pattern_of_an_export_stops_the_load(tmp_path: Path, settings: Any) -> None:
    loaded(tmp_path / "site", export(post(1)))
    profile = settings.VAR_DIR / "sites/quay.example.toml"
    profile.write_text(profile.read_text("utf-8").replace('"/:slug/"', '"/:title/"'), "utf-8")
    with pytest.raises(CommandError, match="permalink has :title, which Ghost does not know") as failure:
        load(tmp_path / "site")
    assert failure.value.returncode == 2


def test_a_damaged_zip_file_is_refused_in_words(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "quay.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("quay.json", json.dumps(export(*map(post, range(50)))))
    data = bytearray((tmp_path / "quay.zip").read_bytes())
    data[60:160] = b"\xff" * 100
    (tmp_path / "quay.zip").write_bytes(data)
    run = load(tmp_path / "quay.zip")
    assert (run.code, list(run.outcomes.values())) == (1, ["refused"])
    assert "damaged" in run.err
