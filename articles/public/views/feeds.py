"""The addresses of feeds: which articles or photos each has."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import reverse

from articles.models import Article, Tag, Tagging
from articles.models.keyset import Listed, page_of
from articles.public.absolute import base_url
from articles.public.caching import naming, public
from articles.public.formats.feeds import entries_of, photo_entry, written_feed
from articles.public.formats.representations import caption_notes
from articles.public.listings.photos import newest_dated
from articles.text.messages import gettext

ENTRIES = 20
UNREAD = ("body", "as_loaded", "body_as_loaded")


@public()
def latest_feed(request: HttpRequest, form: str) -> HttpResponse:
    entries = entries_of(page_of(Listed(_with_text), size=ENTRIES).rows, request)
    return written_feed(request, form, entries, "", settings.ARCHIVE_DESCRIPTION, reverse("home"))


@public()
def named_feed(request: HttpRequest, slug: str, form: str, model: Any = Tag) -> HttpResponseBase:
    """The feed of a tag, an author or a source; at a former address a redirect."""
    found, page = model.objects.named(slug), model._meta.model_name
    own_slug = found.bare_slug if isinstance(found, Tag) else found and found.slug
    if found is None or (own_slug == slug and not found.article_count):
        raise Http404("No such tag or source.")
    if own_slug != slug:
        return HttpResponsePermanentRedirect(reverse(f"{page}-feed", args=[own_slug, form]))
    if isinstance(found, Tag):
        rows = page_of(Listed(_tagged, (found.pk,)), size=ENTRIES, id_field="article_id").rows
        words = gettext("Articles by %(name)s") if found.is_author else gettext("Articles tagged %(name)s")
    else:
        rows = page_of(Listed(_with_text, within={"source_id": found.pk}), size=ENTRIES).rows
        words = gettext("Articles from %(name)s")
    entries = entries_of([row.article if isinstance(row, Tagging) else row for row in rows], request)
    feed = written_feed(request, form, entries, found.name, words % {"name": found.name}, found.get_absolute_url())
    return naming(feed, f"{page}-{slug}")


@public()
def photos_feed(request: HttpRequest, form: str) -> HttpResponse:
    photos = newest_dated(ENTRIES)
    base, notes = base_url(request), caption_notes(photos)
    entries = [photo_entry(photo, notes[photo.pk], base) for photo in photos]
    words = gettext("The newest photos, with their captions and credits")
    return written_feed(request, form, entries, gettext("Photos"), words, reverse("photos"))


def _with_text() -> Any:
    rows = Article.objects.published().filter(archive_date__isnull=False)
    return rows.select_related("source").defer(*UNREAD)


def _tagged(tag_id: int) -> Any:
    rows = Tagging.everything.filter(tag_id=tag_id, article__withdrawn_at=None, archive_date__isnull=False)
    return rows.select_related("article__source").defer(*(f"article__{name}" for name in UNREAD))
