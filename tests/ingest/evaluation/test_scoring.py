"""Figures: counts, intervals, kinds of mistakes, ids by way of cross-references."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import pytest

from ingest.evaluation.corpora import Corpus
from ingest.evaluation.crosswalk import Crosswalk
from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.linking import linking
from ingest.evaluation.marking import marking
from ingest.evaluation.ner import ner
from ingest.evaluation.scoring import counted, score
from ingest.labelled import LabelledDocument, LabelledMention
from kg.model.document import Document, Passage
from kg.model.evidence import Candidate, Mention
from ontology.lexicon import LabelRow, Lexicon

TEXT = "Aspirin and ibuprofen in gout, breast cancer and sciatica."
TYPES = ("disease", "chemical")
Row = tuple[str, str, tuple[str, ...]]
"""Surface, type, ids."""


def passage(text: str = TEXT, language: str = "en") -> Passage:
    return Passage("abstract.1", "abstract", language, text)


def labelled(*rows: Row, text: str = TEXT, language: str = "en", number: int = 1) -> LabelledDocument:
    one = passage(text, language)
    mentions = (
        LabelledMention(one.key, text.index(surface), text.index(surface) + len(surface), kind, ids)
        for surface, kind, ids in rows
    )
    return LabelledDocument(f"PMID:{number}", (one,), tuple(mentions))


def tagger(*rows: Row, text: str = TEXT) -> Callable[[Document], list[Mention]]:
    def tag(document: Document) -> list[Mention]:
        found = document.passages[0]
        return [
            Mention(document.id, found.key, found.text.index(surface), found.text.index(surface) + len(surface),
                    surface, kind, tuple(Candidate(concept, 1.0) for concept in concepts))
            for surface, kind, concepts in rows
        ]  # fmt: skip

    return tag


def test_an_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    dice = random.Random(1)
    counts = [(dice.randint(0, 4), dice.randint(4, 8), dice.randint(4, 8)) for _ in range(50)]
    made = counted(counts)
    assert 0 < made.low < made.f1 < made.high < 1
    assert made == counted(counts)
    assert made != counted(counts, seed=2)
    # Four times as many documents like these: the interval is half as wide.
    wide, narrow = made.high - made.low, counted(counts * 4)
    assert narrow.f1 == pytest.approx(made.f1)
    assert (narrow.high - narrow.low) / wide == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize(
    ("gold", "found", "figures"),
    [
        ([{1}], [{1}], (1.0, 1.0, 1.0, 1.0, 1.0)),
        ([{1}], [set()], (0.0, 0.0, 0.0, 0.0, 0.0)),
        ([set()], [{1}], (0.0, 0.0, 0.0, 0.0, 0.0)),
        ([set()], [set()], (0.0, 0.0, 0.0, 0.0, 0.0)),
        ([], [], (0.0, 0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_ends_of_the_scale(gold: list[set[int]], found: list[set[int]], figures: tuple[float, ...]) -> None:
    made = score(gold, found)
    assert (made.precision, made.recall, made.f1, made.low, made.high) == figures


def test_documents_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        score([{1}], [])


def test_spans_are_exact_and_names_count_once_a_document() -> None:
    rows: Sequence[Row] = (("gout", "disease", ()), ("breast cancer", "disease", ()), ("Aspirin", "chemical", ()))
    found = ner(
        [labelled(*rows), labelled(*rows, number=2)],
        tagger(("gout", "symptom", ()), ("cancer", "disease", ()), ("Aspirin", "drug", ()), ("sciatica", "test", ())),
        TYPES,
    )
    assert found.n == 2
    span = found.scores["disease.span"]
    assert (span.right, span.found, span.labelled) == (2, 4, 4)
    assert found.scores["chemical.span"].f1 == 1
    assert (found.scores["all.span"].right, found.scores["all.span"].found) == (4, 6)
    assert found.scores["all.document"].labelled == 6


def test_each_mistake_has_one_kind() -> None:
    gold = labelled(("gout", "disease", ()), ("breast cancer", "disease", ()), ("Aspirin", "chemical", ()))
    found = ner([gold], tagger(("cancer", "disease", ()), ("Aspirin", "disease", ()), ("ibuprofen", "drug", ())), TYPES)
    assert [(one.category, one.type, one.surface, one.found) for one in found.mistakes] == [
        ("missed", "disease", "gout", ""), ("wrong-span", "disease", "breast cancer", "cancer (disease)"),
        ("spurious", "chemical", "ibuprofen", "ibuprofen (chemical)"),
        ("wrong-type", "chemical", "Aspirin", "Aspirin (disease)"),
    ]  # fmt: skip
    assert found.figures["mistakes.disease.missed"] == 1
    assert "[breast cancer]" in found.mistakes[1].around


def test_the_worst_mistakes_are_those_that_are_made_most_often() -> None:
    documents = [labelled(("gout", "disease", ()), number=at) for at in (1, 2, 3)]
    found = ner([*documents, labelled(("sciatica", "disease", ()), number=4)], tagger(), TYPES)
    assert [(row.times, row.mistake.surface) for row in found.worst(5)] == [(3, "gout"), (1, "sciatica")]
    assert len(found.worst(1)) == 1


class Made(Knowledge):
    """Names and exact matches that are written here."""

    def __init__(self, *pairs: tuple[str, str], chinese: Sequence[str] = ()) -> None:
        rows = [LabelRow(one, "disease", "zh", "preferred", "made", f"名称{one}") for one in chinese]
        super().__init__("made", Lexicon.build(rows))
        self._made = pairs

    def matches(self) -> Iterator[tuple[str, str]]:
        yield from self._made


MESH = Corpus("made", "", "", TYPES, prefixes=("MESH",))


def test_ids_are_compared_by_cross_references() -> None:
    known = Made(("DOID:1", "MESH:D1"), ("DOID:1", "MESH:D9"), ("HP:2", "medkg:b"), ("medkg:b", "MESH:D2"))
    gold = labelled(
        ("gout", "disease", ("MESH:D9",)), ("sciatica", "disease", ("MESH:D2",)), ("breast cancer", "disease", ())
    )
    found = linking([gold], tagger(("gout", "disease", ("DOID:1",)), ("sciatica", "symptom", ("HP:2",))), MESH, known)
    assert found.scores["disease.ids"].f1 == found.scores["disease.named"].f1 == 1
    mention = found.scores["disease.mention"]
    assert (mention.right, mention.found, mention.labelled) == (2, 2, 3)
    assert found.shares == {"right_first": 1.0, "right_among": 1.0, "labelled_with_id": 0.667}
    assert not found.mistakes


def test_an_id_that_no_document_has_is_wrong_and_one_of_another_terminology_is_none() -> None:
    known = Made(("DOID:1", "MESH:D1"))
    gold = labelled(("gout", "disease", ("MESH:D2",)), ("sciatica", "disease", ("MESH:D3",)),
                    ("Aspirin", "chemical", ("MESH:D4",)))  # fmt: skip
    found = linking(
        [gold],
        tagger(("gout", "disease", ("DOID:1",)), ("sciatica", "disease", ("DOID:7",)),
               ("Aspirin", "drug", ("CHEBI:1", "MESH:D5", "MESH:D4"))),
        MESH,
        known,
    )  # fmt: skip
    assert [(one.category, one.surface) for one in found.mistakes] == [
        ("wrong-id", "gout"), ("no-id", "sciatica"), ("ambiguous-id", "Aspirin"),
    ]  # fmt: skip
    ids = found.scores["all.ids"]
    assert (ids.right, ids.found, ids.labelled) == (0, 2, 3)
    assert (found.shares["right_first"], found.shares["right_among"]) == (0.0, 0.333)


def test_several_ids_of_a_composite_are_several_and_those_of_our_own_sets_are_one() -> None:
    gold = labelled(("breast cancer", "disease", ("MESH:D1", "MESH:D2")))
    tag = tagger(("breast cancer", "disease", ("MESH:D1",)))
    assert linking([gold], tag, MESH, Made()).scores["disease.ids"].recall == 0.5
    ours = Corpus("made", "", "", TYPES, same=True)
    assert linking([gold], tag, ours, Made()).scores["disease.ids"].recall == 1


def test_a_found_id_counts_once_a_document_whatever_its_names() -> None:
    known = Made(("DOID:1", "MESH:D1"), ("HP:1", "MESH:D1"))
    gold = labelled(("gout", "disease", ("MESH:D1",)), ("sciatica", "disease", ("MESH:D1",)))
    tag = tagger(("gout", "disease", ("DOID:1",)), ("sciatica", "disease", ("HP:1",)))
    ids = linking([gold], tag, MESH, known).scores["disease.ids"]
    assert (ids.right, ids.found, ids.labelled) == (1, 1, 1)


def test_coverage_is_of_concepts_with_a_chinese_name() -> None:
    text = "痛风、高血压和头痛。"
    gold = labelled(("痛风", "disease", ("DOID:1",)), ("高血压", "disease", ("MESH:D2",)), ("头痛", "disease", ()),
                    text=text, language="zh")  # fmt: skip
    corpus = Corpus("made", "", "", TYPES, "zh", same=True)
    known = Made(("MESH:D2", "HP:2"), chinese=("HP:2",))
    assert linking([gold], tagger(), corpus, known).shares["coverage_zh"] == 0.333


def test_siblings_below_one_descriptor_are_not_each_other() -> None:
    crosswalk = Crosswalk([("DOID:1", "MESH:D1"), ("DOID:2", "MESH:D1"), ("DOID:2", "HP:2")])
    assert crosswalk.ids("DOID:1") == {"DOID:1", "MESH:D1"}
    assert crosswalk.within("HP:2", ("MESH",)) == {"MESH:D1"}


def test_attributes_are_scored_by_kind_on_given_mentions() -> None:
    text = "No fever, but a cough."
    one = passage(text)
    mentions = (LabelledMention(one.key, 3, 8, "symptom", (), ("negated",)),
                LabelledMention(one.key, 16, 21, "symptom", (), ("uncertain",)))  # fmt: skip
    found = marking([LabelledDocument("made:1", (one,), mentions)])
    assert found.scores["negated"].f1 == 1
    assert found.scores["uncertain"].recall == 0
    assert [(row.category, row.type, row.surface) for row in found.mistakes] == [("missed", "uncertain", "cough")]
