"""Registries of trials: ClinicalTrials.gov, the ICTRP of the WHO and ChiCTR."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.reading import json_objects
from ingest.sources.chictr import ChiCtr
from ingest.sources.clinicaltrials import ClinicalTrials
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document, Grant, Relation
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

STUDY = '{{"protocolSection": {{"identificationModule": {{"nctId": "NCT{0:08}", "briefTitle": "Title {0}"}}}}}}'


class TestClinicalTrials(SourceContract):
    plugin = "clinicaltrials.v1"
    sample_name = "studies.json"
    records = 4

    def long(self, count: int) -> bytes:
        studies = ",\n".join(STUDY.format(99_000_000 + at * 101) for at in range(count))
        return f'{{"studies": [{studies}], "nextPageToken": "x"}}'.encode()


class TestClinicalTrialsLines(SourceContract):
    plugin = "clinicaltrials.v1"
    sample_name = "lines.jsonl"
    records = 3

    def long(self, count: int) -> bytes:
        return "".join(STUDY.format(99_000_000 + at * 101) + "\n" for at in range(count)).encode()


class TestPortal(SourceContract):
    plugin = "chictr.v1"
    sample_name = "portal.xml"
    records = 4

    def long(self, count: int) -> bytes:
        trials = (
            f"<Trial><TrialID>ChiCTR{9_900_000_000 + at * 101}</TrialID>"
            f"<Public_title>Title {at * 7919}</Public_title></Trial>\n"
            for at in range(count)
        )
        return f"<Trials_downloaded_from_ICTRP>{''.join(trials)}</Trials_downloaded_from_ICTRP>".encode()


class TestRegistry(SourceContract):
    plugin = "chictr.v1"
    sample_name = "registry.xml"
    records = 3

    def long(self, count: int) -> bytes:
        trials = (
            f"<trial><main><trial_id>{at}</trial_id><public_title>题名 {at * 7919}</public_title></main></trial>\n"
            for at in range(count)
        )
        return f"<trials>{''.join(trials)}</trials>".encode()


def studies(path: Path, data: str | bytes) -> list[Document | Reject]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = list(ClinicalTrials().parse(describe(path), {}))
    assert all(isinstance(item, Document | Reject) for item in found)
    return [item for item in found if isinstance(item, Document | Reject)]


def numbers(items: list[Document | Reject]) -> list[str]:
    return [item.id if isinstance(item, Document) else item.reason for item in items]


def test_a_study_is_read_whole(tmp_path: Path) -> None:
    first, *others = studies(tmp_path / "a.json", (FOLDER / "clinicaltrials.v1" / "studies.json").read_bytes())
    assert isinstance(first, Document)
    assert (first.id, first.kind, first.languages) == ("NCT:NCT99999901", "trial", ("en",))
    assert first.types == ("INTERVENTIONAL", "PHASE2", "PHASE3")
    assert dict(first.dates) == {"published": "2097-12-05", "revised": "2099-03", "received": "2097-12-01"}
    assert first.grants == (Grant(number="X99AA999999", agency="NIH"),)
    assert Relation("REGISTRY", "ChiCTR:ChiCTR9900099901") in first.relations
    assert [reference.ids for reference in first.references] == [("PMID:999000001",), ("PMID:999000002",), ()]
    people = [(author.collective or author.family, author.suffix, author.role) for author in first.authors]
    assert people == [
        ("Example University", "", "author"),
        ("Example Pharma", "", "author"),
        ("Example", "", "investigator"),
        ("Muster", "MD, PhD", "investigator"),
        ("Example Trials Office", "", "investigator"),
    ]
    assert {heading.curie for heading in first.headings if heading.machine} == {"MESH:D003924", "MESH:D008687"}
    labels = {passage.label: passage.text for passage in first.passages}
    assert labels["Eligibility criteria"].endswith("Exclusion Criteria:\n\n* Renal failure")
    assert labels["Primary outcome: 12 weeks"] == "Change in HbA1c\nMeasured in the blood"
    kept = dict(first.unread)
    assert (kept["why stopped"], kept["enrolment"]) == ("The example ended", "120 (ACTUAL)")
    assert (kept["start"], kept["completion"]) == ("2098-01-15 (ACTUAL)", "2099-13-40")
    # Contacts are personal data, coordinates and results no text.
    assert not any(word in str(first) for word in ("nobody@example.org", "geoPoint", "FG000"))
    assert numbers(others) == ["NCT:NCT99999903", "no-title", "no-identifier"]


def test_the_number_of_another_trial_is_no_identity(tmp_path: Path) -> None:
    study = json.loads(STUDY.format(1))
    study["protocolSection"]["identificationModule"] |= {"nctId": "none", "secondaryIdInfos": [{"id": "NCT99999902"}]}
    (item,) = studies(tmp_path / "a.json", json.dumps(study))
    assert isinstance(item, Reject)
    assert (item.reason, item.key) == ("no-identifier", "none")


@pytest.mark.parametrize(
    "text",
    [
        '{{"studies": [{0}, {1}]}}', '{{"nextPageToken": "x", "studies": [{0},\n{1}], "totalCount": 2}}', "[{0}, {1}]",
        "{0}\n{1}", '{{"studies": [{0}]}}\n{{"studies": [{1}]}}\n', "\ufeff{0} {1}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("block", [1, 7, 1 << 16])
def test_pages_arrays_and_lines_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, block: int
) -> None:
    monkeypatch.setattr(json_objects, "_BLOCK", block)
    items = studies(tmp_path / "a.json", text.format(STUDY.format(1), STUDY.format(2)))
    assert numbers(items) == ["NCT:NCT00000001", "NCT:NCT00000002"]


@pytest.mark.parametrize(
    ("data", "reasons", "position"),
    [
        (b'{"studies": [{"a": }, 5]}', ["bad-record", "bad-record"], "character 22"),
        (b'{"studies": [{"a": 1', ["truncated"], "character 20"),
        (b'{"a": 1}}', ["bad-record", "damaged"], "character 9"),
        (b'{"a": "\xff"}', ["encoding"], "byte 7"),
        ('{"a": "甲"'.encode("utf-16"), ["truncated"], "character 9"),
        (b'{"a": "\\u0000"}', ["bad-record"], "character 0"),
        (b'{"a": "\\ud800"}', ["bad-record"], "character 0"),
        (b'{"protocolSection": null}', ["bad-record"], "character 0"),
        (b"{" + b'"a": {' * 5000 + b"}" * 5001, ["bad-record"], "character 0"),
        (b"nothing of the kind", ["bad-record"], "character 0"),
    ],
)
def test_damage_is_told_with_its_place(tmp_path: Path, data: bytes, reasons: list[str], position: str) -> None:
    items = studies(tmp_path / "a.json", data)
    assert numbers(items) == reasons
    assert isinstance(items[-1], Reject)
    assert (items[-1].path, items[-1].position) == ("a.json", position)


def test_one_bad_byte_does_not_make_it_another_encoding(tmp_path: Path) -> None:
    """Nearly all pairs of bytes are a character of GB18030, ``é`` of UTF-8 too."""
    whole = STUDY.format(1).replace("Title 1", "Étude de la metformine à Orléans")
    first, damage = studies(tmp_path / "a.json", f'{whole}\n{{"a": "'.encode() + b'\xe9x"}')
    assert isinstance(first, Document)
    assert first.titles[0].value == "Étude de la metformine à Orléans"
    assert isinstance(damage, Reject)
    assert (damage.reason, damage.fatal) == ("encoding", True)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_file_that_was_saved_again_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = STUDY.format(1).replace("Title 1", "二甲双胍示例试验")
    (item,) = studies(tmp_path / "a.json", text.encode(encoding))
    assert isinstance(item, Document)
    assert item.titles[0].value == "二甲双胍示例试验"


def test_a_record_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_objects, "RECORD_LIMIT", 1 << 18)
    items = studies(tmp_path / "a.json", STUDY.format(1) + '{"a": "' + "x" * (1 << 19))
    assert numbers(items) == ["NCT:NCT00000001", "damaged"]


MODULES = (
    "identificationModule", "statusModule", "sponsorCollaboratorsModule", "conditionsModule", "designModule",
    "armsInterventionsModule", "outcomesModule", "contactsLocationsModule", "referencesModule",
)  # fmt: skip
NAMES = (
    "nctId", "secondaryIdInfos", "orgStudyIdInfo", "id", "type", "name", "date", "startDateStruct", "leadSponsor",
    "conditions", "phases", "enrollmentInfo", "armGroups", "interventions", "primaryOutcomes", "measure", "locations",
    "overallOfficials", "country", "references", "pmid", "citation", "studyFirstPostDateStruct",
)  # fmt: skip
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2021-13-40"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(MODULES), ANY, max_size=4), max_size=3))
@settings(max_examples=150)
def test_whatever_the_values_records_in_are_documents_and_rejects(
    tmp_path_factory: pytest.TempPathFactory, protocols: list[dict[str, object]]
) -> None:
    for protocol in protocols:
        names = protocol.get("identificationModule", {})
        if isinstance(names, dict):
            protocol["identificationModule"] = {"nctId": "NCT99999901", "briefTitle": "T"} | names
    path = tmp_path_factory.mktemp("studies") / "a.json"
    items = studies(path, json.dumps({"studies": [{"protocolSection": protocol} for protocol in protocols]}))
    assert len(items) == len(protocols)
    for item in items:
        if isinstance(item, Document):
            assert len({passage.name for passage in item.passages}) == len(item.passages)
            statements(item, Context())
        else:
            assert not item.fatal


def trials(path: Path, data: str | bytes) -> list[Document | Reject]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = list(ChiCtr().parse(describe(path), {}))
    assert all(isinstance(item, Document | Reject) for item in found)
    return [item for item in found if isinstance(item, Document | Reject)]


def test_the_portal_s_export(tmp_path: Path) -> None:
    first, other, american, _ = trials(tmp_path / "a.xml", (FOLDER / "chictr.v1" / "portal.xml").read_bytes())
    assert isinstance(first, Document)
    assert (first.id, first.kind, first.publisher) == ("ChiCTR:ChiCTR9900099901", "trial", "ChiCTR")
    assert dict(first.dates) == {"revised": "2099-09-21", "published": "2099-09-20"}
    assert [heading.label for heading in first.headings] == ["Type 2 diabetes", "Obesity"]
    texts = {passage.label: passage.text for passage in first.passages}
    assert texts["Inclusion criteria"].endswith("diabetes;\n2. Aged 18 years or older.")
    assert ("start", "2099-13-40") in first.unread
    assert first.relations == (Relation("Secondary_ID", "NCT:NCT99999901"),)
    assert "nobody@example.org" not in str(first)
    assert isinstance(other, Document)
    assert isinstance(american, Document)
    # The portal and ClinicalTrials.gov speak of one trial under one id; registries without a prefix have one of ours.
    assert american.id == "NCT:NCT99999901"
    assert other.id.startswith("doc:")
    renamed = "<Trials><Trial><TrialID>isrctn99999901</TrialID><Public_title>Renamed</Public_title></Trial></Trials>"
    assert numbers(trials(tmp_path / "b.xml", renamed)) == [other.id]


def test_chinese_and_english_side_by_side_in_any_of_three_ways(tmp_path: Path) -> None:
    first, nameless, _ = trials(tmp_path / "a.xml", (FOLDER / "chictr.v1" / "registry.xml").read_bytes())
    assert isinstance(first, Document)
    assert (first.id, first.year, first.languages) == ("ChiCTR:ChiCTR-TRC-99099903", 2098, ("zh",))
    titles = [(passage.name, passage.language) for passage in first.passages if passage.kind == "title"]
    assert titles == [("title", "zh"), ("title.en", "en"), ("title.zh", "zh"), ("title.en.2", "en")]
    people = [(author.collective or author.family, author.role) for author in first.authors]
    assert people == [("示例医院 = Example Hospital", "author"), ("Li", "investigator"), ("示例公司", "author")]
    criteria = [(passage.language, passage.text) for passage in first.passages if passage.label == "Inclusion criteria"]
    assert [language for language, _ in criteria] == ["zh", "en"]
    assert criteria[0][1] == "（1）2型糖尿病；\n（2）年龄≥18岁。"
    assert ("measuring_instrument", "不认识的元素") in first.unread
    assert ("phase", "4") in first.unread
    assert not any(word in str(first) for word in ("nobody@example.org", "Nobody"))
    assert isinstance(nameless, Document)
    assert nameless.id.startswith("doc:")


@pytest.mark.parametrize(
    "subset", ['<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/hostname">', '<!ENTITY % p "x"> %p;']
)
def test_trials_that_declare_entities_are_refused(tmp_path: Path, subset: str) -> None:
    body = "<trials><trial><main><trial_id>1</trial_id><public_title>&a;</public_title></main></trial></trials>"
    (only,) = trials(tmp_path / "a.xml", f"<!DOCTYPE trials [{subset}]>{body}")
    assert isinstance(only, Reject)
    assert (only.reason, only.fatal, only.path) == ("forbidden-xml", True, "a.xml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_the_declared_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = (FOLDER / "chictr.v1" / "registry.xml").read_text("utf-8").replace('"utf-8"', f'"{encoding}"')
    assert trials(tmp_path / "registry.xml", text.encode(encoding)) == trials(
        tmp_path / "registry.xml", (FOLDER / "chictr.v1" / "registry.xml").read_bytes()
    )


ELEMENTS = (
    "main", "trial_id", "TrialID", "public_title", "public_title_cn", "scientific_title_en", "en", "cn", "contact",
    "secondary_id", "sec_id", "issuing_authority", "Date_registration", "hc_freetext", "primary_sponsor", "phase",
    "criteria", "countries", "Source_Support", "unknown", "type", "firstname",
)  # fmt: skip
TEXTS = st.sampled_from(["", "ChiCTR9900099901", "2021-13-40", "31/02/2099", "题名", "scientific", "a;;b", "&amp;"])
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(st.tuples(st.sampled_from(ELEMENTS), inner), max_size=4).map(
        lambda parts: "".join(f"<{name}>{part}</{name}>" for name, part in parts)
    ),
    max_leaves=14,
)


@given(st.lists(TREES, max_size=3))
@settings(max_examples=150)
def test_whatever_the_elements_records_in_are_documents_and_rejects(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str]
) -> None:
    path = tmp_path_factory.mktemp("trials") / "a.xml"
    items = trials(path, f"<trials>{''.join(f'<trial>{body}</trial>' for body in bodies)}</trials>")
    assert len(items) == len(bodies)
    for item in items:
        if isinstance(item, Document):
            assert len({passage.name for passage in item.passages}) == len(item.passages)
            statements(item, Context())
        else:
            assert item.reason == "no-title"
