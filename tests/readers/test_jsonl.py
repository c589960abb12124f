"""One line of JSON Lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from articles.ingest.errors import BadMetadata
from articles.ingest.readers import jsonl
from articles.ingest.story import Story, Withheld
from tests.readers.made import piece

GENERATOR = Path(__file__).parents[3] / "shared/corpora/generate.py"


def read(**values: Any) -> Story:
    return jsonl.read(piece("bulk.jsonl", line=7), json.dumps(values).encode())


def refusal(line: bytes) -> str:
    with pytest.raises(BadMetadata) as refused:
        jsonl.read(piece("bulk.jsonl", line=7), line)
    return str(refused.value)


def test_every_key_of_the_form_has_its_field() -> None:
    said = {
        "headline": "H", "deck": "D", "byline": "A and B", "dateline": "PORTLAND", "section": "Local",
        "source": "The Daily", "language": "en", "slug": "h", "published": "2019-03-04T08:15Z", "updated": "2019-03-05",
        "url": "https://example.org/h",
    }  # fmt: skip
    story = read(
        **said, id=42, authors=["A", "B"], tags=["x", "y", "x"], body_markdown="One.\n\n**Two.**", is_draft=True
    )
    assert {key: getattr(story, key) for key in said} == said
    assert (story.id, story.authors, story.tags, story.withheld) == ("42", ("A", "B"), ("x", "y"), Withheld.DRAFT)
    assert story.blocks == ("<p>One.</p>", "<p><strong>Two.</strong></p>")
    assert story.paragraphs == ("One.", "Two.")
    assert (story.published_printed, story.warnings, story.boilerplate) == ("2019-03-04T08:15Z", [], ())


def test_former_paths_are_kept_as_written_without_the_host() -> None:
    story = read(former_paths=["/2014/F%C3%A4hre.html", "/?p=7", "https://www.harbour.example/?p=7", "ferry/"])
    assert story.former_paths == ("/2014/F%C3%A4hre.html", "/?p=7", "/ferry/")


def test_plain_text_bodies_show_every_sign_as_it_is() -> None:
    expected = ("<p># 5 * 3 *x* &lt;b&gt;</p>", "<p>- two lines</p>")
    assert read(body_text="# 5 * 3 *x* <b>\n\n- two\nlines\n").blocks == expected
    assert read(paragraphs=["# 5 * 3 *x* <b>", "- two\nlines", ""]).blocks == expected


def test_an_update_at_the_time_of_publication_is_kept() -> None:
    story = read(published="2019-03-04T08:15:00Z", updated="2019-03-04T08:15:00Z")
    assert story.updated == story.published


def test_photos_without_a_position_stand_first_and_last() -> None:
    story = read(
        body_markdown="One.\n\nTwo.", photos=[{"caption": "a"}, {"caption": "b"}, {"caption": "c", "position": 1}]
    )
    assert [(photo.caption, photo.position) for photo in story.photos] == [("a", 0), ("c", 1), ("b", 2)]


def test_a_photo_says_what_it_says() -> None:
    (photo,) = read(
        photos=[
            {
                "caption": "The pier",
                "credit": "Jane/AP",
                "alt_text": "A pier",
                "kind": "video",
                "src": "https://x/y.jpg",
            }
        ]
    ).photos
    assert (photo.caption, photo.credit, photo.credit_raw, photo.alt_text) == (
        "The pier",
        "Jane/AP",
        "Jane/AP",
        "A pier",
    )
    assert (photo.kind, photo.src, photo.file) == ("video", "https://x/y.jpg", None)


def test_a_file_beside_the_lines_is_found_and_none_outside(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").write_bytes(b"x")
    (tmp_path / "b.jpg").write_bytes(b"x")
    line = b'{"photos": [{"file": "a.jpg"}, {"src": "../b.jpg"}]}'
    alone = jsonl.read(piece(tmp_path / "in/x.jsonl"), line)
    within = jsonl.read(piece(tmp_path / "in/x.jsonl", root=tmp_path), line)
    assert [photo.file and photo.file.path.name for photo in alone.photos] == ["a.jpg", None]
    assert [photo.file and photo.file.path.name for photo in within.photos] == ["a.jpg", "b.jpg"]


def test_null_and_empty_say_nothing() -> None:
    story = read(headline=None, deck="", byline=" ", tags=None, photos=[], body_markdown=" \n", x=None)
    assert (story.headline, story.deck, story.byline, story.tags, story.body) == (None, None, None, (), "")
    assert story.warnings == ["no-body", "no-date", "no-headline"]
    assert story.boilerplate == ()


def test_what_the_form_does_not_name_is_listed_shortened() -> None:
    dropped = read(headline="H", wordcount=12, extra={"a": [1, 2]}, long="x" * 999).boilerplate
    assert dropped[:2] == ("wordcount: 12", "extra: a: 1, 2")
    assert dropped[2].startswith("long: xxx")
    assert len(dropped[2]) < 250


def test_a_date_that_never_was_is_damage() -> None:
    story = read(published="2019-02-30")
    assert (story.published, story.published_printed) == (None, "2019-02-30")
    assert [(d.code, d.field, d.line) for d in story.damage if d.code == "date-invalid"] == [
        ("date-invalid", "published", 7)
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2001-05", "date-unread"), ("2001", "date-unread"), ("в марте 1998 г.", "date-unread"),
        ("04/05/1998", "date-ambiguous"), ("2023-09-06T25:61", "date-invalid"),
    ],
)  # fmt: skip
def test_a_date_that_is_not_read_says_why(written: str, code: str) -> None:
    story = read(published=written)
    assert (story.published, story.published_printed) == (None, written)
    assert [(d.code, d.field, d.line, d.text) for d in story.damage if d.code.startswith("date-")] == [
        (code, "published", 7, written)
    ]


def test_dates_are_read_in_the_basic_form_and_with_the_month_in_words() -> None:
    story = read(published="20030505", updated="6 août 2003")
    assert (story.published, story.updated, story.updated_printed) == ("2003-05-05", "2003-08-06", "6 août 2003")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "not JSON"), (b"", "not JSON"), (b'{"headline": "a"} x', "not JSON"),
        (b'{"a": "b\x01"}', ": Invalid control character at character 9 of the line"), (b"\xff{}", "not UTF-8"),
        (b"[]", "is a list"), (b"null", "is null"), (b'"x"', "is text"),
        (b"[" * 100_000, "this JSON cannot be read"), (b'{"x": ' + b"1" * 9999 + b"}", "this JSON cannot be read"),
        (b'{"headline": 5}', "`headline` is a number, not text"),
        (b'{"headline": ["a"]}', "`headline` is a list, not text"),
        (b'{"tags": "a, b"}', "`tags` is text, not a list"),
        (b'{"tags": ["a", 5]}', "`tags[2]` is a number, not text"),
        (b'{"photos": {}}', "`photos` is an object, not a list"),
        (b'{"photos": ["a.jpg"]}', "`photos[1]` is text, not an object"),
        (b'{"photos": [{}, {"position": "1"}]}', "`photos[2].position` is text, not a number"),
        (b'{"photos": [{"position": -1}]}', "`photos[1].position` is -1, less than 0"),
        (b'{"photos": [{"position": true}]}', "`photos[1].position` is true or false, not a number"),
        (b'{"photos": [{"kind": "x"}]}', "`photos[1].kind` is 'x', not"),
        (b'{"url": "/a"}', "`url` is '/a', not an address"),
        (b'{"url": "javascript:alert(1)"}', "not an address"),
        (b'{"body_markdown": ["a"]}', "`body_markdown` is a list, not text"),
        (b'{"id": {}}', "`id` is an object, not text"),
        (b'{"is_draft": "no"}', "`is_draft` is text, not true or false"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_of_the_form_is_refused_by_its_key(line: bytes, words: str) -> None:
    reason = refusal(line)
    assert reason.startswith("bulk.jsonl:7: ")
    assert words in reason


@pytest.mark.parametrize(
    ("head", "is_jsonl"),
    [
        (b'{"headline": "a"}\n{"headline": "b"}\n', True), (b'{"headline": "a"}', True), (b"{}\n", False),
        (b'\xef\xbb\xbf{"headline": "a"}\r\n', True), (b'\n{"headline": "a"}\n', True),
        (b'{"headline": "' + b"a" * 70_000, True), (b'{\n "title": "a"\n}\n\nText', False),
        (b'{"title": "a"}\n\nText of a post', False), (b"[]\n", False), (b"{{ x }}\n", False), (b"", False),
        (b'{"headline": "a"', False), (b"{a}\n", False), (b"Text\n", False),
    ],
)  # fmt: skip
def test_the_first_line_tells_the_form(head: bytes, is_jsonl: bool) -> None:
    assert jsonl.looks_like(head) is is_jsonl


def test_generated_articles_are_read_as_they_were_made() -> None:
    if not GENERATOR.exists():
        pytest.skip(f"the article generator is not there: {GENERATOR}")
    made = subprocess.run([sys.executable, GENERATOR, "200"], capture_output=True, check=True)
    for number, line in enumerate(made.stdout.splitlines(), 1):
        said, story = json.loads(line), jsonl.read(piece("bulk.jsonl", line=number), line)
        for key in ("headline", "slug", "published", "updated", "byline", "source"):
            assert getattr(story, key) == said[key]
        assert list(story.tags) == said["tags"]
        assert [(photo.caption, photo.credit) for photo in story.photos] == [
            (photo["caption"], photo["credit"]) for photo in said["photos"]
        ]
        assert (story.body, story.warnings) == (said["body_markdown"], [])
        assert story.blocks


def test_what_a_photo_says_besides_is_left_out_by_name() -> None:
    story = read(headline="H", photos=[{"caption": "A pier.", "licence": "CC0"}])
    assert story.boilerplate == ("photos[1].licence: CC0",)


def test_a_cut_caption_is_counted_in_the_order_in_which_photos_are_shown() -> None:
    story = read(
        headline="H",
        body_text="One.\n\nTwo.",
        photos=[{"caption": "Whole.", "position": 2}, {"caption": "Cut,", "position": 0}],
    )
    assert [photo.caption for photo in story.photos] == ["Cut,", "Whole."]
    assert [damage.field for damage in story.damage if damage.code == "caption-cut"] == ["photo 1"]
