"""Naming an archive of one's own on the command line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsarchive.settings import own_facts
from tests.served import ROOT, environment

STORY = "Ferry returns\n\n2004-05-06\n\nThe ferry returned to the north quay in thick fog on Monday.\n"


def manage(*arguments: str, elsewhere: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(elsewhere), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_command_works_on_the_archive_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/ferry.txt").write_text(STORY)
    (tmp_path / "own").mkdir()
    (tmp_path / "own/tags.toml").write_text('[[tag]]\nname = "Fog"\naliases = ["fog"]\n')
    arguments = ("load_articles", str(tmp_path / "old"), "--archive", str(tmp_path / "own"), "--report", "-")
    done = manage(*arguments, elsewhere=tmp_path / "sample")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "own/archive.sqlite3").exists()
    assert f"To undo it: manage.py --archive {tmp_path / 'own'} undo_load 1" in done.stdout + done.stderr
    assert not (tmp_path / "sample").exists()
    count = ("shell", "-c", "from articles.models import Tag; print(*Tag.objects.values_list('name', flat=True))")
    assert "Fog" in manage(*count, f"--archive={tmp_path / 'own'}", elsewhere=tmp_path / "sample").stdout


COMMANDS = (
    "load_articles", "serve", "undo_load", "export_edits", "export_redirects", "index_articles", "verify_archive",
    "backup", "restore", "grant_reading",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_the_option(command: str, tmp_path: Path) -> None:
    assert "--archive DIR" in manage(command, "--help", elsewhere=tmp_path).stdout


def test_an_archive_without_a_name_is_refused(tmp_path: Path) -> None:
    done = manage("load_articles", "--archive", elsewhere=tmp_path)
    assert done.returncode == 2
    assert "--archive: expected one argument" in done.stderr


def test_a_misspelled_archive_is_not_made(tmp_path: Path) -> None:
    done = manage("undo_load", "--archive", str(tmp_path / "onw"), elsewhere=tmp_path)
    assert done.returncode == 2
    assert f"No archive in {tmp_path / 'onw'}" in done.stderr
    assert not (tmp_path / "onw").exists()


def test_pages_that_are_not_articles_are_counted_by_kind(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for number in range(2):
        (tmp_path / f"old/{number}.html").write_text(f"<html><!-- {number} --><body></body></html>")
    done = manage("load_articles", str(tmp_path / "old"), elsewhere=tmp_path / "own")
    assert "Skipped (not articles): an empty page (2)" in done.stdout + done.stderr


@pytest.mark.parametrize("named", ["--archive", "VAR_DIR", "DATABASE_URL"])
def test_an_archive_of_ones_own_asks_what_to_load(named: str, tmp_path: Path) -> None:
    own = tmp_path / "own"
    address = f"sqlite:///{own / 'archive.sqlite3'}"
    arguments = (f"--archive={own}",) if named == "--archive" else ()
    variables = {"VAR_DIR": str(own), "DATABASE_URL": address}
    checkout = unnamed_archive(tmp_path / "checkout")
    done = run(checkout, "load_articles", *arguments, **({named: variables[named]} if named in variables else {}))
    assert done.returncode == 2
    option = f" --archive {own}" if arguments else ""
    assert done.stderr.endswith(f"Name the files or folders to load: manage.py{option} load_articles PATH\n")


def test_the_archive_that_nobody_names_loads_the_samples_and_tags_only_these(tmp_path: Path) -> None:
    checkout = unnamed_archive(tmp_path / "checkout")
    (tmp_path / "old").mkdir()
    (tmp_path / "old/court.txt").write_text(
        "Courts of Sellamouth\n\n2004-05-06\n\nFerries and harbours, and the courts.\n"
    )
    assert "Loaded 1 article," in run(checkout, "load_articles", str(tmp_path / "old")).stdout
    assert "Loaded 41 articles, updated 1," in run(checkout, "load_articles", "--workers", "1").stdout
    print_tagged = (
        "from articles.models import Article, Tagging; "
        "print(Article.objects.get(headline='Courts of Sellamouth').tags.count(), Tagging.objects.count() > 100)"
    )
    assert run(checkout, "shell", "-v", "0", "-c", print_tagged).stdout == "0 True\n"
    assert "1 unchanged" in run(checkout, "load_articles", str(tmp_path / "old")).stdout


def unnamed_archive(checkout: Path) -> Path:
    """A checkout with a ``var/`` of its own."""
    checkout.mkdir()
    shutil.copytree(ROOT / "newsarchive", checkout / "newsarchive")
    for name in ("articles", "fixtures", "static", "templates", "manage.py"):
        (checkout / name).symlink_to(ROOT / name)
    return checkout


def run(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    others = {name: value for name, value in environment(checkout).items() if name not in ("VAR_DIR", "TAGS_FILE")}
    program = "from newsarchive.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=checkout, env=others | variables, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_an_archive_shows_the_name_in_its_folder_and_the_environment_precedes_it(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    facts = ('name = "Harbour Daily"', 'contact = ""', 'time_zone = "Europe/Paris"', 'language = "de"')
    (own / "archive.toml").write_text("\n".join(facts) + '\naddress = "https://a.example"\nhosts = ["b.example"]\n')
    names = ("ARCHIVE_NAME", "ARCHIVE_CONTACT", "TIME_ZONE", "LANGUAGE_CODE", "BASE_URL", "ALLOWED_HOSTS")
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names}), sep='|')"
    shown = manage("shell", "-v0", "-c", code, "--archive", str(own), elsewhere=tmp_path)
    assert shown.stdout == "Harbour Daily||Europe/Paris|de|https://a.example|['b.example', 'a.example']\n", shown.stderr
    elsewhere = run(
        ROOT, "shell", "-v0", "-c", code, VAR_DIR=str(own), ARCHIVE_NAME="The Quay", BASE_URL="", TIME_ZONE="UTC"
    )
    assert elsewhere.stdout == "The Quay||UTC|de||['b.example']\n"


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("name = Harbour", "not TOML: invalid value"),
        ("name = 3", "name is not text on one line, in quotation marks"),
        (
            "nmae = 'x'",
            "nmae is not a key of this file; known are address, contact, content_signal, description, hosts",
        ),
        ("time_zone = 'Mars'", "time_zone must be a name such as Europe/Oslo"),
        ("address = 'harbour.example'", "address must begin with http:// or https://"),
        ("address = 'http://[::1'", "address must begin with http:// or https://"),
        ("language = 'Klingon'", "language must be a code such as de or pt-br"),
        ("hosts = 'harbour.example'", 'hosts must be a list of texts; write ["one", "two"]'),
    ],
)
def test_a_faulty_fact_is_named_with_its_line(tmp_path: Path, fact: str, reason: str) -> None:
    path = tmp_path / "archive.toml"
    path.write_text(f"# ours\n{fact}\n")
    with pytest.raises(ImproperlyConfigured) as failure:
        own_facts(path)
    assert str(failure.value).startswith(f"{path}:2: {reason}")


def test_a_faulty_fact_stops_any_command(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/archive.toml").write_text("name = Harbour")
    done = manage("load_articles", str(tmp_path), "--archive", str(tmp_path / "own"), elsewhere=tmp_path)
    advice = "Correct that line, or make it a comment with #."
    assert done.stderr == f"{tmp_path / 'own/archive.toml'}:1: not TOML: invalid value\n{advice}\n"
    assert done.returncode == 2
