"""Headers of every answer, and the settings of an archive under https."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, override_settings

from newsarchive.middleware import is_secure
from tests.served import ROOT, copy_fixtures, environment

ASKED = """
import json
from django.test import Client
kept = ("Location", "Strict-Transport-Security")
asked = [("/robots.txt", False, "localhost"), ("/healthz", False, "localhost"), ("/robots.txt", True, "localhost")]
asked.append(("/robots.txt", False, "evil.example"))
answers = [Client(headers={"Host": host}).get(path, secure=secure) for path, secure, host in asked]
print(json.dumps([[answer.status_code, *(answer.headers.get(name) for name in kept)] for answer in answers]))
"""


def manage(var: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env={**environment(var), **variables}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_an_archive_under_https_passes_djangos_checks_and_sends_everyone_there(tmp_path: Path) -> None:
    archive = {"BASE_URL": "https://archive.example.org", "HSTS_SECONDS": "3600"}
    copy_fixtures(tmp_path)
    checked = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **archive)
    assert checked.returncode == 0, checked.stderr
    asked = manage(tmp_path, "shell", "--verbosity", "0", "-c", ASKED, **archive)
    plainly, watched, safely, _ = json.loads(asked.stdout)
    assert plainly[:2] == [301, "https://localhost/robots.txt"]
    assert watched[0] != 301, "whoever watches the server asks from within"
    assert safely == [200, None, "max-age=3600"]


def test_an_archive_without_https_sends_nobody_there_and_has_a_line_in_its_log_of_a_foreign_host(
    tmp_path: Path,
) -> None:
    copy_fixtures(tmp_path)
    asked = manage(tmp_path, "shell", "--verbosity", "0", "-c", ASKED)
    plainly, *_, foreign = json.loads(asked.stdout)
    assert plainly == [200, None, None]
    assert foreign[0] == 400
    assert asked.stderr.count("'evil.example'") == 2, "which it names, and what would let it in"
    assert "Traceback" not in asked.stderr


def test_the_scheme_that_a_proxy_tells_is_understood_as_django_does() -> None:
    told = {"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": "https, http"}
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert is_secure(told)
        assert not is_secure({**told, "HTTP_X_FORWARDED_PROTO": "http, https"})
        assert not is_secure({"wsgi.url_scheme": "http"})
    assert not is_secure(told)


@pytest.mark.parametrize(
    ("name", "value"),
    [("SERVER_THREADS", "0"), ("READ_SECONDS", "-1"), ("PAGE_MEMORY_BYTES", "-1"), ("QUERY_SECONDS", "-1")],
)
def test_a_number_that_makes_no_sense_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    refused = manage(tmp_path, "check", **{name: value})
    assert (refused.returncode, refused.stderr.startswith(f"{name}: ")) == (2, True)


@pytest.mark.parametrize("networks", ["10.0.0.1/8", "proxy.example.org"])
def test_a_trusted_proxy_that_is_no_network_is_named(tmp_path: Path, networks: str) -> None:
    refused = manage(tmp_path, "check", TRUSTED_PROXIES=networks)
    assert refused.returncode == 2
    assert refused.stderr.startswith("TRUSTED_PROXIES: ")
    assert networks in refused.stderr


def test_every_page_says_what_it_has_no_use_for(site: Client, editor: Client) -> None:
    assert "geolocation=()" in site.get("/feeds/latest.atom")["Permissions-Policy"]
    for answer in (site.get("/"), site.get("/none/"), editor.get("/admin/")):
        assert "geolocation=()" in answer["Permissions-Policy"]
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not answer.has_header("Access-Control-Allow-Origin")
