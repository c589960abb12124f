"""Path converters; impossible dates are 404."""

from datetime import date

from django.urls.converters import StringConverter

LEAP_YEAR = 2000


class DayConverter:
    """``2023/09/06``; 31 February does not match."""

    regex = "[0-9]{4}/[0-9]{2}/[0-9]{2}"
    left_out = ""  # the end of a first day, which shorter addresses do not have

    def to_python(self, value: str) -> date | None:
        return date.fromisoformat(f"{value}{self.left_out}".replace("/", "-"))

    def to_url(self, value: date) -> str:
        return value.isoformat().replace("-", "/")[: 10 - len(self.left_out)]


class MonthConverter(DayConverter):
    """``2023/09``, as the month's first day."""

    regex = "[0-9]{4}/[0-9]{2}"
    left_out = "/01"


class YearConverter(DayConverter):
    """``2023``, as its first day."""

    regex = "[0-9]{4}"
    left_out = "/01/01"


class IsoDayConverter(DayConverter):
    """``2026-11-30``, of what the archive did."""

    regex = "2[0-9]{3}-[0-9]{2}-[0-9]{2}"

    def to_url(self, value: date) -> str:
        return value.isoformat()


class FiledConverter(DayConverter):
    """A day, or ``undated`` as ``None``."""

    regex = f"{DayConverter.regex}|undated"

    def to_python(self, value: str) -> date | None:
        return None if value == "undated" else super().to_python(value)


class DayOfYearConverter:
    """``09-06``, as a day of a leap year, so that 29 February exists."""

    regex = "[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{LEAP_YEAR}-{value}")

    def to_url(self, value: date) -> str:
        return value.isoformat()[5:]


class FeedConverter(StringConverter):
    regex = "atom|rss|json"


class DataConverter(StringConverter):
    regex = "json|csv"


class WordsConverter(StringConverter):
    """Words of any script, joined by hyphens."""

    regex = r"[^/+\s]+"
