"""Edits of tags and sources, gone addresses, and the editors."""

from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

from django.contrib.auth import get_user_model
from django.urls import Resolver404, resolve

from articles.catalogue.ledger import Stamp, change_of, lock_articles, save_tag
from articles.editorial.actions.merge_sources import keep_name, merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.exchange.lines import Line
from articles.models import Article, Author, Change, Gone, Source, SourceAlias, Tag, TagAlias
from articles.text.keys import name_slug, slug_like

REASON = "Taken over from another archive"


def person_of(user: Any) -> dict[str, Any]:
    """``by``: the account, never shown to readers; ``by_name``: the full name."""
    return {"by": user.get_username(), "by_name": user.get_full_name()} if user else {}


def account_of(line: Line) -> Any:
    """The same person's account here; ``None`` if there is none or it has another full name."""
    user = get_user_model()._default_manager.filter(username=line.get("by") or "").first()
    return user if user is not None and user.get_full_name() == line.get("by_name", "") else None


def stamp_of(user: Any, reason: str) -> Stamp:
    return Stamp.now(user, reason, Change.Kind.IMPORT)


def find_tag(slug: str) -> Tag | None:
    alias = TagAlias.objects.filter(slug=slug).select_related("tag").first()
    return Tag.everything.filter(slug=slug).first() or (alias.tag if alias else None)


def apply_tag(line: Line) -> bool:
    """Set a tag's or author's name, kind, description and other names. Others with one of these are merged into it."""
    stamp, names = stamp_of(None, REASON), list(line["aliases"])
    like = partial(slug_like, line["tag"])
    slugs = list(dict.fromkeys([line["tag"], *map(like, [line["name"], *names])]))
    tag = next(filter(None, map(find_tag, slugs)), None) or Tag()
    duplicates = list(Tag.everything.filter(slug__in=slugs).exclude(pk=tag.pk)) if tag.pk else []
    is_changed = bool(duplicates and merge_tags(duplicates, tag, stamp)) or tag.name != line["name"]
    if tag.pk:
        tag.refresh_from_db()
        if tag.slug != line["tag"]:
            names.append(tag.name)
    values = {"name": line["name"], "slug": line["tag"], "description": line["description"]}
    values |= {"kind": line["kind"]} if "kind" in line else {}  # not in edits of earlier versions
    if any(getattr(tag, name) != value for name, value in values.items()):
        is_changed = True
        vars(tag).update(values)
        save_tag(tag, stamp)
    TagAlias.objects.filter(tag=tag, slug=tag.slug).delete()
    for name in names:
        if (slug := like(name)) != tag.slug:
            is_changed |= TagAlias.objects.get_or_create(slug=slug, defaults={"tag": tag, "name": name})[1]
    return is_changed


def apply_source(line: Line) -> bool:
    """Like ``apply_tag``; the slug of a source never changes."""
    sources = list(Source.objects.filter(slug__in=[line["source"], *map(name_slug, line["aliases"])]))
    source = next((row for row in sources if row.slug == line["source"]), None) or Source(slug=line["source"])
    duplicates = [row for row in sources if row.pk != source.pk]
    names = SourceAlias.objects.count()
    lock_articles(Article.objects.filter(source__in=duplicates).values_list("pk", flat=True))  # before sources
    # Edits of earlier versions have no rights.
    values: dict[str, Any] = {name: line[name] for name in ("name", "description", "license", "terms") if name in line}
    is_changed = bool(duplicates) or any(getattr(source, name) != value for name, value in values.items())
    if is_changed:
        vars(source).update(values, load_id=None)
        source.save()
    merge_sources(duplicates, source, stamp_of(None, REASON))
    for name in line["aliases"]:
        keep_name(source, name)
    return is_changed or SourceAlias.objects.count() != names


def apply_gone(line: Line) -> bool:
    """Record a gone address, unless the article or another page is here."""
    path, key = line["gone"], line["key"]
    if Gone.objects.filter(path=path).exists() or Article.objects.filter(key=key).exists() or _has_page(path):
        return False
    change, gone_at = change_of(stamp_of(None, REASON)) if key else None, datetime.fromisoformat(line["at"])
    Gone.objects.create(path=path, key=key, reason=line["reason"], gone_at=gone_at, change=change)
    return True


def _has_page(path: str) -> bool:
    try:
        page = resolve(unquote(path))
    except Resolver404:
        return False
    slug = page.kwargs.get("slug")
    if page.url_name == "article":
        return Article.objects.on_day(page.kwargs["day"]).filter(slug=slug).exists()
    model: Any = {"tag": Tag, "author": Author, "source": Source}.get(page.url_name or "")
    return model is not None and model.objects.named(str(slug)) is not None
