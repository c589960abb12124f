"""Lists the photos that are there already by credit; loads and edits keep the list from then on.

Not in one transaction: with millions of photos it takes a while. Where it was stopped it begins again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from articles import credited


def fill(apps: Any, schema_editor: Any) -> None:
    credited.renew_all(articles=apps.get_model("articles", "Article"), photos=apps.get_model("articles", "Photo"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0024_photos_by_credit")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
