"""The works that claims rest on: records brought together, whether they stand, and which report one trial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ingest.evidence.designs import SECONDARY, best, design_of_type
from ingest.evidence.groups import Groups
from ingest.evidence.registrations import registered
from kg import vocab
from kg.generation.pages import about, paged
from kg.mapping.base import term
from kg.model.terms import Statement, Term, lexical
from kg.query.named import named
from kg.store.base import Reader

WITHHELD = ("superseded", "corrected", "concern", "retracted")
"""What makes no support, gravest last."""
REGISTRATION = "registration"
_AT_ONCE = 1_000
_KEPT = 100_000
"""Documents whose year and design are remembered at once."""
_SAME_WORK = term(vocab.MEDKG, "sameWork")
_CURRENT = term(vocab.MEDKG, "currentStanding")
_YEAR = term(vocab.MEDKG, "year")


class Described(msgspec.Struct, frozen=True):
    """What a record says of itself: year and design by publication type, where it says."""

    year: int | None = None
    design: str = ""


class Cohort(msgspec.Struct, frozen=True):
    """Two works that report one study, and why that is thought."""

    a: Term
    b: Term
    reason: str
    evidence: tuple[str, ...]


class Sources:
    """The sources of all claims of a graph. In memory: one IRI each, and more only of those that there is more of.

    ``derived``: statements with ``mkg:sameWork`` and ``mkg:currentStanding``, which publishing has just made.
    """

    def __init__(self, reader: Reader, derived: Iterable[Statement]) -> None:
        self._reader = reader
        self._works = Groups()
        self._standing: dict[Term, str] = {}
        for statement in derived:
            subject, predicate, value = statement.split(" ", 2)
            if predicate == _SAME_WORK:
                self._works.join(Term(subject), Term(value))
            elif predicate == _CURRENT:
                self._standing[Term(subject)] = lexical(Term(value))
        documents = sorted(row["document"] for row in reader.select(named("derive/evidence-sources")))
        self._records: dict[Term, Term] = {}
        for page in paged(documents, _AT_ONCE):
            self._identify(page)
        self._shown: dict[Term, Term] = {}
        for record in map(self.record, documents):
            if (work := self._works.of(record)) != record:
                self._shown[work] = min(record, self._shown.get(work, record))
        self._whole = self._of_works()
        self.numbers: dict[Term, frozenset[str]] = {}
        """The registrations of works that report a trial."""
        for page in paged(documents, _AT_ONCE):
            self._correct(page)
            self._register(page)
        self.studies = Groups(self._works)
        """Works of one trial."""
        self.cohorts = tuple(self._registrations())
        self._described: dict[Term, Described] = {}

    def work(self, document: Term) -> Term:
        """The record that stands for all records of the work."""
        return self._works.of(document)

    def record(self, document: Term) -> Term:
        """The record that describes a document which claims may know by another of its identifiers."""
        return self._records.get(document, document)

    def shown(self, work: Term) -> Term:
        """The record of a work that is named in its stead: the work itself may be an identifier and nothing more."""
        return self._shown.get(work, work)

    def withheld(self, document: Term) -> str:
        """Why a source makes no support; empty where it stands. A newer version replaces one record, not the work."""
        said = {
            self._standing.get(document),
            self._standing.get(self.record(document)),
            self._whole.get(self.work(document)),
        }
        return max((one for one in WITHHELD if one in said), key=WITHHELD.index, default="")

    def preprint(self, document: Term) -> bool:
        return self._standing.get(self.record(document)) == "preprint"

    def described(self, documents: Iterable[Term]) -> dict[Term, Described]:
        """Year and design of records."""
        wanted = set(documents)
        if len(self._described) > _KEPT:
            self._described.clear()
        for page in paged(sorted(wanted - self._described.keys()), _AT_ONCE):
            years: dict[Term, list[int]] = {}
            designs: dict[Term, list[str]] = {}
            for row in about(self._reader, "derive/evidence-documents", page):
                text = lexical(row["value"])
                if row["property"] == _YEAR:
                    years.setdefault(row["document"], []).append(int(text))
                elif name := design_of_type(text):
                    designs.setdefault(row["document"], []).append(name)
            for node in page:
                self._described[node] = Described(min(years.get(node, ()), default=None), best(designs.get(node, ())))
        return {node: self._described[node] for node in wanted}

    def _of_works(self) -> dict[Term, str]:
        """Retractions and concerns of a work, whichever of its records they name."""
        found: dict[Term, str] = {}
        for document, standing in self._standing.items():
            if standing in ("retracted", "concern"):
                work = self._works.of(document)
                found[work] = max(found.get(work, standing), standing, key=WITHHELD.index)
        return found

    def _identify(self, page: Sequence[Term]) -> None:
        """Claims may name a work by another identifier than its record has."""
        for row in about(self._reader, "derive/evidence-same", page):
            document, other = row["document"], row["other"]
            self._works.join(document, other)
            self._records[other] = min(document, self._records.get(other, document))

    def _correct(self, page: Sequence[Term]) -> None:
        for row in about(self._reader, "derive/evidence-corrected", {self.record(node) for node in page}):
            work = self._works.of(row["document"])
            self._whole[work] = max(self._whole.get(work, "corrected"), "corrected", key=WITHHELD.index)

    def _register(self, page: Sequence[Term]) -> None:
        """Note the trials of those that report one; reviews and guidelines speak of the trials of others."""
        said: dict[Term, tuple[list[str], list[str]]] = {}
        records = {self.record(node) for node in page}
        for at, name in enumerate(("derive/evidence-numbers", "derive/evidence-abstracts")):
            for row in about(self._reader, name, records):
                said.setdefault(row["document"], ([], []))[at].append(lexical(row["value"]))
        found = {node: numbers for node, texts in said.items() if (numbers := registered(*texts))}
        if not found:
            return
        typed = self._typed(found)
        for node, numbers in found.items():
            if not typed[node] & SECONDARY:
                work = self._works.of(node)
                self.numbers[work] = self.numbers.get(work, frozenset()) | numbers

    def _typed(self, documents: Iterable[Term]) -> dict[Term, set[str]]:
        """Every design that a record or its claims name."""
        found: dict[Term, set[str]] = {node: set() for node in documents}
        for row in about(self._reader, "derive/evidence-designs", sorted(found)):
            found[row["document"]].add(lexical(row["design"]))
        for row in about(self._reader, "derive/evidence-documents", sorted(found)):
            if row["property"] != _YEAR and (name := design_of_type(lexical(row["value"]))):
                found[row["document"]].add(name)
        return found

    def _registrations(self) -> Iterator[Cohort]:
        by_number: dict[str, list[Term]] = {}
        for work, numbers in self.numbers.items():
            for one in numbers:
                by_number.setdefault(one, []).append(work)
        for _, works in sorted(by_number.items()):
            first, *others = sorted(works)
            for other in others:
                if self.studies.join(first, other):
                    both = self.numbers[first] & self.numbers[other]
                    yield Cohort(first, other, REGISTRATION, tuple(sorted(both)))
