"""Puts the articles that are there already into the search index.

Not in one transaction: with millions of articles it takes a while, and goes on where it was stopped.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, transaction
from django.db.models import Max

from articles.search import index

AT_ONCE = 500


def fill(apps: Any, schema_editor: Any) -> None:
    article, entry = apps.get_model("articles", "Article"), apps.get_model("articles", "SearchEntry")
    photo, tagging = apps.get_model("articles", "Photo"), apps.get_model("articles", "Tagging")
    last = entry.objects.aggregate(last=Max("article_id"))["last"] or 0
    while ids := list(article.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            index.add(list(index.documents(ids, articles=article, photos=photo, taggings=tagging)))
        last = ids[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0020_search_anew")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
