"""From paths to pieces for the readers: files, archives, and the recognition of formats."""
