"""``medkg eval retrieval``: a folder or a collection in, a table or one object out; clear errors in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.test_cli import medkg
from tests.api.test_evaluation import STARTER

BEIR = str(Path(__file__).resolve().parents[1] / "ingest" / "evaluation" / "beir")
QUESTIONS = Path(__file__).resolve().parents[2] / "benchmarks" / "questions"


def test_one_object_for_programs(tmp_path: Path) -> None:
    done = medkg("eval", "retrieval", "--format", "beir", BEIR, "--terminologies", STARTER, "--json",
                 data=str(tmp_path))  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"task", "corpus", "n", "figures", "model", "generation"}
    assert (found["task"], found["corpus"], found["n"]) == ("retrieval", "beir:test", 3)
    assert found["generation"] == "starter.toml"
    assert found["model"].startswith("search packaged grounding.")
    assert found["figures"]["bm25.mrr@10"] == found["figures"]["text.mrr@10"] == 0.6667
    told = {"concept.ndcg@10", "search.ndcg@10_p", "search.ndcg@10_best_ratio", "search.recall@100_best_worse"}
    assert told <= set(found["figures"])


@pytest.mark.parametrize(
    ("language", "heading", "told"),
    [("en", "ranking", "no generation: text alone"), ("zh", "排序", "仅用文本")],
)
def test_a_table_for_people_without_names(tmp_path: Path, language: str, heading: str, told: str) -> None:
    done = medkg("eval", "retrieval", "--format", "beir", BEIR, "-k", "1", language=language, data=str(tmp_path))
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    # Plain BM25, three signals and search with a measure each, and search beside the best of its signals.
    assert (rows[0][0], len(rows)) == (heading, 1 + 3 * (1 + 3 + 2))
    assert rows[3][:3] == ["bm25", "mrr@1", "0.6667"]
    assert told in done.stderr


def test_concepts_of_the_generation_that_is_there(settings: Settings) -> None:
    done = medkg("eval", "retrieval", "--format", "beir", BEIR, "--split", "dev", "--data", settings.data, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["generation"] == Path(settings.data, "generations", "CURRENT").read_text("utf-8").strip()
    assert found["figures"]["search.ndcg@10"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "language", "told"),
    [
        (["retrieval"], "en", "name a folder with its --format, or a collection with --corpus"),
        (["retrieval", BEIR], "zh", "请指定目录及其 --format"),
        (["retrieval", BEIR, "--format", "beir", "--corpus", "zh-qa"], "en", "not both"),
        (["retrieval", BEIR, "--format", "trec"], "en", "no format named trec. Known: beir"),
        (["retrieval", BEIR, "--format", "beir", "--split", "train"], "zh", "可用：dev, test"),
        (["retrieval", BEIR, "--format", "beir", "-k", "1000000000"], "en", "between 1 and 1000"),
        (["retrieval", BEIR, "--format", "beir", "-k", "0"], "zh", "1 与 1000 之间"),
        (["retrieval", BEIR, "--format", "beir", "--fold", "5"], "en", "Known: 0, 1, 2, 3, 4"),
        (["retrieval", BEIR, "--format", "beir", "--vectors"], "en", "the setting encoder is none"),
        (["retrieval", BEIR, "--format", "beir", "--concepts"], "en", "generation"),
        (["retrieval", BEIR, "--format", "beir", "--sealed"], "zh", "对任务 retrieval 不适用"),
        (["retrieval", "--corpus", "zh-qa", "--sealed"], "en", "it says nothing to the task retrieval"),
        (["retrieval", "--corpus", "zh-qa", "--labels", BEIR], "zh", "对任务 retrieval 不适用"),
        (["retrieval", "--corpus", "scifact"], "en", "Known: zh-qa, title-abstract, concepts, concepts-n"),
        (["retrieval", "--corpus", "concepts", "--no-concepts"], "zh", "由概念名称构成"),
        (["retrieval", BEIR, "--format", "beir", "--ranker", "nowhere"], "en", "no ranker made by"),
        (["retrieval", BEIR, "--format", "beir", "--align", "nowhere"], "en", "give --vectors, too"),
        (["ner", "--corpus", "bc5cdr", "--align", "nowhere"], "zh", "仅用于任务 retrieval"),
        (["ner", "--corpus", "bc5cdr", "--ablation"], "en", "only the task retrieval"),
        (["ner", "--corpus", "bc5cdr", "--fold", "1"], "zh", "仅用于任务 retrieval"),
        (["ner"], "en", "name the corpus"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_told(tmp_path: Path, arguments: list[str], language: str, told: str) -> None:
    done = medkg("eval", *arguments, language=language, test_data=str(tmp_path), data=str(tmp_path / "empty"))
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("language", "told"), [("en", "no such file"), ("zh", "没有这个文件")])
def test_a_folder_that_is_none(tmp_path: Path, language: str, told: str) -> None:
    done = medkg("eval", "retrieval", "--format", "beir", str(tmp_path / "none"), language=language, data=str(tmp_path))
    assert done.returncode == 1
    assert "corpus.jsonl" in done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_train_fit_measure_and_refuse(tmp_path: Path) -> None:
    """A ranker is fitted on a folder, with weights for each fold; what has seen a fold is not measured on it."""
    data = str(tmp_path)
    names = ["--terminologies", STARTER, "--data", data]
    done = medkg("train", "ranker", BEIR, "--name", "own", "--no-vectors", *names, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["collections"] == [{"name": "beir:test", "folds": [1, 3], "questions": 3}]
    ask = ["eval", "retrieval", "--format", "beir", BEIR, *names, "--ranker"]
    assert medkg(*ask, f"{data}/models/own", "--json").returncode == 0
    done = medkg("train", "ranker", BEIR, "--name", "part", "--no-vectors", "--without", "1", *names)
    assert done.returncode == 0, done.stderr
    done = medkg(*ask, f"{data}/models/part")
    assert done.returncode != 0
    assert "part was trained on 1" in done.stderr
    for bad in (
        ["--name", "own"], ["--name", "new", "--without", "7"], ["--name", "a/b"],
        ["--name", "new", "--unencoded", "zh-qa"],
    ):  # fmt: skip
        done = medkg("train", "ranker", BEIR, "--no-vectors", *bad, *names)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr


@pytest.mark.parametrize(("half", "file"), [((), "open.jsonl"), (("--sealed",), "sealed.jsonl")])
def test_questions_of_our_own_are_read_by_halves(tmp_path: Path, half: tuple[str, ...], file: str) -> None:
    """The questions are there and nothing that was judged: the file of the half that is asked for is missed."""
    labels, text = tmp_path / "labels", tmp_path / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt"
    labels.mkdir()
    (labels / "questions.jsonl").write_text((QUESTIONS / "questions.jsonl").read_text("utf-8"), "utf-8")
    text.parent.mkdir()
    text.write_text("1|t|An invented title\n1|a|An invented abstract.\n", "utf-8")
    done = medkg("eval", "retrieval", "--corpus", "questions-zh", "--no-concepts", "--labels", str(labels), *half,
                 test_data=str(tmp_path), data=str(tmp_path / "empty"))  # fmt: skip
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert file in done.stderr
    assert "no such file" in done.stderr
    assert "Traceback" not in done.stderr
