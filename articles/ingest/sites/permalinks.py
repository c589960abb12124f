"""Paths that an article had on its own site, made as its generator makes them. ``None`` where that is not certain."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from articles.ingest.parsing.former_paths import day_in
from articles.ingest.parsing.iso_dates import read_date
from articles.ingest.sites.left_out import within_content
from articles.ingest.sites.site import TABLES, Site
from articles.ingest.story import Story

_STYLES: dict[str, str] = TABLES["styles"]
_TOKEN = re.compile(r":([a-z_]+)")
_WHOLE_PATHS = ("permalink", "url", "path")  # in an article's own front matter, which precedes the pattern
_FILE_SLUG = re.compile(r"\{\{-?\s*page\.fileSlug\s*-?\}\}")  # of Eleventy
_LANGUAGE = re.compile("[a-z]{2}(?:-[a-z]{2,4})?")
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[-_]")
_NOT_IN_SLUGS = re.compile(r"[^\w]+|_+")


def permalink_of(
    site: Site, parts: tuple[str, ...], story: Story, values: Mapping[str, object], inherited: Mapping[str, object]
) -> str | None:
    """The path by the site's or an inherited pattern. ``parts``: below the site's folder; ``values``: front matter."""
    is_by_folder = site.generator in ("Hugo", "Zola")
    within = within_content(site, parts) or (parts if site.generator == "Jekyll" else ())
    is_whole = site.generator != "Hugo" and "/" in str(values.get("slug"))
    if not within or is_whole or any(isinstance(values.get(name), str) for name in _WHOLE_PATHS):
        return None
    language, within = _language_and_path(within, inherited) if is_by_folder else ("", within)
    own = site.language.lower() or "en"  # as Hugo has it
    # The language begins the path, except the site's own.
    prefix = "" if language.lower() in (own, own.partition("-")[0]) else language
    pattern = _pattern_of(site, parts, within, inherited.get("permalink"))
    is_of_languages = is_by_folder and any(map(_LANGUAGE.fullmatch, within[-1].lower().split(".")[1:-1]))
    if not pattern or "{" in pattern or is_of_languages:
        return None
    written = story.published or read_date(day_in(parts[-1]) or "")
    tokens = _names(site, parts, within, story, {**inherited, **values}) | _times(site, written)
    if not tokens.keys() >= set(_TOKEN.findall(pattern)):
        return None
    path = f"{site.base_path}/{prefix}/{_TOKEN.sub(lambda token: tokens[token[1]], pattern)}"
    path = path.encode("utf-8", "replace").decode()  # JSON may have lone surrogates
    return re.sub("/{2,}", "/", path.lower() if is_by_folder else path)


def faults_in(pattern: str, site: Site) -> str:
    """The fault of a pattern with a name that its generator does not know, else ``""``. Hexo's may be any key."""
    names = {"slug": ""} if site.is_of_export else _names(site, ("_posts", "a.md"), ("a.md",), Story(), {})
    known = {*names, *_times(site, "2000-01-01")}
    unknown = next((name for name in _TOKEN.findall(pattern) if name not in known), "")
    if not unknown or site.generator in ("", "Hexo"):
        return ""
    return f"has :{unknown}, which {site.generator} does not know; known are :{', :'.join(sorted(known))}"


def paths_in_export(site: Site, form: str, story: Story) -> tuple[str, ...]:
    """The path of an article of an export, by the pattern of its site, or the usual one of its system. Basenames of
    Movable Type have underscores, its later addresses hyphens: which ones the site had is not known, so both.
    """
    system: dict[str, str] = next((export for export in TABLES["export"] if export.get("format") == form), {})
    usual = system.get("permalink", "")
    pattern = site.permalinks.get("", usual) if site.generator in ("", system.get("name")) else usual
    slug = story.slug or ""
    tokens = {"slug": slug, **_times(site, story.published)}
    if not (usual and slug and tokens.keys() >= set(_TOKEN.findall(pattern))):
        return ()
    path = site.base_path + _TOKEN.sub(lambda token: tokens[token[1]], pattern)
    return tuple(dict.fromkeys((path, path.replace(slug, slug.replace("_", "-")))))


def _language_and_path(within: tuple[str, ...], inherited: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """The language of a file, ``""`` if its path does not say so, and the rest of its path."""
    if language := str(inherited.get("lang") or ""):
        return language, (*within[:-1], within[-1].replace(f".{language}.", "."))
    return (within[0], within[1:]) if len(within) > 2 and _LANGUAGE.fullmatch(within[0]) else ("", within)


def _pattern_of(site: Site, parts: tuple[str, ...], within: tuple[str, ...], inherited: object) -> str:
    """The inherited one, else that of the section. In Jekyll, that of posts, of another collection, or of a page, which
    follow the ending of the first: https://jekyllrb.com/docs/permalinks/
    """
    pattern = site.permalinks.get(within[0] if len(within) > 1 else "", site.permalinks.get("", ""))
    styles = _STYLES if site.generator == "Jekyll" else {}
    if isinstance(inherited, str):
        return _FILE_SLUG.sub(":slug", styles.get(inherited, inherited))
    if site.generator != "Jekyll":
        return pattern
    pattern = styles.get(pattern, pattern)
    ending = "/" if pattern.endswith("/") else ".html"
    if within == parts:
        return f"/:path{'/' if within[-1].startswith('index.') else ending}"
    collection = parts[-len(within) - 1].lower().removeprefix("_")
    return pattern if collection == "posts" else site.permalinks.get(collection, f"/{collection}/:path{ending}")


def _names(
    site: Site, parts: tuple[str, ...], within: tuple[str, ...], story: Story, values: Mapping[str, object]
) -> dict[str, str]:
    """What a pattern's names that are no times stand for."""
    folders, stem, slug = within[:-1], within[-1].rpartition(".")[0], values.get("slug")
    if stem == "index" and folders:  # ``name/index.md`` is ``name.md``
        folders, stem = within[:-2], within[-2]
    given = slug.strip() if isinstance(slug, str) else ""
    undated, path = _DATED.sub("", stem, count=1), "/".join((*folders, stem))
    if site.generator == "Jekyll":
        title = given or undated
        return {
            "title": title.replace(" ", "-"), "slug": _plain(title), "name": _plain(title),
            "categories": _categories_in_jekyll(parts, values), "path": path, "output_ext": ".html",
        }  # fmt: skip
    if site.generator == "Hexo":
        own = {name: value for name, value in values.items() if isinstance(value, str)}
        known = {"title": "/".join((*folders, undated)), "dated_title": path, "name": undated}
        known |= {"post_title": undated, "category": "/".join(_texts(values.get("categories"))) or "uncategorized"}
        return own | {name: value.replace(" ", "-") for name, value in known.items()}
    if site.generator == "Eleventy":
        name = _DATED.sub("", stem)
        return {"filepath": "/".join((*folders, name)), "slug": name}
    if site.generator == "Zola":
        return {"sections": "/".join(map(_ascii, folders)), "slug": given or _ascii(_DATED.sub("", stem))}
    stem, title = _urlised(stem), _urlised(story.headline or "")
    return {
        "section": "".join(folders[:1]), "sections": "/".join(map(_urlised, folders)), "title": title,
        "slug": given or title, "filename": stem, "contentbasename": stem, "slugorfilename": given or stem,
        "slugorcontentbasename": given or stem,
    }  # fmt: skip


def _categories_in_jekyll(parts: tuple[str, ...], values: Mapping[str, object]) -> str:
    """Folders above ``_posts``, then those of the front matter; several words of a text are several."""
    said, above = values.get("categories"), parts[: parts.index("_posts")] if "_posts" in parts else ()
    listed = (said.split() if isinstance(said, str) else _texts(said)) or _texts(values.get("category"))
    named = (*(name for name in above if name != "source"), *listed)
    return "/".join(dict.fromkeys(name.lower().replace(" ", "-") for name in named))


def _times(site: Site, written: str | None) -> dict[str, str]:
    try:
        moment = datetime.fromisoformat(written or "")
        if moment.tzinfo and site.time_zone:  # without an offset, it is one of the site's own days
            moment = moment.astimezone(ZoneInfo(site.time_zone))
    except (ValueError, OverflowError, OSError, KeyError):
        return {}
    numbers = {"i_month": str(moment.month), "i_day": str(moment.day)}
    return numbers | {name: moment.strftime(sign) for name, sign in TABLES["times"].items()}


def _texts(value: object) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _plain(text: str) -> str:
    return _NOT_IN_SLUGS.sub("-", text.lower()).strip("-")


def _ascii(text: str) -> str:
    return _plain(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _urlised(text: str) -> str:
    kept = (sign for sign in "-".join(text.lower().split()) if sign.isalnum() or sign in "./_#+~-")
    return re.sub("-{2,}", "-", "".join(kept)).strip("-")
