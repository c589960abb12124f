"""RSS and Atom feeds, and WordPress exports, which extend RSS."""
