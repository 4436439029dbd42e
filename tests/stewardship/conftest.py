"""A service over a few concepts of the starter and rules of our own, which are illustrations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.conftest import ROOT

KEPT = {
    "drugs": ("drug-class-penicillin", "drug-amoxicillin", "drug-benzylpenicillin", "drug-warfarin", "drug-ibuprofen",
              "drug-class-nsaid", "drug-aspirin", "drug-metformin", "drug-class-cephalosporin"),
    "tests": ("test-creatinine",),
    "diseases": ("disease-heart-failure", "disease-gout", "disease-peptic-ulcer-disease", "disease-bronchial-asthma"),
    "symptoms": ("symptom-rash",),
}  # fmt: skip
BUILD = """
[[input]]
name = "words"
format = "starter.v1"
kind = "terminology"
paths = ["words"]
version = "1"
licence = "Apache-2.0"
title = { zh = "词表", en = "Words" }
[input.options.checks]
path = "checks.tsv"
[[input]]
name = "illustrations"
format = "rules.v1"
kind = "source"
paths = ["rules.yaml"]
version = "1"
licence = "Apache-2.0"
illustrative = true
annotate = false
title = { zh = "示例规则", en = "Illustrations" }
"""
HEAD = """pack:
  id: illustrations
  version: "1"
  title: {zh: 示例规则, en: Illustrations}
  licence: Apache-2.0
  example: true
"""
EVIDENCE = [{"organisation": "nobody", "title": "An illustration"}]


def has(kind: str, *concepts: str) -> dict[str, object]:
    return {"is": "has", "kind": kind, "concepts": [f"medkg:{name}" for name in concepts]}


def rule(name: str, tier: str, when: dict[str, object]) -> dict[str, object]:
    title = {"zh": f"示例 {name}", "en": f"Illustration {name}"}
    return {
        "id": f"illustration:{name}", "version": "1", "tier": tier, "title": title, "message": title, "when": when,
        "events": ["order-sign"], "evidence": EVIDENCE, "override_reasons": ["will-monitor", "other"],
        "cases": [{"expect": "insufficient", "case": {"event": "order-sign"}}],
    }  # fmt: skip


TIERS = ["block"] + ["interrupt"] * 5 + ["warn"] * 7 + ["inform"] * 7
RULES = [
    *(rule(f"many-{number:02}", tier, has("drug", "drug-warfarin")) for number, tier in enumerate(TIERS)),
    rule("kidney", "interrupt", {"is": "all", "of": [has("drug", "drug-metformin"), {
        "is": "measured", "tests": ["medkg:test-creatinine"], "range": {"unit": "umol/L", "above": 150},
        "days": 30}]}),
    rule("penicillin", "block", {"is": "all", "of": [
        has("drug", "drug-class-penicillin"), has("allergy", "drug-class-penicillin")]}),
    rule("heart", "interrupt", {"is": "all", "of": [
        has("drug", "drug-class-nsaid"), has("condition", "disease-heart-failure")]}),
    rule("asthma", "warn", {"is": "all", "of": [
        has("drug", "drug-class-nsaid"), has("condition", "disease-bronchial-asthma")]}),
]  # fmt: skip


def _starter(name: str) -> str:
    rows = (ROOT / "ontology" / "starter" / f"{name}.tsv").read_text("utf-8").splitlines()
    names = {row.split("\t")[0] for row in rows[1:]} & set(KEPT[name])
    return "\n".join([rows[0], *(_rooted(row, names) for row in rows[1:] if row.split("\t")[0] in names), ""])


def _rooted(row: str, names: set[str]) -> str:
    """A row without parents that are left out, and without codes, which need checks."""
    parts = row.split("\t")
    parts[5] = "|".join(parent for parent in parts[5].split("|") if parent in names)
    parts[6:] = [""]
    return "\t".join(parts)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over a data folder with the generation; nothing is served from it."""
    root = tmp_path_factory.mktemp("stewardship")
    (root / "words").mkdir()
    for name in KEPT:
        (root / "words" / f"{name}.tsv").write_text(_starter(name), "utf-8")
    (root / "words" / "checks.tsv").write_text("concept\tkind\tvalue\tstatus\tevidence\n", "utf-8")
    body = "".join(f"---\n{json.dumps(one, ensure_ascii=False)}\n" for one in RULES)
    (root / "rules.yaml").write_text(HEAD + body, "utf-8")
    (root / "build.toml").write_text(BUILD, "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", people=False, workers=1, hosts="testserver",
                    departments="心内科, ICU", query_budget_seconds=0, query_budget_errors=0,
                    decision_seconds=30.0, rule_seconds=30.0)  # fmt: skip
    Building(made).run(read_config(root / "build.toml"), {}, Listener(), lambda *step: None)
    (made.folder / "rules").mkdir(exist_ok=True)
    (made.folder / "rules" / "demo.json").write_text('{"packs": ["illustrations"]}')
    return made


def changed(settings: Settings, folder: Path, **more: object) -> Settings:
    """The same with other settings and a workflow database of its own."""
    return msgspec.structs.replace(settings, database=f"sqlite:///{folder / 'workflow.sqlite'}", **more)


@pytest.fixture
def client(shelf: Settings, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(changed(shelf, tmp_path)), raise_server_exceptions=False) as opened:
        yield opened
