"""``Story`` to rows: matching, merging, writing, undoing. Start at ``store.Store``."""
