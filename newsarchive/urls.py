"""The admin, if enabled, and the archive."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog

urlpatterns: list[URLPattern | URLResolver] = [path("", include("articles.public.urls"))]
if settings.ADMIN_ENABLED:
    review = path("admin/review/", include("articles.admin.review_page"))
    # Before the admin's own, which has Django's messages alone.
    words = path("admin/jsi18n/", JavaScriptCatalog.as_view(packages=["django.contrib.admin", "articles"]))
    edit_here = path("", include("articles.admin.edit_here"))
    urlpatterns[:0] = [review, words, edit_here, path("admin/", admin.site.urls)]

handler404 = "articles.public.views.errors.not_found"
handler500 = "articles.public.views.errors.server_error"
