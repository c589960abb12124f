"""The text reader, rule by rule: each table row is an article's worth of the rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles.ingest.parsing.boilerplate import is_boilerplate, is_labelled_link, is_link_label
from articles.ingest.parsing.decoding import decode
from tests.bench.evaluate.texts import OWN_TEXTS, expected, record, texts_in, wrong_fields
from tests.readers.made import BODY, HEADLINE, article, codes_at, differences, ledger_faults, said, unaccounted

ROOT = Path(__file__).parents[2]
SEED = ROOT / "fixtures/seeds/000_674226f9ade730aa.txt"
CORPUS = Path(__file__).parents[3] / "shared/corpora/text"
CORPUS_FILES = sorted(CORPUS.glob("dev/*.txt"))
# Of other outlets and languages, by rule 11: of the boilerplate, the words are compared.
MORE_FILES = [*texts_in(CORPUS / "more"), *texts_in(OWN_TEXTS / "written_on")]

SEED_PARAGRAPHS = """
The China-SCO Local Economic and Trade Cooperation Demonstration Area, known as SCODA in Qingdao, East China's
Shandong province held a symposium in Almaty, Kazakhstan on Sept 1.

Zhang Xinzhu, a member of the Communist Party of China Qingdao Municipal Committee and secretary of the Party Working
Committee of the SCODA, Lyu Anqi, commercial counsellor of the Chinese Consulate General in Almaty, and Akerkin
Erariyeva, acting president of the Almaty Entrepreneurial Chamber, attended the event.

Zhang said that the SCODA has become a comprehensive platform recognized by international organizations and aids local
economic and trade cooperation between SCO member states and countries along the Belt and Road.

Zhang expressed hope that all parties will use the SCODA to enrich cooperation and share new opportunities for
high-quality development of the Belt and Road.

Lyu noted in his speech that this year marks the 10th anniversary of the Belt and Road Initiative, and that bilateral
trade and economic relations between China and Kazakhstan have been steadily improving over the past decade. Qingdao,
he added, has been playing an active and important role in the joint construction of the Belt and Road Initiative with
Kazakhstan.

He also expressed hope that both sides will deepen mutual understanding and strengthen cooperation in fields like
trade, investment, and logistics through the event.

During the meeting, representatives from the Almaty Entrepreneurial Chamber, the Kazakhstan Investment representative
office in Almaty, the South Kazakhstan Branch of the Kazakhstan Railway Express, Qingdao Luhai Grain & Oil and other
institutions and enterprises held in-depth exchanges.

In the first half of this year, Qingdao's imports and exports with SCO member states amounted to 63.1 billion yuan
($8.7 billion), a year-on-year increase of 36.1 percent, while trade with Kazakhstan increased by 40.9 percent.
"""


# The seed and the corpus


def test_the_seed_is_read_whole() -> None:
    zone = "The China-SCO Local Economic and Trade Cooperation Demonstration Area"
    expected = {
        "headline": "Demonstration zone in Qingdao promotes partnership with SCO countries",
        "updated": "2023-09-06",
        "photos": [
            {
                "kind": "photo",
                "caption": f"{zone} hosts a symposium in Almaty, Kazakhstan on Sept 1.",
                "credit": "WeChat account of SCODA",
                "credit_raw": "[Photo/WeChat account of SCODA]",
                "position": 0,
            },
            {
                "kind": "photo",
                "caption": "The Qingdao SCODA Pearl International Expo Center.",
                "credit": None,
                "credit_raw": "[Photo provided to]",
                "position": 8,
            },
        ],
        "paragraphs": [" ".join(paragraph.split()) for paragraph in SEED_PARAGRAPHS.split("\n\n")],
        "chrome_removed": ["Print Print"],
        "warnings": ["credit-cut", "source-stripped"],
    }
    story = said(SEED.read_bytes())
    assert differences(story, **expected) == {}
    assert story.updated_printed == "2023-09-06"
    assert [(damage.code, damage.field, damage.line, damage.text) for damage in story.damage] == [
        ("credit-cut", "photo 2", 27, "[Photo provided to]"),
        ("source-stripped", "source", 3, "(| Updated : 2023-09-06"),
    ]
    assert [line.became for line in story.ledger if line.became] == [
        "headline", "updated", "boilerplate 1", "photo 1", *(f"paragraph {number}" for number in range(1, 9)),
        "photo 2",
    ]  # fmt: skip


@pytest.mark.skipif(not CORPUS_FILES, reason="the text corpus is not beside this checkout (../shared/corpora/text/dev)")
@pytest.mark.parametrize("file", CORPUS_FILES, ids=lambda file: file.stem)
def test_a_corpus_article_gives_exactly_the_expected_record(file: Path) -> None:
    wanted = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    data = file.read_bytes()
    story = said(data)
    got = story.as_json()
    assert {key: got[key] for key in wanted} == wanted
    assert ledger_faults(story, decode(data).text) == []
    assert unaccounted(story) == []


@pytest.mark.parametrize("file", MORE_FILES, ids=lambda file: file.stem)
def test_a_text_of_another_outlet_or_language_gives_the_expected_record(file: Path) -> None:
    data = file.read_bytes()
    story = said(data)
    assert record(story.as_json()) == expected(file)
    assert ledger_faults(story, decode(data).text) == []
    assert unaccounted(story) == []


# 1. Bytes to characters

CHINESE = "滨海市图书馆重新开放\n\n图书馆周日开放。"
CURLY = "“Every shelf was weighed” – the town’s treasurer"


@pytest.mark.parametrize(
    ("data", "encoding", "headline", "warnings"),
    [
        (b"\xef\xbb\xbfTram caf\xc3\xa9", "utf-8", "Tram café", []),
        (b"\xef\xbb\xbfTram caf\xc3", "utf-8", "Tram caf", ["text-cut"]),
        (b"\xef\xbb\xbfTram \xff caf\xc3\xa9", "utf-8", "Tram \ufffd café", ["replacement-characters"]),
        ("Tram café".encode("utf-16"), "utf-16", "Tram café", ["encoding:utf-16"]),
        (b"\xfe\xff" + "Tram café".encode("utf-16-be"), "utf-16", "Tram café", ["encoding:utf-16"]),
        ("Tram café".encode("utf-16") + b"x", "utf-16", "Tram café", ["encoding:utf-16", "text-cut"]),
        (b"\xff\xfeA\x00\x00\xd8B\x00", "utf-16", "A\ufffdB", ["encoding:utf-16", "replacement-characters"]),
        (b"\xff\xfeA\x00\x00\xd8", "utf-16", "A", ["encoding:utf-16", "text-cut"]),
        ("Tram café".encode(), "utf-8", "Tram café", []),
        ("Tram 图".encode()[:-1], "utf-8", "Tram", ["text-cut"]),
        ("Tram 图".encode()[:-2], "utf-8", "Tram", ["text-cut"]),
        ("图书馆".encode() + b" \xff\xfe x", "utf-8", "图书馆 \ufffd\ufffd x", ["replacement-characters"]),
        ("图书馆图".encode() + b" \xe4\xb8 x", "utf-8", "图书馆图 \ufffd\ufffd x", ["replacement-characters"]),
        ("滨海图书馆".encode("gb18030"), "gb18030", "滨海图书馆", ["encoding:gb18030"]),
        ("橋が火曜日に開通した".encode("shift_jis"), "shift_jis", "橋が火曜日に開通した", ["encoding:shift_jis"]),
        ("Мост открыт вновь".encode("cp1251"), "windows-1251", "Мост открыт вновь", ["encoding:windows-1251"]),
        ("Łódź wróciła po latach".encode("cp1250"), "windows-1250", "Łódź wróciła po latach",
         ["encoding:windows-1250"]),
        ("Ein Fußgänger für Jürgen".encode("cp1252"), "windows-1252", "Ein Fußgänger für Jürgen",
         ["encoding:windows-1252"]),
        (CURLY.encode("cp1252"), "windows-1252", CURLY, ["encoding:windows-1252"]),
        ("The town’s weir".encode("cp1252"), "windows-1252", "The town’s weir", ["encoding:windows-1252"]),
        (b"Caf\xe9 \x81 x", "windows-1252", "Café \ufffd x", ["encoding:windows-1252", "replacement-characters"]),
        ("Tram \ufffd".encode(), "utf-8", "Tram \ufffd", []),
    ],
)  # fmt: skip
def test_bytes_are_decoded_by_the_first_rule_that_holds(
    data: bytes, encoding: str, headline: str, warnings: list[str]
) -> None:
    story = said(data)
    assert (story.encoding, story.headline) == (encoding, headline)
    assert [code for code in story.warnings if not code.startswith("no-")] == warnings


def test_two_valid_characters_are_not_enough_to_call_broken_bytes_utf_8() -> None:
    assert said("é é ".encode() + b"\xe9 x").encoding == "windows-1252"


def test_as_many_invalid_bytes_as_characters_are_not_utf_8() -> None:
    assert said("é é é ".encode() + b"\xe9 \xe9 \xe9 x").encoding == "windows-1252"


def test_the_line_of_the_first_bad_byte_is_named() -> None:
    (damage,) = [d for d in said("图书馆\n\n图书".encode() + b" \xff x").damage if d.code == "replacement-characters"]
    assert (damage.line, damage.text) == (3, "图书 \ufffd x")


# 2. Whitespace and invisible characters


@pytest.mark.parametrize(
    ("block", "paragraph", "warnings"),
    [
        ("one\u00a0two\u2009three\u3000four\t five", "one two three four five", []),
        ("one\u2028two\u2029three\u0085four\ffive\vsix", "one two three four five six", []),
        ("wrapped\r\nlines\rjoined\nhere", "wrapped lines joined here", []),
        ("organ\u00adisers\u200b met\ufeff", "organisers met", ["invisible-removed"]),
        ("nul\0 here", "nul here", ["nul-removed"]),
        ("\u200b \u00ad word", "word", ["invisible-removed"]),
        ("می\u200cخواهم \u200f👩\u200d👧 e\u0301", "می\u200cخواهم \u200f👩\u200d👧 e\u0301", []),
    ],
)
def test_whitespace_is_folded_and_only_the_listed_characters_go(
    block: str, paragraph: str, warnings: list[str]
) -> None:
    story = said(article("2023-09-06", BODY[0], block, BODY[1], body=()))
    paragraphs = [BODY[0], paragraph, BODY[1]]
    assert differences(story, published="2023-09-06", paragraphs=paragraphs, warnings=warnings) == {}


def test_a_line_of_invisible_characters_is_blank() -> None:
    assert said("Headline\n\u200b\u00a0\nText.\n\nMore.").paragraphs == ("Text.", "More.")


# 3. Blocks


@pytest.mark.parametrize(
    ("block", "paragraphs"),
    [
        ("Shelters:\n- the hall\n  of sports\n- the school\nAll open\nat six.",
         ["Shelters:", "- the hall of sports", "- the school", "All open at six."]),
        ("- the hall\nof sports\n- the school", ["- the hall of sports", "- the school"]),
        ("- the hall\n- the school\n  on Mill Street\nAll open.",
         ["- the hall", "- the school on Mill Street", "All open."]),
        ("1. one\n2) two\n* three\n• four\n·five", ["1. one", "2) two", "* three", "• four", "·five"]),
        ("The town has\n1.5 million people and\n-5 degrees.", ["The town has 1.5 million people and -5 degrees."]),
        ("Text that is\nPrint\nwrapped.", ["Text that is", "wrapped."]),
    ],
)  # fmt: skip
def test_lines_of_a_block_are_joined_save_for_list_items(block: str, paragraphs: list[str]) -> None:
    assert list(said(article(*BODY, block, body=())).paragraphs) == [*BODY, *paragraphs]


def test_without_blank_lines_every_line_is_a_block() -> None:
    text = (
        "\n\nTram\n2023-09-06\nBy Ana Ruiz\nA view. [Photo/X]\nOne.\nTwo\nthree.\n- item\n  indented.\n"
        "Related stories\n- x\n"
    )
    story = said(text)
    expected = {
        "headline": "Tram", "published": "2023-09-06", "byline": "Ana Ruiz",
        "paragraphs": ["One.", "Two", "three.", "- item", "indented."], "chrome_removed": ["Related stories", "- x"],
    }  # fmt: skip
    assert {key: story.as_json()[key] for key in expected} == expected
    assert (story.photos[0].caption, story.photos[0].position) == ("A view.", 0)


def test_metadata_lines_are_taken_out_of_the_headline_block() -> None:
    story = said("Drawings of machines\nleave home\n(Xinhua) | Updated : 2020-11-02\nPrint\n\nText.\n\nMore.")
    expected = {
        "headline": "Drawings of machines leave home", "source": "Xinhua", "updated": "2020-11-02",
        "paragraphs": ["Text.", "More."], "chrome_removed": ["Print"],
    }  # fmt: skip
    assert differences(story, **expected) == {}


def test_a_date_inside_wrapped_text_is_no_metadata() -> None:
    story = said(article("Children play in the park on\nSept 6, 2023\nin Tarvik. [Photo/Xinhua]"))
    assert story.photos[0].caption == "Children play in the park on Sept 6, 2023 in Tarvik."
    assert story.published is None


# 4. Boilerplate

BOILERPLATE = """
    Print|print print|Comments() Print Mail Large Medium Small 0|Share this:|Share - WeChat|L M S|FB Twitter|打印
    字号：大 中 小|12 Comments|Comments(3)|Small|1|1 2 >|[1] [2] [3]|[1] [2] [下一页]|下一页|Next page|>|2023
    Advertisement|- Advertisement -|Editor: Li Jing|Web Editor: Wang Fan|(Web editor: Zhang Kai, Liang Ju)
    Responsible editor: Li|责任编辑：陈明|【编辑:李季】|1.jpg|果园全貌.jpg|IMG 20.JPEG
    Copyright 1995 - 2023. All rights reserved.|Copyright ©1999-2018|© 2023 Dunmere Herald|All rights reserved.
    License for publishing 123
    The copyright of the article and the picture belongs to the original author. Contact us.
    Chinanews.com. All rights reserved.|■|Enditem|==Kyodo
    Our Standards: The Thomson Reuters Trust Principles.|Follow Ana Ruiz on Twitter: @ana
    Related stories|Related readings|Related Topics|Most Popular|Today's Top News|Today’s Top News|Sources
    Share on Facebook Tweet Email|Skip to content|Subscribe now!|Subscribe to our newsletter|Related articles|- 30 -
    Zum Inhalt springen|Ir al contenido principal|Przejdź do treści|Story continues below video|Loading video…
    The article continues below the video.|Artykuł kontynuowany pod materiałem|Lees verder onder de foto
    Comparte esta noticia|Udostępnij ten artykuł|この記事をシェアする|This article is more than 3 years old.
    Los comentarios están cerrados.|If you notice an error in the text, tell us.|Log in or register to save stories
    Duration 1:04|+12|340 visualizzazioni|Lihat juga video|قد يهمك
    Hai già un account?|Ongeldig e-mailadres. Probeer het opnieuw.|Generado por Inteligencia Artificial.
    To get our stories every morning, sign up for our newsletter.
    Pour recevoir nos nouvelles chaque matin, inscrivez-vous à notre infolettre.
    Um nichts zu verpassen, abonnieren Sie unseren Newsletter.
    Wil je elke dag het nieuws ontvangen? Schrijf je in voor onze nieuwsbrief.
    Para recibir las noticias cada mañana, suscríbete a nuestra newsletter.|Para receber tudo, assine nossa newsletter.
    Per ricevere le notizie ogni mattina, iscriviti alla nostra newsletter.
    For all latest news, follow The Daily Star's Google News channel.|Follow Dunmere Post's WhatsApp channel
    Newsletter La Matinale|La newsletter di Tarvik|Dunmere Post Daily Headlines Newsletter|Nos newsletters
    Get the top stories in your inbox every weekday.|Temps de lecture : 3 min|Sign up for our free daily newsletter
    無断転載・複製を禁じます|この記事は有料記事です。残り412文字|无线报业，未经授权不得转载|무단 전재 및 재배포 금지
    Tous droits réservés.|Så arbetar SVT Nyheter|Copyright of this article belongs to the Post|جميع الحقوق محفوظة
    For å få nyhetene, meld deg på vårt nyhetsbrev.|Чтобы получать новости, подпишитесь на нашу рассылку.
    Aby otrzymywać wiadomości, zapisz się do naszego newslettera.
    Get Current Updates on Norland News, Weather Today, Latest News at the Norland Times.
    READ: The ferry of Tarvik sails again|MIRA: El barco vuelve|Noticia relacionada: El barco|Report a technical issue
    Escucha la noticia|VIDEO RECOMENDADO|Want more? Why not subscribe to the Echo? Click here|विज्ञापन|기자 프로필
""".strip()


@pytest.mark.parametrize("line", [line.strip() for row in BOILERPLATE.splitlines() for line in row.split("|")])
def test_a_line_that_is_wholly_boilerplate_is_dropped(line: str) -> None:
    expected = {"published": "2023-09-06", "chrome_removed": [line, line]}
    assert differences(said(article("2023-09-06", line, BODY[0], line, BODY[1], body=())), **expected) == {}


@pytest.mark.parametrize("line", ["Print | E-mail | Share", "E-mail", "Share · Tweet · Save", "Print | Email"])
def test_tools_between_bars_are_boilerplate_in_text_as_on_a_web_page(line: str) -> None:
    assert is_boilerplate(line)
    assert said(article("2023-09-06", line)).boilerplate == (line,)


@pytest.mark.parametrize(
    "line",
    [
        "Print sales rose.", "Print and paper", "Print | E-mail | Share prices",
        "Share prices fell", "Comments by readers", "Small gifts",
        "Large crowds",
        "Mail trains run again", "Advertisement income fell", "Editor's note: this is new.", "Editors met",
        "Copyright holders sued the firm.", "Related stories were told.", "Sources say otherwise", "10%", "1.5",
        "[...]",
        "Read the label", "Watch the river",
        "Follow the river", "The picture is named 1.jpg.", "Most popular dishes", "■ A bullet of a kind",
        "Home> Updates", "Home | News | Sport",
        "He wrote that all rights were reserved.", "Our standards are high", "Next page of history",
        "Loading the ferry", "The story continues", "This story was over when the old man died.", "+5 degrees",
        "Join the harbour board", "If you make an error, the harbour board fines you.", "More rain expected",
    ],
)  # fmt: skip
def test_a_line_that_merely_begins_like_boilerplate_is_text(line: str) -> None:
    story = said(article("2023-09-06", BODY[0], line, BODY[1], body=()))
    assert differences(story, published="2023-09-06", paragraphs=[BODY[0], line, BODY[1]]) == {}


@pytest.mark.parametrize(
    "line",
    [
        "Home> Updates", "CHINA >> In-Depth", "Norhaven Ten Years On / Latest", "首页 > 新闻", "Home News Sport",
        "| Norhaven | Town hall | Harbour |", "Contact us",
        "Home > Harbour > The ferry of the old town sails again", "NEWS // TARVIK & NORHAVEN", "Sports // Business",
        "NACHRICHTEN // MÜNCHEN", "NEWS // HARBOUR // FERRIES",
    ],
)  # fmt: skip
def test_a_breadcrumb_or_menu_is_boilerplate_above_the_headline(line: str) -> None:
    assert differences(said(f"{line}\n\n{article()}"), chrome_removed=[line]) == {}


@pytest.mark.parametrize(
    "headline",
    [
        "News of the ferry", "Ferry | News", "The ferry sails again | Harbour | Home", "Ferry | Tram | What now?",
        "Video // The seal returns to Tarvik", "LIVE // FERRY SINKS", "Business // Five ideas",
        "POLITICS // THE MAYOR OF TARVIK RESIGNS", "Author: the sea took my house", "Story: how it began",
    ],
)  # fmt: skip
def test_a_headline_with_words_or_signs_of_a_menu_or_a_label_is_one(headline: str) -> None:
    assert differences(said(article(headline=headline)), headline=headline) == {}


PAGE = "By Ana Ruiz\n6 September 2023"


@pytest.mark.parametrize(
    "above",
    [
        "Harbour", "Local News", "TOWN AND COUNTRY", "Start\nRegion\nHarbour", "Skip to content\nSign in\nLocal News",
        "Connect with us\nHi, what are you looking for?\nTown News", "Help the paper\nnational\ncrime\nTOWN LIFE",
        "The Castelmar Echo\nNews\nSport",
    ],
)  # fmt: skip
def test_a_rubric_or_the_lines_of_a_menu_are_no_headline(above: str) -> None:
    story = said(f"{above}\n\n{HEADLINE}\n\n{PAGE}\n\n{BODY[0]}\n\n{BODY[1]}")
    assert (story.headline, story.byline, story.published) == (HEADLINE, "Ana Ruiz", "2023-09-06")
    assert (" ".join(story.boilerplate), story.paragraphs) == (" ".join(above.split()), BODY)


def test_a_last_sentence_with_an_acronym_is_no_cry() -> None:
    sentences = ("图书馆周二在港口重新开放，市民前来参观。", "招牌换成了LED灯箱，居民感到高兴。")
    story = said("\n\n".join(["滨海图书馆重新开放", "2023-09-06", *sentences, "分享", "港口", "灯箱"]))
    assert story.paragraphs == sentences


def test_rows_of_a_table_are_no_titles_of_links() -> None:
    rows = ("Boat\tHours\tFare", "Ferry\t2\t6 crowns", "Night ferry\t5\t14 crowns")
    story = said(article("6 September 2023", "Share", BODY[0], *rows, BODY[1], body=()))
    assert story.paragraphs == (BODY[0], *(row.replace("\t", " ") for row in rows), BODY[1])


def test_a_date_may_be_between_a_menu_and_the_headline() -> None:
    text = "\n".join(["The Castelmar Echo", "News", "Sport", "Town", "6 September 2023", HEADLINE, "Print", *BODY])
    story = said(text)
    assert (story.headline, story.published) == (HEADLINE, "2023-09-06")
    assert story.paragraphs == BODY


@pytest.mark.parametrize("kicker", ["Trouble at the quay", "Harbour"])
def test_a_kicker_above_a_longer_headline_is_boilerplate(kicker: str) -> None:
    headline, deck = "The ferry returns to the harbour after years", "It had been away for a very long time."
    for between in ("\n", "\n\n"):
        story = said(f"Start\nRegion\n\n{kicker}{between}{headline}\n\n{deck}\n\n{PAGE}\n\n{BODY[0]}")
        assert (story.headline, story.byline) == (headline, "Ana Ruiz")
        assert story.paragraphs == (deck, BODY[0])


@pytest.mark.parametrize(
    "blocks",
    [
        ["Feux", "Le monde change", "La suite arrive"], ["Bridge reopens today", "Town meets on the quay"],
        ["Evening", "The boats are coming home\nThe nets are wet and heavy", "The rope forgets the hand"],
    ],
)  # fmt: skip
def test_of_a_text_without_boilerplate_date_or_byline_the_first_line_is_the_headline(blocks: list[str]) -> None:
    story = said("\n\n".join(blocks))
    assert (story.headline, story.boilerplate) == (blocks[0], ())


def test_items_of_a_list_above_date_and_byline_are_the_deck() -> None:
    items = ["- It had been away for a long time.", "- Nobody in the town knew what it was for."]
    story = said(article("\n".join(items), "Ana Ruiz\n6 September 2023 10:30"))
    assert (story.byline, story.paragraphs) == ("Ana Ruiz", (*items, *BODY))


@pytest.mark.parametrize(
    "head",
    [
        "Tuesday 12 March, 10:30\n\nUpdated Tuesday 12 March, 12:04\n\n{}", "Share the story:\n\n{}",
        "Home\nNews\n\n{}\nNobody on the quay was injured, the council said, but the weir is closed for the week.",
    ],
)  # fmt: skip
def test_a_time_a_label_and_a_deck_are_no_part_of_the_headline(head: str) -> None:
    assert said(f"{head.format(HEADLINE)}\n\n{PAGE}\n\n{BODY[0]}\n\n{BODY[1]}").headline == HEADLINE


@pytest.mark.parametrize("line", ["Ana Ruiz - quayNews\n6 September 2023", "Ana Ruiz\nTarvik\n6 September 2023"])
def test_a_name_near_the_date_is_the_byline(line: str) -> None:
    story = said(article(line, "Print"))
    assert (story.byline, story.published) == ("Ana Ruiz", "2023-09-06")


def test_the_masthead_is_no_source_and_a_first_sentence_with_a_label_no_metadata() -> None:
    assert said(f"Le Monde\n\n{article(PAGE)}").source is None
    story = said(article("Source: official figures show a rise.", headline="Rents", body=BODY))
    assert (story.source, story.paragraphs[0]) == (None, "Source: official figures show a rise.")


def test_a_readers_date_is_not_that_of_the_article() -> None:
    comments = "Comments (2)\n\nBob Miller\n6 September 2023 10:30\n\nGreat news."
    story = said(article(*BODY, *BODY, comments, body=()))
    assert (story.published, story.paragraphs) == (None, (*BODY, *BODY))


def test_a_caption_on_the_line_above_a_paragraph_is_a_photo() -> None:
    story = said(
        article("2023-09-06", "老郵差退休當天，村民列隊送行。（林明攝）\n老郵差送信41年，昨天送完最後一封信。", body=())
    )
    assert (story.photos[0].credit, story.paragraphs) == ("林明攝", ("老郵差送信41年，昨天送完最後一封信。",))


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Port Ellen (Kent) - 6 Sept 2023 - 10:30", "2023-09-06T10:30"),
        ("September 6, 2023 10:30 - KOCHI", "2023-09-06T10:30"),
    ],
)
def test_a_place_beside_the_date_is_no_source(line: str, date: str) -> None:
    story = said(article(line))
    assert (story.published, story.source, len(story.boilerplate)) == (date, None, 1)


def test_a_title_with_its_teaser_below_a_label_is_boilerplate() -> None:
    box = "Read also\nThe tram that never ran\nA collector bought it for forty crowns."
    story = said(article("By Ana Ruiz", BODY[0], box, BODY[1], body=()))
    assert (story.paragraphs, story.boilerplate) == (BODY, tuple(box.split("\n")))


NEWSLETTERS = [
    "Our newsletter\nThe best of the town in your inbox every morning.\nSign up now",
    "Newsletter\nJeden Morgen das Wichtigste aus der Stadt per E-Mail. Kostenlos.\nJetzt anmelden",
    "L'infolettre\nChaque matin, l'essentiel par courriel.\nJe m'inscris",
    "Boletín de la mañana\nLas noticias en tu correo cada mañana.\nSuscríbete",
    "Newsletter\nTodas as manhãs, as notícias no seu e-mail.\nQuero receber",
    "La newsletter\nOgni mattina nella tua casella di posta.\nIscriviti",
    "Onze nieuwsbrief\nElke ochtend het nieuws in je mailbox.\nSchrijf je in",
    "TF Nyhetsbrev\nFå de viktigste nyhetene rett i innboksen hver morgen.\nMeld deg på",
    "Nyhetsbrev\nNyheterna varje morgon i din inkorg.\nAnmäl dig",
    "Newsletter\nCodziennie rano na Twoją skrzynkę.\nZapisz się",
    "Наша рассылка\nКаждое утро главные новости на почту.\nПодписаться",
    "Bülten\nHer sabah e-postanızda haberler.\nAbone ol",
    "港町新聞ニュースレター\n毎朝、ニュースをメールでお届けします。\n登録はこちら",
    "항구신문 뉴스레터\n매일 아침 뉴스를 이메일로\n보내드립니다.\n구독하기",
]


@pytest.mark.parametrize("box", NEWSLETTERS)
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_a_newsletter_its_promise_and_a_request_to_sign_up_are_boilerplate_wherever_they_are(
    box: str, between: str
) -> None:
    for blocks in ((*BODY, box), (BODY[0], box, BODY[1])):
        story = said(between.join([HEADLINE, "6 September 2023", *blocks]))
        assert (story.headline, story.paragraphs) == (HEADLINE, BODY)
        assert story.boilerplate == tuple(box.split("\n"))


@pytest.mark.parametrize(
    "lines",
    [
        ("The town has its newsletter back.", "It is in every inbox each morning.", "Sign up"),
        ("A newsletter for the town", "The mayor reads it aloud on the quay.", "Sign up"),
        ("A newsletter for the town", "He sends it by e-mail every morning.", "It has two readers."),
        ("A ferry for the town", "Her e-mail said that it leaves every morning.", "Sign up"),
    ],
)
def test_without_name_promise_or_request_the_sentence_of_a_newsletter_is_text(lines: tuple[str, ...]) -> None:
    story = said("\n".join([HEADLINE, "6 September 2023", BODY[0], *lines, BODY[1]]))
    sentences = [line for line in lines if line.endswith(".")]
    assert [line for line in sentences if line not in story.paragraphs] == []


PROMISES = [
    ("Die wichtigsten Nachrichten des Tages, kostenlos per E-Mail.", "Jetzt anmelden"),
    ("The top stories of the day, free by email.", "Sign up"),
    ("L'essentiel de l'actualité, gratuitement par e-mail.", "Je m'inscris"),
    ("Découvrez chaque matin les articles à ne pas manquer.", "Je m’inscris"),
    ("Las noticias más importantes, gratis por correo.", "Suscríbete"),
    ("Le notizie più importanti, ogni mattina via e-mail.", "Iscriviti"),
    ("Het belangrijkste nieuws, gratis per e-mail.", "Meld je aan"),
    ("De viktigaste nyheterna, varje morgon, gratis via e-post.", "Anmäl dig"),
]


@pytest.mark.parametrize(("promise", "request_"), PROMISES)
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_a_promise_of_a_newsletter_is_boilerplate_beside_its_request_or_name(
    promise: str, request_: str, between: str
) -> None:
    for box in ((promise, request_), ("Newsletter: Tarvik am Abend", promise)):
        story = said(between.join([HEADLINE, "6 September 2023", BODY[0], *box, BODY[1]]))
        assert (story.paragraphs, story.boilerplate) == (BODY, box)
    alone = said(between.join([HEADLINE, "6 September 2023", BODY[0], promise, BODY[1]]))
    assert alone.paragraphs == (BODY[0], promise, BODY[1])


@pytest.mark.parametrize(
    "sentence",
    [
        "Er bekam die Nachrichten des Tages kostenlos per E-Mail.", "Sie bekam den Brief per E-Mail.",
        "The library lends films for free by e-mail.", "He reads the news, which is free, by e-mail or on paper.",
        "Gratis per e-mail, dat was het plan.", "The news came, free of charge, by mail coach.",
    ],
)  # fmt: skip
def test_a_sentence_on_mail_beside_a_request_is_text(sentence: str) -> None:
    story = said("\n".join([HEADLINE, "6 September 2023", BODY[0], sentence, "Subscribe", BODY[1]]))
    assert story.paragraphs == (BODY[0], sentence, BODY[1])


@pytest.mark.parametrize(
    ("titles", "sub_heading"),
    [
        (("깡깡이마을 골목에 작은 도서관 생겼다", "영도 커피축제 올해는 10월에 열린다"), None),
        (("깡깡이마을 골목에 작은 도서관 생겼다",), "주민들의 반응"),
        (("丸森の廃校で木工教室、親子連れでにぎわう", "白石の温麺、学校給食で全国の子どもへ"), None),
    ],
)
def test_of_two_titles_below_a_label_a_long_one_in_signs_is_no_sub_heading(
    titles: tuple[str, ...], sub_heading: str | None
) -> None:
    lines = [HEADLINE, "6 September 2023", BODY[0], "관련기사", *titles, *filter(None, [sub_heading]), BODY[1]]
    story = said("\n".join(lines))
    assert story.paragraphs == (BODY[0], *filter(None, [sub_heading]), BODY[1])


def test_a_headline_on_a_newsletter_is_one() -> None:
    headline, first = "L'infolettre de la ville est de retour", "Elle arrive par courriel chaque matin."
    story = said("\n".join([headline, first, "Abonnez-vous", *BODY]))
    assert (story.headline, story.paragraphs[0]) == (headline, first)


def test_a_line_below_a_newsletter_is_text_unless_it_speaks_to_the_reader() -> None:
    story = said("\n".join([HEADLINE, "6 September 2023", BODY[0], "Our newsletter", "Half of the town", BODY[1]]))
    assert story.paragraphs == (BODY[0], "Half of the town", BODY[1])
    box = "Our newsletter\n“Harbour” – the newsletter for the town. You agree to our terms."
    assert said(article("6 September 2023", BODY[0], box, BODY[1], body=())).paragraphs == BODY


@pytest.mark.parametrize(
    ("foot", "byline"),
    [("Ana Ruiz, Tarvik", "Ana Ruiz, Tarvik"), ("Print\n\nAuthor\nAna Ruiz\nPrint", "Ana Ruiz")],
)
def test_a_name_behind_the_text_is_its_byline(foot: str, byline: str) -> None:
    story = said(article("6 September 2023", *BODY, foot, body=()))
    assert (story.byline, story.paragraphs) == (byline, BODY)


def test_the_note_on_an_author_is_boilerplate() -> None:
    note = "About the author\nAna Ruiz\nShe writes of ferries. She was born in Tarvik."
    story = said(article("By Ana Ruiz", "Print", *BODY, note, body=()))
    assert (story.byline, story.paragraphs) == ("Ana Ruiz", BODY)


def test_initials_with_agencies_are_a_sign_off() -> None:
    text = article("6 September 2023", "Print", *BODY, "kv/st (dpa, afp)", "Read more\nA tram", body=())
    assert said(text).paragraphs == (*BODY, "kv/st (dpa, afp)")


def test_the_headline_again_before_the_body_is_boilerplate_but_not_after() -> None:
    story = said(article(HEADLINE, BODY[0], HEADLINE, body=()))
    assert differences(story, paragraphs=[BODY[0], HEADLINE], chrome_removed=[HEADLINE]) == {}
    assert said(f"{HEADLINE}\n{HEADLINE}\n\nText.").boilerplate == (HEADLINE,)
    assert said("A headline\nof two lines\n\nA headline of two lines\n\nText.").paragraphs == ("Text.",)


def test_a_related_list_goes_with_its_label_but_not_the_text_after_it() -> None:
    story = said(article(*BODY, "Related stories\n- a tram\n- a street\n  without cars\nMore text.", "- kept", body=()))
    assert list(story.boilerplate) == ["Related stories", "- a tram", "- a street without cars"]
    assert list(story.paragraphs) == [*BODY, "More text.", "- kept"]


# 11. Other outlets and languages


def test_between_headline_and_first_sentence_everything_else_is_boilerplate() -> None:
    head = ["Ad Feedback", "Merken\nDrucken", "3-Minute Listen\nTranscript", "1/3", "A+ A-"]
    story = said(article(*head[:2], "6 September 2023", *head[2:]))
    assert differences(story, published="2023-09-06", chrome_removed="\n".join(head).split("\n")) == {}


def test_a_text_without_any_sentence_has_no_head() -> None:
    assert said("Harbour\n\nA ferry in fog\n\nA bell").paragraphs == ("A ferry in fog", "A bell")


def test_a_sentence_above_date_and_byline_is_the_deck() -> None:
    story = said(article("It had been away for years.", "By Ana Ruiz", "6 September 2023", "Share"))
    assert (story.byline, story.published) == ("Ana Ruiz", "2023-09-06")
    assert story.paragraphs == ("It had been away for years.", *BODY)


LINKS_AND_SIGNS = """
    Teilen|Drucken Merken|Partager|Compartir en Facebook|Compartilhe no WhatsApp|Condividi|Delen|Udostępnij|Поделиться
    Paylaş|Chia sẻ|مشاركة|分享到：|シェア|공유하기|X.com Facebook E-Mail WhatsApp Link kopieren|14 shares|A+ A-
    Anzeige|La suite après cette publicité|PUBLICIDAD|Advertentie|Реклама|［広告］|[PR]|Sponsor Message|Haberin Devamı
    Lesen Sie auch: Neue Brücke bleibt umstritten|Lire aussi. Il avait gardé le phare
    READ MORE: Plow drivers get a raise
    Lee también: El reloj que volvió a sonar|– Leggi anche: Il paese|Lees ook: Sluiswachter neemt afscheid
    Czytaj też: Zegar z ratusza|Читайте также: Паром встал|>> Xem thêm: Ba xã|اقرأ أيضا: المرفأ القديم|延伸阅读：渡口
    [관련기사] 우체국 3곳|Sign up for our newsletter|Jetzt Newsletter bestellen|اشترك في النشرة البريدية
    ___|minsu@example.com
    Enlarge this image|Story continues below|View all photos (3)|Comments (12)|Bình luận (12)
    댓글 3|留言 8|#ferry #harbour
    ⓒ 흰섬신문, 무단 전재 및 재배포 금지|Tüm hakkı saklıdır|Все права защищены © 2023|2 hours ago|hace 3 horas|3時間前
""".strip()


@pytest.mark.parametrize("line", [line.strip() for row in LINKS_AND_SIGNS.splitlines() for line in row.split("|")])
def test_boilerplate_of_any_language_is_dropped_between_paragraphs(line: str) -> None:
    expected = {"published": "2023-09-06", "chrome_removed": [line]}
    assert differences(said(article("2023-09-06", BODY[0], line, BODY[1], body=())), **expected) == {}


def test_an_empty_line_is_no_boilerplate() -> None:
    assert not any(test("") for test in (is_boilerplate, is_link_label, is_labelled_link))


@pytest.mark.parametrize(
    "line",
    [
        "Share the engine, his late wife told him.", "Teilen müssen sich die Kosten der Landkreis und die Gemeinde.",
        "Publié en 1954, le catalogue est toujours accroché au mur.", "Download one map, she tells visitors.",
        "Published in 1989 by a small press in Leeds", "Topics: water, bread and war", "Updated figures are due.",
        "Más información pedían los vecinos desde hacía meses.", "Like his father, he went to sea at fourteen.",
        "Jetzt ist der Laden zu.", "Source: the logbook and the cook.", "The newsletter was founded in 1989.",
        "■ 사진 찍기 좋은 곳", "“Nobody has ever lost one”",
    ],
)  # fmt: skip
def test_a_line_of_the_story_stays_whatever_word_it_begins_with(line: str) -> None:
    story = said(article("2023-09-06", BODY[0], line, BODY[1], body=()))
    assert differences(story, published="2023-09-06", paragraphs=[BODY[0], line, BODY[1]]) == {}


@pytest.mark.parametrize("end", ["Like his father, he went to sea at fourteen.", "Follow the river to the sea."])
def test_a_last_sentence_is_no_request_for_its_first_word(end: str) -> None:
    assert said(article(*BODY, end, body=())).paragraphs == (*BODY, end)


@pytest.mark.parametrize(
    "box",
    [
        "Más información\nLa sal que cambió la comarca", "Seguir leyendo:\n\nNieve récord\n\nLa escuela del lago",
        "Mehr zum Thema\n- Neue Brücke\n- Wasserstand", "Recommended from Editorial\n- A tram\n- A town without trams",
        "Recomendado por la redacción\n- El tranvía", "Redaksjonen anbefaler\n- En trikk",
        "Newsletter La Vigie\nChaque matin, l'essentiel\nVotre e-mail\nOK",
    ],
)  # fmt: skip
def test_a_box_goes_with_its_lines(box: str) -> None:
    story = said(article("2023-09-06", BODY[0], box, BODY[1], body=()))
    assert differences(story, published="2023-09-06", chrome_removed=[line for line in box.split("\n") if line]) == {}


@pytest.mark.parametrize(
    "tail", ["fishing\nlibraries", "Archivado En\nTrenes", "Comments (12)\n\nAnything else that has no sentence"]
)
def test_lines_without_a_sentence_behind_the_last_one_are_boilerplate(tail: str) -> None:
    story = said(article("Print", *BODY, tail, body=()))
    assert differences(story, chrome_removed=["Print", *(line for line in tail.split("\n") if line)]) == {}


@pytest.mark.parametrize("end", ["The council will review the trial in", "- a hall\n- a school", "Tags without a tag"])
def test_one_line_without_a_sentence_may_end_a_text(end: str) -> None:
    assert said(article(*BODY, end, body=())).paragraphs == (*BODY, *end.split("\n"))


@pytest.mark.parametrize(
    "box",
    [
        "Your support helps us to tell the story\nOur reporters are on the ground when a story breaks.",
        "Para saber más, hoy\nEl faro que presta novelas a los barcos", "✅ Clique aqui e entre no canal do WhatsApp",
        "> More on the ferry", "A ferry stays\nThe bell is back\nTen years of fog",
    ],
)  # fmt: skip
def test_between_paragraphs_a_box_is_known_by_its_shape(box: str) -> None:
    story = said(article("2023-09-06", "Print", BODY[0], box, BODY[1], body=()))
    assert differences(story, published="2023-09-06", chrome_removed=["Print", *box.split("\n")]) == {}


def test_behind_the_label_of_tags_even_a_sentence_is_boilerplate() -> None:
    tail = ["Related Topics", "Harbour / ferries", "Comments have to be in full sentences.", "BACK TO TOP"]
    story = said(article(*BODY, "\n".join(tail[:2]), *tail[2:], body=()))
    assert differences(story, chrome_removed=tail) == {}


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("The ferry in fog / Àlex Ferrús - Archivo", "Àlex Ferrús - Archivo"),
        ("A automotora das sete, ao apeadeiro LUSA/RUI FAROL", "LUSA/RUI FAROL"),
        ("De pont legt weer aan. Beeld Marcel Dekkers / de Volkskrant", "Marcel Dekkers / de Volkskrant"),
        ("The ferry lies in fog\nImage: Yassine Gaidi/AA", "Yassine Gaidi/AA"),
    ],
)
def test_a_credit_may_stand_behind_a_slash_or_on_the_line_below(caption: str, credit: str) -> None:
    story = said(article("2023-09-06", BODY[0], caption, BODY[1], body=()))
    assert [photo.credit for photo in story.photos] == [credit]
    assert story.paragraphs == BODY


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("The ferry lies in the fog of the old harbour of Tarvik, on the eve of its last day.\nAna Ruiz / Keystone",
         "Ana Ruiz / Keystone"),
        ("Passengers of the ferry listen to its captain.\nANA RUIZ, DUNMERE HERALD", "ANA RUIZ, DUNMERE HERALD"),
        ("Foto: Ana Ruiz, KLMN 11\nThe ferry lies in the fog.", "Ana Ruiz, KLMN 11"),
        ("The ferry lies in the fog and its passengers on the benches of the harbour of Tarvik. Ana Ruiz Perez",
         "Ana Ruiz Perez"),
        ("The ferry lies in the fog. - ANA RUIZ.", "ANA RUIZ"),
        ("The ferry lies in the fog. ANA RUIZ POUR « LE SOIR »", "ANA RUIZ POUR « LE SOIR »"),
        ('Children read on the deck of the "Skua", the ferry of the old harbour of Tarvik (Ana RUIZ)', "Ana RUIZ"),
        ("The ferry lies in the fog (Especial)", "Especial"),
        ("The ferry lies in the fog © ANSA/ANA RUIZ - RIPRODUZIONE RISERVATA", "ANSA/ANA RUIZ"),
        ("The ferry of Tarvik in 2023 Ana Ruiz/Polska Press", "Ana Ruiz/Polska Press"),
        ("The ferry is seen on Sept. 6, 2023. THE CANADIAN PRESS/Ana Ruiz", "THE CANADIAN PRESS/Ana Ruiz"),
    ],
)  # fmt: skip
def test_in_the_head_of_a_copied_page_a_caption_is_known_with_less_proof(caption: str, credit: str) -> None:
    text = f"The ferry sails again\n\nBy Jan Holm\n2023-09-06\n\nShare\n\n{caption}\n\n{BODY[0]}\n\n{BODY[1]}\n"
    story = said(text)
    assert [photo.credit for photo in story.photos] == [credit]
    assert story.paragraphs == BODY


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Čáp se vrátí do přírody v květnu. | foto: Záchranná stanice Tarvik", "Záchranná stanice Tarvik"),
        ("Часы остановились в 4:10 Фото: архив Анны Руис", "архив Анны Руис"),
    ],
)
def test_between_the_paragraphs_of_a_copied_page_a_label_begins_a_credit(line: str, credit: str) -> None:
    story = said(f"The ferry sails again\n\nShare\n\n{BODY[0]}\n\n{line}\n\n{BODY[1]}\n")
    assert [photo.credit for photo in story.photos] == [credit]
    assert story.paragraphs == BODY


# 6. Headline


@pytest.mark.parametrize(
    "first",
    [
        "CASTELMAR (Reuters) - Traders will stay open.", "TARVIK, Norland - Winds are strong.",
        "One two three four five six seven eight nine ten eleven twelve thirteen.", "x" * 201,
        "滨海市图书馆九日重新开放，读者从早晨七点起在运河边排队。", "新华社北京9月6日电 今天开放。",
    ],
)  # fmt: skip
def test_a_first_block_that_reads_as_body_is_no_headline(first: str) -> None:
    story = said(f"{first}\n\n{BODY[0]}")
    assert (story.headline, story.paragraphs) == (None, (first, BODY[0]))
    assert "no-headline" in story.warnings


@pytest.mark.parametrize(
    "first",
    [
        "Six-minute trams-Xinhua", "[Update] Storm nears",
        "One two three four five six seven eight nine ten eleven twelve.",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen",
        "STORM NEARS - SCHOOLS TO CLOSE",
        "Video: a day on the breakwater", "By the river: a town rebuilt", "Photo: Lanterns over Tarvik at night",
        "Source: Chelsea agree deal for striker", "Updated: what we know", "x" * 200, "Print is not dead",
    ],
)  # fmt: skip
def test_a_first_block_that_reads_as_a_headline_is_one(first: str) -> None:
    assert differences(said(article(headline=first)), headline=first) == {}


def test_captions_and_boilerplate_may_stand_before_the_headline() -> None:
    story = said("Print\n\nA view. [Photo/X]\n\n" + article())
    assert (story.headline, story.photos[0].position) == (HEADLINE, 0)


# 9. Dateline


@pytest.mark.parametrize(
    ("first", "dateline"),
    [
        ("TARVIK, Norland - Winds.", "TARVIK, Norland"), ("CASTELMAR (Reuters) - Traders.", "CASTELMAR (Reuters)"),
        ("SELLAMOUTH, March 4 (Xinhua) -- Clean.", "SELLAMOUTH, March 4 (Xinhua)"),
        ("NORHAVEN, Westmark (AP) — Trams.", "NORHAVEN, Westmark (AP)"),
        ("OROVILLE, Calif. – It rose.", "OROVILLE, Calif."),
        ("ST. PETERSBURG, Russia, Dec. 30 (Xinhua) -- It.", "ST. PETERSBURG, Russia, Dec. 30 (Xinhua)"),
        ("McLEAN, Va. (AP) — It.", "McLEAN, Va. (AP)"), ("SEOUL/TOKYO — It.", "SEOUL/TOKYO"), ("XI'AN - It.", "XI'AN"),
        ("新华社林山9月6日电（记者 赵芳）林山。", "新华社林山9月6日电（记者 赵芳）"),
        ("新华社北京9月6日电 今天。", "新华社北京9月6日电"),
        ("本报滨海9月6日电（记者 李明）（编辑）今天。", "本报滨海9月6日电（记者 李明）（编辑）"),
        ("Tarvik - Winds.", None), ("TARVIK-based firms grew.", None), ("NASA - the agency - said so.", None),
        ("FILE - A view.", None), ("EU leaders - tired - met.", None), ("A - B.", None),
        ("TARVIK. It rose - a lot.", None),
        ("电影节9月6日开幕。", None), ("9月6日电影节开幕。", None), ("QINGDAO, July 4 (APP): It.", None),
    ],
)  # fmt: skip
def test_a_dateline_is_the_opening_of_the_first_paragraph(first: str, dateline: str | None) -> None:
    story = said(article(first))
    assert (story.dateline, story.paragraphs[0]) == (dateline, first)


def test_only_the_first_paragraph_has_a_dateline() -> None:
    assert said(article(BODY[0], "TARVIK, Norland - Winds.")).dateline is None


def test_below_a_deck_the_first_paragraph_has_the_dateline() -> None:
    text = f"The ferry of Tarvik sails\n\n{BODY[1]}\n\nBy Ana Ruiz\n2023-09-06\n\nTARVIK (AP) — {BODY[0]}\n"
    assert said(text).dateline == "TARVIK (AP)"


def test_a_date_above_the_headline_is_no_breadcrumb() -> None:
    text = f"News\nFerries\n\nUpdated / Wednesday, 6 Sep 2023 12:04\n\nThe ferry of Tarvik sails again\n\n{BODY[0]}\n"
    assert said(text).updated == "2023-09-06T12:04"


def test_a_programme_in_the_foot_has_not_the_date_of_the_text() -> None:
    text = f"The ferry sails\n\nStand: 06.09.2023 16:48 Uhr\n\n{BODY[0]}\n\nNDR 1 | 06.09.2023 | 17:00 Uhr\n"
    assert (said(text).published, said(text).updated) == (None, "2023-09-06T16:48")


# 10. Warnings, damage and the ledger


@pytest.mark.parametrize("text", ["", " \n\t\n", "\u3000\r\n"])
def test_nothing_but_whitespace_is_empty_and_no_more(text: str) -> None:
    assert said(text).warnings == ["empty"]


def test_an_empty_file_still_tells_of_its_bytes() -> None:
    assert said("\ufeff\u200b\0".encode("utf-16-le")).warnings == [
        "empty", "encoding:utf-16", "invisible-removed", "nul-removed",
    ]  # fmt: skip
    assert [line.text for line in said(b"\xef\xbb\xbf").ledger] == []


def test_only_boilerplate_leaves_nothing_to_show() -> None:
    story = said("Print\n\nShare\n")
    assert (story.warnings, story.boilerplate) == (["no-body", "no-date", "no-headline"], ("Print", "Share"))


def test_damage_names_its_field_its_line_and_the_words() -> None:
    text = "Tram\n(| Updated: 2023-09-06\nUpdated: 2023-09-07\n\nA view, [Photo by Li/]\n\nText.\n\n[Photo/X]\n"
    assert codes_at(text) == [
        ("several-dates", "updated", 3, "Updated: 2023-09-07"),
        ("credit-cut", "photo 1", 5, "[Photo by Li/]"),
        ("caption-cut", "photo 1", 5, "A view,"),
        ("caption-missing", "photo 2", 9, "[Photo/X]"),
        ("source-stripped", "source", 2, "(| Updated: 2023-09-06"),
    ]
    assert said(text).updated_printed == "2023-09-06 | 2023-09-07"


def test_a_source_found_later_mends_a_stripped_one() -> None:
    story = said(article("(| Updated : 2023-09-06", *BODY, "Source: Xinhua", body=()))
    assert (story.source, story.warnings) == ("Xinhua", [])


def test_the_ledger_says_what_became_of_every_line() -> None:
    text = (
        "Tram\r\n\rBy Ana | Xinhua | Updated: 2023-09-06 Print\nShare\n\nA view\nof it. [Photo/X]\r\n\r\n"
        "One\ntwo.\n\n- a\n- b\n\n(By Tom)"
    )
    story = said(text)
    assert [(line.number, line.kind, line.became) for line in story.ledger] == [
        (1, "headline", "headline"), (2, "blank", ""), (3, "date", "updated, source, byline, boilerplate 1"),
        (4, "boilerplate", "boilerplate 2"), (5, "blank", ""), (6, "caption", "photo 1"), (7, "caption", "photo 1"),
        (8, "blank", ""),
        (9, "paragraph", "paragraph 1"), (10, "paragraph", "paragraph 1"), (11, "blank", ""),
        (12, "paragraph", "paragraph 2"), (13, "paragraph", "paragraph 3"), (14, "blank", ""),
        (15, "byline", "boilerplate 3"),
    ]  # fmt: skip
    assert ledger_faults(story, text) == []


def test_the_lines_that_a_wire_puts_around_an_item_are_boilerplate() -> None:
    story = said(
        "\x01dpa0123 4 pl 250 dpa 0456\r\n\x02\r\nFerry returns\r\n\r\nThe ferry is back.\r\n\x03 061030 Sep 23\r\n\x04"
    )
    assert (story.headline, story.paragraphs) == ("Ferry returns", ("The ferry is back.",))
    assert story.boilerplate == ("\x01dpa0123 4 pl 250 dpa 0456", "\x03 061030 Sep 23", "\x04")


def test_a_sentence_that_begins_with_a_day_is_no_date_line() -> None:
    story = said("Feux\n\nLe 6 septembre 2023, le monde change.\n\nLa suite.")
    assert (story.published, story.paragraphs[0]) == (None, "Le 6 septembre 2023, le monde change.")


PROSE = "The council put up a stone at the quay for those who did not come home from the sea."


@pytest.mark.parametrize(
    "lines",
    [
        ["the rope forgets\nthe hand"], ["Norhaven 3-1 Southport", "Eastby 0-0 Westby"], ["Best song: Rope"],
        ["He was 88", "He leaves a son"], ["Support for our troops is falling."], ["Contact with our allies was lost."],
    ],
)  # fmt: skip
def test_of_a_text_without_boilerplate_the_last_lines_stay(lines: list[str]) -> None:
    story = said("\n\n".join(["Stone for the lost", "4 May 2021", PROSE, *lines]))
    assert " ".join(story.paragraphs[1:]).split() == " ".join(lines).split()


def test_lines_of_a_poem_are_no_head_of_its_last_sentence() -> None:
    verses = ["the boats are coming home", "the nets are wet and heavy", "the rope forgets the hand"]
    story = said("\n\n".join(["Evening at the quay", "\n".join(verses), "and then they sleep."]))
    assert " ".join(story.paragraphs) == " ".join([*verses, "and then they sleep."])


@pytest.mark.parametrize(
    "above",
    [
        "News\n\nGreater Castelmar News", "News\n\nTown and its quays",
        "castelmarpost\n\nNews\n\nPost West Coast\n\nQuays",
        "首頁\n\n新聞\n\n滨海晚报网即时新闻",
    ],
)  # fmt: skip
def test_a_rubric_of_a_few_words_below_a_menu_is_no_headline(above: str) -> None:
    title = "Fog keeps the ferry of Tarvik in its harbour for a week, and nobody is sorry"
    title = "港口渡轮因大雾停航一周居民并不遗憾" if "新" in above else title
    for text in (above, above.replace("\n\n", "\n")):
        assert (
            said(f"{text}\n\n" + article("By Ana Roper", "6 September 2023", "Share", headline=title)).headline == title
        )


def test_the_last_line_of_the_head_above_a_list_is_its_heading() -> None:
    points = ("- The wall is shut.", "- Anglers object.")
    story = said(article("6 September 2023", "Share", "The essentials", "\n".join(points)))
    assert story.paragraphs == ("The essentials", *points, *BODY)


def test_a_line_that_goes_on_is_no_title_of_a_box() -> None:
    costs = ("The costs are shared as follows:", "– the state: 3 million;", "– the town: 1 million.")
    story = said(article("6 September 2023", "Share", BODY[0], *costs, BODY[1], body=()))
    assert story.paragraphs == (BODY[0], *costs, BODY[1])


@pytest.mark.parametrize(
    "box", ["Who mends the quays of Tarvik?\nThe angler of Castelmar", "See also The angler of Castelmar"]
)
def test_titles_of_other_stories_may_be_questions_or_follow_a_label_without_a_sign(box: str) -> None:
    assert said(article("6 September 2023", "Share", BODY[0], box, BODY[1], body=())).paragraphs == BODY


def test_a_caption_between_deck_and_date_does_not_begin_the_body() -> None:
    deck, caption = "The quay is closed until the wall has been mended.", "Two anglers look at the wall on Monday."
    story = said(article(deck, caption, "By Ana Roper", "Published 6 Sep 2023\nUpdated 7 Sep 2023", "Share"))
    assert (story.byline, story.published, story.updated) == ("Ana Roper", "2023-09-06", "2023-09-07")
    assert story.paragraphs == (deck, caption, *BODY)


@pytest.mark.parametrize(
    ("box", "is_text"),
    [
        ("Save\nYou can find this in your list.\nQuays\nAna Roper reports on quays.\nHarbours", False),
        ("Advertisement\nThe wall has stood since 1840, says Roper.", True),
        ("Share\nThe wall has stood since 1840.\nIt was built by anglers.", True),
    ],
)
def test_a_block_of_boilerplate_with_few_sentences_is_a_box(box: str, is_text: bool) -> None:
    story = said(article("6 September 2023", BODY[0], box, *BODY[1:], body=()))
    sentences = tuple(line for line in box.split("\n") if line.endswith("."))
    assert story.paragraphs == (BODY[0], *(sentences if is_text else ()), *BODY[1:])


@pytest.mark.parametrize(
    "sentence",
    [
        "Join the picket line on Tuesday, the union told its members.", "This was published a year ago in Leeds.",
        "Join him on a walk along the old canal and the past comes alive.", "This is over a year old.",
        "If you see a mistake, you should say so, the coach told his players.", "The discussion is over.",
        "Sign in to save the world, the poster said.", "Add this to your list of worries, he said.",
        "Los comentarios publicados por el alcalde causaron una tormenta.", "Der Text ist älter als die Stadt.",
        "Queda prohibida la reproducción de ranas en el lago, según el alcalde.", "Dit artikel is ouder dan de wet.",
        "I understand and agree that the harbour must close, the mayor wrote.",
        "To receive our newsletter, you had to send a coin, she recalls.", "Get current news from the board, he said.",
        "To receive the alarms, sign up for the town's newsletter.", "Notre infolettre est née en 1989, dit-elle.",
        "To hear more, sign up for our newsletter, the mayor wrote.", "L'infolettre de la ville a 3000 abonnés.",
        "Pour recevoir les secours, inscrivez-vous à l'infolettre de la ville.",
        "Um den Hafen zu retten, schrieb sie unseren Newsletter.",
        "Para recibir la beca, hay que inscribirse en el boletín de la provincia.",
        "Чтобы получить билет, подписаться на рассылку не нужно.", "Catch the latest news of the ferry, she said.",
        "Recommended by editors of three papers, the book sold out.",
        "Redaktionen anbefaler en ny lov, siger borgmesteren.", "Subido en 2019, el video tiene mil visitas.",
        "Postado em 1989, o cartão chegou ontem.", "Publicado por la ciudad en 1989, el libro se agotó.",
        "Writer: it was the sea that made her one.", "Writer and sailor Ana Ruiz died at sea.",
    ],
)  # fmt: skip
def test_a_sentence_with_words_of_a_notice_is_text(sentence: str) -> None:
    story = said(article("6 September 2023", "Share", BODY[0], sentence, *BODY[1:], body=()))
    assert story.paragraphs == (BODY[0], sentence, *BODY[1:])


def test_a_caption_among_the_titles_of_a_box_is_a_photo() -> None:
    box = ("Read also", "A tram returns", "The ferry lies in the fog. Photo by Ana Ruiz /PNG files", BODY[1])
    story = said("\n".join([HEADLINE, "6 September 2023", BODY[0], *box]))
    assert ([photo.credit for photo in story.photos], story.paragraphs) == (["Ana Ruiz /PNG files"], BODY)


@pytest.mark.parametrize(
    ("line", "notice", "source"),
    [
        ("The West Norlander", "Get the latest news from thequay.com.au in your inbox.", None),
        ("The West Norlander", "Get the latest news from thewest.com.au in your inbox.", "The West Norlander"),
        ("The West Norlander", "Its site, thewest.com.au, is back, he said.", None),
        ("Port Ellen", "Get the latest news from portellen.org in your inbox.", None),
    ],
)
def test_a_name_below_the_byline_is_the_source_if_boilerplate_names_its_site(
    line: str, notice: str, source: str | None
) -> None:
    story = said("\n".join([HEADLINE, "By Ana Ruiz", line, "6 September 2023", *BODY, notice]))
    assert (story.source, story.byline) == (source, "Ana Ruiz")


def test_an_outlet_named_in_the_rights_is_the_source_beside_a_byline() -> None:
    story = said(article("Por Ana Ruiz\nEL FARO\n6 September 2023") + "\n© 2023 El Faro SA\n")
    assert (story.source, story.byline, story.paragraphs) == ("EL FARO", "Ana Ruiz", BODY)


def test_a_short_request_below_tags_is_none_of_the_text_but_a_last_sentence_is() -> None:
    request = said(article("6 September 2023", "Share") + "\nTags / Keywords: Quay, Ferry\n\nReport it to us.\n")
    assert request.paragraphs == BODY
    last = said(article("6 September 2023", "Share") + "\nRead also: The other ferry\n\nWe will see.\n")
    assert last.paragraphs == (*BODY, "We will see.")


@pytest.mark.parametrize(
    "menu",
    [
        "News Sport Business Life & Style Opinion",
        "Politik Wirtschaft Kultur Meinung Leben Immobilien",
        "정치 경제 사회 국제 문화",
    ],
)
def test_names_of_sections_in_a_line_above_the_headline_are_a_menu(menu: str) -> None:
    story = said(menu + "\n\n" + article("6 September 2023"))
    assert (story.headline, story.paragraphs) == (said(article("6 September 2023")).headline, BODY)


def test_a_headline_with_names_of_sections_is_one() -> None:
    headline = "World Sport and Politics Meet Business and Culture in Oslo for the First Time"
    assert said(article("6 September 2023", headline=headline)).headline == headline


def test_a_name_and_a_newspaper_behind_a_caption_are_its_credit() -> None:
    caption = "The ferry leaves the quay on Monday."
    for credit in ("(Dana Whitfield/Chicago Tribune)", "Dana Whitfield/Chicago Tribune"):
        photo = said(article("6 September 2023", f"{caption} {credit}")).photos[0]
        assert (photo.caption, photo.credit) == (caption, "Dana Whitfield/Chicago Tribune")


def test_an_agency_in_brackets_is_the_credit_of_a_short_sentence_in_signs_only() -> None:
    caption, long = (
        "重开首夜，约四百名观众在戏院门外排队等候入场。",
        "戏院关闭十七年后上周末重新开幕，" * 4 + "观众很多。",
    )
    story = said(article("6 September 2023", f"{caption}（法新社）", f"{long}（法新社）"))
    assert [(photo.caption, photo.credit) for photo in story.photos] == [(caption, "法新社")]


@pytest.mark.parametrize("line", ["by Monica Delvecchio", "By Monica Delvecchio"])
def test_a_byline_may_begin_in_a_small_letter(line: str) -> None:
    assert said(article(line, "6 September 2023")).byline == "Monica Delvecchio"


def test_a_notice_between_a_deck_and_its_date_does_not_end_the_head() -> None:
    deck = "Mr Lim has kept a bench at the same deck since 1983. Now his customers are in their twenties."
    story = said(article(deck, "This audio is generated by an AI tool.", "By Joanne Seetoh", "11 Feb 2025 06:00AM"))
    assert (story.byline, story.published, story.paragraphs) == ("Joanne Seetoh", "2025-02-11T06:00", (deck, *BODY))


def test_dates_that_end_in_a_full_stop_are_metadata() -> None:
    story = said(article("Publié le 18/06/2025 à 18h05.", "Mis à jour le 18/06/2025 à 19h22."))
    assert (story.published, story.updated, story.paragraphs) == ("2025-06-18T18:05", "2025-06-18T19:22", BODY)


def test_texts_that_no_rule_was_written_on_are_read_no_worse_than_before() -> None:
    wrong = {file.stem: wrong_fields(file) for file in texts_in(OWN_TEXTS / "measured")}
    assert sum(not fields for fields in wrong.values()) >= 35, wrong
