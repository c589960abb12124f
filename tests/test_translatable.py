"""Every word of a public page can be translated: it is a marked message, or the archive's own data."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import lxml.html
import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve
from django.utils import timezone

from articles.models import Article, ClosedVersion, Gone, Original, Photo, Tag
from articles.photos.metadata import BLOCKS
from articles.public.formats.author_names import names_of
from articles.public.formats.citations import authors_of
from articles.public.urls import FEEDS as LISTS, urlpatterns
from articles.public.views.errors import refusal, server_error
from articles.public.views.help import chapters
from articles.text.alphabet import LETTERS
from articles.text.damage import UNUSED_DATES, DamageCode, damage_kind, words_and_kind
from articles.text.evidence import found_words
from articles.text.originals import form_words, ledger_lines
from tests import factories as make
from tests.loading import load
from tests.pseudo import known_values, translated, untranslated

SEED = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"
CORRECTED = "/2023/08/30/library-opens/"
UPDATED = "/2014/02/14/ferry-solveig-aground-off-tarvik/"
PAGES = """
/ /about/ /dates/ /2010/ /2010/06/ /2010/06/19/ /undated/ /articles/ /unsourced/ /on-this-day/09-06/ /on-this-day/02-29/
/tags/ /tags/?letter=h /tags/?by=size&after=harbours /tags/ferries/ /tags/ferries/?from=2010&to=2010
/tags/tarvik/?from=2014&to=2014 /tags/ferries+harbours/ /tags/ferries+schools/ /sources/ /sources/norhaven-courier/
/sources/norhaven-courier/?from=2004&to=2005 /photos/ /photos/?sort=oldest /photos/?show=captions /photos/?q=ferry
/photos/?q=solveig&tag=no&from=x /photos/?q=zeppelin /photos/?q=piano&from=1999&to=2001 /photos/?q=...&credit=x
/photos/?tag=ferries&source=norhaven-courier&from=2001&to=2010 /photos/?credit=Jon+Aune /photos/?q=pianno /search/
/search/?q=ferry /search/?q=ferry&tag=ferries&source=norhaven-courier&language=en&from=2001&to=2010&photo=1
/search/?q=tarvik&sort=oldest /search/?q=zeppelins /search/?q=ferrey /search/?q="the+ferry+zeppelins"+bus
/search/?q=harbour+zeppelins /search/?q=ferry+from:2021+to:2019 /search/?q=ferry&from=x&tag=no&source=no&language=12
/search/?q=tag:+ferries /search/?q=ferry+has:nothing /search/?q=ferry+-from:2021 /search/?q=ferry+to:x
/search/?q=2010-06-19 /search/?q=june+2010 /search/?q=may+1950 /search/?q=courier /search/?q=ferry&from=1950&to=1951
/search/?q=turbine&from=2009&to=2013 /search/?q=Aune /help/ /help/search/ /help/settings/ /nothing/ /2023/13/
/2023/02/30/ /2023/09/06/nothing/ /1950/05/05/ /tags/harbors/ /tags/nothing+never/ /photos/?before=hax7h7fwts
 /2009/01/01/gone/ /tags/gone/ /tags/tarvik/?sort=oldest /lookup?url=x.example/ /authors/ /authors/?letter=n
 /added/ /authors/nora-whitfield/ /authors/nobody/ /search/?q=school&author=nora-whitfield /tags/?kind=place
"""
FEEDS = (
    "/tags/ferries/feed.rss",
    "/authors/nora-whitfield/feed.rss",
    "/sources/norhaven-courier/feed.rss",
    "/feeds/photos.rss",
    "/feeds/corrections.rss",
    "/added/feed.rss",
    "/2010/feed.rss",
    "/2010/06/feed.rss",
    "/photos/feed.rss",
    "/tags/ferries+harbours/feed.rss",
    "/search/feed.rss?q=ferry",
)
# Files, formats for machines, and redirects.
NO_PAGES = {
    "original", "original-version", "article-form", "on-this-day-today", "short", "suggest", "opensearch", "media",
    "sitemap", "sitemap-listings", "sitemap-articles", "oai", "schema", "coverage", "favicon", "robots", "healthz",
    "security", "help-file", "latest-feed", "photos-feed", "corrections-feed", *(f"{name}-feed" for name, *_ in LISTS),
}  # fmt: skip
# Tags within sentences of articles, and around the words that a search found; this site's own addresses.
INLINE = re.compile('</?(?:mark|em|strong)>|http://testserver/[^ <"⟧]*')
# Names of formats, styles and standards, the same in every language; letters of an index; examples of a search; the
# words that a correction exchanged.
NAMES = {
    "Atom", "RSS", "JSON Feed", "JSON", "CSV", "Markdown", "BibTeX", "RIS", "CSL", "APA", "MLA", "Chicago", "SHA-256",
    "JPEG",
    *BLOCKS.values(), *LETTERS.values(), "ferry harbour", '"the old quay"', "ferry OR steamer -bus", "harb*",
    'headline:ferry caption:"north quay" byline:tanaka', "tag:harbours source:courier from:2019 to:2020-06 has:photo",
    "Monday", "Tuesday",
}  # fmt: skip


@pytest.fixture
def archive(site: Client, settings: LazySettings, tmp_path: Path) -> Client:
    """The samples as ``make run`` loads them, and what they lack: an article of nothing, a closed version, and gone
    addresses."""
    settings.MEDIA_ROOT, settings.TAGS_FILE = tmp_path / "media", settings.FIXTURES_DIR / "tags.toml"
    settings.ARCHIVE_CONTACT = "desk@example.org"
    folders = [shutil.copytree(settings.FIXTURES_DIR / name, tmp_path / name) for name in ("samples", "seeds")]
    load(*folders, edits=settings.FIXTURES_DIR / "samples.edits")
    empty = make.make_article("", published="", source=None, body="", key="hax7h7fwts")
    make.make_original(empty, b"", ledger=[])
    make.make_damage(empty, "empty")
    now = datetime(2026, 5, 1, tzinfo=UTC)
    for path, key in (("/2009/01/01/gone/", "0123456789"), ("/tags/gone/", "")):
        Gone.objects.create(path=path, key=key, reason="", gone_at=now)
    Tag.objects.filter(slug="marwan").update(kind="story")
    updated = Article.objects.get(slug="ferry-solveig-aground-off-tarvik")
    ClosedVersion.objects.create(article=updated, version=1, closed_at=now, reason="It named a child.")
    return site


def test_each_word_of_a_public_page_is_a_message_or_data(archive: Client, settings: LazySettings) -> None:
    addresses = [*PAGES.split(), *addresses_of_articles()]
    known = known_values() | NAMES | words_of_texts() | words_of_files() | set().union(*map(typed, addresses))
    known |= {settings.ARCHIVE_DESCRIPTION, settings.ARCHIVE_CONTACT} | inverted_names()
    with translated():
        pages = {address: INLINE.sub("", archive.get(address).content.decode()) for address in addresses}
        pages |= {
            "500": server_error(RequestFactory().get("/")).content.decode(),
            "503": refusal(503).content.decode(),
        }
        feeds = [archive.get(address).content.decode() for address in FEEDS]
        text = archive.get(f"{SEED}article.txt").content.decode()
    found = {words: address for address, page in pages.items() for words in untranslated(page, known)}
    assert found == {}
    assert {name for address in addresses if (name := kind_of(address))} == {
        str(route.name) for route in urlpatterns if not str(route.name).endswith("-list")
    } - NO_PAGES
    assert all("<description>⟦" in feed for feed in feeds)
    assert "⟦Publication date not known.⟧" in text
    assert "⟦Tags: " in text


def test_words_of_damage_and_of_evidence_are_messages() -> None:
    evidence = ["", "h1", "meta og:title", "meta twitter:title", "meta dc.date", "JSON-LD", "hAtom title", "abc"]
    with translated():
        words = [word for code in (*DamageCode, "encoding:koi8-r") for word in words_and_kind(code)]
        words += [damage_kind("encoding:koi8-r"), *map(str, UNUSED_DATES.values())]
        words += [found_words(code) for code in evidence] + [found_words("title", "ninjs"), found_words("", "csv")]
        words += [form_words(form, "") for form in ("text", "jsonl", "html", "mhtml", "csv")]
        ledger = [("caption", "photo 1"), ("paragraph", "paragraph 2, photo 1"), ("boilerplate", "")]
        words += [line.kept for line in ledger_lines([*ledger, ("date", "updated"), ("front-matter", "deck")], [])]
    assert [word for word in words if not (word.startswith("⟦") and word.endswith("⟧"))] == []


def kind_of(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


def addresses_of_articles() -> list[str]:
    """Each article, the reading report of one in each format, and all pages of two articles."""
    pages = [article.get_absolute_url() for article in Article.objects.all()]
    by_format = {original.form: original.article for original in Original.objects.filter(is_current=True)}
    pages += [f"{article.get_absolute_url()}account/" for article in by_format.values()]
    for url in (SEED, CORRECTED):
        photos = Photo.objects.filter(article__slug=url.split("/")[-2])
        pages += [f"{url}history/", f"{url}history/1/", *(photo.address_in(photo.article) for photo in photos)]
    return [
        *pages,
        f"/added/{timezone.localdate()}/",
        f"{UPDATED}history/",
        f"{UPDATED}history/1/",
        f"{CORRECTED}history/2/",
        f"{CORRECTED}history/2/changes/",
        f"{CORRECTED}photos/nothing0/",
    ]


def words_of_texts() -> set[str]:
    """What the help and the articles say, by paragraph and by piece between tags; their titles with the archive."""
    texts = [text for chapter in chapters().values() for text in (chapter.title, chapter.summary, chapter.body)]
    texts += [
        text
        for article in Article.objects.all()
        for text in (f"{article.headline} · Newsarchive", ", ".join(article.former_paths), *article.blocks)
    ]
    roots = [lxml.html.fragment_fromstring(INLINE.sub("", text), create_parent=True) for text in texts]
    return {" ".join(words.split()) for root in roots for words in (root.text_content(), *root.itertext())}


def inverted_names() -> set[str]:
    """Names of authors, as in citations."""
    names = [
        name
        for article in Article.objects.select_related("source")
        for printed in authors_of(article)
        for name in names_of(printed, article)
    ]
    return {shown for name in names for shown in (name.inverted, name.with_initials)}


def words_of_files() -> set[str]:
    """The names of fields in photo files."""
    found = (block for photo in Photo.objects.all() for block in photo.metadata.values())
    return {name for block in found for name in block}


def typed(address: str) -> set[str]:
    """What a reader wrote: the address, and the values and words in it."""
    parts = urlsplit(address)
    values = [value for _name, value in parse_qsl(parts.query)]
    return {parts.path, *values, *(word for value in values for word in value.split()), *parts.path.split("/")}
