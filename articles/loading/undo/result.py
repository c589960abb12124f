"""The result of undoing a load."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from articles.models import Article
from articles.text.phrases import counted, grouped, listed

NAMED = 20  # deleted, and restored, articles named in the report


@dataclass(frozen=True, slots=True)
class Left:
    """An article, or one of its fields, that is kept. ``waits_for``: the later load to undo first."""

    key: str
    headline: str
    why: str
    label: str = ""  # of the field: ``Headline``, ``Photo 1: caption``; empty for the whole article
    waits_for: int | None = None

    @classmethod
    def waiting(cls, article: Article, load_id: int) -> Left:
        why = gettext("load %(number)s has changed it since; undo load %(number)s first") % {"number": load_id}
        return cls(article.key, str(article), why, waits_for=load_id)

    def __str__(self) -> str:
        return f"{self.label} ({self.why})" if self.label else self.why


@dataclass(slots=True)
class Result:
    """``removed``, ``restored``: numbers of articles. ``left``: what is kept."""

    dry_run: bool = False
    removed: int = 0
    restored: int = 0
    names: dict[str, int] = field(default_factory=dict)  # deleted: tags, authors and sources
    left: list[Left] = field(default_factory=list)
    deleted_headlines: list[str] = field(default_factory=list)
    restored_headlines: list[str] = field(default_factory=list)

    def remove(self, article: Article) -> None:
        self.removed += 1
        if self.removed <= NAMED:
            self.deleted_headlines.append(str(article))

    def put_back(self, article: Article) -> None:
        self.restored += 1
        if self.restored <= NAMED:
            self.restored_headlines.append(str(article))

    @property
    def lines(self) -> list[str]:
        """``“Ferry returns” (k7f3c0q2xm): Headline (changed since)``."""
        return [f"“{left.headline}” ({left.key}): {left}" for left in self.left]

    @property
    def waits_for(self) -> list[int]:
        """Later loads to undo first, newest first."""
        return sorted({left.waits_for for left in self.left if left.waits_for}, reverse=True)

    @property
    def figures(self) -> str:
        """``12 articles deleted, 3 restored, 2 kept (changed since); also deleted: 4 tags and 1 source``."""
        kept = len({left.key for left in self.left})
        messages = [
            (ngettext("%(count)s article deleted", "%(count)s articles deleted", self.removed), self.removed),
            (ngettext("%(count)s restored", "%(count)s restored", self.restored), self.restored),
            (ngettext("%(count)s kept (changed since)", "%(count)s kept (changed since)", kept), kept),
        ]
        words = ", ".join(message % {"count": grouped(number)} for message, number in messages)
        names = [counted(n, noun) for noun, n in self.names.items() if n]
        if not names:
            return words
        return gettext("%(figures)s; also deleted: %(names)s") % {"figures": words, "names": listed(names)}
