"""Search pages on top of ``articles.search``: addresses, hits, notes, broader searches, suggestions."""
