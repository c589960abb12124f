"""The hits of a page as a reader sees them: marked headlines, the piece of the text that was found, the photo whose
caption was. A few queries, however many hits there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Prefetch, prefetch_related_objects

from articles.figures import THUMB_SIZES, Picture, picture_of
from articles.listings import FIRST_HELD, Entry, entry_of
from articles.markup import plain
from articles.models import Article, ArticleQuerySet, Photo, Tag
from articles.models.search import article_of
from articles.search.backend import Column, Sought
from articles.search.index import tag_fact
from articles.search.marking import Marked, Marks, has_hit, marked, marks_of, snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. ``found_in`` says where, if neither its headline nor the piece of its text does.

    ``caption`` is the marked caption of ``entry.picture``, empty where that is not what was found.
    """

    entry: Entry
    headline: Marked
    deck: Marked
    found_in: str
    caption: Marked


def hits_of(numbers: Sequence[int], sought: Sought) -> list[Hit]:
    """The hits with these numbers of the index, in their order; what has been withdrawn meanwhile is left out."""
    ids = [article_of(number) for number in numbers]
    found = with_text().in_bulk(ids)
    articles = [found[pk] for pk in ids if pk in found]
    prefetch_related_objects(articles, "taggings", Prefetch("photos", Photo.objects.for_pages()))
    for article in articles:
        setattr(article, FIRST_HELD, [photo for photo in article.photos.all() if photo.file][:1])
    marks, tagged = marks_of(sought), _tags_sought(sought)
    return [_hit(article, marks, tagged) for article in articles]


def with_text() -> ArticleQuerySet:
    """Published articles with what is searched of them, and nothing else that is long."""
    rows = Article.objects.published().select_related("source", "search_entry")
    return rows.defer("body", "as_loaded", "body_as_loaded")


def _hit(article: Article, marks: dict[Column, Marks], tagged: dict[int, str]) -> Hit:
    entry, language = entry_of(article), article.search_entry.language
    headline = marked(article.headline, language, marks[Column.HEADLINE])
    text = snippet([plain(block) for block in article.blocks], language, marks[Column.BODY])
    deck = marked(article.deck, language, marks[Column.HEADLINE])
    photo, caption = _found_photo(article.photos.all(), language, marks[Column.CAPTION])
    picture: Picture | None = entry.picture
    found_in = ""
    if photo is not None:
        picture = picture_of(photo, sizes=THUMB_SIZES, least_px=400)
        found_in = "" if has_hit(headline) or text else "Found in a caption"
    elif not (has_hit(headline) or has_hit(deck) or text):
        found_in = _elsewhere(article, language, marks, tagged)
    return Hit(replace(entry, picture=picture), headline, text or deck, found_in, caption)


def _found_photo(photos: Iterable[Photo], language: str, marks: Marks) -> tuple[Photo | None, Marked]:
    """The first photo whose caption, credit or alt text was found; else none."""
    if not marks:
        return None, []
    for photo in photos:
        caption = marked(photo.caption, language, marks)
        others = (photo.credit_line, photo.alt_text)
        if has_hit(caption) or any(has_hit(marked(words, language, marks)) for words in others):
            return photo, caption
    return None, []


def _elsewhere(article: Article, language: str, marks: dict[Column, Marks], tagged: dict[int, str]) -> str:
    if any(has_hit(marked(line, language, marks[Column.BYLINE])) for line in (article.byline, article.dateline)):
        return "Found in the byline"
    if has_hit(marked(article.section, language, marks[Column.BYLINE])):
        return f"In the section {article.section}"
    names = [tagged[tagging.tag_id] for tagging in article.taggings.all() if tagging.tag_id in tagged] if tagged else []
    return f"Tagged {names[0]}" if names else ""


def _tags_sought(sought: Sought) -> dict[int, str]:
    """The tags that words of the query name, by their ids."""
    facts = {
        token.words[0]
        for clause in sought.clauses
        for alternative in clause
        for token in alternative
        if token.column is Column.FACTS
    }
    ids = [int(fact[1:]) for fact in facts if fact[1:].isdecimal() and fact == tag_fact(int(fact[1:]))]
    return dict(Tag.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
