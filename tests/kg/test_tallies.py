"""Tallies and flags of publishing: each number is what counting gives, each flag stands on a notice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kg.generation.derivation import derived
from kg.generation.tallies import KINDS
from kg.mapping.base import Context
from kg.mapping.evidence import claim_statements
from kg.model.evidence import Claim
from kg.model.terms import Statement, lexical
from kg.query.named import named
from kg.store.base import STORES, Store
from kg.vocab import DEFAULT_BASE, MEDKG
from tests.contract.store import make_batch
from tests.kg.graph import CONCEPTS, statements

DOCUMENTS = {"described": "PMID:90000001", "bare": "PMID:90000002", "concern": "PMID:90000003"}
GRAPH = f"{DEFAULT_BASE}graph/source/test/1"


def claim(to: str, *documents: str, source: str = "", method: str = "table") -> Claim:
    return Claim(
        subject="medkg:metformin", predicate="biolink:treats", object=to, evidence="curated", method=method,
        direction="supports", document=source, references=documents,
    )  # fmt: skip


CLAIMS = (
    claim("medkg:asthma", DOCUMENTS["concern"], DOCUMENTS["bare"]),
    claim("medkg:stroke", source=DOCUMENTS["concern"]),
    claim("medkg:t2d", "PMID:90000009", method="other table"),
)


def published(folder: Path) -> Store:
    context = Context()
    rows = statements()
    rows += [row for each in CLAIMS for row in claim_statements(each, context)]
    standings = {"described": "retracted", "bare": "retracted", "concern": "concern"}
    for name, curie in DOCUMENTS.items():
        node = f"<{context.ids.expand(curie)}>"
        rows.append(Statement(f'{node} <{MEDKG}standing> "{standings[name]}"'))
        if name != "bare":
            rows.append(Statement(f'{node} <http://purl.org/dc/terms/title> "{name}"@en'))
    store = STORES.load("oxigraph").create(folder / "store")
    store.apply_all([make_batch(folder / "batch", (GRAPH, "replace", list(dict.fromkeys(rows)), [], "", "1"))])
    store.derive(derived(store, DEFAULT_BASE))
    return store


def test_a_tally_says_what_counting_says(tmp_path: Path) -> None:
    store = published(tmp_path)
    for name, kinds in KINDS.items():
        counted = {
            tuple(lexical(row[variable]) for variable in kinds.by): lexical(row["count"])
            for row in store.select(named(f"derive/{name}"))
        }
        pattern = " ; ".join(f"{predicate} ?{variable}" for variable, predicate in kinds.by.items())
        told = store.select(
            f"SELECT * WHERE {{ ?tally <{MEDKG}tallyOf> {kinds.of} ; {pattern} ; <{MEDKG}tally> ?count }}"
        )
        found = {tuple(lexical(row[variable]) for variable in kinds.by): lexical(row["count"]) for row in told}
        if name == "tally-concepts":
            # Those by language have a category too.
            assert counted.keys() <= found.keys()
            continue
        assert found == counted, name
    languages = Counter(
        (concept.category, language)
        for concept in CONCEPTS
        for language in {label.language for label in concept.labels if label.kind == "preferred"}
    )
    rows = store.select(
        f"SELECT ?category ?language ?count WHERE {{ ?t <{MEDKG}tallyCategory> ?category ; "
        f"<{MEDKG}tallyLanguage> ?language ; <{MEDKG}tally> ?count }}"
    )
    assert sorted(int(lexical(row["count"])) for row in rows) == sorted(languages.values())


def test_flags_are_of_what_is_described_and_of_claims_that_rest_on_it(tmp_path: Path) -> None:
    store = published(tmp_path)
    expand = Context().ids.expand
    flags = {
        row["node"][1:-1]: lexical(row["flag"])
        for row in store.select(f"SELECT ?node ?flag WHERE {{ ?node <{MEDKG}flag> ?flag }}")
    }
    claims = {}
    for row in store.select(
        "SELECT ?claim ?to WHERE { ?claim <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?to }"
    ):
        claims[row["to"][1:-1]] = row["claim"][1:-1]
    assert flags == {
        expand(DOCUMENTS["described"]): "retracted",
        expand(DOCUMENTS["concern"]): "concern",
        claims[expand("medkg:asthma")]: "retracted",
        claims[expand("medkg:stroke")]: "concern",
    }


def test_deriving_again_changes_nothing(tmp_path: Path) -> None:
    store = published(tmp_path)
    before = set(store.statements(""))
    store.derive(derived(store, DEFAULT_BASE))
    assert set(store.statements("")) == before
