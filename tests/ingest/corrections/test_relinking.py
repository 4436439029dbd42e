"""Only what a change concerns is linked again, and the result is that of a clean build."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from ingest.changes import Changes, Touched, changed_names
from ingest.text.annotate import Annotator
from kg.model.document import Document, Passage
from kg.model.evidence import Mention
from ontology.lessons import Lessons, Taught, taught
from ontology.lexicon import LabelRow, Lexicon
from tests.ingest.corrections.tables import (
    batches,
    build,
    correct,
    mentioned,
    quads,
    record,
    row,
    write_inputs,
)

FALL = "In the fall nothing of note was seen, and sample fever rose."
PLAIN = "Nothing but example nephropathy is told here."
ZH = "患者有示例热，考虑示例肾病。"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Records 0 to 5 tell of a fall, 6 to 9 do not; two files."""
    rows = [record(number, FALL if number < 6 else PLAIN, ZH if number % 2 else "") for number in range(10)]
    terms = {"9000010": "fall", "9000011": "示例热", "9000012": "示例肾病"}
    return write_inputs(tmp_path / "in", [rows[:5], rows[5:]], terms)


def counts(data: Path) -> dict[str, int]:
    return batches(data)[-1].manifest.counts


def same_as_clean(data: Path, config: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    build(clean, config)
    assert quads(data, tmp_path / "s1") == quads(clean, tmp_path / "s2")


def test_one_correction_changes_its_place_alone(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    before = mentioned(data, tmp_path / "s")
    correct(config, [row(2, FALL, "fall", "wrong-entity", category="disease")])
    assert build(data, config).rejected == 0
    assert before - mentioned(data, tmp_path / "s") == {("T2", "fall")}
    assert counts(data)["linked.kept"] == 9
    assert counts(data)["corrections.removed.en"] == 1
    change = next(one for one in batches(data)[-1].manifest.graphs if "/annotation/" in one.graph)
    assert change.mode == "patch"
    assert b"T2/" in b"".join(batches(data)[-1].lines(change.removed))
    assert b"T3" not in b"".join(batches(data)[-1].lines((*change.removed, *change.added)))
    same_as_clean(data, config, tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_rule_touches_the_texts_that_have_the_name(config: Path, tmp_path: Path, workers: int) -> None:
    data = tmp_path / "data"
    build(data, config, workers)
    before = mentioned(data, tmp_path / "s")
    correct(config, [row(at, FALL, "fall", "wrong-entity", category="disease") for at in range(3)])
    build(data, config, workers)
    assert before - mentioned(data, tmp_path / "s") == {(f"T{at}", "fall") for at in range(6)}
    assert counts(data)["linked.kept"] == 4
    rules = next(rows for graph, rows in quads(data, tmp_path / "s").items() if graph.endswith("/lexicon-rules"))
    assert sum("#restsOn>" in one for one in rules) == 3
    same_as_clean(data, config, tmp_path)


def test_what_is_taken_back_is_as_it_was_and_can_be_said_again(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    correct(config, [])
    build(data, config)
    rows = [row(at, FALL, "fall", "wrong-entity", category="disease") for at in range(3)]
    states = []
    for told in ([], rows, [], rows, []):
        correct(config, told)
        build(data, config)
        states.append(quads(data, tmp_path / "s"))
        assert len([one for one in (data / "lexicon").iterdir() if one.is_file()]) == 1
    assert states[1] == states[3] != states[0] == states[2] == states[4]
    correct(config, rows)
    build(data, config)
    same_as_clean(data, config, tmp_path)


def test_a_missing_name_is_found_in_other_texts_in_both_languages(tmp_path: Path) -> None:
    english, chinese = "Made-up ache was noted.", "患者诉编造痛两天。"
    rows = [record(at, english, chinese) for at in range(4)] + [record(9, PLAIN)]
    config = write_inputs(tmp_path / "in", [rows], {})
    data = tmp_path / "data"
    build(data, config)
    correct(
        config,
        [row(at, english, "Made-up ache", "missing", category="disease", concept="DOID:9000001") for at in range(2)]
        + [
            row(at, chinese, "编造痛", "missing", category="disease", concept="DOID:9000001", language="zh")
            for at in range(2)
        ],
    )
    build(data, config)
    found = mentioned(data, tmp_path / "s")
    assert {(f"T{at}", words) for at in range(4) for words in ("Made-up ache", "编造痛")} <= found
    assert counts(data)["linked.kept"] == 1
    reasons = [one for graph, some in quads(data, tmp_path / "s").items() if "/annotation/" in graph for one in some]
    assert any("DOID_9000001" in one for one in reasons)
    same_as_clean(data, config, tmp_path)


def test_new_files_and_new_corrections_come_together(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    extra = config.parent / "records-00b.jsonl"
    extra.write_bytes(msgspec.json.encode(record(6, FALL)) + b"\n" + msgspec.json.encode(record(20, FALL)) + b"\n")
    correct(config, [row(20, FALL, "fall", "wrong-entity", category="disease")])
    assert build(data, config).rejected == 0
    assert counts(data)["linked.kept"] > 0
    same_as_clean(data, config, tmp_path)


def test_a_file_that_is_gone_links_all_anew(config: Path, tmp_path: Path) -> None:
    newer = config.parent / "records-02.jsonl"
    newer.write_bytes(msgspec.json.encode(record(7, "Nobody says anything here.")) + b"\n")
    data = tmp_path / "data"
    build(data, config)
    newer.unlink()
    correct(config, [row(2, FALL, "fall", "wrong-entity", category="disease")])
    build(data, config)
    assert "linked.kept" not in counts(data)
    same_as_clean(data, config, tmp_path)


def test_a_changed_terminology_touches_only_its_names(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    terms = config.parent / "terms.obo"
    terms.write_text(terms.read_text("utf-8").replace("name: fall", "name: autumn"), "utf-8")
    build(data, config)
    assert counts(data)["linked.kept"] == 4
    same_as_clean(data, config, tmp_path)


def test_claims_follow_the_mentions(tmp_path: Path) -> None:
    text = "Samplol treats sample fever. Samplol causes example nephropathy."
    config = write_inputs(tmp_path / "in", [[record(at, text) for at in range(3)]], {}, claims=True)
    drug = config.parent / "drugs.obo"
    drug.write_text("format-version: 1.2\n\n[Term]\nid: CHEBI:9000001\nname: samplol\n", "utf-8")
    config.write_text(
        config.read_text("utf-8")
        + '\n[[input]]\nname = "drugs"\nformat = "obo.v1"\nkind = "terminology"\npaths = ["drugs.obo"]\n',
        "utf-8",
    )
    data = tmp_path / "data"
    build(data, config)
    claims = written(data, tmp_path)
    assert claims >= 3
    correct(
        config,
        [row(1, text, "sample fever", "wrong-relation", subject="CHEBI:9000001", object="DOID:9000002")],
    )
    build(data, config)
    left = written(data, tmp_path)
    assert left == claims - 1
    assert counts(data)["corrections.claims-removed.en"] == 1
    assert counts(data)["claims.written"] == left
    same_as_clean(data, config, tmp_path)


def written(data: Path, tmp_path: Path) -> int:
    """Claims in the annotation graph."""
    found = quads(data, tmp_path / "s")
    return sum("#Claim>" in one for graph, some in found.items() if "/annotation/" in graph for one in some)


WORDS = (
    "breast", "ovarian", "cancer", "and", "or", "of", "acute", "renal", "failure", "(ARF)", "ARF", "was", "seen", "in",
    "CO-2", "fall", "5", "Type II diabetes,", "ﬁbrosis.", "acute renal failure",
)  # fmt: skip
SIGNS = (
    "急", "急性", "慢性", "肝炎", "、", "、", "和", "肾病", "癌", "乳腺", "卵巢", "乳腺癌", "A", "BA", "型", "，",
    "患者", "A型", "2型糖尿病", "BRCA1/2突变", "BRCA1", "关节肿痛", "关节肿", "痛风病史", "痛风病，",
)  # fmt: skip
NAMES = (
    "breast cancer", "ovarian cancer", "acute renal failure", "fall", "type 2 diabetes", "fibrosis", "renal cancer",
    "急性肝炎", "慢性肝炎", "肝炎", "肾病", "乳腺癌", "卵巢癌", "A型肝炎", "BA癌", "2型糖尿病",
    "BRCA1", "BRCA2", "关节肿", "关节痛", "痛风", "痛风病",
)  # fmt: skip


KINDS = {"BRCA1": "gene", "BRCA2": "gene", "关节肿": "symptom", "关节痛": "symptom"}
"""Of the names that are no diseases."""
SAME = {"痛风病": "痛风"}
ROWS = [
    LabelRow(f"X:{NAMES.index(SAME.get(one, one))}", KINDS.get(one, "disease"), "en", "preferred", "made", one)
    for one in NAMES
]
WHOLE = Lexicon.build(ROWS)


def texts(seed: int) -> Document:
    chance = random.Random(seed)
    english = " ".join(chance.choice(WORDS) for _ in range(30))
    chinese = "".join(chance.choice(SIGNS) for _ in range(30))
    return Document(
        f"doc:{seed}",
        (Passage("title", "title", "en", english), Passage("abstract.zh.1", "abstract", "zh", chinese)),
    )


@pytest.fixture(scope="module")
def mentions() -> list[tuple[Document, list[Mention]]]:
    """Texts made at random with their mentions by the whole dictionary."""
    return list(Annotator(WHOLE).documents(texts(seed) for seed in range(120)))


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_is_not_touched_has_the_same_mentions(
    name: str, mentions: list[tuple[Document, list[Mention]]]
) -> None:
    """With each name taken out of the dictionary in its turn."""
    less = Lexicon.build(one for one in ROWS if one.surface != name)
    touched = Touched(Changes(changed_names(WHOLE, less)))
    other = Annotator(less)
    changed = [document for document, found in mentions if other.document(document) != found]
    assert changed
    assert [document.id for document in changed if not touched.by(document)] == []


def test_a_name_of_two_parts_touches_the_text() -> None:
    text = Document("doc:1", (Passage("title", "title", "en", "Breast and ovarian cancer."),))
    assert Touched(Changes(("breast cancer",))).by(text)
    assert not Touched(Changes(("lung cancer",))).by(text)
    chinese = Document("doc:2", (Passage("title", "title", "zh", "急、慢性肝炎"),))
    assert Touched(Changes(("急性肝炎",))).by(chinese)
    assert not Touched(Changes(("急性肾炎",))).by(chinese)
    joined = Document("doc:3", (Passage("title", "title", "zh", "每日5㎎"),))
    assert Touched(Changes(("急性肾炎",))).by(joined), "where characters join, nothing is certain"
    beginnings = Document("doc:3", (Passage("title", "title", "zh", "CYP2C9/19，左侧膝关节肿痛"),))
    assert Touched(Changes(("cyp2c19",))).by(beginnings)
    assert Touched(Changes(("左侧膝关节痛",))).by(beginnings)
    assert not Touched(Changes(("cyp2c18",))).by(beginnings)


def test_names_that_mean_something_else_are_changed() -> None:
    rows = [LabelRow("X:1", "disease", "en", "preferred", "made", "asthma")]
    lexicon = Lexicon.build(rows)
    other = taught(
        lexicon,
        Lessons(names=(Taught("asthma", "disease", ("X:2",), source="correction"),), dropped=(("asthma", "X:1"),)),
    )
    [sense] = other.senses[other.names.index("asthma")]
    assert (sense.concept, sense.source) == ("X:2", "correction")
    assert changed_names(lexicon, lexicon) == ()
    assert "asthma" in changed_names(lexicon, other)


def test_a_name_that_is_said_in_other_words_touches_the_text() -> None:
    def touched(name: str, text: str) -> bool:
        return Touched(Changes((name,))).by(Document("PMID:1", (Passage("abstract", "section", "zh", text),)))

    assert touched("食欲不振", "近来胃口不太好。")
    assert touched("瘙痒", "浑身痒。")
    assert touched("alt", "复查ALT34。")
    assert not touched("食欲不振", "血压正常。")
    assert not touched("胃炎", "近来胃口不太好。")
