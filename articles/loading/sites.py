"""The sites of the paths to load: what was found, what the operator says of it, what of it is left out."""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.ingest.errors import IngestError
from articles.ingest.inputs.shown import printable
from articles.ingest.inputs.sniff import OPENED_SUFFIXES
from articles.ingest.parsing.fields import LANGUAGE_TAG, NAMES, WEB_ADDRESS, Fields
from articles.ingest.parsing.frame import PLACES
from articles.ingest.parsing.local_files import real_path
from articles.ingest.readers import READERS
from articles.ingest.sites.configuration import readable_values
from articles.ingest.sites.exports import entries_to_open
from articles.ingest.sites.frames import FEWEST, learned
from articles.ingest.sites.left_out import Role, folders_of, has_folder, is_loaded, parts_below, role_of
from articles.ingest.sites.profile import Profile, profile_of, profiles_in, write_facts, write_learned, write_profile
from articles.ingest.sites.recognising import recognised
from articles.ingest.sites.site import Site
from articles.loading.report import Report, first_of
from articles.models import SiteHost
from articles.text.phrases import counted

_PAGES, _TEXTS = (READERS[form].takes_names for form in ("html", "text"))
FEWEST_SHARING, MOST_SHARING = 5, 500  # articles that share tags


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What the command says of a site; ``None`` where it says nothing."""

    source: str | None
    language: str | None
    address: str | None
    only: list[str] | None
    skip: list[str] | None
    pages: bool
    expired: bool

    @property
    def fault(self) -> str:
        """The message about an invalid option; ``""`` if all are valid."""
        if self.address and not WEB_ADDRESS.fullmatch(self.address):
            return "--address must begin with https:// or http://"
        is_tag = not self.language or LANGUAGE_TAG.fullmatch(self.language)
        return "" if is_tag else "--language must be a tag such as en or pt-BR"

    def applied(self, site: Site) -> Site:
        texts = {name: getattr(self, name) for name in ("source", "language", "address")}
        lists = {name: tuple(listed) for name in ("only", "skip") if (listed := getattr(self, name)) is not None}
        stated: dict[str, Any] = {name: text for name, text in texts.items() if text is not None} | lists
        stated |= {"has_pages": self.pages or site.has_pages, "has_expired": self.expired or site.has_expired}
        return replace(site, **stated)


def sites_of(paths: list[Path], options: SiteOptions) -> dict[Path, Site]:
    """The site of each path. Raises ``IngestError`` for a faulty profile."""
    profiles = profiles_in(profiles_folder())
    sites = {}
    for path in paths:
        site = recognised(path)
        profile = profile_of(site, profiles)
        site = options.applied(profile.corrected(site) if profile else site)
        if not profile:
            site = _without_shared_tags(site) if site.generator else _with_frame(site)
        elif not site.generator and site.folder == real_path(path):
            site = _with_frame(site, emptied=[place for place in PLACES if profile.values.get(place) == []])
        sites[path] = site
    return sites


def announce(sites: Mapping[Path, Site], report: Report, *, is_dry: bool) -> None:
    """Say what the sites are, before they are loaded; write their profiles, and record their hosts."""
    for path, site in sites.items():
        found = survey(path, site)
        report.left_out += found.left_out
        if words := found.words(site):
            report.say(words)
        if is_dry:
            for place in PLACES:
                for line in getattr(site.frame, place):
                    report.say(f"  {place}: {line}")
    if is_dry:
        return
    # The sites' own hosts, so that links to them lead to their articles.
    hosts = {
        (host.lower().removeprefix("www.")[:255], str(site.folder))
        for site in sites.values()
        for host in site.own_hosts
    }
    new = hosts.difference(SiteHost.objects.values_list("host", "folder"))
    SiteHost.objects.bulk_create([SiteHost(host=host, folder=folder) for host, folder in sorted(new)])
    for words in write_profiles(sites):
        report.say(words)


def profile_of_paths(paths: Iterable[str]) -> Profile | None:
    """The profile by which one of these paths would be loaded; ``None`` if it says nothing, or one is faulty."""
    with suppress(IngestError):
        profiles = [profile for profile in profiles_in(profiles_folder()) if profile.values.keys() - {"folder"}]
        return next(filter(None, (profile_of(recognised(Path(path)), profiles) for path in paths)), None)
    return None


def _without_shared_tags(site: Site) -> Site:
    """The site, with the tags that all its articles share in ``no_tags``."""
    files = list[Path]()
    for parts, folder, names in folders_of(site):
        files += (folder / name for name in names if role_of(site, (*parts, name), folder / name) is Role.ARTICLE)
    some = map(readable_values, files[:: len(files) // MOST_SHARING + 1])
    tags = [{tag.casefold() for tag in Fields(values, {}).texts("tags", *NAMES["tags"], split=True)} for values in some]
    fewest = 3 if site.generator == "Eleventy" else FEWEST_SHARING  # where a tag is what makes a list
    return replace(site, no_tags=tuple(sorted(set.intersection(*tags))) if len(tags) >= fewest else ())


def _with_frame(site: Site, emptied: Collection[str] = ()) -> Site:
    """The site of a folder, with what its web pages and plain texts share, if it has twice as many as when that was
    learned. If all that pages share is one title, it is the name of the site. ``emptied``: lists that stay so.
    """
    files = list(_pages_and_texts(site))
    if len(files) < max(FEWEST, 2 * site.learned_from):
        return site
    pages, texts = ([file for file in files if file.suffix.lower() in endings] for endings in (_PAGES, _TEXTS))
    frame = site.frame.extended(learned(pages, texts), emptied)
    is_name = site.is_new and len(frame.titles) == 1
    source = site.source or (frame.titles[0] if is_name else "")
    return replace(site, frame=frame, source=source, learned_from=len(files))


def _pages_and_texts(site: Site) -> Iterator[Path]:
    for parts, folder, names in folders_of(site):
        for file in (folder / name for name in names):
            is_file = file.suffix.lower() in _PAGES | _TEXTS and file.name[0] != "." and not file.is_symlink()
            if is_file and is_loaded(site, (*parts, file.name), file):
                yield file


def profiles_folder() -> Path:
    return Path(settings.VAR_DIR) / "sites"


def write_profiles(sites: Mapping[Path, Site]) -> list[str]:
    """Write profiles of new sites (not the samples), and the facts of an unnamed archive; return what to say of it."""
    said = []
    own = {site.folder: site for site in sites.values() if not site.folder.is_relative_to(settings.FIXTURES_DIR)}
    profiles = profiles_in(profiles_folder())
    for site in own.values():
        profile = None if site.is_new else profile_of(site, profiles)
        if not site.is_new and (profile is None or site.learned_from in (0, profile.values.get("learned_from"))):
            continue
        try:
            path = write_learned(site, profile) if profile else write_profile(site, profiles_folder())
        except OSError as error:
            said.append(f"The profile of {site.folder} could not be written ({error.strerror or error}).")
            continue
        if site.generator or _words_of_frame(site):
            said.append(f"To correct this, edit {path} and load again.")
    return [*said, *_name_archive(own)]


def _name_archive(sites: Mapping[Path, Site]) -> Iterator[str]:
    """Write ``archive.toml`` from the first site with a name, unless there is one, or the archive has other sites."""
    site, path = next((site for site in sites.values() if site.source), None), settings.VAR_DIR / "archive.toml"
    others = (profile for profile in profiles_in(profiles_folder()) if profile.folder not in sites)
    if site is None or path.exists() or any(profile.values.get("source") for profile in others):
        return
    try:
        write_facts(site, path)
    except OSError as error:
        yield f"{path} could not be written ({error.strerror or error})."
    else:
        yield f"The archive is named {printable(site.source)} in {path}. To show that, restart the server."


@dataclass(slots=True)
class Survey:
    """What is in the folder of a site, by names."""

    roles: Counter[Role] = field(default_factory=Counter)
    pages: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # files and whole folders

    def words(self, site: Site) -> str:
        """``A Jekyll site: Harbour Daily, 3 posts, 1 draft left out``; of a folder of web pages, what they share."""
        if site.exports:
            named = printable(first_of([*site.exports], ", …"))
            return (
                f"Exports of several sites ({named}). Load each by its own path: then it gets its name, days and paths."
            )
        if not site.generator:
            return _words_of_frame(site)
        posts, others, drafts = (self.roles[role] for role in (Role.ARTICLE, Role.OTHER, Role.DRAFT))
        pages, named = counted(len(self.pages), "page"), printable(first_of(self.pages, ", …"))
        parts = [
            site.source or "name not found", site.address, counted(posts, "post") if site.content else "",
            counted(others, "other file" if site.content else "file") if others else "",
            f"{counted(drafts, 'draft')} left out" if drafts else "",
            f"{pages} {'' if site.has_pages else 'left out '}({named})" if self.pages else "",
        ]  # fmt: skip
        faulty = f"\nIts configuration could not be read: {printable(site.fault)}" if site.fault else ""
        gone = f"\nThe folder in {printable(site.gone)} is gone. If it moved here, correct it." if site.gone else ""
        advice = "\n--pages loads pages, too." if self.pages and not site.has_pages else ""
        article = "An" if site.generator.startswith("E") else "A"
        return f"{article} {site.generator} site: {', '.join(filter(None, parts))}{faulty}{gone}{advice}"


def survey(path: Path, site: Site) -> Survey:
    found, top = Survey(), real_path(path)
    base = parts_below(site, top)
    if base is None or not path.is_dir():
        return found
    for inner, folders, names in os.walk(top):
        folders[:], names = entries_to_open(Path(inner), folders, names)
        parts = (*base, *Path(inner).relative_to(top).parts)
        shown = [name for name in sorted(folders) if not name.startswith(".")]
        folders[:] = [name for name in shown if has_folder(site, (*parts, name))]
        found.left_out += ["/".join((*parts, name, "")) for name in shown if name not in folders]
        for name in sorted(names):
            if name.startswith(".") or os.path.splitext(name)[1].lower() not in OPENED_SUFFIXES:  # noqa: PTH122
                continue
            role = role_of(site, (*parts, name), Path(inner, name))
            found.roles[role] += 1
            if role in (Role.PAGE, Role.NO_ARTICLE):
                (found.pages if role is Role.PAGE else found.left_out).append("/".join((*parts, name)))
    return found


def _words_of_frame(site: Site) -> str:
    frame = site.frame
    around, between = len(frame.above) + len(frame.below), len(frame.between)
    shared = [
        f"“{'”, “'.join(frame.titles)}” in the title" if frame.titles else "",
        f"{counted(around, 'line')} around the text" if around else "",
        f"{counted(between, 'line')} between paragraphs" if between else "",
    ]
    if not any(shared):
        return ""
    name = f": {site.source}" if site.source else ""
    kept = f". Only listed, as perhaps sentences: {counted(len(frame.kept), 'line')}" if frame.kept else ""
    return printable(f"A folder of one site{name}. Left out of all articles: {', '.join(filter(None, shared))}{kept}")
