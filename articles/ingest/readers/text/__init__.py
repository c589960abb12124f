"""Scraped plain text: headline, metadata lines, captions and boilerplate are told apart by their wording and order."""

from articles.ingest.readers.text.reader import read

__all__ = ["read"]
