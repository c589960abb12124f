"""Web crawls: WARC 1.0 and 1.1, ARC, packed or not, and WACZ.

    with Crawl.open([Given(path, name), …], scratch, limits, progress) as crawl:
        for page in crawl.pages():          # captures of one address together, oldest first
            page.body(limits).read(…)       # in any process
            crawl.files_of(page).find(src)  # a photo of the page, in any process

A crawl is scanned once, into an index on disk; bodies are then read one by one, by where they lie.
"""

from articles.ingest.warc.bodies import CrawlBody, RecordBody, read_bytes, read_record
from articles.ingest.warc.crawl import Crawl, PageRecord, Skipped
from articles.ingest.warc.extents import Extent, Limits
from articles.ingest.warc.photos import CrawlFiles, CrawlPhoto
from articles.ingest.warc.scan import Given, Progress
from articles.ingest.warc.sources import is_crawl

__all__ = [
    "Crawl",
    "CrawlBody",
    "CrawlFiles",
    "CrawlPhoto",
    "Extent",
    "Given",
    "Limits",
    "PageRecord",
    "Progress",
    "RecordBody",
    "Skipped",
    "is_crawl",
    "read_bytes",
    "read_record",
]
