"""Made-up articles as JSON Lines, repeatable, for machines without a larger generator.

python tests/bench/made.py 100000 --out articles.jsonl

Word frequencies fall like 1/rank, as in a language; every name and fact is invented. CC0.
"""

from __future__ import annotations

import argparse
import json
import random
from datetime import date, timedelta
from pathlib import Path

SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprstv" for vowel in "aeio"]
FIRST_DAY, DAYS = date(1990, 1, 1), 13_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    dice = random.Random(1)  # repeatable, not secret
    words = sorted({"".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(20_000)})
    dice.shuffle(words)
    weights = [1 / (rank + 1) for rank in range(len(words))]
    with options.out.open("w", encoding="utf-8") as file:
        for number in range(options.count):
            file.write(json.dumps(article(dice, words, weights, number)) + "\n")


def article(dice: random.Random, words: list[str], weights: list[float], number: int) -> dict[str, object]:
    text = dice.choices(words, weights, k=max(40, int(dice.lognormvariate(5.9, 0.55))))
    paragraphs = [" ".join(text[start : start + 40]).capitalize() + "." for start in range(0, len(text), 40)]
    if dice.random() < 0.3:
        paragraphs[len(paragraphs) // 2 : 0] = [f"## {text[0].capitalize()} and {text[-1]}"]
    headline = " ".join(text[:7]).capitalize()
    photos = dice.choices([0, 1, 2, 4], [40, 30, 20, 10])[0]
    return {
        "headline": headline,
        "slug": f"{headline.lower().replace(' ', '-')}-{number}",
        "published": f"{FIRST_DAY + timedelta(dice.randrange(DAYS))}T{dice.randrange(24):02}:00:00Z",
        "updated": None,
        "byline": f"{text[1].capitalize()} {text[2].capitalize()}",
        "source": f"The {words[dice.randrange(25)].capitalize()} Courier",
        "tags": sorted({words[min(1999, int(dice.paretovariate(0.6)))] for _ in range(4)}),
        "photos": [{"caption": f"{paragraphs[0][:90]}", "credit": f"{text[3]}/{text[4]}"} for _ in range(photos)],
        "body_markdown": "\n\n".join(paragraphs),
    }


if __name__ == "__main__":
    main()
