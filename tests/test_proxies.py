"""nginx, with the configuration that the help gives, before two machines of one archive."""

from __future__ import annotations

import http.client
import os
import re
import signal
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from articles.public.views.help import FOLDER
from tests.needed import needed
from tests.served import Answer, Archive, ask, copy_fixtures, free_port, start, wait_for

pytestmark = pytest.mark.xdist_group("proxies")
HOST = "archive.example"
SEED = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"
AROUND = """
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ }}
http {{
    log_format machines '$remote_addr $upstream_addr $upstream_cache_status $request_uri';
    access_log {folder}/log machines;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/pages;
    fastcgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    include {folder}/newsarchive.conf;
}}
"""


def nginx_conf(folder: Path, changes: dict[str, str]) -> Path:
    """The file of the help with what an operator changes, its certificate, and the rest of a configuration."""
    text = (FOLDER / "files/nginx.conf").read_text()
    tls = {"/etc/nginx/tls": str(folder), "/var/cache/nginx/newsarchive": str(folder / "cache")}
    for old, new in (tls | changes).items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "newsarchive.conf").write_text(text)
    (folder / "whole.conf").write_text(AROUND.format(folder=folder, user="user root;" * (os.geteuid() == 0)))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "whole.conf"


@dataclass
class Site:
    """nginx at ``port``, and the machines behind it; the log of nginx says which answered."""

    folder: Path
    port: int
    plain_port: int
    machines: list[Archive]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def begin(self, *machines: Archive) -> None:
        for machine in machines:
            self.processes[machine.url] = start(machine, stdout=subprocess.DEVNULL, start_new_session=True)
        for machine in machines:
            wait_for(machine.url, self.processes[machine.url])

    def kill(self, machine: Archive) -> None:
        if process := self.processes.pop(machine.url, None):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def ask(self, path: str, client: str = "127.0.0.2", method: str = "GET", body: bytes = b"", **more: str) -> Answer:
        """One request over TLS from a client's own address."""
        trusted = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        trusted.check_hostname = False  # the certificate is of ``HOST``, which is not this machine
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, source_address=(client, 0), context=trusted
        )
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        connection.request(method, path, body or None, {"Host": HOST, **headers})
        answer = connection.getresponse()
        found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def log(self, path: str = "") -> list[list[str]]:
        """Client, machine, what the cache did, and address of each request whose address begins with ``path``."""
        time.sleep(0.1)
        lines = [line.split(" ") for line in (self.folder / "log").read_text().splitlines()]
        return [line for line in lines if line[-1].startswith(path)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nginx = needed("nginx", "nginx-light", "/usr/sbin")
    var, folder = tmp_path_factory.mktemp("archive"), tmp_path_factory.mktemp("nginx")
    copy_fixtures(var)
    how = {"BASE_URL": f"https://{HOST}", "TRUSTED_PROXIES": "127.0.0.1", "SHARED_CACHE_SECONDS": "1"}
    machines = [Archive(f"http://127.0.0.1:{free_port()}", var, variables=how) for _ in range(2)]
    found = Site(folder, free_port(), free_port(), machines)
    conf = nginx_conf(folder, {
        "listen 80;": f"listen 127.0.0.1:{found.plain_port};", "listen [::]:80;": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{found.port} ssl;", "listen [::]:443 ssl;": "",
        "web1:8000": machines[0].url.removeprefix("http://"), "web2:8000": machines[1].url.removeprefix("http://"),
    })  # fmt: skip
    tried = subprocess.run(
        [nginx, "-e", folder / "errors", "-t", "-c", conf], capture_output=True, text=True, check=False
    )
    assert "warn" not in tried.stderr, tried.stderr
    assert tried.returncode == 0, tried.stderr
    server = subprocess.Popen([nginx, "-e", folder / "errors", "-c", conf], stderr=subprocess.DEVNULL)
    try:
        found.begin(*machines)
        yield found
    finally:
        server.terminate()
        server.wait()
        for machine in machines:
            found.kill(machine)


def test_pages_photos_and_other_formats_are_read_through_the_proxy(site: Site) -> None:
    page = site.ask(SEED)
    assert (page.status, page.headers["strict-transport-security"][:8]) == (200, "max-age=")
    assert f'<link rel="canonical" href="https://{HOST}{SEED}">' in page.text
    assert "set-cookie" not in page.headers
    photo = site.ask(re.findall(r'src="(/media/[^"]+)"', site.ask("/").text)[0])
    assert (photo.status, photo.headers["content-type"]) == (200, "image/jpeg")
    for accepted, kind in (("application/json", "application/json"), ("text/html", "text/html")):
        assert site.ask(SEED, Accept=accepted).headers["content-type"].startswith(kind)
    assert site.ask(SEED, Accept_Encoding="br").headers["content-encoding"] == "br"
    assert "content-encoding" not in site.ask(SEED).headers
    for path in re.findall(r'href="(/static/[^"]+)"', page.text):
        assert site.ask(path).status == 200
    assert site.ask("/2023/09/06/nothing/").status == 404


def test_plain_http_is_redirected_by_the_proxy_and_by_a_machine_without_its_word(site: Site) -> None:
    for address in (f"http://127.0.0.1:{site.plain_port}", site.machines[0].url):
        answer = ask(f"{address}/tags/", Host=HOST)
        assert (answer.status, answer.headers["location"]) == (301, f"https://{HOST}/tags/")


def test_staff_sign_in_over_tls_and_may_send_photos(site: Site) -> None:
    answer = site.ask("/admin/login/")
    assert "Secure" in answer.headers["set-cookie"]
    token = re.findall(r"csrftoken=(\w+)", answer.headers["set-cookie"])[0]
    form = f"csrfmiddlewaretoken={token}&username=nobody&password=wrong".encode()
    how = {
        "Cookie": f"csrftoken={token}",
        "Origin": f"https://{HOST}",
        "Content_Type": "application/x-www-form-urlencoded",
    }
    assert "Please enter the correct username" in site.ask("/admin/login/", "127.0.0.2", "POST", form, **how).text
    assert site.ask("/admin/login/", "127.0.0.2", "POST", form + b"&" + b"x" * 2_000_000, **how).status != 413
    assert [line[2] for line in site.log("/admin/login/")] == ["-"] * 3


def test_a_kept_page_is_compared_with_the_archive_after_a_second(site: Site) -> None:
    for seconds in (0, 0, 2.1):
        time.sleep(seconds)  # nginx counts whole ones
        assert site.ask("/tags/ferries/").status == 200
    assert [line[2] for line in site.log("/tags/ferries/")] == ["MISS", "HIT", "REVALIDATED"]


def test_a_client_stays_on_one_machine(site: Site) -> None:
    clients = [f"127.0.0.{number}" for number in range(10, 26)]
    for number in range(2):
        for client in clients:
            assert site.ask(f"/search/?q=ferry+{number}+{client}", client, X_Forwarded_For="192.0.2.1").status == 200
    machines = {client: {line[1] for line in site.log("/search/?q=ferry+") if line[0] == client} for client in clients}
    assert {len(of_one) for of_one in machines.values()} == {1}
    assert len(set.union(*machines.values())) == 2


def test_no_request_fails_when_a_machine_is_killed(site: Site) -> None:
    answers, end = list[tuple[int, int]](), threading.Event()

    def read(client: str) -> None:
        number = 0
        while not end.is_set():
            number += 1
            answer = site.ask(f"/search/?q=killed+{number}+{client}", client)
            answers.append((answer.status, len(answer.body) - int(answer.headers.get("content-length", -1))))

    readers = [threading.Thread(target=read, args=[f"127.0.0.{number}"]) for number in (10, 11, 12, 13)]
    for reader in readers:
        reader.start()
    time.sleep(0.7)
    used = site.log("/search/?q=killed")[0][1]
    site.kill(next(machine for machine in site.machines if machine.url.endswith(used)))
    time.sleep(1)
    end.set()
    for reader in readers:
        reader.join()
    assert len(answers) > 20
    assert set(answers) == {(200, 0)}
    assert f"{used}," in {line[1] for line in site.log("/search/?q=killed")}, "a request went to both machines"


def test_pages_that_were_read_are_shown_while_no_machine_answers(site: Site) -> None:
    """After the test before, only one answers."""
    before = site.ask(SEED, Accept_Encoding="br")
    photo = re.findall(r'src="(/media/[^"]+)"', site.ask("/").text)[0]
    assert site.ask(photo).status == 200
    for machine in site.machines:
        site.kill(machine)
    time.sleep(1.1)
    assert site.ask(SEED, Accept_Encoding="br").body == before.body
    assert site.ask(photo).status == 200
    assert site.ask("/search/?q=never+read").status == 502
    site.begin(site.machines[0])
    until = time.monotonic() + 10  # nginx tries it again after five
    while (status := site.ask("/search/?q=never+read").status) != 200 and time.monotonic() < until:
        time.sleep(0.2)
    assert status == 200
