"""The files that the help gives operators to copy: each is accepted by the program that reads it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
import tomllib
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.test import Client

from articles.public.views.help import FOLDER, chapters
from tests import postgres
from tests.needed import needed
from tests.served import ROOT

FILES = FOLDER / "files"
NAMES = sorted(path.name for path in FILES.iterdir())
PASSWORDS = {name: f"{name[:3]}-secret" for name in ("ARCHIVE_PASSWORD", "READER_PASSWORD", "STANDBY_PASSWORD")}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """As compose reads it: with what is merged, without ``x-`` and with ``$`` for ``$$``."""
    found = yaml.safe_load((FILES / "compose.yaml").read_text().replace("$$", "$"))
    return {name: value for name, value in found.items() if not name.startswith("x-")}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_shown_as_text_and_named_by_a_chapter(site: Client, name: str) -> None:
    answer = site.get(f"/help/files/{name}")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content == (FILES / name).read_bytes()
    assert any(f'href="/help/files/{name}"' in chapter.body for chapter in chapters().values())


@pytest.mark.parametrize("name", ["nothing.conf", "..", "..%2Frun.md", "n" * 300])
def test_no_other_file_is_shown(site: Client, name: str) -> None:
    assert site.get(f"/help/files/{name}").status_code == 404


def test_caddy_accepts_its_file(tmp_path: Path) -> None:
    caddy = needed("caddy", "caddy")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", FILES / "Caddyfile"]
    done = subprocess.run(command, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert "Valid configuration" in done.stdout + done.stderr, done.stderr


def test_systemd_accepts_its_service_and_calls_it_safe(tmp_path: Path) -> None:
    systemd = needed("systemd-analyze", "systemd")
    unit, text = tmp_path / "newsarchive.service", (FILES / "newsarchive.service").read_text()
    unit.write_text(text.replace("/opt/newsarchive/bin/newsarchive", "/bin/true"))
    for command in (["verify", "--man=no", unit], ["security", "--offline=true", "--threshold=20", "--no-pager", unit]):
        done = subprocess.run([systemd, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not done.stderr


def test_the_container_is_built_from_what_is_here_with_pinned_packages_and_no_root() -> None:
    text = (FILES / "Containerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M)
    assert all((ROOT / name).exists() for names in copied for name in names.split())
    packaged = {"articles", "newsarchive", "templates", "static", "fixtures", "pyproject.toml", "README.md", "LICENSE"}
    assert packaged <= {name for names in copied for name in names.split()}
    assert all(
        "--require-hashes" in line or "--no-deps ." in line for line in text.splitlines() if "pip install" in line
    )
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    wanted = {re.split(r"[\[>]", name)[0] for extra, names in extras.items() if extra != "dev" for name in names}
    pinned = (ROOT / "requirements-extras.txt").read_text()
    assert wanted <= set(re.findall(r"^([\w-]+)==\S+(?: ;.+)? \\\n    --hash=sha256:", pinned, re.M))
    assert "-r requirements-extras.txt" in text
    last_stage = text.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (.+)$", last_stage, re.M) == ["10001"]
    assert 'ENTRYPOINT ["newsarchive"]' in last_stage


def test_all_that_the_compose_file_names_is_in_it(compose: dict[str, Any]) -> None:
    assert set(compose) == {"name", "services", "networks", "volumes", "configs"}
    services = compose["services"]
    for name, service in services.items():
        assert "image" in service, name
        # Docker cannot put the content of a config into a container that is read-only: docker/compose#12031.
        assert service.get("read_only", False) is ("configs" not in service), name
        for other, how in _as_mapping(service.get("depends_on", {})).items():
            needs_check = (how or {}).get("condition") == "service_healthy"
            assert "healthcheck" in services[other] or not needs_check, (name, other)
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or source in ("./nginx.conf", "./tls"), (name, volume)
        assert {config["source"] for config in service.get("configs", [])} <= set(compose["configs"])
        if "build" in service:
            assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).samefile(
                FILES / "Containerfile"
            )


def test_the_machines_of_the_compose_file_find_each_other(compose: dict[str, Any]) -> None:
    services, [subnet] = compose["services"], compose["networks"]["default"]["ipam"]["config"]
    addresses = {
        name: service["networks"]["default"]["ipv4_address"]
        for name, service in services.items()
        if "networks" in service
    }
    assert all(ip_address(address) in ip_network(subnet["subnet"]) for address in addresses.values())
    nginx = (FILES / "nginx.conf").read_text()
    assert re.findall(r"^    server (\w+):8000 ", nginx, re.M) == ["web1", "web2"]
    assert services["nginx"]["extra_hosts"] == [f"{name}:{addresses[name]}" for name in ("web1", "web2")]
    for web in ("web1", "web2"):
        variables = services[web]["environment"]
        assert variables["TRUSTED_PROXIES"] == addresses["nginx"]
        hosts = re.findall(r"@([\w,]+)/", variables["DATABASE_URL"] + variables["REPLICA_URLS"])
        assert all(host in services for names in hosts for host in names.split(","))


def test_the_compose_file_names_all_variables_that_it_needs() -> None:
    text = (FILES / "compose.yaml").read_text()
    needed_here = set(re.findall(r"(?<!\$)\$\{(\w+):\?\}", text))
    assert needed_here == set(re.findall(r"\$\{?(\w+)", text.replace("$$", "")))
    assert needed_here == set(re.findall(r"[A-Z_]{6,}", re.findall(r"\.env has ([^:]+)", text)[0]))


@pytest.mark.postgres
@pytest.mark.xdist_group("files_to_copy")
def test_the_standby_of_the_compose_file_follows_its_primary(compose: dict[str, Any]) -> None:
    """By the scripts of the file, with the programs of this machine instead of those of the containers."""
    postgres.needed()
    tools, (port, standby_port) = postgres.tools(), postgres.free_ports(2)
    owner = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="newsarchive-postgres-") as name:
        folder = Path(name)
        (folder / "password").write_text("secret")
        if owner:
            for path in (folder, folder / "password"):
                shutil.chown(path, pwd.getpwnam(owner).pw_uid)
        primary, standby = folder / "primary", folder / "standby"

        def variables(data: Path, port: int) -> dict[str, str]:
            own = {"PGDATA": str(data), "PGHOST": str(folder), "PGPORT": str(port)}
            return {
                "PATH": f"{tools}:{os.environ['PATH']}",
                **own,
                **PASSWORDS,
                "PGPASSWORD": PASSWORDS["STANDBY_PASSWORD"],
            }

        def run(*command: str) -> None:
            subprocess.run(
                command, user=owner, cwd="/", env=variables(primary, port), check=True, stdout=subprocess.DEVNULL
            )

        run("initdb", "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync",
            f"--pwfile={folder}/password")  # fmt: skip
        with (primary / "postgresql.conf").open("a") as conf:
            conf.write(f"unix_socket_directories = '{folder}'\nlisten_addresses = '127.0.0.1'\nfsync = off\n")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "start")
        try:
            run("sh", "-c", compose["configs"]["primary"]["content"])
            run("pg_ctl", "reload")
            script = compose["configs"]["standby"]["content"]
            assert "host=primary" in script
            script = script.replace("host=primary", f"host=127.0.0.1 port={port}")
            following = subprocess.Popen(
                ["sh", "-c", script],
                user=owner,
                cwd="/",
                env=variables(standby, standby_port),
                stderr=subprocess.DEVNULL,
            )
            try:
                _at(
                    port,
                    "archive",
                    "CREATE TABLE article AS SELECT 'Ferry' AS headline; GRANT SELECT ON article TO reader",
                )
                until, rows = time.monotonic() + 20, []
                while not rows and time.monotonic() < until:
                    with suppress(psycopg.OperationalError, psycopg.errors.UndefinedTable):
                        rows = _at(standby_port, "reader", "SELECT headline, pg_is_in_recovery() FROM article")
                    time.sleep(0.1)
                assert rows == [("Ferry", True)]
            finally:
                following.terminate()
                following.wait(timeout=20)
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


def _at(port: int, role: str, sql: str) -> list[Any]:
    password = PASSWORDS[f"{role.upper()}_PASSWORD"]
    with psycopg.connect(f"postgres://{role}:{password}@127.0.0.1:{port}/archive", autocommit=True) as connection:
        done = connection.execute(sql.encode())
        return done.fetchall() if done.description else []


def _as_mapping(named: Any) -> dict[str, Any]:
    return named if isinstance(named, dict) else dict.fromkeys(named)
