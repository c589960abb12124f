"""Articles to read next, each with the reasons; and related tags.

Two articles fit if they share at least two things, tags or words of their headlines and openings, that are together so
rare that by chance less than one article of the archive would share as much. One of them must be rare by itself and
name what both are about: a tag whose name is in both texts, or words of both headlines. Else nothing is suggested.

The cost is bounded: tags and words with more than ``RARE`` articles find none, and at most ``RANKED`` are ranked.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from articles.models import Article, NearDuplicate, Tag, Tagging
from articles.models.prepared import prepared, rows_of
from articles.models.search_entry import article_of
from articles.public.listings.articles import Entry, entry_of
from articles.public.listings.figures import NEXT_SIZES
from articles.public.listings.rows import listed, with_photos
from articles.search.backend import Column, CompiledQuery, Tokens, backend, rows
from articles.text.grouping import by_key
from articles.text.phrases import in_short
from articles.text.words import Word, index_language, tokenised, words_of

SUGGESTED, SHOWN = 3, 3  # articles, and reasons for each
RARE = 200  # articles
COMMON = 5 * RARE  # articles; a word with so many is not counted again
SHARE = 50  # a fiftieth of the articles; a tag or word with more than either says little
FEW = 5  # articles; a tag with so few is rare in any archive. Of the words of a small one, most have so few.
WEIGHED = 16  # words of headline and opening
CHOSEN = 6  # of the tags and of these words, the rarest
SHORTEST = 3  # letters of A to Z; two of other scripts, since in some each is a syllable or a word
RANKED = 400
COMPARED = 8  # articles found by tags, and as many by words
SAME_TEXT = 0.7  # of the words of two openings
ALIKE, LONGEST = 5, 40  # letters: words that begin alike, such as Norway and Norwegian, are one reason; longer are cut
WORDS_FOR_TAG = 2  # a shared tag says as much as that many shared words of its rarity
LOOKED_AT, TAGS_SHOWN = 200, 6  # articles of a tag, and tags related to it


class Suggestion(NamedTuple):
    """``why``: what both share, the rarest first: tags by name, and words as this article has them."""

    entry: Entry
    why: list[str]


class Opening(NamedTuple):
    """Headline, deck and first paragraph of an article. ``stems`` are in order, also those ``in_headline``."""

    text: str
    language: str
    stems: list[str]
    in_headline: list[str]
    different: set[str]

    def names(self, tag: Tag) -> bool:
        return _stems(tag.name, self.language) <= self.different


class Rarity(NamedTuple):
    """``counts``: the articles with each of its rare words; ``held``: those in its language, to a limit; ``total``."""

    counts: dict[str, int]
    held: int
    total: int


class Fitting(NamedTuple):
    """``score``: how rare it is to share as much."""

    score: float
    article: Article
    opening: Opening
    why: list[str]


def read_next(article: Article, tags: Sequence[Tag], *, shown: Collection[str] = ()) -> list[Suggestion]:
    """The best first, without those ``shown`` elsewhere, by key."""
    opening = _opening_of(article)
    words, rarity = words_of(opening.text, opening.language), _rarity_of(opening)
    rare_tags = sorted((tag.article_count, tag.pk) for tag in tags if 1 < tag.article_count <= RARE)
    ids = [pk for pk, _ in _by_tags([pk for _, pk in rare_tags[:CHOSEN]])] + _by_words(rarity.counts)
    ids = [pk for pk in dict.fromkeys(ids) if pk != article.pk]
    theirs = by_key(_shared_tags([tag.pk for tag in tags], ids))
    known, duplicates = {tag.pk: tag for tag in tags}, {*_near_duplicates(article.pk, ids)}
    found: list[Fitting] = []
    for other in listed([pk for pk in ids if pk not in duplicates]):
        shared, compared = [known[pk] for pk in theirs[other.pk]], _opening_of(other)
        evidence = _evidence(opening, words, rarity, compared, shared)
        score = sum(weight for weight, _ in evidence)
        if other.key not in shown and len(evidence) > 1 and score >= log(2 * rarity.total):
            found.append(Fitting(score, other, compared, _said(evidence)))
    chosen: list[Fitting] = []
    for fitting in sorted(found, key=lambda fitting: (-fitting.score, -fitting.article.pk)):
        stems, before = fitting.opening.different, [opening, *(earlier.opening for earlier in chosen)]
        if not any(len(stems & of.different) >= SAME_TEXT * len(stems | of.different) for of in before):
            chosen.append(fitting)
        if len(chosen) == SUGGESTED:
            break
    with_photos([fitting.article for fitting in chosen])
    return [Suggestion(entry_of(fitting.article, thumb_sizes=NEXT_SIZES), fitting.why) for fitting in chosen]


def _evidence(
    opening: Opening, words: Sequence[Word], rarity: Rarity, other: Opening, tags: Sequence[Tag]
) -> list[tuple[float, str]]:
    """Shared tags and words, with the rarity of each; nothing if none of them names what both are about."""
    is_one_language = opening.language == other.language
    both = all if is_one_language else any
    named = [tag for tag in tags if tag.kind == "story" or both(text.names(tag) for text in (opening, other))]
    found = [(log(max(1, rarity.total / tag.article_count)), tag.name) for tag in tags]
    of_tags = {stem for tag in named for stem in _stems(tag.name, opening.language)}
    in_headlines = {*opening.in_headline} & {*other.in_headline}
    is_about = any(tag.article_count <= max(FEW, min(RARE, rarity.total / SHARE)) for tag in named)
    for run in _runs(words, other) if is_one_language else ():
        rare = [word for word in run if word.stem in rarity.counts and word.stem not in of_tags]
        if rare and not (len(run) == 1 and run[0].is_cut):
            count = min(rarity.counts[word.stem] for word in rare)
            found.append((log(rarity.held / count / WORDS_FOR_TAG), _printed(opening, run, rare)))
            is_about |= any(word.stem in in_headlines for word in rare)
    return found if is_about else []


def _printed(opening: Opening, run: Sequence[Word], rare: Sequence[Word]) -> str:
    """The rare words of a run as the text has them; a name such as South Dakota is whole."""
    first = run.index(rare[0])
    while first and opening.text[run[first - 1].start].isupper():
        first -= 1
    return opening.text[run[first].start : rare[-1].end]


def _said(evidence: Sequence[tuple[float, str]]) -> list[str]:
    shown: dict[str, str] = {}
    for _, name in sorted(evidence, key=lambda piece: -piece[0]):
        shown.setdefault(name.casefold()[:ALIKE], in_short(name, LONGEST))
    return list(shown.values())[:SHOWN]


def _runs(words: Sequence[Word], other: Opening) -> Iterator[list[Word]]:
    """The words that ``other`` has too, each once; those in sequence in both together."""
    left, pairs = set(other.different), {*pairwise(other.stems)}
    run: list[Word] = []
    for word in words:
        if run and (run[-1].stem, word.stem) not in pairs:
            yield run
            run = []
        if word.stem in left:
            left.discard(word.stem)
            run.append(word)
    if run:
        yield run


def _opening_of(article: Article) -> Opening:
    rest = f"{article.deck} {article.excerpt}"
    language = index_language(article.language, article.headline or rest)
    in_headline = tokenised(article.headline, language).stems
    stems = in_headline + tokenised(rest, language).stems
    return Opening(f"{article.headline} {rest}", language, stems, in_headline, {*stems})


@lru_cache(maxsize=10_000)
def _stems(name: str, language: str) -> frozenset[str]:
    return frozenset(tokenised(name, language).stems)


_HELD = f"""SELECT
  (SELECT count(*) FROM (SELECT 1 FROM articles_searchentry WHERE language = %s LIMIT {RARE * SHARE}) AS found),
  (SELECT coalesce(sum(articles), 0) FROM articles_periodcount WHERE unit IN ('year', 'undated'))
"""  # noqa: S608


def _rarity_of(opening: Opening) -> Rarity:
    [[held, total]] = rows(_HELD, (opening.language,))
    most = min(RARE, held // SHARE)
    words = [word for word in dict.fromkeys(opening.stems) if not word.isdecimal()] if most > 1 else []
    weighed = [word for word in words if len(word) >= (SHORTEST if word.isascii() else 2)][:WEIGHED]
    common = backend().common
    counted = [word for word in weighed if word not in common]
    counts = backend().how_many([(Tokens(Column.TEXT, (word,)),) for word in counted], COMMON)
    common.update(word for count, word in zip(counts, counted, strict=True) if count == COMMON)
    rare = {word: count for count, word in zip(counts, counted, strict=True) if 1 < count <= most}
    return Rarity(rare, held, max(1, total))


def _by_words(counts: Mapping[str, int]) -> list[int]:
    """Ids of the articles whose headlines have most of the rarest words."""
    rarest = sorted(counts, key=lambda word: (counts[word], word))[:CHOSEN]
    compiled = CompiledQuery((tuple(Tokens(Column.HEADLINE, (word,)) for word in rarest),))
    numbers = backend().hits(compiled, RANKED) if rarest else []
    return [article_of(number) for number in backend().best(compiled, numbers)[: COMPARED + 1]] if numbers else []


@prepared
def _by_tags(tag_ids: list[int]) -> Any:
    """Ids of articles, withdrawn ones too, that share most of the tags, with the sums of their rarities."""
    shared = Tagging.everything.filter(tag_id__in=tag_ids).values_list("article_id")
    weighed = shared.annotate(weight=Sum(1.0 / F("tag__article_count")))
    newest = F("archive_date").desc(nulls_last=True)
    return weighed.order_by("-weight", newest, "-article_id")[: COMPARED + 1]


@prepared
def _shared_tags(tag_ids: list[int], article_ids: list[int]) -> Any:
    return Tagging.everything.filter(article_id__in=article_ids, tag_id__in=tag_ids).values_list("article_id", "tag_id")


@prepared
def _near_duplicates(pk: int, article_ids: list[int]) -> Any:
    """Those of the articles that have mostly the text of ``pk``."""
    later, earlier = Q(article_id=pk, other_id__in=article_ids), Q(other_id=pk, article_id__in=article_ids)
    alike = NearDuplicate.objects.filter(later | earlier).exclude(decided=NearDuplicate.Decision.NOT_A_DUPLICATE)
    return alike.values_list(F("article_id") + F("other_id") - pk, flat=True)  # whichever of the two is not ``pk``


def related_tags(tag: Tag) -> list[Tag]:
    """The tags that its newest articles share most often, in that order."""
    counts = dict(_often_with(tag.pk))
    found = rows_of("related tags", lambda ids: Tag.everything.used().filter(pk__in=ids), list(counts))
    return sorted(found, key=lambda found: (-counts[found.pk], found.sorting_name, found.pk))


@prepared
def _often_with(tag_id: int) -> Any:
    newest = Tagging.everything.filter(tag_id=tag_id, article__withdrawn_at=None).order_by(
        "-archive_date", "-article_id"
    )
    taggings = Tagging.everything.filter(article__in=newest.values("article_id")[:LOOKED_AT]).exclude(tag_id=tag_id)
    times = taggings.values_list("tag_id").annotate(times=Count("pk"))
    # Authors are left out of the groups, not of the rows, which the index alone has then: a third of the time.
    of_tags = times.filter(Q(times=0) | Exists(Tag.objects.filter(pk=OuterRef("tag_id"))))
    return of_tags.order_by("-times", "tag_id")[:TAGS_SHOWN]
