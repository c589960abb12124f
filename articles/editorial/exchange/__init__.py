"""Staff edits as a readable file that another archive can apply.

Sorted JSON Lines: changed tags and sources, gone addresses, then one line per edited article, identified by its key or
the digests of its originals. With these edits, an archive rebuilt from its originals is the same as before.

    {"key": "9fzp7p8k41", "headline": "Ferry is back", "found_by": {"originals": ["4bbf…"]},
     "edited": {"headline": {"loaded": "Ferry returns", "now": "Ferry is back"}},
     "photos": [{"is": {"number": 1, "src": "quay.jpg", …}, "edited": {"caption": {"loaded": …, "now": …}}},
                {"is": {"number": 2, …}, "removed": true}, {"is": …, "withdrawn": {"at": …, "reason": …}},
                {"added": {"caption": …, "digest": …}}],
     "photo_order": [2, 1], "tags": {"added": ["Ferries"], "removed": ["Fog"]},
     "slug": "ferry-is-back", "former_addresses": ["/2021/05/04/ferry-returns/"],
     "withdrawn": {"at": …, "reason": …}, "closed": {"at": …, "reason": …}, "merged_into": "b2k…",
     "corrections": [{"at": …, "by": "nora", "by_name": "Nora Holm", "note": …}],
     "by": "nora", "by_name": "Nora Holm", "at": "2026-11-25T10:00:00+00:00", "reason": "…"}
"""
