"""Import formats as exports: the golden documents of a source, written in its format, are the same when read again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, count
from operator import itemgetter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.base import SOURCES
from kg.errors import QueryError
from kg.index.text import TextIndex
from kg.index.textwriter import build
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.serial import serial_statements
from kg.model.document import Document
from kg.model.ids import Ids
from kg.model.serial import Serial
from kg.model.source import Reject
from kg.model.terms import Statement
from kg.query.documents import Documents
from kg.query.naming import Naming
from kg.query.records import DocumentRecord, HeadingRecord, LabelPair
from kg.references.fields import headings
from kg.references.formats import FORMATS
from kg.store.base import STORES
from ontology.reading.raw import describe
from tests.golden_files import FOLDER
from tests.kg.test_references import ARTICLE, THESIS

SAMPLES = {
    "sinomed": ("sinomed.v1", "export.txt"),
    "pubmed": ("pubmed.v1", "articles.xml", "books.xml"),
    "crossref": ("crossref.v1", "answer.json", "lines.jsonl"),
    "datacite": ("datacite.v1", "page.json", "schema.json"),
    "openalex": ("openalex.v1", "page.json", "snapshot.jsonl"),
    "jats": ("jats.v1", "article.nxml", "set.xml"),
    "clinicaltrials": ("clinicaltrials.v1", "studies.json", "lines.jsonl"),
    "chictr": ("chictr.v1", "registry.xml", "portal.xml"),
    "records": ("records.v1", "records.jsonl"),
}  # fmt: skip
"""Format -> its source and golden files of that."""
LEFT_OUT = {
    "sinomed": {"dates"},
    "pubmed": set(),
    "crossref": set(),
    "datacite": {"rights", "sections", "types"},
    "openalex": {"types"},
    "jats": {"sections"},
    "clinicaltrials": {"headings"},
    "chictr": {"dates"},
    "records": set(),
}  # fmt: skip
"""What a format does not carry, or not as it was."""


class Shelf:
    """Documents as the service would give them."""

    def __init__(self, folder: Path) -> None:
        build(folder / "text", [])
        self._naming = Naming(Ids(), TextIndex(folder / "text"))
        self._folders = (folder / f"store-{number}" for number in count())

    def record(self, document: Document, more: Sequence[Statement] = ()) -> DocumentRecord:
        """Alone in its graph, but for ``more``: works of one journal share what sources say of it."""
        store = STORES.load("oxigraph").create(next(self._folders))
        store.derive([*document_statements(document, Context()), *more])
        found = Documents(store, self._naming).record(document.id)
        store.close()
        return found


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("again"))


@pytest.fixture(scope="module")
def article(shelf: Shelf) -> DocumentRecord:
    return shelf.record(ARTICLE)


def read(name: str, path: Path) -> list[Document]:
    """The documents of a file; it has no rejects."""
    source = SOURCES.load(SAMPLES[name][0])()
    assert source.sniff(path.read_bytes()[:8192]) > 0.5
    items = list(source.parse(describe(path), {}))
    assert not [item for item in items if isinstance(item, Reject)]
    return [item for item in items if isinstance(item, Document)]


def again(name: str, records: list[DocumentRecord], folder: Path) -> list[Document]:
    path = folder / f"references.{FORMATS[name].extension}"
    path.write_text(FORMATS[name].write(records), "utf-8")
    return read(name, path)


def golden(name: str) -> list[Document]:
    plugin, *samples = SAMPLES[name]
    files = (SOURCES.load(plugin)().parse(describe(FOLDER / plugin / sample), {}) for sample in samples)
    found = {item.id: item for item in chain.from_iterable(files) if isinstance(item, Document)}
    return list(found.values())


def said(document: Document) -> dict[str, object]:
    """What a reference says; sets where the graph keeps no order."""
    journal = document.journal
    return {
        "id": document.id,
        "kind": document.kind,
        "titles": {(title.value, title.language) for title in document.titles},
        "authors": [(one.family, one.given, one.suffix, one.collective, one.role) for one in document.authors],
        "orcids": [one.orcid for one in document.authors],
        "affiliations": [set(one.affiliations) for one in document.authors],
        "journal": (journal.title, journal.abbreviation, journal.issn, journal.eissn) if journal else None,
        "numbers": (document.volume, document.issue, document.pages),
        "year": document.year,
        "dates": dict(document.dates),
        "identifiers": {(one.scheme, one.value) for one in document.identifiers},
        "publisher": (document.publisher, document.series, document.place, document.edition, document.degree),
        "languages": set(document.languages),
        "keywords": {word.value for word in document.keywords},
        "headings": [
            (one.label, one.major, one.machine, [(below.label, below.major) for below in one.qualifiers])
            for one in document.headings
        ],
        "grants": [(one.number, one.agency) for one in document.grants],
        "classes": set(document.classes),
        "urls": set(document.urls),
        "abstract": sorted(
            (
                (passage.language, passage.label, " ".join(passage.text.split()))
                for passage in document.passages
                if passage.kind == "abstract"
            ),
            key=itemgetter(0),
        ),
        "sections": {
            (passage.language, passage.label, passage.text)
            for passage in document.passages
            if passage.kind == "section"
        },
        "relations": [(one.kind, one.target, one.citation) for one in document.relations],
        "standing": document.standing,
        "licence": document.licence,
        "rights": document.rights,
        "access": document.access,
        "types": set(document.types),
        "version": document.version,
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_golden_documents_are_the_same_when_read_again(name: str, shelf: Shelf, tmp_path: Path) -> None:
    documents = golden(name)
    assert documents
    found = again(name, [shelf.record(one) for one in documents], tmp_path)
    assert len(found) == len(documents)
    for before, after in zip(documents, found, strict=True):
        first, second = said(before), said(after)
        other = {field: (first[field], second[field]) for field in first if first[field] != second[field]}
        assert not {field: both for field, both in other.items() if field not in LEFT_OUT[name]}, before.id


def fitting(name: str, record: DocumentRecord) -> DocumentRecord:
    """The record with what the format needs."""
    if name == "pubmed":
        return msgspec.structs.replace(record, identifiers=("pmid:90000007", *record.identifiers))
    if name == "records":
        return msgspec.structs.replace(record, id="doc:any")
    if SAMPLES[name][0] in ("clinicaltrials.v1", "chictr.v1"):
        return msgspec.structs.replace(
            record, id="NCT:NCT99999901", kind="trial", identifiers=("nct:NCT99999901",), journal=None
        )
    return record


@pytest.mark.parametrize("name", SAMPLES)
def test_an_article_there_and_back(name: str, article: DocumentRecord, tmp_path: Path) -> None:
    """Of a Chinese article with an English title and a group among its authors, whatever the format."""
    (found,) = again(name, [fitting(name, article)], tmp_path)
    assert found.titles[0].value in {title.value for title in ARTICLE.titles}
    assert "示例药物治疗示例病的疗效（举例）" in {title.value for title in found.titles}
    assert found.year == 2021
    if name not in ("clinicaltrials", "chictr", "records"):
        assert [one.family or one.collective for one in found.authors] == ["欧阳", "Smith", "van Berg", "示例协作组"]
        assert found.journal is not None
        assert (found.journal.title, found.journal.issn) == ("示例医学杂志", "0317-8471")
        assert (found.volume, found.issue, found.pages) == ("8", "3", "11-16")
        assert found.languages == ("zh",)
    if name != "openalex":
        assert {word.value for word in found.keywords} == {"示例病", "follow-up"}
    if name != "chictr":
        assert "随访30例，5% 无效 & 有效。" in found.passages[-1].text


ANY = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
EXACT = ("pubmed", "jats", "clinicaltrials", "chictr", "sinomed")
"""Formats whose texts have no markup: of others the readers take away what looks like some."""
FORBIDDEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@given(ANY, ANY, ANY)
@settings(max_examples=25)
def test_no_text_breaks_out_of_its_field(
    article: DocumentRecord, tmp_path_factory: pytest.TempPathFactory, title: str, text: str, place: str
) -> None:
    value = f"题名 {title} 完"
    passages = [
        msgspec.structs.replace(one, text=value if one.kind == "title" else f"摘要 {text}") for one in article.passages
    ]
    first, *others = article.authors
    record = msgspec.structs.replace(
        article,
        titles=(msgspec.structs.replace(article.titles[0], value=value),),
        passages=tuple(passages),
        publisher=place,
        series=place,
        place=place,
        edition=place,
        rights=place,
        version=place,
        authors=(msgspec.structs.replace(first, affiliations=(place,)), *others),
    )
    folder = tmp_path_factory.mktemp("any")
    for name in SAMPLES:
        (found,) = again(name, [fitting(name, record)], folder)
        assert found.year == 2021, name
        if name in EXACT:
            shown = value if FORMATS[name].extension != "xml" else FORBIDDEN.sub("", value)
            assert [one.value for one in found.titles] == [" ".join(shown.split())], name


@pytest.mark.parametrize("name", sorted(name for name, form in FORMATS.items() if form.lacks))
def test_what_a_format_cannot_hold_is_named(name: str, shelf: Shelf) -> None:
    thesis = shelf.record(THESIS)
    many = [msgspec.structs.replace(thesis, id=f"X:{number}") for number in range(12)]
    with pytest.raises(QueryError) as refused:
        FORMATS[name].write(many)
    for language in ("zh", "en"):
        told = refused.value.text(language)
        assert "X:0, X:1" in told
        assert "X:9 …" in told
        assert "X:10" not in told
        assert "12" in told


def test_a_retraction_is_told(article: DocumentRecord, tmp_path: Path) -> None:
    """Also one that no link to a notice says."""
    record = msgspec.structs.replace(article, standing="retracted")
    for name in ("crossref", "jats", "openalex"):
        (found,) = again(name, [record], tmp_path)
        assert found.standing == "retracted", name


def test_a_trial_of_another_registry_keeps_its_number(shelf: Shelf, tmp_path: Path) -> None:
    """Its id is made of that number, whatever other numbers it has."""
    path = tmp_path / "trial.xml"
    path.write_text(
        "<trials><trial><main><trial_id>ISRCTN99999901</trial_id><public_title>An example</public_title></main>"
        "<secondary_ids><secondary_id><sec_id>DRKS99999901</sec_id></secondary_id></secondary_ids></trial></trials>"
    )
    (trial,) = read("chictr", path)
    (found,) = again("chictr", [shelf.record(trial)], tmp_path)
    assert (found.id, set(found.identifiers)) == (trial.id, set(trial.identifiers))


def catalogued(shelf: Shelf, serial: Serial) -> DocumentRecord:
    """An article in the serial, beside the catalogue's record of that."""
    assert ARTICLE.journal is not None
    journal = msgspec.structs.replace(
        ARTICLE.journal, title=serial.titles[0].value, issn=serial.id.removeprefix("ISSN:")
    )
    language = serial.titles[0].language
    document = msgspec.structs.replace(ARTICLE, journal=journal, languages=(language,))
    return shelf.record(document, serial_statements(serial, Context()))


def serials(path: Path) -> list[Serial]:
    items = SOURCES.load("marc.v1")().parse(describe(path), {})
    return [item for item in items if isinstance(item, Serial)]


@pytest.mark.parametrize("name", ["marc21", "cnmarc"])
def test_journals_of_a_result_are_the_same_when_read_again(name: str, shelf: Shelf, tmp_path: Path) -> None:
    """MARC 21 has no field for the number of serials of China, and other fields for parallel titles."""
    catalogue = serials(FOLDER / "marc.v1" / "serials.mrc")
    path = tmp_path / f"journals.{FORMATS[name].extension}"
    records = [catalogued(shelf, serial) for serial in catalogue]
    path.write_bytes(FORMATS[name].write([*records, *records]).encode())
    assert SOURCES.load("marc.v1")().sniff(path.read_bytes()[:8192]) > 0.5
    found = serials(path)
    assert len(found) == len(catalogue) > 3
    if name == "marc21":
        catalogue = [
            msgspec.structs.replace(
                one,
                cn="",
                journal=msgspec.structs.replace(one.journal, country=""),
                titles=one.titles[:1],
                other_titles=(*one.titles[1:], *one.other_titles),
            )
            for one in catalogue
        ]
    assert found == catalogue


@given(ANY, ANY)
@settings(max_examples=25)
def test_no_text_breaks_a_catalogue_record(
    article: DocumentRecord, tmp_path_factory: pytest.TempPathFactory, title: str, place: str
) -> None:
    assert article.journal is not None
    journal = msgspec.structs.replace(
        article.journal, title=f"题名 {title}", abbreviation=place, publisher=place, place=place, urls=(place,)
    )
    for name in ("marc21", "cnmarc"):
        path = tmp_path_factory.mktemp("any") / "journals.mrc"
        path.write_bytes(FORMATS[name].write([msgspec.structs.replace(article, journal=journal)]).encode())
        (found,) = serials(path)
        assert found.id == "ISSN:0317-8471", name


def test_a_heading_that_is_only_a_concept_is_called_as_that(article: DocumentRecord) -> None:
    bare = HeadingRecord("medkg:asthma", LabelPair("哮喘", "asthma"), "", "descriptor", True, False, ())
    nameless = msgspec.structs.replace(bare, label=LabelPair())
    for languages, name in ((("zh",), "哮喘"), (("en",), "asthma")):
        record = msgspec.structs.replace(article, headings=(bare, nameless), languages=languages)
        assert [one.name for one in headings(record)] == [name]
        assert f"主题词：*{name}\n" in FORMATS["sinomed"].write([record])
