"""Path converters: an impossible date is a 404, not a crash."""

from __future__ import annotations

from datetime import date

LEAP_YEAR = 2000


class DayConverter:
    """``2023/09/06``; 31 February does not match."""

    regex = "[0-9]{4}/[0-9]{2}/[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date(*map(int, value.split("/")))

    def to_url(self, value: date) -> str:
        return f"{value.year:04}/{value.month:02}/{value.day:02}"


class MonthConverter:
    """``2023/09``, as the month's first day."""

    regex = "[0-9]{4}/[0-9]{2}"

    def to_python(self, value: str) -> date:
        year, month = map(int, value.split("/"))
        return date(year, month, 1)

    def to_url(self, value: date) -> str:
        return f"{value.year:04}/{value.month:02}"


class YearConverter:
    """``2023``, as its first day."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> date:
        return date(int(value), 1, 1)

    def to_url(self, value: date) -> str:
        return f"{value.year:04}"


class DayOfYearConverter:
    """``09-06``, in a leap year, so that 29 February is one; 31 February does not match."""

    regex = "[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        month, day = map(int, value.split("-"))
        return date(LEAP_YEAR, month, day)

    def to_url(self, value: date) -> str:
        return f"{value.month:02}-{value.day:02}"


class SlugConverter:
    """Words of any script, joined by hyphens."""

    regex = r"[^/+\s]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
