"""The index was filled here; that is done further on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0022_search_as_written")]
    operations = []  # type: ignore[var-annotated]
