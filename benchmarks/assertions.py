"""Claims taken together at publishing: time, statements and memory on a made-up ledger.

    python benchmarks/assertions.py [--claims 100000] [--json]

Two claims in three are read in texts, the others curated with a reference. Concepts, documents and teams are drawn by
a law of Zipf, so that some assertions have thousands of claims and most have one; one record in twelve names a trial,
a third say how many people they studied, one in a hundred is retracted or corrected. All is made up and says nothing
of medicine. ``seconds``: processor time from the store to the last statement.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evidence.derivation import assertions  # noqa: E402
from kg.generation.derivation import derived  # noqa: E402
from kg.mapping.assertions import CONFLICTS, SAME_COHORT, SUBJECT  # noqa: E402
from kg.mapping.base import Context  # noqa: E402
from kg.mapping.document import document_statements  # noqa: E402
from kg.mapping.evidence import claim_statements  # noqa: E402
from kg.model.document import Author, Document, Identifier, Relation, Text  # noqa: E402
from kg.model.evidence import Claim, Study  # noqa: E402
from kg.model.terms import Statement  # noqa: E402
from kg.store.base import STORES, Snapshot  # noqa: E402
from kg.vocab import DEFAULT_BASE  # noqa: E402

_DESIGNS = ("", "", "randomised-trial", "cohort", "case-control", "case-report", "review", "meta-analysis")
_PREDICATES = ("biolink:treats", "biolink:causes", "biolink:associated_with")
_SIZES = (20, 24, 30, 40, 48, 60, 64, 80, 100, 120, 150, 200)


def _drawn(random_: random.Random, count: int) -> int:
    """A number below ``count``, small ones often."""
    return min(int(count ** random_.random()), count) - 1


def records(count: int) -> Iterator[Document]:
    random_ = random.Random(5)
    for number in range(count):
        team = _drawn(random_, 1 + count // 10)
        names = (Author(f"Team{team}", "A"), Author(f"Lab{team}", "B"), Author(f"Ward{team}", random_.choice("CD")))
        trial = (Identifier("nct", f"NCT{random_.randrange(count // 12 + 1):08d}"),) if number % 12 == 0 else ()
        standing, relations = "published", tuple[Relation, ...]()
        if number % 200 == 0:
            standing = "retracted"
        elif number % 200 == 100:
            relations = (Relation("ErratumIn"),)
        yield Document(
            id=f"PMID:{number + 1}", passages=(), titles=(Text(f"Made-up record {number}", "en"),), authors=names,
            identifiers=trial, year=random_.randrange(1990, 2026), relations=relations,
            standing=standing,  # type: ignore[arg-type]
        )  # fmt: skip


def ledger(count: int) -> Iterator[Claim]:
    random_ = random.Random(11)
    concepts, documents = max(count // 20, 10), max(count // 3, 10)
    studies = {}
    for number in range(count):
        subject, target = (_drawn(random_, concepts) for _ in range(2))
        document = random_.randrange(documents)
        if document not in studies:
            studies[document] = Study(
                random_.choice(_DESIGNS), size=random_.choice(_SIZES) if random_.random() < 0.35 else None
            )
        direction = random_.choices(("supports", "refutes", "insufficient"), (90, 6, 4))[0]
        mined = number % 3 > 0
        yield Claim(
            subject=f"medkg:s{subject}", predicate=random_.choices(_PREDICATES, (6, 3, 1))[0],
            object=f"medkg:o{target}", evidence="text-mined" if mined else "curated", method="made-up",
            direction=direction,  # type: ignore[arg-type]
            document=f"PMID:{document + 1}" if mined else "", sentence=f"Made-up sentence {number}.",
            references=() if mined else (f"PMID:{document + 1}",), study=studies[document] if mined else None,
        )  # fmt: skip


def stored(count: int, folder: Path) -> tuple[int, Snapshot, list[Statement]]:
    """A ledger in a store: its number of statements, where it is, and the standings of its documents."""
    kind = STORES.load("oxigraph")
    store = kind.create(folder / "store")
    rows = {row for one in records(max(count // 3, 10)) for row in document_statements(one, Context())}
    rows |= {row for one in ledger(count) for row in claim_statements(one, Context())}
    store.derive(rows)
    store.optimize()
    snapshot = store.checkpoint(folder / "copy")
    store.close()
    reader = kind.open(snapshot)
    standings = [row for row in derived(reader, DEFAULT_BASE) if "#currentStanding>" in row]
    reader.close()
    return len(rows), snapshot, standings


def measured(count: int) -> dict[str, float]:
    """Figures of one ledger."""
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own, so that what it took is not counted here.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            size, snapshot, standings = pool.submit(stored, count, Path(folder)).result()
        reader = STORES.load(snapshot.store).open(snapshot)
        before = _megabytes()
        started, clock = time.process_time(), time.perf_counter()
        found: Counter[str] = Counter(row.split(" ", 2)[1] for row in assertions(reader, DEFAULT_BASE, standings))
        seconds, wall = time.process_time() - started, time.perf_counter() - clock
        reader.close()
    return {
        "claims": count, "asserted_statements": size, "assertions": found[SUBJECT], "statements": found.total(),
        "conflict_links": found[CONFLICTS], "cohort_links": found[SAME_COHORT], "seconds": seconds,
        "wall_seconds": wall, "megabytes_more": _megabytes() - before,
    }  # fmt: skip


def _megabytes() -> float:
    """The most memory that the process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="Time, statements and memory of taking claims together")
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measured(arguments.claims)
    if arguments.json:
        print(json.dumps({"what": "a made-up ledger", "figures": figures}))
        return
    for name, value in figures.items():
        print(f"{name:20}{value:14,.1f}")


if __name__ == "__main__":
    main()
