"""A service over a handful of made-up drugs, tests and diseases with rules about them. None of it is clinical."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from api.cli.main import app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener

_HEAD = "id\ten\tzh\ten_synonyms\tzh_synonyms\tbroader\txrefs\n"
_PACK = {
    "drugs.tsv": "drug-class-showcase\tshowcase drugs\t展示类药\t\t\t\t\n"
    "drug-demonstratin\tdemonstratin\t示例素\t\tbrand:演示霉素\t\tATC:Z99AA01\n"
    "drug-showcasin\tshowcasin\t展示素\t\t\tdrug-class-showcase\tATC:Z99AB01\n",
    "diseases.tsv": "disease-specimenitis\tspecimenitis\t样本炎\t\t\t\tICD10:Z99.800\n",
    "tests.tsv": "test-samplin\tsamplin level\t样本素水平\t\t\t\tLOINC:99999-9\n",
    "checks.tsv": "",
}
_CHECKED = (
    ("drug-demonstratin", "ATC:Z99AA01", "示例素"), ("drug-showcasin", "ATC:Z99AB01", "展示素"),
    ("disease-specimenitis", "ICD10:Z99.800", "样本炎"), ("test-samplin", "LOINC:99999-9", "样本素水平"),
)  # fmt: skip
_RULES = """
pack: {id: illustration, version: "1", title: {zh: 示例包, en: Illustration}, licence: CC0-1.0}
"""
_RULE = """---
id: "test:%s"
version: "1"
tier: warn
title: {zh: 示例, en: Illustration}
message: {zh: 示例文字。, en: An illustration.}
events: [order-sign, prescription-review, patient-view, result-received]
when: %s
evidence: [{organisation: Illustrators, title: A made-up book}]
cases: [{expect: silent, case: {event: order-sign, patient: {sex: male, birth_date: "2000-01-01", pregnant: false},
  orders: [], medications: [], conditions: [], allergies: [], procedures: [], results: []}}]
"""
_DRUG = '{is: has, kind: drug, concepts: ["medkg:drug-demonstratin"]%s}'
_WHENS = {
    "pair": "{is: all, of: [%s, {is: has, kind: drug, concepts: ['medkg:drug-class-showcase']}]}" % (_DRUG % ""),
    "level": "{is: all, of: [%s, {is: measured, tests: ['medkg:test-samplin'], "
    "range: {unit: mmol/L, above: 2}, days: 30}]}" % (_DRUG % ", among: orders"),
    "disease": "{is: all, of: [%s, {is: has, kind: condition, concepts: ['medkg:disease-specimenitis']}]}"
    % (_DRUG % ""),
    "allergy": "{is: all, of: [{is: has, kind: drug, concepts: ['medkg:drug-showcasin'], among: orders}, "
    "{is: has, kind: allergy, concepts: ['medkg:drug-showcasin']}]}",
    "old-woman": "{is: all, of: [%s, {is: ofsex, sex: female}, {is: aged, range: {unit: a, at_least: 65}}]}"
    % (_DRUG % ", among: orders"),
    "pregnancy": "{is: all, of: [%s, {is: pregnant}]}" % (_DRUG % ", among: orders"),
    "daily": _DRUG % ", among: orders, routes: [oral], daily: {unit: mg, above: 10}",
    "long": _DRUG % ", among: orders, days_supply: {unit: d, above: 7}",
}  # fmt: skip
_BUILD = """
[[input]]
name = "pack"
format = "starter.v1"
kind = "terminology"
paths = ["pack"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例", en = "Illustrative" }
[input.options.checks]
path = "checks.tsv"
[[input]]
name = "rules"
format = "rules.v1"
kind = "source"
paths = ["rules.yaml"]
version = "1"
licence = "CC0-1.0"
illustrative = true
annotate = false
title = { zh = "示例规则", en = "Illustrative rules" }
"""


def built(root: Path, **settings: object) -> Settings:
    """Settings of a data folder with one generation, whose rules are shown as examples."""
    folder = root / "in"
    (folder / "pack").mkdir(parents=True)
    for name, text in _PACK.items():
        (folder / "pack" / name).write_text(_HEAD + text, "utf-8")
    rows = [f"{concept}\txref\t{xref}\tverified\tinvented\n{concept}\tlabel\t{zh}\tattested\tinvented\n"
            for concept, xref, zh in _CHECKED]  # fmt: skip
    (folder / "pack" / "checks.tsv").write_text("concept\tkind\tvalue\tstatus\tevidence\n" + "".join(rows), "utf-8")
    rules = _RULES + "".join(_RULE % (name, when) for name, when in _WHENS.items())
    (folder / "rules.yaml").write_text(rules, "utf-8")
    (folder / "build.toml").write_text(_BUILD, "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", people=False, workers=1, decision_seconds=60, **settings)  # type: ignore[arg-type]
    Building(made).run(read_config(folder / "build.toml"), {}, Listener(), lambda *step: None)
    shown = CliRunner().invoke(app, ["rules", "demo", "illustration", "--data", made.data])
    assert shown.exit_code == 0, shown.output
    return made
