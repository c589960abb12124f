"""Feeds: RSS, Atom, and the exports of WordPress, which are RSS with more in it."""
