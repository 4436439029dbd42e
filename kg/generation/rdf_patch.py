"""The difference of two generations as an RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from kg.generation.edits import Edits
from kg.model.terms import iri, literal

MEDIA_TYPE = "application/rdf-patch"


def patch_lines(edits: Edits) -> Iterator[str]:
    """Lines that make of the dataset of the earlier generation that of the later, in one transaction.

    All of it: named graphs, what publishing derived, the states of the graphs and the default graph. The id
    is made from the ids of the generations, so the same two give the same patch, up to the order of rows.
    """
    before, after = edits.before.manifest, edits.after.manifest
    yield f"H id <urn:uuid:{uuid5(NAMESPACE_URL, f'{after.base}diff/{before.id}/{after.id}')}> .\n"
    yield f"H before {literal(before.id)} .\n"
    yield f"H after {literal(after.id)} .\n"
    yield "TX .\n"
    for graph, edit in edits.all():
        name = f" {iri(graph)}" if graph else ""
        yield f"{'A' if edit.added else 'D'} {edit.statement}{name} .\n"
    yield "TC .\n"
