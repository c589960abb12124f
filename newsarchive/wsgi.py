"""The application for a WSGI server: ``granian --interface wsgi newsarchive.wsgi:application``."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
application = get_wsgi_application()

# What has been imported stays. Looking through it for what may go would now and then hold up a page by a twentieth of a
# second: https://docs.python.org/3/library/gc.html#gc.freeze
gc.collect()
gc.freeze()
