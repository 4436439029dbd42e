"""Weak labels: what tables and other texts teach, and that nothing of what is measured gets in. All names invented."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from ingest.evaluation.corpora import read
from ingest.evaluation.knowledge import Terminologies
from ingest.labelled import LabelledDocument
from ingest.text.models import CONFIG
from ingest.training.curated import indications, texts
from ingest.training.relations import train
from ingest.training.weak import WeakLabels, from_build, named_pairs
from kg.errors import ConfigError, MedkgError
from tests.ingest.evaluation.test_relations import block

DRUG, OTHER_DRUG, ILL, OTHER_ILL = "MESH:D999001", "MESH:D999003", "MESH:D999002", "MESH:D999004"
INPUT = """
[[input]]
name = "{name}"
format = "{format}"
kind = "{kind}"
paths = ["{path}"]
version = "1"
licence = "Apache-2.0"
title = {{ en = "Illustration", zh = "示例" }}
"""
NAMES = """
[input.options.concept]
id = "id"
labels = [{ column = "name", kind = "preferred" }]
category = "CATEGORY"
"""
CLAIMS = """
[input.options.claim]
subject = "drug"
predicate = { column = "how", map = { helps = "biolink:treats", none = "biolink:treats", acts = "biolink:affects" } }
direction = { column = "how", map = { none = "refutes" }, default = "supports" }
object = "illness"
method = "illustration"
"""


def abstract(pmid: int, title: str, text: str) -> str:
    return f"{pmid}|t|{title}\n{pmid}|a|{text}\n\n"


def build_file(folder: Path, rows: Iterable[tuple[str, str, str]], abstracts: str) -> Path:
    """Two terminologies, one curated table with ``rows``, one file of texts."""
    (folder / "drugs.tsv").write_text(f"id\tname\n{DRUG}\tDemonstratin\n{OTHER_DRUG}\tIllustratin\n", "utf-8")
    (folder / "ills.tsv").write_text(f"id\tname\n{ILL}\tsample fever\n{OTHER_ILL}\tspecimen cough\n", "utf-8")
    table = "".join("\t".join(row) + "\n" for row in [("drug", "how", "illness"), *rows])
    (folder / "table.tsv").write_text(table, "utf-8")
    (folder / "texts.PubTator").write_text(abstracts, "utf-8")
    parts = [
        INPUT.format(name="drugs", format="table.v1", kind="terminology", path="drugs.tsv")
        + NAMES.replace("CATEGORY", "drug"),
        INPUT.format(name="ills", format="table.v1", kind="terminology", path="ills.tsv")
        + NAMES.replace("CATEGORY", "disease"),
        INPUT.format(name="table", format="table.v1", kind="curated", path="table.tsv") + CLAIMS,
        INPUT.format(name="texts", format="pubtator.v1", kind="source", path="texts.PubTator"),
    ]
    path = folder / "build.toml"
    path.write_text("".join(parts), "utf-8")
    return path


def labelled(folder: Path, *blocks: str) -> tuple[LabelledDocument, ...]:
    (folder / "bc5cdr").mkdir(parents=True)
    for name in ("Training", "Development"):
        (folder / "bc5cdr" / f"CDR_{name}Set.PubTator.txt").write_text("\n".join(blocks), "utf-8")
    return read("bc5cdr", folder)


def weak(config: Path, training: Iterable[LabelledDocument], evaluated: Iterable[LabelledDocument]) -> WeakLabels:
    return from_build(config, {}, Terminologies(config, {}), tuple(training), tuple(evaluated), config.parent)


BOTH = abstract(1, "A note.", "Illustratin was given for specimen cough. Nobody had sample fever.")
"""One pair in one sentence, one across two."""


def test_tables_say_what_helps_and_no_more(tmp_path: Path) -> None:
    rows = [(DRUG, "helps", ILL), (DRUG, "none", OTHER_ILL), (OTHER_DRUG, "acts", ILL)]
    config = build_file(tmp_path, rows, BOTH)
    found = indications(config, {}, Terminologies(config, {}).crosswalk, "MESH")
    assert found == {(DRUG, ILL)}


def test_a_pair_of_a_table_in_one_sentence_is_taken_to_be_unrelated(tmp_path: Path) -> None:
    config = build_file(tmp_path, [(OTHER_DRUG, "helps", OTHER_ILL), (OTHER_DRUG, "helps", ILL)], BOTH)
    [row] = weak(config, (), ()).rows
    assert (row.document, row.pair, row.right) == ("PMID:1", (OTHER_DRUG, OTHER_ILL), False)
    assert "together=1" in row.features


def test_a_pair_that_people_labelled_elsewhere_is_taken_to_be_related(tmp_path: Path) -> None:
    training = labelled(tmp_path / "corpora", block(100, causes=True))
    both = abstract(1, "A note.", "Sample fever came after Demonstratin.")
    config = build_file(tmp_path, [], both)
    [row] = weak(config, training, ()).rows
    assert (row.document, row.pair, row.right) == ("PMID:1", (DRUG, ILL), True)
    # What a table and people say differently is said by nobody.
    config = build_file(tmp_path, [(DRUG, "helps", ILL)], both)
    assert weak(config, training, ()).rows == ()


def test_nothing_of_what_is_measured_gets_in(tmp_path: Path) -> None:
    evaluated = labelled(tmp_path / "corpora", block(7, causes=False))
    assert named_pairs(evaluated[0]) == {(DRUG, ILL)}
    told = "Demonstratin was given for sample fever. Illustratin was given for specimen cough."
    config = build_file(
        tmp_path,
        [(DRUG, "helps", ILL), (OTHER_DRUG, "helps", OTHER_ILL)],
        abstract(7, "A note.", told) + abstract(8, "A note.", told),
    )
    found = weak(config, (), evaluated)
    # The text of document 7 is left out, and its pair wherever it stands, though nobody calls it related.
    assert {(row.document, row.pair) for row in found.rows} == {("PMID:8", (OTHER_DRUG, OTHER_ILL))}
    assert (found.removed_documents, found.removed_pairs) == (1, 1)


def test_a_labelled_text_gets_no_weak_label(tmp_path: Path) -> None:
    training = labelled(tmp_path / "corpora", block(7, causes=False))
    told = abstract(7, "A note.", "Illustratin was given for specimen cough.")
    assert weak(build_file(tmp_path, [(OTHER_DRUG, "helps", OTHER_ILL)], told), training, ()).rows == ()


def test_texts_come_without_labels_and_once(tmp_path: Path) -> None:
    config = build_file(tmp_path, [], block(7, causes=True) + "\n" + BOTH + BOTH)
    found = list(texts(config, {}))
    assert [one.id for one in found] == ["PMID:7", "PMID:1"]
    assert not any(one.mentions or one.relations for one in found)
    assert {passage.kind for one in found for passage in one.passages} == {"title", "abstract"}


def test_the_card_says_what_was_weak(tmp_path: Path) -> None:
    corpora = tmp_path / "corpora"
    training = labelled(corpora, *(block(number, causes=number % 2 == 0) for number in range(100, 120)))
    config = build_file(tmp_path, [(OTHER_DRUG, "helps", OTHER_ILL)], BOTH)
    found = weak(config, training, ())
    card = train(training, (), tmp_path / "with", corpora, (), weak=found)
    assert "PMID:1" in card.documents
    told = {name: value for name, value in card.options.items() if name.startswith("weak_")}
    assert (told["weak_pairs"], told["weak_pairs_related"], told["weak_documents"]) == (1, 0, 1)
    plain = train(training, (), tmp_path / "without" / "with", corpora, ())
    assert not any(name.startswith("weak_") for name in plain.options)
    weights = [(tmp_path / name / CONFIG).read_bytes() for name in ("with", "without/with")]
    assert weights[0] != weights[1]


def test_no_weak_label_found_is_as_if_none_was_asked_for(tmp_path: Path) -> None:
    corpora = tmp_path / "corpora"
    training = labelled(corpora, *(block(number, causes=number % 2 == 0) for number in range(100, 120)))
    train(training, (), tmp_path / "a" / "model", corpora, (), weak=WeakLabels((), 0, 0))
    train(training, (), tmp_path / "b" / "model", corpora, ())
    assert (tmp_path / "a" / "model" / CONFIG).read_bytes() == (tmp_path / "b" / "model" / CONFIG).read_bytes()


@pytest.mark.parametrize("text", ["", "nothing = 1", "[[input]"])
def test_a_file_that_is_no_build_file_is_refused(tmp_path: Path, text: str) -> None:
    config = build_file(tmp_path, [], BOTH)
    known = Terminologies(config, {})
    config.write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        from_build(config, {}, known, (), (), tmp_path)


def test_a_table_that_is_missing_is_told(tmp_path: Path) -> None:
    config = build_file(tmp_path, [], BOTH)
    known = Terminologies(config, {})
    (tmp_path / "table.tsv").unlink()
    with pytest.raises(MedkgError, match=r"table\.tsv"):
        from_build(config, {}, known, (), (), tmp_path)
