"""``medkg eval retrieval``: a folder or a collection in, a table or one object out; clear errors in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.test_cli import medkg
from tests.api.test_evaluation import STARTER

BEIR = str(Path(__file__).resolve().parents[1] / "ingest" / "evaluation" / "beir")


def test_one_object_for_programs(tmp_path: Path) -> None:
    done = medkg("eval", "retrieval", "--format", "beir", BEIR, "--terminologies", STARTER, "--json",
                 data=str(tmp_path))  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"task", "corpus", "n", "figures", "model", "generation"}
    assert (found["task"], found["corpus"], found["n"]) == ("retrieval", "beir:test", 3)
    assert found["generation"] == "starter.toml"
    assert found["model"].startswith("search grounding.")
    assert found["figures"]["bm25.mrr@10"] == found["figures"]["text.mrr@10"] == 0.6667
    assert {"text+concepts.ndcg@10", "text+concepts.ndcg@10_p", "text+concepts.recall@100_worse"} <= set(
        found["figures"]
    )


@pytest.mark.parametrize(
    ("language", "heading", "told"),
    [("en", "ranking", "no generation: text alone"), ("zh", "排序", "仅用文本")],
)
def test_a_table_for_people_without_names(tmp_path: Path, language: str, heading: str, told: str) -> None:
    done = medkg("eval", "retrieval", "--format", "beir", BEIR, "-k", "1", language=language, data=str(tmp_path))
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert (rows[0][0], len(rows)) == (heading, 7)
    assert rows[3][:3] == ["bm25", "mrr@1", "0.6667"]
    assert told in done.stderr


def test_concepts_of_the_generation_that_is_there(settings: Settings) -> None:
    done = medkg("eval", "retrieval", "--format", "beir", BEIR, "--split", "dev", "--data", settings.data, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["generation"] == Path(settings.data, "generations", "CURRENT").read_text("utf-8").strip()
    assert found["figures"]["text+concepts.ndcg@10"] == 1.0


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
        (["retrieval", "--corpus", "scifact"], "en", "Known: zh-qa, title-abstract"),
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
