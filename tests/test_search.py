"""Search: words in any script, fields, phrases, facets, and the texts of its page."""

from __future__ import annotations

import json
import re
from calendar import month_abbr, month_name
from datetime import date
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings, strategies as st

from articles.catalogue.ledger import Stamp
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.actions.on_many import reinstate, withdraw
from articles.models import Article, SearchEntry, Source, Tag
from articles.models.search_entry import day_of
from articles.public.search.hits import hits_of
from articles.search import finding, index, reach
from articles.search.asking import Filters, compile_query
from articles.search.backend import backend
from articles.search.finding import find
from articles.search.query import parse
from tests.factories import make_article, make_photo, make_source, make_tag
from tests.loading import load, text_file
from tests.staff import saved

pytestmark = pytest.mark.django_db
STAMP = Stamp.now(None, "Why not")


def article(headline: str = "Ferry returns", **values: Any) -> Article:
    """An article in English; ``captions`` are its photos'."""
    captions = values.pop("captions", ())
    made = make_article(headline, **{"body": "It sailed at nine.", "language": "en", **values})
    for caption in captions:
        make_photo(made, caption=caption, credit_line="", alt_text="")
    return made


def found(text: str, **filters: Any) -> list[str]:
    """The headlines of what is found, the best first."""
    compiled = compile_query(parse(text), Filters(**filters))
    return [unmarked(hit.headline) for hit in hits_of(find(compiled).numbers, compiled)]


def unmarked(html: str) -> str:
    return unescape(re.sub("</?mark>", "", html))


def marked_in(html: str) -> list[str]:
    return [unescape(words) for words in re.findall("<mark>(.*?)</mark>", html)]


def page(site: Client, text: str = "", **asked: Any) -> str:
    """What the page of a search says, without its markup, hits between [[ and ]]."""
    address = f"/search/?{urlencode({'q': text, **asked} if text else asked, doseq=True)}"
    answer = site.get(address, follow=True)
    assert answer.status_code == 200, address
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<mark>(.*?)</mark>", r"[[\1]]", main, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", main)).split())


# --- Words. -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("sailing", "en", "It sails at nine."),
        ("FERRY", "en", "Two ferries."),
        ("naive", "en", "A naïve plan."),
        ("naïve", "en", "A naive plan."),
        ("cafe", "en", "A café."),
        ("securites", "fr", "La sécurité du port."),
        ("comio", "es", "El perro comió."),
        ("café", "en", "A cafe."),
        ("Häuser", "de", "Ein Haus am Kai."),
        ("strasse", "de", "Die Straße am Kai."),
        ("gouvernements", "fr", "Le gouvernement l’a dit."),
        ("avion", "fr", "Il prit l’avion."),
        ("музеи", "ru", "В музее было тихо."),
        ("елка", "ru", "Стояла ёлка."),
        ("铁路", "zh", "哈萨克斯坦铁路快车"),
        ("快车", "zh", "哈萨克斯坦铁路快车"),
        ("车", "zh", "哈萨克斯坦铁路快车"),
        ("铁", "zh", "哈萨克斯坦铁路快车"),
        ("铁路", "zh-Hant", "哈薩克斯坦鐵路快車"),
        ("快車", "zh-Hans", "哈萨克斯坦铁路快车"),
        ("車", "zh-Hans", "哈萨克斯坦铁路快车"),
        ("台湾旅游周刊", "zh-TW", "臺灣旅遊週刊今日出版"),
        ("頭髮 後面", "zh", "后面的人没有头发"),
        ("東京", "ja", "昨日、東京タワーで。"),
        ("东京", "ja", "昨日、東京タワーで。"),
        ("タワー", "ja", "昨日、東京タワーで。"),
        ("서울", "ko", "오늘 서울에서 열렸다."),
        ("서울은", "ko", "오늘 서울에서 열렸다."),
        ("여객선으로", "ko", "여객선을 탔다."),
        ("รถไฟ", "th", "สถานีรถไฟกรุงเทพ"),
        ("الخبر", "ar", "هذا خبر جديد"),
        ("נמל", "he", "בנמל חיפה"),
        ("הנמל", "he", "ספינות מהנמל"),
        ("ספינות", "he", "והספינות באו"),
        ("הנמל", "he", "לנמל"),
        ("הַנָּמֵל", "he", "לנמל"),
        ("الخبر", "ar", "والخبر الجديد"),
        ("خبر", "ar", "فَالْخَبَر جديد"),
        ("والخبر", "ar", "جاء بالخبر"),
        ("الدولة", "ar", "الحكومة والدولة معا"),
        ("للمدينة", "ar", "ثم وللمدينة ذلك"),
        ("מדינה", "he", "המדינה והעולם, מדינה."),
        ("שלום", "he", "שָׁלוֹם לכם"),
        ("समाचार", "hi", "आज का समाचार।"),
        ("ＡＢＣ１２３", "en", "The plate abc123."),
        ("mary's", "en", "Mary’s boat."),
        ("covid-19", "en", "Covid-19 came."),
    ],
)
def test_a_word_is_found_in_its_language(text: str, language: str, said: str) -> None:
    article("Here", body=said, language=language)
    article("Not here", body="Nothing of the kind. 没有 ない 없다 ไม่มี", language="en")
    assert found(text) == ["Here"]


@pytest.mark.parametrize("archive", ["en", "fr", "de"])
def test_an_article_is_found_by_the_stems_of_its_own_language(settings: Any, archive: str) -> None:
    settings.LANGUAGE_CODE = archive
    article("Fish news", body="A new quay, without news.")
    article("New quay", body="Marks of the tide, and fish marks.")
    article("Fish market")
    article("News de Paris", body="Une news.", language="fr")
    article("Nytt i havna", body="På mark og fjell.", language="nb")
    assert sorted(found("news")) == ["Fish news", "News de Paris"]
    assert sorted(found("market")) == ["Fish market", "Nytt i havna"]
    assert found("fish-market") == ["Fish market"]
    compiled = compile_query(parse("news"), Filters())
    assert {mark for hit in hits_of(find(compiled).numbers, compiled) for mark in marked_in(hit.deck)} == {"news"}


def test_a_tag_is_found_by_the_stems_of_its_articles_languages(site: Client) -> None:
    article("Old quay", tags=["New"])
    article("Vieux quai", language="fr", tags=["New"])
    article("Ballots", tags=["Elections"])
    assert found("news") == ["Vieux quai"]
    assert found("election") == ["Ballots"]


def test_a_search_for_very_many_words_with_filters_is_answered(site: Client) -> None:
    article("Quay", language="fr")
    words = " ".join(f"{first}{second}rries" for first in "bcdfghjk" for second in "aeiou")
    tags = ["ferries", "fog", "gulls", "quays"]
    article("All of them", body=words, tags=tags, source="Courier", captions=["A quay."])
    text = page(site, words, tag=tags, source="courier", language="en", photo=1)
    assert text.count("All of them") == 1
    assert "1 article" in text


def test_words_of_the_language_of_a_german_archive_are_found_by_their_stems(settings: Any) -> None:
    settings.LANGUAGE_CODE = "de"
    article("Here", body="Die Häuser stehen am Wasser.", language="de")
    assert found("haus") == ["Here"]


def test_of_hebrew_the_word_as_it_is_typed_is_best_and_what_begins_it_stays(site: Client) -> None:
    article("One", body="המלך בא.", language="he")
    article("Two", body="מלך בא.", language="he")
    article("Three", body="הלך לבן.", language="he")
    assert found("מלך") == ["Two", "One"]
    assert found("בן") == []
    assert found('"מלך"') == ["Two"]
    assert "[[המלך]]" in page(site, "מלך")


def test_parents_are_not_found_by_what_begins_like_them_in_arabic() -> None:
    article("One", body="جاء مع والدته", language="ar")
    article("Two", body="جاء والدها", language="ar")
    article("Three", body="القلم والدفتر", language="ar")
    assert found("والد") == ["Two", "One"]
    assert found("دفتر") == ["Three"]


def test_a_word_of_arabic_as_it_is_written_comes_before_one_with_more_before_it() -> None:
    article("One", body="والمدينة " * 3, language="ar")
    article("Two", body="المدينة " * 3, language="ar")
    article("Three", body="فالمدينة " * 3, language="ar")
    assert [found(word)[0] for word in ("والمدينة", "المدينة", "فالمدينة")] == ["One", "Two", "Three"]


@pytest.mark.parametrize("text", ["铁车", "京東", '"at sailed"', "nine -sailed", "headline:nine", "zzz*"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    article(body="It sailed at nine. Ferries. 哈萨克斯坦铁路快车 東京タワー")
    assert found(text) == []


def test_a_word_as_it_is_written_comes_before_its_other_forms() -> None:
    article("One", body="They walked. " * 3)
    article("Two", body="A walk. " * 3)
    article("Three", body="They were walking. " * 3)
    assert [found(word)[0] for word in ("walked", "walk", "walking")] == ["One", "Two", "Three"]
    assert len(found("walk")) == 3


def test_the_headline_comes_before_the_caption_and_that_before_the_text() -> None:
    filling = "The weather was fair and the wind came from the west. " * 3
    article("Text", body=f"{filling} A dredger. {filling}")
    article("Caption", body=filling, captions=["The dredger."])
    article("The dredger", body=filling)
    assert found("dredger") == ["The dredger", "Caption", "Text"]


@pytest.mark.parametrize(
    ("text", "quoted"), [("dredger", "A dredger sank."), ("dredger load", "A dredger sank."), ("load", "load dredger")]
)
def test_code_is_quoted_only_where_no_prose_has_the_words(text: str, quoted: str) -> None:
    article("Harbour", body="    load dredger\n\nA dredger sank.")
    (hit,) = hits_of(find(compile_query(parse(text), Filters())).numbers, compile_query(parse(text), Filters()))
    assert unmarked(hit.deck) == quoted


def test_of_common_words_alone_the_headline_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    few = "fts5.COMMON" if connection.vendor == "sqlite" else "postgresql.RANKED"
    monkeypatch.setattr(f"articles.search.{few}", 2)
    article("Tower visited", published="2001-01-01")
    for number in range(3):
        article(f"Other {number}", body="They visited the tower.", published="2010-01-01")
    assert found("visited tower")[0] == "Tower visited"


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two years of articles that all say the same, ten a month, and some without a date, of which a page may look
    through about forty; their headlines, the newest first. Only the first of them says what no other does."""
    monkeypatch.setattr(reach, "STEPS", 40)
    monkeypatch.setattr(reach, "FEWEST", 1)
    monkeypatch.setattr(reach, "SAMPLE", 10)
    for number in range(243):
        day = date(2001 + number // 120, number // 10 % 12 + 1, number % 10 + 1).isoformat() if number < 240 else ""
        body = "The ferry left the harbour." if number else "Once a ferry sank in this harbour."
        headline = f"Number {number}" + (" of the harbour ferry" if number % 50 == 7 else "")
        article(headline, published=day, body=body, is_indexed=False)
    index.renew(list(Article.objects.values_list("pk", flat=True)))
    newest = Article.objects.order_by(F("archive_date").desc(nulls_last=True), "-pk")
    return [headline.removesuffix(" of the harbour ferry") for headline in newest.values_list("headline", flat=True)]


def test_of_words_that_all_have_the_newest_are_looked_through_and_the_page_leads_further_back(
    site: Client, many: list[str]
) -> None:
    said = page(site, "ferry harbour", sort="newest")
    assert "At least 40 articles for “ferry harbour”" in said
    assert "The search covers those back to 1 September 2002." in said
    orders = {"newest": many, "best": many, "oldest": many[::-1]}
    for order, expected in orders.items():
        address, seen = "/search/?q=ferry+harbour" + (f"&sort={order}" if order != "best" else ""), []
        while address:
            answer = site.get(address).content.decode()
            seen += re.findall(r"Number \d+", answer.partition('<ol class="list')[2])
            onward = re.search(r'rel="next nofollow" href="([^"]+)"', answer)
            address = unescape(onward[1]) if onward else ""
        if order == "best":
            assert {"Number 207", "Number 7"} < set(seen[:5])
            seen.sort(key=many.index)
        assert seen == expected, order


def test_a_headline_is_found_at_once_however_far_back_it_lies(
    site: Client, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "STEPS", 4)
    monkeypatch.setattr(reach, "MOST_STEPS", 8)
    said = page(site, '"number 7 of"')
    assert "At least 1 article for" in said
    assert "[[Number 7 of]] the harbour ferry" in said
    assert "those with the words in their headlines come first" not in said


def test_just_as_many_as_are_counted_are_not_taken_for_all_or_shown_twice(
    site: Client, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST", 40)
    assert "More than 40 articles" in page(site, "ferry harbour", sort="newest")
    address, seen = "/search/?q=ferry+harbour&sort=newest", []
    while address:
        answer = site.get(address).content.decode()
        seen += re.findall(r"Number \d+", answer.partition('<ol class="list')[2])
        onward = re.search(r'rel="next nofollow" href="([^"]+)"', answer)
        address = unescape(onward[1]) if onward else ""
    assert seen == many


def test_further_back_nothing_is_counted_that_was_shown_before(site: Client, many: list[str]) -> None:
    """Hits with the words in their headlines are all on the first pages."""
    first = site.get("/search/?q=headline:harbour&language=en").content.decode()
    assert "5 articles</strong>" in first
    said = page(site, "headline:harbour ferry", back="2002-09")
    assert "Nothing more further back" in said
    narrowed = site.get("/search/?q=ferry+harbour&back=2002-09").content.decode()
    assert 'name="back"' not in narrowed
    assert 'id="f-sources"' not in narrowed
    assert 'id="f-sources"' in site.get("/search/?q=ferry+harbour").content.decode()


def test_a_rare_word_is_looked_for_in_the_whole_archive(site: Client, many: list[str]) -> None:
    for text in ("ferry sank harbour", '"ferry sank"', "nothing OR sank ferry", "ferry headline:0"):
        said = page(site, text)
        assert "1 article for" in said, text
        assert re.search(r"Number (\[\[)?0", said), text


@pytest.mark.parametrize("order", ["newest", "best", "oldest"])
def test_what_is_not_found_for_long_is_looked_for_further_back_page_by_page(
    site: Client, many: list[str], order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "STEPS", 4)
    monkeypatch.setattr(reach, "MOST_STEPS", 8)
    address, pages = "/search/?q=%22in+this+harbour%22" + (f"&sort={order}" if order != "best" else ""), []
    while address:
        pages.append(site.get(address).content.decode())
        onward = re.search(r'href="([^"]+)" rel="nofollow">Look further back', pages[-1])
        address = unescape(onward[1]) if onward else ""
    assert all("Nothing found so far" in said for said in pages[:-1])
    assert len(pages) > 1
    assert "Number 0" in pages[-1]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.sampled_from(
        ["ferry harbour", '"the ferry"', "ferry -sank", "harbour to:2001", "ferry OR harbour from:2002"]
    ),
    steps=st.integers(1, 3000),
)
def test_what_is_looked_through_piece_by_piece_is_the_whole(many: list[str], text: str, steps: int) -> None:
    compiled = compile_query(parse(text), Filters())
    reach.STEPS = steps  # put back by the fixture
    pieces = list(reach.reaches(reach.Plan.of(compiled)))
    found = [number for piece, _ in pieces for number in backend().hits(piece, 1000)]
    assert found == backend().hits(compiled, 1000)
    assert len(pieces) < 12
    assert all(day_of(piece.first) == day for piece, day in pieces if day)


def test_a_phrase_is_found_as_it_is_printed() -> None:
    article("One", body="The Kazakhstan Railway Express left.")
    article("Two", body="The railway express of Kazakhstan left.")
    article("Three", body="Kazakhstan railways expressed regret.")
    assert found('"Kazakhstan Railway Express"') == ["One"]
    assert sorted(found("Kazakhstan Railway Express")) == ["One", "Three", "Two"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Haus am Meer"', ["One"]),
        ('"haus AM meer"', ["One"]),
        ('headline:"Haus am Meer"', []),
        ('"Häuser am Meer"', ["Two"]),
        ('caption:"Häuser am Meer"', ["Two"]),
        ('"Haus am Me*"', []),
        ('"Haus am Me"*', ["One"]),
        ("-Häuser Meer", []),  # words alone go by their stems
        ('-"Häuser am Meer" Meer', ["One"]),
    ],
)
def test_a_phrase_is_held_to_how_its_words_are_written_where_it_stands(text: str, expected: list[str]) -> None:
    article("One", body="Das alte Haus am Meer steht neben anderen Häusern.", language="de")
    article("Two", body="Das Haus ist alt.", captions=["Häuser am Meer"], language="de")
    assert found(text) == expected


def test_accents_make_no_difference_in_fields_and_phrases(site: Client) -> None:
    article("La sécurité du port", language="fr", body="La sécurité publique.", captions=["Un agent de sécurité"])
    for text in (
        "headline:securite", "caption:securite", '"securite publique"', 'headline:"securite du"', "headline:securi*",
        'headline:"la sécurité"', "caption:SÉCURITÉ",
    ):  # fmt: skip
        said = page(site, text)
        assert "1 article for" in said, text
        assert re.search(r"\[\[[^]]*sécurité", said), text
    assert "Un agent de <mark>sécurité</mark>" in site.get("/photos/?q=securite").content.decode()


def test_years_are_found_by_their_beginnings() -> None:
    article("Floods", body="It was the worst of 2019.")
    assert found("201*") == ["Floods"]


@pytest.mark.parametrize("text", ["ـ", "។", "⺀", "๏", "¶", "=", "#every"])
def test_what_has_no_word_in_it_asks_for_nothing(site: Client, text: str) -> None:
    article()
    assert "Ferry returns" not in page(site, text)
    assert json.loads(site.get("/search/suggest/", {"q": text}).content)[1] == []


def test_a_phrase_does_not_reach_from_one_paragraph_into_the_next() -> None:
    article(body="We saw the north.\n\nQuay and all.", captions=["On the south", "quay"])
    assert found('"north quay"') == found('"south quay"') == []


def test_a_phrase_does_not_reach_over_parts_of_a_quotation_a_list_or_a_table(site: Client) -> None:
    article("Quotation", body="> It ends here\n>\n> Second part begins")
    article("List", body="- apple pie\n- cherry cake\n    - plum jam")
    article("Table", body="| one | two |\n| --- | --- |\n| red ball | blue box |")
    for text in ('"here second"', '"pie cherry"', '"cake plum"', '"one two"', '"two red"', '"ball blue"'):
        assert found(text) == [], text
    for text, headline in (('"second part"', "Quotation"), ('"cherry cake"', "List"), ('"blue box"', "Table")):
        assert found(text) == [headline]
        assert f"[[{text.strip(chr(34))}]]" in page(site, text).casefold()


def test_a_text_of_very_many_words_has_no_false_phrases() -> None:
    article("Long", body=" ".join([f"w{number}" for number in range(16_380)]) + " qa qb qc qd qe qf qg qh")
    assert found("qa qh") == ["Long"]
    assert found('"qa qh"') == found('"qc qh"') == []


def test_of_a_phrase_that_a_piece_of_text_cuts_off_nothing_is_marked(site: Client) -> None:
    article(body="one two three four " * 60)
    marks = re.findall(r"\[\[(.*?)\]\]", page(site, '"three four"'))
    assert set(marks) == {"three four"}


@pytest.mark.parametrize(
    ("text", "headlines"),
    [
        ("ferry bus", ["Both"]),
        ("ferry OR bus", ["Both", "Bus", "Ferry"]),
        ("ferry -bus", ["Ferry"]),
        ('ferry -"a bus"', ["Ferry"]),
        ("-ferry", ["Bus", "Neither"]),
        ("fer*", ["Both", "Ferry"]),
        ("headline:ferry", ["Ferry"]),
        ("headline:fer*", ["Ferry"]),
        ("caption:gull", ["Bus"]),
        ("credit:gull OR credit:nobody", ["Bus"]),
        ("byline:tanaka", ["Neither"]),
        ("tag:harbours", ["Both"]),
        ("tag:quays", ["Both"]),
        ("tag:harb", ["Both"]),
        ("quays", ["Both"]),
        ("source:post", ["Bus"]),
        ('source:"Evening Post"', ["Bus"]),
        ("tag:nothing", []),
        ("from:2021", ["Ferry", "Neither"]),
        ("to:2020", ["Both", "Bus"]),
        ("from:2020-06 to:2020-06", ["Bus"]),
        ('from:1.6.2020 to:"June 2020"', ["Bus"]),
        ("from:2020-06-02 to:2021-01-01", ["Bus", "Ferry"]),
        ("has:photo", ["Bus"]),
        ("ferry OR", ["Both", "Ferry"]),
        ("ferry AND bus", ["Both"]),
        ("ferry NOT bus", ["Ferry"]),
        ('ferry AND NOT "a bus"', ["Ferry"]),
        ("bus NOT tag:harbours", ["Bus"]),
        ("ferry NOT", ["Both", "Ferry"]),
        ("ferry OR NOT bus", ["Ferry"]),
        ("FERRY NOT BUS", []),  # a headline in capitals
        ("title:ferry", ["Ferry"]),
        ("photo:gull", ["Bus"]),
        ("-photo:gull bus", ["Both"]),
        ("author:tanaka OR by:nobody", ["Neither"]),
        ("subject:harbours", ["Both"]),
        ("paper:post", ["Bus"]),
        ("after:2021 before:2021", ["Ferry"]),
        ("year:2020", ["Bus"]),
        ("published:2020-06", ["Bus"]),
        ("before:noon", []),
        ("language:en ferry", ["Both", "Ferry"]),
        ("lang:DE", ["Fähre"]),
        ("lang:de OR bus", ["Both", "Bus", "Fähre"]),
        ("-lang:en", ["Fähre"]),
        ("lang:de-CH", ["Fähre"]),
        ("lang:German", []),
    ],
)
def test_signs_and_fields(text: str, headlines: list[str]) -> None:
    article("Ferry", body="The ferry.", published="2021-01-01")
    article("Bus", body="A bus.", captions=["A gull"], source="Evening Post", published="2020-06-30")
    article("Both", body="A ferry and a bus.", tags=["Harbours"], published="2019-01-01")
    article("Neither", body="Nobody.", byline="Mei Tanaka", published="2022-01-01")
    if "lang" in text:
        article("Fähre", body="", language="de")
    make_tag("Harbours", aliases=["Quays"])
    make_source("Evening Post").aliases.create(name="Post", slug="post")
    assert sorted(found(text)) == headlines


def test_the_undated_are_found_but_in_no_year() -> None:
    article("Ferry", published="")
    assert (found("ferry"), found("ferry to:2030"), found("ferry from:1000")) == (["Ferry"], [], [])


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day(published: str) -> None:
    article("Ferry", published=published)
    year = published[:4]
    assert found(f"ferry from:{year} to:{year}") == ["Ferry"]


# --- Any text is a query. ---------------------------------------------------------------------------------------------

SIGNS = st.text(alphabet="abferry \"*-:()^{}+OR~NEAR,.'\\\x00é车ไ\u0301\u202eß𝒳", max_size=40)


@settings(max_examples=150, deadline=1000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), SIGNS))
@example(text='"')
@example(text='facts : "every"')
@example(text="headline:" * 50)
@example(text="a* b* c* " * 30)
@example(text="\ud800")
@example(text="ไEy((E\u0301\ufffdéeyEa𝒳O^ß+a),")
def test_no_text_is_an_error_or_alters_a_filter(site: Client, text: str) -> None:
    if not Article.objects.exists():
        article("Ferry", body="A ferry é 车.", source="Evening Post")
        article("Other", body=f"A ferry too. {text}", source="Harbour Daily")
    compiled = compile_query(parse(text), Filters(source=Source.objects.get(name="Evening Post")))
    sources = SearchEntry.objects.filter(pk__in=find(compiled).numbers).values_list("source__name", flat=True)
    assert set(sources) <= {"Evening Post"}
    answer = site.get(
        "/search/", {"q": text.encode("utf-8", "replace").decode(), "source": "evening-post"}, follow=True
    )
    assert answer.status_code == 200
    if "broader" not in answer.context:  # which says that it looks further than was asked
        assert "Harbour Daily" not in answer.content.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(["ferry", "ferries", "quays", '"old quay"', "sail*", "nine", "gull", "-bus", "铁路"]),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_marked_is_what_matched(words: list[str]) -> None:
    if not Article.objects.exists():
        article(
            "The old quay",
            body="Two ferries sailed at nine to the old quay.\n\nA gull sat on it.",
            captions=["A gull 铁路"],
        )
    compiled = compile_query(parse(" ".join(words)), Filters())
    for hit in hits_of(find(compiled).numbers, compiled):
        caption = hit.picture.caption if hit.picture else ""
        hits = [text.casefold() for text in marked_in(hit.headline + hit.deck + caption)]
        may_be = {
            "ferry": {"ferries"},
            "ferries": {"ferries"},
            "quays": {"quay"},
            '"old quay"': {"old quay"},
            "sail*": {"sailed"},
        }
        allowed = set().union(*(may_be.get(word, {word}) for word in words))
        assert all(any(text == one or text in one or one in text for one in allowed) for text in hits)
        assert hits or all(word.startswith("-") for word in words)


# --- In step. ---------------------------------------------------------------------------------------------------------


def test_what_staff_change_is_found_at_once(editor: Client, site: Client) -> None:
    one = article("Ferry returns")
    saved(editor, one, headline="Steamer returns", tags_text="")
    assert (found("ferry"), found("steamer")) == ([], ["Steamer returns"])
    assert "Steamer" in page(site, "steamer")


def test_the_withdrawn_are_gone_at_once_and_come_back() -> None:
    one = article("Ferry returns")
    withdraw([one.pk], "A court", STAMP)
    assert found("ferry") == []
    reinstate([one.pk], STAMP)
    assert found("ferry") == ["Ferry returns"]


@pytest.mark.parametrize(
    ("text", "headlines"),
    [
        ("agency format", ["One"]),
        ("agency formats sailed", ["One"]),
        ("obituary", ["Two"]),
        ("Wahl", ["Three"]),
        ("formats", []),  # a part of a name is not the tag
        ('"obituary"', []),  # a phrase stands as it is written
        ("tag:obituary", ["Two"]),
        ("tag:formats", []),
    ],
)
def test_words_that_name_a_tag_in_another_form_find_what_has_it(text: str, headlines: list[str]) -> None:
    article("One", tags=["Agency formats"])
    article("Two", tags=["Obituaries"])
    article("Three", tags=["Wahlen"], language="de")
    assert found(text) == headlines


def test_a_merged_tag_and_source_are_found_by_both_names() -> None:
    one = article("Ferry returns", tags=["Quays"], source="Evening Post")
    other, post = make_tag("Harbours"), make_source("Post")
    merge_tags([Tag.objects.get(name="Quays")], other, STAMP)
    merge_sources([Source.objects.get(name="Evening Post")], post, STAMP)
    for text in ("tag:quays", "tag:harbours", "harbours", "source:post", 'source:"Evening Post"'):
        assert found(text) == ["Ferry returns"], text
    assert found("", tags=(other,), source=post) == ["Ferry returns"]
    index.renew([one.pk])
    assert found("tag:harbours source:post") == ["Ferry returns"]


def test_tags_that_were_merged_are_counted_as_one(site: Client) -> None:
    article("Ferry returns", tags=["Quays"])
    article("Ferry sails", tags=["Quays", "Harbours"])
    merge_tags([Tag.objects.get(name="Quays")], Tag.objects.get(name="Harbours"), STAMP)
    said = page(site, "ferry")
    assert "Harbours 2" in said
    assert "Quays" not in said


def test_a_load_is_found_with_its_captions_and_what_it_changes(tmp_path: Any) -> None:
    text_file(tmp_path, "one.txt", headline="Ferry returns", body="It sailed at nine.")
    load(tmp_path)
    assert found("sailed") == ["Ferry returns"]
    text_file(tmp_path, "one.txt", headline="Ferry returns", body="It left at ten.")
    load(tmp_path)
    assert (found("sailed"), found("ten")) == ([], ["Ferry returns"])


def test_what_changes_while_the_index_is_filled_is_in_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RENEWED_AT_ONCE", 2)
    made = [article(f"Ferry {number}") for number in range(7)]
    index.empty()
    filling = index.fill()
    assert next(filling) == 2
    made[5].headline = "Gull"
    made[5].save()
    index.renew([made[1].pk, made[5].pk])
    withdraw([made[6].pk], "A court", STAMP)
    assert len(found("sailed")) == 3
    call_command("index_articles", "--missing", stdout=StringIO())
    assert list(filling) == []
    assert sorted(found("sailed")) == ["Ferry 0", "Ferry 1", "Ferry 2", "Ferry 3", "Ferry 4", "Gull"]


def test_an_emptied_index_has_the_tables_of_a_new_one() -> None:
    def tables() -> set[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'articles_search%'")
            return set(cursor.fetchall())

    if connection.vendor == "sqlite":  # PostgreSQL keeps its tables
        new = tables()
        index.empty()
        assert tables() == new


def test_rows_that_came_by_hand_are_indexed_by_a_command() -> None:
    one = article("Ferry returns")
    Article.objects.filter(pk=one.pk).update(headline="Steamer returns")
    assert found("steamer") == []
    call_command("index_articles", stdout=StringIO())
    assert (found("steamer"), found("ferry")) == (["Steamer returns"], [])


@pytest.mark.parametrize(
    ("address", "name", "asked"),
    [
        ("/tags/harbours/", "Harbours", [("tag", "harbours")]),
        ("/tags/harbours/?from=2004&to=2004-03", "Harbours, ", [("tag", "harbours"), ("from", "2004-01")]),
        ("/sources/harbour-daily/", "Harbour Daily", [("source", "harbour-daily")]),
        ("/2004/", "2004", [("from", "2004"), ("to", "2004")]),
    ],
)
def test_what_a_page_lists_can_be_searched(site: Client, address: str, name: str, asked: list[tuple[str, str]]) -> None:
    article(published="2004-03-07", tags=["Harbours"])
    article("Ferry leaves", published="2005-04-08", tags=[], source=None)
    html = site.get(address).content.decode()
    form = html.partition('class="find within"')[2].partition("</form>")[0]
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', form)
    assert hidden[: len(asked)] == asked
    label = re.search(r'<label [^>]*for="within">(.*?)</label>', form)
    assert label
    assert f"Search within {name}" in re.sub("<[^>]+>", "", label[1])
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "1 article for “ferry”" in page(site, "ferry", **dict(hidden))


# --- The page. --------------------------------------------------------------------------------------------------------


def test_the_page_says_what_was_found_and_where(site: Client) -> None:
    article("The dredger", body="A fair wind. " * 40 + "The dredger came back & left. " + "Rain. " * 90)
    article("Quay", body="Nothing.", captions=["The old dredger at <work>"])
    said = page(site, "dredgers")
    assert "2 articles for “dredgers”" in said
    assert "The [[dredger]]" in said
    assert "… " in said
    assert "The [[dredger]] came back & left." in said
    assert "The old [[dredger]] at <work>" in said


def test_facets_lead_to_fewer_and_back(site: Client) -> None:
    article("Ferry one", tags=["Harbours"], source="Evening Post", published="2001-01-01")
    article("Ferry two", tags=["Harbours", "Gulls"], published="2002-01-01", captions=["A ferry"])
    said = page(site, "ferry")
    for line in ("Harbours 2", "Gulls 1", "Evening Post 1", "With a photo 1", "2002 1 2001 1"):
        assert line in said
    narrowed = site.get("/search/?q=ferry&tag=gulls&from=2002&to=2002").content.decode()
    assert "1 article</strong> for “ferry”, tagged Gulls, in 2002" in narrowed
    assert 'href="/search/?q=ferry&amp;from=2002&amp;to=2002" rel="nofollow" aria-current="true"' in narrowed


def bars(site: Client, address: str) -> list[str]:
    """Where the bars lead, and how many articles each is of, from the list beside them."""
    drawn = site.get(address).content.decode().partition('class="timeline"')[2].partition("</figure>")[0]
    listed = drawn.partition("<details>")[2]
    assert all('rel="nofollow"' in link for link in re.findall(r"<a [^>]*>", drawn))
    lines = re.findall(r'href="([^"]+)"[^>]*>[^<]+</a> <span class="n">([^<]+)<', listed)
    return [f"{unescape(address)} {count}" for address, count in lines]


def test_bars_lead_to_the_years_and_the_months_of_what_was_found(site: Client) -> None:
    for published in ("2001-03-01", "2001-05-02", "2001-05-30", "2003-01-01", ""):
        article(published=published, tags=["Harbours"])
    article("Gulls", body="Rain.", published="2002-02-02", tags=["Harbours"])
    assert bars(site, "/search/?q=ferry&tag=harbours") == [
        "/search/?q=ferry&tag=harbours&from=2001&to=2001 3",
        "/search/?q=ferry&tag=harbours&from=2003&to=2003 1",
    ]
    assert bars(site, "/search/?q=ferry&from=2001&to=2001") == [
        "/search/?q=ferry&from=2001-03&to=2001-03 1",
        "/search/?q=ferry&from=2001-05&to=2001-05 2",
    ]
    assert bars(site, "/search/?q=ferry&from=2001-05&to=2001-05") == []
    said = page(site, "ferry", tag="harbours")
    assert "Articles found, by year" in said
    assert "Most in 2001: 3. None found in 2002." in said


@pytest.mark.parametrize(
    ("asked", "months"),
    [
        ("q=ferry+from:2001-03+to:2001-05", "Mar Apr May"), ("q=ferry&from=2001-03-02&to=2001-05-30", "Mar Apr May"),
        ("q=ferry+to:2001-05", "Jan Feb Mar Apr May"), ("q=ferry&from=2000-03&to=2001-05", "Jan Feb Mar Apr May"),
        ("q=ferry+from:2001&to=2001-05", "Jan Feb Mar Apr May"),
    ],
)  # fmt: skip
def test_months_outside_the_days_that_were_asked_for_have_no_bar(site: Client, asked: str, months: str) -> None:
    for published in ("2001-03-09", "2001-05-02", "2001-08-30"):
        article(published=published)
    drawn = site.get(f"/search/?{asked}").content.decode().partition('class="timeline"')[2].partition("</figure>")[0]
    assert re.findall(r"<text[^>]*>(\w+)</text>", drawn) == months.split()
    first, last = (month_name[list(month_abbr).index(month)] for month in (months[:3], months[-3:]))
    assert f"A bar for each month from {first} to {last}. None found in " in drawn


def test_parameters_have_one_order_and_names_their_present_slugs(site: Client) -> None:
    article(tags=["Harbours"])
    make_tag("Harbours", aliases=["Quays"])
    answer = site.get("/search/?q=ferry&from=6.9.2023&to=Sept+2023")
    assert answer["Location"] == "/search/?q=ferry&from=2023-09-06&to=2023-09"
    answer = site.get("/search/?to=2030&tag=quays&q=+ferry++returns&from=&sort=best&page=1")
    assert (answer.status_code, answer["Location"]) == (302, "/search/?q=ferry+returns&tag=harbours&to=2030")
    assert site.get(answer["Location"]).status_code == 200


def test_a_beginning_of_too_many_words_says_which_are_looked_for(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.search.asking.MOST_PER_PREFIX", 2)
    article("Ferry and ferries", body="A ferryman.")
    assert "Too many words begin with “ferr”." in page(site, "ferr*")
    assert "More words" not in page(site, "ferrym*")
    article("Quay", body="Ferraa, ferrab.")
    assert found("ferr*") == ["Ferry and ferries"]
    article("Old ferryboat", body="An old ferrymaster.")
    said = page(site, '"old ferr"*')
    assert "Too many words begin with “old ferr”." in said


def test_pages_of_searches_are_not_for_robots(site: Client) -> None:
    article()
    html = site.get("/search/?q=ferry").content.decode()
    assert '<meta name="robots" content="noindex">' in html
    links = re.findall(r'<a [^>]*href="/search/\?[^>]*>', html)
    assert links
    assert all("nofollow" in link for link in links)


def test_more_than_a_page(site: Client) -> None:
    for number in range(30):
        article(f"Ferry {number}", published=f"2020-01-{number + 1:02}")
    first = page(site, "ferry", sort="oldest")
    assert "30 articles" in first
    assert "Ferry 0 " in first.replace("[[", "").replace("]]", "")
    assert "Ferry]] 29 " in page(site, "ferry", sort="oldest", page=2)
    assert site.get("/search/?q=ferry&page=3").status_code == 404
    assert "Ferry]] 29 " in page(site, "ferry", sort="newest")


def test_an_address_that_means_nothing_is_no_error(site: Client) -> None:
    article()
    for asked in (
        "page=x",
        f"q=ferry&page={'9' * 5000}",
        "sort=%00",
        "from=never&q=ferry",
        "tag=&source=&language=%FF",
        "q=%FF%FE",
        "language=zz&q=ferry",
    ):
        assert site.get(f"/search/?{asked}", follow=True).status_code in (200, 404), asked
    assert "“never” is not a date" in page(site, "ferry", **{"from": "never"})


def test_what_is_no_date_is_no_filter_and_no_chosen_year(site: Client) -> None:
    for year in ("2001", "2002"):
        article(published=f"{year}-05-01")
    said = page(site, "ferry", **{"from": "abc"})
    assert "“abc” is not a date" in said
    assert "1 filter" not in said
    assert "Years 2002 1 2001 1" in said
    assert "1 filter" in (half := page(site, "ferry", **{"from": "abc", "to": "2001"}))
    assert "Years Up to 2001, remove filter 1" in half


def test_the_fields_for_dates_say_what_a_date_looks_like(site: Client) -> None:
    article()
    html = site.get("/search/?q=ferry").content.decode()
    assert html.count('aria-describedby="dates"') == 2
    assert '<p class="note" id="dates">A year, a month or a day: 2023, 2023-09, 2023-09-06.</p>' in html


NO_DATE = "is not a valid date, so it was searched for as words."


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("ferry from:banana", f"“from:banana” {NO_DATE}"),
        ("to:2024-13 ferry", f"“to:2024-13” {NO_DATE}"),
        ("FROM:15/07/2021", f"“FROM:15/07/2021” {NO_DATE}"),
        ("ferry from:15.07.2021", ""),
        ('from:"15 July"', f'“from:"15 July"” {NO_DATE}'),
        ("ferry has:caption", "“has:caption” was searched for as words. Only has:photo works."),
        ("ferry -from:2020", "“-from:2020” was read as words."),
        ("https://example.org from 9:30", ""),
        ("ferry from:2020-02 to:2021 has:photos", ""),
    ],
)
def test_what_is_written_as_a_bound_and_is_none_is_said_to_be_words(site: Client, text: str, note: str) -> None:
    article(captions=["A gull"])
    for path in ("/search/", "/photos/"):
        html = unescape(site.get(path, {"q": text}).content.decode())
        assert (note in html) if note else ("as words" not in html), path
    assert found("https://example.org ferry from:banana") == []
    article("Ferry", body="https://example.org from:banana")
    assert found("https://example.org ferry from:banana") == ["Ferry"]


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("2024", "2024", "/2024/"),
        ("2024-10", "October 2024", "/2024/10/"),
        ("2024-10-10", "10 October 2024", "/2024/10/10/"),
        ("10 October 2024", "10 October 2024", "/2024/10/10/"),
        ("october 10, 2024", "10 October 2024", "/2024/10/10/"),
        ("Oct. 10th 2024", "10 October 2024", "/2024/10/10/"),
        ('"10th of October 2024"', "10 October 2024", "/2024/10/10/"),
        ("OCTOBER 2024", "October 2024", "/2024/10/"),
        ("10.10.2024", "10 October 2024", "/2024/10/10/"),
        ("2024/10/10", "10 October 2024", "/2024/10/10/"),
        ("2024年10月10日", "10 October 2024", "/2024/10/10/"),
        ("２０２４年１０月１０日", "10 October 2024", "/2024/10/10/"),
        ("2024년 10월", "October 2024", "/2024/10/"),
        ("10/10/2024", "", ""),
        ("November 2024", "", ""),  # nothing is held of it
        ("31 February 2024", "", ""),
        ("Octopus 2024", "", ""),
        ("October", "", ""),
        ("ferry 2024", "", ""),
        ("0000", "", ""),
    ],
)
def test_a_date_leads_to_the_page_of_its_day_month_or_year(site: Client, text: str, name: str, address: str) -> None:
    article("Ferry", published="2024-10-10")
    article("Ferry 2024", published="2023-01-01")
    html = site.get("/search/", {"q": text}).content.decode()
    note = re.search(r'Browse 1 article from <a href="([^"]+)">([^<]+)</a>', html)
    assert (note and (note[2], note[1])) == ((name, address) if name else None)
    assert not address or site.get(address).status_code == 200


def test_a_month_or_a_day_of_which_nothing_is_held_is_said_to_be_so(site: Client) -> None:
    article("Ferry", published="2024-10-10")
    assert "No articles from November 2024." in site.get("/search/", {"q": "Nov 2024"}).content.decode()
    assert "No articles from 11 October 2024." in site.get("/search/", {"q": "11.10.2024"}).content.decode()
    assert "No articles from" not in site.get("/search/", {"q": "2023"}).content.decode()


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("source: the courier", 'source:"the courier"'),
        ("source: The Courier ferry", 'source:"The Courier" ferry'),
        ("paper: the cour", 'paper:"the cour"'),
        ("ferry tag: old quay -rain", 'ferry tag:"old quay" -rain'),
        ("tag: docks OR tag: old quay", 'tag:docks OR tag:"old quay"'),
        ("tag: old docks source: the courier", 'tag:"old docks" source:"the courier"'),
        ("source: evening ferry", "source:evening ferry"),  # no name has both
        ("source: the -ferries", "source:the -ferries"),
        ("source:the courier", 'source:"the courier"'),
        ("-tag:old quay ferry", '-tag:"old quay" ferry'),
        ("headline: folder", "headline:folder"),
        ("headline: headline: ferry", "headline: headline:ferry"),
        ("ferry NOT headline: bus", "ferry NOT headline:bus"),
        ('ferry -Tag: "old quay"', 'ferry -Tag:"old quay"'),
        ("from: 2019 to: quay", "from:2019 to: quay"),
        ("source:courier ferry", ""),
        ('source:"the courier" ferry', ""),
        ("headline:the courier", ""),
        ("note: folder", ""),
        ("headline: byline:tanaka", ""),
        ("headline:", ""),
    ],
)
def test_a_field_apart_from_its_value_and_a_name_without_quotation_marks_are_led_to(
    site: Client, text: str, better: str
) -> None:
    article(source="The Courier", tags=["Old Quay"])
    make_tag("Old Quay", aliases=["Old Docks"])
    html = unescape(site.get("/search/", {"q": text}).content.decode())
    notes = re.findall(r'without a space, [^<]*: <a href="([^"]+)" rel="nofollow">([^<]+)</a>\.</p>', html)
    assert [link for _, link in notes] == [better] * bool(better)
    for address, link in notes:
        assert f'value="{link}"' in unescape(site.get(address).content.decode())


@pytest.mark.parametrize("path", ["/search/", "/photos/"])
@pytest.mark.parametrize(
    "asked", ["q=ferry+from:2021-03+to:2019", "q=ferry&from=2021-03&to=2019", "q=ferry+from:2021-03&to=2019"]
)
def test_days_that_run_backwards_are_said_to_and_turned_round(site: Client, path: str, asked: str) -> None:
    article("Ferry", published="2020-01-01", captions=["Ferry"])
    html = unescape(site.get(f"{path}?{asked}").content.decode())
    assert "The dates are in the wrong order: March 2021 to 2019." in html
    link = re.search(r'Try <a href="([^"]+)" rel="nofollow">([^<]+)</a>', html)
    assert link
    assert sorted(link[1].partition("?")[2].split("&")) == ["from=2019", "q=ferry", "to=2021-03"]
    assert link[2] == "2019 to March 2021"
    html = site.get(link[1]).content.decode()
    assert "1 article" in html
    assert "backwards" not in html


def test_without_a_question_the_page_explains(site: Client) -> None:
    article()
    said = page(site)
    assert "Search tips" in said
    assert "The archive has 1 article" in said


@pytest.mark.parametrize("query", ["?q=ferry", "?q=xyzzy", ""])
def test_every_page_of_the_search_leads_to_search_tips(site: Client, query: str) -> None:
    article()
    assert '<a href="/help/search/">Search tips</a>' in site.get(f"/search/{query}").content.decode()


@pytest.mark.parametrize(
    ("asked", "expected", "words"),
    [
        ({"q": "ferry 2018"}, "Ferry stays", '2018 was read as a date. As words: ferry "2018", 1 article.'),
        ({"q": "in 2018 ferry"}, "Ferry stays", '2018 was read as a date. As words: ferry "2018", 1 article.'),
        ({"q": "ferry 2018-11"}, "Ferry stays", ""),
        (
            {"q": "ferry 2018", "from": "2018-11"},
            "Ferry stays",
            '2018 was read as a date. As words: ferry "2018", 1 article.',
        ),
        ({"q": "ferry 2018", "from": "2019"}, "Ferry returns", ""),
        ({"q": "ferry 2019"}, "Ferry returns", ""),
        ({"q": 'ferry "2018"'}, "Ferry returns", ""),
        ({"q": "returns 2018"}, "Ferry returns", ""),  # nothing was published then that has the word
        ({"q": "ferry 2018 from:2017"}, "Ferry returns", ""),
        ({"q": "2018"}, "Ferry returns", ""),
        (
            {"q": "ferry 30 November 2018"},
            "Ferry stays",
            '30 November 2018 was read as a date. As words: ferry "30 November 2018", 1 article.',
        ),
    ],
)
def test_a_year_is_a_date_where_it_has_hits_and_its_words_are_offered(
    site: Client, asked: dict[str, str], expected: str, words: str
) -> None:
    article("Ferry returns", body="It had not sailed since 30 November 2018.", published="2019-05-04")
    article("Ferry stays", published="2018-11-30")
    html = site.get("/search/", asked).content.decode()
    assert [unmarked(headline) for headline in re.findall("<h3><a[^>]*>(.*?)</a>", html)] == [expected]
    notes = [unescape(re.sub("<[^>]+>", "", one)) for one in re.findall(r'<p class="note">.*?</p>', html)]
    assert [note for note in notes if "As words" in note] == [words] * bool(words)


def test_a_year_is_read_alike_on_every_page_of_a_search(site: Client) -> None:
    for number in range(21):
        article(f"Ferry {number}", published="2018-05-04")
    article("Ferry of 2018", published="2019-05-04")
    assert "21 articles for “ferry 2018”, in 2018" in page(site, "ferry 2018", page="2")
    assert site.get("/search/?q=ferry+2018&page=3").status_code == 404
    assert "1 article for “ferry 2018”" in page(site, "ferry 2018", **{"from": "2019"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ferry November 2018", ["Ferry stays"]),
        ("Nov. 2018 ferry", ["Ferry stays"]),
        ("ferry on 30 November 2018", ["Ferry stays"]),
        ("ferry November 30th, 2018", ["Ferry stays"]),
        ("in November 2018", ["Ferry stays", "Letters"]),
        ("fähre im Mai 2019", ["Fähre"]),
        ("渡轮 2019年5月", ["渡轮"]),
        ('ferry "November 2018"', ["Ferry returns"]),
        ("letters OR stays November 2018", ["Ferry stays", "Letters"]),
        ("ferry November 2018 from:2019", ["Ferry returns"]),
        ("ferry 2018", ["Ferry returns"]),
        ("ferry 2011/12", ["Ferry costs"]),
    ],
)
def test_a_month_or_a_day_in_words_is_read_as_these_days(text: str, expected: list[str]) -> None:
    article("Ferry returns", body="It had not sailed since 30 November 2018.", published="2019-05-04")
    article("Ferry stays", published="2018-11-30")
    article("Letters", body="Dear editor.", published="2018-11-05")
    article("Ferry costs", body="The season of 2011/12 was poor.", published="2012-05-05")
    article("Fähre", body="Sie kam.", published="2019-05-04", language="de")
    article("渡轮", body="2019", published="2019-05-06", language="zh")
    assert sorted(found(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("source:courier", ["One", "Two"]), ("source:cour", ["One", "Two"]), ('source:"the courier"', ["One"]),
     ("source:urier", [])],
)  # fmt: skip
def test_a_source_is_named_by_any_word_of_its_name(text: str, expected: list[str]) -> None:
    article("One", source="The Courier")
    article("Two", source="Courier & Post")
    assert sorted(found(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected", "only"),
    [
        ("courier flood", ["Flood"], {"Norhaven Courier": "q=flood&source=norhaven-courier"}),
        ("flood Norhaven courier", ["Flood"], {"Norhaven Courier": "q=flood&source=norhaven-courier"}),
        ("gazette flood", ["Flood"], {"Norhaven Courier": "q=flood&source=norhaven-courier"}),  # its former name
        ("flood post 2018", ["Flood elsewhere"], {"The Post": "q=flood+from%3A2018+to%3A2018&source=the-post"}),
        (
            "courier",
            ["Bus"],
            {"Norhaven Courier": "source=norhaven-courier"},
        ),  # with the word, before all of the paper's
        ("post 2018", ["Flood elsewhere"], {"The Post": "q=from%3A2018+to%3A2018&source=the-post"}),
        ("courier OR post flood", ["Flood", "Flood elsewhere"], {}),
        ("flood -courier", ["Flood", "Flood elsewhere"], {}),
        ('"courier" flood', ["Flood"], {}),  # without the quotation marks
        ("the flood", [], {}),
        ("rain courier", [], {}),
    ],
)
def test_the_words_of_a_source_count_as_words_of_its_articles(
    site: Client, text: str, expected: list[str], only: dict[str, str]
) -> None:
    article("Flood", source="Norhaven Courier")
    article("Dust", source="Norhaven Courier")
    article("Flood elsewhere", source="The Post", published="2018-05-04")
    article("Bus", body="By courier.", source="Evening Echo")
    make_source("Norhaven Courier").aliases.create(name="Gazette", slug="gazette")
    html = unescape(site.get("/search/", {"q": text}).content.decode())
    if expected or "has all these words" not in html:
        hits = re.findall("<h3><a[^>]*>(.*?)</a>", html.partition("<main")[2])
        assert sorted(map(unmarked, hits)) == expected
    links = re.findall(r'Only <a href="/search/\?([^"]*)" rel="nofollow">(.*?)</a>: 1 article', html)
    links += re.findall(r'Only <a href="/search/\?([^"]*)" rel="nofollow">(.*?)</a>: 2 articles', html)
    assert {name: query for query, name in links} == only


def test_articles_with_the_word_itself_come_before_others_of_such_a_source() -> None:
    article("Fog", source="Harbour Daily", published="2022-05-04")
    article("Harbour closed", body="Fog came.", source="Evening Echo", published="2010-05-04")
    assert found("harbour fog") == ["Harbour closed", "Fog"]


def test_the_words_of_a_merged_source_still_count() -> None:
    kept, former = make_source("Norhaven Courier"), make_source("Gazette")
    article("Flood", source="Gazette")
    merge_sources([former], kept, STAMP)
    assert found("courier flood") == found("gazette flood") == ["Flood"]


@pytest.mark.parametrize(
    ("text", "words", "address"),
    [
        ("harbour photos", "harbour", "/photos/?q=harbour"),
        ("harbor photos", "harbour", "/photos/?q=harbour"),
        ("pictures harbour 2018", "harbour from:2018 to:2018", "/photos/?q=harbour+from%3A2018+to%3A2018"),
        ("harbour", "", ""),
        ("photos", "", ""),
        ("crane photos", "", ""),  # in no caption
        ('harbour "photos"', "", ""),
    ],
)
def test_photos_among_the_words_lead_to_the_search_for_photos(
    site: Client, text: str, words: str, address: str
) -> None:
    article("Cranes", body="A crane in the photos.", captions=["The harbour."], published="2018-05-04")
    html = site.get("/search/", {"q": text}).content.decode()
    note = re.search(r'Search photos for <a href="([^"]+)" rel="nofollow">(.*?)</a>: 1 article', html)
    assert (note and (note[2], note[1])) == ((words, address) if address else None)
    assert not note or "The <mark>harbour</mark>." in site.get(unescape(address)).content.decode()


def test_a_text_from_right_to_left_stands_so_in_its_field(site: Client) -> None:
    html = site.get("/search/", {"q": "מתי?"}).content.decode()
    assert re.search('<input id="q"[^>]* dir="auto" value="מתי\\?"', html)


def test_a_year_is_no_wider_than_what_was_asked_for(site: Client) -> None:
    article("Ferry", published="2019-01-01")
    article("Ferry boats", published="2019-07-01")
    article("Ferry again", published="2020-01-01")
    html = unescape(site.get("/search/?q=ferry&from=2019-06").content.decode())
    assert "/search/?q=ferry&from=2019-06&to=2019" in html
    assert "1 article " in page(site, "ferry", **{"from": "2019-06", "to": "2019"})


@pytest.mark.parametrize(
    ("text", "language", "said", "marks"),
    [
        ('"north quay"', "en", "To the north.\n\n" * 8 + "On the north quay.", ["north quay"]),
        ("北京大学", "zh", "北京。\n\n" * 8 + "在北京大学。", ["北京大学"]),
        ("北京大學", "zh", "北京。\n\n" * 8 + "在北京大学。", ["北京大学"]),
        ("桥", "zh", "桥通车。大桥。", ["桥", "桥"]),
        ("橋", "zh", "桥通车。", ["桥"]),
        ("ก", "th", "กินข้าว", ["กิ"]),
        ("A桥", "zh", "A桥通车。", ["A桥"]),
        ("大桥", "zh", "大桥通车。", ["大桥"]),
        ('"铁路快车"', "zh-Hant", "鐵路。\n\n" * 8 + "坐鐵路快車去。", ["鐵路快車"]),
        ('"ferries"', "en", "A ferry, ferries and a ferry.", ["ferries"]),
        ('"old ferries"', "en", "The old ferry and old ferries.", ["old ferries"]),
    ],
)
def test_a_phrase_is_marked_where_it_stands_and_nothing_else(
    text: str, language: str, said: str, marks: list[str]
) -> None:
    article("Here", body=said, language=language)
    compiled = compile_query(parse(text), Filters())
    [hit] = hits_of(find(compiled).numbers, compiled)
    assert marked_in(hit.deck) == marks


def test_a_photo_is_shown_that_is_found_by_its_alt_text(site: Client) -> None:
    make_photo(article("Quay"), caption="Morning.", alt_text="A gull on a post", sizes=[(400, 300)])
    said = page(site, "gull")
    assert "Found in alt text" in said
    assert "Morning." in said


def test_a_hit_says_whether_the_caption_or_the_credit_of_a_photo_was_found(site: Client) -> None:
    make_photo(article("Quay"), caption="A gull on a post.", credit_line="Mei Tanaka", alt_text="", sizes=[(400, 300)])
    assert "Found in a caption" in page(site, "gull")
    assert "Found in a credit" in page(site, "tanaka")
    assert "Found in a" not in page(site, "quay")


# --- Suggestions. -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("har", ['tag:"Harbours"', 'source:"Harbour Daily"', '"Harbour ferry returns"']),
        ("ferry ret", ['"Harbour ferry returns"']),
        ("returns harb", ['"Harbour ferry returns"']),
        ("铁路", ['"哈萨克斯坦铁路快车"']),
        ("h", []),
        ("", []),
        ("xyzzy", []),
        ('" OR *', []),
    ],
)
def test_suggestions_are_tags_sources_and_headlines_that_begin_so(site: Client, typed: str, texts: list[str]) -> None:
    article("Harbour ferry returns", tags=["Harbours"])
    article("哈萨克斯坦铁路快车", language="zh", source=None)
    withdraw([article("Harbour closed").pk], "A court", STAMP)
    answer = site.get("/search/suggest/", {"q": typed})
    said, found_texts, words, urls = answer.json()
    assert (said, found_texts) == (typed, texts)
    assert all(site.get(url).status_code == 200 for url in urls)
    assert len(words) == len(urls) == len(texts)
    for text in found_texts:
        assert found(text), text


def test_suggestions_have_the_words_in_the_headline_and_know_fields_and_words_of_sources(site: Client) -> None:
    article("Fog", deck="The harbour is closed.", tags=["Quays"], source="The Courier")

    def texts(typed: str) -> list[str]:
        return list(site.get("/search/suggest/", {"q": typed}).json()[1])

    assert texts("harb") == []
    assert texts("fo") == ['"Fog"']
    assert texts("cour") == texts("source:cour") == texts('source:"cour') == ['source:"The Courier"']
    assert texts("tag:qu") == ['tag:"Quays"']
    assert texts("source:") == texts("tag:fog") == []


def test_a_suggestion_with_quotation_marks_of_its_own_finds_its_article(site: Client) -> None:
    article("The “old -5” quay", source="O’Brien’s “Daily”")
    article("", body="No headline.", deck="钢铁", language="zh")
    for typed in ("the ol", "o'b"):
        texts = site.get("/search/suggest/", {"q": typed}).json()[1]
        assert [found(text) for text in texts] == [["The “old -5” quay"]], typed
    assert site.get("/search/suggest/", {"q": "钢铁"}).json()[1] == []


def test_browsers_are_offered_the_archive_in_their_address_bars(site: Client) -> None:
    article()
    address = re.search(r'<link rel="search" [^>]*href="([^"]+)"', site.get("/").content.decode())
    assert address
    answer = site.get(address[1])
    assert answer["Content-Type"].startswith("application/opensearchdescription+xml")
    root = fromstring(answer.content)
    templates = [url.get("template", "") for url in root.iter("{*}Url")]
    for template in templates:
        assert site.get(template.replace("{searchTerms}", "ferry")).status_code == 200


def test_hits_without_a_date_are_told_beside_the_years(site: Client) -> None:
    article("Ferry", published="2019-05-01")
    article("Ferry", published="")
    assert "Years 2019 1 No date 1" in " ".join(page(site, "ferry").split())
    assert "No date" not in page(site, "ferry from:2019")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ("from:2018-01 to:2018-01", "in January 2018"),
        ("from:2018-12 to:2018-12", "in December 2018"),
        ("from:2018-01-01 to:2018-01-01", "on 1 January 2018"),
        ("from:2018-12-31 to:2018-12-31", "on 31 December 2018"),
        ("from:2018-01-01 to:2018-12-31", "in 2018"),
        ("from:2018-01 to:2019", "2018 to 2019"),
        ("from:2018-01 to:2019-01", "2018 to January 2019"),
        ("from:2018-01", "from 2018 on"),
        ("to:2018-12-31", "up to 2018"),
    ],
)
def test_days_are_named_by_the_years_and_months_that_lie_within_them(site: Client, bounds: str, said: str) -> None:
    article("Ferry", published="2018-01-01")
    assert f"”, {said}" in page(site, f"ferry {bounds}")
    assert str(parse(str(parse(bounds)))) == str(parse(bounds))


@pytest.mark.parametrize("language", ["e'n\\", "a" * 3000, "1", "\0"])
def test_what_is_no_language_is_not_asked_for(site: Client, language: str) -> None:
    article("Ferry", language="en")
    said = page(site, "ferry", language=language)
    assert "1 article" in said
    assert "No language is called" in said


def test_an_article_of_very_many_different_words_is_found_by_the_last(site: Client) -> None:
    words = [f"{number:05}".translate(str.maketrans("0123456789", "abcdefghij")) * 2 for number in range(60_000)]
    article("All words", body=" ".join(words))
    article("Ferry")
    assert found(words[-1]) == found(words[0]) == found(f'"{words[0]} {words[1]}"') == ["All words"]


def test_a_search_for_many_beginnings_is_cut_and_says_so(site: Client) -> None:
    article("Ferry")
    assert "the last were ignored" in page(site, " OR ".join(f"{letter}*" for letter in "fghijklmn"))
    assert "the last were ignored" not in page(site, " OR ".join(f"{letter}*" for letter in "fghijklm"))


def test_a_long_number_is_found_by_itself_with_a_star(site: Client) -> None:
    article("Number 1234567 and 12345")
    assert found("1234567*") == found("12345*") == ["Number 1234567 and 12345"]


def test_the_first_ten_years_are_a_facet_that_finds_them(site: Client) -> None:
    for decade in range(10):
        article("Ferry", published=f"{decade * 10 + 5:04}-01-01")
    address = re.search(r'<a href="([^"]+to=0009[^"]*)"', site.get("/search/?q=ferry").content.decode())
    assert address
    assert "1 article</strong> for “ferry”, 1 to 9" in site.get(unescape(address[1])).content.decode()


def test_a_word_said_fifty_thousand_times_is_shown_where_it_begins(site: Client) -> None:
    article("Mania", body=f"{'ferrymania ' * 50_000} tailword")
    assert page(site, "ferrymania").count("[[ferrymania]]") > 10
    assert page(site, "ferrymania tailword").count("[[ferrymania]]") > 10
    assert "[[tailword]]" in page(site, "tailword")


def test_english_quotation_marks_do_not_hide_other_letters(site: Client) -> None:
    article("“Don’t” – it said…", body="The “Zürich ferry” of 中国")
    for query in ("don’t", "said", "zurich", "Zürich", "ferry", "中国"):
        assert found(query) == ["“Don’t” – it said…"], query


def test_no_query_is_run_twice_for_a_page(site: Client) -> None:
    article("Harbour union votes", source="Harbour Union", published="2009-05-06", tags=["Harbour"])
    with CaptureQueriesContext(connections["reader"]) as captured:
        assert "1 article" in page(site, "harbour union 2009")
    queries = [query["sql"] for query in captured]
    assert len(queries) == len({*queries})
