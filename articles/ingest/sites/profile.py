"""The profile of a site: a small TOML file in the archive's folder, written at the first load and obeyed ever after."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from articles.ingest.errors import BadMetadata
from articles.ingest.parsing.fields import LANGUAGE_TAG, WEB_ADDRESS
from articles.ingest.parsing.toml_files import read_toml
from articles.ingest.sites.site import Site

_HEAD = """\
# {what}, as load_articles found it. Correct it, and load the folder again.
# It is applied to all articles of the folder, also to unchanged files, where they do not say otherwise themselves;
# edits by staff stay. Help: /help/sites/
"""
_TEXTS = ("source", "address", "language", "time_zone")
_LISTS = ("only", "skip", "hosts")
_KEYS = frozenset({"folder", *_TEXTS, "permalink", *_LISTS, "pages", "authors"})
_AUTHORS_WRITTEN = 200
_HINTS = {
    "source": ("The publication", '"The Harbour Gazette"'),
    "address": ("Where the site was", '"https://harbour.example"'),
    "language": ("The language of articles that state none", '"en"'),
    "time_zone": ("Whose days are in addresses", '"Europe/Paris"'),
    "permalink": ("How its generator made addresses; or by section: { news = \"/:year/:title/\" }", '"/:year/:title/"'),
    "only": ("Load nothing else: paths or patterns below the folder", '["_posts", "news/*.html"]'),
    "skip": ("Never load these", '["notes", "drafts/*"]'),
    "pages": ("Load pages such as about.md too", "true"),
    "hosts": ("Other hosts of this site, whose pictures are in the folder", '["img.harbour.example"]'),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    path: Path
    folder: Path
    values: Mapping[str, Any]

    def corrected(self, site: Site) -> Site:
        """The site as the profile has it; what it does not name stays as found."""
        changes: dict[str, Any] = {name: self.values[name].strip() for name in _TEXTS if name in self.values}
        changes |= {name: tuple(self.values[name]) for name in _LISTS if name in self.values}
        if "pages" in self.values:
            changes["has_pages"] = self.values["pages"]
        permalink = self.values.get("permalink")
        if permalink is not None:
            changes["permalinks"] = {"": permalink} if isinstance(permalink, str) else permalink
        changes["authors"] = {**site.authors, **self.values.get("authors", {})}
        return replace(site, folder=site.folder if site.generator else self.folder, is_new=False, **changes)


def profiles_in(folder: Path) -> list[Profile]:
    """All profiles of an archive. Raises ``IngestError`` for a faulty one."""
    return [_read(path) for path in sorted(folder.glob("*.toml"))]


def profile_of(site: Site, profiles: list[Profile]) -> Profile | None:
    """The profile of the site's folder; of a folder that is no site, else of the nearest above it."""
    above = [profile for profile in profiles if site.folder.is_relative_to(profile.folder)]
    nearest = max(above, key=lambda profile: len(profile.folder.parts), default=None)
    return None if nearest and site.generator and nearest.folder != site.folder else nearest


def write_profile(site: Site, folder: Path) -> Path:
    """Write the first profile of a site. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    host = re.sub(r"^https?://(?:www\.)?|[/:?#].*", "", site.address)
    name = re.sub(r"[^\w.-]+", "-", host or site.folder.name).strip("-.")[:100] or "site"
    number, path = 1, folder / f"{name}.toml"
    while True:
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(_written(site))
        except FileExistsError:
            number += 1
            path = folder / f"{name}-{number}.toml"
        except OSError:
            path.unlink(missing_ok=True)  # half a profile would stop the next load
            raise
        else:
            return path


def _written(site: Site) -> str:
    what = f"A site made with {site.generator}" if site.generator else "A folder"
    lines = [_HEAD.format(what=what), f"folder = {_toml(str(site.folder))}"]
    permalinks = site.permalinks if set(site.permalinks) - {""} else site.permalinks.get("", "")
    found = {name: getattr(site, name) for name in (*_TEXTS, *_LISTS)}
    found |= {"permalink": permalinks, "pages": site.has_pages}
    for name, (hint, example) in _HINTS.items():
        value = found[name]
        lines += ["", f"# {hint}", f"{name} = {_toml(value)}" if value else f"# {name} = {example}"]
    lines += ["", "# Names of authors by the keys that articles have for them", "[authors]"]
    if len(site.authors) > _AUTHORS_WRITTEN:
        lines.append(f"# {len(site.authors):,} are read from the site's own records; names written here come first")
    else:
        lines += [f"{_toml(key)} = {_toml(author)}" for key, author in site.authors.items()]
    return "\n".join([*lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    # Strings and lists of JSON are TOML's too; surrogates are not.
    text = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007f")


def _read(path: Path) -> Profile:
    text, values = read_toml(path)

    def check(is_right: bool, key: str, reason: str) -> None:
        if not is_right:
            line = re.search(rf"^[ \t]*[\"']?{re.escape(key)}\b", text, re.MULTILINE)
            number = text.count("\n", 0, line.start()) + 1 if line else None
            raise BadMetadata(f"{key} {reason}", path=path, line=number)

    for key in values.keys() - _KEYS:
        check(False, key, f"is not a key of a profile; known are {', '.join(sorted(_KEYS))}")
    for key in ("folder", *_TEXTS):
        value = values.get(key, "")
        is_text = isinstance(value, str) and (value.isprintable() or key == "folder")
        check(is_text, key, "is not text on one line, in quotation marks")
    for key in _LISTS:
        listed = values.get(key, [])
        is_right = isinstance(listed, list) and all(isinstance(item, str) for item in listed)
        check(is_right, key, 'is not a list; write ["one", "two"]')
    check(os.path.isabs(values.get("folder", "")), "folder", "must be a whole path, such as /home/ada/old-site")  # noqa: PTH117
    address, language = values.get("address", "").strip(), values.get("language", "").strip()
    check(not address or bool(WEB_ADDRESS.fullmatch(address)), "address", "must begin with https:// or http://")
    check(not language or bool(LANGUAGE_TAG.fullmatch(language)), "language", "must be a tag such as en or pt-BR")
    check(isinstance(values.get("pages", False), bool), "pages", "must be true or false")
    permalink, authors = values.get("permalink", ""), values.get("authors", {})
    check(isinstance(permalink, str) or _is_of_texts(permalink), "permalink", "must be text, or a table of texts")
    check(_is_of_texts(authors), "authors", 'must be names by key: "anna-lee" = "Anna Lee"')
    return Profile(path, Path(values["folder"]), values)


def _is_of_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) and text.isprintable() for text in value.values())
