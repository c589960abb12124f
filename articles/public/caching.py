"""What all public pages have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

# Every parameter of the query of a public page. Others make no difference, so they make no other page.
PARAMETERS = frozenset({
    "after", "back", "before", "by", "credit", "from", "language", "letter", "page", "photo", "q", "show", "sort",
    "source", "tag", "to",
})  # fmt: skip
View = Callable[..., HttpResponseBase]


def public(*, seconds: int = 0) -> Callable[[View], View]:
    """A page for GET and HEAD that anyone may keep, and that is asked for again after so many seconds."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(*args: Any, **named: Any) -> HttpResponseBase:
            return for_everybody(view(*args, **named), seconds=seconds)

        return require_safe(answer)

    return decorate


def for_everybody(response: HttpResponseBase, *, seconds: int = 0) -> HttpResponseBase:
    """Let caches keep an answer. Browsers ask each time whether it has changed, caches between every few seconds."""
    shared_seconds = max(seconds, settings.SHARED_CACHE_SECONDS)
    patch_cache_control(response, public=True, max_age=seconds, s_maxage=shared_seconds)
    return response
