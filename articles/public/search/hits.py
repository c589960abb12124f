"""Hits for readers: marked headlines, snippets and captions, in a few queries for a whole page."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from django.db.models import F
from django.utils.safestring import SafeString

from articles.models import Article, Photo, Tagging, fields
from articles.models.article import BLOCK_SEPARATOR
from articles.models.prepared import prepared
from articles.models.search_entry import article_of
from articles.public.listings.articles import Entry, entry_of
from articles.public.listings.figures import THUMB_SIZES, picture_of
from articles.public.listings.rows import FIRST_HELD, by_article, fetch_renditions, photos_in
from articles.search.backend import Column, CompiledQuery
from articles.search.facts import tag_fact
from articles.search.marking import Marks, has_hit, is_hit, marked, marks_of, snippet
from articles.text.markdown import passages_of
from articles.text.messages import gettext

# Fields of an article for its hit; reading all fields would take twice as long.
_SHOWN = (
    *("key", "language", "source", "published", "updated", "archive_date", "slug", "body_html", "excerpt"),
    *("photo_count", *fields.PLACES),
)
_FoundPhoto = tuple[Photo, SafeString, str]  # the photo, its marked caption, where the words are


def hits_of(numbers: Sequence[int], compiled: CompiledQuery) -> list[Entry]:
    """The articles with these numbers, in their order. The deck is a snippet with the words, else the article's own."""
    ids = [article_of(number) for number in numbers]
    articles = sorted(_with_text(ids), key=lambda article: ids.index(article.pk))
    marks = {language: marks_of(compiled, language) for language in {article.index_language for article in articles}}
    tagged = cache(partial(_tagged, ids, compiled))  # lazy: few hits match by tags alone
    photos = _photos(articles, marks)
    return [_hit(article, marks[article.index_language], photos.get(article.pk), tagged) for article in articles]


@prepared
def _with_text(article_ids: list[int]) -> Any:
    """Indexed articles with the fields that are searched, and no other long ones."""
    rows = Article.objects.published().filter(pk__in=article_ids, search_entry__isnull=False)
    rows = rows.select_related("source").only(*_SHOWN, "source__name")
    return rows.annotate(index_language=F("search_entry__language"))


def _hit(
    article: Any, marks: dict[Column, Marks], found: _FoundPhoto | None, tagged: Callable[[], dict[int, str]]
) -> Entry:
    entry = entry_of(article)
    headline = marked(article.headline, marks[Column.HEADLINE])
    blocks = article.body_html.split(BLOCK_SEPARATOR)
    prose = [block for block in blocks if not block.startswith("<pre")]
    # Code is quoted only if nothing else has the words.
    text = snippet(passages_of(prose), marks[Column.BODY]) or snippet(passages_of(blocks), marks[Column.BODY])
    deck = marked(article.deck, marks[Column.HEADLINE])
    found_in = ""
    if found is not None:
        photo, caption, where = found
        shown = picture_of(photo, sizes=THUMB_SIZES, least_px=400, url=photo.address_in(article))
        entry = entry._replace(picture=shown._replace(caption=caption))
        found_in = "" if has_hit(headline) or text else where
    elif not (has_hit(headline) or has_hit(deck) or text):
        found_in = _found_in_field(article, marks) or tagged().get(article.pk, "")
        if not found_in and any(marks.values()):
            found_in = gettext("Matches other forms of the words")
    return entry._replace(headline=headline, deck=text or deck, found_in=found_in)


def _found_in_field(article: Any, marks: dict[Column, Marks]) -> str:
    """The field with the words, for those that lists do not show."""
    found = (name for name, place in fields.PLACES.items() if is_hit(getattr(article, name), marks[Column(place)]))
    name = next(found, "")
    if name in ("byline", "dateline"):
        return gettext("Found in the byline")
    if name == "section":
        return gettext("In the section %(name)s") % {"name": article.section}
    return gettext("Found in: %(field)s") % {"field": fields.label_of(name)} if name else ""


def _photos(articles: Sequence[Any], marks: dict[str, dict[Column, Marks]]) -> dict[int, _FoundPhoto]:
    """Each article's first photo with a hit. Also sets its first with a file, for its entry. ``marks``: by language."""
    photos, found = by_article(photos_in([article.pk for article in articles])), dict[int, _FoundPhoto]()
    for article in articles:
        caption_marks = marks[article.index_language][Column.CAPTION]
        setattr(article, FIRST_HELD, [photo for photo in photos[article.pk] if photo.file][:1])
        for photo in photos[article.pk]:
            words = marked(photo.caption, caption_marks)
            if has_hit(words):
                where = gettext("Found in a caption")
            elif is_hit(photo.credit_line, caption_marks):
                where = gettext("Found in a credit")
            elif is_hit(photo.alt_text, caption_marks):
                where = gettext("Found in alt text")
            else:
                continue
            found[article.pk] = photo, words, where
            break
    first = [photo for article in articles for photo in getattr(article, FIRST_HELD)]
    fetch_renditions([*first, *(photo for photo, *_ in found.values())])
    return found


def _tagged(ids: Sequence[int], compiled: CompiledQuery) -> dict[int, str]:
    facts = {tokens.words[0] for clause in compiled.words for tokens in clause if tokens.column is Column.FACTS}
    tags = [int(fact[1:]) for fact in facts if fact[1:].isdecimal() and fact == tag_fact(int(fact[1:]))]
    rows = Tagging.everything.filter(article__in=ids, tag__in=tags).order_by("-pk").select_related("tag")
    by, tagged = gettext("By %(byline)s"), gettext("Tagged %(tag)s")
    return {row.article_id: (by if row.tag.is_author else tagged) % {"byline": row.tag, "tag": row.tag} for row in rows}
