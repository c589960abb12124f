"""Three groups of staff: Viewers look, Editors correct, add photos, tag and withdraw, Archivists undo loads and merge as well."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EDITORS_MAY = (
    "change_article",
    "withdraw_article",
    "add_photo",
    "change_photo",
    "change_conflict",
    "change_damage",
    "change_nearduplicate",
    "change_refusal",
    "add_correction",
    "change_correction",
    "delete_correction",
    "add_source",
    "change_source",
    "add_tag",
    "change_tag",
    "add_tagalias",
    "change_tagalias",
    "delete_tagalias",
    "add_tagging",
    "delete_tagging",
)
ARCHIVISTS_MAY = (*EDITORS_MAY, "undo_load", "merge_article", "merge_tag")
GROUPS = {"Viewers": (), "Editors": EDITORS_MAY, "Archivists": ARCHIVISTS_MAY}


def make_groups(apps, schema_editor):
    using = schema_editor.connection.alias
    permissions = _permissions(apps, using)
    views = permissions.filter(codename__startswith="view_")
    groups = apps.get_model("auth", "Group").objects.using(using)
    for name, codenames in GROUPS.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(*views, *permissions.filter(codename__in=codenames))


def _permissions(apps, using):
    """All permissions of the app. Django makes them only after the last migration, so they are made here."""
    app = apps.get_app_config("articles")
    models_module = getattr(app, "models_module", None)  # none in the state of a migration, and asked for
    app.models_module = models_module or True
    create_permissions(app, apps=apps, using=using, verbosity=0)
    app.models_module = models_module
    return apps.get_model("auth", "Permission").objects.using(using).filter(content_type__app_label="articles")


def remove_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_schema"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
