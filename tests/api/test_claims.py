"""Claims and what they come to, over HTTP and at the command line: built from texts and a table. All invented."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.api.conftest import problem
from tests.api.test_cli import medkg
from tests.api.test_lineage import options
from tests.corpus import record, write_build, write_records
from tests.golden_files import FOLDER

CAUSE, NO_CAUSE = "Sample fever causes example nephropathy.", "Sample fever does not cause example nephropathy."
TRIAL = "It enrolled 120 patients with sample fever. Registration: NCT99999901."
TABLE = f"""
[[input]]
name = "indications"
format = "table.v1"
kind = "curated"
paths = ["{FOLDER}/table.v1/indications.csv"]
version = "1"
licence = "CC0-1.0"
"""
FEVER, NEPHROPATHY = "DOID:9000002", "DOID:9000003"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("claims")
    config = write_build(root / "in", files=1)
    rows = [
        record(1, f"{CAUSE} {TRIAL}", year=2010, types=["Randomized Controlled Trial"]),
        record(2, f"{CAUSE} {TRIAL}", year=2012, authors=[{"family": "Other", "given": "Olga"}]),
        record(3, NO_CAUSE, year=2014),
        record(4, f"It is unclear whether {CAUSE.lower()}", year=2015),
    ]
    write_records(root / "in" / "records-00.jsonl", rows)
    config.write_text(config.read_text("utf-8") + "claims = true\n" + TABLE + options("table.v1/indications"), "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    Building(made).run(read_config(config), {}, Listener(), lambda *step: None)
    return made


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as opened:
        yield opened


def items(client: TestClient, path: str, **params: object) -> list[dict[str, object]]:
    answer = client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["generation"] == answer.headers["medkg-generation"]
    found: list[dict[str, object]] = body["items"]
    return found


def test_each_claim_has_its_sentence_source_study_and_what_contradicts_it(client: TestClient) -> None:
    found = items(client, "claims", subject=FEVER, object=NEPHROPATHY, predicate="biolink:causes")
    by_source = {one["source"]["id"]: one for one in found}  # type: ignore[index]
    assert set(by_source) == {f"doc:T0000{number}" for number in (1, 2, 3, 4)}
    one = by_source["doc:T00001"]
    assert (one["direction"], one["evidence"], one["predicate"]) == ("supports", "text-mined", "biolink:causes")
    assert one["subject"]["label"]["en"] == "sample fever"  # type: ignore[index]
    assert (one["source"]["year"], one["source"]["standing"]) == (2010, "published")  # type: ignore[index]
    study = one["study"]
    assert (study["design"], study["size"]) == ("randomised-trial", 120)  # type: ignore[index]
    against = by_source["doc:T00003"]
    assert against["direction"] == "refutes"
    assert one["conflicts"] == [against["id"]]
    assert set(against["conflicts"]) == {one["id"], by_source["doc:T00002"]["id"]}  # type: ignore[call-overload]
    assert by_source["doc:T00004"]["conflicts"] == []


def test_every_quote_stands_at_its_place(client: TestClient) -> None:
    quotes = 0
    for one in items(client, "claims", subject=FEVER):
        source = one["source"]["id"]  # type: ignore[index]
        document = client.get(f"/api/v1/documents/{source}").json()
        passages = {passage["key"]: passage["text"] for passage in document["passages"]}
        study = one["study"]
        for quote in (one["sentence"], study["population"], study["design_quote"]):  # type: ignore[index]
            if quote:
                quotes += 1
                assert passages[quote["passage"]][quote["start"] : quote["end"]] == quote["text"]  # type: ignore[index]
    assert quotes > 4


def test_what_they_come_to(client: TestClient) -> None:
    (one,) = items(client, "assertions", subject=FEVER, object=NEPHROPATHY)
    assert one["standing"] == "contested"
    assert (one["supports"], one["refutes"], one["insufficient"], one["text_mined"]) == (2, 1, 1, 4)
    assert (one["sources"], one["independent_support"], one["independent_refutation"]) == (4, 1, 1)
    assert (one["best_design"], one["first_year"], one["last_year"]) == ("randomised-trial", 2010, 2015)
    assert one["cohorts"] == [
        {"a": "doc:T00001", "b": "doc:T00002", "reason": "registration", "evidence": ["NCT99999901"]}
    ]
    assert items(client, "assertions", standing="contested") == [one]
    whole = items(client, "claims", assertion=one["id"])
    assert len(whole) == 4
    assert {claim["assertion"] for claim in whole} == {one["id"]}
    assert items(client, "claims", assertion=one["id"], document="doc:T00003") == [
        claim for claim in whole if claim["direction"] == "refutes"
    ]


def test_a_table_without_sentences(client: TestClient) -> None:
    found = items(client, "claims", subject="DRUGBANK:DB99001", evidence="curated")
    assert {one["sentence"] for one in found} == {None}
    first = next(one for one in found if one["object"]["id"] == "DOID:9990001")  # type: ignore[index]
    assert [source["id"] for source in first["references"]] == ["PMID:900000001", "PMID:900000002"]  # type: ignore[attr-defined]
    assert (first["source"], first["score"]) == (None, None)
    assert {one["direction"] for one in items(client, "claims", document="PMID:900000003")} == {"refutes"}
    (refuted,) = items(client, "assertions", standing="refuted")
    assert (refuted["subject"]["id"], refuted["curated"]) == ("DRUGBANK:DB99002", 1)  # type: ignore[index]


def test_filters(client: TestClient) -> None:
    everything = items(client, "claims", subject=FEVER)
    scores = [one["score"] for one in everything]
    assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
    for name, value in (("direction", "refutes"), ("evidence", "text-mined"), ("predicate", "biolink:causes")):
        found = items(client, "claims", subject=FEVER, **{name: value})
        assert found == [one for one in everything if one[name] == value], name
    assert items(client, "claims", subject=FEVER, evidence="curated") == []
    assert items(client, "claims", subject=FEVER, predicate="biolink:treats") == []
    assert items(client, "claims", subject=FEVER, min_score=1.0) == [one for one in everything if one["score"] == 1.0]
    assert items(client, "claims", subject="DRUGBANK:DB99001", min_score=0) == [], "tables give no score"
    assert items(client, "claims", subject="DOID:9000001") == [], "it is there, and nothing is claimed of it"


def test_pages_fit_together(client: TestClient) -> None:
    whole = items(client, "claims", subject=FEVER)
    pages: list[object] = []
    params: dict[str, object] = {"subject": FEVER, "limit": 2}
    while True:
        body = client.get("/api/v1/claims", params=params).json()  # type: ignore[arg-type]
        pages += body["items"]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert pages == whole


@pytest.mark.parametrize(
    ("path", "params", "status", "slug"),
    [
        ("claims", {}, 400, "query"),
        ("claims", {"predicate": "biolink:causes"}, 400, "query"),
        ("assertions", {}, 400, "query"),
        ("assertions", {"standing": "supported"}, 400, "query"),
        ("claims", {"subject": "DOID:1"}, 404, "not-found"),
        ("claims", {"document": "PMID:1"}, 404, "not-found"),
        ("claims", {"assertion": "assertion:0"}, 404, "not-found"),
        ("assertions", {"object": "DOID:1"}, 404, "not-found"),
        ("claims", {"subject": "nonsense"}, 400, "identifier"),
        ("claims", {"subject": "<no iri>"}, 400, "identifier"),
        ("claims", {"subject": '"> ?s'}, 400, "identifier"),
        ("claims", {"subject": FEVER, "predicate": "nonsense:x"}, 400, "identifier"),
        ("claims", {"subject": FEVER, "direction": "sideways"}, 422, "invalid-parameters"),
        ("claims", {"subject": FEVER, "evidence": "gold"}, 422, "invalid-parameters"),
        ("claims", {"subject": FEVER, "min_score": 2}, 422, "invalid-parameters"),
        ("claims", {"subject": ""}, 422, "invalid-parameters"),
        ("claims", {"subject": FEVER, "cursor": "g~1"}, 404, "unknown-generation"),
        ("claims", {"subject": FEVER, "as_of": "none"}, 404, "unknown-generation"),
    ],
)
def test_bad_input(client: TestClient, path: str, params: dict[str, object], status: int, slug: str) -> None:
    for language in ("en", "zh"):
        answer = client.get(f"/api/v1/{path}", params=params, headers={"Accept-Language": language})  # type: ignore[arg-type]
        problem(answer, status, slug)


@pytest.mark.parametrize(
    "name", ["http://", "http://[x", "urn:", "https://exa mple.org:x/", "DOID:\u202e1", "<urn:x y>"]
)
def test_what_looks_like_an_iri_is_an_error_of_the_caller(client: TestClient, name: str) -> None:
    for path, place in (
        ("claims", "subject"),
        ("claims", "document"),
        ("claims", "assertion"),
        ("assertions", "object"),
    ):
        answer = client.get(f"/api/v1/{path}", params={place: name})
        assert answer.status_code in (400, 404), answer.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_at_the_command_line(settings: Settings, language: str) -> None:
    done = medkg("claims", FEVER, NEPHROPATHY, "--data", settings.data, language=language)
    assert done.returncode == 0, done.stderr
    assert CAUSE in done.stdout
    assert ("反对" if language == "zh" else "refutes") in done.stdout
    assert "n = 120" in done.stdout
    together = medkg("claims", FEVER, "--together", "--data", settings.data, language=language)
    assert ("来源之间不一致" if language == "zh" else "sources disagree") in together.stdout
    assert "NCT99999901" in together.stdout


def test_json_and_errors_at_the_command_line(settings: Settings, client: TestClient) -> None:
    done = medkg("claims", FEVER, "--direction", "refutes", "--json", "--data", settings.data)
    assert [json.loads(line) for line in done.stdout.splitlines()] == items(
        client, "claims", subject=FEVER, direction="refutes"
    )
    limited = medkg("claims", FEVER, "--limit", "1", "--data", settings.data)
    assert "--skip 1" in limited.stderr
    for arguments, code, message in (
        ((), 1, "subject"),
        (("DOID:1",), 2, "DOID:1"),
        ((FEVER, "--direction", "sideways"), 2, "sideways"),
        ((FEVER, "--min-score", "7"), 2, "--min-score"),
    ):
        failed = medkg("claims", *arguments, "--data", settings.data)
        assert failed.returncode == code, failed.stderr
        assert message in failed.stderr


def test_a_derived_count_has_a_lineage(client: TestClient) -> None:
    (one,) = items(client, "assertions", subject=FEVER, object=NEPHROPATHY)
    (found,) = items(client, "lineage", subject=one["iri"], predicate="mkg:supportCount")
    derived = found["derived"]
    assert derived["method"] == "assertions/1"  # type: ignore[index]
    assert len(derived["statements"]) == 4  # type: ignore[index]
