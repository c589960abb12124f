"""Counts what is there once; from then on loads and edits keep the counts."""

from collections import Counter, defaultdict
from itertools import combinations, groupby

from django.db import migrations
from django.db.models import Count

PAIRED, SAMPLED = 20, frozenset("01234567")  # as in the model
AT_ONCE = 5_000


def count_all(apps, schema_editor):
    using = schema_editor.connection.alias
    tagging, article, tag_month, source_month, tag_pair = (
        apps.get_model("articles", name) for name in ("Tagging", "Article", "TagMonth", "SourceMonth", "TagPair")
    )
    for model in (tag_month, source_month, tag_pair):
        model._base_manager.using(using).all().delete()  # a migration that was stopped begins anew
    _count_months(tagging._base_manager.using(using).filter(article__withdrawn_at=None), "tag_id", tag_month)
    articles = article._base_manager.using(using).filter(withdrawn_at=None)
    _count_months(articles.exclude(source=None), "source_id", source_month)
    _count_pairs(articles, tagging._base_manager.using(using), tag_pair, schema_editor.connection)


def _count_months(rows, column, months):
    """One walk along the index of the listings, which has the days of each tag, or source, in order."""
    days = rows.exclude(archive_date=None).order_by(column, "-archive_date").values_list(column, "archive_date")
    found = groupby(
        days.annotate(articles=Count("pk")).iterator(AT_ONCE),
        key=lambda row: (row[0], row[1].year * 100 + row[1].month),
    )
    made = []
    for (owner, month), counted in found:
        made.append(months(**{column: owner}, month=month, articles=sum(count for *_, count in counted)))
        if len(made) == AT_ONCE:
            months._base_manager.using(rows.db).bulk_create(made)
            made = []
    months._base_manager.using(rows.db).bulk_create(made)


def _count_pairs(articles, taggings, pairs, connection):
    table, last = pairs._meta.db_table, 0
    while keys := dict(articles.filter(pk__gt=last).order_by("pk").values_list("pk", "key")[:AT_ONCE]):
        end = max(keys)
        tags = defaultdict(list)
        found = taggings.filter(article__gt=last, article__lte=end, article__withdrawn_at=None)
        for article_id, tag_id in found.order_by("article", "tag").values_list("article_id", "tag_id"):
            if keys[article_id][-1:] in SAMPLED:
                tags[article_id].append(tag_id)
        counts = Counter(pair for some in tags.values() for pair in combinations(some[:PAIRED], 2))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (tag_id, other_id, articles) VALUES (%s, %s, %s) "  # noqa: S608
                f"ON CONFLICT (tag_id, other_id) DO UPDATE SET articles = {table}.articles + excluded.articles",
                [(*pair, count) for pair, count in sorted(counts.items())],
            )
        last = end


class Migration(migrations.Migration):
    dependencies = [("articles", "0014_timelines")]

    operations = [migrations.RunPython(count_all, migrations.RunPython.noop, elidable=True)]
