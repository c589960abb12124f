"""Web crawls: WARC 1.0 and 1.1, ARC, packed or not, and WACZ.

    with Crawl.open([Given(path, name), …], scratch, limits, progress) as crawl:
        for page in crawl.pages():          # captures of one address together, oldest first
            page.body(limits).read(…)       # in any process
            crawl.files_of(page).find(src)  # a photo of the page, in any process

A crawl is scanned once (``scanner``), into an index on disk (``index``); bodies are then read one by one, by where they
lie (``bodies``).
"""

from articles.ingest.warc.bodies import read_bytes, read_record
from articles.ingest.warc.crawl import Crawl, Given, PageRecord
from articles.ingest.warc.extents import Limits
from articles.ingest.warc.sources import is_crawl

__all__ = ["Crawl", "Given", "Limits", "PageRecord", "is_crawl", "read_bytes", "read_record"]
