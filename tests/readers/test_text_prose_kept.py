"""No order of lines makes the prose of a text vanish: texts made in families, all of whose paragraphs must stay."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from articles.ingest.readers.text import layout, read
from articles.ingest.readers.text.layout import Layout
from articles.ingest.readers.text.part import Part
from articles.text.damage import DamageCode
from articles.text.keys import bare
from tests.readers.test_html_prose_kept import CREDITS, PARAGRAPHS

ABOVE = ("", "Home\nNews\nSport", "Home | News | Sport\n2019-03-04 10:12\nShare\nPrint")
BETWEEN = ("", "Advertisement", "Read more: The other harbour", "The frozen harbour. Photo: Jane Doe")
BELOW = ("", "© 2019 The Harbour Times", "Share\nPrint\nComments\nFollow us on Facebook")
SEPARATORS = ("\n\n", "\n")


def texts() -> Iterator[tuple[str, list[str]]]:
    for above, between, below, separator, credit, count in product(ABOVE, BETWEEN, BELOW, SEPARATORS, CREDITS, (2, 4)):
        first, *others = PARAGRAPHS[:count]
        blocks = ["The harbour that froze", above, first, between, *others, credit, below]
        yield separator.join(filter(None, blocks)), [first, *others]


def misses() -> list[tuple[str, str]]:
    found = []
    for text, paragraphs in texts():
        story = read(text.encode())
        shown = bare("".join(story.paragraphs))
        found += [(text, paragraph) for paragraph in paragraphs if bare(paragraph) not in shown]
    return found


def test_no_order_of_lines_makes_prose_vanish() -> None:
    assert misses() == []


def drop_all_but_first(parts: list[Part], _layout: Layout) -> list[Part]:
    for part in [part for part in parts if part.kind == "paragraph"][1:]:
        part.kind = "boilerplate"
    return parts


def drop_all(parts: list[Part], _layout: Layout) -> list[Part]:
    for part in parts:
        part.kind = "boilerplate" if part.kind == "paragraph" else part.kind
    return parts


@pytest.mark.parametrize(
    ("place", "name", "broken_rule"),
    [
        (Layout, "_is_of_box", lambda _layout, _line: True),
        (layout, "read_foot", drop_all_but_first),
        (layout, "read_foot", drop_all),
    ],
)
def test_no_rule_can_make_prose_vanish(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, broken_rule: Callable[..., object]
) -> None:
    monkeypatch.setattr(place, name, broken_rule)
    assert misses() == []


def test_what_was_put_back_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n\n".join(["The harbour that froze", *PARAGRAPHS]).encode()
    assert DamageCode.PROSE_KEPT not in {damage.code for damage in read(text).damage}
    monkeypatch.setattr(layout, "read_foot", drop_all)
    kept = [damage for damage in read(text).damage if damage.code == DamageCode.PROSE_KEPT]
    assert [damage.field for damage in kept] == ["paragraph 1", "paragraph 2", "paragraph 3", "paragraph 4"]
    assert [damage.line for damage in kept] == [3, 5, 7, 9]
