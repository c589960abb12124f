"""Links that would run a script, hidden in every way known, in all formats: none is stored, shown or followed.

The ways are those of the OWASP cheat sheet on filter evasion.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown import Markdown
from playwright.sync_api import Browser

from articles.text.markdown import render
from tests.served import Archive, ask, copy_empty, free_port, serving

RUN = "script:document.title='ran'"
HIDDEN = (
    f"java{RUN}", f"JaVa{RUN}", f" java{RUN}", f"java&#1;{RUN}", f"java&#x7f;{RUN}", f"java&#31;{RUN}",
    f"&#1;java{RUN}",
    f"java&#0;{RUN}", f"java&#xFFFE;{RUN}", f"java&#xD800;{RUN}", f"java&Tab;{RUN}", f"java&NewLine;{RUN}",
    f"java&#x0A;{RUN}", f"java&#x0D;{RUN}", f"java\x01{RUN}", f"java\x0b{RUN}", f"java\x7f{RUN}", f"java\t{RUN}",
    f" &#14;  java{RUN}", "javascript&colon;document.title='ran'", "&#106;&#97;&#118;&#97;" + RUN,
    "&#0000106;ava" + RUN, "&#x6A&#x61va" + RUN, "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", f"feed:java{RUN}", f"view-source:java{RUN}",
    f"java&#1;&#1;{RUN}", f"j&#1;a&#2;v&#3;a{RUN}", f"java&amp;#1;{RUN}",
)  # fmt: skip
ALLOWED = {"http:", "https:", "mailto:", "tel:"}
_ADDRESS = re.compile(r"""<[^<>]*?(?:href|src|action)\s*=\s*\\?(?:"([^"]*)"|'([^']*)')""")
# By https://url.spec.whatwg.org/, and what programs may drop.
_IGNORED = re.compile("^[\x00-\x20]+|[\x00-\x08\t\n\r\x0e-\x1f\x7f\ufffe\uffff]")
_RUNS = re.compile(r"(?:javascript|vbscript|data|feed|view-source):", re.IGNORECASE)
TEXT = "\n\nThe ferry sailed at nine. It was full of people who had waited for it since the early morning." * 4


def running(text: str) -> list[str]:
    """The addresses in any kind of text that a browser would run."""
    found = ("".join(match.groups(default="")) for match in _ADDRESS.finditer(text))
    plain = (html.unescape(address) for address in found)
    return [address for address in plain if _RUNS.match(_IGNORED.sub("", address))]


@pytest.mark.parametrize("address", HIDDEN)
def test_no_rendered_link_runs(address: str) -> None:
    forms = ("[x]({})", "[x](<{}>)", '<a href="{}">x</a>', "<{}>", "[x][1]\n\n[1]: {}", '<p><a href="{}">x</a></p>')
    for form in forms:
        assert not running("".join(render(form.format(address))))


def site(folder: Path) -> Path:
    """The links in each format, and in each field that may hold an address."""
    folder.mkdir()
    records = []
    items = []
    for number, address in enumerate(HIDDEN):
        link, plain = f'<a href="{address}">press here</a>', html.unescape(address)
        quoted, date, one = json.dumps(plain), "2021-05-04", address.replace("'", "&#39;")
        matter = "".join(f"{name}: {quoted}\n" for name in ("url", "author", "source", "image"))
        text = f"---\ntitle: Text {number}\ndate: {date}\n{matter}---\n[x]({address}) and {link}.{TEXT}\n"
        (folder / f"text-{number}.md").write_text(text)
        head = f'<title>Page {number}</title><link rel=canonical href="{address}">'
        body = f"<p>See {link}.</p><p>{TEXT}</p><img src='{one}' width=640 height=480>"
        page = f"<html><head>{head}</head><body><h1>Page {number}</h1>{body}</body></html>"
        (folder / f"page-{number}.html").write_text(page)
        record = {"id": f"record:{number}", "headline": f"Record {number}", "published": date}
        record |= {"body_markdown": f"[x]({address}) {link}.{TEXT}", "photos": [{"src": plain}]}
        records += [record | {"source": plain, "author": plain}, record | {"id": f"refused:{number}", "url": plain}]
        if not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", address):  # XML has none
            words = html.escape(f"<p>See {link}.</p><p>{TEXT}</p>")
            names = f"<title>Item {number}</title><guid isPermaLink='false'>item-{number}</guid>"
            items.append(f"<item>{names}<link>{html.escape(address)}</link><description>{words}</description></item>")
    (folder / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (folder / "feed.xml").write_text(f"<rss version='2.0'><channel><title>N</title>{''.join(items)}</channel></rss>")
    return folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("hostile")
    made = Archive(f"http://127.0.0.1:{free_port()}", folder / "archive")
    copy_empty(made.var)
    made.manage("load_articles", str(site(folder / "site")), code=1)  # an article's own address must be one
    with serving(made):
        yield made


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_no_stored_link_runs_wherever_it_is_shown(archive: Archive, browser: Browser) -> None:
    pages, address = [], f"{archive.url}/articles/list.json"
    while address:
        answer = json.loads(ask(address).text)
        pages += ["/" + row["permalink"].split("/", 3)[3] for row in answer["articles"]]
        address = answer["next"]
    assert len(pages) >= 3 * len(HIDDEN)
    forms = ("", "history/")
    others = ["/", "/feeds/latest.atom", "/feeds/latest.rss", "/feeds/latest.json", "/sources/", "/authors/"]
    others += [f"/oai?verb=ListRecords&metadataPrefix={prefix}" for prefix in ("oai_dc", "mods")]
    for address in [*others, *(page + form for page in pages for form in forms)]:
        answer = ask(archive.url + address)
        assert answer.status in (200, 404), address
        assert not running(answer.text), address
    for address in pages:
        said = json.loads(ask(f"{archive.url}{address}article.json").text)
        assert not running(said["html"]), address
        # As a program would show it that does not clean what it makes of Markdown.
        exported = ask(f"{archive.url}{address}article.md").text.split("---\n", 2)[2]
        for text in (said["body"], exported):
            assert not running(text), address
            assert not running(Markdown().convert(text)), address
    page = browser.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for address in pages:
        page.goto(archive.url + address)
        protocols = page.eval_on_selector_all("a[href]", "links => links.map(link => link.protocol)")
        assert set(protocols) <= ALLOWED, address
        page.eval_on_selector_all(
            "a[href]",
            "links => { addEventListener('click', event => event.preventDefault(), {once: false});"
            " links.forEach(link => link.click()) }",
        )
        assert page.title() != "ran", address
    assert not dialogs
    page.close()
