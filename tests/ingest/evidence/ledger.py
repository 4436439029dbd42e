"""A small ledger of invented records and claims, and the graph that publishing makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingest.evidence.derivation import assertions
from ingest.works.derivation import works
from kg.generation.derivation import derived
from kg.mapping.base import Context
from kg.mapping.document import document_statements, standing_statements
from kg.mapping.evidence import claim_statements
from kg.model.document import Author, Document, Identifier, Passage, Relation, StandingNotice, Text
from kg.model.evidence import Claim, Direction, Study
from kg.model.terms import lexical
from kg.store.base import STORES, Reader, Store
from kg.vocab import DEFAULT_BASE, MEDKG
from tests.contract.store import make_batch

CONTEXT = Context()
GRAPH = f"{DEFAULT_BASE}graph/source/invented/1"
TEAM = (Author("Thistlewood", "Harriet"), Author("Kvamme", "Jorunn"), Author("Zhang", "Wei"))
OTHERS = (Author("Solberg", "Odd"), Author("Li", "Na"), Author("Brandt", "Ida"))


def record(
    number: int, *, year: int | None = None, authors: tuple[Author, ...] = OTHERS, types: tuple[str, ...] = (),
    trial: str = "", doi: str = "", abstract: str = "", relations: tuple[Relation, ...] = (), retracted: bool = False,
) -> Document:  # fmt: skip
    numbers = [Identifier("nct", trial)] if trial else []
    numbers += [Identifier("doi", doi)] if doi else []
    title = f"Invented record number {number}"
    passages = (Passage("title", "title", "en", title),)
    passages += (Passage("abstract.1", "abstract", "en", abstract),) if abstract else ()
    return Document(
        id=f"PMID:{number}", passages=passages, identifiers=tuple(numbers), types=types, titles=(Text(title, "en"),),
        authors=authors, year=year, relations=relations, standing="retracted" if retracted else "published",
    )  # fmt: skip


def claim(
    source: str = "", direction: Direction = "supports", *, to: str = "medkg:x", predicate: str = "biolink:treats",
    design: str = "", size: int | None = None, references: tuple[str, ...] = (), sentence: str = "",
) -> Claim:  # fmt: skip
    return Claim(
        subject="medkg:a", predicate=predicate, object=to, evidence="text-mined" if source else "curated",
        method="invented", direction=direction, document=source, references=references,
        sentence=sentence or f"Invented sentence of {source}." if source else "",
        study=Study(design, size=size) if design or size is not None else None,
    )  # fmt: skip


TRIAL = "NCT99999901"
RECORDS = (
    record(1, year=2010, trial=TRIAL, doi="10.5555/one"),
    record(2, year=2012, abstract=f"An invented follow-up of {TRIAL}.", authors=(Author("Nobody", "N"),)),
    record(3, year=2015, authors=TEAM),
    record(4, year=2018, authors=(Author("张", "伟"), *TEAM[:2], Author("New", "Nils"))),
    record(5, year=2016),
    record(6, year=2011, authors=TEAM, retracted=True),
    record(7, year=2013, relations=(Relation("ErratumIn", "PMID:70"),)),
    record(8, year=2020, types=("Review", "Journal Article")),
)
CLAIMS = (
    claim("PMID:1", design="randomised-trial", size=120),
    claim("PMID:2", design="randomised-trial"),
    claim("PMID:3", design="cohort", size=120),
    claim("PMID:4", design="cohort", size=120),
    claim("PMID:5", "refutes", design="case-report"),
    claim("PMID:6", design="meta-analysis"),
    claim("PMID:7", design="randomised-trial"),
    claim("PMID:8"),
    claim(references=("DOI:10.5555/one",)),
    claim("PMID:5", "insufficient", to="medkg:y"),
    claim(to="medkg:z"),
    claim("PMID:6", to="medkg:w"),
    claim("PMID:3", predicate="biolink:ameliorates_condition", to="medkg:v"),
    claim("PMID:5", predicate="biolink:exacerbates_condition", to="medkg:v"),
)


def asserted(
    folder: Path, records: Iterable[Document], claims: Iterable[Claim], notices: Iterable[StandingNotice] = ()
) -> Store:
    """A store with the records and claims, nothing derived yet."""
    rows = [row for one in records for row in document_statements(one, CONTEXT)]
    rows += [row for one in claims for row in claim_statements(one, CONTEXT)]
    rows += [row for one in notices for row in standing_statements(one, CONTEXT)]
    folder.mkdir(exist_ok=True)
    store = STORES.load("oxigraph").create(folder / "store")
    store.apply_all([make_batch(folder / "batch", (GRAPH, "replace", list(dict.fromkeys(rows)), [], "", "1"))])
    return store


def publish(store: Store) -> None:
    store.derive(derived(store, DEFAULT_BASE, (works,), (assertions,)))


def published(
    folder: Path, records: Iterable[Document], claims: Iterable[Claim], notices: Iterable[StandingNotice] = ()
) -> Store:
    store = asserted(folder, records, claims, notices)
    publish(store)
    return store


def about(reader: Reader, to: str, predicate: str = "biolink:treats") -> dict[str, str]:
    """What is said of the assertion about one object, without its claims and parts."""
    expand = CONTEXT.ids.expand
    rows = reader.select(
        f"SELECT ?p ?o WHERE {{ ?a <{MEDKG}assertedObject> <{expand(to)}> ; <{MEDKG}assertedPredicate> "
        f"<{expand(predicate)}> ; ?p ?o }}"
    )
    found = {lexical(row["p"]).removeprefix(MEDKG): lexical(row["o"]) for row in rows}
    parts = ("hasClaim", "assertedSubject", "assertedPredicate", "assertedObject")
    return {name: value for name, value in found.items() if name not in parts}
