"""Saved pages with their annotation: ``NAME.html`` (or ``.html.gz``) next to ``NAME.json``, in a folder for each set.

Sets of real news (``HALVED``) are two sets: rules of our reader are tuned on half A, and half B is only measured. A
page is in half A if the first byte of the MD5 of its name, which is that of its publisher, is even.

The keys of the annotation are optional. ``null`` or a missing key means that the annotator did not look, and the field
is not measured:

* ``title``, ``authors``, ``date``, ``updated``, ``language``;
* ``body``: its paragraphs, in order; ``must_contain`` and ``must_not_contain``: strings that a good text has and lacks;
* ``photos``: all photos of the article, ``[]`` for none, each with ``src``, ``other_srcs`` (the same photo in other
  sizes), ``caption``, ``credit`` and ``position`` (the number of paragraphs before it); a credit that is absent is
  known not to be there only with ``must_not_contain``, and else is not measured;
* ``family``: the kind of markup.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN_PAGES = Path(__file__).with_name("pages")
OWN = "own"  # the set's name
HALVED = frozenset({"news"})
HALVED_APART = frozenset({"more"})  # each of its folders is two sets


@dataclass(frozen=True, slots=True)
class TruePhoto:
    """``position`` is ``None`` if not annotated; missing captions and credits are ``None``."""

    srcs: tuple[str, ...]
    caption: str | None
    credit: str | None
    position: int | None


@dataclass(frozen=True, slots=True)
class Truth:
    """The true values for one page.

    ``is_whole``: a person listed everything, also strings to be kept out, so that anything else is known to be absent.
    ``photos`` is ``None`` if nobody listed them.
    """

    headline: str | None
    authors: tuple[str, ...]
    day: str | None
    updated_day: str | None
    language: str | None
    body: tuple[str, ...]
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    photos: tuple[TruePhoto, ...] | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One saved page. ``family`` is the set's name unless annotated."""

    path: Path
    set_name: str
    family: str
    data: bytes
    truth: Truth

    @property
    def name(self) -> str:
        return f"{self.set_name}/{_annotation(self.path).stem}"


def pages_in(folder: Path) -> Iterator[Page]:
    """The annotated pages of each folder within ``folder``, or of ``folder`` itself if it has pages."""
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")]):
        if (annotation := _annotation(path)).exists():
            inner = path.relative_to(folder).parts[:-1]
            set_name = "/".join(inner[: 2 if inner[0] in HALVED_APART else 1]) if inner else folder.name
            if inner and inner[0] in HALVED | HALVED_APART:
                set_name += f", half {half_of(annotation.stem)}"
            yield _page(path, json.loads(annotation.read_text("utf-8")), set_name)


def half_of(name: str) -> str:
    return "B" if hashlib.md5(name.encode(), usedforsecurity=False).digest()[0] % 2 else "A"


def _annotation(page: Path) -> Path:
    return page.with_name(page.name.removesuffix(".gz").removesuffix(".html") + ".json")


def own_pages() -> Iterator[Page]:
    """The pages of the tests."""
    for path in sorted(OWN_PAGES.glob("*.html")):
        yield _page(path, json.loads(path.with_suffix(".json").read_text("utf-8")), OWN)


def _page(path: Path, said: dict[str, Any], set_name: str) -> Page:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return Page(path, set_name, said.get("family") or set_name, data, _truth(said))


def _truth(said: dict[str, Any]) -> Truth:
    photos, updated, body = said.get("photos"), said.get("updated"), tuple(said.get("body") or ())
    return Truth(
        headline=said.get("title"),
        authors=tuple(said.get("authors") or ()),
        day=_day(said.get("date") or updated),
        updated_day=_day(updated),
        language=said.get("language"),
        body=body,
        wanted=tuple(said.get("must_contain") or ()),
        unwanted=tuple(said.get("must_not_contain") or ()),
        photos=None if photos is None else tuple(map(_photo, photos)),
        is_whole=photos is not None and bool(body) and "must_not_contain" in said,
    )


def _day(date: str | None) -> str | None:
    return date[:10] if date else None


def _photo(said: dict[str, Any]) -> TruePhoto:
    srcs = (said.get("src"), *(said.get("other_srcs") or ()))
    return TruePhoto(tuple(filter(None, srcs)), said.get("caption"), said.get("credit"), said.get("position"))
