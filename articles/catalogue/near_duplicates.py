"""Near-duplicates: pairs of articles with mostly the same text, found when texts are written.

Articles are looked up by bands of their MinHashes. A band has at most ``MOST_OF_A_BAND`` rows, so common texts cost no
more than rare ones; if a band is full, the article uses the next one, up to ``MOST_BANDS``. At most ``MOST_PAIRS``
pairs per article are recorded.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db.models import Max, Model, Q
from django.utils import timezone

from articles.models import Likeness, LikenessBand, Load, NearDuplicate
from articles.models.bulk import chunks, insert_values
from articles.text.grouping import by_key
from articles.text.minhash import ALIKE_PERCENT, bands_of, likeness_percent, sample_of

MOST_OF_A_BAND = 5
MOST_BANDS = 4
MOST_PAIRS = 5

Pair = tuple[int, int]  # ids of two articles, the later first


def note_likeness(new: Sequence[tuple[int, bytes | None]], load: Load | None) -> int:
    """Record MinHashes by article id (``None``: text too short); return the number of pairs found.

    In the caller's transaction. A changed text loses its open pairs and is compared again; decided pairs stay.
    """
    if not new:
        return 0
    # Articles newer than all recorded ones are not looked up.
    last = Likeness.objects.aggregate(last=Max("article_id"))["last"] or 0
    recorded = _minhashes([pk for pk, _ in new if pk <= last])
    changed = {pk: minhash for pk, minhash in new if recorded.get(pk) != minhash}
    settled = set[Pair]()
    if renewed := changed.keys() & recorded.keys():
        LikenessBand.objects.filter(article_id__in=renewed).delete()
        Likeness.objects.filter(article_id__in=renewed).delete()
        pairs_before = NearDuplicate.objects.filter(Q(article_id__in=renewed) | Q(other_id__in=renewed))
        pairs_before.filter(decided=NearDuplicate.Decision.OPEN).delete()
        settled = set(pairs_before.values_list("article_id", "other_id"))
    hashes = {pk: minhash for pk, minhash in changed.items() if minhash is not None}
    candidates = _note_bands({pk: bands_of(minhash) for pk, minhash in hashes.items()})
    insert_values(Likeness, ("article_id", "minhash"), hashes.items())
    now, load_id, is_open = timezone.now(), load.pk if load else None, NearDuplicate.Decision.OPEN.value
    pairs = _similar_pairs(candidates, hashes)
    rows = [(*pair, percent, now, load_id, is_open) for pair, percent in pairs.items() if pair not in settled]
    columns = ("article_id", "other_id", "likeness_percent", "found_at", "load_id", "decided")
    insert_values(NearDuplicate, columns, rows)
    return len(rows)


def _minhashes(ids: Collection[int]) -> dict[int, bytes]:
    return {pk: bytes(minhash) for pk, minhash in _rows(Likeness, "article_id", "minhash", ids)}


def _rows(model: type[Model], key: str, value: str, keys: Collection[int]) -> Iterator[tuple[int, Any]]:
    for batch in chunks(sorted(keys)):  # in the order of the index
        yield from model._default_manager.filter(**{f"{key}__in": batch}).values_list(key, value)


def _note_bands(bands: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Record bands by article; return candidates for comparison by article."""
    sharing = by_key(_rows(LikenessBand, "band", "article_id", {*chain.from_iterable(bands.values())}))
    rows: list[tuple[int, int]] = []
    candidates = {}
    for pk, article_bands in bands.items():
        free = [band for band in article_bands if len(sharing[band]) < MOST_OF_A_BAND]
        weights = Counter[int]()
        for band in article_bands:
            for candidate in sharing[band]:
                weights[candidate] += 2 if band in free else 1
        for band in free[:MOST_BANDS]:
            sharing[band].append(pk)
            rows.append((band, pk))
        # A full band may be a stock phrase; copies of a text share more than one.
        if close := [candidate for candidate, weight in weights.items() if weight > 1]:
            candidates[pk] = close
    insert_values(LikenessBand, ("band", "article_id"), sorted(rows))
    return candidates


def _similar_pairs(candidates: Mapping[int, Sequence[int]], hashes: Mapping[int, bytes]) -> dict[Pair, int]:
    """Similar pairs with percentages; for each article the closest, earliest first."""
    ids = {*chain.from_iterable(candidates.values()), *candidates}
    minhashes = {**_minhashes(ids - hashes.keys()), **hashes}
    samples = {pk: sample_of(minhashes[pk]) for pk in ids}
    pairs = {}
    for pk, candidate_ids in candidates.items():
        own = frozenset(samples[pk])
        percents = [(likeness_percent(own, samples[candidate]), candidate) for candidate in candidate_ids]
        similar = [(-percent, candidate) for percent, candidate in percents if percent >= ALIKE_PERCENT]
        for minus, candidate in sorted(similar)[:MOST_PAIRS]:
            pairs[max(pk, candidate), min(pk, candidate)] = -minus
    return pairs
