import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def number_photos(apps, schema_editor):
    """Until now a photo stood in its article's loaded values by its own number."""
    photos = apps.get_model("articles", "Photo").objects.using(schema_editor.connection.alias)
    photos.update(loaded_number=models.F("number"))


def name_by_slugs(apps, schema_editor):
    """Until now sources and tags stood in the loaded values by their ids, which another database gives to others."""
    using = schema_editor.connection.alias
    tags = dict(apps.get_model("articles", "Tag").objects.using(using).values_list("id", "slug"))
    sources = dict(apps.get_model("articles", "Source").objects.using(using).values_list("id", "slug"))
    rows = apps.get_model("articles", "Article").objects.using(using).only("as_loaded")
    some = []
    for article in rows.iterator(chunk_size=1000):
        loaded = article.as_loaded
        if loaded:
            loaded["source"] = sources.get(loaded.get("source"))
            loaded["tags"] = sorted(tags[pk] for pk in loaded.get("tags", []) if pk in tags)
            some.append(article)
        if len(some) >= 1000:
            rows.bulk_update(some, ["as_loaded"])
            some = []
    rows.bulk_update(some, ["as_loaded"])


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_captures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="load",
            name="vocabulary",
            field=models.CharField(blank=True, help_text="SHA-256 of the tag vocabulary it went by.", max_length=64),
        ),
        migrations.CreateModel(
            name="Gone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField(unique=True)),
                ("key", models.CharField(db_index=True, max_length=10)),
                ("reason", models.TextField(blank=True)),
                ("gone_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "gone",
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="article",
            options={
                "ordering": ["-archive_date", "-id"],
                "permissions": [
                    ("withdraw_article", "Can withdraw and reinstate articles"),
                    ("merge_article", "Can merge articles"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="load",
            options={"ordering": ["-started_at"], "permissions": [("undo_load", "Can undo a load")]},
        ),
        migrations.AlterModelOptions(
            name="tag",
            options={"ordering": ["name"], "permissions": [("merge_tag", "Can merge tags")]},
        ),
        migrations.AddField(
            model_name="article",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="articles.article",
            ),
        ),
        migrations.AddField(
            model_name="historicalarticle",
            name="load",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="articles.load",
            ),
        ),
        migrations.AddField(
            model_name="historicalarticle",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="articles.article",
            ),
        ),
        migrations.AddField(
            model_name="historicalphoto",
            name="load",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="articles.load",
            ),
        ),
        migrations.AddField(
            model_name="historicaltagging",
            name="load",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="articles.load",
            ),
        ),
        migrations.AddField(
            model_name="load",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="load",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="loaded_number",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="source",
            name="load",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sources",
                to="articles.load",
            ),
        ),
        migrations.AddField(
            model_name="tag",
            name="load",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="tags",
                to="articles.load",
            ),
        ),
        migrations.AlterField(
            model_name="nearduplicate",
            name="decided",
            field=models.CharField(
                choices=[("open", "Open"), ("not a duplicate", "Not a duplicate"), ("merged", "Merged")],
                default="open",
                max_length=20,
                verbose_name="decision",
            ),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("note", models.TextField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="articles.article"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["article_id", "made_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="FormerTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("former_id", models.BigIntegerField(unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former", to="articles.tag"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LoadChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rows", models.JSONField(default=list)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="load_changes", to="articles.article"
                    ),
                ),
                (
                    "load",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="articles.load"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.TextField(help_text="The resolved path, and the line of a record within it.", unique=True),
                ),
                ("input", models.TextField(help_text="What reports call it.")),
                ("error", models.TextField()),
                ("refused_at", models.DateTimeField()),
                (
                    "dismissed_at",
                    models.DateTimeField(blank=True, help_text="When staff said that it may stay out.", null=True),
                ),
                (
                    "dismissed_by",
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
                        related_name="refusals",
                        to="articles.load",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": ("view", "change"),
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=30)),
                ("loaded", models.JSONField(null=True)),
                ("ours", models.JSONField(null=True)),
                ("theirs", models.JSONField(null=True)),
                ("found_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("ours", "Ours kept"),
                            ("theirs", "The source’s taken"),
                            ("written", "Written anew"),
                            ("agreed", "Agreed by itself"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conflicts", to="articles.article"
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
                        related_name="conflicts",
                        to="articles.load",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="articles.photo",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": ("view", "change"),
                "indexes": [models.Index(fields=["decision", "-id"], name="conflict_listing")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "open"), ("photo__isnull", False)),
                        fields=("article", "photo", "field"),
                        name="one_open_conflict_of_a_photo",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("decision", "open"), ("photo__isnull", True), models.Q(("field", "photo"), _negated=True)
                        ),
                        fields=("article", "field"),
                        name="one_open_conflict_of_a_field",
                    ),
                ],
            },
        ),
        migrations.RunPython(number_photos, migrations.RunPython.noop),
        migrations.RunPython(name_by_slugs, migrations.RunPython.noop),
    ]
