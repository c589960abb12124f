"""The address of a request's client, behind trusted proxies too."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings

Address = IPv4Address | IPv6Address


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
