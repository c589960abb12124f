"""Recognising ninjs files, and dividing one with several items."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.inputs.sniff import reader_of
from articles.ingest.readers import jsonl
from articles.ingest.readers.base import Part
from articles.ingest.readers.ninjs import looks_like, split
from articles.ingest.story import Story
from tests.readers.agency import refusal, stories, story


def item(**values: Any) -> dict[str, Any]:
    made = {"uri": "urn:made:1", "type": "text", "headline": "Ferry returns", "versioncreated": "2020-01-02T03:04Z"}
    return made | values


# --- files of one item, and of several


MANY = [item(uri=f"urn:made:{n}", headline=f'No. {n} {{[\\"', body_text="a\n\n}]b") for n in range(1, 4)]


@pytest.mark.parametrize(
    "file",
    [
        json.dumps(MANY), json.dumps(MANY, indent=4), "\ufeff" + json.dumps(MANY, indent=1),
        "\n".join(map(json.dumps, MANY)), "".join(json.dumps(one, indent=2) for one in MANY),
        ",\n".join(map(json.dumps, MANY)), "".join(f"\x1e{json.dumps(one)}\n" for one in MANY),
    ],
)  # fmt: skip
def test_several_items_of_a_file_are_several_stories_however_they_are_strung(file: str) -> None:
    found = [one.id if isinstance(one, Story) else str(one) for one in stories(file, "items.json")]
    assert found == ["urn:made:1", "urn:made:2", "urn:made:3"]


def test_an_item_alone_in_its_file_keeps_the_bytes_of_the_file() -> None:
    data = ("\n" + json.dumps([item()], indent=2) + "\n\n").encode()
    assert list(split(io.BytesIO(data), 10_000)) == [Part(data, 1)]
    assert story(data.decode().encode("utf-16"), "item.json").headline == "Ferry returns"


def test_a_faulty_item_does_not_take_its_neighbours_with_it() -> None:
    found = stories(
        json.dumps(item()) + '\nodd\n{"uri": x}\n' + json.dumps(item(headline="B")) + '\n{"uri": "', "a.json"
    )
    assert [getattr(one, "headline", None) or f"{type(one).__name__} {one}" for one in found] == [
        "Ferry returns",
        "BadMetadata :2: 'odd' is not an object",
        "BadMetadata a.json:3: not JSON: Expecting value at character 9 of the line",
        "B",
        "BadMetadata :5: the file ends within the object that begins here",
    ]


def test_an_item_that_is_too_large_is_refused_and_the_next_one_read() -> None:
    data = "\n".join([json.dumps(item(body_text="x" * 5_000)), json.dumps(item())]).encode()
    first, second = split(io.BytesIO(data), 1_000)
    assert isinstance(first, UnreadableFile)
    assert isinstance(second, Part)
    assert (first.line, second.line) == (1, 2)


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_the_ends_of_blocks_do_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.ingest.readers.ninjs._BLOCK_BYTES", size)
    data = json.dumps([*MANY, {"uri": 'q"\\', "x": [{}, [], "\\\\"]}], indent=1).encode()
    parts = [part for part in split(io.BytesIO(data), 10_000) if isinstance(part, Part)]
    assert [json.loads(part.data)["uri"] for part in parts] == ["urn:made:1", "urn:made:2", "urn:made:3", 'q"\\']
    assert data.split(b"\n")[parts[1].line - 1].strip() == b"{"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"uri": "x", "headline": "H"', "a.json:1: the file ends within"),
        (b'{"uri": "x",\n "headline": H}', "a.json:2: not JSON: Expecting value at character 14 of the line"),
        (b'{"uri": "x", "headline": "caf\xe9"}', "a.json:1: not UTF-8 at byte 30"),
        (b'{"uri": "x", "headline": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "a.json:1: this JSON cannot be read"),
    ],
)
def test_what_is_no_json_is_refused_naming_the_place(data: bytes, words: str) -> None:
    error = refusal(data, "a.json")
    assert isinstance(error, BadMetadata)
    assert words.removeprefix("a.json") in str(error)


# --- which files are ninjs


@pytest.mark.parametrize(
    "head",
    [
        b'{"uri": "x", "headline": "H"}', b'[\n  {\n "type" : "text",\n "uri": "x"',
        b'{"$standard": {"name": "n"}, "uri": 1', b'\xef\xbb\xbf{"uri":"x","bodies":[{"value":"' + b"y" * 70_000,
        '{"uri": "x", "versionCreated": "y"}'.encode("utf-16"),
        b'{"body_html": "' + b"y" * 60_000 + b'", "headline": "H", "pubstatus": "usable", "ur',
    ],
)  # fmt: skip
def test_ninjs_is_known_by_its_keys(head: bytes) -> None:
    assert looks_like(head)


@pytest.mark.parametrize(
    "head",
    [
        b'{"headline": "H", "body_markdown": "B", "id": 1}', b'{"uri": "x", "headline": "H", "photos": []}',
        b'{"uri": "x", "type": "track"}', b'{"a": {"uri": "x", "headline": "H"}}', b'{"title": "T", "uri": "x"}',
        b"# A heading {", b'["uri", "headline"]', b"{{ template }}", b"", b"[]", b"<p>{",
    ],
)  # fmt: skip
def test_other_json_is_not_taken_for_ninjs(head: bytes) -> None:
    assert not looks_like(head)


def test_json_lines_of_our_own_and_of_ninjs_each_go_to_their_reader() -> None:
    ours = b'{"headline": "H", "body_text": "B", "byline": "A", "url": "https://example.org/"}\n' * 2
    theirs = json.dumps(item()).encode() + b"\n"
    assert reader_of("a.jsonl", ours).name == "jsonl"
    assert jsonl.looks_like(theirs)  # which is why ninjs is asked first
    assert reader_of("a.jsonl", theirs * 2).name == "ninjs"
    assert all(isinstance(found, (Story, IngestError)) for found in stories(theirs * 2, "a.jsonl"))
