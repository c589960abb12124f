"""Headers of every answer that neither Django nor django-csp sets."""

from __future__ import annotations

from collections.abc import Callable
from wsgiref.headers import Headers

from django.http import HttpRequest, HttpResponse

UNUSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
    "microphone", "midi", "payment", "usb",
)  # fmt: skip
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    # No other site builds pages out of this one's. Photos say otherwise: feeds show them elsewhere.
    "Cross-Origin-Resource-Policy": "same-origin",
}


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """For WhiteNoise, which answers before Django's middleware."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = HEADERS["Cross-Origin-Resource-Policy"]
