"""The public pages. All answer GET and HEAD only, and write nothing."""
