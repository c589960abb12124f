"""Three groups of staff: Viewers look, Editors correct, tag and withdraw, Archivists undo loads and merge as well."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EDITORS_MAY = (
    "withdraw_article",
    "change_conflict",
    "change_refusal",
    "change_nearduplicate",
    "add_correction",
    "change_correction",
    "delete_correction",
)
ARCHIVISTS_MAY = ("undo_load", "merge_article", "merge_tag")


def make_roles(apps, schema_editor):
    using = schema_editor.connection.alias
    permissions = _permissions(apps, using)
    views = permissions.filter(codename__startswith="view_")
    groups = apps.get_model("auth", "Group").objects.using(using)
    for name, codenames in (("Viewers", ()), ("Editors", EDITORS_MAY)):
        if group := groups.filter(name=name).first():  # an operator may have removed it
            group.permissions.add(*views, *permissions.filter(codename__in=codenames))
    editors = groups.filter(name="Editors").first()
    archivists = groups.get_or_create(name="Archivists")[0]
    archivists.permissions.add(*views, *permissions.filter(codename__in=(*EDITORS_MAY, *ARCHIVISTS_MAY)))
    if editors:
        archivists.permissions.add(*editors.permissions.all())


def _permissions(apps, using):
    """All permissions of the app; Django makes them only after the last migration, so they are made here if need be."""
    app = apps.get_app_config("articles")
    models_module = getattr(app, "models_module", None)  # none in the state of a migration, and asked for
    app.models_module = models_module or True
    create_permissions(app, apps=apps, using=using, verbosity=0)
    app.models_module = models_module
    return apps.get_model("auth", "Permission").objects.using(using).filter(content_type__app_label="articles")


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).filter(name="Archivists").delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_editorial")]

    operations = [migrations.RunPython(make_roles, remove_roles)]
