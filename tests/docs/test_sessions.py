"""The client sessions of the guides, run as they stand there against a server of the starter graph."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pyshacl
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm
from rdflib import RDF, Graph, Namespace, URIRef

from tests.api.serving import Served, served
from tests.conftest import ROOT

GUIDES = ("docs/guide.md", "docs/guide.zh.md")
SHAPES = Path(__file__).parent / "dataset.ttl"
GRAPHS = len(tomllib.loads((ROOT / "api" / "starter.toml").read_text("utf-8"))["input"]) + 2
"""One of each input, the annotations of the records, and where everything comes from."""
VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sessions") / "data"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    """The starter graph, served."""
    with served(folder, "up") as running:
        yield running


def _session(guide: str, language: str, server: Served) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", (ROOT / guide).read_text("utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "/sparql" in block]
    assert "http://127.0.0.1:8000" in block
    return block.replace("http://127.0.0.1:8000", server.address)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_session_in_python(guide: str, server: Served) -> None:
    text = _session(guide, "python", server)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert 1 <= len(done.stdout.splitlines()) <= 5
    assert "高血压" in done.stdout
    assert "hypertension" in done.stdout


@pytest.mark.parametrize("guide", GUIDES)
def test_the_session_in_curl(guide: str, server: Served, curl: None) -> None:
    text = _session(guide, "sh", server)
    done = subprocess.run(["sh", "-e", "-c", text], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    table, _, rest = done.stdout.partition("@prefix")
    assert table.splitlines()[0] == "category,concepts"
    assert len(table.splitlines()) > 3
    assert f"sd:endpoint <{server.address}/sparql>" in rest
    assert "<http://rdfs.org/ns/void#subset>" in rest


@pytest.mark.parametrize("guide", GUIDES)
def test_the_session_with_fhir(guide: str, server: Served, curl: None) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / guide).read_text("utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "8000/fhir/" in block]
    found = []
    for line in block.replace("http://127.0.0.1:8000", server.address).splitlines():
        done = subprocess.run(["sh", "-e", "-c", line], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        found.append(json.loads(done.stdout))
    assert [one["resourceType"] for one in found] == ["Parameters", "ValueSet", "Parameters"], found
    assert "二甲双胍" in json.dumps(found[0], ensure_ascii=False)
    assert all("糖尿病" in json.dumps(row, ensure_ascii=False) for row in found[1]["expansion"]["contains"])
    assert found[2]["parameter"][0] == {"name": "result", "valueBoolean": True}


def _void(server: Served) -> Graph:
    answer = httpx.get(f"{server.address}/void", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200, answer.text
    return Graph().parse(data=answer.content, format="turtle")


def test_every_graph_of_the_starter_is_described(server: Served) -> None:
    """Each named graph that a query finds has its licence, version and count; the count is the true one."""
    found = _void(server)
    conforms, _, report = pyshacl.validate(found, shacl_graph=Graph().parse(SHAPES), advanced=False)
    assert conforms, report
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = httpx.get(f"{server.address}/sparql", params={"query": query}).json()["results"]["bindings"]
    counts = {row["g"]["value"]: int(row["n"]["value"]) for row in rows}
    own = {name: count for name, count in counts.items() if not name.startswith("https://w3id.org/medkg/vocab#")}
    described = {str(graph): int(found.value(graph, VOID.triples)) for graph in found.objects(None, VOID.subset)}
    assert described == own
    assert len(described) == GRAPHS


def test_the_shapes_find_faults(server: Served) -> None:
    """The control: without licences, versions or counts the description does not conform."""
    shapes = Graph().parse(SHAPES)
    terms = ("http://purl.org/dc/terms/license", "http://purl.org/pav/version", f"{VOID}triples", f"{DCAT}distribution")
    for gone in terms:
        found = _void(server)
        found.remove((None, URIRef(gone), None))
        assert not pyshacl.validate(found, shacl_graph=shapes, advanced=False)[0], gone


def test_where_graphs_are_to_be_had(server: Served) -> None:
    """What the description says can be fetched can be, and holds what it says."""
    found = _void(server)
    dumps = list(found.subject_objects(VOID.dataDump))
    assert len(dumps) == GRAPHS
    for graph, address in dumps:
        answer = httpx.get(str(address), headers={"Accept": "application/n-triples"})
        assert answer.status_code == 200, answer.text
        rows = {str(row.triple) for row in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}
        assert len(rows) == int(found.value(graph, VOID.triples))
    assert len(list(found.subjects(RDF.type, DCAT.Distribution))) == 4


HOOKS = ("docs/cds-hooks.md", "docs/cds-hooks.zh.md")


def _told(shown: object, answer: object) -> bool:
    """Whether an answer holds what a page shows of it; ``…`` stands for any text."""
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(key in answer and _told(shown[key], answer[key]) for key in shown)
    if isinstance(shown, list):
        return isinstance(answer, list) and all(any(_told(one, other) for other in answer) for one in shown)
    return isinstance(answer, str) and bool(answer) if shown == "…" else shown == answer


@pytest.mark.parametrize("page", HOOKS)
def test_the_dialogue_of_cds_hooks(page: str, server: Served, curl: None, tmp_path: Path) -> None:
    """Discovery, a call, what is missing, feedback, Infobutton: each as the page has it, with a patient of its own."""
    text = (ROOT / page).read_text("utf-8")
    text = re.sub(r"\bp1\b", Path(page).stem.replace(".", "-"), text)
    pairs = re.findall(r"```sh\n(.*?)```\n\n```json\n(.*?)```", text, re.DOTALL)
    assert len(pairs) == 5
    for block, shown in pairs:
        command = block.replace("http://127.0.0.1:8000", server.address)
        done = subprocess.run(
            ["sh", "-e", "-c", command], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stderr)
        assert _told(json.loads(shown), json.loads(done.stdout)), (command, done.stdout)


@pytest.mark.parametrize("page", HOOKS)
def test_the_tokens_of_cds_hooks(page: str, server: Served, folder: Path, tmp_path: Path) -> None:
    """The client of the page against a server that lists it, over the same folder."""
    text = (ROOT / page).read_text("utf-8")
    ((block, shown),) = re.findall(r"```python\n(.*?)```\n\n```json\n(.*?)```", text, re.DOTALL)
    (clients,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    key = ec.generate_private_key(ec.SECP384R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "ehr.pem").write_bytes(pem)
    public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "ehr-1"}
    (tmp_path / "ehr-jwks.json").write_text(json.dumps({"keys": [public]}), "utf-8")
    (tmp_path / "clients.toml").write_text(clients, "utf-8")
    given = {"cds_clients": tmp_path / "clients.toml", "cds_address": "https://cds.example.org"}
    with served(folder, **given) as guarded:
        code = block.replace("http://127.0.0.1:8000", guarded.address)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == json.loads(shown)
        services = httpx.get(f"{guarded.address}/cds-services").json()["services"]
        assert not any("prefetch" in one for one in services), "example packs are not shown where clients are listed"


def test_what_an_answer_does_not_hold_is_noticed() -> None:
    """The control."""
    assert _told({"a": [{"b": "…"}]}, {"a": [{"c": 1}, {"b": "x"}], "d": 2})
    assert not _told({"a": [{"b": "…"}]}, {"a": [{"b": ""}]})
    assert not _told({"a": 1}, {"a": 2})
