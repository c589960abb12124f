"""Measurements, each a program of its own: ``python -m tests.bench.NAME``."""

import os

# Words for pages and the language of the archive are settings, of readers too.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
