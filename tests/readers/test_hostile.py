"""No input delays a load: hostile texts take about as long as plain ones, in every reader.

Processor time is compared with that of plain text of the same length, so that a busy machine does not matter.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from time import process_time

import pytest

from articles.ingest.errors import IngestError
from articles.ingest.readers import READERS
from articles.ingest.readers.base import Reader
from articles.ingest.story import Piece

SIZE_BYTES = 100_000
HEAD_BYTES = 65_536
# What is linear takes up to thirty times as long as plain text, what is quadratic a thousand times and more.
MOST_TIMES = 75
FRAGMENTS = (
    "<!--x-->", "<!--", "<?x?>", "<!DOCTYPE x [", "<![CDATA[", "<a ", '<a x="', "</a>", "<p>", "<D>", "<TITLE>",
    "<TITLE ", "<figure>", "[", "![", "[x](",
    "&", "&#", "\n\n", "\n", " ", "> ", "* ", "**", "_", "- ", "# ", "(", "Photo/", "| ",
    "Updated : ", "By ", "A ", "a, ", "12:", "http://", '"', "{{ ", "{%", '{"a":', "\\", "`", "a\n", "AB",
    "[caption]", '[a "', "]]>", "<item>", "-----\n", "--------\n", "COMMENT:\n",
)  # fmt: skip
BEGINNINGS = {
    "csv": 'title,text\nFerry returns,"',
    "feed": (
        '<?xml version="1.0"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><item><content:encoded><![CDATA["
    ),
    "ghost": '{"settings": {}, "authors": [], "tags": [], "status": "published", "html": "',
    "html": "<!DOCTYPE html><html><body><article><h1>Ferry returns</h1><p>",
    "iptc-7901": "\x01hbk0021 4 gui 190  Harbour News 0021\r\n\r\n\x02Ferry returns\r\n",
    "jsonl": '{"headline": "Ferry returns", "body_text": "',
    "markdown": "---\ntitle: Ferry returns\n---\n",
    "medium": "<article class='h-entry'><header><h1 class='p-name'>x</h1></header><section data-field='body'>",
    "mhtml": "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>",
    "movable-type": "TITLE: Ferry returns\n-----\nBODY:\n",
    "newsml-1": '<?xml version="1.0"?><NewsML><NewsItem><p>',
    "newsml-g2": '<?xml version="1.0"?><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="x"><p>',
    "ninjs": '{"uri": "x", "versioncreated": "2019-01-01T00:00:00Z", "headline": "x", "body_html": "',
    "nitf": '<?xml version="1.0"?><nitf><body><body.content><p>',
    "reuters": '<REUTERS TOPICS="YES" NEWID="1"><TOPICS><D>x</D></TOPICS><TEXT><TITLE>x</TITLE><BODY>x</BODY>',
    "substack": "post_id,post_date,is_published,title,file\n1.a,2022-02-02,true,Ferry returns,1.a.html\n<p>",
    "wordpress": (
        '<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><content:encoded><![CDATA['
    ),
    "text": "Ferry returns\n\n(Harbour Daily) | Updated : 2021-05-04\n\nPrint Print\n\n",
}
# Of XML and JSON, text is read only if the document is whole.
ENDINGS = {**dict.fromkeys(("feed", "wordpress"), "]]></content:encoded></item></channel></rss>"), "ghost": '"}'}
PLAIN = "The ferry sailed at six in the morning, with all seats taken by people who had waited.\n\n"


def seconds(work: Callable[[], object]) -> float:
    began = process_time()
    with suppress(IngestError):
        work()
    return process_time() - began


@lru_cache(maxsize=1)
def seconds_for_plain_text() -> float:
    """What the slowest of the readers of plain text takes, which none should be measured below."""
    data = (BEGINNINGS["markdown"] + PLAIN * (SIZE_BYTES // len(PLAIN))).encode()
    return seconds(lambda: look_and_read(READERS["markdown"], data))


def look_and_read(reader: Reader, data: bytes) -> None:
    for before in (b"", b'<?xml version="1.0"?>'):
        reader.looks_like((before + data)[:HEAD_BYTES])
    if reader.split:
        for _ in reader.split(io.BytesIO(data), SIZE_BYTES * 2):
            pass
    with suppress(IngestError):
        reader.read(Piece(path=Path("/nowhere/page"), name="page", form=reader.name, data=data), data)


@pytest.mark.parametrize("name", READERS)
def test_no_reader_is_held_up(name: str) -> None:
    slow = {}
    for fragment in FRAGMENTS:
        for beginning in ("", BEGINNINGS[name]):
            text = beginning + fragment * (SIZE_BYTES // len(fragment)) + ENDINGS.get(name, "") * bool(beginning)
            spent = seconds(lambda text=text: look_and_read(READERS[name], text.encode()))  # type: ignore[misc]
            if spent > MOST_TIMES * seconds_for_plain_text():
                slow[beginning[:20], fragment] = f"{spent:.1f} s"
    assert not slow
