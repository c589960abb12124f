"""What came of undoing a load, in figures and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from articles.models import Article
from articles.text.phrases import counted

NAMED = 20  # articles, of those that go and of those that are put back


@dataclass(frozen=True, slots=True)
class Left:
    """What stays as it is: an article, or one field of it. ``waits_for`` is the later load to be undone first."""

    key: str
    why: str
    field: str = ""  # as reports name it: ``headline``, ``caption:1``; empty for the whole article
    waits_for: int | None = None

    @classmethod
    def waiting(cls, key: str, load_id: int) -> Left:
        return cls(key, f"load {load_id} has changed it since; undo load {load_id} first", waits_for=load_id)

    def __str__(self) -> str:
        """``k7f3c0q2xm: headline (changed since)``."""
        return f"{self.key}: {self.field} ({self.why})" if self.field else f"{self.key}: {self.why}"


@dataclass(slots=True)
class Account:
    """``removed`` and ``restored`` count articles; ``left`` is what was changed since, and stays.

    ``going`` and ``going_back`` name the first of them by their headlines, ``headlines`` by key those that stay.
    """

    dry_run: bool = False
    removed: int = 0
    restored: int = 0
    tags: int = 0
    sources: int = 0
    left: list[Left] = field(default_factory=list)
    going: list[str] = field(default_factory=list)
    going_back: list[str] = field(default_factory=list)
    headlines: dict[str, str] = field(default_factory=dict)

    def remove(self, articles: Iterable[Article]) -> None:
        for article in articles:
            self.removed += 1
            self.going += [str(article)] if len(self.going) < NAMED else []

    def put_back(self, article: Article) -> None:
        self.restored += 1
        self.going_back += [str(article)] if len(self.going_back) < NAMED else []

    def leave(self, article: Article, left: Iterable[Left]) -> None:
        if found := list(left):
            self.left += found
            self.headlines[article.key] = str(article)

    @property
    def told(self) -> list[str]:
        return [f"{one} “{self.headlines[one.key]}”" for one in self.left]

    @property
    def waits_for(self) -> list[int]:
        """Later loads that are to be undone first, the newest first."""
        return sorted({one.waits_for for one in self.left if one.waits_for}, reverse=True)

    @property
    def figures(self) -> str:
        """``12 articles removed, 3 put back, 2 left as changed since; 4 tags and 1 source went with them``."""
        articles = len({one.key for one in self.left})
        removed = counted(self.removed, "article")
        words = f"{removed} removed, {self.restored:,} put back, {articles:,} left as changed since"
        names = [counted(n, noun) for n, noun in ((self.tags, "tag"), (self.sources, "source")) if n]
        return f"{words}; {' and '.join(names)} went with them" if names else words
