"""Compares addresses of captures: over http or https, whatever the fragment and the escapes."""

import re
from contextlib import suppress
from urllib.parse import quote

from articles.text.paths import parts_of

_PLAIN = re.compile(r"https?://([a-z0-9.-]+/[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)")
_AMPERSAND = re.compile("&(?:amp|#38|#x26);")  # from pages that escaped twice
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def key_of(uri: str) -> str:
    """The form of an address for look-ups: without scheme and fragment, with uniform escapes (RFC 3986, 6.2).

    Queries count: only the site knew what they mean.
    """
    if "&" in uri:
        uri = _AMPERSAND.sub("&", uri)
    if plain := _PLAIN.fullmatch(uri):
        return plain[1]
    uri = re.sub(r"[\t\r\n]", "", uri).strip()
    parts = parts_of(uri)
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        return uri
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS[scheme])
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host + quote(_ESCAPE.sub(_escape, rest), safe="%/:?#[]@!$&'()*+,;=~")


def _escape(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign in _UNRESERVED else found[0].upper()
