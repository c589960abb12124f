"""``index_articles``: puts the whole archive into the search index anew.

Loads and edits keep the index in step; this is for rows that came by ``loaddata`` or by hand.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from articles.models import Article
from articles.search import index

AT_ONCE = 500


class Command(BaseCommand):
    help = "Empty the search index and put every article into it anew. Until it is done, searches find less."

    def handle(self, *args: Any, **options: Any) -> None:
        index.empty()
        last = done = 0
        while ids := list(Article.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
            with transaction.atomic():
                index.add(list(index.documents(ids)))
            last, done = ids[-1], done + len(ids)
            if self.stdout.isatty():
                self.stdout.write(f"\r{done:,} articles", ending="")
        self.stdout.write(f"\r{done:,} articles indexed.")
