"""Printed references: read in the forms of GB/T 7714 and Vancouver, matched with records, counted as citations."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.works.derivation import works
from ingest.works.reference import read
from kg.generation.derivation import derived
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.model.document import Author, Document, Journal, Passage, Reference, Text
from kg.model.terms import lexical
from kg.store.base import STORES, Store
from kg.vocab import DEFAULT_BASE, MEDKG
from tests.contract.store import make_batch

CITED = Document(
    id="PMID:90000001",
    passages=(Passage("title", "title", "zh", "示例药物治疗示例病的随访研究"),),
    titles=(
        Text("示例药物治疗示例病的随访研究", "zh"),
        Text("Follow-up of an example drug in an example disease", "en"),
    ),
    authors=(Author("欧阳", "示例"), Author("王", "样")),
    journal=Journal("示例医学杂志", "", "0317-8471"),
    volume="8",
    issue="3",
    pages="11-16",
    year=2021,
    dates=(("published", "2021"),),
)
GBT = "[1] 欧阳示例, 王样. 示例药物治疗示例病的随访研究[J]. 示例医学杂志, 2021, 8(3): 11-16."
WIDE = "［2］欧阳示例，王样．示例药物治疗示例病的随访研究［Ｊ］．示例医学杂志，2021，8（3）：11-16．"
VANCOUVER = "Ouyang S, Wang Y. Follow-up of an example drug in an example disease. Example Med J. 2021;8(3):11-6."
OTHER = "[4] 欧阳示例, 王样. 另一项毫不相干的示例研究[J]. 示例医学杂志, 2019, 6(1): 90-95."


@pytest.mark.parametrize(
    ("text", "kind", "title", "first", "place"),
    [
        (GBT, "article", "示例药物治疗示例病的随访研究", "欧阳", ("示例医学杂志", 2021, "8", "3", "11-16")),
        (WIDE, "article", "示例药物治疗示例病的随访研究", "欧阳", ("示例医学杂志", 2021, "8", "3", "11-16")),
        (VANCOUVER, "article", "Follow-up of an example drug in an example disease", "Ouyang",
         ("Example Med J", 2021, "8", "3", "11-6")),
        ("SMITH J, LI W. Illustrative things[J/OL]. Journal of Examples, 2018, 12: e123. DOI: 10.5555/abc.", "article",
         "Illustrative things", "SMITH", ("Journal of Examples", 2018, "12", "", "e123")),
        ("赵例. 关于示例[D]. 示例市: 示例大学, 2019.", "thesis", "关于示例", "赵", ("", 2019, "", "", "")),
        ("3. Smith J, Li W, et al. Is it an example? N Examp J Med 2005 Mar 3;352(4):341-350.", "article",
         "Is it an example?", "Smith", ("N Examp J Med", 2005, "352", "4", "341-350")),
    ],
)  # fmt: skip
def test_forms(text: str, kind: str, title: str, first: str, place: tuple[str, int, str, str, str]) -> None:
    found = read(text)
    assert found is not None
    assert (found.kind, found.titles[0].value, found.authors[0].family) == (kind, title, first)
    journal = found.journal.title if found.journal else ""
    assert (journal, found.year, found.volume, found.issue, found.pages) == place


def test_identifiers_count_in_any_form() -> None:
    found = read("A book nobody can read in any form, see doi: 10.5555/x1. PMID: 90000001")
    assert found is not None
    assert found.id == "PMID:90000001"
    assert {(one.scheme, one.value) for one in found.identifiers} == {("doi", "10.5555/x1"), ("pmid", "90000001")}


@pytest.mark.parametrize(
    "text", ["", "see there", "Fleiss JL The Design of Experiments 1986 New York, NY: Wiley", "x" * 3000, "[1] [J]."]
)
def test_what_fits_no_form_is_not_guessed_at(text: str) -> None:
    assert read(text) is None


@given(st.text(alphabet="张例,. 0123[J]2021(3):-；[Ｊ］doi10/", max_size=120))
def test_nothing_raises(text: str) -> None:
    read(text)


def published(folder: Path, *references: str) -> Store:
    citing = Document(
        id="PMID:90000002", passages=(Passage("title", "title", "en", "Citing"),), titles=(Text("Citing", "en"),),
        references=tuple(Reference(text) for text in references),
    )  # fmt: skip
    rows = [row for one in (CITED, citing) for row in document_statements(one, Context())]
    store = STORES.load("oxigraph").create(folder / "store")
    graph = f"{DEFAULT_BASE}graph/source/test/1"
    store.apply_all([make_batch(folder / "batch", (graph, "replace", list(dict.fromkeys(rows)), [], "", "1"))])
    store.derive(derived(store, DEFAULT_BASE, (works,)))
    return store


@pytest.mark.parametrize("text", [GBT, WIDE, VANCOUVER])
def test_a_reference_without_identifier_is_a_citation(text: str, tmp_path: Path) -> None:
    store = published(tmp_path, text, OTHER)
    rows = store.select(
        f"SELECT ?reference ?work ?reason WHERE {{ ?reference <{MEDKG}resolvedTo> ?work ; "
        f"<{MEDKG}matchReason> ?reason }}"
    )
    assert [(lexical(row["reference"])[-2:], lexical(row["work"])[-8:]) for row in rows] == [("/1", "90000001")]
    (count,) = store.select(f"SELECT ?work ?count WHERE {{ ?work <{MEDKG}citedByCount> ?count }}")
    assert (lexical(count["work"])[-8:], lexical(count["count"])) == ("90000001", "1")


def test_a_second_publishing_counts_the_same(tmp_path: Path) -> None:
    store = published(tmp_path, GBT)
    before = set(store.statements(""))
    store.derive(derived(store, DEFAULT_BASE, (works,)))
    assert set(store.statements("")) == before
    store.derive(derived(store, DEFAULT_BASE))
    assert not [row for row in store.statements("") if "resolved" in row or "citedByCount" in row]
