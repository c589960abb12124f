"""The index was emptied here; that is done further on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0019_applied_edit")]
    operations = []  # type: ignore[var-annotated]
