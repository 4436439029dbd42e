"""Quotes looked for in a generation: by ``medkg rules lint`` and by ``medkg verify``, with planted errors."""

from __future__ import annotations

import json
import shutil

import pytest

from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.model.document import Passage
from tests.api.test_cli import medkg
from tests.golden_files import FOLDER

TEXT = "Background. An invented patient had gout after examplacil. The end."
QUOTE = "An invented patient had gout after examplacil."
KEY = Passage("abstract.1", "abstract", "en", TEXT).key
ROW = "update pair set cpiclevel='A'"
INPUT = """
[[input]]
name = "{name}"
format = "{format}"
kind = "{kind}"
paths = ["{file}"]
version = "1"
licence = "CC0-1.0"
illustrative = true
annotate = false
title = {{ zh = "示例", en = "Illustration" }}
"""
RULE = """---
id: "test:{name}"
version: "1"
tier: inform
title: {{zh: 例, en: Example}}
message: {{zh: 例, en: Example}}
events: [order-sign]
when: {{is: pregnant}}
evidence: [{{organisation: medkg, title: Illustration, document: "{document}", passage: {key}, start: {start},
  quote: "{quote}", basis: quoted}}]
cases: [{{expect: insufficient, case: {{event: order-sign}}}}]
"""
GOOD = {"name": "found", "document": "PMID:90000011", "key": KEY, "start": 12, "quote": QUOTE}
RULES = (
    GOOD,
    GOOD | {"name": "moved", "start": 13},
    GOOD | {"name": "wording", "quote": QUOTE.replace("gout", "fever")},
    GOOD | {"name": "passage", "document": "PMID:90000012"},
    GOOD | {"name": "standing", "document": "PMID:90000013"},
    GOOD | {"name": "no-document", "document": "PMID:90000014"},
)
FAULTS = {"moved", "wording", "passage", "standing"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("quoting")
    texts = {11: TEXT, 12: "Another illustration.", 13: TEXT}
    (root / "texts.txt").write_text(
        "".join(f"900000{number}|t|A title\n900000{number}|a|{text}\n\n" for number, text in texts.items()), "utf-8"
    )
    (root / "fallen.tsv").write_text("90000013\n90000014\n90000099\n", "utf-8")
    head = 'pack: {id: p, version: "1", title: {zh: 包, en: Pack}, licence: CC0-1.0}\n'
    (root / "pack.yaml").write_text(head + "".join(RULE.format(**rule) for rule in RULES), "utf-8")
    shutil.copy(FOLDER / "cpic.v1" / "seed.sql", root / "seed.sql")
    rows = (
        ("texts", "pubtator.v1", "source", "texts.txt"),
        ("fallen", "standing.v1", "curated", "fallen.tsv"),
        ("pack", "rules.v1", "source", "pack.yaml"),
        ("cpic-names", "cpic-names.v1", "terminology", "seed.sql"),
        ("cpic", "cpic.v1", "source", "seed.sql"),
    )
    names = ("name", "format", "kind", "file")
    (root / "build.toml").write_text(
        "".join(INPUT.format(**dict(zip(names, row, strict=True))) for row in rows), "utf-8"
    )
    made = Settings(data=str(root / "data"), encoder="none", people=False)
    Building(made).run(read_config(root / "build.toml"), {}, Listener(), lambda *step: None)
    return made


def test_the_lint_finds_each_planted_error_and_says_where_it_is(settings: Settings) -> None:
    done = medkg("rules", "lint", "--json", "--data", settings.data)
    found = {row["rule"].removeprefix("test:"): row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1
    assert {name for name, row in found.items() if row["state"] == "fault"} == FAULTS
    assert {name: row["reason"] for name, row in found.items()} == {
        name: "" if name == "found" else name for name in found
    }
    assert (found["moved"]["detail"], found["standing"]["detail"]) == ("12", "retracted")


def test_it_says_so_in_both_languages(settings: Settings) -> None:
    told = {language: medkg("rules", "lint", "--data", settings.data, language=language) for language in ("en", "zh")}
    assert "test:moved, evidence 1: the words stand at 12, not where the rule says" in told["en"].stdout
    assert "test:moved，第 1 条证据：该文字在位置 12，不在规则所标之处" in told["zh"].stdout
    assert "6 quotes of 6 rules: 1 found, 4 wrong, 1 not looked at." in told["en"].stderr


def test_verify_fails_for_a_generation_with_a_wrong_quote(settings: Settings) -> None:
    done = medkg("verify", "--json", "--data", settings.data)
    rows = [row for row in map(json.loads, done.stdout.splitlines()) if row["kind"] == "quote"]
    assert done.returncode == 1
    assert [row["ok"] for row in rows] == [False] * 4 + [True]
    assert rows[-1]["message"].startswith("1 of 6 quotes found")


def test_what_cpic_says_is_in_the_graph_with_its_ids(settings: Settings) -> None:
    query = """
    PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX mkg: <https://w3id.org/medkg/vocab#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    SELECT ?gene ?drug ?same WHERE {
      ?claim rdf:object ?d ; rdf:subject ?g ; mkg:source ?document .
      ?document dcterms:identifier "doc:cpic-pair-EXG1-testazole" .
      ?g skos:prefLabel ?gene . ?d skos:prefLabel ?drug ; skos:exactMatch ?same
    }"""
    done = medkg("sparql", "--format", "csv", "--data", settings.data, text=query)
    assert done.stdout.split()[1:] == ["EXG1,testazole,http://identifiers.org/drugbank/DB90004"], (
        done.stderr + done.stdout
    )
