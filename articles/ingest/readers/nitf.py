"""NITF, the News Industry Text Format of the IPTC, version 3.x, in files of its own. See ``parsing.nitf``."""

from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.nitf import read_nitf
from articles.ingest.parsing.safe_xml import opening_of, parse_xml
from articles.ingest.story import Piece, Story


def looks_like(head: bytes) -> bool:
    return opening_of(head).name == "nitf"


def read(piece: Piece, data: bytes) -> Story:
    document = parse_xml(data, piece.path, first_line=piece.line or 1)
    item = Item(encoding=document.encoding, damage=document.damage)
    read_nitf(item, document.root)
    return story_of(piece, item)
