"""Drug catalogues: products, and links to ingredients only where a table says so."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Notice, Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.drugs import Drugs
from tests.contract.terminology import TerminologyContract

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "drugs.v1"


class TestDrugs(TerminologyContract):
    plugin = "drugs.v1"
    file_name = "approvals.tsv"
    sample = (
        "批准文号\t产品名称\n国药准字H99990001\t示例星片\n国药准字Z99990002\t示例丸\n国药准字HJ99990003\t示例酸片\n"
    ).encode()
    options: ClassVar[Mapping[str, object]] = {"catalogue": "approvals"}
    sure = 0.3


def golden(name: str) -> list[TerminologyItem]:
    path = next(path for path in GOLDEN.glob(f"{name}.*") if path.suffix in (".csv", ".tsv"))
    return list(Drugs().parse(describe(path), tomllib.loads((GOLDEN / f"{name}.toml").read_text())))


def test_products_have_names_numbers_and_classes() -> None:
    found = {item.id: item for item in golden("insurance") if isinstance(item, Concept)}
    product = found["YBDRUG:XZ91ABD002A001010100001"]
    assert product.labels == (Label("示例星片", "zh"), Label("展示平", "zh", "brand"))
    assert product.xrefs == (Xref("NMPA:国药准字H99990001"), Xref("ATC:Z91AB02", relation="broadMatch"))
    assert len(found) == 3


def test_ingredients_are_links_where_a_table_knows_them_and_told_where_not() -> None:
    found = golden("insurance")
    links = [(item.subject[-1], item.predicate, item.object) for item in found if isinstance(item, Claim)]
    assert links == [
        ("1", "biolink:has_active_ingredient", "ATC:Z91AB02"),
        ("2", "biolink:has_active_ingredient", "ATC:Z91AB02"),
    ]
    assert [(item.reason, item.detail) for item in found if isinstance(item, Notice)] == [("no-ingredient", "未知素")]
    rejects = [item.reason for item in found if isinstance(item, Reject) and not isinstance(item, Notice)]
    assert rejects == ["duplicate-code", "bad-code"]


def test_a_product_of_two_ingredients_has_two_links() -> None:
    links = [item.object for item in golden("approvals") if isinstance(item, Claim) and item.subject.endswith("4")]
    assert links == ["ATC:Z91AB02", "CHEBI:999001"]


def test_other_numbers_of_a_product_keep_their_zeros() -> None:
    products = {item.id: item for item in golden("approvals") if isinstance(item, Concept)}
    assert products["NMPA:国药准字H99990001"].notations == ("国药准字H99990001", "09990001000010")


def test_without_a_table_nothing_is_linked_and_nothing_is_told() -> None:
    found = golden("essential")
    assert not [item for item in found if isinstance(item, Claim | Notice)]
    assert [item.id for item in found if isinstance(item, Concept)] == ["NEML:1", "NEML:2"]


@pytest.mark.parametrize("options", [{}, {"catalogue": "shop"}, {"catalogue": "approvals", "roles": {"x": "y"}}])
def test_a_wrong_option_is_named(tmp_path: Path, options: Mapping[str, object]) -> None:
    shutil.copy(GOLDEN / "approvals.tsv", tmp_path)
    with pytest.raises(ConfigError):
        list(Drugs().parse(describe(tmp_path / "approvals.tsv"), options))
