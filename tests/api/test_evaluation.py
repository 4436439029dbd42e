"""``medkg eval``: a corpus and names in, one object out; clear errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.test_cli import medkg

ROOT = Path(__file__).resolve().parents[2]
STARTER = str(ROOT / "api" / "starter.toml")
LABELS = str(ROOT / "benchmarks" / "annotated")


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Two abstracts as in BC5CDR: a drug and its disease by names of the starter pack, and one that nobody knows."""
    path = tmp_path / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt"
    path.parent.mkdir()
    path.write_text(
        "1|t|Warfarin in atrial fibrillation\n1|a|Pneumonia was seen.\n"
        "1\t0\t8\tWarfarin\tChemical\tD014859\n1\t12\t31\tatrial fibrillation\tDisease\tD001281\n\n"
        "2|t|Unheardofitis\n2|a|\n2\t0\t13\tUnheardofitis\tDisease\t-1\n",
        "utf-8",
    )
    return tmp_path


def test_one_object_for_programs(corpora: Path) -> None:
    done = medkg("eval", "ner", "--corpus", "bc5cdr", "--corpora", str(corpora), "--terminologies", STARTER, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"task", "corpus", "n", "figures", "model", "generation"}
    assert (found["task"], found["corpus"], found["n"], found["generation"]) == ("ner", "bc5cdr", 2, "starter.toml")
    assert found["model"].startswith("grounding.v2+")
    assert found["figures"]["chemical.span.f1"] == 1.0
    assert found["figures"]["disease.span.recall"] == 0.5
    assert found["figures"]["mistakes.disease.missed"] == 1
    assert found["figures"]["mistakes.disease.spurious"] == 1


@pytest.mark.parametrize(("language", "missed"), [("en", "missed"), ("zh", "漏检")])
def test_a_table_and_the_worst_mistakes_for_people(corpora: Path, language: str, missed: str) -> None:
    done = medkg(
        "eval", "ner", "--corpus", "bc5cdr", "--terminologies", STARTER, language=language, test_data=str(corpora)
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert next(row for row in rows if row[0] == "chemical.span")[1:5] == ["1", "1.000", "1.000", "1.000"]
    assert ["1", missed, "disease", "Unheardofitis (disease)", "-", "PMID:2: [Unheardofitis]"] in rows


def test_ids_by_the_cross_references_of_a_generation(settings: Settings, corpora: Path) -> None:
    current = Path(settings.data, "generations", "CURRENT").read_text("utf-8").strip()
    done = medkg("eval", "linking", "--corpus", "bc5cdr", "--corpora", str(corpora), "--data", settings.data,
                 "--generation", current, "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["generation"] == current
    assert found["figures"]["all.ids.labelled"] == 2


def test_attributes_need_no_names(data_folder: Path) -> None:
    done = medkg(
        "eval", "attributes", "--corpus", "en-attributes", "--corpora", str(data_folder), "--labels", LABELS, "--json"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["n"], found["generation"]) == (137, "")
    assert "negated.f1_low" in found["figures"]


@pytest.mark.parametrize(
    ("arguments", "language", "told"),
    [
        (["spelling", "--corpus", "bc5cdr"], "en", "no task named spelling. Known: ner, linking, attributes"),
        (["ner", "--corpus", "bc5cdr-test"], "en", "no corpus named bc5cdr-test. Known: bc5cdr, zh-mentions"),
        (["ner", "--corpus", "bc5cdr", "--part", "test"], "zh", "training, development, all"),
        (["attributes", "--corpus", "bc5cdr"], "zh", "zh-mentions, zh-negations"),
        (["ner", "--corpus", "bc5cdr", "--corpora", "nowhere"], "en", "no folder nowhere"),
        (["ner", "--corpus", "bc5cdr", "--generation", "g9"], "en", "g9"),
    ],
)
def test_what_cannot_be_measured_is_told(corpora: Path, arguments: list[str], language: str, told: str) -> None:
    done = medkg("eval", *arguments, "--labels", LABELS, language=language, test_data=str(corpora),
                 data=str(corpora / "empty"))  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_corpus_that_is_damaged_is_told_with_file_and_line(corpora: Path) -> None:
    path = corpora / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt"
    path.write_text(path.read_text("utf-8") + "2\t5\t99\tmore\tDisease\tD1\n", "utf-8")
    done = medkg("eval", "ner", "--corpus", "bc5cdr", language="zh", test_data=str(corpora))
    assert done.returncode == 1
    assert "CDR_DevelopmentSet.PubTator.txt 做评测（位置 line 9）" in done.stderr
    assert "超出文本范围" in done.stderr


def test_the_folder_of_corpora_must_be_named() -> None:
    done = medkg("eval", "ner", "--corpus", "bc5cdr", test_data="")
    assert done.returncode == 2
    assert "MEDKG_TEST_DATA" in done.stderr
