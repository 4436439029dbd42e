"""Documents and notices about them to statements (ADR 2).

One f-string a statement: this runs for every record of every corpus.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.mapping.people import authorships
from kg.mapping.subjects import grants, headings
from kg.model.document import Document, DocumentKind, Journal, Passage, StandingNotice
from kg.model.ids import digest, slug
from kg.model.terms import XSD, Statement, Term, boolean, date, integer, iri, literal

_KINDS: dict[DocumentKind, str] = {
    "article": is_a(vocab.BIBO, "AcademicArticle"),
    "book": is_a(vocab.BIBO, "Book"),
    "chapter": is_a(vocab.BIBO, "Chapter"),
    "conference": is_a(vocab.FABIO, "ConferencePaper"),
    "dataset": is_a(vocab.MEDKG, "DatasetRecord"),
    "newspaper": is_a(vocab.FABIO, "NewspaperArticle"),
    "patent": is_a(vocab.BIBO, "Patent"),
    "preprint": is_a(vocab.FABIO, "Preprint"),
    "report": is_a(vocab.BIBO, "Report"),
    "standard": is_a(vocab.BIBO, "Standard"),
    "trial": is_a(vocab.MEDKG, "TrialRegistration"),
    "thesis": is_a(vocab.BIBO, "Thesis"),
    "guideline": is_a(vocab.MEDKG, "Guideline"),
    "other": is_a(vocab.BIBO, "Document"),
}
CLASSES: dict[Term, DocumentKind] = {Term(row.rpartition(" ")[2]): kind for kind, row in _KINDS.items()}
"""Class -> the kind of document that it stands for."""
_SAME_AS = {"pmid": "PMID", "pmcid": "PMC", "doi": "DOI", "openalex": "OPENALEX"}
_TRUE = boolean(True)
_INTEGER = f"^^<{XSD}integer>"

_IDENTIFIER = predicate(vocab.DCTERMS, "identifier")
_ID = predicate(vocab.MEDKG, "id")
_SAME = predicate(vocab.OWL, "sameAs")
_TITLE = predicate(vocab.DCTERMS, "title")
_VERNACULAR = predicate(vocab.MEDKG, "vernacularTitle")
_ABSTRACT = predicate(vocab.DCTERMS, "abstract")
_LANGUAGE = predicate(vocab.DCTERMS, "language")
_PUBLICATION_TYPE = predicate(vocab.DCTERMS, "type")
_YEAR = predicate(vocab.MEDKG, "year")
_ISSUED = predicate(vocab.DCTERMS, "issued")
_DATE_TEXT = predicate(vocab.MEDKG, "dateText")
_PART_OF = predicate(vocab.DCTERMS, "isPartOf")
_VOLUME = predicate(vocab.BIBO, "volume")
_ISSUE = predicate(vocab.BIBO, "issue")
_PAGES = predicate(vocab.BIBO, "pages")
_PUBLISHER = predicate(vocab.DCTERMS, "publisher")
_KEYWORD = predicate(vocab.MEDKG, "keyword")
_SUBSTANCE = predicate(vocab.MEDKG, "substance")
_REFERENCE = predicate(vocab.MEDKG, "reference")
_IS_REFERENCE = is_a(vocab.MEDKG, "Reference")
_CITES = predicate(vocab.BIBO, "cites")
_RELATION = predicate(vocab.MEDKG, "relation")
_IS_RELATION = is_a(vocab.MEDKG, "DocumentRelation")
_RELATION_KIND = predicate(vocab.MEDKG, "relationKind")
_TARGET = predicate(vocab.MEDKG, "target")
_REASON = predicate(vocab.MEDKG, "reason")
_CITATION = predicate(vocab.MEDKG, "citation")
_ORDER = predicate(vocab.MEDKG, "order")
_STANDING = predicate(vocab.MEDKG, "standing")
_LICENCE = predicate(vocab.DCTERMS, "license")
_RIGHTS = predicate(vocab.DCTERMS, "rights")
_CLASS = predicate(vocab.MEDKG, "classNumber")
_SERIES = predicate(vocab.MEDKG, "series")
_EDITION = predicate(vocab.BIBO, "edition")
_PLACE = predicate(vocab.MEDKG, "placeOfPublication")
_DEGREE = predicate(vocab.MEDKG, "degree")
_URL = predicate(vocab.FOAF, "page")
_ACCESS = predicate(vocab.MEDKG, "access")
_UNREAD = predicate(vocab.MEDKG, "unread")
_VERSION = predicate(vocab.PAV, "version")
_ILLUSTRATIVE = predicate(vocab.MEDKG, "illustrative")
_PASSAGE = predicate(vocab.MEDKG, "passage")
_IS_PASSAGE = is_a(vocab.MEDKG, "Passage")
_PASSAGE_NAME = predicate(vocab.MEDKG, "passageName")
_PASSAGE_KIND = predicate(vocab.MEDKG, "passageKind")
_VALUE = predicate(vocab.RDF, "value")
_PASSAGE_LABEL = predicate(vocab.MEDKG, "passageLabel")
_IS_JOURNAL = is_a(vocab.BIBO, "Journal")
_ABBREVIATION = predicate(vocab.MEDKG, "abbreviation")
_ISSN = predicate(vocab.BIBO, "issn")
_EISSN = predicate(vocab.BIBO, "eissn")
_NLM_ID = predicate(vocab.MEDKG, "nlmId")
_COUNTRY = predicate(vocab.MEDKG, "country")


def kind_of(class_: Term) -> DocumentKind:
    """The kind that a class stands for, ``other`` for a class that is none of ours."""
    return CLASSES.get(class_, "other")


def document_statements(document: Document, context: Context) -> list[Statement]:
    """Everything that a document says, its passages and journal included."""
    node = iri(context.ids.expand(document.id))
    own = f"{context.ids.base}document/{slug(document.id)}"
    rows = [
        f"{node}{_KINDS[document.kind]}",
        f"{node}{_IDENTIFIER}{literal(document.id)}",
        f"{node}{_STANDING}{literal(document.standing)}",
    ]
    for identifier in document.identifiers:
        rows.append(f"{node}{_ID}{literal(f'{identifier.scheme}:{identifier.value}')}")
        prefix = _SAME_AS.get(identifier.scheme)
        if prefix and (same := iri(context.ids.expand(f"{prefix}:{identifier.value}"))) != node:
            rows.append(f"{node}{_SAME}{same}")
    _bibliography(document, node, rows)
    if document.journal:
        rows += _journal(document.journal, node, context)
    if document.authors:
        authorships(document.authors, node, own, rows)
    if document.headings:
        headings(document.headings, node, own, context, rows)
    rows += [f"{node}{_KEYWORD}{literal(text.value, text.language)}" for text in document.keywords]
    substances = dict.fromkeys(item.curie for item in document.substances if item.curie)
    rows += [f"{node}{_SUBSTANCE}{context.node(curie)}" for curie in substances]
    if document.grants:
        grants(document.grants, node, own, rows)
    if document.references:
        _references(document, node, own, context, rows)
    for number, relation in enumerate(document.relations, 1):
        sub = f"<{own}/relation/{number}>"
        rows += (
            f"{node}{_RELATION}{sub}",
            f"{sub}{_IS_RELATION}",
            f"{sub}{_RELATION_KIND}{literal(relation.kind)}",
        )
        if relation.target:
            rows.append(f"{sub}{_TARGET}{iri(context.ids.expand(relation.target))}")
        if relation.citation:
            rows.append(f"{sub}{_CITATION}{literal(relation.citation)}")
    _passages(document.passages, node, own, rows)
    return cast(list[Statement], rows)


def standing_statements(notice: StandingNotice, context: Context) -> list[Statement]:
    """What a list says about a document, in the graph of that list."""
    rows: list[str] = []
    for curie in (notice.document, *notice.same):
        node = iri(context.ids.expand(curie))
        rows.append(f"{node}{_STANDING}{literal(notice.standing)}")
        if relation := notice.relation:
            own = f"{context.ids.base}document/{slug(curie)}"
            sub = f"<{own}/relation/{digest(relation.kind, relation.target)[:10]}>"
            rows += (
                f"{node}{_RELATION}{sub}",
                f"{sub}{_IS_RELATION}",
                f"{sub}{_RELATION_KIND}{literal(relation.kind)}",
            )
            if relation.target:
                rows.append(f"{sub}{_TARGET}{iri(context.ids.expand(relation.target))}")
            rows += [f"{sub}{_REASON}{literal(reason)}" for reason in dict.fromkeys(notice.reasons)]
    return cast(list[Statement], rows)


def _bibliography(document: Document, node: str, rows: list[str]) -> None:
    for title in document.titles:
        rows.append(f"{node}{_TITLE}{literal(title.value, title.language)}")
    for name, value in (
        (_VERNACULAR, document.vernacular_title),
        (_VOLUME, document.volume),
        (_ISSUE, document.issue),
        (_PAGES, document.pages),
        (_PUBLISHER, document.publisher),
        (_DATE_TEXT, document.date_text),
        (_VERSION, document.version),
        (_RIGHTS, document.rights),
        (_SERIES, document.series),
        (_EDITION, document.edition),
        (_PLACE, document.place),
        (_DEGREE, document.degree),
    ):
        if value:
            rows.append(f"{node}{name}{literal(value)}")
    if document.licence != "unknown":
        rows.append(f"{node}{_LICENCE}{literal(document.licence)}")
    if document.access != "unknown":
        rows.append(f"{node}{_ACCESS}{literal(document.access)}")
    rows += [f"{node}{_CLASS}{literal(number)}" for number in document.classes]
    rows += [f"{node}{_URL}{literal(address)}" for address in document.urls]
    rows += [f"{node}{_UNREAD}{literal(f'{label}: {value}')}" for label, value in document.unread]
    rows += [f"{node}{_LANGUAGE}{literal(language)}" for language in document.languages]
    rows += [f"{node}{_PUBLICATION_TYPE}{literal(kind)}" for kind in dict.fromkeys(document.types)]
    if document.year is not None:
        rows.append(f"{node}{_YEAR}{integer(document.year)}")
    for event, day in document.dates:
        rows.append(f"{node}{_date_of(event)}{date(day)}")
    if document.illustrative:
        rows.append(f"{node}{_ILLUSTRATIVE}{_TRUE}")


@lru_cache(maxsize=64)
def _date_of(event: str) -> str:
    return _ISSUED if event == "published" else predicate(vocab.MEDKG, f"{event}Date")


def _journal(journal: Journal, node: str, context: Context) -> list[str]:
    key = journal.nlm_id or journal.issn or journal.eissn or " ".join(journal.title.casefold().split())
    if not key:
        return []
    sub = f"<{context.ids.mint('journal', key)}>"
    rows = [f"{node}{_PART_OF}{sub}", f"{sub}{_IS_JOURNAL}"]
    for name, value in (
        (_TITLE, journal.title),
        (_ABBREVIATION, journal.abbreviation),
        (_ISSN, journal.issn),
        (_EISSN, journal.eissn),
        (_NLM_ID, journal.nlm_id),
        (_COUNTRY, journal.country),
    ):
        if value:
            rows.append(f"{sub}{name}{literal(value)}")
    return rows


def _references(document: Document, node: str, own: str, context: Context, rows: list[str]) -> None:
    # References hardly repeat, so they bypass the cache of nodes; nearly all are PubMed numbers.
    expand = context.ids.expand
    pubmed = context.ids.prefixes["PMID"]
    cited: dict[str, None] = {}
    for number, reference in enumerate(document.references, 1):
        sub = f"<{own}/reference/{number}>"
        rows += (
            f"{node}{_REFERENCE}{sub}",
            f"{sub}{_IS_REFERENCE}",
            f'{sub}{_ORDER}"{number}"{_INTEGER}',
        )
        if reference.citation:
            rows.append(f"{sub}{_CITATION}{literal(reference.citation)}")
        if reference.ids:
            ids = reference.ids if len(reference.ids) == 1 else sorted(reference.ids, key=_rank)
            # One edge a cited work, whatever the number of its identifiers: citations are counted.
            first = ids[0]
            if first.startswith("PMID:") and first[5:].isdecimal():
                target = f"<{pubmed}{first[5:]}>"
            else:
                target = iri(expand(first))
            rows.append(f"{sub}{_TARGET}{target}")
            rows += [f"{sub}{_TARGET}{iri(expand(curie))}" for curie in ids[1:]]
            cited[target] = None
    rows += [f"{node}{_CITES}{target}" for target in cited]


def _rank(curie: str) -> int:
    """PMID before PMC before DOI: the order in which documents get their id."""
    return 0 if curie.startswith("PMID:") else 1 if curie.startswith("PMC:") else 2


def _passages(passages: tuple[Passage, ...], node: str, own: str, rows: list[str]) -> None:
    abstracts: dict[str, list[str]] = {}
    for order, passage in enumerate(passages):
        sub = f"<{own}/passage/{slug(passage.key)}>"
        value = literal(passage.text, passage.language)
        rows += (
            f"{node}{_PASSAGE}{sub}",
            f"{sub}{_IS_PASSAGE}",
            f"{sub}{_PASSAGE_NAME}{literal(passage.name)}",
            f'{sub}{_PASSAGE_KIND}"{passage.kind}"',
            f'{sub}{_ORDER}"{order}"{_INTEGER}',
            f"{sub}{_VALUE}{value}",
        )
        if passage.label:
            rows.append(f"{sub}{_PASSAGE_LABEL}{literal(passage.label)}")
        if passage.kind == "abstract":
            # What stands between the quotes is escaped already: long texts are looked through once.
            abstracts.setdefault(passage.language, []).append(value[1 : -len(passage.language) - 2])
    for language, texts in abstracts.items():
        joined = "\\n".join(texts)
        rows.append(f'{node}{_ABSTRACT}"{joined}"@{language}')
