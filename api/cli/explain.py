"""``medkg explain``: why a statement holds, down to what sources assert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import put, say

if TYPE_CHECKING:
    from kg.generation.explanation import StatementGrounds


def register(app: typer.Typer) -> None:
    app.command("explain", help=say("cli.explain.help"))(explain)


def explain(
    subject: Annotated[str, typer.Argument(help=say("cli.lineage.subject"))],
    predicate: Annotated[str, typer.Argument(help=say("cli.explain.predicate"))],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help=say("cli.lineage.object"))],
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api import wiring
    from api.engine import use_engine
    from api.settings import load
    from kg.generation.explanation import Explainer
    from kg.model.ids import Ids
    from kg.query.quads import read_iri, read_term
    from kg.store.base import STORES, Snapshot

    settings = load({"data": data})
    use_engine(settings)
    shelf = wiring.shelf(settings)
    name = shelf.find(as_of)
    manifest = shelf.manifest(name)
    ids = Ids(manifest.base)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=shelf.path(name) / "store"))
    try:
        terms = read_iri(subject, ids), read_iri(predicate, ids), read_term(object_, ids)
        found = Explainer(reader, ids).explain(*terms)
    finally:
        reader.close()
    if json:
        put(msgspec.json.encode(found).decode())
    else:
        _put(found, 0)


def _put(found: StatementGrounds, depth: int) -> None:
    pad = "\t" * depth
    how = say(f"cli.explain.how-{found.how}", method=found.method)
    put(f"{pad}{found.subject} {found.predicate} {found.object}\t{how}\t{' '.join(found.graphs)}".rstrip())
    for inferred in found.inferred:
        for axiom in inferred.axioms:
            put(f"{pad}\t{axiom}")
    for ground in found.because:
        _put(ground, depth + 1)
    if found.more:
        put(f"{pad}\t{say('cli.explain.more')}")
