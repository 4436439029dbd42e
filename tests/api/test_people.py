"""People over HTTP: a name in any script, one person with the evidence, candidates apart. All invented."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.api.conftest import problem
from tests.corpus import record, write_build, write_records

WARD = "Department of Invention, Invented University, Nowhere, China."
OTHER = "Dept of Discovery, The Invented University, Nowhere, China. a.b@example.org"
PUBMED = """
[[input]]
name = "pubmed"
format = "nbib.v1"
kind = "source"
paths = ["pubmed.nbib"]
version = "1"
licence = "CC0-1.0"
"""


def citation(number: int, *authors: tuple[str, str, str]) -> str:
    """A record as PubMed saves it; authors are (name, ORCID, affiliation)."""
    people = ""
    for name, orcid, line in authors:
        people += f"FAU - {name}\n"
        people += f"AUID- ORCID: {orcid}\n" if orcid else ""
        people += f"AD  - {line}\n" if line else ""
    return f"PMID- {number}\nTI  - Invented record number {number}.\nDP  - 2021\n{people}PT  - Journal Article\n\n"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("people")
    config = write_build(root / "in", files=0)
    chinese = [{"family": "张", "given": "伟"}, {"family": "欧阳", "given": "明月"}]
    write_records(root / "in" / "records-00.jsonl", [record(1, authors=chinese)])
    harriet = "Thistlewood, Harriet"
    (root / "in" / "pubmed.nbib").write_text(
        citation(1, (harriet, "0000-0002-1825-0097", WARD), ("Zhang, Wei", "", WARD))
        + citation(2, (harriet, "", OTHER), ("Ouyang, Mingyue", "", ""))
        + citation(3, ("Zhang, W", "", ""), ("Ouyang, M", "", ""))
        + citation(4, ("Thistlewood, Henry", "", WARD)),
        "utf-8",
    )
    config.write_text(config.read_text("utf-8") + PUBMED, "utf-8")
    settings = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    Building(settings).run(read_config(config), {}, Listener(), lambda *step: None)
    with TestClient(create_app(settings)) as client:
        yield client


def named(client: TestClient, name: str) -> dict[str, str]:
    """Id -> how the names meet."""
    items = client.get("/api/v1/people", params={"name": name}).json()["items"]
    return {item["id"]: item["meets"] for item in items}


@pytest.mark.parametrize("name", ["张伟", "張偉", "Zhang Wei", "Wei Zhang", "ZHANG Wei", "Zhang W", "Zhang, Wei"])
def test_a_name_in_any_script_and_order_finds_all_three(people: TestClient, name: str) -> None:
    assert set(named(people, name)) == {"PMID:1/author/2", "PMID:3/author/1", "doc:T00001/author/1"}


def test_how_names_meet(people: TestClient) -> None:
    found = named(people, "张伟")
    assert found["doc:T00001/author/1"] == "same-name"
    assert found["PMID:1/author/2"] == "romanised"
    assert found["PMID:3/author/1"] == "romanised-initials"
    assert set(named(people, "Ou-Yang Mingyue")) == {"PMID:2/author/2", "PMID:3/author/2", "doc:T00001/author/2"}
    assert named(people, "Zhang Min") == {}
    assert named(people, "…") == {}


def test_a_person_has_records_names_and_the_evidence(people: TestClient) -> None:
    found = people.get(f"/api/v1/people/{quote('PMID:2/author/1')}").json()
    assert found["id"] == "PMID:1/author/1", "every authorship leads to the canonical one"
    assert found["orcids"] == ["0000-0002-1825-0097"]
    assert [(one["record"], one["place"], one["year"]) for one in found["records"]] == [
        ("PMID:1", 1, 2021),
        ("PMID:2", 1, 2021),
    ]
    assert {(one["line"], tuple(one["records"])) for one in found["affiliations"]} == {
        (WARD, ("PMID:1",)),
        (OTHER, ("PMID:2",)),
    }
    assert found["evidence"] == [
        {
            "a": "PMID:1/author/1",
            "b": "PMID:2/author/1",
            "reason": "affiliation",
            "evidence": ["affiliation invented university"],
        }
    ]
    assert found["candidates"] == []
    assert found["crowded"] == 0


def test_candidates_stand_apart(people: TestClient) -> None:
    found = people.get("/api/v1/people/doc:T00001/author/1").json()
    assert [one["record"] for one in found["records"]] == ["doc:T00001"]
    assert {(one["id"], one["name"], one["reason"]) for one in found["candidates"]} == {
        ("PMID:1/author/2", "Zhang Wei", "romanised"),
        ("PMID:3/author/1", "Zhang W", "romanised-initials"),
    }
    assert found["evidence"] == []


def test_pages_fit_together(people: TestClient) -> None:
    ids: list[str] = []
    cursor = None
    for _ in range(9):
        page = people.get(
            "/api/v1/people", params={"name": "Zhang W", "limit": 1} | ({"cursor": cursor} if cursor else {})
        )
        ids += [item["id"] for item in page.json()["items"]]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert ids == list(named(people, "Zhang W"))


@pytest.mark.parametrize(
    "identifier", ["PMID:1/author/9", "PMID:99/author/1", "PMID:1", "PMID:1/author/x", "PMID:1/author/", '"> ?s']
)
def test_who_is_not_there(people: TestClient, identifier: str) -> None:
    problem(people.get(f"/api/v1/people/{quote(identifier, safe='')}"), 404, "not-found")


def test_a_name_is_asked_for(people: TestClient) -> None:
    problem(people.get("/api/v1/people"), 422, "invalid-parameters")
    problem(people.get("/api/v1/people", params={"name": "x" * 201}), 422, "invalid-parameters")
