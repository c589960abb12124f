"""What the indexes of both databases have alike: the table of words, and asking on the connection of the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connections, router, transaction

from articles.models import SearchEntry
from articles.search.backend import LAST_LETTER

if TYPE_CHECKING:
    from articles.search.index import Document

WORDS = "articles_search_word"
WORDS_REMEMBERED = 500_000


class SqlIndex:
    """A part of ``articles.search.backend.Backend``."""

    def __init__(self) -> None:
        self._noted: set[str] = set()  # words that are in the table, as far as this process has seen them there

    def words(self, beginning: str, most: int) -> list[str]:
        sql = f"SELECT word FROM {WORDS} WHERE word >= %s AND word < %s ORDER BY word LIMIT {most}"  # noqa: S608
        return [word for (word,) in self._rows(sql, (beginning, beginning + LAST_LETTER))]

    def _note_words(self, cursor: Any, documents: Iterable[Document]) -> None:
        """Note the words that are new, for beginnings and for spelling. A word that no article has any more stays."""
        words = {word for one in documents for word in one.words.exact.split() if not word.isdecimal()}
        new = words - self._noted
        cursor.executemany(
            f"INSERT INTO {WORDS} (word) VALUES (%s) ON CONFLICT DO NOTHING",  # noqa: S608
            [(word,) for word in sorted(new)],
        )
        if len(self._noted) > WORDS_REMEMBERED:
            self._noted.clear()
        transaction.on_commit(lambda: self._noted.update(new))

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with connections[router.db_for_read(SearchEntry)].cursor() as cursor:
            cursor.execute(sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
