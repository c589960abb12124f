"""``Story`` to rows: matching, merging, writing, captures of one page, undoing. The way in is ``store.Store``."""
