"""Signing in to the staff side: guessing is slowed down, and sessions expire."""

from __future__ import annotations

import io
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from articles.admin.signing_in import PER_ADDRESS
from tests.factories import make_article
from tests.staff import saved, staff

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/?next=/admin/"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A guess costs a second as passwords are stored otherwise."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
    assert b"Try again in 15 minutes" in answer.content


def test_the_page_of_who_has_to_wait_names_what_ends_the_wait() -> None:
    staff("nora", "Editors", password="north quay 7")
    client = Client()
    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, f"guess {number}")
    page = client.post(LOGIN, {"username": "nora", "password": "north quay 7"}).content.decode()
    assert "manage.py axes_reset_username" in page
    call_command("axes_reset_username", "nora", stdout=io.StringIO())
    assert sign_in(client, "north quay 7") == 302


@pytest.mark.skipif(settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3", reason="SQLite's error")
def test_on_a_read_only_disk_nobody_signs_in_and_the_log_has_one_line(caplog: pytest.LogCaptureFixture) -> None:
    staff("nora", "Editors", password="north quay 7")
    client, cursor = Client(raise_request_exception=False), connection.cursor()
    cursor.execute("PRAGMA query_only = 1")
    try:
        assert sign_in(client, "north quay 7") == 503
    finally:
        cursor.execute("PRAGMA query_only = 0")
    assert "503 for '/admin/login/': attempt to write a readonly database" in caplog.text
    assert "Traceback" not in caplog.text
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


def test_what_a_save_tells_is_sent_to_the_staff_side_alone(editor: Client) -> None:
    saved(editor, make_article(), headline="Ferry late")
    assert {cookie["path"] for cookie in editor.cookies.values()} == {"/admin/"}
    assert "successfully" in editor.get("/admin/articles/article/").content.decode()


# --- Behind a proxy, and by address alone. ----------------------------------------------------------------------------

PROXY, OUTSIDE = "10.0.0.2", "9.9.9.9"


@pytest.fixture
def proxied(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1")]


def through(*addresses: str, proxy: str = PROXY) -> dict[str, str]:
    """Headers of a request that has come from the first of the addresses, as the last proxy says."""
    return {"REMOTE_ADDR": proxy, "HTTP_X_FORWARDED_FOR": ", ".join(addresses)}


def test_nobody_locks_an_editor_out_through_a_proxy(proxied: None) -> None:
    staff("nora", "Editors", password="north quay 7")
    for number in range(settings.AXES_FAILURE_LIMIT + 1):
        forged = "198.51.100.4"  # the editor's own
        sign_in(Client(), f"guess {number}", **through(forged, OUTSIDE, "10.1.1.1"))
    assert sign_in(Client(), "north quay 7", **through(OUTSIDE)) == 429
    assert sign_in(Client(), "north quay 7", **through("198.51.100.4")) == 302
    assert sign_in(Client(), "north quay 7", **through(OUTSIDE, "198.51.100.4", proxy="::1")) == 302


def test_without_trusted_proxies_a_header_makes_nobody_another() -> None:
    staff("nora", "Editors", password="north quay 7")
    answers = {sign_in(Client(), "guess", **through(f"198.51.100.{n}", proxy=OUTSIDE)) for n in range(8)}
    assert answers == {200, 429}


def test_who_tries_many_names_has_to_wait_with_all_of_them(proxied: None) -> None:
    staff("nora", "Editors", password="north quay 7")
    with_network = [f"2001:db8:1:1::{number:x}" for number in range(PER_ADDRESS)]
    for number, address in enumerate(with_network):
        assert sign_in(Client(), "guess", name=f"name {number}", **through(address)) in (200, 429)
    assert sign_in(Client(), "north quay 7", **through("2001:db8:1:1::ffff")) == 429
    assert sign_in(Client(), "north quay 7", **through("2001:db8:1:2::1")) == 302, "from elsewhere one may"


@pytest.mark.parametrize(("asking", "status"), [({"REMOTE_ADDR": OUTSIDE}, 429), (through(OUTSIDE), 302)])
def test_who_may_be_a_proxy_is_not_locked_out_with_everyone_behind_it(asking: dict[str, str], status: int) -> None:
    staff("nora", "Editors", password="north quay 7")
    for number in range(PER_ADDRESS):
        sign_in(Client(), "guess", name=f"name {number}", **asking)
    assert sign_in(Client(), "north quay 7", **asking) == status


def test_who_signs_in_with_an_address_elsewhere_comes_to_the_front_page_of_the_staff_side() -> None:
    staff("nora", "Editors", password="north quay 7")
    form = {"username": "nora", "password": "north quay 7", "next": "https://elsewhere.example/"}
    assert Client().post("/admin/login/?next=https://elsewhere.example/", form)["Location"] == "/admin/"
