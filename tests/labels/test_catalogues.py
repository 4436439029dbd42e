"""Catalogues of medicines (essential medicines, insurance lists) by a column map: no reader of their own is needed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from kg.model.concept import Concept
from kg.model.evidence import Claim
from kg.model.source import Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.table import ColumnMap

_ESSENTIAL = """序号,品种名称,英文名称,剂型、规格,备注
1,泽普林,Zeprolin,片剂：50mg,
2,卡司帕醇,Casparol,片剂：10mg；注射液：1ml：5mg,△
3,,Brulin,片剂：50mg,
"""
_ESSENTIAL_MAP = """
[concept]
id = { column = "序号", prefix = "medkg" }
category = "drug"
labels = [
  { column = "品种名称", language = "zh", kind = "preferred" },
  { column = "英文名称", language = "en", kind = "preferred" },
]
[claim]
subject = { column = "序号", prefix = "medkg" }
predicate = "biolink:member_of"
object = { value = "essential-medicines-2099", prefix = "medkg" }
method = "essential-medicines-2099"
qualifiers = ["剂型、规格", "备注"]
"""
_INSURANCE = """药品分类代码\t甲乙类\t编号\t药品名称\t剂型\t备注
XA01\t甲\t1\t泽普林\t口服常释剂型\t
XA01\t乙\t2\t布鲁林\t注射剂\t限二线用药
XA02\t丙\t3\t卡司帕醇\t口服常释剂型\t
"""
_INSURANCE_MAP = """
encoding = "gb18030"
[claim]
subject = { column = "编号", prefix = "medkg" }
predicate = "biolink:member_of"
object = { column = "甲乙类", map = { "甲" = "insurance-2099-a", "乙" = "insurance-2099-b" }, prefix = "medkg" }
method = "insurance-2099"
qualifiers = ["药品分类代码", "药品名称", "剂型", "备注"]
"""


def read(path: Path, text: bytes, options: str) -> list[TerminologyItem]:
    path.write_bytes(text)
    return list(ColumnMap().parse(describe(path), tomllib.loads(options)))


def test_a_list_of_essential_medicines(tmp_path: Path) -> None:
    items = read(tmp_path / "a.csv", _ESSENTIAL.encode(), _ESSENTIAL_MAP)
    concepts = [item for item in items if isinstance(item, Concept)]
    claims = [item for item in items if isinstance(item, Claim)]
    assert len(concepts) == len(claims) == 3
    assert {label.language: label.value for label in concepts[1].labels} == {"zh": "卡司帕醇", "en": "Casparol"}
    assert (claims[1].subject, claims[1].object) == ("medkg:2", "medkg:essential-medicines-2099")
    assert dict(claims[1].qualifiers) == {"剂型、规格": "片剂：10mg；注射液：1ml：5mg", "备注": "△"}


def test_an_insurance_list_with_classes_and_restrictions(tmp_path: Path) -> None:
    items = read(tmp_path / "a.tsv", _INSURANCE.encode("gb18030"), _INSURANCE_MAP)
    claims = [item for item in items if isinstance(item, Claim)]
    assert [(claim.subject, claim.object) for claim in claims] == [
        ("medkg:1", "medkg:insurance-2099-a"),
        ("medkg:2", "medkg:insurance-2099-b"),
    ]
    assert dict(claims[1].qualifiers)["备注"] == "限二线用药"
    # A class that the map does not know is told, not dropped.
    assert len([item for item in items if isinstance(item, Reject)]) == 1
