"""What every Store does: one suite that each implementation's test subclasses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from kg.errors import BaseMismatch, IntegrityError, QuerySyntax, StoreError
from kg.model.batch import BatchManifest, GraphChange, Part
from kg.model.terms import Statement, Term, literal
from kg.store.base import StoreKind
from kg.store.batch import MANIFEST, Batch
from kg.store.state import DERIVED_GRAPH

A, B, GOLD = "https://w3id.org/medkg/graph/a", "https://w3id.org/medkg/graph/b", "https://w3id.org/medkg/graph/gold/x"
S, P, O, Q = "<https://e.org/s>", "<https://e.org/p>", "<https://e.org/o>", "<https://e.org/q>"  # noqa: E741


def write_part(folder: Path, name: str, graph: str, rows: list[str]) -> Part:
    data = "".join(sorted(f"{row} <{graph}> .\n" for row in rows)).encode()
    (folder / name).write_bytes(data)
    return Part(name=name, digest=hashlib.sha256(data).hexdigest(), size=len(data), lines=len(rows))


def make_batch(folder: Path, *changes: tuple[str, str, list[str], list[str], str, str]) -> Batch:
    """changes: (graph, mode, added, removed, base, state)."""
    folder.mkdir(parents=True)
    built = []
    for number, (graph, mode, added, removed, base, state) in enumerate(changes):
        built.append(
            GraphChange(
                graph=graph,
                mode=mode,  # type: ignore[arg-type]
                added=(write_part(folder, f"added-{number}.nq", graph, added),),
                removed=(write_part(folder, f"removed-{number}.nq", graph, removed),) if removed else (),
                base=base,
                state=state,
                default=graph != GOLD,
            )
        )
    manifest = BatchManifest(id=folder.name, source="t", release="1", licence="CC0-1.0", graphs=tuple(built))
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return Batch(folder)


class StoreContract:
    kind: type[StoreKind]

    @pytest.fixture
    def store(self, tmp_path: Path):
        store = self.kind.create(tmp_path / "store")
        yield store
        store.close()

    def test_everything_about_a_node_comes_from_the_default_graph(self, store, tmp_path) -> None:
        rows = [f"{S} {P} {O}", f'{S} {Q} "x"@en', f"{O} {P} {S}"]
        gold = [f"{S} {P} {Q}"]
        store.apply(
            make_batch(
                tmp_path / "b", (A, "replace", rows, [], "", "1"), (B, "replace", rows[:1], [], "", "1"),
                (GOLD, "replace", gold, [], "", "1"),
            )
        )  # fmt: skip
        assert sorted(store.about(Term(S))) == [(P, O), (Q, '"x"@en')]
        assert store.about(Term(Q)) == []

    def test_a_statement_in_two_graphs_stands_once_in_the_default_graph(self, store, tmp_path) -> None:
        rows = [f"{S} {P} {O}"]
        store.apply(make_batch(tmp_path / "b", (A, "replace", rows, [], "", "1"), (B, "replace", rows, [], "", "1")))
        assert store.counts() == {"": 1, A: 1, B: 1}
        assert store.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"].startswith('"1"')

    def test_applying_twice_changes_nothing(self, store, tmp_path) -> None:
        batch = make_batch(tmp_path / "b", (A, "replace", [f"{S} {P} {O}"], [], "", "1"))
        assert store.apply(batch) is True
        before = sorted(store.statements(A))
        assert store.apply(batch) is False
        assert sorted(store.statements(A)) == before
        assert store.states() == {A: "1"}

    def test_gold_graphs_stay_out_of_the_default_graph(self, store, tmp_path) -> None:
        store.apply(make_batch(tmp_path / "b", (GOLD, "replace", [f"{S} {P} {O}"], [], "", "1")))
        assert store.counts() == {"": 0, GOLD: 1}

    def test_replace_drops_what_no_other_graph_states(self, store, tmp_path) -> None:
        shared, only, gold = f"{S} {P} {O}", f"{S} {P} {Q}", f"{S} {Q} {O}"
        store.apply(
            make_batch(
                tmp_path / "b1",
                (A, "replace", [shared, only, gold], [], "", "1"),
                (B, "replace", [shared], [], "", "1"),
                (GOLD, "replace", [gold], [], "", "1"),
            )
        )
        store.apply(make_batch(tmp_path / "b2", (A, "replace", [f"{Q} {P} {O}"], [], "", "2")))
        assert sorted(store.statements()) == sorted([shared, f"{Q} {P} {O}"])
        assert sorted(store.statements(GOLD)) == [gold]

    def test_patch(self, store, tmp_path) -> None:
        store.apply(make_batch(tmp_path / "b1", (A, "replace", [f"{S} {P} {O}", f"{S} {P} {Q}"], [], "", "1")))
        patch = make_batch(tmp_path / "b2", (A, "patch", [f'{S} {P} "新"@zh'], [f"{S} {P} {O}"], "1", "2"))
        assert store.apply(patch) is True
        assert sorted(store.statements()) == sorted([f"{S} {P} {Q}", f'{S} {P} "新"@zh'])
        assert store.apply(patch) is False

    def test_patch_with_another_base_is_refused_before_any_change(self, store, tmp_path) -> None:
        store.apply(make_batch(tmp_path / "b1", (A, "replace", [f"{S} {P} {O}"], [], "", "1")))
        wrong = make_batch(
            tmp_path / "b2",
            (B, "replace", [f"{S} {P} {O}"], [], "", "1"),
            (A, "patch", [f"{Q} {P} {O}"], [], "0", "2"),
        )
        with pytest.raises(BaseMismatch):
            store.apply(wrong)
        assert store.counts() == {"": 1, A: 1}

    def test_codes_and_texts_survive_as_written(self, store, tmp_path) -> None:
        rows = [
            f'{S} {P} "007"',
            f'{S} {P} "I10.x00x002"',
            f'{S} {P} "1.50"',
            f"{S} {P} {literal(chr(34) + ' 引号 ' + chr(92) + chr(10) + chr(9) + ' 😀', 'zh')}",
            f'{S} {P} "3"^^<http://www.w3.org/2001/XMLSchema#integer>',
            f'{S} {P} "0.25"^^<http://www.w3.org/2001/XMLSchema#decimal>',
            f'{S} {P} "2015-03"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>',
        ]
        store.apply(make_batch(tmp_path / "b", (A, "replace", rows, [], "", "1")))
        assert sorted(store.statements(A)) == sorted(rows)
        assert sorted(row["o"] for row in store.select(f"SELECT ?o {{ {S} {P} ?o }}")) == sorted(
            row.split(" ", 2)[2] for row in rows
        )

    def test_bindings_are_terms_not_text(self, store, tmp_path) -> None:
        wild = literal('"} ; DROP ALL # \\', "en")
        store.apply(make_batch(tmp_path / "b", (A, "replace", [f"{S} {P} {wild}"], [], "", "1")))
        assert [row["s"] for row in store.select("SELECT ?s ?o { ?s ?p ?o }", {"o": wild})] == [S]
        assert store.ask("ASK { ?s ?p ?o }", {"o": Term('"other"')}) is False

    def test_unbound_variables_are_absent(self, store, tmp_path) -> None:
        store.apply(make_batch(tmp_path / "b", (A, "replace", [f"{S} {P} {O}"], [], "", "1")))
        rows = store.select(f"SELECT ?o ?x {{ {S} {P} ?o OPTIONAL {{ ?o {P} ?x }} }}")
        assert rows == [{"o": O}]

    def test_construct(self, store, tmp_path) -> None:
        store.apply(make_batch(tmp_path / "b", (A, "replace", [f"{S} {P} {O}"], [], "", "1")))
        assert store.construct(f"CONSTRUCT {{ ?o {Q} ?s }} WHERE {{ ?s {P} ?o }}") == [f"{O} {Q} {S}"]

    def test_bad_query_text_is_a_syntax_error(self, store) -> None:
        with pytest.raises(QuerySyntax):
            store.select("SELECT ?s WHERE {")

    def test_applying_all_is_applying_each(self, store, tmp_path) -> None:
        made = [
            make_batch(tmp_path / "b1", (A, "replace", [f"{S} {P} {O}"], [], "", "1")),
            make_batch(
                tmp_path / "b2", (B, "replace", [f"{S} {P} {Q}"], [], "", "1"), (GOLD, "replace", [], [], "", "0")
            ),
            make_batch(tmp_path / "b3", (A, "patch", [f"{S} {Q} {O}"], [f"{S} {P} {O}"], "1", "2")),
        ]
        store.apply_all(made)
        assert store.states() == {A: "2", B: "1", GOLD: "0"}
        assert sorted(store.statements()) == sorted([f"{S} {P} {Q}", f"{S} {Q} {O}"])
        store.apply_all(made[2:])
        assert sorted(store.statements()) == sorted([f"{S} {P} {Q}", f"{S} {Q} {O}"])

    def test_derived_statements_replace_each_other_and_never_hide_asserted_ones(self, store, tmp_path) -> None:
        asserted = f"{S} {P} {O}"
        store.apply(make_batch(tmp_path / "b", (A, "replace", [asserted], [], "", "1")))
        assert store.derive([Statement(asserted), Statement(f"{S} {Q} {O}")]) == 2
        assert store.derive([Statement(f"{S} {Q} {S}")]) == 3
        assert store.derive([Statement(f"{S} {Q} {S}")]) == 0
        assert sorted(store.statements()) == sorted([asserted, f"{S} {Q} {S}"])
        assert list(store.statements(DERIVED_GRAPH)) == [f"{S} {Q} {S}"]

    def test_checkpoint_is_untouched_by_later_changes(self, store, tmp_path) -> None:
        store.apply(make_batch(tmp_path / "b1", (A, "replace", [f"{S} {P} {O}"], [], "", "1")))
        store.optimize()
        snapshot = store.checkpoint(tmp_path / "copy")
        store.apply(make_batch(tmp_path / "b2", (A, "replace", [f"{Q} {P} {O}"], [], "", "2")))
        reader = self.kind.open(snapshot)
        assert list(reader.statements()) == [f"{S} {P} {O}"]
        reader.close()
        resumed = self.kind.resume(snapshot, tmp_path / "resumed")
        assert resumed.states() == {A: "1"}
        resumed.apply(make_batch(tmp_path / "b3", (B, "replace", [f"{S} {P} {Q}"], [], "", "1")))
        assert sorted(resumed.statements()) == sorted([f"{S} {P} {O}", f"{S} {P} {Q}"])
        resumed.close()
        again = self.kind.open(snapshot)
        assert list(again.statements()) == [f"{S} {P} {O}"]
        again.close()

    def test_checkpoint_onto_something_is_refused(self, store, tmp_path) -> None:
        (tmp_path / "there").mkdir()
        with pytest.raises(StoreError):
            store.checkpoint(tmp_path / "there")

    def test_a_folder_that_is_no_checkpoint(self, tmp_path) -> None:
        from kg.store.base import Snapshot

        with pytest.raises(StoreError):
            self.kind.open(Snapshot(store=self.kind.name, path=tmp_path / "none"))


def test_a_damaged_batch_is_found(tmp_path: Path) -> None:
    batch = make_batch(tmp_path / "b", (A, "replace", [f"{S} {P} {O}"], [], "", "1"))
    batch.verify()
    file = batch.file(batch.manifest.graphs[0].added[0])
    file.write_bytes(file.read_bytes()[:-2])
    with pytest.raises(IntegrityError, match=r"added-0\.nq"):
        batch.verify()
