"""Names and stops from labelled documents: each counted only where it could fail, and found again on new text."""

from pathlib import Path

import msgspec
import pytest

from ingest.evaluation.leaks import without_evaluated
from ingest.labelled import LabelledDocument, LabelledMention
from ingest.linking import made_lexicon
from ingest.text.annotate import Annotator
from ingest.training.lessons import crossed, folds, only, taught_by, write
from ingest.training.names import lessons
from kg.errors import ConfigError
from kg.model.document import Passage
from ontology.lessons import FILE, read, taught
from ontology.lexicon import LabelRow, Lexicon

LEXICON = Lexicon.build(
    LabelRow(concept, category, "en", "preferred", "made-up", name)
    for concept, category, name in (("X:1", "symptom", "spasm"), ("X:2", "disease", "asthma"), ("X:3", "gene", "HTX"))
)
NAMES = {"liver toxicity": "MESH:D056486", "asthma": "X:2", "HTX": "MESH:D006973", "grue": ""}


def document(number: int, text: str, *surfaces: str) -> LabelledDocument:
    """An invented abstract in which these words are labelled as diseases, wherever they stand."""
    passage = Passage("abstract.1", "abstract", "en", text)
    mentions = tuple(
        LabelledMention(passage.key, at, at + len(surface), "disease", tuple(filter(None, [NAMES[surface]])))
        for surface in surfaces
        for at in range(len(text))
        if text.startswith(surface, at)
    )
    return LabelledDocument(f"PMID:{number}", (passage,), mentions)


DOCUMENTS = [
    document(1, "A spasm with liver toxicity and asthma.", "liver toxicity", "asthma"),
    document(2, "Some spasm, then liver toxicity. HTX rose.", "liver toxicity", "HTX"),
    document(3, "The spasm went; asthma did not. HTX and grue.", "asthma", "HTX", "grue"),
    document(4, "No spasm. The liver toxicity came with HTX.", "liver toxicity", "HTX"),
]


def test_names_come_and_wrong_ones_go() -> None:
    learned = lessons(LEXICON, DOCUMENTS, ("disease",))
    assert [one.name for one in learned.names] == ["asthma", "htx", "liver toxicity"], "grue has no id"
    assert ("spasm", "disease") in learned.stops
    assert ("asthma", "disease") not in learned.stops
    found = Annotator(taught(LEXICON, learned)).text("New spasm, liver toxicity, asthma and HTX.", "en")
    assert [(one.surface, one.candidates[0].concept) for one in found] == [
        ("liver toxicity", "MESH:D056486"), ("asthma", "X:2"), ("HTX", "MESH:D006973"),
    ]  # fmt: skip


def test_a_name_is_not_judged_by_the_document_that_taught_it() -> None:
    # Labelled in one document only, it cannot fail there; elsewhere it stands unlabelled twice.
    documents = [
        document(1, "liver toxicity", "liver toxicity"), document(2, "liver toxicity"), document(3, "liver toxicity")
    ]  # fmt: skip
    assert ("liver toxicity", "disease") in lessons(LEXICON, documents, ("disease",)).stops
    assert lessons(LEXICON, documents[:1], ("disease",)).stops == ()


def test_what_is_not_labelled_is_not_judged() -> None:
    learned = lessons(LEXICON, [document(1, "HTX rose, HTX fell."), document(2, "HTX again")], ("disease",))
    assert learned.stops == ()


def test_folds_take_each_document_once_and_learn_from_the_others() -> None:
    dealt = list(folds(DOCUMENTS, 2))
    assert sorted(one.id for _, measured in dealt for one in measured) == [one.id for one in DOCUMENTS]
    assert all({one.id for one in learning}.isdisjoint(one.id for one in measured) for learning, measured in dealt)
    alone = document(9, "liver toxicity", "liver toxicity")
    assert crossed(LEXICON, [alone, document(8, "asthma", "asthma")], ("disease",), number=2)["disease"].right == 1


def test_the_files_say_what_was_seen(tmp_path: Path) -> None:
    kept = without_evaluated(DOCUMENTS, DOCUMENTS[:1])
    made = taught_by(LEXICON, kept, ["made-up"], ("disease",), {})
    write(tmp_path / "one", made)
    assert read(tmp_path / "one" / FILE) == made.lessons
    card = msgspec.json.decode((tmp_path / "one" / "card.json").read_bytes())
    assert (card["documents"], card["removed"]) == (["PMID:2", "PMID:3", "PMID:4"], 1)
    with pytest.raises(ConfigError):
        write(tmp_path / "one", made)


def test_only_these_types_teach() -> None:
    assert only(DOCUMENTS[0], ("gene",)).mentions == ()


def test_the_next_build_uses_them(tmp_path: Path) -> None:
    table = tmp_path / "labels.tsv"
    table.write_text(LabelRow("X:1", "symptom", "en", "preferred", "made-up", "spasm").line(), "utf-8")
    plain = made_lexicon([table], tmp_path)
    write(
        tmp_path / "names" / "one", taught_by(LEXICON, without_evaluated(DOCUMENTS, ()), ["made-up"], ("disease",), {})
    )
    learned = made_lexicon([table], tmp_path)
    assert plain is not None
    assert learned is not None
    assert plain[0] != learned[0]
    assert Lexicon.load(learned[0]).names == ["asthma", "htx", "liver toxicity", "spasms"], "a stop is of one name"
