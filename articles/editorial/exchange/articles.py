"""Lines of articles: finding the article, respecting later decisions here, addresses and merges."""

from collections.abc import Sequence
from datetime import datetime

from articles.catalogue import addresses
from articles.catalogue.ledger import lock_articles
from articles.catalogue.moving import record_many
from articles.catalogue.recorded import ARTICLE, TAGGING, decoded
from articles.editorial.actions import TEXTS_AT_ONCE, NotDone
from articles.editorial.actions.merge_articles import redirect_to
from articles.editorial.exchange import names
from articles.editorial.exchange.lines import Line
from articles.models import Article, ArticleChange, Change, Original, Redirect
from articles.models.bulk import chunks
from articles.text.keys import name_slug

# Parts of a line overruled by a later change of the column here.
DECISIONS = {"slug": ("slug",), "withdrawn_at": ("withdrawn", "merged_into"), "merged_into_id": ("merged_into",)}


def keys_here(lines: Sequence[Line]) -> dict[str, str]:
    """Keys here by keys in the lines; no article is found twice.

    The key of an article without id or URL depends on the bytes loaded first; if it differs, its originals identify it.
    """
    keys: dict[str, str] = {}
    for batch in chunks([line["key"] for line in lines], TEXTS_AT_ONCE):
        keys |= {key: key for key in Article.objects.filter(key__in=batch).values_list("key", flat=True)}
    taken = set(keys)
    for line in lines:
        if line["key"] not in keys and "found_by" in line:
            originals = Original.objects.filter(digest__in=line["found_by"]["originals"])
            found = set(originals.values_list("article__key", flat=True))
            if len(found) == 1 and not found & taken:
                keys[line["key"]] = found.pop()
                taken.add(keys[line["key"]])
    return keys


def without_decided(line: Line, article: Article) -> Line:
    """The line without address, withdrawal, merge and tags that staff here have changed later."""
    if "at" not in line:
        return line
    against, tag_ids = set[str](), set[int]()
    by_staff = ArticleChange.objects.filter(article=article, change__kind=Change.Kind.STAFF)
    later = by_staff.filter(change__moment__gt=datetime.fromisoformat(line["at"]))
    for text in later.values_list("rows", flat=True):
        for model, _, before, after in decoded(text):
            if model == ARTICLE:
                against.update(*(DECISIONS[column] for column in DECISIONS.keys() & (after or {}).keys()))
            elif model == TAGGING:
                tag_ids |= {row["tag_id"] for row in (before, after) if row and "tag_id" in row}
    if "merged_into" in against and "merged_into" in line:
        against.add("withdrawn")  # part of the merge
    left = {name: value for name, value in line.items() if name not in against}
    if "tags" in line:
        left["tags"] = {
            side: [
                name for name in tag_names if (tag := names.find_tag(name_slug(name))) is None or tag.pk not in tag_ids
            ]
            for side, tag_names in line["tags"].items()
        }
    return left


def restore_addresses(lines: Sequence[Line]) -> None:
    wanted = {line["key"]: line for line in lines if "slug" in line}
    batches = [Article.objects.filter(key__in=keys) for keys in chunks(list(wanted), TEXTS_AT_ONCE)]
    lock_articles([pk for batch in batches for pk in batch.values_list("pk", flat=True)])
    articles = [article for batch in batches for article in batch]
    moves = [(article.get_absolute_url(), article) for article in articles]
    leaving = [article for article in articles if article.slug != wanted[article.key]["slug"]]
    for article in leaving:
        Article.objects.filter(pk=article.pk).update(slug=f"{article.key}-moves")
    for article in leaving:
        line, before = wanted[article.key], article.slug
        article.slug = line["slug"]
        # A redirect to another article stays: that article had the address.
        Redirect.objects.filter(path=article.get_absolute_url(), article=article).delete()
        article.slug = addresses.free_slug(article)
        Article.objects.filter(pk=article.pk).update(slug=article.slug)
        if article.slug != before:
            row = (ARTICLE, article.pk, {"slug": before}, {"slug": article.slug})
            record_many({article.pk: [row]}, names.stamp_of(names.account_of(line), names.REASON))
    here = {article.get_absolute_url() for article in articles}
    addresses.keep_addresses([(path, article) for path, article in moves if path not in here])
    for article in articles:
        former = {*wanted[article.key].get("former_addresses", [])} - {article.get_absolute_url()}
        Redirect.objects.bulk_create(
            [Redirect(path=path, article=article) for path in sorted(former)], ignore_conflicts=True
        )


def merge(line: Line) -> bool:
    """Repeat a merge, unless staff here have decided otherwise."""
    rows = Article.objects.filter(key__in=[line["key"], line["merged_into"]]).locked()
    found = {article.key: article for article in rows}
    loser, winner = found[line["key"]], found.get(line["merged_into"])
    if winner is None:
        raise NotDone(f"there is no article {line['merged_into']} that it was merged into; load its original")
    is_by_staff = loser.withdrawn_at is not None and not loser.is_withdrawn_by_source
    if loser.merged_into_id is not None or is_by_staff:
        return False
    if winner.shown_as == loser:
        raise NotDone(f"{winner.key} was merged into it here; redirects cannot form a circle")
    reason = line.get("reason") or names.REASON
    told = reason if reason.startswith("Merged into") else f"Merged into {winner.key}: {reason}"
    stamp = names.stamp_of(names.account_of(line), told)
    since = datetime.fromisoformat(line["withdrawn"]["at"]) if "withdrawn" in line else stamp.moment
    redirect_to(loser, winner, stamp, since=since)
    return True
