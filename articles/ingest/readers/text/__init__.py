"""Scraped plain text, by the rules of ``text/RULES.md``."""

from articles.ingest.readers.text.reader import read

__all__ = ["read"]
