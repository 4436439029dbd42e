"""Documents as records: what the source says, its passages, and the mentions found in them."""

from __future__ import annotations

from collections import defaultdict

from kg import vocab
from kg.errors import NotFound
from kg.mapping.base import TYPE, term
from kg.mapping.document import CLASSES
from kg.model.terms import Term, iri, lexical
from kg.query.concepts import Properties, described, flag, grouped, number, texts, wordings
from kg.query.journals import journal
from kg.query.named import named
from kg.query.naming import Naming, pair
from kg.query.parts import authors, grants, headings, passages, references, relations
from kg.query.records import DocumentRecord, LabelPair
from kg.store.base import Reader

_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_ID = term(vocab.MEDKG, "id")
_TITLE = term(vocab.DCTERMS, "title")
_VERNACULAR = term(vocab.MEDKG, "vernacularTitle")
_LANGUAGE = term(vocab.DCTERMS, "language")
_TYPES = term(vocab.DCTERMS, "type")
_YEAR = term(vocab.MEDKG, "year")
_ISSUED = term(vocab.DCTERMS, "issued")
_DATE = f"<{vocab.MEDKG}"
_DATE_TEXT = term(vocab.MEDKG, "dateText")
_VOLUME = term(vocab.BIBO, "volume")
_ISSUE = term(vocab.BIBO, "issue")
_PAGES = term(vocab.BIBO, "pages")
_PUBLISHER = term(vocab.DCTERMS, "publisher")
_KEYWORD = term(vocab.MEDKG, "keyword")
_SUBSTANCE = term(vocab.MEDKG, "substance")
_STANDING = term(vocab.MEDKG, "standing")
_CURRENT = term(vocab.MEDKG, "currentStanding")
_CITED_BY = term(vocab.MEDKG, "citedByCount")
_LATER = term(vocab.MEDKG, "laterVersion")
_LICENCE = term(vocab.DCTERMS, "license")
_RIGHTS = term(vocab.DCTERMS, "rights")
_VERSION = term(vocab.PAV, "version")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_SERIES = term(vocab.MEDKG, "series")
_PLACE = term(vocab.MEDKG, "placeOfPublication")
_EDITION = term(vocab.BIBO, "edition")
_DEGREE = term(vocab.MEDKG, "degree")
_CLASS = term(vocab.MEDKG, "classNumber")
_URL = term(vocab.FOAF, "page")
_ACCESS = term(vocab.MEDKG, "access")

Parts = dict[Term, Properties]


class Documents:
    """Documents of one generation."""

    def __init__(self, reader: Reader, naming: Naming) -> None:
        self._reader = reader
        self._naming = naming

    def _rows(self, name: str, node: Term) -> list[dict[str, Term]]:
        return self._reader.select(named(name), {"document": node})

    def record(self, curie: str, *, mentions: bool = True) -> DocumentRecord:
        """One document, if wanted without the mentions in its passages, which take half the time.

        Raises IdentifierError for what is no CURIE, NotFound.
        """
        naming = self._naming
        node = iri(naming.ids.expand(curie))
        found = described(self._reader, node)
        kinds = [CLASSES[value] for value in found.get(TYPE, ()) if value in CLASSES]
        if not kinds:
            raise NotFound(name=curie)
        parts = self._parts(node)
        own = texts(found, _IDENTIFIER)[0] if _IDENTIFIER in found else naming.curie(node)
        return DocumentRecord(
            id=own,
            label=self._label(own, found),
            iri=lexical(node),
            kind=kinds[0],
            standing=_first(found, _CURRENT) or _first(found, _STANDING),
            later_versions=tuple(naming.curie(value) for value in found.get(_LATER, ())),
            cited_by=number(found, _CITED_BY),
            illustrative=flag(found, _ILLUSTRATIVE),
            identifiers=texts(found, _ID),
            titles=wordings(found.get(_TITLE, ())),
            vernacular_title=_first(found, _VERNACULAR),
            authors=authors(parts["authorship"]),
            journal=journal(grouped(self._rows("document/journal", node)), chinese="zh" in texts(found, _LANGUAGE)),
            year=min((int(value) for value in texts(found, _YEAR)), default=None),
            dates=_dates(found),
            volume=_first(found, _VOLUME),
            issue=_first(found, _ISSUE),
            pages=_first(found, _PAGES),
            publisher=_first(found, _PUBLISHER),
            series=_first(found, _SERIES),
            place=_first(found, _PLACE),
            edition=_first(found, _EDITION),
            degree=_first(found, _DEGREE),
            classes=texts(found, _CLASS),
            urls=texts(found, _URL),
            languages=texts(found, _LANGUAGE),
            types=texts(found, _TYPES),
            keywords=wordings(found.get(_KEYWORD, ())),
            headings=headings(parts["heading"], self._qualifiers(node), naming),
            substances=tuple(naming.named(value) for value in found.get(_SUBSTANCE, ())),
            grants=grants(parts["grant"]),
            references=references(parts["reference"], naming),
            relations=relations(parts["relation"], naming),
            licence=_first(found, _LICENCE) or "unknown",
            access=_first(found, _ACCESS) or "unknown",
            rights=_first(found, _RIGHTS),
            version=_first(found, _VERSION),
            passages=passages(parts["passage"], self._mentions(node) if mentions else {}, naming),
        )

    def _label(self, curie: str, found: Properties) -> LabelPair:
        """The title by language, as lists show it."""
        card = self._naming.card("document", curie)
        if card:
            return pair(card)
        titles = {text.language: text.value for text in reversed(wordings(found.get(_TITLE, ())))}
        return LabelPair(titles.get("zh"), titles.get("en"))

    def _parts(self, node: Term) -> dict[str, Parts]:
        """Name of the link -> part -> property -> values."""
        found: dict[str, Parts] = defaultdict(dict)
        for row in self._rows("document/parts", node):
            link = lexical(row["link"]).removeprefix(vocab.MEDKG)
            found[link].setdefault(row["part"], {}).setdefault(row["property"], []).append(row["value"])
        return found

    def _qualifiers(self, node: Term) -> dict[Term, Parts]:
        found: dict[Term, Parts] = defaultdict(dict)
        for row in self._rows("document/qualifiers", node):
            properties = found[row["heading"]].setdefault(row["qualifier"], {})
            properties.setdefault(row["property"], []).append(row["value"])
        return found

    def _mentions(self, node: Term) -> dict[Term, Parts]:
        found: dict[Term, Parts] = defaultdict(dict)
        for row in self._rows("document/mentions", node):
            properties = found[row["passage"]].setdefault(row["mention"], {})
            properties.setdefault(row["property"], []).append(row["value"])
        return found


def _first(found: Properties, name: Term) -> str:
    return next(iter(texts(found, name)), "")


def _dates(found: Properties) -> dict[str, str]:
    """Event -> ISO date; ``text`` is what the source printed where no date could be read."""
    dates = {"published": _first(found, _ISSUED)}
    for name in sorted(found):
        if name.startswith(_DATE) and name.endswith("Date>"):
            dates[name[len(_DATE) : -len("Date>")]] = _first(found, name)
    dates["text"] = _first(found, _DATE_TEXT)
    return {event: value for event, value in dates.items() if value}
