"""The words that articles have, for the search index, whose own tables follow its form (``search.index.build``)."""

from django.db import migrations


def create(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    text = 'text COLLATE "C"' if is_postgresql else "TEXT"  # sorted by the numbers of its letters
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE articles_search_word (word {text} PRIMARY KEY)")
        cursor.execute(f"CREATE TABLE articles_search_accented (plain {text}, stem {text}, PRIMARY KEY (plain, stem))")


def drop(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in ("articles_search_word", "articles_search_accented"):
            cursor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_schema")]

    operations = [migrations.RunPython(create, drop)]
