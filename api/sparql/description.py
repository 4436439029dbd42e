"""What an endpoint says of itself when nothing is asked (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from fastapi import Request
from starlette.responses import Response

from api.answers import knowledge
from api.negotiation import graph_format
from api.problems import Refusal
from kg.generation.description import dataset_iri
from kg.mapping.base import TYPE, term
from kg.model.terms import Statement, Term, integer, iri
from kg.query.calls import NEAREST, SEARCH
from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS, Question
from kg.query.serialization import serialize
from kg.vocab import RDFS, SD, VOID
from kg.workspace.shelf import Workspaces

FORMATS = "http://www.w3.org/ns/formats/"
_FORMATS = {
    "json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV", "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle", "ntriples": "N-Triples", "jsonld": "JSON-LD", "rdfxml": "RDF_XML",
}  # fmt: skip
_SIMPLE = "http://www.w3.org/ns/entailment/Simple"
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g"


class Endpoint(msgspec.Struct, frozen=True):
    """``address`` is where it answers; ``graphs`` are statements by graph, ``""`` the default graph."""

    address: str
    dataset: Term
    graphs: Mapping[str, int]
    features: tuple[Term, ...]
    writable: bool


async def published(request: Request) -> Response:
    """The description of ``/sparql``; raises Refusal (406), UnknownGeneration."""
    found, _ = await knowledge(request, request.query_params.get("as_of"))
    endpoint = Endpoint(
        _address(request), dataset_iri(found.manifest.base), found.manifest.counts, (iri(SEARCH), iri(NEAREST)), False
    )
    void = Statement(f"{endpoint.dataset} {term(RDFS, 'seeAlso')} {iri(f'{request.base_url}void')}")
    return rdf(request, [*_described(endpoint), void])


async def of_workspace(request: Request, name: str) -> Response:
    """The description of a workspace; raises Refusal (406), UnknownName and what ``Workspace.ask`` does."""
    workspaces: Workspaces = request.app.state.workspaces
    reply = await workspaces.find(name).ask(Question(_GRAPHS, rows=request.app.state.library.settings.query_rows))
    rows = msgspec.json.decode(b"".join(reply.blocks()))["results"]["bindings"]
    graphs = {row["g"]["value"] if "g" in row else "": int(row["n"]["value"]) for row in rows if "n" in row}
    address = _address(request)
    features = (term(SD, "EmptyGraphs"),)
    return rdf(request, _described(Endpoint(address, iri(f"{address}#dataset"), {"": 0} | graphs, features, True)))


def rdf(request: Request, rows: Iterator[Statement] | list[Statement]) -> Response:
    """A graph in the format that is wanted; raises Refusal (406)."""
    chosen = graph_format(request.headers.get("accept", ""))
    if not chosen:
        raise Refusal(406, known=", ".join(value.partition(";")[0] for value in GRAPH_FORMATS.values()))
    return Response(serialize(rows, chosen), 200, {"Vary": "Accept"}, GRAPH_FORMATS[chosen])


def _address(request: Request) -> str:
    return str(request.url.replace(query="", fragment=""))


def _described(endpoint: Endpoint) -> Iterator[Statement]:
    service, dataset = iri(f"{endpoint.address}#service"), endpoint.dataset
    languages = ("SPARQL11Query", "SPARQL11Update") if endpoint.writable else ("SPARQL11Query",)
    for predicate, value in (
        (TYPE, term(SD, "Service")),
        (term(SD, "endpoint"), iri(endpoint.address)),
        *((term(SD, "supportedLanguage"), term(SD, name)) for name in languages),
        *((term(SD, "resultFormat"), iri(FORMATS + _FORMATS[name])) for name in (*RESULT_FORMATS, *GRAPH_FORMATS)),
        *((term(SD, "inputFormat"), iri(FORMATS + _FORMATS[name])) for name in GRAPH_FORMATS if endpoint.writable),
        *((term(SD, "feature"), feature) for feature in endpoint.features),
        (term(SD, "defaultEntailmentRegime"), iri(_SIMPLE)),
        (term(SD, "defaultDataset"), dataset),
    ):
        yield Statement(f"{service} {predicate} {value}")
    yield Statement(f"{dataset} {TYPE} {term(SD, 'Dataset')}")
    for number, (name, count) in enumerate(sorted(endpoint.graphs.items())):
        node = f"_:g{number}"
        graph = iri(name) if name else Term(node)
        if name:
            yield Statement(f"{dataset} {term(SD, 'namedGraph')} {node}")
            yield Statement(f"{node} {TYPE} {term(SD, 'NamedGraph')}")
            yield Statement(f"{node} {term(SD, 'name')} {graph}")
            yield Statement(f"{node} {term(SD, 'graph')} {graph}")
        else:
            yield Statement(f"{dataset} {term(SD, 'defaultGraph')} {graph}")
        yield Statement(f"{graph} {TYPE} {term(SD, 'Graph')}")
        yield Statement(f"{graph} {term(VOID, 'triples')} {integer(count)}")
