"""conceptset.v1: what is read, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from kg.model.conceptset import ConceptSet
from kg.model.source import Reject
from ontology.reading.raw import describe
from ontology.terminologies.concept_sets import ConceptSets
from tests.contract.terminology import TerminologyContract

SAMPLE = "\n---\n".join(
    f"""conceptset: sample-{number}
version: "{number}.0"
title: {{zh: 示例, en: Sample}}
include:
  - {{concept: "DOID:900000{number}", descendants: true}}
  - {{concept: "ICD10CM:Z99.{number}0"}}"""
    for number in range(1, 5)
)


class TestConceptSets(TerminologyContract):
    plugin: ClassVar[str] = "conceptset.v1"
    sample: ClassVar[bytes] = SAMPLE.encode()
    file_name: ClassVar[str] = "sets.yaml"
    sure: ClassVar[float] = 1.0


def read(path: Path, text: str) -> list[object]:
    path.write_text(text, "utf-8")
    return list(ConceptSets().parse(describe(path), {}))


def test_codes_stay_what_they_are(tmp_path: Path) -> None:
    text = "conceptset: codes\nversion: 1.0\ntitle: {zh: 甲, en: a}\ninclude: [{concept: ICD9CM:250.00}]\n"
    (found,) = read(tmp_path / "a.yaml", text)
    assert isinstance(found, ConceptSet)
    assert found.version == "1.0"
    assert found.include[0].concept == "ICD9CM:250.00"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("conceptset: Über", "conceptset"),
        ("version: ../1", "version"),
        ("include: []", "include"),
        ("include: [{concept: DOID:1, nested: true}]", "nested"),
        ("include: [{concept: DOID:1, mapped: [sameAs]}]", "sameAs"),
        ("include: [{concept: DOID:1, descendants: perhaps}]", "descendants"),
        ("include: [{set: other, descendants: true}]", "set"),
        ("include: [{concept: DOID:1, version: 2}]", "version"),
        ("include: [{}]", "concept / set"),
        ("status: fine", "status"),
        ("title: {zh: 甲, en: a, de: b}", "de"),
        (f"include: {'[' * 5000}", "Recursion"),
        ("include: !!python/object/apply:os.system [ls]", "include"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, line: str, says: str) -> None:
    rows = {
        "conceptset": "conceptset: demo", "version": "version: 1", "title": "title: {zh: 甲, en: a}",
        "include": "include: [{concept: DOID:1}]",
    }  # fmt: skip
    (found,) = read(tmp_path / "a.yaml", "\n".join((rows | {line.partition(":")[0]: line}).values()))
    assert isinstance(found, Reject)
    assert found.reason == "bad-record"
    assert says in found.detail


def test_a_document_without_end_is_not_held(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.yaml", "conceptset: long\n" + "# filling\n" * 300_000)
    assert isinstance(found, Reject)
