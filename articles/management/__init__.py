"""The commands: arguments and messages only; other packages do the work."""
