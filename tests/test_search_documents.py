"""A load indexes articles from their stories, ``index_articles`` from their rows, and both find the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from articles.models import Article
from articles.search import index
from articles.search.backend import Document, Words
from tests.loading import load
from tests.served import DATA, ROOT

pytestmark = pytest.mark.django_db

CORPORA = ROOT.parent / "shared" / "corpora"
FOLDERS = [
    ROOT / "fixtures", DATA / "handbook",
    *(CORPORA / name for name in ("text", "markdown", "formats", "sites", "warc", "html/real")),
]  # fmt: skip


@pytest.fixture
def from_stories(monkeypatch: pytest.MonkeyPatch) -> dict[int, Document]:
    """The documents that a load makes of new articles, without those that it then changes."""
    made: dict[int, Document] = {}
    add, renew = index.add, index.renew

    def adding(documents: Sequence[Document], words: Words | None = None) -> None:
        made.update({document.article_id: document for document in documents})
        add(documents, words)

    def renewing(article_ids: Iterable[int], words: Words | None = None) -> None:
        renew(ids := list(article_ids), words)
        for pk in ids:
            del made[pk]

    monkeypatch.setattr(index, "add", adding)
    monkeypatch.setattr(index, "renew", renewing)
    return made


def facts(document: Document) -> tuple[Any, ...]:
    return document.number, document.words, document.tags, document.source_id, document.has_photo


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_load_and_index_articles_index_the_same(
    folder: Path, tmp_path: Path, settings: LazySettings, from_stories: dict[int, Document]
) -> None:
    if not folder.exists():
        pytest.skip("needs the shared articles in ../shared/corpora, beside this checkout")
    settings.MEDIA_ROOT = tmp_path / "media"
    load(shutil.copytree(folder, tmp_path / "loaded"), workers=1)
    from_rows = {document.article_id: document for document in index.documents(list(from_stories))}
    assert from_stories.keys() == from_rows.keys()
    assert len(from_rows) > 2
    for pk, document in from_stories.items():
        assert facts(document) == facts(from_rows[pk]), Article.objects.get(pk=pk).headline
