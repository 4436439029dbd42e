"""Reconciliation of lists whose answer is known, Chinese and English side by side.

    python benchmarks/reconciling.py DATA FOLDER [--rows 500] [--json]

DATA is the data folder of the real build, FOLDER the test data. Cells are asked one by one with a type, as a column of
OpenRefine is. Lists:

- ``starter-hpo`` and ``starter-mesh``: names of the starter pack whose cross-reference to HPO or MeSH a table confirms;
  the same concepts by their Chinese and by their English name, against the code system alone.
- ``doid-mesh``: names of the Disease Ontology with a cross-reference to MeSH (English only).
- ``hpo``: labels of HPO as they stand, with one slip, in traditional characters, with the words turned around: what
  spoiled spelling costs. Their own concept is right.

``matched``: share that is taken unseen; ``right_of_matched``; ``first``, ``first_five``: share with the right concept
there. Exact matches lend no names here, though they do in the service: some lists are judged by them.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import opencc

from kg.generation.pointer import Shelf
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.query.concepts import Concepts
from kg.query.naming import Naming
from kg.search.reconciling import Cell, Reconciler
from kg.store.base import STORES, Snapshot

ROOT = Path(__file__).resolve().parent.parent
STARTER = ROOT / "ontology" / "starter"
SEED = 28
Cells = dict[str, set[str]]
"""Cell -> the ids that are right."""


def table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def starter(system: str) -> dict[str, Cells]:
    """language -> cells, of concepts with a confirmed cross-reference to a system."""
    confirmed = {
        (row["concept"], row["value"])
        for row in table(STARTER / "checks.tsv")
        if row["kind"] == "xref" and row["status"] == "verified" and row["value"].startswith(f"{system}:")
    }
    found: dict[str, Cells] = {"zh": defaultdict(set), "en": defaultdict(set)}
    for name in ("symptoms", "diseases", "tests", "drugs"):
        for row in table(STARTER / f"{name}.tsv"):
            targets = {xref for xref in row["xrefs"].split("|") if (row["id"], xref) in confirmed}
            if targets:
                for language, cells in found.items():
                    cells[row[language]] |= targets
    return found


def diseases(folder: Path) -> Cells:
    found: Cells = defaultdict(set)
    for row in table(folder / "doid" / "allXREFinDO.tsv"):
        if row["xref"].startswith("MESH:"):
            found[row["label"]].add(row["xref"])
    return found


def phenotypes(folder: Path) -> dict[str, Cells]:
    found: dict[str, Cells] = {"zh": defaultdict(set), "en": defaultdict(set)}
    for row in table(folder / "hpo-zh" / "hp-zh.babelon.tsv"):
        if row["predicate_id"] == "rdfs:label":
            found["zh"][row["translation_value"]].add(row["subject_id"])
            found["en"][row["source_value"]].add(row["subject_id"])
    return found


def slip(name: str, dice: random.Random) -> str:
    """Another letter, one left out, or two that changed places; never the first."""
    at = dice.randrange(1, len(name)) if len(name) > 1 else 0
    other = "".join(chr(code) for code in range(0x4E00, 0x5E00)) if not name.isascii() else "aeiourstln"
    swapped = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if at > 1 else name[:at] + name[at + 1 :]
    return dice.choice((name[:at] + dice.choice(other) + name[at + 1 :], name[:at] + name[at + 1 :], swapped))


def lists(folder: Path, rows: int) -> Iterator[tuple[str, str, str, Cells]]:
    """(list, language, type, cells)."""
    dice = random.Random(SEED)

    def some(cells: Cells) -> Cells:
        keys = sorted(key for key in cells if key)
        return {key: cells[key] for key in dice.sample(keys, min(rows, len(keys)))}

    for system in ("HP", "MESH"):
        for language, cells in starter(system).items():
            yield f"starter-{ {'HP': 'hpo'}.get(system, 'mesh') }", language, system, some(cells)
    yield "doid-mesh", "en", "MESH", some(diseases(folder))
    traditional = opencc.OpenCC("s2t").convert
    for language, cells in phenotypes(folder).items():
        chosen = {name: ids for name, ids in some(cells).items() if len(name) > 3}
        yield "hpo", language, "HP", chosen
        yield "hpo, one slip", language, "HP", {slip(name, dice): ids for name, ids in chosen.items()}
        if language == "zh":
            yield "hpo, traditional", language, "HP", {traditional(name): ids for name, ids in chosen.items()}
        else:
            turned = {" ".join(reversed(name.split())): ids for name, ids in chosen.items() if " " in name}
            yield "hpo, words turned around", language, "HP", turned


def measure(reconciler: Reconciler, texts: TextIndex, kind: str, cells: Cells) -> dict[str, float]:
    rights, matches, firsts, fives, took = 0, 0, 0, 0, []
    asked = {cell: ids for cell, ids in cells.items() if any(texts.row("concept", one) is not None for one in ids)}
    for cell, ids in asked.items():
        start = time.perf_counter()
        found = reconciler.reconcile(Cell(cell, (kind,)))
        took.append((time.perf_counter() - start) * 1000)
        firsts += bool(found) and found[0].id in ids
        fives += any(row.id in ids for row in found)
        if found and found[0].match:
            matches += 1
            rights += found[0].id in ids
    took.sort()
    number = len(asked) or 1
    return {
        "cells": len(asked),
        "matched": round(matches / number, 3),
        "right_of_matched": round(rights / (matches or 1), 3),
        "first": round(firsts / number, 3),
        "first_five": round(fives / number, 3),
        "ms_p50": round(took[len(took) // 2], 1),
        "ms_p95": round(took[len(took) * 95 // 100], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=500, help="most cells of a list, drawn with a seed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    shelf = Shelf(given.data)
    name = shelf.find()
    manifest, folder = shelf.manifest(name), shelf.path(name)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    texts, suggest = TextIndex(folder / "text", verify=False), SuggestIndex(folder / "suggest", verify=False)
    # Exact matches of the graph are what some lists are judged by: their names must not be lent.
    reconciler = Reconciler(suggest, texts, Concepts(reader, Naming(Ids(manifest.base), texts)), lending=False)
    for which, language, kind, cells in lists(given.folder, given.rows):
        figures = measure(reconciler, texts, kind, cells)
        row = {"task": "reconcile", "corpus": f"{which} ({language})", "figures": figures, "generation": name}
        print(json.dumps(row, ensure_ascii=False) if given.json else f"{row['corpus']}: {figures}", flush=True)


if __name__ == "__main__":
    main()
