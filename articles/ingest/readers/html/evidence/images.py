"""Pictures that a page names in its metadata, with what it says of them there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """``url`` as written. ``None``: nothing is said."""

    url: str
    caption: str | None = None
    credit: str | None = None
    creator: str | None = None
    copyright_notice: str | None = None
    alt_text: str | None = None
