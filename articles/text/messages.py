"""Messages in the language of the archive, cached: Django looks each up in one catalogue after another, and a page has
a hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.utils import translation

Function = TypeVar("Function", bound=Callable[..., Any])


def cached_words(function: Function) -> Function:
    """The same words for the same arguments, as long as the archive keeps its language."""

    @lru_cache(maxsize=10_000)
    def looked_up(language: str, *arguments: Any) -> Any:
        return function(*arguments)

    @wraps(function)
    def in_own_language(*arguments: Any) -> Any:
        return looked_up(settings.LANGUAGE_CODE, *arguments)

    return in_own_language  # type: ignore[return-value]


gettext = cached_words(translation.gettext)
ngettext = cached_words(translation.ngettext)
