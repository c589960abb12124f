"""A judged set for the search: made articles of an invented town, queries, and the results a reader wants.

    articles.jsonl   one article a line, as for ``load_articles``; the id begins with its language
    queries.jsonl    one query a line: ``q``; ``relevant``, ids with grades from 1 (of some use) to 3 (what was meant);
                     ``known``: one article is looked for; ``needs``: the collection that it needs besides the made
                     articles
    floor.json       the figures below which the search must not fall

Ids of the handbook are ``handbook/`` and the slug, those of the scraped texts ``text/`` and the file's name. The
judgments were written before the queries were run. If the search does not find what a reader wants, correct the search,
not the judgment.
"""
