"""How found articles are shared out among tags, sources and languages: from what their entries keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from articles.search.backend import backend

MOST_TAGS = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of some articles each source, language and tag has, by ids; ``None`` is no source named. Sources that
    were merged are still counted apart, tags by what they are now. Of the tags, those that most have: ``MOST_TAGS``.
    """

    sources: dict[int | None, int]
    languages: dict[str, int]
    tags: dict[int, int]
    with_photo: int


def counts_of(numbers: Sequence[int]) -> Counts:
    """The counts of articles by their numbers in the index, which should be hundreds and no more."""
    rows = backend().entries(numbers)
    return Counts(
        sources=Counter(source_id for source_id, _, _, _ in rows),
        languages=Counter(language for _, language, _, _ in rows),
        tags=_by_tag([tags.split() for _, _, _, tags in rows]),
        with_photo=sum(has_photo for _, _, has_photo, _ in rows),
    )


def _by_tag(articles: Sequence[Sequence[str]]) -> dict[int, int]:
    """The tag that most have first; two that were merged are one, of which an article has only one."""
    counts = Counter(chain.from_iterable(articles))
    merged = {str(former): str(now) for former, now in backend().merged_tags(map(int, counts))}
    if merged:
        counts = Counter(chain.from_iterable({merged.get(tag, tag) for tag in tags} for tags in articles))
    return {int(tag): count for tag, count in counts.most_common(MOST_TAGS)}
