"""The search index, empty again: it keeps the words as they are written in their order, and captions and bylines by
themselves, too. The next migration fills it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from articles.search import index


def renew(apps: Any, schema_editor: Any) -> None:
    index.drop(schema_editor.connection)
    index.create(schema_editor.connection)
    apps.get_model("articles", "SearchEntry").objects.all()._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("articles", "0025_photos_listed_by_credit")]
    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
