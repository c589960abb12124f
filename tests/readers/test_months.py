"""Dates with the names of months, in the languages of the press."""

from __future__ import annotations

import pytest

from articles.ingest.parsing.iso_dates import read_date
from articles.text.months import in_numbers


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5. März 2019 um 10.30 Uhr", "2019-03-05T10:30"),
        ("1er août 2013 à 10h30", "2013-08-01T10:30"),
        ("5 de mayo de 2013 a las 9:05", "2013-05-05T09:05"),
        ("mayo 5, 2013", "2013-05-05"),
        ("5 maart 2013 om 10:30 uur", "2013-03-05T10:30"),
        ("5 августа 2013 в 10:30", "2013-08-05T10:30"),
        ("15 października 2020", "2020-10-15"),
        ("5 listopada 2013", "2013-11-05"),
        ("5 ocak 2013, 10:30", "2013-01-05T10:30"),
        ("12. syyskuuta 2020", "2020-09-12"),
        ("5 Ιανουαρίου 2013", "2013-01-05"),
        ("12 مايو 2020", "2020-05-12"),
        ("5 בינואר 2013", "2013-01-05"),
        ("2013년 5월 3일", "2013-05-03"),
        ("3 tháng 4 năm 2020", "2020-04-03"),
    ],
)
def test_a_date_is_read_in_the_language_it_is_written_in(written: str, meant: str) -> None:
    assert read_date(written) == meant


def test_the_words_around_a_date_stay() -> None:
    assert (
        in_numbers("Veröffentlicht am 5. Mai 2013 um 10.30 Uhr von Jana")
        == "Veröffentlicht am 2013-05-05 10:30 von Jana"
    )


def test_a_time_is_found_behind_a_date_in_numbers() -> None:
    assert in_numbers("Mis à jour le 16/03/2019 à 11h05") == "Mis à jour le 16/03/2019 11:05"


@pytest.mark.parametrize("written", ["5. listopada 2013", "5 lipa 2013", "mehr 5 2013"])
def test_a_month_that_means_two_things_or_none_is_not_guessed(written: str) -> None:
    assert read_date(written) is None


def test_a_day_that_never_was_stays_wrong() -> None:
    assert read_date("31 septembre 2013") is None
