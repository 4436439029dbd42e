"""``medkg curation``: a table is proposed, released, and taken back; ids that were replaced lead on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api import wiring
from api.app import create_app
from api.cli.main import app
from api.releasing import Releasing
from api.settings import Settings
from kg.errors import EditTableRefused, NothingToRelease
from kg.model.concept import Concept, Label
from kg.model.edit import Merge, NewConcept
from kg.workflow.proposals import Person
from tests.curation.test_release import FEVER, NEPHRO, accepted, names, quads

TABLE = "Id,Chinese\nID,A skos:altLabel@zh\nDOID:9000002,命令行热\n"


def medkg(*arguments: str) -> Result:
    """In this process; errors of the tree are the result's ``exception``."""
    given = {"MEDKG_ENCODER": "none", "MEDKG_PEOPLE": "false", "MEDKG_WORKERS": "1"}
    return CliRunner().invoke(app, arguments, env=given)


def accept(settings: Settings, number: int) -> None:
    proposals = wiring.proposals(settings)
    proposals.move("submit", number, Person("li"))
    proposals.move("accept", number, Person("wang"))


def test_a_table_is_proposed_released_and_taken_back(fresh: Callable[[], Settings], tmp_path: Path) -> None:
    settings = fresh()
    data = ("--data", settings.data)
    before = quads(settings)
    table = tmp_path / "table.csv"
    table.write_text(TABLE, "utf-8")
    assert medkg("curation", "propose", str(table), "--by", "li", *data).exit_code == 0
    listed = [json.loads(line) for line in medkg("curation", "list", "--json", *data).stdout.splitlines()]
    assert [(row["state"], row["form"], row["title"]) for row in listed] == [("draft", "table", "table.csv")]
    accept(settings, listed[0]["id"])
    done = medkg("curation", "release", "2026.11", "--by", "chen", *data)
    assert done.exit_code == 0, done.output
    assert "2026.11" in done.stderr
    assert ("命令行热", "zh", "exact") in names(settings, FEVER)
    assert isinstance(medkg("curation", "release", "2026.12", "--by", "chen", *data).exception, NothingToRelease)
    assert medkg("curation", "undo", "--by", "li", *data, str(listed[0]["id"])).exit_code == 0
    accept(settings, listed[0]["id"] + 1)
    assert medkg("curation", "release", "2026.12", "--by", "chen", *data).exit_code == 0
    assert quads(settings) == before
    assert "2026.12\treleased" in medkg("curation", "releases", *data).stdout
    assert medkg("curation", "recover", *data).exit_code == 0
    assert medkg("curation", "undo", "--by", "li", "--to", "2026.11", *data).exit_code == 0
    table.write_text("Id\nID\nx\n", "utf-8")
    refused = medkg("curation", "propose", str(table), "--by", "li", *data)
    assert isinstance(refused.exception, EditTableRefused)
    assert "line 3" in str(refused.exception)


def test_replaced_ids_lead_to_the_end_of_the_chain(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    end = "DOID:9000004"
    new = Concept(end, "disease", (Label("end of the chain", "en"),), parents=("DOID:9000001",))
    for version, edit in enumerate((NewConcept(new), Merge(FEVER, NEPHRO), Merge(NEPHRO, end)), 1):
        accepted(settings, edit)
        Releasing(settings).run(str(version), Person("chen"))
    assert ("sample fever", "en", "exact") in names(settings, end)
    with TestClient(create_app(settings)) as client:
        found = client.get(f"/api/v1/concepts/{FEVER}").json()
        assert [one["id"] for one in found["replaced_by"]] == [NEPHRO]
        assert [one["id"] for one in found["successors"]] == [end]
        for language, words in (("zh", "由以下概念取代"), ("en", "in its place")):
            page = client.get(f"/concept/{FEVER}", params={"lang": language}).text
            assert words in page
            assert f"/concept/{NEPHRO}" in page
