"""Folders of scraped texts: what many of them share is learned, kept in the profile, and left out of each."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from articles.models import Article
from tests.loading import Run, aged, load

pytestmark = pytest.mark.django_db

# A site in a language that nobody speaks.
SYLLABLES = "za vor ne tul mi ska ro hel dun pri ba cho lu ven ti gra".split()
ABOVE = ["Zorvan Tidelu", "Hemzal", "Nevortul", "Divorza"]
BETWEEN = ["Reklazu"]
BELOW = ["Ven tul nezal", "Prihel dunvor · Koventi"]
SENTENCE = "Zorvanti melku ba tulor nezal vorska."
DAYS = 28


def words(random_: random.Random, count: int) -> str:
    return " ".join("".join(random_.choices(SYLLABLES, k=random_.randint(2, 4))) for _ in range(count)).capitalize()


def paragraphs(number: int) -> tuple[str, list[str]]:
    """The headline of an article, and its paragraphs."""
    random_ = random.Random(number)
    text = [" ".join(f"{words(random_, 12)}." for _ in range(random_.randint(2, 4))) for _ in range(4)]
    return f"{words(random_, 5)} {number}", text


def scraped(number: int, *, headline: str = "", above: list[str] = ABOVE, between: list[str] = BETWEEN) -> str:
    own, text = paragraphs(number)
    printed = ["\n".join(above[:3]), headline or own, f"2021-05-{number % DAYS + 1:02} 10:30", *above[3:]]
    printed += [text[0], *between, text[1], SENTENCE, *text[2:], f"Komentari ({number})", "\n".join(BELOW)]
    return "\n\n".join(filter(None, printed)) + "\n"


def site(folder: Path, numbers: range, **parts: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number:04}.txt").write_text(scraped(number, **parts), encoding="utf-8")
        aged(folder / f"{number:04}.txt")
    return folder


def profile(settings: Any) -> Path:
    return Path(settings.VAR_DIR) / "sites/zorvan.toml"


def learned(settings: Any) -> dict[str, Any]:
    return tomllib.loads(profile(settings).read_text("utf-8"))


def corrected(settings: Any, old: str, new: str) -> None:
    text = profile(settings).read_text("utf-8")
    assert old in text
    profile(settings).write_text(text.replace(old, new), encoding="utf-8")


def body(number: int) -> list[str]:
    return Article.objects.get(headline=paragraphs(number)[0]).body.split("\n\n")


def outcomes(run: Run) -> set[str]:
    return set(run.outcomes.values())


def test_lines_that_many_texts_share_are_learned_in_any_language(tmp_path: Path, settings: Any) -> None:
    run = load(site(tmp_path / "zorvan", range(200)))
    left_out = "6 lines around the text, 1 line between paragraphs. Only listed, as perhaps sentences: 1 line\n"
    assert f"A folder of one site. Left out of all articles: {left_out}" in run.out
    assert f"To correct this, edit {profile(settings)}" in run.out
    assert learned(settings) == {
        "folder": str(tmp_path / "zorvan"), "above": ABOVE, "between": BETWEEN, "below": BELOW, "kept": [SENTENCE],
        "learned_from": 200, "authors": {},
    }  # fmt: skip
    for number in range(200):
        headline, text = paragraphs(number)
        article = Article.objects.get(headline=headline)
        assert article.body.split("\n\n") == [*text[:2], SENTENCE, *text[2:]]
        assert article.published == f"2021-05-{number % DAYS + 1:02}T10:30"
    before = profile(settings).read_text("utf-8")
    assert outcomes(load(tmp_path / "zorvan")) == {"unchanged"}
    assert load(tmp_path / "zorvan/0007.txt", check=True).outcomes == {"0007.txt": "unchanged"}
    assert profile(settings).read_text("utf-8") == before


def test_a_dry_run_lists_the_lines_that_will_be_left_out(tmp_path: Path) -> None:
    run = load(site(tmp_path / "zorvan", range(40)), dry_run=True)
    lines = [*(f"above: {line}" for line in ABOVE), *(f"below: {line}" for line in BELOW), f"between: {BETWEEN[0]}"]
    assert [line.strip() for line in run.out.splitlines() if line.strip() in lines] == lines


def test_a_corrected_profile_is_applied_to_unchanged_texts(tmp_path: Path, settings: Any) -> None:
    load(site(tmp_path / "zorvan", range(40)))
    corrected(settings, f'between = ["{BETWEEN[0]}"]', f'between = ["{SENTENCE}"]')
    assert outcomes(load(tmp_path / "zorvan")) == {"updated"}
    text = paragraphs(7)[1]
    assert body(7) == [text[0], BETWEEN[0], *text[1:]]
    assert outcomes(load(tmp_path / "zorvan")) == {"unchanged"}
    shown = Article.objects.get(headline=paragraphs(3)[0]).originals.get()
    assert BETWEEN[0] not in shown.boilerplate  # the reading report is of the reading that is shown


def test_the_masthead_of_a_newspaper_is_no_headline(tmp_path: Path, settings: Any) -> None:
    load(site(tmp_path / "zorvan", range(40), above=["The Harbour Gazette", *ABOVE[1:]]))
    assert learned(settings)["above"] == ["The Harbour Gazette", *ABOVE[1:]]
    assert Article.objects.filter(headline=paragraphs(7)[0]).count() == 1


def test_copies_of_one_text_teach_nothing(tmp_path: Path, settings: Any) -> None:
    folder = site(tmp_path / "zorvan", range(1))
    for day in range(10, 50):
        text = scraped(0).replace("2021-05-01", f"20{day}-05-01")
        (folder / f"copy-{day}.txt").write_text(text, encoding="utf-8")
    load(folder)
    assert not (Path(settings.VAR_DIR) / "sites").exists() or "between" not in learned(settings)


def test_of_fewer_than_thirty_texts_nothing_is_learned(tmp_path: Path, settings: Any) -> None:
    assert "Left out" not in load(site(tmp_path / "zorvan", range(29))).out
    assert learned(settings).keys() == {"folder", "authors"}
    assert outcomes(load(site(tmp_path / "zorvan", range(29, 30)))) == {"created", "updated"}
    assert learned(settings)["learned_from"] == 30


def test_a_folder_that_has_doubled_is_learned_from_again(tmp_path: Path, settings: Any) -> None:
    folder = site(tmp_path / "zorvan", range(30))
    load(folder)
    corrected(settings, f'below = ["{BELOW[0]}", ', f"# Ours\nbelow = ['{BELOW[0]}', # of Milka\n    ")
    corrected(settings, f'between = ["{BETWEEN[0]}"]\n', "")
    corrected(settings, f'kept = ["{SENTENCE}"', f"kept = ['{BETWEEN[0]}', \"{SENTENCE}\"")
    more = [*BETWEEN, "Lezu tamin"]
    load(site(folder, range(30, 59), between=more))
    assert "between" not in learned(settings)
    run = load(site(folder, range(59, 70), between=more))
    assert f"To correct this, edit {profile(settings)}" in run.out
    found = learned(settings)
    assert (found["below"], found["between"], found["learned_from"]) == (BELOW, ["Lezu tamin"], 70)
    assert found["kept"] == [BETWEEN[0], SENTENCE]
    assert "# Ours\n" in profile(settings).read_text("utf-8")
    text = paragraphs(65)[1]
    assert body(65) == [text[0], BETWEEN[0], text[1], SENTENCE, *text[2:]]
    assert outcomes(load(folder)) == {"unchanged"}


def test_a_list_that_was_emptied_stays_empty(tmp_path: Path, settings: Any) -> None:
    load(site(tmp_path / "zorvan", range(30)))
    corrected(settings, f'between = ["{BETWEEN[0]}"]', "between = []")
    load(site(tmp_path / "zorvan", range(30, 60)))
    assert (learned(settings)["between"], learned(settings)["learned_from"]) == ([], 60)
    assert body(45)[1] == BETWEEN[0]


def test_a_headline_that_is_a_learned_line_too_is_not_lost(tmp_path: Path) -> None:
    folder = site(tmp_path / "zorvan", range(40))
    site(folder, range(40, 42), headline=ABOVE[2])
    site(folder, range(42, 44), headline=ABOVE[2], above=ABOVE[:1])
    load(folder)
    assert Article.objects.filter(headline=ABOVE[2]).count() == 4


def test_a_column_of_one_name_has_its_name_as_headlines(tmp_path: Path) -> None:
    load(site(tmp_path / "zorvan", range(40), headline="Vorzal hel nezu"))
    assert Article.objects.filter(headline="Vorzal hel nezu").count() == 40


def test_lines_below_a_deck_and_between_short_paragraphs_are_learned_as_such(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "zorvan").mkdir()
    for number in range(40):
        headline, text = paragraphs(number)
        short = [f"{number} {line}。" for line in "港町市は六日 橋は二本 無料という 船は出た 花が咲く 夜は長い".split()]
        story = [
            headline,
            text[0][:60] + ".",
            "Divorza\nPritul vex",
            *short[:2],
            "港町の橋",
            *short[2:],
            "Zabalu",
        ]
        (tmp_path / f"zorvan/{number}.txt").write_text("\n\n".join(story), encoding="utf-8")
    load(tmp_path / "zorvan")
    found = {place: learned(settings).get(place) for place in ("above", "between", "below")}
    between = ["Divorza", "Pritul vex", "港町の橋"]
    assert found == {"above": None, "between": between, "below": ["Zabalu"]}


@pytest.mark.parametrize("line", ["By Anna Lee", "Harbour Daily", "Updated", "Von Anna Lee"])
def test_what_says_who_wrote_and_when_is_not_learned_from_texts(tmp_path: Path, settings: Any, line: str) -> None:
    load(site(tmp_path / "zorvan", range(40), above=[*ABOVE[:3], line, ABOVE[3]]))
    assert learned(settings)["above"] == ABOVE


@pytest.mark.parametrize("is_author", [True, False])
def test_a_name_in_all_files_is_learned_unless_it_is_the_byline(tmp_path: Path, settings: Any, is_author: bool) -> None:
    folder = site(tmp_path / "zorvan", range(40), above=["Weather Radar", *ABOVE[1:]])
    for number in range(40):
        headline = paragraphs(number)[0]
        text = (folder / f"{number:04}.txt").read_text("utf-8")
        name = headline + "\n\nMilka Tarvi" if is_author else headline
        (folder / f"{number:04}.txt").write_text(text.replace(headline, name), encoding="utf-8")
    load(folder)
    assert learned(settings)["above"] == ["Weather Radar", *ABOVE[1:]]
    assert Article.objects.filter(byline="Milka Tarvi").count() == 40 * is_author


def test_kept_lines_stay_at_the_head_and_the_foot(tmp_path: Path, settings: Any) -> None:
    folder = site(tmp_path / "zorvan", range(40))
    corrected_lines = ("Divorza", "Ven tul nezal")
    load(folder)
    for line in corrected_lines:
        corrected(settings, f'"{line}", ' if line != "Divorza" else f', "{line}"', "")
    corrected(settings, "kept = [", f'kept = ["{corrected_lines[0]}", "{corrected_lines[1]}", ')
    load(folder)
    text = paragraphs(7)[1]
    assert body(7) == ["Divorza", *text[:2], SENTENCE, *text[2:], "Ven tul nezal"]


def test_a_line_between_paragraphs_with_a_colon_takes_no_title_along(tmp_path: Path) -> None:
    folder = site(tmp_path / "zorvan", range(40), between=["Reklazu tuli:"])
    text = (folder / "0007.txt").read_text("utf-8").replace("Reklazu tuli:", "Reklazu tuli:\n\nVorzal hel")
    (folder / "0007.txt").write_text(text, encoding="utf-8")
    load(folder)
    assert body(7)[1] == "Vorzal hel"


def test_a_learned_line_stays_where_it_is_text_of_an_article(tmp_path: Path) -> None:
    folder = site(tmp_path / "zorvan", range(40))
    headline, text = paragraphs(50)
    story = f"{headline}\n\n{text[0]}\n{text[1]}\nReklazu\n{text[2]}\n\nHemzal\n\n{text[3]}\n\n{text[0]}\n\n{text[1]}\n"
    (folder / "0050.txt").write_text(story, encoding="utf-8")
    load(folder)
    assert body(50) == [*text[:2], "Reklazu", text[2], "Hemzal", text[3], *text[:2]]


def test_other_formats_in_text_files_teach_nothing(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "zorvan").mkdir()
    for number in range(40):
        page = f"<html><body><p>Hemzal</p><h1>Ferry {number}</h1><p>{paragraphs(number)[1][0]}</p></body></html>"
        (tmp_path / f"zorvan/{number}.txt").write_text(page, encoding="utf-8")
    load(tmp_path / "zorvan")
    assert "above" not in learned(settings)
