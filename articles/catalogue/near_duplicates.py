"""Near-duplicates: texts that are mostly the same are found as they are written, and noted in pairs for staff.

An article is looked up by its bands. No band has more than ``MOST_OF_A_BAND`` rows, so a text that half the archive
shares costs as much as a rare one: where a band is full, the next takes its place, up to ``MOST_BANDS`` of an article.
A look-up notes no more than ``MOST_PAIRS`` pairs of an article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Max, Model, Q
from django.utils import timezone

from articles.models import Likeness, LikenessBand, Load, NearDuplicate
from articles.models.bulk import chunks, insert_values
from articles.text.signatures import ALIKE_PERCENT, bands_of, likeness_percent, sample_of

MOST_OF_A_BAND = 5
MOST_BANDS = 4
MOST_PAIRS = 5

Pair = tuple[int, int]  # ids of two articles, the later first


def note_likeness(new: Sequence[tuple[int, bytes | None]], load: Load | None) -> int:
    """Note the signatures of articles that were just written, by their ids; return how many pairs were found.

    Within the caller's transaction. ``None`` is a text without a signature. What is noted already is left alone.
    A changed text loses its open pairs and is compared anew; a pair that staff have decided on stays as it is.
    """
    if not new:
        return 0
    held = _held([pk for pk, _ in new])
    changed = {pk: signature for pk, signature in new if held.get(pk) != signature}
    renewed = changed.keys() & held.keys()
    settled = _forget(renewed) if renewed else set()
    signatures = {pk: signature for pk, signature in changed.items() if signature is not None}
    if not signatures:
        return 0
    compared = _note_bands({pk: bands_of(signature) for pk, signature in signatures.items()})
    insert_values(Likeness, ("article_id", "signature"), signatures.items())
    pairs = _alike(compared, signatures)
    return _note_pairs({pair: percent for pair, percent in pairs.items() if pair not in settled}, load)


def _held(ids: Collection[int]) -> dict[int, bytes]:
    """The signatures that are noted of articles; none is looked for of those that are newer than all that have one."""
    last = Likeness.objects.aggregate(last=Max("article_id"))["last"] or 0
    return _signatures([pk for pk in ids if pk <= last])


def _signatures(ids: Collection[int]) -> dict[int, bytes]:
    return {pk: bytes(signature) for pk, signature in _rows(Likeness, "article_id", "signature", ids)}


def _rows(model: type[Model], key: str, value: str, keys: Collection[int]) -> Iterator[tuple[int, Any]]:
    """The rows of a table by one of its columns, as pairs of that and another; the ORM takes longer to write down
    thousands of numbers than the database to look them up.
    """
    wanted, table = sorted(keys), connection.ops.quote_name(model._meta.db_table)  # in the order of the index
    with connection.cursor() as cursor:
        for some in chunks(wanted):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(f"SELECT {key}, {value} FROM {table} WHERE {key} IN ({marks})", some)  # noqa: S608
            yield from cursor.fetchall()


def _forget(ids: Collection[int]) -> set[Pair]:
    """Drop what is noted of articles, bar the pairs that staff have decided on, which are returned."""
    LikenessBand.objects.filter(article_id__in=ids).delete()
    Likeness.objects.filter(article_id__in=ids).delete()
    pairs = NearDuplicate.objects.filter(Q(article_id__in=ids) | Q(other_id__in=ids))
    pairs.filter(decided=NearDuplicate.Decision.OPEN).delete()
    return set(pairs.values_list("article_id", "other_id"))


def _note_bands(bands: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Write the bands of articles; return which others each of them is to be compared with, if any."""
    sharing: defaultdict[int, list[int]] = defaultdict(list)
    for band, pk in _rows(LikenessBand, "band", "article_id", {band for some in bands.values() for band in some}):
        sharing[band].append(pk)
    rows: list[tuple[int, int]] = []
    compared = {}
    for pk, some in bands.items():
        shared: dict[int, int] = {}
        free = []
        for band in some:
            here = sharing[band]
            is_full = len(here) >= MOST_OF_A_BAND
            for other in here:
                shared[other] = shared.get(other, 0) + (1 if is_full else 2)
            if not is_full:
                free.append(band)
        for band in free[:MOST_BANDS]:
            sharing[band].append(pk)
            rows.append((band, pk))
        # A full band is a stock phrase, or one of many copies of a text: those have others in common too.
        if close := [other for other, weight in shared.items() if weight > 1]:
            compared[pk] = close
    insert_values(LikenessBand, ("band", "article_id"), sorted(rows))
    return compared


def _alike(compared: Mapping[int, Sequence[int]], signatures: Mapping[int, bytes]) -> dict[Pair, int]:
    """The pairs that are alike, with their likeness; of each article the closest, and of those the earliest."""
    wanted = {pk for some in compared.values() for pk in some} | compared.keys()
    known = {**_signatures(wanted - signatures.keys()), **signatures}
    samples = {pk: sample_of(known[pk]) for pk in wanted}
    pairs = {}
    for pk, some in compared.items():
        own = frozenset(samples[pk])
        percents = [(likeness_percent(own, samples[other]), other) for other in some]
        alike = [(-percent, other) for percent, other in percents if percent >= ALIKE_PERCENT]
        pairs.update({(max(pk, other), min(pk, other)): -minus for minus, other in sorted(alike)[:MOST_PAIRS]})
    return pairs


def _note_pairs(pairs: Mapping[Pair, int], load: Load | None) -> int:
    now, load_id = timezone.now(), load.pk if load else None
    columns = ("article_id", "other_id", "likeness_percent", "found_at", "load_id", "decided")
    rows = [(*pair, percent, now, load_id, NearDuplicate.Decision.OPEN.value) for pair, percent in pairs.items()]
    if rows:
        insert_values(NearDuplicate, columns, rows)
    return len(rows)
