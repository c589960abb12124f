"""Scraped plain text, by the rules of ``text/RULES.md``."""

from articles.ingest.readers.text.reader import READER, read

__all__ = ["READER", "read"]
