"""Records of a JSON file one by one, wherever their array stands and wherever blocks end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.reading import json_objects
from ingest.reading.json_objects import objects
from kg.errors import SourceError

TEXT = st.text(st.sampled_from('ab{}[]",:\\ 药\n'), max_size=8)
VALUE = st.recursive(
    st.one_of(TEXT, st.integers(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["message", "items", "a", "b{"]), inner, max_size=3),
    ),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(st.sampled_from(["items", "message", "x", "}"]), VALUE, max_size=3), max_size=4)
BEFORE = st.dictionaries(st.sampled_from(["status", "facets", "y]"]), VALUE, max_size=3)


def texts(path: Path, *names: str) -> list[object]:
    return [json.loads(text) for _, text in objects(path, *names)]


@given(records=RECORDS, before=BEFORE, outer=BEFORE, after=BEFORE, block=st.sampled_from([1, 2, 7, 1 << 16]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_records_below_two_names(
    records: list[object],
    before: dict[str, object],
    outer: dict[str, object],
    after: dict[str, object],
    block: int,
    tmp_path: Path,
) -> None:
    inner = before | {"items": records} | {f"{name}'": value for name, value in after.items()}
    path = tmp_path / "answer.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_objects, "_BLOCK", block)
        for document in (outer | {"message": inner, "z": outer}, inner):
            path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
            assert texts(path, "message", "items") == records


def test_an_object_under_the_last_name_is_no_way_on(tmp_path: Path) -> None:
    document = {"message": {"items": {"items": [{"a": 1}]}, "title": ["A"]}}
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(document), "utf-8")
    assert texts(path, "message", "items") == [document], "one answer, as it stands"


def test_an_answer_may_be_longer_than_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_objects, "RECORD_LIMIT", 1 << 17)
    records = [{"title": ["word " * 200], "number": number} for number in range(400)]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"message": {"items": records}}), "utf-8")
    assert path.stat().st_size > 2 << 17
    assert texts(path, "message", "items") == records
    path.write_text(json.dumps({"message": {"title": records}}), "utf-8")
    with pytest.raises(SourceError, match="no complete record"):
        list(objects(path, "message", "items"))
