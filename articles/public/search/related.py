"""Related tags, and related articles: those with the same rare tags, else rare words, ranked by these and by words of
the headlines.

The cost is bounded: words are counted only up to ``RARE``, and at most ``RANKED`` articles are ranked by them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, F, Sum

from articles.models import Article, Tag, Tagging
from articles.models.prepared import prepared, rows_of
from articles.models.search_entry import article_of
from articles.public.listings.articles import Entry, entry_of
from articles.public.listings.rows import listed, with_photos
from articles.search.backend import Column, CompiledQuery, Tokens, backend
from articles.search.facts import tag_fact
from articles.text.markdown import plain
from articles.text.words import index_language, tokenised

WEIGHED = 20  # most frequent words of the article
CHOSEN = 6  # of those, the rarest
RARE = 400  # articles; a word or tag with more says little
IN_HEADLINE = 3  # the weight of a word in the headline
SHORTEST = 3  # letters of A to Z; two of other scripts, since in some each is a syllable or a word
RANKED = 400
COMPARED = 9  # of the ranked, by the words of headline and deck
RELATED = 3  # articles given
LOOKED_AT, TAGS_SHOWN = 200, 6  # articles of a tag, and tags related to it


def related_to(article: Article, tags: Sequence[Tag]) -> list[Entry]:
    """The nearest articles, the nearest first; none if it shares nothing rare."""
    rare = sorted((tag.article_count, tag.pk) for tag in tags if 1 < tag.article_count <= RARE)
    rarest = [pk for _, pk in rare[:CHOSEN]]
    weights = {pk: round(weight, 6) for pk, weight in _by_tags(rarest)}
    found = listed([pk for pk in weights if pk != article.pk])
    if len(found) < RELATED:
        shared = [Tokens(Column.FACTS, (tag_fact(pk),)) for pk in rarest]
        words = [Tokens(Column.TEXT, (word,)) for word in _rare_words(article)]
        compiled = CompiledQuery(clauses=((*shared, *words),))
        numbers = backend().hits(compiled, RANKED) if shared or words else []
        best = backend().best(compiled, numbers)[: COMPARED + 1] if numbers else []
        by_words = listed([pk for pk in map(article_of, best) if pk != article.pk])
        found += [other for other in by_words if other not in found]
    return [entry_of(other) for other in with_photos(_fused(article, found, weights)[:RELATED])]


def related_tags(tag: Tag) -> list[Tag]:
    """The tags that its newest articles share most often, in that order."""
    counts = dict(_often_with(tag.pk))
    found = rows_of("related tags", lambda ids: Tag.objects.used().filter(pk__in=ids), list(counts))
    return sorted(found, key=lambda found: (-counts[found.pk], found.sorting_name, found.pk))


@prepared
def _often_with(tag_id: int) -> Any:
    newest = Tagging.everything.filter(tag_id=tag_id, article__withdrawn_at=None).order_by(
        "-archive_date", "-article_id"
    )
    taggings = Tagging.objects.filter(article__in=newest.values("article_id")[:LOOKED_AT]).exclude(tag_id=tag_id)
    return taggings.values_list("tag_id").annotate(times=Count("pk")).order_by("-times", "tag_id")[:TAGS_SHOWN]


def _fused(article: Article, found: Sequence[Article], weights: Mapping[int, float]) -> list[Article]:
    """By reciprocal ranks in two rankings (Cormack et al., SIGIR 2009): one by ``weights``, with the others in their
    order behind, and one by the words that headlines and decks share with the article's, rarer words counting more.
    """
    own, their_stems = _stems(article), [_stems(other) for other in found]
    counts = Counter(word for stems in their_stems for word in stems)
    scores = [sum(1 / counts[word] for word in own & stems) for stems in their_stems]
    by_words = sorted(range(len(found)), key=lambda place: -scores[place])
    steps = sorted(set(weights.values()), reverse=True)
    ranks = [steps.index(weights[other.pk]) if other.pk in weights else place for place, other in enumerate(found)]
    fused = {place: 1 / (3 + ranks[place]) + 1 / (3 + rank) for rank, place in enumerate(by_words)}
    return [found[place] for place in sorted(fused, key=lambda place: -fused[place])]


@prepared
def _by_tags(tag_ids: list[int]) -> Any:
    """Ids of articles, withdrawn ones too, that share most of the tags, with the sums of their rarities."""
    shared = Tagging.everything.filter(tag_id__in=tag_ids).values_list("article_id")
    weighed = shared.annotate(weight=Sum(1.0 / F("tag__article_count")))
    newest = F("archive_date").desc(nulls_last=True)
    return weighed.order_by("-weight", newest, "-article_id")[: COMPARED + 1]


def _stems(article: Article) -> set[str]:
    text = f"{article.headline} {article.deck or article.excerpt}"
    return set(tokenised(text, index_language(article.language, text)).stems)


def _rare_words(article: Article) -> list[str]:
    """Words that are frequent in the article and rare elsewhere, the rarest first."""
    language = index_language(article.language, article.headline or article.excerpt)
    counted: Counter[str] = Counter()
    for text, weight in ((article.headline, IN_HEADLINE), *((plain(block), 1) for block in article.blocks)):
        for word in tokenised(text, language).stems:
            counted[word] += weight
    words = [word for word, _ in counted.most_common() if not word.isdecimal()]
    weighed = [word for word in words if len(word) >= (SHORTEST if word.isascii() else 2)][:WEIGHED]
    counts = backend().how_many([(Tokens(Column.TEXT, (word,)),) for word in weighed], RARE + 1)
    rare = [(count, word) for count, word in zip(counts, weighed, strict=True) if 1 < count <= RARE]
    return [word for _, word in sorted(rare)[:CHOSEN]]
