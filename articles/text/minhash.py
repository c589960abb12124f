"""MinHash: the similarity of two texts, estimated from a small sample of each. The same on every machine.

A text is cut into overlapping runs of a few words. Each run is hashed to a number, and the lowest numbers are kept. The
share of numbers in common estimates the share of runs in common (a bottom-k sketch, after Broder 1997). The very lowest
are the *bands*: near-duplicates almost surely share one, so an index of bands finds them.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate
from operator import xor
from struct import pack, unpack_from

from articles.text.keys import bare
from articles.text.scripts import HAN, KANA, SOUTH_EAST, has_ascii_words

BANDS = 6
RUNS_KEPT = 48
ALIKE_PERCENT = 40  # of near-duplicates; measured by tests/bench/likeness.py
WORDS_IN_A_RUN = 5
SHORTEST_WORDS, SHORTEST_LETTERS = 30, 60  # shorter texts are not compared
# As distinctive as a run of words.
_LETTERS_IN_A_RUN = ((re.compile(f"[{HAN}{KANA}]"), 10), (re.compile(f"[{SOUTH_EAST}]"), 24))
LOOKED_AT = 400  # characters that determine the script
_BITS = 60  # of a run's number: positive in a signed 64-bit column, and fits two digits of a Python int
_BAND_BYTES = 8 * BANDS


def minhash_of(paragraphs: Sequence[str]) -> bytes | None:
    """At most 240 bytes; ``None`` for a text that is too short or repeats itself throughout. Headlines, bylines and
    captions are left out: agencies' copies differ there. Case, punctuation, short words and the form in which Unicode
    writes accents do not matter.
    """
    text = " ".join(paragraphs).replace("—", " ")
    letters = 0  # in a run, in a script without spaces
    if not has_ascii_words(text):
        beginning = text[:LOOKED_AT]
        runs = (run for script, run in _LETTERS_IN_A_RUN if len(script.findall(beginning)) * 4 > len(beginning))
        letters = next(runs, 0)
    parts: Sequence[str] = "".join(text.split()) if letters else text.split()
    if len(parts) < (SHORTEST_LETTERS if letters else SHORTEST_WORDS):
        return None
    numbers = filter(None, map((LETTERS if letters else WORDS).__getitem__, parts))
    lowest = _lowest_runs(numbers, letters or WORDS_IN_A_RUN)
    if len(lowest) < 2 * BANDS:
        return None
    return pack(f"<{BANDS}Q{len(lowest)}I", *lowest[:BANDS], *[number & 0xFFFFFFFF for number in lowest])


def bands_of(minhash: bytes) -> tuple[int, ...]:
    """``BANDS`` positive numbers below 2**60, by which the text is looked up."""
    return unpack_from(f"<{BANDS}Q", minhash)


def sample_of(minhash: bytes) -> tuple[int, ...]:
    """The numbers of the kept runs, for ``likeness_percent``."""
    return unpack_from(f"<{(len(minhash) - _BAND_BYTES) // 4}I", minhash, _BAND_BYTES)


def likeness_percent(sample: frozenset[int], other_sample: Collection[int]) -> int:
    """The part of the longer text that the other shares, estimated from samples: 0 to 100, give or take 7."""
    return round(100 * len(sample.intersection(other_sample)) / max(len(sample), len(other_sample)))


def _lowest_runs(numbers: Iterable[int], length: int) -> list[int]:
    """The lowest ``RUNS_KEPT`` numbers of the runs of ``length``, in order. A run's number is the exclusive or of its
    words' numbers, so that each further run costs one step; word order within a run does not count.
    """
    upto = list(accumulate(numbers, xor, initial=0))
    # Sorting all would take longer than everything else; half as many again as are kept are nearly always enough.
    enough = (RUNS_KEPT * 3 << _BITS) // (2 * len(upto))
    low = {number for number in map(xor, upto[length:], upto) if number < enough}
    if len(low) < RUNS_KEPT:
        low = set(map(xor, upto[length:], upto))
    low.discard(0)  # a run that repeats itself
    return sorted(low)[:RUNS_KEPT]


class _Numbers(dict[str, int]):
    """The number of each word without case and punctuation; 0 for short words. Cached, up to a limit."""

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


# By bytes, not letters: "the" and "of" are skipped, while two syllables of Korean or two letters of Arabic count.
WORDS = _Numbers(shortest_bytes=4)
LETTERS = _Numbers(shortest_bytes=1)
