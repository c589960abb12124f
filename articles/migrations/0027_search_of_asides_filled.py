"""Puts the articles that are there already into the search index.

Not in one transaction: with millions of articles it takes a while, and goes on where it was stopped.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from articles.search import index


def fill(apps: Any, schema_editor: Any) -> None:
    articles, photos, taggings = (apps.get_model("articles", name) for name in ("Article", "Photo", "Tagging"))
    for _ in index.fill(articles=articles, photos=photos, taggings=taggings):
        pass


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0026_search_of_asides")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
