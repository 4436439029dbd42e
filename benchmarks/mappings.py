"""Mapping candidates against labelled lists: DOID to MeSH, and Chinese names to HPO.

    python benchmarks/mappings.py DATA [--task doid|hpo|check] [--fit] [--held-out] [--errors N]
                                   [--encoder|--old|--alone] [--json]

Weights are fitted on the development half of DOID (by a digest of the id) and written with ``--fit``; the other half is
measured with them. DATA is the folder of the test data. What names DOID and MeSH together is taken out and counted.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.mapping import Group, Inputs, Task, chinese_to_hpo, development, doid_to_mesh, groups, top  # noqa: E402
from ingest.training.mapping import calibrated, fitted, ranked, without_right  # noqa: E402
from kg.index.encoder import packaged_encoder  # noqa: E402
from kg.model.concept import ConceptMapping  # noqa: E402
from ontology.mapping import scorer  # noqa: E402
from ontology.mapping.comparison import Comparison  # noqa: E402
from ontology.mapping.consistency import contradictions  # noqa: E402
from ontology.mapping.evidence import FEATURES  # noqa: E402
from ontology.mapping.vocabulary import Name  # noqa: E402
from ontology.mapping.wording import worded  # noqa: E402

PACKAGED = ROOT / "ontology" / "mapping" / "scorer.json"
VECTORS = ("meaning", "meaning_preferred")
BINS = 10
SETS = ("biomappings", "mesh-mappings", "mesh-cas", "cas-chebi", "chebi-chembl")
TERMINOLOGIES = ("starter", "doid-2016", "doid-slims", "mesh", "famplex", "hpo-zh", "genes")


def interval(right: int, every: int) -> tuple[float, float]:
    """Wilson's 95 % interval."""
    if not every:
        return 0.0, 0.0
    z, share = 1.96, right / every
    middle = share + z * z / (2 * every)
    width = z * math.sqrt(share * (1 - share) / every + z * z / (4 * every * every))
    return round((middle - width) / (1 + z * z / every), 4), round((middle + width) / (1 + z * z / every), 4)


def plain(task: Task, concepts: Sequence[str]) -> list[list[bool]]:
    """What equal names alone give: the preferred name, then any, with order and number of words made equal."""
    by_text: dict[str, list[str]] = {}
    by_words: dict[tuple[str, ...], list[str]] = {}
    for concept in task.target.concepts:
        for label in concept.labels:
            by_text.setdefault(worded(label.value).text, []).append(concept.id)
            by_words.setdefault(worded(label.value).words, []).append(concept.id)
    found = []
    for name in concepts:
        labels = task.source.concepts[task.source.place[name]].labels
        order = [at for label in labels for at in by_text.get(worded(label.value).text, ())]
        order += [at for label in labels for at in by_words.get(worded(label.value).words, ())]
        found.append([at in task.gold[name] for at in dict.fromkeys(order)])
    return found


def figures(name: str, rows: Sequence[Sequence[bool]], links: int) -> Iterator[tuple[str, object]]:
    firsts = sum(any(row[:1]) for row in rows)
    yield f"{name}.concepts", len(rows)
    yield f"{name}.cross_references", links
    yield f"{name}.top_1", round(top(rows, 1), 4)
    yield f"{name}.top_1_95", interval(firsts, len(rows))
    yield f"{name}.top_5", round(top(rows, 5), 4)
    yield f"{name}.among_candidates", round(top(rows, 10**6), 4)
    found = sum(sum(row[:5]) for row in rows)
    yield f"{name}.cross_references_in_top_5", round(found / max(1, links), 4)


def calibration(made: scorer.Scorer, halves: Sequence[Group]) -> dict[str, object]:
    """Of first candidates: mean difference of confidence and share of right ones, and both by bin."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for group in halves:
        scores = {at: made.score(row) for at, row in enumerate(group.figures)}
        if not scores:
            continue
        first = min(scores, key=lambda at: (-scores[at], group.ids[at]))
        sure = made.confidences(scores)[first]
        bins[min(BINS - 1, int(sure * BINS))].append((sure, group.right[first]))
    every = sum(map(len, bins))
    told: dict[str, object] = {}
    error = 0.0
    for number, rows in enumerate(bins):
        if rows:
            said, right = (sum(row[at] for row in rows) / len(rows) for at in (0, 1))
            error += len(rows) / every * abs(said - right)
            told[f"confidence_{number / BINS:.1f}"] = f"{len(rows)}: said {said:.3f}, right {right:.3f}"
    return {"calibration_error": round(error, 4)} | told


def sure(made: scorer.Scorer, halves: Sequence[Group], least: float = 0.5) -> float:
    """Share of concepts whose first candidate is at least so sure."""
    found = 0
    for group in halves:
        told = made.confidences({at: made.score(row) for at, row in enumerate(group.figures)})
        found += max(told.values(), default=0.0) >= least
    return found / max(1, len(halves))


def told(task: Task, group: Group, order: list[int]) -> str:
    source, target = task.source, task.target
    names = " | ".join(f"{label.value}" for label in source.concepts[source.place[group.concept]].labels[:6])
    wanted = "; ".join(
        f"{name} {target.concepts[target.place[name]].label('en')}" for name in sorted(task.gold[group.concept])
    )
    shown = "; ".join(f"{target.concepts[target.place[group.ids[at]]].label('en')}" for at in order[:4])
    return f"{group.concept} {names}\n    wanted {wanted}\n    got    {shown}"


def doid(inputs: Inputs, options: argparse.Namespace) -> dict[str, object]:
    begun = time.perf_counter()
    task = doid_to_mesh(inputs, current=not options.old, lent=not options.alone)
    encoder = packaged_encoder() if options.encoder else None
    comparison = Comparison(task.source, task.target, shared=task.shared, encoder=encoder)
    every = list(groups(task, comparison, sorted(task.gold)))
    open_half = [group for group in every if development(group.concept)]
    features = FEATURES if options.encoder else tuple(name for name in FEATURES if name not in VECTORS)
    if options.fit or options.old or options.alone or options.encoder:
        made = scorer.Scorer(fitted(open_half, features), calibrated(open_half, features))
        if options.fit:
            PACKAGED.write_text(json.dumps(msgspec.to_builtins(made), indent=1) + "\n")
    else:
        made = scorer.packaged()
    weights = dict(made.weights)
    result: dict[str, object] = dict(task.dropped)
    halves = {"development": open_half}
    if options.held_out:
        halves |= {"held_out": [group for group in every if not development(group.concept)], "whole": every}
    for name, half in halves.items():
        concepts = [group.concept for group in half]
        links = sum(group.wanted for group in half)
        rows = [[group.right[at] for at in ranked(group, weights)] for group in half]
        result |= dict(figures(name, rows, links))
        equal = plain(task, concepts)
        result |= {f"{name}.plain_names.top_{depth}": round(top(equal, depth), 4) for depth in (1, 5)}
        result |= {f"{name}.{key}": value for key, value in calibration(made, half).items()}
        absent = [without_right(group) for group in half]
        result[f"{name}.sure_of_a_wrong_one_where_the_right_one_is_taken_out"] = round(sure(made, absent), 4)
    result["seconds"] = round(time.perf_counter() - begun, 1)
    if options.errors:
        wrong = [group for group in open_half if not any(group.right[at] for at in ranked(group, weights)[:1])]
        for group in wrong[:: max(1, len(wrong) // options.errors)]:
            print(told(task, group, ranked(group, weights)))
    return result


def hpo(inputs: Inputs, starter: bool, glossary: bool, errors: int) -> dict[str, object]:
    """The packaged weights, which were fitted on English names of diseases."""
    begun = time.perf_counter()
    task = chinese_to_hpo(inputs, starter=starter, glossary=glossary)
    comparison = Comparison(task.source, task.target)
    every = list(groups(task, comparison, sorted(task.gold)))
    weights = dict(scorer.packaged().weights)
    rows = [[group.right[at] for at in ranked(group, weights)] for group in every]
    result = dict(task.dropped) | dict(figures("names", rows, len(every)))
    lent = sum(any(name.via for name in _names(task, one)) for one in sorted(task.gold))
    result["concepts_with_a_chinese_name_from_elsewhere"] = lent
    result["seconds"] = round(time.perf_counter() - begun, 1)
    if errors:
        wrong = [group for group, row in zip(every, rows, strict=True) if not any(row[:1])]
        for group in wrong[:: max(1, len(wrong) // errors)]:
            print(told(task, group, ranked(group, weights)))
    return result


def check(inputs: Inputs) -> dict[str, object]:
    """Contradictions of the mapping sets and of the exact cross-references of terminologies, together."""
    rows = [row for name in SETS for row in inputs.mappings(name)]
    concepts = [one for name in TERMINOLOGIES for one in inputs.concepts(name)]
    rows += [
        ConceptMapping(one.id, "skos:exactMatch", xref.curie)
        for one in concepts
        for xref in one.xrefs
        if xref.relation == "exactMatch" and xref.verified is not False
    ]
    begun = time.perf_counter()
    found = Counter(one.code for one in contradictions(rows, {one.id: one.category for one in concepts}))
    seconds = round(time.perf_counter() - begun, 1)
    return {"mappings": len(rows), **dict(sorted(found.items())), "seconds": seconds}


def _names(task: Task, concept: str) -> list[Name]:
    at = task.target.place[concept]
    return [task.target.names[place] for place in task.target.names_of[at]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--task", choices=("doid", "hpo", "check", "all"), default="all")
    parser.add_argument("--fit", action="store_true", help="fit on the development half and write the packaged weights")
    parser.add_argument("--held-out", action="store_true", help="measure the half on which nothing is chosen, too")
    parser.add_argument("--errors", type=int, default=0, help="show so many mistakes of the development half")
    parser.add_argument("--encoder", action="store_true", help="with vectors; weights are fitted for this run alone")
    parser.add_argument("--old", action="store_true", help="names of the 2016 file alone; weights likewise")
    parser.add_argument("--alone", action="store_true", help="nothing from third vocabularies; weights likewise")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    inputs = Inputs(ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": options.data})
    results: list[dict[str, object]] = []
    if options.task in ("doid", "all"):
        what = "DOID to MeSH" + "".join(f", {name}" for name in ("old", "alone", "encoder") if getattr(options, name))
        results.append({"what": what, "figures": doid(inputs, options)})
    if options.task in ("check", "all"):
        results.append({"what": "Contradictions among the mappings of benchmarks/real.toml", "figures": check(inputs)})
    if options.task in ("hpo", "all"):
        for starter, glossary in ((True, True), (False, True), (True, False)):
            what = "Chinese names of HPO to HPO"
            what += ("" if starter else ", without the starter pack") + ("" if glossary else ", without the glossary")
            results.append({"what": what, "figures": hpo(inputs, starter, glossary, options.errors)})
    for result in results:
        print(json.dumps(result, indent=None if options.json else 1, ensure_ascii=False))


if __name__ == "__main__":
    main()
