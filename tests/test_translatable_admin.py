"""Every word of the staff pages can be translated, as a whole sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import (
    Article,
    Conflict,
    Damage,
    Load,
    NearDuplicate,
    Original,
    Source,
    Tag,
    TagMerge,
)
from tests.factories import make_tag
from tests.loading import load, text_file
from tests.pseudo import known_values, translated, untranslated
from tests.staff import ask, edit_address, form_on, merge_tag, saved
from tests.test_admin import loaded_article
from tests.test_review import ALT_TEXT, CREDIT, one_of_each

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LISTS = ("article", "tag", "source", "load", "original", "conflict", "damage", "nearduplicate", "refusal")
DJANGO = {"Search", "True"}  # text alternatives of icons that Django has in English only
NAMES = {"SHA-256", "archive"}


@pytest.fixture
def archive(tmp_path: Path, root: Client) -> Article:
    """An archive with something on every staff page; the article that staff have edited."""
    text_file(tmp_path, "ferry.txt")
    text_file(tmp_path, "empty.txt", headline="", body="")
    load(tmp_path)
    one_of_each()
    make_tag("Quays", aliases=["Piers"])
    article = loaded_article()
    saved(root, article, headline="Ferry back", reason="Clearer", correction="It was late.")
    merge_tag(root, "Harbours", into="Ferries")
    return article


def addresses(article: Article) -> list[str]:
    other = Article.objects.exclude(pk=article.pk).first()
    rows = [article, *(model.objects.first() for model in (Tag, Source, Load, Original, NearDuplicate))]
    of_article = [("version", article.pk, 1), ("restore", article.pk, 1), ("close", article.pk, 1)]
    named = [
        *((f"article_{name}", *args) for name, *args in [("history", article.pk), *of_article]),
        ("article_merge", article.pk, other.pk), ("load_undo", Load.objects.get().pk),
        ("tag_history", Tag.objects.get(name="Ferries").pk), ("tag_unmerge", TagMerge.objects.get().pk),
    ]  # fmt: skip
    actions = [("article", name) for name in ("withdraw", "reinstate", "tag", "untag")]
    actions += [("tag", "merge"), ("source", "merge"), ("conflict", "keep_ours")]
    return [
        "/admin/", "/admin/review/", ALT_TEXT, CREDIT, "/admin/password_change/",
        *(reverse(f"admin:articles_{name}_changelist") for name in LISTS),
        *map(edit_address, [*rows, *Conflict.objects.all()]),
        *(reverse(f"admin:articles_{name}", args=args) for name, *args in named),
        *(f"{reverse(f'admin:articles_{model}_{name}')}?rows=1,2" for model, name in actions),
    ]  # fmt: skip


def answers(client: Client, article: Article) -> Iterator[tuple[str, Any]]:
    """Pages after a form: errors, messages and confirmations."""
    form = edit_address(article)
    yield "errors", client.post(form, {**form_on(client, form), "published": "yesterday", "withdrawn": "on"})
    tags = Tag.objects.filter(name__in=["Ferries", "Quays"])
    page = ask(client, "merge", tags, "/admin/articles/tag/")
    sent = {"rows": page.context["rows"], "into": tags[0].pk}
    yield "confirmation", client.post(page.context["address"], sent)
    yield "merged", client.post(page.context["address"], {**sent, "confirmed": "yes"}, follow=True)
    conflict = edit_address(Conflict.objects.open().first())
    yield "decided", client.post(conflict, {**form_on(client, conflict), "decision": "ours"}, follow=True)
    yield "settled", ask(client, "mark_seen", Damage.objects.all(), "/admin/articles/damage/", follow=True)
    undo = reverse("admin:articles_load_undo", args=[Load.objects.get().pk])
    yield "undone", client.post(undo, follow=True)
    yield "gone", client.post(edit_address(Tag(pk=10**6)), {"name": "Ferries"})


def test_staff_pages_say_nothing_that_no_translator_can_reach(archive: Article, root: Client) -> None:
    found = dict[str, list[str]]()
    known = {*known_values(), *DJANGO, *NAMES}
    with translated():
        pages = [(address, root.get(address)) for address in addresses(archive)]
        for name, page in [*pages, *answers(root, archive)]:
            assert page.status_code in (200, 302, 409), name
            if words := untranslated(page.content.decode(), known):
                found[name] = words
    assert not found, "\n".join(f"{name}: {words}" for name, words in found.items())
