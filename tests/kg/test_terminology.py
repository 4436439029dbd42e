"""The code table, value sets and maps without HTTP: against plain sets over random hierarchies, and with bad input."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from kg.errors import (
    CircularValueSet,
    ExpansionTooCostly,
    IntegrityError,
    TerminologyError,
    UnknownCanonical,
    UnknownCode,
)
from kg.model.ids import Ids
from kg.terminology.entry import CodeEntry, Edition, MappingEntry, Name
from kg.terminology.expansion import MOST, Node, Wanted, expand
from kg.terminology.selection import Selector
from kg.terminology.table import CodeTable
from kg.terminology.terminology import Terminology, open_terminology
from kg.terminology.valueset import CodeFilter, ImplicitValueSets, Inclusion, ValueSetDefinition, expression
from kg.terminology.words import pieces
from kg.terminology.writer import CodeWriter

DOID = "http://purl.obolibrary.org/obo/DOID_"


def entry(number: int, parents: tuple[int, ...] = (), name: str = "", **more: object) -> CodeEntry:
    labels = (Name(name or f"sample {number}", "en"),)
    above = tuple(f"DOID:{parent}" for parent in parents)
    return CodeEntry(f"DOID:{number}", "disease", labels, parents=above, **more)  # type: ignore[arg-type]


def table_of(folder: Path, entries: list[CodeEntry], mappings: tuple[MappingEntry, ...] = ()) -> CodeTable:
    with CodeWriter(folder) as writer:
        for one in entries:
            writer.add(one)
        for mapping in mappings:
            writer.map(f"https://w3id.org/medkg/graph/mapping/m{mapping.map}")
            writer.add_mapping(mapping)
    return CodeTable(folder)


def tree_codes(table: CodeTable, nodes: tuple[Node, ...]) -> list[str]:
    return [code for node in nodes for code in (table.code(node.row), *tree_codes(table, node.below))]


class Listed:
    """Value sets that somebody else keeps."""

    def __init__(self, *definitions: ValueSetDefinition) -> None:
        self._known = {one.url: one for one in definitions}

    def find(self, url: str, version: str = "") -> ValueSetDefinition | None:
        found = self._known.get(url)
        return found if found is not None and version in ("", found.version) else None

    def all(self) -> Iterator[ValueSetDefinition]:
        return iter(self._known.values())


@pytest.fixture(scope="module")
def hierarchy(tmp_path_factory: pytest.TempPathFactory) -> tuple[CodeTable, dict[int, set[int]]]:
    """600 codes with up to three parents anywhere, so with circles; and the parents."""
    draw = random.Random(20261122)
    parents = {number: {draw.randrange(600) for _ in range(draw.randrange(4))} - {number} for number in range(600)}
    entries = [entry(number, tuple(above)) for number, above in parents.items()]
    return table_of(tmp_path_factory.mktemp("codes") / "t", entries), parents


def climbed(parents: dict[int, set[int]], start: int) -> set[int]:
    found: set[int] = set()
    stack = [*parents[start]]
    while stack:
        one = stack.pop()
        if one not in found:
            found.add(one)
            stack += parents[one]
    return found - {start}


def test_hierarchy_is_that_of_plain_sets(hierarchy: tuple[CodeTable, dict[int, set[int]]]) -> None:
    table, parents = hierarchy
    system = table.system(DOID)
    rows = {number: table.row(system, str(number)) for number in parents}
    above = {number: climbed(parents, number) for number in parents}
    for number in range(0, 600, 7):
        assert table.ancestors(rows[number]) == {rows[one] for one in above[number]}
        below = {rows[one] for one, ancestors in above.items() if number in ancestors}
        found = set(np.flatnonzero(table.descendants([rows[number]])).tolist())
        assert found - {rows[number]} == below
    assert table.subsumption(rows[0], rows[0]) == "equivalent"


def test_everything_stands_once_in_a_tree(hierarchy: tuple[CodeTable, dict[int, set[int]]]) -> None:
    table, _ = hierarchy
    found = expand(table, np.ones(len(table), dtype=np.bool_), Wanted(nested=True))
    codes = tree_codes(table, found.nodes)
    assert sorted(codes) == sorted(str(number) for number in range(600))


def test_a_deep_tree_needs_no_stack(tmp_path: Path) -> None:
    table = table_of(tmp_path / "t", [entry(n, (n - 1,) if n else ()) for n in range(3_000)])
    node = expand(table, np.ones(3_000, dtype=np.bool_), Wanted(nested=True)).nodes[0]
    depth = 1
    while node.below:
        node, depth = node.below[0], depth + 1
    assert depth == 3_000


NAMES = st.text("ab 病热示例Z-", min_size=1, max_size=12)


@given(names=st.lists(NAMES, min_size=1, max_size=12), typed=NAMES)
@profile(max_examples=60, suppress_health_check=list(HealthCheck))
def test_filters_find_what_plain_search_finds(
    names: list[str], typed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = table_of(tmp_path_factory.mktemp("w") / "t", [entry(n, name=name) for n, name in enumerate(names)])
    found = table.words.mask(typed, np.ones(len(names), dtype=np.bool_))

    def has(name: str, piece: str) -> bool:
        runs = pieces(name)
        return any(piece in run if not piece.isascii() else run.startswith(piece) for run in runs)

    for number, name in enumerate(names):
        wanted = all(has(name, piece) or str(number).startswith(piece) for piece in pieces(typed))
        assert found[table.row(table.system(DOID), str(number))] == wanted, (name, typed)


def test_codes_are_strings(tmp_path: Path) -> None:
    ids = ("ICD10:Z99.0x01", "ICD10:Z99.0X01", "ICD10:Z99.10", "ICD10:Z99.100", "https://example.org/x#1", "HP:9900001")
    table = table_of(tmp_path / "t", [CodeEntry(one, "disease", (Name("示例", "zh"),)) for one in ids])
    assert [(table.place(row)[0].url, table.place(row)[1]) for row in range(len(table))] == [
        ("http://human-phenotype-ontology.org", "HP:9900001"),
        *(("http://hl7.org/fhir/sid/icd-10", code) for code in ("Z99.0X01", "Z99.0x01", "Z99.10", "Z99.100")),
        ("https://example.org/x#", "1"),
    ]
    icd = table.system("http://hl7.org/fhir/sid/icd-10")
    assert table.find(icd, "Z99.1") is None
    assert table.find(icd, "\ud800") is None
    assert table.find(table.system("http://human-phenotype-ontology.org"), "9900001") is None
    assert {table.curie(*table.place(row)) for row in range(len(table))} == set(ids)


def test_own_namespaces_are_those_of_the_base(tmp_path: Path) -> None:
    table_of(tmp_path / "terminology", [CodeEntry("medkg:a", "other", (Name("示例", "zh"),))])
    held = open_terminology(tmp_path, Ids("https://example.org/kg/"))
    assert held is not None
    assert held.table.systems[0].url == "https://example.org/kg/concept/"
    assert open_terminology(tmp_path / "none", Ids()) is None


def test_nothing_at_all(tmp_path: Path) -> None:
    table = table_of(tmp_path / "t", [])
    assert len(table) == 0
    assert table.maps.translate("DOID:1") == []
    with pytest.raises(UnknownCanonical):
        table.system(DOID)


def test_damage_is_seen(tmp_path: Path) -> None:
    table_of(tmp_path / "t", [entry(1)])
    path = tmp_path / "t" / "keys.bin"
    path.write_bytes(b"2")
    with pytest.raises(IntegrityError):
        CodeTable(tmp_path / "t")


def test_the_same_input_gives_the_same_files(tmp_path: Path) -> None:
    entries = [entry(n, (n // 2,)) for n in range(1, 50)]
    mappings = tuple(MappingEntry(f"DOID:{n}", "skos:exactMatch", f"MESH:D{n}", n % 2) for n in range(1, 20))
    made = []
    for name in ("a", "b"):
        table_of(tmp_path / name, entries, mappings)
        made.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert made[0] == made[1]


def test_editions_come_from_the_graph_that_states_most(tmp_path: Path) -> None:
    with CodeWriter(tmp_path / "t") as writer:
        for number in range(3):
            writer.add(entry(number))
            writer.stated(f"DOID:{number}", "g:whole")
        writer.stated("DOID:1", "g:names")
        writer.edition(Edition("g:whole", "2026-01", "CC0-1.0", {"zh": "示例"}))
        writer.edition(Edition("g:names", "7"))
    system = CodeTable(tmp_path / "t").system(DOID)
    assert (system.graph, system.version, system.title) == ("g:whole", "2026-01", {"zh": "示例"})


def mapping(subject: str, relation: str, target: str, graph: int = 0, *, negative: bool = False) -> MappingEntry:
    return MappingEntry(subject, f"skos:{relation}Match", target, graph, "semapv:Test", negative=negative)


def test_translations(tmp_path: Path) -> None:
    rows = (
        mapping("DOID:1", "exact", "MESH:D1"),
        mapping("DOID:1", "exact", "MESH:D1", 1),
        mapping("DOID:1", "broad", "MESH:D2"),
        mapping("DOID:1", "exact", "MESH:D2", 1, negative=True),
        mapping("DOID:1", "exact", "MESH:D3"),
        mapping("MESH:D3", "exact", "DOID:1", 1, negative=True),
        mapping("DOID:2", "narrow", "MESH:D1"),
        MappingEntry("DOID:1", "skos:exactMatch", "MESH:D1", 0),
    )
    maps = table_of(tmp_path / "t", [entry(1)], rows).maps
    assert len(maps) == 7  # the bare link says no more than the row with its reasons

    def told(curie: str, **how: object) -> list[tuple[str, str, int]]:
        return [(one.target, one.equivalence, one.mapping.map) for one in maps.translate(curie, **how)]  # type: ignore[arg-type]

    both = [("MESH:D1", "equivalent", 0), ("MESH:D1", "equivalent", 1)]
    # D2 is no exact match, and still a broader one; D3 is denied in the other direction by the other map.
    assert told("DOID:1") == [*both, ("MESH:D2", "wider", 0)]
    assert told("DOID:1", only=(1,)) == both[1:]
    assert told("DOID:1", reverse=True) == [("MESH:D3", "disjoint", 1)]
    assert told("MESH:D1", reverse=True) == [
        ("DOID:1", "equivalent", 0), ("DOID:1", "equivalent", 1), ("DOID:2", "wider", 0)
    ]  # fmt: skip
    assert told("MESH:D9") == []


def defined(url: str, *include: Inclusion, **more: object) -> ValueSetDefinition:
    return ValueSetDefinition(url, include, **more)  # type: ignore[arg-type]


def test_circles_of_value_sets_are_refused(tmp_path: Path) -> None:
    table = table_of(tmp_path / "t", [entry(1)])
    one = defined("u:1", Inclusion(value_sets=("u:2",)))
    two = defined("u:2", Inclusion(DOID), Inclusion(value_sets=("u:3|1",)))
    three = defined("u:3", Inclusion(DOID), exclude=(Inclusion(value_sets=("u:1",)),), version="1")
    held = Terminology(table, (Listed(one, two, three),))
    for definition in (one, two, three):
        with pytest.raises(CircularValueSet):
            held.value_sets.mask(definition)
    assert [one.url for one in held.value_sets.all()] == ["u:1", "u:2", "u:3", f"{DOID}?fhir_vs"]
    deep = [defined(f"d:{n}", Inclusion(value_sets=(f"d:{n + 1}",))) for n in range(100)]
    with pytest.raises(CircularValueSet):
        Selector(table, (Listed(*deep),)).mask(deep[0])


def test_value_sets_that_others_keep(tmp_path: Path) -> None:
    table = table_of(tmp_path / "t", [entry(1), entry(2, (1,)), entry(3, (1,), deprecated=True)])
    kept = defined("u:1", Inclusion(DOID, filters=(CodeFilter("concept", "is-a", "1"),)), version="2", inactive=False)
    selector = Terminology(table, (Listed(kept),)).value_sets
    assert selector.find("u:1|2") == kept
    assert selector.mask(kept).tolist() == [True, True, False]
    assert selector.mask(defined("u:2", Inclusion(value_sets=("u:1",)))).tolist() == [True, True, False]
    with pytest.raises(UnknownCanonical):
        selector.find("u:1|1")


@pytest.mark.parametrize("text", ["", "1 AND", "1 OR 2 AND 3", "(1)", "<<", "^ 1", "> 1", "<*", "1 {", "1" * 3_000])
def test_expressions_that_are_not_read(text: str) -> None:
    with pytest.raises(TerminologyError):
        expression(text, "s")


def test_what_filters_refuse(tmp_path: Path) -> None:
    table = table_of(tmp_path / "t", [entry(1)])
    selector = Selector(table, (ImplicitValueSets(table),))
    for condition in (CodeFilter("concept", "regex", "(a+)+$"), CodeFilter("colour", "=", "1")):
        with pytest.raises(TerminologyError):
            selector.mask(defined("", Inclusion(DOID, filters=(condition,))))
    with pytest.raises(UnknownCode):
        selector.mask(selector.find(f"{DOID}?fhir_vs=isa/7"))
    with pytest.raises(TerminologyError):
        selector.mask(defined("", Inclusion()))


def test_an_expansion_of_everything_is_too_costly(tmp_path: Path) -> None:
    table = table_of(tmp_path / "t", [entry(n, name="x" * (n % 7 + 1)) for n in range(MOST + 1)])
    whole = np.ones(len(table), dtype=np.bool_)
    for wanted in (Wanted(), Wanted(nested=True), Wanted(count=MOST + 1), Wanted(filter="x")):
        with pytest.raises(ExpansionTooCostly):
            expand(table, whole, wanted)
    assert expand(table, whole, Wanted(offset=1)).total == MOST + 1
    pages = [expand(table, whole, Wanted(filter="x", offset=at, count=1_000)) for at in range(0, 6_000, 1_000)]
    rows = [node.row for page in pages for node in page.nodes]
    assert len(rows) == len(set(rows)) == MOST + 1
    lengths = [int(table.sizes[row]) for row in rows]
    assert lengths == sorted(lengths)
