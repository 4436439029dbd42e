"""``medkg annotate --model`` with the folder of a spaCy pipeline: its names beside ours, or why it is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.test_cli import medkg
from tests.training.test_spacy_tagger import TEXT, changed, pipeline

__all__ = ["pipeline"]


def test_its_names_are_told_with_the_pipeline(settings: Settings, pipeline: Path) -> None:
    done = medkg("annotate", "--model", str(pipeline), "--data", settings.data, text=TEXT)
    assert done.returncode == 0, done.stderr
    [row] = [line.split("\t") for line in done.stdout.splitlines() if "\tillustratin\t" in line]
    start, end, surface, category = row[:4]
    assert (TEXT[int(start) : int(end)], category) == (surface, "chemical")
    assert row[-1].startswith("en_invented-1.0@")


@pytest.mark.parametrize(("language", "said"), [("en", "config.cfg asks for"), ("zh", "config.cfg 要求")])
def test_a_pipeline_that_asks_for_foreign_functions(
    settings: Settings, pipeline: Path, tmp_path: Path, language: str, said: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(pipeline, folder)
    changed("spacy.Tokenizer.v1", "foreign.Tokenizer.v1")(folder)
    done = medkg("annotate", "--model", str(folder), "--data", settings.data, text=TEXT, language=language)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "foreign.Tokenizer.v1" in done.stderr
