"""What codes and names of callers mean in one generation (``kg.rules.base.CodeResolver``)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable

from kg.errors import IdentifierError
from kg.model.case import Code
from kg.model.ids import Ids
from kg.model.rule import FactKind
from kg.model.terms import Term, iri, lexical
from kg.query.named import named
from kg.rules.base import Resolved
from kg.store.base import Reader
from kg.terminology.systems import ASSIGNED, joined, local_of, place, written
from kg.terminology.table import CodeTable
from kg.vocab import SKOS
from ontology.lexicon import Lexicon, Sense
from ontology.mapping.systems import LocalSystem
from ontology.normalize import normalize

_FITTING: dict[FactKind, frozenset[str]] = {
    "drug": frozenset({"drug", "chemical"}),
    "allergy": frozenset({"drug", "chemical", "other", "organism", "disease", "symptom"}),
    "condition": frozenset({"disease", "symptom", "other"}),
    "test": frozenset({"test", "chemical", "procedure", "gene", "gene-family"}),
    "procedure": frozenset({"procedure", "test", "other"}),
}
"""Categories that a name may have where a fact of the kind is meant: *creatinine* is a substance, too."""
_ORDER: tuple[frozenset[str], ...] = (
    frozenset({"preferred", "exact", "clinical", "brand"}),
    frozenset({"lay", "old", "spelling"}),
    frozenset({"abbreviation"}),
)
"""Kinds of labels, surest first: the first that a name has in the right category decides."""
_MOST = 5
_CONCEPT = iri(f"{SKOS}Concept")


class WordResolver(ABC):
    """Codes by their system, names by a lexicon. Nothing that is asked is kept."""

    def __init__(self, ids: Ids, lexicon: Lexicon, local: Iterable[LocalSystem] = ()) -> None:
        """``local``: dictionaries that were registered (ADR 27), whose name or IRI a caller may give as system."""
        self._ids, self._lexicon = ids, lexicon
        known = {name.casefold(): name for name in ids.prefixes} | {iri_: name for name, iri_ in ids.prefixes.items()}
        self._local = {key: one for one in local for key in (one.name.casefold(), one.iri)}
        self._systems = known | {one.url: name for name, one in ASSIGNED.items()}

    def code(self, code: Code) -> Resolved:
        curie = self._curie(code)
        if not curie:
            return Resolved()
        try:
            term = iri(self._ids.expand(curie))
        except (IdentifierError, ValueError):
            return Resolved()
        if self._there(curie, term):
            return Resolved((curie,))
        concepts = self._meant(curie, term)
        return Resolved(concepts, () if concepts else self._near(curie))

    def name(self, name: str, kind: FactKind) -> Resolved:
        surface = name.strip()
        written = normalize(surface, cased=True).text.strip()
        senses = [one for one in self._senses(surface) if one.exact in ("", written)]
        own = [one for one in senses if one.category in _FITTING[kind]]
        for kinds in _ORDER:
            if found := sorted({one.concept for one in own if one.kind in kinds and one.form != "adjective"}):
                return Resolved(tuple(found))
        return Resolved((), tuple(dict.fromkeys(one.concept for one in senses))[:_MOST])

    def knows(self, system: str) -> bool:
        """Whether codes of a system can be read at all."""
        return system in self._systems or system.casefold() in self._systems

    @abstractmethod
    def _meant(self, curie: str, term: Term) -> tuple[str, ...]:
        """The concepts that a code is mapped to."""

    @abstractmethod
    def _there(self, curie: str, term: Term) -> bool:
        """Whether there is a concept of that name."""

    @abstractmethod
    def _near(self, curie: str) -> tuple[str, ...]:
        """Codes of the same system that come near one that is not there."""

    def _senses(self, surface: str) -> tuple[Sense, ...]:
        folded, names = normalize(surface).text.strip(), self._lexicon.names
        at = bisect_left(names, folded)
        return self._lexicon.senses[at] if at < len(names) and names[at] == folded else ()

    def _curie(self, code: Code) -> str:
        """The CURIE of a code: by its system, or as it stands where it names its prefix itself."""
        if not code.system:
            return code.code if ":" in code.code else ""
        dictionary = self._local.get(code.system) or self._local.get(code.system.casefold())
        if dictionary is not None:
            return dictionary.id(code.code)
        name = self._systems.get(code.system) or self._systems.get(code.system.casefold())
        local = local_of(name, code.code) if name else None
        return joined(name, local) if name and local else ""


class GraphResolver(WordResolver):
    """Out of one generation."""

    def __init__(
        self, reader: Reader, ids: Ids, lexicon: Lexicon, codes: CodeTable | None = None,
        local: Iterable[LocalSystem] = (),
    ) -> None:  # fmt: skip
        """``codes``: the table of the generation, many times faster to ask than its store."""
        super().__init__(ids, lexicon, local)
        self._reader, self._codes = reader, codes

    def _meant(self, curie: str, term: Term) -> tuple[str, ...]:
        """The concepts that a code is mapped to."""
        found = (lexical(row["concept"]) for row in self._reader.select(named("rules/meant"), {"code": term}))
        return tuple(sorted({self._ids.contract(one) or one for one in found}))

    def _there(self, curie: str, term: Term) -> bool:
        """Whether the generation has a concept of that name."""
        if self._codes is None:
            return any(object_ == _CONCEPT for _, object_ in self._reader.about(term))
        name, local = place(curie)
        system = self._codes.named(name)
        return system is not None and self._codes.find(system, written(name, local)) is not None

    def _near(self, curie: str) -> tuple[str, ...]:
        """Codes of the same system that begin as this one does: the longest that it goes on from, and what lies beside
        it in order. What codes share is at least half of this one."""
        name, local = place(curie)
        system = self._codes.named(name) if self._codes else None
        if self._codes is None or system is None or not local:
            return ()
        shorter = (local[:end].rstrip(".-") for end in range(len(local) - 1, len(local) // 2, -1))
        above = [one for one in shorter if self._codes.find(system, written(name, one)) is not None][:1]
        start = written(name, local[: max(2, (len(local) + 1) // 2)])
        beside = self._codes.beginning(system, start, written(name, local), _MOST)
        return tuple(dict.fromkeys(joined(name, local_of(name, one) or one) for one in (*above, *beside)))[:_MOST]
