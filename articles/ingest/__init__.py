"""Original bytes to ``Story``, pure: no models, no database. ``pool`` does it in several processes."""
