"""Claims that were judged by reading: the file, the figures that were made of it, and the command."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.claim_fit import (
    ABOVE,
    DRAWN,
    JUDGED,
    MISTAKES,
    abstracts,
    agreement,
    check,
    drawn,
    figures,
    judgements,
    name_of,
    packed,
)
from kg.model.evidence import Claim, Place

RESULTS = Path(__file__).resolve().parents[3] / "benchmarks" / "results" / "claim_fit.json"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]


def made(number: int, score: float | None = 0.9) -> Claim:
    return Claim(
        subject="medkg:drug", predicate="biolink:causes", object=f"medkg:{number}", evidence="text-mined",
        method="made-up", document=f"PMID:{number}", passage="abstract.1", start=0, end=30,
        sentence="Made-up induced sample fever.", score=score, ends=(Place(0, 7, "drug"), Place(16, 28, "disease")),
    )  # fmt: skip


def test_every_judged_claim_stands_once_with_its_places(rows: list[dict[str, Any]]) -> None:
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert "quote" not in row
        for start, end, concept in (row["subject"], row["object"]):
            assert row["start"] <= start < end <= row["end"]
            assert ":" in concept
        assert (row["verdict"] == "right") is (row["mistake"] == "")
        assert row["mistake"] in ("", *MISTAKES)
        differ = (row["first"] == "right") is not (row["second"] == "right")
        assert differ is bool(row["reason"])


def test_results_are_those_of_the_file(rows: list[dict[str, Any]]) -> None:
    told = {row["corpus"]: row["figures"] for row in map(json.loads, RESULTS.read_text("utf-8").splitlines())}
    for draw, number in Counter(row["draw"] for row in rows).items():
        some = [row for row in rows if row["draw"] == draw]
        if f"development parts, draw {draw}" in told:
            assert told[f"development parts, draw {draw}"] == figures(some)
            assert number == told[f"development parts, draw {draw}"]["all.judged"]
    now = told["development parts"]
    assert now["unjudged"] == 0
    assert now["all.judged"] == now["drawn"] == DRAWN
    assert sum(now[f"mistakes.{kind}"] for kind in MISTAKES) == round((1 - now["all.precision"]) * DRAWN)
    assert now["claims_per_1000"] == round(1000 * now[f"claims_above_{ABOVE}"] / now["abstracts"], 1)


@pytest.mark.data
def test_texts_are_those_that_were_read(rows: list[dict[str, Any]], data_folder: Path) -> None:
    documents, left_out = abstracts(data_folder)
    check(documents, rows)
    assert left_out > 0
    other = [rows[0] | {"start": rows[0]["start"] + 1}]
    with pytest.raises(SystemExit, match="another than the judged one"):
        check(documents, other)


def test_a_draw_is_of_confident_claims_and_does_not_depend_on_their_order() -> None:
    claims = [made(number) for number in range(400)] + [made(number, ABOVE) for number in range(400, 500)]
    first = drawn([*claims, made(900, None)])
    assert first == drawn(claims[::-1])
    assert len(first) == DRAWN
    assert all((one.score or 0) > ABOVE for one in first)
    assert name_of(made(1)) == name_of(made(1, 0.5)) != name_of(made(2))


def test_a_verdict_without_its_mistake_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pass.jsonl"
    for line in ('{"id": "a", "verdict": "wrong"}', '{"id": "a", "verdict": "maybe"}'):
        file.write_text(line, "utf-8")
        with pytest.raises(SystemExit, match=r"pass\.jsonl, line 1"):
            judgements(file)
    file.write_text('{"id": "a", "verdict": "right"}\n' * 2, "utf-8")
    with pytest.raises(SystemExit, match="line 2"):
        judgements(file)


def test_agreement_takes_chance_out() -> None:
    right, wrong = {"verdict": "right"}, {"verdict": "wrong"}
    first = {"a": right, "b": right, "c": wrong, "d": wrong}
    assert agreement(first, first)["kappa"] == 1
    assert agreement(first, {"a": right, "b": wrong, "c": right, "d": wrong})["kappa"] == 0
    with pytest.raises(SystemExit, match="one pass only"):
        agreement(first, {"a": right})


def test_the_third_reading_decides() -> None:
    row = {
        "id": "a", "document": "PMID:1", "passage": "abstract.1", "start": 10, "end": 40, "predicate": "biolink:causes",
        "direction": "supports", "quote": "Made-up induced sample fever.",
        "subject": {"start": 0, "end": 7, "concept": "medkg:drug"},
        "object": {"start": 16, "end": 28, "concept": "medkg:ill"},
    }  # fmt: skip
    wrong = {"verdict": "wrong", "mistake": "mention", "reason": "made up"}
    [one] = packed([row], [{"a": {"verdict": "right"}}, {"a": wrong}, {"a": wrong}], 1)
    assert (one["verdict"], one["mistake"], one["reason"]) == ("wrong", "mention", "made up")
    assert (one["first"], one["second"], one["subject"], one["object"]) == (
        "right", "mention", [10, 17, "medkg:drug"], [26, 38, "medkg:ill"],
    )  # fmt: skip
