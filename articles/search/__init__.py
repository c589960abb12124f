"""Search without pages: ``query`` parses what was typed, ``asking`` compiles it, ``finding`` runs it and gives ids.

The index is behind one interface, ``backend``: FTS5 in SQLite (``fts5``), text search in ``postgresql``. ``index`` says
what is in it, ``words`` how texts are tokenised.
"""
