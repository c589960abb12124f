"""Exports of Medium and Substack."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from articles.models import Article, Photo
from tests.loading import load

pytestmark = pytest.mark.django_db

POST = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}</title>
<style>header, section[data-field=subtitle] {{ display: none; }}</style></head><body><article class="h-entry">
<header>
<h1 class="p-name">{name}</h1>
</header>
<section data-field="subtitle" class="p-summary">
{summary}
</section>
<section data-field="body" class="e-content">
<section name="a1" class="section section--body section--first">
<div class="section-divider"><hr class="section-divider"></div>
<div class="section-content"><div class="section-inner sectionLayout--insetColumn">{body}</div></div></section>
</section>
<footer><p>By <a href="https://medium.com/@islepaper" class="p-author h-card">Isle Paper</a> on <a href="https://medium.com/p/a1b2c3">
<time class="dt-published" datetime="2018-06-30T22:45:00.120Z">June 30, 2018</time></a>.</p>{canonical}
<p>Exported from <a href="https://medium.com">Medium</a> on May 3, 2019.</p></footer></article></body></html>"""
TITLE = '<h3 name="b1" class="graf graf--h3 graf--leading graf--title">{}</h3>'
P = '<p class="graf graf--p">{}</p>'
CANONICAL = '<p><a href="{}" class="p-canonical">Canonical link</a></p>'


def medium(folder: Path, *, file: str = "2018-07-01_Ferry-a1b2c3.html", **words: str) -> Path:
    values = {
        "name": "Ferry sold",
        "summary": "",
        "body": TITLE.format("Ferry sold") + P.format("It went."),
        "canonical": "",
    }
    path = folder / "export/posts" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(POST.format(**values | words))
    (folder / "export/README.html").write_text("<!DOCTYPE html><html><body>Your Medium archive</body></html>")
    return path


# Words and expectations of small posts; rules were written for the first half.
POSTS: list[tuple[dict[str, str], dict[str, Any]]] = [
    (  # a summary that is cut is no deck, and one that is the beginning of the text neither
        {"summary": "It went to a buyer in the north, who wants to keep it as a house for his…"},
        {"headline": "Ferry sold", "deck": "", "body": "It went.", "byline": "Isle Paper", "source": "Isle Paper"},
    ),
    (
        {"summary": "The buyer wants to live on it", "canonical": CANONICAL.format("https://isle.example/ferry-sold-a1b2c3")},
        {"deck": "The buyer wants to live on it", "url": "https://isle.example/ferry-sold-a1b2c3",
         "former_paths": ["/ferry-sold-a1b2c3", "/p/a1b2c3"], "external_id": "https://medium.com/p/a1b2c3"},
    ),
    (  # the headline that readers saw, below a picture; a line between sections stays
        {"name": "Ferry sold to…", "body": '<figure class="graf graf--figure"><img class="graf-image" '
         'src="https://cdn-images-1.medium.com/max/800/1*x.jpeg"><figcaption class="imageCaption">The <b>Aurora</b>. '
         "Photo: Kim Dahl</figcaption></figure>" + TITLE.format("Ferry sold to the north") + P.format("It went.")
         + '</div></div></section><section class="section"><div class="section-divider">'
         '<hr class="section-divider"></div><div><div>' + P.format("It comes back.")},
        {"headline": "Ferry sold to the north", "body": "It went.\n\n* * *\n\nIt comes back.",
         "captions": ["The Aurora."]},
    ),
    (
        {"body": TITLE.format("Ferry sold") + '<h4 class="graf graf--h4 graf--subtitle">A house, he says</h4>'
         + P.format("It <strong>went</strong>.") + '<blockquote class="graf graf--blockquote">A house!</blockquote>'
         '<h4 class="graf graf--h4">Later</h4>' + P.format("It left.") + '<ul class="postList"><li>One</li></ul>'},
        {"deck": "A house, he says", "body": "It **went**.\n\n> A house!\n\n#### Later\n\nIt left.\n\n- One"},
    ),
    (  # an old post, whose headings have no such class
        {"body": '<h2 class="graf--h2 graf--first">Ferry sold</h2><p>It went to a farm in the north.</p>',
         "summary": "It went to a farm in the north."},
        {"deck": "", "body": "It went to a farm in the north.", "published": "2018-06-30T22:45:00Z"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), POSTS)
@pytest.mark.parametrize("given", ["folder", "file", "zip"])
def test_a_post_of_medium_is_an_article_however_it_is_given(
    tmp_path: Path, words: dict[str, str], expected: dict[str, Any], given: str
) -> None:
    file = medium(tmp_path, **words)
    load(packed(tmp_path) if given == "zip" else file if given == "file" else tmp_path / "export")
    article = Article.objects.get()
    found = {"source": str(article.source), "captions": list(Photo.objects.values_list("caption", flat=True))}
    assert {name: found.get(name, getattr(article, name, None)) for name in expected} == expected
    assert not article.damage.exists()


def packed(folder: Path) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((folder / "export").rglob("*.*")):
            archive.write(file, file.relative_to(folder / "export"))
    return path


def test_a_draft_or_a_response_on_medium_is_left_out_and_other_files_are_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    medium(tmp_path)
    draft = medium(tmp_path, file="draft_Budget-b2.html", name="Budget")
    draft.write_text(draft.read_text().replace("dt-published", "dt-none"))
    medium(tmp_path, file="2018-07-02_So-true-c3.html", name="So true", body=P.format("So true, and well said."))
    for name in ("profile/profile.html", "claps/claps-1.html", "bookmarks/bookmarks-1.html"):
        (path := tmp_path / "export" / name).parent.mkdir(exist_ok=True)
        path.write_text("<!DOCTYPE html><html><body><p>ana@example.org</p></body></html>")
    opened = watched(monkeypatch)
    for given in (tmp_path / "export", packed(tmp_path)):
        run = load(given)
        assert run.code == 0
        assert "Left out (not published by the source): 1 draft\n" in run.out
        assert "Skipped (not articles): a response to a post on Medium, not an article (1)\n" in run.out
        assert "Ignored 4 other files: what an export has besides its posts: 4\n" in run.out
    assert Article.objects.get().headline == "Ferry sold"
    assert {Path(name).parent.name for name in opened if name.endswith(".html")} == {"posts"}


def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from now on."""
    opened: list[str] = []
    real = os.open

    def noting(path: Any, flags: int, *more: Any, **named: Any) -> int:
        opened.extend([] if flags & os.O_CREAT else [str(path)])
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", noting)
    return opened


def test_the_day_of_a_post_is_that_of_the_clock_in_the_profile(tmp_path: Path, settings: LazySettings) -> None:
    medium(tmp_path)
    load(tmp_path / "export")
    assert Article.objects.get().get_absolute_url() == "/2018/06/30/ferry-sold/"
    profile = next((Path(settings.VAR_DIR) / "sites").glob("*.toml"))
    profile.write_text(profile.read_text().replace('# time_zone = "Europe/Paris"', 'time_zone = "Europe/Oslo"'))
    load(tmp_path / "export")
    assert Article.objects.get().archive_date.isoformat() == "2018-07-01"
