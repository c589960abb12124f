"""The list of photos by credit, empty; the next migration fills it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0023_search_filled_as_written")]

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
    ]
