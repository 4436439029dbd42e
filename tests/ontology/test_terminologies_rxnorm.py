"""RxNorm in RRF: names by term type, what links drugs, package codes, numbers that were retired."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from kg.model.concept import Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Reject
from ontology.base import Terminology, TerminologyItem
from tests.contract.terminology import TerminologyContract
from tests.ontology.releases import concepts, golden, read, reasons, unpacked, zipped

FILES = golden("rxnorm-rrf.v1")
LEAD = "RXNCONSO.RRF"


class TestRxNorm(TerminologyContract):
    plugin = "rxnorm-rrf.v1"
    file_name = LEAD
    sample = FILES[LEAD]
    options: ClassVar[Mapping[str, object]] = {"ndc": True}
    sure = 1.0

    def items(self, reader: Terminology, path: Path, data: bytes) -> list[TerminologyItem]:
        unpacked({name: FILES[name] for name in FILES if name != LEAD}, path.parent)
        return super().items(reader, path, data)


def test_the_normalised_name_is_preferred(tmp_path: Path) -> None:
    found = concepts(read("rxnorm-rrf.v1", unpacked(FILES, tmp_path) / LEAD))
    assert found["RXNORM:999001"].labels == (
        Label("demonstratin", "en"),
        Label("demonstratin base", "en", "exact"),
        Label("demonsTRATin", "en", "spelling"),
    )
    assert found["RXNORM:999001"].xrefs == (Xref("MESH:C999001"), Xref("ATC:Z99ZZ99"))
    assert found["RXNORM:999004"].label("en") == "demonstratin 10 MG Oral Tablet"
    assert [found[f"RXNORM:{code}"].category for code in ("999003", "999006")] == ["drug", "other"]
    assert "RXNORM:999008" not in found


def test_relations_are_read_in_one_direction(tmp_path: Path) -> None:
    items = read("rxnorm-rrf.v1", unpacked(FILES, tmp_path) / LEAD)
    claims = [item for item in items if isinstance(item, Claim)]
    assert [(claim.subject[7:], claim.predicate[8:], claim.object[7:], dict(claim.qualifiers)) for claim in claims] == [
        ("999002", "related_to", "999001", {"relation": "form_of"}),
        ("999003", "related_to", "999001", {"relation": "tradename_of"}),
        ("999004", "has_active_ingredient", "999001", {}),
        ("999004", "related_to", "999006", {"relation": "has_dose_form"}),
        ("999005", "has_active_ingredient", "999003", {}),
        ("999005", "related_to", "999004", {"relation": "tradename_of"}),
    ]
    assert concepts(items)["RXNORM:999005"].parents == ("RXNORM:999004",)
    assert not reasons(items)


def test_package_codes_are_notations_where_they_are_asked_for(tmp_path: Path) -> None:
    lead = unpacked(FILES, tmp_path) / LEAD
    assert concepts(read("rxnorm-rrf.v1", lead))["RXNORM:999004"].notations == ()
    assert concepts(read("rxnorm-rrf.v1", lead, ndc=True))["RXNORM:999004"].notations == ("99999001001",)


def test_retired_numbers_lead_to_the_present_ones(tmp_path: Path) -> None:
    found = concepts(read("rxnorm-rrf.v1", unpacked(FILES, tmp_path) / LEAD))
    assert found["RXNORM:999007"].deprecated
    retired = {name: concept.replaced_by for name, concept in found.items() if not concept.labels}
    assert retired == {
        "RXNORM:999101": ("RXNORM:999004",), "RXNORM:999102": ("RXNORM:999004", "RXNORM:999005"), "RXNORM:999103": (),
    }  # fmt: skip


def test_an_archive_gives_the_same_without_its_subset(tmp_path: Path) -> None:
    flat = read("rxnorm-rrf.v1", unpacked(FILES, tmp_path / "rrf") / LEAD)
    both = {f"rrf/{name}": data for name, data in FILES.items()} | {f"prescribe/rrf/{LEAD}": FILES[LEAD]}
    assert read("rxnorm-rrf.v1", zipped(both, tmp_path / "RxNorm_full.zip", "")) == flat


@pytest.mark.parametrize(("gone", "options"), [("RXNREL.RRF", {}), ("RXNSAT.RRF", {"ndc": True})])
def test_half_a_release_is_refused(gone: str, options: dict[str, object], tmp_path: Path) -> None:
    lead = unpacked({name: data for name, data in FILES.items() if name != gone}, tmp_path) / LEAD
    assert read("rxnorm-rrf.v1", lead, **options) == [Reject(LEAD, "", "", "incomplete-release", gone, fatal=True)]


def test_strangers_circles_and_short_rows_are_told(tmp_path: Path) -> None:
    link = "{}||CUI|RN|{}||CUI|isa|||RXNORM|RXNORM||||4096|\n"
    more = link.format("999005", "999004") + link.format("999099", "999004") + "999001|short|\n"
    wrong = {**FILES, "RXNREL.RRF": FILES["RXNREL.RRF"] + more.encode()}
    items = read("rxnorm-rrf.v1", unpacked(wrong, tmp_path) / LEAD)
    assert reasons(items) == [
        ("unknown-concept", "RXNREL.RRF", "999004"),
        ("columns", "RXNREL.RRF", "999001"),
        ("cycle", LEAD, "999004"),
    ]
    assert concepts(items)["RXNORM:999005"].parents == ("RXNORM:999004",)
