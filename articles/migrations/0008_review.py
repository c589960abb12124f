"""The review queue: what staff have looked at, the reason of a decision, and indexes of what waits."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def let_editors_review_damage(apps, schema_editor):
    using = schema_editor.connection.alias
    permission = apps.get_model("auth", "Permission").objects.using(using)
    change = permission.get(content_type__app_label="articles", codename="change_damage")  # made by 0007 at the latest
    for group in apps.get_model("auth", "Group").objects.using(using).filter(name__in=["Editors", "Archivists"]):
        group.permissions.add(change)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0007_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="refusal",
            options={"default_permissions": ("view", "change"), "ordering": ["-id"], "verbose_name": "refused input"},
        ),
        migrations.AddField(
            model_name="conflict",
            name="reason",
            field=models.TextField(blank=True, help_text="Why it was decided so."),
        ),
        migrations.AddField(
            model_name="damage",
            name="reviewed_at",
            field=models.DateTimeField(
                blank=True, help_text="When staff said that there is nothing to mend.", null=True
            ),
        ),
        migrations.AddField(
            model_name="damage",
            name="reviewed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalphoto",
            name="credit_unknown",
            field=models.BooleanField(
                default=False,
                help_text="Staff looked, and could not find out whose it is.",
                verbose_name="credit unknown",
            ),
        ),
        migrations.AddField(
            model_name="historicalphoto",
            name="is_decorative",
            field=models.BooleanField(
                default=False,
                help_text="It says nothing that the text does not; no alt text is wanted.",
                verbose_name="decorative",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="credit_unknown",
            field=models.BooleanField(
                default=False,
                help_text="Staff looked, and could not find out whose it is.",
                verbose_name="credit unknown",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="is_decorative",
            field=models.BooleanField(
                default=False,
                help_text="It says nothing that the text does not; no alt text is wanted.",
                verbose_name="decorative",
            ),
        ),
        migrations.AddIndex(
            model_name="damage",
            index=models.Index(
                condition=models.Q(("reviewed_at", None)), fields=["code", "-id"], name="damage_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("alt_text", ""), ("is_decorative", False), models.Q(("file", ""), _negated=True)),
                fields=["-id"],
                name="photo_without_alt_text",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(
                    ("copyright_notice", ""), ("creator", ""), ("credit_line", ""), ("credit_unknown", False)
                ),
                fields=["-id"],
                name="photo_without_credit",
            ),
        ),
        migrations.AddIndex(
            model_name="refusal",
            index=models.Index(condition=models.Q(("dismissed_at", None)), fields=["-id"], name="refusal_waiting"),
        ),
        migrations.RunPython(let_editors_review_damage, migrations.RunPython.noop),
    ]
