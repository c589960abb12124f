"""No layout of a page makes prose vanish: pages made in families, each paragraph of which must be in the body."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

from articles.ingest.errors import NotAnArticle
from articles.ingest.readers.html import body, figures, read
from articles.ingest.readers.html.tidying import Tidying
from articles.ingest.story import Story
from articles.text.damage import DamageCode
from articles.text.keys import bare
from tests.readers.made import piece

TEXTS = Path(__file__).parents[3] / "shared/corpora/text"
# A text's headline and paragraphs, laid out in five ways.
PAGES = (
    "<html><body><h1>{headline}</h1>{body}</body></html>",
    '<html><body><h1>{headline}</h1><img src="harbour.jpg">{body}</body></html>',
    (
        '<html><body><h1>{headline}</h1><div class="photo"><img src="missing.jpg" width="640" height="480">{body}</div>'
        "</body></html>"
    ),
    (
        '<html><body><h1>{headline}</h1><div class="image-wrap">{body}<figure><img src="harbour.jpg"></figure></div>'
        "</body></html>"
    ),
    "<html><body><article><h1>{headline}</h1><figure>{body}</figure></article></body></html>",
)

PARAGRAPHS = (
    "The harbour froze on the second night, and by the morning nobody could tell the quay from the water.",
    (
        "Men walked out to the boats with axes and came back an hour later without having reached the first of them. "
        "The ice was thicker than the oldest of them remembered, and it was still growing."
    ),
    (
        "The baker opened at five as he always did. He sold everything by six, because nobody knew when the next flour "
        "would come, and he told each of them that he would open again the next day."
    ),
    "On the fourth day an icebreaker came round the point, and the children were let out of school to watch it.",
)
CREDITS = (
    "",
    "(Photo: Jane Doe)",
    "Photo: Jane Doe",
    "(Jane Doe/Union Agency)",
    "© Jane Doe / Union Agency",
    "Foto: Jane Doe",
    "(AP Photo/Jane Doe)",
    "[Photo/Union Agency]",
    "Photograph by Jane Doe",
    "图片来源:新华社",
    "Credit: Jane Doe",
)
PICTURES = (
    '<img src="harbour.jpg">',
    '<img src="harbour.jpg" alt="The frozen harbour at dawn">',
    '<img src="missing.jpg" width="640" height="480">',
    '<figure><img src="harbour.jpg"></figure>',
    '<figure><img src="harbour.jpg"><figcaption>The frozen harbour</figcaption></figure>',
    '<p><img src="harbour.jpg"></p>',
    '<a href="harbour.jpg"><img src="harbour.jpg"></a>',
    '<div class="image"><img src="missing.jpg"></div>',
    '<p><img src="harbour.jpg"><span class="caption">The frozen harbour</span><br><br></p>',
    '<picture><img src="harbour.jpg" width="900" height="600"></picture>',
    '<table><tr><td><img src="harbour.jpg" width="640" height="480"></td></tr></table>',
    "",
)
WRAPPERS = (
    "{}",
    "<div>{}</div>",
    "<section>{}</section>",
    "<article>{}</article>",
    "<figure>{}</figure>",
    '<div class="figure">{}</div>',
    '<div class="image-wrap">{}</div>',
    '<div class="media">{}</div>',
    '<div class="photo">{}</div>',
    '<div class="wp-caption alignnone">{}</div>',
    '<div class="caption">{}</div>',
    '<div class="gallery">{}</div>',
    '<div class="content media-body">{}</div>',
    '<div class="entry-content">{}</div>',
    "<blockquote>{}</blockquote>",
    "<center>{}</center>",
    '<div style="text-align: center">{}</div>',
    '<font size="2">{}</font>',
    "<table><tr><td>{}</td></tr></table>",
    '<td class="photo-text">{}</td>',
    '<div class="story"><div class="pic-box">{}</div></div>',
    '<span class="text">{}</span>',
    "<i>{}</i>",
)
SEPARATORS = (
    "<p>{}</p>",
    "<div>{}</div>",
    "{}<br><br>",
    "{}<br>",
    "<p><i>{}</i></p>",
    "<span>{}</span><br><br>",
    '<p class="text">{}</p>',
    '<p style="text-align: center">{}</p>',
)
PLACES = ("before", "after", "between", "second", "last")
FRAMES = (
    "{}",
    (
        '<header><nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav></header>'
        "<h1>The harbour that froze</h1><p>By Ann Reporter</p>{}<footer>© 2019 The Harbour Times</footer>"
    ),
)


@dataclass(frozen=True)
class Layout:
    """One page: where its paragraphs and its picture stand, and what is around them."""

    credit: str
    picture: str
    wrapper: str
    separator: str
    place: str
    frame: str
    count: int
    is_apart: bool  # the credit stands on a line of its own

    def page(self, paragraphs: tuple[str, ...]) -> str:
        *texts, last = paragraphs
        texts += [last, self.credit] if self.is_apart and self.credit else [f"{last} {self.credit}".strip()]
        blocks = [self.separator.format(text) for text in texts]
        at = {"before": 0, "after": len(blocks), "between": len(blocks) // 2, "second": 1, "last": len(blocks) - 1}
        blocks.insert(at[self.place], self.picture)
        content = self.wrapper.format("\n".join(blocks))
        title = "<title>The harbour that froze</title>"
        return f"<!DOCTYPE html><html><head>{title}</head><body>{self.frame.format(content)}</body></html>"


def layouts(count: int) -> Iterator[Layout]:
    """So many layouts, of all families in equal parts: always the same ones."""
    every = list(product(CREDITS, PICTURES, WRAPPERS, SEPARATORS, PLACES, FRAMES, (2, 4), (False, True)))
    return (Layout(*parts) for parts in random.Random(48).sample(every, count))


def lost(folder: Path, page: str, paragraphs: tuple[str, ...]) -> list[str]:
    """What a reader of the article would miss: the paragraphs that are not in its body."""
    try:
        story: Story = read(piece(folder / "page.html"), page.encode())
    except NotAnArticle as refused:
        return [str(refused)]
    shown = bare("".join(story.paragraphs))
    return [paragraph for paragraph in paragraphs if bare(paragraph) not in shown]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    Image.effect_noise((640, 480), 60).convert("RGB").save(made / "harbour.jpg")
    return made


def test_no_layout_makes_prose_vanish(folder: Path) -> None:
    misses = []
    for layout in layouts(10_000):
        paragraphs = PARAGRAPHS[: layout.count]
        if missing := lost(folder, layout.page(paragraphs), paragraphs):
            misses.append((layout, missing))
    assert not misses, f"{len(misses)} of 10,000 pages lose prose, the first: {misses[0]}"


def drop_every_other(_tidying: Tidying, number: int, *_more: object) -> bool:
    return number % 2 == 0


@pytest.mark.parametrize(
    ("place", "name", "broken_rule"),
    [
        (figures.captions, "fits", lambda *_words: True),
        (Tidying, "_is_dropped", lambda *_unit: True),
        (Tidying, "_is_dropped", drop_every_other),
        (Tidying, "numbers", lambda _tidying: []),
        (body, "_with_credit_lines", lambda _units, chosen: chosen[:1]),
        (figures, "_figure_of", lambda _words: figures.Figure(())),
    ],
)
def test_no_rule_can_make_prose_vanish(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: object, name: str, broken_rule: Callable[..., object]
) -> None:
    monkeypatch.setattr(place, name, broken_rule)
    misses = []
    for layout in layouts(300):
        paragraphs = PARAGRAPHS[: layout.count]
        if missing := lost(folder, layout.page(paragraphs), paragraphs):
            misses.append((layout, missing))
    assert not misses, f"{len(misses)} of 300 pages lose prose, the first: {misses[0]}"


def test_what_was_put_back_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    told = f"<html><body><h1>The harbour that froze</h1>{page}</body></html>".encode()
    assert DamageCode.PROSE_KEPT not in {damage.code for damage in read(piece(folder / "page.html"), told).damage}
    monkeypatch.setattr(Tidying, "_is_dropped", drop_every_other)
    assert DamageCode.PROSE_KEPT in {damage.code for damage in read(piece(folder / "page.html"), told).damage}


def test_a_linked_title_and_summary_beside_a_picture_stay_out_of_the_text(folder: Path) -> None:
    teaser = (
        '<figure><a href="/other"><img src="harbour.jpg"></a>'
        '<a href="/other">The harbour of another town</a>'
        "<p>In another town nothing froze, and nobody could say why the water there was so much warmer than here.</p>"
        "<p>They asked a man who measures the water, but he had no time for them, and went home to dinner.</p></figure>"
    )
    page = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2).replace("</p><p>", f"</p>{teaser}<p>", 1)
    story = read(
        piece(folder / "page.html"), f"<html><body><h1>The harbour that froze</h1>{page}</body></html>".encode()
    )
    assert story.photos == ()
    assert not any("In another town" in paragraph for paragraph in story.paragraphs)
    assert any("In another town" in line for line in story.boilerplate)


def test_further_entries_of_a_list_stay_out_of_the_text(folder: Path) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    first = f'<div class="post hentry"><h2><a href="/1">The harbour that froze</a></h2>{text}</div>'
    later = f'<div class="post hentry"><h2><a href="/2">An older entry</a></h2><p>{"It was warm then. " * 8}</p></div>'
    story = read(piece(folder / "page.html"), f"<html><body>{first}{later}</body></html>".encode())
    assert story.paragraphs == PARAGRAPHS


@pytest.mark.parametrize("wrapper", ["{}", "<article>{}</article>", '<div class="media">{}</div>'])
@pytest.mark.parametrize("credit", ["", "(Photo: Jane Doe)"])
def test_a_short_caption_stays_one(folder: Path, wrapper: str, credit: str) -> None:
    figure = f'<figure><img src="harbour.jpg"><figcaption>The frozen harbour at dawn. {credit}</figcaption></figure>'
    page = wrapper.format(figure + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS))
    story = read(
        piece(folder / "page.html"), f"<html><body><h1>The harbour that froze</h1>{page}</body></html>".encode()
    )
    assert [photo.caption for photo in story.photos] == ["The frozen harbour at dawn."]
    assert [photo.credit for photo in story.photos] == ["Jane Doe" if credit else None]
    assert story.paragraphs == PARAGRAPHS


@pytest.mark.skipif(not TEXTS.exists(), reason="../shared/corpora/text is not beside the checkout")
def test_texts_as_pages_keep_all_paragraphs(folder: Path) -> None:
    misses = []
    for path in sorted(TEXTS.rglob("*.json")):
        said = json.loads(path.read_text())
        paragraphs = tuple(said.get("paragraphs") or ())
        if sum(map(len, paragraphs)) < 300:
            continue
        for number, frame in enumerate(PAGES):
            body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
            page = frame.format(headline=escape(said.get("headline") or "Untitled"), body=body)
            if missing := lost(folder, page, paragraphs):
                misses.append((path.name, number, missing))
    assert not misses
