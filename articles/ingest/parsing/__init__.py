"""What readers share, one module a section of ``text/RULES.md``: small pure functions and tables.

``decoding`` (section 1), ``whitespace`` (2), ``chrome`` (4), ``dates``, ``labels``, ``metadata`` (5), ``credits`` (7),
``names`` (who made it, used by 5 and 7), ``dateline`` (9). ``fields``, ``iso_dates``, ``photo_fields`` and
``local_files`` serve the forms that name their fields. Sections 3 and 6 are of plain text alone: ``readers/text/``.
"""
