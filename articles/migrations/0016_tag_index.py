from django.db import migrations, models

from articles.alphabet import letter_of, sorting_name

AT_ONCE = 5_000


def sort_names(apps, schema_editor):
    """Give each tag its place in the index; loads and edits do from now on."""
    tags = apps.get_model("articles", "Tag")._base_manager.using(schema_editor.connection.alias)
    last = 0
    while rows := list(tags.filter(pk__gt=last).order_by("pk").only("name")[:AT_ONCE]):
        for tag in rows:
            tag.letter, tag.sorting_name = letter_of(tag.name), sorting_name(tag.name)
        tags.bulk_update(rows, ["letter", "sorting_name"], batch_size=200)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_count_timelines")]

    operations = [
        migrations.RemoveIndex(model_name="tag", name="articles_ta_article_374bbb_idx"),
        migrations.AddField(
            model_name="tag", name="letter", field=models.CharField(default="", editable=False, max_length=20)
        ),
        migrations.AddField(
            model_name="tag", name="sorting_name", field=models.CharField(default="", editable=False, max_length=200)
        ),
        migrations.RunPython(sort_names, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="tag", index=models.Index(fields=["-article_count", "name"], name="tag_by_size")
        ),
        migrations.AddIndex(
            model_name="tag", index=models.Index(fields=["letter", "sorting_name", "id"], name="tag_by_letter")
        ),
    ]
