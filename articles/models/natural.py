"""Natural keys for ``dumpdata`` and ``loaddata``."""

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class GetByNaturalKey:
    def get_by_natural_key(self: Any, *values: Any) -> Any:
        return self.model._base_manager.get(**dict(zip(self.model.natural_key.lookups, values, strict=True)))


class ByNaturalKey(GetByNaturalKey, models.Manager[Row]):
    """For models without a queryset of their own."""


def natural_key_of(*lookups: str, after: tuple[str, ...] = ()) -> Callable[[Any], tuple[Any, ...]]:
    """A model's ``natural_key`` from lookups such as ``article__key``. ``after``: models to dump first."""

    def natural_key(row: Any) -> tuple[Any, ...]:
        return tuple(reduce(getattr, lookup.split("__"), row) for lookup in lookups)

    natural_key.lookups, natural_key.dependencies = lookups, list(after)  # type: ignore[attr-defined]
    return natural_key
