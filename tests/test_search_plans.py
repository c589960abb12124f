"""PostgreSQL searches 20,000 articles by its index, and reads few pages; ``test_on_postgresql.py`` runs this."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from articles.models import PeriodCount, fields
from articles.models.bulk import copy, insert_values
from articles.models.search_entry import FORM
from articles.search.backend import Document, backend
from articles.search.postgresql import vector_of
from articles.text.words import words_of_article
from tests.factories import make_article, make_tag

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="counts the pages that PostgreSQL reads"),
]
ARTICLES, DIFFERENT, DAYS, FIRST = 20_000, 400, 7_000, date(2005, 1, 1)
MOST_PAGES, MOST_FOR_COMMON_PHRASES = 5_000, 30_000  # of 8 kB
COMMON = ["the", "of", "in", "said"]  # in every article
CLASSES = {
    "a common word": "q=the",
    "a word of many": "q=harbour",
    "a rare word": "q=lighthouse",
    "two common words": "q=the+harbour",
    "a common and a rare word": "q=said+lighthouse",
    "nothing": "q=xylophonist+zeppelins",
    "a misspelt word": "q=harbuor",
    "a misspelt name": "q=tag:habrours",
    "a common word of headlines": "q=headline:harbour",
    "nothing in headlines": "q=headline:zeppelins",
    "bylines": "q=byline:whitfield",
    "captions": "q=caption:harbour",
    "captions and a word": "q=caption:harbour+said",
    "an author": 'q=author:"nora+whitfield"',
    "a phrase": 'q="lighthouse+keeper"',
    "a phrase of headlines": 'q=headline:"lighthouse+news"',
    "a phrase that is nowhere": 'q="keeper+lighthouse"',
    "a prefix": "q=harb*",
    "a prefix of many words": "q=b*",
    "without": "q=harbour+-lighthouse",
    "either": "q=harbour+OR+lighthouse",
    "a tag": "tag=harbours",
    "a word and a tag": "q=the&tag=harbours",
    "a year": "q=the&from=2010&to=2010",
    "until a year": "q=the&to=2010",
    "with a photo": "q=the&photo=1",
    "in a language": "q=the&language=en",
    "the newest": "q=the&sort=newest",
    "the oldest": "q=the&sort=oldest",
    "further back": "q=the&back=2015-04",
    "a late page": "q=the&page=200",
}
COMMON_PHRASES = {
    "of all words": 'q="of+the"',
    "of all words, the oldest": 'q="of+the"&sort=oldest',
    "of all words, after the newest": 'q="of+the"&from=2090',
    "of all words, in no days": 'q="of+the"&from=2012&to=2010',
    "that is nowhere": 'q="said+the+the"',
    "of headlines": 'q=headline:"harbour+news"',
    "of headlines, nowhere": 'q=headline:"news+harbour"',
}


@pytest.fixture
def many(db: None) -> None:
    """Some hundred articles of 300 words, each fifty times, on days of two decades."""
    chance = random.Random(1)
    syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
    rare = ["".join(chance.choices(syllables, k=4)) for _ in range(4_000)]
    tag = make_tag("Harbours", article_count=ARTICLES // 4)
    author = make_tag("Nora Whitfield", slug="@nora-whitfield", article_count=ARTICLES // 20)
    documents = []
    for number in range(DIFFERENT):
        # The n-th word is in about one of n articles.
        words = [*(chance.choice(COMMON) for _ in range(150)), *chance.sample(rare, k=60)]
        words += [rare[min(int(chance.paretovariate(0.3)), 3_999)] for _ in range(80)]
        words += ["harbour"] * (number % 2) + ["keeper"] * (number % 20 == 0)
        chance.shuffle(words)
        written = {
            "headline": f"{'Lighthouse' if number % 50 == 1 else 'Harbour' if number % 3 else 'Quay'} news",
            "byline": "Nora Whitfield" if number % 20 == 0 else f"By {rare[-number]}",
            "language": "en", "authors": [],
        }  # fmt: skip
        texts = [" ".join(words), "The lighthouse keeper left." if number % 50 == 0 else "of the quay"]
        row = dict.fromkeys(fields.PLACES, "") | written
        words_of = words_of_article(row, fields.PLACES, ["The harbour"] * (number % 7 == 0), texts)
        tags = [tag.pk] * (number % 4 == 0) + [author.pk] * (number % 20 == 0)
        documents.append(Document(0, None, words_of, tags, None, has_photo=number % 2 == 0))
    backend().note(backend().new_words(documents))
    fill([(number, vector_of(document)) for number, document in enumerate(documents)])
    days = Counter(FIRST + timedelta(days=number * 7_919 % DAYS) for number in range(1, ARTICLES + 1))
    periods = Counter[tuple[str, date]]()
    for day, count in days.items():
        periods.update(dict.fromkeys(PeriodCount.periods_of(day), count))
    PeriodCount.objects.all().delete()
    columns = ("unit", "start", "articles", "photos", "photo_files")
    insert_values(PeriodCount, columns, [(*period, count, 0, 0) for period, count in periods.items()])


def fill(vectors: list[tuple[int, str]]) -> None:
    article = make_article("Harbour news", source=None, body="The harbour.", is_indexed=False)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE vectors (place integer, words tsvector) ON COMMIT DROP")
        copy("vectors (place, words)", vectors)
        cursor.execute(
            "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT id, day, id %% %s AS place,"
            " ((day - date '0001-01-01' + 1)::bigint << 26) | id AS number FROM ("
            "SELECT id::bigint, date %s + (id * 7919 %% %s)::integer AS day FROM generate_series(1, %s) AS id) AS days",
            (DIFFERENT, FIRST, DAYS, ARTICLES),
        )
        cursor.execute(
            "CREATE TEMP TABLE one ON COMMIT DROP AS SELECT * FROM articles_article WHERE id = %s", [article.pk]
        )
        article.delete()
        cursor.execute(
            "INSERT INTO articles_article SELECT (jsonb_populate_record(one, jsonb_build_object("
            "'id', made.id, 'key', 'k' || made.id, 'slug', 'made-' || made.id, 'archive_date', day))).* FROM made, one"
        )
        cursor.execute(
            "INSERT INTO articles_searchentry (id, article_id, language, has_photo, tags, form)"
            f" SELECT number, id, 'en', place %% 2 = 0, '', {FORM} FROM made ORDER BY number",
            (),
        )
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(f"DROP INDEX articles_search_{FORM}_words")
        cursor.execute(
            f"INSERT INTO articles_search_{FORM} SELECT number,"
            " words || format('''#y%%s'' ''#m%%s''', to_char(day, 'YYYY'),"
            " to_char(day, 'YYYYMM'))::tsvector FROM made JOIN vectors USING (place)",
            (),
        )
        cursor.execute(f"CREATE INDEX articles_search_{FORM}_words ON articles_search_{FORM} USING gin (words)")
        cursor.execute("ANALYZE")


def pages_read(site: Client, address: str) -> int:
    """Pages of 8 kB that the queries of an address read, in memory or not."""
    read = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "WITH")):
            execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params, many, context)
            [[found]] = context["cursor"].fetchall()
            plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
            read.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        assert site.get(address).status_code == 200, address
    return sum(read)


def test_no_search_reads_more_than_a_few_pages(site: Client, many: None) -> None:
    read = {name: pages_read(site, f"/search/?{query}") for name, query in CLASSES.items()}
    assert {name: pages for name, pages in read.items() if pages > MOST_PAGES} == {}, read
    read = {name: pages_read(site, f"/search/?{query}") for name, query in COMMON_PHRASES.items()}
    assert {name: pages for name, pages in read.items() if pages > MOST_FOR_COMMON_PHRASES} == {}, read
    # Among very many words, the newest articles are enough, and the page says so.
    assert "The search covers those back to" in site.get("/search/?q=b*").content.decode()
