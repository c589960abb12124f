"""Photo files not answered by ``newsarchive.media``, and redirects from former names."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware

from articles import photos
from articles.public.caching import public
from articles.public.photo_files import SHOWN, is_shown, of_photo, rendition_file, with_name
from articles.public.views.errors import photo_withdrawn, withdrawn


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    file = rendition_file(path) if is_shown(path) else None
    if file is None:
        return _not_shown(request, path)
    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # images are compressed already
    try:
        answer: HttpResponseBase = WhiteNoiseMiddleware.serve(file, request)
    except OSError:  # removed meanwhile, or not readable
        return _not_shown(request, path)
    return answer


@public()
def _not_shown(request: HttpRequest, path: str) -> HttpResponseBase:
    """410 if the photo or its article is withdrawn; a name with former words redirects to the current one."""
    if withdrawn_rendition := with_name(path).exclude(SHOWN).select_related("photo__article").first():
        photo = withdrawn_rendition.photo
        return withdrawn(request, photo.article) if photo.article.withdrawn_at else photo_withdrawn(request, photo)
    ending = f"-{photos.size_in(path)}"
    renditions = of_photo(path).filter(SHOWN)
    now = renditions.filter(Q(file__endswith=ending) | Q(file_webp__endswith=ending)).first()
    name = next((name for name in (now.file, now.file_webp) if name.endswith(ending)), path) if now else path
    if name == path:
        raise Http404("No photo has this address.")
    return HttpResponsePermanentRedirect(f"{settings.MEDIA_URL}{name}")
