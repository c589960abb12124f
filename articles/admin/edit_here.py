"""``/admin`` before a public address redirects to its form: ``/admin/tags/harbours/`` to that of the tag."""

import re
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import re_path, reverse

from articles.models import Author, Photo, Source, Tag
from articles.public.redirects import articles_at

_PHOTO = re.compile(r"/photos/(\w+)/?$")

# By the first part of an address: the model, and a row of it by the second part.
NAMED: dict[str, Any] = {
    "tags": (Tag, Tag.objects.addressed),
    "authors": (Author, Author.objects.addressed),
    "sources": (Source, Source.objects.named),
    "photos": (Photo, lambda key: None),
}


def form_of(row: Any) -> str:
    """The address of the form of a row; a photo's caption in the form of its article."""
    if not isinstance(row, Photo):
        model = Author if getattr(row, "is_author", False) else type(row)
        return reverse(f"admin:articles_{model._meta.model_name}_change", args=[row.pk])
    keys = list(Photo.everything.filter(article=row.article_id).values_list("pk", flat=True))
    return f"{form_of(row.article)}#id_photos-{keys.index(row.pk)}-caption"


def edit_here(request: HttpRequest, path: str) -> HttpResponse:
    first, second, *_ = [*path.strip("/").split("/"), ""]
    if first in NAMED and not second:
        return redirect(f"admin:articles_{NAMED[first][0]._meta.model_name}_changelist")
    if first in NAMED:
        found = NAMED[first][1](second)
    else:
        found = next(iter(articles_at(path)), None)
        if found and (photo := _PHOTO.search(path)):
            found = Photo.everything.filter(article=found, key=photo[1]).first() or found
    if not found:
        raise Http404("Nothing to edit at this address.")
    return HttpResponseRedirect(form_of(found))


_STARTS = "|".join(["[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}/[^/]", "undated/[^/]", "a/", *(f"{first}/" for first in NAMED)])
urlpatterns = [re_path(rf"^admin(?P<path>/(?:{_STARTS}).*)$", admin.site.admin_view(edit_here), name="edit-here")]
