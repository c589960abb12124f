"""Maps of former addresses for other servers: nginx, and hosts of static files.

* nginx: https://nginx.org/en/docs/http/ngx_http_map_module.html. Keys ignore case, and a key written twice is an error.
* ``_redirects`` (Netlify, Cloudflare Pages, GitLab Pages): the first line that matches counts; without its 301 it would
  be temporary at Cloudflare. ``*`` and ``:name`` are patterns, and few hosts know queries.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

from django.conf import settings
from django.db.models import F
from django.urls import is_valid_path, reverse
from django.utils.encoding import iri_to_uri

from articles.models import Article, FormerPath
from articles.text.paths import host_of, normal_path, path_of

Addresses = Mapping[str, str]
COLUMNS = ("url", "former_paths", "archive_date", "slug", "merged_into", "withdrawn_at")


def addresses_by_former_path() -> Addresses:
    """Present addresses by former path, both as browsers send them; ``BASE_URL`` makes them absolute. The address of a
    path that several published articles had looks it up.

    The archive redirects former paths on its own host, so paths of its own pages are left out, except for an article
    from another host than ``BASE_URL``: there they are not its own.
    """
    found: dict[str, tuple[str, str]] = {}  # by path in lower case
    owners = FormerPath.objects.values("article")
    rows = Article.objects.filter(pk__in=owners).order_by(F("withdrawn_at").asc(nulls_first=True), "pk")
    for article in rows.only(*COLUMNS).iterator():
        address = article.shown_as.get_absolute_url()
        is_elsewhere = bool(settings.BASE_URL) and host_of(article.url or "") != host_of(settings.BASE_URL)
        for written in filter(None, [*article.former_paths, article.url]):
            path = iri_to_uri(path_of(written))
            here = unquote(path.partition("?")[0])
            is_of_archive = not is_elsewhere and (is_valid_path(here) or is_valid_path(f"{here}/"))
            if normal_path(path) == "/" or is_of_archive:
                continue
            _, other = found.setdefault(path.lower(), (path, address))
            if other != address and article.withdrawn_at is None:
                found[path.lower()] = path, f"{reverse('lookup')}?url={quote(path, safe='')}"
    return {path: f"{settings.BASE_URL or ''}{address}" for path, address in found.values()}


def nginx_map(addresses: Addresses) -> Iterator[str]:
    """Lines of a file to include in the ``http`` block. Folders with and without the slash at their end."""
    found = {path.lower(): (path, address) for path, address in addresses.items()}
    for path, address in addresses.items():
        if "?" not in path and "." not in path.rpartition("/")[2]:
            other = path[:-1] if path.endswith("/") else f"{path}/"
            found.setdefault(other.lower(), (other, address))
    longest = max(map(len, found), default=0)
    yield "# For the server of the former site, in its http block; in its server block, write:"
    yield "#   if ($former_address) { return 301 $former_address; }"
    yield f"map_hash_bucket_size {max(64, 1 << (longest + 32).bit_length())};"
    yield f"map_hash_max_size {max(2048, 2 * len(found))};"
    yield "map $request_uri $former_address {"
    yield '    default "";'
    yield from (f'    "{path}" "{address}";' for path, address in found.values())
    yield "}"


def redirects_file(addresses: Addresses) -> Iterator[str]:
    """Lines of ``_redirects``, without paths that have a query."""
    for path, address in addresses.items():
        if "?" not in path:
            yield f"{path.replace('*', '%2A').replace('/:', '/%3A')} {address} 301"
