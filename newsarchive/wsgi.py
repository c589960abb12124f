"""The application for a WSGI server: ``gunicorn newsarchive.wsgi``."""

import gc
import os
from itertools import count

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
pages = get_wsgi_application()

from newsarchive.media import MediaFiles  # noqa: E402 - it needs the models

application = MediaFiles(pages, generation=count().__next__)  # nothing is remembered from one request to the next

# What has been imported stays. Looking through it for what may go would now and then hold up a page by a twentieth of a
# second: https://docs.python.org/3/library/gc.html#gc.freeze
gc.collect()
gc.freeze()
