"""How found articles are shared out among tags, sources and languages: from what their entries keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from articles.models import FormerTag, SearchEntry


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of some articles each source, language and tag has, by ids; ``None`` is no source named. Sources that
    were merged are still counted apart, tags by what they are now."""

    sources: dict[int | None, int]
    languages: dict[str, int]
    tags: dict[int, int]
    with_photo: int


def counts_of(numbers: Sequence[int]) -> Counts:
    """The counts of articles by their numbers in the index, which should be hundreds and no more."""
    entries = SearchEntry.objects.filter(pk__in=numbers)
    rows = list(entries.values_list("source_id", "language", "has_photo", "tags"))
    return Counts(
        sources=Counter(source_id for source_id, _, _, _ in rows),
        languages=Counter(language for _, language, _, _ in rows),
        tags=_by_tag(tags for _, _, _, tags in rows),
        with_photo=sum(has_photo for _, _, has_photo, _ in rows),
    )


def _by_tag(kept: Iterable[str]) -> dict[int, int]:
    """The tag that most have first."""
    articles = Counter(kept)
    ids = {pk: int(pk) for tags in articles for pk in tags.split()}
    merged = dict(FormerTag.objects.filter(former_id__in=ids.values()).values_list("former_id", "tag_id"))
    now = {pk: merged.get(tag_id, tag_id) for pk, tag_id in ids.items()}
    found: Counter[int] = Counter()
    for tags, count in articles.items():
        for tag_id in {now[pk] for pk in tags.split()}:
            found[tag_id] += count
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
