"""A judged set for the search: made articles of a town that is not on the map, queries, and what a reader wants to see.

    articles.jsonl   one article a line, as ``load_articles`` reads it; the id begins with its language
    queries.jsonl    one query a line: ``q``; ``relevant``, ids with grades from 1 (of some use) to 3 (what was meant);
                     ``known``, whether one article was looked for; ``needs``, which collection beside the made
                     articles it asks
    floor.json       the figures that the search may not fall below

Ids of the handbook are ``handbook/`` and the slug, those of the scraped texts ``text/`` and the file's name. The
judgments were written before the queries were asked, by what a reader would want. Where the search does not find that,
the search is to be mended and not the judgment.
"""
