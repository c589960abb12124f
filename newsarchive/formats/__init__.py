"""Formats of the language that Django would write in another way."""
