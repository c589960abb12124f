from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0011_closed_versions"),
    ]

    operations = [
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
    ]
