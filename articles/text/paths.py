"""Paths of articles on their former sites: as written, and in the form in which they are compared."""

import re
import unicodedata
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit

# Query parameters that name a page, in lower case. Others track, sort or show.
IDENTIFYING = frozenset({
    "aid", "article", "article_id", "articleid", "attachment_id", "id", "item", "news_id", "newsid", "nid", "p",
    "page_id", "post", "post_id", "story", "story_id", "storyid",
})  # fmt: skip
LENGTH = 500  # characters of a normal path; PostgreSQL indexes no more than 2,700 bytes
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*)", re.IGNORECASE)
_ENDING = re.compile(r"(?:/index)?(?:\.(?:[sx]?html?|php|aspx?|jsp|cfm))?$")


def typed_address(text: str) -> str:
    """A web address or a path; ``//harbour.example/rest.html`` for one without its scheme, ``""`` for other words."""
    start, slash, _ = text.partition("/")
    if slash and start.strip().lower() in ("", "http:", "https:"):
        return text.strip()
    return f"//{text.strip()}" if slash and "." in start and len(start.split()) == 1 else ""


def parts_of(address: str) -> SplitResult:
    """The parts of an address; empty ones if its brackets hold no network address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def joined(base: str, address: str) -> str:
    """An address that may be relative to ``base``; ``""`` for one that is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """In lower case and without ``www.``; ``""`` for a path."""
    found = _HOST.match(address)
    return found[1].lower().removeprefix("www.") if found else ""


def path_of(address: str) -> str:
    """The path and the query of a web address, or of a path, as written."""
    path = _HOST.sub("", " ".join(address.split()), count=1).partition("#")[0]
    return path if path.startswith("/") else f"/{path}"


def normal_path(address: str) -> str:
    """The form in which former paths are compared: ``/2014/rest`` for ``https://www.harbour.example/2014/Rest.html``,
    ``/?p=7`` for ``/index.php?p=7&utm_source=mail``, and ``/`` for every front page.
    """
    path, _, query = path_of(address).partition("?")
    # Twice: an address in another encoding than UTF-8 keeps its percent signs in a request.
    path = re.sub("/+", "/", unquote(unquote(path)).replace("\0", "\ufffd").lower())
    path = _ENDING.sub("", path.rstrip("/"), count=1) or "/"
    named = [(name.lower(), value.lower()) for name, value in parse_qsl(query) if name.lower() in IDENTIFYING]
    query = "&".join(f"{name}={value}" for name, value in sorted(named)).replace("\0", "\ufffd")
    return unicodedata.normalize("NFC", f"{path}?{query}" if query else path)[:LENGTH]
