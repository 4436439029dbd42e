"""The librarian's story of the docs, run as it stands there: a dictionary is mapped, a name proposed, reviewed,
released and taken back."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.api.serving import served
from tests.conftest import ROOT

STORIES = ("docs/librarian.md", "docs/librarian.zh.md")
NAME = "示例病房血压高"


def blocks(story: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (ROOT / story).read_text("utf-8"), re.DOTALL)


def test_both_languages_tell_the_same_commands() -> None:
    assert blocks(STORIES[0]) == blocks(STORIES[1])


@pytest.mark.slow
def test_the_story(tmp_path: Path, curl: None) -> None:
    with served(tmp_path / ".medkg", "up") as server:
        parts = blocks(STORIES[0])
        # A line between the parts tells what each of them said.
        text = "\necho; echo ----\n".join(parts).replace("http://127.0.0.1:8000", server.address)
        done = subprocess.run(
            ["sh", "-e", "-c", text], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
        )
    assert done.returncode == 0, done.stderr
    _, imported, mapped, proposed, reviewed, released, undone = done.stdout.split("\n----\n")
    assert '"iri":"https://hospital.example/dx/"' in imported
    rows = [row for row in mapped.splitlines() if "hospital.example/dx/" in row]
    assert len(rows) == 2, mapped
    assert "medkg:disease-hypertension" in rows[0]
    assert NAME not in proposed.replace('"q":', ""), "a draft is found by nobody"
    assert '"kind":"documents"' in reviewed
    assert reviewed.rstrip().endswith("403")
    assert "https://hospital.example/dx/007" in released
    assert "https://hospital.example/dx/007" in undone, "the mapping stays"
    assert '"wang.min"' in undone
