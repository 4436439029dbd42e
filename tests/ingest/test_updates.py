"""Updates of PubMed: the later file counts, in whichever order the files are named; deletions take records out."""

from __future__ import annotations

import gzip
from itertools import permutations
from pathlib import Path

import pytest

from ingest.adhoc import adhoc_config
from ingest.journal import Journal
from ingest.pipeline import BuildReport, Pipeline, Settings
from ingest.succession import in_order
from kg.errors import ConfigError
from kg.store.batch import Batch
from kg.store.oxigraph import Oxigraph
from kg.vocab import DEFAULT_BASE

ARTICLE = (
    '<PubmedArticle><MedlineCitation><PMID Version="1">{0}</PMID><Article><ArticleTitle>{1}</ArticleTitle>'
    "<Language>eng</Language></Article></MedlineCitation></PubmedArticle>"
)
FILES: dict[str, list[tuple[int, str] | int]] = {
    "pubmed26n1300.xml.gz": [(900000001, "Old wording"), (900000002, "To be deleted"), (900000003, "Never touched")],
    "pubmed26n1301.xml.gz": [(900000001, "New wording"), 900000002, (900000004, "Deleted, then back")],
    "pubmed26n1302.xml.gz": [900000004, (900000004, "Back again")],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for name, rows in FILES.items():
        body = "".join(
            ARTICLE.format(*row) if isinstance(row, tuple) else f"<DeleteCitation><PMID>{row}</PMID></DeleteCitation>"
            for row in rows
        )
        (made / name).write_bytes(gzip.compress(f"<PubmedArticleSet>{body}</PubmedArticleSet>".encode(), mtime=0))
    return made


def ingest(data: Path, paths: list[Path]) -> BuildReport:
    """What ``medkg ingest --name pubmed --source-version 2026 PATH...`` does."""
    journal = Journal(data / "journal.sqlite")
    try:
        pipeline = Pipeline(Settings(data=data, base=DEFAULT_BASE), journal)
        return pipeline.build(adhoc_config(paths, name="pubmed", version="2026"))
    finally:
        journal.close()


def titles(data: Path, store_folder: Path) -> set[str]:
    """The titles in the graph after all batches."""
    journal = Journal(data / "journal.sqlite")
    store = Oxigraph.create(store_folder)
    try:
        for name in journal.batches():
            store.apply(Batch(data / "batches" / name))
        rows = [row for graph in store.counts() if "/source/pubmed" in graph for row in store.statements(graph)]
        return {str(row).split('"')[1] for row in rows if "dc/terms/title" in str(row)}
    finally:
        store.close()
        journal.close()


@pytest.mark.parametrize("order", list(permutations(FILES)))
def test_the_later_file_counts_in_any_order(folder: Path, tmp_path: Path, order: tuple[str, ...]) -> None:
    report = ingest(tmp_path / "data", [folder / name for name in order])
    assert titles(tmp_path / "data", tmp_path / "s") == {"New wording", "Never touched", "Back again"}
    (outcome,) = report.outcomes
    assert (outcome.read, outcome.rejected) == (8, 0)


def test_updates_that_come_one_by_one_give_the_same(folder: Path, tmp_path: Path) -> None:
    data, paths = tmp_path / "data", sorted(folder.iterdir())
    seen = []
    for count in (1, 2, 3):
        assert ingest(data, paths[:count]).changed
        seen.append(titles(data, tmp_path / f"s{count}"))
    assert seen == [
        {"Old wording", "To be deleted", "Never touched"},
        {"New wording", "Never touched", "Deleted, then back"},
        {"New wording", "Never touched", "Back again"},
    ]
    assert not ingest(data, paths[::-1]).changed


def test_only_numbers_in_names_change_the_order() -> None:
    def ordered(source: str, *names: str) -> list[str]:
        return [path.name for path in in_order(source, [Path(name) for name in names])]

    assert ordered("pubmed.v1", "b/pubmed26n0001.xml", "a/pubmed25n1300.xml.gz") == [
        "pubmed25n1300.xml.gz",
        "pubmed26n0001.xml",
    ]
    assert ordered("pubmed.v1", "pubmed26n10000.xml", "pubmed26n9999.xml")[0] == "pubmed26n9999.xml"
    assert ordered("pubmed.v1", "z.xml", "pubmed26n0001.xml") == ["z.xml", "pubmed26n0001.xml"]
    assert ordered("records.v1", "b.jsonl", "a.jsonl") == ["b.jsonl", "a.jsonl"]


def test_numbered_files_as_inputs_of_their_own_are_refused(folder: Path, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    try:
        pipeline = Pipeline(Settings(data=tmp_path / "data", base=DEFAULT_BASE), journal)
        with pytest.raises(ConfigError, match=r"pubmed26n1300\.xml\.gz, pubmed26n1301\.xml\.gz: .* one input") as told:
            pipeline.build(adhoc_config(sorted(folder.iterdir())))
        assert "一个输入" in told.value.text("zh")
        assert journal.batches() == []
        # Files without a number may be anything: nobody knows that one replaces the other.
        for file in sorted(folder.iterdir()):
            file.rename(file.with_name(f"search-{file.name}"))
        assert len(pipeline.build(adhoc_config(sorted(folder.iterdir()))).outcomes) == 3
    finally:
        journal.close()
