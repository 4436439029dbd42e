"""A data folder with two generations, built by the real pipeline from small inputs of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.generation.pointer import Shelf
from tests.api.histories import make_history
from tests.corpus import TERMS, record, write_build, write_records

PACK = """id\ten\tzh\ten_synonyms\tzh_synonyms\tbroader\txrefs
drug-class-illustrative\tillustrative drugs\t示例药物\t\t\t\t
drug-demonstratin\tdemonstratin\t示例素\tbrand:Showmycin|abbr:DMX\tbrand:演示霉素|lay:示例药\tdrug-class-illustrative\tMESH:D999002|ATC:Z99ZZ99
"""
CHECKS = """concept\tkind\tvalue\tstatus\tevidence
drug-demonstratin\tlabel\t示例素\tattested\tinvented
drug-demonstratin\tlabel\t示例药\tunattested\t
drug-demonstratin\txref\tATC:Z99ZZ99\tunverified\t
drug-demonstratin\txref\tMESH:D999002\tverified\tinvented
"""
MORE_TERMS = """
[Term]
id: DOID:9000004
name: model syndrome
relationship: has_symptom DOID:9000002
is_obsolete: false
""" + "".join(
    f"\n[Term]\nid: DOID:91{number:05d}\nname: invented condition {number}\nis_a: DOID:9000001\n"
    for number in range(300)
)
PACK_INPUT = """
[[input]]
name = "pack"
format = "starter.v1"
kind = "terminology"
paths = ["pack"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例药物", en = "Illustrative drugs" }
[input.options.checks]
path = "checks.tsv"
"""
ZH = "本示例记录提到示例素，也提到 sample fever。"


def _build(folder: Path, settings: Settings) -> str:
    return Building(settings).run(read_config(folder / "build.toml"), {}, Listener(), lambda *step: None).current


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with tight limits over a folder that holds two generations."""
    root = tmp_path_factory.mktemp("service")
    folder = root / "in"
    config = write_build(folder, files=1, size=30)
    (folder / "terms.obo").write_text(TERMS + MORE_TERMS, "utf-8")
    (folder / "pack").mkdir()
    (folder / "pack" / "drugs.tsv").write_text(PACK, "utf-8")
    (folder / "pack" / "checks.tsv").write_text(CHECKS, "utf-8")
    config.write_text(config.read_text("utf-8") + PACK_INPUT, "utf-8")
    made = Settings(
        data=str(root / "data"), encoder="none", workers=1, query_seconds=1.0, query_rows=500, query_megabytes=200,
        body_bytes=100_000, hosts="testserver",
        query_budget_seconds=0, query_budget_errors=0,
    )  # fmt: skip
    _build(folder, made)
    later = record(900, abstract={"en": "Demonstratin and model syndrome.", "zh": ZH})
    write_records(folder / "records-99.jsonl", [later])
    _build(folder, made)
    return made


@pytest.fixture(scope="session")
def generations(settings: Settings) -> list[str]:
    """Both ids, the older first."""
    found = Shelf(settings.folder).ids()
    assert len(found) == 2
    return found


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    """The application, called in process; unexpected errors come as the answers that users would see."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The application over four generations in which concepts come, change and go (``tests.api.histories``)."""
    settings = make_history(tmp_path_factory.mktemp("history"))
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def problem(response: object, status: int, slug: str) -> dict[str, object]:
    """The problem document of an answer, checked for its shape (RFC 9457)."""
    assert response.status_code == status, response.text  # type: ignore[attr-defined]
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    document: dict[str, object] = json.loads(response.content)  # type: ignore[attr-defined]
    assert document["type"] == f"https://w3id.org/medkg/problem/{slug}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["request"] == response.headers["x-request-id"]  # type: ignore[attr-defined]
    assert response.headers["medkg-generation"]  # type: ignore[attr-defined]
    return document
