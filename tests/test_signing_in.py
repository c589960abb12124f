"""Signing in to the staff side: guessing is slowed down, and sessions end."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.staff import staff

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/?next=/admin/"


def sign_in(client: Client, password: str, *, name: str = "nora", **headers: str) -> int:
    form = {"username": name, "password": password, "next": "/admin/"}
    return client.post(LOGIN, form, **headers).status_code  # type: ignore[arg-type]


def test_who_guesses_a_password_has_to_wait() -> None:
    staff("nora", "Editors", password="north quay 7")
    client = Client()
    assert {sign_in(client, f"guess {number}") for number in range(settings.AXES_FAILURE_LIMIT - 1)} == {200}
    assert sign_in(client, "one more") == 429
    answer = client.post(LOGIN, {"username": "nora", "password": "north quay 7"})
    assert answer.status_code == 429, "the right password has to wait too"
    assert b"Try again in a quarter of an hour" in answer.content


def test_the_page_of_who_has_to_wait_names_what_ends_the_wait() -> None:
    staff("nora", "Editors", password="north quay 7")
    client = Client()
    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, f"guess {number}")
    page = client.post(LOGIN, {"username": "nora", "password": "north quay 7"}).content.decode()
    assert "manage.py axes_reset_username" in page
    call_command("axes_reset_username", "nora", stdout=io.StringIO())
    assert sign_in(client, "north quay 7") == 302


def test_nobody_locks_an_editor_out_from_elsewhere() -> None:
    staff("nora", "Editors", password="north quay 7")
    for number in range(settings.AXES_FAILURE_LIMIT + 1):
        sign_in(Client(), f"guess {number}", REMOTE_ADDR="203.0.113.9")
    assert sign_in(Client(), "north quay 7", REMOTE_ADDR="198.51.100.4") == 302


def test_a_session_ends_with_the_browser_and_is_sent_to_the_staff_side_alone() -> None:
    staff("nora", "Editors", password="north quay 7")
    client = Client()
    assert sign_in(client, "north quay 7") == 302
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert (cookie["path"], cookie["samesite"], cookie["expires"], cookie["max-age"]) == ("/admin/", "Lax", "", "")
