"""Near-duplicates: the cost of a MinHash, and the share of made copies that a load finds."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

from articles.text.minhash import minhash_of
from tests.bench.table import row

OTHERS, COPIES = 20_000, 500  # articles that are loaded, and copies of each kind
FOOTER = (
    "Sign up for our newsletter and follow us for the latest news. The views expressed here are those of their authors "
    "alone, and the publisher is not responsible for the content of external sites."
)
Text = list[str]  # paragraphs


def measure(folder: Path, records: Path, load: Callable[[Path, Path], object]) -> None:
    """Load articles and edited copies of some into a new archive below ``folder``; print the share found.

    ``records``: articles as JSON Lines; ``load`` runs ``load_articles`` on a file in a ``VAR_DIR``.
    """
    with records.open(encoding="utf-8") as source:
        texts = [json.loads(line)["body_markdown"].split("\n\n") for line in islice(source, OTHERS)]
    mixed, archive = folder / "copies.jsonl", folder / "likeness"
    made = write(mixed, texts)
    load(archive, mixed)
    found = pairs_in(archive / "archive.sqlite3")
    right = [pair for pair in found if pair[0].split(" ")[0] == pair[1].split(" ")[0]]
    hits = Counter(name.partition(" ")[2] for pair in right for name in pair)
    row("a MinHash", microseconds(texts), "µs")
    for kind, count in made.items():
        row(f"near-duplicates found: {kind}", hits[kind] / count * 100, "%")
    row("near-duplicates found that are none", (len(found) - len(right)) / max(1, len(found)) * 100, "%")


def write(path: Path, texts: list[Text]) -> Counter[str]:
    """Write the articles and copies of some, shuffled; return the number of copies by kind."""
    dice = random.Random(1)  # repeatable, not secret
    maker = Maker(texts, dice)
    made = [(str(number), text) for number, text in enumerate(texts)]
    kinds: Counter[str] = Counter()
    for number, text in enumerate(texts[: COPIES * len(maker.kinds)]):
        kind = list(maker.kinds)[number % len(maker.kinds)]
        copy = maker.kinds[kind](text)
        if len(" ".join(copy)) > len(" ".join(text)) / 2:  # a text may have had one paragraph
            made.append((f"{number} {kind}", copy))
            kinds[kind] += 1
    dice.shuffle(made)
    with path.open("w", encoding="utf-8") as file:
        for name, text in made:
            file.write(json.dumps({"id": f"likeness/{name}", "headline": name, "body_text": "\n\n".join(text)}) + "\n")
    return kinds


class Maker:
    """Copies of a text as agencies and captures make them, by kind."""

    def __init__(self, texts: list[Text], dice: random.Random) -> None:
        self.dice = dice
        self.words = [word for text in texts[-200:] for paragraph in text for word in paragraph.split()]
        self.kinds: dict[str, Callable[[Text], Text]] = {
            **{f"{n} words in 100 changed": partial(self.edited, share=n / 100) for n in (2, 5, 10, 15)},
            "a paragraph cut": self.cut,
            "a paragraph added": self.added,
            "cut, 3 in 100 changed, byline and footer": self.agency,
        }

    def cut(self, text: Text) -> Text:
        at = self.dice.randrange(len(text))
        return text[:at] + text[at + 1 :]

    def added(self, text: Text) -> Text:
        at = self.dice.randrange(len(text))
        return [*text[:at], " ".join(self.dice.choices(self.words, k=40)), *text[at:]]

    def agency(self, text: Text) -> Text:
        return ["By a staff writer", *self.edited(self.cut(text), share=0.03), FOOTER]

    def edited(self, text: Text, *, share: float) -> Text:
        """A share of the words is dropped, replaced or followed by another, a third each."""
        return [" ".join(part for word in one.split() for part in self._edited(word, share)) for one in text]

    def _edited(self, word: str, share: float) -> list[str]:
        if self.dice.random() >= share:
            return [word]
        other = self.dice.choice(self.words)
        return self.dice.choice([[], [other], [word, other]])


def pairs_in(database: Path) -> list[tuple[str, str]]:
    """Each pair of articles by their headlines, which are their names here."""
    with sqlite3.connect(database) as connection:
        return connection.execute(
            "SELECT later.headline, earlier.headline FROM articles_nearduplicate AS pair "
            "JOIN articles_article AS later ON later.id = pair.article_id "
            "JOIN articles_article AS earlier ON earlier.id = pair.other_id"
        ).fetchall()


def microseconds(texts: list[Text]) -> float:
    """The time of one MinHash with cached words."""
    for text in texts[:1000]:
        minhash_of(text)
    started = time.process_time()
    for text in texts[:1000]:
        minhash_of(text)
    return (time.process_time() - started) * 1_000_000 / len(texts[:1000])
