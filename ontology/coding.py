"""What codes and names of callers mean in one generation (``kg.rules.base.CodeResolver``)."""

from __future__ import annotations

from bisect import bisect_left

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


class GraphResolver:
    """Codes by their system, names by the lexicon of the generation. Nothing that is asked is kept."""

    def __init__(self, reader: Reader, ids: Ids, lexicon: Lexicon, codes: CodeTable | None = None) -> None:
        """``codes``: the table of the generation, many times faster to ask than its store."""
        self._reader, self._ids, self._lexicon, self._codes = reader, ids, lexicon, codes
        known = {name.casefold(): name for name in ids.prefixes} | {iri_: name for name, iri_ in ids.prefixes.items()}
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
        found = (lexical(row["concept"]) for row in self._reader.select(named("rules/meant"), {"code": term}))
        return Resolved(tuple(sorted({self._ids.contract(one) or one for one in found})))

    def name(self, name: str, kind: FactKind) -> Resolved:
        surface = name.strip()
        written = normalize(surface, cased=True).text.strip()
        senses = [one for one in self._senses(surface) if one.exact in ("", written)]
        own = [one for one in senses if one.category in _FITTING[kind]]
        for kinds in _ORDER:
            if found := sorted({one.concept for one in own if one.kind in kinds and one.form != "adjective"}):
                return Resolved(tuple(found))
        return Resolved((), tuple(dict.fromkeys(one.concept for one in senses))[:_MOST])

    def _there(self, curie: str, term: Term) -> bool:
        """Whether the generation has a concept of that name."""
        if self._codes is None:
            return any(object_ == _CONCEPT for _, object_ in self._reader.about(term))
        name, local = place(curie)
        system = self._codes.named(name)
        return system is not None and self._codes.find(system, written(name, local)) is not None

    def _senses(self, surface: str) -> tuple[Sense, ...]:
        folded, names = normalize(surface).text.strip(), self._lexicon.names
        at = bisect_left(names, folded)
        return self._lexicon.senses[at] if at < len(names) and names[at] == folded else ()

    def _curie(self, code: Code) -> str:
        """The CURIE of a code: by its system, or as it stands where it names its prefix itself."""
        if not code.system:
            return code.code if ":" in code.code else ""
        name = self._systems.get(code.system) or self._systems.get(code.system.casefold())
        local = local_of(name, code.code) if name else None
        return joined(name, local) if name and local else ""
