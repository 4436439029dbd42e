"""Standing at publishing: of a work in all of its records, of what rests on it, and its later versions."""

from __future__ import annotations

from pathlib import Path

from kg.generation.derivation import derived
from kg.index.text import TextIndex
from kg.index.textwriter import build
from kg.mapping.base import Context
from kg.mapping.document import document_statements, standing_statements
from kg.mapping.evidence import claim_statements
from kg.mapping.works import same_work
from kg.model.document import Document, Identifier, Passage, Relation, StandingNotice, Text
from kg.model.evidence import Claim, Direction, EvidenceType
from kg.model.ids import Ids
from kg.model.terms import lexical
from kg.query.flags import Flags, NoticeRecord
from kg.query.naming import Naming
from kg.store.base import STORES, Store
from kg.vocab import DEFAULT_BASE, MEDKG
from tests.contract.store import make_batch

CONTEXT = Context()
EXPAND = CONTEXT.ids.expand


def document(curie: str, *relations: Relation, identifiers: tuple[Identifier, ...] = ()) -> Document:
    title = f"Title of {curie}"
    return Document(
        id=curie, passages=(Passage("title", "title", "en", title),), titles=(Text(title, "en"),), relations=relations,
        identifiers=identifiers,
    )  # fmt: skip


def claim(number: int, source: str) -> Claim:
    return Claim(
        subject="medkg:a", predicate="biolink:treats", object=f"medkg:{number}", evidence="text-mined", method="m",
        direction="supports", document=source, sentence=f"Sentence {number}.",
    )  # fmt: skip


def published(folder: Path, same: tuple[tuple[str, str], ...] = ()) -> Store:
    documents = (
        document("PMID:90000001", identifiers=(Identifier("doi", "10.5555/one"),)),
        document("doc:other"),
        document("DOI:10.5555/preprint", Relation("is-preprint-of", "PMID:90000001")),
        document("PMID:90000003", Relation("UpdateOf", "PMID:90000004"), Relation("CommentIn", "PMID:90000005")),
        document("PMID:90000006"),
    )
    notice = StandingNotice(
        "DOI:10.5555/one", "retracted", relation=Relation("Retraction", "PMID:90000009"), reasons=("Error in Data",)
    )
    claims = (claim(1, "PMID:90000001"), claim(2, "doc:other"), claim(3, "PMID:90000006"))
    rows = [row for one in documents for row in document_statements(one, CONTEXT)]
    rows += [row for one in claims for row in claim_statements(one, CONTEXT)]
    rows += standing_statements(notice, CONTEXT)
    graph = f"{DEFAULT_BASE}graph/source/test/1"
    store = STORES.load("oxigraph").create(folder / "store")
    store.apply_all([make_batch(folder / "batch", (graph, "replace", list(dict.fromkeys(rows)), [], "", "1"))])
    store.derive(derived(store, DEFAULT_BASE, (lambda *_: [same_work(one, two, CONTEXT) for one, two in same],)))
    return store


def told(store: Store, name: str) -> dict[str, str]:
    rows = store.select(f"SELECT ?node ?value WHERE {{ ?node <{MEDKG}{name}> ?value }}")
    return {CONTEXT.ids.curie(lexical(row["node"])): lexical(row["value"]) for row in rows}


def test_a_notice_by_doi_reaches_the_record_with_a_pubmed_number(tmp_path: Path) -> None:
    store = published(tmp_path)
    assert told(store, "currentStanding") == {"DOI:10.5555/one": "retracted", "PMID:90000001": "retracted"}
    flags = told(store, "flag")
    assert flags.pop("PMID:90000001") == "retracted"
    assert list(flags.values()) == ["retracted"], "the one claim that rests on it"


def test_a_notice_holds_for_every_record_of_the_work_and_goes_when_they_part(tmp_path: Path) -> None:
    store = published(tmp_path, same=(("PMID:90000001", "doc:other"),))
    assert told(store, "currentStanding")["doc:other"] == "retracted"
    assert len(told(store, "flag")) == 4
    store.derive(derived(store, DEFAULT_BASE))
    assert "doc:other" not in told(store, "currentStanding")
    assert len(told(store, "flag")) == 2


def curated(
    number: int, *references: str, evidence: EvidenceType = "curated", direction: Direction = "supports"
) -> Claim:
    return Claim(
        subject="medkg:a", predicate="biolink:treats", object=f"medkg:{number}", evidence=evidence, method="m",
        direction=direction, references=references,
    )  # fmt: skip


def test_no_plain_edge_rests_on_retracted_documents_alone(tmp_path: Path) -> None:
    retracted, concern, sound = "PMID:90000001", "PMID:90000002", "PMID:90000003"
    claims = (
        curated(1, retracted),
        curated(2, retracted, sound),
        curated(3, retracted), curated(3, sound),
        curated(4, retracted), curated(4, sound, evidence="text-mined"),
        curated(5, retracted), curated(5),
        curated(6, retracted), curated(6, sound, direction="refutes"),
        curated(7, concern),
        curated(8, "doc:other"),
        curated(9, retracted), curated(9, "doc:other"),
    )  # fmt: skip
    rows = [
        row
        for one in map(document, (retracted, concern, sound, "doc:other"))
        for row in document_statements(one, CONTEXT)
    ]
    rows += [row for one in claims for row in claim_statements(one, CONTEXT)]
    rows += standing_statements(StandingNotice(retracted, "retracted"), CONTEXT)
    rows += standing_statements(StandingNotice(concern, "concern"), CONTEXT)
    store = STORES.load("oxigraph").create(tmp_path / "store")
    store.apply_all(
        [
            make_batch(
                tmp_path / "batch",
                (f"{DEFAULT_BASE}graph/source/test/1", "replace", list(dict.fromkeys(rows)), [], "", "1"),
            )
        ]
    )

    def edges(*same: tuple[str, str]) -> list[int]:
        store.derive(derived(store, DEFAULT_BASE, (lambda *_: [same_work(one, two, CONTEXT) for one, two in same],)))
        found = store.select("SELECT ?o { ?s <https://w3id.org/biolink/vocab/treats> ?o }")
        return sorted(int(lexical(row["o"]).rpartition("/")[2]) for row in found)

    assert edges() == [2, 3, 5, 7, 8, 9], "what nothing sound supports is left out; a claim without a document stands"
    assert edges((retracted, "doc:other")) == [2, 3, 5, 7], "a notice holds for every record of the work"
    assert len(told(store, "flag")) > 9, "the claims stay, flagged"


def test_later_versions_whichever_side_tells(tmp_path: Path) -> None:
    assert told(published(tmp_path), "laterVersion") == {
        "DOI:10.5555/preprint": EXPAND("PMID:90000001"), "PMID:90000004": EXPAND("PMID:90000003"),
    }  # fmt: skip


def test_flags_are_listed_with_their_grounds(tmp_path: Path) -> None:
    store = published(tmp_path)
    build(tmp_path / "text", [])
    flags = Flags(store, Naming(Ids(), TextIndex(tmp_path / "text")))
    records = flags.records(flags.nodes("retracted"))
    assert [record.kind for record in records] == ["document", "claim"]
    own, drawn = records
    assert (drawn.text, [end.id for end in drawn.about]) == ("Sentence 1.", ["medkg:a", "medkg:1"])
    assert drawn.grounds == own.grounds
    (ground,) = own.grounds
    assert (ground.id, ground.title, ground.standing) == ("PMID:90000001", "Title of PMID:90000001", "retracted")
    assert ground.notices == (NoticeRecord("Retraction", "PMID:90000009", ("Error in Data",)),)
    assert flags.nodes("concern") == []
    assert [record.kind for record in flags.records(flags.nodes(), "claim")] == ["claim"]
