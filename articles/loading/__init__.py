"""``Story`` to rows: matching, merging, writing, undoing. Start at ``run.Run``, then ``store.Store``."""
