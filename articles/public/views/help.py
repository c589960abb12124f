"""The help: chapters in Markdown, packaged with the app, the same in every archive."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy as _

from articles.public.caching import public
from articles.text import markdown

FOLDER = Path(__file__).parent.parent / "help"
PARTS = {
    _("Reading"): ("search", "browse", "cite", "photos", "damage", "originals", "follow", "feeds", "reuse"),
    _("Editing"): ("correct", "merge", "review"),
    _("Making an archive"): (
        "run", "load", "sites", "profile", "pages", "formats", "exports", "markdown", "unpublished", "reload",
        "addresses", "vocabulary", "cluster",
    ),
    _("Running an archive"): (
        "production", "verify", "backup", "upgrade", "failures", "watch", "proxies", "postgresql", "machines", "robots",
        "settings",
    ),
}  # fmt: skip
# As they work between the files too.
_CHAPTER_LINK = re.compile(r'href="([a-z]+)\.md"')
_FILE_LINK = re.compile(r'href="files/([\w.]+)"')


@dataclass(frozen=True)
class Chapter:
    """A file: a heading, an introduction of a sentence or two, and the text."""

    name: str
    title: str
    summary: str
    body: SafeString

    @property
    def url(self) -> str:
        return reverse("help-chapter", args=[self.name])


@cache
def chapters() -> Mapping[str, Chapter]:
    """All chapters by name, in reading order."""
    return {name: _read(name) for names in PARTS.values() for name in names}


def _read(name: str) -> Chapter:
    heading, summary, text = (FOLDER / f"{name}.md").read_text("utf-8").split("\n\n", 2)
    html = "\n".join(markdown.render(text)).replace("<table>", '<table class="stacking">')
    # Long lines are scrolled by keyboard too.
    html = html.replace("<pre>", f'<pre tabindex="0" role="group" aria-label="{gettext("Code")}">')
    html = _CHAPTER_LINK.sub(lambda link: f'href="{reverse("help-chapter", args=[link[1]])}"', html)
    html = _FILE_LINK.sub(lambda link: f'href="{reverse("help-file", args=[link[1]])}"', html)
    return Chapter(name, heading.removeprefix("# "), summary, mark_safe(html))  # noqa: S308


def _parts() -> dict[str, list[Chapter]]:
    return {str(part): [chapters()[name] for name in names] for part, names in PARTS.items()}


@public()
def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/help.html", {"here": "help", "parts": _parts()})


@public()
def chapter(request: HttpRequest, name: str) -> HttpResponse:
    everything = list(chapters().values())
    if name not in chapters():
        raise Http404("There is no such chapter.")
    shown = chapters()[name]
    place = everything.index(shown)
    context = {
        "here": "help",
        "chapter": shown,
        "parts": _parts(),
        "previous": everything[place - 1] if place else None,
        "next": everything[place + 1] if place + 1 < len(everything) else None,
    }
    return render(request, "articles/help_chapter.html", context)


@cache
def files() -> Mapping[str, str]:
    """A file for operators to copy, such as the configuration of nginx."""
    return {path.name: path.read_text("utf-8") for path in (FOLDER / "files").iterdir()}


@public()
def file(request: HttpRequest, name: str) -> HttpResponse:
    if name not in files():
        raise Http404("There is no such file.")
    return HttpResponse(files()[name], content_type="text/plain; charset=utf-8")
