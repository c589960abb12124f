"""Permissions of the staff side: each page, button and action by role; looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.admin.groups import GROUPS
from articles.catalogue.ledger import Stamp
from articles.editorial.actions.merge_tags import merge_tags
from articles.models import (
    Article,
    Author,
    Conflict,
    Damage,
    Load,
    NearDuplicate,
    Photo,
    Refusal,
    Source,
    Tag,
    TagMerge,
)
from tests.conftest import WRITES
from tests.factories import make_article, make_damage, make_original, make_photo, make_tag, remember
from tests.recorded import change_of_load
from tests.staff import edit_address, form_on, logged_in, staff

pytestmark = pytest.mark.django_db

# Each role may do what those before it may.
NOBODY, VIEWERS, EDITORS, ARCHIVISTS, SUPERUSERS = range(5)
ROLES = {name: rank for rank, name in enumerate(["nobody", *GROUPS, "root"])}
NO_ONE = len(ROLES)


@dataclass
class Held:
    """An archive with one row of everything that staff pages are about."""

    article: Article
    other: Article
    merged: Article
    tag: Tag
    boats: Tag
    tag_merge: TagMerge
    author: Author
    author_merge: TagMerge
    source: Source
    coast: Source
    pair: NearDuplicate
    load: Load
    conflict: Conflict
    damage: Damage
    refusal: Refusal
    photo: Photo


@pytest.fixture
def held() -> Held:
    load = Load.objects.create(started_at="2024-01-01T00:00Z", finished_at="2024-01-01T00:01Z")
    article, other, merged = (make_article(f"Ferry {number}", tags=["Ferries"]) for number in range(3))
    for one in (article, other, merged):
        make_original(one, content=one.key.encode(), change=change_of_load(load))
        remember(one)
    pair = NearDuplicate.objects.create(article=other, other=article, likeness_percent=80, found_at="2024-01-01T00:00Z")
    boats, coast = make_tag("Boats"), Source.objects.create(name="Coast News", slug="coast-news")
    archivist = logged_in(staff("first", "Archivists"))
    archivist.post(reverse("admin:articles_article_merge", args=[article.pk, merged.pk]), {"stays": article.pk})
    archivist.post(edit_address(article), {**form_on(archivist, edit_address(article)), "deck": "The deck"})
    archivist.post(edit_address(pair), {"decided": "open"})
    tag, merged = Tag.objects.get(name="Ferries"), Article.objects.get(pk=merged.pk)
    assert merged.merged_into == article
    tag_form = form_on(archivist, edit_address(tag))
    archivist.post(edit_address(tag), {**tag_form, "description": "Boats that come back."})
    merge_tags([make_tag("Ferry boats")], tag, Stamp.now(None, ""))
    author, former = make_tag("Nora Berg", slug="@nora-berg"), make_tag("N. Berg", slug="@n-berg")
    merge_tags([former], author, Stamp.now(None, ""))
    tag_merge, author_merge = TagMerge.objects.order_by("pk")
    author = Author.objects.get()
    waits = {"field": "headline", "loaded": "Ferry", "ours": other.headline, "theirs": "Ferry back"}
    conflict = Conflict.objects.create(article=other, found_at="2024-01-01T00:00Z", **waits)
    damage = make_damage(other, "credit-cut", field="photo 1")
    refusal = Refusal.objects.create(
        place="/a.txt", input="a.txt", error="a.txt: empty", refused_at="2024-01-01T00:00Z"
    )
    photo = make_photo(other)
    article = Article.objects.get(pk=article.pk)
    assert article.source is not None
    source = article.source
    return Held(
        article, other, merged, tag, boats, tag_merge, author, author_merge, source, coast, pair, load, conflict,
        damage, refusal, photo,
    )  # fmt: skip


def client_of(role: str) -> Client:
    return logged_in(staff(role, *([role] if role[0].isupper() else []), is_superuser=role == "root"))


def page(model: str, name: str, *rows: str) -> Callable[[Held], str]:
    """The address of a staff page; ``rows`` are attributes of ``Held`` whose ids it takes."""
    return lambda held: reverse(f"admin:articles_{model}_{name}", args=[getattr(held, row).pk for row in rows])


def first_version(name: str) -> Callable[[Held], str]:
    """A page of the first version of an article; versions of articles are known by their numbers."""
    return lambda held: reverse(f"admin:articles_article_{name}", args=[held.article.pk, 1])


def deciding(held: Held, name: str) -> str:
    """The page that asks before ticked conflicts are decided."""
    return f"{reverse(f'admin:articles_conflict_{name}')}?rows={held.conflict.pk}"


# --- Looking. ---------------------------------------------------------------------------------------------------------

# The page, its address, and the first role that may open it.
PAGES: list[tuple[str, Callable[[Held], str], int]] = [
    ("article_changelist", page("article", "changelist"), VIEWERS),
    ("article_add", page("article", "add"), NO_ONE),
    ("article_change", page("article", "change", "article"), VIEWERS),
    ("article_delete", page("article", "delete", "article"), NO_ONE),
    ("article_history", page("article", "history", "article"), VIEWERS),
    ("article_version", first_version("version"), VIEWERS),
    ("article_restore", first_version("restore"), EDITORS),
    ("article_close", first_version("close"), EDITORS),
    ("article_tag", lambda held: f"{reverse('admin:articles_article_tag')}?rows={held.article.pk}", EDITORS),
    ("article_untag", lambda held: f"{reverse('admin:articles_article_untag')}?rows={held.article.pk}", EDITORS),
    *(
        (
            f"article_set-{field}",
            lambda held, field=field: f"{reverse(f'admin:articles_article_set-{field}')}?rows={held.article.pk}",
            EDITORS,
        )
        for field in ("source", "language", "section")
    ),
    ("article_withdraw", lambda held: f"{reverse('admin:articles_article_withdraw')}?rows={held.article.pk}", EDITORS),
    (
        "article_reinstate",
        lambda held: f"{reverse('admin:articles_article_reinstate')}?rows={held.article.pk}",
        EDITORS,
    ),
    ("article_merge", page("article", "merge", "article", "other"), ARCHIVISTS),
    ("article_separate", page("article", "separate", "merged"), ARCHIVISTS),
    ("photo_changelist", page("photo", "changelist"), VIEWERS),
    ("photo_add", page("photo", "add"), NO_ONE),
    ("photo_delete", page("photo", "delete", "photo"), NO_ONE),
    ("photo_history", page("photo", "history", "photo"), VIEWERS),
    ("author_changelist", page("author", "changelist"), VIEWERS),
    ("author_add", page("author", "add"), NO_ONE),
    ("author_change", page("author", "change", "author"), VIEWERS),
    ("author_delete", page("author", "delete", "author"), SUPERUSERS),
    ("author_history", page("author", "history", "author"), VIEWERS),
    ("author_merge", lambda held: f"{reverse('admin:articles_author_merge')}?rows={held.author.pk}", ARCHIVISTS),
    ("author_unmerge", page("author", "unmerge", "author_merge"), ARCHIVISTS),
    ("tag_changelist", page("tag", "changelist"), VIEWERS),
    ("tag_add", page("tag", "add"), EDITORS),
    ("tag_change", page("tag", "change", "tag"), VIEWERS),
    ("tag_delete", page("tag", "delete", "tag"), SUPERUSERS),
    ("tag_history", page("tag", "history", "tag"), VIEWERS),
    ("tag_merge", lambda held: f"{reverse('admin:articles_tag_merge')}?rows={held.tag.pk}", ARCHIVISTS),
    ("tag_unmerge", page("tag", "unmerge", "tag_merge"), ARCHIVISTS),
    ("source_changelist", page("source", "changelist"), VIEWERS),
    ("source_add", page("source", "add"), EDITORS),
    ("source_change", page("source", "change", "source"), VIEWERS),
    ("source_delete", page("source", "delete", "source"), SUPERUSERS),
    ("source_history", page("source", "history", "source"), VIEWERS),
    ("source_merge", lambda held: f"{reverse('admin:articles_source_merge')}?rows={held.source.pk}", ARCHIVISTS),
    ("nearduplicate_changelist", page("nearduplicate", "changelist"), VIEWERS),
    ("nearduplicate_add", page("nearduplicate", "add"), NO_ONE),
    ("nearduplicate_change", page("nearduplicate", "change", "pair"), VIEWERS),
    ("nearduplicate_delete", page("nearduplicate", "delete", "pair"), NO_ONE),
    ("nearduplicate_history", page("nearduplicate", "history", "pair"), VIEWERS),
    ("original_changelist", page("original", "changelist"), VIEWERS),
    ("original_add", page("original", "add"), NO_ONE),
    ("original_change", lambda held: edit_address(held.article.originals.get()), VIEWERS),
    (
        "original_download",
        lambda held: reverse("admin:articles_original_download", args=[held.article.originals.get().pk]),
        VIEWERS,
    ),
    (
        "original_delete",
        lambda held: reverse("admin:articles_original_delete", args=[held.article.originals.get().pk]),
        NO_ONE,
    ),
    (
        "original_history",
        lambda held: reverse("admin:articles_original_history", args=[held.article.originals.get().pk]),
        VIEWERS,
    ),
    ("load_changelist", page("load", "changelist"), VIEWERS),
    ("load_add", page("load", "add"), NO_ONE),
    ("load_change", page("load", "change", "load"), VIEWERS),
    ("load_delete", page("load", "delete", "load"), NO_ONE),
    ("load_history", page("load", "history", "load"), VIEWERS),
    ("load_undo", page("load", "undo", "load"), ARCHIVISTS),
    *(
        (f"{model}_{name}", page(model, name, *([] if name in ("changelist", "add") else [model])), first)
        for model in ("conflict", "damage", "refusal")
        for name, first in (
            ("changelist", VIEWERS),
            ("add", NO_ONE),
            ("change", VIEWERS),
            ("delete", NO_ONE),
            ("history", VIEWERS),
        )
    ),
    *(
        (f"conflict_{name}", lambda held, name=name: deciding(held, name), EDITORS)
        for name in ("keep_ours", "take_theirs")
    ),
]
# The form of an article is sent to its preview, and shown as a page; that of a photo redirects to its article.
SENT_ALONE = {"article_preview", "photo_change"}  # tests/test_preview.py, tests/test_photo_list.py


def named_pages() -> Iterator[str]:
    """What the staff side calls its pages of the archive."""
    for pattern in admin.site.get_urls():
        for one in getattr(pattern, "url_patterns", ()):
            if one.name and one.name.startswith("articles_"):
                yield one.name.removeprefix("articles_")


def test_the_table_names_every_page_of_the_staff_side() -> None:
    told = {name for name, _, _ in PAGES} | SENT_ALONE
    assert set(named_pages()) - told == set(), "say in PAGES who may open these"


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_those_who_may_and_changes_nothing(held: Held, role: str) -> None:
    client, found, expected = client_of(role), {}, {}
    with CaptureQueriesContext(connection) as captured:
        for name, address, first in PAGES:
            found[name] = client.get(address(held)).status_code
            expected[name] = 200 if ROLES[role] >= first else 403
    assert found == expected
    assert [query["sql"] for query in captured if query["sql"].startswith(WRITES)] == []


def test_a_visitor_is_asked_to_sign_in_everywhere(held: Held) -> None:
    answers = {name: Client().get(address(held)).headers.get("Location", "") for name, address, _ in PAGES}
    assert [name for name, location in answers.items() if "/admin/login/" not in location] == []


# --- Doing. -----------------------------------------------------------------------------------------------------------


def fields(row: str, **changes: str) -> Callable[[Held], tuple[str, dict[str, Any]]]:
    """The form of a row, as one who may do all sees it, with changes."""

    def filled(held: Held) -> tuple[str, dict[str, Any]]:
        found = getattr(held, row)
        form = form_on(logged_in(staff("filler", is_superuser=True)), edit_address(found))
        return edit_address(found), {**form, **changes}

    return filled


def ticked(model: str, action: str, row: str, **sent: Any) -> Callable[[Held], tuple[str, dict[str, Any]]]:
    """The page of a list's action, filled in."""
    return lambda held: (
        reverse(f"admin:articles_{model}_{action}"),
        {"rows": str(getattr(held, row).pk), **{name: _of(held, value) for name, value in sent.items()}},
    )


def chosen(model: str, action: str, *rows: str) -> Callable[[Held], tuple[str, dict[str, Any]]]:
    """An action chosen in the menu of a list."""
    return lambda held: (
        reverse(f"admin:articles_{model}_changelist"),
        {"action": action, "_selected_action": [getattr(held, row).pk for row in rows], "index": "0"},
    )


def _of(held: Held, value: Any) -> Any:
    return getattr(held, value[1:]).pk if isinstance(value, str) and value.startswith("@") else value


def state() -> list[Any]:
    """All that a deed could change."""
    models = (Article, Tag, Author, Source, NearDuplicate, Article.tags.through)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


# What is done, how, and the first role that may.
DEEDS: list[tuple[str, Callable[[Held], tuple[str, dict[str, Any]]], int]] = [
    ("correct an article", fields("article", headline="Ferry back"), EDITORS),
    ("withdraw by the form", fields("article", withdrawn="on", withdrawn_reason="A court."), EDITORS),
    ("rename a tag", fields("tag", name="Vessels"), EDITORS),
    ("rename a source", fields("source", name="The Daily"), EDITORS),
    ("decide on a pair", fields("pair", decided="not a duplicate"), EDITORS),
    ("settle pairs", chosen("nearduplicate", "settle", "pair"), EDITORS),
    ("tag many", ticked("article", "tag", "other", new_tags="Quays"), EDITORS),
    ("untag many", ticked("article", "untag", "other", tags="@tag"), EDITORS),
    ("set a source", ticked("article", "set-source", "other", new_source="The Quay"), EDITORS),
    ("set a language", ticked("article", "set-language", "other", language="de"), EDITORS),
    ("set a section", ticked("article", "set-section", "other", section="Port"), EDITORS),
    ("withdraw many", ticked("article", "withdraw", "other", withdrawn_reason="A court."), EDITORS),
    (
        "merge two articles",
        lambda held: (page("article", "merge", "article", "other")(held), {"stays": str(held.article.pk)}),
        ARCHIVISTS,
    ),
    ("separate two", lambda held: (page("article", "separate", "merged")(held), {"reason": ""}), ARCHIVISTS),
    (
        "merge tags",
        lambda held: (
            reverse("admin:articles_tag_merge"),
            {"rows": f"{held.tag.pk},{held.boats.pk}", "into": held.boats.pk, "confirmed": "yes"},
        ),
        ARCHIVISTS,
    ),
    (
        "merge sources",
        lambda held: (
            reverse("admin:articles_source_merge"),
            {"rows": f"{held.source.pk},{held.coast.pk}", "into": held.coast.pk, "confirmed": "yes"},
        ),
        ARCHIVISTS,
    ),
    (
        "undo a merge of tags",
        lambda held: (page("tag", "unmerge", "tag_merge")(held), {"reason": ""}),
        ARCHIVISTS,
    ),
    (
        "undo a merge of authors",
        lambda held: (page("author", "unmerge", "author_merge")(held), {"reason": ""}),
        ARCHIVISTS,
    ),
    ("delete an article", lambda held: (page("article", "delete", "other")(held), {"post": "yes"}), NO_ONE),
    (
        "delete a tag",
        lambda held: (reverse("admin:articles_tag_delete", args=[Tag.objects.get(name="Boats").pk]), {"post": "yes"}),
        SUPERUSERS,
    ),
]


@pytest.mark.parametrize(("deed", "how", "first"), DEEDS, ids=[deed.replace(" ", "-") for deed, _, _ in DEEDS])
def test_a_deed_is_done_by_those_who_may_and_by_no_one_else(
    held: Held, deed: str, how: Callable[[Held], tuple[str, dict[str, Any]]], first: int
) -> None:
    address, form = how(held)
    before = state()
    done = []
    for role in ROLES:
        with transaction.atomic():
            client_of(role).post(address, form)
            done.append((role, state() != before))
            transaction.set_rollback(True)
    assert done == [(role, rank >= first) for role, rank in ROLES.items()], deed


def test_editors_reinstate_what_they_have_withdrawn(held: Held) -> None:
    editor, row = client_of("Editors"), {"rows": str(held.other.pk)}
    editor.post(reverse("admin:articles_article_withdraw"), {**row, "withdrawn_reason": "A court."})
    before = state()
    for role in ("Viewers", "nobody"):
        client_of(role).post(reverse("admin:articles_article_reinstate"), row)
    assert state() == before
    editor.post(reverse("admin:articles_article_reinstate"), row)
    assert Article.objects.get(pk=held.other.pk).withdrawn_at is None


# --- What is offered. -------------------------------------------------------------------------------------------------


OFFERS: list[tuple[str, str, int]] = [
    # the page, what stands on it, the first role that sees it
    ("article_changelist", '<option value="tag">', EDITORS),
    ("article_changelist", '<option value="untag">', EDITORS),
    ("article_changelist", '<option value="withdraw">', EDITORS),
    ("article_changelist", '<option value="reinstate">', EDITORS),
    ("article_changelist", '<option value="merge">', ARCHIVISTS),
    ("article_changelist", "delete_selected", NO_ONE),
    ("article_change", 'name="_save"', EDITORS),
    ("article_change", 'name="withdrawn"', EDITORS),
    ("tag_changelist", '<option value="merge">', ARCHIVISTS),
    ("tag_changelist", '<option value="delete_selected">', SUPERUSERS),
    ("author_changelist", '<option value="merge">', ARCHIVISTS),
    ("author_change", "Undo this merge…", ARCHIVISTS),
    ("tag_change", "Merge…", ARCHIVISTS),
    ("tag_change", "Undo this merge…", ARCHIVISTS),
    ("tag_history", "Undo this merge…", ARCHIVISTS),
    ("source_changelist", '<option value="merge">', ARCHIVISTS),
    ("source_change", "Merge…", ARCHIVISTS),
    ("nearduplicate_changelist", '<option value="settle">', EDITORS),
    ("nearduplicate_change", "Merge these articles…", ARCHIVISTS),
    ("nearduplicate_change", "Merge:</label>", VIEWERS),
    ("nearduplicate_change", 'name="_save"', EDITORS),
]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "nobody"])
def test_what_one_may_not_do_is_not_offered(held: Held, role: str) -> None:
    client, addresses = client_of(role), {name: address for name, address, _ in PAGES}
    pages = {name: client.get(addresses[name](held)).content.decode() for name, _, _ in OFFERS}
    shown = [(name, words, words in pages[name]) for name, words, _ in OFFERS]
    assert shown == [(name, words, ROLES[role] >= first) for name, words, first in OFFERS]
    merged = client.get(edit_address(held.merged)).content.decode()
    assert ("Undo the merge…" in merged) == (ROLES[role] >= ARCHIVISTS)
