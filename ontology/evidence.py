"""What tables of others say: which identifier has which names, and which Chinese terms are in use.

Read from the folder of test data with the same readers that a build uses.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import ahocorasick_rs
import msgspec

from kg.errors import InputError
from kg.model.concept import Concept
from kg.model.source import Reject
from ontology.base import TERMINOLOGIES, Options
from ontology.prefixes import curie
from ontology.reading.raw import describe, lines, open_bytes

_NAMING_KINDS = frozenset({"preferred", "exact", "abbreviation", "brand", "lay", "clinical", "old"})
_PUNCTUATION = re.compile(r"[^\w+]|_").sub
_COPY = re.compile(r"COPY (\w+) \(([^)]*)\) FROM stdin;").match
_SYSTEMS = {
    "http://loinc.org": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
    "http://snomed.info/sct": "SNOMED",
}
_SEMANTIC_TAG = re.compile(r" \((?:procedure|disorder|finding|situation|event|regime/therapy|substance)\)$").sub


class Table(msgspec.Struct, frozen=True):
    """A table of concepts. ``naming``: it names its own identifiers, so another name is a contradiction."""

    path: str
    format: str
    options: dict[str, object] = {}
    naming: bool = True


def _names(id_column: str, name: str, prefix: str = "", **more: object) -> dict[str, object]:
    identifier: object = {"column": id_column, "prefix": prefix} if prefix else id_column
    return {"concept": {"id": identifier, "labels": [name], **more}}


_INDRA = ["source", "source_id", "source_name", "target", "target_id", "target_name"]
TABLES: tuple[Table, ...] = (
    Table("doid/HumanDO.tsv", "table.v1", _names("id", "label")),
    Table("doid/allXREFinDO.tsv", "table.v1", _names("id", "label", xrefs=["xref"])),
    Table("doid/doid-2016-03-04.obo", "obo.v1"),
    Table("doid/DO_rare_slim.obo", "obo.v1"),
    Table("doid/DO_cancer_slim.obo", "obo.v1"),
    Table("doid/DO_infectious_disease_slim.obo", "obo.v1"),
    Table("doid/NCIthesaurus.obo", "obo.v1"),
    Table("mesh/terms.tsv", "table.v1", _names("mesh_id", "mesh_name", "MESH")),
    Table("mesh/desc-samples.xml", "mesh-xml.v1"),
    Table("mesh/supp-samples.xml", "mesh-xml.v1"),
    Table("hpo-zh/hp-zh.babelon.tsv", "table.v1", _names("subject_id", "source_value")),
    Table("hpo-zh/layperson-synonyms.tsv", "table.v1", _names("?term", "?layperson")),
    Table("entrez-gene/symbols-human.tsv", "table.v1", _names("GeneID", "symbol", "NCBIGENE")),
    Table(
        "entrez-gene/xrefs-human.tsv",
        "table.v1",
        {
            "where": {"resource": ["HGNC"]},
            "concept": {
                "id": {"column": "GeneID", "prefix": "NCBIGENE"},
                "xrefs": [{"column": "identifier", "prefix_column": "resource"}],
            },
        },
    ),
    Table("gwas-catalog/gene-associations.tsv", "table.v1", _names("doid_code", "doid_name")),
    Table("gwas-catalog/genes.tsv", "table.v1", _names("gene", "symbol", "NCBIGENE")),
    Table("drugcentral/indications.tsv", "table.v1", _names("drugbank_id", "drug", "DRUGBANK")),
    Table("drugcentral/indications.tsv", "table.v1", _names("doid_id", "disease")),
    Table("drugcentral/targets.tsv", "table.v1", _names("drugbank_id", "drugbank_name", "DRUGBANK")),
    Table("drugcentral/drug-to-class.tsv", "table.v1", _names("drugbank_id", "drugbank_name", "DRUGBANK")),
    Table("pharmacotherapydb/indications.tsv", "table.v1", _names("drugbank_id", "drug", "DRUGBANK")),
    Table("pharmacotherapydb/indications.tsv", "table.v1", _names("doid_id", "disease")),
    Table(
        "indra-mappings/mesh_mappings.tsv",
        "table.v1",
        {
            "header": False,
            "columns": _INDRA,
            "concept": {"id": {"column": "source_id", "prefix_column": "source"}, "labels": ["source_name"]},
        },
    ),
    Table(
        "indra-mappings/mesh_mappings.tsv",
        "table.v1",
        {
            "header": False,
            "columns": _INDRA,
            "where": {"target": ["DOID", "HP", "HGNC"]},
            "concept": {"id": {"column": "target_id", "prefix_column": "target"}, "labels": ["target_name"]},
        },
        naming=False,
    ),
)


def fold(name: str) -> str:
    """A name without case, spaces and punctuation.

    >>> fold("Alzheimer's disease"), fold("beta-Blocker")
    ('alzheimersdisease', 'betablocker')
    """
    return _PUNCTUATION("", unicodedata.normalize("NFKC", name).lower())


def folds(name: str) -> set[str]:
    """The forms in which a name counts: as written, and turned round where MeSH inverts it.

    >>> sorted(folds("Diabetes Mellitus, Type 2"))
    ['diabetesmellitustype2', 'type2diabetesmellitus']
    """
    found = {fold(name)}
    if ", " in name:
        found.add(fold(" ".join(reversed(name.split(", ")))))
    return found - {""}


class Found(msgspec.Struct, frozen=True):
    """Where a name stands: the file and the name as written there."""

    file: str
    name: str

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


class NameTables:
    """Names of identifiers, folded only for those that somebody asks about."""

    def __init__(self) -> None:
        self._naming: dict[str, dict[Found, None]] = {}
        self._linked: dict[str, dict[Found, None]] = {}
        self._links: dict[str, dict[tuple[str, str], None]] = {}

    def add(self, identifier: str, names: Iterable[str], file: str, naming: bool = True) -> None:
        known = (self._naming if naming else self._linked).setdefault(identifier, {})
        known.update((Found(file, name), None) for name in names)

    def link(self, identifier: str, other: str, file: str) -> None:
        """``file`` says that ``other`` has the cross-reference ``identifier``."""
        self._links.setdefault(identifier, {})[other, file] = None

    def naming(self, identifier: str) -> dict[str, Found]:
        """Folded name -> where, from the tables that name this identifier."""
        return _folded(self._naming.get(identifier, ()))

    def linked(self, identifier: str) -> dict[str, Found]:
        """Folded name -> where, from tables that only refer to this identifier."""
        found = list(self._linked.get(identifier, ()))
        for other, file in self._links.get(identifier, ()):
            found += [Found(file, known.name) for known in self._naming.get(other, ())]
        return _folded(found)


def _folded(names: Iterable[Found]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for known in names:
        for form in folds(known.name):
            found.setdefault(form, known)
    return found


def read_names(data: Path) -> NameTables:
    """Everything the folder says about names; raises InputError for a missing or damaged file."""
    tables = NameTables()
    for table in TABLES:
        reader = TERMINOLOGIES.load(table.format)()
        options: Options = table.options
        for item in reader.parse(describe(data / table.path), options):
            if isinstance(item, Reject) and item.fatal:
                raise InputError(path=data / table.path, position=item.position, reason=item.detail)
            if not isinstance(item, Concept):
                continue
            names = [label.value for label in item.labels if label.kind in _NAMING_KINDS]
            if names:
                tables.add(item.id, names, table.path, table.naming)
            if not item.deprecated:
                for xref in item.xrefs:
                    tables.link(xref.curie, item.id, table.path)
    _read_cpic(data / "cpic" / "V2__initial_data.sql", tables)
    _read_codings(sorted((data / "synthea-fhir").glob("*.json*")), tables)
    return tables


def _read_cpic(path: Path, tables: NameTables) -> None:
    """Drugs and genes of CPIC: a PostgreSQL dump with COPY blocks."""
    file = f"cpic/{path.name}"
    for name, row in _copied(path):
        if name == "drug":
            for prefix, code in (("RXNORM", row["rxnormid"]), ("DRUGBANK", row["drugbankid"])):
                if code:
                    tables.add(f"{prefix}:{code}", [row["name"]], file)
            for code in row["atcid"].strip("{}").replace('"', "").split(","):
                if code:
                    tables.add(f"ATC:{code}", [row["name"]], file, naming=False)
        elif name == "gene":
            for prefix, code in (("HGNC", row["hgncid"]), ("NCBIGENE", row["ncbiid"])):
                known = curie(prefix, code) if code else None
                if known:
                    tables.add(known, [row["symbol"]], file)


def _copied(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    name, columns = "", []
    for _, line in lines(path):
        start = _COPY(line)
        if start:
            name, columns = start[1], [column.strip() for column in start[2].split(",")]
        elif line == "\\.":
            name = ""
        elif name:
            cells = ["" if cell == "\\N" else cell for cell in line.split("\t")]
            yield name, dict(zip(columns, cells, strict=False))


def _read_codings(paths: Iterable[Path], tables: NameTables) -> None:
    """Codings of FHIR bundles: system, code, display."""
    for path in paths:
        with open_bytes(path) as stream:
            bundle = json.loads(stream.read())
        for system, code, display in _codings(bundle):
            tables.add(f"{_SYSTEMS[system]}:{code}", [_SEMANTIC_TAG("", display)], "synthea-fhir")


def _codings(node: object) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, Mapping):
        system, code, display = node.get("system"), node.get("code"), node.get("display")
        if isinstance(system, str) and system in _SYSTEMS and isinstance(code, str) and isinstance(display, str):
            yield system, code, display
        for child in node.values():
            yield from _codings(child)
    elif isinstance(node, list):
        for child in node:
            yield from _codings(child)


def terms_in_use(data: Path, terms: Iterable[str]) -> dict[str, str]:
    """The Chinese terms that stand somewhere -> where: whole entries of HPO zh and THUOCL before
    stretches of the question-and-answer texts (Latin words there only between word edges)."""
    wanted = sorted(set(terms))
    hpo = "hpo-zh/hp-zh.babelon.tsv"
    with (data / hpo).open(encoding="utf-8", newline="") as stream:
        entries = {row["translation_value"].strip(): hpo for row in csv.DictReader(stream, delimiter="\t")}
    words = "thuocl-medical/THUOCL_medical.txt"
    for _, line in lines(data / words):
        entries.setdefault(line.split("\t")[0].strip(), words)
    found = {term: entries[term] for term in wanted if term in entries}
    rest = [term for term in wanted if term not in found]
    automaton = ahocorasick_rs.AhoCorasick(rest)
    texts = "zh-medical-qa/part.csv"
    for _, line in lines(data / texts):
        for index, start, end in automaton.find_matches_as_indexes(line, overlapping=True):
            if rest[index] not in found and _stands_alone(line, start, end):
                found[rest[index]] = texts
    return found


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no Latin word or number is cut at either end."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_latin(before) and _latin(text[start])) and not (_latin(text[end - 1]) and _latin(after))


def _latin(mark: str) -> bool:
    return mark.isascii() and mark.isalnum()
