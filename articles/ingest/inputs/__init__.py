"""Files, archives, and what a file is: from a path that was given to the pieces that readers are handed."""
