"""What curation took away is left out where any source states it, however often that source is read again.

Sources are not changed: their files stay, and a release that takes an edit back brings what it took away into the
graph of the source again (ADR 24, choice 2).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from kg.model.concept import Concept, ConceptMapping, Label, Xref
from kg.model.ids import digest
from ontology.curation.released import Changes, Curated, Link, read_edits, without

replace = msgspec.structs.replace


class Withheld:
    """Asked of every concept and mapping that a source states."""

    def __init__(self, curated: Curated) -> None:
        self._concepts = {name: found for name, found in curated.concepts.items() if _takes(found)}
        self._links = curated.unmapped | {_turned(link) for link in curated.unmapped}
        self._mapped: dict[str, set[Link]] = {}
        for link in self._links:
            self._mapped.setdefault(link[0], set()).add(link)

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts of which a source may have to be read again."""
        return frozenset(self._concepts) | frozenset(self._mapped)

    @property
    def mappings(self) -> frozenset[Link]:
        return frozenset(self._links)

    def of(self, concept: Concept) -> Concept:
        """The concept as its source may still state it."""
        changes, links = self._concepts.get(concept.id), self._mapped.get(concept.id)
        if links:
            concept = replace(concept, xrefs=tuple(one for one in concept.xrefs if _link(concept, one) not in links))
        if changes is None:
            return concept
        return replace(
            concept,
            labels=tuple(
                _demoted(one, changes)
                for one in without(concept.labels, "label", changes)
                # What curation prefers is no synonym beside itself.
                if one.kind == "preferred" or changes.preferred.get(one.language) != one.value
            ),
            definitions=without(concept.definitions, "definition", changes),
            parents=tuple(one for one in concept.parents if one not in changes.gone_parents),
            deprecated=concept.deprecated and not changes.reinstated,
            replaced_by=() if changes.reinstated else concept.replaced_by,
        )

    def linked(self, concept: Concept) -> Concept:
        """The concept as texts are linked with it: a deprecated one has no names."""
        changes = self._concepts.get(concept.id)
        return replace(concept, deprecated=True) if changes and changes.retired is not None else concept

    def states(self, mapping: ConceptMapping) -> bool:
        """Whether a source may still state a mapping."""
        return (mapping.subject, mapping.predicate, mapping.object) not in self._links or mapping.negative

    def mark(self, concept: str) -> str:
        """What is withheld of a concept, in a few characters; empty for nothing."""
        changes, links = self._concepts.get(concept), self._mapped.get(concept)
        if changes is None and not links:
            return ""
        told = [repr(sorted(changes.gone)), repr(sorted(changes.gone_parents)), repr(sorted(changes.preferred.items())),
                repr(changes.retired is not None), repr(changes.reinstated)] if changes else []  # fmt: skip
        return digest(*told, repr(sorted(links or ())))


@lru_cache(maxsize=2)
def read_withheld(path: Path, mark: str) -> Withheld:
    """What the edits of a file of releases withhold. ``mark``: digest of the file, so that another one is read."""
    return Withheld(Curated(read_edits(path)))


def _takes(changes: Changes) -> bool:
    return bool(
        changes.gone or changes.gone_parents or changes.preferred or changes.retired is not None or changes.reinstated
    )


def _demoted(label: Label, changes: Changes) -> Label:
    preferred = changes.preferred.get(label.language) if label.kind == "preferred" else None
    return label if preferred in (None, label.value) else replace(label, kind="exact")


_INVERSE = {"skos:broadMatch": "skos:narrowMatch", "skos:narrowMatch": "skos:broadMatch"}


def _turned(link: Link) -> Link:
    """The same said from the other side: a pair that was rejected is no match in either direction."""
    subject, predicate, other = link
    return other, _INVERSE.get(predicate, predicate), subject


def _link(concept: Concept, xref: Xref) -> Link:
    return concept.id, f"skos:{xref.relation}", xref.curie
