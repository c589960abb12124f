"""The review queue on the start page of the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.http import HttpRequest

if TYPE_CHECKING:
    from articles.admin.review_page import Waiting

register = template.Library()


@register.simple_tag
def what_waits(request: HttpRequest) -> list[Waiting]:
    from articles.admin.review_page import waiting_for  # Django imports this library for any template

    return waiting_for(request)
