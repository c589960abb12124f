"""Updates after a change of articles: addresses, counts, near-duplicates, labels in photo files, history."""
