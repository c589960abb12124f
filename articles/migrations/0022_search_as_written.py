"""The search index, empty again: it keeps the words as they are written in their order, and the tags of its entries.
The next migration fills it."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from articles.search import index


def renew(apps: Any, schema_editor: Any) -> None:
    index.drop(schema_editor.connection)
    index.create(schema_editor.connection)
    apps.get_model("articles", "SearchEntry").objects.all()._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("articles", "0021_search_filled_anew")]
    operations = [
        migrations.RunPython(renew, migrations.RunPython.noop),
        migrations.AddField(
            "SearchEntry",
            "tags",
            models.TextField(blank=True, default="", help_text="The ids of its tags, parted by spaces."),
            preserve_default=False,
        ),
    ]
