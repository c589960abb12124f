"""Names of authors by the keys that articles have for them, from a site's own records."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from articles.ingest.sites.configuration import SUFFIXES, readable_values
from articles.ingest.sites.site import TABLES
from articles.text.keys import bare

MOST = 2_000  # records
_NAME = ("name", "displayname", "fullname", "title")
_KEY = ("shortname", "slug", "username", "key", "id")


def names_of_authors(folder: Path, content: tuple[str, ...]) -> dict[str, str]:
    """``content``: the site's folders of articles, which have those of authors too."""
    tops = dict.fromkeys([folder, *(folder / name for name in content), folder / "source", folder / "src"])
    found: dict[str, str] = {}
    for path in (top / name for top in tops for name in TABLES["authors"]["tables"]):
        for suffix in SUFFIXES:
            found.update(_in_table(path.with_name(path.name + suffix)))
    records = (path for top in tops for name in TABLES["authors"]["folders"] for path in _records(top / name))
    for path in islice(records, MOST):
        values = readable_values(path)
        if name := _name(values):
            key = next((str(values[key]) for key in _KEY if isinstance(values.get(key), str)), "")
            stem = path.parent.name if path.stem.startswith(("_index", "index")) else path.stem
            found |= dict.fromkeys(filter(None, (stem, key)), name)
    return found


def _records(folder: Path) -> Iterator[Path]:
    """Files of a folder, and ``_index.md`` of each inner one."""
    try:
        inner = sorted(folder.iterdir())[:MOST]
    except OSError:
        return
    for path in inner:
        if path.suffix in (*SUFFIXES, ".md") and path.stem != "_index":
            yield path
        elif path.is_dir():
            yield from (file for name in ("_index.md", "index.md") if (file := path / name).is_file())


def _in_table(path: Path) -> Iterator[tuple[str, str]]:
    values = readable_values(path, is_table=True) if path.is_file() else {}
    listed = values.get("entries", values)
    if isinstance(listed, dict) and isinstance(listed.get("authors"), dict | list):
        listed = listed["authors"]
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and (name := _name(entry)):
            yield from ((str(value), name) for key, value in entry.items() if bare(str(key)) in _KEY and value)
    for key, entry in listed.items() if isinstance(listed, dict) else ():
        name = _name(entry) if isinstance(entry, dict) else entry if isinstance(entry, str) else ""
        if name and path.suffix not in (".js", ".cjs", ".mjs", ".ts"):
            yield str(key), name


def _name(record: dict[str, object]) -> str:
    names = {bare(str(key)): value for key, value in record.items()}
    whole = next((value for key in _NAME if isinstance(value := names.get(key), str) and value.strip()), "")
    parts = (names.get(key) for key in ("firstname", "lastname"))
    found = " ".join((whole or " ".join(part for part in parts if isinstance(part, str))).split())[:200]
    return found if found.isprintable() else ""
