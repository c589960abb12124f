"""Strings in, strings out: Markdown, merging, differences, dates, keys, languages, credits, words. No models."""
