"""Querysets that are built and compiled once.

A function that ``prepared`` decorates is called once a connection, with a placeholder for each value; after that, its
SQL is run with the values of each call.

For speed: of the processor time of pages with querysets, this takes a third (an article as JSON) to two thirds (the
index of dates, a search), mostly half; ``fetch``, for all owners one queryset, three quarters of that of a feed.

Private parts of Django, used nowhere else: ``ModelState``, the compiler of a query, and of querysets and objects
``_iterable_class``, ``_result_cache``, ``_prefetch_done`` and ``_prefetched_objects_cache``. ``tests/test_prepared.py``
fails without them.
"""

import json
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.base import ModelState

Values = ParamSpec("Values")
Row = TypeVar("Row")
KINDS = {int: "bigint", str: "text", date: "date"}  # of PostgreSQL, for lists


class FastModel(Model):
    """Its rows become objects without ``__init__`` and its signals. For speed: that takes 5 to 12 % of a page."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **state: Any) -> Any:
        made, made_state = cls.__new__(cls), ModelState()
        vars(made_state).update(state, adding=False, db=db)
        vars(made).update(zip(field_names, values, strict=True), _state=made_state)
        return made


def prepared(build: Callable[Values, QuerySet[Any, Row]]) -> Callable[Values, list[Row]]:
    """The rows of the queryset that ``build`` makes. It must not depend on its values, except to pass them to lookups.

    A value may be a list, for ``__in``; with an empty one, nothing is found. It may not be ``None``. Prefetches are
    ignored.
    """

    @wraps(build)
    def call(*values: Values.args, **_: Values.kwargs) -> list[Row]:
        return rows_of(build, build, *values)

    return call


def rows_of(name: Hashable, build: Callable[..., QuerySet[Any, Row]], *values: Any) -> list[Row]:
    """Like ``prepared``; equal querysets have the same ``name``."""
    if [] in values:
        return []
    connection = connections[DEFAULT_DB_ALIAS]
    cache = vars(connection).setdefault("prepared_queries", {})
    if name not in cache:
        cache[name] = _Prepared(build(*map(slot_for, values, range(len(values)))), connection)
    found: list[Row] = cache[name].rows(connection, values)
    return found


class Slot(Expression):
    """A placeholder for the value at ``place``. A list, of values of ``kind``, is passed as one parameter."""

    def __init__(self, place: int, kind: str = "") -> None:
        super().__init__()
        self.place, self.kind = place, kind

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        if not self.kind:
            return "%s", (self,)
        if connection.vendor == "sqlite":
            return "(SELECT value FROM json_each(%s))", (self,)
        return f"(SELECT unnest(%s::{self.kind}[]))", (self,)

    def filled(self, values: tuple[Any, ...], connection: BaseDatabaseWrapper) -> Any:
        value = values[self.place]
        if not self.kind:
            return connection.ops.adapt_unknown_value(value)
        return json.dumps(list(value), default=str) if connection.vendor == "sqlite" else list(value)


def slot_for(value: Any, place: int) -> Slot:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return Slot(place)
    return Slot(place, KINDS[type(next(iter(value)))])


class _Prepared:
    def __init__(self, queryset: QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> None:
        self.compiler = compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        compiler.get_converters = lambda _: converters
        queryset.query.get_compiler = lambda *args, **named: compiler  # type: ignore[method-assign]
        # It makes objects or values, of the rows that ``rows`` puts into the compiler.
        self.iterable: Any = queryset._iterable_class(queryset)

    def rows(self, connection: BaseDatabaseWrapper, values: tuple[Any, ...]) -> list[Any]:
        filled = [slot.filled(values, connection) if isinstance(slot, Slot) else slot for slot in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            found = cursor.fetchall()
        if not found:
            return []
        self.compiler.execute_sql = lambda *args, **named: [found]
        made = list(self.iterable)
        del self.compiler.execute_sql  # and the rows, which may be whole articles
        return made


def fetch(owners: Iterable[Model], name: str, query: Callable[[list[int]], list[Any]], *, of: str) -> list[Any]:
    """Like ``prefetch_related(name)``. ``query``: related rows by owners' ids; ``of``: their field for the owner. Only
    ``all()`` has these rows: a filter or an order would ask for those of all owners.
    """
    owned = {owner.pk: (owner, list[Any]()) for owner in owners}
    if not owned:
        return []
    found = query(list(owned))
    for row in found:
        owner, own = owned[getattr(row, f"{of}_id")]
        own.append(row)
        row._state.fields_cache[of] = owner
    some_owner, _ = next(iter(owned.values()))
    every: Any = QuerySet(some_owner._meta.get_field(name).related_model)
    for owner, own in owned.values():
        related: Any = QuerySet(every.model, every.query)  # of one query, since making one takes longest
        related._result_cache, related._prefetch_done = own, True
        set_fetched(owner, name, related)
    return found


def set_fetched(owner: Model, name: str, rows: Any) -> None:
    """Give ``owner`` its related rows, as ``prefetch_related(name)`` does."""
    vars(owner).setdefault("_prefetched_objects_cache", {})[name] = rows


def is_fetched(owner: Model, name: str) -> bool:
    return name in vars(owner).get("_prefetched_objects_cache", {})
