"""A body cut into its blocks, as Markdown rendered one by one."""

from __future__ import annotations

from functools import lru_cache

from articles.text.markdown import render


def blocks_of(body: str) -> list[str]:
    """A text as HTML, one string a paragraph, heading, list or table: what positions of photos count."""
    return list(_rendered(body))


@lru_cache(maxsize=4)  # asked for each photo of an article
def _rendered(body: str) -> tuple[str, ...]:
    return tuple(render(body))
