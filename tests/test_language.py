"""The language of a story: as stated, else as its words show, else none."""

from __future__ import annotations

import pytest

from articles.ingest.language import language_of, with_language
from articles.ingest.story import Story
from articles.text.evidence import DETECTED, HTML_LANG

TEXTS = {
    "en": "The ferry returned to the harbour on Monday after three weeks of repairs, and passengers queued from six.",
    "de": "Die Fähre kehrte am Montag nach drei Wochen in den Hafen zurück, und die Fahrgäste standen lange Schlange.",
    "fr": "Le ferry est revenu au port lundi après trois semaines de réparations, et les passagers ont fait la queue.",
    "es": "El ferry volvió al puerto el lunes tras tres semanas de reparaciones y los pasajeros hicieron largas colas.",
    "ru": "Паром вернулся в гавань в понедельник после трех недель ремонта, и пассажиры стояли в очереди с утра.",
    "ar": "عادت العبارة إلى الميناء يوم الاثنين بعد ثلاثة أسابيع من الإصلاحات، واصطف الركاب منذ السادسة صباحا هناك.",
    "he": "המעבורת חזרה לנמל ביום שני לאחר שלושה שבועות של תיקונים, והנוסעים עמדו בתור ארוך כבר משש בבוקר.",
    "zh": "轮渡经过三周的维修后于周一返回港口。",
    "ja": "フェリーは三週間の修理を終えて月曜日に港に戻った。",
    "ko": "페리는 3주간의 수리 끝에 월요일 항구로 돌아왔다.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_told_from_a_sentence(language: str) -> None:
    assert language_of((TEXTS[language],)) == language


@pytest.mark.parametrize(
    "text", ["", "Ferry returns", "12 345 67 89", "Li Ming, Wang Fang, Astana, Almaty", "asdf qwer zxcv lkjh poiu " * 9]
)
def test_nothing_is_said_of_a_text_that_does_not_tell(text: str) -> None:
    assert language_of((text,)) is None


def test_what_a_story_says_of_its_language_stands() -> None:
    story = Story(language="nds", paragraphs=(TEXTS["de"],))
    assert with_language(story) is story


def test_a_story_remembers_that_its_language_was_told_from_its_words() -> None:
    story = with_language(Story(paragraphs=(TEXTS["fr"],)))
    assert (story.language, story.evidence["language"]) == ("fr", DETECTED)


def test_the_language_of_a_page_template_is_not_believed_against_a_long_text() -> None:
    page = Story(language="en-US", paragraphs=(TEXTS["de"],) * 5, evidence={"language": HTML_LANG})
    story = with_language(page)
    assert (story.language, story.warnings) == ("de", ["language-differs"])
    short = Story(language="en-US", paragraphs=(TEXTS["de"],), evidence={"language": HTML_LANG})
    assert with_language(short).language == "en-US"


@pytest.mark.parametrize("language", ["ar", "he", "ru", "zh", "ja", "ko"])
def test_the_language_of_a_page_template_is_not_believed_against_other_letters(language: str) -> None:
    page = Story(language="en", paragraphs=(TEXTS[language],), evidence={"language": HTML_LANG})
    assert (with_language(page).language, with_language(page).warnings) == (language, ["language-differs"])
    title = Story(language="en", paragraphs=("Ferry “паром”",), evidence={"language": HTML_LANG})
    assert with_language(title) is title
