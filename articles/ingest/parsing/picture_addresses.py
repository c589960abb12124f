"""The addresses of a picture in HTML: in ``srcset``, and in the attributes that lazy loading puts in their place."""

import re
from collections.abc import Iterator
from typing import Protocol

from articles.text.tables import tables_of

_ATTRIBUTES: dict[str, list[str]] = tables_of(__file__)
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|spacer|space|transparent|trans|pixel|1x1|1px|placeholder|lazy|lazyload|loading|loader|grey|gray|"
    r"dot|clear|empty|dummy|t|s|null|default-image)\.(?:gif|png|svg|jpe?g|webp)(?:$|[?#])|^about:|^#|^javascript:",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(?:,+(?=\s|$)|\s+([^,]*)(?:,|$)|\s*$)")
_WIDTH = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)[wx]", re.ASCII)
LONGEST = 2_000


class Attributes(Protocol):
    """The attributes of an element, by name."""

    def get(self, name: str, /) -> str | None:
        pass


def in_sets(element: Attributes) -> Iterator[tuple[str, float]]:
    """The addresses and widths in ``srcset`` and similar attributes, the largest of each first."""
    for srcset in (element.get(name) or "" for name in _ATTRIBUTES["sets"]):
        pairs = _CANDIDATE.findall(srcset) if len(srcset) <= 20_000 else []
        # A density of 2 is twice an unknown width: more than one that says nothing, less than a width in pixels.
        sized = [(src, float(found[1]) if (found := _WIDTH.search(size)) else 1.0) for src, size in pairs]
        yield from sorted(sized, key=lambda candidate: -candidate[1])


def lazy_addresses(image: Attributes) -> list[str]:
    """The best first. ``data-lazy="true"`` holds none."""
    values = (value.strip() for name in _ATTRIBUTES["lazy"] if (value := image.get(name)))
    return [value for value in values if "." in value or "/" in value]


def is_address(src: str) -> bool:
    """``False`` for ``data:`` addresses and placeholders."""
    return bool(src) and len(src) <= LONGEST and not src.startswith("data:") and not _PLACEHOLDER.search(src)
