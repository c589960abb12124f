"""The hits of a page as a reader sees them: marked headlines, the piece of the text that was found, the photo whose
caption was. A few queries, however many hits there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from articles.models import Article, ArticleQuerySet, Photo, Tagging
from articles.models.search_entry import article_of
from articles.public.listings.articles import FIRST_HELD, Entry, entry_of
from articles.public.listings.figures import THUMB_SIZES, picture_of
from articles.search.backend import Column, Sought, tag_fact
from articles.search.marking import Marked, Marks, has_hit, is_hit, marked, marks_of, snippet
from articles.text.markdown import passages_of

# Of an article, what its hit is made of. To read all of its fields takes a hit as long again.
_SHOWN = (
    *("key", "url", "headline", "deck", "byline", "dateline", "section", "language", "source"),
    *("published", "published_printed", "updated", "updated_printed", "archive_date", "slug"),
    *("body_html", "excerpt", "photo_count"),
)


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
    marks, tagged = marks_of(sought), cache(partial(_tagged, ids, sought))  # few hits are by their tags alone
    photos = _photos(articles, marks[Column.CAPTION])
    return [_hit(article, marks, photos.get(article.pk), tagged) for article in articles]


def with_text() -> ArticleQuerySet:
    """Published articles that are in the index, with what is searched of them, and nothing else that is long."""
    rows = Article.objects.published().filter(search_entry__isnull=False).select_related("source", "search_entry")
    return rows.only(*_SHOWN, "source__name", "search_entry__language")


_FoundPhoto = tuple[Photo, Marked, str]  # its caption, marked, and where the words are that it was found by


def _hit(
    article: Article, marks: dict[Column, Marks], found: _FoundPhoto | None, tagged: Callable[[], dict[int, str]]
) -> Hit:
    entry, language = entry_of(article), article.search_entry.language
    headline = marked(article.headline, language, marks[Column.HEADLINE])
    # Code is quoted only where nothing else has the words.
    for is_code in (False, True):
        blocks = [block for block in article.blocks if block.startswith("<pre") is is_code]
        if text := snippet(passages_of(blocks), language, marks[Column.BODY]):
            break
    deck = marked(article.deck, language, marks[Column.HEADLINE])
    found_in = ""
    caption: Marked = []
    if found is not None:
        photo, caption, where = found
        entry = replace(
            entry, picture=picture_of(photo, sizes=THUMB_SIZES, least_px=400, url=photo.address_in(article))
        )
        found_in = "" if has_hit(headline) or text else where
    elif not (has_hit(headline) or has_hit(deck) or text):
        if any(is_hit(line, language, marks[Column.BYLINE]) for line in (article.byline, article.dateline)):
            found_in = "Found in the byline"
        elif is_hit(article.section, language, marks[Column.BYLINE]):
            found_in = f"In the section {article.section}"
        else:
            found_in = tagged().get(article.pk, "")
        if not found_in and any(marks.values()):
            found_in = "Its words stand there in other forms"
    return Hit(entry, headline, text or deck, found_in, caption)


def _photos(articles: Sequence[Article], marks: Marks) -> dict[int, _FoundPhoto]:
    """By article, the first photo whose caption, credit or alt text was found; and each article is given the first
    photo that is held, for its entry. Only these are fetched whole; what has gone meanwhile is left out."""
    by_id = {article.pk: article for article in articles}
    held: dict[int, int] = {}
    found: dict[int, tuple[int, Marked, str]] = {}
    rows = Photo.objects.filter(article__in=by_id)
    columns = ("pk", "article_id", "file", "caption", "credit_line", "alt_text")
    for pk, article_id, file, caption, credit_line, alt_text in rows.values_list(*columns):
        if file:
            held.setdefault(article_id, pk)
        if marks and article_id not in found:
            language = by_id[article_id].search_entry.language
            pieces = marked(caption, language, marks)
            if has_hit(pieces):
                found[article_id] = pk, pieces, "Found in a caption"
            elif is_hit(credit_line, language, marks):
                found[article_id] = pk, pieces, "Found in a credit"
            elif is_hit(alt_text, language, marks):
                found[article_id] = pk, pieces, "Found in the text for those who cannot see a photo"
    photos = Photo.objects.for_pages().in_bulk({*held.values(), *(pk for pk, *_ in found.values())})
    for article in articles:
        first = photos.get(held.get(article.pk, 0))
        setattr(article, FIRST_HELD, [first] if first else [])
    return {article: (photos[pk], *rest) for article, (pk, *rest) in found.items() if pk in photos}  # type: ignore[misc]


def _tagged(ids: Sequence[int], sought: Sought) -> dict[int, str]:
    facts = {one.words[0] for clause in sought.words for one in clause if one.column is Column.FACTS}
    tags = [int(fact[1:]) for fact in facts if fact[1:].isdecimal() and fact == tag_fact(int(fact[1:]))]
    rows = Tagging.objects.filter(article__in=ids, tag__in=tags).order_by("-pk") if tags else Tagging.objects.none()
    return {article_id: f"Tagged {name}" for article_id, name in rows.values_list("article_id", "tag__name")}
