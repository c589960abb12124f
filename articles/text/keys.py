"""Digests, keys and slugs, which identify texts and files."""

import hashlib
import unicodedata
from collections.abc import Collection
from functools import lru_cache

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"  # base32 without i, l, o and u, so keys can be read aloud
SLUG_LENGTH = 80
PHOTO_KEY_LENGTH = 8
AUTHOR = "@"  # begins the slugs of authors, so that no tag has the same
LAST_LETTER = chr(0x10FFFF)  # prefix + LAST_LETTER sorts behind all texts with the prefix


@lru_cache(maxsize=1_000)  # called several times for each title, name and line of a page
def bare(text: str) -> str:
    """Letters and digits only, in lower case, to compare spellings of a name."""
    return "".join(filter(str.isalnum, text.casefold()))


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal, 64 characters."""
    return hashlib.sha256(data).hexdigest()


def key_for(identity: str, attempt: int = 0) -> str:
    """Ten characters of Crockford base32, 50 bits, from a hash of the article's identity. ``attempt`` counts up if
    another article has the key; with ten million articles, one archive in twenty-two needs that.
    """
    text = identity if attempt == 0 else f"{identity}#{attempt}"
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:7]) >> 6
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(45, -5, -5))


def photo_key(description: str, taken: Collection[str] = ()) -> str:
    """Eight characters for a photo of an article, from a hash of its description. ``taken``: keys of the others."""
    attempt = 0
    while (key := key_for(f"photo {description}", attempt)[:PHOTO_KEY_LENGTH]) in taken:
        attempt += 1
    return key


def slug_for(text: str, *, otherwise: str) -> str:
    """The words of ``text``, lower case and hyphenated, in any script, cut between words at ``SLUG_LENGTH``.
    ``otherwise`` is the slug of a text without letters or digits. ``C++`` and ``C#`` stay apart.
    """
    slug = _whole_slug(text)
    if len(slug) > SLUG_LENGTH:
        # Chinese and the like have no word borders to cut at.
        whole_words = slug[: SLUG_LENGTH + 1].rpartition("-")[0]
        slug = whole_words if len(whole_words) > SLUG_LENGTH // 2 else slug[:SLUG_LENGTH]
    return slug.strip("-_") or otherwise


def _whole_slug(text: str) -> str:
    spelled = text.strip().lstrip("#").replace("+", " plus ").replace("#", " sharp ")
    return "-".join(unicodedata.normalize("NFKC", spelled).lower().translate(_IN_SLUGS).split())


class _InSlugs(dict[int, str]):
    """Replacements of letters in slugs, by code point: the letter, a space, or nothing."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        # Not Django's slugify: it drops combining marks, which are vowels in Hindi, Thai and many other scripts.
        is_kept = sign.isalnum() or (not sign.isascii() and unicodedata.category(sign) in ("Mn", "Mc"))
        self[code] = replacement = sign if is_kept else " " if sign.isspace() or sign in "-_" else ""
        return replacement


_IN_SLUGS = _InSlugs()


def name_slug(name: str) -> str:
    """The slug of a tag or source; for very long names, and names of signs alone, with a digest."""
    digest = digest_of(name.encode())[:10]
    slug = slug_for(name, otherwise=f"name-{digest}")
    return f"{slug[: SLUG_LENGTH - 11]}-{digest}" if len(_whole_slug(name)) > SLUG_LENGTH else slug


def slug_like(slug: str, name: str) -> str:
    """The slug of another name of the same tag or author."""
    return (AUTHOR if slug.startswith(AUTHOR) else "") + name_slug(name)
