"""Photos that editors add, replace, withdraw and restore in the form of an article, and later loads."""

from __future__ import annotations

import errno
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from articles.catalogue import photo_files
from articles.models import Article, Conflict, Photo
from articles.text.keys import digest_of
from tests.forms import FormReader
from tests.loading import load
from tests.photo_files import alternatives, photo, plain, xmp
from tests.recorded import versions_of
from tests.staff import edit_address, errors, form_on, save, saved

POST = """---
title: Pier
date: 2020-02-02
---
First.

![A pier](pier.jpg "Wombat at the pier")

{more}Last.
"""
CRANE = '![](crane.jpg "The crane")\n\n'
BEFORE_ORIGINAL = {"page": "about-text", "account": 'id="lines"'}
CAPTIONED = photo(size=(500, 300), xmp=xmp(alternatives("dc:description", x_default="The quay at dusk.")))

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any, site: Client) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    made = tmp_path / "site"
    made.mkdir()
    (made / "pier.jpg").write_bytes(plain(size=(600, 400)))
    write(made)
    load(made)
    return made


def write(folder: Path, more: str = "", **replaced: str) -> None:
    text = POST.format(more=more)
    for before, after in replaced.items():
        text = text.replace(before, after)
    (folder / "post.md").write_text(text)


def pier() -> Article:
    return Article.objects.get()


def upload(data: bytes, name: str = "new.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def replace_file(client: Client, data: bytes) -> Photo:
    saved(client, pier(), **{"photos-0-upload": upload(data)})
    return Photo.objects.get(number=1)


def add_photo(client: Client, data: bytes = CAPTIONED, also: dict[str, Any] | None = None, **values: Any) -> Any:
    new = {f"photos-1-{name}": value for name, value in {"upload": upload(data), "position": "2", **values}.items()}
    return save(client, pier(), **{"photos-TOTAL_FORMS": "2", "photos-1-number": "2", **new, **(also or {})})


def channels(site: Client) -> dict[str, str]:
    """What readers and machines get of the article, and of lists of photos."""
    at = pier().get_absolute_url()
    pages = {
        "page": at, "json": f"{at}article.json", "markdown": f"{at}article.md", "text": f"{at}article.txt",
        "account": f"{at}account/", "history": f"{at}history/", "version": f"{at}history/1/", "photos": "/photos/",
        "captions": "/photos/?show=captions", "search": "/search/?q=wombat", "photo search": "/photos/?q=wombat",
        "front": "/", "atom": "/feeds/latest.atom", "feed": "/feeds/latest.json", "photo feed": "/feeds/photos.atom",
        "sitemap": "/sitemap-1.xml",
    }  # fmt: skip
    found = {name: site.get(address, follow=True).content.decode() for name, address in pages.items()}
    # The original still says what it says.
    found["page"], found["account"] = (found[name].partition(before)[0] for name, before in BEFORE_ORIGINAL.items())
    return found


# --- Adding. ----------------------------------------------------------------------------------------------------------


def test_an_uploaded_photo_is_shown_with_what_is_said_of_it_and_its_file_kept(
    folder: Path, editor: Client, site: Client, settings: Any
) -> None:
    answer = add_photo(editor, credit_line="Mei Tanaka", alt_text="A quay.")
    assert answer.status_code == 302, errors(answer)
    new = Photo.objects.get(number=2)
    assert (new.caption, new.credit_line, new.alt_text, new.position) == (
        "The quay at dusk.", "Mei Tanaka", "A quay.", 2
    )  # fmt: skip
    assert (new.from_file, new.loaded_number, new.digest) == (["caption"], 0, digest_of(CAPTIONED))
    assert (settings.MEDIA_ROOT / new.file).read_bytes() == CAPTIONED
    assert [made.width_px for made in new.renditions.all()] == [400, 500]
    assert (pier().photo_count, pier().photo_file_count) == (2, 2)
    page = site.get(pier().get_absolute_url()).content.decode()
    assert page.index("Wombat at the pier") < page.index("The quay at dusk.") < page.index("Mei Tanaka")
    assert site.get(new.renditions.last().url).status_code == 200  # type: ignore[union-attr]
    assert site.get(new.get_absolute_url()).status_code == 200
    history = site.get(f"{pier().get_absolute_url()}history/").content.decode()
    assert "Photo 2 added" in history


def new_rows(client: Client, *rows: dict[str, Any]) -> dict[str, Any]:
    """The form with rows for new photos as *Add another* makes them, and what is typed into each."""
    reader = FormReader()
    reader.feed(client.get(edit_address(pier())).content.decode())
    form = {name: value for name, value in reader.values.items() if "__prefix__" not in name and name != "q"}
    blank = {name: value for name, value in reader.values.items() if "photos-__prefix__-" in name}
    there = int(form["photos-TOTAL_FORMS"])
    for index, row in enumerate(rows, there):
        form |= {name.replace("__prefix__", str(index)): value for name, value in blank.items()}
        form |= {f"photos-{index}-{name}": value for name, value in row.items()}
        form[f"photos-{index}-upload"] = upload(plain(size=(500, 300 + index)))
    return {**form, "photos-TOTAL_FORMS": str(there + len(rows))}


def added(client: Client, *rows: dict[str, Any], **also: Any) -> list[tuple[str, int, int]]:
    """Add photos; caption, paragraph and number of each photo, in the order of the page."""
    form = {**new_rows(client, *rows), **also}
    previewed = client.post(f"{edit_address(pier()).removesuffix('change/')}preview/", form).content.decode()
    for value in form.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    answer = client.post(edit_address(pier()), form)
    assert answer.status_code == 302, errors(answer)
    page = Client().get(pier().get_absolute_url()).content.decode()
    photos = [(photo.caption, photo.position, photo.number) for photo in pier().photos.all()]
    for shown in (previewed, page):
        assert [caption for caption, *_ in sorted(photos, key=lambda photo: shown.index(f">{photo[0]}"))] == [
            caption for caption, *_ in photos
        ]
    return photos


def test_new_photos_follow_the_last_one(folder: Path, editor: Client) -> None:
    assert added(editor, {"caption": "Dusk"}) == [("Wombat at the pier", 1, 1), ("Dusk", 1, 2)]
    photos = added(editor, {"caption": "Night"}, {"caption": "Dawn"})
    assert photos == [("Wombat at the pier", 1, 1), ("Dusk", 1, 2), ("Night", 1, 3), ("Dawn", 1, 4)]


def test_a_new_photo_stands_where_the_editor_says(folder: Path, editor: Client) -> None:
    photos = added(
        editor, {"caption": "Dusk", "number": "1"}, {"caption": "Night"}, {"caption": "Dawn", "position": "0"}
    )
    assert photos == [("Dawn", 0, 4), ("Dusk", 1, 1), ("Wombat at the pier", 1, 2), ("Night", 1, 3)]
    assert added(editor, {"caption": "Noon", "position": "2"})[-1] == ("Noon", 2, 5)


def test_a_new_photo_keeps_its_paragraph_when_the_text_is_edited_too(folder: Path, editor: Client) -> None:
    body = f"A new beginning.\r\n\r\n{pier().body}"
    assert added(editor, {"caption": "Dusk"}, body=body) == [("Wombat at the pier", 2, 1), ("Dusk", 2, 2)]


def test_a_new_photo_takes_the_place_of_one_that_is_removed(folder: Path, editor: Client, root: Client) -> None:
    added(editor, {"caption": "Dusk"})
    assert added(root, {"caption": "Night"}, **{"photos-1-DELETE": "on"}) == [
        ("Wombat at the pier", 1, 1),
        ("Night", 1, 2),
    ]


def test_a_new_photo_of_an_article_without_photos_stands_first(folder: Path, editor: Client) -> None:
    Photo.objects.all().delete()
    assert added(editor, {"caption": "Dusk"}) == [("Dusk", 0, 1)]


def test_a_new_photo_follows_the_last_one_that_is_shown(folder: Path, editor: Client) -> None:
    added(editor, {"caption": "Dusk", "position": "2"})
    saved(editor, pier(), **{"photos-1-withdrawn": "on", "photos-1-withdrawn_reason": "It is private."})
    assert added(editor, {"caption": "Night"}) == [("Wombat at the pier", 1, 1), ("Night", 1, 3)]


def test_a_new_photo_needs_a_file(folder: Path, editor: Client) -> None:
    sent = {"photos-TOTAL_FORMS": "2", "photos-1-caption": "No file.", "photos-1-position": "0", "photos-1-number": "1"}
    assert "Choose a file." in errors(save(editor, pier(), **sent))
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "The submitted file is empty."),
        (b"It is text.", "not a picture of a kind that is read here"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "an SVG drawing"),
        (plain(size=(300, 200))[:-400], "the file is cut off or damaged"),
        (plain("PNG", size=(900, 800), mode="1"), "more than 500,000 in all"),
        (plain(size=(900, 800), quality=100), "larger than 300,000 bytes"),
    ],
    ids=["empty", "text", "svg", "cut", "bomb", "large"],
)
def test_a_bad_file_is_refused_at_its_field(folder: Path, editor: Client, settings: Any, data: bytes, why: str) -> None:
    settings.PHOTO_MAX_PIXELS, settings.PHOTO_MAX_BYTES = 500_000, 300_000
    before = sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
    answer = save(editor, pier(), headline="Other", **{"photos-0-upload": upload(data)})
    (error,) = [words for words in errors(answer) if why in words]
    assert 'id="id_photos-0-upload_error"' in answer.content.decode()
    assert error.startswith("This file cannot be used: ") or data == b""
    assert pier().headline == "Pier"
    assert sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()) == before


def test_a_full_disk_is_told_at_the_field_and_leaves_nothing(
    folder: Path, editor: Client, settings: Any, small_disk: Path
) -> None:
    shutil.copytree(settings.MEDIA_ROOT, small_disk / "media")
    settings.MEDIA_ROOT = small_disk / "media"
    filler, free = small_disk / "filler", shutil.disk_usage(small_disk).free
    filler.write_bytes(b"." * (free - 600_000))
    before = sorted(small_disk.rglob("*.*"))

    def add_both() -> Any:
        small = {"headline": "Other", "photos-0-upload": upload(CAPTIONED)}
        return add_photo(editor, plain(size=(500, 400), quality=100), small)

    answer = add_both()
    assert "Not saved: the disk is full. Please tell the operator of the archive." in errors(answer)
    assert 'id="id_photos-1-upload_error"' in answer.content.decode()
    assert (pier().headline, Photo.objects.count()) == ("Pier", 1)
    assert sorted(small_disk.rglob("*.*")) == before
    filler.unlink()
    assert add_both().status_code == 302
    assert (pier().headline, Photo.objects.count()) == ("Other", 2)


def test_what_was_typed_is_kept_if_a_file_can_neither_be_written_nor_removed(
    folder: Path, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(errno.EIO, "no answer")

    def write_half(data: Any, photo: Photo, written: list[Any]) -> None:
        written.append(SimpleNamespace(unlink=fail))
        fail()

    monkeypatch.setattr(photo_files, "hold", write_half)
    answer = save(editor, pier(), headline="Other", **{"photos-0-upload": upload(CAPTIONED)})
    why = "Not saved: the file could not be written (no answer). Please tell the operator of the archive."
    assert why in errors(answer)
    assert 'value="Other"' in answer.content.decode() or ">Other<" in answer.content.decode()
    assert pier().headline == "Pier"


# --- Replacing, and loads after that. ---------------------------------------------------------------------------------


def test_a_replaced_file_changes_the_picture_and_nothing_else(
    folder: Path, editor: Client, site: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    former = Photo.objects.get()
    shown, address = former.renditions.last().url, former.get_absolute_url()  # type: ignore[union-attr]
    with django_capture_on_commit_callbacks(execute=True):
        now = replace_file(editor, CAPTIONED)
    assert (now.pk, now.caption, now.digest) == (former.pk, "Wombat at the pier", digest_of(CAPTIONED))
    assert (now.width_px, now.height_px) == (500, 300)
    assert (settings.MEDIA_ROOT / former.file).read_bytes() == (folder / "pier.jpg").read_bytes()
    assert site.get(shown).status_code == 404
    assert site.get(now.renditions.last().url).status_code == 200  # type: ignore[union-attr]
    assert site.get(address).status_code == 200
    assert "Another file" in site.get(f"{pier().get_absolute_url()}history/2/changes/").content.decode()


def test_a_caption_without_a_picture_gets_one(folder: Path, editor: Client) -> None:
    write(folder, more=CRANE)
    load(folder)
    assert (pier().photo_count, pier().photo_file_count) == (2, 1)
    saved(editor, pier(), **{"photos-1-upload": upload(CAPTIONED)})
    crane = Photo.objects.get(number=2)
    assert (crane.caption, crane.src, pier().photo_file_count) == ("The crane", "crane.jpg", 2)


@pytest.mark.parametrize("how", ["the same", "other words", "another photo", "another folder"])
def test_a_load_never_overwrites_the_file_of_an_editor(folder: Path, editor: Client, how: str) -> None:
    replace_file(editor, CAPTIONED)
    if how == "other words":
        write(folder, Wombat="Koala")
    elif how == "another photo":
        write(folder, more=CRANE)
    elif how == "another folder":
        (folder / "pier.jpg").unlink()
    for _ in range(2):
        load(folder)
        photo = Photo.objects.get(number=1)
        assert photo.digest == digest_of(CAPTIONED)
        assert [made.width_px for made in photo.renditions.all()] == [400, 500]
    assert not Conflict.objects.exists()
    assert photo.caption == ("Koala at the pier" if how == "other words" else "Wombat at the pier")
    assert load(folder).outcomes == {"post.md": "unchanged"}


@pytest.mark.parametrize("with_words", [False, True])
@pytest.mark.parametrize("decision", ["ours", "theirs"])
def test_a_file_that_both_have_replaced_waits_for_a_decision(
    folder: Path, editor: Client, decision: str, with_words: bool
) -> None:
    replace_file(editor, CAPTIONED)
    theirs = plain(size=(700, 500))
    (folder / "pier.jpg").write_bytes(theirs)
    if with_words:
        write(folder, Wombat="Koala")
    load(folder)
    conflict = Conflict.objects.get()
    assert Photo.objects.get().digest == digest_of(CAPTIONED)
    page = editor.get(edit_address(conflict)).content.decode()
    assert digest_of(theirs)[:12] in page
    assert "Or write another version" not in page
    assert load(folder).outcomes == {"post.md": "unchanged"}
    sent = {**form_on(editor, edit_address(conflict)), "decision": decision}
    assert editor.post(edit_address(conflict), sent).status_code == 302
    photo = Photo.objects.get()
    assert photo.digest == digest_of(CAPTIONED if decision == "ours" else theirs)
    assert photo.renditions.filter(width_px=photo.width_px).exists()
    load(folder)
    assert (Photo.objects.get().digest, Conflict.objects.open().count()) == (photo.digest, 0)


def test_a_dry_run_and_the_load_after_it_report_a_replaced_file_with_changed_words(folder: Path) -> None:
    former, new = (folder / "pier.jpg").read_bytes(), plain(size=(700, 500))
    (folder / "pier.jpg").write_bytes(new)
    write(folder, Wombat="Koala")
    for run in (load(folder, dry_run=True), load(folder)):
        changes = run.line("post.md")["changes"]
        assert changes["file:1"] == [digest_of(former), digest_of(new)]
        assert "caption:1" in changes


def test_undoing_a_load_keeps_the_file_of_an_editor(folder: Path, editor: Client) -> None:
    (folder / "pier.jpg").write_bytes(plain(size=(700, 500)))
    write(folder, Wombat="Koala")
    load(folder)
    replace_file(editor, CAPTIONED)
    with pytest.raises(SystemExit):  # something stays
        call_command("undo_load", verbosity=0)
    photo = Photo.objects.get()
    assert (photo.caption, photo.digest) == ("Wombat at the pier", digest_of(CAPTIONED))
    assert [made.width_px for made in photo.renditions.all()] == [400, 500]


def test_the_source_wins_where_it_is_told_to(folder: Path, editor: Client) -> None:
    replace_file(editor, CAPTIONED)
    write(folder, Wombat="Koala")
    load(folder, take_source=True)
    assert Photo.objects.get().digest == digest_of((folder / "pier.jpg").read_bytes())


def test_a_new_photo_of_the_source_stands_beside_an_uploaded_one(folder: Path, editor: Client) -> None:
    add_photo(editor)
    write(folder, more=CRANE + "![](harbour.jpg)\n\n")
    load(folder)
    captions = list(Photo.objects.order_by("position", "number").values_list("caption", flat=True))
    assert sorted(captions) == ["", "The crane", "The quay at dusk.", "Wombat at the pier"]
    assert load(folder).outcomes == {"post.md": "unchanged"}


def test_two_editors_do_not_replace_one_file_unseen(folder: Path, editor: Client, root: Client) -> None:
    form = form_on(root, edit_address(pier()))
    replace_file(editor, CAPTIONED)
    answer = root.post(edit_address(pier()), {**form, "photos-0-upload": upload(plain(size=(90, 80)))})
    assert any("Picture file has since been changed" in error for error in errors(answer))
    assert Photo.objects.get().digest == digest_of(CAPTIONED)


# --- Withdrawing. -----------------------------------------------------------------------------------------------------

OUT = {"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": "The owner asked for it."}


def test_a_withdrawn_photo_is_nowhere_and_its_addresses_say_why(folder: Path, editor: Client, site: Client) -> None:
    photo = Photo.objects.get()
    renditions = [address for made in photo.renditions.all() for address in (made.url, made.url_webp)]
    assert {"page", "json", "photos", "front", "search", "photo search", "account", "photo feed"} <= {
        name for name, text in channels(site).items() if "Wombat" in text or renditions[0] in text
    }
    saved(editor, pier(), reason="See the letter", **OUT)
    for name, text in channels(site).items():
        assert "Wombat" not in text, name
        assert photo.digest not in text, name
    assert (pier().photo_count, pier().photo_file_count) == (0, 0)
    for address in (photo.get_absolute_url(), *renditions):
        answer = site.get(address)
        assert answer.status_code == 410
        assert "The owner asked for it." in answer.content.decode()
    for ending in ("history/", "history/2/changes/"):
        page = site.get(f"{pier().get_absolute_url()}{ending}").content.decode()
        assert "See the letter" in page
        assert "Photo withdrawn" in page
        assert "Nothing that readers see" not in page
        assert "The owner asked for it." not in page
    page = editor.get(reverse("admin:articles_article_history", args=[pier().pk])).content.decode()
    assert re.search("<dt>Photo withdrawn</dt>.*The owner asked for it.", page, re.DOTALL)
    assert "Wombat at the pier" not in page


def test_a_withdrawn_photo_is_brought_back_as_it_was(folder: Path, editor: Client, site: Client) -> None:
    before, photo = channels(site), Photo.objects.get()
    saved(editor, pier(), **OUT)
    page = editor.get(edit_address(pier())).content.decode()
    assert "The owner asked for it." in page
    form = form_on(editor, edit_address(pier()))
    del form["photos-0-withdrawn"]
    assert editor.post(edit_address(pier()), form).status_code == 302
    again = Photo.objects.get()
    assert (again.key, again.number, again.withdrawn_reason) == (photo.key, photo.number, "")
    after = channels(site)
    for name in ("page", "photos", "search", "photo search", "markdown", "text"):
        assert ("Wombat" in after[name]) == ("Wombat" in before[name]), name
    assert site.get(again.renditions.first().url).status_code == 200  # type: ignore[union-attr]
    assert site.get(photo.get_absolute_url()).status_code == 200


def test_a_withdrawn_photo_is_in_no_version_for_readers_or_staff_until_it_is_reinstated(
    folder: Path, editor: Client, site: Client
) -> None:
    saved(editor, pier(), **{"photos-0-caption": "Wombats at the pier"})
    public, staffs = f"{pier().get_absolute_url()}history/", f"/admin/articles/article/{pier().pk}/history/"
    digest = Photo.objects.get().digest

    def shown(*numbers: int) -> dict[str, str]:
        at = [(site, f"{public}{end}") for number in numbers for end in (f"{number}/", f"{number}/changes/")]
        at += [(editor, f"{staffs}{end}") for number in numbers for end in (f"{number}/", f"{number}/restore/")]
        at += [(site, public), (editor, staffs)]
        return {address: client.get(address).content.decode() for client, address in at}

    before = shown(1, 2)
    told = {address for address, page in before.items() if "Wombat" in page}
    assert {f"{public}1/", f"{public}2/", f"{public}2/changes/", staffs, f"{staffs}1/", f"{staffs}2/"} <= told
    saved(editor, pier(), **OUT)
    for address, page in shown(*range(1, len(versions_of(pier())) + 1)).items():
        assert "Wombat" not in page, address
        assert digest not in page, address
    assert [photo for version in versions_of(pier()) for photo in version.state.photos] == []
    form = form_on(editor, edit_address(pier()))
    del form["photos-0-withdrawn"]
    assert editor.post(edit_address(pier()), form).status_code == 302
    again = shown(1, 2)
    assert {address for address in told if "Wombat" not in again[address]} == set()
    captions = [photo.caption for version in versions_of(pier())[:2] for photo in version.state.photos]
    assert captions == ["Wombat at the pier", "Wombats at the pier"]


def test_a_photo_is_not_withdrawn_without_a_reason(folder: Path, editor: Client) -> None:
    answer = save(editor, pier(), **{"photos-0-withdrawn": "on"})
    assert "Give a reason: readers see it at the photo’s address." in errors(answer)
    answer = save(editor, pier(), **{"photos-0-withdrawn_reason": "Why"})
    assert "Tick this to withdraw the photo, or clear the reason." in errors(answer)
    assert Photo.objects.exists()


def test_no_load_shows_a_withdrawn_photo_but_its_words_follow_the_source(
    folder: Path, editor: Client, site: Client
) -> None:
    saved(editor, pier(), **OUT)
    assert load(folder).outcomes == {"post.md": "unchanged"}
    write(folder, more=CRANE, Wombat="Koala")
    load(folder)
    assert list(Photo.objects.values_list("caption", "number")) == [("The crane", 2)]
    assert (pier().photo_count, pier().photo_file_count) == (1, 0)
    assert "Koala" not in channels(site)["page"]
    assert Photo.everything.get(number=1).caption == "Koala at the pier"
    assert load(folder).outcomes == {"post.md": "unchanged"}


def test_a_withdrawn_photo_that_its_source_drops_and_shows_again_stays_withdrawn(folder: Path, editor: Client) -> None:
    saved(editor, pier(), **OUT)
    text = (folder / "post.md").read_text()
    (folder / "post.md").write_text(text.replace('![A pier](pier.jpg "Wombat at the pier")', CRANE))
    load(folder)
    assert list(Photo.objects.values_list("caption", flat=True)) == ["The crane"]
    (folder / "post.md").write_text(text)
    load(folder)
    assert not Photo.objects.exists()
    assert Photo.everything.get().caption == "Wombat at the pier"


def test_undoing_a_load_keeps_a_withdrawal(folder: Path, editor: Client) -> None:
    write(folder, more=CRANE)
    load(folder)
    saved(editor, pier(), **{name.replace("-0-", "-1-"): value for name, value in OUT.items()})
    with pytest.raises(SystemExit):  # something stays
        call_command("undo_load", verbosity=0)
    assert Photo.everything.get(number=2).withdrawn_at is not None
    load(folder)
    assert list(Photo.objects.values_list("caption", flat=True)) == ["Wombat at the pier"]


def test_a_file_of_an_editor_outlives_its_photo_in_the_source(folder: Path, editor: Client) -> None:
    replace_file(editor, CAPTIONED)
    text = (folder / "post.md").read_text()
    (folder / "post.md").write_text(text.replace('![A pier](pier.jpg "Wombat at the pier")', CRANE))
    load(folder)
    assert Photo.objects.filter(digest=digest_of(CAPTIONED)).exists()
    assert Conflict.objects.open().get().field == "photo"


def test_withdrawn_and_uploaded_photos_go_with_their_article(folder: Path, editor: Client) -> None:
    add_photo(editor)
    saved(editor, pier(), **OUT)
    answer = json.loads(Client().get(f"{pier().get_absolute_url()}article.json").content)
    assert [photo["caption"] for photo in answer["photos"]] == ["The quay at dusk."]
    pier().delete()
    assert not Photo.everything.exists()
