"""The output of our reader and each library, in one shape."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import process_time

from articles.ingest.clean import clean
from articles.ingest.errors import IngestError
from articles.ingest.readers.html.tree import BLOCK_TAGS
from articles.ingest.story import Piece, Story, StoryPhoto
from tests.bench.evaluate.truth import Page

OURS = "ours"


@dataclass(frozen=True, slots=True)
class GivenPhoto:
    src: str | None
    caption: str | None = None
    credit: str | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The output of one program for one page. ``failure``: the program's own words if there is none.

    ``seconds`` are of one core, without the time of other processes.
    """

    paragraphs: tuple[str, ...] = ()
    headline: str | None = None
    authors: tuple[str, ...] = ()
    day: str | None = None
    updated_day: str | None = None
    language: str | None = None
    photos: tuple[GivenPhoto, ...] = ()
    deck: str | None = None
    boilerplate: tuple[str, ...] = ()  # lines of the page, of our reader alone
    failure: str | None = None
    seconds: float = 0.0

    @property
    def body(self) -> str:
        return "\n".join(self.paragraphs)


Extractor = Callable[[Page], Answer]


def extractors() -> dict[str, Extractor]:
    """The programs by name, ours first. Creating one whose library is not installed raises ``ImportError``."""
    return {
        OURS: ours(),
        "trafilatura": plain_trafilatura(),
        "its fast mode": plain_trafilatura(is_fast=True),
        "readability": plain_readability(),
        "resiliparse": plain_resiliparse(),
    }


def timed_answers(programs: Mapping[str, Extractor], pages: Sequence[Page]) -> dict[str, list[Answer]]:
    """The answer of each program for each page. All are read twice, so that loading at first use is not counted; the
    programs take turns, so that other work on the machine slows all of them.
    """
    for _ in range(2):
        rows = [[_timed(program, page) for program in programs.values()] for page in pages]
    return {name: list(column) for name, column in zip(programs, zip(*rows, strict=True), strict=False)}


def _timed(extractor: Extractor, page: Page) -> Answer:
    started = process_time()
    answer = extractor(page)
    return replace(answer, seconds=process_time() - started)


def ours() -> Extractor:
    """As in a load: the reader, cleaning, and the language if the page does not state it."""
    from articles.ingest.language import with_language
    from articles.ingest.readers import html

    def extract(page: Page) -> Answer:
        piece = Piece(path=page.path, name=page.name, form="html", root=page.path.parent, size_bytes=len(page.data))
        try:
            return of_story(with_language(clean(html.read(piece, page.data))))
        except IngestError as error:
            return Answer(failure=error.reason)

    return extract


def of_story(story: Story) -> Answer:
    return Answer(
        paragraphs=story.paragraphs,
        headline=story.headline,
        authors=story.authors or ((story.byline,) if story.byline else ()),
        day=_day(story.published or story.updated),
        updated_day=_day(story.updated),
        language=story.language,
        photos=tuple(_of_photo(photo) for photo in story.photos if photo.kind == "photo"),
        deck=story.deck,
        boilerplate=story.boilerplate,
    )


def _of_photo(photo: StoryPhoto) -> GivenPhoto:
    return GivenPhoto(photo.src, photo.caption, photo.credit, photo.position)


def _day(date: str | None) -> str | None:
    return date[:10] if date else None


def plain_trafilatura(*, is_fast: bool = False) -> Extractor:
    """With its defaults and metadata. Its picture is the page's ``og:image``; it has no captions. ``is_fast``: without
    a second reading by other libraries.
    """
    from trafilatura import bare_extraction

    def extract(page: Page) -> Answer:
        found = bare_extraction(page.data, with_metadata=True, fast=is_fast)
        if found is None:
            return Answer(failure="nothing found")
        said = found if isinstance(found, dict) else found.as_dict()
        return Answer(
            paragraphs=tuple((said["text"] or "").split("\n")),
            headline=said["title"],
            authors=tuple(name.strip() for name in (said["author"] or "").split(";") if name.strip()),
            day=_day(said["date"]),
            language=said["language"],
            photos=(GivenPhoto(said["image"]),) if said["image"] else (),
        )

    return extract


def plain_readability() -> Extractor:
    """readability-lxml: main text and title."""
    from lxml import html
    from readability import Document
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    logging.getLogger("readability").setLevel(logging.CRITICAL)

    def extract(page: Page) -> Answer:
        document = Document(bytes_to_str(page.data, detect_encoding(page.data)))
        try:
            tree, headline = html.fromstring(document.summary()), document.short_title()
            for block in tree.iter(*BLOCK_TAGS, "br"):
                block.tail = f"\n{block.tail or ''}"
        except Exception as error:  # of several libraries, for pages that none of them can read
            return Answer(failure=str(error))
        return Answer(paragraphs=tuple(tree.text_content().split("\n")), headline=headline or None)

    return extract


def plain_resiliparse() -> Extractor:
    """Main text, title and detected language, all that it gives."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree
    from resiliparse.parse.lang import detect_fast

    def extract(page: Page) -> Answer:
        tree = HTMLTree.parse_from_bytes(page.data, detect_encoding(page.data) or "utf-8")
        text = extract_plain_text(
            tree, main_content=True, preserve_formatting=True, alt_texts=False, links=False, list_bullets=False
        )
        language = detect_fast(text)[0] if text else None
        return Answer(paragraphs=tuple(text.split("\n")), headline=tree.title or None, language=language)

    return extract
