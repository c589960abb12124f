from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_source_alias"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(condition=models.Q(("file", "")), fields=["article"], name="photo_not_held"),
        ),
    ]
