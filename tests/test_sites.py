"""Whole sites: recognised, what is no article left out, their name on every article, and one profile each."""

from __future__ import annotations

import io
import os
import shutil
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp
from articles.ingest.pool import Reading
from articles.ingest.readers import READERS
from articles.ingest.sites.applying import applied
from articles.ingest.sites.profile import write_profile
from articles.ingest.sites.recognising import recognised
from articles.ingest.story import Piece
from articles.loading.report import Result
from articles.loading.store import Store
from articles.models import Article, Source
from tests.derived import assert_all_follows
from tests.loading import Run, aged, load, text_file
from tests.photo_files import plain
from tests.readers.wxr import export, item
from tests.staff import edit_address, form_on, staff

MIXED = Path(__file__).parents[2] / "shared/corpora/sites/mixed"
POST = """---
title: {title}
{front}
---

The ferry of the morning sailed at nine.
"""

pytestmark = pytest.mark.django_db


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return aged(path)


def post(path: Path, title: str = "Ferry returns", front: str = "") -> Path:
    return write(path, POST.format(title=title, front=front))


def jekyll(folder: Path, configuration: str = "title: Harbour Daily\nurl: https://harbour.example\n") -> Path:
    """A site with a post, a draft, a page, and all that is no article."""
    write(folder / "_config.yml", configuration)
    post(folder / "_posts/2020-01-02-ferry.md", front="author: anna-lee\ncategories: [News, Sea]")
    write(folder / "_data/authors.yml", "anna-lee:\n  name: Anna Lee\n")
    post(folder / "_drafts/later.md", "Not yet")
    post(folder / "about.md", "About us")
    for name in ("_layouts/post.html", "_includes/time.html", "vendor/gem/README.md", "node_modules/a/README.md"):
        write(folder / name, "<p>{{ page.title }}</p>")
    for name in ("README.md", "LICENSE", "Gemfile", "robots.txt", "404.md", "feed.xml", "index.html"):
        write(folder / name, "---\ntitle: x\n---\n{{ site.title }}\n")
    write(folder / "google1234567890abcdef.html", "google-site-verification: google1234567890abcdef.html")
    return folder


def profile(settings: Any, name: str = "harbour.example") -> Path:
    return Path(settings.VAR_DIR) / "sites" / f"{name}.toml"


def corrected(settings: Any, old: str, new: str, name: str = "harbour.example") -> None:
    path = profile(settings, name)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def sources() -> list[str]:
    return sorted(Article.objects.values_list("source__name", flat=True))


# --- What a folder is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "generator", "name", "address", "language"),
    [
        ({"_config.yml": "# ours\n---\ntitle: The Quay\nurl: https://quay.example\nbaseurl: /news\nlang: en\n",
          "_posts/2020-01-02-x.md": ""},
         "Jekyll", "The Quay", "https://quay.example/news", "en"),
        ({"config.toml": 'BaseURL = "https://kai.example"\n[Languages.EN]\nTitle = "The Quay"\nLanguageCode = "en-us"'},
         "Hugo", "The Quay", "https://kai.example", "en-us"),
        ({"hugo.toml": 'baseURL = "https://kai.example/"\nlanguageCode = "de-DE"\ntitle = "Der Kai"'},
         "Hugo", "Der Kai", "https://kai.example", "de-DE"),
        ({"config.yaml": "baseURL: https://kai.example\ntheme: x\nlanguages:\n  en:\n    title: The Kai\n",
          "content/x.md": ""},
         "Hugo", "The Kai", "https://kai.example", ""),
        ({"config.toml": 'base_url = "https://zola.example"\ndefault_language = "fr"\ntitle = "Le Quai"'},
         "Zola", "Le Quai", "https://zola.example", "fr"),
        ({".eleventy.js": "module.exports = c => ({dir: {input: 'src'}})",
          "src/_data/site.js": "module.exports = { title: \"The Creek\", url: process.env.URL, language: 'en' };"},
         "Eleventy", "The Creek", "", "en"),
        ({"package.json": '{"name": "x", "devDependencies": {"@11ty/eleventy": "^3"}}',
          "_data/metadata.json": '{"title": "The Creek", "url": "https://creek.example"}'},
         "Eleventy", "The Creek", "https://creek.example", ""),
        ({"_config.yml": "title: Hafen\nurl: https://hafen.example\nroot: /\nlanguage:\n  - de\n  - en\n",
          "scaffolds/post.md": ""},
         "Hexo", "Hafen", "https://hafen.example", "de"),
        ({"_config.yml": "title: The Quay\nsource: source", "source/_posts/2020-01-02-x.md": "",
          "Gemfile": "gem 'jekyll'"},
         "Jekyll", "The Quay", "", ""),
        ({"eleventy.config.js": "export default { dir: { input: 'content', data: '../_data' } };",
          "_data/metadata.js": "export default { title: 'The Creek', language: 'en' }"},
         "Eleventy", "The Creek", "", "en"),
        ({"eleventy.config.js": "export default { dir: { input: 'content', data: '../../elsewhere' } };",
          "../elsewhere/site.json": '{"title": "Another site"}'},
         "Eleventy", "", "", ""),
    ],
)  # fmt: skip
def test_a_site_is_recognised_by_its_files_and_named_by_its_configuration(
    tmp_path: Path, files: dict[str, str], generator: str, name: str, address: str, language: str
) -> None:
    for file, text in files.items():
        write(tmp_path / "site" / file, text)
    inner = tmp_path / "site/a/b"
    inner.mkdir(parents=True)
    for path in (tmp_path / "site", inner):
        site = recognised(path)
        assert (site.generator, site.source, site.address, site.language) == (generator, name, address, language)
        assert site.folder == tmp_path / "site"


@pytest.mark.parametrize(
    ("title", "address", "name"),
    [
        ("Quay Post | News of the quay", "https://www.quaypost.example", "Quay Post"),
        ("News of the quay: The Quay-Post", "https://thequaypost.example/news", "The Quay-Post"),
        ("Boats: a history", "https://quay.example", "Boats: a history"),
    ],
)
def test_a_motto_beside_the_name_that_is_in_the_address_is_left_out(
    tmp_path: Path, title: str, address: str, name: str
) -> None:
    jekyll(tmp_path / "site", f'title: "{title}"\nurl: {address}\n')
    assert recognised(tmp_path / "site").source == name


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title type="html">Le Quai</title>'
    '<link href="https://quai.example/x.xml" rel="self"/><link href="https://quai.example/" rel="alternate"/>'
    "<entry><title>No</title></entry></feed>"
)
RSS = (
    "---\nlayout: null\n---\n<rss><channel><title>The Quay &amp; Pier</title>"
    "<link>http://www.quay.example/blog/</link><language>en-gb</language>{% for a in b %}<item>"
)
PAGE = (
    '<!doctype html><html lang="pt-BR"><head><title>Cais – Notícias do cais</title>'
    "<link rel=alternate type=application/rss+xml href=https://no.example/x>"
    "<link rel=canonical href=https://cais.example/></head>"
)
TEMPLATE = "<rss><channel><title>{{ site.title }}</title><link>http://localhost:4000/</link>"


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("_site/feed.xml", ATOM, ("Le Quai", "https://quai.example/b", "fr")),
        ("rss.xml", RSS, ("The Quay & Pier", "http://www.quay.example/b", "en-gb")),
        ("public/index.html", PAGE, ("Cais", "https://cais.example/b", "pt-BR")),
        ("feed.xml", TEMPLATE, ("", "", "")),
    ],
)
def test_a_site_whose_configuration_names_nothing_is_named_by_its_built_feed_or_home_page(
    tmp_path: Path, file: str, text: str, found: tuple[str, str, str]
) -> None:
    write(tmp_path / "_config.yml", "theme: x\nbaseurl: /b\n")
    post(tmp_path / "_posts/2020-01-02-ferry.md")
    write(tmp_path / file, text)
    site = recognised(tmp_path)
    assert (site.source, site.address, site.language) == found
    write(tmp_path / "_config.yml", "title: Own\nurl: https://own.example\nlang: de\n")
    site = recognised(tmp_path)
    assert (site.source, site.address, site.language) == ("Own", "https://own.example", "de")


def test_an_export_of_wordpress_beside_its_uploads_is_a_site(tmp_path: Path) -> None:
    image = '<img src="//www.daily.example/wp-content/uploads/boat.png" alt="" />'
    write(tmp_path / "site/posts.xml", export(item(1, "A boat", f"<p>A boat came.</p><p>{image}</p>")))
    write(tmp_path / "site/wp-content/themes/x/readme.txt", "A theme for boats and quays, in several colours.")
    (tmp_path / "site/wp-content/uploads").mkdir()
    (tmp_path / "site/wp-content/uploads/boat.png").write_bytes(plain("PNG"))
    write(tmp_path / "site/notes/quay.txt", "A quay was built\n\nThe quay was built in a year by forty people.")
    said = load(tmp_path / "site").out
    assert "A WordPress site: Tarvik Daily & Sunday, https://daily.example, 2 files\n" in said
    assert "wp-content/themes/" in said
    assert sources() == ["Tarvik Daily & Sunday", "Tarvik Daily & Sunday"]
    assert Article.objects.get(headline="A boat").photos.get().file


def test_exports_of_several_sites_in_a_folder_are_none_of_them(tmp_path: Path) -> None:
    for host in ("a.example", "b.example"):
        write(tmp_path / "site" / f"{host}.xml", export().replace("daily.example", host))
    write(tmp_path / "site/inner/x.txt", "Words")
    assert recognised(tmp_path / "site").generator == ""
    assert recognised(tmp_path / "site/a.example.xml").address == "https://a.example"
    assert recognised(tmp_path / "site/inner").generator == ""


def test_a_site_is_not_looked_for_above_a_repository_or_far_above(tmp_path: Path) -> None:
    jekyll(tmp_path / "site")
    for inner in ("repository/.git", "1/2/3/4/5/6"):
        (tmp_path / "site" / inner).mkdir(parents=True)
    assert recognised(tmp_path / "site/repository").generator == ""
    assert recognised(tmp_path / "site/1/2/3/4/5").generator == "Jekyll"
    assert recognised(tmp_path / "site/1/2/3/4/5/6").generator == ""


@pytest.mark.parametrize(
    "configuration",
    [
        "title: !!python/object/apply:os.system [touch hacked]\n",
        "a: &a [x, x]\nb: &b [*a, *a]\n" + "".join(f"c{n}: [*b, *b]\n" for n in range(9)),
        "title: [" * 2000,
        "title: x\n" + "#" * 300_000,
        "title: \x00\n",
        "title: {{ site.name }}\n",
        "\ttitle: x",
        "- a\n- b\n",
        "url: http://[::1\n",
    ],
)  # fmt: skip
def test_a_hostile_configuration_names_nothing_and_stops_nothing(tmp_path: Path, configuration: str) -> None:
    write(tmp_path / "site/_config.yml", configuration)
    post(tmp_path / "site/_posts/2020-01-02-ferry.md")
    run = load(tmp_path / "site")
    assert (run.code, run.outcomes) == (0, {"_posts/2020-01-02-ferry.md": "created"})
    assert sources() == [None]
    assert not Path("hacked").exists()


def test_a_configuration_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site")
    (site / "_data/authors.yml").unlink()
    os.mkfifo(site / "_data/authors.yml")
    assert load(site).code == 0


# --- What is left out -------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_found_and_leaves_out_what_is_no_article(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site")
    run = load(site)
    assert (
        "A Jekyll site: Harbour Daily, https://harbour.example, 1 post, 1 draft left out, 1 page left out (about.md)"
        in run.out
    )
    assert run.out.count("Left out (not articles of the site)") == 1
    assert run.outcomes == {"_posts/2020-01-02-ferry.md": "created", "_drafts/later.md": "skipped"}
    assert (run.code, run.err) == (0, "")


def test_a_folder_that_is_left_out_is_not_opened(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site")
    os.mkfifo(site / "node_modules/pipe.md")
    (site / "node_modules/outside").symlink_to(tmp_path)
    (site / "vendor").chmod(0)
    run = load(site)
    (site / "vendor").chmod(0o755)
    assert (run.code, run.err) == (0, "")


def test_pages_are_loaded_when_asked_for(tmp_path: Path) -> None:
    run = load(jekyll(tmp_path / "site"), pages=True)
    assert run.outcomes["about.md"] == "created"
    assert "404.md" not in run.outcomes


def test_what_a_jekyll_site_dates_is_an_article_wherever_it_lies(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site", "title: Harbour Daily\ncollections: {speakers: {output: true}, crew: {}}\n")
    post(site / "articles/boats/index.md", "Boats of the harbour", "published: 2008-01-19 3:43:29")
    post(site / "_speakers/ann-lee.md", "Ann Lee", "talks:\n  - name: Boats\n    date: 2008-01-20")
    post(site / "_speakers/quay.md", "A talk on the quay", "date: 2008-01-20")
    post(site / "_crew/bo.md", "A record without a page", "date: 2008-01-20")
    post(site / "pages/advertise/index.md", "Advertise", "published: 2008-01-19 3:43:29")
    write(site / "articles/boats/downloads.tgz", "no article")
    outcomes = load(site).outcomes
    assert {path for path in outcomes if "post" not in path} == {
        "_drafts/later.md",
        "articles/boats/index.md",
        "_speakers/quay.md",
    }


def test_a_page_of_jekyll_is_no_article_for_what_its_text_dates(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site", "title: Harbour Daily\ncollections: {pages: {output: true}}\n")
    write(site / "_pages/events.md", "---\ntitle: Events\n---\n\ndate: 2008-01-20 at the quay\n")
    post(site / "_pages/features.md", "Features", "published: true")
    assert not {"_pages/events.md", "_pages/features.md"} & set(load(site).outcomes)


def test_files_of_an_article_and_those_that_hugo_ignores_are_no_articles(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site / "hugo.toml", "baseURL = 'https://kai.example'\nignoreFiles = ['\\.Rmd$', '\\.knit\\.md$', '(x+)+$']\n")
    post(site / "content/news/ferry/index.md", front="date: 2020-01-02")
    write(site / "content/news/ferry/output.md", "What the ferry's program wrote on Tuesday.\n")
    write(site / "content/news/ferry/index.html", "<p>What the program made of it.</p>\n")
    post(site / "content/news/ferry/index.knit.md", front="date: 2020-01-02")
    write(site / "content/news/ferry/2020-01-02-timing.html", "<html><body><h1>Timing</h1><p>Nine.</p></body></html>")
    write(site / "content/news/boats.html", "---\ntitle: Boats\ndate: 2020-01-03\n---\n<p>The boats sailed.</p>\n")
    assert set(load(site).outcomes) == {"content/news/ferry/index.md", "content/news/boats.html"}


def test_dated_pages_of_a_hexo_site_are_pages(tmp_path: Path) -> None:
    write(tmp_path / "site/_config.yml", "title: Hafen\nurl: https://hafen.example\n")
    post(tmp_path / "site/source/_posts/boat.md", front="date: 2018-01-02 10:00:00")
    post(tmp_path / "site/source/categories/index.md", "Categories", front="date: 2018-01-02 10:00:00")
    assert set(load(tmp_path / "site").outcomes) == {"source/_posts/boat.md"}


def test_what_a_site_has_let_expire_is_loaded_when_asked_for(tmp_path: Path, settings: Any) -> None:
    site = tmp_path / "site"
    write(site / "hugo.toml", 'baseURL = "https://harbour.example"\ntitle = "Harbour"')
    post(site / "content/news/old.md", front="date: 2018-01-02\nexpirydate: 2020-01-02")
    post(site / "content/news/draft.md", "Not yet", front="date: 2018-01-02\nexpirydate: 2020-01-02\ndraft: true")
    assert "1 expired article" in load(site).out
    assert not Article.objects.exists()
    corrected(settings, "# expired = true", "expired = true")
    assert load(site).outcomes["content/news/old.md"] == "created"
    assert [article.headline for article in Article.objects.all()] == ["Ferry returns"]


def test_the_languages_of_a_hugo_site_have_folders_of_their_own(tmp_path: Path) -> None:
    languages = '[languages.en]\ncontentDir = "content/english"\n[languages.fr]\ncontentDir = "content/french"\n'
    write(tmp_path / "site/hugo.toml", 'baseURL = "https://harbour.example"\ntitle = "Harbour"\n' + languages)
    for folder in ("english", "french"):
        post(tmp_path / f"site/content/{folder}/post/{folder}.md", folder, "date: 2018-01-02")
        post(tmp_path / f"site/content/{folder}/author/ann-lee.md", "Ann Lee")
        post(tmp_path / f"site/content/{folder}/contact.md", "Contact")
    post(tmp_path / "site/content/english/post/other.fr.md", "Autre", front="date: 2018-01-03")
    post(tmp_path / "site/content/french/post/chat.md", "Chat", front="date: 2018-01-04\nlang: de\nslug: sea/chat")
    load(tmp_path / "site")
    rows = Article.objects.order_by("published", "language").values_list("language", "former_paths")
    assert list(rows) == [
        ("en", ["/post/english/"]),
        ("fr", ["/fr/post/french/"]),
        ("fr", ["/fr/post/other/"]),
        ("de", ["/sea/chat", "/fr/post/sea/chat/"]),
    ]


def test_what_is_not_known_to_be_something_else_is_read(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site")
    text = "".join(f"<p>The harbour was built in 190{n}, and enlarged in the year after that.</p>" for n in range(9))
    write(site / "old/story.html", f"<html><body><article><h1>The old harbour</h1>{text}</article></body></html>")
    assert load(site).outcomes["old/story.html"] == "created"


def test_a_file_that_is_for_its_template_alone_is_skipped(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site")
    write(site / "_posts/2020-01-05-latest.md", "---\nlayout: latest\n---\n")
    run = load(site)
    assert (run.code, run.outcomes["_posts/2020-01-05-latest.md"]) == (0, "skipped")


def test_a_plain_folder_is_read_as_before(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    for name in ("README.txt", "vendor/a.txt", "templates/b.txt", "search.txt"):
        text_file(folder, name, headline=f"About {name}")
    run = load(folder)
    assert set(run.outcomes) == {"README.txt", "vendor/a.txt", "templates/b.txt", "search.txt"}
    assert "site" not in run.out
    assert sources() == ["Harbour Daily"] * 4


def test_undated_pages_beside_the_posts_of_a_hugo_site_are_pages(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site / "hugo.toml", 'baseURL = "https://kai.example"\ntitle = "Kai"')
    post(site / "content/about.md")
    post(site / "content/contact/index.md")
    post(site / "content/page/help.md", front="date: 2020-01-02")
    post(site / "content/posts/_index.md")
    post(site / "content/authors/anna/_index.md", "Anna Lee")
    post(site / "content/ferry.md", front="date: 2020-01-02")
    post(site / "content/posts/undated.md", "Undated")
    post(site / "content/_people/portrait.md", "A portrait")
    post(site / "content/imprint.md", "Imprint", front="type: page\ndate: 2020-01-02")
    post(site / "content/boats/essay.md", "A boat", front="type: essay\ndate: 2020-01-02")
    write(site / "layouts/x.html", "{{ .Title }}")
    run = load(site)
    assert set(run.outcomes) == {
        "content/ferry.md",
        "content/posts/undated.md",
        "content/_people/portrait.md",
        "content/boats/essay.md",
    }
    assert "4 pages left out (content/about.md, content/imprint.md, content/contact/index.md, " in run.out


# --- What its site says of an article ---------------------------------------------------------------------------------


def test_an_article_has_its_sites_name_language_and_the_name_of_its_author(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site", "title: Harbour Daily\nurl: https://harbour.example\nlang: en-GB\n")
    post(site / "_posts/2020-01-03-other.md", "Another", front="source: The Quay\nlang: de\nauthors: [anna-lee, bo]")
    load(site)
    ferry, other = Article.objects.order_by("published")
    assert (str(ferry.source), ferry.language, ferry.byline, ferry.authors) == (
        "Harbour Daily", "en-GB", "Anna Lee", ["Anna Lee"],
    )  # fmt: skip
    assert (str(other.source), other.language, other.authors) == ("The Quay", "de", ["Anna Lee", "bo"])


def test_authors_are_joined_as_the_language_of_their_site_joins_them(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site", "title: Le Phare\nlang: fr\n")
    post(site / "_posts/2020-01-02-ferry.md", front="author: [anna-lee, Bo Reed]")
    load(site)
    assert Article.objects.get().byline == "Anna Lee, Bo Reed"


def test_the_list_of_all_authors_is_none_of_them(tmp_path: Path) -> None:
    write(tmp_path / "hugo.toml", 'baseURL = "https://kai.example"')
    for name, title in (("_index.md", "Our authors"), ("ann.md", "Ann Lee"), ("bo/_index.md", "Bo Reed")):
        write(tmp_path / "content/authors" / name, f"---\ntitle: {title}\n---\n")
    assert recognised(tmp_path).authors == {"ann": "Ann Lee", "bo": "Bo Reed"}


def test_jekyll_divides_a_text_of_tags_or_categories_at_its_blanks(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site")
    post(site / "_posts/2020-01-02-ferry.md", "Ferry", front="categories: News Boats\ntags: Sea quay")
    post(site / "_posts/2020-01-03-pier.md", "Pier", front="categories: [Port News]\ntags: New York, Sea")
    load(site)
    found = {one.headline: (one.section, {tag.name for tag in one.tags.all()}) for one in Article.objects.all()}
    assert found == {"Ferry": ("News", {"Boats", "Sea", "quay"}), "Pier": ("Port News", {"New York", "Sea"})}


def test_the_name_of_a_collection_is_no_tag(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site / ".eleventy.js", "")
    write(site / "_data/site.json", '{"title": "The Creek"}')
    post(site / "posts/2020-01-02-ferry.md", front="tags: [posts, list, water]")
    post(site / "posts/2020-01-03-boat.md", "Boat", front="tags: [list]")
    post(site / "posts/2020-01-04-quay.md", "Quay", front="tags: list, water")
    load(site)
    assert [tag.name for article in Article.objects.all() for tag in article.tags.all()] == ["water", "water"]


def test_a_tag_that_all_articles_of_a_site_share_is_none_and_the_profile_decides(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    for number in range(1, 6):
        tags = "[Blog, Sea]" if number < 5 else "[blog, Blog, Land]"
        post(site / f"_posts/2020-01-0{number}-ferry.md", f"Ferry {number}", f"tags: {tags}")
    load(site / "_posts")

    def tags_of() -> set[str]:
        return set(Article.objects.values_list("tags__name", flat=True))

    assert tags_of() == {"Sea", "Land"}
    post(site / "_posts/2020-01-06-new.md", "New", "tags: [Blog, Sky]")
    post(site / "_posts/2020-01-07-newer.md", "Newer", "tags: [Sky]")
    load(site)
    assert tags_of() == {"Sea", "Land", "Sky"}
    corrected(settings, 'no_tags = ["blog"]', 'no_tags = ["Sky"]')
    load(site)
    assert tags_of() == {"Sea", "Land", "Blog", None}
    assert set(load(site).outcomes.values()) <= {"unchanged", "skipped"}


def test_articles_inherit_what_their_site_says_of_a_folder(tmp_path: Path) -> None:
    defaults = """
defaults:
  - scope: {path: "", type: posts}
    values: {author: anna-lee, lang: fr, categories: sea land}
  - scope: {path: _posts/hidden}
    values: {published: false}
  - scope: {type: news}
    values: {lang: it}
  - scope: {type: pages}
    values: {published: false}
collections: [news]
"""
    site = jekyll(tmp_path / "site", f"title: Harbour Daily\nurl: https://harbour.example\n{defaults}")
    post(site / "_posts/2020-01-02-ferry.md", "Ferry")
    post(site / "_posts/2020-01-03-bo.md", "Boat", front="author: Bo Reed\nlang: de\ncategory: Sky")
    post(site / "_posts/hidden/2020-01-04-plan.md", "A plan")
    post(site / "_posts/hidden/2020-01-05-shown.md", "Shown", front="published: true")
    post(site / "_news/2020-01-06-sea.md", "Sea")
    run = load(site)
    assert run.outcomes["_posts/hidden/2020-01-04-plan.md"] == "skipped"
    assert list(Article.objects.order_by("published").values_list("headline", "byline", "language")) == [
        ("Ferry", "Anna Lee", "fr"), ("Boat", "Bo Reed", "de"), ("Shown", "Anna Lee", "fr"), ("Sea", "", "it"),
    ]  # fmt: skip
    of_sea = Article.objects.filter(section="sea").order_by("published")
    assert [(article.headline, [tag.name for tag in article.tags.all()]) for article in of_sea] == [
        ("Ferry", ["land"]), ("Shown", ["land"]),
    ]  # fmt: skip


def test_articles_of_eleventy_inherit_the_data_of_their_folder(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site / ".eleventy.js", "")
    write(site / "_data/authors.json", '{"pia": {"name": "Pia Reed"}}')
    write(site / "posts/posts.json", '{"author": "pia", "permalink": "/news/{{ page.fileSlug }}/", "tags": "posts"}')
    file = post(site / "posts/2020-01-02-ferry.md")
    piece = Piece(file, file.name, "markdown")
    found = applied(READERS["markdown"].read(piece, file.read_bytes()), recognised(site), piece, file.read_bytes())
    assert (found.byline, found.former_paths, found.tags) == ("Pia Reed", ("/news/ferry/",), ())


def test_a_correction_of_what_a_folder_says_is_applied_to_its_unchanged_files(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site / ".eleventy.js", "")
    write(site / "posts/posts.json", '{"author": "Pia Reed", "tags": ["news"]}')
    write(site / "posts/sea/sea.11tydata.js", "module.exports = { lang: 'fr', draft: false };")
    post(site / "posts/2020-01-02-ferry.md", "Ferry", "tags: [news, water]")
    post(site / "posts/sea/2020-01-03-boat.md", "Boat")
    load(site)
    rows = Article.objects.order_by("published").values_list("headline", "byline", "language")
    assert list(rows) == [("Ferry", "Pia Reed", ""), ("Boat", "Pia Reed", "fr")]
    assert [tag.name for tag in Article.objects.get(headline="Ferry").tags.all()] == ["water"]
    write(site / "posts/posts.json", '{"author": "Bo Lind"}')
    load(site)
    assert list(rows.all()) == [("Ferry", "Bo Lind", ""), ("Boat", "Bo Lind", "fr")]
    assert set(load(site).outcomes.values()) <= {"unchanged", "skipped"}


def test_articles_of_hugo_inherit_the_cascade_of_their_folders_and_of_the_configuration(tmp_path: Path) -> None:
    site = tmp_path / "site"
    targets = """
[[cascade]]
lang = "fr"
[cascade.target]
path = "{/sea/**,/none/**}"
kind = "page"
[[cascade]]
draft = true
[cascade.target]
kind = "section"
"""
    write(site / "hugo.toml", f"title = 'Kai'\n{targets}")
    write(site / "content/sea/_index.md", "---\ncascade:\n  params:\n    author: Ada Berg\n---\n")
    write(site / "content/sea/old/_index.md", "---\ncascade:\n- _target: {path: /sea/old/**}\n  draft: true\n---\n")
    post(site / "content/sea/ferry.md", "Ferry", "date: 2020-01-02")
    post(site / "content/sea/bo.md", "Boat", "date: 2020-01-03\nauthor: Bo Reed\nlang: de")
    post(site / "content/sea/old/a.md", "Old", "date: 2020-01-04")
    post(site / "content/sea/old/b.md", "Shown", "date: 2020-01-05\ndraft: false")
    post(site / "content/land/a.md", "Land", "date: 2020-01-06")
    assert load(site).outcomes["content/sea/old/a.md"] == "skipped"
    assert list(Article.objects.order_by("published").values_list("headline", "byline", "language")) == [
        ("Ferry", "Ada Berg", "fr"), ("Boat", "Bo Reed", "de"), ("Shown", "Ada Berg", "fr"), ("Land", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("named", [["."], ["_posts"], ["_posts", "assets"]])
def test_pictures_of_a_site_are_found_from_its_posts_alone(tmp_path: Path, named: list[str]) -> None:
    site = jekyll(tmp_path / "site")
    (site / "assets").mkdir()
    (site / "assets/quay.png").write_bytes(plain("PNG"))
    text = "---\ntitle: Quay\n---\n\nText.\n\n![Quay](/assets/quay.png)\n\n![Quay](//harbour.example/assets/quay.png)\n"
    write(site / "_posts/2020-01-02-ferry.md", text)
    load(*(site / name for name in named))
    assert Article.objects.get().photo_file_count == 2
    assert sources() == ["Harbour Daily"]


def test_pictures_beside_posts_that_wordpress_exported_are_found_from_the_posts_alone(tmp_path: Path) -> None:
    (tmp_path / "site/wp-content/uploads").mkdir(parents=True)
    (tmp_path / "site/wp-content/uploads/quay.png").write_bytes(plain("PNG"))
    write(
        tmp_path / "site/posts/2020-01-02-ferry.md", "---\ntitle: Quay\n---\n\n![Quay](/wp-content/uploads/quay.png)\n"
    )
    write(tmp_path / "site/other.md", "---\ntitle: Other\n---\n\nNot asked for.\n")
    load(tmp_path / "site/posts")
    assert Article.objects.get().photo_file_count == 1
    load(tmp_path / "site")
    assert sorted(Article.objects.values_list("headline", "photo_file_count")) == [("Other", 0), ("Quay", 1)]
    (tmp_path / "site/posts/.git").mkdir()
    assert recognised(tmp_path / "site/posts").folder == tmp_path / "site/posts"


OF_COLLECTION = """_config.yml: collections: {sea: {output: true}}
defaults:
  - {scope: {path: _sea}, values: {permalink: /c/:name/}}
  - {scope: {path: ''}, values: {permalink: /b/:name/}}
"""


@pytest.mark.parametrize(
    ("configuration", "file", "front", "path"),
    [
        ("_config.yml: url: https://a.example", "sea/_posts/2020-01-02-The-Ferry.md", "categories: News Boats",
         "/sea/news/boats/2020/01/02/The-Ferry.html"),
        ("_config.yml: defaults: [{scope: {path: _posts}, values: {category: sport}}]", "_posts/2020-01-02-ferry.md",
         "", "/sport/2020/01/02/ferry.html"),
        ("_config.yml: permalink: pretty\nurl: https://a.example\nbaseurl: /b", "_posts/2020-01-02-ferry.md", "",
         "/b/2020/01/02/ferry/"),
        ("_config.yml: permalink: /:year/:i_month/:slug\ntimezone: Asia/Tokyo", "_posts/2020-01-02-The_Ferry.md",
         "date: 2019-12-31 20:00:00 +0000", "/2020/1/the-ferry"),
        ("hugo.toml: title = 'x'", "content/posts/Big Ferry/index.md", "date: 2020-01-02", "/posts/big-ferry/"),
        ("hugo.toml: [permalinks]\nposts = '/:year/:month/:slug/'", "content/posts/a.md", "date: 2020-01-02",
         "/2020/01/ferry-returns/"),
        ("hugo.toml: title = 'x'", "content/posts/boats-1.9.0/index.md", "date: 2020-01-02", "/posts/boats-1.9.0/"),
        ("hugo.toml: title = 'x'", "content/posts/boats/index.fr.md", "date: 2020-01-02", None),
        ("zola.toml: base_url = 'https://z.example'", "content/news/2020-01-02-ferry.md", "", "/news/ferry/"),
        ("_config.yml: permalink: :year/:title.html", "source/_posts/sea/ferry.md", "date: 2020-01-02",
         "/2020/sea/ferry.html"),
        ("_config.yml: new_post_name: :year-:month-:day-:title.md", "source/_posts/2020-01-02-ferry.md",
         "date: 2020-01-02", "/2020/01/02/ferry/"),
        ("eleventy.config.js: export default {}", "sea/2020-01-02-Big_Ferry.md", "slug: no", "/sea/Big_Ferry/"),
        (".eleventy.js: module.exports = {dir: {input: 'src'}}", "src/posts/ferry/index.md", "", "/posts/ferry/"),
        ("hugo.toml: title = 'x'", "content/sea/boats-v3.1.md", "", "/sea/boats-v3.1/"),
        ("hugo.toml: title = 'x'", "content/sea/boats.fr.md", "", None),
        ("hugo.toml: [permalinks]\nposts = '/:unknown/'", "content/posts/a.md", "date: 2020-01-02", None),
        ("_config.yml: url: https://a.example", "_posts/2020-01-02-ferry.md", "permalink: /ferry/", None),
        ("_config.yml: permalink: pretty", "news/ferry/index.md", "date: 2020-01-02", "/news/ferry/"),
        ("_config.yml: title: x", "news/ferry.md", "date: 2020-01-02", "/news/ferry.html"),
        ("_config.yml: collections: {sea: {output: true}}", "_sea/a/Ferry.md", "date: 2020-01-02", "/sea/a/Ferry.html"),
        (OF_COLLECTION, "_sea/a/ferry.md", "date: 2020-01-02", "/c/ferry/"),
        ("_config.yml: collections: {sea: {output: true, permalink: '/boats/:year/:name/'}}", "c/_sea/ferry.md",
         "date: 2020-01-02", "/boats/2020/ferry/"),
        ("_config.yml: permalink: /:title/", "_posts/2020-01-02-two\nlines.md", "", "/two lines/"),
    ],
)  # fmt: skip
def test_the_address_that_an_article_had_follows_its_sites_pattern(
    tmp_path: Path, configuration: str, file: str, front: str, path: str | None
) -> None:
    name, _, text = configuration.partition(": ")
    write(tmp_path / name, text)
    if file.startswith("source/"):
        (tmp_path / "scaffolds").mkdir()
    (tmp_path / "_layouts").mkdir()
    article = post(tmp_path / file, front=front)
    piece = Piece(article, article.name, "markdown")
    story = READERS["markdown"].read(piece, article.read_bytes())
    site = recognised(article.parent)
    assert site.generator, site
    assert applied(story, site, piece, article.read_bytes()).former_paths == ((path,) if path else story.former_paths)


def test_redirects_of_a_site_lead_to_its_articles(tmp_path: Path) -> None:
    site = jekyll(tmp_path / "site", "title: Harbour Daily\nurl: https://harbour.example\npermalink: /:title/\n")
    write(
        site / "_redirects",
        "# moved\n/a /ferry/\n/b https://www.harbour.example/ferry 302 # for now\n/old/* /ferry/\n/p /ferry/ 200\n"
        "/c /b\n/d https://elsewhere.example/ferry/\n/e id=:id /ferry/\n/f /ferry 302 Country=fr\n/ /ferry/\n",
    )
    write(
        site / "netlify.toml",
        "[[redirects]]\nfrom = '/n'\nto = '/ferry/'\nstatus = 301\n\n[[redirects]]\nfrom = '/g/:x'\nto = '/ferry/'\n",
    )
    write(site / "old/boat.md", "---\nredirect_to: https://harbour.example/ferry/\n---\n")
    write(site / "old/sea.html", "---\npermalink: /sea/\nredirect_to:\n  - /old/boat.html\n---\n")
    load(site)
    article = Article.objects.get()
    assert article.former_paths == ["/ferry/", "/a", "/b", "/n", "/old/boat.html", "/c", "/sea/"]
    key = article.key
    write(site / "_redirects", "/z /ferry/\n")
    load(site)
    article = Article.objects.get()
    assert (article.key, article.former_paths) == (key, ["/ferry/", "/z", "/n", "/old/boat.html", "/sea/"])


def test_a_missing_date_is_that_of_the_path(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site / "hugo.toml", "title = 'Kai'")
    post(site / "content/posts/2014/12/09/ferry/index.md")
    assert load(site).report[0]["warnings"] == []
    assert Article.objects.get().published == "2014-12-09"


# --- The profile ------------------------------------------------------------------------------------------------------


def test_the_first_load_writes_down_what_it_found(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site", "title: 'The \"Quay\"'\nurl: https://www.harbour.example\npermalink: /:title/\n")
    assert str(profile(settings)) in load(site).out
    written = tomllib.loads(profile(settings).read_text("utf-8"))
    assert written == {
        "folder": str(site),
        "source": 'The "Quay"',
        "address": "https://www.harbour.example",
        "permalink": "/:title/",
        "authors": {"anna-lee": "Anna Lee"},
    }
    load(site)
    assert len(list(profile(settings).parent.iterdir())) == 1


def test_a_dry_run_shows_the_site_and_writes_nothing(tmp_path: Path, settings: Any) -> None:
    run = load(jekyll(tmp_path / "site"), dry_run=True)
    assert "A Jekyll site: Harbour Daily" in run.out
    assert not profile(settings).parent.exists()


def test_what_a_corrected_profile_leaves_out_has_vanished_until_it_is_loaded_again(
    tmp_path: Path, settings: Any
) -> None:
    site = jekyll(tmp_path / "site")
    post(site / "_posts/links/2020-01-03-links.md", "Links of the week")
    load(site)
    corrected(settings, "folder =", "skip = ['_posts/links']\nfolder =")
    run = load(site)
    assert run.outcomes["_posts/links/2020-01-03-links.md"] == "vanished"
    assert Article.objects.published().count() == 2
    load(site, withdraw_vanished=True)
    assert Article.objects.published().get().headline == "Ferry returns"
    corrected(settings, "skip = ['_posts/links']\n", "")
    load(site)
    assert Article.objects.published().count() == 2


def test_an_archive_that_a_corrected_profile_leaves_out_has_vanished_and_a_copy_elsewhere_stays(
    tmp_path: Path, settings: Any
) -> None:
    for name in ("texts", "copies"):
        post(tmp_path / name / "ferry.md", front="date: 2020-01-02")
    with zipfile.ZipFile(tmp_path / "texts/old.zip", "w") as archive:
        archive.writestr("snow.md", POST.format(title="Snow", front="date: 2020-01-05"))
    load(tmp_path / "texts", skip=["notes"])
    load(tmp_path / "copies")
    assert Article.objects.published().count() == 2
    corrected(settings, '"notes"', '"old.zip"', "texts")
    (tmp_path / "texts/ferry.md").unlink()
    load(tmp_path / "texts", withdraw_vanished=True)
    assert Article.objects.published().get().headline == "Ferry returns"


def test_each_path_has_a_profile_of_its_own(tmp_path: Path, settings: Any) -> None:
    for name in ("a/texts", "b/texts"):
        write(tmp_path / name / "ferry.md", POST.format(title=name, front="date: 2020-01-02"))
    load(tmp_path / "a/texts", tmp_path / "b/texts", source="The Quay")
    found = [tomllib.loads(path.read_text())["folder"] for path in sorted(profile(settings).parent.iterdir())]
    assert found == [str(tmp_path / "b/texts"), str(tmp_path / "a/texts")]
    assert sources() == ["The Quay"] * 2


def test_a_corrected_profile_is_applied_to_unchanged_files_and_staff_edits_stay(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    post(site / "_posts/2020-01-03-other.md", "Another", front="author: anna-lee")
    load(site)
    keys = set(Article.objects.values_list("key", flat=True))
    edited = Article.objects.get(headline="Another")
    with changing([edited.pk], Stamp.now(staff("nora", "Editors"), "")) as changes:
        changes.articles[edited.pk].byline = "Anna M. Lee"
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    corrected(settings, '"Anna Lee"', '"Anna-Maria Lee"')
    corrected(settings, '"https://harbour.example"', '"https://gazette.example"')
    run = load(site)
    assert run.code == 0
    assert run.outcomes["_posts/2020-01-02-ferry.md"] == "updated"
    assert sources() == ["The Harbour Gazette"] * 2
    assert sorted(Article.objects.values_list("byline", flat=True)) == ["Anna M. Lee", "Anna-Maria Lee"]
    assert set(Article.objects.values_list("key", flat=True)) == keys
    assert set(load(site).outcomes.values()) <= {"unchanged", "skipped"}


def test_the_profile_says_what_keys_mean_and_where_pictures_are(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    front = "Strap-Line: The sea is calm\nstadt: [Tarvik]\nRedaktion: Ada Berg\ndescription: In short"
    post(site / "_posts/2020-01-02-ferry.md", "Ferry", f"{front}\nimage: /files/2020/quay.png")
    (site / "media/old").mkdir(parents=True)
    (site / "media/old/quay.png").write_bytes(plain("PNG"))
    load(site)
    article = Article.objects.get()
    assert (article.deck, article.photo_file_count) == ("In short", 0)
    corrected(settings, '# pictures = ["media/old"]', 'pictures = ["media/old"]')
    meanings = 'keys = { strapLine = "deck", redaktion = "authors", stadt = "tags" }'
    corrected(settings, '# keys = { strap = "deck" }', meanings)
    load(site)
    article.refresh_from_db()
    assert (article.deck, article.photo_file_count) == ("The sea is calm", 1)
    assert (article.byline, [tag.name for tag in article.tags.all()]) == ("Ada Berg", ["Tarvik"])
    assert set(load(site).outcomes.values()) <= {"unchanged", "skipped"}
    (site / "media/old/quay.png").write_bytes(plain("PNG", size=(70, 50)))
    assert load(site).outcomes["_posts/2020-01-02-ferry.md"] == "updated"


def test_a_missing_profile_resets_nothing(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    load(site)
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    load(site)
    profile(settings).unlink()
    assert set(load(site).outcomes.values()) == {"unchanged", "skipped"}
    assert sources() == ["The Harbour Gazette"]


def test_two_first_loads_at_once_write_one_profile(tmp_path: Path, settings: Any) -> None:
    site = recognised(jekyll(tmp_path / "site"))
    other = recognised(jekyll(tmp_path / "other"))
    written = [write_profile(one, profile(settings).parent).name for one in (site, site, other)]
    assert written == ["harbour.example.toml", "harbour.example.toml", "harbour.example-2.toml"]


def test_the_profile_of_a_site_counts_after_its_folder_has_moved(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    load(site)
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    shutil.copytree(site, tmp_path / "copy")
    assert "A Jekyll site: Harbour Daily" in load(tmp_path / "copy", dry_run=True).out
    site.rename(tmp_path / "moved")
    assert f"The folder in {profile(settings)} is gone" in load(tmp_path / "moved").out
    assert sources() == ["The Harbour Gazette"]
    assert len(list(profile(settings).parent.iterdir())) == 1


def test_a_corrected_source_is_renamed_and_its_former_address_redirects(
    tmp_path: Path, settings: Any, site: Client
) -> None:
    folder = jekyll(tmp_path / "site")
    load(folder)
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    assert "The source Harbour Daily is now named The Harbour Gazette." in load(folder, dry_run=True).out
    assert sources() == ["Harbour Daily"]
    assert "The source Harbour Daily is now named The Harbour Gazette." in load(folder).out
    assert list(Source.objects.values_list("name", "slug")) == [("The Harbour Gazette", "the-harbour-gazette")]
    assert moved_to(site, "/sources/harbour-daily/") == "/sources/the-harbour-gazette/"
    again = load(folder)
    assert set(again.outcomes.values()) == {"unchanged", "skipped"}
    assert "is now named" not in again.out
    corrected(settings, '"The Harbour Gazette"', '"Harbour Daily"')
    load(folder)
    assert moved_to(site, "/sources/the-harbour-gazette/") == "/sources/harbour-daily/"
    load(folder, source="Quay")
    assert sources() == ["Quay"]
    assert_all_follows()


def test_undoing_a_load_gives_a_source_its_name_back_until_the_next_load(
    tmp_path: Path, settings: Any, site: Client
) -> None:
    folder = jekyll(tmp_path / "site")
    load(folder)
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    corrected(settings, '"Anna Lee"', '"Anna-Maria Lee"')
    load(folder)
    said = io.StringIO()
    call_command("undo_load", stdout=said)
    assert f"The next load of {folder} applies {profile(settings)} again." in said.getvalue()
    assert list(Article.objects.values_list("source__name", "source__slug", "byline")) == [
        ("Harbour Daily", "harbour-daily", "Anna Lee"),
    ]  # fmt: skip
    assert site.get("/sources/harbour-daily/").status_code == 200
    assert site.get("/sources/the-harbour-gazette/").status_code == 410
    load(folder)
    assert list(Article.objects.values_list("source__name", "byline")) == [("The Harbour Gazette", "Anna-Maria Lee")]
    assert site.get("/sources/the-harbour-gazette/").status_code == 200
    call_command("undo_load", stdout=said)
    call_command("undo_load", stdout=said)
    assert not Source.objects.exists()


def test_a_source_of_other_articles_keeps_its_name_and_those_of_the_site_move(
    tmp_path: Path, settings: Any, site: Client
) -> None:
    text_file(tmp_path / "other", "fog.txt", headline="Fog")  # of Harbour Daily, by its own words
    load(tmp_path / "other")
    folder = jekyll(tmp_path / "site")
    load(folder)
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    assert "is now named" not in load(folder).out
    assert sources() == ["Harbour Daily", "The Harbour Gazette"]
    assert site.get("/sources/harbour-daily/").status_code == 200


def test_a_source_that_staff_have_renamed_keeps_their_name(tmp_path: Path, settings: Any, editor: Client) -> None:
    folder = jekyll(tmp_path / "site")
    load(folder)
    source = Source.objects.get()
    address = edit_address(source)
    editor.post(address, {**form_on(editor, address), "name": "Harbour Weekly"})
    assert set(load(folder).outcomes.values()) <= {"unchanged", "skipped"}
    assert sources() == ["Harbour Weekly"]
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    load(folder)
    assert Source.objects.get(slug="harbour-daily").name == "Harbour Weekly"


def moved_to(site: Client, address: str) -> str:
    response = site.get(address)
    assert response.status_code == 301
    return str(response["Location"])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("source = Harbour", "not TOML"),
        ("sauce = 'x'", "sauce is not a key of this file"),
        ("source = 3", "source is not text"),
        ("only = 'x'", "only must be a list of texts"),
        ("above = ['x', 5]", "above must be a list of texts"),
        ("types = 'news_post'", "types must be a list of texts"),
        ("pages = 'yes'", "pages must be true or false"),
        ("address = 'harbour.example'", "address must begin with https://"),
        ("language = 'English'", "language must be a tag"),
        ("time_zone = 'Mars/Olympus'", "time_zone must be a name such as Europe/Oslo"),
        ("permalink = ['x']", "permalink must be text"),
        ("permalink = '/:foo/:title/'", "permalink has :foo, which Jekyll does not know; known are :categories, "),
        ("permalink = {blog = '/:slugs/'}", "permalink has :slugs, which Jekyll does not know"),
        ("[permalink]\nblog = '/:slug/'\nnews = '/:foo/'", "permalink has :foo"),
        ("[authors]\na = 'A B'\n\n'b-c' = 3", "authors must be names by key"),
        ("authors = ['x']", "authors must be names by key"),
        ("keys = {strap = 'url'}", 'keys must be meanings by key, { strap = "deck" }; known are headline, deck'),
    ],
)
def test_a_faulty_profile_is_named_with_its_line_and_nothing_is_loaded(
    tmp_path: Path, settings: Any, line: str, reason: str
) -> None:
    site = jekyll(tmp_path / "site")
    write(profile(settings), f"folder = {str(site)!r}\n{line}\n")
    last = len(line.splitlines()) + 1
    with pytest.raises(CommandError, match="Nothing was loaded") as failure:
        load(site)
    assert f"{profile(settings)}:{last}: {reason}" in str(failure.value)
    assert failure.value.returncode == 2
    assert not Article.objects.exists()


def test_a_profile_without_a_folder_is_named_with_its_first_line(tmp_path: Path, settings: Any) -> None:
    write(profile(settings), "source = 'Harbour'\n")
    with pytest.raises(CommandError, match=r"\.toml:1: folder must be a whole path"):
        load(jekyll(tmp_path / "site"))


@pytest.mark.parametrize("value", ["9" * 5_000, "[" * 5_000 + "]" * 5_000])
def test_no_value_of_a_configuration_or_profile_stops_the_command(tmp_path: Path, settings: Any, value: str) -> None:
    write(tmp_path / "site/hugo.toml", f"title = {value}\n")
    post(tmp_path / "site/content/posts/ferry.md", front="date: 2020-01-02")
    assert load(tmp_path / "site").code == 0
    write(profile(settings, "site"), f"folder = {str(tmp_path / 'site')!r}\npages = {value}\n")
    with pytest.raises(CommandError, match="nested too deeply, or with too long a number"):
        load(tmp_path / "site")


def test_options_precede_what_was_found_and_are_written_down(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    post(site / "_posts/notes/2020-01-03-note.md", "A note")
    run = load(
        site, source="The Quay", language="en", address="https://quay.example", skip=["_posts/notes"], pages=True
    )
    assert "_posts/notes/2020-01-03-note.md" not in run.outcomes
    written = tomllib.loads(profile(settings, "quay.example").read_text("utf-8"))
    assert (written["source"], written["language"], written["skip"], written["pages"]) == (
        "The Quay", "en", ["_posts/notes"], True,
    )  # fmt: skip
    assert load(site).outcomes["about.md"] == "unchanged"  # as written down
    assert sources() == ["The Quay"] * 2


def test_only_the_chosen_paths_of_any_folder_are_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    for name in ("news/a.txt", "other/b.txt"):
        text_file(folder, name, headline=name)
    assert set(load(folder, only=["news"]).outcomes) == {"news/a.txt"}


def test_a_profiles_source_is_no_part_of_an_identity(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    post(site / "_posts/2020-01-02-ferry.md", front="id: 7")
    load(site)
    key = Article.objects.get().key
    corrected(settings, '"Harbour Daily"', '"The Harbour Gazette"')
    load(site)
    assert (Article.objects.get().key, Source.objects.get(pk=Article.objects.get().source_id).name) == (
        key, "The Harbour Gazette",
    )  # fmt: skip


# --- What only the operator knows -------------------------------------------------------------------------------------


def test_types_of_wordpress_are_counted_and_loaded_when_the_profile_names_them(tmp_path: Path, settings: Any) -> None:
    names = ("post", "news_post", "news_post", "page", "nav_menu_item")
    posts = [item(number, f"Item {number}", f"Text {number}.", kind=name) for number, name in enumerate(names)]
    write(tmp_path / "backup/export.xml", export(*posts))
    run = load(tmp_path / "backup")
    assert (run.code, Article.objects.count()) == (0, 1)
    assert "of the type “news_post”, not a post (2)" in run.out
    corrected(settings, '# types = ["news_post"]', 'types = ["news_post"]', "daily.example")
    run = load(tmp_path / "backup")
    assert sorted(run.outcomes.values()) == ["created", "created", "skipped", "skipped", "unchanged"]
    assert "news_post" not in run.out
    assert sorted(Article.objects.values_list("headline", flat=True)) == ["Item 0", "Item 1", "Item 2"]
    run = load(tmp_path / "backup", pages=True)
    assert sorted(run.outcomes.values()) == ["created", "skipped", "unchanged", "unchanged", "unchanged"]


def test_categories_that_the_profile_calls_sections_are_no_tags(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site")
    post(site / "_posts/2020-01-03-sea.md", "Sea", "categories: [Featured, Sea]\ntags: [Boats]")
    post(site / "_posts/2020-01-04-other.md", "Other", "categories: [Featured]")
    load(site)
    keys = set(Article.objects.values_list("key", flat=True))
    corrected(settings, '# section = ["News", "Sport"]', 'section = ["news", "sea"]')
    load(site)
    found = {
        article.headline: (article.section, sorted(article.tags.values_list("name", flat=True)))
        for article in Article.objects.all()
    }
    assert found == {
        "Ferry returns": ("News", ["Sea"]), "Sea": ("Sea", ["Boats", "Featured"]), "Other": ("Featured", []),
    }  # fmt: skip
    assert set(Article.objects.values_list("key", flat=True)) == keys
    assert set(load(site).outcomes.values()) == {"unchanged", "skipped"}


# --- The archive's own facts ------------------------------------------------------------------------------------------


def facts(settings: Any) -> Path:
    return Path(settings.VAR_DIR) / "archive.toml"


def test_an_archive_is_named_after_its_first_site_and_only_once(tmp_path: Path, settings: Any) -> None:
    site = jekyll(
        tmp_path / "site",
        "title: Harbour Daily\nurl: https://harbour.example\ndescription: >\n  News of\n  the harbour\n"
        "email: desk@harbour.example\ntimezone: Europe/Paris\nlang: fr\n",
    )
    run = load(site)
    assert f"The archive is named Harbour Daily in {facts(settings)}. To show that, restart the server." in run.out
    assert tomllib.loads(facts(settings).read_text("utf-8")) == {
        "name": "Harbour Daily", "description": "News of the harbour", "contact": "desk@harbour.example",
        "time_zone": "Europe/Paris",
    }  # fmt: skip
    written = facts(settings).read_text("utf-8").replace("Harbour Daily", "The Harbour Daily")
    facts(settings).write_text(written, encoding="utf-8")
    corrected(settings, '"Harbour Daily"', '"The Quay"')
    assert "is named" not in load(site, jekyll(tmp_path / "other", "title: Another\nurl: https://a.example\n")).out
    assert facts(settings).read_text("utf-8") == written


@pytest.mark.parametrize("configuration", ["title: x\ntimezone: Mars\nemail: your-email@example.com\n", "name: x\n"])
def test_an_archive_takes_from_its_site_only_what_can_be_right(
    tmp_path: Path, settings: Any, configuration: str
) -> None:
    load(jekyll(tmp_path / "site", configuration))
    assert tomllib.loads(facts(settings).read_text("utf-8")) == {"name": "x"}


def test_an_archive_is_not_named_by_a_dry_run_the_samples_a_nameless_folder_or_a_second_site(
    tmp_path: Path, settings: Any
) -> None:
    site = jekyll(tmp_path / "site")
    load(site, dry_run=True)
    text_file(tmp_path / "texts", "a.txt")
    load(tmp_path / "texts")
    settings.FIXTURES_DIR = site
    load(site)
    assert not facts(settings).exists()
    settings.FIXTURES_DIR = tmp_path / "none"
    load(site)
    facts(settings).unlink()
    load(jekyll(tmp_path / "second", "title: Another\nurl: https://another.example\n"))
    assert not facts(settings).exists()


# --- A site of everything ---------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    if not MIXED.is_dir():
        pytest.skip("needs ../shared/corpora/sites/mixed")
    return Path(shutil.copytree(MIXED, tmp_path / "mixed"))


def outcomes(run: Run) -> dict[str, str]:
    return {name: outcome for name, outcome in run.outcomes.items() if outcome != "skipped"}


def test_of_a_mixed_site_only_its_articles_are_loaded(mixed: Path) -> None:
    run = load(mixed)
    assert (run.code, run.err) == (0, "")
    assert "A Jekyll site: Harbour Daily, https://harbour.example, 3 posts, 2 other files, 1 draft left out" in run.out
    posts = Article.objects.filter(originals__form="markdown").order_by("published", "headline")
    assert [(str(article.source), article.authors) for article in posts] == [
        ("Harbour Daily", ["Anna Lee"]), ("Harbour Daily", ["Anna Lee"]), ("Harbour Daily", []),
    ]  # fmt: skip
    assert {name.partition(":")[0] for name in outcomes(run)} <= {
        "_posts/2020-01-02-bridge.md", "_posts/2020-01-03-tunnel.md", "_posts/2020-01-04-court.md", "entry.xml",
        "wp.xml",
    }  # fmt: skip


def test_the_posts_of_a_mixed_site_alone_have_the_same_keys_and_pictures(mixed: Path) -> None:
    load(mixed / "_posts", mixed / "assets")
    alone = dict(Article.objects.values_list("key", "photo_file_count"))
    Article.objects.all().delete()
    load(mixed)
    whole = dict(Article.objects.filter(originals__form="markdown").values_list("key", "photo_file_count"))
    assert whole == alone
    assert sum(alone.values()) >= 3


def test_a_copy_in_another_folder_adds_its_former_path(tmp_path: Path, settings: Any, site: Client) -> None:
    folder = jekyll(tmp_path / "site", "title: Harbour Daily\nurl: https://harbour.example\npermalink: /:title/\n")
    text = post(folder / "_posts/2020-01-02-ferry.md", front="date: 2020-01-02").read_text()
    write(folder / "_posts/2020-02-03-boat.md", text)
    assert sorted(load(folder).outcomes.values()) == ["created", "duplicate", "skipped"]
    write(folder / "_posts/2020-03-04-ship.md", text)
    assert list(load(folder).outcomes.values()).count("duplicate") == 2
    for path in ("/ferry/", "/boat/", "/ship/"):
        assert site.get(path).headers["Location"] == Article.objects.get().get_absolute_url()
    assert "updated" not in load(folder, check=True).outcomes.values()
    corrected(settings, '"/:title/"', '"/news/:title/"')
    load(folder)
    assert sorted(Article.objects.get().former_paths) == ["/news/boat/", "/news/ferry/", "/news/ship/"]
    assert "updated" not in load(folder).outcomes.values()
    assert sorted(Article.objects.get().former_paths) == ["/news/boat/", "/news/ferry/", "/news/ship/"]


@pytest.mark.skipif(not hasattr(Article, "former_paths"), reason="needs articles with former paths")
def test_a_corrected_pattern_of_permalinks_is_applied_to_unchanged_files(tmp_path: Path, settings: Any) -> None:
    site = jekyll(tmp_path / "site", "title: Harbour Daily\nurl: https://harbour.example\npermalink: /:title/\n")
    load(site)
    before = Article.objects.values("key", "former_paths").get()
    assert before["former_paths"] == ["/ferry/"]
    corrected(settings, '"/:title/"', '"/news/:title.html"')
    load(site)
    assert Article.objects.values("key", "former_paths").get() == {**before, "former_paths": ["/news/ferry.html"]}
    assert set(load(site).outcomes.values()) <= {"unchanged", "skipped"}


def test_a_load_reports_after_a_few_pictures_not_after_a_thousand_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = jekyll(tmp_path / "site", "title: Harbour Daily\nurl: https://harbour.example\nbaseurl: /news\n")
    for number in range(5):
        picture = f"{{{{ site.baseurl }}}}/assets/{number}.jpg" if number % 2 else f"/news/assets/{number}.jpg"
        post(site / f"_posts/2020-02-0{number + 1}-pier.md", f"Pier {number}", f"image: '{picture}'")
        (site / "assets").mkdir(exist_ok=True)
        (site / f"assets/{number}.jpg").write_bytes(plain(size=(60 + number, 40)))
    monkeypatch.setattr("articles.loading.run.BATCH_SECONDS", 0)
    saved, reported = list[int](), list[int]()

    def note(store: Store, batch: Sequence[Reading], **options: Any) -> list[Result]:
        saved.append(len(batch))
        reported.append(next(site.glob(".report-*")).read_text("utf-8").count("\n"))
        return save(store, batch, **options)

    save = Store.save
    monkeypatch.setattr(Store, "save", note)
    assert set(load(site / "_posts").outcomes.values()) == {"created"}
    assert (sum(saved), max(saved) < 5) == (6, True)
    assert reported[:2] == [0, saved[0]]
    assert Article.objects.filter(photo_file_count=1).count() == 5
