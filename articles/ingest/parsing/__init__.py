"""Functions and tables shared by readers. Pure.

For printed text: ``decoding``, ``whitespace``, ``chrome`` (boilerplate), ``dates``, ``labels``, ``metadata`` (lines
with dates, bylines and sources), ``credits`` and ``captions`` of photos, ``names`` of people, ``dateline``. For formats
with named fields: ``fields``, ``iso_dates``, ``photo_fields``, ``local_files``.
"""
