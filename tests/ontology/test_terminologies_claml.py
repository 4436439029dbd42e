"""ClaML: rubrics, daggers, modifiers, and links that lead nowhere or in circles."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Notice, Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.claml import Claml
from tests.contract.terminology import TerminologyContract

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "claml.v1"


class TestClaml(TerminologyContract):
    plugin = "claml.v1"
    file_name = "whole.xml"
    sample = (GOLDEN / "whole.xml").read_bytes()
    sure = 1.0


def read(path: Path = GOLDEN / "classes.xml", **options: object) -> list[TerminologyItem]:
    return list(Claml().parse(describe(path), options))


def concepts(items: list[TerminologyItem]) -> dict[str, Concept]:
    return {item.id.partition(":")[2]: item for item in items if isinstance(item, Concept)}


def test_rubrics_are_names_and_definitions() -> None:
    found = concepts(read())["Q91.0"]
    assert found.labels == (
        Label("Illustrative disease of the show", "en"),
        Label("show disease of tests", "en", "narrow"),
    )
    assert found.definitions == (Label("A disease made up for tests.", "en"),)
    assert found.parents == ("ICD10:Q91",)


def test_daggers_and_asterisks_are_marks_and_pairs() -> None:
    found = concepts(read())
    assert found["Q91.0"].notations == ("Q91.0", "Q91.0†")
    assert found["Q91.0"].xrefs == (Xref("ICD10:Q98", relation="relatedMatch"),)
    assert found["Q98"].notations == ("Q98", "Q98*")


def test_modifiers_make_classes_unless_they_are_left_out() -> None:
    found = concepts(read())
    assert found["Q92.0"].labels == (Label("Modified disease: With demonstration", "en"),)
    assert found["Q92.9"].parents == ("ICD10:Q92",)
    assert "Q92.0" not in concepts(read(modifiers=False))


def test_exclusions_are_claims() -> None:
    (claim,) = [item for item in read() if isinstance(item, Claim)]
    assert (claim.subject, claim.object) == ("ICD10:Q91", "ICD10:Q92")
    assert claim.qualifiers == (("relation", "excludes"), ("text", "illustrative disease of others"))


def test_what_leads_nowhere_or_in_a_circle_is_told_and_left_out() -> None:
    found = read()
    notices = [(item.key, item.reason, item.detail) for item in found if isinstance(item, Notice)]
    assert notices == [
        ("Q91.1", "unknown-parent", "Q77"),
        ("Q94", "cycle", "Q94 → Q93"),
        ("Q98", "unknown-relation-end", "Z01"),
    ]
    rejects = [(item.key, item.reason) for item in found if isinstance(item, Reject) and not isinstance(item, Notice)]
    assert rejects == [("Q98", "duplicate-code"), ("Q99", "no-label")]
    known = concepts(found)
    assert known["Q91.1"].parents == ("ICD10:Q91",)
    assert (known["Q93"].parents, known["Q94"].parents) == (("ICD10:Q94",), ())


def test_a_chapter_is_what_its_first_block_is() -> None:
    assert concepts(read())["XXX"].category == "disease"
    assert concepts(read(category="procedure"))["Q91"].category == "procedure"


@pytest.mark.parametrize("options", [{"prefix": "ICD12"}, {"category": "illness"}])
def test_a_wrong_option_is_named(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"claml\.v1"):
        read(**options)


def test_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE ClaML [<!ENTITY a "b">]><ClaML><Class code="A"/></ClaML>')
    (reject,) = read(path)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.fatal) == ("forbidden-xml", True)
