"""Functions and tables shared by readers. Pure.

For printed text: ``decoding``, ``whitespace``, ``boilerplate``, ``dates``, ``labels``, ``metadata`` (lines
with dates, bylines and sources), ``credits_in_text`` and ``credits_in_captions``, ``names`` of people, ``dateline``,
``frame`` (what all files of a site share).
For formats with named fields: ``fields``, ``iso_dates``, ``story_photos``, ``local_files``.
"""
