"""The admin, if enabled, and the archive."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("", include("articles.public.urls"))]
if settings.ADMIN_ENABLED:
    review = path("admin/review/", include("articles.admin.review_page"))
    urlpatterns[:0] = [review, path("admin/", admin.site.urls)]

handler404 = "articles.public.views.errors.not_found"
handler500 = "articles.public.views.errors.server_error"
