"""Strings in, strings out: Markdown, merging, differences, dates, keys, languages, credits. No models, no queries."""
