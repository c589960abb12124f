"""What pages of the search say beside ``articles.search``: hits and their snippets, notes, offers, the address."""
