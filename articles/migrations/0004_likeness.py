import django.db.models.deletion
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def let_groups_in(apps, schema_editor):
    """Viewers look at near-duplicates, Editors decide on them."""
    using = schema_editor.connection.alias
    permissions = _permissions(apps, using)
    groups = apps.get_model("auth", "Group").objects.using(using)
    for name, codenames in (("Viewers", ["view"]), ("Editors", ["view", "change"])):
        if group := groups.filter(name=name).first():  # an operator may have removed it
            wanted = [f"{codename}_nearduplicate" for codename in codenames]
            group.permissions.add(*permissions.filter(codename__in=wanted))


def _permissions(apps, using):
    """All permissions of the app; Django makes them only after the last migration, so they are made here if need be."""
    app = apps.get_app_config("articles")
    models_module = getattr(app, "models_module", None)  # none in the state of a migration, and asked for
    app.models_module = models_module or True
    create_permissions(app, apps=apps, using=using, verbosity=0)
    app.models_module = models_module
    return apps.get_model("auth", "Permission").objects.using(using).filter(content_type__app_label="articles")


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0003_photo_metadata"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Likeness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signature", models.BinaryField()),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likeness",
                        to="articles.article",
                    ),
                ),
            ],
            options={"verbose_name_plural": "likenesses", "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="LikenessBand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("band", models.BigIntegerField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likeness_bands",
                        to="articles.article",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["band", "article"], name="likeness_band_articles")],
            },
        ),
        migrations.CreateModel(
            name="NearDuplicate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "likeness_percent",
                    models.PositiveSmallIntegerField(
                        help_text="How much of the longer text stands in the other too, as an estimate.",
                        verbose_name="likeness",
                    ),
                ),
                ("found_at", models.DateTimeField()),
                (
                    "decided",
                    models.CharField(
                        choices=[("open", "Open"), ("not a duplicate", "Not a duplicate")],
                        default="open",
                        max_length=20,
                        verbose_name="decision",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="near_duplicates",
                        to="articles.article",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "load",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="near_duplicates",
                        to="articles.load",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="near_duplicates_since",
                        to="articles.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "near-duplicate",
                "ordering": ["-id"],
                "default_permissions": ("view", "change"),
                "indexes": [models.Index(fields=["decided", "-id"], name="near_duplicate_listing")],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "other"), name="near_duplicate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("article__gt", models.F("other"))), name="near_duplicate_in_order"
                    ),
                ],
            },
        ),
        migrations.RunPython(let_groups_in, migrations.RunPython.noop),
    ]
