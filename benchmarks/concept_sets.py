"""Figures of concept sets and reasoning: ``python -m benchmarks.concept_sets DATA`` prints JSON objects.

Compiling is timed over concepts of a generation that have between 1,000 and 20,000 concepts below them, the membership
test over a million questions, an explanation over random statements of the closure, classification over made-up
ontologies. Wall clock, one process.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from statistics import median

from api.settings import Settings
from kg.generation.explanation import Explainer
from kg.generation.pointer import Shelf
from kg.model.concept import Label
from kg.model.conceptset import ConceptSet, SetPart
from kg.model.ids import Ids
from kg.model.terms import iri, lexical
from kg.query.named import named
from kg.sets.catalogue import ConceptSets
from kg.sets.membership import Membership
from kg.store.base import STORES, Snapshot
from kg.vocab import MEDKG
from ontology.reasoning.axioms import All, Axiom, EquivalentClasses, Some, SubClassOf, TransitiveProperty
from ontology.reasoning.classification import classified
from ontology.reasoning.justification import Modules, follows, justification

TITLES = (Label("甲", "zh"), Label("a", "en"))


def compiling(sets: ConceptSets, tops: list[tuple[str, int]]) -> dict[str, object]:
    rows = []
    for curie, below in tops:
        definition = ConceptSet("bench", "1", TITLES, (SetPart(curie, descendants=True, mapped=("exactMatch",)),))
        start = time.perf_counter()
        found = sets.trial(definition)
        rows.append((below, len(found.members), time.perf_counter() - start))
    test = Membership(found)
    asked = [one.id for one in found.members] + [f"DOID:x{number}" for number in range(1_000)]
    start = time.perf_counter()
    hits = sum(curie in test for curie in (asked[number % len(asked)] for number in range(1_000_000)))
    return {
        "sets": len(rows), "largest_members": max(row[1] for row in rows),
        "seconds_largest": max(row[2] for row in rows),
        "seconds_median": median(row[2] for row in rows),
        "test_microseconds": time.perf_counter() - start, "hits": hits,
    }  # fmt: skip


def made_up(size: int, seed: int) -> list[Axiom]:
    """Anatomy and defined diseases of it, as DOID writes them: every tenth disease is a definition."""
    draw = random.Random(seed)
    axioms: list[Axiom] = [TransitiveProperty("R:part")]
    places = size // 4
    for number in range(1, places):
        upper = f"A:{draw.randrange(number)}"
        axioms.append(SubClassOf(f"A:{number}", upper if number % 3 else Some("R:part", upper)))
    for number in range(1, size):
        place = f"A:{draw.randrange(places)}"
        if number % 10:
            axioms.append(SubClassOf(f"D:{number}", "D:0"))
            axioms.append(SubClassOf(f"D:{number}", Some("R:in", place)))
        else:
            axioms.append(EquivalentClasses(f"D:{number}", All(("D:0", Some("R:in", Some("R:part", place))))))
    return axioms


def reasoning(size: int) -> dict[str, object]:
    axioms = made_up(size, 1)
    start = time.perf_counter()
    found = classified(axioms)
    taken = time.perf_counter() - start
    modules = Modules(axioms, found)
    pairs = [(lower, upper) for lower in sorted(found.above) for upper in found.above[lower] if upper != "D:0"]
    times, sizes = [], []
    for lower, upper in random.Random(2).sample([pair for pair in pairs if pair[0].startswith("D:")], 20):
        start = time.perf_counter()
        module = modules.of(lower)
        why = justification(module, follows(lower, upper))
        times.append(time.perf_counter() - start)
        sizes.append((len(module), len(why or ())))
    return {
        "axioms": len(axioms), "seconds_classified": taken, "subsumptions": len(pairs),
        "seconds_justification_median": median(times), "seconds_justification_worst": max(times),
        "module_worst": max(size for size, _ in sizes), "axioms_in_justification": max(size for _, size in sizes),
    }  # fmt: skip


def main() -> None:
    settings = Settings(data=sys.argv[1])
    shelf = Shelf(settings.folder)
    name = shelf.find()
    manifest = shelf.manifest(name)
    ids = Ids(manifest.base)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=shelf.path(name) / "store"))
    counts = [
        (ids.curie(lexical(row["concept"])), int(lexical(row["below"])))
        for row in reader.select(named("concept/below"))
    ]
    tops = [row for row in sorted(counts, key=lambda row: row[1]) if 1_000 <= row[1] <= 20_000][-30:]
    closure = iri(f"{MEDKG}broaderTransitive")
    rows = reader.select(f"SELECT ?s ?o WHERE {{ ?s {closure} ?o }} LIMIT 200000")
    explainer = Explainer(reader, ids)
    times = []
    for row in random.Random(3).sample(rows, 300):
        start = time.perf_counter()
        explainer.explain(row["s"], closure, row["o"])
        times.append(time.perf_counter() - start)
    times.sort()
    result = {
        "generation": name,
        "compiling": compiling(ConceptSets(reader, ids), tops),
        "explain_closure_ms": {"median": median(times) * 1e3, "p95": times[284] * 1e3},
    }
    print(json.dumps(result, indent=1), flush=True)
    for size in (200, 1_000, 4_000):
        print(json.dumps({"reasoning": reasoning(size)}), flush=True)


if __name__ == "__main__":
    assert Path(sys.argv[1]).is_dir()
    main()
