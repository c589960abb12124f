"""Lists the photos that are there by credit; loads and edits keep the list from then on."""

import django.db.models.deletion
from django.db import migrations, models

from articles import credited


def list_all(apps, schema_editor):
    articles, photos = (apps.get_model("articles", name) for name in ("Article", "Photo"))
    for ids in credited.with_photos(articles):
        credited.add(ids, articles=articles, photos=photos)


class Migration(migrations.Migration):
    dependencies = [("articles", "0021_search_filled_anew")]

    operations = [
        migrations.CreateModel(
            name="CreditedPhoto",
            fields=[
                (
                    "photo",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="credited",
                        serialize=False,
                        to="articles.photo",
                    ),
                ),
                ("credit", models.CharField(blank=True, max_length=200)),
                ("place", models.BigIntegerField(help_text="Of its article by date, as the search numbers it.")),
                ("number", models.PositiveIntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["credit", "-place", "number"], name="photo_by_credit")],
            },
        ),
        migrations.RunPython(list_all, migrations.RunPython.noop, elidable=True),
    ]
