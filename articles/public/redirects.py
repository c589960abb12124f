"""Redirects from former addresses of articles, here and on their own sites; records of articles that are gone."""

import re
from contextlib import suppress
from datetime import date, timedelta
from urllib.parse import unquote

from django.urls import Resolver404, resolve, reverse
from django.utils.encoding import iri_to_uri

from articles.models import Article, FormerPath, Gone, Redirect
from articles.public.formats.feeds import FORMS
from articles.text.dates import spanned_days
from articles.text.keys import LAST_LETTER
from articles.text.paths import host_of, normal_path, path_of, typed_address

DATED = re.compile(r"/(\d{4})(?:/(\d{1,2})(?:/(\d{1,2})(?:/([^/]+))?)?(?:/.*)?)?/?")
_CUT = re.compile(r"/(\d{4}/\d\d/\d\d|undated)/([^/]{8,})/?")  # shorter paths are guesses, not truncated links
_UNDATED = re.compile(r"/undated/([^/]+)(?:/.*)?")
_UNPADDED = re.compile(r"/([0-9]{4})/([0-9]{1,2})(?:/([0-9]{1,2}))?/?")
OTHER_FORM = re.compile(
    r"(/.+/)(original(?:/\w+)?|account/|photos/\w+/|history/(?:\d+/(?:changes/)?)?|article\.[a-z.]+)"
)
KEPT_WHEN_MERGED = ("history/", "original")  # endings that a merged article keeps, as the other's are of another text
_FEED = re.compile(rf"(/(?:tags|authors|sources)/[^/]+/)(?:feed\.(?:{'|'.join(FORMS)})|list\.(?:json|csv))")
_SHORT = re.compile(r"/a/([0-9A-Za-z]+)/?")


def moved_to(path: str) -> str:
    """The current address of a former one, or of one with capitals or without leading zeros; else ``""``."""
    if unpadded := _UNPADDED.fullmatch(path):
        days = spanned_days(path.strip("/").replace("/", "-"))
        address = reverse("day" if unpadded[3] else "month", args=days[:1]) if days else ""
        if address not in (path, f"{path}/"):
            return address
    other_form = OTHER_FORM.fullmatch(path)
    base, ending = other_form.groups() if other_form else (path, "")
    article = _moved_from(base)
    if article is None:
        return ""
    shown_as = article if ending.startswith(KEPT_WHEN_MERGED) else article.shown_as
    address = shown_as.get_absolute_url()
    return f"{address}{ending}" if address not in (base, iri_to_uri(base)) else ""


def _moved_from(path: str) -> Article | None:
    if moved := Redirect.objects.filter(path__in=[path, iri_to_uri(path)]).select_related("article").first():
        return moved.article
    lower = path.lower()
    if lower == path:
        return None
    dated, undated = DATED.fullmatch(lower), _UNDATED.fullmatch(lower)
    day = day_meant(dated) if dated else None
    slug = dated[4] if dated and day else undated[1] if undated else ""
    return Article.objects.on_day(day).filter(slug=slug).first() if slug else None


def whole_address(path: str) -> str:
    """The only article's address that begins, or once began, with ``path``; ``""`` for none or several."""
    cut = _CUT.fullmatch(path.lower())
    days = spanned_days(cut[1].replace("/", "-")) if cut else None
    if cut is None or (days is None and cut[1] != "undated"):
        return ""
    slug, path = cut[2], path.lower().rstrip("/")
    rows = Article.objects.on_day(days and days[0]).filter(slug__gte=slug, slug__lt=slug + LAST_LETTER)[:10]
    found = [article for article in rows if article.slug.startswith(slug)]
    for prefix in {path, iri_to_uri(path)}:
        moved = Redirect.objects.filter(path__gte=prefix, path__lt=prefix + LAST_LETTER).select_related("article")
        found += [redirect.article for redirect in moved[:10] if redirect.path.startswith(prefix)]
    addresses = {article.shown_as.get_absolute_url() for article in found}
    is_whole = any(article.slug == slug for article in found)
    return addresses.pop() if len(addresses) == 1 and not is_whole else ""


def formerly_at(address: str) -> list[Article]:
    """The articles that were at this path on their own sites, of very many some; withdrawn ones too."""
    path = normal_path(address)
    rows = FormerPath.objects.filter(path=path).values("article")[:100]
    return list(Article.objects.filter(pk__in=rows).select_related("source").without_texts()) if path != "/" else []


def articles_at(text: str) -> list[Article]:
    """The articles with this web address, at it in this archive, or once at its path, on its host if any were there."""
    address = typed_address(text)
    if not address:
        return []
    host, path = host_of(address), path_of(address)
    urls = [
        f"{scheme}://{www}{host}{end}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for end in {path, path.removesuffix("/")}
    ]
    if found := list(Article.objects.filter(url__in=urls)) if host else []:
        return found
    if here := _article_here(unquote(path.partition("?")[0])):
        return [here]
    found = formerly_at(path)
    return [article for article in found if host and host_of(article.url or "") == host] or found


def _article_here(path: str) -> Article | None:
    """The article of its page or, at another format, photo or version of it, that article."""
    path = other_form[1] if (other_form := OTHER_FORM.fullmatch(path)) else f"{path.rstrip('/')}/"
    found = Article.objects.filter(redirects__path__in=[path, iri_to_uri(path)])
    with suppress(Resolver404):
        page = resolve(path)
        if page.url_name == "article":
            found = Article.objects.on_day(page.kwargs["day"]).filter(slug=page.kwargs["slug"]) or found
        elif page.url_name == "short":
            found = Article.objects.filter(key=page.kwargs["key"].lower())
    return found.first()


def lost_at(path: str, address: str) -> Gone | None:
    """The record of the article in any format, tag, source or list that was at ``path``, with its query ``address``."""
    if short := _SHORT.fullmatch(path):
        return Gone.objects.filter(key=short[1].lower()).first()
    if other_form := OTHER_FORM.fullmatch(path) or _FEED.fullmatch(path):
        path = other_form[1]
    written = {path, iri_to_uri(path), path.lower(), iri_to_uri(path.lower()), normal_path(address)}
    return Gone.objects.filter(path__in=written).first()


def day_meant(dated: re.Match[str]) -> date | None:
    """The day of an address. A month or a year means its first day, an impossible day the 28th."""
    year, month, day = int(dated[1]), int(dated[2] or 1), int(dated[3] or 1)
    if not 1 <= month <= 12 or year < 1:
        return None
    first = date(year, month, 1)
    try:
        return first.replace(day=day)
    except ValueError:
        return first + timedelta(days=27)
