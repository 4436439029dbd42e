"""A hospital's own dictionary: registered, mapped in the workbench, released, and then named as `system` in a case."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator

import msgspec
import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.releasing import Releasing
from api.settings import Settings
from kg.workflow.proposals import Person
from tests.api.roles import Callers
from tests.doors.test_cda import document, drug, section

URL = "/api/v1/rules/evaluate"
IRI = "https://hospital.example/yp/"
DICTIONARY = "编码,名称\n007 x0,示例素\n007 x1,展示素\n900,院内制剂\n"
COLUMNS = {"system": "HIS-YP", "to": "medkg", "code": "编码", "name": "名称", "category": "drug", "format": "csv"}


@pytest.fixture(scope="module")
def hospital(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    copy = tmp_path_factory.mktemp("hospital") / "data"
    shutil.copytree(settings.data, copy)
    settings = msgspec.structs.replace(settings, data=str(copy), hosts="testserver,localhost")
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        mapped(Callers(opened, settings).of("curator"), settings)
    with TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False) as opened:
        yield opened


def mapped(curator: TestClient, settings: Settings) -> None:
    """Two of the three codes confirmed by one person, accepted by another, and released."""
    assert curator.put("/api/v1/mappings/systems/HIS-YP", json={"iri": IRI, "title": {"zh": "药品"}}).status_code == 200
    found = curator.post("/api/v1/mappings/candidates", params=COLUMNS, content=DICTIONARY.encode())
    assert found.status_code == 200, found.text
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        sure = row["rank"] == "1" and row["code"].startswith("007")
        writer.writerow(row | {"decision": "confirm" if sure else ""})
    made = curator.post("/api/v1/mappings/decisions", content=out.getvalue().encode())
    assert made.status_code == 201, made.text
    assert made.json()["confirmed"] == 2
    wiring.proposals(settings).move("accept", made.json()["proposal"], Person("Wang", "reviewer"))
    Releasing(settings).run("2026.11", Person("Chen", "reviewer"))


def evaluated(client: TestClient, **case: object) -> dict[str, object]:
    answer = client.post(URL, json={"case": {"event": "order-sign"} | case})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.parametrize("system", ["HIS-YP", "his-yp", IRI])
def test_local_codes_alone_reach_the_rules(hospital: TestClient, system: str) -> None:
    found = evaluated(
        hospital, orders=[{"codes": [{"system": system, "code": "007 x0"}]}],
        medications=[{"codes": [{"system": system, "code": "007 x1"}]}],
    )  # fmt: skip
    assert [card["rule"] for card in found["items"]] == ["test:pair"]  # type: ignore[attr-defined]
    assert found["interpretation"]["problems"] == []  # type: ignore[index]


def test_names_stand_in_where_a_code_is_not_known(hospital: TestClient) -> None:
    found = evaluated(hospital, orders=[{"codes": [{"system": "HIS-YP", "code": "900"}], "name": "示例素"}],
                      medications=[{"name": "showcasin"}])  # fmt: skip
    assert [card["rule"] for card in found["items"]] == ["test:pair"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        ({"system": "HIS-YP", "code": "007 x9"}, [f"{IRI}007%20x0", f"{IRI}007%20x1"]),
        ({"system": "HIS-YP", "code": "7 x0"}, []),
        ({"system": "NO-SUCH", "code": "007 x0"}, []),
        ({"system": "HIS-YP", "code": "\x00"}, []),
    ],
)
def test_unknown_codes_are_told_with_what_comes_nearest(
    hospital: TestClient, code: dict[str, str], nearest: list[str]
) -> None:
    problems = evaluated(hospital, orders=[{"codes": [code]}])["interpretation"]["problems"]  # type: ignore[index]
    assert problems == [{"place": "/orders/0", "reason": "not-understood", "nearest": nearest}]


def test_the_name_of_the_dictionary_stands_in_messages_too(hospital: TestClient) -> None:
    message = "\r".join([
        "MSH|^~\\&|HIS|H|M|K|20261101||RDE^O11|1|P|2.5||||||UNICODE UTF-8", "PID|1||T-1||x||1950|F",
        "ORC|NW|1", "RXE||007 x0^^HIS-YP", "ORC|SR|2|||IP", "RXE||007 x1^^HIS-YP",
    ])  # fmt: skip
    v2 = hospital.post(f"{URL}/hl7v2", content=message.encode(), headers={"Content-Type": "application/hl7-v2"}).json()
    local = 'code="{}" codeSystemName="HIS-YP"'
    text = document(section("10160-0", drug("", code=local.format("007 x1"))),
                    section("18776-5", drug("", ' moodCode="RQO"', local.format("007 x0"))))  # fmt: skip
    headers = {"Content-Type": "text/xml", "Accept": "application/json"}
    cda = hospital.post(f"{URL}/cda?event=order-sign", content=text.encode(), headers=headers).json()
    for found in (v2, cda):
        assert "test:pair" in [card["rule"] for card in found["evaluation"]["items"]]
        assert found["evaluation"]["interpretation"]["problems"] == []
