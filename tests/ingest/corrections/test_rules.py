"""What corrections come to: places, disputes, agreement, rules."""

from __future__ import annotations

import msgspec
import pytest

from ingest.corrections.agreement import agreements, kappa, settled
from ingest.corrections.applying import Curator
from ingest.corrections.looking import looked_at
from ingest.corrections.rules import NAME_DOCUMENTS, STOP_DOCUMENTS, lessons, rules
from kg.model.correction import Correction, Verdict
from kg.model.document import Document, Passage
from kg.model.evidence import Candidate, Claim, Mention
from ontology.lessons import taught
from ontology.lexicon import LabelRow, Lexicon

TEXT = "No sample fever or made ache was seen. Sample fever came in the fall."
PASSAGE = Passage("abstract.1", "abstract", "en", TEXT)
DOCUMENT = Document("PMID:1", (PASSAGE,))


def said(
    verdict: Verdict, surface: str = "fall", *, document: str = "PMID:1", by: str = "Curator A", **more: str
) -> Correction:
    start = TEXT.index(surface)
    return Correction(
        document=document, passage=PASSAGE.key, start=start, end=start + len(surface), surface=surface,
        verdict=verdict, by=by, **({"reviewer": "Reviewer B", "category": "disease"} | more),
    )  # fmt: skip


def found(surface: str, category: str = "disease", concept: str = "DOID:1") -> Mention:
    start = TEXT.index(surface)
    return Mention("PMID:1", PASSAGE.key, start, start + len(surface), surface, category, (Candidate(concept, 0.9),))


def in_documents(number: int, verdict: Verdict, **more: str) -> list[Correction]:
    return [said(verdict, document=f"PMID:{at}", **more) for at in range(number)]


def test_the_same_place_judged_alike_is_one_correction_and_unlike_is_none() -> None:
    alike = [said("missing", reviewer=""), said("missing", by="Curator B")]
    assert settled(alike).applied == (alike[1],), "the reviewed one counts"
    unlike = [said("missing"), said("right", by="Curator B")]
    assert settled(unlike) == msgspec.structs.replace(settled([]), disputed=tuple(unlike))
    other = [said("missing", concept="DOID:1"), said("missing", by="Curator B", concept="DOID:2")]
    assert settled(other).applied == ()


def test_who_changes_their_mind_contradicts_nobody() -> None:
    assert settled([said("missing"), said("right")]).applied == (said("right"),)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([], None),
        ([("right", "right")] * 3, None),
        ([("right", "right"), ("missing", "missing")], 1.0),
        ([("right", "missing"), ("missing", "right")], -1.0),
        # Cohen (1960): 45 and 15 on the diagonal of 100, margins 60/40 and 70/30.
        ([("a", "a")] * 45 + [("a", "b")] * 15 + [("b", "a")] * 25 + [("b", "b")] * 15, 0.13),
    ],
)
def test_kappa(pairs: list[tuple[str, str]], value: float | None) -> None:
    assert kappa(pairs) == value


def test_agreement_is_told_of_each_two_curators_and_language() -> None:
    rows = [said("missing"), said("missing", by="Curator B"), said("right", document="PMID:2")]
    (one,) = agreements(rows)
    assert (one.first, one.second, one.language, one.both, one.same) == ("Curator A", "Curator B", "en", 1, 1)


def test_a_stop_needs_documents_review_and_most_of_what_was_said() -> None:
    wrong = in_documents(STOP_DOCUMENTS, "wrong-entity")
    (stop,) = rules(wrong)
    assert (stop.kind, stop.name, stop.concept, len(stop.rows)) == ("stop", "fall", "", STOP_DOCUMENTS)
    assert rules(wrong[1:]) == []
    assert rules(in_documents(STOP_DOCUMENTS, "wrong-entity", reviewer="")) == []
    assert rules([*wrong, said("right", document="PMID:9")]) == [], "three of four documents are too few"
    assert rules([*wrong, said("right", document="PMID:9", category="gene")]) == [stop], "another family"
    twice = [msgspec.structs.replace(said("wrong-entity"), start=at, end=at + 4) for at in range(5)]
    assert rules(twice) == [], "five places of one document are one"


def test_a_meaning_takes_the_place_of_what_was_found() -> None:
    rows = in_documents(STOP_DOCUMENTS, "wrong-entity", category="gene", concept="X:2", found="X:1")
    (rule,) = rules(rows)
    assert (rule.kind, rule.found) == ("meaning", ("X:1",))
    lexicon = taught(Lexicon.build([LabelRow("X:1", "disease", "en", "preferred", "made", "fall")]), lessons([rule]))
    [sense] = lexicon.senses[lexicon.names.index("fall")]
    assert (sense.concept, sense.category, sense.source) == ("X:2", "gene", "correction")
    right = [said("right", document=f"PMID:{at}") for at in range(10, 13)]
    assert rules([*rows, *right]) == [], "elsewhere it means what was found"


def test_a_name_needs_one_concept() -> None:
    (rule,) = rules(in_documents(NAME_DOCUMENTS, "missing", concept="DOID:7"))
    assert (rule.kind, rule.name, rule.concept) == ("name", "fall", "DOID:7")
    assert rules(in_documents(NAME_DOCUMENTS, "missing")) == [], "a name without a concept is none"
    both = [said("missing", document=f"PMID:{at}", concept=f"DOID:{at}") for at in range(4)]
    assert rules(both) == []


def test_a_name_that_is_known_keeps_its_meaning() -> None:
    lexicon = Lexicon.build([LabelRow("X:1", "disease", "en", "preferred", "made", "fall")])
    (rule,) = rules(in_documents(NAME_DOCUMENTS, "missing", concept="X:1"))
    made = taught(lexicon, lessons([rule]))
    assert made.names == ["fall"]
    assert {sense.concept for sense in made.senses[0]} == {"X:1"}


def applied(rows: list[Correction], mentions: list[Mention]) -> list[tuple[str, str, str]]:
    made = Curator(rows).mentions(DOCUMENT, mentions)
    for one in made:
        assert TEXT[one.start : one.end] == one.surface
    return [(one.surface, one.category, one.candidates[0].concept if one.candidates else "") for one in made]


def test_what_names_nothing_goes_and_only_in_its_family() -> None:
    rows = [said("wrong-entity")]
    assert applied(rows, [found("fall")]) == []
    assert applied(rows, [found("fall", "gene")]) == [("fall", "gene", "DOID:1")]
    assert applied(rows, []) == []


def test_what_means_something_else_is_replaced_and_says_why() -> None:
    rows = [said("wrong-entity", concept="DOID:2", category="symptom")]
    (made,) = Curator(rows).mentions(DOCUMENT, [found("fall")])
    assert (made.category, made.candidates[0].concept, made.candidates[0].reason) == (
        "symptom", "DOID:2", "correction·wrong-entity",
    )  # fmt: skip
    assert made.method.startswith("correction:")
    assert made.sentence == (39, len(TEXT))


def test_a_span_takes_the_place_of_those_it_crosses() -> None:
    assert applied([said("wrong-span", "made ache", category="")], [found("ache")]) == [
        ("made ache", "disease", "DOID:1")
    ]
    assert applied([said("wrong-span", "made ache", category="")], []) == [], "nothing says what it would be"


def test_what_is_missing_shares_what_the_sentence_says() -> None:
    made = Curator([said("missing", "made ache", concept="DOID:3")]).mentions(DOCUMENT, [found("sample fever")])
    assert [one.surface for one in made] == ["sample fever", "made ache"]
    assert [[marks.kind for marks in one.attributes] for one in made] == [["negated"], ["negated"]]


def test_what_is_as_it_should_be_stays_as_it_is() -> None:
    mentions = [found("fall", concept="DOID:2")]
    curator = Curator([said("missing", concept="DOID:2"), said("right", "sample fever")])
    assert curator.mentions(DOCUMENT, mentions) == mentions
    assert curator.counts == {"idle.en": 1}
    elsewhere = Document("PMID:2", (PASSAGE,))
    assert curator.mentions(elsewhere, mentions) == mentions


def test_sentences_that_a_curator_looked_at_become_labels() -> None:
    rows = [said("missing", "made ache", concept="DOID:3")]
    mentions = Curator(rows).mentions(DOCUMENT, [found("sample fever"), found("fall")])
    labelled = looked_at(DOCUMENT, mentions, [], rows)
    assert labelled is not None
    (passage,) = labelled.passages
    assert passage.text == TEXT[:38]
    assert [(labelled.surface(one), one.ids) for one in labelled.mentions] == [
        ("sample fever", ("DOID:1",)), ("made ache", ("DOID:3",)),
    ]  # fmt: skip
    assert (labelled.id, looked_at(DOCUMENT, mentions, [], [])) == ("PMID:1", None)


def test_relations_that_hold_become_labels() -> None:
    claims = [
        Claim("CHEBI:1", "biolink:causes", ill, "text-mined", "cues.v1", document="PMID:1", passage=PASSAGE.key,
              start=39, end=len(TEXT), sentence=TEXT[39:])
        for ill in ("DOID:1", "DOID:2")
    ]  # fmt: skip
    about = {"subject": "CHEBI:1", "category": ""}
    rows = [
        said("wrong-relation", object="DOID:1", **about),
        said("right", object="DOID:4", predicate="biolink:causes", **about),
    ]
    left = Curator(rows).claims(DOCUMENT, claims)
    assert [one.object for one in left] == ["DOID:2"]
    labelled = looked_at(DOCUMENT, [], left, rows)
    assert labelled is not None
    assert labelled.relations == (("CHEBI:1", "CID", "DOID:2"), ("CHEBI:1", "CID", "DOID:4"))
