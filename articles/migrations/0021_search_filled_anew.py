"""The index was filled here; it is made anew further on, and filled there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0020_search_anew")]
    operations = []  # type: ignore[var-annotated]
