"""``medkg corrections report`` and what ``medkg train`` takes of corrections; texts and judgements are invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.test_cli import medkg
from tests.ingest.corrections.tables import correct, record, row, write_inputs

TEXT = "Samplol causes sample fever number {number}. Nothing else was seen in the fall."
ZH = "样品醇引起示例热。"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder built with corrections of ten texts, in which claims are read."""
    folder = tmp_path_factory.mktemp("corrections")
    texts = [TEXT.format(number=number) for number in range(10)]
    config = write_inputs(
        folder / "in", [[record(number, text, ZH) for number, text in enumerate(texts)]],
        {"9000010": "fall", "9000011": "示例热"}, claims=True,
    )  # fmt: skip
    (config.parent / "drugs.obo").write_text(
        'format-version: 1.2\n\n[Term]\nid: CHEBI:9000001\nname: samplol\nsynonym: "样品醇" EXACT []\n', "utf-8"
    )
    config.write_text(
        config.read_text("utf-8")
        + '\n[[input]]\nname = "drugs"\nformat = "obo.v1"\nkind = "terminology"\npaths = ["drugs.obo"]\n',
        "utf-8",
    )
    claim = {"subject": "CHEBI:9000001", "object": "DOID:9000002"}
    rows = [row(at, text, "fall", "wrong-entity", category="disease") for at, text in enumerate(texts[:4])]
    rows.append(rows[0] | {"by": "馆员乙"})
    rows.append(row(9, texts[9], "fall", "wrong-entity", category="disease"))
    rows.append(rows[-1] | {"by": "馆员乙", "verdict": "right"})
    rows += [
        row(at, text, "sample fever", "right", **claim, predicate="biolink:causes") for at, text in enumerate(texts[:6])
    ]
    rows += [row(at, text, "sample fever", "wrong-relation", **claim) for at, text in enumerate(texts) if at > 6]
    rows.append(row(0, ZH, "示例热", "right", category="disease", language="zh"))
    rows.append(row(1, texts[1], "fall", "right", by="Reviewer B"))
    correct(config, rows)
    done = medkg("build", "--config", str(config), "--data", str(folder / "data"))
    assert done.returncode == 3, done.stderr
    assert "table" in done.stderr
    return folder / "data"


def test_the_report_as_json(data: Path) -> None:
    done = medkg("corrections", "report", "--data", str(data), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"]["en"] == {"right": 7, "wrong-entity": 6, "wrong-relation": 3}
    assert found["rows"]["zh"] == {"right": 1}
    assert (found["rejected"], len(found["disputed"]), found["in_rules"]) == (1, 2, {"zh": 0, "en": 4})
    assert [(one["both"], one["same"], one["kappa"]) for one in found["agreement"]] == [(2, 1, 0.0)]
    (effect,) = found["effects"]
    assert effect["counts"]["corrections.claims-removed.en"] == 3


@pytest.mark.parametrize(("language", "words"), [("en", "not looked for\tfall"), ("zh", "停用\tfall")])
def test_the_report_for_people(data: Path, language: str, words: str) -> None:
    done = medkg("corrections", "report", "--data", str(data), language=language)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
    assert "cli.corrections" not in done.stdout + done.stderr


def test_a_folder_without_anything_is_named(tmp_path: Path) -> None:
    done = medkg("corrections", "report", "--data", str(tmp_path))
    assert done.returncode != 0
    assert "journal.sqlite" in done.stderr
    assert done.stdout == ""


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpora")


def test_names_are_learned_from_corrected_sentences(data: Path, corpora: Path) -> None:
    path = data / "corrections" / "labelled" / "records.jsonl"
    done = medkg(
        "train", "names", str(path), "--name", "own", "--types", "disease", "--corpora", str(corpora), "--data",
        str(data), "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"] == [f"doc:T{number}" for number in range(4)]


def test_relations_are_learned_from_corrected_sentences(data: Path, corpora: Path) -> None:
    path = data / "corrections" / "labelled" / "records.relations.jsonl"
    done = medkg(
        "train", "relations", str(path), "--name", "rel", "--corpora", str(corpora), "--data", str(data), "--json"
    )
    assert done.returncode == 0, done.stderr
    card = json.loads(done.stdout)
    assert len(card["documents"]) == 9
    assert card["corpora"][0]["file"] == "records.relations.jsonl"


def test_what_is_no_training_data_is_refused(corpora: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{}\n")
    for kind in ("names", "relations"):
        done = medkg("train", kind, str(path), "--name", "x", "--corpora", str(corpora), "--data", str(tmp_path))
        assert done.returncode == 1
        assert "line 1" in done.stderr
