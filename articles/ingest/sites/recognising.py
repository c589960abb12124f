"""Recognises the site that a folder is, or belongs to, and reads what its configuration says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from articles.ingest.errors import IngestError
from articles.ingest.parsing.fields import LANGUAGE_TAG, WEB_ADDRESS
from articles.ingest.parsing.toml_files import is_zone
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers import ghost, medium, movable_type, substack
from articles.ingest.readers.feeds import syndication, wordpress
from articles.ingest.sites.authors import names_of_authors
from articles.ingest.sites.configuration import (
    MAX_BYTES_OF_EXPORT,
    SUFFIXES,
    head_of,
    read_limited,
    read_values,
    readable_values,
    values_of_blogger,
    values_of_built,
    values_of_feed,
    values_of_ghost,
    values_of_medium,
    values_of_movable_type,
    values_of_substack,
)
from articles.ingest.sites.inherited import defaults_in, defaults_of
from articles.ingest.sites.left_out import pages_by_name
from articles.ingest.sites.redirects import redirects_of
from articles.ingest.sites.site import TABLES, Site
from articles.text.keys import bare
from articles.text.paths import parts_of
from articles.text.phrases import in_short

FOLDERS_UP = 5
LONGEST = 200
MOST_FILES = 200
MOST_IGNORED = 200
# Of what a site calls itself, in the order of generators; of their tables too.
_TITLE = ("title", "name", "sitename")
_LANGUAGE = ("lang", "locale", "language", "languagecode", "defaultlanguage", "defaultcontentlanguage")
_ADDRESS = ("url", "baseurl", "siteurl", "host", "homepage")
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|<%")
_ENDING = re.compile(r"((?:[\w-]|\\\.)+)\$")
_PARTED = re.compile(r":\s+|\s+[|·•:–—-]\s+")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_PLACES = ("permalinks", "languages")  # of Hugo, in files of their own too
_DATA = ("site", "metadata", "meta")  # of Eleventy, by convention
# By the name of a system, what recognises its exports by their first bytes, and reads what they say of the site.
_EXPORTS: dict[str, tuple[Callable[[bytes], bool], Callable[[Path], dict[str, object] | None]]] = {
    "WordPress": (wordpress.looks_like, values_of_feed),
    "Blogger": (syndication.is_of_blogger, values_of_blogger),
    "Medium": (medium.looks_like, values_of_medium),
    "Substack": (substack.looks_like, values_of_substack),
    "Ghost": (ghost.looks_like, values_of_ghost),
    "Movable Type": (movable_type.looks_like, values_of_movable_type),
}


def recognised(path: Path) -> Site:
    """The site that the path is in; without one, a site without a generator, of the path or the folder of uploads."""
    path = path.resolve()
    folders = ((path, *path.parents) if path.is_dir() else path.parents)[: FOLDERS_UP + 1]
    for folder in folders:
        for generator in TABLES["generator"]:
            if site := _site(folder, generator):
                return site
        if (folder / ".git").exists():
            folders = folders[: folders.index(folder) + 1]
            break
    site = (_of_zip(path) if is_zipfile(path) else of_exports(path)) or Site(path)
    if not site.generator:
        site = replace(site, folder=next((own for own in folders if (own / "wp-content/uploads").is_dir()), path))
    has_home = any((site.folder / name).is_file() for name in ("index.html", "index.htm"))
    return replace(site, redirects=redirects_of(site), has_home=has_home)


def _site(folder: Path, generator: dict[str, Any]) -> Site | None:
    found = (path for name in generator["configuration"] for path in islice(folder.glob(name), MOST_FILES))
    path, signs = next(filter(Path.is_file, found), None), generator.get("signs")
    if path is None or (signs and not any(_is_there(folder, sign) for sign in signs)):
        return None
    fault, values = "", dict[str, object]()
    try:
        values = read_values(path)
        if generator["name"] == "Hugo":
            values = _of_hugo(path.parent, values)
        elif generator["name"] == "Eleventy":
            values = _of_eleventy(folder, values)
    except IngestError as error:
        fault = f"{path.name}: {error.reason}"
    content = _content(generator, values)
    front_pages = (readable_values(folder / name / "_index.md") for name in content)  # of Zola
    title = _text(values, *_TITLE) or next(filter(None, (_text(page, "title") for page in front_pages)), "")
    address, language = _address(folder, values), _language(values)
    built = values_of_built(folder) if not (title and address and language) else {}
    address = address or _address(folder, {**built, "baseurl": values.get("baseurl"), "root": values.get("root")})
    site = Site(
        folder, generator["name"],
        source=_named(title or _text(built, "title"), address),
        address=address,
        language=language or _language(built),
        time_zone=zone if is_zone(zone := _text(values, "timezone")) else "",
        description=_text_within(values, ("params", "extra"), "description", "subtitle", "tagline"),
        contact=_contact(values),
        permalinks=_permalinks(generator, values),
        authors=names_of_authors(folder, content),
        defaults=(*_of_languages(values), *defaults_of(values, content)),
        content=tuple(map(str.lower, content)),
        not_articles=(*generator.get("not_articles", ()), *_ignored(folder, values)),
        fault=fault,
    )  # fmt: skip
    pages = pages_by_name(site) if site.generator == "Hugo" else {}
    return replace(site, defaults=(*site.defaults, *defaults_in(site)), redirects=redirects_of(site), pages=pages)


def of_exports(path: Path) -> Site | None:
    """The site of an export, or of all the exports in a folder; of several sites, one that names them all."""
    sites = list[Site]()
    for system in TABLES["export"]:
        looks_like, values_of = _EXPORTS[system["name"]]
        paths = (file for pattern in system["files"] for file in path.glob(pattern)) if path.is_dir() else (path,)
        for file in islice(paths, MOST_FILES):
            if not looks_like(head_of(file)) or (values := values_of(file)) is None:
                continue
            sites.append(Site(
                path if path.is_dir() else path.parent, system["name"],
                source=_text(values, *_TITLE), address=_address(path, values),
                language=_language(values), description=_text(values, "description"),
                time_zone=zone if is_zone(zone := _text(values, "timezone")) else "",
                permalinks={"": system["permalink"]} if "permalink" in system else {},
                not_articles=tuple(system.get("not_articles", ())),
            ))  # fmt: skip
    names = {site.source for site in sites}
    if len({(site.generator, site.address) for site in sites}) > 1:
        return Site(path, exports=tuple(sorted({f"{site.generator}: {site.source or site.address}" for site in sites})))
    name = names.pop() if len(names) == 1 else ""
    return replace(sites[0], source=name, named=name) if sites else None


def _of_zip(path: Path) -> Site | None:
    """The site of the exports in a ZIP file, or in a folder in it."""
    names = {PurePosixPath(pattern).name for system in TABLES["export"] for pattern in system["files"]}
    names |= {"settings.csv", "email_list.*.csv"}  # beside those of Blogger and Substack
    site, left = None, MAX_BYTES_OF_EXPORT
    with TemporaryDirectory() as top, suppress(OSError, BadZipFile, RuntimeError, NotImplementedError, ValueError):
        with ZipFile(path) as packed:
            items = (item for item in packed.infolist() if _is_named(PurePosixPath(item.filename).name, names))
            for item in islice(items, MOST_FILES):
                left -= item.file_size
                if left > 0:
                    packed.extract(item, top)
        folders = (Path(top), *sorted(filter(Path.is_dir, Path(top).iterdir())))
        site = next(filter(None, map(of_exports, folders)), None)
    return replace(site, folder=path) if site else None


def _is_named(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_there(folder: Path, sign: str) -> bool:
    name, _, word = sign.partition(": ")
    try:
        return word.lower().encode() in read_limited(folder / name).lower() if word else (folder / name).exists()
    except IngestError:
        return False


def _first_values(folder: Path, stems: Iterable[str]) -> dict[str, object]:
    paths = [folder / f"{stem}{suffix}" for stem in stems for suffix in SUFFIXES]
    return next((read_values(path) for path in paths if path.is_file()), {})


def _of_hugo(folder: Path, values: dict[str, object]) -> dict[str, object]:
    """``values``, and those that are in files of their own; a missing title or code is that of the main language."""
    found = {name: _first_values(folder, (name,)) for name in _PLACES} | values
    files = (path for path in islice(folder.glob("languages.*.*"), MOST_FILES) if path.suffix in SUFFIXES)
    found["languages"] = found["languages"] or {path.stem.partition(".")[2]: read_values(path) for path in files}
    main = _table(_table(found["languages"]).get(_text(values, "defaultcontentlanguage").lower() or "en"))
    return {name: main.get(name) for name in ("title", "languagecode", "locale")} | found


def _of_eleventy(folder: Path, values: dict[str, object]) -> dict[str, object]:
    """``values`` of the configuration as far as it names folders, and what the site's data say of it."""
    source = _folder(values, "input") or ("src" if (folder / "src/_data").is_dir() else "")
    data = (folder / source / (_text(values, "data") or "_data")).resolve()
    data = data if data.is_relative_to(folder) else folder / source / "_data"
    return {**_first_values(data, _DATA), "contentdir": source}


def _folder(values: Mapping[str, object], name: str) -> str:
    """A folder below the site's."""
    found = _text(values, name).strip("./")
    return "" if ".." in found.split("/") else found


def _content(generator: dict[str, Any], values: Mapping[str, object]) -> tuple[str, ...]:
    """The folders of articles."""
    if generator["name"] == "Jekyll":
        collections = values.get("collections")
        if isinstance(collections, dict):  # those without output are records
            collections = [name for name, said in collections.items() if _table(said).get("output")]
        names = collections if isinstance(collections, list) else ()
        records = {"authors", "author", "people", "staff", "members"}
        return (*generator["content"], *(f"_{name}" for name in names if str(name) not in records))
    if generator["name"] == "Hexo":
        return (f"{_folder(values, 'sourcedir') or 'source'}/_posts",)
    languages = map(_table, _table(values.get("languages")).values())  # of Hugo
    found = (_folder(table, "contentdir") for table in (values, *languages))
    return tuple(dict.fromkeys(filter(None, found))) or tuple(generator["content"])


def _of_languages(values: Mapping[str, object]) -> list[tuple[str, Mapping[str, object]]]:
    """Values that articles of Hugo and Zola inherit by their language: that of their folder, or in their names."""
    languages, found = values.get("languages"), dict[str, Mapping[str, object]]()
    for code, table in languages.items() if isinstance(languages, dict) else ():
        patterns = (f"*.{code}.*", _folder(_table(table), "contentdir"))
        found |= {pattern: {"lang": str(code)} for pattern in patterns if pattern}
    return sorted(found.items(), key=lambda item: (item[0][0] == "*", item[0]))  # the nearest is the last


def _ignored(folder: Path, values: Mapping[str, object]) -> tuple[str, ...]:
    """What the site's own lists leave out."""
    listed = values.get("exclude")
    names = [str(name) for name in listed] if isinstance(listed, list) else []
    patterns = values.get("ignorefiles")  # of Hugo: regular expressions, of which those of endings are read
    endings = (_ENDING.fullmatch(str(pattern)) for pattern in (patterns if isinstance(patterns, list) else ()))
    names += ["*" + ending[1].replace("\\.", ".") for ending in endings if ending]
    with suppress(IngestError):
        names += read_limited(folder / ".eleventyignore").decode("utf-8", "replace").splitlines()
    shown = (name.strip() for name in names)
    return tuple(name for name in shown if name.strip("/*.") and not name.startswith(("#", "!")))[:MOST_IGNORED]


def _text(values: Mapping[str, object], *names: str) -> str:
    """The first text without a template in it, on one line."""
    for name in names:
        value = values.get(name)
        text = fold(value) if isinstance(value, str) else ""
        if text and text.isprintable() and not _TEMPLATE.search(text):
            return in_short(text, LONGEST)
    return ""


def _named(title: str, address: str) -> str:
    """Of ``Harbour Daily | News of the quay`` at ``harbourdaily.example``, the first part: the one in the address."""
    host = bare(parts_of(address).hostname or "")
    return next((part for part in _PARTED.split(title) if len(part) > 2 and bare(part) in host), title)


def _text_within(values: Mapping[str, object], tables: Iterable[str], *names: str) -> str:
    """As ``_text``, of the values or else of these tables of theirs."""
    return next(filter(None, (_text(inner, *names) for inner in (values, *map(_table, map(values.get, tables))))), "")


def _contact(values: Mapping[str, object]) -> str:
    address = _text_within(values, ("params", "extra", "author"), "email")
    return address if "@" in address and not address.endswith("@example.com") else ""  # as generators write it


def _table(value: object) -> dict[str, object]:
    return {str(key).lower(): inner for key, inner in value.items()} if isinstance(value, dict) else {}


def _language(values: Mapping[str, object]) -> str:
    listed = values.get("language")
    first = {"language": listed[0]} if isinstance(listed, list) and listed else {}
    found = (_text({**values, **first}, name) for name in _LANGUAGE)
    return next((tag.replace("_", "-") for tag in found if LANGUAGE_TAG.fullmatch(tag)), "")


def _address(folder: Path, values: Mapping[str, object]) -> str:
    stated = (_text(values, name).rstrip("/") for name in _ADDRESS)
    address = next(filter(WEB_ADDRESS.fullmatch, stated), "")
    with suppress(IngestError):
        host = read_limited(folder / "CNAME").decode("ascii", "replace").strip()
        address = address or (f"https://{host}" if _HOST.fullmatch(host) else "")
    inner = _text(values, "baseurl", "root").strip("/")
    is_whole = not address or WEB_ADDRESS.fullmatch(inner) or parts_of(address).path.strip("/") == inner
    return address if is_whole else f"{address}/{inner}".rstrip("/")


def _permalinks(generator: dict[str, Any], values: Mapping[str, object]) -> dict[str, str]:
    usual = {"": generator["permalink"]} if "permalink" in generator else {}
    if generator["name"] == "Hugo":
        by_kind = _table(values.get("permalinks"))
        by_section = by_kind | _table(by_kind.get("page"))
        return usual | {key: value for key, value in by_section.items() if isinstance(value, str)}
    collections = _table(values.get("collections"))  # of Jekyll
    stated = {name: _text(_table(collection), "permalink") for name, collection in collections.items()}
    first = stated.pop("posts", "") or _text(values, "permalink") if generator["name"] in ("Jekyll", "Hexo") else ""
    pattern = first or usual.get("", "")
    if generator["name"] == "Hexo" and ":year" not in _text(values, "newpostname"):
        pattern = pattern.replace(":title", ":dated_title")  # a date in a file's name is part of its title
    return {name: found for name, found in {"": pattern, **stated}.items() if found}
