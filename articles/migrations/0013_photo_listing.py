from collections import defaultdict

from django.db import migrations, models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from articles.identity import photo_key
from articles.models.count import PeriodCount
from articles.models.photo import any_photo_key

CHUNK = 2000


def name_photos(apps, schema_editor):
    """Give each photo the key that a load would give it, and its history the same."""
    using = schema_editor.connection.alias
    photos = apps.get_model("articles", "Photo").objects.using(using)
    history = apps.get_model("articles", "HistoricalPhoto").objects.using(using)
    named, changed, article_id, taken = {}, [], None, set()
    rows = photos.order_by("article_id", "number", "id").only("id", "article_id", "src", "caption", "credit_line")
    for photo in rows.iterator(CHUNK):
        if photo.article_id != article_id:
            article_id, taken = photo.article_id, set()
        photo.key = photo_key(_said(photo), taken)
        taken.add(photo.key)
        named[photo.pk] = photo.key
        changed.append(photo)
        if len(changed) == CHUNK:
            photos.bulk_update(changed, ["key"])
            changed = []
    photos.bulk_update(changed, ["key"])
    changed = []
    for row in history.order_by("history_id").only("history_id", "id", "src", "caption", "credit_line").iterator(CHUNK):
        row.key = named.setdefault(row.id, photo_key(_said(row)))
        changed.append(row)
        if len(changed) == CHUNK:
            history.bulk_update(changed, ["key"])
            changed = []
    history.bulk_update(changed, ["key"])


def _said(photo):
    return f"file {photo.src}" if photo.src else f"words {photo.caption} {photo.credit_line}"


def count_photos(apps, schema_editor):
    """How many photos, and how many of their files, there are of each article and in each period."""
    using = schema_editor.connection.alias
    photos = apps.get_model("articles", "Photo").objects.using(using)
    articles = apps.get_model("articles", "Article").objects.using(using)
    held = photos.filter(~Q(file=""), article=OuterRef("pk")).order_by().values("article").annotate(n=Count("pk"))
    articles.filter(photo_count__gt=0).update(photo_file_count=Coalesce(Subquery(held.values("n")), 0))
    by_day = articles.filter(withdrawn_at=None, photo_count__gt=0).order_by().values("archive_date")
    periods = defaultdict(lambda: [0, 0])
    for row in by_day.annotate(photos=Sum("photo_count"), files=Sum("photo_file_count")):
        for period in PeriodCount.periods_of(row["archive_date"]):
            periods[period][0] += row["photos"]
            periods[period][1] += row["files"]
    counts = apps.get_model("articles", "PeriodCount").objects.using(using)
    for (unit, start), (count, files) in periods.items():
        counts.filter(unit=unit, start=start).update(photos=F("photos") + count, photo_files=F("photo_files") + files)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0012_photo_filters"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="photo_file_count",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="Of its photos, those held."),
        ),
        migrations.AddField(
            model_name="periodcount",
            name="photos",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="periodcount",
            name="photo_files",
            field=models.PositiveIntegerField(default=0, help_text="Photos whose file is held."),
        ),
        migrations.AddField(
            model_name="photo",
            name="key",
            field=models.CharField(max_length=8, default="", editable=False),
        ),
        migrations.AddField(
            model_name="historicalphoto",
            name="key",
            field=models.CharField(max_length=8, default="", editable=False),
        ),
        migrations.RunPython(name_photos, migrations.RunPython.noop),
        migrations.RunPython(count_photos, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="photo",
            name="key",
            field=models.CharField(max_length=8, default=any_photo_key, editable=False),
        ),
        migrations.AlterField(
            model_name="historicalphoto",
            name="key",
            field=models.CharField(max_length=8, default=any_photo_key, editable=False),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count__gt", 0), ("withdrawn_at", None)),
                fields=["-archive_date", "-id"],
                name="article_photos",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("photo_count__gt", 0), ("withdrawn_at", None)),
                fields=["source", "-archive_date", "-id"],
                name="article_source_photos",
            ),
        ),
    ]
