"""Inputs that could not be loaded, kept until they can be: one row each, written only when something is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db.models import Q

from articles.ingest.inputs.shown import printable
from articles.ingest.pool import Reading
from articles.loading.places import below, place_of_refused
from articles.models import Load, Refusal
from articles.models.bulk import chunks
from articles.models.load import REFUSALS_KEPT


@dataclass(slots=True)
class Refusals:
    """What one load refused, by place: the name that reports use, and the error. No more than ``REFUSALS_KEPT``."""

    found: dict[str, tuple[str, str]] = field(default_factory=dict)
    are_all: bool = True

    def note(self, reading: Reading) -> None:
        if len(self.found) >= REFUSALS_KEPT:
            self.are_all = False
            return
        self.found.setdefault(place_of_refused(reading), (reading.piece.name, str(reading.error)))

    def compare(self, paths: Iterable[str]) -> tuple[list[str], list[str]]:
        """Of the paths that were loaded, the places refused for the first time, or for another reason, and those that
        are loaded or no longer there."""
        under = Q(pk=None)
        for path in paths:
            place = printable(str(Path(path).resolve()))
            under |= below("place", place) | Q(place=place) | Q(place__startswith=f"{place}:")
        rows = Refusal.objects.filter(under).values_list("place", "input", "error")
        known = {place: _reason(name, error) for place, name, error in rows}
        new = [place for place, told in self.found.items() if known.get(place) != _reason(*told)]
        return new, sorted(known.keys() - self.found.keys()) if self.are_all else []

    def save(self, new: Iterable[str], mended: Sequence[str], load: Load | None, moment: datetime) -> None:
        """Within the caller's transaction; ``load`` may be ``None`` where nothing is new."""
        for some in chunks(mended, 500):
            Refusal.objects.filter(place__in=some).delete()
        told = [(place, *self.found[place]) for place in new]
        Refusal.objects.bulk_create(
            [Refusal(place=place, input=name, error=why, load=load, refused_at=moment) for place, name, why in told],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["place"],
            # Another error is another matter: that staff dismissed the former one says nothing of it.
            update_fields=["input", "error", "load", "refused_at", "dismissed_at", "dismissed_by"],
        )


def _reason(name: str, error: str) -> str:
    """The error without the name, which is another when the same is loaded by another path."""
    return error.removeprefix(name)
