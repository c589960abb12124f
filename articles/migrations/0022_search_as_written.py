"""Entries of the index keep the tags of their articles. The index itself is renewed further on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0021_search_filled_anew")]
    operations = [
        migrations.AddField(
            "SearchEntry",
            "tags",
            models.TextField(blank=True, default="", help_text="The ids of its tags, parted by spaces."),
            preserve_default=False,
        ),
    ]
