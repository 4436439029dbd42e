"""``medkg train relations``, ``medkg eval relations`` and ``medkg annotate --claims``: one model through all three."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.test_cli import medkg
from tests.ingest.evaluation.test_relations import block
from tests.training.test_weak import BOTH, OTHER_DRUG, OTHER_ILL, build_file

STARTER = str(Path(__file__).resolve().parents[2] / "api" / "starter.toml")


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "bc5cdr").mkdir()
    for name, first, count in (("Training", 100, 20), ("Development", 118, 10)):
        text = "\n".join(block(number, causes=number % 2 == 0) for number in range(first, first + count))
        (folder / "bc5cdr" / f"CDR_{name}Set.PubTator.txt").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def model(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    asked = ("train", "relations", "bc5cdr", "--name", "tiny", "--corpora", str(corpora), "--data", str(data))
    done = medkg(*asked, "--json")
    assert done.returncode == 0, done.stderr
    assert "2 documents of evaluated parts removed" in done.stderr
    assert len(json.loads(done.stdout)["documents"]) == 18
    again = medkg(*asked)
    assert again.returncode != 0
    assert "tiny" in again.stderr
    return data / "models" / "tiny"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_figures_are_printed(corpora: Path, model: Path, language: str) -> None:
    done = medkg("eval", "relations", "--corpus", "bc5cdr", "--terminologies", STARTER, "--relations", str(model),
                 language=language, test_data=str(corpora))  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert {row[0] for row in rows[1:]} == {"gold-mentions.cues", "gold-mentions.model", "own-mentions.cues",
                                            "own-mentions.model"}  # fmt: skip
    assert next(row for row in rows if row[0] == "gold-mentions.model")[4] == "1.000"


def test_a_model_that_saw_what_is_measured_is_refused(corpora: Path, model: Path) -> None:
    done = medkg("eval", "relations", "--corpus", "bc5cdr", "--part", "training", "--corpora", str(corpora),
                 "--terminologies", STARTER, "--relations", str(model))  # fmt: skip
    assert done.returncode != 0
    assert "tiny@" in done.stderr


def test_claims_of_a_text(settings: Settings, model: Path) -> None:
    text = "示例素 is a drug. Demonstratin induced sample fever."
    done = medkg("annotate", "--claims", "--data", settings.data, "--json", text=text)
    assert done.returncode == 0, done.stderr
    claim = json.loads(done.stdout.splitlines()[0])
    assert (claim["predicate"], claim["sentence"]) == ("biolink:causes", "Demonstratin induced sample fever.")
    assert text[claim["start"] : claim["end"]] == claim["sentence"]
    done = medkg("annotate", "--relations", str(model), "--data", settings.data, text=text)
    assert "biolink:causes" in done.stdout.splitlines()[0]
    assert not any("biolink:" in line for line in medkg("annotate", "--data", settings.data, text=text).stdout.split())


@pytest.mark.parametrize(("language", "said"), [("en", "1 pairs labelled weakly"), ("zh", "弱标注 1 对")])
def test_weak_labels_are_told(corpora: Path, tmp_path: Path, language: str, said: str) -> None:
    config = build_file(tmp_path, [(OTHER_DRUG, "helps", OTHER_ILL)], BOTH)
    done = medkg("train", "relations", "bc5cdr", "--name", "weak", "--weak-labels", str(config), "--corpora",
                 str(corpora), "--data", str(tmp_path / "data"), "--json", language=language)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert said in done.stderr
    card = json.loads(done.stdout)
    assert (card["options"]["weak_pairs"], card["options"]["weak_weight"]) == (1, 0.1)
    assert "PMID:1" in card["documents"]


def test_weak_labels_of_no_build_file(corpora: Path, tmp_path: Path) -> None:
    done = medkg("train", "relations", "bc5cdr", "--name", "weak", "--weak-labels", str(tmp_path / "none.toml"),
                 "--corpora", str(corpora), "--data", str(tmp_path / "data"))  # fmt: skip
    assert done.returncode == 2
    assert "none.toml" in done.stderr
    assert not (tmp_path / "data" / "models" / "weak").exists()
