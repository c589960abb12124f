"""What in the folder of a site is no article: by folder, by name and, where these leave it open, by its first bytes."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from articles.ingest.readers import READERS
from articles.ingest.sites.configuration import head_of
from articles.ingest.sites.exports import entries_to_open
from articles.ingest.sites.site import TABLES, Site

_LISTS = {kind: frozenset(names) for kind, names in TABLES["everywhere"].items()}
_MARKDOWN = READERS["markdown"].takes_names
PAGES = _MARKDOWN | READERS["html"].takes_names
# Never the articles of a site, whatever its generator: data, and downloads for readers.
_DATA = {"", ".csv", ".tsv", ".json", ".txt", ".text", ".gz", ".tgz", ".tar", ".zip"}
_DRAFTS = "_drafts"  # read, so that an article that became a draft is withdrawn
# Folders that a path does not count: of a language, and of everything.
_OUTER = re.compile("content|src|[a-z]{2}(?:-[A-Za-z]{2,4})?")
_PROOF = re.compile("google[0-9a-f]{8,}")  # that a search engine asked of the owner
_DATED_NAME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
# By keys of its own: those of a table are indented, and of JSON in quotation marks.
_DATED = re.compile(
    rb"""(?im)^(?:\s*["'])?(?:(?:date|publish_?date|pub_?date|published)["']?\s*[:=].*\d"""
    rb"""|(?:path|slug|permalink|url)["']?\s*[:=].*\d{4}[-/]\d\d?[-/]\d)"""
)
_PAGE = re.compile(rb"""(?im)^\s*["']?type["']?\s*[:=]\s*["']?page["']?,?\s*$""")  # as WordPress calls them
_FENCE = re.compile(rb"^(?:---|\+\+\+)\s*$", re.MULTILINE)
_TEMPLATE = re.compile(rb"\{\{|\{%|<%")


class Role(Enum):
    ARTICLE = "article"
    OTHER = "other"  # what is not known to be something else is read, too
    DRAFT = "draft"
    PAGE = "page"
    NO_ARTICLE = "no article"


def has_folder(site: Site, parts: tuple[str, ...]) -> bool:
    """``False`` if a folder of the site, by its parts below the site's, has no article, and need not be opened."""
    if is_matched(parts, site.skip):
        return False
    if not site.generator:
        return True
    name, path = parts[-1].lower(), "/".join(parts).lower()
    if name == _DRAFTS or any(path == folder or folder.startswith(f"{path}/") for folder in site.content):
        return True
    if name in _LISTS["folders"] or (len(parts) == 1 and name in _LISTS["top"]):
        return False
    if name.startswith("_") and site.generator in ("Jekyll", "Hexo") and name not in site.content:
        return False
    return not is_matched(parts, site.not_articles)


def folders_of(site: Site) -> Iterator[tuple[tuple[str, ...], Path, list[str]]]:
    """The folders of the site that may have articles, the outer first: their parts, and the names of their files."""
    for inner, folders, names in os.walk(site.folder):
        parts = Path(inner).relative_to(site.folder).parts
        folders[:], names = entries_to_open(Path(inner), folders, names)
        folders[:] = [name for name in sorted(folders) if name[0] != "." and has_folder(site, (*parts, name))]
        yield parts, Path(inner), sorted(names)


def pages_by_name(site: Site) -> dict[str, str]:
    """Paths by the name of a file, or of the folder of an ``index.md``, where only one has it: Hugo finds them so."""
    found = defaultdict[str, list[str]](list)
    for parts, _, names in folders_of(site):
        for name in names:
            if name.endswith(".md"):
                found[f"{parts[-1]}.md" if parts and name == "index.md" else name].append("/".join((*parts, name)))
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}


def parts_below(site: Site | None, folder: Path) -> tuple[str, ...] | None:
    """The parts of a folder below its site's; ``None`` if no rule applies, as in a named one that is left out."""
    if site is None or not folder.is_relative_to(site.folder):
        return None
    if not (site.generator or site.only or site.skip or site.has_home):
        return None
    parts = folder.relative_to(site.folder).parts
    return parts if all(has_folder(site, parts[: end + 1]) for end in range(len(parts))) else None


def is_loaded(site: Site, parts: tuple[str, ...], path: Path) -> bool:
    role = role_of(site, parts, path)
    return role is not Role.NO_ARTICLE and (role is not Role.PAGE or site.has_pages)


def is_left_out(site: Site | None, top: Path, path: Path) -> bool:
    """``True`` if a load of the resolved folder ``top`` leaves out a file of the site, or the one that contains it."""
    if site is None or parts_below(site, top) is None or not path.is_relative_to(top):
        return False
    file = next((file for file in (path, Path(str(path).rpartition("#")[0]), *path.parents) if file.is_file()), None)
    parts = file.relative_to(site.folder).parts if file else ()
    is_found = all(has_folder(site, parts[:end]) for end in range(1, len(parts)))
    return file is not None and not (is_found and is_loaded(site, parts, file))


def role_of(site: Site, parts: tuple[str, ...], path: Path) -> Role:
    """The role of a file of the site, by its parts below the site's folder."""
    if is_matched(parts, site.skip) or (site.only and not is_matched(parts, site.only)):
        return Role.NO_ARTICLE
    name, suffix = parts[-1].lower(), path.suffix.lower()
    stem = name.partition(".")[0]
    if not site.generator:  # next to the front page of web pages are texts for programs and for whoever edits them
        is_named = stem in _LISTS["files"] or (len(parts) == 1 and stem in _LISTS["outside"])
        return Role.NO_ARTICLE if all((site.has_home, is_named, suffix in {*_MARKDOWN, "", ".txt"})) else Role.OTHER
    if _DRAFTS in map(str.lower, parts[:-1]):
        return Role.DRAFT
    is_of_site = stem in _LISTS["files"], name[0] in "_#~", name[-1] == "~", _PROOF.fullmatch(stem)
    if any((*is_of_site, is_matched(parts, site.not_articles))):
        return Role.NO_ARTICLE
    if not site.content:
        return Role.OTHER
    within = within_content(site, parts)
    if within is None or suffix not in PAGES:
        return _role_outside(site, parts, suffix, path)
    if "_posts" in parts:
        return Role.ARTICLE
    if site.generator in ("Hugo", "Zola"):  # in the folder of an article are files of it
        articles = {path.with_name(f"index{suffix}") for suffix in _MARKDOWN} - {path}
        if any(article.is_file() for article in articles) and not _has_front_matter(head_of(path)):
            return Role.NO_ARTICLE
    return _role_in_content(within if site.generator != "Jekyll" else parts[-1:], stem, path)


def _role_outside(site: Site, parts: tuple[str, ...], suffix: str, path: Path) -> Role:
    stem = parts[-1].lower().partition(".")[0]
    if suffix in _DATA or (stem in _LISTS["outside"] and (len(parts) == 1 or suffix not in PAGES)):
        return Role.NO_ARTICLE
    head = head_of(path)
    has_front_matter = _has_front_matter(head)
    if suffix in PAGES and (has_front_matter or suffix in _MARKDOWN):
        # Jekyll has no rule where dated articles are; in Hexo, pages have dates too.
        is_dated = site.generator == "Jekyll" and has_front_matter and _is_dated(head)
        return Role.ARTICLE if is_dated and not _is_page(parts, head) else Role.PAGE
    return Role.NO_ARTICLE if has_front_matter or (b"\0" not in head and _TEMPLATE.search(head)) else Role.OTHER


def _role_in_content(within: tuple[str, ...], stem: str, path: Path) -> Role:
    """Of a generator whose articles and pages are in the same folder."""
    while len(within) > 1 and _OUTER.fullmatch(within[0]):
        within = within[1:]
    folders = within[:-1] if stem != "index" else within[:-2]  # ``about/index.md`` is ``about.md``
    name, names = (within[0].lower(), "sections") if len(within) > 1 else (stem, "outside")
    if name in _LISTS[names]:
        return Role.NO_ARTICLE
    head = head_of(path)
    is_undated = not any(map(_DATED_NAME.search, within)) and not _is_dated(head)
    return Role.PAGE if _is_page(within, head) or (not folders and is_undated) else Role.ARTICLE


def _is_page(parts: tuple[str, ...], head: bytes) -> bool:
    """``True`` if its folder or its own front matter says so, whatever its date."""
    return (len(parts) > 1 and parts[0].lower().strip("_") in _LISTS["pages"]) or _PAGE.search(head) is not None


def _has_front_matter(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\r\n ").startswith((b"---", b"+++"))


def _is_dated(head: bytes) -> bool:
    """``True`` if the front matter, or a text without, has a date or a path with one."""
    return _DATED.search(b"\n".join(_FENCE.split(head, maxsplit=2)[:2])) is not None


def within_content(site: Site, parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """The parts below the folder of articles; ``None`` outside."""
    lower = tuple(map(str.lower, parts[:-1]))
    for folder in site.content:
        inner = tuple(folder.split("/")) if folder else ()
        for start in range(len(lower) - len(inner) + 1):
            if lower[start : start + len(inner)] == inner:
                return parts[start + len(inner) :]
    return None


def is_matched(parts: tuple[str, ...], patterns: Iterable[str]) -> bool:
    """``True`` if a pattern matches the path, or names a folder above it."""
    path = "/".join(parts)
    plain = (pattern.removeprefix("./").strip("/").removesuffix("/**") for pattern in patterns)
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*") for pattern in plain)
