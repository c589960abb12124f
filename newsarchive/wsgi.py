"""The application for a WSGI server: static files by WhiteNoise, then pages from memory, then Django."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from whitenoise import WhiteNoise  # noqa: E402

from newsarchive.page_cache import PageCache  # noqa: E402

application = WhiteNoise(
    PageCache(django_application, capacity_bytes=settings.PAGE_MEMORY_BYTES, threads=settings.SERVER_THREADS),
    settings.STATIC_ROOT,
    settings.STATIC_URL,
    allow_all_origins=False,
    immutable_file_test=r"\.[0-9a-f]{12}\.",  # names made by ManifestStaticFilesStorage
)

# What has been imported stays. Looking through it for what may go would now and then hold up a page by a twentieth of a
# second: https://docs.python.org/3/library/gc.html#gc.freeze
gc.collect()
gc.freeze()
