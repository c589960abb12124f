"""The groups of staff and their permissions, given after every ``migrate``.

Always all that the table has: a permission that a new version adds reaches existing archives, and one that was taken
from a group by hand, or a group that was deleted, is back after the next ``migrate``. Permissions added by hand stay.
Staff who may do less than a group need a group of their own, which nothing here touches.
"""

from typing import Any

from django.apps import AppConfig, apps as all_apps
from django.contrib.auth.management import create_permissions

EDITORS = (
    "change_article", "withdraw_article",
    "add_photo", "change_photo",
    "change_conflict", "change_damage", "change_nearduplicate", "change_refusal",
    "add_correction", "change_correction", "delete_correction",
    "add_source", "change_source",
    "add_tag", "change_tag", "add_tagalias", "change_tagalias", "delete_tagalias", "add_tagging", "delete_tagging",
    "change_author",
)  # fmt: skip
GROUPS: dict[str, tuple[str, ...]] = {
    "Viewers": (),
    "Editors": EDITORS,
    "Archivists": (*EDITORS, "undo_load", "merge_article", "merge_tag"),
}


def give_permissions(app_config: AppConfig, using: str, apps: Any = all_apps, **of_signal: Any) -> None:
    """After ``migrate``, which may have stopped at an older state, or at none; ``apps`` has its models."""
    try:
        groups, permissions = (apps.get_model("auth", name).objects.using(using) for name in ("Group", "Permission"))
        apps.get_app_config(app_config.label)
    except LookupError:
        return
    # Django does this too, but later, since this app is the first.
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    ids = dict(permissions.filter(content_type__app_label=app_config.label).values_list("codename", "pk"))
    for name, codenames in GROUPS.items():
        group, _ = groups.get_or_create(name=name)
        # Each group may look at everything.
        group.permissions.add(*(ids[name] for name in ids if name.startswith("view_") or name in codenames))
