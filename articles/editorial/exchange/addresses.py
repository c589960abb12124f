"""Addresses and merges of articles that were edited elsewhere, when every article is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from articles.catalogue import redirects
from articles.catalogue.revisions import REASON_LENGTH, Stamp, keep_articles, record_articles
from articles.editorial.actions import NotDone, chunks
from articles.editorial.actions.merge_articles import lead_to, leads_to
from articles.editorial.exchange import names
from articles.editorial.exchange.lines import Line
from articles.models import Article, Redirect


def give_addresses(lines: Sequence[Line]) -> None:
    """Give articles the addresses that they had, whichever was loaded first here; two may have to change places."""
    wanted = {line["key"]: line for line in lines if "slug" in line}
    articles = [one for some in chunks(list(wanted)) for one in Article.objects.filter(key__in=some)]
    moves = [(article.get_absolute_url(), article) for article in articles]
    leaving = [article for article in articles if article.slug != wanted[article.key]["slug"]]
    stamps = {one.key: Stamp.now(names.account_of(wanted[one.key]), names.REASON) for one in leaving}
    for article in leaving:
        keep_articles([article.pk], stamps[article.key])
        Article.objects.filter(pk=article.pk).update(slug=f"{article.key}-moves")
    for article in leaving:
        article.slug = wanted[article.key]["slug"]
        # One that leads to another article stays: it was that one's address.
        Redirect.objects.filter(path=article.get_absolute_url(), article=article).delete()
        article.slug = redirects.free_slug(article)
        Article.objects.filter(pk=article.pk).update(slug=article.slug)
        record_articles([article.pk], stamps[article.key])
    here = {article.get_absolute_url() for article in articles}
    redirects.keep_addresses([(path, article) for path, article in moves if path not in here])
    for article in articles:
        former = {*wanted[article.key].get("former_addresses", [])} - {article.get_absolute_url()}
        Redirect.objects.bulk_create(
            [Redirect(path=path, article=article) for path in sorted(former)], ignore_conflicts=True
        )


def merge(line: Line) -> bool:
    """Lead from an article to the one that it was merged into, unless staff here have decided otherwise."""
    rows = Article.objects.select_for_update().filter(key__in=[line["key"], line["merged_into"]]).order_by("pk")
    found = {article.key: article for article in rows}
    loser, winner = found[line["key"]], found.get(line["merged_into"])
    if winner is None:
        raise NotDone(f"there is no article {line['merged_into']} that it was merged into; load its original")
    is_by_staff = loser.withdrawn_at is not None and not loser.is_withdrawn_by_source
    if loser.merged_into_id is not None or is_by_staff:
        return False
    if leads_to(winner, loser):
        raise NotDone(f"{winner.key} was merged into it here, and an address cannot lead in a circle")
    reason = line.get("reason") or names.REASON
    told = reason if reason.startswith("Merged into") else f"Merged into {winner.key}: {reason}"
    stamp = Stamp.now(names.account_of(line), told[:REASON_LENGTH])
    since = datetime.fromisoformat(line["withdrawn"]["at"]) if "withdrawn" in line else stamp.moment
    lead_to(loser, winner, stamp, since=since)
    return True
