"""Formats for machines and citations: feeds, sitemaps, JSON, Markdown, linked data."""
