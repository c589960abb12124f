"""The table of the generation. It has no model: no dump takes it along, and nothing but its triggers writes it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0027_search_of_asides_filled")]
    operations = [
        migrations.RunSQL(
            "CREATE TABLE articles_generation (slot integer NOT NULL PRIMARY KEY, number bigint NOT NULL)",
            "DROP TABLE articles_generation",
        )
    ]
