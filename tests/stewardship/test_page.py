"""The page on stewardship says what the code does, in both languages; its report is made of the month of the tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from api.settings import Settings
from api.texts import text
from kg.workflow.alerts import Alerts, Reason
from kg.workflow.database import open_database
from tests.api.test_cli import medkg
from tests.conftest import ROOT
from tests.docs.test_docs import test_both_languages_have_the_same_shape as same_shape
from tests.stewardship.month import fill

PAGES = {"en": "docs/stewardship.md", "zh": "docs/stewardship.zh.md"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    alerts = Alerts(open_database(f"sqlite:///{folder / 'counts.sqlite'}"))
    fill(alerts)
    alerts.close()
    return folder


@pytest.mark.parametrize(("language", "page"), PAGES.items())
def test_the_report(language: str, page: str, data: Path) -> None:
    body = (ROOT / page).read_text("utf-8")
    (command,) = re.findall(r"```sh\nmedkg (.*)\n```", body)
    (shown,) = re.findall(r"```text\n(.*?)```", body, re.DOTALL)
    done = medkg(*command.split(), "--data", str(data), language=language)
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown


@pytest.mark.parametrize("page", PAGES.values())
def test_settings_and_their_defaults(page: str) -> None:
    body = (ROOT / page).read_text("utf-8")
    found = dict(re.findall(r"^\| `([a-z_]+)` \| (?:`([^`]*)`)? ?\| .+ \|$", body, re.MULTILINE))
    assert len(found) >= 8
    for name, shown in found.items():
        default = getattr(Settings(), name)
        assert shown == (str(default).lower() if isinstance(default, bool) else str(default)), name


@pytest.mark.parametrize(("language", "page"), PAGES.items())
def test_reasons(language: str, page: str) -> None:
    body = (ROOT / page).read_text("utf-8")
    found = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|$", body, re.MULTILINE))
    assert found == {reason: text(f"rules.override.{reason}", language) for reason in get_args(Reason)}


def test_pages_have_the_same_shape() -> None:
    same_shape(*PAGES.values())
