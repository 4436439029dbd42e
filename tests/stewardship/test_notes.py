"""Free text of a case: what is read of it, and what a rule may do with that."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from ingest.cases.notes import Notes
from kg.model.case import Note
from tests.stewardship.conftest import changed
from tests.stewardship.test_cards import ask, rules

SETS = {"sentences": 0.9, "sentences-2": 0.65, "sentences-3": 0.85}
"""File of sentences -> least share of what is stated that fires. The second was written to mislead, the third after the
patterns and before it was run."""
ORDERS = [{"name": "amoxicillin"}, {"name": "ibuprofen"}]


@pytest.fixture(scope="module")
def service(shelf: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(changed(shelf, tmp_path_factory.mktemp("notes")))) as opened:
        yield opened


def case(*notes: str | dict[str, str], **more: object) -> dict[str, object]:
    given = [{"text": note} if isinstance(note, str) else note for note in notes]
    return {"event": "order-sign", "orders": ORDERS, "medications": [], "notes": given} | more


def sentences(name: str) -> list[tuple[str, str, str]]:
    with Path(__file__).with_name(f"{name}.tsv").open(encoding="utf-8", newline="") as stream:
        return [(row["language"], row["expected"], row["sentence"])
                for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)]  # fmt: skip


def test_there_are_enough_sentences_of_both_languages() -> None:
    rows = [row for name in SETS for row in sentences(name)]
    counts = Counter((language, expected == "-") for language, expected, _ in rows)
    assert sum(counts.values()) >= 160
    assert min(counts.values()) >= 10


@pytest.mark.parametrize(("name", "least"), SETS.items())
def test_what_is_denied_doubted_past_or_of_a_relative_never_fires(service: TestClient, name: str, least: float) -> None:
    """Each sentence alone; what fires is right each time, and most of what is stated fires."""
    right, wrong, missed = 0, [], []
    for _, expected, sentence in sentences(name):
        fired = set(rules(ask(service, case(sentence))))
        right += expected in fired
        wrong += [(sentence, one) for one in sorted(fired - {expected})]
        missed += [sentence] if expected not in {"-", *fired} else []
    assert wrong == []
    stated = right + len(missed)
    assert right >= least * stated, missed


def test_what_rests_on_text_says_so_and_speaks_more_softly(service: TestClient) -> None:
    text = "入院时一般情况可。患者对青霉素过敏。"
    found = ask(service, case(text))
    (card,) = found["items"]
    assert (card["rule"], card["tier"]) == ("illustration:penicillin", "warn")
    start = text.index("青霉素")
    assert card["read_from"] == [f"/notes/0#char={start},{start + 3}"]
    assert card["read_from"][0] in card["message"]["zh"]
    assert card["read_from"][0] in card["message"]["en"]
    answer = json.dumps(found, ensure_ascii=False)
    assert "入院时" not in answer
    assert "患者对" not in answer
    listed = ask(service, case("青霉素过敏", allergies=[{"name": "青霉素"}]))
    (card,) = listed["items"]
    assert (card["tier"], card["read_from"]) == ("block", []), "the list says it, too"


def test_text_closes_no_list_and_silences_nothing(service: TestClient) -> None:
    plain = ask(service, case())["interpretation"]
    read = ask(service, case("患者对布洛芬过敏。"))
    assert read["items"] == []
    reading = read["interpretation"]
    assert reading["insufficient"] == plain["insufficient"] != []
    assert reading["unjudged"] == plain["unjudged"]
    fired = ask(service, case("心力衰竭。"))["interpretation"]
    names = {one["rule"] for one in plain["insufficient"]} - {one["rule"] for one in fired["insufficient"]}
    assert names == {"illustration:heart"}
    assert fired["silent"] == plain["silent"]


@pytest.mark.parametrize("kind", ["past-history", "family-history"])
def test_the_part_of_the_chart_matters(service: TestClient, kind: str) -> None:
    assert rules(ask(service, case({"text": "心力衰竭。", "kind": kind}))) == []
    assert rules(ask(service, case({"text": "心力衰竭。", "kind": "present-illness"}))) == ["heart"]


def test_a_drug_in_a_list_of_allergies_is_one(service: TestClient) -> None:
    assert rules(ask(service, case({"text": "阿莫西林", "kind": "allergies"}))) == ["penicillin"]
    assert rules(ask(service, case({"text": "无；阿莫西林皮试阴性", "kind": "allergies"}))) == []
    assert rules(ask(service, case("阿莫西林"))) == []


def test_the_cap_is_a_setting(shelf: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(changed(shelf, tmp_path, text_tier="inform"))) as opened:
        (card,) = ask(opened, case("对青霉素过敏"))["items"]
    assert card["tier"] == "inform"


@pytest.mark.parametrize(
    "notes",
    [
        [{"text": "x" * 10_001}], [{"text": "x"}] * 11, [{"text": 7}], [{"text": "x", "kind": "canary-kind"}],
        [{"text": "x", "time": "yesterday"}], [{}],
    ],
)  # fmt: skip
def test_notes_that_do_not_fit(service: TestClient, notes: object) -> None:
    answer = service.post("/api/v1/rules/evaluate", json={"case": {"notes": notes}})
    assert answer.status_code == 422
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    "text", ["", " ", "\u0000", "。。。", "?" * 500, "\U0001f600" * 200, "对" * 3_000, "a " * 4_000]
)
def test_odd_texts_say_nothing(service: TestClient, text: str) -> None:
    assert ask(service, case(text))["items"] == []


def test_several_notes_and_the_same_thing_twice(service: TestClient) -> None:
    found = ask(service, case("对青霉素过敏。青霉素过敏。", {"text": "Heart failure.", "time": "2026-10-01"}))
    assert sorted(rules(found)) == ["heart", "penicillin"]
    places: dict[str, Any] = {card["rule"]: card["read_from"] for card in found["items"]}
    assert len(places["illustration:penicillin"]) == 2
    assert places["illustration:heart"] == ["/notes/1#char=0,13"]


def test_reading_alone_keeps_nothing(service: TestClient) -> None:
    annotator = service.app.state.library.current.annotator  # type: ignore[attr-defined]
    notes = Notes(annotator)
    first = notes.read([Note(text="对青霉素过敏")])
    assert first == notes.read([Note(text="对青霉素过敏")])
    assert notes.read([Note(text="否认青霉素过敏")]) == ()
