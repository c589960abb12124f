"""Search without pages: ``query`` parses the text, ``asking`` compiles it, ``finding`` runs it and gives ids.

The index has one interface, ``backend``: FTS5 in SQLite (``fts5``), text search in ``postgresql``. ``index`` fills it.
"""
