"""The preview of an article's form: the page as it would be, without writing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Article, Photo
from tests.factories import make_article, make_photo, make_tag
from tests.photo_files import alternatives, photo, plain, xmp
from tests.recorded import has_record
from tests.staff import edit_address, form_on, logged_in, save, staff, tag_ids
from tests.test_admin import loaded_article
from tests.test_photo_uploads import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def preview_address(article: Article) -> str:
    return reverse("admin:articles_article_preview", args=[article.pk])


def preview(client: Client, article: Article, **values: Any) -> str:
    answer = client.post(preview_address(article), {**form_on(client, edit_address(article)), **values})
    assert answer.status_code == 200
    return answer.content.decode()


def article_element(page: str) -> str:
    found = re.search(r'<article class="article".*</article>', page, re.DOTALL)
    assert found, page
    return found[0]


BODIES = {
    "plain": {"body": "The ferry sailed at nine.\n\nIt was full.\n\nNobody had sold a ticket."},
    "table": {"body": "HARBOUR, May 4 -- It *left*.\n\n| a | b |\n| - | - |\n| 1 | 2 |", "dateline": "HARBOUR, May 4"},
    "foreign": {"headline": "عاد العبّار", "language": "ar", "published": "", "updated": "2022-03-04T10:30"},
    "odd": {"language": "en_us?", "url": "http://under_score/a b", "deck": "Two  spaces ", "body": ""},
}  # fmt: skip


@pytest.mark.parametrize("kind", BODIES)
def test_the_preview_of_an_untouched_form_is_the_public_page(editor: Client, site: Client, kind: str) -> None:
    make_article("The one before", published="2022-03-01", tags=["Ferries"])
    article = loaded_article(**BODIES[kind])
    page = site.get(article.get_absolute_url()).content.decode()
    assert article_element(preview(editor, article)) == article_element(page)


def test_the_preview_of_a_form_is_the_page_once_it_is_saved(editor: Client, site: Client) -> None:
    article = loaded_article()
    make_article("Another", tags=["Of another article"])
    Photo.objects.filter(number=2).update(position=2)
    typed = {
        "headline": "Ferry <back>", "deck": "At last", "byline": "Bo Chen", "published": "2022-03-05T10:30",
        "body": "A new one.\r\n\r\nThe ferry sailed at nine.\r\n\r\nIt was *full*.\r\n\r\nNobody had sold a ticket.",
        "photos-0-caption": "The bow.", "photos-0-credit_line": "", "photos-0-position": "3",
        "tag_ids": [*tag_ids(article), make_tag("Bridges").pk],
    }  # fmt: skip
    save(editor, article, byline="Mei Tanaka")  # so that the authors are known
    seen = preview(editor, article, **typed)
    assert save(editor, article, **typed).status_code == 302
    page = site.get(Article.objects.get(pk=article.pk).get_absolute_url()).content.decode()
    assert "Ferry &lt;back&gt;" in page
    assert article_element(seen) == article_element(page)


def test_a_removed_photo_and_another_order_are_previewed(root: Client, site: Client) -> None:
    article = loaded_article()
    make_photo(article, caption="The third.", position=0)
    typed = {"photos-0-DELETE": "on", "photos-2-number": "1"}
    seen = preview(root, article, **typed)
    assert "The ferry at the quay." not in seen
    assert seen.index("The third.") < seen.index("The quay.")
    save(root, article, **typed)
    assert article_element(seen) == article_element(site.get(article.get_absolute_url()).content.decode())


def test_a_preview_writes_nothing(editor: Client) -> None:
    article = loaded_article()
    form = {**form_on(editor, edit_address(article)), "headline": "Other", "photos-0-caption": "Other"}
    with CaptureQueriesContext(connection) as queries:
        editor.post(preview_address(article), form)
    assert [one["sql"] for one in queries if not one["sql"].startswith("SELECT")] == []
    assert Article.objects.get().headline == article.headline
    assert not has_record(article)


def test_what_cannot_be_read_stays_as_stored_and_the_preview_says_so(editor: Client) -> None:
    seen = preview(editor, loaded_article(), published="2023-02-31", headline="Read this")
    assert "is not a date." in seen
    assert "Read this" in seen
    assert 'datetime="2022-03-04"' in seen


def test_what_another_editor_changed_meanwhile_is_still_previewed_as_typed(editor: Client) -> None:
    article = loaded_article()
    form = {**form_on(editor, edit_address(article)), "photos-0-caption": "Mine"}
    Photo.objects.filter(number=1).update(caption="Theirs")
    seen = editor.post(preview_address(article), form).content.decode()
    assert "Mine" in article_element(seen)
    assert "Theirs" not in article_element(seen)


def test_a_viewer_previews_the_article_as_it_is_and_others_nothing(viewer: Client) -> None:
    article = loaded_article()
    answer = viewer.post(preview_address(article), {"headline": "Other"})
    assert article.headline in answer.content.decode()
    assert "Other" not in article_element(answer.content.decode())
    assert logged_in(staff("nobody")).post(preview_address(article)).status_code == 403
    assert "/admin/login/" in Client().post(preview_address(article)).headers["Location"]
    assert viewer.get(preview_address(article)).headers["Location"] == edit_address(article)
    assert viewer.post("/admin/articles/article/999/preview/").status_code == 404


def test_a_preview_needs_the_token_of_its_form(editor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert strict.post(preview_address(loaded_article())).status_code == 403


def test_a_form_that_did_not_arrive_whole_is_refused(editor: Client) -> None:
    assert editor.post(preview_address(loaded_article()), {"headline": "Cut"}).status_code == 400


def test_a_preview_costs_the_same_with_many_photos(editor: Client) -> None:
    def cost(photos: int) -> int:
        article = loaded_article()
        for number in range(photos):
            make_photo(article, caption=f"Photo {number}", sizes=[(400, 300)])
        form = form_on(editor, edit_address(article))
        with CaptureQueriesContext(connection) as queries:
            assert editor.post(preview_address(article), form).status_code == 200
        return len(queries)

    cost(1)  # the first has no others beside it
    assert cost(1) == cost(12)


def test_chosen_photos_are_previewed_as_they_would_be_saved_and_leave_no_file(
    editor: Client, site: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    article = loaded_article()

    def typed() -> dict[str, Any]:
        captioned = photo(size=(900, 600), xmp=xmp(alternatives("dc:description", x_default="The quay at dusk.")))
        return {
            "photos-TOTAL_FORMS": "3", "photos-0-upload": upload(plain(size=(600, 400))),
            "photos-2-upload": upload(captioned), "photos-2-position": "2", "photos-2-number": "1",
        }  # fmt: skip

    seen = preview(editor, article, **typed())
    assert not list(tmp_path.iterdir())
    assert seen.count("data:image/jpeg;base64,") >= 2
    assert save(editor, article, **typed()).status_code == 302
    page = site.get(article.get_absolute_url()).content.decode()
    assert "The quay at dusk." in page
    assert without_pictures(seen) == without_pictures(page)


def test_a_bad_file_is_told_in_the_preview(editor: Client) -> None:
    article = loaded_article()
    new = {"photos-TOTAL_FORMS": "3", "photos-2-upload": upload(b"It is text."), "photos-2-position": "2"}
    assert "This file cannot be used" in preview(editor, article, **new, **{"photos-2-number": "1"})


def without_pictures(page: str) -> str:
    return re.sub(r"<source [^>]*>|(?<=<img )[^>]*", "", article_element(page))
