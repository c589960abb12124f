"""Scripts that do not separate words by spaces, as parts of a character class: ``re.compile(f"[{HAN}{KANA}]")``.

The tokeniser of the search names scripts by their Unicode properties instead: it must not take signs for letters.
"""

import re

# With radicals and Bopomofo.
HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3100-\u312f\u31a0-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
KANA = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001b000-\U0001b16f"
HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Korean has spaces, but joins particles to words
SOUTH_EAST = "\u0e00-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer

# Beyond ASCII and the typographic marks of English.
_NOT_ENGLISH = re.compile("[^\x00-\x7f\xa0–—‘’“”…]")


def has_ascii_words(text: str) -> bool:
    """All letters and digits are ASCII. Most English texts are not ``isascii()``, for their quotation marks."""
    return text.isascii() or not _NOT_ENGLISH.search(text)
