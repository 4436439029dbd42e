"""Concept sets as value sets of the terminology service (ADR 25): their members, listed by code system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg.errors import ConceptSetRefused, UnknownName
from kg.model.conceptset import ConceptSet
from kg.model.ids import Ids
from kg.sets.catalogue import ConceptSets
from kg.sets.fhir import canonical
from kg.terminology.systems import place, resource_id, url_of, written
from kg.terminology.valueset import CodeChoice, Inclusion, ValueSetDefinition


class ConceptValueSets:
    """A ``ValueSetSource``. Members are those that ``kg.sets`` compiled and a terminology describes: what only a
    mapping names stands in no code table."""

    def __init__(self, sets: ConceptSets, ids: Ids) -> None:
        self._sets = sets
        self._ids = ids
        self._start = canonical(ids.base, "")

    def find(self, url: str, version: str = "") -> ValueSetDefinition | None:
        """The set, without a version the one in force; raises ConceptSetRefused where it cannot be compiled."""
        if not url.startswith(self._start):
            return None
        try:
            return self._defined(self._sets.find(url.removeprefix(self._start), version))
        except UnknownName:
            return None

    def all(self) -> Iterator[ValueSetDefinition]:
        """The version in force of every set that can be compiled."""
        for identifier in dict.fromkeys(one.id for one in self._sets.all()):
            try:
                yield self._defined(self._sets.find(identifier))
            except ConceptSetRefused:
                continue

    def _defined(self, found: ConceptSet) -> ValueSetDefinition:
        codes: dict[str, list[CodeChoice]] = defaultdict(list)
        for member in self._sets.compiled(found.id, found.version).members:
            if member.known:
                name, local = place(member.id)
                codes[url_of(name, self._ids)].append(CodeChoice(written(name, local)))
        titles = {title.language: title.value for title in found.titles}
        return ValueSetDefinition(
            url=canonical(self._ids.base, found.id),
            include=tuple(Inclusion(system, codes=tuple(choices)) for system, choices in sorted(codes.items())),
            id=resource_id(found.id),
            version=found.version,
            name=found.id.replace("-", "_"),
            title_en=titles.get("en", ""),
            title_zh=titles.get("zh", ""),
            status=found.status,
        )
