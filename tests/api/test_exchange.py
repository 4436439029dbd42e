"""Annotated texts in every form of ``POST /api/v1/annotate`` and ``medkg annotate``."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from api import exchange
from api.annotation import read_text
from api.knowledge import Knowledge, Opener
from api.requests import AnnotateText
from api.settings import Settings
from ingest.text.claims.ledger import Ledger
from kg.exchange.annotated import AnnotatedText
from kg.generation.pointer import Shelf
from tests.api.conftest import problem
from tests.api.test_cli import medkg
from tests.contract.annotation_format import (
    PATH,
    AnnotationFormatContract,
    ReadText,
    expected,
    read_bioc,
    read_json,
    read_ndjson,
    read_pubtator,
    read_webannotation,
)

TEXTS = [
    {"id": "11", "text": "先用示例素，😀 then sample fever."},
    {"id": "12", "text": "𝒙 Demonstratin relieved sample fever.\nSF e\u0301 no sample fever 示例素"},
    {"id": "13", "text": "", "language": "zh"},
    {"id": "14", "text": "SF", "language": "en"},
]


@pytest.fixture
def texts() -> list[dict[str, str]]:
    return TEXTS


@pytest.fixture(scope="module")
def knowledge(settings: Settings) -> Knowledge:
    kept = Shelf(settings.folder)
    return Opener(settings).open(kept.path(kept.find()))


@pytest.fixture(scope="module")
def annotated(knowledge: Knowledge) -> list[AnnotatedText]:
    return [read_text(AnnotateText(**item), knowledge.annotator, Ledger()) for item in TEXTS]


class TestJson(AnnotationFormatContract):
    name = "json"
    media = "application/json"

    def read(self, body: str) -> list[ReadText]:
        return read_json(body)


class TestNdjson(AnnotationFormatContract):
    name = "ndjson"
    media = "application/x-ndjson"

    def read(self, body: str) -> list[ReadText]:
        return read_ndjson(body)


class TestBioc(AnnotationFormatContract):
    name = "bioc"
    media = "application/vnd.bioc+json"

    def read(self, body: str) -> list[ReadText]:
        return read_bioc(body)


class TestPubtator(AnnotationFormatContract):
    name = "pubtator"
    media = "text/vnd.pubtator"

    def read(self, body: str) -> list[ReadText]:
        return read_pubtator(body)


class TestWebAnnotation(AnnotationFormatContract):
    name = "webannotation"
    media = "application/ld+json"

    def read(self, body: str) -> list[ReadText]:
        return read_webannotation(body)

    def told(self, item: AnnotatedText) -> ReadText | None:
        return expected(item) if item.mentions else None


def test_every_form_has_run_the_contract() -> None:
    classes = AnnotationFormatContract.__subclasses__()
    assert {one.name: one.media for one in classes} == {n: m.partition(";")[0] for n, m in exchange.MEDIA.items()}


def test_without_a_wish_it_is_json(client: TestClient) -> None:
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "text/html, */*;q=0.1"}):
        answer = client.post(PATH, json={"texts": TEXTS}, headers=headers)
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "asked",
    [
        {"params": {"format": "docx"}},
        {"params": {"format": ""}},
        {"params": {"format": "JSON"}},
        {"params": {"format": "x" * 2_000}},
        {"headers": {"Accept": "image/png"}},
        {"headers": {"Accept": "application/json;q=0"}},
    ],
)
def test_an_unknown_form_is_told_the_known_ones(client: TestClient, asked: dict[str, dict[str, str]]) -> None:
    for language in ("en", "zh"):
        params = asked.get("params", {}) | {"lang": language}
        answer = client.post(PATH, json={"texts": TEXTS}, params=params, headers=asked.get("headers"))
        document = problem(answer, 406, "not-acceptable")
        for name, media in exchange.MEDIA.items():
            assert f"{name} ({media.partition(';')[0]})" in str(document["detail"])


CANARY = "Zyxomelia"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text": CANARY}, "PubMed"),
        ({"text": CANARY, "id": CANARY}, "PubMed"),
        ({"text": CANARY, "id": "011"}, "PubMed"),
        ({"text": CANARY, "id": "11"}, "another text of the list has the same"),
        ({"text": f"{CANARY}\tx", "id": "15"}, "tabs"),
        ({"text": f"{CANARY}\nb\nc", "id": "15"}, "one line, or two"),
        ({"text": f"{CANARY}\n", "id": "15"}, "one line, or two"),
        ({"text": f"{CANARY}\r\nb", "id": "15"}, "one line, or two"),
        ({"text": f"{CANARY}\u2028b", "id": "15"}, "one line, or two"),
        ({"text": f"{CANARY}\0b", "id": "15"}, "control characters"),
        ({"text": "sample\nfever", "id": "15"}, "over the end of its first line"),
    ],
)
def test_a_text_that_pubtator_cannot_hold_is_named_by_its_place(
    client: TestClient, wrong: dict[str, str], told: str
) -> None:
    body = {"texts": [*TEXTS[:2], wrong]}
    document = problem(client.post(PATH, json=body, params={"format": "pubtator"}), 422, "text-not-held")
    assert "$.texts[2]" in str(document["detail"])
    assert told in str(document["detail"])
    assert CANARY not in json.dumps(document)
    zh = problem(client.post(PATH, json=body, params={"format": "pubtator", "lang": "zh"}), 422, "text-not-held")
    assert "$.texts[2]" in str(zh["detail"])


def test_what_pubtator_cannot_hold_others_do(client: TestClient) -> None:
    text = "\t\u202esample fever\u202c\r\nSF \u2028 \0 示例素"
    for name, read in {"bioc": read_bioc, "webannotation": read_webannotation, "json": read_json}.items():
        answer = client.post(PATH, json={"texts": [text]}, params={"format": name})
        [found] = read(answer.content.decode())
        assert [text[start:end] for start, end, _, _ in found.mentions] == ["sample fever", "SF", "示例素"]
        assert all(text[start:end] == surface for start, end, surface, _ in found.mentions)


def test_lines_are_sent_as_texts_are_done(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of a text is on its way before the next text is begun."""
    from api.routes import search

    happened: list[str] = []
    inner = search.annotate_texts

    def told(found: Knowledge, texts: list[AnnotateText], **more: object) -> object:
        happened.append(f"read {texts[0].id}")
        return inner(found, texts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "annotate_texts", told)
    body = json.dumps({"texts": TEXTS}).encode()

    async def ask() -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message.get("body"):
                happened.append(f"sent {json.loads(message['body'])['id']}")

        headers = [
            (b"host", b"testserver"),
            (b"content-type", b"application/json"),
            (b"accept", b"application/x-ndjson"),
        ]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": PATH,
            "raw_path": PATH.encode(), "query_string": b"", "headers": headers, "client": ("127.0.0.1", 9),
            "server": ("testserver", 80), "scheme": "http", "root_path": "", "state": {},
        }  # fmt: skip
        await client.app(scope, receive, send)

    portal = client.portal
    assert portal is not None
    portal.call(ask)
    assert happened == [f"{what} {item['id']}" for item in TEXTS for what in ("read", "sent")]


def test_a_stream_begins_with_a_problem_where_the_generation_is_unknown(client: TestClient) -> None:
    answer = client.post(PATH, json={"texts": TEXTS}, params={"format": "ndjson", "as_of": "none"})
    problem(answer, 404, "unknown-generation")


LINES = "\n".join(json.dumps(item, ensure_ascii=False) for item in TEXTS) + "\n"


@pytest.mark.parametrize("name", exchange.MEDIA)
def test_the_command_line_writes_what_the_api_answers(client: TestClient, settings: Settings, name: str) -> None:
    body = {"texts": TEXTS, "claims": True}
    answer = client.post(PATH, json=body, params={"format": name})
    done = medkg("annotate", "--batch", "--claims", "--format", name, "--data", settings.data, text=LINES)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip("\n") == answer.content.decode().rstrip("\n")


def test_the_command_line_names_what_it_cannot_do(settings: Settings) -> None:
    for language, told in (("en", "docx is not one of"), ("zh", "不属于")):
        done = medkg("annotate", "SF", "--format", "docx", "--data", settings.data, language=language)
        assert done.returncode == 2
        assert told in done.stderr
        assert "webannotation" in done.stderr
    done = medkg("annotate", "SF", "--format", "pubtator", "--data", settings.data)
    assert done.returncode == 1
    assert "$.texts[0]" in done.stderr
    done = medkg("annotate", "sample fever", "--id", "7", "--format", "pubtator", "--data", settings.data)
    assert done.stdout.startswith("7|t|sample fever\n7|a|\n7\t0\t12\tsample fever\t")
    done = medkg("annotate", "--batch", "--data", settings.data, text='{"text": "SF"}\n{"text": 1}\n')
    assert done.returncode == 1
    assert "line 2" in done.stderr


NESTED = {"texts": [{"id": "21", "text": "示例药物 10 mg 口服，每日三次。"}], "nested": True, "doses": True}


def test_mentions_within_mentions_and_doses_are_told_when_they_are_asked_for(client: TestClient) -> None:
    plain = client.post(PATH, json={"texts": NESTED["texts"]}).json()["items"][0]
    assert [(one["surface"], one["nested"]) for one in plain["mentions"]] == [("示例药物", False)]
    assert plain["doses"] == []
    told = client.post(PATH, json=NESTED).json()["items"][0]
    assert [(one["surface"], one["nested"]) for one in told["mentions"]] == [("示例药物", False), ("示例药", True)]
    assert told["mentions"][0] == plain["mentions"][0]
    assert [(one["kind"], one["surface"], one["value"], one["unit"] or one["name"]) for one in told["doses"]] == [
        ("amount", "10 mg", "10", "mg"), ("route", "口服", "", "oral"), ("frequency", "每日三次", "3", "/d"),
    ]  # fmt: skip
    streamed = client.post(PATH, json=NESTED, params={"format": "ndjson"})
    assert json.loads(streamed.text) == told


def test_mentions_within_mentions_leave_in_every_form(client: TestClient) -> None:
    bioc = client.post(PATH, json=NESTED, params={"format": "bioc"}).json()
    made = bioc["documents"][0]["passages"][0]["annotations"]
    assert [(one["text"], one["infons"].get("nested")) for one in made] == [("示例药物", None), ("示例药", "yes")]
    assert len({one["id"] for one in made}) == 2
    pubtator = client.post(PATH, json=NESTED, params={"format": "pubtator"}).text
    assert [line.split("\t")[1:4] for line in pubtator.splitlines()[2:]] == [
        ["0", "4", "示例药物"],
        ["0", "3", "示例药"],
    ]
    items = client.post(PATH, json=NESTED, params={"format": "webannotation"}).json()["first"]["items"]
    assert [one.get("mkg:nested") for one in items] == [None, True]


def test_the_command_line_marks_what_is_nested_and_tells_doses(settings: Settings) -> None:
    done = medkg("annotate", "--data", settings.data, "--nested", "--doses", text="示例药物 5–10 mg/kg")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert rows[0] == ["5", "15", "5–10 mg/kg", "amount", "5–10 mg/kg"]
    assert [row[2:4] for row in rows[1:]] == [["示例药物", "drug"], ["示例药", "drug (nested)"]]
    done = medkg("annotate", "--data", settings.data, "--nested", text="示例药物", language="zh")
    assert "drug (嵌套)" in done.stdout or "drug（嵌套）" in done.stdout


@pytest.mark.parametrize("flag", ["nested", "doses"])
def test_a_flag_that_is_none_is_refused(client: TestClient, flag: str) -> None:
    refused = client.post(PATH, json={"texts": ["x"], flag: "yes"})
    problem(refused, 422, "invalid-parameters")
