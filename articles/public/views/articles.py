"""One article: its page, its other formats, its original, and its short address."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial, wraps
from html import escape
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape, format_html
from django.utils.http import content_disposition_header, http_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from articles.catalogue import bylines
from articles.catalogue.loaded import edited_fields
from articles.editorial.provenance import content_of, provenance_of
from articles.models import Article, Damage, Original, Photo, Source, Tag, fields
from articles.models.original import WITH_LEDGER
from articles.public.absolute import absolute
from articles.public.caching import View, form_at, naming, public
from articles.public.formats.citations import Citation, bibtex, csl_json, in_styles, ris
from articles.public.formats.linked_data import linked_data
from articles.public.formats.representations import Whole, as_json, as_markdown, as_text, caption_note, in_order
from articles.public.listings import rows
from articles.public.listings.articles import kicker_of, neighbours_of, running_story_of
from articles.public.listings.figures import Picture, picture_of
from articles.public.listings.links import fetch_links
from articles.public.listings.origins import origin_of
from articles.public.redirects import articles_at
from articles.public.search.related import read_next
from articles.public.views.errors import at_former_path, withdrawn
from articles.text.damage import UNUSED_DATES, damaged_parts
from articles.text.dates import date_lines, dates_sentence, missing_date
from articles.text.languages import language_words
from articles.text.markdown import plain
from articles.text.messages import gettext
from articles.text.person_names import given_first
from articles.text.phrases import in_short, listed

FORMS = {
    "json": ("application/json", "JSON", as_json),
    "md": ("text/markdown; charset=utf-8", "Markdown", as_markdown),
    "txt": ("text/plain; charset=utf-8", _("Text"), as_text),
    "ris": ("application/x-research-info-systems; charset=utf-8", "RIS", lambda whole: ris(cited(whole))),
    "bib": ("application/x-bibtex; charset=utf-8", "BibTeX", lambda whole: bibtex(cited(whole))),
    "csl.json": ("application/vnd.citationstyles.csl+json", "CSL", lambda whole: csl_json(cited(whole))),
}
DIGITS = 12  # of a digest in an address
_BEGINS = re.compile(r"^<\w+")


def of_article(view: View, *, also_merged: bool = False) -> View:
    """A view of an article by day and slug; 410 for a withdrawn one. ``also_merged``: or of one merged into another."""

    @public()
    @wraps(view)
    def answer(request: HttpRequest, day: date | None, slug: str, **kwargs: Any) -> HttpResponseBase:
        found = rows.article_at(day, slug)
        if found is None:
            raise Http404("No such article.")
        is_open = found.has_open_versions if also_merged else found.withdrawn_at is None
        response = view(request, found, **kwargs) if is_open else withdrawn(request, found)
        names = [f"article-{found.key}", *([f"source-{found.source.slug}"] if found.source else [])]
        return naming(response, *names, *([f"day-{day}"] if day else []))

    return answer


of_article_or_merged = partial(of_article, also_merged=True)  # versions and originals keep their addresses


@of_article
def article(request: HttpRequest, found: Article) -> HttpResponseBase:
    whole = read_whole(request, found)
    if form := form_at(request.path_info, request.headers.get("Accept", "")):
        response = written(whole, form)
        response["Content-Location"] = f"article.{form}"
    else:
        response = render(request, "articles/article.html", page_of(whole))
    patch_vary_headers(response, ["Accept"])
    names = [f"tag-{tag.slug}" for tag in whole.tags]
    names += [f"author-{author.bare_slug}" for author in whole.authors.values()]
    return _dated(naming(response, *names), found)


def _dated(response: HttpResponse, article: Article) -> HttpResponse:
    if article.changed and article.changed.seen_at:
        response.headers["Last-Modified"] = http_date(article.changed.seen_at.timestamp())
    return response


@public()
def short(request: HttpRequest, key: str) -> HttpResponseBase:
    found = get_object_or_404(Article.objects.only("archive_date", "slug", "merged_into"), key=key.lower())
    return HttpResponsePermanentRedirect(found.shown_as.get_absolute_url())


@public()
def lookup(request: HttpRequest) -> HttpResponseBase:
    """The article of any web address; a form without one."""
    address = request.GET.get("url", "").strip()
    if response := at_former_path(request, articles_at(address)):
        return response
    return render(request, "articles/lookup.html", {"address": address}, status=404 if address else 200)


@of_article
def article_form(request: HttpRequest, found: Article, form: str) -> HttpResponseBase:
    if form not in FORMS:
        raise Http404("No such format.")
    response = written(read_whole(request, found), form)
    response["X-Robots-Tag"] = "noindex"  # the page is for that; its own address has no such header in any format
    return response


def written(whole: Whole, form: str) -> HttpResponse:
    article, (kind, _name, write) = whole.article, FORMS[form]
    if form == "json":
        whole = replace(whole, provenance=provenance_of(article))
        fetch_links([article], absolute=whole.absolute)
    headers = canonical_link(whole.absolute, article)
    return _dated(HttpResponse(write(whole), content_type=kind, headers=headers), article)


def canonical_link(absolute: Callable[[str], str], article: Article) -> dict[str, str]:
    """For what cannot name the address of its article itself."""
    return {"Link": f'<{absolute(article.shown_as.get_absolute_url())}>; rel="canonical"'}


@of_article_or_merged
def original(request: HttpRequest, found: Article, digest: str = "") -> HttpResponseBase:
    """The bytes as a download, never run. ``digest``: at least ``DIGITS`` digits; without it, the current original."""
    if digest and not re.fullmatch(f"[0-9a-f]{{{DIGITS},64}}", digest):
        raise Http404("Not a digest.")
    which = {"digest__startswith": digest} if digest else {"is_current": True}
    row = Original.objects.defer("ledger").filter(article=found, **which).first()
    if row is None:
        raise Http404("The article has no such original.")
    content = content_of(row)
    if content is None:
        raise Http404("The original is in a crawl file that is missing.")
    is_text = row.form in WITH_LEDGER | {"jsonl"}
    return HttpResponse(
        content,
        content_type=f"text/plain; charset={row.encoding}" if is_text else "application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, row.file_name) or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
            **canonical_link(partial(absolute, request), found),
        },
    )


def read_whole(request: HttpRequest, article: Article) -> Whole:
    """An article with its related rows; the original without bytes and ledger."""
    rows.fetch_photos([article])
    rows.fetch_tags([article])
    fetch_links([article])
    return Whole(
        article=article,
        photos=sorted(article.photos.all(), key=lambda photo: (photo.position, photo.number)),
        tags=[tagging.tag for tagging in sorted(article.taggings.all(), key=lambda tagging: tagging.pk)],
        damage=sorted(rows.damage_in([article.pk]), key=lambda damage: (damage.line or 0, damage.pk)),
        original=next(iter(rows.current_original(article.pk)), None),
        absolute=lambda path: absolute(request, path),
        corrections=rows.corrections_in([article.pk]),
        authors=bylines.authors_by_name(bylines.printed_names(article.authors, article.byline)),
    )


def cited(whole: Whole) -> Citation:
    names = [tag.name for tag in whole.tags]
    address = whole.absolute(whole.article.short_url)
    return Citation(whole.article, names, archive=settings.ARCHIVE_NAME, url=address)


def page_of(whole: Whole) -> dict[str, Any]:
    """The context of an article page, also in a preview for staff."""
    article, url = whole.article, whole.article.get_absolute_url()
    canonical = whole.absolute(url)
    tongue, citation = article.tongue, cited(whole)
    story = running_story_of(article, whole.tags)
    shown = [entry.key for entry in story[1:] if entry] if story else []
    edited = edited_fields(article, whole.photos, [tag.pk for tag in whole.tags]) if article.as_loaded else []
    return {
        "article": article,
        "here": "",
        "tongue": tongue,
        "url": url,
        "canonical": canonical,
        "short_address": whole.absolute(article.short_url),
        "summary": " ".join(filter(None, [dates_sentence(article), article.deck or article.excerpt])),
        "linked_data": linked_data(whole, canonical),
        "byline": with_links(byline_words(article.byline or listed(article.authors), tongue.lang), whole.authors),
        "dates": date_lines(article),
        "missing_date": missing_date(article),
        "date_damage": [
            (UNUSED_DATES[item.code], item.text)
            for item in whole.damage
            if item.code in UNUSED_DATES and not item.is_settled
        ],
        "corrections": whole.corrections,
        "parts": in_parts(article, whole.photos, whole.damage),
        "paragraphs": [in_short(plain(block), 60) for block in article.blocks],
        "language": language_words(article.language) if article.language else "",
        "kicker": kicker_of(article, article.taggings.all()),
        "tags": [*whole.tags[:6], *sorted(whole.tags[6:], key=lambda tag: tag.name.casefold())],
        "origin": origin_of(whole.original, whole.damage) if whole.original else None,
        "rights": Source.rights_of(article.source),
        "spoilt": damaged_parts([damage.code for damage in whole.damage]),
        "edited": listed([fields.label_of(name) for name in edited]),
        "from_files": list(from_files(whole.photos)),
        "forms": [(f"{url}article.{form}", kind.partition(";")[0], name) for form, (kind, name, _) in FORMS.items()],
        "citations": in_styles(citation, timezone.localdate()),
        "creators": [name.for_parsers for name in citation.authors],
        "story": story,
        "read_next": read_next(article, whole.tags, shown=shown),
        "day": article.archive_date.isoformat() if article.archive_date else "",
        **neighbours_of(article),
        "share_image": next((photo for photo in whole.photos if photo.largest), None),
    }


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a body; only one field is set. ``wide``: a table or code; ``captions``: photos without files."""

    html: SafeString | None = None
    wide: SafeString | None = None
    picture: Picture | None = None
    captions: Sequence[Picture] = ()


def in_parts(article: Article, photos: Sequence[Photo], damage: Sequence[Damage], *, linked: bool = True) -> list[Part]:
    """The body in order, with photos, ``linked`` to their pages. Its blocks are ``#p1``, ``#p2``, as in the ledger."""
    blocks = article.blocks
    dateline = escape(article.dateline, quote=False)
    if blocks and dateline and blocks[0].startswith(f"<p>{dateline}"):
        rest = blocks[0].removeprefix(f"<p>{dateline}")
        blocks[0] = mark_safe(f'<p><span class="dateline">{dateline}</span>{rest}')  # noqa: S308
    blocks = [mark_safe(_BEGINS.sub(rf'\g<0> id="p{n}"', block, count=1)) for n, block in enumerate(blocks, 1)]  # noqa: S308
    parts: list[Part] = []
    for here, following in in_order(blocks, photos):
        for is_held, group in groupby(here, key=lambda photo: bool(photo.file)):
            pictures = []
            for photo in group:
                url = photo.address_in(article) if linked else ""
                pictures.append(picture_of(photo, caption_note=caption_note(photo, damage), url=url))
            if is_held or len(pictures) == 1:
                parts += [Part(picture=picture) for picture in pictures]
            else:
                parts.append(Part(captions=pictures))
        for is_wide, alike in groupby(following, key=lambda block: block.startswith(("<table", "<pre"))):
            if is_wide:
                parts += [Part(wide=block) for block in alike]
            else:
                html = "\n".join(alike).replace(
                    "<pre>", f'<pre tabindex="0" role="group" aria-label="{gettext("Code")}">'
                )
                parts.append(Part(html=mark_safe(html)))  # noqa: S308
    return parts


def byline_words(byline: str, lang: str) -> str:
    """The printed byline, with ``By`` if it is in the archive's language (``lang`` is ``""``) and has none."""
    is_bare = byline and not byline.lower().startswith(("by ", "from ", "story by ", "written by "))
    return gettext("By %(byline)s") % {"byline": byline} if is_bare and not lang else byline


def with_links(byline: str, authors: Mapping[str, Tag]) -> SafeString:
    """A printed byline as HTML, with links to authors at their names, or after it if it does not have them."""
    if not authors:
        return conditional_escape(byline)

    def link(name: str, author: Tag) -> SafeString:
        return format_html('<a href="{}" rel="author"><bdi>{}</bdi></a>', author.get_absolute_url(), name)

    known = {spelled.casefold(): by for name, by in authors.items() for spelled in (name, given_first(name))}
    longest_first = sorted(known, key=len, reverse=True)
    pieces = re.split(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", byline, flags=re.IGNORECASE)
    html = [link(piece, known[piece.casefold()]) if place % 2 else escape(piece) for place, piece in enumerate(pieces)]
    printed = {known[piece.casefold()] for piece in pieces[1::2]}
    others = [link(given_first(name), author) for name, author in authors.items() if author not in printed]
    return SafeString("".join(html) + (f" ({', '.join(others)})" if others else ""))


def from_files(photos: Sequence[Photo]) -> Iterator[str]:
    """``photo 1: caption and credit``, for words from the photo files."""
    labels = fields.labels(fields.PHOTO, fields.Use.TRACED)
    for photo in photos:
        if names := [str(label) for name, label in labels.items() if name in photo.from_file]:
            yield gettext("photo %(number)s: %(fields)s") % {"number": photo.number, "fields": listed(names)}
