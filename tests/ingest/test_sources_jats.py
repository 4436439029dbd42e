"""JATS: the real articles, and what belongs to a paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.jats import Jats
from kg.model.document import Document
from ontology.reading.raw import describe
from tests.contract.source import SourceContract

ARTICLE = (
    '<article><front><article-meta><article-id pub-id-type="pmid">{pmid}</article-id><title-group>'
    "<article-title>{title}</article-title></title-group></article-meta></front><body>{body}</body></article>\n"
)


class TestJats(SourceContract):
    plugin = "jats.v1"
    sample_name = "set.xml"
    records = 2
    sure = 0.9

    def long(self, count: int) -> bytes:
        body = "".join(
            ARTICLE.format(pmid=900_000_000 + at, title=f"Title {at * 7919}", body="<p>x</p>") for at in range(count)
        )
        return f"<pmc-articleset>{body}</pmc-articleset>".encode()


REAL = {
    # file: id, licence, authors, references, references with an id, captions and notes below tables, tables
    "1471-2180-11-174.nxml": ("PMID:21810267", "CC-BY-2.0", 2, 64, 60, 11, 3),
    "1472-6831-8-11.nxml": ("PMID:18405359", "CC-BY-2.0", 4, 31, 28, 5, 4),
    "ehp-116-1694.nxml": ("PMID:19079722", "public-domain", 4, 58, 52, 3, 0),
    "pntd.0002065.nxml": ("PMID:23469300", "CC-BY", 6, 32, 21, 11, 5),
    "pone.0000217.nxml": ("PMID:17299597", "CC-BY", 4, 33, 26, 3, 0),
    "pone.0046493.nxml": ("PMID:23029536", "CC-BY", 9, 58, 44, 13, 3),
}


@pytest.mark.parametrize("name", REAL)
def test_the_real_articles(data_folder: Path, name: str) -> None:
    (found,) = Jats().parse(describe(data_folder / "jats" / name), {})
    assert isinstance(found, Document)
    kinds = [passage.kind for passage in found.passages]
    assert (
        found.id,
        found.licence,
        sum(author.role == "author" for author in found.authors),
        len(found.references),
        sum(bool(reference.ids) for reference in found.references),
        kinds.count("caption"),
        kinds.count("table"),
    ) == REAL[name]
    assert {item.scheme for item in found.identifiers} >= {"pmid", "pmcid", "doi"}
    assert {"title", "abstract", "heading", "section"} <= set(kinds)
    assert all(author.affiliations for author in found.authors if author.role == "author")
    assert len({passage.name for passage in found.passages}) == len(found.passages)


def test_a_set_from_e_utilities(data_folder: Path) -> None:
    (found,) = Jats().parse(describe(data_folder / "pubmed-xml" / "efetch_pmc.xml"), {})
    assert isinstance(found, Document)
    assert (found.id, found.licence, found.types[0]) == ("PMID:34527728", "CC-BY-NC-4.0", "correction")
    assert found.relations[0].kind == "corrected-article"
    assert found.relations[0].target == "DOI:10.1183/23120541.00193-2021"


def test_floats_are_no_part_of_the_paragraph_around_them(tmp_path: Path) -> None:
    body = (
        "<sec><title>Methods</title><p>Before <fig><label>Fig 1</label><caption><p>A fig.</p></caption></fig>after"
        "<fn><p>a note</p></fn>.</p><sec><title>Deep</title><p>Deeper.</p></sec></sec>"
    )
    path = tmp_path / "a.nxml"
    path.write_text(ARTICLE.format(pmid=900000001, title="T", body=body))
    (found,) = Jats().parse(describe(path), {})
    assert isinstance(found, Document)
    assert [(item.name, item.label, item.text) for item in found.passages[1:]] == [
        ("heading.1", "", "Methods"),
        ("section.1", "Methods", "Before after."),
        ("caption.1", "Fig 1", "A fig."),
        ("heading.2", "Methods", "Deep"),
        ("section.2", "Methods > Deep", "Deeper."),
    ]


def test_tables_with_captions_in_two_languages_and_the_notes_below(tmp_path: Path) -> None:
    body = (
        '<sec><title>Results</title><p>See <table-wrap><label>Table 1</label><caption xml:lang="zh"><title>示例表'
        '</title></caption><caption xml:lang="en"><title>An example.</title><p>All invented.</p></caption>'
        "<alternatives><graphic/><table><tr><th>Group</th><th>n</th></tr><tr><td>A<xref>a</xref></td></tr></table>"
        "</alternatives><table-wrap-foot><p>Mean values.</p><fn-group><fn><label>a</label><p>Not real.</p></fn>"
        "</fn-group></table-wrap-foot></table-wrap> below.</p>"
        "<fig-group><label>Fig 1</label><caption><p>Both pictures.</p></caption>"
        "<fig><label>A</label><caption><p>Left.</p></caption></fig></fig-group><p>After.</p></sec>"
    )
    path = tmp_path / "a.nxml"
    path.write_text(ARTICLE.format(pmid=900000001, title="T", body=body), "utf-8")
    (found,) = Jats().parse(describe(path), {})
    assert isinstance(found, Document)
    assert [(item.name, item.language, item.label, item.text) for item in found.passages[2:]] == [
        ("section.1", "en", "Results", "See below."),
        ("caption.1", "zh", "Table 1", "示例表"),
        ("caption.2", "en", "Table 1", "An example. All invented."),
        ("table.1", "en", "Table 1", "Group\tn\nAa"),
        ("caption.3", "en", "Table 1", "Mean values.\na Not real."),
        ("caption.4", "en", "Fig 1", "Both pictures."),
        ("caption.5", "en", "A", "Left."),
        ("section.2", "en", "Results", "After."),
    ]
