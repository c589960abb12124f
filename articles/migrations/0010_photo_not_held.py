from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0007_roles"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(condition=models.Q(("file", "")), fields=["article"], name="photo_not_held"),
        ),
    ]
