"""What decides about an update before it runs: the gate, its targets, its dataset; and the syncing of logs."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import NotWorkspaceGraph, QueryRefused, QuerySyntax
from kg.query.gate import check_update
from kg.workspace.logs import Logs
from kg.workspace.targets import written_workspace
from kg.workspace.using import with_dataset

BASE = "https://w3id.org/medkg/"
A, B, OUT = f"{BASE}workspace/a/g", f"{BASE}workspace/b/g", f"{BASE}graph/source/x"


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <{A}> {{ <x:s> <x:p> 1 . <x:s> <x:p> 'GRAPH <{OUT}> {{' }} }}",
        f"DELETE DATA {{ GRAPH <{A}> {{ <x:s> <x:p> 1 }} . GRAPH <{A}2> {{ }} }}",
        f"DELETE WHERE {{ GRAPH <{A}> {{ ?s ?p ?o }} }}",
        f"WITH <{A}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p [ <x:p> (1 2) ] }} WHERE {{ ?s ?p ?o }}",
        f"INSERT {{ GRAPH <{A}> {{ ?s ?p ?o }} }} USING <{OUT}> USING NAMED <{B}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"PREFIX w: <{BASE}workspace/a/> CLEAR GRAPH w:g ; DROP SILENT GRAPH w:h ; CREATE GRAPH w:i",
        f"PREFIX : <{BASE}> COPY :workspace\\/a\\/g TO GRAPH <{A}2> ; MOVE <{A}> TO <{A}3>",
        f"# CLEAR ALL\nCLEAR GRAPH <{A}> ; # DROP ALL\n",
        f"CLEAR GRAPH <{BASE}\\u0077orkspace/a/g>",
    ],
)
def test_updates_of_one_workspace(text: str) -> None:
    check_update(text)
    assert written_workspace(text, BASE) == "a"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PREFIX x: <x:>",
        "INSERT DATA { <x:s> <x:p> 1 }",
        f"INSERT DATA {{ GRAPH <{A}> {{ <x:s> <x:p> 1 }} <x:s> <x:p> 1 }}",
        f"INSERT DATA {{ [ <x:p> 1 ] . GRAPH <{A}> {{ <x:s> <x:p> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{OUT}> {{ <x:s> <x:p> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{A}> {{ <x:s> <x:p> 1 }} GRAPH <{B}> {{ <x:s> <x:p> 1 }} }}",
        f"INSERT {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} GRAPH <{A}> {{ }} }}",
        f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH <{A}> {{ ?s ?p ?o }} }}",
        f"WITH <{OUT}> INSERT {{ GRAPH <{A}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "CLEAR DEFAULT",
        "DROP NAMED",
        "CLEARALL",
        f"CLEAR GRAPH <{A}> ; CLEAR DEFAULT",
        f"CLEAR GRAPH <{A}> CLEAR DEFAULT",
        f"COPY DEFAULT TO <{A}>",
        f"COPY <{A}> TO DEFAULT",
        f"MOVE <{OUT}> TO <{A}>",
        f"ADD <{A}> TO <{B}>",
        "BASE <https://w3id.org/medkg/workspace/a/> CLEAR GRAPH <g>",
        f"CLEAR GRAPH <{BASE}workspace/>",
        f"CLEAR GRAPH <{BASE}workspace/a>",
        f"CLEAR GRAPH <{BASE}workspace/a/>",
        f"CLEAR GRAPH <{BASE}workspace/../graph/x>",
        f"CLEAR GRAPH <{BASE}workspace/A/x>",
        "CLEAR GRAPH <https://example.org/workspace/a/x>",
        f"INSERT DATA {{ GRAPH <{A}> {{ <x:s> <x:p> 1 }}",
        f"SELECT * {{ GRAPH <{A}> {{ ?s ?p ?o }} }}",
    ],
)
def test_updates_of_anything_else(text: str) -> None:
    with pytest.raises(NotWorkspaceGraph):
        written_workspace(text, BASE)


WORDS = st.sampled_from(
    ["INSERT", "DELETE", "DATA", "WHERE", "WITH", "USING", "NAMED", "GRAPH", "CLEAR", "DROP", "COPY", "TO", "ALL",
     "DEFAULT", "SILENT", "{", "}", ";", ".", "<x:s>", "?g", "1", f"<{A}>", f"<{OUT}>", "PREFIX", "w:", "w:g"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=24))
def test_no_text_that_the_engine_takes_writes_elsewhere(words: list[str]) -> None:
    """Whatever is let through and runs leaves every other graph as it is."""
    text = " ".join(words)
    try:
        name = written_workspace(text, BASE)
    except (NotWorkspaceGraph, QuerySyntax):
        return
    assert name == "a"
    store = ox.Store()
    other = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:s"), ox.NamedNode("x:s"), ox.NamedNode(OUT))
    default = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:s"), ox.NamedNode("x:s"))
    store.extend([other, default])
    try:
        store.update(text)
    except (SyntaxError, RuntimeError, OSError):
        return
    outside = {quad for quad in store if quad.graph_name != ox.NamedNode(A)}
    assert outside == {other, default}


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <x:y>",
        "load silent <x:y> into graph <x:g>",
        "CLEAR ALL;LOAD<x:y>",
        "PREFIX : <x:> LOAD:y",
        "PREFIX a: <x:> LOADa:y",
        "BASE <x:>LOADSILENT<y>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <x:y> { ?s ?p ?o } }",
        "INSERT DATA { " + "[ <x:p> " * 70 + "1" + "]" * 70 + " }",
        "INSERT { ?s <x:p> 1 } WHERE { ?s " + "/".join(["<x:p>"] * 60) + " ?o }",
        "INSERT { ?s <x:p> 1 } WHERE { " + "?s ?p ?o . " * 201 + "}",
        "INSERT DATA { <x:s> <x:p> '" + "x" * 70_000 + "' }",
    ],
)
def test_updates_that_the_gate_refuses(text: str) -> None:
    with pytest.raises(QueryRefused):
        check_update(text)


def test_data_is_not_counted() -> None:
    triples = "<x:s> <x:p> 1 , -2 , (1 2 3) . " * 500
    check_update(f"INSERT DATA {{ {triples} }} ; DELETE DATA {{ GRAPH <x:g> {{ {triples} }} }}")
    with pytest.raises(QueryRefused):
        check_update(f"INSERT {{ {triples} }} WHERE {{ }}")


def test_the_dataset_of_the_protocol() -> None:
    store = ox.Store()
    store.update("INSERT DATA { <x:a> <x:p> 1 . GRAPH <x:g> { <x:b> <x:p> 2 } GRAPH <x:h> { <x:c> <x:p> 3 } }")
    text = "PREFIX x: <x:> # WHERE\nINSERT { ?s x:q 'WHERE' } WHERE { ?s x:p ?o OPTIONAL { GRAPH ?g { ?s ?p ?o } } }"
    store.update(with_dataset(text, ["x:g"], []))
    found = [str(row["s"]) for row in store.query("SELECT ?s { ?s <x:q> ?o }")]
    assert found == ["<x:b>"]
    store.update(with_dataset("INSERT { ?g <x:r> 1 } WHERE { GRAPH ?g { ?s <x:p> ?o } }", [], ["x:h"]))
    assert [str(row["g"]) for row in store.query("SELECT ?g { ?g <x:r> 1 }")] == ["<x:h>"]
    store.update(with_dataset("DELETE WHERE { ?s <x:q> ?o }", ["x:none"], []))
    assert [str(row["s"]) for row in store.query("SELECT ?s { ?s <x:q> ?o }")] == ["<x:b>"]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?s ?p 1 } USING <x:g> WHERE { ?s ?p ?o }",
        "WITH <x:g> INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "PREFIX g: <x:> INSERT { ?s ?p 1 } USING g:g WHERE { ?s ?p ?o }",
        "DELETEWHERE{ ?s ?p ?o }",
        "PREFIX : <x:> WITH:g DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }",
    ],
)
def test_two_datasets_are_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        with_dataset(text, ["x:h"], [])


@pytest.mark.parametrize("name", ["g", "x:a> <x:b", "x:a b", 'x:"', "x:{", "x:\n"])
def test_names_of_datasets_never_become_text(name: str) -> None:
    with pytest.raises(QueryRefused):
        with_dataset("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", [name], [])


def test_every_log_is_synced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fdatasync

    def fdatasync(descriptor: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        real(descriptor)

    monkeypatch.setattr("kg.workspace.logs.os.fdatasync", fdatasync)
    first, second = tmp_path / "000001.log", tmp_path / "000002.log"
    first.write_bytes(b"a")
    (tmp_path / "CURRENT").write_bytes(b"x")
    logs = Logs(tmp_path)
    for change, expected in ((None, ["000001.log"]), (first, ["000001.log"]), (second, ["000002.log"]), (None, [])):
        if change is not None:
            with change.open("ab") as stream:
                stream.write(b"b")
        synced.clear()
        logs.sync()
        assert synced == expected
    first.unlink()
    logs.sync()
