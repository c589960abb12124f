"""The search index, empty: FTS5 on SQLite, text vectors on PostgreSQL, and on both the words that articles have."""

import sqlite3

from django.db import migrations

# Before 3.43, SQLite could not remove from a table without its text; there the words are kept as well.
CONTENTLESS = "content='', contentless_delete=1, " if sqlite3.sqlite_version_info >= (3, 43) else ""
FTS5 = {
    "articles_search": "headline, caption, body, byline, headline_written, caption_written, body_written, byline_written, facts",
    "articles_search_headline": "headline, headline_written, facts",
    "articles_search_aside": "caption, byline, caption_written, byline_written, facts",
}


def create(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    text = 'text COLLATE "C"' if is_postgresql else "TEXT"  # sorted by the numbers of its letters
    with schema_editor.connection.cursor() as cursor:
        for statement in POSTGRESQL if is_postgresql else SQLITE:
            cursor.execute(statement)
        cursor.execute(f"CREATE TABLE articles_search_word (word {text} PRIMARY KEY)")
        cursor.execute(f"CREATE TABLE articles_search_accented (plain {text}, stem {text}, PRIMARY KEY (plain, stem))")


SQLITE = [
    statement
    for table, columns in FTS5.items()
    for statement in (
        f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, {CONTENTLESS}tokenize=\"ascii tokenchars '=#'\")",
        # Bytes gathered in memory before they are written; a batch of a load is less.
        f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {1 << 26})",  # noqa: S608
    )
] + ["CREATE VIRTUAL TABLE articles_search_headline_words USING fts5vocab(articles_search_headline, 'row')"]
POSTGRESQL = [
    "CREATE TABLE articles_search (number bigint PRIMARY KEY, words tsvector NOT NULL)",
    # All but the number is out of line, so that a page has many numbers; and no plan is chosen by guesses.
    "ALTER TABLE articles_search SET (toast_tuple_target = 128)",
    "ALTER TABLE articles_search ALTER words SET STATISTICS 0",
    "CREATE INDEX articles_search_words ON articles_search USING gin (words)",
    # A function, since PostgreSQL does not know what it costs to read a vector: it would read those of all articles.
    """CREATE FUNCTION articles_found(query tsquery, most bigint DEFAULT NULL) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
    BEGIN RETURN QUERY SELECT number FROM articles_search WHERE words @@ query LIMIT most; END $$""",
]


def drop(apps, schema_editor):
    tables = ["articles_search_word", "articles_search_accented"]
    if schema_editor.connection.vendor == "postgresql":
        tables += ["articles_search"]
    else:
        tables += ["articles_search_headline_words", *FTS5]
    with schema_editor.connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE {table}")
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION articles_found")


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_schema")]

    operations = [migrations.RunPython(create, drop)]
