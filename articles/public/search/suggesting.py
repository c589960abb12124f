"""Suggestions while a reader types: tags, authors, sources and headlines. A few index lookups."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from articles.models import Author, Source, Tag
from articles.models.search_entry import article_of
from articles.public.listings.articles import source_name
from articles.public.listings.rows import listed
from articles.search.asking import named_like, query_words
from articles.search.backend import Column, CompiledQuery, Tokens, backend
from articles.search.query import FIELDS, Field, Term, without_quotes
from articles.text.keys import name_slug
from articles.text.messages import gettext, gettext_noop
from articles.text.phrases import counted
from articles.text.words import Word, words_of

LONGEST = 200  # letters used
NAMED: dict[Field, Any] = {
    Field.TAG: (Tag, 4, gettext_noop("Tag, %(articles)s")),
    Field.BYLINE: (Author, 2, gettext_noop("Author, %(articles)s")),
    Field.SOURCE: (Source, 2, gettext_noop("Source, %(articles)s")),
}
HEADLINES, HEADLINES_LOOKED_AT = 5, 15
CONSIDERED = 50  # matching names; the most used are suggested

Suggestion = tuple[str, str, str]  # the search to run instead, words on it, the address of the page that it names


def suggestions(typed: str) -> list[Suggestion]:
    """Empty for a single letter."""
    typed = " ".join(typed[:LONGEST].split())
    words, _ = query_words(Term(typed))
    if not words or (len(words) == 1 and len(words[0].exact) < 2 and not words[0].is_cut):
        return []
    name, colon, value = typed.partition(":")
    field = FIELDS.get(name.lower()) if colon else None
    if field in NAMED:
        return _named(field, value)
    return [*(found for field in NAMED for found in _named(field, typed)), *_headlines(words)]


def _named(field: Field, typed: str) -> list[Suggestion]:
    model, most, message = NAMED[field]
    used = named_like(model, name_slug(typed)).filter(article_count__gt=0).order_by("slug")
    name = "author" if field is Field.BYLINE else field.value
    often = sorted(used[:CONSIDERED], key=lambda found: (-found.article_count, found.name))
    return [
        (
            f'{name}:"{without_quotes(found.name)}"',
            gettext(message) % {"articles": counted(found.article_count, "article")},
            found.get_absolute_url(),
        )
        for found in often[:most]
    ]


def _headlines(words: Sequence[Word]) -> list[Suggestion]:
    tokens = [Tokens(Column.HEADLINE, (word.exact,), is_written=True) for word in words]
    tokens[-1] = replace(tokens[-1], is_prefix=True)
    compiled = CompiledQuery(tuple((word,) for word in tokens))
    ids = [article_of(number) for number in backend().hits(compiled, HEADLINES_LOOKED_AT)]
    *whole, last = [word.exact for word in words]
    found = []
    for article in listed(ids):
        # The index has the deck with the headline.
        in_headline = {word.exact for word in words_of(article.headline, "")}
        if in_headline.issuperset(whole) and any(word.startswith(last) for word in in_headline):
            found.append(article)
    return [
        (f'"{without_quotes(article.headline)}"', source_name(article.source), article.get_absolute_url())
        for article in found[:HEADLINES]
    ]
