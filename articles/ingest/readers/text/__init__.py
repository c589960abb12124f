"""Scraped plain text: wording and order tell headline, metadata lines, captions and boilerplate apart."""

from articles.ingest.readers.text.reader import read

__all__ = ["read"]
