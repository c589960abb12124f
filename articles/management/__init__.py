"""The commands: arguments and messages only; the work is done in the rooms below."""
