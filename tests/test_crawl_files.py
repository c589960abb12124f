"""Crawl files of any origin are read; damage is reported by file and byte."""

from __future__ import annotations

import gzip
import json
import pickle
import random
import zipfile
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha1
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from fastwarc.stream_io import ZstdWriter

from articles.ingest.errors import UnreadableFile
from articles.ingest.warc import Crawl, Given, Limits, PageRecord, is_crawl, read_bytes, read_record, scanner

# Without the time, which would make every test that has such bytes in its name another one each second.
gzipped = partial(gzip.compress, mtime=0)
CORPUS = Path(__file__).parents[2] / "shared/corpora/warc"
corpus = pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpora/warc is not beside the checkout")
LIMITS = Limits(max_bytes=10_000_000, max_ratio=200, max_unpacked_bytes=100_000_000)
HTML = b"<!DOCTYPE html><html><title>Ferry returns</title><p>The ferry is back at the pier.</p></html>"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(200))
HOST = "https://news.example"
FERRY = f"{HOST}/ferry.html"
MARCH, APRIL, MAY = "2019-03-04T10:00:00Z", "2019-04-04T10:00:00Z", "2019-05-04T10:00:00Z"
Opener = Callable[..., Crawl]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens crawl files, given as paths or as the bytes of one, as one crawl."""
    crawls: list[Crawl] = []

    def open_(*files: Path | bytes, name: str = "site.warc", limits: Limits = LIMITS) -> Crawl:
        paths = []
        for number, file in enumerate(files):
            if isinstance(file, bytes):
                path = tmp_path / str(number) / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(file)
                file = path
            paths.append(file)
        crawls.append(Crawl.open([Given(path, path.name) for path in paths], tmp_path, limits))
        return crawls[-1]

    yield open_
    for crawl in crawls:
        crawl.close()


def record(kind: str, uri: str, block: bytes, *fields: str, at: str = MARCH) -> bytes:
    """One WARC record; ``fields`` are further lines of its header, and may give another length."""
    lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Target-URI: {uri}", f"WARC-Date: {at}", *fields]
    if not any(line.startswith("Content-Length") for line in fields):
        lines.append(f"Content-Length: {len(block)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer(
    uri: str, body: bytes, *http: str, status: str = "200 OK", at: str = MARCH, extra: tuple[str, ...] = ()
) -> bytes:
    http = http or ("Content-Type: text/html",)
    return record("response", uri, _http(body, http, status), *extra, at=at)


def _http(body: bytes, http: tuple[str, ...], status: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *http)).encode() + b"\r\n\r\n" + body


def digest_line(name: str, data: bytes) -> str:
    return f"{name}: sha1:{b32encode(sha1(data).digest()).decode()}"


def revisit(uri: str, *fields: str, at: str = APRIL, kind: str = "text/html") -> bytes:
    return record("revisit", uri, _http(b"", (f"Content-Type: {kind}",), "200 OK"), *fields, at=at)


def zipped(content: bytes, how: int, name: str = "archive/data.warc.gz") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr(zipfile.ZipInfo(name), content, how)
    return file.getvalue()


def body_of(page: PageRecord) -> bytes:
    return page.body(LIMITS).read(LIMITS.max_bytes)


def bodies(crawl: Crawl) -> list[bytes]:
    return [body_of(page) for page in crawl.pages()]


def reasons(crawl: Crawl) -> list[str]:
    return [reason for _, reason in crawl.skipped()]


def faults(crawl: Crawl) -> list[str]:
    return [str(fault) for fault in crawl.faults()]


def counted(crawl: Crawl) -> int:
    return len(list(crawl.pages())) + len(list(crawl.skipped())) + crawl.left_alone.total()


# --- Real crawls ------------------------------------------------------------------------------------------------------


@corpus
@pytest.mark.parametrize("name", ["dev", "small"])
def test_every_record_of_a_crawl_is_accounted_for(opened: Opener, name: str) -> None:
    said = json.loads((CORPUS / f"{name}.json").read_text())
    crawl = opened(CORPUS / f"{name}.warc.gz")
    assert (crawl.records, counted(crawl), faults(crawl)) == (said["records"], said["records"], [])


@corpus
@pytest.mark.parametrize("name", ["dev", "small"])
def test_every_capture_of_an_article_is_a_page_with_its_bytes(opened: Opener, name: str) -> None:
    articles = json.loads((CORPUS / f"{name}.json").read_text())["articles"]
    pages = {(page.uri, page.captured_at): body_of(page) for page in opened(CORPUS / f"{name}.warc.gz").pages()}
    for one in articles:
        saved = (CORPUS.parent / one["truth"]).with_suffix(".html").read_bytes()
        assert pages[one["url"], datetime.fromisoformat(one["saved"])][:500] == saved[:500]


@corpus
def test_the_pictures_of_a_crawl_are_found_whole(opened: Opener) -> None:
    crawl = opened(CORPUS / "dev.warc.gz")
    files = crawl.files_of(next(crawl.pages()))
    for image in json.loads((CORPUS / "dev.json").read_text())["images"]:
        photo = files.find(image["url"])
        assert photo is not None
        assert len(photo.read(1_000_000)) == image["bytes"]


@corpus
def test_what_is_no_page_has_a_true_reason(opened: Opener) -> None:
    assert reasons(opened(CORPUS / "dev.warc.gz")) == [
        "same bytes as the capture of 2023-09-06 00:05:05 UTC",
        f"redirects to {HOST}/2023/a01.html",
        f"redirects to {HOST}/",
        "answered 404",
        "answered 503",
        "there is nothing in it",
        "labelled text/html, but is a picture",
        "made from another record by the crawler (a conversion)",
    ]


@corpus
@pytest.mark.parametrize(
    ("name", "records", "fault"),
    [
        ("damaged-cut", 22, "damaged-cut.warc.gz: byte 51,436: it is cut off: 320 of 34,306 bytes are there"),
        ("damaged-tail", 25, "damaged-tail.warc.gz: byte 86,825: what follows is not packed as the rest is; nothing"),
        ("damaged-bytes", 25, "damaged-bytes.warc.gz: byte 16,625: its bytes are not those that were saved"),
        ("not-a-warc", 0, "not-a-warc.warc.gz: byte 0: there is no record of a crawl (WARC or ARC) in it"),
    ],
)
def test_of_a_damaged_file_all_that_can_be_read_is(opened: Opener, name: str, records: int, fault: str) -> None:
    crawl = opened(CORPUS / f"{name}.warc.gz")
    assert (crawl.records, counted(crawl)) == (records, records)
    assert [told[: len(fault)] for told in faults(crawl)] == [fault]
    whole = bodies(opened(CORPUS / "small.warc.gz"))
    assert bodies(crawl) == (whole if records == 25 else whole[: len(bodies(crawl))])


@corpus
@pytest.mark.parametrize(
    ("name", "records", "pages", "fault"),
    [
        ("dupes.warc.gz", 25, 1, None),
        ("example-resource.warc.gz", 3, 1, None),
        ("example-space-in-target-uri.warc.gz", 2, 0, None),
        ("example-trunc.warc", 4, 1, "its length is wrong: 973 bytes are said, 979 bytes are there"),
        ("example-url-agnostic-orig.warc.gz", 2, 1, None),
        ("example-url-agnostic-revisit.warc.gz", 2, 0, None),
        ("example-wget-1-14.warc.gz", 6, 1, None),
        ("example-wrong-chunks.warc.gz", 2, 1, "digest does not match"),
        ("example.arc.gz", 2, 1, None),
        ("example.warc", 6, 1, None),
        ("example.warc.gz", 6, 1, None),
        ("missing-status-text.warc", 1, 0, None),
        ("post-test.warc.gz", 6, 0, None),
    ],
)
def test_crawls_of_other_programs_are_read(
    opened: Opener, name: str, records: int, pages: int, fault: str | None
) -> None:
    crawl = opened(CORPUS / "third-party" / name)
    assert is_crawl(CORPUS / "third-party" / name)
    assert (crawl.records, counted(crawl), len(bodies(crawl))) == (records, records, pages)
    assert all(body.lower().startswith(b"<!doctype html>") and b"</html>" in body for body in bodies(crawl))
    assert (len(faults(crawl)), fault or "") == (bool(fault), fault if fault and fault in faults(crawl)[0] else "")


@corpus
def test_a_repeat_of_a_page_of_another_address_names_it(opened: Opener) -> None:
    files = [CORPUS / "third-party" / f"example-url-agnostic-{part}.warc.gz" for part in ("orig", "revisit")]
    assert reasons(opened(*files)) == ["same bytes as http://example.iana.org/ of 2013-07-02 19:54:02 UTC"]


# --- How a crawl is packed --------------------------------------------------------------------------------------------


def packings() -> dict[str, tuple[str, bytes]]:
    records = [answer(f"{HOST}/{number}", HTML + b"%d" % number * 400) for number in range(9)]
    plain, by_record = b"".join(records), b"".join(map(gzipped, records))
    return {
        "plain": ("a.warc", plain),
        "by record": ("a.warc.gz", by_record),
        "as one": ("a.warc.gz", gzipped(plain)),
        "in two": ("a.warc.gz", gzipped(plain[:3000]) + gzipped(plain[3000:])),
        "stored in WACZ": ("a.wacz", zipped(by_record, zipfile.ZIP_STORED)),
        "packed in WACZ": ("a.wacz", zipped(by_record, zipfile.ZIP_DEFLATED)),
        "plain in WACZ": ("a.wacz", zipped(plain, zipfile.ZIP_DEFLATED, "archive/data.warc")),
        "as one in WACZ": ("a.wacz", zipped(gzipped(plain), zipfile.ZIP_DEFLATED)),
    }


@pytest.mark.parametrize(
    ("packing", "deep"),
    [*((packing, scanner.DEEP_BYTES) for packing in packings()), ("as one", 2000), ("as one in WACZ", 2000)],
)
def test_pages_are_the_same_however_the_crawl_is_packed(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, packing: str, deep: int
) -> None:
    monkeypatch.setattr(scanner, "DEEP_BYTES", deep)
    name, content = packings()[packing]
    crawl = opened(content, name=name)
    references = [page.extent.reference for page in crawl.pages()]
    expected = [HTML + b"%d" % number * 400 for number in range(9)]
    assert (bodies(crawl), faults(crawl)) == (expected, [])
    crawl.close()  # the archive finds an original again when nothing is left of the load
    assert [read_bytes(reference, LIMITS) for reference in references] == expected


def test_a_crawl_that_has_to_be_unpacked_is_unpacked_within_limits(opened: Opener) -> None:
    crawl = opened(packings()["packed in WACZ"][1], name="a.wacz", limits=Limits(max_unpacked_bytes=50))
    assert faults(crawl) == [
        "a.wacz/archive/data.warc.gz: byte 0: unpacked it is more than 50 bytes (UNPACK_MAX_BYTES)"
    ]


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_part_of_a_wacz_file_costs_only_what_follows_in_it(opened: Opener, how: int) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/one.warc", GOOD + random.Random(1).randbytes(40_000), how)
        archive.writestr("archive/two.warc", OTHER, how)
    data = bytearray(file.getvalue())
    data[20_000:20_400] = bytes(400)
    crawl = opened(bytes(data), name="a.wacz")
    assert f"{HOST}/other" in {page.uri for page in crawl.pages()}
    assert any(
        fault.startswith("a.wacz/archive/one.warc: byte 0: damaged file in an archive") for fault in faults(crawl)
    )


def test_a_wacz_file_that_names_places_outside_of_it_is_told_and_the_others_are_read(opened: Opener) -> None:
    data = bytearray(zipped(GOOD, zipfile.ZIP_STORED))
    end = data.rindex(b"PK\x05\x06")
    data[end + 16 : end + 20] = (2**31).to_bytes(4, "little")  # where the directory is said to lie
    crawl = opened(bytes(data), OTHER, name="a.wacz")
    assert faults(crawl) == [
        "a.wacz/archive/data.warc.gz: byte 0: the ZIP file is damaged: a file in its directory is missing"
    ]
    assert len(bodies(crawl)) == 1


def with_zeros(data: bytes, start: int, end: int) -> bytes:
    return data[:start] + bytes(end - start) + data[end:]


@pytest.mark.parametrize("damage", [(12, 60), (100, 140), (-8, -4), (0, 0)])
def test_a_packed_crawl_whose_first_record_is_damaged_is_a_crawl(
    opened: Opener, tmp_path: Path, damage: tuple[int, int]
) -> None:
    packed = gzipped(GOOD)
    first = with_zeros(packed, *(at % len(packed) for at in damage)) if any(damage) else gzipped(b"") * 500
    path = tmp_path / "a.warc.gz"
    path.write_bytes(first + gzipped(OTHER))
    assert is_crawl(path)
    assert f"{HOST}/other" in {page.uri for page in opened(path).pages()}


def test_a_damaged_packed_text_is_no_crawl(tmp_path: Path) -> None:
    packed = gzipped(random.Random(1).randbytes(9_000))
    for damage in ((12, 60), (5_000, 5_040)):
        (tmp_path / "a.gz").write_bytes(with_zeros(packed, *damage))
        assert not is_crawl(tmp_path / "a.gz")


def test_a_crawl_is_told_by_its_content(tmp_path: Path) -> None:
    for number, (name, content) in enumerate(packings().values()):
        (tmp_path / f"{number}{name}").write_bytes(content)
        assert is_crawl(tmp_path / f"{number}{name}")
    for content in (b"", b"A text about WARC/1.0\n", gzipped(b"text"), zipped(b"x", 0, "notes.txt")):
        (tmp_path / "other.warc.gz").write_bytes(content)
        assert not is_crawl(tmp_path / "other.warc.gz")


def test_progress_is_told_in_bytes_up_to_all(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(packings()["plain"][1])
    told: list[tuple[int, int]] = []
    files = [Given(tmp_path / "a.warc", "a.warc"), Given(tmp_path / "a.warc", "b.warc")]
    Crawl.open(files, tmp_path, LIMITS, lambda done, size: told.append((done, size))).close()
    size = (tmp_path / "a.warc").stat().st_size * 2
    assert told == sorted(told)
    assert told[-1] == (size, size)


def test_nothing_is_left_in_the_scratch_folder(opened: Opener, tmp_path: Path) -> None:
    opened(packings()["packed in WACZ"][1], name="a.wacz").close()
    assert [path.name for path in tmp_path.iterdir()] == ["0"]


# --- Damage -----------------------------------------------------------------------------------------------------------

GOOD = answer(FERRY, HTML)
OTHER = answer(f"{HOST}/other", HTML)


@pytest.mark.parametrize(
    ("bad", "records", "told"),
    [
        (b"rubbish between records\r\n\r\n", 2, "27 bytes outside any record were skipped"),
        (answer(f"{HOST}/b", HTML, extra=("Content-Length: 5",)), 3, "its length is wrong: 5 bytes are said"),
        (answer(f"{HOST}/b", HTML, extra=("Content-Length: 99999",)), 3, "its length is wrong: 99,999 bytes are said"),
        (answer(f"{HOST}/b", HTML, extra=("Content-Length: 250",)), 3, "its length is wrong: 250 bytes are said"),
        (answer(f"{HOST}/b", HTML, extra=("Content-Length: x",)), 3, "no valid length was given; "),
        (answer(f"{HOST}/b", HTML, extra=(digest_line("WARC-Block-Digest", b"other"),)), 3, "digest does not match"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n" + b"x" * 70_000, 2, "70,031 bytes outside any record were skipped"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n", 2, "31 bytes outside any record were skipped"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pack", [bytes, gzipped])
def test_after_a_damaged_record_the_next_is_read(
    opened: Opener, pack: Callable[[bytes], bytes], bad: bytes, records: int, told: str
) -> None:
    crawl = opened(pack(GOOD) + pack(bad) + pack(OTHER))
    assert (crawl.records, counted(crawl)) == (records, records)
    assert [fault for fault in faults(crawl) if f"byte {len(pack(GOOD)):,}: " in fault and told in fault]
    assert len(faults(crawl)) == 1
    assert bodies(crawl) == [HTML] * records


def test_a_gzip_member_that_is_overwritten_loses_only_its_own_record(opened: Opener) -> None:
    bad = bytearray(gzipped(answer(f"{HOST}/bad", bytes(range(256)) * 40 + HTML)))
    bad[60:80] = b"\0" * 20
    start = len(gzipped(GOOD))
    crawl = opened(gzipped(GOOD) + bytes(bad) + gzipped(OTHER))
    assert [page.uri for page in crawl.pages()] == [FERRY, f"{HOST}/other"]
    assert f"site.warc: byte {start:,}: it is damaged and cannot be unpacked" in faults(crawl)[0]


def test_after_a_damaged_member_of_many_records_the_next_is_read(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "DEEP_BYTES", 500)
    dice = random.Random(1)  # text that does not pack well, so that the damage hits one record
    many = bytearray(gzipped(b"".join(answer(f"{HOST}/{n}", HTML + dice.randbytes(300)) for n in range(20))))
    many[len(many) // 2 : len(many) // 2 + 40] = b"\xff" * 40
    crawl = opened(bytes(many) + gzipped(OTHER))
    uris = [page.uri for page in crawl.pages()]
    assert (uris[0], uris[-1], crawl.records) == (f"{HOST}/0", f"{HOST}/other", counted(crawl))
    assert [fault for fault in faults(crawl) if "it is damaged and cannot be unpacked; reading went on at" in fault]


def test_a_page_that_is_cut_off_is_a_page_and_known_to_be_damaged(opened: Opener) -> None:
    crawl = opened(GOOD + OTHER[:-30])
    whole, cut = crawl.pages()
    assert (whole.damage, cut.damage) == (None, "it is cut off: 111 of 137 bytes are there")
    body = cut.body(LIMITS)
    assert HTML.startswith(body.read(1000))
    assert body.damage == cut.damage


def test_of_many_records_with_wrong_lengths_all_are_read(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    records = answer(FERRY, HTML, extra=("Content-Length: 9999",)) * 200
    for limit in ("LOOK_AHEAD_BYTES", "ALL_LOOK_AHEAD_BYTES"):
        monkeypatch.setattr(scanner, limit, 10_000)
        assert len(bodies(opened(records))) == 200


@pytest.mark.parametrize("pack", [bytes, gzipped])
@pytest.mark.parametrize("after", [b"", b"rubbish\r\n\r\n"])
def test_a_crawl_that_was_saved_in_a_crawl_is_one_record(
    opened: Opener, pack: Callable[[bytes], bytes], after: bytes
) -> None:
    saved = GOOD + OTHER
    extra = (digest_line("WARC-Block-Digest", saved),) if after else ()
    crawl = opened(
        pack(record("resource", f"{HOST}/site.warc", saved, "Content-Type: application/warc", *extra) + after)
    )
    assert (crawl.records, crawl.left_alone) == (1, {"files of other kinds": 1})
    assert len(faults(crawl)) == bool(after)


def test_damage_behind_a_wrong_length_costs_no_sound_record(opened: Opener) -> None:
    dice = random.Random(1)
    bad = answer(f"{HOST}/bad", HTML, extra=("Content-Length: 999999",))
    many = bytearray(gzipped(bad + OTHER + answer(f"{HOST}/noise", dice.randbytes(4_000))))
    many[-2_000:-1_900] = bytes(100)
    uris = [page.uri for page in opened(bytes(many)).pages()]
    assert uris[:2] == [f"{HOST}/bad", f"{HOST}/other"]


@pytest.mark.parametrize(
    "change", [(b"\r\n", b"\n"), (b"Content-Length", b"content-length"), (b": ", b":"), (b"\r\n", b"\r\r\n")]
)
def test_headers_may_be_written_in_other_ways(opened: Opener, change: tuple[bytes, bytes]) -> None:
    header, blank, block = GOOD.partition(b"\r\n\r\n")
    changed = (header + blank).replace(*change) + block
    assert bodies(opened(changed + OTHER)) == [HTML, HTML]


def test_a_gzip_bomb_is_left_and_the_rest_is_read(opened: Opener) -> None:
    bomb = gzipped(answer(f"{HOST}/bomb", b" " * 60_000_000))
    crawl = opened(gzipped(GOOD) + bomb + gzipped(OTHER))
    assert "expands to more than 200 times its size: possible zip bomb" in faults(crawl)[0]
    assert f"{HOST}/other" in {page.uri for page in crawl.pages()}


def test_a_file_that_can_not_be_opened_is_told_and_the_others_are_read(opened: Opener, tmp_path: Path) -> None:
    crawl = opened(GOOD, tmp_path / "gone.warc")
    assert (len(bodies(crawl)), faults(crawl)) == (
        1,
        ["gone.warc: byte 0: it cannot be read: No such file or directory"],
    )


# --- Bodies -----------------------------------------------------------------------------------------------------------


def zstd(data: bytes) -> bytes:
    file = BytesIO()
    writer = ZstdWriter(file)
    writer.write(data)
    writer.close()
    return file.getvalue()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CHUNKED = b"5\r\n" + HTML[:5] + b"\r\n" + b"%x;x=y\r\n" % (len(HTML) - 5) + HTML[5:] + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "http"),
    [
        (gzipped(HTML), ("Content-Encoding: gzip",)),
        (zlib.compress(HTML), ("Content-Encoding: deflate",)),
        (raw_deflate(HTML), ("Content-Encoding: deflate",)),
        (brotli.compress(HTML), ("Content-Encoding: br",)),
        (zstd(HTML), ("Content-Encoding: zstd",)),
        (gzipped(gzipped(HTML)), ("Content-Encoding: gzip, gzip",)),
        (CHUNKED, ("Transfer-Encoding: chunked",)),
        (b"%x\r\n" % len(gzipped(HTML)) + gzipped(HTML) + b"\r\n0\r\n\r\n",
         ("Transfer-Encoding: chunked", "Content-Encoding: gzip")),
        (HTML, ("Transfer-Encoding: chunked",)),
        (HTML, ("Content-Encoding: gzip",)),
        (HTML, ("Content-Encoding: br",)),
        (HTML, ("Content-Encoding: zstd",)),
        (HTML, ("Content-Encoding: none of these",)),
        (HTML, ("Content-Length: 3",)),
        (HTML, ("Content-Length: 99999",)),
        (gzipped(HTML), ()),
    ],
)  # fmt: skip
def test_a_body_is_what_a_browser_had_whatever_its_coding_and_label(
    opened: Opener, body: bytes, http: tuple[str, ...]
) -> None:
    (page,) = opened(answer(FERRY, body, "Content-Type: text/html; charset=gb2312", *http)).pages()
    read = read_record(page.extent, LIMITS)
    assert (read.body, read.charset, read.damage) == (HTML, "gb2312", None)


@pytest.mark.parametrize(
    ("body", "http", "damage"),
    [
        (CHUNKED[:-30], "Transfer-Encoding: chunked", "its chunks break off"),
        (gzipped(HTML)[:-20], "Content-Encoding: gzip", "its gzip coding breaks off"),
    ],
)
def test_of_a_coded_body_that_breaks_off_the_beginning_is_kept(
    opened: Opener, body: bytes, http: str, damage: str
) -> None:
    (page,) = opened(answer(FERRY, body, "Content-Type: text/html", http)).pages()
    read = read_record(page.extent, LIMITS)
    assert HTML.startswith(read.body)
    assert (len(read.body) > 40, read.damage) == (True, damage)


def test_a_body_that_unpacks_to_too_much_is_refused(opened: Opener) -> None:
    bomb = gzipped(b"<html>" + b" " * 9_000_000)
    (page,) = opened(answer(FERRY, bomb, "Content-Type: text/html", "Content-Encoding: gzip")).pages()
    with pytest.raises(UnreadableFile, match="byte 0: decoded, it expands to more than 200 times its size: possible"):
        body_of(page)
    with pytest.raises(UnreadableFile, match="decoded it is more than 1,000 bytes"):
        page.body(LIMITS).read(1000)


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip"])
@pytest.mark.parametrize("size", [60, 3_000])
def test_a_body_that_does_not_decode_and_is_no_text_is_refused(opened: Opener, coding: str, size: int) -> None:
    noise = b"\x93" + random.Random(3).randbytes(size)
    (page,) = opened(answer(FERRY, noise, "Content-Type: text/html", f"Content-Encoding: {coding}")).pages()
    with pytest.raises(UnreadableFile, match=f"its {coding} coding does not decode, and it is not plain text either"):
        body_of(page)


def test_what_a_server_said_before_its_answer_is_passed_over(opened: Opener) -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\n" + _http(HTML, ("Content-Type: text/html",), "200 OK")
    assert bodies(opened(record("response", FERRY, early))) == [HTML]


def test_a_page_that_the_crawler_cut_off_says_so(opened: Opener) -> None:
    (page,) = opened(answer(FERRY, HTML, extra=("WARC-Truncated: length",))).pages()
    assert read_record(page.extent, LIMITS).damage == "it was cut off when it was saved (length)"


# --- What is a page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label", ["text/plain", "application/octet-stream", "application/xhtml+xml", "TEXT/HTML;charset=x", ""]
)
def test_a_page_is_told_by_its_content_where_its_label_leaves_it_open(opened: Opener, label: str) -> None:
    assert bodies(opened(answer(FERRY, HTML, f"Content-Type: {label}"))) == [HTML]


@pytest.mark.parametrize(
    ("body", "label", "counted_as"),
    [
        (JPEG, "image/jpeg", "pictures"),
        (JPEG, "text/plain", "pictures"),
        (b"<svg xmlns='x'/>", "image/svg+xml", "pictures"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "text/xml", "feeds"),
        (b"<?xml version='1.0'?><feed xmlns='x'>", "text/html", "feeds"),
        (b"User-agent: *", "text/plain", "text files"),
        (b"p { margin: 0 }", "text/css", "style sheets"),
        (b"let a = '<html>'", "application/javascript", "scripts"),
        (b'{"a": 1}', "application/json", "data files"),
        (b"%PDF-1.7", "application/pdf", "documents"),
        (b"wOFF....", "application/octet-stream", "fonts"),
        (HTML, "image/jpeg", "files of other kinds"),
    ],
)
def test_what_is_surely_no_page_is_counted_by_kind(opened: Opener, body: bytes, label: str, counted_as: str) -> None:
    crawl = opened(answer(f"{HOST}/x", body, f"Content-Type: {label}"))
    assert (crawl.left_alone, bodies(crawl), reasons(crawl)) == ({counted_as: 1}, [], [])


def test_errors_of_pictures_are_counted_and_those_of_pages_told(opened: Opener) -> None:
    missing = [answer(f"{HOST}/{name}", HTML, status="404 Not Found") for name in ("a.jpg", "style.css", "story")]
    crawl = opened(*missing)
    assert reasons(crawl) == ["answered 404"]
    assert crawl.left_alone == {"redirects and errors of pictures, styles and other files": 2}


def test_a_resource_and_an_answer_without_http_are_pages_by_their_own_label(opened: Opener) -> None:
    one = record("resource", FERRY, HTML, "Content-Type: text/html; charset=utf-16")
    two = record("response", f"{HOST}/b", HTML, "Content-Type: application/http")
    crawl = opened(one + two)
    charsets = [(page.uri, read_record(page.extent, LIMITS).charset) for page in crawl.pages()]
    assert charsets == [(FERRY, "utf-16"), (f"{HOST}/b", None)]
    assert bodies(crawl) == [HTML, HTML]


# --- Captures ---------------------------------------------------------------------------------------------------------


def test_captures_of_one_address_come_together_and_oldest_first(opened: Opener) -> None:
    first = answer(FERRY, HTML, at=MAY) + answer(f"{HOST}/b", HTML, at=MARCH)
    second = answer("http://news.example/ferry.html", HTML, at=APRIL) + answer(FERRY, HTML, at=MARCH)
    crawl = opened(first, second)
    assert [(page.uri, page.captured_at and page.captured_at.month) for page in crawl.pages()] == [
        (FERRY, 3), ("http://news.example/ferry.html", 4), (FERRY, 5), (f"{HOST}/b", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2019-03-04T10:00:00Z", datetime(2019, 3, 4, 10, tzinfo=UTC)),
        ("2019-03-04T10:00:00.123456789Z", datetime(2019, 3, 4, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2019-03", datetime(2019, 3, 1, tzinfo=UTC)),
        ("20190304100000", datetime(2019, 3, 4, 10, tzinfo=UTC)),
        ("yesterday", None),
    ],
)
def test_the_time_of_a_capture_is_as_its_record_says(opened: Opener, said: str, moment: datetime | None) -> None:
    assert [page.captured_at for page in opened(answer(FERRY, HTML, at=said)).pages()] == [moment]


def test_a_page_that_went_back_to_what_it_said_is_a_capture_though_saved_without_its_bytes(opened: Opener) -> None:
    old, new = digest_line("WARC-Payload-Digest", HTML), digest_line("WARC-Payload-Digest", HTML + b"new")
    captures = answer(FERRY, HTML, extra=(old,), at=MARCH) + answer(FERRY, HTML + b"new", extra=(new,), at=APRIL)
    again = revisit(FERRY, old, f"WARC-Refers-To-Date: {MARCH}", at=MAY)
    crawl = opened(captures + again + revisit(FERRY, old, at="2019-06-04T10:00:00Z"))
    pages = list(crawl.pages())
    assert [page.captured_at and page.captured_at.month for page in pages] == [3, 4, 5]
    assert bodies(crawl) == [HTML, HTML + b"new", HTML]
    assert len({page.name for page in pages} | {page.place for page in pages}) == 6
    assert reasons(crawl) == ["same bytes as the capture of 2019-05-04 10:00:00 UTC"]


def test_a_capture_is_known_again_wherever_its_file_lies(opened: Opener, tmp_path: Path) -> None:
    named = answer(FERRY, HTML, extra=("WARC-Record-ID: <urn:uuid:1-2>",))
    one, two = (list(opened(named + OTHER, name=name).pages()) for name in ("a.warc", "b.warc"))
    assert [page.place for page in one] == [page.place for page in two]
    assert one[0].place == "warc:urn:uuid:1-2"
    assert len(one[1].place) == len("warc:") + 64


def test_addresses_are_shown_without_spaces_brackets_and_control_characters(opened: Opener) -> None:
    (page,) = opened(answer("<https://news.example/a b\x1b.html>", HTML)).pages()
    assert page.uri == "https://news.example/a%20b%1B.html"
    assert page.name == "site.warc:0 https://news.example/a%20b%1B.html"


# --- Photos -----------------------------------------------------------------------------------------------------------


def picture(uri: str, body: bytes = JPEG, at: str = MARCH) -> bytes:
    return answer(uri, body, "Content-Type: image/jpeg", at=at)


def found(crawl: Crawl, src: str) -> bytes | None:
    photo = crawl.files_of(next(crawl.pages())).find(src)
    return photo.read(10_000) if photo else None


@pytest.mark.parametrize(
    ("saved", "src"),
    [
        (f"{HOST}/a.jpg", f"{HOST}/a.jpg"),
        (f"{HOST}/a.jpg", "a.jpg"),
        (f"{HOST}/a.jpg", "//news.example/a.jpg#top"),
        (f"{HOST}/a.jpg", "http://NEWS.example:80/a.jpg"),
        (f"{HOST}/caf%C3%A9%20b.jpg", "/café b.jpg"),
        (f"{HOST}/caf\u00e9.jpg", "/caf%c3%a9.jpg"),
        (f"{HOST}/%61.jpg", "/a.jpg"),
        (f"{HOST}/i?a=1&b=2", "/i?a=1&amp;b=2"),
        ("http://m\u00fcller.example/a.jpg", "https://xn--mller-kva.example/a.jpg"),
    ],
)
def test_a_photo_is_found_however_its_address_is_written(opened: Opener, saved: str, src: str) -> None:
    assert found(opened(GOOD + picture(saved)), src) == JPEG


@pytest.mark.parametrize(
    "src", ["/b.jpg", "/a.jpg?w=1", "", "http://[", "data:image/gif;base64,R0", "/gone.jpg", "/page"]
)
def test_what_was_not_saved_as_a_picture_is_not_found(opened: Opener, src: str) -> None:
    others = answer(f"{HOST}/gone.jpg", HTML, status="404 Not Found") + answer(f"{HOST}/page", HTML)
    assert found(opened(GOOD + picture(f"{HOST}/a.jpg") + others), src) is None


def test_of_several_captures_of_a_picture_the_nearest_in_time_counts(opened: Opener) -> None:
    pictures = [picture(f"{HOST}/a.jpg", JPEG + at.encode(), at) for at in (MARCH, APRIL, MAY)]
    crawl = opened(answer(FERRY, HTML, at="2019-04-10T00:00:00Z") + b"".join(pictures))
    assert found(crawl, "/a.jpg") == JPEG + APRIL.encode()


def test_a_picture_is_found_by_way_of_redirects_and_repeats(opened: Opener) -> None:
    moved = [answer(f"{HOST}/{n}.jpg", b"", f"Location: /{n + 1}.jpg", status="302 Found") for n in range(3)]
    repeat = revisit(f"{HOST}/3.jpg", f"WARC-Refers-To-Target-URI: {HOST}/kept.jpg", kind="image/jpeg")
    crawl = opened(GOOD + b"".join(moved) + repeat + picture(f"{HOST}/kept.jpg"))
    assert found(crawl, "/0.jpg") == JPEG


def test_redirects_in_a_circle_lead_nowhere(opened: Opener) -> None:
    circle = [answer(f"{HOST}/{n}.jpg", b"", f"Location: /{(n + 1) % 2}.jpg", status="302 Found") for n in range(2)]
    assert found(opened(GOOD + b"".join(circle) * 20), "/0.jpg") is None


def test_a_picture_that_can_not_be_read_is_an_error_of_the_system(opened: Opener) -> None:
    crawl = opened(GOOD + picture(f"{HOST}/a.jpg"))
    photo = crawl.files_of(next(crawl.pages())).find("/a.jpg")
    assert photo is not None
    with pytest.raises(OSError, match="more than 20 bytes"):
        photo.read(20)
    photo.extent.path.unlink()
    with pytest.raises(OSError, match="No such file"):
        photo.read(1000)


def test_pages_and_their_photos_travel_to_other_processes(opened: Opener) -> None:
    crawl = opened(GOOD + picture(f"{HOST}/a.jpg"))
    page = next(crawl.pages())
    body, files = pickle.loads(pickle.dumps((page.body(LIMITS), crawl.files_of(page))))
    assert (body.read(1000), files.find("/a.jpg").read(1000)) == (HTML, JPEG)
