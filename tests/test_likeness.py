"""Near-duplicates: which texts are found, what loads note, and what staff see and decide."""

from __future__ import annotations

import random
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.catalogue import filing, near_duplicates as store
from articles.catalogue.near_duplicates import note_likeness
from articles.models import Article, Likeness, LikenessBand, NearDuplicate
from articles.text.markdown import plain
from articles.text.minhash import ALIKE_PERCENT, bands_of, likeness_percent, minhash_of, sample_of
from tests.factories import make_article, withdraw
from tests.loading import load, text_file

LIST = "/admin/articles/nearduplicate/"
SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprstvz" for vowel in "aeiou"]
HARBOUR = """The harbour authority closed the north quay on Tuesday after engineers found cracks in two of its piers.
Ferries to the outer islands will leave from the fish market until repairs are finished, which officials expect in
November."""
CHINESE = (
    "港务局星期二关闭了北码头，因为工程师在两个桥墩上发现了裂缝。前往外岛的渡轮将改从鱼市场出发，"
    "直到修理完成为止，官员们预计要到十一月。码头建于一百年前，每年有四十万人经过这里。"
)
THAI = (
    "การท่าเรือปิดท่าเรือฝั่งเหนือเมื่อวันอังคารหลังจากวิศวกรพบรอยร้าวในเสาสองต้น "
    "เรือข้ามฟากไปยังเกาะรอบนอกจะออกจากตลาดปลาจนกว่าการซ่อมแซมจะเสร็จสิ้น"
)


def story(seed: int, paragraphs: int = 8, words: int = 40) -> list[str]:
    """A text of its own, the same each time."""
    dice = random.Random(seed)
    text = ["".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(paragraphs * words)]
    return [" ".join(text[start : start + words]).capitalize() + "." for start in range(0, len(text), words)]


def edited(paragraphs: list[str], share: float) -> list[str]:
    dice = random.Random(7)
    return [" ".join("others" if dice.random() < share else word for word in one.split()) for one in paragraphs]


def likeness(one: list[str], other: list[str]) -> int:
    hashes = [minhash_of(text) for text in (one, other)]
    first, second = (sample_of(minhash) for minhash in hashes if minhash)
    return likeness_percent(frozenset(first), second)


# --- Which texts are alike. -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "copy",
    [
        edited(story(1), 0.05),
        story(1)[:3] + story(1)[4:],
        [*story(1)[:4], *story(2, paragraphs=1), *story(1)[4:]],
        ["By Mei Tanaka, Union Agency", *story(1), "Sign up for our newsletter and follow us on every platform."],
    ],
    ids=["five words in a hundred changed", "a paragraph cut", "a paragraph added", "a byline and a footer"],
)
def test_a_copy_of_a_story_is_alike_and_shares_a_band(copy: list[str]) -> None:
    own, other = minhash_of(story(1)), minhash_of(copy)
    assert own is not None
    assert other is not None
    assert set(bands_of(own)) & set(bands_of(other))
    assert likeness(story(1), copy) > ALIKE_PERCENT


def test_other_stories_are_not_alike() -> None:
    assert max(likeness(story(1), story(seed)) for seed in range(2, 60)) < 10


def test_typography_case_and_short_words_make_no_difference() -> None:
    printed = HARBOUR.replace("on Tuesday", "— on Tuesday").replace("piers.", "“piers”!").upper()
    assert minhash_of([printed.replace("IN TWO", "IN  TWO")]) == minhash_of(HARBOUR.split("\n"))


def test_a_part_of_a_long_text_is_alike_by_its_share_of_the_longer_one() -> None:
    assert 15 < likeness(story(1, paragraphs=20), story(1, paragraphs=20)[:6]) < 45


@pytest.mark.parametrize("text", [CHINESE, THAI], ids=["Chinese", "Thai"])
def test_a_text_without_spaces_between_words_is_known_again(text: str) -> None:
    changed = text[:20] + text[24:]
    assert ALIKE_PERCENT < likeness([text], [changed]) < 100
    assert likeness([text], [text.replace("，", "\n")]) == 100
    assert likeness([text], ["".join(random.Random(1).sample(text, len(text)))]) < 10


@pytest.mark.parametrize("text", ["Weather forecast", "", " ".join(HARBOUR.split()[:29]), "港务局", "again " * 200])
def test_a_text_that_says_too_little_has_no_minhash(text: str) -> None:
    assert minhash_of([text]) is None


def test_hashes_are_the_same_on_every_machine_and_python() -> None:
    """A stored MinHash is compared with those of later years: another way of making it needs a migration."""
    minhash = minhash_of([HARBOUR])
    assert minhash is not None
    assert sha256(minhash).hexdigest()[:16] == "ceef70c0bd8ea5be"
    assert all(0 < band < 2**60 for band in bands_of(minhash))


# --- What loads note. -------------------------------------------------------------------------------------------------


def written(*texts: list[str]) -> list[tuple[int, bytes | None]]:
    """Articles as a load has just written them, with their hashes."""
    return [(make_article(body="\n\n".join(text)).pk, minhash_of(text)) for text in texts]


def pairs() -> set[tuple[int, int]]:
    return set(NearDuplicate.objects.values_list("article_id", "other_id"))


@pytest.mark.django_db
def test_copies_are_found_within_a_batch_and_in_the_archive() -> None:
    new = written(story(1), story(2), edited(story(1), 0.03))
    assert note_likeness(new, None) == 1
    later = written(story(2)[1:])
    assert note_likeness(later, None) == 1
    assert pairs() == {(new[2][0], new[0][0]), (later[0][0], new[1][0])}
    assert all(80 < percent < 100 for percent in NearDuplicate.objects.values_list("likeness_percent", flat=True))


@pytest.mark.django_db
def test_what_is_noted_already_is_not_written_again() -> None:
    new = [*written(story(1), story(1)), (make_article().pk, None)]
    note_likeness(new, None)
    with CaptureQueriesContext(connection) as asked:
        assert note_likeness(new, None) == 0
    assert {query["sql"].split()[0] for query in asked} == {"SELECT"}


@pytest.mark.django_db
def test_a_text_that_half_the_archive_shares_takes_no_more_room_than_others() -> None:
    new = written(*[story(1)] * 40)
    note_likeness(new[:30], None)
    note_likeness(new[30:], None)
    bands = LikenessBand.objects.values_list("band", flat=True)
    assert len(bands) == store.MOST_OF_A_BAND * len(set(bands))
    assert NearDuplicate.objects.filter(article=new[-1][0]).count() == store.MOST_PAIRS
    assert NearDuplicate.objects.count() <= 40 * store.MOST_PAIRS


@pytest.mark.django_db
def test_a_batch_of_any_size_asks_the_same_few_queries() -> None:
    note_likeness(written(*map(story, range(30))), None)

    def queries(new: list[tuple[int, bytes | None]]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert note_likeness(new, None) == len(new)
        return len(asked)

    assert queries(written(story(0))) == queries(written(*map(story, range(1, 30))))


@pytest.mark.django_db
def test_a_changed_text_is_compared_anew_and_a_decision_stays() -> None:
    (first, _), (second, _), (third, _) = new = written(story(1), story(1), story(2))
    note_likeness(new, None)
    note_likeness([(first, minhash_of(story(2)))], None)
    assert pairs() == {(third, first)}
    NearDuplicate.objects.update(decided=NearDuplicate.Decision.NOT_A_DUPLICATE)
    assert note_likeness([(first, minhash_of(edited(story(2), 0.02)))], None) == 0
    assert NearDuplicate.objects.get().decided == NearDuplicate.Decision.NOT_A_DUPLICATE
    assert note_likeness([(first, None), (second, minhash_of(story(3)))], None) == 0
    assert not Likeness.objects.filter(article=first).exists()


@pytest.mark.django_db
def test_a_text_that_staff_have_changed_is_compared_anew() -> None:
    new = written(story(1), story(2))
    note_likeness(new, None)
    article = Article.objects.get(pk=new[1][0])
    article.body = "\n\n".join(story(1)[1:])
    filing.derive(article)
    assert note_likeness([(article.pk, minhash_of([plain(block) for block in article.blocks]))], None) == 1
    assert pairs() == {(new[1][0], new[0][0])}


@pytest.mark.django_db
def test_a_deleted_article_takes_its_bands_and_pairs_along() -> None:
    new = written(story(1), story(1))
    note_likeness(new, None)
    Article.objects.get(pk=new[0][0]).delete()
    assert not NearDuplicate.objects.exists()
    assert set(LikenessBand.objects.values_list("article", flat=True)) == {new[1][0]}


@pytest.mark.django_db
def test_a_load_lists_an_agency_s_copy_and_a_reload_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    body, copy = "\n\n".join(story(1)), "\n\n".join(edited(story(1)[1:], 0.03))
    text_file(folder, "one.txt", headline="Quay closed", body=body)
    text_file(folder, "two.txt", headline="Cracks close a quay", day="2021-05-05", body=copy)
    load(folder)
    found = NearDuplicate.objects.get()
    assert found.load is not None
    assert {str(found.article), str(found.other)} == {"Quay closed", "Cracks close a quay"}
    load(folder)
    assert NearDuplicate.objects.get().found_at == found.found_at
    text_file(folder, "two.txt", headline="Cracks close a quay", day="2021-05-05", body="\n\n".join(story(2)))
    load(folder)
    assert not NearDuplicate.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_notes_no_likeness(tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        text_file(tmp_path / "articles", name, headline=name, body="\n\n".join(story(1)))
    load(tmp_path / "articles", dry_run=True)
    assert not Likeness.objects.exists()


# --- What staff see and decide. ---------------------------------------------------------------------------------------


def logged_in(*groups: str) -> Client:
    user = User.objects.create_user(f"{'-'.join(groups) or 'nobody'}", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


def pair(one: Iterable[str] = (), other: Iterable[str] = ()) -> NearDuplicate:
    texts = [list(one) or story(1), list(other) or edited(story(1), 0.03)]
    articles = [
        make_article(headline, source=source, body="\n\n".join(text))
        for headline, source, text in zip(
            ["Quay closed", "Cracks close a quay"], ["Harbour Daily", "Coast News"], texts, strict=True
        )
    ]
    note_likeness([(article.pk, minhash_of(text)) for article, text in zip(articles, texts, strict=True)], None)
    return NearDuplicate.objects.get()


@pytest.mark.django_db
def test_editors_decide_viewers_look_and_nobody_else_comes_in() -> None:
    found = pair()
    page = f"{LIST}{found.pk}/change/"
    editor, viewer, nobody = logged_in("Editors"), logged_in("Viewers"), logged_in()
    assert [client.get(LIST).status_code for client in (editor, viewer, nobody)] == [200, 200, 403]
    assert 'name="_save"' not in viewer.get(page).content.decode()
    assert viewer.post(page, {"decided": "not a duplicate"}).status_code == 403
    assert editor.post(page, {"decided": "not a duplicate"}).status_code == 302
    found.refresh_from_db()
    assert found.decided_by == User.objects.get(username="Editors")
    assert editor.get(f"{LIST}add/").status_code == editor.get(f"{LIST}{found.pk}/delete/").status_code == 403


@pytest.mark.django_db
def test_the_list_shows_both_articles_and_a_decision_takes_a_pair_off_it() -> None:
    found, editor = pair(), logged_in("Editors")
    page = editor.get(LIST).content.decode()
    for words in ("Quay closed", "Cracks close a quay", "Harbour Daily, 4 March 2022", f"{found.likeness_percent}%"):
        assert words in page
    assert "delete_selected" not in page
    editor.post(LIST, {"action": "settle", "_selected_action": [found.pk]})
    assert "Quay closed" not in editor.get(LIST).content.decode()
    assert "Quay closed" in editor.get(f"{LIST}?decided=settled").content.decode()
    editor.post(f"{LIST}?decided=settled", {"action": "reopen", "_selected_action": [found.pk]})
    assert "Quay closed" in editor.get(LIST).content.decode()


@pytest.mark.django_db
def test_a_viewer_s_action_decides_nothing() -> None:
    found, viewer = pair(), logged_in("Viewers")
    viewer.post(LIST, {"action": "settle", "_selected_action": [found.pk]})
    found.refresh_from_db()
    assert found.decided == NearDuplicate.Decision.OPEN


@pytest.mark.django_db
def test_a_pair_with_a_withdrawn_article_is_not_listed() -> None:
    found, viewer = pair(), logged_in("Viewers")
    withdraw(found.other)
    assert "Quay closed" not in viewer.get(LIST).content.decode()
    assert viewer.get(f"{LIST}{found.pk}/change/").status_code == 302


@pytest.mark.django_db
def test_a_pair_is_found_by_the_key_of_either_article() -> None:
    found, viewer = pair(), logged_in("Viewers")
    for key in (found.article.key, found.other.key.upper()):
        assert "Quay closed" in viewer.get(LIST, {"q": key}).content.decode()
    assert "Quay closed" not in viewer.get(LIST, {"q": "ferry"}).content.decode()


@pytest.mark.django_db
def test_the_page_of_a_pair_marks_what_only_one_text_says() -> None:
    found = pair(
        [HARBOUR, "It was built in 1911."], [HARBOUR.replace("Tuesday", "Friday & Monday"), "It was built in 1911."]
    )
    page = logged_in("Viewers").get(f"{LIST}{found.pk}/change/").content.decode()
    assert '[removed: </span>Tuesday<span class="visually-hidden">]</span></del>' in page
    assert '[added: </span>Friday &amp; Monday<span class="visually-hidden">]</span></ins>' in page
    assert "It was built in 1911." in page
