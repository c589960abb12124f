"""Runs the judged queries, and measures the results."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.test import override_settings

from articles.models import Article, Original
from articles.models.search_entry import article_of
from articles.public.search.address import Asked
from articles.public.search.broader import broader, with_years
from articles.search.asking import Filters, compile_query
from articles.search.finding import find
from tests.served import DATA, vocabulary

HERE = Path(__file__).parent
TEXT_CORPUS = HERE.parents[2] / "shared" / "corpora" / "text" / "dev"
RANKS = 10  # that are looked at
WANTED = 3  # the grade of what was meant


@dataclass(frozen=True, slots=True)
class Query:
    """A query and its judgments: grades from 1 to 3 by id."""

    q: str
    relevant: Mapping[str, int]
    is_known: bool
    needs: str

    @property
    def group(self) -> str:
        """The language that it is asked in, or the collection that it is asked of."""
        best = max(self.relevant, key=lambda name: self.relevant[name])
        return self.needs or best.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Answered:
    """A query with the ids on its first page; ``spelled`` is the spelling that the page shows, if nothing was found."""

    query: Query
    ids: Sequence[str]
    spelled: str = ""

    @property
    def gain(self) -> float:
        """Normalised discounted cumulative gain of the first ten, with a gain of 2**grade - 1 each."""
        best = _gain(sorted(self.query.relevant.values(), reverse=True))
        return _gain([self.query.relevant.get(one, 0) for one in self.ids]) / best

    @property
    def is_first(self) -> bool:
        return bool(self.ids) and self.query.relevant.get(self.ids[0], 0) == WANTED


def _gain(grades: Sequence[int]) -> float:
    return math.fsum(((1 << grade) - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:RANKS]))


# --- The set, and the archive that is asked. --------------------------------------------------------------------------


def queries() -> list[Query]:
    lines = (HERE / "queries.jsonl").read_text("utf-8").splitlines()
    return [Query(one["q"], one["relevant"], one["known"], one["needs"]) for one in map(json.loads, lines)]


@dataclass(slots=True)
class Archive:
    """Articles in the database by what the judgments call them."""

    names: dict[int, str] = field(default_factory=dict)

    def load_own(self) -> None:
        """The made articles and the handbook."""
        self._load(HERE / "articles.jsonl", "")
        self._load(DATA / "handbook", "handbook/")

    def load_text_corpus(self) -> None:
        self._load(TEXT_CORPUS, "text/")

    def _load(self, path: Path, collection: str) -> None:
        with (
            TemporaryDirectory() as folder,
            override_settings(TAGS_FILE=vocabulary(Path(folder))),
            suppress(SystemExit),
        ):  # of the scraped texts two are empty, and are refused
            call_command("load_articles", str(path), workers=1, stdout=io.StringIO(), stderr=io.StringIO())
        new = Article.objects.exclude(pk__in=self.names)
        if collection == "text/":
            originals = Original.objects.filter(article__in=new).values_list("article_id", "name")
            self.names |= {pk: f"{collection}{PurePosixPath(name).stem}" for pk, name in list(originals)}
        else:
            self.names |= {pk: f"{collection}{slug}" for pk, slug in new.values_list("pk", "slug")}

    def answer(self, query: Query) -> Answered:
        """As the page of a search does, best first: where nothing is found, what it shows in another spelling. What it
        shows with other words than were asked for counts as nothing."""
        asked, spelled = Asked(q=query.q), ""
        numbers = self._found(asked)
        if not numbers and (other := broader(asked, Filters())) and other.change == "spelling":
            spelled, numbers = other.asked.q, self._found(other.asked)
        return Answered(query, [self.names[article_of(number)] for number in numbers], spelled)

    @staticmethod
    def _found(asked: Asked) -> list[int]:
        return find(compile_query(with_years(asked, Filters()).query, Filters())).numbers

    def unknown(self, asked: Iterable[Query]) -> set[str]:
        """Ids in judgments that no article has."""
        return {name for query in asked for name in query.relevant} - set(self.names.values())


def judge_all(*, with_text: bool) -> dict[str, list[Answered]]:
    """Load into an empty archive and ask everything: answers of our own set, and of the scraped texts if asked for.

    Our own is asked before the texts are there, for no judgment says how useful these are to its queries.
    """
    archive, asked = Archive(), queries()
    archive.load_own()
    of_own = [query for query in asked if query.needs != "corpora"]
    assert not archive.unknown(of_own), archive.unknown(of_own)
    answers = {"own": [archive.answer(query) for query in of_own]}
    if with_text:
        archive.load_text_corpus()
        assert not archive.unknown(asked), archive.unknown(asked)
        answers["corpora"] = [archive.answer(query) for query in asked if query.needs == "corpora"]
    return answers


# --- Figures. ---------------------------------------------------------------------------------------------------------


def figures(answers: Sequence[Answered]) -> dict[str, float]:
    """The more, the better: ``found`` is what is left by queries that find nothing, suggested spelling included."""
    known = [one for one in answers if one.query.is_known]
    return {
        "queries": float(len(answers)),
        "ndcg@10": sum(one.gain for one in answers) / len(answers),
        "success@1": sum(one.is_first for one in known) / len(known) if known else 1.0,
        "found": sum(bool(one.ids) for one in answers) / len(answers),
    }


def table(name: str, answers: Sequence[Answered]) -> Iterator[str]:
    """A row a language or collection."""
    yield f"{name:<12}{'queries':>9}{'nDCG@10':>9}{'success@1':>11}{'zero hits':>11}"
    groups = dict.fromkeys(sorted(one.query.group for one in answers))
    for group in [*groups, "all"]:
        found = figures([one for one in answers if group in ("all", one.query.group)])
        yield (
            f"  {group:<10}{found['queries']:9.0f}{found['ndcg@10']:9.3f}{found['success@1']:11.3f}"
            f"{1 - found['found']:11.3f}"
        )


def misses(answers: Sequence[Answered]) -> Iterator[str]:
    """The queries that are not answered as well as could be, the worst first."""
    for one in sorted(answers, key=lambda one: one.gain):
        if one.gain < 1:
            spelled = f" → {one.spelled}" if one.spelled else ""
            found = ", ".join(f"{name} ({one.query.relevant.get(name, 0)})" for name in one.ids[:5]) or "nothing"
            missing = ", ".join(name for name in one.query.relevant if name not in one.ids[:RANKS])
            yield f"{one.gain:.3f}  {one.query.q}{spelled}: {found}" + (f"; not {missing}" if missing else "")


# --- The floor. -------------------------------------------------------------------------------------------------------

FLOOR = HERE / "floor.json"


def pinned() -> dict[str, dict[str, float]]:
    """Set -> figure -> value."""
    floor: dict[str, dict[str, float]] = json.loads(FLOOR.read_text("utf-8"))
    return floor


def pin(answers: Mapping[str, Sequence[Answered]]) -> None:
    """Make these figures the floor of their sets."""
    floor = pinned() if FLOOR.exists() else {}
    for set_name, of_set in answers.items():
        # Rounded down, so that the figures themselves are not below their floor.
        floor[set_name] = {figure: math.floor(value * 10_000) / 10_000 for figure, value in figures(of_set).items()}
    FLOOR.write_text(json.dumps(dict(sorted(floor.items())), indent=2) + "\n", "utf-8")


def fallen(set_name: str, answers: Sequence[Answered]) -> list[str]:
    """The figures below the floor, in words."""
    found = figures(answers)
    return [
        f"{figure}: {found[figure]:.4f}, and the floor is {value:.4f}"
        for figure, value in pinned()[set_name].items()
        if found[figure] < value
    ]
