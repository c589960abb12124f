"""``make evaluate ARGS=--ablate``: what each mechanism of our readers is good for, by reading all pages without it.

What changes no mean and no worst tenth of a set by ``LEAST``, and serves no promise of the archive, is not worth its
lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from articles.ingest.clean import clean
from articles.ingest.readers import text
from articles.ingest.readers.html.evidence.printed import Printed
from tests.bench.evaluate.extractors import Answer, of_story, ours
from tests.bench.evaluate.scores import Judged, judge_all, scores_of
from tests.bench.evaluate.truth import Page, TruePhoto, Truth

LEAST = 0.002
FIGURES = (
    "body F1", "body F1 worst tenth", "segments F1", "headline", "byline", "date", "photo found", "photo caption",
    "photo credit", "photo position",
)  # fmt: skip
READERS = "articles.ingest.readers."

Instead = Callable[..., Any]


def nothing(*_given: object, **_named: object) -> None:
    return None


def no(*_given: object, **_named: object) -> bool:
    return False


def as_given(first: Any, *_others: object, **_named: object) -> Any:
    return first


# By name: the function, where it is called from, and what is done in its place.
MECHANISMS: Mapping[str, tuple[str, Instead]] = {
    "JSON-LD": ("html.evidence.json_ld.own_article", nothing),
    "JSON-LD: text of the body": ("html._or_linked_text", as_given),
    "microdata": ("html.evidence.microdata.add_microdata", nothing),
    "headline: letters": ("html.evidence.markup.shown_headline", nothing),
    "headline: line with the words of the title": ("html.evidence.markup._shown", nothing),
    "headline: name of the site cut off": ("html.evidence.headlines._without_site", as_given),
    "date: address": ("html.evidence._date_of", nothing),
    "date: head of the page": ("html.evidence.date_of_head", nothing),
    "date: time elements and classes": ("html.evidence.markup.add_times", nothing),
    "lines around the headline": ("html.evidence.read_lines", lambda *_given: Printed()),
    "lines around the headline: any language": ("html.evidence.printed._take_foreign", nothing),
    "lines around the headline: bylines": ("html.evidence.printed._take_byline", nothing),
    "authors: rel and classes": ("html.evidence.markup.add_people", nothing),
    "authors: signature": ("html.body._take_signature", lambda _units, chosen: (None, list(chosen))),
    "boxes beside the article": ("html.evidence.markup.is_beside", no),
    "deck: class": ("html.body._is_named_deck", no),
    "boilerplate: classes and ids": ("html.boilerplate_elements.kind_of_name", nothing),
    "boilerplate: hiding styles": ("html.boilerplate_elements.style_hides", no),
    "boilerplate: galleries kept": ("html.cleaning._Clearing.holds_captions", no),
    "body: second look": ("html.looked_at_twice", as_given),
    "body: lines apart from the headline": ("html.tidying.apart_from_headline", as_given),
    "body: names of its element": ("html.selection.names_body", no),
    "body: article around the headline": ("html.selection._article_around", nothing),
    "body: narrowed": ("html.selection._narrowed", as_given),
    "body: starts behind the headline": ("html.tidying._after_headline", lambda *_given: 0),
    "body: boxes": ("html.tidying._Boxes.is_apart", no),
    "body: copies": ("html.tidying.Tidying._says_again", no),
    "body: end": ("html.tidying.Tidying._until_end", lambda _self, kept, prose: (kept, prose)),
    "body: lines about the article": ("html.tidying._is_about", no),
    "body: boilerplate lines": ("html.tidying.Tidying._is_boilerplate", no),
    "body: paragraphs of inline elements": ("html.units._opened", lambda _body: set()),
    "body: data tables": ("html.units._is_data_table", no),
    "photos: noscript": ("html.figures.rescue_from_noscript", nothing),
    "photos: buttons": ("html.figures.free_from_buttons", nothing),
    "photos: films": ("html.figures.note_films", nothing),
    "photos: boxes kept": ("html.figures.keep_boxes", lambda _body: set()),
    "photos: beside the article": ("html.body._is_of_article", no),
    "photos: figures without a picture": ("html.figures._Taking.take_without_image", nothing),
    "photos: banners": ("html.images.is_banner", no),
    "photos: decoration": ("html.images.is_page_decoration", no),
    "captions: attributes": ("html.figures._with_attribute_words", lambda _image, words: words),
    "captions: elements marked beside": ("html.captions._with_marked_beside", as_given),
    "captions: elements beside": ("html.captions._caption_beside", nothing),
    "captions: unmarked box": ("html.captions._is_unmarked_box", no),
    "captions: lines each once": ("html.captions._each_once", lambda lines, shortest=0: list(lines)),
    "credits: in captions": ("html.figures.credit_in", as_given),
    "credits: at the edge": ("html.captions._credit_at_edge", nothing),
    "credits: behind captions": ("html.captions._is_credit_behind", no),
    "credits: last labelled": ("html.captions._is_labelled_credit", no),
    "credits: lines in the text": ("html.body._with_credit_lines", lambda _units, chosen: list(chosen)),
    "page kinds": ("html.why_not_an_article", nothing),
    "text: headline below a menu": ("text.layout.find_title", lambda _layout, _blocks: range(0)),
    "text: deck before the date": ("text.head.is_deck", no),
    "text: boxes of links": ("text.layout.Layout._read_box", lambda *_given: 0),
    "text: boxes by their block": ("text.layout.Layout._is_box", no),
    "text: titles in a row": ("text.layout.Layout._is_among_titles", no),
    "text: lines with the shape of links": ("text.layout.boilerplate.looks_like_link", no),
    "text: credits on the line below": ("text.layout.Layout._credit_below", nothing),
    "text: captions with less proof": ("text.layout.Layout._read_likely_caption", lambda *_given: 0),
    "text: wrapped lines": ("text.layout.Layout._wrapped_end", lambda _self, _at, stop: stop),
    "text: foot": ("text.layout.read_foot", as_given),
}


def ablated(pages: Sequence[Page], texts: Sequence[Page] = (), word: str = "") -> Iterator[str]:
    """A line a mechanism whose name has ``word``: how many stories change without it, and which figures move."""
    everything = [*pages, *texts]
    whole = judge_all(everything, _answers(pages, texts))
    for name, (target, instead) in MECHANISMS.items():
        if word in name:
            with patch(READERS + target, instead):
                answers = _answers(pages, texts)
            again = [
                one if one.answer == answer else judge_all([one.page], [answer])[0]
                for one, answer in zip(whole, answers, strict=True)
            ]
            changed = sum(one is not other for one, other in zip(whole, again, strict=True))
            moved = list(_moved(whole, again))
            yield f"{name:<48}{changed:5} changed" + ("" if moved else "   moves nothing")
            yield from moved


def _answers(pages: Sequence[Page], texts: Sequence[Page]) -> list[Answer]:
    return [*map(ours(), pages), *(of_story(clean(text.read(page.data))) for page in texts)]


def _moved(before: Sequence[Judged], after: Sequence[Judged]) -> Iterator[str]:
    for set_name in dict.fromkeys(one.page.set_name for one in before):
        was, now = (scores_of(one for one in of if one.page.set_name == set_name) for of in (before, after))
        by = {figure: now[figure].value - was[figure].value for figure in FIGURES if figure in was and figure in now}
        if said := [f"{figure} {change:+.3f}" for figure, change in by.items() if abs(change) >= LEAST]:
            yield f"    {set_name}: {', '.join(said)}"


def texts_in(folder: Path) -> Iterator[Page]:
    """Plain texts with their expected articles: ``NAME.txt`` beside ``NAME.json``."""
    for path in sorted(folder.rglob("*.txt")):
        if (expected := path.with_suffix(".json")).exists():
            said = json.loads(expected.read_text("utf-8"))
            photos = [TruePhoto((), one.get("caption"), one.get("credit"), None) for one in said.get("photos") or ()]
            yield Page(path, f"texts/{path.parent.name}", "text", path.read_bytes(), _truth(said, photos))


def _truth(said: dict[str, Any], photos: Sequence[TruePhoto]) -> Truth:
    day = said.get("published") or said.get("updated")
    names = (said["byline"],) if said.get("byline") else ()
    body, lost = tuple(said.get("paragraphs") or ()), tuple(said.get("chrome_removed") or ())
    return Truth(said.get("headline"), names, day and day[:10], None, None, body, (), lost, tuple(photos), False)
