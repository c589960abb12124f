"""The rules for scraped news text, one module a section: small pure functions and tables that every reader shares.

``decoding`` (section 1), ``whitespace`` (2), ``blocks`` (3), ``chrome`` (4), ``dates``, ``labels``, ``metadata`` (5),
``headline`` (6), ``credits`` (7), ``names`` and ``outlets`` (who made it, used by 5 and 7), ``dateline`` (9).
``fields``, ``iso_dates``, ``photo_fields`` and ``local_files`` serve the forms that name their fields. ``layout`` puts
the sections together: lines in, parts of an article out. The sections are those of ``text/RULES.md``.
"""
