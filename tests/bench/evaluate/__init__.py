"""``make evaluate``: how well saved web pages are read, ours beside plain trafilatura and plain resiliparse.

``truth`` holds the pages with what a person says is right, ``extractors`` what each program makes of them, ``measures``
how far the two agree on one page, ``scores`` the figures over many, ``tables`` how they are printed.
"""
