"""Words in photo files and articles: gaps filled, differences shown, staff edits never overwritten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.catalogue.loaded import edited_fields
from articles.models import Article, Photo, Rendition
from articles.photos import Words, differ
from tests.loading import Run, load
from tests.photo_files import alternatives, exif, held, iim, photo, plain, xmp
from tests.staff import saved


@pytest.mark.parametrize(
    ("article", "file", "is_other"),
    [
        (Words(caption="The ferry at the quay"), Words(caption="The ferry  at the quay."), False),
        (Words(caption="The ferry."), Words(caption="The ferry. (Photo by Mei Tanaka/Central Wire)"), False),
        (Words(caption="Three were hurt."), Words(caption="Thirteen were hurt."), True),
        (Words(caption="3 hurt"), Words(caption="13 hurt"), True),
        (Words(), Words(caption="The ferry."), False),
        (Words(credit_line="Mei Tanaka/Central Wire"), Words(credit_line="CENTRAL WIRE"), False),
        (Words(credit_line="Mei Tanaka"), Words(credit_line="Central Wire", creator="Mei Tanaka"), False),
        (Words(credit_line="Mei Tanaka"), Words(credit_line="Central Wire", creator="Lena Hartog"), True),
        (Words(credit_line="Ana"), Words(creator="Anabel"), True),
    ],
)
def test_article_and_file_differ_where_a_reader_would_say_so(article: Words, file: Words, is_other: bool) -> None:
    assert differ(article, file) is is_other


POST = "---\ntitle: Pier\ndate: 2020-02-02\n---\nFirst.\n\n{figure}\n\nLast.\n"
SAYS_ALL = photo(
    xmp=xmp(
        alternatives("dc:description", x_default="The ferry at the quay.")
        + "<photoshop:Credit>Central Wire</photoshop:Credit>"
        + "<dc:creator><rdf:Seq><rdf:li>Mei Tanaka</rdf:li></rdf:Seq></dc:creator>"
        + alternatives("dc:rights", x_default="© 2021 Central Wire")
        + alternatives("Iptc4xmpCore:AltTextAccessibility", x_default="A white ferry.")
    )
)


@pytest.fixture
def site_folder(tmp_path: Path, settings: Any, db: None) -> Path:
    """A folder to be loaded, with a photo's file in it that says everything."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "pier.jpg").write_bytes(SAYS_ALL)
    return folder


def load_post(folder: Path, figure: str = "![](pier.jpg)") -> Run:
    (folder / "post.md").write_text(POST.format(figure=figure))
    return load(folder)


@pytest.mark.django_db
def test_a_file_says_what_its_article_does_not(site_folder: Path) -> None:
    load_post(site_folder)
    found = Photo.objects.get()
    assert Words.of(found) == Words(
        "The ferry at the quay.", "Central Wire", "A white ferry.", "Mei Tanaka", "© 2021 Central Wire"
    )
    assert found.from_file == ["caption", "credit_line", "alt_text", "creator", "copyright_notice"]
    assert not found.differs_from_file


@pytest.mark.django_db
def test_the_articles_caption_and_credit_count_and_a_difference_is_remembered(site_folder: Path) -> None:
    load_post(site_folder, '![A ferry](pier.jpg "The pier at dusk. [Photo by Pedro Salas]")')
    found = Photo.objects.get()
    assert (found.caption, found.credit_line, found.alt_text) == ("The pier at dusk.", "Pedro Salas", "A ferry")
    assert found.from_file == ["creator", "copyright_notice"]
    assert found.differs_from_file
    assert found.said_by_file.words.caption == "The ferry at the quay."


@pytest.mark.django_db
def test_what_a_file_filled_is_no_edit_of_staff_and_a_reload_changes_nothing(site_folder: Path) -> None:
    load_post(site_folder)
    assert edited_fields(Article.objects.get()) == []
    assert load(site_folder).outcomes == {"post.md": "unchanged"}
    changed = (site_folder / "post.md").read_text().replace("Last.", "The end.")
    (site_folder / "post.md").write_text(changed)
    line = load(site_folder).line("post.md")
    assert (line["outcome"], list(line["changes"])) == ("updated", ["body"])


@pytest.mark.django_db
def test_a_changed_article_whose_file_is_gone_keeps_what_the_file_said(site_folder: Path) -> None:
    load_post(site_folder)
    (site_folder / "pier.jpg").unlink()
    load_post(site_folder, "![A boat](pier.jpg)")
    found = Photo.objects.get()
    assert (found.caption, found.alt_text) == ("The ferry at the quay.", "A boat")
    assert found.from_file == ["caption", "credit_line", "creator", "copyright_notice"]
    assert edited_fields(Article.objects.get()) == []


@pytest.mark.django_db
def test_a_file_that_comes_later_fills_the_gaps_without_an_edit(site_folder: Path) -> None:
    (site_folder / "pier.jpg").unlink()
    load_post(site_folder)
    (site_folder / "pier.jpg").write_bytes(SAYS_ALL)
    assert load(site_folder).outcomes == {"post.md": "updated"}
    assert Photo.objects.get().caption == "The ferry at the quay."
    assert edited_fields(Article.objects.get()) == []
    assert load(site_folder).outcomes == {"post.md": "unchanged"}


@pytest.mark.django_db
def test_the_words_of_a_file_that_comes_later_are_found(site_folder: Path, site: Client) -> None:
    (site_folder / "pier.jpg").unlink()
    load_post(site_folder)
    (site_folder / "pier.jpg").write_bytes(SAYS_ALL)
    load(site_folder)
    for address in ("/photos/?q=credit:wire", "/photos/?credit=Mei+Tanaka/Central+Wire"):
        assert "The ferry at the quay." in site.get(address).content.decode(), address


@pytest.mark.django_db
def test_a_file_taken_in_before_files_were_asked_is_asked_on_the_next_load(site_folder: Path) -> None:
    load_post(site_folder)
    Photo.objects.update(metadata={}, from_file=[], caption="", creator="")
    article = Article.objects.get()
    article.as_loaded["photos"][0] |= {"caption": ""}
    del article.as_loaded["photos"][0]["creator"]
    article.save()
    assert load(site_folder).outcomes == {"post.md": "updated"}
    assert (Photo.objects.get().caption, Photo.objects.get().creator) == ("The ferry at the quay.", "Mei Tanaka")
    assert edited_fields(Article.objects.get()) == []


# --- Staff. -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_caption_from_the_file_that_staff_correct_is_kept(site_folder: Path, editor: Client) -> None:
    load_post(site_folder)
    saved(editor, Article.objects.get(), **{"photos-0-caption": "The ferry at the north quay."})
    assert edited_fields(Article.objects.get()) == ["photos"]
    found = Photo.objects.get()
    assert "caption" not in found.from_file
    assert found.differs_from_file
    (site_folder / "post.md").write_text((site_folder / "post.md").read_text().replace("Last.", "The end."))
    assert load(site_folder).outcomes == {"post.md": "updated"}
    assert Photo.objects.get().caption == "The ferry at the north quay."


@pytest.mark.django_db
def test_a_corrected_caption_goes_into_the_renditions_and_old_addresses_lead_to_them(
    site_folder: Path, site: Client, editor: Client, settings: Any
) -> None:
    load_post(site_folder)
    old, media = list(Rendition.objects.values_list("file", "file_webp")), settings.MEDIA_ROOT
    saved(editor, Article.objects.get(), **{"photos-0-caption": "The north quay.", "photos-0-creator": "Pedro Salas"})
    new = list(Rendition.objects.values_list("file", "file_webp"))
    assert not {name for names in old for name in names} & {name for names in new for name in names}
    for name in [name for names in new for name in names]:
        words = held((media / name).read_bytes()).words
        assert (words.caption, words.creator, words.credit_line) == ("The north quay.", "Pedro Salas", "Central Wire")
    for before, now in zip(old, new, strict=True):
        for name, renamed in zip(before, now, strict=True):
            answer = site.get(f"/media/{name}")
            assert (answer.status_code, answer["Location"]) == (301, f"/media/{renamed}")
            assert site.get(f"/media/{renamed}").status_code == 200


@pytest.mark.django_db
def test_a_correction_is_saved_though_its_renditions_cannot_be_written(
    site_folder: Path, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_post(site_folder)

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("articles.photos.relabelled", full)
    saved(editor, Article.objects.get(), **{"photos-0-caption": "The north quay."})
    assert Photo.objects.get().caption == "The north quay."


@pytest.mark.django_db
def test_staff_list_and_see_what_files_say_otherwise(site_folder: Path, editor: Client) -> None:
    load_post(site_folder, '![A ferry](pier.jpg "The pier at dusk. [Photo by Pedro Salas]")')
    article = Article.objects.get()
    listing = "/admin/articles/article/?photos=differ"
    assert "Pier" in editor.get(listing).content.decode()
    page = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "The file says: <q>The ferry at the quay.</q>" in page
    assert "The file says: <q>Central Wire</q>" in page
    assert "From: the photo’s own file; the source does not say" in page
    saved(editor, article, **{"photos-0-caption": "The ferry at the quay.", "photos-0-credit_line": "Central Wire"})
    assert "0 articles" in editor.get(listing).content.decode()


# --- Readers. ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_page_shows_the_files_caption_and_credit_and_both_kinds_of_rendition(site_folder: Path, site: Client) -> None:
    load_post(site_folder)
    page = site.get("/2020/02/02/pier/").content.decode()
    assert "<figcaption>The ferry at the quay. " in page
    assert "<bdi>Photo: Mei Tanaka/Central Wire</bdi>" in page
    made = Rendition.objects.get()
    assert f'<picture><source type="image/webp" srcset="{made.url_webp} 60w"' in page
    assert f'<img src="{made.url}"' in page
    assert 'alt="A white ferry."' in page


@pytest.mark.django_db
def test_words_from_a_file_are_text_on_the_page(site_folder: Path, site: Client) -> None:
    hostile = photo(iim=iim([(120, b"<script>alert(1)</script>"), (110, b'"><img src=x onerror=alert(1)>')]))
    (site_folder / "pier.jpg").write_bytes(hostile)
    load_post(site_folder)
    page = site.get("/2020/02/02/pier/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("figure", "file", "credit"),
    [
        ("![](pier.jpg)", exif({0x013B: b"Mei Tanaka"}), "Photo: Mei Tanaka"),
        ("![](pier.jpg)", exif({0x8298: b"(c) 2021 Central Wire"}), "(c) 2021 Central Wire"),
        ('![](pier.jpg "Dusk. [Photo by Pedro Salas]")', exif({0x013B: b"Mei Tanaka"}), "Photo by Pedro Salas"),
        ("![](pier.jpg)", b"", "Credit not given"),
    ],
)
@pytest.mark.django_db
def test_who_made_a_photo_is_named_as_far_as_it_is_known(
    site_folder: Path, site: Client, figure: str, file: bytes, credit: str
) -> None:
    (site_folder / "pier.jpg").write_bytes(photo(exif=file))
    load_post(site_folder, figure)
    assert f"<bdi>{credit}</bdi>" in site.get("/2020/02/02/pier/").content.decode()


@pytest.mark.django_db
def test_json_and_linked_data_name_creator_and_owner(site_folder: Path, site: Client) -> None:
    load_post(site_folder)
    told = json.loads(site.get("/2020/02/02/pier/article.json").content)["photos"][0]
    assert (told["creator"], told["copyright_notice"]) == ("Mei Tanaka", "© 2021 Central Wire")
    page = site.get("/2020/02/02/pier/").content.decode()
    assert '"creator": [{"@type": "Person", "name": "Mei Tanaka"}], "copyrightNotice": "© 2021 Central Wire"' in page


@pytest.mark.django_db
def test_a_photo_without_metadata_loads_as_before(site_folder: Path) -> None:
    (site_folder / "pier.jpg").write_bytes(plain())
    load_post(site_folder)
    assert Photo.objects.get().metadata == {"xmp": {}, "iim": {}, "exif": {}}
    assert load(site_folder).outcomes == {"post.md": "unchanged"}
