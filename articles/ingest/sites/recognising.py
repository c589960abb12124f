"""Recognises the site that a folder is, or belongs to, and reads what its configuration says."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from articles.ingest.errors import IngestError
from articles.ingest.parsing.local_files import real_path
from articles.ingest.sites.authors import names_of_authors
from articles.ingest.sites.configuration import SUFFIXES, read_limited, read_values, readable_values, values_of_built
from articles.ingest.sites.exports import site_of_exports, site_of_zip
from articles.ingest.sites.inherited import defaults_in, defaults_of
from articles.ingest.sites.left_out import pages_by_name
from articles.ingest.sites.redirects import redirects_of
from articles.ingest.sites.site import TABLES, Site
from articles.ingest.sites.stated import TITLE, address_in, language_in, text_in, zone_in
from articles.text.keys import bare
from articles.text.paths import parts_of

FOLDERS_UP = 5
MOST_FILES = 200
_ENDING = re.compile(r"((?:[\w-]|\\\.)+)\$")
_PARTED = re.compile(r":\s+|\s+[|·•:–—-]\s+")
_PLACES = ("permalinks", "languages")  # of Hugo, in files of their own too
_DATA = ("site", "metadata", "meta")  # of Eleventy, by convention


def recognised(path: Path) -> Site:
    """The site that the path is in; without one, a site without a generator, of the path or the folder of uploads."""
    path = real_path(path)
    folders = ((path, *path.parents) if path.is_dir() else path.parents)[: FOLDERS_UP + 1]
    for folder in folders:
        for generator in TABLES["generator"]:
            if site := _site(folder, generator):
                return site
        if (folder / ".git").exists():
            folders = folders[: folders.index(folder) + 1]
            break
    site = (site_of_zip(path) if path.is_file() and is_zipfile(path) else site_of_exports(path)) or Site(path)
    if not site.generator:
        site = replace(site, folder=next((own for own in folders if (own / "wp-content/uploads").is_dir()), path))
    has_home = any((site.folder / name).is_file() for name in ("index.html", "index.htm"))
    return replace(site, redirects=redirects_of(site), has_home=has_home)


def _site(folder: Path, generator: dict[str, Any]) -> Site | None:
    found = (path for name in generator["configuration"] for path in islice(folder.glob(name), MOST_FILES))
    path, signs = next(filter(Path.is_file, found), None), generator.get("signs")
    if path is None or (signs and not any(map(partial(_is_there, folder), signs))):
        return None
    fault, values = "", dict[str, object]()
    try:
        values = read_values(path)
        if completed := {"Hugo": _of_hugo, "Eleventy": _of_eleventy}.get(generator["name"]):
            values = completed(path.parent, values)
    except IngestError as error:
        fault = f"{path.name}: {error.reason}"
    content = _content(generator, values)
    titles = (text_in(readable_values(folder / name / "_index.md"), "title") for name in content)  # of Zola
    title = text_in(values, *TITLE) or next(filter(None, titles), "")
    address, language = address_in(folder, values), language_in(values)
    built = values_of_built(folder) if not (title and address and language) else {}
    address = address or address_in(folder, {**built, "baseurl": values.get("baseurl"), "root": values.get("root")})
    email = _text_within(values, ("params", "extra", "author"), "email")
    site = Site(
        folder, generator["name"],
        source=_named(title or text_in(built, "title"), address),
        address=address,
        language=language or language_in(built),
        time_zone=zone_in(values),
        description=_text_within(values, ("params", "extra"), "description", "subtitle", "tagline"),
        contact=email if "@" in email and not email.endswith("@example.com") else "",  # as generators write it
        permalinks=_permalinks(generator, values),
        authors=names_of_authors(folder, content),
        defaults=(*_of_languages(values), *defaults_of(values, content)),
        content=tuple(map(str.lower, content)),
        not_articles=(*generator.get("not_articles", ()), *_ignored(folder, values)),
        fault=fault,
    )  # fmt: skip
    pages = pages_by_name(site) if site.generator == "Hugo" else {}
    return replace(site, defaults=(*site.defaults, *defaults_in(site)), redirects=redirects_of(site), pages=pages)


def _is_there(folder: Path, sign: str) -> bool:
    name, _, word = sign.partition(": ")
    with suppress(IngestError):
        return word.lower().encode() in read_limited(folder / name).lower() if word else (folder / name).exists()
    return False


def _first_values(folder: Path, stems: Iterable[str]) -> dict[str, object]:
    paths = [folder / f"{stem}{suffix}" for stem in stems for suffix in SUFFIXES]
    return next((read_values(path) for path in paths if path.is_file()), {})


def _of_hugo(folder: Path, values: dict[str, object]) -> dict[str, object]:
    """``values``, and those that are in files of their own; a missing title or code is that of the main language."""
    found = {name: _first_values(folder, (name,)) for name in _PLACES} | values
    files = (path for path in islice(folder.glob("languages.*.*"), MOST_FILES) if path.suffix in SUFFIXES)
    found["languages"] = found["languages"] or {path.stem.partition(".")[2]: read_values(path) for path in files}
    main = _table(_table(found["languages"]).get(text_in(values, "defaultcontentlanguage").lower() or "en"))
    return {name: main.get(name) for name in ("title", "languagecode", "locale")} | found


def _of_eleventy(folder: Path, values: dict[str, object]) -> dict[str, object]:
    """``values`` of the configuration as far as it names folders, and what the site's data say of it."""
    source = _folder(values, "input") or ("src" if (folder / "src/_data").is_dir() else "")
    data = (folder / source / (text_in(values, "data") or "_data")).resolve()
    data = data if data.is_relative_to(folder) else folder / source / "_data"
    return {**_first_values(data, _DATA), "contentdir": source}


def _folder(values: Mapping[str, object], name: str) -> str:
    found = text_in(values, name).strip("./")
    return "" if ".." in found.split("/") else found


def _content(generator: dict[str, Any], values: Mapping[str, object]) -> tuple[str, ...]:
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
    return tuple(name for name in shown if name.strip("/*.") and not name.startswith(("#", "!")))[:200]


def _named(title: str, address: str) -> str:
    """Of ``Harbour Daily | News of the quay`` at ``harbourdaily.example``, the first part: the one in the address."""
    host = bare(parts_of(address).hostname or "")
    return next((part for part in _PARTED.split(title) if len(part) > 2 and bare(part) in host), title)


def _text_within(values: Mapping[str, object], tables: Iterable[str], *names: str) -> str:
    """As ``text_in``, of the values or else of these tables of theirs."""
    return next(filter(None, (text_in(inner, *names) for inner in (values, *map(_table, map(values.get, tables))))), "")


def _table(value: object) -> dict[str, object]:
    return {str(key).lower(): inner for key, inner in value.items()} if isinstance(value, dict) else {}


def _permalinks(generator: dict[str, Any], values: Mapping[str, object]) -> dict[str, str]:
    usual = {"": generator["permalink"]} if "permalink" in generator else {}
    if generator["name"] == "Hugo":
        by_kind = _table(values.get("permalinks"))
        by_section = by_kind | _table(by_kind.get("page"))
        return usual | {key: value for key, value in by_section.items() if isinstance(value, str)}
    collections = _table(values.get("collections"))  # of Jekyll
    stated = {name: text_in(_table(collection), "permalink") for name, collection in collections.items()}
    first = stated.pop("posts", "") or text_in(values, "permalink") if generator["name"] in ("Jekyll", "Hexo") else ""
    pattern = first or usual.get("", "")
    if generator["name"] == "Hexo" and ":year" not in text_in(values, "newpostname"):
        pattern = pattern.replace(":title", ":dated_title")  # a date in a file's name is part of its title
    return {name: found for name, found in {"": pattern, **stated}.items() if found}
