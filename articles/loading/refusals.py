"""Refused inputs: one row each until they can be loaded."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db.models import Q

from articles.ingest.inputs.shown import printable
from articles.ingest.pool import Reading
from articles.models import Load, Refusal
from articles.models.bulk import chunks
from articles.models.load import REFUSALS_KEPT
from articles.models.original import below


@dataclass(slots=True)
class Refusals:
    """Refusals of one load: unsaved rows by place, at most ``REFUSALS_KEPT``."""

    found: dict[str, Refusal] = field(default_factory=dict)
    are_all: bool = True

    def note(self, reading: Reading) -> None:
        if len(self.found) >= REFUSALS_KEPT:
            self.are_all = False
            return
        place = _place_of(reading)
        self.found.setdefault(place, Refusal(place=place, input=reading.piece.name, error=str(reading.error)))

    def compare(self, paths: Iterable[str]) -> tuple[list[str], list[str]]:
        """Places within the loaded paths: those with a new or different error, and those no longer refused."""
        within = Q(pk=None)
        for path in paths:
            place = printable(str(Path(path).resolve()))
            within |= below("place", place) | Q(place=place) | Q(place__startswith=f"{place}:")
        stored = {row.place: _reason(row) for row in Refusal.objects.filter(within)}
        new = [place for place, refusal in self.found.items() if stored.get(place) != _reason(refusal)]
        return new, sorted(stored.keys() - self.found.keys()) if self.are_all else []

    def save(self, new: Iterable[str], fixed: Sequence[str], load: Load | None, moment: datetime) -> None:
        """Save in the caller's transaction; ``load`` may be ``None`` if ``new`` is empty."""
        for places in chunks(fixed, 500):
            Refusal.objects.filter(place__in=places).delete()
        rows = [self.found[place] for place in new]
        for row in rows:
            row.load, row.refused_at = load, moment
        Refusal.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["place"],
            # A different error is a new refusal, even if staff dismissed the former one.
            update_fields=["input", "error", "load", "refused_at", "dismissed_at", "dismissed_by"],
        )


def _reason(refusal: Refusal) -> str:
    """The error without the name, which depends on the path given to the load."""
    return refusal.error.removeprefix(refusal.input)


def _place_of(reading: Reading) -> str:
    """The place of a refused input, with a line number for one record of several."""
    piece, error = reading.piece, reading.error
    if error is not None and error.place is not None:
        return error.place
    if piece.body is not None and piece.root is not None:
        return printable(f"{os.path.realpath(piece.root)}/{piece.name}")
    place = printable(piece.place or os.path.realpath(piece.path))
    return place if piece.line is None else f"{place}:{piece.line}"
