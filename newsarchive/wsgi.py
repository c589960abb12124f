"""The WSGI application: static files by WhiteNoise, photo files, pages from memory, then Django."""

import gc
import os
from collections.abc import Iterable

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
os.environ["AWS_MAX_ATTEMPTS"] = "2"  # readers and staff do not wait for a bucket as loads do
django_application = get_wsgi_application()

# What follows needs the models.
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from whitenoise import WhiteNoise  # noqa: E402

from newsarchive.database import GIVE_UP_UNREAD  # noqa: E402
from newsarchive.media import MediaFiles  # noqa: E402
from newsarchive.middleware import add_static_headers  # noqa: E402
from newsarchive.page_cache import Environ, PageCache, StartResponse, Watch  # noqa: E402
from newsarchive.readiness import READY, Readiness  # noqa: E402

if connection.vendor == "postgresql":  # staff wait for a page, and write little
    settings.DATABASES["default"]["OPTIONS"] = {**GIVE_UP_UNREAD, **settings.DATABASES["default"]["OPTIONS"]}
watch = Watch()
pages = PageCache(django_application, watch, settings.PAGE_MEMORY_BYTES, settings.SERVER_THREADS)
files = WhiteNoise(
    MediaFiles(pages, watch),
    settings.STATIC_ROOT,
    settings.STATIC_URL,
    allow_all_origins=False,
    add_headers_function=add_static_headers,
    immutable_file_test=r"\.[0-9a-f]{12}\.",  # names made by ManifestStaticFilesStorage
)
ready = Readiness()

FILES = (settings.STATIC_URL, settings.MEDIA_URL)


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Pages skip the lookup of files, which would slow down pages from memory."""
    path = environ["PATH_INFO"]
    if path == READY and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return ready(environ, start_response)
    answer = files if path.startswith(FILES) else pages
    return answer(environ, start_response)


# Imports stay for good. Otherwise garbage collection would sometimes delay a page by a twentieth of a second:
# https://docs.python.org/3/library/gc.html#gc.freeze
gc.collect()
gc.freeze()
gc.set_threshold(50_000)  # a page makes thousands of objects that live as long as it
