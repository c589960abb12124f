"""One module or package a form: each that defines ``READER`` is found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from articles.ingest.readers.base import Reader


def _found() -> list[Reader]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return sorted(
        (module.READER for module in modules if hasattr(module, "READER")),
        key=lambda reader: (reader.rank, reader.name),
    )


READERS: dict[str, Reader] = {reader.name: reader for reader in _found()}


def called() -> str:
    """All forms in words: ``plain text, Markdown, JSON Lines``."""
    return ", ".join(reader.called for reader in reversed(READERS.values()))
