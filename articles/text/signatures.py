"""How alike two texts are, told from a small signature of each. Pure; the same for loads, the admin and any machine.

A text is taken as its overlapping runs of a few words. Each run has a number that depends on its words alone, and the
signature is the lowest of these numbers: a sample that two texts draw alike, so the share of it that they have in
common estimates the share of their runs (a bottom-k sketch, after Broder 1997). The very lowest are the *bands*: texts
that are mostly the same share at least one of them all but surely, so an index of bands finds them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate
from operator import xor
from struct import pack, unpack_from

from articles.text.keys import bare

BANDS = 6
RUNS_KEPT = 48
ALIKE_PERCENT = 40  # from here on two texts are near-duplicates; tests/bench/likeness.py measures what that finds
WORDS_IN_A_RUN = 5
SHORTEST_WORDS, SHORTEST_LETTERS = 30, 60  # shorter texts say too little to be told apart
# Scripts without spaces between words, and how many letters say as much as a run of words.
UNSPACED = (
    (re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"), 10),  # Chinese, Japanese
    (re.compile("[\u0e00-\u109f\u1780-\u17ff]"), 24),  # Thai, Lao, Tibetan, Burmese, Khmer
)
LOOKED_AT = 400  # characters that tell the script
_BITS = 60  # of a run's number: positive in a database's signed 64, and two machine digits in Python
_LOW = 0xFFFFFFFF
_BAND_BYTES = 8 * BANDS


def signature_of(paragraphs: Sequence[str]) -> bytes | None:
    """The signature of a text, at most 240 bytes; ``None`` for one that is too short or repeats itself throughout.

    Headlines, bylines and captions are no part of it: agencies' copies differ there. Neither are case, punctuation,
    accents that Unicode can write in two ways, and short words.
    """
    text = " ".join(paragraphs).replace("—", " ")
    letters = letters_in_a_run(text)
    parts: Sequence[str] = "".join(text.split()) if letters else text.split()
    if len(parts) < (SHORTEST_LETTERS if letters else SHORTEST_WORDS):
        return None
    numbers = filter(None, map((LETTERS if letters else WORDS).__getitem__, parts))
    lowest = _lowest_runs(numbers, letters or WORDS_IN_A_RUN)
    if len(lowest) < 2 * BANDS:
        return None
    return pack(f"<{BANDS}Q{len(lowest)}I", *lowest[:BANDS], *[number & _LOW for number in lowest])


def bands_of(signature: bytes) -> tuple[int, ...]:
    """The numbers to look a text up by: ``BANDS`` of them, positive, below 2**60."""
    return unpack_from(f"<{BANDS}Q", signature)


def sample_of(signature: bytes) -> tuple[int, ...]:
    """The runs that a signature keeps, to be compared."""
    return unpack_from(f"<{(len(signature) - _BAND_BYTES) // 4}I", signature, _BAND_BYTES)


def likeness_percent(one: frozenset[int], other: Collection[int]) -> int:
    """How much of the longer text stands in the other too, from their samples: 0 to 100, give or take 7."""
    return round(100 * len(one.intersection(other)) / max(len(one), len(other)))


def letters_in_a_run(text: str) -> int:
    """How many letters make a run in a script without spaces; 0 for a text of words."""
    if text.isascii():
        return 0
    beginning = text[:LOOKED_AT]
    return next((run for script, run in UNSPACED if len(script.findall(beginning)) * 4 > len(beginning)), 0)


def _lowest_runs(numbers: Iterable[int], length: int) -> list[int]:
    """The lowest ``RUNS_KEPT`` numbers of the runs of ``length``, in order.

    A run's number is the exclusive or of its words' numbers: one step takes a word in and another out, and the order
    of words within a run does not count.
    """
    upto = list(accumulate(numbers, xor, initial=0))
    # Sorting them all would take longer than all the rest: half as many again as are kept will do, as a rule.
    enough = (RUNS_KEPT * 3 << _BITS) // (2 * len(upto))
    low = {number for number in map(xor, upto[length:], upto) if number < enough}
    if len(low) < RUNS_KEPT:
        low = set(map(xor, upto[length:], upto))
    low.discard(0)  # a run of the same words over and over
    return sorted(low)[:RUNS_KEPT]


class _Numbers(dict[str, int]):
    """Each word's number, worked out once: it is here that case and punctuation go. 0 for what is passed over.

    A load meets the same words again and again; what it keeps of them is bounded.
    """

    MOST_KEPT, LONGEST_KEPT = 50_000, 100

    def __init__(self, *, shortest_bytes: int) -> None:
        super().__init__()
        self._shortest_bytes = shortest_bytes

    def __missing__(self, token: str) -> int:
        word = bare(unicodedata.normalize("NFKC", token))
        spelled = word.encode("utf-8", "surrogatepass")
        counts = len(spelled) >= self._shortest_bytes or word.isdigit()
        number = int.from_bytes(blake2b(spelled, digest_size=8).digest()) >> (64 - _BITS) if counts else 0
        if len(self) >= self.MOST_KEPT:
            self.clear()
        if len(token) <= self.LONGEST_KEPT:
            self[token] = number
        return number


# By bytes, not letters: "the" and "of" pass by, while two syllables of Korean or two letters of Arabic are a word.
WORDS = _Numbers(shortest_bytes=4)
LETTERS = _Numbers(shortest_bytes=1)
