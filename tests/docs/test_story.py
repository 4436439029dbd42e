"""The story of the docs, run as it stands there: two exports, one work, a strategy, a list for a thesis."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.api.serving import served
from tests.conftest import ROOT

STORIES = ("docs/story.md", "docs/story.zh.md")


def blocks(story: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (ROOT / story).read_text("utf-8"), re.DOTALL)


def test_both_languages_tell_the_same_commands() -> None:
    assert blocks(STORIES[0]) == blocks(STORIES[1])


@pytest.mark.slow
def test_the_story(tmp_path: Path, curl: None) -> None:
    with served(tmp_path / ".medkg", "up") as server:
        text = "\n".join(blocks(STORIES[0]))
        assert "http://127.0.0.1:8000" in text
        done = subprocess.run(
            ["sh", "-e", "-c", text.replace("http://127.0.0.1:8000", server.address)],
            cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert re.search(r'"records":\["(?:DOI:10.5555/story.1|PMID:990000001)"\]', told)
    assert "题名含" in told
    assert "哮喘[ti] AND 2015:2022[dp]" in told
    assert "[1] " in told
    assert "欧阳示例, 王样. 示例药物治疗示例哮喘的随访研究（举例）[J]. 示例医学杂志, 2021, 8(3): 11-16" in told
    assert "赵例. 哮喘患者随访方法的研究（举例）[D]. 示例大学, 2019" in told
    assert told.rstrip().endswith("ER  -")
    assert "DO  - 10.5555/story.1" in told
