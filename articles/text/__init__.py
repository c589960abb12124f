"""Strings in, strings out: Markdown, merging, differences, dates, keys, languages, credits, words for the index.

No models, no queries.
"""
