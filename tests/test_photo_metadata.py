"""Metadata in photo files, read from every place for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from articles.photos import Words
from articles.photos.metadata import fields_of, is_filler
from tests.photo_files import CORPUS, alternatives, exif, held, iim, photo, xmp

UTF8, LATIN_1, CYRILLIC = b"\x1b%G", b"\x1b-A", b"\x1b-L"
CAPTION = xmp(alternatives("dc:description", x_default="The ferry at the quay."))


def expected() -> list[dict[str, Any]]:
    listed = CORPUS / "expected.json"
    return json.loads(listed.read_text()) if listed.exists() else []


# --- Reading. ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpora/photos is not beside the checkout")
@pytest.mark.parametrize(
    "one", [one for one in expected() if "reject" not in one["verdict"].split()[0]], ids=lambda one: one["file"]
)
def test_caption_creator_and_credit_are_read_as_the_file_says(one: dict[str, Any]) -> None:
    found = held((CORPUS / one["file"]).read_bytes())
    assert (found.width_px, found.height_px) == (one["width"], one["height"])
    words = [found.words.caption, found.words.creator, found.words.credit_line]
    assert words == [one.get(name) or "" for name in ("caption", "byline", "credit")]


@pytest.mark.parametrize(
    ("value", "declared", "text"),
    [
        ("Café, Ålesund".encode(), b"", "Café, Ålesund"),
        ("Café, Ålesund".encode("latin-1"), b"", "Café, Ålesund"),
        ("“Café” – 5 €".encode("cp1252"), b"", "“Café” – 5 €"),
        ("Café".encode(), LATIN_1, "Café"),
        ("Café".encode("latin-1"), UTF8, "Café"),
        ("Мост".encode("iso8859-5"), CYRILLIC, "Мост"),
        ("9月6日，志愿者".encode()[:-1], UTF8, "9月6日，志愿"),
        (b"Quay\0\0", b"", "Quay"),
    ],
)
def test_a_caption_of_an_agency_is_decoded_whatever_it_declares(value: bytes, declared: bytes, text: str) -> None:
    assert held(photo(iim=iim([(120, value)], declared=declared))).words.caption == text


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_words_are_read_from_every_kind_of_file(kind: str) -> None:
    agency = b"" if kind == "WEBP" else iim([(110, b"Central Wire")])  # which has no place for it
    found = held(photo(kind, xmp=CAPTION, iim=agency, exif=exif({0x013B: b"Mei Tanaka"})))
    assert (found.words.caption, found.words.creator) == ("The ferry at the quay.", "Mei Tanaka")
    assert found.words.credit_line == ("Central Wire" if agency else "")


@pytest.mark.parametrize("order", "<>")
def test_exif_is_read_in_either_byte_order_and_in_latin_letters(order: str) -> None:
    texts = {0x010E: "Café".encode(), 0x013B: "Zoë".encode("latin-1"), 0x8298: b"Mei Tanaka\0The Daily"}
    found = held(photo(exif=exif(texts, {0x9003: b"2021:05:04 12:30:00", 0x9011: b"+02:00"}, order)))
    assert found.words == Words(caption="Café", creator="Zoë", copyright_notice="Mei Tanaka, The Daily")
    assert fields_of(found.metadata).date == "2021-05-04T12:30:00+02:00"


def test_xmp_counts_before_iim_and_iim_before_exif_field_by_field() -> None:
    found = held(
        photo(
            xmp=CAPTION,
            iim=iim(
                [
                    (120, b"Old caption."),
                    (110, b"Central Wire"),
                    (105, b"Ferries"),
                    (55, b"20210504"),
                    (90, b"Norhaven"),
                ]
            ),
            exif=exif({0x010E: b"Older caption.", 0x013B: b"Mei Tanaka"}),
        )
    )
    assert found.words == Words("The ferry at the quay.", "Central Wire", "", "Mei Tanaka", "")
    whole = fields_of(found.metadata)
    assert (whole.headline, whole.date, whole.place) == ("Ferries", "2021-05-04", "Norhaven")
    assert {block for block, values in found.metadata.items() if values} == {"xmp", "iim", "exif"}, "all are kept"


def test_the_default_language_counts_and_the_others_are_kept() -> None:
    texts = alternatives("dc:description", en="Nets by the river.", x_default="河边的渔网。")
    alt = alternatives("Iptc4xmpCore:AltTextAccessibility", en="A net.")
    found = held(photo(xmp=xmp(texts + alt)))
    assert (found.words.caption, found.words.alt_text) == ("河边的渔网。", "A net.")
    assert found.metadata["xmp"]["dc:description"] == {"en": "Nets by the river.", "x-default": "河边的渔网。"}


def test_several_creators_are_all_named() -> None:
    names = "<dc:creator><rdf:Seq><rdf:li>Mei Tanaka</rdf:li><rdf:li>Pedro Salas</rdf:li></rdf:Seq></dc:creator>"
    assert held(photo(xmp=xmp(names))).words.creator == "Mei Tanaka; Pedro Salas"


def test_properties_written_as_attributes_and_structures_are_read() -> None:
    packet = xmp(
        '<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<Iptc4xmpExt:City>Norhaven</Iptc4xmpExt:City><exif:GPSLatitude>60,23N</exif:GPSLatitude>"
        "</rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>"
    ).replace(b'rdf:about=""', b'rdf:about="" photoshop:Credit="Central Wire" aux:SerialNumber="77"')
    found = held(photo(xmp=packet)).metadata["xmp"]
    assert found == {
        "photoshop:Credit": "Central Wire",
        "Iptc4xmpExt:LocationCreated": [{"Iptc4xmpExt:City": "Norhaven"}],
    }


@pytest.mark.parametrize(
    "filler",
    [
        "OLYMPUS DIGITAL CAMERA         ",
        "SONY DSC",
        "Default",
        "KONICA MINOLTA DIGITAL CAMERA",
        "DSC_0042.JPG",
        "untitled",
        " . ",
    ],
)
def test_what_a_camera_writes_is_no_caption(filler: str) -> None:
    assert held(photo(exif=exif({0x010E: filler.encode()}))).words.caption == ""


@pytest.mark.parametrize("caption", ["Picture of the quay", "Image makers at work", "Sony DSC cameras on sale", "河"])
def test_what_a_person_writes_is_a_caption(caption: str) -> None:
    assert not is_filler(caption)


def test_texts_without_end_are_bounded() -> None:
    endless = iim([(120, b"word " * 6_000), *((25, b"keyword %d" % number) for number in range(1_500))])
    found = held(photo(iim=endless))
    assert len(found.words.caption) <= 5_000
    assert len(json.dumps(found.metadata)) < 45_000


@pytest.mark.parametrize(
    "packet",
    [
        b'<!DOCTYPE x [<!ENTITY e "boom">]>' + CAPTION.replace(b"The ferry", b"&e;"),
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + CAPTION,
        b"<x:xmpmeta", b"\xff\xfe\xfd", b"<a/>",
    ],
)  # fmt: skip
def test_xmp_with_entities_or_none_at_all_is_passed_over(packet: bytes) -> None:
    found = held(photo(xmp=packet, exif=exif({0x013B: b"Mei Tanaka"})))
    assert (found.words.caption, found.words.creator) == ("", "Mei Tanaka")


@pytest.mark.parametrize(
    ("day", "clock", "iso"),
    [
        (b"20210504", b"123000+0200", "2021-05-04T12:30:00+02:00"), (b"20210504", b"", "2021-05-04"),
        (b"20210504", b"996060", "2021-05-04"), (b"00000000", b"000000", ""), (b"20210231", b"", ""),
    ],
)  # fmt: skip
def test_a_date_is_as_precise_as_the_file_and_in_the_calendar(day: bytes, clock: bytes, iso: str) -> None:
    assert fields_of(held(photo(iim=iim([(55, day), (60, clock)]))).metadata).date == iso
