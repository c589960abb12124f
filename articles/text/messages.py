"""Messages in the language of the archive, remembered: Django seeks each anew, in catalogue after catalogue, and a page
has a hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.utils import translation

Words = TypeVar("Words", bound=Callable[..., Any])


def remembered(words: Words) -> Words:
    """The same words for the same arguments, as long as the archive keeps its language."""

    @lru_cache(maxsize=10_000)
    def known(language: str, *given: Any) -> Any:
        return words(*given)

    @wraps(words)
    def found(*given: Any) -> Any:
        return known(settings.LANGUAGE_CODE, *given)

    return found  # type: ignore[return-value]


gettext = remembered(translation.gettext)
ngettext = remembered(translation.ngettext)
