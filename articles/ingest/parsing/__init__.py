"""Functions and tables that several readers use. Pure.

For printed text: ``decoding``, ``whitespace``, ``chrome`` (boilerplate), ``dates``, ``labels``, ``metadata`` (lines
with dates, bylines and sources), ``credits`` and ``captions`` of photos, ``names`` of people, ``dateline``. For formats
that name their fields: ``fields``, ``iso_dates``, ``photo_fields``, ``local_files``.
"""
