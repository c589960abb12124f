"""From the given paths to the pieces that readers get: files, archives, and the recognition of formats."""
