"""The agreement of one answer with the truth of one page.

The body is measured as in the article extraction benchmark of Scrapinghub: overlapping runs of four words of the true
and the extracted text, compared as multisets. Segments are measured as by trafilatura: strings that a good text has,
and strings that it lacks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from urllib.parse import unquote, urlsplit

from tests.bench.evaluate.extractors import Answer, GivenPhoto
from tests.bench.evaluate.truth import TruePhoto, Truth

RUN = 4
NEAR = 0.9

# Chinese and Japanese put no spaces between words: each character counts as one.
UNSPACED = "\u3040-\u30ff\u3400-\u9fff"
WORDS = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])\w)+")


@dataclass(slots=True)
class Tally:
    """``right`` of a number of things; a fraction where a page's part is a ratio."""

    right: float = 0.0
    of: int = 0

    def add(self, right: float, of: int = 1) -> None:
        self.right += right
        self.of += of


@dataclass(frozen=True, slots=True)
class Judgement:
    """One page's part of each figure, by name, and its faults in words."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, figure: str, right: float, of: int = 1) -> None:
        self.tallies.setdefault(figure, Tally()).add(right, of)

    def claim(self, figure: str, is_right: bool, fault: str) -> None:
        self.add(figure, is_right)
        if not is_right:
            self.faults.append(fault)


def judge(truth: Truth, answer: Answer) -> Judgement:
    judgement = Judgement()
    if answer.failure:
        judgement.faults.append(f"nothing was read: {answer.failure}")
    _judge_body(truth, answer, judgement)
    _judge_segments(truth, answer, judgement)
    _judge_fields(truth, answer, judgement)
    if truth.photos is not None:
        _judge_photos(truth, truth.photos, answer, judgement)
    return judgement


# --- the body


def words(text: str) -> list[str]:
    return WORDS.findall(text.lower())


def runs(text: str) -> Counter[tuple[str, ...]]:
    """The overlapping runs of ``RUN`` words; all of a shorter text."""
    found = words(text)
    if len(found) < RUN:
        return Counter([tuple(found)] if found else [])
    return Counter(zip(*(found[start:] for start in range(RUN)), strict=False))


def agreement(want: str, got: str) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean, F1."""
    wanted, given = runs(want), runs(got)
    shared = (wanted & given).total()
    if not shared:
        return 0.0, 0.0, 0.0
    precision, recall = shared / given.total(), shared / wanted.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def _judge_body(truth: Truth, answer: Answer, judgement: Judgement) -> None:
    if not truth.body:
        return
    precision, recall, f1 = agreement("\n".join(truth.body), answer.body)
    judgement.add("body precision", precision)
    judgement.add("body recall", recall)
    judgement.add("body F1", f1)
    judgement.add("body F1 over 0.5", f1 >= 0.5)
    if f1 < 0.9995:
        judgement.faults.append(f"body: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}")
    judgement.faults.extend(f"  missing: {_short(text)}" for text in _strangers(truth.body, answer.body))
    judgement.faults.extend(
        f"  extra:   {_short(text)}" for text in _strangers(answer.paragraphs, "\n".join(truth.body))
    )


def _strangers(paragraphs: tuple[str, ...], text: str) -> list[str]:
    """The paragraphs with less than half of their runs in ``text``."""
    known = runs(text)
    whole = plain(text)
    return [
        paragraph
        for paragraph in paragraphs
        if plain(paragraph) not in whole and (own := runs(paragraph)) and (own & known).total() < own.total() / 2
    ]


# --- segments


def plain(text: str | None) -> str:
    """Only letters and digits, in lower case, to compare two printings of the same words."""
    return "".join(filter(str.isalnum, (text or "").lower()))


def _judge_segments(truth: Truth, answer: Answer, judgement: Judgement) -> None:
    body, right_body = plain(answer.body), plain("".join(truth.body))
    for text in truth.wanted:
        judgement.claim("segments found", plain(text) in body, f"segment missing: {_short(text)}")
    for text in truth.unwanted:
        if plain(text) in right_body:  # a word such as "Subscribe" may be in the article too
            continue
        judgement.claim("segments kept out", plain(text) not in body, f"segment let in: {_short(text)}")


# --- fields


def is_near(want: str, got: str) -> bool:
    """``True`` if nine tenths of the words of both are shared, in any order."""
    wanted, given = Counter(words(want)), Counter(words(got))
    total = wanted.total() + given.total()
    return bool(total) and 2 * (wanted & given).total() / total >= NEAR


def _judge_fields(truth: Truth, answer: Answer, judgement: Judgement) -> None:
    if truth.headline:
        _judge_headline(truth.headline, answer.headline or "", judgement)
    if truth.authors or truth.is_whole:
        _judge_authors(truth.authors, answer.authors, judgement)
    if truth.day:
        said = f"date: {answer.day} for {truth.day}"
        judgement.claim("date", answer.day == truth.day, said)
        judgement.add("date within a day", _is_within_a_day(truth.day, answer.day))
    if truth.updated_day:
        said = f"updated: {answer.updated_day} for {truth.updated_day}"
        judgement.claim("date updated", answer.updated_day == truth.updated_day, said)
    if truth.language:
        said = f"language: {answer.language} for {truth.language}"
        judgement.claim("language", _primary(answer.language) == _primary(truth.language), said)


def _judge_headline(want: str, got: str, judgement: Judgement) -> None:
    is_exact = plain(got) == plain(want)
    judgement.claim("headline", is_exact, f"headline: {_apart(got, want)}")
    judgement.add("headline, nearly", is_exact or is_near(want, got))


def _judge_authors(want: tuple[str, ...], got: tuple[str, ...], judgement: Judgement) -> None:
    is_exact = set(map(plain, want)) == set(map(plain, got))
    judgement.claim("byline", is_exact, f"byline: {'; '.join(got) or 'none'} for {'; '.join(want) or 'none'}")
    judgement.add("byline, nearly", is_exact or is_near(" ".join(want), " ".join(got)))


def _is_within_a_day(want: str, got: str | None) -> bool:
    """A page and its annotator may be in different time zones."""
    try:
        return got is not None and abs((date.fromisoformat(want) - date.fromisoformat(got)).days) <= 1
    except ValueError:
        return False


def _primary(language: str | None) -> str | None:
    return language.replace("_", "-").partition("-")[0].lower() if language else None


# --- photos


def _judge_photos(truth: Truth, wanted: tuple[TruePhoto, ...], answer: Answer, judgement: Judgement) -> None:
    left = list(answer.photos)
    # A photo of which an annotation gives neither address nor caption cannot be told from others.
    wanted = tuple(want for want in wanted if want.srcs or want.caption)
    for number, want in enumerate(wanted, 1):
        got = next((photo for photo in left if _is_same_photo(want, photo)), None)
        judgement.claim("photo found", got is not None, f"photo {number} not found: {', '.join(want.srcs[:1])}")
        if got is None:
            _lose_photo(want, judgement)
            continue
        left.remove(got)
        _judge_photo(f"photo {number}", want, got, judgement, is_whole=truth.is_whole)
        if want.position is not None:
            said = f"photo {number} follows paragraph {got.position}, not {want.position}"
            judgement.claim("photo position", _is_placed(truth, want.position, answer, got), said)
    if answer.photos and truth.is_whole:
        judgement.add("photos of the article", len(answer.photos) - len(left), len(answer.photos))
    judgement.faults.extend(f"photo not of the article: {photo.src} {_short(photo.caption or '')}" for photo in left)


def _lose_photo(want: TruePhoto, judgement: Judgement) -> None:
    """The words of a missing photo are wrong too."""
    for figure, said in (("photo caption", want.caption), ("photo credit", want.credit)):
        if said:
            judgement.add(figure, 0)
    if want.position is not None:
        judgement.add("photo position", 0)


def _judge_photo(name: str, want: TruePhoto, got: GivenPhoto, judgement: Judgement, *, is_whole: bool) -> None:
    """What an annotation lacks is known to be wrong only where it is whole."""
    for what, wanted, given in (("caption", want.caption, got.caption), ("credit", want.credit, got.credit)):
        if wanted or (given and is_whole):
            fault = f"{name} {what}: {_apart(given, wanted)}"
            judgement.claim(f"photo {what}", plain(given) == plain(wanted), fault)


def _is_same_photo(want: TruePhoto, got: GivenPhoto) -> bool:
    if got.src and address_of(got.src) in map(address_of, want.srcs):
        return True
    return bool(want.caption and got.caption) and is_near(want.caption or "", got.caption or "")


def address_of(src: str) -> str:
    """Path of a photo's address, without host and size parameters, unless the path alone names no file."""
    parts = urlsplit(unquote(src.strip()))
    path = parts.path.lstrip("./").lower()
    return path if "." in path.rpartition("/")[2] or not parts.query else f"{path}?{parts.query}"


def _is_placed(truth: Truth, position: int, answer: Answer, photo: GivenPhoto) -> bool:
    """``True`` if the photo follows the right paragraph, by number or, if others were split, by its words."""
    if photo.position == position:
        return True
    want, got = words("\n".join(truth.body[:position])), words("\n".join(answer.paragraphs[: photo.position]))
    return want[-8:] == got[-8:]


def _apart(got: str | None, want: str | None) -> str:
    """Both in words, without a long common beginning."""
    got, want = got or "none", want or "none"
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(got, want, strict=False)))
    shared = got.rfind(" ", 0, same) + 1
    if shared > 20:
        got, want = f"… {got[shared:]}", f"… {want[shared:]}"
    return f"{_short(got)} for {_short(want)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= 70 else f"“{text[:68]} …”"
