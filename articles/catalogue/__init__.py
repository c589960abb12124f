"""What follows from a changed article: addresses, counts, photos by credit, near-duplicates, labels in photo files."""
