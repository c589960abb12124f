"""Authors of articles: rows of ``Tag``, and their taggings, derived from the names in ``Article.authors``.

The names stay as printed; other names and merges of authors lead to the author. The save protocol calls ``follow``.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain

from articles.catalogue import addresses
from articles.catalogue.filing import Filed
from articles.catalogue.ledger import open_changes
from articles.models import Article, Load, Tag, TagAlias, Tagging
from articles.models.bulk import IGNORE_KNOWN, chunks, delete_alone, insert_values
from articles.models.prepared import prepared
from articles.models.tag import tag_path
from articles.search import index
from articles.text.alphabet import letter_of, sorting_name
from articles.text.keys import AUTHOR, slug_like
from articles.text.outlets import names_person

NAME_LENGTH = Tag._meta.get_field("name").max_length or 0
_AND = re.compile(r" (?:and|&|et|und) ")
TAG_COLUMNS = (
    "name", "slug", "is_author", "kind", "description", "article_count", "load_id", "letter", "sorting_name",
)  # fmt: skip


def names_of(authors: Iterable[object]) -> dict[str, str]:
    """Those that may be persons, by slug; of ``Nora Berg and Bo Chen`` both."""
    names = (part for name in authors if isinstance(name, str) for part in _apart(" ".join(name.split())))
    return {slug_like(AUTHOR, name): name for name in names if len(name) <= NAME_LENGTH and names_person(name)}


def _apart(name: str) -> list[str]:
    """Several full names in one; not those of institutions, such as ``Department of Arts and Public Works``."""
    parts = _AND.split(name)
    return parts if {"of", "for", "the"}.isdisjoint(name.split()) and all(" " in part for part in parts) else [name]


def ids_of(names: Mapping[str, str], load: Callable[[], Load | None]) -> dict[str, int]:
    """Ids of authors by slug, also of other names; new ones are created. ``load`` is called only for these."""
    found = known(names)
    if new := sorted(names.keys() - found.keys()):  # as all loads do, which wait for each other's new names
        made = load()
        rows = [
            (name, slug, True, "", "", 0, made and made.pk, letter_of(name), sorting_name(name))
            for slug in new
            for name in [names[slug]]
        ]
        insert_values(Tag, TAG_COLUMNS, rows, ending=IGNORE_KNOWN)
        addresses.revive(map(tag_path, new))
        found |= known(new)
    return {slug: author.pk for slug, author in found.items()}


def known(slugs: Collection[str]) -> dict[str, Tag]:
    """Authors by slug, also of other names."""
    found = {author.slug: author for author in _own(list(slugs))}
    others = [slug for slug in slugs if slug not in found]
    return found | {alias.slug: alias.tag for alias in _other(others)}


def named(authors: Iterable[object]) -> dict[str, Tag]:
    """The authors of an article, by their names in it."""
    names = names_of(authors)
    return {names[slug]: author for slug, author in known(names).items()}


_own = prepared(lambda slugs: Tag.everything.filter(slug__in=slugs))
_other = prepared(lambda slugs: TagAlias.objects.filter(slug__in=slugs).select_related("tag"))


def follow(articles: Collection[Article], load: Load | None) -> dict[int, set[int]]:
    """Derive the taggings of articles, and return the ids of authors by article. Counts and index are the caller's."""
    names = {article.pk: names_of(article.authors) for article in articles}
    ids = ids_of(dict(chain.from_iterable(found.items() for found in reversed(names.values()))), lambda: load)
    wanted = {pk: {ids[slug] for slug in found if slug in ids} for pk, found in names.items()}
    bylines = Tagging.everything.filter(article__in=wanted, origin=Tagging.Origin.BYLINE)
    now = {(pk, tag_id): tagging for tagging, pk, tag_id in bylines.values_list("pk", "article_id", "tag_id")}
    gone = [tagging for (pk, tag_id), tagging in now.items() if tag_id not in wanted[pk]]
    delete_alone(Tagging.everything.filter(pk__in=gone)) if gone else None
    new = [
        (article.pk, article.archive_date, tag_id, Tagging.Origin.BYLINE)
        for article in articles
        for tag_id in sorted(wanted[article.pk])
        if (article.pk, tag_id) not in now
    ]
    insert_values(Tagging, ("article_id", "archive_date", "tag_id", "origin"), new)
    return wanted


def refile(article_ids: Collection[int]) -> None:
    """Derive taggings, counts and index of articles again, after a change of names. Within a transaction of changes."""
    for ids in chunks(sorted(article_ids)):
        before = Filed.of_many(ids)
        follow(Article.objects.filter(pk__in=ids).only("authors", "archive_date"), None)
        after = Filed.of_many(ids)
        for pk in ids:
            open_changes().counts.move(before.get(pk), after.get(pk))
        index.renew(ids, open_changes().words)
