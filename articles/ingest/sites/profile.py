"""The profile of a site: a small TOML file in the archive's folder, written at the first load and obeyed ever after."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from articles.ingest.errors import BadMetadata
from articles.ingest.parsing import toml_files
from articles.ingest.parsing.fields import LANGUAGE_TAG, WEB_ADDRESS, key_of
from articles.ingest.parsing.frame import PLACES, SHARED, Frame
from articles.ingest.parsing.toml_files import Rule, filled, in_toml, is_text, line_of, read_by_rules, write_new
from articles.ingest.sites.permalinks import faults_in
from articles.ingest.sites.site import Site

TEMPLATE = (Path(__file__).parent / "profile.toml").read_text("utf-8")
ARCHIVE = (Path(__file__).parent / "archive.toml").read_text("utf-8")  # the archive's own facts
_TEXTS = ("source", "address", "language", "time_zone")
_LISTS = ("only", "skip", "hosts", "section", "no_tags", "types", "pictures")
_FLAGS = ("pages", "expired")
MEANINGS = tuple("headline deck byline authors published updated section tags source language".split())


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(map(is_text, value.values()))


_RULES: dict[str, Rule] = {
    "folder": (lambda value: isinstance(value, str) and Path(value).is_absolute(), "must be a whole path"),
    "source": toml_files.TEXT,
    "time_zone": toml_files.ZONE,
    "address": (
        lambda value: is_text(value) and WEB_ADDRESS.fullmatch(value or "http://a"),
        "must begin with https://",
    ),
    "language": (lambda value: is_text(value) and LANGUAGE_TAG.fullmatch(value or "en"), "must be a tag such as pt-BR"),
    "permalink": (lambda value: is_text(value) or _is_table(value), "must be text, or a table of texts"),
    **dict.fromkeys(_FLAGS, (lambda value: isinstance(value, bool), "must be true or false")),
    "keys": (
        lambda value: _is_table(value) and not set(value.values()).difference(MEANINGS),
        f'must be meanings by key, {{ strap = "deck" }}; known are {", ".join(MEANINGS)}',
    ),
    "authors": (_is_table, 'must be names by key: "anna-lee" = "Anna Lee"'),
    **dict.fromkeys((*_LISTS, *SHARED), toml_files.TEXTS),
    "learned_from": (lambda value: type(value) is int and value >= 0, "must be a number of files"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    path: Path
    folder: Path
    values: Mapping[str, Any]

    def corrected(self, site: Site) -> Site:
        """The site as the profile has it; what it does not name stays as found. Raises ``BadMetadata``."""
        changes: dict[str, Any] = {name: self.values[name].strip() for name in _TEXTS if name in self.values}
        changes |= {name: tuple(self.values[name]) for name in _LISTS if name in self.values}
        frame = {name: tuple(self.values.get(name, ())) for name in SHARED}
        changes["frame"] = Frame(**frame, is_said=not self.values.keys().isdisjoint(PLACES))
        changes["learned_from"] = self.values.get("learned_from", 0)
        changes |= {f"has_{name}": self.values[name] for name in _FLAGS if name in self.values}
        permalink = self.values.get("permalink")
        if permalink is not None:
            changes["permalinks"] = {"": permalink} if isinstance(permalink, str) else permalink
        for section, pattern in changes.get("permalinks", {}).items():  # those of the site's own may not be known yet
            if pattern not in site.permalinks.values() and (fault := faults_in(pattern, site)):
                line = line_of(self.path.read_text("utf-8-sig"), "permalink", section)
                raise BadMetadata(f"permalink {fault}", path=self.path, line=line)
        changes["keys"] = tuple((key_of(key), known) for key, known in self.values.get("keys", {}).items())
        changes["authors"] = {**site.authors, **self.values.get("authors", {})}
        changes["gone"] = "" if self.folder.exists() else str(self.path)
        return replace(site, folder=site.folder if site.generator else self.folder, is_new=False, **changes)


def profiles_in(folder: Path) -> list[Profile]:
    """All profiles of an archive. Raises ``IngestError`` for a faulty one."""
    read = ((path, read_by_rules(path, _RULES, "folder")) for path in sorted(folder.glob("*.toml")))
    return [Profile(path, Path(values["folder"]), values) for path, values in read]


def profile_of(site: Site, profiles: list[Profile]) -> Profile | None:
    """The profile of the site's folder. Without one: for a site, that of a folder that is gone, if its file is named
    for this address; for a folder that is no site, that of the nearest folder above.
    """
    above = [profile for profile in profiles if site.folder.is_relative_to(profile.folder)]
    nearest = max(above, key=lambda profile: len(profile.folder.parts), default=None)
    if not site.generator or (nearest and nearest.folder == site.folder):
        return nearest
    moved = (profile for profile in profiles if site.address and profile.path.stem == _name(site))
    return next((profile for profile in moved if not profile.folder.exists()), None)


def write_profile(site: Site, folder: Path) -> Path:
    """Write the first profile of a site, unless another load just did. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    name = _name(site)
    number, path = 1, folder / f"{name}.toml"
    while True:
        with suppress(FileExistsError):
            write_new(path, _written(site))
            return path
        if in_toml(str(site.folder)) in path.read_text("utf-8", "replace"):
            return path
        number += 1
        path = folder / f"{name}-{number}.toml"


def write_learned(site: Site, profile: Profile) -> Path:
    """Write what was learned of a site into its profile. Raises ``OSError``."""
    written = profile.path.with_suffix(".toml.new")
    written.unlink(missing_ok=True)
    write_new(written, filled(profile.path.read_text("utf-8-sig"), _learned(site)))
    return written.replace(profile.path)


def _name(site: Site) -> str:
    host = re.sub(r"^https?://(?:www\.)?|[/:?#].*", "", site.address)
    return re.sub(r"[^\w.-]+", "-", host or site.folder.name).strip("-.")[:100] or "site"


def write_facts(site: Site, path: Path) -> None:
    """Write what an archive that is named after this site says of itself. Raises ``OSError``."""
    found = {"name": site.source, "description": site.description, "contact": site.contact}
    write_new(path, filled(ARCHIVE, {**found, "time_zone": site.time_zone}))


def _written(site: Site) -> str:
    found: dict[str, object] = {name: getattr(site, name) for name in ("folder", *_TEXTS, *_LISTS)}
    found |= _learned(site)
    found |= {name: getattr(site, f"has_{name}") for name in _FLAGS}
    found["folder"] = str(site.folder)
    found["permalink"] = site.permalinks if set(site.permalinks) - {""} else site.permalinks.get("", "")
    what = f"A site made with {site.generator}" if site.generator else "A folder"
    authors = [f"{in_toml(key)} = {in_toml(author)}" for key, author in site.authors.items()]
    if len(authors) > 200:
        authors = [f"# {len(authors):,} are in the site's own records; names written here come first"]
    return filled(TEMPLATE.replace("{what}", what), found) + "".join(f"{line}\n" for line in authors)


def _learned(site: Site) -> dict[str, object]:
    return {name: getattr(site.frame, name) for name in SHARED} | {"learned_from": site.learned_from}
