"""``make evaluate``: the reading of web pages, ours next to trafilatura, readability-lxml and resiliparse.

    python -m tests.bench.evaluate [FOLDER] [--ours] [--by-family] [-v] [--pin] [--ablate [WORD]]

FOLDER has ``NAME.html`` with ``NAME.json`` (see ``truth.py``), a folder for each set, such as ``news/`` and ``made/``;
by default ``../shared/corpora/html`` next to the checkout. The pages of the tests are measured too, and so are scraped
plain texts (see ``texts.py``).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.bench.evaluate import ablation, floor, tables, texts
from tests.bench.evaluate.extractors import OURS, Extractor, extractors, ours, timed_answers
from tests.bench.evaluate.scores import Judged, judge_all
from tests.bench.evaluate.truth import Page, own_pages, pages_in

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpora" / "html"
TEXTS = CORPUS.with_name("text")
SHAPE = """A folder of such pages holds NAME.html with NAME.json beside it, in one folder a set; the keys are
described in tests/bench/evaluate/truth.py. Real pages with annotations are published with trafilatura (tests/) and with
Scrapinghub's article-extraction-benchmark."""


def main() -> None:
    options = _options()
    programs = {OURS: ours()} if options.ours else _programs()
    if options.ablate is not None:
        folders = [folder for folder in (CORPUS, options.folder) if folder]
        pages = [*(page for folder in folders for page in pages_in(folder)), *own_pages()]
        own = (page for folder in (TEXTS, texts.OWN_TEXTS) for page in ablation.texts_in(folder))
        _print(ablation.ablated(pages, list(own), options.ablate))
        return
    pages = [*_corpus(options.folder), *own_pages()]
    judged = {name: judge_all(pages, found) for name, found in timed_answers(programs, pages).items()}
    for set_name in dict.fromkeys(page.set_name for page in pages):
        _print(tables.figures(set_name, _only(set_name, judged)))
    _print(tables.figures("all", judged))
    text_sets = [TEXTS / "dev", TEXTS / "more", texts.OWN_TEXTS / "written_on", texts.OWN_TEXTS / "measured"]
    _print(texts.figures([options.folder] if options.folder else text_sets, is_verbose=options.verbose))
    if options.by_family:
        _print(tables.families(judged))
    if options.verbose:
        _print(tables.faults(judged[OURS]))
    if options.pin:
        floor.pin(judged[OURS])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.evaluate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help=f"annotated pages (default: {CORPUS})")
    parser.add_argument("--ours", action="store_true", help="measure our reader alone")
    parser.add_argument("--by-family", action="store_true", help="add a table by kind of markup")
    parser.add_argument("-v", "--verbose", action="store_true", help="list each page that is not right, and why")
    parser.add_argument("--pin", action="store_true", help="make our scores the floor that the tests hold")
    parser.add_argument("--ablate", nargs="?", const="", metavar="WORD", help="read all without each mechanism in turn")
    options = parser.parse_args()
    if options.pin and options.folder:
        parser.error("the floor is of the default pages: --pin goes without FOLDER")
    return options


def _programs() -> dict[str, Extractor]:
    try:
        return extractors()
    except ImportError as error:
        sys.exit(f"{error.name} is not installed; make evaluate installs it")


def _corpus(folder: Path | None) -> list[Page]:
    """The pages of a folder. A named folder must exist; the default one may be missing."""
    pages = list(pages_in(folder or CORPUS))
    if not pages:
        print(f"No annotated pages in {folder or CORPUS}.\n{SHAPE}\n", file=sys.stderr)
        if folder:
            sys.exit(2)
    return pages


def _only(set_name: str, judged: Mapping[str, Sequence[Judged]]) -> dict[str, list[Judged]]:
    return {name: [one for one in of if one.page.set_name == set_name] for name, of in judged.items()}


def _print(lines: Iterable[str]) -> None:
    print(*lines, "", sep="\n")


if __name__ == "__main__":
    main()
