"""``make evaluate``: the extraction of web pages, compared with trafilatura, readability-lxml and resiliparse.

``truth`` reads annotated pages, ``extractors`` runs each program, ``measures`` compares one page, ``scores``
aggregates, ``tables`` prints.
"""
