"""Folders that are someone's site: what they are, what in them is no article, and what the site says of its articles.

``recognising.recognised`` is the way in; ``profile`` keeps what was found, for the operator to correct. Nothing of a
site is run.
"""
