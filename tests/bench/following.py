"""Two loads, staff and a reader who asks what is new since, in processes on a PostgreSQL server of its own.

    python -m tests.bench.following [--seconds 60] [--seed 1]

The reader asks for changes with a number above the last one that it knows, and for articles added or changed by them;
and for the additions after the last one that it knows, in the order of ``/added/``.
Two more of staff change many articles at once, merge tags and sources, and undo loads. At the end the reader has each
change once and in order, with its articles; nobody met a deadlock; each edit is the article's present value or a former
one. Anything else is printed, and the exit code is 1.

Loads that stop because tags were merged again and again meanwhile are counted, and repeated, as operators do.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.postgres import MISSING, cluster, free_ports, tools
from tests.served import environment

ARTICLES, CHANGED, SHARED = 16, 5, 2  # records of a folder; changed before each load; that both folders have
TAGS = ("Boats", "Ferries", "Fog", "Harbours", "Islands", "Quays", "Ships", "Storms")
AT_ONCE = 4  # articles of a bulk action in one ``changing``
POLL_SECONDS, RARE_SECONDS = 0.01, 2.0
DEADLOCK = re.compile(r"ERROR:  deadlock(?:.*\n){6}")  # with the statements of both sides


Action = Callable[["Told", random.Random], None]


@dataclass
class Told:
    """The work of one process. ``edits``: by article, the decks written, oldest first."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    edits: dict[int, list[str]] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    rows: list[tuple[int, int]] = field(default_factory=list)  # change and article
    added: list[tuple[int, int]] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)  # additions


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if tools() is None:
        sys.exit(MISSING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the server is stopped too
    with (
        tempfile.TemporaryDirectory(prefix="newsarchive-following-") as name,
        cluster(Path(name), *free_ports(1)) as (server,),
    ):
        os.environ.update(environment(Path(name) / "var"), DATABASE_URL=server.url)
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsarchive.settings"
        os.environ["PGOPTIONS"] = "-c deadlock_timeout=100ms"
        faults = run(Path(name), options.seconds, options.seed)
        deadlocks = DEADLOCK.findall((server.home / "log").read_text(errors="replace"))
        print(f"{len(deadlocks)} deadlocks")
        faults += [f"the server: {lines[:1500]}" for lines in deadlocks]
    print(*(faults or ["nothing missed, nothing twice, no edit lost"]), sep="\n")
    sys.exit(bool(faults))


def run(folder: Path, seconds: float, seed: int) -> list[str]:
    """Set up an archive, let all work, and return what went wrong."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from articles.editorial import actions

    actions.TEXTS_AT_ONCE = AT_ONCE
    call_command("migrate", verbosity=0)
    for name in ("one", "two"):
        write(folder / name, random.Random(seed), range(ARTICLES), 0)
        load(folder / name)
    connections.close_all()  # no process may share them
    context = multiprocessing.get_context("fork")
    ends_at, told = time.monotonic() + seconds, context.Manager().dict()
    jobs: dict[str, tuple[Callable[..., None], tuple[Any, ...]]] = {
        "load one": (loads, (ends_at, folder / "one", seed)),
        "load two": (loads, (ends_at, folder / "two", seed + 1)),
        "editor": (staff, (ends_at, seed, [edit, edit, edit, withdraw], [merge, unmerge])),
        "curator": (staff, (ends_at, seed + 2, [retag, retag, retag, withdraw], [merge, merge_outlets, undo_load])),
    }
    jobs["reader"] = (reads, (told, [*jobs]))
    processes = [context.Process(target=_work, args=(name, told, *job)) for name, job in jobs.items()]
    for process in processes:
        process.start()
    for process in processes:
        process.join(seconds + 120)
        if process.is_alive():
            process.kill()
    missing = [f"{name} did not end" for name in jobs if name not in told]
    everything: dict[str, Told] = dict(told)
    for name, one in everything.items():
        print(f"{name:10}", ", ".join(f"{count:,} {what}" for what, count in sorted(one.counts.items())))
    faults = [*missing, *(f"{name}: {fault}" for name, one in everything.items() for fault in one.faults)]
    if missing:
        return faults
    return [*faults, *faults_of_reader(everything["reader"]), *faults_of_editor(everything["editor"])]


def _work(name: str, told: Any, job: Callable[..., None], given: tuple[Any, ...]) -> None:
    mine = Told()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        job(mine, *given)
    except Exception:  # told to whoever started it
        mine.faults.append(_in_short(traceback.format_exc()))
    told[name] = mine


def _in_short(trace: str) -> str:
    """The lines of a trace that are of this project, and the error."""
    lines = trace.splitlines()
    own = [line.strip() for line in lines if re.search(r'File ".*/(?:articles|tests)/', line) and ".venv" not in line]
    return "\n  ".join([lines[-1], *dict.fromkeys(own)])


# --- The writers. -----------------------------------------------------------------------------------------------------


def write(folder: Path, dice: random.Random, numbers: Any, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        owner = "shared" if number < SHARED else folder.name
        record = {
            "id": f"urn:{owner}:{number}", "headline": f"Ferry {number} of {owner}, {count}",
            "published": f"2021-{dice.choice([5, 6])}-{number % 28 + 1:02}",
            "source": dice.choice(["Harbour Daily", "Coast News", f"Outlet {count // 5}"]),
            "tags": dice.sample(TAGS, 3), "body_markdown": f"It sailed {count} times from {folder.name}.",
        }  # fmt: skip
        (folder / f"{number}.jsonl").write_text(json.dumps(record) + "\n")


def load(folder: Path) -> None:
    from django.core.management import call_command

    with Path(os.devnull).open("w") as nowhere:
        call_command("load_articles", str(folder), workers=1, check=True, stdout=nowhere, stderr=sys.stderr)


def loads(told: Told, ends_at: float, folder: Path, seed: int) -> None:
    from django.core.management import CommandError

    dice, number = random.Random(seed), ARTICLES
    while time.monotonic() < ends_at:
        told.counts["loads"] += 1
        write(folder, dice, dice.sample(range(number), CHANGED), told.counts["loads"])
        if told.counts["loads"] % 4 == 0:  # a new one too
            write(folder, dice, [number], told.counts["loads"])
            number += 1
        try:
            load(folder)
        except (CommandError, SystemExit):  # it has said why, and is to be repeated
            told.counts["loads to repeat"] += 1


def staff(told: Told, ends_at: float, seed: int, often: list[Action], rarely: list[Action]) -> None:
    from django.db import IntegrityError, OperationalError

    from articles.catalogue.ledger import transaction_of_changes
    from articles.editorial.actions import NotDone

    dice, last = random.Random(seed), 0.0
    while time.monotonic() < ends_at:
        is_time = time.monotonic() > last + RARE_SECONDS
        what = dice.choice(rarely if is_time else often)
        last = time.monotonic() if is_time else last
        try:
            with nullcontext() if what is undo_load else transaction_of_changes():
                what(told, dice)
        except (IntegrityError, OperationalError, NotDone) as error:  # staff see a page that says so
            told.counts[f"{what.__name__}s not done: {str(error).splitlines()[0]:.60}"] += 1
        else:
            told.counts[f"{what.__name__}s"] += 1


def _stamp(reason: str) -> Any:
    from articles.catalogue.ledger import Stamp

    return Stamp.now(None, reason)


def edit(told: Told, dice: random.Random) -> None:
    """Edit one or two articles in one transaction."""
    from django.db import transaction

    from articles.catalogue.ledger import lock_articles
    from articles.editorial.edit import editing
    from articles.models import Article

    stamp, ids = _stamp("One edit."), list(Article.objects.values_list("pk", flat=True))
    lock_articles(chosen := dice.sample(ids, dice.choice([1, 2])))
    for pk in chosen:
        deck = f"Deck {told.counts['edits']} of {pk}"
        with editing(pk, stamp) as changes:
            changes.articles[pk].deck = deck
        transaction.on_commit(partial(told.edits.setdefault(pk, []).append, deck))


def withdraw(_told: Told, dice: random.Random) -> None:
    """Withdraw some articles, and reinstate most."""
    from articles.catalogue.ledger import lock_articles
    from articles.editorial.actions import on_many
    from articles.models import Article

    ids = list(Article.objects.values_list("pk", flat=True))
    lock_articles(ids)
    on_many.withdraw(dice.sample(ids, 4), "A court.", _stamp("Withdrawn."))
    on_many.reinstate(dice.sample(ids, len(ids) * 3 // 4), _stamp("Reinstated."))


def retag(_told: Told, dice: random.Random) -> None:
    """Add a tag to many articles, or remove it."""
    from articles.editorial.actions import on_many
    from articles.models import Article, Tag

    ids, tags = list(Article.objects.values_list("pk", flat=True)), list(Tag.objects.all())
    action = dice.choice([on_many.tag_articles, on_many.untag_articles])
    action(dice.sample(ids, len(ids) // 2), dice.sample(tags, 2), _stamp("Another subject."))


def merge(_told: Told, dice: random.Random) -> None:
    from articles.editorial.actions.merge_tags import merge_tags
    from articles.models import Tag

    tags = list(Tag.objects.all())
    if len(tags) > len(TAGS) // 2:
        into, *former = dice.sample(tags, dice.choice([2, 3]))
        merge_tags(former, into, _stamp("One name."))


def merge_outlets(_told: Told, dice: random.Random) -> None:
    from articles.editorial.actions.merge_sources import merge_sources
    from articles.models import Source

    outlets = list(Source.objects.filter(name__startswith="Outlet"))
    if len(outlets) > 2:
        into, *former = dice.sample(outlets, 3)
        merge_sources(former, into, _stamp("One owner."))


def undo_load(_told: Told, _dice: random.Random) -> None:
    from articles.loading.undo import undo
    from articles.models import Load

    if load := Load.objects.filter(undone_at=None).exclude(finished_at=None).order_by("-pk").first():
        undo(load)


def unmerge(_told: Told, dice: random.Random) -> None:
    from articles.editorial.actions import unmerge_tags
    from articles.models import TagMerge

    if merges := list(TagMerge.objects.filter(undone_at=None).order_by("-pk")[:3]):
        unmerge_tags.unmerge(dice.choice(merges), None, "Two things.")


# --- The reader. ------------------------------------------------------------------------------------------------------


def reads(told: Told, ended: Any, writers: list[str]) -> None:
    from articles.models import Article, ArticleChange, Change
    from articles.models.keyset import Listed, page_by
    from articles.public.listings.added import ORDER

    def additions() -> Any:  # as listed, with withdrawn ones, which come and go here
        return Article.objects.filter(added__has_added=True).select_related("added")

    last, last_at = 0, None
    place: tuple[Any, ...] = (datetime.min.replace(tzinfo=UTC), 0)
    while True:
        are_ended = {*ended.keys()} >= {*writers}
        told.counts["polls"] += 1
        while rows := page_by(Listed(additions), ORDER, newer_than=place).rows[::-1]:
            told.listed += [article.pk for article in rows]
            place = (rows[-1].added.seen_at, rows[-1].pk)
        new = list(Change.objects.filter(number__gt=last).order_by("number").values_list("number", "seen_at"))
        if not new and are_ended:
            break
        if not new:
            time.sleep(POLL_SECONDS)
            continue
        since, until = last, new[-1][0]
        for number, seen_at in new:
            if number != last + 1:
                told.faults.append(f"after change {last} came {number}")
            if last_at is not None and seen_at < last_at:
                told.faults.append(f"change {number} was seen at {seen_at}, the one before at {last_at}")
            last, last_at = number, seen_at
            told.numbers.append(number)
        span = (since + 1, until)
        rows = ArticleChange.objects.filter(change__number__range=span)
        told.rows += rows.values_list("change__number", "article_id")
        told.added += Article.objects.filter(added__number__range=span).values_list("added__number", "pk")
        told.changed += Article.objects.filter(changed__number__range=span).values_list("changed__number", "pk")
    told.counts |= Counter(changes=len(told.numbers), rows=len(told.rows), added=len(told.added))


def faults_of_reader(told: Told) -> list[str]:
    from articles.models import Article, ArticleChange, Change

    def compared(what: str, found: list[Any], there: Any) -> list[str]:
        twice = [one for one, count in Counter(found).items() if count > 1]
        missed = sorted({*there}.difference(found))
        return [
            *([f"{what} that came twice: {twice[:5]}"] if twice else []),
            *([f"{what} that were missed: {missed[:5]}, {len(missed)} in all"] if missed else []),
        ]

    faults = compared("changes", told.numbers, Change.objects.values_list("number", flat=True))
    faults += compared("rows", told.rows, ArticleChange.objects.values_list("change__number", "article_id"))
    faults += compared("additions", told.listed, Article.objects.exclude(added=None).values_list("pk", flat=True))
    faults += compared("new articles", told.added, Article.objects.values_list("added__number", "pk"))
    faults += compared("changed articles", told.changed, Article.objects.values_list("changed__number", "pk"))
    if Change.objects.filter(number=None).exists():
        faults.append("a change has no number")
    return faults


def faults_of_editor(told: Told) -> list[str]:
    """Each edit is a version; the last one is the present."""
    from articles.editorial.history import Versions
    from articles.models import Article

    faults = []
    for article in Article.objects.filter(pk__in=told.edits):
        versions = Versions(article)
        decks = [version.state.article.deck for version in versions.newest(len(versions))[::-1]]
        decks = [deck for deck, before in zip(decks, ["", *decks], strict=False) if deck != before]
        if decks != told.edits[article.pk]:
            faults.append(f"article {article.pk} was edited to {told.edits[article.pk]}, its versions say {decks}")
        if versions.is_unrecorded:
            faults.append(f"article {article.pk} is not as its last version")
    return faults


if __name__ == "__main__":
    main()
