"""The dataset described by itself: VoID and DCAT (https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-2/)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import knowledge
from api.routes.parameters import AsOf
from api.schemas import media
from api.sparql.description import FORMATS, rdf
from kg.generation.description import dataset_iri, described
from kg.generation.manifest import GenerationManifest
from kg.mapping.base import TYPE, term
from kg.model.terms import Statement, iri, literal
from kg.query.frames import GRAPH_FORMATS
from kg.vocab import DCAT, DCTERMS, VOID

router = APIRouter(tags=["linked data"])
_FEATURES = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")


@router.get("/.well-known/void", summary="Leads to the description of the dataset", status_code=303)
async def well_known(request: Request) -> Response:
    """The registered place for it (VoID, section 7.2)."""
    return Response(None, 303, {"Location": "/void"})


@router.get("/void", summary="The description of the dataset: VoID and DCAT", responses=media(GRAPH_FORMATS))
async def void(request: Request, as_of: AsOf = None) -> Response:
    """Generation, licences, counts; each source with its release, licence and files; where to get them."""
    found, _ = await knowledge(request, as_of)
    rows = await request.app.state.library.work(lambda: described(found.reader, found.manifest))
    return rdf(request, [*rows, *_access(str(request.base_url).rstrip("/"), found.manifest)])


def _access(root: str, manifest: GenerationManifest) -> Iterator[Statement]:
    """Where the dataset and its graphs can be had: the endpoint, and each graph as a download."""
    dataset = dataset_iri(manifest.base)
    service = iri(f"{root}/sparql#service")
    kept = urlencode({"as_of": manifest.id})
    yield Statement(f"{dataset} {term(VOID, 'sparqlEndpoint')} {iri(f'{root}/sparql')}")
    yield from (Statement(f"{dataset} {term(VOID, 'feature')} {iri(FORMATS + name)}") for name in _FEATURES)
    yield Statement(f"{service} {TYPE} {term(DCAT, 'DataService')}")
    yield Statement(f"{service} {term(DCTERMS, 'title')} {literal('SPARQL')}")
    yield Statement(f"{service} {term(DCAT, 'endpointURL')} {iri(f'{root}/sparql')}")
    yield Statement(f"{service} {term(DCAT, 'endpointDescription')} {iri(f'{root}/sparql')}")
    yield Statement(f"{service} {term(DCAT, 'servesDataset')} {dataset}")
    for name, value in GRAPH_FORMATS.items():
        kind = value.partition(";")[0]
        distribution = iri(f"{root}/void#{name}")
        address = iri(f"{root}/graphs?default&{kept}")
        yield Statement(f"{dataset} {term(DCAT, 'distribution')} {distribution}")
        yield Statement(f"{distribution} {TYPE} {term(DCAT, 'Distribution')}")
        yield Statement(f"{distribution} {term(DCAT, 'accessURL')} {address}")
        yield Statement(f"{distribution} {term(DCAT, 'accessService')} {service}")
        media_type = iri(f"https://www.iana.org/assignments/media-types/{kind}")
        yield Statement(f"{distribution} {term(DCAT, 'mediaType')} {media_type}")
    for graph in sorted(filter(None, manifest.counts)):
        address = iri(f"{root}/graphs?graph={quote(graph, safe='')}&{kept}")
        yield Statement(f"{iri(graph)} {term(VOID, 'dataDump')} {address}")
