"""Search strategies on synthetic records: how long the index takes to build, and how long questions take.

    python benchmarks/strategies.py [RECORDS] [--json]

Times are in milliseconds: of the clock, and of the processor, which other work does not disturb. Words are drawn by
Zipf's law from made-up vocabularies; a tenth of the records are second ones of the work before; headings come from a
tree of 10,000 concepts in a store of its own, where their names are looked up.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec

from kg import vocab
from kg.index.base import Card, TextEntry
from kg.index.boolean import Order
from kg.index.fields import heading_key
from kg.index.suggest import SuggestIndex
from kg.index.suggest_writer import SuggestWriter
from kg.index.text import TextIndex
from kg.index.textwriter import build
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.model.concept import Concept, Label
from kg.model.terms import Statement, iri
from kg.search.strategy.searching import Strategy, StrategySearcher, cursor
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
    """Made-up records, every third one in Chinese, every tenth one of the work before, which then has the fields of
    two; then the concepts."""
    for number in range(count):
        chinese = number % 3 == 0
        words, gap = (_HAN, "") if chinese else (_LATIN, " ")
        title = gap.join(word(words) for _ in range(9))
        abstract = gap.join(word(words) for _ in range(110))
        year = 1980 + _RANDOM.randrange(46)
        headings = _RANDOM.sample(range(CONCEPTS), 8)
        fields = {
            "py": (str(year),), "ti": (title,), "ab": (abstract,), "kw": tuple(word(words) for _ in range(4)),
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
        if number % 10 == 8:
            fields["ti"] += (gap.join(word(words) for _ in range(9)),)
            fields["ab"] += (gap.join(word(words) for _ in range(110)),)
        yield TextEntry(
            card=card,
            title=title,
            body=abstract,
            fields=fields if number % 10 != 9 else {},
            author=f"{word(_HAN)}" if chinese else f"{word(_LATIN).title()} W",
            cited=int(5_000 ** _RANDOM.random()) - 1,
        )
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


class Times(msgspec.Struct, frozen=True):
    """Of one kind of question, in milliseconds; ``found`` counts the hits of the last one."""

    median: float
    p95: float
    p95_processor: float
    found: int = 0

    @classmethod
    def of(cls, times: list[tuple[float, float]], found: int = 0) -> Times:
        """Of (clock, processor) in milliseconds."""
        clock, worked = (sorted(values) for values in zip(*times, strict=True))
        at = int(0.95 * len(times)) - 1
        return cls(round(statistics.median(clock), 1), round(clock[at], 1), round(worked[at], 1), found)


def answered(searcher: StrategySearcher, facets: bool) -> dict[str, Times]:
    """Every kind of question, then all together."""
    found: dict[str, Times] = {}
    everything: list[tuple[float, float]] = []
    for question, template in _QUESTIONS.items():
        times: list[tuple[float, float]] = []
        hits = 0
        for _ in range(RUNS):
            strategy = Strategy(asked(template), facets=facets)
            start, worked = time.perf_counter(), time.process_time()
            hits = searcher.search(strategy).interpretation.found
            times.append(((time.perf_counter() - start) * 1_000, (time.process_time() - worked) * 1_000))
        everything += times
        found[question] = Times.of(times, hits)
    return found | {"all": Times.of(everything)}


def ordered(searcher: StrategySearcher) -> dict[str, Times]:
    """A frequent word in every order: the first page, and the last."""
    found: dict[str, Times] = {}
    for order in get_args(Order):
        for place in ("first", "last"):
            times: list[tuple[float, float]] = []
            hits = 0
            for number in range(RUNS):
                strategy = Strategy(f"tiab:{_LATIN[number % 5]}", order=order)
                hits = searcher.search(strategy).interpretation.found
                if place == "last":
                    strategy = msgspec.structs.replace(strategy, cursor=cursor(strategy, (hits - 1) // 10 * 10))
                start, worked = time.perf_counter(), time.process_time()
                searcher.search(strategy)
                times.append(((time.perf_counter() - start) * 1_000, (time.process_time() - worked) * 1_000))
            found[f"{order}, {place} page"] = Times.of(times, hits)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=int, nargs="?", default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start, worked = time.perf_counter(), time.process_time()
        build(folder / "text", entries(options.records))
        figures: dict[str, object] = {
            "records": options.records,
            "built_s": round(time.perf_counter() - start),
            "built_processor_s": round(time.process_time() - worked),
            "mb": round(sum(path.stat().st_size for path in (folder / "text").rglob("*") if path.is_file()) / 1e6),
        }
        with SuggestWriter(folder / "suggest"):
            pass
        searcher = StrategySearcher(TextIndex(folder / "text"), SuggestIndex(folder / "suggest"), tree(folder))
        tables = {
            "a page of ten": answered(searcher, False),
            "with facets": answered(searcher, True),
            "in order": ordered(searcher),
        }
    if options.json:
        result = {"what": "synthetic records", "figures": figures | {"ms": msgspec.to_builtins(tables)}}
        print(json.dumps(result))
        return
    print("; ".join(f"{key}: {value}" for key, value in figures.items()))
    for title, table in tables.items():
        print(f"| {title} | median | p95 | p95 of processor time | hits |\n|---|---|---|---|---|")
        for question, row in table.items():
            print(f"| {question} | {row.median} | {row.p95} | {row.p95_processor} | {row.found:,} |")


if __name__ == "__main__":
    main()
