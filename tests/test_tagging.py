"""Tags from the source and from the vocabulary."""

from __future__ import annotations

import pickle
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from articles.ingest.errors import BadMetadata, UnreadableFile
from articles.ingest.readers import READERS
from articles.ingest.story import Piece, Story, StoryPhoto
from articles.ingest.tagging import Vocabulary, VocabularyTag, tag

FIXTURES = Path(__file__).parent.parent / "fixtures"


def vocabulary(*names: str, **aliases: list[str]) -> Vocabulary:
    """A vocabulary of ``names``, and of each keyword with its aliases."""
    plain = [VocabularyTag(name) for name in names]
    return Vocabulary([*plain, *(VocabularyTag(name, tuple(other)) for name, other in aliases.items())])


def toml(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tags.toml"
    path.write_text(text, encoding="utf-8")
    return path


# --- Words


def test_a_tag_is_found_as_a_whole_word_only() -> None:
    assert vocabulary("port", "China").match("The airport imports porthole chinaware. Indochina, Chinas") == ()


def test_tags_come_in_the_order_in_which_the_text_first_mentions_them_and_once_each() -> None:
    assert vocabulary("Almaty", "Qingdao").match("Qingdao, Almaty and again Qingdao") == ("Qingdao", "Almaty")


@pytest.mark.parametrize(
    "text",
    ["Qingdao", "Qingdao's port", "Qingdao’s port", "in “Qingdao”.", "(Qingdao)", "Qingdao-born", "non-Qingdao",
     "l’Qingdao", "Qingdao' s", "'Qingdao'", "Qingdao/Almaty", "Qingdao_Almaty", "QINGDAO'S", "Qingdao。"],
)  # fmt: skip
def test_punctuation_a_hyphen_and_a_possessive_border_a_word(text: str) -> None:
    assert vocabulary("Qingdao").match(text) == ("Qingdao",)


@pytest.mark.parametrize("text", ["Xi'an", "Xi’an", "Xi'sa", "Xi2", "2Xi", "Xié", "Xi\u0301", "Xi\u0308"])
def test_a_letter_digit_or_mark_beside_it_makes_it_another_word(text: str) -> None:
    assert vocabulary("Xi").match(text) == ()


def test_both_halves_of_a_hyphenated_pair_are_tagged() -> None:
    assert vocabulary("Kazakhstan", "China").match("Kazakhstan-China trade") == ("Kazakhstan", "China")


def test_a_name_of_several_words_is_found_across_any_run_of_whitespace() -> None:
    for space in ("  ", "\n", "\t ", "\u00a0", "\u3000", "\u2009\u2009"):
        assert vocabulary("Belt and Road").match(f"the Belt{space}and Road") == ("Belt and Road",), repr(space)


def test_a_name_may_begin_or_end_with_a_sign() -> None:
    vocab = vocabulary("C++", ".NET", "U.S.", "AT&T")
    assert vocab.match("U.S.-made C++, AT&T and .NET.") == ("U.S.", "C++", "AT&T", ".NET")
    assert vocab.match("ASP.NET in the U.S.A.") == ()


def test_chinese_japanese_and_korean_names_need_no_border() -> None:
    vocab = vocabulary("青岛", "カザフスタン", "칭다오", "SCO")
    assert vocab.match("在青岛举行 カザフスタン共和国 칭다오에서 SCO成员国") == (
        "青岛",
        "カザフスタン",
        "칭다오",
        "SCO",
    )


def test_an_arabic_name_is_a_whole_word() -> None:
    assert vocabulary("قازاخستان").match("زار قازاخستان، أمس") == ("قازاخستان",)
    assert vocabulary("قازاخستان").match("القازاخستانية") == ()


def test_a_hindi_vowel_sign_belongs_to_its_word() -> None:
    assert vocabulary("चीन").match("चीन ने") == ("चीन",)
    assert vocabulary("चीन").match("चीनी") == ()


# --- Longest first


def test_the_longest_name_hides_the_shorter_ones_within_it() -> None:
    vocab = vocabulary("Belt and Road Initiative", "Belt and Road", "Road")
    assert vocab.match("the Belt and Road Initiative") == ("Belt and Road Initiative",)
    assert vocab.match("the Belt and Road Initiatives, a Road") == ("Belt and Road", "Road")


def test_of_two_names_that_overlap_the_longer_counts_even_when_it_begins_later() -> None:
    assert vocabulary("South China", "China Sea News").match("South China Sea News") == ("China Sea News",)


def test_of_two_equally_long_names_that_overlap_the_first_counts() -> None:
    assert vocabulary("ab cd", "cd ef").match("ab cd ef") == ("ab cd",)


# --- Capitals


def test_an_acronym_is_found_in_capitals_only() -> None:
    vocab = vocabulary("US", "IT", "SCO")
    assert vocab.match("it took us to the Sco; Us and It") == ()
    assert vocab.match("the US, the SCO's IT") == ("US", "SCO", "IT")


def test_a_name_with_capitals_needs_them() -> None:
    vocab = vocabulary("Polish", "Belt and Road")
    assert vocab.match("polish the belt and road") == ()
    assert vocab.match("Polish POLISH, BELT AND ROAD") == ("Polish", "Belt and Road")


def test_a_headline_with_a_capital_to_each_word_is_understood() -> None:
    assert vocabulary("Belt and Road").match("On the Belt And Road") == ("Belt and Road",)


def test_a_dateline_in_capitals_names_the_place() -> None:
    assert vocabulary("Qingdao", "Zürich", "Straße").match("QINGDAO, ZÜRICH, STRASSE") == (
        "Qingdao",
        "Zürich",
        "Straße",
    )


def test_a_name_in_small_letters_is_found_in_any_case() -> None:
    assert vocabulary("trade").match("tRaDe") == vocabulary("trade").match("TRADE") == ("trade",)


def test_the_spelling_with_capitals_goes_before_the_one_without() -> None:
    vocab = vocabulary("Cleaning", Poland=["Polish"], Varnish=["polish"])
    assert vocab.match("Polish vodka") == ("Poland",)
    assert vocab.match("vodka and polish") == ("Varnish",)


def test_an_acronym_is_not_taken_for_another_name_in_capitals() -> None:
    assert vocabulary("Who", "WHO").match("the WHO") == ("WHO",)


def test_letters_that_grow_or_change_when_lowered_shift_nothing() -> None:
    vocab = vocabulary("trade", "Qingdao", "İstanbul", "οδος")
    assert vocab.match("İİİ ΣΑΣ trade, İSTANBUL Qingdao ΟΔΟΣ") == ("trade", "İstanbul", "Qingdao", "οδος")


def test_decomposed_accents_and_curved_apostrophes_match_the_plain_ones() -> None:
    vocab = vocabulary("Zürich", "Xi'an", "COVID-19")
    assert vocab.match(unicodedata.normalize("NFD", "Zürich, Xi’an, COVID\u201119")) == ("Zürich", "Xi'an", "COVID-19")


# --- Stories


def test_headline_deck_and_first_paragraph_say_what_an_article_is_about() -> None:
    story = Story(headline="Almaty", deck="Qingdao", paragraphs=("", "The SCO met.", "In China."))
    tagged = tag(story, vocabulary("China", "SCO", "Qingdao", "Almaty"))
    assert tagged.vocabulary_tags == ("Almaty", "Qingdao", "SCO")


def test_what_is_named_once_in_passing_is_no_tag_and_named_twice_it_is() -> None:
    paragraphs = ("It rained.", "A man of Almaty, once of China.", "The SCO.")
    story = Story(paragraphs=paragraphs, photos=(StoryPhoto("A Chinese ship at Qingdao"), StoryPhoto("Qingdao")))
    tagged = tag(story, vocabulary("SCO", "Qingdao", "Almaty", China=["Chinese"]))
    assert tagged.vocabulary_tags == ("China", "Qingdao")


def test_no_name_is_found_across_the_border_of_two_fields() -> None:
    story = Story(headline="Belt", paragraphs=("and", "Road", "Belt and"), photos=(StoryPhoto("Road"),))
    assert tag(story, vocabulary("Belt and Road")).vocabulary_tags == ()


def test_nothing_else_of_a_story_changes() -> None:
    story = Story(headline="Qingdao", tags=("x",), photos=(StoryPhoto(),))
    tagged = tag(story, vocabulary("Qingdao"))
    assert (tagged.headline, tagged.tags, tagged.photos) == ("Qingdao", ("x",), (StoryPhoto(),))


def test_source_tags_are_brought_under_the_name_of_the_vocabulary() -> None:
    vocab = vocabulary("Qingdao", SCO=["Shanghai Cooperation Organisation"])
    said = ("shanghai-cooperation_organisation", "QINGDAO", "Qingdao", "Ferries", "sco")
    assert tag(Story(tags=said), vocab).tags == ("SCO", "Qingdao", "Ferries")


def test_a_source_tag_that_could_be_two_tags_stays_unless_its_case_decides() -> None:
    vocab = vocabulary(Poland=["Polish"], Varnish=["polish"])
    assert [vocab.resolve(said) for said in ("Polish", "polish", "POLISH")] == ["Poland", "Varnish", "POLISH"]


def test_a_name_that_is_too_common_a_word_is_given_by_sources_and_aliases_alone() -> None:
    vocab = Vocabulary([VocabularyTag("Dates", ("calendar day",), is_name_matched=False)])
    assert tag(Story(headline="Dates", tags=("dates",)), vocab) == Story(headline="Dates", tags=("Dates",))
    assert vocab.match("its Calendar Day") == ("Dates",)


def test_a_worker_gets_the_vocabulary_by_pickle() -> None:
    vocab = pickle.loads(pickle.dumps(vocabulary("Qingdao", SCO=["上合组织"])))
    assert vocab.match("上合组织在Qingdao") == ("SCO", "Qingdao")


def test_an_empty_vocabulary_finds_nothing() -> None:
    assert Vocabulary().match("Qingdao") == vocabulary("Qingdao").match("") == ()


# --- tags.toml


def test_a_tag_has_a_name_aliases_and_a_description(tmp_path: Path) -> None:
    path = toml(
        tmp_path, '[[tag]]\nname = "SCO "\naliases = ["上合组织"]\ndescription = """\nAn\n body."""\nmatch = false\n'
    )
    assert Vocabulary.load(path).tags == (VocabularyTag("SCO", ("上合组织",), "An body.", is_name_matched=False),)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[[tag]]\nname = SCO", 2, "not TOML: invalid value"),
        ('[[tag]]\nname = "SCO', 2, "not TOML: "),
        ('[[tag]]\nname = "A1"\n\n[[tag]]\naliases = ["b"]', 4, "tag 2 needs a name"),
        ('[[tag]]\nname = " "', 1, "tag 1 has a name or alias without a letter or digit"),
        ('[[tag]]\nname = "A\\u0001b"', 1, "control character"),
        ('[[tag]]\nname = 3', 1, "tag 1 has a name or alias that is not text"),
        ('[[tag]]\nname = "A"\naliases = "b"', 1, 'tag "A" has aliases that are not a list'),
        ('[[tag]]\nname = "A"\nalias = ["b"]', 1, 'tag "A" has an unknown key "alias"'),
        ('[[tag]]\nname = "A"\ndescription = ["b"]', 1, 'tag "A" has a description that is not text'),
        ('[[tag]]\nname = "A"\nmatch = "no"', 1, 'tag "A" has a match that is neither true nor false'),
        ('[[tag]]\nname = "A"\n[[tag]]\nname = "B"\naliases = ["A"]', 3, '"A", which already belongs to tag "A"'),
        ('[[tag]]\nname = "A"\n[[tag]]\nname = "A"', 3, 'tag "A" has "A", which already belongs to tag "A"'),
        ('[[tag]]\nname = "A"\naliases = ["b  c", "b c"]', 1, '"b c", which already belongs to tag "A"'),
        ('[[tag]]\nname = "Rail"\n[[tag]]\nname = "rail"', 3, 'tag "rail" differs from "Rail" only in capitals'),
        ('[[tags]]\nname = "Rail"', None, 'unknown key "tags"'),
        ('tag = "Rail"', None, "each tag is written under"),
    ],
)  # fmt: skip
def test_a_vocabulary_that_makes_no_sense_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int | None, reason: str
) -> None:
    path = toml(tmp_path, text)
    with pytest.raises(BadMetadata) as refusal:
        Vocabulary.load(path)
    where = f"{path}: " if line is None else f"{path}:{line}: "
    assert str(refusal.value).startswith(where)
    assert reason in str(refusal.value)


def test_a_vocabulary_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "tags.toml"
    path.write_bytes(b'[[tag]]\nname = "Z\xfcrich"\n')
    with pytest.raises(BadMetadata, match=r":2: not UTF-8"):
        Vocabulary.load(path)


def test_a_vocabulary_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"tags\.toml: No such file"):
        Vocabulary.load(tmp_path / "tags.toml")


def test_a_byte_order_mark_before_the_vocabulary_is_no_fault(tmp_path: Path) -> None:
    path = toml(tmp_path, '\ufeff[[tag]]\nname = "SCO"\n')
    assert Vocabulary.load(path).match("SCO") == ("SCO",)


def test_the_seed_article_gets_the_tags_that_a_librarian_would_give_it() -> None:
    path = FIXTURES / "seeds" / "000_674226f9ade730aa.txt"
    story = READERS["text"].read(Piece(path, path.name, "text"), path.read_bytes())
    # Railways, logistics and the party stand in one sentence each of a long article on a trade zone.
    assert set(tag(story, Vocabulary.load(FIXTURES / "tags.toml")).vocabulary_tags) == {
        "Qingdao", "Shanghai Cooperation Organization", "SCODA", "Almaty", "Kazakhstan", "Shandong", "China",
        "Belt and Road Initiative", "Trade", "Investment",
    }  # fmt: skip


# --- Against a slow and obvious reading of the same rules

LETTERS = "aAbsSiİσςΣéx中ー칭2\u0301'’-‐. \n"
NAMES = st.text(LETTERS, min_size=1, max_size=5).filter(lambda name: any(map(str.isalnum, name)))


def plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join({"’": "'", "‐": "-"}.get(char, char) for char in composed)


def small(char: str) -> str:
    return {"İ": "i", "ς": "σ"}.get(char) or char.lower()


def is_same(name: str, piece: str) -> bool:
    """Whether a stretch of text is this name; both are plain."""
    if not any(char != char.lower() for char in name):
        return [small(char) for char in name] == [small(char) for char in piece]
    words = name.split(" ")
    return piece in (name, unicodedata.normalize("NFC", name.upper()), " ".join(w[:1].upper() + w[1:] for w in words))


def goes_on(text: str, start: int, end: int) -> bool:
    def is_letter(index: int) -> bool:
        char = text[index : index + 1] or " "
        return index >= 0 and unicodedata.category(char)[0] in "LNM" and char not in "中ー칭"

    if is_letter(start - 1) and text[start] not in "中ー칭":
        return True
    if text[end : end + 1] == "\u0301":
        return True
    if text[end - 1] in "中ー칭":
        return False
    if text[end : end + 1] == "'":
        return is_letter(end + 1) and not (text[end + 1] in "sS" and not is_letter(end + 2))
    return is_letter(end)


def slow_match(names: list[str], text: str) -> tuple[str, ...]:
    text = plain(text)
    spans = [(start, end) for start in range(len(text)) for end in range(start + 1, len(text) + 1)]
    found: list[tuple[int, int, str]] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        fitting = [name for name in names if is_same(plain(name), text[start:end])]
        if not fitting or goes_on(text, start, end) or any(start < e and s < end for s, e, _ in found):
            continue
        best = min(fitting, key=lambda name: (plain(name) == plain(name).lower(), plain(name) != text[start:end]))
        found.append((start, end, best))
    return tuple(dict.fromkeys(name for _start, _end, name in sorted(found)))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_the_automaton_finds_what_a_slow_search_finds(data: st.DataObject) -> None:
    names = data.draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=lambda name: tuple(map(small, plain(name)))))
    pieces = st.sampled_from([*names, *map(str.upper, names), *map(str.lower, names)]) | st.text(LETTERS, max_size=3)
    text = "".join(data.draw(st.lists(pieces, max_size=6)))
    assert vocabulary(*names).match(text) == slow_match(names, text)


@given(st.text(), st.lists(st.text(min_size=1).filter(lambda name: any(map(str.isalnum, name))), max_size=4))
def test_no_text_is_too_strange_to_search(text: str, names: list[str]) -> None:
    found = vocabulary(*names).match(text)
    assert set(found) <= set(names)
