"""References: what is written is read back by the readers of ingest, and lists look as the styles say."""

from __future__ import annotations

import csv
import io
import json
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
from kg.model.document import Author, Document, Grant, Identifier, Journal, Passage, Text
from kg.model.ids import Ids
from kg.query.documents import Documents
from kg.query.naming import Naming
from kg.query.records import DocumentRecord
from kg.references.formats import FORMATS
from kg.references.styles import gbt7714, vancouver
from kg.store.base import STORES
from ontology.reading.raw import describe

ARTICLE = Document(
    id="DOI:10.5555/there-and-back",
    passages=(
        Passage("title", "title", "zh", "示例药物治疗示例病的疗效（举例）"),
        Passage("abstract.1", "abstract", "zh", "目的 观察示例。\n方法 随访30例，5% 无效 & 有效。"),
    ),
    titles=(Text("示例药物治疗示例病的疗效（举例）", "zh"), Text("Effect of an example drug {illustrative}", "en")),
    identifiers=(Identifier("doi", "10.5555/there-and-back"),),
    languages=("zh",),
    authors=(
        Author("欧阳", "示例"),
        Author("Smith", "John A"),
        Author("van Berg", "Ludwig"),
        Author(collective="示例协作组"),
    ),
    journal=Journal("示例医学杂志", "", "0317-8471"),
    volume="8",
    issue="3",
    pages="11-16",
    dates=(("published", "2021-03-05"),),
    year=2021,
    keywords=(Text("示例病", "zh"), Text("follow-up", "en")),
    grants=(Grant(agency="示例基金"),),
)
THESIS = Document(
    id="doc:thesis", passages=(Passage("title", "title", "zh", "关于示例的研究"),),
    titles=(Text("关于示例的研究", "zh"),), kind="thesis", languages=("zh",),
    authors=(Author("赵", "例"), Author("司马", "样", role="supervisor")),
    publisher="示例大学", place="示例市", degree="博士", dates=(("published", "2019"),), year=2019,
)  # fmt: skip
READERS = {
    "ris": "ris.v1", "endnote": "endnote.v1", "refworks": "refworks.v1", "noteexpress": "noteexpress.v1",
    "nbib": "nbib.v1", "bibtex": "bibtex.v1",
}  # fmt: skip


@pytest.fixture(scope="module")
def naming(tmp_path_factory: pytest.TempPathFactory) -> Naming:
    folder = tmp_path_factory.mktemp("references")
    build(folder / "text", [])
    return Naming(Ids(), TextIndex(folder / "text"))


def recorded(document: Document, naming: Naming, folder: Path) -> DocumentRecord:
    """As the service would give it."""
    store = STORES.load("oxigraph").create(folder / "store")
    store.derive(document_statements(document, Context()))
    record = Documents(store, naming).record(document.id)
    store.close()
    return record


@pytest.fixture(scope="module")
def written(naming: Naming, tmp_path_factory: pytest.TempPathFactory) -> DocumentRecord:
    return recorded(ARTICLE, naming, tmp_path_factory.mktemp("written"))


@pytest.fixture
def article(naming: Naming, tmp_path: Path) -> DocumentRecord:
    return recorded(ARTICLE, naming, tmp_path)


def back(name: str, records: list[DocumentRecord], folder: Path) -> list[Document]:
    path = folder / f"a.{FORMATS[name].extension}"
    path.write_text(FORMATS[name].write(records), "utf-8")
    source = SOURCES.load(READERS[name])()
    assert source.sniff(path.read_bytes()[:8192]) > 0.5
    items = list(source.parse(describe(path), {}))
    assert all(isinstance(item, Document) for item in items), items
    return [item for item in items if isinstance(item, Document)]


@pytest.mark.parametrize("name", READERS)
def test_there_and_back(name: str, article: DocumentRecord, naming: Naming, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    thesis = recorded(THESIS, naming, tmp_path / "thesis")
    if name == "nbib":
        with pytest.raises(QueryError):
            back(name, [article, thesis], tmp_path)
        article = msgspec.structs.replace(article, identifiers=("pmid:90000007", *article.identifiers))
        (read,) = back(name, [article], tmp_path)
        second = THESIS
    else:
        read, second = back(name, [article, thesis], tmp_path)
    assert read.id == ("PMID:90000007" if name == "nbib" else ARTICLE.id)
    assert read.titles[0] == ARTICLE.titles[0]
    # Groups stand last in formats that keep them apart.
    names = [(author.family, author.given, author.collective) for author in read.authors]
    assert names == [(author.family, author.given, author.collective) for author in ARTICLE.authors]
    assert read.journal is not None
    assert (read.journal.title, read.journal.issn) == ("示例医学杂志", "0317-8471")
    assert (read.volume, read.issue, read.pages, read.year) == ("8", "3", "11-16", 2021)
    assert {word.value for word in read.keywords} == {"示例病", "follow-up"}
    assert "随访30例，5% 无效 & 有效。" in read.passages[-1].text
    assert read.languages == ("zh",)
    assert second.titles == THESIS.titles
    assert second.year == 2019
    assert (second.kind, second.publisher) == ("thesis", "示例大学")


def test_gbt_7714(article: DocumentRecord, naming: Naming, tmp_path: Path) -> None:
    assert gbt7714(article) == (
        "欧阳示例, SMITH J A, VAN BERG L, 等. 示例药物治疗示例病的疗效（举例）[J]. 示例医学杂志, 2021, 8(3): 11-16. "
        "DOI: 10.5555/there-and-back."
    )
    (tmp_path / "thesis").mkdir()
    assert gbt7714(recorded(THESIS, naming, tmp_path / "thesis")) == "赵例. 关于示例的研究[D]. 示例市: 示例大学, 2019."


def test_vancouver(article: DocumentRecord) -> None:
    english = msgspec.structs.replace(
        article, titles=tuple(title for title in article.titles if title.language == "en"), pages="123-129"
    )
    assert vancouver(english) == (
        "欧阳示例, Smith JA, van Berg L, 示例协作组. Effect of an example drug {illustrative}. 示例医学杂志. "
        "2021;8(3):123-9. doi: 10.5555/there-and-back"
    )


def test_csl_and_the_table(article: DocumentRecord) -> None:
    (item,) = json.loads(FORMATS["csl"].write([article]))
    assert (item["type"], item["DOI"], item["issued"]) == (
        "article-journal", "10.5555/there-and-back", {"date-parts": [[2021, 3, 5]]},
    )  # fmt: skip
    assert item["author"][-1] == {"literal": "示例协作组"}
    assert "editor" not in item
    formula = msgspec.structs.replace(article, titles=(), vernacular_title='=HYPERLINK("x")')
    text = FORMATS["csv"].write([formula])
    assert text.startswith("\ufeff")
    header, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert dict(zip(header, row, strict=True))["title"] == '\'=HYPERLINK("x")'


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=20), min_size=3, max_size=3))
@settings(max_examples=40)
def test_no_text_breaks_out_of_its_field(
    written: DocumentRecord, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    title = msgspec.structs.replace(written.titles[0], value=f"题名 {texts[0]}".replace("\0", ""))
    other, third = (text.replace("\0", "") for text in texts[1:])
    record = msgspec.structs.replace(
        written, titles=(title,), publisher=other, edition=third, identifiers=("pmid:90000007", *written.identifiers)
    )
    for name in READERS:
        (read,) = back(name, [record], tmp_path_factory.mktemp("any"))
        assert (read.id in ("PMID:90000007", ARTICLE.id), read.year) == (True, 2021), name
