from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Archive")

    def ready(self) -> None:
        from articles.admin import groups, signing_in  # noqa: F401  # registers its check
        from articles.models import generation, reading  # noqa: F401  # limits the time of readers' connections

        if (Path(settings.VAR_DIR) / ".restoring").exists():
            from articles.catalogue.restoring import finish

            finish(Path(settings.VAR_DIR))
        pre_migrate.connect(generation.distrust_generation, sender=self, dispatch_uid="generation")
        post_migrate.connect(generation.install_triggers, sender=self, dispatch_uid="generation")
        post_migrate.connect(groups.give_permissions, sender=self, dispatch_uid="groups")
