"""Authors of articles: rows of ``Tag``, and their taggings, derived from the names in ``Article.authors``, or else in
the byline.

The names stay as printed; other names and merges lead to the author. The save protocol calls ``derive_taggings``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.db.models import QuerySet

from articles.catalogue import addresses
from articles.catalogue.filing import Filed
from articles.catalogue.ledger import open_changes
from articles.models import Article, Load, Tag, TagAlias, Tagging
from articles.models.bulk import chunks, delete_alone, insert_values
from articles.models.prepared import prepared
from articles.models.tag import tag_path
from articles.search import index
from articles.text.keys import AUTHOR, slug_like
from articles.text.person_names import given_first, persons_alone, persons_in

TAGGING_COLUMNS = ("article_id", "archive_date", "tag_id", "origin")
NAME_LENGTH = Tag._meta.get_field("name").max_length or 0


def printed_names(authors: Sequence[object], byline: str | None) -> Sequence[object]:
    """The authors of an article or story; without any, the persons in its byline, if it has nothing else."""
    return authors or persons_alone(byline or "")


def author_names(authors: Iterable[object]) -> dict[str, str]:
    """Those that may be persons, as printed, by slug; of ``Nora Berg and Bo Chen`` both."""
    names = (person for name in authors if isinstance(name, str) for person in persons_in(name))
    return {slug_like(AUTHOR, given_first(name)): name for name in names if len(name) <= NAME_LENGTH}


def create_authors(names: Mapping[str, str], load: Callable[[], Load | None]) -> dict[str, int]:
    """Ids of authors by slug, also of other names; new ones are created. ``load`` is called only for these."""
    found = authors_by_slug(names)
    if new := names.keys() - found.keys():
        insert_tags({slug: (given_first(names[slug]), "", "") for slug in new}, load())
        addresses.revive(map(tag_path, new))
        found |= authors_by_slug(new)
    return {slug: author.pk for slug, author in found.items()}


def insert_tags(new: Mapping[str, tuple[str, str, str]], load: Load | None) -> None:
    """New tags or authors, by slug: name, kind and description. Those that exist by now stay."""
    rows = [
        Tag(name=name, slug=slug, kind=kind, description=description, load=load)
        for slug, (name, kind, description) in sorted(new.items())  # as all loads do, which wait for each other's
    ]
    for row in rows:
        row.follow_name()
    Tag.everything.bulk_create(rows, ignore_conflicts=True)


def authors_by_slug(slugs: Collection[str]) -> dict[str, Tag]:
    """Authors by slug, also of other names."""
    found = {author.slug: author for author in _with_slugs(list(slugs))}
    others = _with_other_names([slug for slug in slugs if slug not in found])
    return found | {alias.slug: alias.tag for alias in others}


def authors_by_name(printed: Iterable[object]) -> dict[str, Tag]:
    """The authors with a page among these, by their names."""
    names = author_names(printed)
    return {names[slug]: author for slug, author in authors_by_slug(names).items() if author.article_count}


_with_slugs = prepared(lambda slugs: Tag.everything.filter(slug__in=slugs))
_with_other_names = prepared(lambda slugs: TagAlias.objects.filter(slug__in=slugs).select_related("tag"))


def derive_taggings(articles: Collection[Article], load: Load | None) -> dict[int, set[int]]:
    """Derive the taggings of articles, and return the ids of authors by article. Counts and index are the caller's."""
    names = {article.pk: author_names(printed_names(article.authors, article.byline)) for article in articles}
    spelled: dict[str, str] = {}
    for found in names.values():
        spelled |= {slug: name for slug, name in found.items() if slug not in spelled}  # the first spelling counts
    ids = create_authors(spelled, lambda: load)
    wanted = {pk: {ids[slug] for slug in found if slug in ids} for pk, found in names.items()}
    by_id, origin = {article.pk: article for article in articles}, Tagging.Origin.BYLINE
    origins = {pk: dict.fromkeys(tag_ids, origin.value) for pk, tag_ids in wanted.items()}
    set_taggings(Tagging.everything.filter(origin=origin), by_id, origins)
    return wanted


def set_taggings(
    rows: QuerySet[Tagging], articles: Mapping[int, Article], wanted: Mapping[int, Mapping[int, str]]
) -> None:
    """Set those taggings of articles that are among ``rows``: origins by tag, by article. Existing ones stay."""
    found = rows.filter(article__in=wanted).values_list("article_id", "tag_id", "pk")
    now = {(article_id, tag_id): pk for article_id, tag_id, pk in found}
    if gone := [pk for (article_id, tag_id), pk in now.items() if tag_id not in wanted[article_id]]:
        delete_alone(Tagging.everything.filter(pk__in=gone))
    new = [
        (pk, articles[pk].archive_date, tag_id, origin)
        for pk, origins in wanted.items()
        for tag_id, origin in sorted(origins.items())
        if (pk, tag_id) not in now
    ]
    insert_values(Tagging, TAGGING_COLUMNS, new)


def derive_again(article_ids: Collection[int]) -> None:
    """Derive taggings, counts and index of articles, after a change of names. Within a transaction of changes."""
    for ids in chunks(sorted(article_ids)):
        before = Filed.of_many(ids)
        derive_taggings(Article.objects.filter(pk__in=ids).only("authors", "byline", "archive_date"), None)
        after = Filed.of_many(ids)
        for pk in ids:
            open_changes().counts.move(before.get(pk), after.get(pk))
        index.renew(ids, open_changes().words)
