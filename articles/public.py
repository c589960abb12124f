"""What all public pages have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

PAGE_SECONDS = 300
View = Callable[..., HttpResponseBase]


def public(*, seconds: int = PAGE_SECONDS, **directives: Any) -> Callable[[View], View]:
    """A page for GET and HEAD that anyone may keep for some time, and then ask whether it has changed."""

    def decorate(view: View) -> View:
        return require_safe(cache_control(public=True, max_age=seconds, **directives)(view))

    return decorate
