"""Custom fields of WordPress, in which themes and plug-ins of the press keep bylines, decks, credits and sections."""

import re
from collections.abc import Callable, Iterator, Mapping

from articles.ingest.parsing.agency_items import without_by
from articles.ingest.parsing.credits_in_captions import credit_line
from articles.ingest.parsing.fields import NAMES, NAMES_IN_WORDPRESS as _NAMES, key_of
from articles.ingest.parsing.html_to_markdown import text_of_html
from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.safe_xml import children
from articles.ingest.readers.feeds.elements import text

_IN_SETTINGS = re.compile(r's:\d+:"(td_subtitle)";s:\d+:"(.*?)";', re.DOTALL)  # of a theme, serialised by PHP
_AUTHOR_TAG = re.compile(r"\[/?Author\b[^\]]*\]")  # Newspack: ``By [Author id=5]Jane Doe[/Author] and Eric Roe``
_BETWEEN = re.compile(
    r"\s*[;/|]\s*|\s*,?\s+(?:and|&|und|et|og|och|y(?=\s\S+\s))\s+|\s*,\s+(?!(?:Jr|Sr|I{2,3}|M\.?D|Ph\.?D)\b)"
)
_ROLE = re.compile(
    r"(?i:\b(?:staff|writers?|reporters?|editors?|correspondents?|contribut\w+|columnist|photographer|special to)\b)"
    r"|\A[a-zß-ÿ]|\A\Z"
)


def _is_text(value: str) -> bool:
    """``False`` for ``1``, ``default``, settings, and references of Advanced Custom Fields, ``field_5c0a1b``."""
    is_word = any(map(str.isalpha, value)) and (" " in value or not value.islower())
    return is_word and not re.match(r"[aO]:\d+:", value)


class CustomFields:
    """The custom fields of a post or attachment. ``own``: known keys by those of the site, from its profile."""

    def __init__(self, item: Element, own: Mapping[str, str] | None = None) -> None:
        self._fields: list[tuple[str, str, str]] = []  # key, key as written, value
        self._read: set[str] = set()
        for part in children(item, "postmeta"):
            written, value = text(part, "meta_key"), text(part, "meta_value")
            for name, found in ((written, value), *_IN_SETTINGS.findall(value)):
                self._fields.append(((own or {}).get(key := key_of(name, {}), key), name, found))
        if "1" not in self.values("newspack_byline_active", is_value=bool):
            self._fields = [field for field in self._fields if field[0] != "newspack_byline"]

    def values(self, *keys: str, is_value: Callable[[str], bool] = _is_text) -> list[str]:
        return self.key_and_values(*keys, is_value=is_value)[1]

    def key_and_values(self, *keys: str, is_value: Callable[[str], bool] = _is_text) -> tuple[str, list[str]]:
        """The first of the keys with a value, as written, and its values."""
        for known in keys:
            fields = [(name, value) for key, name, value in self._fields if key == known and is_value(value)]
            if fields:
                self._read.add(fields[0][0])
                return fields[0][0], [text_of_html(value) for _, value in fields]
        return "", []

    def byline(self) -> tuple[str, str | None, list[str]]:
        """The key of the byline, the byline as printed, and the names of its authors, without offices."""
        key, bylines = self.key_and_values(*_NAMES["byline"])
        own_key, writers = self.key_and_values(*NAMES["authors"])
        printed = without_by(_AUTHOR_TAG.sub("", next(iter(bylines), writers[0] if len(writers) == 1 else "")))
        names = [name for writer in writers or [printed or ""] for name in _BETWEEN.split(writer)]
        return key or own_key, printed, [name for name in names if not _ROLE.search(name)]

    def credit(self) -> str | None:
        """``Ana Ruiz / The Post``."""
        makers, owners = self.values(*_NAMES["media_credit"]), self.values(*_NAMES["media_owner"])
        return " / ".join(filter(None, (", ".join(credit_line(maker) or maker for maker in makers), *owners))) or None

    def left_over(self) -> Iterator[tuple[str, str]]:
        """Keys and values that were not read, but for WordPress’s own, which begin with ``_``."""
        return ((name, value) for _, name, value in self._fields if name[:1] != "_" and name not in self._read)
