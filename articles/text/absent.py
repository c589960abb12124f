"""Labels that pages show for values a source does not give."""

from __future__ import annotations

from articles.text.messages import gettext, gettext_noop

LABELS = {
    "date": gettext_noop("No date"),
    "headline": gettext_noop("No headline"),
    "source": gettext_noop("Source not named"),
}


def absent(name: str) -> str:
    return gettext(LABELS[name])
