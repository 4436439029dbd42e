"""The starter pack: size, form, and that nothing in it claims more than the tables confirm."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from kg.model.concept import Concept
from kg.model.source import Reject
from ontology.attestation import DIFFERS, STARTER, check_pack, counts, main, read_pack, render
from ontology.evidence import NameTables, folds, read_names, terms_in_use
from ontology.prefixes import identifier
from ontology.reading.raw import describe
from ontology.reading.starter import CHECKS, Check, Entry, read_checks, starter_files
from ontology.terminologies.starter import Starter
from tests.contract.terminology import TerminologyContract

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "starter.v1" / "drugs.tsv"
MINIMUM = {"drug": 400, "disease": 500, "test": 300, "gene": 100, "symptom": 100}
PREFIXES = {"DOID", "MESH", "ICD10", "ICD10CM", "ATC", "RXNORM", "DRUGBANK", "HGNC", "NCBIGENE", "HP", "LOINC"}
CJK = re.compile(r"[\u3400-\u9fff]").search


class TestStarter(TerminologyContract):
    plugin = "starter.v1"
    file_name = "drugs.tsv"
    sample = GOLDEN.read_bytes()
    sure = 1.0


@pytest.fixture(scope="module")
def pack() -> list[Entry]:
    return read_pack(STARTER)


@pytest.fixture(scope="module")
def concepts() -> list[Concept]:
    items = [item for path in starter_files(STARTER) for item in Starter().parse(describe(path), {})]
    assert not [item for item in items if isinstance(item, Reject)]
    return [item for item in items if isinstance(item, Concept)]


@pytest.fixture(scope="module")
def checks() -> dict[tuple[str, str, str], Check]:
    return read_checks(STARTER / CHECKS)


@pytest.fixture(scope="module")
def tables(data_folder: Path) -> NameTables:
    return read_names(data_folder)


def proper(pack: list[Entry]) -> list[Entry]:
    """Without the classes that only hold others together."""
    return [entry for entry in pack if not entry.id.startswith(f"{entry.category}-class-")]


def test_the_pack_is_as_large_as_promised(pack: list[Entry]) -> None:
    found = Counter(entry.category for entry in proper(pack))
    assert found.total() >= 1_500
    assert {category: found[category] for category in MINIMUM if found[category] < MINIMUM[category]} == {}
    assert set(found) == set(MINIMUM)


def test_drugs_have_brand_names_and_diseases_the_forms_of_hospitals_and_of_the_public(pack: list[Entry]) -> None:
    kinds = Counter(
        (entry.category, kind)
        for entry in proper(pack)
        for kind in {synonym.kind for synonym in (*entry.en_synonyms, *entry.zh_synonyms)}
    )
    assert kinds["drug", "brand"] >= 400
    assert kinds["disease", "clinical"] + kinds["disease", "abbreviation"] >= 200
    assert kinds["disease", "lay"] >= 100


def test_ids_are_unique_and_well_formed(pack: list[Entry]) -> None:
    repeated = [name for name, count in Counter(entry.id for entry in pack).items() if count > 1]
    assert repeated == []
    assert [entry.id for entry in pack if not re.fullmatch(r"[a-z]+-[a-z0-9]+(-[a-z0-9]+)*", entry.id)] == []


def test_files_are_sorted_and_tidy() -> None:
    for path in starter_files(STARTER):
        rows = path.read_bytes().decode().split("\n")
        assert rows[-1] == ""
        ids = [row.split("\t")[0] for row in rows[1:-1]]
        assert ids == sorted(ids), path.name
        assert "\r" not in path.read_bytes().decode()


def test_every_concept_has_both_languages(pack: list[Entry]) -> None:
    assert [entry.id for entry in pack if not (entry.en and entry.zh)] == []
    assert [entry.id for entry in pack if not CJK(entry.zh) and entry.category != "gene"] == []


def test_no_name_of_a_concept_is_repeated(pack: list[Entry]) -> None:
    for language in ("en", "zh"):
        repeated = [entry.id for entry in pack if len(set(entry.names(language))) != len(entry.names(language))]
        assert repeated == [], language


def test_the_hierarchy_stays_inside_and_has_no_cycle(pack: list[Entry]) -> None:
    parents = {entry.id: entry.broader for entry in pack}
    assert [parent for entry in pack for parent in entry.broader if parent not in parents] == []
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " > ".join([*path, name])
        if name not in done:
            for parent in parents[name]:
                walk(parent, (*path, name))
            done.add(name)

    for name in parents:
        walk(name, ())


def test_cross_references_are_known_and_stand_for_one_concept_only(pack: list[Entry]) -> None:
    written = [(xref, entry.id) for entry in pack for xref in entry.xrefs]
    assert [xref for xref, _ in written if xref.partition(":")[0] not in PREFIXES or not identifier(xref)] == []
    owners = Counter(xref for xref, _ in written)
    assert [xref for xref, count in owners.items() if count > 1] == []


def test_records_carry_what_was_checked(concepts: list[Concept], checks: dict[tuple[str, str, str], Check]) -> None:
    verified = {(check.concept, identifier(check.value)) for check in checks.values() if check.status == "verified"}
    for concept in concepts:
        own = concept.id.removeprefix("medkg:")
        assert concept.id.startswith("medkg:")
        assert not concept.illustrative
        for xref in concept.xrefs:
            assert xref.verified is ((own, xref.curie) in verified)
        assert all(label.attested is not None for label in concept.labels if label.language == "zh")
        assert all(label.attested is None for label in concept.labels if label.language == "en")


def test_icd10_is_never_confirmed_by_its_american_relative(checks: dict[tuple[str, str, str], Check]) -> None:
    confirmed = [check for check in checks.values() if check.value.startswith("ICD10:") and check.status == "verified"]
    assert [check for check in confirmed if "ICD10CM" in check.evidence] == []
    tables = NameTables()
    tables.add("DOID:1", ["gout"], "a.tsv")
    tables.link("ICD10CM:M10", "DOID:1", "a.tsv")
    assert tables.linked("ICD10CM:M10")
    assert not tables.linked("ICD10:M10")


@pytest.mark.data
def test_checks_are_what_the_tables_say_today(data_folder: Path, pack: list[Entry], tables: NameTables) -> None:
    found = check_pack(pack, tables, data_folder)
    assert (STARTER / CHECKS).read_text("utf-8") == render(found), (
        "run: python -m ontology.attestation --data … --write"
    )
    # Where a table gives the identifier another name only, somebody has to look: none may be left.
    assert [(check.concept, check.value, check.evidence) for check in found if check.evidence.startswith(DIFFERS)] == []
    totals = counts(found)
    assert totals["xref verified"] >= 5_000
    assert totals["label attested"] >= 3_000


@pytest.mark.data
def test_nothing_verified_contradicts_the_table_that_names_it(
    data_folder: Path, pack: list[Entry], checks: dict[tuple[str, str, str], Check]
) -> None:
    """Looked up once more without the checker: MeSH, HPO, DOID and gene tables, line by line."""
    named: dict[str, set[str]] = {}
    for file, prefix, id_column, name_column in (
        ("mesh/terms.tsv", "MESH:", 0, 1),
        ("hpo-zh/hp-zh.babelon.tsv", "", 2, 4),
        ("doid/HumanDO.tsv", "", 0, 1),
        ("entrez-gene/symbols-human.tsv", "NCBIGENE:", 0, 2),
    ):
        for line in (data_folder / file).read_text("utf-8").split("\n")[1:]:
            cells = [cell.strip('"') for cell in line.split("\t")]
            if len(cells) > name_column:
                named.setdefault(prefix + cells[id_column], set()).update(folds(cells[name_column]))
    seen = 0
    for entry in pack:
        own = set().union(*(folds(name) for name in entry.names("en")))
        for xref in entry.xrefs:
            check = checks[entry.id, "xref", xref]
            if check.status == "verified" and xref in named and "obo" not in check.evidence:
                seen += 1
                file = check.evidence.partition(":")[0]
                assert own & named[xref] or not file.startswith(("mesh/terms", "hpo-zh/hp-zh", "doid/HumanDO")), xref
    assert seen > 1_500


def invented(tmp_path: Path, row: str) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "drugs.tsv").write_text("id\ten\tzh\ten_synonyms\tzh_synonyms\tbroader\txrefs\n" + row + "\n")
    return folder


@pytest.mark.data
def test_an_identifier_of_something_else_is_found_out(data_folder: Path, tables: NameTables, tmp_path: Path) -> None:
    row = "disease-gout\tGout\t痛风\t\t查无此词乙\t\tMESH:D003920|DOID:13189|ICD10:M10"
    found = {check.value: check for check in check_pack(read_pack(invented(tmp_path, row)), tables, data_folder)}
    assert found["MESH:D003920"].status == "unverified"
    assert found["MESH:D003920"].evidence == f"{DIFFERS}mesh/terms.tsv: Diabetes Mellitus"
    assert found["DOID:13189"].status == "verified"
    assert found["ICD10:M10"].status == "unverified"
    assert found["痛风"].status == "attested"
    assert found["查无此词乙"].status == "unattested"


@pytest.mark.data
def test_inverted_headings_and_codings_of_patients_count(tables: NameTables) -> None:
    assert "type2diabetesmellitus" in tables.naming("MESH:D003924")
    assert "totalcholesterol" in tables.naming("LOINC:2093-3")
    assert "metformin" in tables.naming("RXNORM:6809")
    assert "egfr" in tables.naming("HGNC:3236") or "egfr" in tables.linked("HGNC:3236")


@pytest.mark.data
def test_a_latin_abbreviation_inside_a_word_is_no_attestation(data_folder: Path) -> None:
    found = terms_in_use(data_folder, ["高血压", "CT", "C", "qqz"])
    assert "高血压" in found
    assert "qqz" not in found


@pytest.mark.data
def test_the_command_writes_and_counts(
    data_folder: Path,
    tables: NameTables,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = invented(tmp_path, "disease-gout\tGout\t痛风\t\t\t\tDOID:13189")
    assert main(["--data", str(tmp_path / "absent"), "--starter", str(folder)]) == 1
    # The tables are the real ones, read once for all tests here.
    monkeypatch.setattr("ontology.attestation.read_names", lambda data: tables)
    assert main(["--data", str(data_folder), "--starter", str(folder), "--write"]) == 0
    assert (folder / CHECKS).read_text().split("\n")[1].startswith("disease-gout\tlabel\t痛风\tattested\t")
    assert "xref verified 交叉引用 已核实\t1" in capsys.readouterr().out


def test_without_checks_nothing_counts_as_verified(tmp_path: Path) -> None:
    folder = invented(tmp_path, "disease-gout\tGout\t痛风\t\t\t\tDOID:13189")
    (found,) = Starter().parse(describe(folder / "drugs.tsv"), {})
    assert isinstance(found, Concept)
    assert [xref.verified for xref in found.xrefs] == [False]
    assert found.labels[1].attested is None
