"""System checks of the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

THIS_MACHINE = {"", "localhost", "127.0.0.1", "::1"}


@register("newsarchive")
def check_secret_key_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """A database on another machine may be served by several."""
    hosts = {host for named in settings.DATABASES.values() for host in named.get("HOST", "").split(",")}
    is_shared = any(host not in THIS_MACHINE and not host.startswith("/") for host in hosts)
    if not (settings.IS_SECRET_KEY_OWN and is_shared):
        return []
    return [
        Warning(
            "SECRET_KEY is not set: each machine that serves this database makes its own, and staff who are signed in "
            "on one are not on another.",
            hint="Set SECRET_KEY to one value on all of them.",
            id="newsarchive.W001",
        )
    ]
