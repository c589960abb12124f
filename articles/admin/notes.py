"""Notes below the fields of an article's form: value as loaded, open conflict, provenance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from articles.admin.comparison import NOTHING, article_fields, photo_fields
from articles.admin.form_fields import LONG, folded
from articles.admin.inlines import file_words
from articles.editorial.provenance import Provenance, by_name, provenance_of
from articles.models import Article, Conflict, Photo


def add_notes(form: Any, rows: Iterable[Any]) -> None:
    # After a refused save the instances of the forms hold what was typed.
    article: Any = Article.objects.select_related("source").get(pk=form.instance.pk) if form.is_bound else form.instance
    prefetch_related_objects([article], "photos", "taggings__tag")
    photos = {photo.pk: photo for photo in article.photos.all()}
    provenance = by_name(provenance_of(article))
    conflicts = list(article.conflicts.open().defer("loaded", "ours", "theirs"))
    _add(form, article_fields(article), [conflict for conflict in conflicts if not conflict.photo_id], provenance)
    if "tag_ids" in form.fields:
        form["tag_ids"].help_text = _from_where(provenance)
    for row in rows:
        if photo := photos.get(row.instance.pk) if isinstance(row.instance, Photo) else None:
            of_photo = [conflict for conflict in conflicts if conflict.photo_id == photo.pk]
            _add(row, photo_fields(article, photo), of_photo, provenance, photo)


def _add(
    form: Any,
    loaded: dict[str, str],
    conflicts: list[Conflict],
    provenance: dict[str, Provenance],
    photo: Photo | None = None,
) -> None:
    for name in form.fields:
        field = form[name]
        notes = [field.help_text, file_words(photo, name) if photo else ""]
        if name in loaded:
            notes.append(_as_loaded(loaded[name]))
        notes += [
            _to_decide(conflict)
            for conflict in conflicts
            if name == ("caption" if conflict.field == "photo" else conflict.field)
        ]
        if found := provenance.get(f"{name}:{photo.number}" if photo else name):
            words = gettext("From: %(origin)s") % {"origin": found.words_for_staff}
            notes.append(format_html('<span class="provenance">{}</span>', words))
        field.help_text = format_html_join(" ", "{}", ((note,) for note in notes if note))


def _from_where(provenance: dict[str, Provenance]) -> SafeString:
    """A line for each origin of tags: ``Ferries, Harbours: line 3 of the original``."""
    names: dict[str, list[str]] = {}
    for name, found in provenance.items():
        if name.startswith("tag:"):
            names.setdefault(found.words_for_staff, []).append(name.removeprefix("tag:"))
    lines = ((", ".join(tags), words) for words, tags in names.items())
    return format_html_join("", '<span class="provenance">{}: {}</span>', lines)


def _as_loaded(words: str) -> SafeString:
    if words == str(NOTHING):
        note = format_html("{}", gettext("As loaded: nothing"))
    elif len(words) > LONG:
        note = folded(words, gettext("As loaded"))
    else:
        note = format_html(gettext("As loaded: <q>{text}</q>"), text=words)
    return format_html('<span class="as-loaded">{}</span>', note)


def _to_decide(conflict: Conflict) -> SafeString:
    note = gettext('<a href="{address}">Undecided conflict</a>: the source has a different version.')
    if conflict.field == "photo":
        note = gettext('<a href="{address}">Undecided conflict</a>: the source no longer shows this photo.')
    words = format_html(note, address=reverse("admin:articles_conflict_change", args=[conflict.pk]))
    return format_html('<span class="in-conflict">{}</span>', words)
