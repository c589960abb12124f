"""Photos of web pages: found in any markup, with caption, credit and place; and pictures that are no photos."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.ingest.parsing.credits_in_captions import credit_line, credit_name, split_caption, tidy_caption
from articles.ingest.parsing.html_pictures import in_sets
from articles.ingest.readers import html
from articles.ingest.story import PhotoFile
from tests.effort import MOST_EFFORT, effort, is_linear
from tests.readers.made import piece
from tests.readers.test_html import BODY, HEADLINE, article, page, paragraphs, said

CAPTION, CREDIT = "The ferry at dusk.", "Jane Doe/Union Agency"
FIRST, REST = paragraphs(BODY[0]), paragraphs(*BODY[1:])


def table(name: str) -> list[list[str]]:
    """The rows of a file in ``tests/data``; in those of figures, ``{0}`` is the caption and ``{1}`` the credit."""
    path = Path(__file__).parents[1] / "data" / name
    return [line.split("\t") for line in path.read_text("utf-8").splitlines()]


def photos(data: bytes) -> list[tuple[str | None, str | None, int, str | None]]:
    return [(photo.caption, photo.credit, photo.position, photo.src) for photo in said(data).photos]


def test_a_picture_that_stands_for_all_until_they_are_loaded_is_none_of_them() -> None:
    lazy = [
        f"<figure><img src=/wait.jpg data-src=/{n}.jpg><figcaption>Boat {n}.</figcaption></figure>" for n in range(5)
    ]
    assert [src for *_, src in photos(article(FIRST, *lazy, REST))] == [f"/{n}.jpg" for n in range(5)]


# --- boxes, captions, credits


@pytest.mark.parametrize("box", dict(table("figures.tsv")).values(), ids=dict(table("figures.tsv")))
def test_a_photo_keeps_caption_credit_and_place(box: str) -> None:
    story = said(article(FIRST, box.format(CAPTION, CREDIT), REST))
    (photo,) = story.photos
    assert (photo.caption, photo.credit, photo.position, photo.src) == (CAPTION, CREDIT, 1, "/a.jpg")
    assert story.paragraphs == BODY


IMAGE, WORDS = "<img src=/a.jpg width=200 height=150>", "The ferry at dusk"
OF_OLD_PAGES = {
    "small print in a cell": f"<p><table align=right><tr><td>&nbsp;</td><td width=200>{IMAGE}<br><span class=smaller>"
    f"<b>{WORDS}</b></span></td></tr></table></p>",
    "a linked picture": f"<p><a href=b.html>{IMAGE}</a><br><span class=smaller><b>{WORDS}</b></span></p>",
    "a table beside the text": f"<table align=left><tr><td>{IMAGE}</td></tr><tr><td>{WORDS}</td></tr></table>",
    "a centred line": f"<center>{IMAGE}</center><br><center>The <b>ferry</b> at dusk</center>",
}


@pytest.mark.parametrize("box", OF_OLD_PAGES.values(), ids=OF_OLD_PAGES)
def test_pages_from_before_style_sheets_have_captions_too(box: str) -> None:
    story = said(article(FIRST, box, REST))
    assert [(photo.caption, photo.credit, photo.src) for photo in story.photos] == [
        ("The ferry at dusk", None, "/a.jpg")
    ]
    assert story.paragraphs == BODY


@pytest.mark.parametrize(
    "box",
    [
        f"<p>{IMAGE}<br>{BODY[0]}</p>",
        f"<p>{IMAGE}<br>Figure 1 shows the ferry.</p>{FIRST}",
        f"<center><img src=/logo.gif width=400 height=300><br>Harbour Daily</center>{FIRST}",
        f"<p align=center>{IMAGE}</p><center><a href=/>Home</a> | <a href=/b>News</a> | Us</center>{FIRST}",
    ],
)
def test_text_and_menus_beside_a_picture_are_no_caption(box: str) -> None:
    assert not any(photo.caption for photo in said(article(box, REST)).photos)


@pytest.mark.parametrize(
    "words",
    [
        "L-R",
        "(L-R)",
        "left",
        "(left)",
        "Anna Lee (left)",
        "left to right",
        "575-577",
        "Nature 412, 575-577",
        "Tags: a, b",
    ],
)
@pytest.mark.parametrize(
    "form", ["The ferry at dusk. {}", "The ferry at dusk. ({})", "The ferry at dusk | {}", "Photo: {}"]
)
def test_directions_pages_and_tags_are_no_credit(form: str, words: str) -> None:
    for box in (
        "<figure><img src=/a.jpg><figcaption>{}</figcaption></figure>",
        "<td><img src=/a.jpg><br><i>{}</i></td>",
    ):
        assert [photo.credit for photo in said(article(FIRST, box.format(form.format(words)), REST)).photos] == [None]


LABELS = {
    "an abbreviation": "<figure><img src=/a.jpg><figcaption>The ferry at dusk. Fot. Jan Wilczek</figcaption></figure>",
    "capitals": "<figure><img src=/a.jpg><figcaption>The ferry at dusk. / JAN WILCZEK</figcaption></figure>",
    "a list of definitions": "<dl class=spip_documents><dt><img src=/a.jpg></dt><dt class=spip_doc_titre>The ferry at "
    "dusk.</dt><dd class=spip_doc_descriptif>Photo Jan Wilczek</dd></dl>",
}


@pytest.mark.parametrize("box", LABELS.values(), ids=LABELS)
def test_a_credit_is_told_by_the_customs_of_its_country(box: str) -> None:
    (photo,) = said(article(FIRST, box, REST)).photos
    assert (photo.caption, (photo.credit or "").title()) == ("The ferry at dusk.", "Jan Wilczek")


LAZY = {
    "data-src": "<img data-src=/a.jpg src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    "data-original": "<img data-original=/a.jpg src=/img/blank.gif>",
    "a carousel": "<img data-flickity-lazyload=/a.jpg src='data:x'>",
    "data-srcset": "<img data-srcset='/a-400.jpg 400w, /a.jpg 1200w' src=/placeholder.png>",
    "a picture": "<picture><source srcset='/a-400.jpg 400w, /a.jpg 1200w'><img src=/a-400.jpg></picture>",
    "noscript beside it": "<img class=lazy src='data:x'><noscript><img src=/a.jpg></noscript>",
    "noscript alone": "<div class='image'><noscript><img src=/a.jpg></noscript></div>",
    "noscript and the same": "<img data-src=/a.jpg><noscript><img src=/a.jpg></noscript>",
}


@pytest.mark.parametrize("image", LAZY.values(), ids=LAZY)
def test_a_photo_that_loads_late_is_one_photo(image: str) -> None:
    data = article(FIRST, f"<figure>{image}<figcaption>{CAPTION}</figcaption></figure>", REST)
    assert photos(data) == [(CAPTION, None, 1, "/a.jpg")]


def test_the_largest_of_several_sizes_comes_first() -> None:
    found = in_sets({"srcset": "a,b.jpg 1x, /w_300,h_200/c.jpg 640w,d.jpg 1200w, e.jpg"})
    assert [src for src, _ in found] == [
        "d.jpg", "/w_300,h_200/c.jpg", "a,b.jpg", "e.jpg",
    ]  # fmt: skip


def test_a_picture_of_many_sources_has_the_words_beside_it_and_its_largest_address() -> None:
    sources = "".join(f"<source media='(min-width: {n}px)' srcset='/a-{n}.jpg {n}w'>" for n in range(100, 2_100, 200))
    words = f"<span class=caption>{CAPTION} ({CREDIT})</span>"
    box = f"<div><p><picture>{sources}<img src=/a.jpg></picture></p>{words}</div>"
    assert photos(article(FIRST, box, REST)) == [(CAPTION, CREDIT, 1, "/a-1900.jpg")]


def test_a_photo_with_nothing_but_a_credit_above_the_text_is_of_this_story() -> None:
    lead = (
        f"<header><h1>{HEADLINE}</h1><figure><img src=/a.jpg><figcaption>Photo: {CREDIT}</figcaption></figure></header>"
    )
    data = page(f"<article>{lead}<div class=body>", paragraphs(*BODY), "</div></article>")
    assert photos(data) == [(None, CREDIT, 0, "/a.jpg")]


def test_a_line_that_repeats_the_alternative_text_is_the_caption() -> None:
    words = "The ferry at dusk"
    image = f"<div class=x1><img src=/a.jpg alt='{words}'></div>"
    assert photos(article(FIRST, image, f"<div class=x2><span>{words}</span></div>", REST)) == [
        (words, None, 1, "/a.jpg")
    ]
    assert photos(article(FIRST, image, f"<div class=x2>{words} <i>Jane Doe/AP</i></div>", REST)) == [
        (words, "Jane Doe/AP", 1, "/a.jpg")
    ]


def test_a_title_that_goes_on_from_the_alternative_text_gives_the_credit() -> None:
    image = "<div><img src=/a.jpg alt='The ferry at dusk' title='The ferry at dusk | Getty Images/Jane Doe'></div>"
    assert photos(article(FIRST, image, REST)) == [("The ferry at dusk", "Getty Images/Jane Doe", 1, "/a.jpg")]


def test_an_element_that_a_script_makes_a_picture_is_one() -> None:
    image = f"<x-image data-src=/a.jpg></x-image><div class=caption>{CAPTION} ({CREDIT})</div>"
    assert photos(article(FIRST, f"<div class=image-wrap>{image}</div>", REST)) == [(CAPTION, CREDIT, 1, "/a.jpg")]


def test_a_carousel_under_the_headline_once_more_is_of_this_story() -> None:
    slide = f"<figure><img src=/a.jpg><figcaption>{CAPTION}</figcaption></figure>"
    carousel = f"<div class=lead><div><h2>{HEADLINE}</h2>{slide}</div></div>"
    linked = '{"@type": "NewsArticle", "headline": "Ferry to run all of winter"}'
    head = f"<script type='application/ld+json'>{linked}</script>"
    text = f"<main>{carousel}<div class=body>{paragraphs(*BODY)}</div></main>"
    assert photos(page(f"<h1>{HEADLINE}</h1>", text, head=head)) == [(CAPTION, None, 0, "/a.jpg")]


def test_a_carousel_before_the_text_is_photos_before_the_first_paragraph() -> None:
    words = "<div class='slide-caption'>{0} of 2 | Boat {0}. <i>(Jane Doe)</i></div>"
    slide = f"<div class=slide><img src=/{{0}}.jpg>{words}</div>"
    strip = "<div class=thumbs><img src=/1.jpg width=60><img src=/2.jpg width=60></div>"
    carousel = f"<x-carousel><div class='slides'>{slide.format(1)}{slide.format(2)}</div>{strip}</x-carousel>"
    data = page(
        f"<h1>{HEADLINE}</h1>", carousel, "<div>By Jane Doe</div><div class='StoryBody'>", paragraphs(*BODY), "</div>"
    )
    assert photos(data) == [("Boat 1.", "Jane Doe", 0, "/1.jpg"), ("Boat 2.", "Jane Doe", 0, "/2.jpg")]


def test_a_photo_above_the_headline_comes_before_the_text() -> None:
    lead = f"<div class=hero><figure><img src=/a.jpg><figcaption>{CAPTION}</figcaption></figure></div>"
    data = page("<article>", lead, f"<h1>{HEADLINE}</h1><div class=body>", paragraphs(*BODY), "</div></article>")
    assert photos(data) == [(CAPTION, None, 0, "/a.jpg")]


def test_a_photo_of_another_story_below_is_none_of_this_one() -> None:
    figure = "<figure><img src=/{0}.jpg><figcaption>Boat {0}.</figcaption></figure>"
    text = f"<div class=top><h1>{HEADLINE}</h1></div><div class=body>{paragraphs(*BODY)}</div>"
    other = f"<article><h2>Another story</h2>{figure.format(2)}</article>"
    assert photos(page("<main>", text, figure.format(1), other, "</main>")) == [("Boat 1.", None, 4, "/1.jpg")]


def test_each_photo_of_a_gallery_keeps_its_own_caption() -> None:
    item = "<figure class='wp-block-image'><img src=/{0}.jpg><figcaption>Boat {0}. (Jane Doe)</figcaption></figure>"
    both = f"<figure class='wp-block-gallery'>{item.format(1)}{item.format(2)}<figcaption>Boats</figcaption></figure>"
    data = article(FIRST, both, REST)
    assert photos(data) == [("Boat 1.", "Jane Doe", 1, "/1.jpg"), ("Boat 2.", "Jane Doe", 1, "/2.jpg")]
    assert said(data).paragraphs == BODY


def test_a_photo_within_a_paragraph_does_not_cut_it() -> None:
    first, second = BODY[0][:40], BODY[0][40:]
    data = article(f"<p><img src=/a.jpg align=left>{BODY[1]}</p><p>{first}<img src=/b.jpg>{second}</p>", REST)
    assert photos(data) == [(None, None, 0, "/a.jpg"), (None, None, 2, "/b.jpg")]
    assert said(data).paragraphs[:2] == (BODY[1], BODY[0])


def test_source_code_beside_a_picture_is_no_credit() -> None:
    code = '<div class="sourceCode"><pre class="sourceCode r">plot(boats)</pre></div>'
    story = said(article(FIRST, f"<div>{code}<figure><img src=/a.jpg></figure></div>", REST))
    assert [photo.credit for photo in story.photos] == [None]
    assert "plot(boats)" in story.paragraphs


def test_a_caption_whose_picture_was_not_saved_is_still_a_photo() -> None:
    data = article(FIRST, f"<p>{CAPTION} [Photo/{CREDIT}]</p>", REST)
    assert photos(data) == [(CAPTION, CREDIT, 1, None)]


def test_a_line_that_is_only_a_credit_goes_to_the_photo() -> None:
    data = article("<figure><img src=/a.jpg></figure>", paragraphs(*BODY), "<p>Titelbild: Jane Doe</p>")
    assert photos(data) == [(None, "Jane Doe", 0, "/a.jpg")]
    assert said(data).paragraphs == BODY


def test_the_page_s_data_say_what_the_page_does_not() -> None:
    image = (
        '{"@type": "ImageObject", "url": "https://a.example/a.jpg", "caption": "At dusk.", "creditText": "Jane Doe"}'
    )
    linked = f'{{"@type": "NewsArticle", "headline": "{HEADLINE}", "image": {image}}}'
    head = f"<script type='application/ld+json'>{linked}</script>"
    data = page(f"<article><h1>{HEADLINE}</h1><img src=/a.jpg>{paragraphs(*BODY)}</article>", head=head)
    assert photos(data) == [("At dusk.", "Jane Doe", 0, "/a.jpg")]


# --- what is no photo

STRANGERS = {
    "a logo": "<p><img src=/img/site-logo.png></p>",
    "an icon": "<p><img src=/icons/share.png width=16 height=16></p>",
    "a counter": "<img src='https://vg07.met.vgwort.de/na/1' width=1 height=1>",
    "an avatar": "<div class='byline-photo'><img src=/jane.jpg alt='Avatar'></div>",
    "an author": "<div class='author-box'><img src=/jane.jpg><p>Jane Doe writes about boats and harbours.</p></div>",
    "an emoji": "<p>⛴ <img class=emoji src=/e.png></p>",
    "a teaser": "<aside><a href=/x><img src=/x.jpg><h3>Old bridge to close</h3></a></aside>",
    "a teaser in a figure": "<figure><aside><a href=/x><img src=/x.jpg><h3>Old bridge</h3></a></aside></figure>",
    "a drawing": "<figure><svg><image href=/x.jpg></svg></figure>",
    "a film": "<figure><iframe src=/film></iframe><figcaption>Watch: the ferry leaves</figcaption></figure>",
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_what_is_no_photo_of_the_article_is_none(stranger: str) -> None:
    data = article(paragraphs(*BODY[:2]), stranger, paragraphs(*BODY[2:]))
    assert photos(data) == []
    assert [text for text in said(data).paragraphs if text != "⛴"] == list(BODY)


def test_a_bare_portrait_above_the_text_is_not_the_page_s_picture() -> None:
    head = "<meta property='og:image' content='https://a.example/ferry-1200.jpg'>"
    top = f"<article><img src=/people/jane.jpg><h1>{HEADLINE}</h1><img src=/people/jane.jpg><div class=body>"
    assert photos(page(top, "<img src=/x/ferry-1200.jpg>", paragraphs(*BODY), "</div></article>", head=head)) == [
        (None, None, 0, "/x/ferry-1200.jpg")
    ]


# --- files


def test_a_page_saved_with_its_files_finds_them(tmp_path: Path) -> None:
    (tmp_path / "Ferry_files").mkdir()
    (tmp_path / "Ferry_files" / "a b.jpg").write_bytes(b"photo")
    image = "<img srcset='https://a.example/large.jpg 1200w' src='./Ferry_files/a%20b.jpg'>"
    story = html.read(piece(tmp_path / "Ferry.html"), article(FIRST, f"<figure>{image}</figure>", REST))
    assert story.photos[0].src == "./Ferry_files/a%20b.jpg"
    assert story.photos[0].file is not None
    assert story.photos[0].file.read(10) == b"photo"


class Crawl:
    """Files by absolute address."""

    def find(self, src: str) -> PhotoFile | None:
        return self if src == "https://a.example/pics/a.jpg" else None  # type: ignore[return-value]

    def read(self, max_bytes: int) -> bytes:
        return b"photo"


def test_a_page_of_a_crawl_finds_its_files_under_the_page_s_base() -> None:
    head = "<base href='https://a.example/pics/'>"
    data = page(f"<article><h1>{HEADLINE}</h1><p><img src=a.jpg></p>{paragraphs(*BODY)}</article>", head=head)
    story = html.read(piece("page.html", files=Crawl(), url="https://a.example/news/1"), data)
    assert (story.photos[0].src, bool(story.photos[0].file)) == ("a.jpg", True)


# --- credits in captions


@pytest.mark.parametrize(("text", "caption", "credit"), table("captions.tsv"))
def test_a_caption_ends_in_its_credit(text: str, caption: str, credit: str) -> None:
    found = split_caption(text)
    assert found is not None
    assert (found.caption or "", found.name) == (caption, credit)


@pytest.mark.parametrize(
    "text",
    [
        "The mayor (left) and the captain (right)",
        "The ferry in Port Aldine (Norland)",
        "The mayor in 2014.",
        "A visitor at the Getty",
        "A sign says: Photo: not allowed here.",
        "The ferry leaves the harbour.",
        "He drew a ©. © is a sign that he never learnt to draw.",
        "He sang. Copyright law had changed.",
        "On loan from the archive. A visitor reads.",
        "A show of photos by Jane Doe",
        "Fen Bridge / Northern end",
        "The mayor speaks (Labour)",
        "Members of the Union (AFL) march",
        "The ferry, photographed in 2014.",
        "Jane Doe, captain of the ferry",
        "The ferry | Port Aldine at dusk",
        "The image shows the ferry in 1958.",
        "The source of the river Fen",
        "The council met with Sen. Jane Doe",
        "The ferry that calls at St. Louis Park",
        "The mayor and the captain. (From left) Jane Doe, John Roe",
        "The ferry in May. A fine day at sea",
        "Photo: The Mayor Opens Bridge",
        "The ferry. Photo: The mayor opens the bridge",
        "Courtesy of the mayor it sailed",
    ],
)
def test_a_caption_without_a_credit_stays_whole(text: str) -> None:
    assert split_caption(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Image source, Aldine Trust", "Aldine Trust"),
        ("(Photo: Jane Doe)", "Jane Doe"),
        ("Credit...Jane Doe for The Daily", "Jane Doe for The Daily"),
        ("Photo Jane Doe / OBIF", "Jane Doe / OBIF"),
        ("Picture Alliance", "Picture Alliance"),
        ("© dpa", "dpa"),
        ("Foto:", None),
        ("– Jane Doe,", "Jane Doe"),
        ("Jane Doe | Jane Doe", "Jane Doe"),
        ("a/" * 20_000 + "b", "a/" * 20_000 + "b"),
    ],
)
def test_a_credit_is_kept_without_its_label(text: str, name: str | None) -> None:
    assert credit_name(text) == name


def test_a_caption_is_kept_without_what_pages_say_around_it() -> None:
    assert tidy_caption("1 of 3 | The ferry.") == "The ferry."
    assert tidy_caption("[1/2]The ferry. Purchase Licensing Rights") == "The ferry."
    assert tidy_caption("Image caption, The ferry. View image in fullscreen") == "The ferry."
    assert tidy_caption("▲ The ferry. Vis mer") == "The ferry."
    assert tidy_caption("View 6 Images The ferry. 26.10.2025 | 2:43 min") == "The ferry."
    terms = "THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY. MANDATORY CREDIT. NO RESALES. NO ARCHIVES."
    assert tidy_caption(f"The ferry. REUTERS {terms}") == "The ferry. REUTERS"


def test_a_sentence_about_pictures_is_no_credit_line() -> None:
    assert credit_line("Foto: Jane Doe") == "Jane Doe"
    assert credit_line("The image: what it shows and what it hides") is None


def test_a_photo_shown_twice_keeps_each_caption() -> None:
    figure = "<figure><img src=/a.jpg><figcaption>{}</figcaption></figure>"
    data = article(
        figure.format("Boats at sea."), FIRST, figure.format("The pier."), REST, figure.format("Boats at sea.")
    )
    assert photos(data) == [("Boats at sea.", None, 0, "/a.jpg"), ("The pier.", None, 1, "/a.jpg")]


def test_a_film_that_cannot_be_shown_is_no_photo() -> None:
    words = "<strong>To play this video you need to enable JavaScript in your browser.</strong>"
    film = f"<figure><div>{words}</div><figcaption>The ferry at sea</figcaption></figure>"
    assert photos(article(FIRST, film, REST)) == []
    shown = "<figure><div data-src=x></div><figcaption>Islanders watch the film on the pier</figcaption></figure>"
    assert [caption for caption, *_ in photos(article(FIRST, shown, REST))] == ["Islanders watch the film on the pier"]


@pytest.mark.parametrize(
    "image",
    [
        "<center><img src=/echo.gif width=320 height=48><br><font size=1>No. 214, price 35p</font></center>",
        "<a href=/print><img src=/images/printButton.png></a>",
    ],
)
def test_mastheads_and_buttons_are_no_photos(image: str) -> None:
    assert photos(article(image, paragraphs(*BODY))) == []


def test_a_long_row_of_slashes_with_an_agency_in_it_holds_up_no_load() -> None:
    def split() -> None:
        for words in range(14):
            assert split_caption("Reuters" + " /a" * words + "/b" * 2_000 + ".") is None
            assert split_caption("a /" * words + "b/" * 2_000 + "Reuters.") is None

    assert effort(split)[0] < MOST_EFFORT


@pytest.mark.parametrize(
    ("figure", "part", "size"),
    [
        ("<figure>{}<figcaption>The ferry</figcaption></figure>", "<img src=a.jpg>", 1_000),
        (
            "<figure><img src=a.jpg><figcaption>The ferry. {}</figcaption></figure>",
            "<span class=credit> </span>",
            20_000,
        ),
    ],
)
def test_a_figure_of_thousands_of_parts_holds_up_no_load(figure: str, part: str, size: int) -> None:
    def read(size: int) -> None:
        said(article(figure.format(part * size), REST))

    assert is_linear(read, size)
