"""Facts of an article, one word each, in the index."""

from datetime import date

EVERY = "every"
WITH_PHOTO = "photo"


def tag_fact(tag_id: int) -> str:
    return f"t{tag_id}"


def source_fact(source_id: int | None) -> str:
    return f"s{source_id}"


def year_fact(day: date) -> str:
    return f"y{day.year}"


def month_fact(day: date) -> str:
    return f"m{day.year * 100 + day.month}"


def language_fact(language: str) -> str:
    return f"l{language.partition('-')[0]}"
