"""PubTator: every corpus of the test data, and lines that do not fit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingest.sources.pubtator import PubTator
from kg.model.document import Document
from kg.model.evidence import Candidate, Claim, Mention
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract


class TestPubTator(SourceContract):
    plugin = "pubtator.v1"
    sample_name = "corpus.txt"
    records = 22
    sure = 1.0

    def long(self, count: int) -> bytes:
        return "".join(
            f"{900_000_000 + at}|t|Title {at * 7919}\n{900_000_000 + at}|a|Abstract.\n\n" for at in range(count)
        ).encode()


CORPORA = {
    # file: documents, mentions, relations, rejects (counted with the lines of the files)
    "bc5cdr/CDR_TrainingSet.PubTator.txt": (500, 9385, 1038, 0),
    "bc5cdr/CDR_DevelopmentSet.PubTator.txt": (500, 9591, 1012, 0),
    "ncbi-disease/NCBItrainset_corpus.txt": (593, 5144, 0, 1),
    "ncbi-disease/NCBIdevelopset_corpus.txt": (100, 787, 0, 0),
    "pubtator-bioner/BioRED_part.PubTator": (329, 10959, 0, 0),
    "pubtator-bioner/DrugProt_abstracts.PubTator": (750, 18339, 0, 0),
    "pubtator-bioner/NLMgene_part.PubTator": (429, 13185, 0, 11),
    "medmentions-fixture/med_mentions.txt": (3, 115, 0, 0),
}


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_is_read_whole(data_folder: Path, name: str) -> None:
    counts: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for item in PubTator().parse(describe(data_folder / name), {}):
        counts[type(item).__name__] += 1
        if isinstance(item, Document):
            texts = {passage.key: passage.text for passage in item.passages}
        elif isinstance(item, Mention):
            assert texts[item.passage][item.start : item.end] == item.surface
        elif isinstance(item, Reject):
            assert item.reason == "surface-mismatch"
            assert not item.fatal
    assert (counts["Document"], counts["Mention"], counts["Claim"], counts["Reject"]) == CORPORA[name]
    rows = [line for line in (data_folder / name).read_text("utf-8").splitlines() if line.strip() and "\t" in line[:20]]
    assert counts["Mention"] + counts["Claim"] + counts["Reject"] == len(rows)


def test_gold_relations_say_what_they_rest_on(data_folder: Path) -> None:
    items = PubTator().parse(describe(data_folder / "bc5cdr/CDR_TrainingSet.PubTator.txt"), {})
    first = next(item for item in items if isinstance(item, Claim))
    assert (first.subject, first.predicate, first.object) == ("MESH:D008750", "biolink:causes", "MESH:D007022")
    assert (first.document, first.evidence, first.method) == ("PMID:227508", "gold", "pubtator.v1")
    assert first.qualifiers == (("relation", "CID"),)


def test_a_number_that_comes_twice_gives_two_documents(data_folder: Path) -> None:
    items = PubTator().parse(describe(data_folder / "ncbi-disease/NCBItrainset_corpus.txt"), {})
    assert sum(isinstance(item, Document) and item.id == "PMID:8528200" for item in items) == 2


def test_offsets_count_code_points(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("900000001|t|𝒙 β\n900000001|a|甲乙丙 gout\n900000001\t8\t12\tgout\tDisease\tD9000001\n", "utf-8")
    document, mention = PubTator().parse(describe(path), {})
    assert isinstance(document, Document)
    assert isinstance(mention, Mention)
    assert (mention.passage, mention.start, mention.end) == (document.passages[1].key, 4, 8)
    assert mention.candidates == (Candidate("MESH:D9000001", 1.0, "gold·Disease"),)
