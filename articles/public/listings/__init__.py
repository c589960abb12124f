"""What a page shows of the archive, from rows to what its template names."""
