"""The policy for robots and crowds: who a client is, where robots may go, and the shares of both (help/robots.md)."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings

from articles.public.caching import names_in
from articles.text.paths import IDENTIFYING

Address = IPv4Address | IPv6Address
# robots.txt: the longest rule that matches counts (RFC 9309); for older programs, the first. Open: every page, feed,
# file of data and sitemap, all pages of a list, harvesting, former addresses. Closed: searches, whose number has no
# end, and lists by filters, whose articles other lists have too.
ROBOTS = {
    "/search/feed.": True,
    "/oai": True,
    **{f"/*?{name}=": True for name in ("before", "after", "letter", *sorted(IDENTIFYING))},
    "/search/": False,
    "/lookup": False,
    "/*?": False,
}
# By their own word: robots name a page or an address about themselves. (Cubot makes phones.)
_ROBOT = re.compile(r"https?:|@|(?<!cu)bot|crawl|spider", re.IGNORECASE)


def lanes(threads: int) -> dict[str, tuple[int, int, float]]:
    """For pages that are not in memory: makers, places, and seconds of patience (``newsarchive/lanes.py``).

    Searches, which may take seconds, and health checks have lanes of their own. The places add up to more than all
    threads, so that none is idle while one kind of request is rare; no lane has so many that slow requests of one kind
    delay pages from memory. Makers are few, since rendering is work for the processor.
    """
    return {"pages": (3, threads // 2, 0.3), "searches": (2, threads // 2 - 1, 0), "health": (1, threads // 8, 1)}


def lane_at(path: str, query: str) -> str:
    return "health" if path == "/healthz" else "searches" if "q" in names_in(query) else "pages"


def sharer(environ: Mapping[str, Any]) -> str:
    """The client that a request counts for. At searches and closed addresses all robots are one."""
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if _ROBOT.search(environ.get("HTTP_USER_AGENT", "")):
        address = path + f"?{query}" * bool(query)
        rules = [rule for rule in ROBOTS if re.match(re.escape(rule).replace(r"\*", ".*"), address)]
        if lane_at(path, query) == "searches" or not ROBOTS.get(max(rules, key=len, default=""), True):
            return "robots"
    return own_address(environ)


def client_of(environ: Mapping[str, Any]) -> Address | None:
    """The last address that is not a trusted proxy's; clients can forge any before it."""
    client = _parsed(environ.get("REMOTE_ADDR", ""))
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while _is_proxy(client) and forwarded and (nearer := _parsed(forwarded.pop())):
        client = nearer
    return client


def is_one_client(client: Address | None) -> bool:
    """False if the address may be that of a proxy, which many clients share."""
    if client is None or settings.TRUSTED_PROXIES:
        return client is not None and not _is_proxy(client)
    return client.is_global


def own_address(environ: Mapping[str, Any]) -> str:
    """The client's address, of IPv6 its /64 network; ``""`` if many clients may share it."""
    client = client_of(environ)
    return in_words(client) if is_one_client(client) else ""


def _is_proxy(address: Address | None) -> bool:
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


def in_words(client: Address | None) -> str:
    """For IPv6 its /64 network, all of which one client may use; ``""`` for ``None``."""
    if isinstance(client, IPv6Address):
        return str(ip_network((client, 64), strict=False).network_address)
    return str(client or "")


def _parsed(text: str) -> Address | None:
    """An address with or without a port: ``192.0.2.1:5000``, ``[2001:db8::1]:5000``."""
    text = text.strip()
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    try:
        address = ip_address(host.partition(":")[0] if host.count(":") == 1 else host)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
