"""Rows with fixed values, like those of a small loaded article, with keyword overrides.

Derived text, counts and addresses go through ``articles.catalogue.filing``, as in loads and the admin. The rows have no
history, as after a load: Django sends no signals when it saves raw or in bulk.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from articles.catalogue import addresses, filing
from articles.catalogue.loaded import baseline
from articles.models import Article, Damage, Original, Photo, Rendition, Source, Tag, TagAlias, Tagging
from articles.search import index
from articles.text.keys import digest_of, key_for, slug_for
from articles.text.shown_credits import credit_key, credited_to

HEADLINE = "Ferry returns to the north quay"
BODY = "The ferry sailed at nine.\n\nIt was full.\n\nNobody had sold a ticket."
_numbers = itertools.count(1)


def make_source(name: str = "Harbour Daily", **values: Any) -> Source:
    found, _ = Source.objects.get_or_create(name=name, defaults={"slug": slug_for(name, otherwise="source"), **values})
    return found


def make_tag(name: str = "Harbours", *, aliases: Iterable[str] = (), **values: Any) -> Tag:
    found = Tag.objects.filter(name=name).first()
    if found is None:
        found = Tag(**{"name": name, "slug": slug_for(name, otherwise="tag"), **values})
        found.follow_name()
        Tag.objects.bulk_create([found])
    for alias in aliases:
        TagAlias.objects.get_or_create(slug=slug_for(alias, otherwise="alias"), defaults={"tag": found, "name": alias})
    return found


def make_article(
    headline: str = HEADLINE,
    *,
    source: str | None = "Harbour Daily",
    tags: Iterable[str] = (),
    is_indexed: bool = True,
    **values: Any,
) -> Article:
    """A published article, filed, counted and, unless the caller does that, indexed; ``source``, ``tags``: names."""
    key = values.pop("key", None) or key_for(f"article {next(_numbers)}")
    values = {"published": "2022-03-04", "body": BODY, "as_loaded": {}, **values}
    article = Article(headline=headline, source=make_source(source) if source else None, key=key, **values)
    article.slug = article.slug or slug_for(headline, otherwise=key)
    filing.derive(article)
    article.slug = addresses.free_slug(article)
    article.save_base(raw=True)
    addresses.add_former_paths([article])
    for name in tags:
        tagging = Tagging(article=article, tag=make_tag(name), archive_date=article.archive_date)
        tagging.origin = Tagging.Origin.SOURCE
        tagging.save_base(raw=True)
    count(article, before=None)
    if is_indexed:
        index.renew([article.pk])
    return article


def filed(article: Article) -> filing.Filed | None:
    return filing.Filed.of_many([article.pk]).get(article.pk)


def count(article: Article, *, before: filing.Filed | None) -> None:
    """Move the kept counts of an article from where it was filed to where it is."""
    changes = filing.CountChanges()
    changes.move(before, filed(article))
    changes.save()


def make_original(article: Article, content: bytes = b"Ferry returns\n", **values: Any) -> Original:
    values = {"name": "ferry.txt", "form": "text", **values}
    digest = values.pop("digest", None) or digest_of(content)
    return Original.objects.create(article=article, digest=digest, size_bytes=len(content), content=content, **values)


def make_photo(article: Article, *, sizes: Sequence[tuple[int, int]] = (), **values: Any) -> Photo:
    """A photo of an article; each of ``sizes`` is a rendition, and without any its file is not held."""
    number = article.photos.count() + 1
    numbers = {"number": number, "loaded_number": number}
    values = {**numbers, "caption": "The ferry at the quay.", "credit_line": "Mei Tanaka", **values}
    if sizes:
        digest = values.setdefault("digest", digest_of(f"photo {article.pk} {number}".encode()))
        width, height = max(sizes)
        values = {"file": f"originals/{digest[:2]}/{digest}.jpg", "width_px": width, "height_px": height, **values}
    photo = Photo(article=article, **values)
    if "key" not in values:
        photo.take_key(set(article.photos.values_list("key", flat=True)))
    photo.credited = credit_key(credited_to(photo))
    photo.save_base(raw=True)
    for width, height in sizes:
        file = f"renditions/{photo.digest[:2]}/{photo.digest}-{width}.jpg"
        Rendition.objects.create(photo=photo, file=file, width_px=width, height_px=height)
    before = filed(article)
    filing.count_photos({article.pk: article})
    article.save_base(raw=True, update_fields=["photo_count", "photo_file_count"])
    count(article, before=before)
    index.renew([article.pk])
    return photo


def make_damage(article: Article, code: str, **values: Any) -> Damage:
    return Damage.objects.create(article=article, code=code, **values)


def remember(article: Article) -> Article:
    """Take an article's values as those of its last load: what staff change from now on is an edit."""
    photos = list(article.photos.order_by("number"))
    for number, photo in enumerate(photos, 1):
        photo.loaded_number = number
        photo.save_base(raw=True)
    tags = Tagging.objects.filter(article=article).values_list("tag__slug", flat=True)
    article.as_loaded = baseline(article, photos, source=article.source.slug if article.source else None, tags=tags)
    article.save_base(raw=True, update_fields=["as_loaded"])
    return article


def withdraw(article: Article, reason: str = "The publisher asked for it.", by: str = "staff") -> Article:
    """Take an article out of the archive's pages, as staff do."""
    before = filed(article)
    article.withdraw(datetime(2024, 1, 9, 12, 0, tzinfo=UTC), by, reason)
    return refiled(article, before, article.get_absolute_url())


def refile_under(article: Article, published: str) -> Article:
    """Correct an article's date, as staff do."""
    before, path = filed(article), article.get_absolute_url()
    article.published = published
    filing.derive(article)
    return refiled(article, before, path)


def refiled(article: Article, before: filing.Filed | None, path: str) -> Article:
    """Saved, with all that follows but the history."""
    article.save_base(raw=True)
    Tagging.objects.filter(article=article).update(archive_date=article.archive_date)
    count(article, before=before)
    addresses.keep_addresses([(path, article)])
    index.renew([article.pk])
    return article
