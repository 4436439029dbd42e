"""More like this, alike concepts, statements and cited answers over HTTP and at the command line. All invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.errors import ConfigError
from kg.search.likeness import MOST_SEEDS
from tests.api.conftest import problem
from tests.api.test_cli import medkg
from tests.corpus import record, write_build, write_records

CAUSE = "Sample fever causes example nephropathy."
CURE = "Quinalbinol cured every zebra in the meadow."
FEVER, NEPHROPATHY = "DOID:9000002", "DOID:9000003"
PAPER = f"""PMID- 99999991
STAT- MEDLINE
DP  - 2014
TI  - Zebras in the meadow.
LA  - eng
AB  - {CURE}
PT  - Journal Article
"""
MORE = """
[[input]]
name = "paper"
format = "nbib.v1"
kind = "source"
paths = ["retracted.nbib"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例文献", en = "An illustrative paper" }
[[input]]
name = "retracted"
format = "standing.v1"
kind = "source"
paths = ["retracted.tsv"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例撤稿名单", en = "An illustrative list of retractions" }
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("discovery")
    config = write_build(root / "in", files=1)
    rows = [
        record(1, CAUSE, year=2010, types=["Randomized Controlled Trial"]),
        record(2, "Sample fever lasts a week.", year=2012),
    ]
    write_records(root / "in" / "records-00.jsonl", rows)
    (root / "in" / "retracted.nbib").write_text(PAPER, "utf-8")
    (root / "in" / "retracted.tsv").write_text("99999991\n", "utf-8")
    config.write_text(config.read_text("utf-8") + "claims = true\n" + MORE, "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    Building(made).run(read_config(config), {}, Listener(), lambda *step: None)
    return made


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as opened:
        yield opened


def get(client: TestClient, path: str, **params: object) -> dict[str, object]:
    answer = client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def passage(client: TestClient, document: str, key: str) -> str:
    record = client.get(f"/api/v1/documents/{document}").json()
    return next(str(one["text"]) for one in record["passages"] if one["key"] == key)


def test_more_like_a_document_and_a_concept(client: TestClient) -> None:
    told = get(client, "similar", id=["doc:T00001", NEPHROPATHY])
    ids = [one["id"] for one in told["items"]]  # type: ignore[index, union-attr, attr-defined]
    assert "doc:T00002" in ids
    assert "doc:T00001" not in ids
    reading = told["interpretation"]
    assert [one["kind"] for one in reading["seeds"]] == ["document", "concept"]  # type: ignore[index, call-overload]
    concepts = get(client, "similar", id=FEVER, kind="concept")
    assert {NEPHROPATHY, "DOID:9000001"} <= {one["id"] for one in concepts["items"]}  # type: ignore[attr-defined]


def test_how_alike_two_concepts_are(client: TestClient) -> None:
    told = get(client, "similarity", a=NEPHROPATHY, b=FEVER)
    assert told["relation"] == "narrower"
    assert told["common"]["id"] == FEVER  # type: ignore[index]
    assert told["cosine"] is None
    assert [one["id"] for one in told["way_to_a"]] == [FEVER, NEPHROPATHY]  # type: ignore[attr-defined]


def test_statements_stand_where_they_say(client: TestClient) -> None:
    told = get(client, "statements", q="does sample fever cause nephropathy", kind="claim")
    first = told["items"][0]  # type: ignore[index]
    assert (first["kind"], first["recommendation"]) == ("claim", None)
    claim = first["claim"]
    assert (claim["subject"]["id"], claim["object"]["id"]) == (FEVER, NEPHROPATHY)
    quote = claim["sentence"]
    assert passage(client, claim["source"]["id"], quote["passage"])[quote["start"] : quote["end"]] == quote["text"]
    assert claim["study"]["design"] == "randomised-trial"
    assert get(client, "statements", q="fever", kind="recommendation")["items"] == []


def test_an_answer_is_a_sentence_that_stands_there(client: TestClient) -> None:
    told = get(client, "answer", q="sample fever causes example nephropathy")
    assert told["found"] is True
    first = told["answers"][0]  # type: ignore[index]
    assert first["text"] == CAUSE
    assert passage(client, first["document"], first["passage"])[first["start"] : first["end"]] == CAUSE
    assert told["message"] == {"zh": "", "en": ""}


@pytest.mark.parametrize("question", ["qwertz uiop", "量子色动力学", "", "?"])
def test_nothing_found_is_said_in_both_languages(client: TestClient, question: str) -> None:
    told = get(client, "answer", q=question)
    assert (told["found"], told["answers"], told["withheld"]) == (False, [], [])
    assert told["message"]["zh"].startswith("没有找到")  # type: ignore[index]
    assert told["message"]["en"].startswith("Nothing found")  # type: ignore[index]


def test_what_is_retracted_is_no_answer_and_says_so(client: TestClient) -> None:
    told = get(client, "answer", q="quinalbinol cured zebra meadow")
    assert (told["found"], told["answers"]) == (False, [])
    one = told["withheld"][0]  # type: ignore[index]
    assert (one["text"], one["standing"]) == (CURE, "retracted")
    assert one["notice"]["zh"]
    assert one["notice"]["en"]


def test_hits_have_design_and_links(client: TestClient) -> None:
    told = get(client, "search", q="sample fever causes example nephropathy")
    hit = next(one for one in told["items"] if one["id"] == "doc:T00001")  # type: ignore[attr-defined]
    assert (hit["design"], hit["design_by"]) == ("randomised-trial", "types")
    links = {one["kind"]: one["url"] for one in hit["links"]}
    assert client.get(links["record"], headers={"Accept": "text/turtle"}).status_code == 200
    assert client.get("/id/PMID:99999991", headers={"Accept": "text/turtle"}).status_code == 200
    paper = next(one for one in get(client, "search", q="zebras meadow")["items"] if one["id"] == "PMID:99999991")  # type: ignore[attr-defined]
    assert {"kind": "pmid", "url": "https://pubmed.ncbi.nlm.nih.gov/99999991/"} in paper["links"]


def test_a_caller_may_say_whether_narrower_concepts_are_asked_for(client: TestClient) -> None:
    """A name alone cannot say it; of a name both rank by other weights than where nothing is said."""
    told = {said: get(client, "search", q="sample fever", **said_as(said)) for said in ("", "true", "false")}
    first = {said: one["items"][0] for said, one in told.items()}  # type: ignore[index]
    assert {one["interpretation"]["type"] for one in told.values()} == {"name"}  # type: ignore[index]
    parts = [str(sorted((name, value) for name, value in one["parts"].items() if value)) for one in first.values()]
    assert len(set(parts)) == 3
    assert first["false"]["parts"]["about"] > 0


def said_as(narrower: str) -> dict[str, str]:
    return {"narrower": narrower} if narrower else {}


def test_profiles_are_listed_in_both_languages_and_named_in_the_answer(client: TestClient) -> None:
    listed = get(client, "profiles")["items"]
    names = [one["name"] for one in listed]  # type: ignore[attr-defined]
    assert names == ["bench", "drug-development", "clinical", "public-health", "public"]
    for one in listed:  # type: ignore[attr-defined]
        assert all(one[part][language] for part in ("title", "about") for language in ("zh", "en"))
        told = get(client, "search", q="sample fever", profile=one["name"], kind="all")
        assert told["interpretation"]["profile"] == one["name"]  # type: ignore[index]
        assert told["items"]
    drug = get(client, "search", q="sample fever", profile="drug-development")["items"][0]  # type: ignore[index]
    assert (drug["id"], drug["parts"]["profile"] > 0) == ("doc:T00001", True)


def test_a_profile_of_ones_own(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[[profile]]\nname = "mine"\ntitle = { zh = "我的", en = "Mine" }\nabout = { zh = "词", en = "Words" }\n',
        "utf-8",
    )
    with TestClient(create_app(msgspec.structs.replace(settings, profiles=str(path)))) as client:
        assert "mine" in [one["name"] for one in get(client, "profiles")["items"]]  # type: ignore[attr-defined]
        assert get(client, "search", q="fever", profile="mine")["interpretation"]["profile"] == "mine"  # type: ignore[index]
    path.write_text("[[profile]]\n", "utf-8")
    with pytest.raises(ConfigError), TestClient(create_app(msgspec.structs.replace(settings, profiles=str(path)))):
        pass


@pytest.mark.parametrize(
    ("path", "params", "status", "slug"),
    [
        ("similar", {}, 422, "invalid-parameters"),
        ("similar", {"id": "doc:NONE"}, 404, "not-found"),
        ("similar", {"id": ["doc:T00001"] * (MOST_SEEDS + 1)}, 422, "invalid-parameters"),
        ("similar", {"id": "doc:T00001", "kind": "author"}, 422, "invalid-parameters"),
        ("similar", {"id": "doc:T00001", "limit": 10**9}, 422, "invalid-parameters"),
        ("similarity", {"a": FEVER}, 422, "invalid-parameters"),
        ("similarity", {"a": FEVER, "b": "DOID:1"}, 404, "not-found"),
        ("statements", {"q": "fever", "kind": "rule"}, 400, "query"),
        ("statements", {"q": "a" * 2_001}, 422, "invalid-parameters"),
        ("search", {"q": "fever", "profile": "astrology"}, 400, "query"),
        ("search", {"q": "fever", "profile": "a" * 41}, 422, "invalid-parameters"),
        ("answer", {}, 422, "invalid-parameters"),
        ("answer", {"q": "fever", "limit": 6}, 422, "invalid-parameters"),
        ("answer", {"q": "fever", "as_of": "nothing"}, 404, "unknown-generation"),
    ],
)
def test_what_does_not_fit_is_refused(
    client: TestClient, path: str, params: dict[str, object], status: int, slug: str
) -> None:
    for language in ("zh", "en"):
        answer = client.get(f"/api/v1/{path}", params=params, headers={"Accept-Language": language})  # type: ignore[arg-type]
        problem(answer, status, slug)


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "..",
        ":",
        "DOID:",
        "http://[",
        "http://a b",
        "<urn:x>",
        '"',
        "}",
        "🙂",
        "\ud7ff",
        "a" * 999,
        "NOT (",
        "2020-",
    ],
)
def test_hostile_texts_are_answered_or_refused(client: TestClient, text: str) -> None:
    asked = (
        ("similar", {"id": text}), ("similarity", {"a": text, "b": FEVER}), ("similarity", {"a": FEVER, "b": text}),
        ("statements", {"q": text}), ("statements", {"q": "fever", "kind": text}), ("answer", {"q": text}),
        ("search", {"q": "fever", "profile": text}),
    )  # fmt: skip
    for path, params in asked:
        answer = client.get(f"/api/v1/{path}", params=params)
        assert answer.status_code in (200, 400, 404, 422), (path, answer.text)


def test_an_unknown_kind_lists_the_known(client: TestClient) -> None:
    answer = client.get("/api/v1/statements", params={"q": "fever", "kind": "rule"})
    assert "claim, recommendation" in answer.json()["detail"]


def test_the_description_has_the_routes_and_records(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    for name in ("similar", "similarity", "statements", "answer", "profiles"):
        assert f"/api/v1/{name}" in described["paths"]
    assert {
        "Related",
        "LikeReading",
        "StatementHit",
        "RecommendationRecord",
        "Answer",
        "Cited",
        "Profile",
        "Link",
    } <= set(described["components"]["schemas"])


def test_the_command_line_tells_the_same(settings: Settings) -> None:
    def run(*words: str, language: str = "en") -> str:
        found = medkg(*words, "--data", settings.data, language=language)
        assert found.returncode == 0, found.stderr
        return str(found.stdout)

    assert CAUSE in run("answer", "sample fever causes example nephropathy")
    assert "没有找到" in run("answer", "qwertz", language="zh")
    assert "Nothing found" in run("answer", "qwertz")
    assert "doc:T00002" in run("similar", "doc:T00001")
    assert "Lin" in run("similarity", FEVER, NEPHROPATHY)
    assert json.loads(run("similarity", FEVER, NEPHROPATHY, "--json"))["relation"] == "broader"
    assert CAUSE in run("statements", "sample fever nephropathy")
    assert "药物研发" in run("profiles", language="zh")
    assert "randomised-trial" in run("search", "sample fever", "--profile", "drug-development")
    for words in (
        ["similar", "doc:NONE"],
        ["statements", "fever", "--kind", "rule"],
        ["search", "fever", "--profile", "x"],
    ):
        refused = medkg(*words, "--data", settings.data)
        assert refused.returncode == (2 if words[0] == "similar" else 1), words
        assert refused.stderr
