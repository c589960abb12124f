"""What follows from a changed article: addresses, counts, near-duplicates, labels in photo files."""
