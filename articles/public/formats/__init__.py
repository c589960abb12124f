"""The archive for machines and for citing: feeds, sitemaps, JSON, Markdown, linked data, citations."""
