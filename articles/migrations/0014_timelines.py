import django.db.models.deletion
from django.db import migrations, models


def _key(to, related_name):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=to,
    )


def _pk(*columns):
    return models.CompositePrimaryKey(*columns, blank=True, editable=False, primary_key=True, serialize=False)


_RECUR = models.Q(("articles__gt", 1))


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_photo_listing")]

    operations = [
        migrations.CreateModel(
            name="SourceMonth",
            fields=[
                ("pk", _pk("source", "month")),
                ("source", _key("articles.source", "months")),
                ("month", models.PositiveIntegerField()),
                ("articles", models.PositiveIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TagMonth",
            fields=[
                ("pk", _pk("tag", "month")),
                ("tag", _key("articles.tag", "months")),
                ("month", models.PositiveIntegerField()),
                ("articles", models.PositiveIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TagPair",
            fields=[
                ("pk", _pk("tag", "other")),
                ("tag", _key("articles.tag", "pairs")),
                ("other", _key("articles.tag", "pairs_since")),
                ("articles", models.PositiveIntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["tag", "-articles"], condition=_RECUR, name="tag_pair_from_tag"),
                    models.Index(fields=["other", "-articles"], name="tag_pair_from_other"),
                ],
            },
        ),
    ]
