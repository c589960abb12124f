"""Outcomes of inputs: created, updated, unchanged, kept, duplicate, refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.catalogue import filing
from articles.loading import matching
from articles.loading.names import Names
from articles.loading.undo import undo
from articles.models import Article, Load, Original, PeriodCount, Photo, Redirect, Source, Tag, TagAlias, Tagging
from articles.text.damage import DamageCode, noted_words
from tests import warcs
from tests.counting import counted_anew, kept_counts
from tests.loading import load, load_records, text_file
from tests.staff import saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three saved articles, beside which the report is written."""
    inside = tmp_path / "old-site"
    text_file(inside, "a.txt", headline="Ferry returns")
    text_file(inside, "b.txt", headline="Lighthouse painted", day="2021-05-04")
    text_file(inside, "deep/c.txt", headline="Snow on the pass", day="2020-01-09")
    return inside


def test_a_folder_of_saved_articles_becomes_articles(folder: Path) -> None:
    run = load(folder)
    assert run.code == 0
    assert run.summary.startswith("Loaded 3 articles, in")
    article = Article.objects.get(headline="Ferry returns")
    assert article.get_absolute_url() == "/2021/05/04/ferry-returns/"
    assert article.body_html == "<p>It sailed.</p>"
    assert article.source is not None
    assert article.source.name == "Harbour Daily"
    assert run.report[0] == {
        "input": "a.txt", "outcome": "created", "key": article.key, "url": "/2021/05/04/ferry-returns/",
        "changes": {}, "conflicts": [], "error": None, "warnings": [],
    }  # fmt: skip


def test_the_original_is_kept_byte_for_byte_with_its_ledger(folder: Path) -> None:
    load(folder)
    original = Original.objects.get(name="a.txt")
    assert bytes(original.content) == (folder / "a.txt").read_bytes()
    assert original.size_bytes == len(original.content)
    assert [kind for kind, _ in original.ledger if kind != "blank"] == ["headline", "date", "boilerplate", "paragraph"]
    assert original.boilerplate == ["Print Print"]


def test_a_deck_that_repeats_the_first_paragraph_is_left_out(tmp_path: Path) -> None:
    text = (
        "---\ntitle: {0}\ndate: 2020-01-02\nexcerpt: {0} for two years.\n---\n**The bridge's** [for](/b) two years.\n"
    )
    for name in ("The bridge’s", "The ferry"):
        (tmp_path / f"{name}.md").write_text(text.format(name), encoding="utf-8")
    load(tmp_path)
    assert list(Article.objects.order_by("headline").values_list("headline", "deck")) == [
        ("The bridge’s", ""), ("The ferry", "The ferry for two years."),
    ]  # fmt: skip


def test_loading_twice_changes_nothing_and_writes_nothing(folder: Path) -> None:
    load(folder)
    with CaptureQueriesContext(connection) as queries:
        run = load(folder)
    assert run.summary.startswith("3 unchanged, in")
    harmless = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
    assert [query["sql"] for query in queries if not query["sql"].strip().startswith(harmless)] == []
    assert Load.objects.count() == 1


def test_another_path_to_the_same_folder_makes_no_second_article(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder)
    assert load(folder.parent).summary.startswith("3 unchanged, in")
    monkeypatch.chdir(folder)
    assert load(Path("deep")).summary.startswith("1 unchanged, in")


def test_a_copy_of_the_folder_is_the_same_articles_and_a_correction_in_it_is_found(
    folder: Path, tmp_path: Path
) -> None:
    load(folder)
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("a.txt", "b.txt"):
        (copy / name).write_bytes((folder / name).read_bytes())
    assert load(copy).summary.startswith("2 unchanged, in")
    text_file(copy, "a.txt", headline="Ferry returns", body="It sailed at six.")
    assert load(copy).outcomes == {"a.txt": "updated", "b.txt": "unchanged"}
    assert Article.objects.count() == 3
    # The first folder still holds the former wording: a superseded copy, not a correction.
    assert load(folder).outcomes["a.txt"] == "duplicate"
    assert Article.objects.get(headline="Ferry returns").body == "It sailed at six."


def test_a_corrected_file_updates_its_article(folder: Path) -> None:
    load(folder)
    text_file(folder, "a.txt", headline="Ferry returns late", body="It sailed.\n\nIt was late.")
    run = load(folder)
    assert run.outcomes == {"a.txt": "updated", "b.txt": "unchanged", "deep/c.txt": "unchanged"}
    assert run.line("a.txt")["changes"] == {
        "headline": ["Ferry returns", "Ferry returns late"],
        "body": ["It sailed.", "It sailed.\n\nIt was late."],
    }
    article = Article.objects.get(headline="Ferry returns late")
    assert article.get_absolute_url() == "/2021/05/04/ferry-returns/", "an address does not change with a headline"
    assert article.blocks == ["<p>It sailed.</p>", "<p>It was late.</p>"]
    assert sorted(article.originals.values_list("is_current", flat=True)) == [False, True]


def test_a_file_that_goes_back_to_its_former_wording_takes_its_article_with_it(folder: Path) -> None:
    load(folder)
    former = (folder / "a.txt").read_bytes()
    text_file(folder, "a.txt", body="It sank.")
    load(folder)
    (folder / "a.txt").write_bytes(former)
    assert load(folder).outcomes["a.txt"] == "updated"
    assert Article.objects.get(headline="Ferry returns").body == "It sailed."
    assert load(folder).outcomes["a.txt"] == "unchanged"


def test_a_corrected_date_moves_the_article_and_its_former_address_redirects(folder: Path) -> None:
    load(folder)
    text_file(folder, "a.txt", day="2021-06-04")
    load(folder)
    article = Article.objects.get(headline="Ferry returns")
    assert article.get_absolute_url() == "/2021/06/04/ferry-returns/"
    assert Redirect.objects.get(path="/2021/05/04/ferry-returns/").article == article
    assert kept_counts() == counted_anew()


def test_articles_of_a_column_that_move_by_a_day_keep_their_former_addresses(tmp_path: Path, site: Client) -> None:
    days = ["2021-05-06", "2021-05-05", "2021-05-04"]
    load_records(tmp_path / "in", *({"id": day, "headline": "Tides", "published": day} for day in days))
    former = {article.key: article.get_absolute_url() for article in Article.objects.all()}
    later = ["2021-05-07", "2021-05-06", "2021-05-05"]
    moved = zip(days, later, strict=True)
    load_records(tmp_path / "in", *({"id": day, "headline": "Tides", "published": new} for day, new in moved))
    now = {article.key: article.get_absolute_url() for article in Article.objects.all()}
    assert {key: site.get(path).headers.get("Location") for key, path in former.items()} == now
    assert {site.get(path).status_code for path in now.values()} == {200}


def test_what_the_source_changed_is_taken_beside_what_staff_changed(folder: Path) -> None:
    load(folder)
    Article.objects.filter(headline="Ferry returns").update(deck="The boat is back")
    text_file(folder, "a.txt", body="It sank.")
    run = load(folder)
    assert (run.outcomes["a.txt"], run.line("a.txt")["conflicts"]) == ("updated", [])
    article = Article.objects.get(headline="Ferry returns")
    assert (article.deck, article.body) == ("The boat is back", "It sank.")
    assert load(folder).outcomes["a.txt"] == "unchanged"


def test_what_both_changed_stays_as_staff_have_it_and_waits_for_a_decision(folder: Path, editor: Client) -> None:
    load(folder)
    saved(editor, Article.objects.get(headline="Ferry returns"), body="It sailed at noon.")
    text_file(folder, "a.txt", body="It sank.")
    run = load(folder)
    assert (run.outcomes["a.txt"], run.line("a.txt")["conflicts"]) == ("kept", ["body"])
    article = Article.objects.get(headline="Ferry returns")
    assert article.body == "It sailed at noon."
    assert article.originals.count() == 2, "the new original is kept all the same"
    conflict = article.conflicts.get()
    assert (conflict.loaded, conflict.ours, conflict.theirs) == ("It sailed.", "It sailed at noon.", "It sank.")
    assert load(folder).outcomes["a.txt"] == "unchanged"


def test_a_load_says_how_many_conflicts_wait_and_a_dry_run_what_the_source_says_in_them(
    folder: Path, editor: Client
) -> None:
    load(folder)
    saved(editor, Article.objects.get(headline="Ferry returns"), headline="Ferry comes home")
    text_file(folder, "a.txt", headline="Ferry is back", body="It sank.")
    dry = load(folder, dry_run=True).out
    for words in ("headline: conflict, staff version kept", "- Ferry returns", "+ Ferry is back", "+ It sank."):
        assert words in dry
    assert "to review" not in dry
    assert "\n1 conflict to review: /admin/review/\n" in load(folder).out
    assert "to review" not in load(folder).out


def test_take_source_lets_the_source_win_over_a_staff_edit(folder: Path) -> None:
    load(folder)
    Article.objects.filter(headline="Ferry returns").update(headline="Ferry comes home")
    run = load(folder, take_source=True)
    assert run.line("a.txt")["changes"] == {"headline": ["Ferry comes home", "Ferry returns"]}
    assert Article.objects.filter(headline="Ferry returns").exists()


def test_the_same_bytes_twice_are_one_article_and_a_duplicate(folder: Path) -> None:
    (folder / "z.txt").write_bytes((folder / "a.txt").read_bytes())
    assert load(folder).outcomes["z.txt"] == "duplicate"
    assert load(folder).outcomes == {
        "a.txt": "unchanged", "b.txt": "unchanged", "z.txt": "duplicate", "deep/c.txt": "unchanged",
    }  # fmt: skip
    assert Article.objects.count() == 3


def test_a_copy_that_goes_its_own_way_becomes_an_article_of_its_own(folder: Path) -> None:
    (folder / "z.txt").write_bytes((folder / "a.txt").read_bytes())
    load(folder)
    text_file(folder, "z.txt", headline="Another boat", body="Another story.")
    assert load(folder).outcomes["z.txt"] == "created"
    assert Article.objects.get(headline="Ferry returns").body == "It sailed."


@pytest.mark.parametrize("name", ["a.txt", "z.txt"])
def test_a_corrected_file_of_which_there_is_a_copy_updates_its_article(folder: Path, name: str) -> None:
    (folder / "z.txt").write_bytes((folder / "a.txt").read_bytes())
    load(folder)
    text_file(folder, name, body="It sailed at six.")
    assert load(folder).outcomes[name] == "updated"
    assert Article.objects.get(headline="Ferry returns").body == "It sailed at six."
    # The other file still holds the former wording.
    (old,) = {"a.txt", "z.txt"} - {name}
    assert load(folder, check=True).outcomes[old] == "duplicate"
    assert Article.objects.get(headline="Ferry returns").body == "It sailed at six."


def test_one_canonical_address_is_one_article(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    for name, words in (("one.md", "First."), ("two.md", "Second.")):
        (folder / name).write_text(
            f"---\ntitle: Tide\ndate: 2020-02-02\ncanonical_url: https://example.org/tide\n---\n{words}\n"
        )
    for _ in range(2):
        run = load(folder)
        assert run.outcomes["two.md"] == "duplicate"
    article = Article.objects.get()
    assert article.body == "First."
    assert article.originals.count() == 2, "the duplicate's bytes are kept"


def test_the_sources_own_id_finds_the_article_wherever_the_file_lies(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, words in ((first, "First."), (second, "Corrected.")):
        folder.mkdir()
        (folder / f"{folder.name}.md").write_text(f"---\ntitle: Tide\ndate: 2020-02-02\nid: abc-123\n---\n{words}\n")
    load(first)
    assert load(second).outcomes == {"second.md": "updated"}
    assert Article.objects.get().body == "Corrected."


def test_two_articles_of_one_day_with_one_headline_have_two_addresses(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    text_file(folder, "a.txt", body="One.")
    text_file(folder, "b.txt", body="Two.")
    urls = [line["url"] for line in load(folder).report]
    later = Article.objects.get(body="Two.")
    assert urls == ["/2021/05/04/ferry-returns/", f"/2021/05/04/ferry-returns-{later.key[:4]}/"]


def test_the_same_originals_in_any_order_have_the_same_keys(folder: Path, tmp_path: Path) -> None:
    load(folder)
    keys = dict(Article.objects.values_list("headline", "key"))
    Article.objects.all().delete()
    other = tmp_path / "other"
    for name, path in (("z.txt", "a.txt"), ("y.txt", "b.txt"), ("x.txt", "deep/c.txt")):
        other.mkdir(exist_ok=True)
        (other / name).write_bytes((folder / path).read_bytes())
    load(other)
    assert dict(Article.objects.values_list("headline", "key")) == keys


def test_a_bad_file_is_refused_by_name_and_takes_no_neighbour_with_it(folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "bad.md").write_text("---\ntitle: [unclosed\n---\nText.\n")
    (folder / "drawing.txt").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    run = load(folder)
    assert run.code == 1
    assert run.summary.startswith("Loaded 3 articles, 4 refused, in")
    errors = {line["input"]: line["error"] for line in run.report if line["error"]}
    assert errors["empty.txt"] == "empty.txt: the file is empty"
    assert errors["picture.txt"].startswith("picture.txt: this is a PNG picture, not an article")
    assert errors["drawing.txt"].startswith("drawing.txt: this is an SVG drawing, not an article")
    assert errors["bad.md"].startswith("bad.md:3: the front matter is not valid YAML")
    assert "bad.md:3: " in run.err
    assert Load.objects.get().refused[0]["input"] == "bad.md"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(folder: Path) -> None:
    (folder / "a.txt").chmod(0)
    run = load(folder)
    assert run.report[0]["error"] == "a.txt: no permission to read it"


def test_a_folder_without_articles_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "style.css").write_text("p {}")
    run = load(empty)
    assert run.code == 1
    assert "Ignored 1 other file: 1 .css" in run.out
    assert "No articles found" in run.out


def test_a_dry_run_writes_nothing_and_says_what_would_happen(folder: Path) -> None:
    load(folder)
    text_file(folder, "a.txt", headline="Ferry returns late")
    text_file(folder, "new.txt", headline="A new tide")
    text_file(folder, "same.txt", headline="A new tide")
    before = everything()
    run = load(folder, dry_run=True)
    assert everything() == before
    assert run.outcomes == {
        "a.txt": "updated", "b.txt": "unchanged", "deep/c.txt": "unchanged",
        "new.txt": "created", "same.txt": "duplicate",
    }  # fmt: skip
    assert run.line("a.txt")["changes"] == {"headline": ["Ferry returns", "Ferry returns late"]}
    assert run.line("a.txt")["story"]["headline"] == "Ferry returns late"
    assert "- Ferry returns" in run.out
    assert "+ Ferry returns late" in run.out
    assert run.summary.startswith("Dry run, nothing was loaded: 1 article to load, 1 to update, ")


def test_records_of_json_lines_are_known_by_source_day_and_slug(tmp_path: Path) -> None:
    records = tmp_path / "export.jsonl"
    record = {
        "headline": "Tide",
        "slug": "tide",
        "source": "Courier",
        "published": "2020-02-02",
        "body_markdown": "One.",
    }
    records.write_text(json.dumps(record) + "\n")
    load(records)
    records.write_text(
        json.dumps({"headline": "New", "slug": "new", "body_markdown": "x"})
        + "\n"
        + json.dumps(record | {"body_markdown": "Two."})
        + "\n"
    )
    run = load(records)
    assert run.outcomes == {"export.jsonl:1": "created", "export.jsonl:2": "updated"}
    assert Article.objects.get(headline="Tide").body == "Two."


def test_kept_counts_are_what_counting_gives(folder: Path) -> None:
    load(folder)
    text_file(folder, "b.txt", headline="Lighthouse painted", day="2022-05-04")
    load(folder)
    assert kept_counts() == counted_anew()


def test_a_field_that_the_new_original_lacks_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    post = folder / "tide.md"
    post.write_text("---\ntitle: Tide\nsubtitle: High water\ndate: 2020-02-02\ntags: [Sea, Moon]\n---\nText.\n")
    load(folder)
    post.write_text("---\ntitle: Tide table\n---\nText.\n")
    load(folder)
    article = Article.objects.get()
    assert (article.headline, article.deck, article.published) == ("Tide table", "High water", "2020-02-02")
    assert {tag.name for tag in article.tags.all()} == {"Sea", "Moon"}


def test_tags_carry_the_archive_date_and_where_they_come_from(tmp_path: Path, settings: Any) -> None:
    settings.TAGS_FILE = settings.FIXTURES_DIR / "tags.toml"
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "t.md").write_text("---\ntitle: Trade with Kazakhstan\ndate: 2020-02-02\ntags: [Harbours]\n---\nText.\n")
    load(folder)
    found = {t.tag.name: (str(t.archive_date), t.origin) for t in Tagging.objects.select_related("tag")}
    assert found["Harbours"] == ("2020-02-02", "source")
    assert found["Kazakhstan"] == ("2020-02-02", "vocabulary")


def everything() -> list[object]:
    models = (Article, Original, Tag, Tagging, Photo, Source, PeriodCount, Load, Redirect)
    return [sorted(map(str, model.objects.values_list())) for model in models]


def test_an_archive_date_is_the_printed_day_whatever_the_zone() -> None:
    assert str(filing.archive_date_of("2023-09-06T23:30-11:00", "")) == "2023-09-06"
    assert str(filing.archive_date_of("", "2023-09-07")) == "2023-09-07"
    assert filing.archive_date_of("", "") is None


def test_a_source_that_staff_renamed_is_still_the_source_of_later_loads(folder: Path) -> None:
    load(folder)
    Source.objects.filter(name="Harbour Daily").update(name="Harbour Weekly")
    (folder / "d.txt").write_text("Tide\n\n(Harbour Weekly) | Updated : 2021-05-04\n\nHigh.\n")
    text_file(folder, "e.txt", headline="Dredger")
    assert load(folder).code == 0
    assert Source.objects.get().article_count == 5


def test_a_kept_article_says_what_its_source_changed(folder: Path, editor: Client) -> None:
    load(folder)
    article = Article.objects.get(headline="Ferry returns")
    saved(editor, article, body="It sailed at noon.", headline="Ferry comes home")
    text_file(folder, "a.txt", headline="Ferry returns", body="It sank.")
    run = load(folder)
    assert run.line("a.txt")["conflicts"] == ["body"]
    assert run.line("a.txt")["changes"] == {"body": ["It sailed.", "It sank."]}
    assert "body in the source:" in run.out


def test_a_load_ends_with_what_it_noted(folder: Path) -> None:
    (folder / "d.txt").write_text("Tide\n\nHigh water. [Photo/]\n\nIt rose.\n")
    (folder / "e.md").write_text("---\ntitle: Tide\ndate: 2020-02-02\n---\nText.\n\n![x](gone.jpg)\n")
    run = load(folder)
    noted = next(line for line in run.out.splitlines() if line.startswith("Notes: "))
    for words in ("1 without a date", "1 with a credit cut off"):
        assert words in noted
    assert "1 photo missing (see --report)\n" in run.out
    assert {line["input"]: line["warnings"] for line in run.report}["d.txt"] == ["credit-cut", "no-date"]


def test_renumbered_files_keep_their_articles_and_the_new_one_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    text_file(folder, "001.txt", headline="Alpha", body="First.")
    text_file(folder, "002.txt", headline="Beta", body="Second.")
    load(folder)
    addresses = {article.headline: article.get_absolute_url() for article in Article.objects.all()}
    text_file(folder, "003.txt", headline="Beta", body="Second.")
    text_file(folder, "002.txt", headline="Alpha", body="First.")
    text_file(folder, "001.txt", headline="Newest", body="Third.")
    assert load(folder).outcomes == {"001.txt": "created", "002.txt": "unchanged", "003.txt": "unchanged"}
    assert {a.headline: a.get_absolute_url() for a in Article.objects.exclude(headline="Newest")} == addresses
    assert load(folder).outcomes == {"001.txt": "unchanged", "002.txt": "unchanged", "003.txt": "unchanged"}


def test_files_that_changed_places_are_corrected_each_in_its_own_article(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    text_file(folder, "a.txt", headline="Alpha", body="First.")
    text_file(folder, "b.txt", headline="Beta", body="Second.")
    load(folder)
    text_file(folder, "a.txt", headline="Beta", body="Second.")
    text_file(folder, "b.txt", headline="Alpha", body="First.")
    assert load(folder).outcomes == {"a.txt": "unchanged", "b.txt": "unchanged"}
    text_file(folder, "a.txt", headline="Beta", body="Second, corrected.")
    assert load(folder).outcomes == {"a.txt": "updated", "b.txt": "unchanged"}
    assert dict(Article.objects.values_list("headline", "body")) == {"Alpha": "First.", "Beta": "Second, corrected."}


def test_a_file_that_takes_anothers_address_does_not_take_its_article(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    post = "---\ntitle: {0}\ndate: 2020-02-02\n{1}---\n{0} words.\n"
    (folder / "1.md").write_text(post.format("One", ""))
    (folder / "2.md").write_text(post.format("Two", "canonical_url: https://example.org/2\n"))
    load(folder)
    (folder / "1.md").write_text(post.format("One", "canonical_url: https://example.org/2\n"))
    assert load(folder).outcomes == {"1.md": "duplicate", "2.md": "unchanged"}
    assert set(Article.objects.values_list("headline", "body")) == {("One", "One words."), ("Two", "Two words.")}


def test_items_of_a_feed_with_one_link_are_articles_of_their_own(tmp_path: Path) -> None:
    # Two of them have one headline as well, on two days.
    dates = [*(f"Mon, 0{day} Feb 2021 10:00:00 GMT" for day in (1, 8)), *["Tue, 09 Feb 2021 10:00:00 GMT"] * 129]
    headlines = ["Road closed", "Road closed", *(f"Notice {number}" for number in range(129))]
    items = (
        f"<item><title>{headline}</title><link>https://example.org/</link><pubDate>{date}</pubDate>"
        f"<guid isPermaLink='false'>n-{number}</guid><description>Words of {number}.</description></item>"
        for number, (headline, date) in enumerate(zip(headlines, dates, strict=True))
    )
    folder = tmp_path / "feed"
    folder.mkdir()
    channel = f"<channel><title>Notices</title>{''.join(items)}</channel>"
    (folder / "feed.xml").write_text(f'<rss version="2.0">{channel}</rss>')
    for options in ({"dry_run": True}, {}):
        assert [line["outcome"] for line in load(folder, **options).report] == ["created"] * 131
    assert Article.objects.count() == 131
    assert Article.objects.filter(url="https://example.org/").count() == 1
    assert {line["outcome"] for line in load(folder).report} == {"unchanged"}
    assert Article.objects.count() == 131


def test_ids_that_swap_their_addresses_stop_no_load(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    post = "---\ntitle: {0}\nid: {0}\ndate: 2020-02-02\ncanonical_url: https://example.org/{1}\n---\nWords.\n"
    (folder / "1.md").write_text(post.format("One", "1"))
    (folder / "2.md").write_text(post.format("Two", "2"))
    load(folder)
    (folder / "1.md").write_text(post.format("One", "2"))
    (folder / "2.md").write_text(post.format("Two", "1"))
    run = load(folder)
    assert run.code == 0
    assert Article.objects.get(headline="One").damage.get().code == "url-taken"


def test_one_id_in_two_publications_is_two_articles(tmp_path: Path) -> None:
    records = tmp_path / "export.jsonl"
    record = {"headline": "Tide", "id": "news/2023-09-06/number-1", "published": "2020-02-02", "body_markdown": "One."}
    records.write_text(json.dumps(record | {"source": "A"}) + "\n" + json.dumps(record | {"source": "B"}) + "\n")
    assert set(load(records).outcomes.values()) == {"created"}


def test_a_newcomer_does_not_take_an_address_that_was_anothers(folder: Path) -> None:
    load(folder)
    text_file(folder, "a.txt", day="2021-06-04")
    load(folder)
    text_file(folder, "new.txt", headline="Ferry returns", body="Another ferry.")
    load(folder)
    newcomer = Article.objects.get(body="Another ferry.")
    assert newcomer.get_absolute_url() == f"/2021/05/04/ferry-returns-{newcomer.key[:4]}/"
    assert Redirect.objects.get(path="/2021/05/04/ferry-returns/").article.body == "It sailed."


def test_names_that_differ_in_vowel_signs_or_only_at_their_end_stay_apart(tmp_path: Path) -> None:
    records = tmp_path / "export.jsonl"
    long = "The Association of Harbour Pilots, Ferrymen and Lighthouse Keepers of the Coastal Province of the "
    names = ["दल", "दिल", long + "North", long + "South", "!" * 250 + "a", "!" * 250 + "b"]
    records.write_text(json.dumps({"headline": "Names", "published": "2020-02-02", "tags": names, "body_text": "x"}))
    load(records)
    assert Tag.objects.count() == len(names)
    assert len(set(Tag.objects.values_list("slug", flat=True))) == len(names)


def test_a_report_cannot_overwrite_an_original(folder: Path) -> None:
    before = (folder / "a.txt").read_bytes()
    with pytest.raises(CommandError, match="inside a folder to be loaded"):
        call_command("load_articles", str(folder), report=str(folder / "a.txt"))
    assert (folder / "a.txt").read_bytes() == before


def test_the_same_refusals_again_are_not_recorded_again(folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    for _ in range(3):
        load(folder)
    assert Load.objects.count() == 1


# --- The vocabulary, and one address in two forms ---------------------------------------------------------------------


@pytest.fixture
def vocabulary(tmp_path: Path, settings: Any) -> Path:
    settings.TAGS_FILE = tmp_path / "tags.toml"
    settings.TAGS_FILE.write_text('[[tag]]\nname = "Fog"\n')
    return Path(settings.TAGS_FILE)


def tags_of(headline: str) -> list[str]:
    return sorted(Article.objects.get(headline=headline).tags.values_list("name", flat=True))


def test_a_changed_vocabulary_is_applied_to_articles_whose_files_stayed_as_they_were(
    folder: Path, vocabulary: Path
) -> None:
    load(folder)
    vocabulary.write_text('[[tag]]\nname = "Ferries"\naliases = ["Ferry"]\n')
    run = load(folder)
    assert (run.outcomes["a.txt"], run.outcomes["b.txt"]) == ("updated", "unchanged")
    assert run.line("a.txt")["changes"] == {"tags": [[], ["Ferries"]]}
    assert tags_of("Ferry returns") == ["Ferries"]
    assert kept_counts() == counted_anew()
    assert set(load(folder).outcomes.values()) == {"unchanged"}
    vocabulary.write_text('[[tag]]\nname = "Fog"\n')
    load(folder)
    assert tags_of("Ferry returns") == []


@pytest.mark.parametrize("named", ["tags.tml", ".", "tags.toml"])
def test_a_vocabulary_that_was_named_and_cannot_be_read_stops_a_load(
    folder: Path, vocabulary: Path, settings: Any, named: str
) -> None:
    vocabulary.write_text('[[tag]]\nname = "Ferries"\naliases = ["Ferry"]\n')
    load(folder)
    settings.TAGS_FILE = vocabulary.parent / named
    vocabulary.write_bytes(b"\xff[[")
    with pytest.raises(CommandError, match=r"TAGS_FILE /") as stopped:
        load(folder)
    assert stopped.value.returncode == 2
    assert tags_of("Ferry returns") == ["Ferries"]
    assert Load.objects.count() == 1


@pytest.fixture
def samples(tmp_path: Path, settings: Any) -> Path:
    """The archive that nobody has named, with other samples: an article in a file, a table and a crawl."""
    settings.FIXTURES_DIR, settings.TAGS_FILE, settings.IS_OWN_ARCHIVE = tmp_path / "fixtures", None, False
    text_file(tmp_path / "fixtures", "seeds/a.txt", headline="Fog on the quay")
    (tmp_path / "fixtures/b.jsonl").write_text(
        '{"headline": "Fog at sea", "body_markdown": "Thick."}\n{"headline": "Fog at home", "body_markdown": "Thin."}\n'
    )
    warcs.write(
        tmp_path / "fixtures/c.warc",
        warcs.page("https://harbour.example/fog", "Fog in the web", at="2021-05-04T10:00:00Z"),
    )
    (tmp_path / "fixtures/tags.toml").write_text('[[tag]]\nname = "Fog"\n')
    return tmp_path / "fixtures"


def tags_by_headline() -> dict[str, list[str]]:
    return {headline: tags_of(headline) for headline in Article.objects.values_list("headline", flat=True)}


def test_the_sample_vocabulary_tags_no_files_but_the_samples(folder: Path, samples: Path, tmp_path: Path) -> None:
    text_file(folder, "fog.txt", headline="Fog in the valley")
    warcs.write(
        folder / "fog.warc", warcs.page("https://valley.example/fog", "Fog on the web", at="2021-05-04T10:00:00Z")
    )
    load(samples, folder)
    tags = tags_by_headline()
    assert {headline for headline in tags if tags[headline] == ["Fog"]} == {
        "Fog on the quay",
        "Fog at sea",
        "Fog at home",
        "Fog in the web",
    }
    assert {headline for headline in tags if not tags[headline]} >= {"Fog in the valley", "Fog on the web"}
    for paths in ((folder,), (samples,), (samples, folder), (tmp_path,)):
        for check in (False, True):
            assert set(load(*paths, check=check).outcomes.values()) <= {"unchanged"}, paths
    assert tags_by_headline() == tags
    assert Load.objects.count() == 1


def test_an_archive_of_ones_own_has_no_vocabulary_until_it_has_a_tags_file(
    folder: Path, samples: Path, settings: Any
) -> None:
    own = folder.parent / "tags.toml"
    settings.IS_OWN_ARCHIVE, settings.VAR_DIR = True, folder.parent
    assert f"No tag vocabulary: articles keep the tags of their sources. To add one, create {own}." in load(samples).out
    assert not Tag.objects.exists()
    own.write_text('[[tag]]\nname = "Quays"\naliases = ["quay"]\n')
    settings.TAGS_FILE = own
    assert "vocabulary" not in load(samples).out
    assert tags_of("Fog on the quay") == ["Quays"]


def test_tags_of_the_sample_vocabulary_leave_other_archives_with_the_next_load(
    folder: Path, samples: Path, settings: Any
) -> None:
    text_file(folder, "fog.txt", headline="Fog in the valley")
    settings.IS_OWN_ARCHIVE = True
    settings.TAGS_FILE = samples / "tags.toml"  # as before, without a file of its own
    load(folder)
    assert tags_of("Fog in the valley") == ["Fog"]
    settings.TAGS_FILE = None
    assert load(folder).outcomes["fog.txt"] == "updated"
    assert tags_of("Fog in the valley") == []
    assert set(load(folder).outcomes.values()) == {"unchanged"}


def test_a_tag_that_staff_removed_does_not_come_back_with_the_vocabulary(
    folder: Path, vocabulary: Path, editor: Client
) -> None:
    vocabulary.write_text('[[tag]]\nname = "Ferries"\naliases = ["Ferry"]\n')
    load(folder)
    Tagging.objects.filter(article__headline="Ferry returns").delete()
    assert load(folder).outcomes["a.txt"] == "unchanged"
    with vocabulary.open("a") as file:
        file.write('\n[[tag]]\nname = "Sailing"\naliases = ["sailed"]\n')
    load(folder)
    assert tags_of("Ferry returns") == ["Sailing"]


@pytest.mark.parametrize("order", [["page", "crawl"], ["crawl", "page"]])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_saved_page_stands_before_a_capture_of_its_address_whichever_comes_first(
    tmp_path: Path, order: list[str], at_once: bool
) -> None:
    address = "https://harbour.example/ferry"
    shown = warcs.page(address, "Ferry as saved", at="").body.decode()
    page = shown.replace("<head>", f'<head><link rel="canonical" href="{address}">')
    folder = tmp_path / "saved"
    for place, name in enumerate(order):
        path = folder / f"{place}-{name}"
        path.mkdir(parents=True)
        if name == "page":
            (path / "ferry.html").write_text(page)
        else:
            warcs.write(path / "site.warc", warcs.page(address, "Ferry as captured", at="2019-04-05T10:00:00Z"))
        if not at_once:
            load(folder)
    load(folder)
    assert Article.objects.get().headline == "Ferry as saved"
    assert set(load(folder).outcomes.values()) == {"unchanged"}
    page_file = next(folder.rglob("ferry.html"))
    page_file.write_text(page.replace("as saved", "as corrected"))
    load(folder)
    assert Article.objects.get().headline == "Ferry as corrected"


def test_photos_without_files_are_counted_and_the_report_names_them(folder: Path) -> None:
    (folder / "e.md").write_text("---\ntitle: Soon\n---\nText.\n\n![x](gone.jpg)\n")
    run = load(folder)
    assert "1 photo missing (see --report)\n" in run.out
    assert "photo-file-missing:gone.jpg" in run.line("e.md")["warnings"]


def test_a_load_that_lists_its_inputs_names_photos_without_files_below_them(folder: Path) -> None:
    (folder / "e.md").write_text("---\ntitle: Soon\n---\n" + "".join(f"![x](gone-{n}.jpg)\n\n" for n in range(9)))
    run = load(folder, verbosity=2)
    assert "9 photos missing (see --report)\n" in run.out
    assert run.out.count("photo file not found: gone-") == 9
    assert sum(code.startswith("photo-file-missing:") for code in run.line("e.md")["warnings"]) == 9


def test_pictures_that_came_with_their_articles_are_not_called_left_alone(folder: Path) -> None:
    (folder / "pier.jpg").write_bytes(b"")
    (folder / "site.css").write_bytes(b"")
    run = load(folder)
    assert "Ignored 1 other file: 1 .css" in run.out
    assert "1 picture found (1 .jpg); only those named by an article are loaded" in run.out


def test_where_no_article_is_found_all_that_is_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    out = load(tmp_path / "empty").out
    for form in ("plain text", "MHTML", "WARC", "WACZ", "ARC", "gzip", "ZIP", "tar"):
        assert form in out


def test_every_kind_of_damage_has_words_after_a_number() -> None:
    assert len({code.kind for code in DamageCode}) == len(DamageCode)
    assert noted_words("credit-cut", 2) == "2 with a credit cut off"
    assert noted_words("encoding:shift_jis", 1) == "1 read as shift_jis"
    assert noted_words("photo-file-missing", 1_200) == "1,200 photo files not found"


def test_names_that_staff_give_during_a_load_are_used_by_it() -> None:
    source = Source.objects.create(name="Bar", slug="bar")
    tag = Tag.objects.create(name="Boats", slug="boats")
    names = Names()
    Source.objects.filter(pk=source.pk).update(name="Courier")
    TagAlias.objects.create(tag=tag, name="Ships", slug="ships")

    def make() -> None:
        names.make(["Ships"], ["Courier"], {}, lambda: Load.objects.create(started_at=timezone.now(), paths=[]))

    with pytest.raises(IntegrityError, match="courier"):
        make()
    names.reload()  # as a load does before it tries again
    make()
    assert (names.source_id("Courier"), names.tags["ships"]) == (source.pk, tag.pk)
    assert (Source.objects.count(), Tag.objects.count()) == (1, 1)


def test_what_an_undo_deletes_while_a_load_looks_it_up_is_loaded_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, headline in (("in", "Ferry returns"), ("other", "Snow on the pass")):
        text_file(tmp_path / folder, "a.txt", headline=headline)
        load(tmp_path / folder)
    fetch = matching._targets

    def undo_and_fetch(*arguments: Any) -> Any:
        undo(Load.objects.earliest("pk"))
        return fetch(*arguments)

    monkeypatch.setattr(matching, "_targets", undo_and_fetch)
    text_file(tmp_path / "in", "a.txt", body="It sailed again.")
    assert load(tmp_path / "in").outcomes == {"a.txt": "created"}
    assert "It sailed again." in Article.objects.get(headline="Ferry returns").body
