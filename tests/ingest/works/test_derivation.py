"""Works in the graph: derived beside the sources, and gone without a trace when no longer derived."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ingest.works.citation import citation
from ingest.works.derivation import METHOD, citations, name_authors, works
from ingest.works.keys import keys
from kg.generation.derivation import derived
from kg.mapping.base import Context
from kg.mapping.decision import decision_statements
from kg.mapping.document import document_statements
from kg.model.document import Author, Document, Identifier
from kg.model.terms import Statement
from kg.model.work import WorkDecision
from kg.store.base import STORES, Snapshot
from kg.vocab import DEFAULT_BASE, MEDKG
from tests.contract.store import make_batch
from tests.ingest.works.labelled import document, pairs
from tests.ingest.works.test_comparison import BASE

PUBMED, CNKI = f"{DEFAULT_BASE}graph/source/pubmed/1", f"{DEFAULT_BASE}graph/source/cnki/1"
SAME_WORK = f"<{MEDKG}sameWork>"


def same_work(rows: set[str]) -> set[str]:
    return {row for row in rows if f" {SAME_WORK} " in row}


def rows_of(*documents: Document) -> list[str]:
    return list(dict.fromkeys(row for found in documents for row in document_statements(found, Context())))


def records() -> tuple[Document, Document, Document]:
    """A work in two files, and another work."""
    first = document(BASE | {"pmid": "90000001"})
    second = document(BASE | {"title": f"{BASE['title']}.".upper(), "volume": "0101"})
    other = document(BASE | {"title": "Something else on the same ward", "pages": "400", "authors": ["Gray, H"]})
    return first, second, other


def test_merge_then_unmerge_gives_the_identical_graph(tmp_path: Path) -> None:
    first, second, other = records()
    store = STORES.load("oxigraph").create(tmp_path / "store")
    sources = {PUBMED: rows_of(first, other), CNKI: rows_of(second)}
    batches = [
        make_batch(tmp_path / f"b{number}", (graph, "replace", rows, [], "", "1"))
        for number, (graph, rows) in enumerate(sources.items())
    ]
    store.apply_all(batches)
    store.derive(derived(store, DEFAULT_BASE))
    before = {graph: set(store.statements(graph)) for graph in store.counts()}

    store.derive(derived(store, DEFAULT_BASE, (works,)))
    merged = {graph: set(store.statements(graph)) for graph in store.counts()}
    one, two = (f"<{Context().ids.expand(found.id)}>" for found in (first, second))
    assert same_work(merged[""]) == {f"{one} {SAME_WORK} {two}"}
    assert before[""] < merged[""], "every value of every source is still there"
    assert {graph: merged[graph] for graph in sources} == {graph: set(rows) for graph, rows in sources.items()}
    assert merged[""] - before[""] == {row for row in merged[""] if f"<{MEDKG}match" in row or SAME_WORK in row}

    store.derive(derived(store, DEFAULT_BASE, (works,)))
    assert {graph: set(store.statements(graph)) for graph in store.counts()} == merged, "merging again changes nothing"
    store.derive(derived(store, DEFAULT_BASE))
    assert {graph: set(store.statements(graph)) for graph in store.counts()} == before
    store.close()


def test_what_a_curator_decides_holds_by_any_name_of_a_record(tmp_path: Path) -> None:
    first, second, other = records()
    first = msgspec.structs.replace(first, identifiers=(*first.identifiers, Identifier("doi", "10.5555/first")))
    decided = [
        WorkDecision("DOI:10.5555/first", second.id, same=False, reason="two parts"),
        WorkDecision(first.id, other.id, same=True),
        WorkDecision("PMID:90000009", second.id, same=True, reason="of a record that is not there"),
    ]
    store = STORES.load("oxigraph").create(tmp_path / "store")
    for number, count in enumerate((0, 1, 3, 0)):
        rows = rows_of(first, second, other)
        rows += [row for one in decided[:count] for row in decision_statements(one, Context())]
        store.apply(make_batch(tmp_path / f"b{number}", (PUBMED, "replace", rows, [], "", str(number))))
        store.derive(derived(store, DEFAULT_BASE, (works,)))
        found = {row.split(" ")[2] for row in same_work(set(store.statements()))}
        wanted = {0: {second.id}, 1: set(), 3: {other.id}}[count]
        assert found == {f"<{Context().ids.expand(one)}>" for one in wanted}
    store.close()


def test_a_pair_that_is_decided_both_ways_stays_apart(tmp_path: Path) -> None:
    first, second, _ = records()
    store = STORES.load("oxigraph").create(tmp_path / "store")
    rows = rows_of(first, second) + decision_statements(WorkDecision(first.id, second.id, same=True), Context())
    other = decision_statements(WorkDecision(first.id, second.id, same=False), Context())
    for number, (graph, lines) in enumerate(((PUBMED, rows), (CNKI, other))):
        store.apply(make_batch(tmp_path / f"b{number}", (graph, "replace", [str(row) for row in lines], [], "", "1")))
    assert same_work(set(derived(store, DEFAULT_BASE, (works,)))) == set()
    store.close()


def test_each_match_says_why(tmp_path: Path) -> None:
    reader = STORES.load("reference").create(tmp_path / "store")
    reader.derive(Statement(row) for row in rows_of(*records()))
    found = list(works(reader, DEFAULT_BASE))
    assert len([row for row in found if f"<{MEDKG}matchedRecord>" in row]) == 2
    assert any(row.endswith(f'<{MEDKG}matchReason> "title"') for row in found)
    assert any(row.endswith(f'<{MEDKG}matchEvidence> "first page"') for row in found)
    assert any(row.endswith(f'<{MEDKG}matchMethod> "{METHOD}"') for row in found)
    reader.close()


def test_a_citation_read_from_the_graph_is_that_of_the_document(tmp_path: Path) -> None:
    """For records of the labelled set, each in a store of its own making."""
    made = [document(BASE | {"pmid": "90000001", "doi": "10.5555/a", "parallel": "虚构药物治疗虚构疾病的试验研究"})]
    made.append(
        document(BASE | {"kind": "thesis", "title": "A thesis of our own invention", "publisher": "Invented U"})
    )
    made.append(document(BASE | {"kind": "conference", "title": "An invented talk", "series": "Invented Meeting"}))
    editor = Author(family="Boss", role="editor")
    book = document(BASE | {"kind": "book", "title": "An invented book", "edition": "2nd ed."})
    made.append(msgspec.structs.replace(book, authors=(*book.authors, editor)))
    store = STORES.load("oxigraph").create(tmp_path / "store")
    store.derive(Statement(row) for row in rows_of(*made))
    snapshot: Snapshot = store.checkpoint(tmp_path / "snapshot")
    store.close()
    reader = STORES.load("oxigraph").open(snapshot)
    records = list(citations(reader))
    name_authors(reader, records, {key for record in records for key in keys(record)}, Context())
    found = {record.id: record for record in records}
    reader.close()
    for source in made:
        expected = citation(source)
        assert set(found[expected.id].titles) == set(expected.titles)
        assert msgspec.structs.replace(found[expected.id], titles=expected.titles) == expected


def test_a_standing_notice_alone_is_no_record(tmp_path: Path) -> None:
    store = STORES.load("oxigraph").create(tmp_path / "store")
    store.derive([Statement(f'<http://identifiers.org/pubmed/1> <{MEDKG}standing> "retracted"')])
    assert list(citations(store)) == []
    store.close()


def test_the_labelled_set_holds_ids_that_the_graph_can_name() -> None:
    ids = Context().ids
    for pair in pairs():
        assert ids.contract(ids.expand(pair.a.id)) == pair.a.id
