"""An invented terminology with every feature that the service answers about. Nothing in it is a real code."""

from __future__ import annotations

from pathlib import Path

TERMS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix mkg: <https://w3id.org/medkg/vocab#> .
@prefix biolink: <https://w3id.org/biolink/vocab/> .
@prefix doid: <http://purl.obolibrary.org/obo/DOID_> .
@prefix hp: <http://purl.obolibrary.org/obo/HP_> .
@prefix icd: <http://hl7.org/fhir/sid/icd-10/> .
@prefix ex: <https://example.org/thesaurus/> .

# Invented concepts. 虚构概念。
doid:9900001 a skos:Concept ; mkg:category biolink:Disease ;
    skos:prefLabel "illustrative disease"@en , "示例疾病"@zh ; skos:definition "A disease made up for tests."@en .
doid:9900002 a skos:Concept ; mkg:category biolink:Disease ; skos:broader doid:9900001 ;
    skos:prefLabel "sample fever"@en , "示例热"@zh ; skos:altLabel "show fever"@en ; mkg:abbreviation "SF"@en ;
    skos:hiddenLabel "sampel fever"@en ; skos:notation "F.1" ;
    skos:definition "A fever made up for tests."@en , "为测试虚构的发热。"@zh .
doid:9900003 a skos:Concept ; mkg:category biolink:Disease ; skos:broader doid:9900002 ;
    skos:prefLabel "acute sample fever"@en , "急性示例热"@zh .
doid:9900004 a skos:Concept ; mkg:category biolink:Disease ; skos:broader doid:9900001 , doid:9900002 ;
    skos:prefLabel "sample nephropathy of type 2"@en , "2型示例肾病"@zh .
doid:9900005 a skos:Concept ; mkg:category biolink:Disease ; owl:deprecated true ;
    dcterms:isReplacedBy doid:9900002 ; skos:broader doid:9900001 ; skos:prefLabel "withdrawn fever"@en .
# Parents that go round in a circle.
doid:9900006 a skos:Concept ; mkg:category biolink:Disease ; skos:broader doid:9900007 ;
    skos:prefLabel "circle one"@en .
doid:9900007 a skos:Concept ; mkg:category biolink:Disease ; skos:broader doid:9900006 ;
    skos:prefLabel "circle two"@en .

hp:9900001 a skos:Concept ; mkg:category biolink:PhenotypicFeature ;
    skos:prefLabel "invented sign"@en , "虚构体征"@zh .
hp:9900002 a skos:Concept ; mkg:category biolink:PhenotypicFeature ; skos:broader hp:9900001 ;
    skos:prefLabel "invented warmth"@en , "虚构发热"@zh ; skos:exactMatch doid:9900002 .

icd:Z99.0x01 a skos:Concept ; mkg:category biolink:Disease ; skos:prefLabel "示例热病"@zh .
icd:Z99.0X01 a skos:Concept ; mkg:category biolink:Disease ; skos:prefLabel "另一种示例热病"@zh .
icd:Z99.100 a skos:Concept ; mkg:category biolink:Disease ; skos:prefLabel "示例病"@zh .
icd:Z99.10 a skos:Concept ; mkg:category biolink:Disease ; skos:prefLabel "示例病类"@zh .

ex:1 a skos:Concept ; skos:prefLabel "thing of a thesaurus"@en ; mkg:category biolink:NamedThing .
"""
MANY = 5_001
"""Codes of one system: one more than an answer may hold."""
_MANY = "".join(
    f'<https://example.org/many/{number}> a skos:Concept ; skos:prefLabel "numbered thing {number}"@en .\n'
    for number in range(MANY)
)
MAPPINGS = (
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tpredicate_modifier\tauthor_label\n"
    "DOID:9900002\tskos:exactMatch\tICD10:Z99.0x01\tsemapv:ManualMappingCuration\t0.9\t\tA. Sample\n"
    "DOID:9900001\tskos:narrowMatch\tICD10:Z99.100\tsemapv:LexicalMatching\t0.6\t\t\n"
    "DOID:9900003\tskos:exactMatch\tICD10:Z99.0X01\tsemapv:LexicalMatching\t0.7\t\t\n"
    "DOID:9900003\tskos:exactMatch\tMESH:D990001\tsemapv:LexicalMatching\t0.7\t\t\n"
)
JUDGED = (
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tpredicate_modifier\tauthor_label\n"
    "DOID:9900003\tskos:exactMatch\tICD10:Z99.0X01\tsemapv:ManualMappingCuration\t\tNot\tB. Sample\n"
    "DOID:9900002\tskos:closeMatch\tICD10:Z99.0X01\tsemapv:ManualMappingCuration\t\t\tB. Sample\n"
)


SETS = """conceptset: sample-fevers
version: "1"
title: {zh: 示例热, en: Sample fevers}
illustrative: true
include:
  - {concept: "DOID:9900002", descendants: true, mapped: [exactMatch]}
exclude:
  - {concept: "DOID:9900003"}
---
conceptset: endless
version: "1"
title: {zh: 循环, en: Endless}
illustrative: true
include:
  - {set: endless}
"""


def _input(name: str, kind: str, style: str, path: str, zh: str, en: str) -> str:
    return f"""
[[input]]
name = "{name}"
format = "{style}"
kind = "{kind}"
paths = ["{path}"]
version = "2026-01"
licence = "CC0-1.0"
title = {{ zh = "{zh}", en = "{en}" }}
illustrative = true
"""


def write_library(folder: Path) -> Path:
    """The build file in ``folder``."""
    folder.mkdir(parents=True)
    (folder / "terms.ttl").write_text(TERMS + _MANY, "utf-8")
    (folder / "found.tsv").write_text(MAPPINGS, "utf-8")
    (folder / "judged.tsv").write_text(JUDGED, "utf-8")
    (folder / "sets.yaml").write_text(SETS, "utf-8")
    config = folder / "build.toml"
    config.write_text(
        _input("terms", "terminology", "skos.v1", "terms.ttl", "示例术语", "Illustrative terms")
        + _input("found", "mapping", "sssom.v1", "found.tsv", "示例映射", "Illustrative mappings")
        + _input("judged", "mapping", "sssom.v1", "judged.tsv", "已判定的示例映射", "Judged illustrative mappings")
        + _input("sets", "terminology", "conceptset.v1", "sets.yaml", "示例概念集", "Illustrative sets"),
        "utf-8",
    )
    return config
