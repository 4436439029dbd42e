"""Linked data: every IRI of the graph leads to a page or to RDF (https://www.w3.org/TR/cooluris/, section 4.2).

``/id/…`` stands for the thing and redirects; ``/data/…`` is what is said about it, ``/resource/…`` the
same for people. What follows is the rest of an own IRI, or a CURIE; ``?iri=`` takes any IRI.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge
from api.knowledge import Knowledge
from api.negotiation import graph_format, wants_page
from api.pages import guarded, render
from api.problems import Refusal
from api.routes.parameters import LONGEST_ID, AsOf
from api.schemas import media
from kg.errors import MedkgError
from kg.model.ids import Ids
from kg.model.terms import Term, language, lexical
from kg.query.frames import GRAPH_FORMATS
from kg.query.resources import Resource, Resources
from kg.query.serialization import converted, serialize
from kg.vocab import CURIE_PREFIXES
from ontology.vocabulary import OWN, REUSED, prefixed, text, vocabulary

router = APIRouter(tags=["linked data"])
Iri = Annotated[str | None, Query(max_length=LONGEST_ID, description="Any IRI, instead of a path.")]
_SUFFIXES = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld"}
_KNOWN = ", ".join(value.partition(";")[0] for value in GRAPH_FORMATS.values())
VOCABULARY = "vocab"


def _named(request: Request, ids: Ids, base: str, door: str, other: str | None) -> str:
    """The IRI that a request names. The path is taken as sent: own IRIs hold percent signs."""
    if other is not None:
        return other
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    rest = raw.decode("latin-1").partition("?")[0].removeprefix(f"/{door}").removeprefix("/")
    whole = unquote(rest)
    prefix, colon, _ = whole.partition(":")
    if colon and prefix in CURIE_PREFIXES:
        return ids.expand(whole)
    return base + rest


def _path(found: Knowledge, name: str) -> str:
    """Where ``/id``, ``/data`` and ``/resource`` find an IRI: a path, or a query for those of others."""
    base = found.manifest.base
    return (
        f"/{name[len(base) :]}" if name.startswith(base) and len(name) > len(base) else f"?{urlencode({'iri': name})}"
    )


def _kept(request: Request, path: str) -> str:
    """``path`` in the language and generation that were asked for."""
    kept = {name: request.query_params[name] for name in ("lang", "as_of") if name in request.query_params}
    return path + (("&" if "?" in path else "?") + urlencode(kept) if kept else "")


@router.get("/id", summary="The thing with an IRI", include_in_schema=False)
@router.get("/id/{path:path}", summary="The thing with an IRI: a page or RDF, by Accept", status_code=303)
async def thing(request: Request, as_of: AsOf = None, iri: Iri = None) -> Response:
    """Redirects to the page of the thing, or to RDF about it. Raises NotFound."""
    found, _ = await knowledge(request, as_of)
    name = _named(request, found.naming.ids, found.manifest.base, "id", iri)
    headers = {"Vary": "Accept"}
    if name == found.manifest.base + VOCABULARY:
        return Response(None, 303, headers | {"Location": "/vocab"})
    resource = await request.app.state.library.work(lambda: Resources(found.reader).find(name))
    if not wants_page(request.headers.get("accept", "")):
        return Response(None, 303, headers | {"Location": _kept(request, f"/data{_path(found, name)}")})
    curie = quote(found.naming.curie(resource.node), safe=":")
    pages = {"concept": f"/concept/{curie}", "document": f"/document/{curie}"}
    page = pages.get(resource.kind, f"/resource{_path(found, name)}")
    return Response(None, 303, headers | {"Location": _kept(request, page)})


@router.get("/data", include_in_schema=False)
@router.get("/data/{path:path}", summary="What is said about a thing, as RDF", responses=media(GRAPH_FORMATS))
async def data(
    request: Request,
    as_of: AsOf = None,
    iri: Iri = None,
    format: Annotated[str | None, Query(pattern="^(ttl|nt|jsonld)$", description="Instead of Accept.")] = None,
) -> Response:
    """Everything that has it as subject, and the named graphs that say so (`void:inDataset`)."""
    chosen = _SUFFIXES[format] if format else graph_format(request.headers.get("accept", ""))
    if not chosen:
        raise Refusal(406, known=_KNOWN)
    found, _ = await knowledge(request, as_of)
    name = _named(request, found.naming.ids, found.manifest.base, "data", iri)
    resource = await request.app.state.library.work(lambda: Resources(found.reader).find(name))
    body = serialize(resource.statements(), chosen)
    link = _kept(request, f"/id{_path(found, name)}")
    headers = {"Vary": "Accept", "Link": f'<{link}>; rel="describes"'}
    return Response(body, 200, headers, GRAPH_FORMATS[chosen])


@router.get("/resource", include_in_schema=False)
@router.get("/resource/{path:path}", include_in_schema=False)
async def resource(request: Request, as_of: AsOf = None, iri: Iri = None) -> Response:
    """The same for people."""
    try:
        found, _ = await knowledge(request, as_of)
        name = _named(request, found.naming.ids, found.manifest.base, "resource", iri)
        values = await request.app.state.library.work(lambda: _shown(found, Resources(found.reader).find(name)))
    except MedkgError as error:
        return guarded(request, error)
    return render(request, "resource", terms=vocabulary(), **values)


def _shown(found: Knowledge, resource: Resource) -> dict[str, object]:
    def value(term: Term) -> dict[str, str]:
        shown = {"text": lexical(term), "language": "", "link": "", "name": ""}
        if not term.startswith("<"):
            return shown | {"language": language(term)}
        card = found.naming.card("concept", found.naming.curie(term))
        name = (card.en or card.zh) if card else ""
        return shown | {"link": f"/id{_path(found, lexical(term))}", "name": name or prefixed(lexical(term))}

    return {
        "node": lexical(resource.node),
        "path": _path(found, lexical(resource.node)),
        "outgoing": [(lexical(predicate), value(other)) for predicate, other in resource.outgoing],
        "incoming": [(value(other), lexical(predicate)) for other, predicate in resource.incoming],
        "more": resource.more,
        "graphs": [value(graph) for graph in resource.graphs],
    }


@router.get("/vocab", summary="The vocabulary: every term that the graph is written in", responses=media(GRAPH_FORMATS))
async def terms(request: Request) -> Response:
    """Own terms and those of others as used here, explained in both languages; a page or RDF, by Accept."""
    accept = request.headers.get("accept", "")
    if wants_page(accept):
        return render(request, "vocabulary", terms=list(vocabulary().values()))
    chosen = graph_format(accept)
    if not chosen:
        raise Refusal(406, known=_KNOWN)
    body = await request.app.state.library.work(lambda: converted([text(OWN), text(REUSED)], chosen))
    return Response(body, 200, {"Vary": "Accept"}, GRAPH_FORMATS[chosen])
