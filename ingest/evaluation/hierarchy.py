"""Which MeSH heading is a kind of which, by the tree numbers beside the corpora: corpora label the nearest only."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from ingest.text.claims.pairs import Broader

TREE = Path("mesh/tree-numbers.tsv")


def mesh_tree(folder: Path) -> Broader:
    """Whether the second concept is a kind of the first; never, where the table is not there."""
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    if (folder / TREE).is_file():
        with (folder / TREE).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                numbers[f"MESH:{row['mesh_id']}"].append(f"{row['mesh_tree_number']}.")

    def broader(one: str, other: str) -> bool:
        return any(below.startswith(above) for above in numbers.get(one, ()) for below in numbers.get(other, ())
                   if below != above)  # fmt: skip

    return broader
