"""English: shapes that the mending of 2026-11-23 was for, medicine beside them, and notes written before it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ontology.deidentification import deidentified
from tests.ontology.deidentification.others import figures, marked

_FOUND = 183
"""Identifiers of 196 of ``own.en.toml`` that are covered; 71 were before the mending."""


def test_no_fewer_of_our_own_notes_are_found_than_were() -> None:
    raw = tomllib.loads((Path(__file__).parent / "own.en.toml").read_text("utf-8"))
    told = figures((marked(entry["text"]) for entry in raw["note"]), "en")
    assert told["recall"][0] >= _FOUND, told
    assert told["keep"][0] >= 36, told


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Handover: Tremlett settled overnight, told him twice.", "Tremlett"),
        ("She remembers Wozniacka-Obi from the ward.", "Wozniacka-Obi"),
        ("Found by PC Ellison, carer Blessing present.", "Ellison"),
        ("Found by PC Ellison, carer Blessing present.", "Blessing"),
        ("Reviewed: J. Oyelaran, plan unchanged.", "J. Oyelaran"),
        ("PEMBERTON, HUGO seen in clinic", "PEMBERTON, HUGO"),
        ("hi its bronwyn, he has a temp", "bronwyn"),
        ("Letter typed by jk, checked.", "jk"),
        ("Rash since the Fourth of July.", "the Fourth of July"),
        ("Fell on Shrove Tuesday.", "Shrove Tuesday"),
        ("Collects tablets on the 19th.", "19th"),
        ("dob 7 ix 1948", "7 ix 1948"),
        ("Cultures taken 22/8.", "22/8"),
        ("Her mother is alive at ninety-two.", "ninety-two"),
        ("Winifred (97) came along.", "97"),
        ("Moved to side room 2 last night.", "side room 2"),
        ("Transferred from the QE overnight.", "the QE"),
        ("He works at Boots.", "Boots"),
        ("Seen at St Cedd's yesterday.", "St Cedd's"),
        ("Claim 77-0019-330 refused.", "77-0019-330"),
        ("Still drives the KX09 ZZT.", "KX09 ZZT"),
        ("Night SHO bleep 4471.", "bleep 4471"),
    ],
)
def test_mended_shapes_are_taken_out(text: str, gone: str) -> None:
    spans = deidentified(text, "en").spans
    start = text.index(gone)
    taken = {at for one in spans for at in range(one.start, one.end)}
    assert set(range(start, start + len(gone))) <= taken, spans


@pytest.mark.parametrize(
    "text",
    [
        "House-Brackmann III, Stokes-Adams, Bruce protocol.",
        "Start Augmentin 625 mg, stop Tazocin; Pabrinex given.",
        "FOLFOX, R-CHOP, ABVD, BEACOPP, CAPOX.",
        "St John's wort. Robin sequence. Carol singing brought on dyspnoea.",
        "pT1aN0, GCS 4/5, NIHSS 4/42, power 5/5, for 3/52.",
        "Oligodactyly, Tachylalia, Megaduodenum, Heterophoria.",
        "Klebsiella pneumoniae and Escherichia coli grew.",
        "Sleeps on the third day of each cycle; 500 mg bd 5 days.",
    ],
)
def test_medicine_beside_them_stays(text: str) -> None:
    assert deidentified(text, "en").text == text


def test_texts_of_one_word_or_one_sign_are_read_to_their_end() -> None:
    for part in ("Zq", "Okonjo ", "Mr. ", "the ", "A. ", "/1", "room 1 ", "Dr Wq-", "O'", "Zq-", "9/9 "):
        text = (part * 3_000)[:3_000]
        assert all(one.end <= len(text) for one in deidentified(text, "en").spans)
