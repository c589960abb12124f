"""Staff work on articles: edits, restored versions, conflicts, bulk actions, exchange of edits, history."""
