"""What changed between two generations as people ask for it: concepts, claims, mappings, documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from kg.generation.edits import Edits
from kg.generation.kinds import KINDS, FieldChange, Kind, Properties, field_changes, interesting, label_of
from kg.generation.sorting import sort_lines, unique
from kg.mapping.base import TYPE
from kg.model.ids import Ids
from kg.model.terms import Term
from kg.query.records import LabelPair
from kg.store.base import Reader
from kg.store.disk import storage

Action = Literal["added", "removed", "changed"]
ACTIONS: tuple[Action, ...] = ("added", "removed", "changed")


class Change(msgspec.Struct, frozen=True):
    """One thing that came, went or changed. ``label`` is its newest."""

    kind: str
    action: Action
    id: str
    label: LabelPair
    fields: tuple[FieldChange, ...]


class Summary(msgspec.Struct, frozen=True):
    """Two generations and how many things differ: kind -> action -> number."""

    before: str
    after: str
    counts: dict[str, dict[str, int]]


def write_changes(edits: Edits, work: Path, target: Path) -> Summary:
    """Write every Change to ``target``, a JSON object a line, by kind and then by IRI; raises StorageFull.

    Only things of the default graph are compared: nothing of gold graphs, nothing that publishing derived.
    """
    before, after = edits.before.manifest, edits.after.manifest
    counts: dict[str, dict[str, int]] = {kind.name: dict.fromkeys(ACTIONS, 0) for kind in KINDS}
    encode = msgspec.json.encode
    with storage(target):
        files = {kind.name: (work / f"{kind.name}.jsonl").open("wb") for kind in KINDS}
        try:
            for change in _changes(edits, work):
                counts[change.kind][change.action] += 1
                files[change.kind].write(encode(change) + b"\n")
        finally:
            for file in files.values():
                file.close()
        with target.open("wb") as out:
            for kind in KINDS:
                with (work / f"{kind.name}.jsonl").open("rb") as part:
                    shutil.copyfileobj(part, out)
    return Summary(before=before.id, after=after.id, counts=counts)


def read_changes(path: Path) -> Iterator[Change]:
    """What ``write_changes`` wrote."""
    decode = msgspec.json.Decoder(Change).decode
    with path.open("rb") as lines:
        for line in lines:
            yield decode(line)


def _changes(edits: Edits, work: Path) -> Iterator[Change]:
    ids = Ids(edits.after.manifest.base)
    for line in unique(sort_lines(_touched(edits), work)):
        node = Term(line[:-1].decode())
        old, new = properties_of(edits.before.reader, node), properties_of(edits.after.reader, node)
        yield from compared(node, old, new, ids)


def _touched(edits: Edits) -> Iterator[bytes]:
    """Subjects of statements that a kind of thing is told by."""
    fields, classes = interesting()
    for graph in edits.graphs():
        for edit in edits.of(graph):
            subject, name, value = edit.statement.split(" ", 2)
            if name in fields or (name == TYPE and value in classes):
                yield f"{subject}\n".encode()


def properties_of(reader: Reader, node: Term) -> Properties:
    """What the default graph states about an IRI."""
    found: dict[Term, set[Term]] = {}
    for name, value in reader.about(node):
        found.setdefault(name, set()).add(value)
    return {name: frozenset(values) for name, values in found.items()}


def compared(node: Term, old: Properties, new: Properties, ids: Ids) -> Iterator[Change]:
    """How one thing differs, for each kind that it is or was."""
    for kind in KINDS:
        action = _action(kind, old, new)
        if action is None:
            continue
        if action == "changed":
            fields = tuple(field_changes(kind, old, new, ids))
            if not fields:
                continue
        else:
            fields = tuple(
                field_changes(
                    kind, old if action == "removed" else {}, new if action == "added" else {}, ids, kind.brief
                )
            )
        yield Change(kind.name, action, ids.curie(node[1:-1]), label_of(old if action == "removed" else new), fields)


def _action(kind: Kind, old: Properties, new: Properties) -> Action | None:
    match kind.holds(old), kind.holds(new):
        case True, True:
            return "changed"
        case True, False:
            return "removed"
        case False, True:
            return "added"
    return None
