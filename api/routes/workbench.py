"""The workbench for mappings: local code systems, candidates for a dictionary, decisions, contradictions."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.actor import actor
from api.answers import Page, json, knowledge, page, slice_of
from api.bodies import read_body
from api.deciding import submit
from api.library import Library
from api.problems import Refusal, spoken
from api.requests import read_json
from api.routes.parameters import AsOf, Cursor, Limit
from api.schemas import body, described, many, media, one
from api.settings import Settings
from api.workbench import CandidateRecord, FoundRecord, MappingReason, Workbenches, decided_set, record
from kg.errors import ConfigError, InputError
from kg.exchange.sssom import MEDIA_TYPE
from kg.messages import LANGUAGES, Catalogue
from kg.model.concept import Concept
from kg.model.finding import FindingRecord
from kg.model.ids import Ids
from kg.model.source import Reject
from kg.vocab import CATEGORIES
from kg.workflow.proposals import Person
from ontology.mapping.conceptmap import concept_map
from ontology.mapping.dictionary import DictionaryColumns, read_dictionary
from ontology.mapping.systems import LocalSystem, Systems
from ontology.mapping.worksheet import Decision, read_decisions, written
from ontology.reading.raw import describe

router = APIRouter(prefix="/api/v1/mappings", tags=["mappings"])
MOST_ROWS = 5_000
"""Of one call; longer dictionaries go by the command line."""
_SHOWN = 1_000
_CSV = "text/csv"
_LONGEST = 10_000
Word = Annotated[str, Query(max_length=200)]
Words = Annotated[list[str], Query(max_length=20)]
_UPLOAD = {
    "requestBody": {
        "required": True,
        "description": "CSV, TSV or XLSX",
        "content": {"application/octet-stream": {"schema": {"type": "string"}}},
    }
}


class SystemRecord(msgspec.Struct, frozen=True):
    """A registered local code system; codes stand below ``iri``."""

    name: str
    iri: str
    title: dict[str, str]
    version: str


class SystemRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the codes of a local system stand, and what it is called, by language."""

    iri: Annotated[str, msgspec.Meta(min_length=8, max_length=300)]
    title: dict[str, str] = {}
    version: Annotated[str, msgspec.Meta(max_length=80)] = ""


class RowProblem(msgspec.Struct, frozen=True):
    """A row that was left out: where it stands, and why, by language."""

    position: str
    key: str
    reason: str
    message: dict[str, str]


class CandidatesReading(msgspec.Struct, frozen=True):
    """How the dictionary was read: rows that became concepts, and those left out (the first 1,000)."""

    concepts: int
    rejected: int
    problems: tuple[RowProblem, ...]


class Decided(msgspec.Struct, frozen=True):
    """What became of decided rows: the number of the proposal, submitted, which another person has to accept."""

    proposal: int
    state: str
    edits: int
    confirmed: int
    rejected: int


RECORDS = (
    SystemRecord, SystemRequest, FoundRecord, CandidateRecord, MappingReason, CandidatesReading, RowProblem, Decided,
    FindingRecord,
)  # fmt: skip


def _settings(request: Request) -> Settings:
    library: Library = request.app.state.library
    return library.settings


@router.get("/systems", summary="Registered local code systems", responses=many(SystemRecord))
async def systems(request: Request) -> Response:
    found = await asyncio.to_thread(lambda: Systems(_settings(request).folder).all())
    return json(Page([_system(one) for one in found], None, ""))


@router.put(
    "/systems/{name}", summary="Register a local code system", responses=one(SystemRecord),
    openapi_extra=body(SystemRequest),
)  # fmt: skip
async def registered(request: Request, name: Annotated[str, Path(max_length=40)]) -> Response:
    """The same name again changes title and version, never the IRI."""
    asked = await read_json(request, SystemRequest, _LONGEST)
    made = LocalSystem(name, asked.iri, asked.title, asked.version)
    with _sent():
        return json(_system(await asyncio.to_thread(lambda: Systems(_settings(request).folder).register(made))))


@router.post(
    "/candidates", summary="Candidates, with reasons, for the codes of a local dictionary",
    responses=described(many(FoundRecord, CandidatesReading), {"csv": _CSV}), openapi_extra=_UPLOAD,
)  # fmt: skip
async def candidates(
    request: Request,
    system: Annotated[str, Query(max_length=40, description="Name of the registered local code system.")],
    to: Annotated[list[str], Query(min_length=1, max_length=10, description="Code systems to map to, e.g. MESH.")],
    names_of: Annotated[Words, Query(description="Further systems whose names help.")] = [],  # noqa: B006
    code: Word = "code",
    name: Word = "name",
    english: Word = "",
    synonyms: Word = "",
    category: Annotated[Word, Query(description="Column of categories, or one category for all rows.")] = "",
    top: Annotated[int, Query(ge=1, le=20)] = 5,
    format: Annotated[Literal["json", "csv"], Query(description="csv: the sheet to fill in.")] = "json",
    as_of: AsOf = None,
) -> Response:
    """Nothing is kept. Pairs that were rejected are not proposed; confirmed codes get no candidates."""
    data = await read_body(request, _settings(request).upload_bytes)
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    benches: Workbenches = request.app.state.workbenches
    local = await asyncio.to_thread(lambda: Systems(_settings(request).folder).get(system))
    fixed = category in CATEGORIES
    columns = DictionaryColumns(
        code, name, english, synonyms, "" if fixed else category, of_all=category if fixed else "other"
    )

    def work() -> tuple[list[FoundRecord], str, list[Reject], int]:
        with _sent(), _file(data, "dictionary") as path:
            items = list(read_dictionary(describe(path), columns, local))
        concepts = [item for item in items if isinstance(item, Concept)]
        if len(concepts) > MOST_ROWS:
            raise Refusal(413, limit=MOST_ROWS)
        rows = benches.candidates(found, concepts, to, names_of, top)
        sheet = ""
        if format == "csv":
            pairs = ((row.code, row.concept.category, candidate) for row in rows for candidate in row.candidates)
            sheet = written(pairs, spoken(request))
        shown = [record(row) for row in rows] if format == "json" else []
        return shown, sheet, [item for item in items if isinstance(item, Reject)], len(concepts)

    shown, sheet, rejects, concepts = await library.work(work)
    if format == "csv":
        headers = {"Content-Disposition": 'attachment; filename="candidates.csv"'}
        return Response("\ufeff" + sheet, 200, headers, f"{_CSV}; charset=utf-8")
    reading = CandidatesReading(concepts, len(rejects), tuple(_problem(one) for one in rejects[:_SHOWN]))
    return page(found, shown, None, reading)


@router.post(
    "/decisions", summary="Submit a filled-in sheet of candidates", responses=one(Decided, 201), openapi_extra=_UPLOAD
)
async def decisions(
    request: Request,
    title: Annotated[str, Query(max_length=200, description="What the proposal is called.")] = "mappings",
) -> Response:
    """All rows with a decision become one proposal of who sends it. A sheet with a row that cannot be used is refused
    as a whole, and every such row is named."""
    data = await read_body(request, _settings(request).upload_bytes)
    who = actor(request.scope)
    found = await asyncio.to_thread(_decided, data)
    if not found:
        raise Refusal(422, where="decision")
    made = await asyncio.to_thread(lambda: submit(_settings(request), found, Person(who.name, who.role), {}, title))
    confirmed = sum(row.verdict == "confirm" for row in found)
    answer = json(Decided(made.id, made.state, made.edits, confirmed, len(found) - confirmed))
    answer.status_code = 201
    answer.headers["Location"] = f"/api/v1/proposals/{made.id}"
    return answer


@router.post(
    "/conceptmap", summary="A filled-in sheet as a FHIR R4 ConceptMap or a mapping set (SSSOM)",
    responses=media({"fhir": "application/fhir+json", "sssom": MEDIA_TYPE}), openapi_extra=_UPLOAD,
)  # fmt: skip
async def conceptmap(
    request: Request,
    url: Annotated[str, Query(min_length=8, max_length=300, pattern=r"^(https?://|urn:)\S+$")],
    name: Annotated[str, Query(max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")] = "mappings",
    version: Word = "",
    format: Literal["fhir", "sssom"] = "fhir",
) -> Response:
    data = await read_body(request, _settings(request).upload_bytes)
    found = await asyncio.to_thread(_decided, data)
    rows = [one.mapping(actor(request.scope).name, "") for one in found]
    ids = Ids(_settings(request).base)
    if format == "sssom":
        return Response(decided_set(rows, url, name, version, ids), media_type=MEDIA_TYPE)
    made = concept_map(rows, url=url, name=name, version=version, ids=ids)
    return Response(msgspec.json.encode(made), media_type="application/fhir+json")


@router.get("/findings", summary="Contradictions among mappings, each with its chain", responses=many(FindingRecord))
async def findings(request: Request, limit: Limit = 50, cursor: Cursor = None, as_of: AsOf = None) -> Response:
    found, inner = await knowledge(request, as_of, cursor)
    benches: Workbenches = request.app.state.workbenches
    rows = await request.app.state.library.work(lambda: benches.findings(found))
    items, following = slice_of(rows, inner, limit)
    return page(found, [one.record() for one in items], following)


def _system(one: LocalSystem) -> SystemRecord:
    return SystemRecord(one.name, one.iri, one.title, one.version)


def _problem(one: Reject) -> RowProblem:
    texts = Catalogue("kg")
    message = {language: texts.text(f"reject.{one.reason}", language, detail=one.detail) for language in LANGUAGES}
    return RowProblem(one.position, one.key, one.reason, message)


def _decided(data: bytes) -> list[Decision]:
    """The decided rows; raises InputError naming the first that cannot be used."""
    with _sent(), _file(data, "sheet") as path:
        items = list(read_decisions(describe(path)))
    for item in items:
        if isinstance(item, Reject):
            reason = Catalogue("kg").text(f"reject.{item.reason}", "en", detail=item.detail)
            raise InputError(path="sheet", position=item.position, reason=reason)
    return [item for item in items if isinstance(item, Decision)]


@contextmanager
def _sent() -> Iterator[None]:
    """What does not fit in a request is told to who sent it: columns, categories, names of systems."""
    try:
        yield
    except ConfigError as error:
        told = {key: value for key, value in error.params.items() if key in ("why", "reason")}
        raise InputError(path=error.params["where"], position="-", **told) from error


@contextmanager
def _file(data: bytes, name: str) -> Iterator[FilePath]:
    """What was sent as a file that readers can open, gone afterwards."""
    suffix = ".xlsx" if data.startswith(b"PK\x03\x04") else ".tsv" if b"\t" in data.split(b"\n", 1)[0] else ".csv"
    with tempfile.TemporaryDirectory() as folder:
        path = FilePath(folder) / f"{name}{suffix}"
        path.write_bytes(data)
        yield path
