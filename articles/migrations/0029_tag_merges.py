"""Merges of tags, which can be undone from now on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def by_staff():
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0028_generation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TagMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("former_id", models.BigIntegerField()),
                ("into_id", models.BigIntegerField(db_index=True)),
                ("former", models.JSONField()),
                ("last_tagging", models.BigIntegerField(help_text="The newest tagging of that moment.")),
                ("moment", models.DateTimeField()),
                ("merged_by", by_staff()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", by_staff()),
            ],
            options={"default_permissions": ()},
        ),
    ]
