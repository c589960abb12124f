"""What the indexes of both databases have alike: the table of words, and asking on the connection of the page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import connection, transaction

from articles.search.backend import LAST_LETTER

if TYPE_CHECKING:
    from articles.search.document import Document

WORDS, ACCENTED = "articles_search_word", "articles_search_accented"
REMEMBERED = 500_000
LONGEST_NUMBER = 4  # digits; longer ones are amounts, of which there is no end


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the database answers, on the connection of the page."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


class SqlIndex(ABC):
    """A part of ``articles.search.backend.Backend``: two tables of what the articles have or had, in which nothing is
    ever taken back, so that each process may remember what it has seen there."""

    ONE_OF: ClassVar[str]  # the condition that something is one of the numbers that are listed

    @abstractmethod
    def _listed(self, numbers: Iterable[int]) -> Any:
        """Numbers as one value for the database."""

    def __init__(self) -> None:
        self._noted: set[Any] = set()  # what is in the tables, as far as this process has seen it there

    def entries(self, numbers: Iterable[int]) -> list[Any]:
        # Many numbers as one value: hundreds of them, each by itself, take Django three times as long.
        these = "SELECT source_id, language, has_photo, tags FROM articles_searchentry WHERE id"
        return rows(f"{these} {self.ONE_OF}", (self._listed(numbers),))

    def merged_tags(self, tag_ids: Iterable[int]) -> list[Any]:
        these = "SELECT former_id, tag_id FROM articles_formertag WHERE former_id"
        return rows(f"{these} {self.ONE_OF}", (self._listed(tag_ids),))

    def words(self, beginning: str, most: int) -> list[str]:
        sql = f"SELECT word FROM {WORDS} WHERE word >= %s AND word < %s ORDER BY word LIMIT {most}"  # noqa: S608
        return [word for (word,) in rows(sql, (beginning, beginning + LAST_LETTER))]

    def accented(self, stems: Collection[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        places = ", ".join(["%s"] * len(stems))
        sql = f"SELECT plain, stem FROM {ACCENTED} WHERE plain IN ({places}) ORDER BY plain, stem"  # noqa: S608
        for plain, stem in rows(sql, tuple(stems)) if stems else ():
            found.setdefault(plain, []).append(stem)
        return found

    def _note(self, cursor: Any, documents: Sequence[Document]) -> None:
        """Note the words that are new, for beginnings and for spelling, and the stems of those with accents."""
        words = {(word,) for one in documents for word in one.words.known if _may_begin(word)} - self._noted
        accented = {pair for one in documents for pair in one.words.accented} - self._noted
        cursor.executemany(
            f"INSERT INTO {WORDS} (word) VALUES (%s) ON CONFLICT DO NOTHING",  # noqa: S608
            sorted(words),
        )
        cursor.executemany(
            f"INSERT INTO {ACCENTED} (plain, stem) VALUES (%s, %s) ON CONFLICT DO NOTHING",  # noqa: S608
            sorted(accented),
        )
        if len(self._noted) > REMEMBERED:
            self._noted.clear()
        transaction.on_commit(lambda: self._noted.update(words, accented))


def _may_begin(word: str) -> bool:
    return not word.isdecimal() or len(word) <= LONGEST_NUMBER
