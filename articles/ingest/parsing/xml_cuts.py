"""Finds elements in the text of an XML document, to cut it into documents without changing a character."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from articles.ingest.parsing.safe_xml import decode_xml, opening_of

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|<(?P<end>/?)(?P<name>[^\s/>!?]+)(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+(?P<empty>(?<=/))?>",
    re.DOTALL,
)


@dataclass(slots=True)
class Cuts:
    """The outermost elements with certain names, in order. ``spans``: in characters of ``text``; ``around``: the
    opening tags around each, from the root on; ``head``: the text before the root.
    """

    text: str
    encoding: str
    head: str
    spans: list[tuple[int, int]] = field(default_factory=list)
    around: list[list[str]] = field(default_factory=list)

    def document(self, numbers: Sequence[int]) -> bytes:
        """A document of only these elements, as written, within the tags around the first."""
        around = self.around[numbers[0]]
        closing = [f"</{tag[1:].split(maxsplit=1)[0].rstrip('>')}>" for tag in reversed(around)]
        parts = [self.head + "".join(around), *(self.text[slice(*self.spans[number])] for number in numbers)]
        return "\n".join([*parts, "".join(closing)]).encode(self.encoding, "surrogatepass")

    def lines(self) -> list[int]:
        starts = [0, *(start for start, _ in self.spans)]
        return list(accumulate((self.text.count("\n", *two) for two in pairwise(starts)), initial=1))[1:]


def cuts_of(data: bytes, names: Collection[str]) -> Cuts:
    decoded, start = decode_xml(data), opening_of(data).offset
    cuts = Cuts(decoded.text, decoded.encoding, decoded.text[:start])
    open_tags: list[str] = []
    begun = depth = 0
    for token in _TOKEN.finditer(cuts.text, start):
        if token["name"] is None:
            continue
        step = 0 if token["empty"] is not None else -1 if token["end"] else 1
        if depth:
            depth += step
        elif not token["end"] and token["name"].rpartition(":")[2] in names:
            begun, depth = token.start(), step
            cuts.around.append(open_tags)
        else:
            open_tags = [*open_tags, token[0]] if step > 0 else open_tags[: len(open_tags) + step]
            continue
        if not depth:
            cuts.spans.append((begun, token.end()))
    return cuts
