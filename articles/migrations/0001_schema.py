"""The tables of the models, and the one of the generation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # It has no model: no dump takes it along, and nothing but its triggers writes it. First, so
        # that it is the last to go: SQLite renames no table while a trigger names one that is gone.
        migrations.RunSQL(
            "CREATE TABLE articles_generation (slot integer NOT NULL PRIMARY KEY, number bigint NOT NULL)",
            "DROP TABLE articles_generation",
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "form",
                    models.PositiveSmallIntegerField(default=1, help_text="Of the newest index that is complete."),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(null=True, unique=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("moment", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("load", "a load"),
                            ("staff", "staff"),
                            ("import", "edits of another archive"),
                            ("unknown", "not recorded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=100)),
                ("has_added", models.BooleanField(default=False, help_text="Articles were first published by it.")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=10, unique=True)),
                (
                    "external_id",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=500,
                        null=True,
                        unique=True,
                        verbose_name="the source's own id",
                    ),
                ),
                (
                    "url",
                    models.URLField(blank=True, max_length=2000, null=True, unique=True, verbose_name="web address"),
                ),
                ("former_paths", models.JSONField(blank=True, default=list)),
                ("headline", models.TextField(blank=True)),
                ("deck", models.TextField(blank=True, help_text="The line under the headline.")),
                ("byline", models.TextField(blank=True, help_text="As printed.")),
                ("authors", models.JSONField(blank=True, default=list)),
                (
                    "dateline",
                    models.TextField(
                        blank=True, help_text="Place and day of filing, as printed; the text keeps it too."
                    ),
                ),
                ("section", models.TextField(blank=True)),
                (
                    "language",
                    models.CharField(blank=True, help_text="A language tag, such as en or zh-Hans.", max_length=35),
                ),
                (
                    "published",
                    models.CharField(
                        blank=True,
                        help_text="As precise as the source: 2023-09, 2023-09-06, 2023-09-06T10:30, …+08:00.",
                        max_length=32,
                    ),
                ),
                ("published_printed", models.TextField(blank=True, editable=False)),
                ("updated", models.CharField(blank=True, max_length=32)),
                ("updated_printed", models.TextField(blank=True, editable=False)),
                ("archive_date", models.DateField(blank=True, editable=False, null=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=100, verbose_name="slug")),
                ("body", models.TextField(blank=True, help_text="Markdown.")),
                ("body_html", models.TextField(blank=True, editable=False)),
                ("excerpt", models.TextField(blank=True, editable=False)),
                ("photo_count", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "photo_file_count",
                    models.PositiveIntegerField(default=0, editable=False, help_text="Of its photos, those held."),
                ),
                ("as_loaded", models.JSONField(default=dict, editable=False)),
                ("body_as_loaded", models.TextField(blank=True, editable=False)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "withdrawn_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("staff", "Staff"),
                            ("source", "Its source"),
                            ("draft", "Its source, where it is a draft"),
                            ("vanished", "A load that no longer found it"),
                            ("merged", "Staff, who merged it into another"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "withdrawn_reason",
                    models.TextField(
                        blank=True,
                        help_text="Shown to readers at the article's address.",
                        verbose_name="reason for readers",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="articles.article",
                    ),
                ),
                (
                    "added",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.change",
                    ),
                ),
                (
                    "changed",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "ordering": ["-archive_date", "-id"],
                "permissions": [
                    ("withdraw_article", "Can withdraw and reinstate articles"),
                    ("merge_article", "Can merge articles"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(editable=False, null=True)),
                ("made_at", models.DateTimeField()),
                ("note", models.TextField(verbose_name="note")),
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
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["article_id", "made_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Gone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField(unique=True)),
                ("key", models.CharField(db_index=True, max_length=10)),
                ("reason", models.TextField(blank=True)),
                ("gone_at", models.DateTimeField()),
                ("sets", models.TextField(blank=True)),
                (
                    "change",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.change",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minhash", models.BinaryField()),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="likeness", to="articles.article"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Load",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("paths", models.JSONField(default=list, help_text="What was asked to be loaded.")),
                ("counts", models.JSONField(default=dict, help_text="Inputs by outcome.")),
                (
                    "vocabulary",
                    models.CharField(blank=True, help_text="SHA-256 of the tag vocabulary it went by.", max_length=64),
                ),
                ("refused", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "undone_by",
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
                "verbose_name": "load",
                "verbose_name_plural": "loads",
                "ordering": ["-started_at"],
                "permissions": [("undo_load", "Can undo a load")],
            },
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["has_added", "-seen_at"], name="change_added"),
        ),
        migrations.AddField(
            model_name="change",
            name="load",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="articles.load"
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="undoes",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.load",
            ),
        ),
        migrations.CreateModel(
            name="Original",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "digest",
                    models.CharField(
                        help_text="Hexadecimal.", max_length=64, unique=True, verbose_name="SHA-256 digest"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="The file’s name, and the line of a record within it.",
                        max_length=500,
                        verbose_name="name",
                    ),
                ),
                ("form", models.CharField(help_text="Which reader read it: text, markdown, jsonl, …", max_length=20)),
                ("encoding", models.CharField(default="utf-8", max_length=20)),
                ("size_bytes", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "held_at",
                    models.TextField(
                        blank=True,
                        help_text="Where the bytes are; empty: they are kept here.",
                        verbose_name="crawl file",
                    ),
                ),
                ("held_offset", models.PositiveBigIntegerField(default=0)),
                ("held_length", models.PositiveBigIntegerField(default=0)),
                ("ledger", models.JSONField(default=list)),
                ("boilerplate", models.JSONField(default=list)),
                ("evidence", models.JSONField(default=dict)),
                ("captured_from", models.TextField(blank=True, help_text="The address of which it is a capture.")),
                ("captured_at", models.DateTimeField(blank=True, help_text="When it was first captured.", null=True)),
                (
                    "is_current",
                    models.BooleanField(
                        default=True, help_text="The one that the article shows.", verbose_name="current"
                    ),
                ),
                (
                    "read_as",
                    models.CharField(blank=True, help_text="Code, vocabulary and limits that read it.", max_length=16),
                ),
                ("beside", models.JSONField(default=list)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="originals",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        help_text="That loaded it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="originals",
                        to="articles.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "original",
                "verbose_name_plural": "originals",
            },
        ),
        migrations.CreateModel(
            name="OriginalPath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "path",
                    models.TextField(
                        help_text="Resolved, absolute; of a page in a crawl, the record's id.", unique=True
                    ),
                ),
                ("captured_at", models.DateTimeField(blank=True, null=True)),
                ("size_bytes", models.PositiveBigIntegerField(default=0)),
                (
                    "mtime_ns",
                    models.BigIntegerField(default=0, help_text="When the file was changed; 0: to be read again."),
                ),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="paths", to="articles.original"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeriodCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.CharField(
                        choices=[("year", "Year"), ("month", "Month"), ("day", "Day"), ("undated", "Undated")],
                        max_length=7,
                    ),
                ),
                ("start", models.DateField()),
                ("articles", models.PositiveIntegerField(default=0)),
                ("photos", models.PositiveIntegerField(default=0)),
                ("photo_files", models.PositiveIntegerField(default=0, help_text="Photos whose file is held.")),
            ],
            options={
                "ordering": ["unit", "start"],
                "constraints": [models.UniqueConstraint(fields=("unit", "start"), name="count_once_a_period")],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=8)),
                (
                    "position",
                    models.PositiveIntegerField(default=0, help_text="The paragraph it follows; 0 = before the first."),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        default=1, help_text="Its place among the article's photos, from 1.", verbose_name="number"
                    ),
                ),
                ("loaded_number", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "kind",
                    models.CharField(choices=[("photo", "Photo"), ("video", "Video")], default="photo", max_length=5),
                ),
                ("caption", models.TextField(blank=True)),
                ("credit_line", models.TextField(blank=True, verbose_name="credit")),
                ("credit_raw", models.TextField(blank=True, editable=False, verbose_name="credit as printed")),
                (
                    "alt_text",
                    models.TextField(
                        blank=True, help_text="For those who cannot see the picture.", verbose_name="alt text"
                    ),
                ),
                (
                    "is_decorative",
                    models.BooleanField(
                        default=False,
                        help_text="It says nothing that the text does not; no alt text is wanted.",
                        verbose_name="decorative",
                    ),
                ),
                (
                    "creator",
                    models.TextField(
                        blank=True, help_text="Who took or made it; several names with “; ” between them."
                    ),
                ),
                (
                    "copyright_notice",
                    models.TextField(blank=True, help_text="Who owns it, as the source or the file says."),
                ),
                (
                    "credit_unknown",
                    models.BooleanField(
                        default=False,
                        help_text="Staff looked, and could not find out whose it is.",
                        verbose_name="credit unknown",
                    ),
                ),
                ("credited", models.CharField(blank=True, editable=False, max_length=200)),
                ("src", models.TextField(blank=True, editable=False, verbose_name="file as the source names it")),
                (
                    "file",
                    models.CharField(
                        blank=True, editable=False, help_text="Below MEDIA_ROOT; empty: not held.", max_length=200
                    ),
                ),
                (
                    "digest",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256 of the file"),
                ),
                (
                    "width_px",
                    models.PositiveIntegerField(default=0, editable=False, help_text="Upright, as it is shown."),
                ),
                ("height_px", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "damage",
                    models.CharField(
                        blank=True, editable=False, help_text="Why its file is not shown.", max_length=200
                    ),
                ),
                (
                    "metadata",
                    models.JSONField(blank=True, default=dict, editable=False, verbose_name="what the file says"),
                ),
                (
                    "from_file",
                    models.JSONField(
                        blank=True, default=list, editable=False, verbose_name="fields that the file filled"
                    ),
                ),
                (
                    "differs_from_file",
                    models.BooleanField(default=False, editable=False, verbose_name="the article and the file differ"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "withdrawn_reason",
                    models.TextField(
                        blank=True,
                        help_text="Shown to readers at the photo’s address.",
                        verbose_name="reason for readers",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="articles.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo",
                "verbose_name_plural": "photos",
                "ordering": ["article_id", "position", "number"],
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
                            ("ours", "Our version kept"),
                            ("theirs", "Source version used"),
                            ("written", "Another version written"),
                            ("agreed", "No longer different"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, help_text="Why it was decided so.")),
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
                "verbose_name": "conflict",
                "verbose_name_plural": "conflicts",
                "ordering": ["-id"],
                "default_permissions": ("view", "change"),
            },
        ),
        migrations.CreateModel(
            name="Redirect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField(unique=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="redirects", to="articles.article"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=255)),
                ("folder", models.TextField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FormerPath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="articles.article"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["path"], name="former_path")],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.TextField(
                        help_text="The resolved path, and the line of a record within it.",
                        unique=True,
                        verbose_name="place",
                    ),
                ),
                ("input", models.TextField(help_text="What reports call it.", verbose_name="input")),
                ("error", models.TextField(verbose_name="error")),
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
                "verbose_name": "refused input",
                "verbose_name_plural": "refused inputs",
                "ordering": ["-id"],
                "default_permissions": ("view", "change"),
            },
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(help_text="Below MEDIA_ROOT.", max_length=200)),
                (
                    "file_webp",
                    models.CharField(blank=True, help_text="Below MEDIA_ROOT; empty: there is none.", max_length=200),
                ),
                ("width_px", models.PositiveIntegerField()),
                ("height_px", models.PositiveIntegerField()),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="renditions", to="articles.photo"
                    ),
                ),
            ],
            options={
                "ordering": ["photo_id", "width_px"],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                ("slug", models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name="slug")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="website")),
                ("license", models.TextField(blank=True, verbose_name="licence")),
                ("terms", models.TextField(blank=True, verbose_name="terms of use")),
                (
                    "article_count",
                    models.PositiveIntegerField(default=0, editable=False, help_text="Published articles; kept."),
                ),
                (
                    "load",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sources",
                        to="articles.load",
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("language", models.CharField(blank=True, max_length=35)),
                ("has_photo", models.BooleanField(default=False)),
                ("tags", models.TextField(blank=True, help_text="The ids of its tags, parted by spaces.")),
                (
                    "form",
                    models.PositiveSmallIntegerField(help_text="Of the newest index that has the article as it is."),
                ),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="search_entry", to="articles.article"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="articles.source",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="article",
            name="source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="articles.source",
                verbose_name="source",
            ),
        ),
        migrations.CreateModel(
            name="SourceAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("slug", models.SlugField(allow_unicode=True, max_length=100, unique=True)),
                ("former_id", models.BigIntegerField(blank=True, null=True, unique=True)),
                (
                    "renamed_by",
                    models.ForeignKey(
                        help_text="That found the name corrected.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.load",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="articles.source"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "source aliases",
                "ordering": ["name"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DeletedSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("former_id", models.BigIntegerField(unique=True)),
                ("name", models.CharField(max_length=200)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SourceMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.PositiveIntegerField()),
                ("articles", models.PositiveIntegerField()),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="months",
                        to="articles.source",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.CharField(max_length=100, unique=True, verbose_name="slug")),
                ("is_author", models.BooleanField(default=False, editable=False)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "Person"),
                            ("place", "Place"),
                            ("organisation", "Organisation"),
                            ("topic", "Topic"),
                            ("story", "Story"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "article_count",
                    models.PositiveIntegerField(default=0, editable=False, help_text="Published articles; kept."),
                ),
                ("letter", models.CharField(default="", editable=False, max_length=20)),
                ("sorting_name", models.CharField(default="", editable=False, max_length=200)),
                (
                    "load",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tags",
                        to="articles.load",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["name"],
                "permissions": [("merge_tag", "Can merge tags")],
            },
        ),
        migrations.CreateModel(
            name="FormerTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("former_id", models.BigIntegerField(unique=True)),
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
            name="TagAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=100, unique=True)),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former_addresses", to="articles.tag"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tag addresses",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TagAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.CharField(max_length=100, unique=True, verbose_name="slug")),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="articles.tag"
                    ),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="TagChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tag_id", models.BigIntegerField(db_index=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tags", to="articles.change"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Tagging",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("archive_date", models.DateField(blank=True, editable=False, null=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("source", "from the source"),
                            ("vocabulary", "from the vocabulary"),
                            ("staff", "by staff"),
                            ("byline", "an author"),
                        ],
                        default="staff",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taggings",
                        to="articles.article",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taggings",
                        to="articles.tag",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="article",
            name="tags",
            field=models.ManyToManyField(
                editable=False, related_name="articles", through="articles.Tagging", to="articles.tag"
            ),
        ),
        migrations.CreateModel(
            name="TagMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("former_id", models.BigIntegerField()),
                ("into_id", models.BigIntegerField(db_index=True)),
                ("former", models.JSONField()),
                ("last_tagging", models.BigIntegerField(help_text="The newest tagging of that moment.")),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="articles.change"
                    ),
                ),
                (
                    "undone_by",
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
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TagMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tag", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.PositiveIntegerField()),
                ("articles", models.PositiveIntegerField()),
                (
                    "tag",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="months",
                        to="articles.tag",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AppliedEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(help_text="SHA-256 of the line.", max_length=64)),
                ("applied_at", models.DateTimeField(auto_now_add=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="applied_edits", to="articles.article"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("article", "digest"), name="edit_applied_once")],
            },
        ),
        migrations.CreateModel(
            name="ArticleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(null=True)),
                ("fingerprint", models.CharField(blank=True, max_length=16)),
                ("rows", models.TextField(default="[]")),
                ("undone", models.TextField(null=True)),
                ("body", models.TextField(blank=True)),
                ("alike", models.CharField(blank=True, max_length=16)),
                ("is_first", models.BooleanField(default=False, help_text="Of those that are alike.")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="articles.article",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="articles", to="articles.change"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["alike", "-is_first", "id"], name="change_alike"),
                    models.Index(condition=models.Q(("is_first", True)), fields=["-id"], name="change_first"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "version"), name="version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_first", True)), fields=("alike",), name="first_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("reason", models.TextField(help_text="Shown to readers in place of the version.")),
                ("closed_at", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closed_versions",
                        to="articles.article",
                    ),
                ),
                (
                    "closed_by",
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
                "ordering": ["article_id", "version"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("article", "version"), name="version_closed_once")],
            },
        ),
        migrations.CreateModel(
            name="Damage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=40)),
                ("field", models.TextField(blank=True)),
                ("line", models.PositiveIntegerField(blank=True, null=True)),
                ("text", models.TextField(blank=True, help_text="The damaged piece as in the original.")),
                (
                    "is_settled",
                    models.BooleanField(default=False, editable=False, verbose_name="corrected in the article"),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, help_text="When staff marked it as needing no action.", null=True),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="damage", to="articles.article"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "damage",
                "verbose_name_plural": "damage",
                "ordering": ["article_id", "line", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_settled", False), ("reviewed_at", None)),
                        fields=["code", "-id"],
                        name="damage_waiting",
                    )
                ],
            },
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
                        help_text="Estimate of how much of the longer text is also in the other.",
                        verbose_name="similarity",
                    ),
                ),
                ("found_at", models.DateTimeField()),
                (
                    "decided",
                    models.CharField(
                        choices=[("open", "Open"), ("not a duplicate", "Not a duplicate"), ("merged", "Merged")],
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
                "verbose_name_plural": "near-duplicates",
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
        migrations.AddConstraint(
            model_name="original",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("article",), name="one_current_original"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["article", "position", "number"], name="articles_ph_article_6e00c0_idx"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["credited", "article"], name="photo_credited"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("digest", ""), _negated=True), fields=["digest"], name="photo_digest"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None), ("differs_from_file", True)),
                fields=["article"],
                name="photo_differs",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None), ("file", "")), fields=["article"], name="photo_not_held"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(
                    ("withdrawn_at", None),
                    ("alt_text", ""),
                    ("is_decorative", False),
                    models.Q(("file", ""), _negated=True),
                ),
                fields=["-id"],
                name="photo_without_alt_text",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(
                    ("withdrawn_at", None),
                    ("copyright_notice", ""),
                    ("creator", ""),
                    ("credit_line", ""),
                    ("credit_unknown", False),
                ),
                fields=["-id"],
                name="photo_without_credit",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["-id"],
                name="photo_withdrawn",
            ),
        ),
        migrations.AddIndex(
            model_name="conflict",
            index=models.Index(fields=["decision", "-id"], name="conflict_listing"),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "open"), ("photo__isnull", False)),
                fields=("article", "photo", "field"),
                name="one_open_conflict_of_a_photo",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("decision", "open"), ("photo__isnull", True), models.Q(("field", "photo"), _negated=True)
                ),
                fields=("article", "field"),
                name="one_open_conflict_of_a_field",
            ),
        ),
        migrations.AddIndex(
            model_name="refusal",
            index=models.Index(condition=models.Q(("dismissed_at", None)), fields=["-id"], name="refusal_waiting"),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["-article_count"], name="articles_so_article_44fda4_idx"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["language"], name="search_language"),
        ),
        migrations.AddIndex(
            model_name="tag",
            index=models.Index(fields=["is_author", "-article_count", "name"], name="tag_by_size"),
        ),
        migrations.AddIndex(
            model_name="tag",
            index=models.Index(fields=["is_author", "kind", "-article_count", "name"], name="tag_by_kind"),
        ),
        migrations.AddIndex(
            model_name="tag",
            index=models.Index(fields=["is_author", "letter", "sorting_name", "id"], name="tag_by_letter"),
        ),
        migrations.AddIndex(
            model_name="tag",
            index=models.Index(
                models.Func("slug", template="substr(%(expressions)s, 1, 1)"),
                models.OrderBy(models.F("article_count"), descending=True),
                name="tag_by_first_letter",
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("name", "is_author"), name="tag_name_once"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_author", True), ("kind", ""), ("slug__startswith", "@")),
                    models.Q(("is_author", False), models.Q(("slug__startswith", "@"), _negated=True)),
                    _connector="OR",
                ),
                name="author_as_slug_says",
            ),
        ),
        migrations.CreateModel(
            name="Author",
            fields=[],
            options={
                "verbose_name": "author",
                "verbose_name_plural": "authors",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("articles.tag",),
        ),
        migrations.AddIndex(
            model_name="tagging",
            index=models.Index(fields=["tag", "-archive_date", "-article"], name="tagging_listing"),
        ),
        migrations.AddIndex(
            model_name="tagging",
            index=models.Index(fields=["tag", "-article"], name="tagging_added"),
        ),
        migrations.AddConstraint(
            model_name="tagging",
            constraint=models.UniqueConstraint(fields=("article", "tag"), name="tagging_once"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-archive_date", "-id"], name="article_listing"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None), _negated=True),
                fields=["-archive_date", "-id"],
                name="article_withdrawn",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count", 0)), fields=["-archive_date", "-id"], name="article_without_photos"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count__gt", 0)), fields=["-archive_date", "-id"], name="article_with_photos"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_file_count__gt", 0)),
                fields=["-archive_date", "-id"],
                name="article_with_files",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count__gt", models.F("photo_file_count"))),
                fields=["-archive_date", "-id"],
                name="article_with_captions",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["source", "-archive_date", "-id"], name="article_source_listing"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["added", "-id"], name="article_added"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["source", "-id"], name="article_source_added"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["changed", "id", "source", "added"], name="article_changed"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["seen_at", "number"], name="change_seen"),
        ),
        migrations.AddIndex(
            model_name="gone",
            index=models.Index(fields=["change", "id"], name="gone_by_change"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count__gt", 0), ("withdrawn_at", None)),
                fields=["-id"],
                name="article_photos_added",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count__gt", 0), ("withdrawn_at", None)),
                fields=["-archive_date", "-id"],
                name="article_photos",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count__gt", 0), ("withdrawn_at", None)),
                fields=["source", "-archive_date", "-id"],
                name="article_source_photos",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(fields=("archive_date", "slug"), name="permalink_once"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archive_date", None)), fields=("slug",), name="undated_permalink_once"
            ),
        ),
    ]
