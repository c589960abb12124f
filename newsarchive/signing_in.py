"""Signing in: the client's address, limits on wrong passwords, and a check of the shared secret key."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db.models import Sum
from django.http import HttpRequest

PER_ADDRESS = 50  # wrong passwords for all names, in ``AXES_COOLOFF_TIME``
Address = IPv4Address | IPv6Address
THIS_MACHINE = {"", "localhost", "127.0.0.1", "::1"}


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Also locks out an address that tries passwords for many names."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        failures = int(super().get_failures(request, credentials))
        if _is_one_client(request) and _failures_of(client_address(request), request) >= PER_ADDRESS:
            return max(failures, settings.AXES_FAILURE_LIMIT)
        return failures


def _failures_of(address: str, request: HttpRequest) -> int:
    rows = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=get_cool_off_threshold(request))
    return rows.aggregate(all=Sum("failures_since_start"))["all"] or 0


def client_address(request: HttpRequest) -> str:
    """The client's address as far as known; for IPv6 its /64 network, all of which one client may use."""
    client = _client(request)
    if isinstance(client, IPv6Address):
        return str(ip_network((client, 64), strict=False).network_address)
    return str(client or "")


def _client(request: HttpRequest) -> Address | None:
    """The last address that is not a trusted proxy's; clients can forge any before it."""
    client = _parsed(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while _is_proxy(client) and forwarded and (nearer := _parsed(forwarded.pop())):
        client = nearer
    return client


def _parsed(text: str) -> Address | None:
    """An address with or without a port: ``192.0.2.1:5000``, ``[2001:db8::1]:5000``."""
    text = text.strip()
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    try:
        address = ip_address(host.partition(":")[0] if host.count(":") == 1 else host)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_proxy(address: Address | None) -> bool:
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


def _is_one_client(request: HttpRequest) -> bool:
    """False if the address may be a proxy's, so that everyone behind it would be locked out."""
    client = _client(request)
    if client is None or settings.TRUSTED_PROXIES:
        return client is not None and not _is_proxy(client)
    return client.is_global


@register("newsarchive")
def check_secret_key_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """Several machines may serve a database on another machine."""
    hosts = {host for named in settings.DATABASES.values() for host in named.get("HOST", "").split(",")}
    is_shared = any(host not in THIS_MACHINE and not host.startswith("/") for host in hosts)
    if not (settings.IS_SECRET_KEY_OWN and is_shared):
        return []
    return [
        Warning(
            "SECRET_KEY is not set, so each machine that serves this database makes its own, and staff who are signed "
            "in on one are signed out on another.",
            hint="Set SECRET_KEY to the same value on all of them.",
            id="newsarchive.W001",
        )
    ]
