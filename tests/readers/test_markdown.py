"""One Markdown file: its front matter, its pictures, its lines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from articles.ingest.errors import BadMetadata
from articles.ingest.readers import markdown
from articles.ingest.story import LocalFile, Story, Withheld
from articles.text.markdown import render
from tests.readers.agency import SITES, needs_sites
from tests.readers.made import piece

CORPUS = Path(__file__).parents[3] / "shared/corpora/markdown"
POSTS = sorted(path.with_suffix(".md") for path in CORPUS.glob("*.json"))


def read(text: str, name: str = "post.md") -> Story:
    return markdown.read(piece(name), text.encode())


def with_matter(matter: str, body: str = "Text.") -> Story:
    return read(f"---\n{matter}\n---\n{body}\n")


def with_body(body: str) -> Story:
    return with_matter("title: T\ndate: 2020-01-01", body)


def refusal(text: str) -> str:
    with pytest.raises(BadMetadata) as refused:
        read(text)
    return str(refused.value)


# --- front matter


def test_front_matter_gives_the_fields_of_a_story() -> None:
    story = with_matter(
        "title: Bridge reopens\nsubtitle: After two years\ndate: 2019-03-04\nlastmod: 2019-03-05T08:15:00+01:00\n"
        "author: Jane Doe\ntags: [harbour, roads]\ncategory: Local\nlang: en_GB\nsource: The Daily\n"
        "canonical_url: https://example.org/a\nguid: 42\nslug: bridge\ndateline: PORTLAND"
    )
    assert (story.headline, story.deck) == ("Bridge reopens", "After two years")
    assert (story.published, story.updated) == ("2019-03-04", "2019-03-05T08:15:00+01:00")
    assert (story.byline, story.authors, story.tags) == ("Jane Doe", ("Jane Doe",), ("harbour", "roads"))
    assert (story.section, story.language, story.source) == ("Local", "en-GB", "The Daily")
    assert (story.url, story.id, story.slug) == ("https://example.org/a", "42", "bridge")
    assert story.dateline == "PORTLAND"
    assert story.warnings == []


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2014-01-02", "2014-01-02"),
        ("2014-1-2", "2014-01-02"),
        ("2014/01/02", "2014-01-02"),
        ("'2014-01-02'", "2014-01-02"),
        ("2014-01-02 13:39", "2014-01-02T13:39"),
        ("2014-01-02T13:39Z", "2014-01-02T13:39Z"),
        ("2014-01-02 13:39:35", "2014-01-02T13:39:35"),
        ("2014-01-02 13:39:35 -0400", "2014-01-02T13:39:35-04:00"),
        ("2015-03-19 18:00:00 -4", "2015-03-19T18:00:00-04:00"),
        ("2012-11-30 2:35:26 -0400", "2012-11-30T02:35:26-04:00"),
        ("2014-01-02T13:39:35.123Z", "2014-01-02T13:39:35Z"),
        ("2014-01-02T13:39:35+05:30", "2014-01-02T13:39:35+05:30"),
        ("2014-01-02 13:39 UTC", "2014-01-02T13:39Z"),
        ("January 2, 2014", "2014-01-02"),
        ("Thu, 02 Jan 2014 13:39:35 GMT", "2014-01-02T13:39:35Z"),
        ("20140102", "2014-01-02"),
        ("20140102T133935Z", "2014-01-02T13:39:35Z"),
        ("20140102T1339-0400", "2014-01-02T13:39-04:00"),
        ("5 août 2013", "2013-08-05"),
        ("1er déc. 2013 10:15", "2013-12-01T10:15"),
        ("5 de enero del 2013", "2013-01-05"),
        ("6 OTTOBRE 2013", "2013-10-06"),
        ("1º de março de 2013", "2013-03-01"),
        ("12 mrt 2010", "2010-03-12"),
        ("3. Jänner 2001", "2001-01-03"),
    ],
)
def test_dates_keep_the_precision_and_the_words_of_the_source(written: str, iso: str) -> None:
    story = with_matter(f"title: T\ndate: {written}")
    assert (story.published, story.published_printed) == (iso, written.strip("'"))


def damage_of_date(written: str) -> list[tuple[str, str, int | None, str]]:
    story = with_matter(f"title: T\ndate: {written}")
    assert (story.published, story.published_printed) == (None, None)
    return [(d.code, d.field, d.line, d.text) for d in story.damage if d.code != "no-date"]


@pytest.mark.parametrize(
    "written",
    ["2014-02-30", "2014-01-02 25:00", "2014-13-01", "20140230", "20140102T2561", "31 septembre 2013", "13/13/2023"],
)
def test_a_date_that_never_was_is_damage_with_its_line(written: str) -> None:
    assert damage_of_date(written) == [("date-invalid", "published", 3, written)]


@pytest.mark.parametrize(
    "written",
    [
        "2001-05", "2001", "May 2001", "mai 2001", "в марте 1998 г.", "5.5.03", "soon", "4 hours ago", "05051998",
        "5 mardi 2013", "2013-W05-1", "1052092800", "١٤٢٠-٠١-٠٢", "2014-02-30 or so",
    ],
)  # fmt: skip
def test_a_date_that_the_archive_cannot_read_is_not_said_to_be_in_no_calendar(written: str) -> None:
    assert damage_of_date(written) == [("date-unread", "published", 3, written)]


def test_a_date_that_can_be_two_days_is_neither() -> None:
    assert damage_of_date("04/05/1998") == [("date-ambiguous", "published", 3, "04/05/1998")]


def test_tags_stay_the_text_they_are() -> None:
    assert with_matter("title: no\ntags: [no, 2019-01-02, 1.10, On, ~]").tags == ("no", "2019-01-02", "1.10", "On")


@pytest.mark.parametrize(
    ("matter", "tags"),
    [
        ("tags: a, b; c", ("a", "b", "c")),
        ("tags: how we work", ("how we work",)),
        ("tags: [a, A, b]\ntopics: [b, c]\nkeywords: d", ("a", "b", "c", "d")),
        ("tags:\n- name: a\n- b", ("a", "b")),
        ("category: [News, Local]\ntags: [x]", ("x", "Local")),
    ],
)
def test_tags_come_as_lists_texts_or_objects(matter: str, tags: tuple[str, ...]) -> None:
    assert with_matter(matter).tags == tags


@pytest.mark.parametrize(
    ("matter", "byline", "authors"),
    [
        ("author: Jane Doe", "Jane Doe", ("Jane Doe",)),
        ("authors: [A, B, C]", "A, B and C", ("A", "B", "C")),
        ("authors: [A, B]\nlang: fr", "A, B", ("A", "B")),
        ("author: {name: Jane Doe, email: x}", "Jane Doe", ("Jane Doe",)),
        ("authors:\n- first_name: Jane\n  last_name: Doe\n- B", "Jane Doe and B", ("Jane Doe", "B")),
        ("byline: By Jane Doe and B", "Jane Doe and B", ()),
        ("author: Doe, Jane", "Doe, Jane", ("Doe, Jane",)),
    ],
)
def test_the_byline_is_printed_or_made_of_the_authors(matter: str, byline: str, authors: tuple[str, ...]) -> None:
    story = with_matter(matter)
    assert (story.byline, story.authors) == (byline, authors)


@pytest.mark.parametrize(
    ("matter", "why"),
    [
        ("draft: true", Withheld.DRAFT), ("draft: no", None), ("isDraft: true", Withheld.DRAFT),
        ("wip: true", Withheld.DRAFT), ("published: false", Withheld.DRAFT), ('published: "false"', Withheld.DRAFT),
        ("published: true", None), ("published: 2019-01-02", None), ("publish: no", Withheld.DRAFT),
        ("status: draft", Withheld.DRAFT), ("status: published", None), ("status: private", Withheld.PRIVATE),
        ("status: hidden", Withheld.UNLISTED), ("status: skip", Withheld.NO_PAGE),
        ("tags: [sea, draft]", Withheld.TAGGED),
        ("tags: [Draft, Hockey]", None), ("visibility: private", Withheld.PRIVATE), ("visibility: public", None),
        ("password: abc", Withheld.PRIVATE), ("password:", None), ("encrypt: true", Withheld.PRIVATE),
        ("unlisted: true", Withheld.UNLISTED), ("listed: false", Withheld.UNLISTED), ("hidden: true", None),
        ("permalink: false", Withheld.NO_PAGE), ("permalink: /x/", None), ("headless: true", Withheld.NO_PAGE),
        ("render: false", Withheld.NO_PAGE), ("redirect_to: https://a.example/x", Withheld.NO_PAGE),
        ("build:\n  render: never", Withheld.NO_PAGE), ("_build:\n  render: false", Withheld.NO_PAGE),
        ("build:\n  list: never", Withheld.UNLISTED), ("build:\n  render: always", None),
        ("expiryDate: 2020-01-01", Withheld.EXPIRED), ("expiryDate: 2999-01-01", None),
        ("publishDate: 2999-01-01", Withheld.SCHEDULED), ("date: 2999-05-05", Withheld.SCHEDULED), ("x: y", None),
        ("draft: true\nunlisted: true", Withheld.DRAFT), ("status: [draft]", Withheld.DRAFT), ("password: none", None),
        ("password: N/A", None), ("published: n", Withheld.DRAFT), ("redirect_to: NULL", None),
    ],
)  # fmt: skip
def test_front_matter_says_that_an_article_is_not_published(matter: str, why: Withheld | None) -> None:
    assert with_matter(matter).withheld is why


@pytest.mark.parametrize(
    "matter",
    [
        "\n\n---\ntitle: Not yet\ndraft: true\n---\n", "  ---\ntitle: Not yet\ndraft: true\n---\n",
        "\n+++\ntitle = 'Not yet'\ndraft = true\n+++\n", '\n  {\n  "title": "Not yet",\n  "draft": true\n}\n',
        "title: Not yet\npublished: false\n---\n", '---json\n{"title": "Not yet",\n"draft": true}\n---\n',
        "--- # notes\ntitle: Not yet\ndraft: y\n---\n", ';;;\n"title": "Not yet",\n"draft": true\n;;;\n',
        "<!--\n.. title: Not yet\n.. status: draft\n-->\n", ".. title: Not yet\n.. status: draft\n\n",
    ],
    ids=["after blank lines", "indented", "TOML", "JSON", "closed alone, as in Hexo", "JSON in Eleventy", "a comment",
         "JSON in Hexo", "Nikola", "Nikola without a comment"],
)  # fmt: skip
def test_front_matter_is_read_where_generators_find_it(matter: str) -> None:
    story = markdown.read(piece("a.md"), f"{matter}Text.\n".encode())
    assert (story.headline, story.withheld, story.paragraphs) == ("Not yet", Withheld.DRAFT, ("Text.",))
    assert "".join(line.text for line in story.ledger) == f"{matter}Text.\n"


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        ("pubDate: 2019-03-04", ("2019-03-04", None, None)), ("pub-date: 2019-03-04", ("2019-03-04", None, None)),
        ("Publish Date: 2019-03-04", ("2019-03-04", None, None)),
        ("pubDatetime: 2019-03-04", ("2019-03-04", None, None)),
        ("time: 2019-03-04 08:15", ("2019-03-04T08:15", None, None)), ("time: 10:30", (None, None, None)),
        ("updatedDate: 2019-03-04", (None, "2019-03-04", None)),
        ("modDatetime: 2019-03-04", (None, "2019-03-04", None)),
        ("last_update: {date: 2019-03-04, author: x}", (None, "2019-03-04", None)),
        ("Sub-Heading: After two years", (None, None, "After two years")), ("tagline: A", (None, None, "A")),
        ("customExcerpt: A", (None, None, "A")), ("intro: A", (None, None, "A")), ("subTitle: A", (None, None, "A")),
    ],
)  # fmt: skip
def test_keys_are_known_in_any_spelling(matter: str, expected: tuple[str | None, ...]) -> None:
    story = with_matter(f"title: T\n{matter}")
    assert (story.published, story.updated, story.deck) == expected
    assert {damage.code for damage in story.damage} <= {"no-date"}


def test_a_table_of_front_matter_may_have_what_others_have_at_the_top() -> None:
    for matter in ("---\nextra:\n  author: Jane Doe\n---\n", "+++\n[extra]\nauthor = 'Jane Doe'\n+++\n"):
        assert read(f"{matter}Text.").byline == "Jane Doe"


def test_a_tab_after_a_key_is_a_blank() -> None:
    story = with_matter("author:\tAnna Lee\ntitle: \tT\ntags:\t\n  - a\nimage:\n  path:\tx.jpg")
    assert (story.byline, story.headline, story.tags, story.photos[0].src) == ("Anna Lee", "T", ("a",), "x.jpg")


def test_tabs_between_and_after_values_are_blanks() -> None:
    story = with_matter("title: A\tB\t\ndeck: |\n  C\t# D\n\t\nauthors:\n-\tanna\t \n- bo\t# a note\ndraft:\ttrue")
    assert (story.headline, story.deck, story.authors) == ("A B", "C # D", ("anna", "bo"))
    assert story.withheld


def test_a_fault_in_front_matter_after_blank_lines_has_its_own_line() -> None:
    with pytest.raises(BadMetadata, match=r"a\.md:5: "):
        markdown.read(piece("a.md"), b"\n\n---\ntitle: [x\n---\nText.\n")


def test_a_path_on_the_old_site_is_no_canonical_url() -> None:
    story = with_matter("title: T\nurl: /2019/x/")
    assert (story.url, story.former_paths) == (None, ("/2019/x/",))
    assert story.ledger[2].became == "former_paths"


@pytest.mark.parametrize(
    ("matter", "paths", "slug"),
    [
        ("permalink: /a/bridge-open/\nredirect_from: /old/b.html", ("/a/bridge-open/", "/old/b.html"), "bridge-open"),
        ("redirect_from:\n- /a%20b/\n- /c\naliases: [d]", ("/a%20b/", "/c", "/d"), None),
        ("path: 2015/12/10/Ship-1.5", ("/2015/12/10/Ship-1.5",), "Ship-1.5"),
        ("slug: /pub/2020/01/03/tunnel.html", ("/pub/2020/01/03/tunnel.html",), "tunnel"),
        ("slug: tunnel\nurl: /pub/other/index.html", ("/pub/other/index.html",), "tunnel"),
        ("permalink: https://a.example/news/x/?y=1#z", ("/news/x/?y=1",), "x"),
        ("old_url: http://a.example/?p=7\nwordpress_url: //a.example/2012/x", ("/?p=7", "/2012/x"), None),
        ("permalink: /2019/05/", ("/2019/05/",), None), ("permalink: /:year/:title/", (), None),
        ("permalink: '{{ page.date }}/x'", (), None), ("permalink: /", (), None), ("aliases: [../x]", (), None),
        ("url: https://elsewhere.example/x", (), None), ("path: content/x.md", (), None), ("permalink: 'no'", (), None),
    ],
)  # fmt: skip
def test_addresses_on_the_former_site_are_former_paths(matter: str, paths: tuple[str, ...], slug: str | None) -> None:
    story = with_matter(matter)
    assert (story.former_paths, story.slug) == (paths, slug)


def test_a_day_that_only_a_path_or_a_name_has_is_the_date() -> None:
    assert with_matter("permalink: /2014/12/12/x/").published == "2014-12-12"
    story = with_matter("path: blog/2014/2/3/x\naliases: [/2013-01-01-x]")
    assert (story.published, story.published_printed) == ("2014-02-03", "2014/2/3")
    assert with_matter("date: 2020-01-01\npath: 2014/12/12/x").published == "2020-01-01"
    assert with_matter("permalink: /2014/13/12/x/").published is None
    assert with_matter("permalink: /product/12/3456/12/12/").published is None
    for name in ("posts/2014-09-25-ship/index.md", "2014-9-25_ship.md", "2014-09-25-ship.html.md"):
        story = read("---\ntitle: T\n---\nText.", name)
        assert (story.published, story.slug) == ("2014-09-25", "ship")
    assert read("---\ntitle: T\n---\nText.", "2014-09-25.md").slug is None


def test_character_references_in_titles_are_resolved() -> None:
    assert with_matter("title: 'Army.mil &#8211; A &amp; B'").headline == "Army.mil – A & B"


def test_a_key_of_the_wrong_type_is_damage_not_refusal() -> None:
    story = with_matter("title: [a, b]\nheadline:\nsubtitle: {a: b}")
    assert story.headline is None
    assert {(d.code, d.field, d.line) for d in story.damage} >= {
        ("metadata-type", "title", 2),
        ("metadata-type", "subtitle", 4),
    }


def test_of_a_key_given_twice_the_last_counts_and_is_named() -> None:
    story = with_matter("title: A\ntitle: B")
    assert story.headline == "B"
    assert ("metadata-repeated", "title", 3) in {(d.code, d.field, d.line) for d in story.damage}


def test_what_no_field_takes_is_listed() -> None:
    assert with_matter("title: T\nlayout: post\nhero: false\ndescription: D\nsummary: S").boilerplate == (
        "layout: post", "hero: false", "description: D",
    )  # fmt: skip


def test_no_yaml_tag_makes_an_object() -> None:
    story = with_matter("title: !!python/object/apply:os.system [echo]\nslug: !ruby/object:Foo bar")
    assert (story.headline, story.slug) == (None, "bar")


def test_toml_json_and_header_lines_say_the_same() -> None:
    toml = read('+++\ntitle = "T"\ndate = 2014-01-02T13:39:35-04:00\n[taxonomies]\ntags = ["a"]\n+++\nText.\n')
    jsons = read('{\n  "title": "T",\n  "date": "2014-01-02T13:39:35-04:00",\n  "tags": ["a"]\n}\n\nText.\n')
    header = read("Title: T\nDate: 2014-01-02T13:39:35-04:00\nTags: a\n\nText.\n")
    for story in (toml, jsons, header):
        assert (story.headline, story.published, story.tags) == ("T", "2014-01-02T13:39:35-04:00", ("a",))
        assert story.paragraphs == ("Text.",)


def test_a_header_value_goes_on_in_indented_lines() -> None:
    assert read("Title: T\nSummary: one\n    two\n\nText.").deck == "one two"


def test_a_paragraph_that_begins_with_a_colon_word_is_no_header() -> None:
    assert read("Note: this is text.\nAnd more.\n").paragraphs == ("Note: this is text. And more.",)
    assert read("Published: in full.\n\nText.\n").paragraphs[0] == "Published: in full."


def test_text_between_two_rules_is_no_front_matter() -> None:
    assert read("---\n\nSome prose here.\n\n---\n\nMore.\n").paragraphs == ("", "Some prose here.", "", "More.")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\ntitle: T\ntags:\n\t- a\n---\n", 4, "replace the tab"),
        ("---\ntitle: A: B\n---\n", 2, "quotation marks, since it contains a colon"),
        ('---\ntitle: "A\n---\nText\n', 2, "close the quotation mark"),
        ("---\ntitle: T\n\nText without end.\n", 1, "not closed"),
        ("---\n- a\n- b\n---\n", 2, "is a list"),
        ('+++\ntitle = "T\n+++\n', 2, "not valid TOML"),
        ('{"title": "T",\n "date": }\n\nText', 2, "not valid JSON"),
        ("---\na: " + "[" * 20_000 + "\n---\n", 2, "nest"),
    ],
)
def test_broken_front_matter_is_refused_with_line_and_remedy(text: str, line: int, words: str) -> None:
    reason = refusal(text)
    assert reason.startswith(f"post.md:{line}: ")
    assert words in reason


def test_aliases_cannot_make_much_of_little() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    assert "more than 20,000 values" in refusal(f"---\n{bomb}---\n")


# --- headline, file name


def test_a_heading_at_the_very_beginning_is_the_headline() -> None:
    for body in ("# The *big* one\n\nText.", "The *big* one\n===\n\nText."):
        story = read(body)
        assert (story.headline, story.paragraphs) == ("The big one", ("Text.",))


def test_a_heading_that_repeats_the_headline_is_dropped() -> None:
    story = with_body("# T\n\nText.")
    assert (story.headline, story.paragraphs, story.boilerplate) == ("T", ("Text.",), ("T",))


@pytest.mark.parametrize(
    ("line", "byline", "published"),
    [
        ("*By Ann Ott, 3 May 2010*", "Ann Ott", "2010-05-03"), ("By Ann Ott", "Ann Ott", None),
        ("May 3, 2010", None, "2010-05-03"),
    ],
)  # fmt: skip
def test_a_byline_or_date_alone_under_the_headline_is_no_text(line: str, byline: str | None, published: str) -> None:
    story = read(f"# T\n\n{line}\n\nText.")
    assert (story.byline, story.published, story.paragraphs) == (byline, published, ("Text.",))
    assert "".join(entry.text for entry in story.ledger) == f"# T\n\n{line}\n\nText."
    assert story.ledger[2].became == ", ".join(["published"] * bool(published) + ["byline"] * bool(byline))
    assert read(f"# T\n\n{line}\nText.").paragraphs == (f"{line.strip('*')} Text.",)
    assert read(f"---\nauthor: Al Holt\n---\n# T\n\n{line}\n\nText.").paragraphs == (line.strip("*"), "Text.")


def test_any_other_heading_stays_in_the_text() -> None:
    assert with_body("# Other\n\nText.").paragraphs == ("Other", "Text.")


def test_a_dated_file_name_says_what_front_matter_does_not() -> None:
    story = read("---\ntitle: T\n---\nText.", "2014-09-25-design-studio.md")
    assert (story.published, story.slug) == ("2014-09-25", "design-studio")
    assert read("---\ndate: 2020-01-01\nslug: x\n---\n", "2014-09-25-design-studio.md").published == "2020-01-01"


def test_what_is_missing_is_named() -> None:
    assert read("").warnings == read(" \n\n").warnings == ["empty"]
    assert read("---\nlang: en\n---\n").warnings == ["no-body", "no-date", "no-headline"]


def test_other_encodings_are_read_and_named() -> None:
    story = markdown.read(piece("a.md"), "---\ntitle: Caf\xe9\n---\nText.".encode("cp1252"))
    assert (story.headline, story.encoding) == ("Café", "windows-1252")
    assert "encoding:windows-1252" in story.warnings
    assert markdown.read(piece("a.md"), b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nText.\r\n").headline == "T"


# --- pictures


def photos(body: str) -> list[tuple[str | None, str | None, str | None, str | None, int]]:
    return [(p.src, p.alt_text, p.caption, p.credit, p.position) for p in with_body(body).photos]


@pytest.mark.parametrize(
    "written",
    [
        '![An alt](x.jpg "A caption")',
        "![An alt](<x.jpg> 'A caption')",
        "![An alt](x.jpg)\n*A caption*",
        "![An alt](x.jpg)\n_A caption_",
        '[![An alt](x.jpg "A caption")](https://example.org/(big))',
        '![An alt][pic]\n\n[pic]: x.jpg "A caption"',
        '<img src="x.jpg" alt="An alt" title="A caption">',
        '<p><a href="/big"><img alt="An alt" title="A caption" class="x" src=x.jpg /></a></p>',
        '<figure class="x">\n<img src="x.jpg" alt="An alt">\n<figcaption>A <em>caption</em></figcaption>\n</figure>',
        "<figure>\n\n![An alt](x.jpg)\n\n<figcaption>A caption</figcaption>\n</figure>",
        '{{< figure src="x.jpg" alt="An alt" caption="A **caption**" >}}',
        "{{% figure src='x.jpg' alt='An alt' caption='A caption' %}}",
        '{{< legacy-img-right src="x.jpg" alt="An alt" caption="A caption" >}}',
        '{% include figure.html src="x.jpg" alt="An alt" caption="A caption" %}',
        '{% include "linked-figure.html",\n url: "/sea/",\n image: "x.jpg",\n alt: "An alt",\n caption: "A caption" %}',
        '{{< card image="x.jpg" alt="An alt" caption="A caption" >}}',
        '<figure>\n{% image "x.jpg" "An alt" %}\n<figcaption>A caption</figcaption></figure>',
        '{% asset x.jpg alt="An alt" caption="A caption" %}',
        '[caption id="a_7" align="left" width="300"][![An alt](x.jpg "DSC_1")](/x.jpg) A *caption*[/caption]',
        '[caption id="x" caption="A caption"]![An alt](x.jpg)[/caption]',
        '[caption width="300"]<a href="/x"><img src="x.jpg" alt="An alt"></a> A\ncaption[/caption]',
        r'\[caption id="a\_7"\]![An alt](x.jpg) A caption\[/caption\]',
        '[caption id="a"][caption id="b"]![An alt](x.jpg) A caption[/caption] A caption[/caption]',
    ],
)
def test_every_way_of_writing_a_picture_makes_a_photo(written: str) -> None:
    story = with_body(f"One.\n\n{written}\n\nTwo.")
    assert [(p.src, p.alt_text, p.caption, p.position) for p in story.photos] == [("x.jpg", "An alt", "A caption", 1)]
    assert story.paragraphs == ("One.", "Two.")
    assert story.blocks == render(story.body)


def test_a_picture_within_a_sentence_leaves_it_whole() -> None:
    story = with_body('One.\n\nA ![b](b.jpg) c.\n\n### Head {{< img src="c.jpg" >}}\n\n![d](d.jpg) Rest.')
    assert story.paragraphs == ("One.", "A c.", "Head", "Rest.")
    assert [(p.src, p.position) for p in story.photos] == [("b.jpg", 1), ("c.jpg", 2), ("d.jpg", 3)]


def test_a_credit_at_the_end_of_a_caption_is_told_from_it() -> None:
    assert photos('![](x.jpg "The pier. (Photo: Jane Doe)")') == [("x.jpg", None, "The pier.", "Jane Doe", 0)]
    assert photos("![](x.jpg)\n*[Photo/Xinhua]*") == [("x.jpg", None, None, "Xinhua", 0)]
    assert photos('{{< figure src="x.jpg" caption="The pier" attr="Jane Doe" >}}') == [
        ("x.jpg", None, "The pier", "Jane Doe", 0)
    ]


def test_a_copyright_sign_at_the_end_of_a_caption_begins_a_credit() -> None:
    assert photos('![](x.jpg "The weir. © Borough of Thornwick / survey 2020")') == [
        ("x.jpg", None, "The weir.", "Borough of Thornwick / survey 2020", 0)
    ]
    assert photos('![](x.jpg "Sold as © last. A ship © many owners.")')[0][3] is None


def test_words_of_an_image_that_end_in_a_credit_are_its_caption() -> None:
    alt = "The weir on Saturday. Photo: Ana Toft"
    assert photos(f"![{alt}](x.jpg)") == [("x.jpg", alt, "The weir on Saturday.", "Ana Toft", 0)]
    assert photos(f'![{alt}](x.jpg "The weir")') == [("x.jpg", alt, "The weir", None, 0)]
    assert photos("![Photo: Ana Toft](x.jpg)")[0][2:4] == (None, None)


def test_a_cut_credit_and_a_cut_caption_are_damage() -> None:
    story = with_body('![](x.jpg "The pier, [Photo/]")\n\n![](y.jpg "So ...")\n\nText.')
    assert {(d.code, d.field, d.line) for d in story.damage} == {
        ("credit-cut", "photo 1", 5), ("caption-cut", "photo 1", 5), ("caption-cut", "photo 2", 7),
    }  # fmt: skip


def test_an_emphasised_paragraph_further_down_is_text() -> None:
    story = with_body("![](x.jpg)\n\n*A note on this series.*\n\nText.")
    assert story.photos[0].caption is None
    assert story.paragraphs == ("A note on this series.", "Text.")


def test_the_lead_picture_stands_before_the_text_with_its_caption() -> None:
    story = with_matter("title: T\nimage: /a/x.jpg\nimage_caption: The pier\nimage_credit: Jane Doe\nimage_alt: A pier")
    assert [(p.src, p.caption, p.credit, p.alt_text, p.position) for p in story.photos] == [
        ("/a/x.jpg", "The pier", "Jane Doe", "A pier", 0)
    ]
    nested = with_matter("title: T\ncover:\n  image: x.jpg\n  caption: The pier. (Photo by Jane Doe)\n  alt: A pier")
    assert [(p.src, p.caption, p.credit, p.alt_text) for p in nested.photos] == [
        ("x.jpg", "The pier.", "Jane Doe", "A pier")
    ]


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        ("cover_photo: x.png\ncover_photo_attribution: Ann Lee / Daily", [("x.png", None, None, "Ann Lee / Daily")]),
        ("coverImg: x.jpg\ncoverAlt: A pier\ncoverCaption: The pier", [("x.jpg", "A pier", "The pier", None)]),
        ("image: x.jpg\nimageAlt: A\nimage.caption: B", [("x.jpg", "A", "B", None)]),
        ("photo: {url: x.jpg, author: Jo Doe}\nauthor: Ann Lee", [("x.jpg", None, None, "Jo Doe")]),
        ("image: {path: /x.jpg, alt: A, lqip: 'data:image/webp;base64,x'}", [("/x.jpg", "A", None, None)]),
        ("header: {overlay_image: x.jpg, image_description: A, teaser: t.jpg, caption: 'Photo credit: [**Jo**](/u)'}",
         [("x.jpg", "A", None, "Jo")]),
        ("heroImage: x.jpg\nheroCaption: 'Image credit: [**Jo Doe**](https://u.example)'",
         [("x.jpg", None, None, "Jo Doe")]),
        ("resources:\n- src: x.jpg\n  params: {alt: A, caption: B, byline: Jo Doe}\n- src: y.pdf",
         [("x.jpg", "A", "B", "Jo Doe")]),
        ("background: {}\nmy-header-pic: x.jpg?v=1\nphoto_credit: Jo Doe", [("x.jpg?v=1", None, None, "Jo Doe")]),
        ("image: x.jpg\nimage_source: https://a.example/y.jpg", [("x.jpg", None, None, None)]),
        ("cover: x.jpg\nimage: y.jpg\nimage_caption: Y\ncover_caption: X",
         [("y.jpg", None, "Y", None), ("x.jpg", None, "X", None)]),
        ("top_img: false\ncover: '#fff'\nbanner: rgb(1, 2, 3)\nimage: transparent", []),
        ("title: How to open x.jpg\nauthor_image: a.jpg\nlogo: l.png\nnote: no picture", []),
        ("thumbnail: t.jpg\nbanner_img: x.jpg\nindex_img: i.jpg", [("x.jpg", None, None, None)]),
        ("thumbnail: t.jpg", [("t.jpg", None, None, None)]),
    ],
)  # fmt: skip
def test_any_value_of_front_matter_that_names_a_picture_file_is_a_photo(
    matter: str, expected: list[tuple[str | None, ...]]
) -> None:
    story = with_matter(matter)
    assert [(photo.src, photo.alt_text, photo.caption, photo.credit) for photo in story.photos] == expected


def test_a_lead_picture_that_the_body_shows_is_not_shown_twice() -> None:
    story = with_matter("image: /assets/x.jpg\nimage_caption: The pier", "One.\n\n![](/site/assets/x.jpg)\n\nTwo.")
    assert [(p.src, p.caption, p.position) for p in story.photos] == [("/site/assets/x.jpg", "The pier", 1)]


def test_pictures_in_code_and_comments_are_none() -> None:
    story = with_body(
        '`![a](b.jpg)`\n\n```\n![a](b.jpg) {{ x }}\n```\n\n    {{< img src="x" >}}\n\n<!-- ![a](c.jpg) -->'
    )
    assert story.photos == ()
    assert "![a](b.jpg) {{ x }}" in story.blocks[1]
    assert "{{&lt; img" in story.blocks[2]


# --- files


def test_a_file_is_found_beside_the_article_and_as_the_site_serves_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name in ("content/post/a b.jpg", "static/img/c.jpg", "assets/d.jpg"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(b"x")
    body = b"![](a%20b.jpg?v=1)\n\n![](/img/c.jpg)\n\n![]({{ site.baseurl }}/assets/d.jpg)\n\n![](/img/none.jpg)"
    story = markdown.read(piece(site / "content/post/x.md", root=site), body)
    found = [p.file and p.file.path.relative_to(site.resolve()).as_posix() for p in story.photos]
    assert found == ["content/post/a b.jpg", "static/img/c.jpg", "assets/d.jpg", None]


def test_a_file_on_the_articles_own_host_is_found_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads/a.png").write_bytes(b"x")
    hosts = ("//news.example", "https://www.news.example", "http://news.example", "https://other.example")
    body = "".join(f"![]({host}/uploads/a.png?w=300)\n\n" for host in hosts)
    text = f"---\nlink: https://news.example/2012/x/\n---\n{body}"
    story = markdown.read(piece(tmp_path / "posts/x.md", root=tmp_path), text.encode())
    assert [photo.file is not None for photo in story.photos] == [True, True, True, False]


def test_a_file_is_found_through_a_folder_that_was_not_saved(tmp_path: Path) -> None:
    (tmp_path / "pier.jpg").write_bytes(b"x")
    story = markdown.read(piece(tmp_path / "x.md", root=tmp_path), b"![](gone/../pier.jpg)")
    assert story.photos[0].file == LocalFile((tmp_path / "pier.jpg").resolve())


def test_no_file_outside_of_the_loaded_folder_is_ever_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"x")
    top = tmp_path / "top"
    (top / "posts").mkdir(parents=True)
    (top / "posts/link.jpg").symlink_to(tmp_path / "secret.jpg")
    (top / "posts/folder.jpg").mkdir()
    (top / "up.jpg").write_bytes(b"x")
    names = [
        "../../secret.jpg", "link.jpg", str(tmp_path / "secret.jpg"), f"file://{tmp_path}/secret.jpg", "folder.jpg",
        "//host/secret.jpg", "x\\..\\secret.jpg", "%2e%2e/%2e%2e/secret.jpg", "/../../secret.jpg", "a" * 5000,
    ]  # fmt: skip
    body = "\n\n".join(f'<img src="{name}">' for name in names).encode()
    article = top / "posts/x.md"
    assert [p.file for p in markdown.read(piece(article, root=top), body).photos] == [None] * len(names)
    assert markdown.read(piece(article, root=top), b"![](../up.jpg)").photos[0].file == LocalFile(
        (top / "up.jpg").resolve()
    )
    assert markdown.read(piece(article), b"![](../up.jpg)").photos[0].file is None


def test_pelicans_words_for_folders_lead_to_the_pictures_below_them(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name in ("content/images/a.jpg", "content/blog/b.jpg", "content/images/c.jpg", "content/images/lead.jpg"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(b"x")
    text = (
        "Title: T\nImage: {static}/images/lead.jpg\n\nOne.\n\n![A]({static}/images/a.jpg)\n\n![B]({attach}b.jpg)\n\n"
        '<img src="|filename|/images/c.jpg">\n\n![D][d]\n\n[d]: {filename}../images/a.jpg'
    )
    story = markdown.read(piece(site / "content/blog/x.md", root=site), text.encode())
    assert [(p.src, p.file and p.file.path.name) for p in story.photos] == [
        ("/images/lead.jpg", "lead.jpg"), ("/images/a.jpg", "a.jpg"), ("b.jpg", "b.jpg"), ("/images/c.jpg", "c.jpg"),
        ("../images/a.jpg", "a.jpg"),
    ]  # fmt: skip
    assert story.paragraphs == ("One.",)


# --- template tags


@pytest.mark.parametrize(
    ("body", "paragraph", "dropped"),
    [
        ("A {{ site.title }} b.", "A b.", "{{ site.title }}"),
        ("A {% include x.html %} b.", "A b.", "{% include x.html %}"),
        ('{{< note x="y" >}}A b.{{< /note >}}', "A b.", '{{< note x="y" >}}'),
        ("A b. {{% box abc %}}", "A b.", "{{% box abc %}}"),
        ("A b.{: .lead}", "A b.", "{: .lead}"),
        ("A {% comment %}never\nshown{% endcomment %}b.", "A b.", "{% comment %}never shown{% endcomment %}"),
        ("A b.\n\n<!-- more -->", "A b.", "<!-- more -->"),
        ('[A]({{< ref "x.md" >}}) b.', "A b.", '{{< ref "x.md" >}}'),
        ('<a href="{% post_url x %}">A</a> b.', "A b.", "{% post_url x %}"),
    ],
)
def test_template_tags_are_neither_shown_nor_lost(body: str, paragraph: str, dropped: str) -> None:
    story = with_body(body)
    assert " ".join(story.paragraphs[0].split()) == paragraph
    assert dropped in story.boilerplate
    assert not re.search(r"\{[{%<:]|[}%]\}", "".join(story.blocks))


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("{{< youtube aB_1-x >}}", "https://www.youtube.com/watch?v=aB_1-x"),
        ('{{< youtube id="aB_1-x" autoplay="true" >}}', "https://www.youtube.com/watch?v=aB_1-x"),
        ('{{ youtube(id="aB_1-x") }}', "https://www.youtube.com/watch?v=aB_1-x"),
        ('{% include video id="aB_1-x" provider="youtube" %}', "https://www.youtube.com/watch?v=aB_1-x"),
        ('{{< youtube id="aB_1-x" image="x.jpg" >}}', "https://www.youtube.com/watch?v=aB_1-x"),
        ("<div>\n{% youtube https://youtu.be/aB_1-x %}\n</div>", "https://youtu.be/aB_1-x"),
        ('<iframe src="//www.youtube-nocookie.com/embed/aB?rel=0"></iframe>', "https://www.youtube.com/watch?v=aB"),
        ("<iframe src='https://player.vimeo.com/video/7'></iframe>", "https://vimeo.com/7"),
        ("{{< vimeo 55073825 >}}", "https://vimeo.com/55073825"),
        ('{{< x user="ann" id="12" >}}', "https://x.com/ann/status/12"), ("{{< tweet 12 >}}", "https://x.com/i/status/12"),
        ("{{< gist ann 50a7 >}}", "https://gist.github.com/ann/50a7"), ("{% gist ann/50a7 %}", "https://gist.github.com/ann/50a7"),
        ("{{< instagram Cx_1 >}}", "https://www.instagram.com/p/Cx_1/"),
        ("[embed]https://a.example/v[/embed]", "https://a.example/v"),
        ("[youtube=https://youtu.be/aB]", "https://youtu.be/aB"),
    ],
)  # fmt: skip
def test_what_a_code_embeds_is_a_link(body: str, address: str) -> None:
    story = with_body(f"One.\n\n{body}\n\nTwo.")
    assert story.paragraphs == ("One.", address, "Two.")
    assert f'href="{address}"' in story.blocks[1]
    assert (story.boilerplate, story.damage) == ((), ())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('We use {{< mcpan "Some::Module" >}} and more.', "We use Some::Module and more."),
        ("We use {% cpan 'a_b_c' %} and more.", "We use a_b_c and more."),
        ('See {{< button href="https://a.example/" text="the form" >}}.', "See [the form](https://a.example/)."),
        ('See {{< out "https://a.example/" "the form" >}}.', "See [the form](https://a.example/)."),
        ('See {% post_link some-post "that post" %}.', "See [that post](@/some-post.md)."),
        ("## Also\n\n{{< reflink some-post >}}.", "## Also\n\n[some-post](@/some-post.md)."),
        ("{{< reflink path=/news/2020/some-post >}}", "[some-post](@/news/2020/some-post.md)"),
        ('See {{% relref "some-post.md#map" %}}.', "See [some-post](@/some-post.md)."),
        ('{{< note "Title" >}}In it.{{< /note >}}', "In it."), ('{% if a == "b c" %}Yes.{% endif %}', "Yes."),
    ],
)  # fmt: skip
def test_a_code_within_a_sentence_keeps_its_words(body: str, words: str) -> None:
    story = with_body(body)
    assert (story.body, story.damage) == (words, ())


def test_codes_that_are_left_or_leave_a_gap_are_damage() -> None:
    story = with_body(
        "Left {{< open.\n\nBy {{ page.author }} now.\n\n```\n{{ code }}\n```\n\n{{< toc >}}\n\n::: a warning of ours"
        '\n\nThanks to {{ "ann" | person }}.\n\n{{< figure src="x.jpg" >}} {{< load-zoom >}}'
    )
    assert [(damage.code, damage.line, damage.text) for damage in story.damage] == [
        ("site-code", 5, "Left {{< open."), ("site-code", 7, "{{ page.author }}"),
        ("site-code", 15, "::: a warning of ours"), ("site-code", 17, '{{ "ann" | person }}'),
    ]  # fmt: skip
    assert (story.paragraphs[0], story.paragraphs[-1]) == ("Left {{< open.", "Thanks to ann.")


def test_a_reference_without_a_definition_is_damage() -> None:
    story = with_body(
        "Ask [the\nharbour office][2].\n\n"
        "Its [clerk][Ann B.] knows [this][], by a[1][2] and `[x][3]`,[^1] and \\[x][4].[^2]\n\n"
        "[ANN\tB.]: https://a.example/\n> [^2]: A note."
    )
    assert [(damage.code, damage.line, damage.text) for damage in story.damage] == [
        ("site-code", 5, "Ask [the"),
        ("site-code", 8, "Its [clerk][Ann B.] knows [this][], by a[1][2] and `[x][3]`,[^1] and \\[x][4].[^2]"),
    ]
    assert story.paragraphs[0] == "Ask [the harbour office][2]."


def test_a_line_of_a_magazines_own_codes_is_damage_but_a_picture_is_read() -> None:
    story = with_body(
        "One = two.\n\n=IMAGE=pier.jpg=The *pier*\nand = a quay=\n\n=ZOOM=A quotation=\n=BOX_END=\n\n==Two=="
    )
    assert [(photo.src, photo.caption) for photo in story.photos] == [("pier.jpg", "The pier and = a quay")]
    assert [damage.text for damage in story.damage] == ["=ZOOM=A quotation=", "=BOX_END="]
    assert story.paragraphs == ("One = two.", "=ZOOM=A quotation= =BOX_END=", "==Two==")


def test_a_credit_in_the_front_matter_has_no_label() -> None:
    story = with_matter("title: T\nimage: /a/x.jpg\nimage_credit: Photo Jean Dupont")
    assert [(photo.credit, photo.credit_raw) for photo in story.photos] == [("Jean Dupont", "Photo Jean Dupont")]


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("One.\n{: .lead key='a b'}\n\nTwo.", ("One.", "Two.")), ("# Other {.big}\n\nOne.", ("Other", "One.")),
        ("{::nomarkdown}\nOne.\n{:/nomarkdown}", ("One.",)), ("{:refdef: style='x'}\nOne.\n{:refdef}", ("One.",)),
        ("{::comment}\nhidden\n{:/comment}\nOne.", ("One.",)), ("* TOC\n{:toc}\n\nOne.", ("One.",)),
        ("[[_TOC_]]\n\nOne.", ("One.",)), ("> [!NOTE]\n> One.", ("One.",)), (":::note\nOne.\n:::", ("One.",)),
        (":::note\n- One.\n  :::", ("One.",)),
        ("*[HTML]: A language\n\nOne.", ("One.",)), ("One. {/* hidden */}", ("One.",)),
        ('[gallery ids="1,2"]\n\nOne.', ("One.",)), (r'\[box type="a"\] One. \[/box\]', ("One.",)),
        ("One [see https://a.example/x] [sic].", ("One [see https://a.example/x] [sic].",)),
        ("A [video], [audio].\n\n[video]: /x", ("A video, [audio].",)),
    ],
)  # fmt: skip
def test_marks_of_kramdown_and_other_dialects_are_no_text(body: str, paragraphs: tuple[str, ...]) -> None:
    story = with_body(body)
    assert (story.paragraphs, story.damage) == (paragraphs, ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{% image "x.jpg", "A race", "(min-width: 30em) 50vw, 100vw" %}', ("A race", None, None)),
        ('{% figure "x.jpg", "A race", "The race" %}', ("A race", "The race", None)),
        ('{% figure "x.jpg", "The race", "Photo: Tom Wells" %}', (None, "The race", "Tom Wells")),
        ('{% image "x.jpg" "image-small right-aligned" "A race" %}', ("A race", None, None)),
        ('{% img left x.jpg 300 200 "The race" "A race" %}', ("A race", "The race", None)),
        ('{{ figure(src="x.jpg", alt="A race", caption="The race") }}', ("A race", "The race", None)),
    ],
)
def test_arguments_of_picture_codes_are_alt_text_and_caption(written: str, expected: tuple[str | None, ...]) -> None:
    (photo,) = with_body(written).photos
    assert (photo.src, photo.alt_text, photo.caption, photo.credit) == ("x.jpg", *expected)


def test_a_link_through_a_template_leads_to_its_path() -> None:
    story = with_body(
        '[A]({{ "/x/" | url }}), [b]({{ site.baseurl }}/y/) and <a href="{{ \'/z/\' | relative_url }}">c</a>, [d].'
        "\n\n[d]: {{ site.url }}{{ site.baseurl }}/d"
    )
    assert re.findall(r'href="([^"]*)"', story.blocks[0]) == ["/x/", "/y/", "/z/", "/d"]


def test_a_link_by_pelicans_words_leads_to_what_is_served_or_nowhere() -> None:
    story = with_body(
        "[A]({static}/a.pdf), [B]({filename}/b.md), [C][c], [D][] and <a href='|filename|e.md'>E</a>; `{filename}/x`."
        "\n\n| a |tag| b |\n\n[c]: {static}/c.pdf\n[D]: {filename}d.md 'Title'"
    )
    assert re.findall(r'href="([^"]*)"', story.blocks[0]) == ["/a.pdf", "/c.pdf"]
    assert story.paragraphs == ("A, B, C, D and E; {filename}/x.", "| a |tag| b |")
    assert sorted(story.boilerplate) == ["{filename}/b.md", "{filename}d.md 'Title'", "|filename|e.md"]


def test_code_within_a_list_is_no_script() -> None:
    story = with_body("- One:\n\n  ``` js\n  // <script src='x.js'></script>\n  {% include x.html %}\n  ```\n- Two")
    assert "// <script src='x.js'></script>\n  {% include x.html %}" in story.body
    assert story.boilerplate == ()


def test_scripts_styles_and_frames_are_named_among_what_was_left_out() -> None:
    story = with_body(
        "One <style>p { }</style>two.\n\n<script>\nvar a = 1;\n\n" + "x" * 999 + "\n</script>\n\n"
        "<iframe src='https://x.org/'></iframe>\n\n`<script></script>`\n\n<form>Words</form>"
    )
    assert story.paragraphs == ("One two.", "<script></script>", "Words")
    script, style, frame = story.boilerplate
    assert (style, frame) == ("<style>p { }</style>", "<iframe src='https://x.org/'></iframe>")
    assert script.startswith("<script> var a = 1; xxx")
    assert len(script) == 200
    assert [line.kind for line in story.ledger if "x" * 9 in line.text or "<iframe" in line.text] == ["boilerplate"] * 2


def test_raw_marks_go_and_what_stands_between_them_stays() -> None:
    story = with_body("{% raw %}\nUse {{ this }} so.\n{% endraw %}")
    assert story.paragraphs == ("Use {{ this }} so.",)


def test_a_highlighted_piece_is_code() -> None:
    story = with_body("{% highlight ruby %}\nputs '{{ x }}'\n{% endhighlight %}")
    assert story.blocks == ("<pre><code>puts '{{ x }}'\n</code></pre>",)


# --- ledger


def test_every_line_is_accounted_for() -> None:
    text = (
        "---\r\ntitle: T\r\ntags:\r\n- a\r\nlayout: x\r\n---\r\n\r\n# T\r\n\r\nOne\r\nline.\r\n\r\n"
        "![](x.jpg)\r\n*Caption*\r\n\r\n{{< box >}}\r\n- a\r\n- b\r\n\r\nEnd."
    )
    story = read(text)
    assert "".join(line.text for line in story.ledger) == text
    assert [(line.kind, line.became) for line in story.ledger if line.kind != "blank"] == [
        ("front-matter", ""), ("front-matter", "headline"), ("front-matter", "tags"), ("front-matter", "tags"),
        ("front-matter", ""), ("front-matter", ""), ("boilerplate", "headline"), ("paragraph", "paragraph 1"),
        ("paragraph", "paragraph 1"), ("caption", "photo 1"), ("caption", "photo 1"), ("boilerplate", ""),
        ("paragraph", "paragraph 2"), ("paragraph", "paragraph 2"), ("paragraph", "paragraph 3"),
    ]  # fmt: skip


# --- telling the form


@pytest.mark.parametrize(
    ("head", "is_markdown"),
    [
        (b"---\ntitle: T\n", True), (b'+++\ntitle = "T"\n', True), (b"\xef\xbb\xbf---\r\ntitle: T\r\n", True),
        (b"Title: T\nDate: 2019-01-01\n\nText", True), (b"Title: T\n\nText", False), (b"---\n\nProse.\n", False),
        (b"Bridge reopens\n\n(China Daily) | Updated: 2019-01-01\n", False), (b"", False),
        (b'{"headline": "x"}\n', False),
    ],
)  # fmt: skip
def test_front_matter_tells_markdown_whatever_the_file_is_called(head: bytes, is_markdown: bool) -> None:
    assert markdown.looks_like(head) is is_markdown


# --- real posts


@pytest.mark.skipif(not POSTS, reason=f"the Markdown corpus is not there: {CORPUS}")
@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.stem[:40])
def test_a_real_post_is_read_as_its_record_says(path: Path) -> None:
    said = json.loads(path.with_suffix(".json").read_text("utf-8"))
    original = path.read_text("utf-8")
    story = markdown.read(piece(path), path.read_bytes())
    assert story.headline == " ".join(said["title"].split())
    assert (story.published_printed or "").replace("T", " ").startswith((said["date"] or "").split("T")[0])
    assert list(story.authors) == said["authors"]
    # The record knows `tags` and `topics`, and no `deck`.
    assert list(story.tags) == said["tags"] or "\ntag:" in original
    assert story.deck == " ".join(said["summary"].split()) or "\ndeck: '" in original
    captions = [photo.caption for photo in story.photos]
    assert [caption for caption in said["figcaptions"] if " ".join(caption.split()) not in captions] == []
    shown = {photo.src: ((photo.alt_text or ""), (photo.caption or "")) for photo in story.photos}
    for image in said["shortcode_images"]:
        assert shown[image["src"]] == ((image["alt"] or ""), (image["caption"] or ""))
    assert "".join(line.text for line in story.ledger) == original
    assert story.blocks == render(story.body)
    assert not any(re.search(r"\{\{|<!--|\ufdd0", block) for block in story.blocks)


@pytest.mark.skipif(not POSTS, reason=f"the Markdown corpus is not there: {CORPUS}")
def test_a_real_post_with_tabs_after_a_value_is_read_as_its_site_read_it() -> None:
    path = CORPUS / "18f-broken-front-matter.md"
    story = markdown.read(piece(path), path.read_bytes())
    assert (story.published, story.authors) == ("2016-05-19", ("melody",))


def of_site(name: str) -> Story:
    path = SITES / name
    return markdown.read(piece(path, root=path.parents[1]), path.read_bytes())


def photos_of(story: Story) -> list[tuple[str, str | None, str | None]]:
    files = [photo.file.path if isinstance(photo.file, LocalFile) else Path("missing") for photo in story.photos]
    return [(file.name, photo.caption, photo.credit) for file, photo in zip(files, story.photos, strict=True)]


@needs_sites
def test_posts_of_a_mixed_site_are_read_with_their_pictures_paths_and_codes() -> None:
    bridge, tunnel = of_site("mixed/_posts/2020-01-02-bridge.md"), of_site("mixed/_posts/2020-01-03-tunnel.md")
    assert (bridge.slug, bridge.former_paths) == ("bridge-open", ("/news/bridge-open/", "/old/bridge.html"))
    assert photos_of(bridge) == [
        ("p0.png", None, "Anna Lee / Harbour Daily"), ("p1.png", "The first cars cross the bridge.", "Ben Ray"),
        ("p2.png", "A barge below the bridge", None),
    ]  # fmt: skip
    assert bridge.paragraphs[1:] == ("The end.", "A footnote.")
    assert (tunnel.slug, tunnel.former_paths) == ("tunnel_closed", ("/pub/2020/01/03/tunnel_closed.html",))
    assert tunnel.paragraphs == ("It is closed. We use Some::Module and several libraries.",)
    assert [name for name, _, _ in photos_of(tunnel)] == ["tiny.png", "draw.svg", "with space.png"]


@needs_sites
@pytest.mark.parametrize(
    ("name", "headline", "day"),
    [
        ("blank-yaml", "YAML after a blank line", "2024-03-27"), ("tab", "A tab after the colon", "2024-03-28"),
        ("blank-json", "A post after a blank line", "2024-03-25"), ("host", "Own host", "2012-01-01"),
        ("indent-json", "A post after two spaces", "2024-03-26"), ("zola", "Announcing Ship 1.5", "2015-12-10"),
    ],
)  # fmt: skip
def test_posts_with_unusual_front_matter_are_read(name: str, headline: str, day: str) -> None:
    story = of_site(f"posts/posts/{name}.md")
    assert (story.headline, story.published, story.damage) == (headline, day, ())


@needs_sites
def test_pictures_of_a_post_are_found_by_host_and_path() -> None:
    assert set(photos_of(of_site("posts/posts/host.md"))) == {
        ("a.png", None, None), ("b.png", None, None), ("c.png", None, None), ("c.png", "A ship by Ben", None),
    }  # fmt: skip
    assert of_site("posts/posts/zola.md").former_paths == ("/2015/12/10/Ship-1.5", "/2015/12/10/Ship-1.5.html")


def test_a_summary_with_markup_is_its_words() -> None:
    assert with_matter("summary: <p>Back <b>at last</b></p>").deck == "Back at last"
    assert with_matter("summary: Back **at last** in [port](https://a.example)").deck == "Back at last in port"
    assert with_matter("summary: 2 ** 3 * 4 ** 5 [1]").deck == "2 ** 3 * 4 ** 5 [1]"


def test_a_headline_with_markup_is_its_words() -> None:
    assert with_matter("title: Ships of the quay by <i>Ann Lee</i>").headline == "Ships of the quay by Ann Lee"
    assert with_matter("title: The <i> element and C# * 2").headline == "The <i> element and C# * 2"


def test_code_and_links_in_a_headline_and_a_summary_are_their_words() -> None:
    story = with_matter(
        "title: '2. `a_b()` and `Vec<T>` *in* 5 * 3'\nsummary: 'Uses ``x`` and [vctrs](https://v.example)'"
    )
    assert (story.headline, story.deck) == ("2. a_b() and Vec<T> *in* 5 * 3", "Uses x and vctrs")


def test_a_summary_that_repeats_the_headline_is_no_deck() -> None:
    assert with_matter("title: The ferry is back\ndescription: The Ferry is back.").deck is None


def test_a_figcaption_without_its_figure_is_the_caption_of_the_picture_before_it() -> None:
    story = with_body('<div>\n<img src="pier.jpg">\n<figcaption>The pier</figcaption>\n</div>\n\nText.')
    assert ([photo.caption for photo in story.photos], story.paragraphs) == (["The pier"], ("Text.",))


def test_markdown_within_a_division_is_markdown() -> None:
    story = with_body('Before.\n\n<div class="boxed">\n\n## The quay\n\nIt is **new**.\n\n</div>\n\nAfter.')
    assert story.blocks[1:3] == ("<h2>The quay</h2>", "<p>It is <strong>new</strong>.</p>")
    assert story.paragraphs == ("Before.", "The quay", "It is new.", "After.")
    assert [line.kind for line in story.ledger if "div" in line.text] == ["boilerplate"] * 2


def test_the_text_of_a_code_on_a_line_of_its_own_is_kept() -> None:
    codes = '{{< quote text="The pier is back." cite="Ann Lee" >}}\n\n{{< box size="2" >}}'
    story = with_body(f"Before.\n\n{codes}\n\nAfter.")
    assert story.paragraphs == ("Before.", "The pier is back.", "After.")
