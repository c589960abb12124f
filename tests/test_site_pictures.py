"""Where the pictures of a site are, by all the ways in which its articles name them; and which are no photos."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from pathlib import Path

import pytest

from articles.ingest.readers import READERS
from articles.ingest.sites.site import Site
from articles.ingest.story import LocalFile, Piece, Story
from tests.photo_files import plain
from tests.readers.wxr import export, item

POST = "---\ntitle: Ferry\ndate: 2020-01-02\n---\n{}\n\nThe ferry sailed at nine in the morning.\n"
FRONT = "---\ntitle: Ferry\ndate: 2020-01-02\nimage: {}\n---\nThe ferry sailed at nine in the morning.\n"
PAGE = "<html><head><title>Ferry</title></head><body><article><h1>Ferry</h1>{}{}</article></body></html>"
TEXT = "".join(
    f"<p>The ferry sailed at {hour} in the morning, and came back late in the evening.</p>" for hour in range(9)
)


def story(root: Path, name: str, text: str, *files: str) -> Story:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(plain("PNG", size=(300, 200)))
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    site = Site(root, address="https://harbour.example/news")
    form = "html" if name.endswith(".html") else "markdown"
    return READERS[form].read(Piece(path, name, form, root=root, site=site), path.read_bytes())


def found(root: Path, read: Story) -> list[str]:
    files = [photo.file for photo in read.photos]
    assert all(isinstance(file, LocalFile) for file in files), read.photos
    return [str(file.path.relative_to(root)) for file in files if isinstance(file, LocalFile)]


@pytest.mark.parametrize(
    ("article", "file", "named"),
    [
        # Jekyll
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "{{ site.baseurl }}/assets/a.png"),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "{{site.url}}{{site.baseurl}}/assets/a.png"),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", '{{ "/assets/a.png" | relative_url }}'),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "{{ '/assets/a.png' | prepend: site.baseurl }}"),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "{% link assets/a.png %}"),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "{{ site.baseurl }}{% link assets/a.png %}"),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "/news/assets/a.png"),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "https://harbour.example/news/assets/a.png?w=300"),
        ("_posts/2020-01-02-ferry.md", "assets/a.png", "//www.harbour.example/news/assets/a.png"),
        ("_posts/sea/2020/2020-01-02-ferry.md", "assets/a.png", "../assets/a.png"),
        # Hugo
        ("content/posts/2020/01/02/ferry/index.md", "static/images/a.png", "/images/a.png"),
        ("content/en/posts/2020/01/02/ferry/index.md", "static/images/a.png", "images/a.png"),
        ("content/posts/ferry/index.md", "content/posts/ferry/a.png", "a.png"),
        ("content/posts/ferry/index.de.md", "content/posts/ferry/images/a.png", "images/a.png"),
        ("content/posts/ferry.md", "assets/images/a.png", "images/a.png"),
        ("content/posts/ferry.md", "content/posts/ferry/a.png", "ferry/a.png"),
        ("content/posts/ferry.md", "static/a.png", "{{< baseurl >}}a.png"),
        # Hexo
        ("source/_posts/ferry.md", "source/_posts/ferry/a.png", "a.png"),
        ("source/_posts/ferry.md", "source/_posts/ferry/a.png", "./a.png"),
        ("source/_posts/ferry.md", "source/_posts/ferry/a.png", "/2020/01/02/ferry/a.png"),
        ("source/_posts/ferry.md", "source/images/a.png", "/images/a.png"),
        # Eleventy
        ("src/posts/ferry.md", "src/img/a.png", "/img/a.png"),
        ("src/posts/ferry.md", "public/img/a.png", "/img/a.png"),
        ("src/posts/ferry.md", "src/assets/img/a.png", "/img/a.png"),
        # names
        ("posts/ferry.md", "img/a b+c.png", "/img/a%20b+c.png"),
        ("posts/ferry.md", "img/a b+c.png", "/img/a%20b%2Bc.png"),
        ("posts/ferry.md", "img/a b.png", "/img/a+b.png"),
        ("posts/ferry.md", "img/a%20b.png", "/img/a%20b.png"),
        ("posts/ferry.md", "img/100%.png", "/img/100%.png"),
        ("posts/ferry.md", unicodedata.normalize("NFD", "img/Fähre.png"), "/img/F\xe4hre.png"),
        ("posts/ferry.md", unicodedata.normalize("NFC", "img/Fähre.png"), "/img/Fa%CC%88hre.png"),
    ],
)  # fmt: skip
def test_a_picture_of_a_site_is_found_as_its_generator_finds_it(
    tmp_path: Path, article: str, file: str, named: str
) -> None:
    for text in (POST.format(f"![A ferry]({named})"), POST.format(f'<img src="{named}" alt="x">')):
        assert found(tmp_path, story(tmp_path, article, text, file)) == [file], text
    quoted = "'" + named.replace("'", "''") + "'"
    assert found(tmp_path, story(tmp_path, article, FRONT.format(quoted), file)) == [file], "in the front matter"


def test_the_asset_folder_of_another_post_is_not_searched(tmp_path: Path) -> None:
    read = story(tmp_path, "source/_posts/ferry.md", POST.format("![x](a.png)"), "source/_posts/pier/a.png")
    assert [photo.file for photo in read.photos] == [None]


SETS = [
    '<img src="/img/missing.png" srcset="/img/small.png 300w, /img/large.png 900w" alt="x">',
    '<img src="data:image/gif;base64,R0lGOD" data-srcset="/img/small.png 1x, /img/large.png 2x" alt="x">',
    '<picture><source srcset="/img/large.png" type="image/png"><img src="/img/missing.png" alt="x"></picture>',
    '<img data-src="/img/large.png" alt="x">',
    """<picture>
  <source media="(min-width: 9em)" srcset="/img/none.webp 9w, /img/large.png 5w">
  <img src="/img/missing.png" alt="x">
</picture>""",
]


@pytest.mark.parametrize("markup", SETS)
def test_a_picture_is_found_by_the_largest_of_its_sizes_that_is_there(tmp_path: Path, markup: str) -> None:
    files = ["img/small.png", "img/large.png"]
    assert found(tmp_path, story(tmp_path, "posts/ferry.md", POST.format(markup), *files)) == ["img/large.png"]
    assert found(tmp_path, story(tmp_path, "ferry.html", PAGE.format(TEXT, f"<p>{markup}</p>"), *files)) == [
        "img/large.png"
    ]


# --- What is no photo. ------------------------------------------------------------------------------------------------


def post(root: Path, markup: str, form: str) -> Story:
    """The markup within a text, as Markdown, in a WordPress export and on a page."""
    if form == "wordpress":
        return wordpress(root, markup)
    if form == "html":
        return story(root, "ferry.html", PAGE.format(TEXT, f"<p>{markup}</p>"))
    return story(root, "posts/ferry.md", POST.format(markup))


def wordpress(root: Path, content: str) -> Story:
    made = root / "export.xml"
    made.write_text(
        export(item(1, "Ferry", f"{content}\n\nThe ferry sailed at nine in the morning.")), encoding="utf-8"
    )
    (record,) = READERS["wordpress"].split(BytesIO(made.read_bytes()), 1_000_000)  # type: ignore[misc]
    site = Site(root, address="https://harbour.example")
    return READERS["wordpress"].read(Piece(made, "export.xml", "wordpress", root=root, site=site), record.data)


FORMS = ("markdown", "wordpress", "html")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/img/a.png" width="16" height="16">',
        '<img src="/img/a.png" width="31px">',
        '<img src="/img/a.png" width="300" height="1">',
        '<img src="/img/spacer.gif">',
        '<img src="/img/rss-icon32.png">',
        '<img src="/img/donateButton.png">',
        '<img src="/img/default_avatar.jpg" width="96" height="96">',
        '<img class="avatar photo" src="/img/jane.jpg">',
        '<img src="https://secure.gravatar.com/avatar/0bc83cb571cd1c50ba6f3e8a78ef1346?s=96">',
        '<img class="wp-smiley" src="https://harbour.example/wp-includes/images/smilies/icon_smile.gif" alt=":)">',
        '<img src="https://s.w.org/images/core/emoji/14.0.0/72x72/1f642.png" alt="🙂">',
        '<img src="/img/tiny.png" alt="A star">',
        '<img src="/img/tiny.svg" alt="A star">',
        '<img src="/img/note.png" alt="A note">',
        '<img class="bio" src="/img/jane.jpg">',
        '<img src="/img/a.png" width="468" height="12">',
        '<img src="/img/line.png">',
    ],
)
def test_icons_spacers_and_avatars_are_no_photos(tmp_path: Path, form: str, markup: str) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img/tiny.png").write_bytes(plain("PNG", size=(31, 24)))
    (tmp_path / "img/note.png").write_bytes(plain("PNG", size=(65, 39), mode="1"))
    (tmp_path / "img/line.png").write_bytes(plain("PNG", size=(600, 3)))
    (tmp_path / "img/tiny.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>')
    read = post(tmp_path, markup, form)
    assert read.photos == ()
    assert "The ferry sailed at" in read.body
    src = markup.partition('src="')[2].partition('"')[0]
    assert form == "html" or any(src[:20] in dropped for dropped in read.boilerplate)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/img/tiny.png" alt="A ferry">',
        '<img src="/img/small.png" width="111" height="101">',
        '<img src="/img/chart.svg" alt="A chart">',
        '<figure><img src="/img/star.png"><figcaption>The star, as sailors see it at night</figcaption></figure>',
        '<figure><img src="/img/icon.png"><figcaption>The icon of Saint Nicholas in the chapel</figcaption></figure>',
    ],
)
def test_small_photos_drawings_and_whatever_has_a_caption_are_photos(tmp_path: Path, form: str, markup: str) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img/tiny.png").write_bytes(plain("PNG", size=(111, 91)))
    (tmp_path / "img/star.png").write_bytes(plain("PNG", size=(20, 20)))
    (tmp_path / "img/small.png").write_bytes(plain("PNG", size=(111, 31)))
    (tmp_path / "img/chart.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="480" height="240"/>')
    assert len(post(tmp_path, markup, form).photos) == 1


BUNDLE = "---\ntitle: Ferry\ndate: 2014-09-25\n{}---\nText.\n"


@pytest.mark.parametrize(
    ("name", "matter", "files", "photos"),
    [
        ("ferry/index.md", "", ["a.png", "cover.jpg", "Featured-1.PNG"], [("Featured-1.PNG", None)]),
        ("ferry/index.md", "image: a.png\n", ["a.png", "cover.jpg"], [("a.png", None)]),
        ("ferry/ferry.md", "", ["cover.jpg"], []), ("ferry/index.md", "", ["cover.txt", "recover.jpg"], []),
        ("ferry/index.md", "photo:\n  url: https://photos.example/pier\n  author: Ann Lee\n", ["thumbnail-wide.jpg"],
         [("thumbnail-wide.jpg", "Ann Lee")]),
        ("ferry/index.md", "photo:\n  url: https://photos.example/pier\n", [], [("https://photos.example/pier", None)]),
    ],
)  # fmt: skip
def test_the_picture_of_a_bundle_is_its_lead_photo(
    tmp_path: Path, name: str, matter: str, files: list[str], photos: list[tuple[str, str | None]]
) -> None:
    read = story(tmp_path, name, BUNDLE.format(matter), *(f"ferry/{file}" for file in files))
    assert [(photo.src, photo.credit) for photo in read.photos] == photos
    assert "Ann Lee" not in matter or "Ann Lee" in repr(read.photos or read.boilerplate)


def test_an_icon_in_the_front_matter_is_no_photo(tmp_path: Path) -> None:
    assert story(tmp_path, "posts/ferry.md", FRONT.format("/img/default-avatar.png")).photos == ()
    for name in ("ferry.png", "avatar-premiere.jpg", "hot-button.jpg", "1x.png"):
        assert len(story(tmp_path, "posts/ferry.md", FRONT.format(f"/img/{name}")).photos) == 1, name
