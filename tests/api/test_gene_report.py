"""``medkg gene-report`` and ``medkg train names``: files in, findings and lessons out, clear errors."""

import json
from pathlib import Path

import pytest

from tests.api.test_cli import medkg

STARTER = str(Path(__file__).resolve().parents[2] / "api" / "starter.toml")


@pytest.mark.parametrize(("language", "unread"), [("en", "2 lines were not read"), ("zh", "有 2 行未能读取")])
def test_findings_and_what_was_not_read(tmp_path: Path, language: str, unread: str) -> None:
    file = tmp_path / "report.txt"
    file.write_text("检测结果\nEGFR c.2573T>G（p.L858R） 12.3% 致病\nKRAS 未检出\n", "utf-8")
    done = medkg("gene-report", str(file), "--terminologies", STARTER, language=language)
    assert done.returncode == 0, done.stderr
    [row] = [line.split("\t") for line in done.stdout.splitlines()]
    assert row[0].startswith("EGFR (")
    assert row[1:] == ["c.2573T>G p.L858R", "12.3%", "致病"]
    assert unread in done.stderr
    assert "KRAS 未检出" in done.stderr


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(b"\xff\xfe\x00")
    done = medkg("gene-report", str(file), "--terminologies", STARTER, language="en")
    assert done.returncode != 0
    assert "report.pdf" in done.stderr


def test_names_are_learned_once_for_a_name(tmp_path: Path) -> None:
    corpus = tmp_path / "own.txt"
    corpus.write_text("1|t|Unheardofitis today\n1|a|\n1\t0\t13\tUnheardofitis\tDisease\tD001281\n", "utf-8")
    asked = ("train", "names", str(corpus), "--name", "own", "--types", "disease", "--corpora", str(tmp_path))
    rest = ("--terminologies", STARTER, "--data", str(tmp_path / "data"), "--json")
    done = medkg(*asked, *rest, language="en")
    assert done.returncode == 0, done.stderr
    card = json.loads(done.stdout)
    assert (card["documents"], card["counts"]["names"], card["removed"]) == (["PMID:1"], 1, 0)
    assert (tmp_path / "data" / "names" / "own" / "lessons.json").is_file()
    again = medkg(*asked, *rest, language="en")
    assert again.returncode != 0
    assert str(tmp_path / "data" / "names" / "own") in again.stderr
