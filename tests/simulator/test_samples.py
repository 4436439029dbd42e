"""Public FHIR samples: bundles become cases, and each of their codings is understood or listed with the reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from api.decisions import Decisions
from api.knowledge import Knowledge
from ingest.cases.synthetic import file_cases
from kg.model.case import Case, Code, Order
from kg.rules.ruleset import Asked
from tests.conftest import ROOT
from tests.simulator.samples import PREFIXES, codings

FOLDER = ROOT / "ingest" / "packs" / "patients"


def rows(name: str) -> list[dict[str, str]]:
    lines = [line for line in (FOLDER / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


MAPPED = {row["subject_id"]: row for row in rows("fhir-samples.sssom.tsv")}
LISTED = {row["subject_id"]: row for row in rows("fhir-samples-unmapped.sssom.tsv")}


def test_every_coding_is_understood_or_listed(data_folder: Path, asked: tuple[Decisions, Knowledge]) -> None:
    resolver = asked[0].shelf(asked[1]).resolver
    every = list(codings(data_folder))
    distinct = set(every)
    assert (len(every), len(distinct)) == (371, 102)
    understood, listed = set(), set()
    for system, code in distinct:
        name = f"{PREFIXES[system]}:{code}"
        concepts = resolver.code(Code(code=code, system=system)).concepts
        if concepts:
            understood.add(name)
            assert name not in MAPPED or MAPPED[name]["object_id"] in concepts
        elif name in LISTED:
            listed.add(name)
    assert len(understood) + len(listed) == len(distinct)
    assert not understood & LISTED.keys()
    assert (len(understood), len(listed), len(MAPPED)) == (63, 39, 45)
    # Neither file says anything about a code that is not in the samples.
    assert MAPPED.keys() <= understood
    assert LISTED.keys() - listed == set()


def test_the_mapping_set_says_who_and_why() -> None:
    heads = [(FOLDER / name).read_text("utf-8") for name in ("fhir-samples.sssom.tsv",
             "fhir-samples-unmapped.sssom.tsv")]  # fmt: skip
    for head in heads:
        for slot in ("author_label", "reviewer_label", "mapping_date", "mapping_justification", "license"):
            assert f"#{slot}: " in head
    assert {row["predicate_id"] for row in MAPPED.values()} == {"skos:exactMatch", "skos:broadMatch"}
    assert {row["object_id"] for row in LISTED.values()} == {"sssom:NoTermFound"}
    assert all(row["comment"] for row in LISTED.values())


@pytest.mark.parametrize("name", ["r4-02", "r4-03", "r4-04", "r4-05"])
def test_a_bundle_is_a_patient(name: str, data_folder: Path, asked: tuple[Decisions, Knowledge]) -> None:
    decisions, found = asked
    (case,) = file_cases(data_folder / "synthea-fhir" / f"{name}.json.gz", ["patient-view"], "2019-06-01T00:00:00Z")
    assert case.conditions
    assert case.results
    told = decisions.evaluate(found, case, Asked(limit=50, shown=False))
    known = {place.place for place in told.interpretation.problems}
    sent = [
        (f"/{section}/{number}", item.codes)
        for section in ("conditions", "procedures", "medications", "results")
        for number, item in enumerate(getattr(case, section) or ())
    ]
    # What is not understood is told, and is what the file lists.
    for place, codes in sent:
        names = [f"{PREFIXES[one.system]}:{one.code}" for one in codes if one.system in PREFIXES]
        if place in known:
            assert any(one in LISTED for one in names), (place, names)


def test_a_bundle_of_practitioners_has_no_patient(data_folder: Path) -> None:
    assert list(file_cases(data_folder / "synthea-fhir" / "r4-01.json", ["patient-view"])) == []


def test_a_tablet_is_its_ingredient_and_a_narrower_test_is_not_the_wider_one(
    asked: tuple[Decisions, Knowledge],
) -> None:
    decisions, found = asked
    tablet = Order(codes=(Code("310965", "http://www.nlm.nih.gov/research/umls/rxnorm"),))
    case = Case(event="order-sign", orders=(tablet,), medications=(Order(name="warfarin"),))
    fired = {card.rule for card in decisions.evaluate(found, case, Asked(limit=50, shown=False)).items}
    assert "example:warfarin-nsaid" in fired
    combined = Code("857001", "http://www.nlm.nih.gov/research/umls/rxnorm")
    assert decisions.shelf(found).resolver.code(combined).concepts == (
        "medkg:drug-class-opioid-analgesic", "medkg:drug-paracetamol",
    )  # fmt: skip
    resting = Code("59417-6", "http://loinc.org")
    assert decisions.shelf(found).resolver.code(resting).concepts == ()
