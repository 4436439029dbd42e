"""``medkg deidentify``: a note in, the note without identifiers out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from kg.errors import ConfigError, InputError

_NOTE = "患者张建国，男，65岁，电话13800138000，2023年5月6日入院。"
_RUN = CliRunner()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_note_in_any_of_the_charsets(tmp_path: Path, charset: str) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(_NOTE.encode(charset))
    done = _RUN.invoke(app, ["deidentify", str(file)])
    assert done.exit_code == 0
    assert done.stdout == "患者[姓名]，男，65岁，电话[电话]，[日期]入院。"


def test_from_standard_input_in_the_other_language() -> None:
    done = _RUN.invoke(app, ["deidentify", "-", "--language", "en"], input=_NOTE.encode())
    assert done.stdout == "患者[name]，男，65岁，电话[phone]，[date]入院。"


def test_spans_name_places_and_never_characters() -> None:
    done = _RUN.invoke(app, ["deidentify", "--spans"], input=_NOTE.encode())
    assert done.stdout.splitlines() == ["2\t5\tname", "14\t25\tphone", "26\t35\tdate"]


def test_json_holds_text_and_spans() -> None:
    done = json.loads(_RUN.invoke(app, ["deidentify", "--json"], input=b"Mr. John Smith").stdout)
    assert done == {"text": "Mr. [name]", "spans": [{"start": 4, "end": 14, "kind": "name"}]}


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(b"\xff\xff\xff")
    assert isinstance(_RUN.invoke(app, ["deidentify", str(file)]).exception, InputError)
    assert isinstance(_RUN.invoke(app, ["deidentify", str(tmp_path / "none.txt")]).exception, InputError)
    assert isinstance(_RUN.invoke(app, ["deidentify", "--language", "fr"], input=b"x").exception, ConfigError)
