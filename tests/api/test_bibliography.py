"""Every hit of a strategy as references, over HTTP and on the command line; read again it is the same works."""

from __future__ import annotations

import json
from asyncio import Semaphore
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import bibliography
from api.app import create_app
from api.knowledge import Knowledge, Opener
from api.settings import Settings
from api.wiring import Building
from benchmarks.known_library import nbib, noteexpress, works
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.generation.pointer import Shelf
from kg.messages import Catalogue
from kg.references.formats import FORMATS
from kg.search.works import Works
from tests.api.conftest import problem
from tests.api.test_cli import medkg

PATH = "/api/v1/references"
CHINESE = [work for work in works() if "title_en" in work]
READ_AGAIN = ("ris", "endnote", "refworks", "noteexpress", "bibtex", "sinomed", "openalex")
ALL = "py:1900-"


def build(folder: Path, paths: dict[str, Path]) -> Settings:
    """A data folder of these exports, a file for each name."""
    inputs = [
        f'[[input]]\nname = "{name}"\nkind = "source"\npaths = ["{path}"]\nlicence = "CC0-1.0"\n'
        f'title = {{ zh = "虚构文献", en = "Invented works" }}\n'
        for name, path in paths.items()
    ]
    folder.mkdir()
    (folder / "build.toml").write_text("\n".join(inputs), "utf-8")
    made = Settings(data=str(folder / "data"), encoder="none", workers=1, hosts="testserver")
    report = Building(made).run(read_config(folder / "build.toml"), {}, Listener(), lambda *step: None).report
    assert report.rejected == 0
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Twenty Chinese works, beside each another of the same authors that differs by a word or two; six of them again
    as PubMed has them."""
    root = tmp_path_factory.mktemp("bibliography")
    (root / "works.net").write_text("\n".join(map(noteexpress, CHINESE)), "utf-8")
    (root / "works.nbib").write_text("\n".join(nbib(work) for work in CHINESE if work["pmid"]), "utf-8")
    return build(root / "first", {"works": root / "works.net", "pubmed": root / "works.nbib"})


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


def opened(settings: Settings) -> Knowledge:
    kept = Shelf(settings.folder)
    return Opener(settings).open(kept.path(kept.find()))


def found(client: TestClient, **asked: object) -> list[set[str]]:
    """The hits of a strategy in their order, each as the records of one work."""
    page = client.get("/api/v1/strategy", params={"limit": 100} | asked).json()
    assert page["next"] is None
    return [{item["id"], *item["records"]} for item in page["items"]]


def test_read_again_it_is_the_same_works(client: TestClient, settings: Settings, tmp_path: Path) -> None:
    first = settings.folder.parent.parent
    paths = {"works": first / "works.net", "pubmed": first / "works.nbib"}
    for name in READ_AGAIN:
        paths[name] = tmp_path / f"{name}.{FORMATS[name].extension}"
        paths[name].write_bytes(client.get(PATH, params={"q": ALL, "format": name}).content)
    again = opened(build(tmp_path / "again", paths))
    text = again.indexes.text
    groups = Works(again.reader, text, again.naming.ids)
    ids = [text.card("document", row).id for row in range(text.count("document"))]
    together = {frozenset((curie, *groups.others(row, curie))) for row, curie in enumerate(ids)}
    again.reader.close()
    before = found(client, q=ALL)
    assert len(before) == len(CHINESE) == len(together)
    assert all(sum(records <= group for group in together) == 1 for records in before)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_every_hit_in_the_order_of_the_strategy(client: TestClient, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    monkeypatch.setattr(bibliography, "MOST_HITS", 7)
    asked = {"q": "#1 NOT ti:大鼠", "history": ["ti:患者 OR ti:研究"], "sort": sort}
    expected = found(client, **asked)
    assert len(expected) > 14
    items = client.get(PATH, params=asked | {"format": "csl"}).json()
    assert len(items) == len(expected)
    assert all(item["id"] in records for item, records in zip(items, expected, strict=True))


@pytest.mark.parametrize("name", sorted(name for name, form in FORMATS.items() if not form.lacks))
def test_every_format_holds_them_all(client: TestClient, name: str) -> None:
    answer = client.get(PATH, params={"q": ALL, "format": name})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'references.{FORMATS[name].extension}"')
    for work in CHINESE:
        assert work["title"].split(":")[0].removesuffix("分析") in answer.text, work["title"]


def test_a_list_is_whole_or_a_problem(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bibliography, "MOST", 39)
    for language, told in (("en", "py:2020-2024"), ("zh", "请拆分检索式")):
        document = problem(client.get(PATH, params={"q": ALL, "lang": language}), 422, "result-too-large")
        assert document["limit"] == 39
        assert told in str(document["detail"])
        assert "40" in str(document["detail"])
    monkeypatch.setattr(bibliography, "MOST", 40)
    assert client.get(PATH, params={"q": ALL}).text.count("ER  - ") == 40
    # One record without a PubMed number, and there is no list in PubMed's form.
    for name in sorted(name for name, form in FORMATS.items() if form.lacks):
        for language, told in (("en", "this format is for"), ("zh", "此格式只用于")):
            asked = {"q": ALL, "format": name, "lang": language}
            assert told in str(problem(client.get(PATH, params=asked), 400, "query")["detail"])


def test_an_unknown_format_is_told_the_known_ones(client: TestClient) -> None:
    document = problem(client.get(PATH, params={"q": ALL, "format": "word"}), 422, "invalid-parameters")
    assert document["errors"] == [{"where": "query.format", "kind": "literal_error", "known": ", ".join(FORMATS)}]
    for language in ("zh", "en"):
        told = Catalogue("api").text("cli.strategy.export", language)
        assert all(name in told for name in FORMATS)


def test_a_registration_is_written_with_all_its_texts(tmp_path: Path) -> None:
    """Other documents are in a list without their full text; a registration is its texts."""
    study = {
        "identificationModule": {"nctId": "NCT99999907", "briefTitle": "An invented trial of rest"},
        "descriptionModule": {"briefSummary": "Rest is invented.", "detailedDescription": "Nobody rested."},
        "eligibilityModule": {"eligibilityCriteria": "Inclusion: nobody"},
    }
    (tmp_path / "studies.json").write_text(json.dumps({"studies": [{"protocolSection": study}]}), "utf-8")
    made = build(tmp_path / "trials", {"trials": tmp_path / "studies.json"})
    with TestClient(create_app(made), raise_server_exceptions=False) as opened:
        asked = {"id": "NCT:NCT99999907", "format": "clinicaltrials"}
        assert opened.get(PATH, params=asked).json()["studies"] == [{"protocolSection": study}]
        registered = opened.get(PATH, params=asked | {"format": "chictr"}).text
        assert "<inclusion_criteria" in registered
        problem(opened.get(PATH, params=asked | {"format": "jats"}), 400, "query")


def test_of_several_records_the_one_that_suits_the_list(client: TestClient) -> None:
    asked = {"q": "pmid:90000101 OR pmid:90000118", "sort": "newest"}
    assert [len(records) for records in found(client, **asked)] == [2, 2]
    listed = client.get(PATH, params=asked | {"format": "gbt7714"}).text.splitlines()
    assert listed[0].startswith("[1] 王海涛, 李小燕, 赵国强. 沙库巴曲缬沙坦")
    assert listed[1].startswith("[2] 钟灵, 方圆. 针刺治疗慢性失眠")
    assert client.get(PATH, params=asked | {"format": "nbib"}).text.count("PMID- 9000") == 2
    assert client.get(PATH, params=asked | {"format": "pubmed"}).text.count("<PMID>9000") == 2


def test_few_long_lists_at_a_time(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short ones need no turn."""
    state = client.app.state._state  # type: ignore[attr-defined]
    monkeypatch.setitem(state, "long_lists", Semaphore(0))
    assert client.get(PATH, params={"q": ALL}).status_code == 200
    monkeypatch.setattr(bibliography, "LONG", 39)
    problem(client.get(PATH, params={"q": ALL}), 503, "overloaded")
    monkeypatch.setitem(state, "long_lists", Semaphore(1))
    assert [client.get(PATH, params={"q": ALL}).status_code for _ in range(2)] == [200, 200]


def test_nothing_found_is_an_empty_list(client: TestClient) -> None:
    assert client.get(PATH, params={"q": "ti:nothingofthatkind", "format": "csl"}).json() == []
    assert client.get(PATH, params={"q": "ti:nothingofthatkind"}).text == ""


def test_either_documents_or_a_strategy(client: TestClient) -> None:
    problem(client.get(PATH, params={"q": ALL, "id": "doc:a"}), 422, "invalid-parameters")
    problem(client.get(PATH, params={"format": "ris"}), 422, "invalid-parameters")
    problem(client.get(PATH, params={"q": "ti:("}), 400, "strategy-syntax")


def test_the_command_line_shows_how_it_was_read(settings: Settings) -> None:
    done = medkg("strategy", "ti:针刺 OR #1", "--history", "ti:电针", "--sort", "newest", "--data", settings.data)
    assert done.returncode == 0, done.stderr
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["2019", "2018"]
    assert "2 works" in done.stderr
    assert "written: ti:针刺 OR ti:电针" in done.stderr
    assert "cnki: TI=针刺 OR TI=电针" in done.stderr
    done = medkg("strategy", "ti:针刺", "--data", settings.data, "--json", language="zh")
    hit = json.loads(done.stdout)
    assert hit["label"]["en"] == "Acupuncture for chronic insomnia: a randomised controlled trial."
    assert {hit["id"], *hit["records"]} > {"PMID:90000118"}
    assert "题名含“针刺”" in done.stderr
    done = medkg("strategy", 'mh:"没有的词" AND ti:针*刺', "--data", settings.data, language="zh")
    assert "主题词 没有的词：没有这一名称" in done.stderr
    assert "无法表达：" in done.stderr


def test_the_command_line_writes_every_hit(client: TestClient, settings: Settings) -> None:
    done = medkg("strategy", "-", "--export", "ris", "--sort", "oldest", "--data", settings.data, text=ALL)
    assert done.returncode == 0, done.stderr
    assert done.stdout == client.get(PATH, params={"q": ALL, "sort": "oldest"}).text
    assert "40 works" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["ti:("], 1, "line 1"),
        ([ALL, "--sort", "colour"], 2, "newest"),
        ([ALL, "--export", "docx"], 2, "gbt7714"),
        ([ALL, "--export", "nbib"], 1, "PubMed number"),
    ],
)
def test_what_the_command_line_refuses(settings: Settings, arguments: list[str], code: int, told: str) -> None:
    done = medkg("strategy", *arguments, "--data", settings.data)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
