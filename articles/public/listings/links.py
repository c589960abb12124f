"""Links in texts to other articles of this archive, as the texts have them: by paths and files on their own site.

They are looked up whenever a text is shown, as former addresses are when a reader comes by them. So nothing has to
be made anew when an article comes, moves or goes. Texts without links cost nothing.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from articles.models import Article, FormerPath, OriginalPath, SiteHost
from articles.models.prepared import prepared
from articles.public.absolute import is_web_address
from articles.text.grouping import by_key
from articles.text.markdown import OF_SITE, targets_in
from articles.text.paths import host_of, joined, normal_path

MOST = 2_000  # articles at the paths of all links
_SHOWN = ("archive_date", "slug", "url", "source", "withdrawn_at", "merged_into")


@dataclass(frozen=True, slots=True)
class _Link:
    article: Article
    target: str  # as written
    address: str  # the same, with ``&amp;`` and the like decoded
    is_relative: bool
    host: str
    path: str  # in its normal form; ``""``: unknown


def fetch_links(articles: Iterable[Article], *, absolute: Callable[[str], str] = str) -> None:
    """Set ``links`` of articles: by target as written, the address of the article here that it leads to."""
    for article in articles:
        vars(article)["links"] = {}
    links = [link for article in articles for link in _links_of(article)]
    for found in (_by_former_path(links), _by_file(links)):
        for link, other in found:
            if (shown := other.shown_as).withdrawn_at is None:
                vars(link.article)["links"].setdefault(link.target, absolute(shown.get_absolute_url()))


def _links_of(article: Article) -> Iterator[_Link]:
    base = article.url or next(iter(article.former_paths), "")
    for target in targets_in(article.body_html):
        address = unescape(target)
        whole = address if is_web_address(address) else joined(base, address)  # joining takes longest
        if not whole or address.lower().startswith(("#", "mailto:", "tel:")):
            continue
        is_known = not address.startswith(OF_SITE) and (base or address.startswith("/"))
        host = host_of(whole)
        path = normal_path(whole) if is_known or host else ""
        yield _Link(article, target, address, not host_of(address), host, path.removesuffix("/"))


def _by_former_path(links: Iterable[_Link]) -> Iterator[tuple[_Link, Article]]:
    """The only article that was at a link's path, on its site; of several, the only one of the same source."""
    at = by_key((row.path, row.article) for row in _at_paths([*{link.path for link in links if link.path}]))
    leading = [link for link in links if link.path in at]
    hosts = _hosts_of([*(link.article for link in leading), *(other for found in at.values() for other in found)])
    for link in leading:
        found = [other for other in at[link.path] if _is_on_site(other, link, hosts)]
        found = [other for other in found if other.source_id == link.article.source_id] or found
        if len(found) == 1:
            yield link, found[0]


def _by_file(links: Iterable[_Link]) -> Iterator[tuple[_Link, Article]]:
    """Of links that led nowhere by their paths: by the files that they name."""
    left = [link for link in links if link.is_relative and (not link.article.url or link.address.startswith(OF_SITE))]
    left = [link for link in left if link.target not in vars(link.article)["links"]]
    files = dict(_files_of([*{link.article.pk for link in left}]))
    wanted = [(link, [*_files_meant(link, files.get(link.article.pk, ""))]) for link in left]
    at = {row.path: row.original.article for row in _at_files([*{name for _, names in wanted for name in names}])}
    for link, names in wanted:
        if found := next((at[name] for name in names if name in at), None):
            yield link, found


def _is_on_site(other: Article, link: _Link, hosts: Mapping[int, set[str]]) -> bool:
    """Tell sites apart by their hosts; an article without any may be of every loaded site."""
    meant = hosts[link.article.pk] if link.is_relative else set()
    meant = meant | {link.host} - {""}
    if meant and hosts[other.pk]:
        return not meant.isdisjoint(hosts[other.pk])
    return link.is_relative or SiteHost.objects.filter(host=link.host).exists()


def _hosts_of(articles: Iterable[Article]) -> dict[int, set[str]]:
    """Hosts by article: of its web address, and of the loaded sites in whose folders its files are."""
    hosts = {article.pk: {host_of(article.url or "")} - {""} for article in articles}
    sites = [(site.host, f"{site.folder}/") for site in SiteHost.objects.all()] if hosts else []
    for pk, path in _files_of([*hosts]) if sites else ():
        hosts[pk] |= {host for host, folder in sites if f"{path}/".startswith(folder)}
    return hosts


def _files_meant(link: _Link, own: str) -> Iterator[str]:
    """Where a file may be that a text in the file ``own`` names: in its folder; with a slash, in any above, too."""
    path = unquote(urlsplit(link.address).path)
    path = f"{path}index.html" if path.endswith("/") else path
    if not path or "\0" in path or not own.startswith("/"):
        return
    folders = PurePosixPath(own).parents
    searched = reversed(folders) if path.startswith("/") else folders if path.startswith(OF_SITE) else folders[:1]
    for folder in searched:
        file = posixpath.normpath(folder / path.removeprefix("@").lstrip("/"))
        yield from (file, f"{file.removesuffix('.md')}/index.md") if path.startswith(OF_SITE) else (file,)


@prepared
def _at_paths(paths: list[str]) -> Any:
    rows = FormerPath.objects.filter(path__in=paths).select_related("article")
    return rows.only("path", *(f"article__{name}" for name in _SHOWN))[:MOST]


@prepared
def _files_of(article_ids: list[int]) -> Any:
    rows = OriginalPath.objects.filter(original__article_id__in=article_ids, original__is_current=True)
    return rows.values_list("original__article_id", "path")


@prepared
def _at_files(paths: list[str]) -> Any:
    rows = OriginalPath.objects.filter(path__in=paths).select_related("original__article")
    return rows.only("path", "original__article", *(f"original__article__{name}" for name in _SHOWN))
