"""The list of all photos, in which staff correct captions, credits and alt texts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Photo
from articles.search import index
from tests.factories import make_article, make_photo, remember
from tests.recorded import has_record, newest_version, username, versions_of
from tests.staff import errors, form_on

pytestmark = pytest.mark.django_db
PHOTOS = "/admin/articles/photo/"
SIZES = [(400, 300)]


def listed(client: Client, address: str = PHOTOS, **asked: str) -> list[str]:
    """The captions in the list."""
    return [photo.caption for photo in client.get(address, asked).context["cl"].result_list]


def send(client: Client, address: str = PHOTOS, form: dict[str, Any] | None = None, **typed: Any) -> Any:
    form = {**(form or form_on(client, address)), "_save": "Save"}
    return client.post(address, {**form, **{name.replace("__", "-"): value for name, value in typed.items()}})


def test_texts_of_several_photos_are_saved_at_once_as_one_version_of_each_article(editor: Client, site: Client) -> None:
    ferry, quay = remember(make_article()), remember(make_article("Quay opens"))
    for article, caption in ((ferry, "The ferry."), (ferry, "The crew."), (quay, "The quay.")):
        make_photo(article, caption=caption, sizes=SIZES)
    form = form_on(editor, PHOTOS)
    typed = {"form-0-caption": "The new quay.", "form-1-credit_line": "Ana Lima", "form-2-alt_text": "A ferry"}
    answer = send(editor, form=form | typed | {"reason": "Asked the crew"})
    assert (answer.status_code, answer["Location"]) == (302, PHOTOS)
    assert [len(versions_of(article)) for article in (ferry, quay)] == [2, 2]
    newest = newest_version(ferry)
    assert (username(newest), newest.reason) == ("nora", "Asked the crew")
    assert "The new quay." in site.get(quay.get_absolute_url()).content.decode()
    assert "Ana Lima" in site.get(ferry.get_absolute_url()).content.decode()
    assert "The <mark>new</mark> <mark>quay</mark>." in site.get("/photos/?q=new+quay").content.decode()


def test_a_caption_that_a_colleague_has_changed_is_not_overwritten(editor: Client) -> None:
    make_photo(make_article(), caption="The ferry.", sizes=SIZES)
    form = form_on(editor, PHOTOS)
    Photo.objects.update(caption="The old ferry.")
    answer = send(editor, form=form, **{"form-0-caption": "The new ferry.", "form-0-credit_line": "Ana"})
    assert "Caption has since been changed to “The old ferry.”" in errors(answer)[0]
    assert Photo.objects.get().caption == "The old ferry."
    assert "Ana" not in Photo.objects.get().credit_line  # all or nothing
    send(editor, form=form, **{"form-0-credit_line": "Ana"})
    assert (Photo.objects.get().caption, Photo.objects.get().credit_line) == ("The old ferry.", "Ana")


def test_an_untouched_list_changes_nothing_and_a_lost_text_can_be_copied(editor: Client) -> None:
    article = make_article()
    for caption in ("The ferry.", "The quay."):
        make_photo(article, caption=caption, sizes=SIZES)
    assert "Nothing was changed" in editor.get(send(editor)["Location"]).content.decode()
    assert not has_record(article)
    form = form_on(editor, PHOTOS)
    Photo.objects.get(caption="The quay.").delete()
    page = editor.get(send(editor, form=form, **{"form-0-alt_text": "Two cranes"})["Location"]).content.decode()
    assert "1 photo of this list has since been deleted." in page
    assert "You had typed: “Two cranes”" in page


def test_photos_are_found_by_the_words_of_caption_credit_and_alt_text(editor: Client) -> None:
    ferry, quay = make_article("Ferry returns"), make_article("Quay opens", body="A ferry came.")
    make_photo(ferry, caption="The gulls over the pier.", credit_line="Mei Tanaka")
    make_photo(ferry, caption="The crew.", alt_text="Men in gulls' feathers", credit_line="Bo")
    make_photo(quay, caption="A crane.", credit_line="Bo Chen")
    for article in (ferry, quay):
        index.renew([article.pk])
    assert listed(editor, q="gull") == ["The crew.", "The gulls over the pier."]
    assert listed(editor, q="tana") == ["The gulls over the pier."]
    assert listed(editor, q="bo chen") == ["A crane."]
    assert listed(editor, q="ferry") == []
    assert listed(editor, q=f"https://archive.test{quay.get_absolute_url()}") == ["A crane."]
    assert listed(editor, q="nothing of this") == []


def test_photos_are_filtered_by_what_they_lack(editor: Client) -> None:
    article = make_article()
    make_photo(article, caption="No alt text.", alt_text="", credit_line="Bo", sizes=SIZES)
    make_photo(article, caption="No credit.", alt_text="A quay", credit_line="", sizes=SIZES)
    make_photo(article, caption="No file.", alt_text="", credit_line="Bo")
    make_photo(article, caption="Private.", withdrawn_at=timezone.now(), withdrawn_reason="A court.")
    found = {state: listed(editor, state=state) for state in ("no-alt-text", "no-credit", "not-held", "withdrawn")}
    assert found == {
        "no-alt-text": ["No alt text."], "no-credit": ["No credit."], "not-held": ["No file."],
        "withdrawn": ["Private."],
    }  # fmt: skip
    assert listed(editor) == ["No file.", "No credit.", "No alt text."]
    assert listed(editor, state="withdrawn", q="priv") == ["Private."]
    address = f"{PHOTOS}?state=withdrawn"
    assert send(editor, address, **{"form-0-caption": "A private person."})["Location"] == address
    assert listed(editor, address) == ["A private person."]


def test_the_list_of_photos_asks_as_many_questions_for_three_as_for_twenty(editor: Client) -> None:
    counts = []
    for _ in range(2):
        for number in range(3 if not counts else 17):
            make_photo(make_article(f"Ferry {number}"), sizes=SIZES)
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(PHOTOS).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_viewers_see_the_list_and_change_nothing(viewer: Client) -> None:
    photo = make_photo(make_article(), caption="The ferry.", sizes=SIZES)
    page = viewer.get(PHOTOS).content.decode()
    assert "The ferry." in page
    assert "<textarea" not in page
    sent = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": photo.pk, "form-0-caption": "X", "_save": 1}
    assert viewer.post(PHOTOS, sent).status_code == 403
    assert Photo.objects.get().caption == "The ferry."


def test_a_photo_of_the_list_leads_to_its_fields_in_the_form_of_the_article(editor: Client) -> None:
    article = make_article()
    make_photo(article, number=2, position=2)
    first = make_photo(article, number=1, position=1, caption="First.")
    assert f'href="{PHOTOS}{first.pk}/change/"' in editor.get(PHOTOS).content.decode()
    form = editor.get(f"{PHOTOS}{first.pk}/change/")["Location"]
    assert form == f"/admin/articles/article/{article.pk}/change/#id_photos-0-caption"
    assert form_on(editor, form.split("#")[0])["photos-0-caption"] == "First."
