"""The search index, empty; the next migration fills it."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from articles.search import index


def create(apps: Any, schema_editor: Any) -> None:
    index.create(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    index.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("articles", "0016_tag_index")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("language", models.CharField(blank=True, max_length=35)),
                ("has_photo", models.BooleanField(default=False)),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="articles.article",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="articles.source",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "search entries",
                "default_permissions": (),
                "indexes": [models.Index(fields=["language"], name="search_language")],
            },
        ),
        migrations.RunPython(create, drop),
    ]
