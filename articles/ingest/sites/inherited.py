"""Values that articles inherit from their site: ``defaults`` of Jekyll, ``cascade`` of Hugo, data of a folder in
Eleventy. They are found before articles are read, as part of the site, so that a change of them is applied to all.
"""

from collections.abc import Iterator, Mapping
from glob import escape
from operator import itemgetter

from articles.ingest.parsing.fields import key_of
from articles.ingest.readers.markdown.front_matter import FrontMatter
from articles.ingest.sites.configuration import readable_values
from articles.ingest.sites.left_out import folders_of, is_matched
from articles.ingest.sites.site import Site

Values = Mapping[str, object]
Defaults = Iterator[tuple[str, Values]]  # by pattern of paths below the site's folder

_FOLDER_DATA = (".json", ".11tydata.json", ".11tydata.mjs", ".11tydata.cjs", ".11tydata.js")  # after the folder's name


def defaults_of(values: Values, content: tuple[str, ...]) -> Defaults:
    """Defaults for articles in a configuration; in Jekyll, the longest path counts, then one with a type."""
    listed, found = values.get("defaults"), []
    for entry in listed if isinstance(listed, list) else ():
        scope, given = (entry.get("scope"), entry.get("values")) if isinstance(entry, dict) else (None, None)
        if isinstance(scope, dict) and isinstance(given, dict) and scope.get("type") not in ("pages", "drafts"):
            path, kind = str(scope.get("path") or "").strip("/"), scope.get("type")
            found.append((len(path), bool(kind), path or (f"*_{kind}/*" if kind else "*"), given))
    yield from ((pattern, given) for *_, pattern, given in sorted(found, key=itemgetter(0, 1)))
    for folder in content:
        yield from _cascade(values.get("cascade"), folder, folder)


def defaults_in(site: Site) -> Defaults:
    """What the site's folders say, the outer first."""
    for parts, folder, _ in folders_of(site) if site.generator in ("Eleventy", "Hugo") else ():
        here = escape("/".join(parts))
        if site.generator == "Hugo":
            yield from _cascade(readable_values(folder / "_index.md").get("cascade"), here, site.content[0])
        elif parts:
            said = (readable_values(folder / f"{folder.name}{ending}") for ending in _FOLDER_DATA)
            yield from ((here, values) for values in said if values)


def _cascade(given: object, here: str, content: str) -> Defaults:
    """Of a folder of Hugo, or of those of its pages that are targets."""
    for entry in given if isinstance(given, list) else [given]:
        values = {key_of(key): value for key, value in entry.items()} if isinstance(entry, dict) else {}
        target = values.pop("target", {})
        if values and isinstance(target, dict) and target.keys() <= {"path", "kind"}:
            paths = str(target.get("path") or "").strip("{} ").split(",")
            patterns = [f"{content}/{path.strip('/ ')}" if path else here for path in paths]
            yield from ((pattern, values) for pattern in patterns if "page" in str(target.get("kind") or "page"))


def inherited(site: Site, parts: tuple[str, ...]) -> dict[str, object]:
    """What a file of the site inherits, by its parts below the site's folder; the nearest folder counts."""
    found = FrontMatter()
    for pattern, values in site.defaults:
        if is_matched(parts, (pattern,)):
            found.values |= {key_of(key): value for key, value in values.items()}
    found.lift_tables()
    return found.values
