"""The sentences written for medkg: their texts, both passes of labels, what was settled of them, and their halves."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.annotation import LABELS, Labels, pack
from benchmarks.styles import MARKING, NAME, TEXTS, Reason, figures, passes, reasons, settled, written
from ingest.evaluation.corpora import read
from ingest.evaluation.sentences import in_sealed_half
from ingest.evaluation.tasks import Asked, evaluate
from kg.errors import CorpusError
from tests.ingest.evaluation.test_tasks import unread

DOCS = Path(__file__).resolve().parents[3] / "docs" / "annotation.md"
PACKED = LABELS / f"{NAME}.jsonl"
STARTER = Path(__file__).resolve().parents[3] / "ontology" / "starter"


def packed() -> list[str]:
    return PACKED.read_text("utf-8").splitlines()


def test_each_text_is_marked_and_has_its_number_by_its_digest() -> None:
    with TEXTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    texts = [row["text"] for row in rows]
    assert Counter(row["style"] for row in rows) == {"guideline": 35, "abstract": 35, "note": 30}
    assert {row["marking"] for row in rows} == {MARKING} == {"示例，非临床陈述 · illustration, no clinical statement"}
    assert texts == sorted(set(texts), key=lambda text: hashlib.sha256(text.encode()).hexdigest())
    assert all(8 <= len(text) <= 120 for text in texts)


def test_a_text_that_is_not_marked_ends_the_work(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("style,text,marking\nnote,无发热。,\n", "utf-8")
    with pytest.raises(SystemExit, match=r"some\.csv, sentence 1"):
        written(path)


def test_what_is_packed_follows_from_both_passes_and_the_reasons() -> None:
    found = written()
    assert packed() == list(pack(found, settled(found, *passes(found), reasons())))


def test_offsets_quote_what_the_passes_name() -> None:
    found = written()
    named = {
        (int(number), part.split("|")[0].strip())
        for name in ("first", "second")
        for line in (LABELS / NAME / f"{name}.tsv").read_text("utf-8").splitlines()
        for number, _, rest in [line.partition("\t")]
        for part in rest.split(" ; ")
    }
    for line in packed():
        row = json.loads(line)
        text = found[row["number"] - 1].text
        assert (row["start"], row["end"]) == (0, len(text))
        assert row["sha256"] == hashlib.sha256(text.encode()).hexdigest()[:16]
        assert {(row["number"], text[start:end]) for start, end, *_ in row["mentions"]} <= named


def test_agreement_is_what_the_page_says() -> None:
    told = figures(*passes(written()))
    page = DOCS.read_text("utf-8")
    assert all(f"| {name} | {value} |" in page for name, value in told.items())
    assert f"({len(reasons())} of them)" in page


def test_both_halves_are_read_and_share_no_sentence(tmp_path: Path) -> None:
    opened, closed = (read(NAME, tmp_path, labels=LABELS, sealed=sealed) for sealed in (False, True))
    assert (len(opened), len(closed)) == (55, 45)
    numbers = [{int(one.id.partition(":")[2]) for one in half} for half in (opened, closed)]
    assert numbers[0] | numbers[1] == set(range(1, 101))
    assert all(in_sealed_half(NAME, number) for number in numbers[1])
    assert not any("family" in mention.attributes for one in opened for mention in one.mentions)
    assert "55 are open, 45 sealed" in DOCS.read_text("utf-8")


def test_a_changed_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / PACKED.name).write_text(PACKED.read_text("utf-8"), "utf-8")
    (tmp_path / TEXTS.name).write_text(TEXTS.read_text("utf-8").replace("否认", "承认"), "utf-8")
    with pytest.raises(CorpusError, match=rf"{NAME}\.jsonl.*another than the labelled"):
        read(NAME, tmp_path, labels=tmp_path)


def test_attributes_of_the_open_half_are_measured(tmp_path: Path) -> None:
    report, _ = evaluate(Asked("attributes", NAME, tmp_path, labels=LABELS), unread)
    assert (report.corpus, report.n) == (NAME, 55)
    assert {"negated.f1", "uncertain.f1", "history.f1", "conditional.f1"} <= report.figures.keys()


def ids_of(data: Path) -> set[str]:
    """Every id of the tables in which ids are looked up."""

    def cells(path: Path, column: int) -> set[str]:
        lines = path.read_text("utf-8").splitlines()
        return {parts[column].strip('"') for line in lines if len(parts := line.split("\t")) > column}

    starter = [path for path in STARTER.glob("*.tsv") if path.name != "checks.tsv"]
    verified = {
        parts[2]
        for line in (STARTER / "checks.tsv").read_text("utf-8").splitlines()
        if (parts := line.split("\t"))[1] == "xref" and parts[3] == "verified"
    }
    return (
        {f"medkg:{one}" for path in starter for one in cells(path, 0)}
        | verified
        | cells(data / "doid" / "HumanDO.tsv", 0)
        | cells(data / "hpo-zh" / "hp-zh.babelon.tsv", 2)
        | {f"MESH:{one}" for one in cells(data / "mesh" / "terms.tsv", 0)}
        | {f"NCBIGENE:{one}" for one in cells(data / "entrez-gene" / "symbols-human.tsv", 0)}
        | {f"DRUGBANK:{one}" for one in cells(data / "drugcentral" / "drug-to-class.tsv", 0)}
        | {f"DRUGBANK:{one}" for one in cells(data / "drugcentral" / "targets.tsv", 1)}
        | {f"FPLX:{one}" for one in cells(data / "famplex" / "entities.csv", 0)}
    )


def test_every_id_is_in_a_terminology(data_folder: Path) -> None:
    labelled = {one for line in packed() for mention in json.loads(line)["mentions"] for one in mention[3]}
    assert len(labelled) > 300
    assert labelled <= ids_of(data_folder)


def labels(*mentions: tuple[int, int, str, tuple[str, ...], tuple[str, ...]]) -> dict[int, Labels]:
    return {1: Labels(mentions, ())}


COUGH = (0, 2, "symptom", ("HP:1",), ())
SAME = (0, 2, "symptom", ("HP:1", "MESH:D1"), ())
OTHER = (0, 2, "symptom", ("HP:2",), ())
DENIED = (0, 2, "symptom", ("HP:1",), ("negated",))


@pytest.fixture
def sentence(tmp_path: Path) -> Path:
    path = tmp_path / "one.csv"
    path.write_text(f'style,text,marking\nnote,咳嗽三天。,"{MARKING}"\n', "utf-8")
    return path


def test_ids_are_joined_where_they_share_one(sentence: Path) -> None:
    assert settled(written(sentence), labels(COUGH), labels(SAME), [])[1].mentions == (SAME,)


@pytest.mark.parametrize("other", [labels(OTHER), labels(DENIED), labels()])
def test_a_difference_needs_its_reason(sentence: Path, other: dict[int, Labels]) -> None:
    found = written(sentence)
    with pytest.raises(SystemExit, match="differ on 咳嗽"):
        settled(found, labels(COUGH), other, [])
    why = [Reason(1, ("咳嗽",), ("咳嗽|symptom|HP:2|negated",), "…")]
    assert settled(found, labels(COUGH), other, why)[1].mentions == ((0, 2, "symptom", ("HP:2",), ("negated",)),)


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ([Reason(1, ("咳嗽",), ("咳嗽|symptom||",), "…")], "differ on nothing"),
        ([Reason(1, (), ("嗽三|symptom||",), "…")], "overlap"),
        ([Reason(2, ("咳嗽",), (), "…")], "not there"),
    ],
)
def test_a_reason_settles_nothing_else(sentence: Path, why: list[Reason], told: str) -> None:
    with pytest.raises(SystemExit, match=told):
        settled(written(sentence), labels(COUGH), labels(COUGH), why)


def test_passes_over_other_sentences_end_the_work(sentence: Path) -> None:
    with pytest.raises(SystemExit, match="other sentences"):
        settled(written(sentence), labels(COUGH), {}, [])
