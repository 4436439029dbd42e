"""Claims that patterns find and sentences do not say: each refused with its reason. All names are made up."""

from __future__ import annotations

import pytest

from ingest.text.annotate import Annotator
from ingest.text.claims.ledger import Ledger
from ingest.text.claims.reliability import reliability
from kg.model.evidence import Claim
from ontology.lexicon import LabelRow, Lexicon

NAMES = [
    ("medkg:drug", "drug", "demonstratin"),
    ("medkg:second", "drug", "examplamide"),
    ("medkg:illness", "disease", "sample fever"),
    ("medkg:kidney", "disease", "example nephropathy"),
    ("medkg:route", "procedure", "injection"),
    ("medkg:operation", "procedure", "fictive resection"),
    ("medkg:gene", "gene", "DEMO1"),
]


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    rows = (LabelRow(concept, kind, "en", "preferred", "made-up", name) for concept, kind, name in NAMES)
    return Annotator(Lexicon.build(rows))


def read(annotator: Annotator, text: str) -> tuple[list[Claim], Ledger]:
    ledger = Ledger()
    return ledger.text(text, "en", annotator.text(text, "en")), ledger


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The demonstratin antagonist caused sample fever.", "part-of-longer-name"),
        ("The demonstratin H(3)-receptor caused sample fever.", "part-of-longer-name"),
        ("Demonstratin caused sample fever cells.", "part-of-longer-name"),
        ("Non-demonstratin induced sample fever.", "part-of-longer-name"),
        ("Sample fever was induced by injection.", "general-word"),
        ("Withdrawal of demonstratin caused sample fever.", "without-subject"),
        ("A lesion mimicking sample fever was due to demonstratin; sample fever due to demonstratin.", "only-alike"),
        ("Sample fever caused by the combination of demonstratin with lead.", "together-with-others"),
        ("Demonstratin plus another drug caused sample fever.", "together-with-others"),
        ("Sample fever-associated example nephropathy is rare.", "only-associated"),
        ("Demonstratin-induced loss of weight in sample fever.", "other-object"),
        ("Demonstratin attenuated toxin-induced sample fever.", "other-agent"),
        ("Demonstratin led to relief of sample fever.", "less-of-it"),
        ("Sample fever produced by example nephropathy caused example nephropathy.", "other-way-round"),
        ("Tiredness in sample fever patients treated with demonstratin.", "population"),
        ("Sample fever appeared in animals treated with demonstratin.", "arises-under-it"),
        ("Demonstratin is effective in preventing sample fever.", "prevented"),
        ("Drugs given during fictive resection caused sample fever.", "only-meanwhile"),
        ("Demonstratin-induced sample fever was never seen: no demonstratin-induced sample fever.", "known-and-denied"),
        ("Demonstratin was given to patients with risk factors for sample fever.", "risk-of-others"),
    ],
)
def test_what_a_sentence_does_not_say_is_refused(annotator: Annotator, text: str, reason: str) -> None:
    _, ledger = read(annotator, text)
    assert reason in ledger.refused


@pytest.mark.parametrize(
    "text",
    [
        "Demonstratin caused sample fever.",
        "Demonstratin (DEM)-induced sample fever is rare.",
        "Demonstratin- and examplamide-induced sample fever is rare.",
        "Sample fever was caused by demonstratin and examplamide.",
        "Mutations of the DEMO1 gene cause sample fever.",
        "Demonstratin frequently causes dose-related sample fever.",
    ],
)
def test_what_it_says_is_kept(annotator: Annotator, text: str) -> None:
    found, ledger = read(annotator, text)
    assert found
    assert not ledger.refused
    assert {one.direction for one in found} == {"supports"}


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("The aim was to study sample fever induced by demonstratin.", "supports"),
        ("PURPOSE: Demonstratin is effective in sample fever.", "supports"),
        ("Our data support the hypothesis that demonstratin causes sample fever.", "supports"),
        ("PURPOSE: To determine whether demonstratin causes sample fever.", "insufficient"),
        ("We hypothesize that demonstratin causes sample fever.", "insufficient"),
        ("OBJECTIVE: Does demonstratin cause sample fever?", "insufficient"),
    ],
)
def test_a_heading_asks_nothing_and_a_question_does(annotator: Annotator, text: str, direction: str) -> None:
    [one], _ = read(annotator, text)
    assert one.direction == direction


def test_scores_are_those_of_the_wording(annotator: Annotator) -> None:
    scores = [
        (read(annotator, text)[0][0].score, reliability("en", wording))
        for text, wording in (
            ("Demonstratin-induced sample fever is rare.", "causes-own"),
            ("Sample fever due to demonstratin is rare.", "causes-known"),
            ("Demonstratin caused sample fever.", "causes-forward"),
            ("Sample fever was caused by demonstratin.", "causes-backward"),
            ("Demonstratin did not cause sample fever.", "refutes"),
        )
    ]
    for score, share in scores:
        assert share is not None
        assert score == pytest.approx(share, abs=0.001)
    assert scores[0] > scores[1] > scores[3] > scores[2] > scores[4]


def test_every_share_is_one_of_claims_that_were_read() -> None:
    for language in ("zh", "de", ""):
        assert reliability(language, "causes-own") is None
    assert reliability("en", "subclass_of-forward") is None
