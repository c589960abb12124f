"""What staff do: edit, restore, decide conflicts, act on many, exchange edits; what is remembered of it, and told."""
