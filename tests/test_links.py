"""Links between articles: in what readers see, they lead to the articles here, and follow these."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.loading.undo import newest_to_undo, undo
from articles.models import Article
from tests import factories as make
from tests.loading import load
from tests.photo_files import plain
from tests.staff import saved
from tests.test_curation import merged
from tests.test_sites import MIXED, jekyll, write

pytestmark = pytest.mark.django_db

BODY = "The bridge is open. Read of {} from the winter."
CONFIGURATION = "title: Harbour Daily\nurl: https://www.harbour.example\npermalink: /:year/:title/\n"
TUNNEL = "/2020/01/03/tunnel/"


def linking(site: Client, article: Article) -> dict[str, str]:
    """The links in its text by their words, as readers see them."""
    page = site.get(article.get_absolute_url()).content.decode()
    text = page.partition('id="text"')[2].partition("<footer")[0].partition("<aside")[0]
    return {words: unescape(href) for href, words in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>', text)}


def linked(site: Client, *links: str, **values: Any) -> list[str | None]:
    """Where links in a text lead; ``None`` for plain words."""
    named = [f"[link {number}]({link})" for number, link in enumerate(links)]
    found = linking(site, make.make_article("Bridge", body=BODY.format(" and ".join(named)), **values))
    return [found.get(f"link {number}") for number in range(len(links))]


def tunnel(**values: Any) -> Article:
    return make.make_article("Tunnel", published="2020-01-03", **{"former_paths": ["/2020/Tunnel.html"], **values})


# --- Where they lead. -------------------------------------------------------------------------------------------------


def test_links_lead_to_the_articles_here_in_each_spelling_of_their_paths(site: Client) -> None:
    tunnel(former_paths=["/2020/Tunnel.html", "/?p=7"])
    paths = ["/2020/Tunnel.html", "/2020/tunnel", "/2020/tunnel/?utm_source=x", "/2020/tunnel/index.html#top", "/?p=7"]
    assert linked(site, *paths) == [TUNNEL] * 5
    own = ["Tunnel.html", "../2020/tunnel/", "./tunnel.html#plan"]
    assert linked(site, *own, former_paths=["/2020/bridge.html"]) == [TUNNEL] * 3


def test_relative_links_that_lead_nowhere_are_plain_words_and_others_stay(site: Client) -> None:
    links = ["../notes/", "#top", "/notes", "https://elsewhere.example/2020/tunnel", "mailto:a@b.example"]
    tunnel()
    assert linked(site, *links, former_paths=["/2020/bridge/"]) == [None, None, None, *links[3:]]
    assert linked(site, "/a%00b", "%00.html", "///x", "//[x/", "@/a%00.md") == [None] * 5
    page = site.get("/2022/03/04/bridge/").content.decode()
    assert "Read of link 0 and link 1 and link 2 and <a" in page
    assert linked(site, "../notes/", url="https://harbour.example/2020/bridge/") == [
        "https://harbour.example/2020/notes/"
    ]


def test_links_to_the_own_host_lead_to_its_articles_only(site: Client) -> None:
    tunnel(url="https://www.harbour.example/2020/tunnel/", former_paths=[])
    assert linked(site, "http://harbour.example/2020/tunnel.html") == [TUNNEL]
    other = "https://coast.example/2020/tunnel/"
    assert linked(site, other) == [other]
    assert linked(site, "/2020/tunnel/", url="https://coast.example/bridge") == [other]


def test_of_several_articles_at_a_path_a_link_leads_to_that_of_its_own_source(site: Client) -> None:
    for source in ("Harbour Daily", "Coast News"):
        make.make_article(f"Tunnel of {source}", former_paths=["/?p=7"], source=source, published="2020-01-03")
    assert linked(site, "/?p=7", source="Coast News") == ["/2020/01/03/tunnel-of-coast-news/"]
    assert linked(site, "/?p=7", source="Island Post") == [None]


def test_footnotes_keep_their_links(site: Client) -> None:
    article = make.make_article("Bridge", body="Open again.[^1]\n\n[^1]: Since May.")
    assert set(linking(site, article).values()) == {"#fn:1", "#fnref:1"}


def test_texts_without_links_ask_nothing_for_them(site: Client, queries_of: Any) -> None:
    plain = make.make_article("Fog", body="Fog lay on the quay.")
    with CaptureQueriesContext(connection) as captured:
        site.get(plain.get_absolute_url())
    assert not [query for query in captured if "formerpath" in query["sql"] or "originalpath" in query["sql"]]


# --- They follow. -----------------------------------------------------------------------------------------------------


def test_links_follow_an_article_that_comes_moves_and_goes(site: Client, editor: Client, archivist: Client) -> None:
    bridge = make.make_article("Bridge", body=BODY.format("[the tunnel](/2020/tunnel/)"))

    def target() -> str | None:
        return linking(site, bridge).get("the tunnel")

    assert target() is None
    article = tunnel()
    assert target() == TUNNEL
    article = saved(editor, article, slug="the-tunnel")
    assert target() == "/2020/01/03/the-tunnel/"
    article = saved(editor, article, former_paths="/elsewhere")
    assert target() is None
    article = saved(editor, article, former_paths="/2020/tunnel")
    other = make.make_article("Tube")
    merged(archivist, article, other)
    assert target() == other.get_absolute_url()
    make.withdraw(other)
    assert target() is None
    assert Article.objects.get(pk=bridge.pk).body.count("(/2020/tunnel/)") == 1


def test_other_formats_have_the_whole_addresses(site: Client, settings: Any) -> None:
    settings.BASE_URL = "https://archive.example"
    tunnel()
    article = make.make_article("Bridge", body=BODY.format("[the tunnel](/2020/tunnel/) and [a note](../notes/)"))
    address = article.get_absolute_url()
    link = f'<a href="https://archive.example{TUNNEL}" rel="noopener noreferrer">the tunnel</a> and a note from'
    assert link in json.loads(site.get(f"{address}article.json").content)["html"]
    assert link in json.loads(site.get("/feeds/latest.json").content)["items"][0]["content_html"]
    assert "of the tunnel and a note from" in site.get(f"{address}article.txt").content.decode().replace("\n", " ")
    assert "[the tunnel](/2020/tunnel/)" in site.get(f"{address}article.md").content.decode()


# --- Sites. -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A Jekyll site whose second post links to the first in many ways."""
    folder = jekyll(tmp_path / "site", CONFIGURATION)
    links = [
        "https://harbour.example/2020/ferry", "//www.harbour.example/2020/ferry/", "/2020/ferry.html", "../ferry/",
        "{{ site.url }}/2020/ferry/", "{% post_url 2020-01-02-ferry %}", "{% link _posts/2020-01-02-ferry.md %}",
        "2020-01-02-ferry.md", "https://elsewhere.example/2020/ferry/", "../boat/",
    ]  # fmt: skip
    text = " ".join(f"[link {number}]({link})." for number, link in enumerate(links))
    write(folder / "_posts/2020-01-03-bridge.md", f"---\ntitle: Bridge\n---\n\nThe bridge is open again. {text}\n")
    return folder


def test_links_between_the_posts_of_a_site_lead_to_them(harbour: Path, site: Client) -> None:
    load(harbour)
    found = linking(site, Article.objects.get(headline="Bridge"))
    ferry = Article.objects.get(headline="Ferry returns").get_absolute_url()
    assert found == {
        **{f"link {number}": ferry for number in range(8)}, "link 8": "https://elsewhere.example/2020/ferry/",
    }  # fmt: skip
    undo(newest_to_undo())
    load(harbour, skip=["_posts/*ferry*"])
    assert set(linking(site, Article.objects.get(headline="Bridge"))) == {"link 0", "link 1", "link 8"}


def test_links_lead_to_no_article_of_another_site_at_the_same_path(harbour: Path, tmp_path: Path, site: Client) -> None:
    coast = jekyll(tmp_path / "coast", CONFIGURATION.replace("harbour", "coast").replace("Harbour", "Coast"))
    links = ["/2020/ferry", "https://coast.example/2020/ferry", "https://harbour.example/2020/ferry"]
    text = " ".join(f"[link {number}]({link})." for number, link in enumerate(links))
    write(coast / "_posts/2020-01-04-pier.md", f"---\ntitle: Pier\n---\n\nThe pier is open again. {text}\n")
    (coast / "_posts/2020-01-02-ferry.md").unlink(missing_ok=True)
    load(harbour)
    load(coast)
    ferry = Article.objects.get(headline="Ferry returns").get_absolute_url()
    assert linking(site, Article.objects.get(headline="Pier")) == {"link 1": links[1], "link 2": ferry}


def test_links_of_hugo_lead_to_articles_with_a_folder_of_their_own(tmp_path: Path, site: Client) -> None:
    write(tmp_path / "site/hugo.toml", "title = 'The Mill'\nbaseURL = 'https://mill.example'\n")
    post = "---\ntitle: {}\ndate: 2020-01-02\n---\n\nThe mill is open again, after two years of work. {}\n"
    write(tmp_path / "site/content/news/mill/index.md", post.format("Mill", ""))
    names = ("/news/mill", "mill", "mill/index.md", "/news/mill.md", "/news/other")
    links = " ".join(f'[link {number}]({{{{< ref "{name}" >}}}}).' for number, name in enumerate(names))
    write(tmp_path / "site/content/news/feast.md", post.format("Feast", links))
    write(tmp_path / "site/content/guides/2020/flour.md", post.format("Flour", '[mill]({{< ref "mill.md" >}})'))
    load(tmp_path / "site")
    mill = Article.objects.get(headline="Mill").get_absolute_url()
    found = linking(site, Article.objects.get(headline="Feast"))
    assert found == {f"link {number}": mill for number in range(4)}
    assert linking(site, Article.objects.get(headline="Flour")) == {"mill": mill}


def test_pages_in_folders_link_to_each_other_by_their_files(tmp_path: Path, site: Client) -> None:
    page = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>1 May 2001</p><p>{1}</p></body></html>"
    words = "The port was full of ships on Tuesday, and nobody had sold a ticket since the first of May."
    write(tmp_path / "old/2001/ship.html", page.format("The ship", words))
    links = '<a href="../2001/ship.html#end">one</a> <a href="/2001/ship.html">two</a> <a href="ship.html">three</a>'
    write(tmp_path / "old/2002/port.html", page.format("The port", f"{words} {links} in the old port."))
    load(tmp_path / "old")
    ship = Article.objects.get(headline="The ship").get_absolute_url()
    assert linking(site, Article.objects.get(headline="The port")) == {"one": ship, "two": ship}


def test_a_mixed_site_links_to_the_tunnel_and_not_to_its_notes(tmp_path: Path, site: Client) -> None:
    if not MIXED.is_dir():
        pytest.skip("needs ../shared/corpora/sites/mixed")
    load(Path(shutil.copytree(MIXED, tmp_path / "mixed")))
    bridge = Article.objects.get(headline="The bridge is open again")
    found = linking(site, bridge)
    assert found["the tunnel"] == Article.objects.get(headline="The tunnel is closed").get_absolute_url()
    assert "a note" not in found
    assert "[the tunnel](/pub/2020/01/03/tunnel_closed.html) and [a note](../notes/)" in bridge.body


def test_links_and_pictures_of_hexo_keep_their_words_and_lead_to_the_posts(tmp_path: Path, site: Client) -> None:
    write(tmp_path / "site/_config.yml", "title: Quay Notes\nurl: https://quay.example\npost_asset_folder: true\n")
    write(tmp_path / "site/package.json", '{"hexo": {"version": "7.0.0"}}')
    posts = tmp_path / "site/source/_posts"
    write(posts / "tide.md", "---\ntitle: Tide\ndate: 2020-01-03\n---\nThe tide came in.\n")
    codes = (
        "See {% post_link tide the tides %}, {% post_link tide %} and {% link The office https://office.example/x %}.",
        '{% asset_img a.png "The quay at dawn" "A grey quay" %}',
        "{% blockquote Anna Lee, The Tide Book %}\nNothing stays.\n{% endblockquote %}",
    )
    write(posts / "quay.md", "---\ntitle: Quay\ndate: 2020-01-02\n---\n" + "\n\n".join(codes) + "\n")
    (posts / "quay").mkdir()
    (posts / "quay/a.png").write_bytes(plain(size=(300, 200)))
    load(tmp_path / "site")
    quay, tide = (Article.objects.get(headline=name) for name in ("Quay", "Tide"))
    there = tide.get_absolute_url()
    assert linking(site, quay) == {"the tides": there, "tide": there, "The office": "https://office.example/x"}
    assert list(quay.photos.values_list("caption", "alt_text")) == [("The quay at dawn", "A grey quay")]
    assert "Nothing stays.\n— Anna Lee, The Tide Book" in quay.body
