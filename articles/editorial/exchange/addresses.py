"""Addresses and merges of articles that were edited elsewhere, when every article is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from articles.catalogue import filing
from articles.catalogue.revisions import REASON_LENGTH, Stamp
from articles.editorial.actions.merge_articles import lead_to, leads_to
from articles.editorial.exchange import names
from articles.models import Article, Redirect

Line = Mapping[str, Any]


def give_addresses(lines: Sequence[Line]) -> None:
    """Give articles the addresses that they had, whichever was loaded first here; two may have to change places."""
    wanted = {line["key"]: line for line in lines if "slug" in line}
    moves: list[tuple[str, Article]] = []
    articles = {article.key: article for article in _by_key(wanted)}
    for key, article in articles.items():
        moves.append((article.get_absolute_url(), article))
        if article.slug != wanted[key]["slug"]:
            Article.objects.filter(pk=article.pk).update(slug=f"{key}-moves")
    for key, article in articles.items():
        slug = wanted[key]["slug"]
        if article.slug != slug:
            article.slug = slug
            # One that leads to another article stays: it was that one's address.
            Redirect.objects.filter(path=article.get_absolute_url(), article=article).delete()
            article.slug = filing.free_slug(article)
            Article.objects.filter(pk=article.pk).update(slug=article.slug)
    here = {article.get_absolute_url() for article in articles.values()}
    filing.keep_addresses([(path, article) for path, article in moves if path not in here])
    for key, article in articles.items():
        former = [path for path in wanted[key].get("former_addresses", []) if path != article.get_absolute_url()]
        known = set(Redirect.objects.filter(path__in=former).values_list("path", flat=True))
        Redirect.objects.bulk_create([Redirect(path=path, article=article) for path in former if path not in known])


def _by_key(keys: Iterable[str]) -> Iterator[Article]:
    names = list(keys)
    for start in range(0, len(names), 500):
        yield from Article.objects.filter(key__in=names[start : start + 500])


# --- Merges. ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a merge: whether it was made now, or why it can not be."""

    is_changed: bool = False
    fault: str = ""


def merge(lines: Sequence[tuple[int, Line]]) -> dict[int, Outcome]:
    """Lead from articles to those that they were merged into; by the numbers of their lines, what came of it.

    Whom others are merged into is merged itself after them, as staff have done it. What cannot be merged stays.
    """
    outcomes: dict[int, Outcome] = {}
    pending = dict(lines)
    while pending:
        winners = {line["merged_into"] for line in pending.values()}
        ready = [number for number, line in pending.items() if line["key"] not in winners] or list(pending)
        for number in ready:
            with transaction.atomic():
                outcomes[number] = _merge(pending.pop(number))
    return outcomes


def _merge(line: Line) -> Outcome:
    rows = Article.objects.select_for_update().filter(key__in=[line["key"], line["merged_into"]]).order_by("pk")
    found = {article.key: article for article in rows}
    loser, winner = found.get(line["key"]), found.get(line["merged_into"])
    if loser is None or winner is None:
        return Outcome(fault=f"there is no article {line['merged_into']} that it was merged into; load its original")
    is_by_staff = loser.withdrawn_at is not None and not loser.is_withdrawn_by_source
    if loser.merged_into_id is not None or is_by_staff:
        return Outcome()  # staff here have decided already
    if leads_to(winner, loser):
        return Outcome(fault=f"{winner.key} was merged into it here, and an address cannot lead in a circle")
    reason = line.get("reason") or names.REASON
    told = reason if reason.startswith("Merged into") else f"Merged into {winner.key}: {reason}"
    stamp = Stamp.now(names.account_of(line), told[:REASON_LENGTH])
    since = datetime.fromisoformat(line["withdrawn"]["at"]) if "withdrawn" in line else stamp.moment
    lead_to(loser, winner, stamp, since=since)
    return Outcome(is_changed=True)
