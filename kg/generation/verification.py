"""Does a generation hold what its manifest says, and does its graph keep the shapes?

Four checks: signature, file sums, statement counts, SHACL. SHACL runs with pySHACL over the records of each
shape's target class, in chunks: a chunk is the focus nodes with everything they state. Without
``full`` a fixed sample of each class is checked, chosen by digest, so that it is the same on every
machine; the report says how many of how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path

import msgspec

from kg import vocab
from kg.errors import IntegrityError
from kg.generation.manifest import FILE, damaged, read_manifest
from kg.generation.shacl import Shapes
from kg.generation.signature import check
from kg.model.ids import digest
from kg.model.terms import Term
from kg.query.named import named
from kg.store.base import STORES, Reader, Snapshot

SAMPLE = 500
"""Focus nodes of each class without ``full``."""
_CHUNK = 500


class Check(msgspec.Struct, frozen=True):
    """One finding: ``kind`` is signature, file, count or shape. ``ok`` findings say what was looked at."""

    kind: str
    ok: bool
    message: str


def verify(folder: Path, *, full: bool = False, trusted: Sequence[Path] = ()) -> Iterator[Check]:
    """Check the generation in ``folder``; with ``trusted`` keys one of them must have signed it.

    Raises IntegrityError when it has no readable manifest, ConfigError for a key file that is none.
    """
    manifest = read_manifest(folder)
    yield from signed(folder / FILE, trusted)
    problems = list(damaged(folder, manifest))
    yield from (Check("file", False, problem) for problem in problems)
    if problems:
        return
    yield Check("file", True, f"{len(manifest.files)} files")
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    try:
        counts = reader.counts()
        for graph in sorted({*counts, *manifest.counts}):
            found, expected = counts.get(graph, 0), manifest.counts.get(graph, 0)
            if found != expected:
                name = graph or "default graph"
                yield Check("count", False, f"{name}: {found} statements, expected {expected}")
        yield Check("count", True, f"{sum(counts.values())} statements in {len(counts)} graphs")
        yield from _shapes(reader, full=full)
    finally:
        reader.close()


def signed(path: Path, trusted: Sequence[Path]) -> Iterator[Check]:
    """Whether a manifest is signed by a trusted key; nothing for an unsigned one where no key is trusted."""
    try:
        found = check(path, trusted)
    except IntegrityError as error:
        yield Check("signature", False, str(error.params["reason"]))
        return
    if found is None:
        if trusted:
            yield Check("signature", False, f"{path.name} is not signed")
    elif trusted and not found.trusted:
        yield Check("signature", False, f"signed by the key {found.key}, which is not trusted")
    else:
        yield Check(
            "signature", True, f"signed by the key {found.key}{'' if trusted else ' (no key is set as trusted)'}"
        )


def _shapes(reader: Reader, *, full: bool) -> Iterator[Check]:
    shapes = Shapes([file.read_text("utf-8") for file in _shape_files()])
    for target in shapes.targets:
        everyone = sorted(
            (row["node"] for row in reader.select(named("verify/instances"), {"class": target})),
            key=lambda node: digest(node),
        )
        chosen = iter(everyone if full else everyone[:SAMPLE])
        checked = 0
        while chunk := list(islice(chosen, _CHUNK)):
            checked += len(chunk)
            for message in shapes.violations(target, list(_described(reader, chunk))):
                yield Check("shape", False, message)
        name = target[1:-1].removeprefix(vocab.MEDKG)
        yield Check("shape", True, f"{name}: {checked} of {len(everyone)}")


def _shape_files() -> list[Traversable]:
    found = (file for file in (files("kg") / "shapes").iterdir() if file.name.endswith(".ttl"))
    return sorted(found, key=lambda file: file.name)


def _described(reader: Reader, nodes: list[Term]) -> Iterator[str]:
    """Everything the nodes state, as N-Triples lines. What they point to is left out: no shape asks for it."""
    for node in nodes:
        for row in reader.select(named("verify/description"), {"node": node}):
            yield f"{node} {row['predicate']} {row['object']} ."
