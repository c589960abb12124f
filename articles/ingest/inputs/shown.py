import re

# Characters that break or disguise a line of a report; surrogates are of bytes that are not UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def printable(name: str) -> str:
    """A file's name for messages and reports, on one line and in UTF-8: ``caf\xe9.txt``, ``two\nlines.md``."""
    return _UNPRINTABLE.sub(_escaped, name)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code < 0xDD00:
        code -= 0xDC00  # Python's surrogate for a byte
    return _ESCAPES.get(match[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
