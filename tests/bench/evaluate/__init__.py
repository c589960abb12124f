"""``make evaluate``: the extraction of web pages, compared with plain trafilatura and plain resiliparse.

``truth`` reads annotated pages, ``extractors`` runs each program, ``measures`` compares one page, ``scores``
aggregates, ``tables`` prints.
"""
