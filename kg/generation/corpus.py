"""Documents and concepts of a store as entries for the indexes, page by page.

Only the default graph of a serving store is read (ADR 2), so gold annotations never enter an index.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec.structs import replace

from kg import vocab
from kg.generation.conditions import conditions, shared, sources
from kg.generation.explosion import Explosion
from kg.generation.fields import Parts, together
from kg.generation.listings import Lists
from kg.generation.pages import Hierarchy, about, numbered, paged, scanned
from kg.generation.works import Works
from kg.index.analysis import has_han
from kg.index.base import Card, SuggestEntry, SuggestLabel, TextEntry
from kg.index.passages import Window
from kg.index.rescoring import MENTION, amount
from kg.index.sentences import windows
from kg.mapping.base import term
from kg.mapping.evidence import passage_key
from kg.model.concept import LabelKind
from kg.model.ids import Ids
from kg.model.terms import Term, iri, language, lexical
from kg.query.named import named
from kg.store.base import Reader
from kg.terminology.entry import CodeEntry, Name

Properties = dict[Term, list[Term]]
Passages = dict[Term, tuple[int, str, Term]]
"""Passage -> order, kind, text."""

_LABELS: tuple[tuple[Term, LabelKind], ...] = (
    (term(vocab.SKOS, "prefLabel"), "preferred"),
    (term(vocab.MEDKG, "abbreviation"), "abbreviation"),
    (term(vocab.MEDKG, "brandName"), "brand"),
    (term(vocab.MEDKG, "clinicalLabel"), "clinical"),
    (term(vocab.MEDKG, "layLabel"), "lay"),
    (term(vocab.MEDKG, "oldLabel"), "old"),
    (term(vocab.SKOS, "altLabel"), "exact"),
    (term(vocab.MEDKG, "relatedSynonym"), "related"),
    (term(vocab.MEDKG, "narrowSynonym"), "narrow"),
    (term(vocab.MEDKG, "broadSynonym"), "broad"),
    (term(vocab.SKOS, "hiddenLabel"), "spelling"),
)
"""The most telling kind first: a typed synonym stands under ``skos:altLabel`` as well (ADR 2)."""
_TITLE = term(vocab.DCTERMS, "title")
_VERNACULAR = term(vocab.MEDKG, "vernacularTitle")
_YEAR = term(vocab.MEDKG, "year")
_LANGUAGE = term(vocab.DCTERMS, "language")
_STANDING = term(vocab.MEDKG, "standing")
_CURRENT_STANDING = term(vocab.MEDKG, "currentStanding")
_LICENCE = term(vocab.DCTERMS, "license")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_SUBJECT = term(vocab.DCTERMS, "subject")
_MENTIONS = term(vocab.MEDKG, "mentions")
_KEYWORD = term(vocab.MEDKG, "keyword")
_ID = term(vocab.MEDKG, "id")
_CREATOR = term(vocab.DCTERMS, "creator")
_DEFINITION = term(vocab.SKOS, "definition")
_NOTATION = term(vocab.SKOS, "notation")
_CATEGORY = term(vocab.MEDKG, "category")
_CITED_BY = term(vocab.MEDKG, "citedByCount")
_DEPRECATED = term(vocab.OWL, "deprecated")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_BROADER = term(vocab.SKOS, "broader")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_CONCEPT_PROPERTIES = (
    *(name for name, _ in _LABELS), _DEFINITION, _NOTATION, _CATEGORY, _DEPRECATED, _ILLUSTRATIVE, _BROADER, _REPLACED,
)  # fmt: skip

IN_TITLE = 3
AS_SUBJECT = 2
MOST = 12
"""How often a concept counts for a document: each mention once, in the title thrice, an indexer's
heading twice, twelve at most (BM25 saturates anyway)."""
NEAR = (MENTION, MENTION // 2, MENTION // 4)
"""How often a mention counts in the subtree field for its concept, for the parents and the grandparents (half a
level, prototypes section 5); for everything above it counts once."""
_DOCUMENTS_A_PAGE = 400
_CONCEPTS_AT_ONCE = 200_000


class DocumentEntry(msgspec.Struct, frozen=True):
    """A document for the text index, and the windows of its passages for the vector index."""

    text: TextEntry
    windows: tuple[tuple[Window, str], ...]


class ConceptEntry(msgspec.Struct, frozen=True):
    """A concept for the text index, for autocomplete and for the code table."""

    text: TextEntry
    suggest: SuggestEntry
    code: CodeEntry


Page = Sequence[tuple[str, Term]]
"""Documents: CURIE and node."""


def nearness(counts: Mapping[Term, int], hierarchy: Hierarchy) -> dict[Term, int]:
    """Concepts that a document mentions (with how often they count), and their ancestors -> how much the document is
    about what lies there or below, as the subtree field counts it: by the mention that gives most, so that one
    concept below two ways counts once. Needs ``hierarchy.load``."""
    best: dict[Term, int] = {}
    for concept, number in counts.items():
        told = amount(number)
        best[concept] = max(best.get(concept, 0), told * NEAR[0])
        for ancestor, level in hierarchy.ancestors(concept):
            times = told * (NEAR[level] if level < len(NEAR) else 1)
            best[ancestor] = max(best.get(ancestor, 0), times)
    return best


class Corpus:
    """What the indexes of a generation are made from; entries are sorted by id."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._hierarchy = Hierarchy(reader)
        self._explosion = Explosion(reader, self._curie)
        self._lists = Lists(reader)
        self._ids = Ids()

    def pages(self) -> list[Page]:
        """Every document, sorted by id, in pages as ``entries`` takes them."""
        return list(paged(sorted(self._documents.items()), _DOCUMENTS_A_PAGE))

    @cached_property
    def _curies(self) -> dict[Term, str]:
        # Two scans: asked as one question, the engine looks each concept up, at four times the cost.
        concepts = [row["concept"] for row in self._reader.select(named("index/concepts"))]
        told = scanned(self._reader, concepts, (_IDENTIFIER,))
        return {concept: lexical(values[_IDENTIFIER][0]) for concept, values in told.items() if values}

    @cached_property
    def _documents(self) -> dict[str, Term]:
        found: dict[str, Term] = {}
        for row in self._reader.select(named("index/documents")):
            curie = lexical(row["id"])
            found[curie] = min(row["document"], found.get(curie, row["document"]))
        return found

    @cached_property
    def _works(self) -> Works:
        return Works(self._reader, set(self._documents.values()))

    def entries(self, page: Page) -> Iterator[DocumentEntry]:
        """The documents of a page, with their passages, mentions and headings."""
        works = self._works
        nodes = [node for _, node in page]
        records = list(dict.fromkeys(record for node in nodes for record in works.records(works.main(node))))
        every = list(dict.fromkeys([*nodes, *records]))
        properties = self._properties(every)
        passages: dict[Term, Passages] = defaultdict(dict)
        for row in about(self._reader, "index/passages", every):
            place = int(lexical(row["order"])), lexical(row["kind"]), row["text"]
            known = passages[row["document"]].setdefault(row["passage"], place)
            # Sources that word a passage alike may still count it at different places.
            passages[row["document"]][row["passage"]] = min(known, place)
        counts: dict[Term, Counter[Term]] = defaultdict(Counter)
        for row in about(self._reader, "index/mentions", nodes):
            kind = passages[row["document"]][row["passage"]][1]
            times = int(lexical(row["times"])) * (IN_TITLE if kind == "title" else 1)
            counts[row["document"]][row["concept"]] += times
        for node in nodes:
            for concept in properties[node].get(_MENTIONS, ()):
                counts[node].setdefault(concept, 1)
            for concept in properties[node].get(_SUBJECT, ()):
                counts[node][concept] += AS_SUBJECT
        self._hierarchy.load({concept for counted in counts.values() for concept in counted})
        origins = sources(self._reader, nodes)
        parts = Parts(self._reader, records, self._explosion, self._lists, self._curie)
        for curie, node in page:
            entry = self._document(curie, properties[node], passages[node], counts[node])
            told = []
            for record in works.records(works.main(node)):
                abstracts = [lexical(text) for _, kind, text in passages[record].values() if kind == "abstract"]
                titles = _titles(properties[record], passages[record])
                told.append(parts.fields(record, properties[record], titles, abstracts))
            fields = together(told) if works.main(node) == node else shared(together(told))
            said = conditions(entry.text.card.standing, _values(properties[node], _LICENCE), origins[node])
            text = replace(
                entry.text,
                fields=fields | said,
                author=next(filter(None, map(parts.author, works.records(node))), ""),
                cited=max((int(value) for value in _values(properties[node], _CITED_BY)), default=0),
            )
            yield replace(entry, text=text)

    def _document(self, curie: str, properties: Properties, passages: Passages, counts: Counter[Term]) -> DocumentEntry:
        ordered = sorted(passages.items(), key=lambda item: (item[1][0], item[0]))
        bodies = [lexical(text) for _, (_, kind, text) in ordered if kind != "title"]
        titles = _titles(properties, passages)
        text = TextEntry(
            card=_document_card(curie, properties, titles),
            title="\n".join(dict.fromkeys(titles)),
            body="\n".join([*bodies, *_values(properties, _KEYWORD)]),
            names="\n".join([curie, *_values(properties, _ID), *_values(properties, _CREATOR)]),
            concepts=self._named({concept: min(times, MOST) for concept, times in counts.items()}),
            subtree=self._named(nearness(counts, self._hierarchy)),
        )
        stretches = tuple(
            (Window(passage_key(lexical(node)), start, end), raw[start:end])
            for node, (_, _, value) in ordered
            for raw in [lexical(value)]
            for start, end in windows(raw)
        )
        return DocumentEntry(text, stretches)

    def _named(self, counts: dict[Term, int]) -> tuple[tuple[str, int], ...]:
        return tuple(sorted((self._curie(concept), times) for concept, times in counts.items()))

    def _curie(self, concept: Term) -> str:
        return self._curies.get(concept) or self._ids.curie(lexical(concept))

    def curie(self, concept: Term) -> str:
        """The CURIE of a node, or its IRI where none fits."""
        return self._curie(concept)

    def concepts(self) -> Iterator[ConceptEntry]:
        """Every concept of every terminology, with all its labels; nothing that publishing derives is read."""
        pairs = {(row["document"], row["concept"]) for row in self._reader.select(named("derive/mentions"))}
        mentioned = Counter(concept for _, concept in pairs)
        pairs.clear()
        found: dict[str, Term] = {}
        for node, curie in self._curies.items():
            found[curie] = min(node, found.get(curie, node))
        for page in paged(sorted(found.items()), _CONCEPTS_AT_ONCE):
            properties = scanned(self._reader, [node for _, node in page], _CONCEPT_PROPERTIES)
            for curie, node in page:
                above, others = (
                    tuple(map(self._curie, properties[node].get(name, ()))) for name in (_BROADER, _REPLACED)
                )
                yield _concept(curie, properties[node], mentioned[node], above, others)

    def _properties(self, nodes: list[Term]) -> dict[Term, Properties]:
        """document -> property -> values."""
        found: dict[Term, Properties] = {node: {} for node in nodes}
        for document, row in numbered(self._reader, "index/document-properties", nodes):
            found[document].setdefault(row["property"], []).append(row["value"])
        return _sorted(found)


def _sorted(found: dict[Term, Properties]) -> dict[Term, Properties]:
    """Values sorted, so that the order of the store does not matter."""
    for properties in found.values():
        for values in properties.values():
            values.sort()
    return found


def _values(properties: Properties, name: Term) -> list[str]:
    return [lexical(value) for value in properties.get(name, ())]


def _titles(properties: Properties, passages: Passages) -> list[str]:
    """The titles of a document; where it has none, what its passages of that kind say."""
    titles = _values(properties, _TITLE) + _values(properties, _VERNACULAR)
    ordered = sorted(passages.items(), key=lambda item: (item[1][0], item[0]))
    return titles or [lexical(text) for _, (_, kind, text) in ordered if kind == "title"]


def _flag(properties: Properties, name: Term) -> bool:
    return "true" in _values(properties, name)


def _document_card(curie: str, properties: Properties, titles: list[str]) -> Card:
    named_titles = {language(value): lexical(value) for value in reversed(properties.get(_TITLE, []))}
    zh = named_titles.get("zh") or next((title for title in titles if has_han(title)), "")
    en = named_titles.get("en") or next((title for title in titles if title != zh), "")
    years = [int(value) for value in _values(properties, _YEAR)]
    standings = _values(properties, _CURRENT_STANDING) or _values(properties, _STANDING)
    return Card(
        id=curie,
        kind="document",
        zh=zh,
        en=en,
        year=min(years) if years else None,
        languages=tuple(_values(properties, _LANGUAGE)),
        standing=standings[0] if standings else "",
        illustrative=_flag(properties, _ILLUSTRATIVE),
    )


_SLUGS = {iri(value): slug for slug, value in reversed(vocab.CATEGORIES.items())}
"""Biolink class -> category; the first slug where two share a class."""


def _labels(properties: Properties) -> tuple[SuggestLabel, ...]:
    seen: dict[Term, SuggestLabel] = {}
    for name, kind in _LABELS:
        for value in properties.get(name, ()):
            if value not in seen:
                seen[value] = SuggestLabel(lexical(value), language(value), kind)
    return tuple(seen.values())


def _concept(
    curie: str, properties: Properties, documents: int, parents: tuple[str, ...], replaced_by: tuple[str, ...]
) -> ConceptEntry:
    labels = _labels(properties)
    category = next((_SLUGS[value] for value in properties.get(_CATEGORY, ()) if value in _SLUGS), "other")
    preferred = {label.language: label.value for label in reversed(labels) if label.kind == "preferred"}
    notations = _values(properties, _NOTATION)
    illustrative, deprecated = _flag(properties, _ILLUSTRATIVE), _flag(properties, _DEPRECATED)
    zh = preferred.get("zh", "")
    card = Card(
        id=curie,
        kind="concept",
        zh=zh,
        en=preferred.get("en") or ("" if zh else next(iter(preferred.values()), "")),
        category=category,
        illustrative=illustrative,
        deprecated=deprecated,
    )
    text = TextEntry(
        card=card,
        label="\n".join(label.value for label in labels if label.kind == "preferred"),
        synonyms="\n".join(label.value for label in labels if label.kind != "preferred"),
        body="\n".join(_values(properties, _DEFINITION)),
        names="\n".join([curie, *notations]),
        concepts=((curie, 1),),
        fields={"name": (*dict.fromkeys([*(label.value for label in labels), curie, *notations]),)},
    )
    suggest = SuggestEntry(
        id=curie,
        category=category,
        labels=labels,
        codes=(curie, *notations),
        documents=documents,
        illustrative=illustrative,
        deprecated=deprecated,
    )
    code = CodeEntry(
        id=curie,
        category=category,
        labels=tuple(Name(label.value, label.language, label.kind) for label in labels),
        definitions=tuple(Name(lexical(value), language(value)) for value in properties.get(_DEFINITION, ())),
        notations=tuple(notations),
        parents=parents,
        replaced_by=replaced_by,
        deprecated=deprecated,
        illustrative=illustrative,
    )
    return ConceptEntry(text, suggest, code)
