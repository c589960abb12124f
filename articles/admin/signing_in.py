"""Signing in: limits on wrong passwords, and a check of the shared secret key."""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db.models import Sum
from django.http import HttpRequest

from articles.public.clients import client_of, in_words, is_one_client

PER_ADDRESS = 50  # wrong passwords for all names, in ``AXES_COOLOFF_TIME``
THIS_MACHINE = {"", "localhost", "127.0.0.1", "::1"}


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Also locks out an address that tries passwords for many names."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        failures = int(super().get_failures(request, credentials))
        if not is_one_client(client_of(request.META)):
            return failures
        since, address = get_cool_off_threshold(request), client_address(request)
        rows = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
        of_address = rows.aggregate(all=Sum("failures_since_start"))["all"] or 0
        return max(failures, settings.AXES_FAILURE_LIMIT) if of_address >= PER_ADDRESS else failures


def client_address(request: HttpRequest) -> str:
    return in_words(client_of(request.META))


@register("newsarchive")
def check_secret_key_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """Several machines may serve a database of which a server is on another. ``serve`` refuses to."""
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
