from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0002_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalphoto",
            name="copyright_notice",
            field=models.TextField(blank=True, help_text="Who owns it, as the source or the file says."),
        ),
        migrations.AddField(
            model_name="historicalphoto",
            name="creator",
            field=models.TextField(blank=True, help_text="Who took or made it; several names with “; ” between them."),
        ),
        migrations.AddField(
            model_name="photo",
            name="copyright_notice",
            field=models.TextField(blank=True, help_text="Who owns it, as the source or the file says."),
        ),
        migrations.AddField(
            model_name="photo",
            name="creator",
            field=models.TextField(blank=True, help_text="Who took or made it; several names with “; ” between them."),
        ),
        migrations.AddField(
            model_name="photo",
            name="differs_from_file",
            field=models.BooleanField(default=False, editable=False, verbose_name="the article and the file differ"),
        ),
        migrations.AddField(
            model_name="photo",
            name="from_file",
            field=models.JSONField(
                blank=True, default=list, editable=False, verbose_name="fields that the file filled"
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="metadata",
            field=models.JSONField(blank=True, default=dict, editable=False, verbose_name="what the file says"),
        ),
        migrations.AddField(
            model_name="rendition",
            name="file_webp",
            field=models.CharField(blank=True, help_text="Below MEDIA_ROOT; empty: there is none.", max_length=200),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("differs_from_file", True)), fields=["article"], name="photo_differs"
            ),
        ),
    ]
