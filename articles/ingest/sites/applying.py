"""Story -> story: what an article does not say itself, from its site."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from articles.ingest.language import LONG_LETTERS, MUCH_NEARER, language_of
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.fields import NAMES, Fields, byline_of
from articles.ingest.parsing.former_paths import day_in, path_in
from articles.ingest.parsing.iso_dates import read_date
from articles.ingest.parsing.whitespace import split_lines
from articles.ingest.readers.markdown.front_matter import read_front_matter
from articles.ingest.sites.inherited import inherited
from articles.ingest.sites.permalinks import paths_in_export, permalink_of
from articles.ingest.sites.site import Site
from articles.ingest.story import Piece, Story, Withheld
from articles.text.damage import DamageCode
from articles.text.evidence import SITE
from articles.text.keys import bare
from articles.text.markdown import OF_SITE
from articles.text.paths import normal_path

_IN_UTC = frozenset({"feed", "ghost", "medium", "substack"})  # formats of systems that write all moments so
_NAME = re.compile(rf"(?<=[(\"]{OF_SITE})[^/()\"\s#]+\.md(?=[)\"#])")  # in a link to a file of the site


def applied(story: Story, site: Site, piece: Piece, data: bytes) -> Story:
    """The story with what its site says: name, language, authors, section, inherited values, day, and paths there.

    What comes from the site has the ``evidence`` ``SITE``; nothing of it identifies an article.
    """
    file = Path(os.path.realpath(piece.path)) if piece.line is None else Path()  # a record has none
    parts = file.relative_to(site.folder).parts if file.is_relative_to(site.folder) else ()
    values = dict[str, object]()  # of the front matter, and inherited
    if site.generator and parts and piece.form == "markdown":
        values = read_front_matter(split_lines(decode(data).text.replace("\0", "")), piece.path).values
    story = _divided(story, values) if site.generator == "Jekyll" else story
    if site.pages and OF_SITE in story.body:  # links name some files of the site without their folders
        texts = (_NAME.sub(lambda name: site.pages.get(name[0], name[0]), text) for text in (story.body, *story.blocks))
        story = replace(story, body=next(texts), blocks=tuple(texts))
    above = inherited(site, parts)
    changes = _from_above(story, above | values, is_of_jekyll=site.generator == "Jekyll") if above else {}
    story = replace(story, **changes)
    changes |= _of_site(story, site, piece.form)
    no_tags, paths = site.no_tags, story.former_paths
    if piece.line is None and not piece.captured_at:
        if site.generator == "Eleventy":  # a collection gives a tag to all in its folder
            no_tags = (*no_tags, *parts[:-1], *Fields(above, {}).texts("tags", *NAMES["tags"], split=True))
        paths, day = _paths_and_day(story, site, piece, parts, values, above)
        if day and not (story.published or story.updated):
            damage = tuple(damage for damage in story.damage if damage.code != DamageCode.NO_DATE)
            changes |= {"published": read_date(day), "published_printed": day, "damage": damage}
    paths = paths or paths_in_export(site, piece.form, story)
    paths = paths if piece.captured_at else _with_redirected(paths, site)
    if paths != story.former_paths:
        changes["former_paths"] = paths
    changes |= _filed(story, site, set(map(str.casefold, no_tags)))
    if site.has_expired and story.withheld == Withheld.EXPIRED:
        changes["withheld"] = None
    from_article = ("published_printed", "damage", "withheld", "tags" if changes.get("tags") else "")
    found = {name: SITE for name in changes if name not in from_article}
    return replace(story, **changes, evidence={**story.evidence, **found})


def _of_site(story: Story, site: Site, form: str) -> dict[str, Any]:
    """The values that do not depend on where a file is: moments by the site's clock, source, language, and names for
    keys of authors, also in a byline that was made of them, or is one.
    """
    changes = _by_its_clock(story, site.time_zone) if site.time_zone and form in _IN_UTC else {}
    if site.source and (site.is_of_export or not story.source):  # an export names its whole site
        changes["source"] = site.source
    if site.language and not story.language:
        detected = language_of(story.paragraphs, fewest=LONG_LETTERS, nearer=MUCH_NEARER)
        if detected in (None, site.language.lower().partition("-")[0]):  # a long text may clearly be in another
            changes["language"] = site.language
    authors = tuple(site.names.get(bare(author), author) for author in story.authors)
    byline = site.names.get(bare(story.byline or ""), story.byline)
    if story.byline == byline_of(story.authors, story.language):
        byline = byline_of(authors, changes.get("language", story.language))
    found = {"authors": authors, "byline": byline}
    return changes | {name: value for name, value in found.items() if value != getattr(story, name)}


def _paths_and_day(
    story: Story, site: Site, piece: Piece, parts: tuple[str, ...], values: dict[str, object], above: dict[str, object]
) -> tuple[tuple[str, ...], str | None]:
    """The paths of a whole file, also the one its generator makes, or an old page's own; and a day in its own path."""
    base, made = "" if site.is_of_export else site.base_path, None
    paths = tuple(path if path.startswith(f"{base}/") else f"{base}{path}" for path in story.former_paths)
    day = next(filter(None, map(day_in, (*paths, "/".join(parts if site.generator else ())))), None)
    if parts and site.generator and piece.form == "markdown":
        dated = story if story.published or not day else replace(story, published=read_date(day))
        made = path_in(permalink_of(site, parts, dated, values, above) or "")
    elif parts and not site.generator and piece.form == "html" and site.address:
        made = "/".join((site.base_path, *parts))
    return tuple(dict.fromkeys((*paths, made) if made else paths)), day


def _by_its_clock(story: Story, time_zone: str) -> dict[str, Any]:
    """Moments in UTC by the clock of the site, whose days are in its addresses; but for those at the edge of time."""
    found = ((name, getattr(story, name) or "") for name in ("published", "updated"))
    moments = {name: moment for name, moment in found if moment[-1:] == "Z" and "0002" < moment < "9999"}
    zone = ZoneInfo(time_zone)
    return {name: datetime.fromisoformat(moment).astimezone(zone).isoformat() for name, moment in moments.items()}


def _from_above(story: Story, values: Mapping[str, object], *, is_of_jekyll: bool) -> dict[str, Any]:
    """What an article lacks, from values that include those it inherits."""
    fields, changes = Fields(values, {}), dict[str, Any]()
    if not story.withheld and (withheld := fields.withheld(story.published)):
        changes["withheld"] = withheld
    if not story.language and (language := fields.language(*NAMES["language"])):
        changes["language"] = language
    if not (story.byline or story.authors) and (authors := fields.texts("authors", *NAMES["authors"], split=False)):
        changes |= {"authors": tuple(authors), "byline": byline_of(authors, story.language)}
    if not story.section and (names := fields.texts("section", *NAMES["section"], split=True)):
        if is_of_jekyll and isinstance(listed := values.get("categories"), str):
            names = listed.split()
        changes |= {"section": names[0], "tags": tuple(dict.fromkeys((*story.tags, *names[1:])))}
    return changes


def _divided(story: Story, values: Mapping[str, object]) -> Story:
    """Jekyll divides categories and tags that are one text at its blanks."""
    words = {text: text.split() for name in ("categories", "tags") if isinstance(text := values.get(name), str)}
    names = [word for name in filter(None, (story.section, *story.tags)) for word in words.get(name) or [name]]
    section = names.pop(0) if story.section else None
    return replace(story, section=section, tags=tuple(dict.fromkeys(names)))


def _with_redirected(paths: tuple[str, ...], site: Site) -> tuple[str, ...]:
    """The paths, and those that the site's redirects lead to one of them, also by way of others."""
    found = list(paths)
    for path in found:
        found += [old for old in site.redirected.get(normal_path(path), ()) if old not in found]
    return tuple(found)


def _filed(story: Story, site: Site, no_tags: set[str]) -> Mapping[str, Any]:
    """The first of the site's sections that an article has among its categories; all others are tags."""
    tags = tuple(tag for tag in story.tags if tag.casefold() not in no_tags)
    names = {name.casefold(): name for name in (*tags, story.section) if name}
    section = next((names[name] for name in map(str.casefold, site.section) if name in names), story.section)
    if section != story.section:
        return {"section": section, "tags": tuple(name for name in names.values() if name != section)}
    return {"tags": tags} if tags != story.tags else {}
