"""From rows to the values that templates show."""
