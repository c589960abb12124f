"""``meta`` elements: Open Graph, Dublin Core, ``citation_*``, and the names specific to publishing systems."""

from collections.abc import Mapping

from articles.ingest.readers.html.evidence.clues import Clues, Field, ImageRecord, plain
from articles.ingest.readers.html.tree import Element
from articles.text.tables import tables_of

Metas = Mapping[str, list[str]]


# Names by field, the surest first. Where several values make up a field (authors, tags), those of one name count.
NAMES: dict[Field, str] = tables_of(__file__)["fields"]
_SEAMS = str.maketrans("", "", "-_.:")
_FIELDS: dict[str, list[tuple[Field, int]]] = {}
for _field, _names in NAMES.items():
    for _rank, _name in enumerate(_names.split()):
        _FIELDS.setdefault(_name.translate(_SEAMS), []).append((_field, _rank))

# Values that list several tags or people.
_LISTS = frozenset(
    "news_keywords parsely-tags sailthru.tags citation_keywords dcterms.subject dc.subject tags keywords".split()
)


def read_metas(root: Element) -> dict[str, list[str]]:
    """The contents of all ``meta`` elements by name in small letters, in page order; ``dc:date`` is ``dc.date``."""
    found: dict[str, list[str]] = {}
    for number, meta in enumerate(root.iter("meta")):
        content = meta.get("content")
        name = meta.get("property") or meta.get("name") or meta.get("http-equiv")
        if not content or not name or number > 3_000:
            continue
        for word in name.lower().split() if len(name) < 200 else ():
            if word.startswith(("dc:", "dcterms:", "dc.terms.", "dcterm")):
                word = word.replace("dc.terms.", "dcterms.").replace(":", ".", 1)
            found.setdefault(word, []).append(content)
    return found


def add_metas(clues: Clues, metas: Metas) -> None:
    ranked = sorted((rank, about, name) for name in metas for about, rank in _FIELDS.get(name.translate(_SEAMS), ()))
    for _, about, name in ranked:
        for content in metas[name]:
            values = [content]
            if name in _LISTS:
                content = plain(content[:5_000])
                values = content.split(";" if "," not in content else ",")
            for value in values:
                clues.add(about, value, f"meta {name}")


def images_of(metas: Metas) -> list[ImageRecord]:
    """Pictures that the page offers to other sites; alt text and caption where as many are said as pictures."""
    addresses = metas.get("og:image") or metas.get("og:image:url") or metas.get("og:image:secure_url") or []
    alts = metas.get("og:image:alt", [])
    described = alts if len(alts) == len(addresses) else [None] * len(addresses)
    records = [
        ImageRecord(address.strip(), alt_text=(plain(alt) or None) if alt else None)
        for address, alt in zip(addresses, described, strict=True)
        if address.strip()
    ]
    for name in ("twitter:image", "twitter:image:src", "citation_image", "parsely-image-url"):
        records += [ImageRecord(address.strip()) for address in metas.get(name, []) if address.strip()]
    return records
