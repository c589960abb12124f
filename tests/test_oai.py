"""Harvesting by OAI-PMH: what harvesters get, what is new to them since, and what is deleted."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import oaipmh_scythe
import pytest
import sickle
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from lxml import etree
from sickle.oaiexceptions import NoRecordsMatch

from articles.catalogue.ledger import Stamp
from articles.editorial.actions.merge_articles import merge
from articles.editorial.actions.merge_tags import merge_tags
from articles.loading.undo import undo
from articles.models import Article, Change, Gone, Load, Source, Tag
from articles.public.listings import harvest
from articles.public.views import oai
from tests.loading import load
from tests.postgres import cluster, free_ports, needed
from tests.served import ROOT, Archive, ask, copy_empty, served
from tests.staff import logged_in, saved

SPACES = {"o": oai.OAI, "dc": "http://purl.org/dc/elements/1.1/", "m": "http://www.loc.gov/mods/v3"}
AN_HOUR_AGO = """
from datetime import timedelta
from django.db.models import F
from articles.models import Change
Change.objects.update(seen_at=F("seen_at") - timedelta(hours=1))
"""
PHOTO = {"src": "quay.jpg", "caption": "The quay <at> dawn.", "credit": "Mei Tanaka"}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list ends with what has just been committed, so that tests need not wait."""
    monkeypatch.setattr(oai, "DELAY", timedelta(seconds=-2))


def write(folder: Path, count: int, first: int = 0, **values: Any) -> Path:
    folder.mkdir(exist_ok=True)
    records = (
        {
            "id": f"urn:boat:{number}", "headline": f"Ferry {number} returns", "published": "2021-05-04T10:30",
            "source": "Harbour Daily", "tags": ["Ferries"], "body_markdown": f"Ferry {number} sailed at nine.",
            **values,
        }
        for number in range(first, first + count)
    )  # fmt: skip
    (folder / f"{first}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return folder


def write_older(folder: Path, count: int) -> None:
    """Articles of the same sets, loaded in 2019."""
    if count:
        load(write(folder / "older", count, first=100))
        Change.objects.update(seen_at=datetime(2019, 1, 1, tzinfo=UTC))


def asked(site: Client, verb: str, **arguments: str) -> Any:
    response = site.get("/oai", {"verb": verb, **{name.removesuffix("_"): of for name, of in arguments.items()}})
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
    return etree.fromstring(response.content)


def texts(tree: Any, path: str) -> list[str]:
    return [str(found) for found in tree.xpath(path, namespaces=SPACES)]


def listed(site: Client, verb: str = "ListIdentifiers", **arguments: str) -> Iterator[Any]:
    """All pages of a list."""
    page = asked(site, verb, **{"metadataPrefix": "oai_dc", **arguments})
    while True:
        yield page
        tokens = texts(page, "//o:resumptionToken/text()")
        if not tokens:
            return
        page = asked(site, verb, resumptionToken=tokens[0])


def keys(site: Client, **arguments: str) -> dict[str, bool]:
    """Of all headers: their keys, and whether they are deleted."""
    headers = [header for page in listed(site, **arguments) for header in page.xpath("//o:header", namespaces=SPACES)]
    found = {header[0].text.rpartition(":")[2]: header.get("status") == "deleted" for header in headers}
    assert len(found) == len(headers), "a record twice"
    return found


def error(site: Client, **arguments: str) -> str:
    page = asked(site, arguments.pop("verb", ""), **arguments)
    [code] = texts(page, "//o:error/@code")
    return code


def written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- With the harvesters that others use. -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with served(tmp_path_factory.mktemp("archive")) as running:
        running.manage("shell", "-v0", "-c", AN_HOUR_AGO)
        yield running


@pytest.mark.xdist_group("served")
def test_a_form_is_answered_as_its_query_is(archive: Archive) -> None:
    for form in ("verb=ListRecords&metadataPrefix=mods", "verb=Identify", "verb=Wrong", ""):
        with urlopen(f"{archive.url}/oai", form.encode(), timeout=30) as answer:
            posted = answer.read().decode()
        moment = re.compile("<responseDate>.*?</responseDate>")
        assert moment.sub("", posted) == moment.sub("", ask(f"{archive.url}/oai?{form}").text)


def test_sickle_gets_every_article_with_its_captions_and_credits(archive: Archive) -> None:
    harvester = sickle.Sickle(f"{archive.url}/oai")
    assert harvester.Identify().deletedRecord == "persistent"
    assert [found.metadataPrefix for found in harvester.ListMetadataFormats()] == ["oai_dc", "mods"]
    records = [record for record in harvester.ListRecords(metadataPrefix="mods") if not record.deleted]
    entries = re.findall("<loc>(.*?)</loc>", ask(f"{archive.url}/sitemap/articles-0.xml").text)
    by_address = {texts(record.xml, ".//m:mods/m:location/m:url/text()")[0]: record.xml for record in records}
    assert sorted(by_address) == sorted(entries)
    shown = 0
    for address, record in by_address.items():
        parts = record.xpath(".//m:relatedItem[@type='constituent']", namespaces=SPACES)
        found = [
            ("".join(texts(part, "m:abstract/text()")), "".join(texts(part, "m:note[@type='credit']/text()")))
            for part in parts
        ]
        photos = json.loads(ask(f"{address}article.json").text)["photos"]
        assert found == [(photo["caption"] or "", photo["credit"] or "") for photo in photos], address
        shown += len(found)
    assert shown > 20
    sets = {found.setSpec: found.setName for found in harvester.ListSets()}
    assert (sets["source-norhaven-courier"], sets["tag-ferries"]) == ("Norhaven Courier", "Ferries")
    ferries = list(harvester.ListIdentifiers(metadataPrefix="oai_dc", set="tag-ferries"))
    assert len(ferries) > 2
    assert all("tag-ferries" in header.setSpecs for header in ferries)
    assert harvester.GetRecord(identifier=ferries[0].identifier, metadataPrefix="oai_dc").metadata["publisher"]
    with pytest.raises(NoRecordsMatch):
        harvester.ListRecords(metadataPrefix="oai_dc", **{"from": written(datetime.now(UTC))})


@pytest.mark.xdist_group("served")
def test_oaipmh_scythe_gets_every_article(archive: Archive) -> None:
    harvester = oaipmh_scythe.Scythe(f"{archive.url}/oai")
    identifiers = [header.identifier for header in harvester.list_identifiers()]  # type: ignore[union-attr]
    assert len(set(identifiers)) == len(identifiers) > 50
    record: Any = harvester.get_record(identifier=identifiers[0])
    assert record.get_metadata()["title"]


@pytest.mark.xdist_group("served")
def test_an_argument_that_no_page_knows_is_refused_by_the_server_too(archive: Archive) -> None:
    assert 'code="badArgument"' in ask(f"{archive.url}/oai?verb=Identify&page=1&colour=red").text
    assert "no-store" in ask(f"{archive.url}/oai?verb=Identify").headers["cache-control"]


# --- What is new. -----------------------------------------------------------------------------------------------------


def test_only_what_readers_see_changed_is_harvested_since(
    site: Client, editor: Client, tmp_path: Path, at_once: None
) -> None:
    folder = write(tmp_path / "exports", 100)
    load(folder)
    Change.objects.update(seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    edited, withdrawn = Article.objects.filter(external_id__in=["urn:boat:7", "urn:boat:8"]).order_by("external_id")
    saved(editor, edited, headline="The ferry is back")
    saved(editor, withdrawn, withdrawn="on", withdrawn_reason="A court order.")
    load(folder)
    assert keys(site, from_="2026-01-02") == {edited.key: False, withdrawn.key: True}
    assert len(keys(site, until="2026-01-01")) == 98
    assert keys(site, from_="2026-01-02", set="tag-ferries") == {edited.key: False, withdrawn.key: True}
    record = asked(site, "GetRecord", metadataPrefix="mods", identifier=f"oai:testserver:{edited.key}")
    assert texts(record, "//m:title/text()")[0] == "The ferry is back"
    gone = asked(site, "GetRecord", metadataPrefix="mods", identifier=f"oai:testserver:{withdrawn.key}")
    assert texts(gone, "//o:header/@status") == ["deleted"]
    assert not texts(gone, "//m:*")
    assert "ferry 8" not in etree.tostring(gone, encoding="unicode").lower()


def test_what_is_undone_merged_or_loaded_again_is_told(site: Client, tmp_path: Path, at_once: None) -> None:
    load(write(tmp_path / "first", 2, tags=["Boats"]))
    load(folder := write(tmp_path / "second", 1, first=5, source="Evening Post"))
    undone = Article.objects.get(external_id="urn:boat:5").key
    undo(Load.objects.get(pk=2), user=User.objects.create(username="ada"))
    loser, winner = Article.objects.order_by("external_id")
    merge(loser, winner, None, "The same", tag_ids=[], photo_ids=[])
    assert keys(site) == {loser.key: True, winner.key: False, undone: True}
    for unknown in ("tag-!25", "tag-ferrie_", "!00", ""):
        assert error(site, verb="ListIdentifiers", metadataPrefix="oai_dc", set=unknown) == "noRecordsMatch"
    page = asked(site, "ListIdentifiers", metadataPrefix="oai_dc", set="tag-ferrie_")
    assert texts(page, "//o:error/text()") == ["No set has this name, or no record of it has changed in this time."]
    assert keys(site, set="source-evening-post") == keys(site, set="tag-ferries") == {undone: True}
    assert keys(site, set="tag-boats") == {loser.key: True, winner.key: False}
    assert Gone.objects.filter(key=undone).exists()
    load(folder)
    assert keys(site) == {loser.key: True, winner.key: False, undone: False}


def test_a_merge_of_tags_changes_the_records_of_both(site: Client, tmp_path: Path, at_once: None) -> None:
    load(write(tmp_path / "first", 2, tags=["Boats"]))
    Change.objects.update(seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    load(write(tmp_path / "first", 1, first=2))
    merge_tags([Tag.objects.get(name="Boats")], Tag.objects.get(name="Ferries"), Stamp.now(None, ""))
    assert len(keys(site, from_="2026-01-02", set="tag-ferries")) == 3
    assert keys(site, set="tag-boats") == keys(site, set="tag-ferries")  # by its former address too


def test_what_was_never_published_is_not_told(site: Client, tmp_path: Path, at_once: None) -> None:
    load(write(tmp_path / "first", 1))
    Article.objects.update(added=None)
    assert error(site, verb="ListIdentifiers", metadataPrefix="oai_dc") == "noRecordsMatch"
    article = Article.objects.get()
    identifier = f"oai:testserver:{article.key}"
    assert error(site, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier) == "idDoesNotExist"
    for after in ("7.0.0", "1.0.0", f"2.9.9+0.9.{article.pk}"):
        token = urlsafe_b64encode(f"metadataPrefix=mods&set=source-harbour-daily&after={after}".encode()).decode()
        assert error(site, verb="ListRecords", resumptionToken=token) in ("badResumptionToken", "noRecordsMatch")
    undo(Load.objects.get(), user=User.objects.create(username="ada"))
    assert error(site, verb="ListIdentifiers", metadataPrefix="oai_dc") == "noRecordsMatch"
    assert error(site, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier) == "idDoesNotExist"
    assert site.get(article.get_absolute_url()).status_code == 410


def test_nothing_is_listed_that_may_still_have_company(site: Client, tmp_path: Path) -> None:
    load(write(tmp_path / "first", 1))
    assert error(site, verb="ListIdentifiers", metadataPrefix="oai_dc") == "noRecordsMatch"
    assert error(site, verb="ListIdentifiers", metadataPrefix="oai_dc", until="2999-01-01") == "noRecordsMatch"
    change = Change.objects.get()
    Change.objects.update(seen_at=datetime.now(UTC) - timedelta(seconds=11))
    assert len(keys(site)) == 1
    [answered] = texts(asked(site, "Identify"), "//o:responseDate/text()")
    # Whoever goes on from the date of this response asks for all that it did not have.
    assert answered < written(change.seen_at or change.moment)


def test_a_time_includes_its_first_and_its_last_second_and_day(site: Client, tmp_path: Path, at_once: None) -> None:
    for number, second in enumerate((0, 59)):
        load(write(tmp_path / "exports", 1, first=number))
        Change.objects.filter(load=number + 1).update(seen_at=datetime(2026, 1, 2, 23, 59, second, 900_000, tzinfo=UTC))
    for arguments, found in (
        ({"from_": "2026-01-02", "until": "2026-01-02"}, 2), ({"until": "2026-01-01"}, 0), ({"from_": "2026-01-03"}, 0),
        ({"until": "2026-01-02T23:59:59Z"}, 2), ({"until": "2026-01-02T23:59:58Z"}, 1),
        ({"from_": "2026-01-02T23:59:00Z"}, 2), ({"from_": "2026-01-02T23:59:01Z"}, 1),
        ({"from_": "2026-01-02T23:59:59Z", "until": "2026-01-02T23:59:59Z"}, 1), ({"until": "9999-12-31"}, 2),
        ({"from_": "0001-01-01"}, 2),
    ):  # fmt: skip
        if found:
            assert len(keys(site, **arguments)) == found, arguments
        else:
            assert error(site, verb="ListRecords", metadataPrefix="mods", **arguments) == "noRecordsMatch", arguments


LATE = """
import time
from pathlib import Path
from django.core.management import call_command
from articles.catalogue.ledger import transaction_of_changes
with transaction_of_changes():
    call_command("load_articles", {folder!r}, verbosity=0)
    Path({folder!r}, "open").touch()
    while not Path({folder!r}, "commit").exists():
        time.sleep(0.05)
"""
HARVEST = """
from datetime import timedelta
from django.test import Client
from articles.public.views import oai
oai.DELAY = timedelta(0)
print(Client(HTTP_HOST="localhost").get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc{since}").content.decode())
"""


@pytest.mark.postgres
def test_a_load_that_commits_late_is_harvested_after_one_that_began_later(tmp_path: Path) -> None:
    needed()
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(1)) as (database,):
        copy_empty(tmp_path / "var")
        archive = Archive("", tmp_path / "var", database.url)
        archive.manage("migrate", "-v0")
        archive.manage("load_articles", str(write(tmp_path / "first", 1)))
        late, early = write(tmp_path / "late", 3, first=10), write(tmp_path / "early", 2, first=20)
        code = LATE.format(folder=str(late))
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        with subprocess.Popen(command, cwd=ROOT, env=archive.environment, stdout=subprocess.DEVNULL) as loading:
            wait_until(lambda: (late / "open").exists() or loading.poll() is not None)
            archive.manage("load_articles", str(early))
            time.sleep(1)
            before = harvested(archive)
            (late / "commit").touch()
        assert loading.returncode == 0
        time.sleep(1)
        [answered] = texts(before, "//o:responseDate/text()")
        after = harvested(archive, f"&from={answered}")
        assert [len(page.xpath("//o:header", namespaces=SPACES)) for page in (before, after)] == [3, 3]
        assert not set(texts(before, "//o:identifier/text()")) & set(texts(after, "//o:identifier/text()"))


def harvested(archive: Archive, since: str = "") -> Any:
    return etree.fromstring(archive.manage("shell", "-v0", "-c", HARVEST.format(since=since)).stdout.encode())


def wait_until(is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# --- Pages. -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "pages"), [(3, 1), (4, 2), (6, 2), (7, 3)])
@pytest.mark.parametrize("since", [{}, {"from_": "2020-01-01"}])  # a set's articles by their ids, or by change
def test_each_page_but_the_last_leads_on(
    site: Client, tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch, count: int, pages: int, since: Any
) -> None:
    monkeypatch.setattr(oai, "RECORDS", 3)
    write_older(tmp_path, len(since) * 10)
    load(write(tmp_path / "exports", count))
    for arguments in (since, {**since, "set": "tag-ferries"}, {**since, "set": "source-harbour-daily"}):
        found = list(listed(site, "ListRecords", **arguments))
        assert len(found) == pages
        assert len({key for page in found for key in texts(page, "//o:identifier/text()")}) == count
        assert [len(page.xpath("//o:record", namespaces=SPACES)) for page in found[:-1]] == [3] * (pages - 1)
        last = found[-1].xpath("//o:resumptionToken", namespaces=SPACES)
        assert [token.text for token in last] == [None] * (pages > 1)


def test_deleted_records_are_on_pages_too(
    site: Client, tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "RECORDS", 2)
    load(write(tmp_path / "first", 3))
    load(write(tmp_path / "second", 5, first=5))
    undo(Load.objects.get(pk=2), user=User.objects.create(username="ada"))
    assert sorted(keys(site).values()) == [False] * 3 + [True] * 5
    assert sorted(keys(site, set="tag-ferries").values()) == [False] * 3 + [True] * 5


def test_the_deletions_of_a_set_are_told_under_its_former_and_its_present_name(
    site: Client, tmp_path: Path, at_once: None
) -> None:
    load(write(tmp_path / "first", 1))
    load(write(tmp_path / "second", 2, first=5))
    undo(Load.objects.get(pk=2), user=(admin := User.objects.create_superuser("ada")))
    before = keys(site)
    saved(logged_in(admin), Tag.objects.get(), name="Ships")
    assert sorted(before.values()) == [False, True, True]
    assert keys(site, set="tag-ferries") == keys(site, set="tag-ships") == before


def test_a_set_whose_articles_are_all_withdrawn_is_named(
    site: Client, editor: Client, tmp_path: Path, at_once: None
) -> None:
    load(write(tmp_path / "first", 1))
    sets = texts(asked(site, "ListSets"), "//o:setSpec/text()")
    saved(editor, Article.objects.get(), withdrawn="on", withdrawn_reason="A court order.")
    assert set(keys(site).values()) == {True}
    assert texts(asked(site, "ListSets"), "//o:setSpec/text()") == sets == ["source-harbour-daily", "tag-ferries"]


@pytest.mark.parametrize("since", [{}, {"from_": "2020-01-01"}])
def test_whoever_goes_on_from_the_date_of_the_first_page_misses_nothing(
    site: Client, editor: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, since: Any
) -> None:
    monkeypatch.setattr(oai, "RECORDS", 2)
    write_older(tmp_path, len(since) * 10)
    load(write(tmp_path / "first", 4))
    Change.objects.filter(seen_at__year__gt=2019).update(seen_at=datetime.now(UTC) - timedelta(hours=1))
    pages = listed(site, set="tag-ferries", **since)
    first = next(pages)
    passed = Article.objects.get(headline="Ferry 0 returns")
    saved(editor, passed, headline="The ferry is back")
    monkeypatch.setattr(oai, "DELAY", timedelta(seconds=-2))
    *_, last = pages
    late, answered = (texts(page, "//o:responseDate/text()")[0] for page in (last, first))
    assert error(site, verb="ListRecords", metadataPrefix="mods", from_=late) == "noRecordsMatch"
    assert keys(site, set="tag-ferries", from_=answered) == {passed.key: False}
    assert "of the first answer" in site.get("/help/reuse/").content.decode()


def test_a_page_whose_records_have_all_changed_meanwhile_is_still_a_list(
    site: Client, editor: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "RECORDS", 2)
    load(write(tmp_path / "first", 3))
    Change.objects.update(seen_at=datetime.now(UTC) - timedelta(hours=1))
    [token] = texts(asked(site, "ListRecords", metadataPrefix="mods"), "//o:resumptionToken/text()")
    last = Article.objects.order_by("pk")[2]
    saved(editor, last, headline="The ferry is back")
    page = asked(site, "ListRecords", resumptionToken=token)
    assert len(page.xpath("//o:record", namespaces=SPACES)) == 1
    assert not texts(page, "//o:resumptionToken/text()")


@pytest.mark.parametrize("few", [1, 3])
def test_a_page_of_a_set_examines_no_more_than_some_rows(
    site: Client, tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    for name, value in (("AT_ONCE", 2), ("EXAMINED", 4), ("FEW", few)):
        monkeypatch.setattr(harvest, name, value)
    monkeypatch.setattr(oai, "RECORDS", 2)
    load(write(tmp_path / "old", 1, source="Evening Post"))
    load(write(tmp_path / "gone", 9, first=10, source="Evening Post", tags=[]))
    undo(Load.objects.get(pk=2), user=User.objects.create(username="ada"))
    Change.objects.update(seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    load(write(tmp_path / "others", 15, first=20, source="Evening Post", tags=["Boats"]))
    load(write(tmp_path / "new", 1, first=50))
    examined, read = list[int](), harvest.Harvest._read

    def counted(*values: Any) -> Any:
        examined.append(len(found := read(*values)))
        return found

    def harvested(**arguments: str) -> tuple[int, list[str]]:
        """The number of articles on all pages, as harvesters follow them, and errors."""
        address, found = f"/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&{urlencode(arguments)}", set[str]()
        while True:
            examined.clear()
            response = site.get(address)
            assert sum(examined) <= 8  # the last reading may exceed the four
            if response.status_code == 302:
                address = response["Location"]
                continue
            page = etree.fromstring(response.content)
            assert page.xpath("//o:header | //o:error", namespaces=SPACES)
            found.update(texts(page, "//o:identifier/text()"))
            if not (tokens := texts(page, "//o:resumptionToken/text()")):
                return len(found), texts(page, "//o:error/@code")
            address = f"/oai?verb=ListIdentifiers&resumptionToken={tokens[0]}"

    monkeypatch.setattr(harvest.Harvest, "_read", counted)
    assert harvested(set="tag-ferries") == (2, [])
    assert harvested(**{"set": "tag-ferries", "from": "2026-01-02"}) == (1, [])
    assert harvested(**{"set": "source-evening-post", "from": "2026-01-02"}) == (15, [])
    assert harvested(set="source-evening-post", until="2026-01-01") == (10, [])
    assert harvested(set="tag-boats", until="2026-01-01") == (0, ["noRecordsMatch"])
    assert harvested(set="tag-boats", until="2025-12-31") == (0, ["noRecordsMatch"])
    assert not examined


def test_sets_are_on_pages_and_their_names_of_letters_that_the_protocol_allows(
    site: Client, tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "SETS", 2)
    load(write(tmp_path / "first", 1, tags=["Boats", "Ferries", "Fog"], source="港口日报"))
    specs, page = [], asked(site, "ListSets")
    while True:
        specs += texts(page, "//o:setSpec/text()")
        if not (tokens := texts(page, "//o:resumptionToken/text()")):
            break
        page = asked(site, "ListSets", resumptionToken=tokens[0])
    assert re.fullmatch(r"source-(![0-9A-F]{2})+", specs[0])
    assert specs[1:] == ["tag-boats", "tag-ferries", "tag-fog"]
    assert all(len(keys(site, set=spec)) == 1 for spec in specs)
    assert texts(asked(site, "ListRecords", metadataPrefix="mods"), "//o:setSpec/text()") == specs


def test_a_page_asks_as_much_for_few_articles_as_for_many(
    queries_of: Callable[[str], int], tmp_path: Path, at_once: None
) -> None:
    addresses = [
        "/oai?verb=ListRecords&metadataPrefix=mods",
        "/oai?verb=ListRecords&metadataPrefix=mods&set=tag-ferries",
    ]
    load(write(tmp_path / "first", 2, photos=[PHOTO]))
    few = [queries_of(address) for address in addresses]
    load(write(tmp_path / "second", 30, first=2, photos=[PHOTO]))
    assert [queries_of(address) for address in addresses] == few


def test_sets_are_read_in_order_of_their_ids(site: Client, tmp_path: Path, at_once: None) -> None:
    load(write(tmp_path / "first", 2))
    plans = []

    def explained(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if "articles_tag" in sql and "ORDER BY" in sql and connection.vendor == "sqlite":
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql % tuple('?' for _ in values)}", values)
            plans.append([row[3] for row in plan])
        return execute(sql, values, many, context)

    with connection.execute_wrapper(explained):
        site.get("/oai?verb=ListSets")
    for plan in plans:
        assert plan[0] == "SEARCH articles_tag USING INTEGER PRIMARY KEY (rowid>?)"
        assert "TEMP B-TREE" not in "".join(plan)
    assert plans or connection.vendor != "sqlite"


# --- Records and errors. ----------------------------------------------------------------------------------------------


def test_a_record_has_the_facts_of_its_article_and_its_rights(site: Client, tmp_path: Path, at_once: None) -> None:
    load(write(tmp_path / "first", 1, photos=[PHOTO], headline="A\x0cferry & <more>", authors=["Nora Whitfield"]))
    Source.objects.update(license="https://creativecommons.org/licenses/by/4.0/", terms="Name the paper.")
    page = asked(site, "ListRecords", metadataPrefix="oai_dc")
    article = Article.objects.get()
    found: dict[str, list[str]] = {}
    for element in page.xpath("//dc:*", namespaces=SPACES):
        found.setdefault(etree.QName(element).localname, []).append(element.text)
    assert found == {
        "title": [article.headline.replace("\x0c", "")], "creator": ["Nora Whitfield"], "subject": ["Ferries"],
        "description": ["Ferry 0 sailed at nine.", "Photo: The quay <at> dawn. [Mei Tanaka]"],
        "publisher": ["Harbour Daily"], "date": ["2021-05-04"], "type": ["Text", "newspaper article"],
        "format": ["text/html"],
        "identifier": [f"http://testserver{article.get_absolute_url()}", f"http://testserver/a/{article.key}/"],
        "rights": ["https://creativecommons.org/licenses/by/4.0/", "Name the paper."],
    }  # fmt: skip
    page = asked(site, "ListRecords", metadataPrefix="mods")
    assert texts(page, "//m:accessCondition/text()") == found["rights"]
    assert texts(page, "//m:mods/m:originInfo/m:dateIssued/text()") == ["2021-05-04"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"), ("verb=Nothing", "badVerb"), ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&until=2020-01-01", "badArgument"), ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&metadataPrefix=mods", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=2020", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=2020-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=2020-02-03T10:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=2020-02-03&until=2020-02-03T10:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=2020-02-03&until=2020-02-02", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=2026-11-%203", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=%D9%A2%D9%A0%D9%A2%D9%A6-11-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods&from=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=mods&set=tag-nothing", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=mods&set=%01!ZZ", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=mods&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=bWV0YWRhdGFQcmVmaXg9bW9kcyZhZnRlcj0xLjI=", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=bWV0YWRhdGFQcmVmaXg9bW9kcyZmcm9tPXgmYWZ0ZXI9MC4xLjIy", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=%C3%A9", "badResumptionToken"), ("verb=ListSets", "noSetHierarchy"),
        ("verb=ListSets&resumptionToken=c291cmNlPXg=", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=Zm9vPTE%3D", "badResumptionToken"),
        # A set that is there no longer, from the first change on.
        (
            "verb=ListIdentifiers&resumptionToken=bWV0YWRhdGFQcmVmaXg9bW9kcyZzZXQ9bm9wZSZhZnRlcj0wLjAuMA%3D%3D",
            "noRecordsMatch",
        ),
        ("verb=GetRecord&metadataPrefix=mods", "badArgument"),
        ("verb=GetRecord&metadataPrefix=mods&identifier=oai:testserver:%01", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=mods&identifier=oai:testserver:", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:elsewhere:abc", "idDoesNotExist"),
    ],
)  # fmt: skip
def test_a_faulty_request_is_answered_in_the_words_of_the_protocol(site: Client, query: str, code: str) -> None:
    response = site.get(f"/oai?{query}")
    page = etree.fromstring(response.content)
    assert (response.status_code, texts(page, "//o:error/@code")) == (200, [code])
    echo = page.xpath("//o:request", namespaces=SPACES)[0]
    assert echo.text == "http://testserver/oai"
    assert bool(echo.attrib) == (code not in ("badVerb", "badArgument"))


def test_no_error_stays_in_memory_after_its_answer(site: Client) -> None:
    assert error(site, verb="ListRecords", resumptionToken="x") == "badResumptionToken"
    assert not [value for value in vars(oai).values() if isinstance(value, Exception)]


def test_posting_is_not_allowed(site: Client) -> None:
    assert site.post("/oai", {"verb": "Identify"}).status_code == 405
