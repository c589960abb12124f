from datetime import date

from django.db import models

# 67 million articles; the day is in the bits above, so that numbers are in listing order.
ARTICLE_BITS = 26
LAST_NUMBER = (1 << 62) - 1  # above those of all days
FORM = 1  # of the index; one with other tables, words or signs has the next number, also in the names of its tables


class SearchEntry(models.Model):
    """A published article in the index, with what results are counted by; archive date and id make its number."""

    id = models.BigIntegerField(primary_key=True)
    article = models.OneToOneField("articles.Article", on_delete=models.CASCADE, related_name="search_entry")
    source = models.ForeignKey(
        "articles.Source", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    language = models.CharField(max_length=35, blank=True)
    has_photo = models.BooleanField(default=False)
    tags = models.TextField(blank=True, help_text="The ids of its tags, parted by spaces.")
    form = models.PositiveSmallIntegerField(help_text="Of the newest index that has the article as it is.")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["language"], name="search_language")]


def entry_number(day: date | None, article_id: int) -> int:
    """The index number of an article; undated articles come first."""
    return ((day.toordinal() if day else 0) << ARTICLE_BITS) | article_id


def last_number(day: date | None) -> int:
    """The highest number that an article of this day can have."""
    return entry_number(day, (1 << ARTICLE_BITS) - 1)


def article_of(number: int) -> int:
    return number & ((1 << ARTICLE_BITS) - 1)


def day_number(number: int) -> int:
    """``date.toordinal`` of its day; 0 for an undated article."""
    return number >> ARTICLE_BITS


def day_of(number: int) -> date | None:
    return date.fromordinal(day) if (day := day_number(number)) else None
