"""Bytes of a web page into a tree: character sets, damage, and hostile pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles.ingest.readers.html.page import Page, parse
from tests.effort import MOST_EFFORT, effort

CORPUS = Path(__file__).parents[3] / "shared/corpora/html"
PAGES = sorted(path for path in CORPUS.glob("*/*.html") if ".expected" not in path.name)

RUSSIAN = "Паром снова ходит между двумя городами."
CHINESE = "渡轮恢复通航，码头的维修工程已提前完成。"


def shown(page: Page) -> str:
    return "".join(page.root.itertext()).strip()


def codes(page: Page) -> list[str]:
    return [damage.code for damage in page.damage]


@pytest.mark.skipif(not PAGES, reason="the pages of ../shared/corpora are not here")
def test_pages_of_the_corpus_are_read_in_their_own_character_set() -> None:
    for path in PAGES:
        page = parse(path.read_bytes())
        truth = json.loads(path.with_suffix(".json").read_text())
        assert page.encoding == (truth.get("encoding") or "utf-8"), path.name
        assert not page.damage, path.name


@pytest.mark.parametrize(
    ("label", "codec", "name", "text"),
    [
        ("gb2312", "gb18030", "gb18030", CHINESE),
        ("iso-8859-1", "cp1252", "windows-1252", "“Fähre” – wieder da"),
        ("us-ascii", "cp1252", "windows-1252", "“Fähre” – wieder da"),
        ("x-sjis", "cp932", "shift_jis", "フェリーが運航を再開します。"),
        ("ks_c_5601-1987", "cp949", "euc-kr", "여객선이 다시 운항합니다."),
        ("windows-1251", "cp1251", "windows-1251", RUSSIAN),
        ("KOI8-R", "koi8-r", "koi8-r", RUSSIAN),
        ("iso-8859-9", "cp1254", "windows-1254", "Feribot yeniden çalışıyor"),
        ("iso-2022-jp", "iso2022_jp", "iso-2022-jp", "フェリーが運航を再開します。"),
    ],
)
def test_a_declared_character_set_is_read_as_browsers_read_it(label: str, codec: str, name: str, text: str) -> None:
    by_meta = parse(f'<meta http-equiv=Content-Type content="text/html; charset={label}"><p>{text}'.encode(codec))
    by_transport = parse(f"<p>{text}".encode(codec), declared=label)
    for page in (by_meta, by_transport):
        assert (shown(page), page.encoding, codes(page)) == (text, name, [])


def test_the_transport_is_believed_before_the_page() -> None:
    data = f'<meta charset="koi8-r"><p>{RUSSIAN}'.encode("cp1251")
    assert shown(parse(data, declared="windows-1251")) == RUSSIAN


def test_an_xml_declaration_names_the_character_set_too() -> None:
    data = f'<?xml version="1.0" encoding="windows-1251"?><html><body><p>{RUSSIAN}</p></body></html>'.encode("cp1251")
    assert shown(parse(data)) == RUSSIAN


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_unicode_is_known_by_its_mark_or_its_markup(codec: str) -> None:
    page = parse(f"<html><body><p>{RUSSIAN}".encode(codec), declared="iso-8859-1")
    assert shown(page).lstrip("\ufeff") == RUSSIAN


@pytest.mark.parametrize("label", [None, "utf-8", "iso-8859-1"])
def test_a_character_set_that_is_not_the_declared_one_is_damage(label: str | None) -> None:
    page = parse(f"<p>{RUSSIAN * 3}".encode("cp1251"), declared=label)
    assert shown(page) == RUSSIAN * 3
    assert codes(page) == ["encoding:windows-1251"]


def test_utf_8_under_another_name_is_still_utf_8() -> None:
    page = parse("<meta charset=iso-8859-1><p>Die Fähre fährt".encode())
    assert (shown(page), page.encoding) == ("Die Fähre fährt", "utf-8")


def test_single_bad_bytes_in_utf_8_do_not_change_the_rest() -> None:
    page = parse(f"<p>{RUSSIAN}".encode() + b"\xff", declared="utf-8")
    assert shown(page) == RUSSIAN + "\ufffd"
    assert codes(page) == ["replacement-characters"]


def test_nul_and_control_characters_are_taken_out() -> None:
    page = parse(b"<p>The fe\0rry\x01 runs&#2; again&#0;.")
    assert shown(page) == "The ferry runs again."
    assert codes(page) == ["nul-removed"]


@pytest.mark.parametrize("data", [b"", b"   ", b"<!-- -->", b"<!doctype html>", bytes(range(256)), b"\xff\xd8\xff\xe0"])
def test_any_bytes_give_a_tree_with_a_body(data: bytes) -> None:
    assert parse(data).root.find("body") is not None


def test_what_stands_before_the_page_does_not_hide_its_language() -> None:
    warning = "<br>\n<b>Warning</b>: no access in /www/a.php on line 3"
    for_old_browsers = '<!--[if IE 8]><html class="ie8" lang="en"><![endif]-->'
    page = f'{warning}{for_old_browsers}<html lang="de-DE"><title>Fähre</title><p>Um neun.</p></html>'
    assert parse(page.encode()).root.get("lang") == "de-DE"
    assert parse(f"<html lang=sv><p>&lt;html lang=de&gt;{page}".encode()).root.get("lang") == "sv"


def test_the_base_address_is_kept_as_written() -> None:
    assert parse(b'<base href=" https://a.example/b/ "><p>x').base == "https://a.example/b/"
    assert parse(b"<p>x").base is None


@pytest.mark.parametrize("depth", [150, 1_000, 100_000])
@pytest.mark.parametrize("tag", ["div", "font"])
def test_deep_markup_keeps_its_text_and_its_order(tag: str, depth: int) -> None:
    page = parse(f"<p>before</p>{f'<{tag}>a' * depth}inside<p>after".encode())
    words = shown(page).replace("\n", "")
    assert words == "before" + "a" * depth + "inside" + "after"
    assert max(sum(1 for _ in element.iterancestors()) for element in page.root.iter("p")) <= 100


@pytest.mark.parametrize(
    "data",
    [
        "<p " + " ".join(f"a{number}" for number in range(100_000)) + ">x",
        "<p " + " ".join(f'a{number}=">"' for number in range(100_000)) + ">x",
        '<!-- <a b="--><p ' + " ".join(f'a{number}=">"' for number in range(100_000)) + ">x",
        "<a " * 500_000,
        "<!--" * 500_000,
        "<script>" * 200_000,
        '<a b="c' * 200_000,
        "<p>" + "x" * 11_000_000,
    ],
)
def test_hostile_markup_is_read_with_little_effort(data: str) -> None:
    assert effort(lambda: parse(data.encode()))[0] < MOST_EFFORT


def test_nothing_is_read_from_outside_the_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    page = parse(f'<!DOCTYPE html [<!ENTITY a SYSTEM "{secret.as_uri()}">]><html><p>&a;</p></html>'.encode())
    assert "the secret" not in shown(page)
