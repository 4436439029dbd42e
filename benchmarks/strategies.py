"""Search strategies on synthetic records: how long the index takes to build, and how long questions take.

``python benchmarks/strategies.py 200000`` prints a table, in milliseconds. Words are drawn by Zipf's law from made-up
vocabularies; headings come from a tree of 10,000 concepts in a store of its own, where their names are looked up.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from kg import vocab
from kg.index.base import Card, TextEntry
from kg.index.fields import heading_key
from kg.index.suggest import SuggestIndex
from kg.index.suggest_writer import SuggestWriter
from kg.index.text import TextIndex, build
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.model.concept import Concept, Label
from kg.model.terms import Statement, iri
from kg.search.strategy.searching import Strategy, StrategySearcher
from kg.store.base import STORES, Reader

CONCEPTS = 10_000
BRANCH = 10
RUNS = 20
_RANDOM = random.Random(20261121)
_LATIN = ["".join(_RANDOM.choices("abcdefghijklmnopqrstuvwxyz", k=_RANDOM.randint(3, 9))) for _ in range(60_000)]
_HAN = ["".join(chr(0x4E00 + _RANDOM.randrange(3_500)) for _ in range(_RANDOM.randint(2, 4))) for _ in range(30_000)]
_QUESTIONS = {
    "a word in the title": "ti:{en}",
    "words in title, abstract, keywords": "tiab:{en} {en}",
    "a phrase of two frequent words": 'tiab:"{frequent} {frequent}"',
    "a Chinese word": "tiab:{zh}",
    "one Chinese character": "tiab:{character}",
    "a truncated word": "tiab:{stem}*",
    "an author": "au:{en} w",
    "a journal and years": "jo:journal {n} AND py:2010-2020",
    "a class, truncated": "cl:R5*",
    "all fields": "{en}",
    "a heading with 1,110 narrower ones": 'mh:"heading 1"',
    "a heading with 9,999 narrower ones": 'mh:"heading 0"',
    "a heading alone": 'mh-noexp:"heading 17"',
    "twenty words joined by OR": " OR ".join(["tiab:{en}"] * 20),
    "blocks": "(ti:{en} OR ab:{en} OR {zh}) AND (mh:\"heading 12\" OR kw:{zh}) NOT pt:review",
}  # fmt: skip


def word(words: list[str]) -> str:
    """One of ``words``, the first ones most often."""
    return words[int(len(words) ** _RANDOM.random()) - 1]


def over(number: int) -> list[int]:
    """A concept and those above it."""
    return [number, *over((number - 1) // BRANCH)] if number else [0]


def entries(count: int) -> Iterator[TextEntry]:
    """Made-up records, every third one in Chinese; then the concepts."""
    for number in range(count):
        chinese = number % 3 == 0
        words, gap = (_HAN, "") if chinese else (_LATIN, " ")
        title = gap.join(word(words) for _ in range(9))
        abstract = gap.join(word(words) for _ in range(110))
        year = 1980 + _RANDOM.randrange(46)
        headings = _RANDOM.sample(range(CONCEPTS), 8)
        fields = {
            "ti": (title,), "ab": (abstract,), "kw": tuple(word(words) for _ in range(4)),
            "au": tuple(f"{word(_LATIN)} {letter}" for letter in "wxyz"), "jo": (f"journal {number % 2_000}",),
            "vo": (str(year - 1970),), "ip": (str(number % 12),), "pg": (str(number % 900),), "pt": ("article",),
            "cl": (f"R{number % 80 + 1}.{number % 9}",), "la": ("chi" if chinese else "eng",),
            "by_journal": (f"Journal {number % 2_000}",), "by_type": ("article",),
            "by_language": ("zh" if chinese else "en",),
            "by_author": tuple(f"{word(_LATIN).title()} {letter}" for letter in "WXYZ"),
            "mh": (
                *(heading_key(f"MESH:D{heading}") for heading in headings),
                *(heading_key(f"MESH:D{one}", below=True) for heading in headings for one in over(heading)),
            ),
        }  # fmt: skip
        card = Card(id=f"doc:{number:08}", kind="document", zh=title if chinese else "", en=title, year=year)
        yield TextEntry(card=card, title=title, body=abstract, fields=fields)
    for number in sorted(range(CONCEPTS), key=lambda number: f"MESH:D{number}"):
        card = Card(id=f"MESH:D{number}", kind="concept", en=f"heading {number}")
        yield TextEntry(card=card, label=card.en, fields={"name": (card.en,)})


def tree(folder: Path) -> Reader:
    """A store of concepts, each with ten below it, and the closure."""
    context, broader = Context(), iri(vocab.MEDKG + "broaderTransitive")
    rows: list[Statement] = []
    for number in range(CONCEPTS):
        rows += concept_statements(
            Concept(f"MESH:D{number}", "disease", (Label(f"heading {number}", "en"), Label(f"主题{number}", "zh"))),
            context,
        )
        node = context.node(f"MESH:D{number}")
        rows += [Statement(f"{node} {broader} {context.node(f'MESH:D{one}')}") for one in over(number)[1:]]
    store = STORES.load("oxigraph").create(folder / "store")
    store.derive(rows)
    snapshot = store.checkpoint(folder / "snapshot")
    store.close()
    return STORES.load("oxigraph").open(snapshot)


def asked(template: str) -> str:
    """A question with words of the vocabularies in it."""
    while "{" in template:
        for name, value in (
            ("{en}", word(_LATIN)), ("{zh}", word(_HAN)), ("{frequent}", _LATIN[_RANDOM.randrange(5)]),
            ("{character}", word(_HAN)[0]), ("{stem}", word(_LATIN)[:3]), ("{n}", str(_RANDOM.randrange(2_000))),
        ):  # fmt: skip
            template = template.replace(name, value, 1)
    return template


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start, worked = time.perf_counter(), time.process_time()
        build(folder / "text", entries(count))
        seconds = time.perf_counter() - start
        worked = time.process_time() - worked
        with SuggestWriter(folder / "suggest"):
            pass
        size = sum(path.stat().st_size for path in (folder / "text").rglob("*") if path.is_file())
        print(f"{count:,} records: built in {seconds:.0f} s ({worked:.0f} s of processor time), {size / 1e6:,.0f} MB")
        searcher = StrategySearcher(TextIndex(folder / "text"), SuggestIndex(folder / "suggest"), tree(folder))
        for facets in (False, True):
            everything: list[tuple[float, float]] = []
            for question, template in _QUESTIONS.items():
                times: list[tuple[float, float]] = []
                for _ in range(RUNS):
                    strategy = Strategy(asked(template), facets=facets)
                    start, worked = time.perf_counter(), time.process_time()
                    found = searcher.search(strategy).interpretation.found
                    times.append(((time.perf_counter() - start) * 1_000, (time.process_time() - worked) * 1_000))
                everything += times
                print(f"| {question} | {_percentiles(times)} | {found:,} |")
            print(f"| all, {'with' if facets else 'without'} facets | {_percentiles(everything)} | |")


def _percentiles(times: list[tuple[float, float]]) -> str:
    """Median and 95th percentile of the clock, and the latter of the processor's time, which others do not disturb."""
    clock, worked = (sorted(values) for values in zip(*times, strict=True))
    at = int(0.95 * len(times)) - 1
    return f"{statistics.median(clock):.1f} | {clock[at]:.1f} | {worked[at]:.1f}"


if __name__ == "__main__":
    main()
