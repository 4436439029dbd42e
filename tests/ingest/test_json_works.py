"""What the sources of works in JSON have in common: encodings, damage, values of any type."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.base import SOURCES, SourceItem
from ingest.sniffing import sniff
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.golden_files import FOLDER

PLUGINS = {
    "crossref.v1": ("answer.json", ("message", "items")),
    "datacite.v1": ("page.json", ("data",)),
    "openalex.v1": ("page.json", ("results",)),
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(["10.5555/x", "2020", "<p>a</p>", "<a b", "&", "9" * 5000, "https://openalex.org/W1", "zh"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def records(plugin: str) -> list[dict[str, object]]:
    name, path = PLUGINS[plugin]
    value = json.loads((FOLDER / plugin / name).read_text("utf-8"))
    for part in path:
        value = value[part]
    return [row for row in value if isinstance(row, dict)]


def read(plugin: str, path: Path) -> list[SourceItem]:
    items = list(SOURCES.load(plugin)().parse(describe(path), {}))
    for item in items:
        if not isinstance(item, Reject):
            statements(item, Context())
    return items


def places(value: object, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a value stands in a record, from the outside in."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for name, part in inner:
        yield (*before, name)
        yield from places(part, (*before, name))


def replaced(value: object, place: tuple[str | int, ...], new: object) -> object:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value
    copy[place[0]] = replaced(copy[place[0]], place[1:], new)  # type: ignore[index]
    return copy


@pytest.mark.parametrize("plugin", PLUGINS)
@settings(max_examples=100)
@given(data=st.data())
def test_a_value_of_any_type_anywhere_is_no_exception(
    plugin: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(records(plugin)))
    place = data.draw(st.sampled_from(list(places(row))))
    path = tmp_path_factory.getbasetemp() / f"{plugin}.jsonl"
    path.write_text(json.dumps(replaced(row, place, data.draw(VALUES))) + "\n", "utf-8")
    items = read(plugin, path)
    assert len([item for item in items if isinstance(item, Document | Reject)]) == 1


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("new", [None, "", 0, [], {}, [None], "文", ["文", 1, None], [[[]]], {"a": {"b": []}}, True])
def test_the_same_value_in_every_field(plugin: str, new: object, tmp_path: Path) -> None:
    rows = [replaced(row, (name,), new) for row in records(plugin) for name in row]
    rows += [dict.fromkeys(row, new) for row in records(plugin)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows), "utf-8")
    assert len([item for item in read(plugin, path) if isinstance(item, Document | Reject)]) == len(rows)


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("form", ["answer", "lines"])
def test_other_encodings_say_the_same(plugin: str, encoding: str, form: str, tmp_path: Path) -> None:
    def items(name: str, encoding: str) -> list[SourceItem]:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        assert sniff(path) == plugin
        return [item for item in read(plugin, path) if not isinstance(item, Reject)]

    text = (FOLDER / plugin / PLUGINS[plugin][0]).read_text("utf-8")
    if form == "lines":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records(plugin))
    assert items("a.json", encoding) == items("b.json", "utf-8") != []


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("data", [b"\n \n", b"null", b"17", b'"text"', b"Resource not found.", b"[" * 100_000])
def test_what_holds_no_record(plugin: str, data: bytes, tmp_path: Path) -> None:
    for name, content in (("a.json", data), ("a.json.gz", gzip.compress(data))):
        path = tmp_path / name
        path.write_bytes(content)
        (reject,) = read(plugin, path)
        assert isinstance(reject, Reject)
        assert (reject.path, bool(reject.position)) == (name, True)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_an_answer_without_records(plugin: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    answer: object = []
    for name in reversed(PLUGINS[plugin][1]):
        answer = {name: answer}
    path.write_text(json.dumps(answer), "utf-8")
    assert read(plugin, path) == []


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_cut_answer_names_where_it_ends(plugin: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    text = (FOLDER / plugin / PLUGINS[plugin][0]).read_text("utf-8")
    path.write_text(text[: len(text) // 2], "utf-8")
    last = read(plugin, path)[-1]
    assert isinstance(last, Reject)
    assert (last.path, last.reason, last.fatal) == ("a.json", "truncated", True)
    assert last.position.startswith("character ")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_nul_and_deep_nesting_leave_out_one_record(plugin: str, tmp_path: Path) -> None:
    first, *_ = records(plugin)
    deep = json.dumps(first)[:-1] + ', "deep": ' + "[" * 50_000 + "]" * 50_000 + "}"
    nul = json.dumps(first | {"publisher": "a\0b"})
    path = tmp_path / "a.json"
    for text in (f"[{deep}, {nul}, {json.dumps(first)}]", f"{json.dumps(first)}\n{deep}\n{nul}\n"):
        path.write_text(text, "utf-8")
        items = read(plugin, path)
        assert sorted(type(item).__name__ for item in items) == ["Document", "Reject", "Reject"]
        assert {item.reason for item in items if isinstance(item, Reject)} == {"bad-record"}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_one_bad_byte_does_not_change_other_lines(plugin: str, tmp_path: Path) -> None:
    """It does not make the file GB18030, in which ``é`` of UTF-8 is a character, too."""
    first, *_ = records(plugin)
    line = json.dumps(first | {"note": "Étude à Orléans"}, ensure_ascii=False).encode() + b"\n"
    path = tmp_path / "a.jsonl"
    path.write_bytes(line)
    (alone,) = read(plugin, path)
    path.write_bytes(line + line.replace("É".encode(), b"\xc9\xc9") + line)
    before, damage, *after = read(plugin, path)
    assert before == alone
    assert isinstance(damage, Reject)
    assert (damage.reason, damage.position) == ("encoding", "line 2")
    # A line that is text in no encoding ends the file.
    assert after == ([] if damage.fatal else [alone])
