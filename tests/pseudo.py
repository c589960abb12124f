"""A pseudo-translation, to find words that no translator could reach.

While ``translated()`` lasts, every message comes out as ``⟦message⟧``. ``untranslated`` lists what a page says outside
of such brackets and that is no value of a row either: words that lack a mark, or a sentence glued from parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from html.parser import HTMLParser
from itertools import chain
from typing import Any

from django.apps import apps
from django.conf import settings
from django.test.utils import override_settings
from django.utils import translation
from django.utils.translation import trans_real

LANGUAGE = "eo"  # not that of other tests, whose words are remembered
SILENT = {"script", "style"}
SAYING = {"alt", "aria-description", "aria-label", "data-label", "data-placeholder", "label", "placeholder", "title"}
BUTTONS = {"submit", "button", "reset"}
LONG = 12  # characters of a value from which on a piece of it is known too


class PseudoTranslation(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message.rpartition(trans_real.CONTEXT_SEPARATOR)[2]}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def to_language(self) -> str:
        return LANGUAGE


@contextmanager
def translated() -> Iterator[None]:
    catalogues: Any = trans_real._translations  # type: ignore[attr-defined]
    before = catalogues.get(LANGUAGE)
    catalogues[LANGUAGE] = PseudoTranslation()
    try:
        with override_settings(LANGUAGE_CODE=LANGUAGE), translation.override(LANGUAGE, deactivate=True):
            yield
    finally:
        catalogues.pop(LANGUAGE)
        if before is not None:
            catalogues[LANGUAGE] = before


class PageReader(HTMLParser):
    """``outside``: runs of text outside of all brackets, which may open in one element and close in another."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self._depth = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        values = {name: value or "" for name, value in attrs}
        said = {name for name in values if name in SAYING}
        if tag == "input" and values.get("type") in BUTTONS:
            said.add("value")
        for name in said:
            depth, self._depth = self._depth, 0
            self.handle_data(values[name])
            assert self._depth == 0, values[name]
            self._depth = depth

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        for piece in re.split("([⟦⟧])", data):
            if piece in ("⟦", "⟧"):
                self._depth += 1 if piece == "⟦" else -1
            elif not self._depth and re.search(r"[^\W\d_]", piece):
                self.outside.append(" ".join(piece.split()))


def untranslated(page: str, known: set[str]) -> list[str]:
    reader = PageReader()
    reader.feed(page)
    assert reader._depth == 0, "a bracket is open"
    return [piece for piece in dict.fromkeys(reader.outside) if not _is_known(piece, known)]


def _is_known(piece: str, known: set[str]) -> bool:
    """A value, a long piece of one, an address, or several of these with punctuation between them."""
    if piece in known or re.match(r"https?://|/\S*$", piece):
        return True
    piece = piece.strip(" .…,;:·()|“”›/")
    if piece in known or (len(piece) >= LONG and any(piece in value for value in known)):
        return True
    parts = [part for part in re.split(r"[,;:·()|“”]|\.\s|\s/\s", piece) if re.search(r"[^\W\d_]", part)]
    return not parts or (parts != [piece] and all(_is_known(part, known) for part in parts))


def known_values() -> set[str]:
    """The texts in all rows, whole and by line, and the archive's name."""
    models = [*apps.get_app_config("articles").get_models(), *apps.get_app_config("auth").get_models()]
    rows = chain.from_iterable(model._base_manager.values_list() for model in models)
    texts = set(_texts(list(rows))) | {settings.ARCHIVE_NAME}
    return {" ".join(part.split()) for text in texts for part in (text, *text.splitlines(), *text.split(": "))}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):  # an original
        yield value.decode(errors="replace")
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(_texts, value.values()))
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(_texts, value))
