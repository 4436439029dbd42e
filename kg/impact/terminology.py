"""What hangs on concepts in terminologies and curation: narrower concepts, mappings, corrections, value sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar

from kg.impact.base import Reason, Sample, Touched, World
from kg.impact.changed import RETIRED, Changed, Way
from kg.impact.lookup import items_of, labelled, rows_of, stated, words
from kg.mapping.base import term
from kg.model.conceptset import ConceptSet
from kg.model.edit import AddMapping, AddParent, Deprecate, Merge
from kg.model.terms import Term, lexical
from kg.query.records import LabelPair
from kg.sets.stored import stored
from kg.vocab import MEDKG, OA

_EXACT, _RULE = term(OA, "exact"), term(MEDKG, "ruleName")


class Below:
    """Concepts below one that gets other parents, or ceases to be used."""

    kind: ClassVar[str] = "concepts"

    def touched(self, changed: Changed, world: World) -> Touched:
        return Touched(items_of("below", changed.by({*RETIRED, "moved"}), world))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        for node in ids:
            about = world.naming.named(Term(node))
            yield Sample(about.id, about.label)


class Mappings:
    """Matches of a concept that ceases to be used, in both directions; mappings that are changed themselves."""

    kind: ClassVar[str] = "mappings"

    def touched(self, changed: Changed, world: World) -> Touched:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for curie, row in rows_of("mappings", changed.by(RETIRED), world):
            found[curie].add(f"{row['subject']} {row['relation']} {row['object']}")
        return Touched({curie: frozenset(items) for curie, items in found.items()})

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        for item in ids:
            subject, relation, other = item.split(" ")
            curies = [world.naming.curie(Term(one)) for one in (subject, other)]
            name = lexical(Term(relation)).rpartition("#")[2]
            text = f"{labelled(subject, world)} {name} {labelled(other, world)}"
            yield Sample(f"{curies[0]} skos:{name} {curies[1]}", text=text)


class Corrections:
    """Corrections of texts, and rules of the lexicon, that name a concept which ceases to be used."""

    kind: ClassVar[str] = "corrections"

    def touched(self, changed: Changed, world: World) -> Touched:
        return Touched(items_of("corrections", changed.by(RETIRED), world))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        for node in ids:
            found = stated(node, world)
            yield Sample(world.naming.curie(Term(node)), text=words(found, _EXACT) or words(found, _RULE))


class ValueSets:
    """Concept sets (ADR 29) that name a concept, or hold it with what stands below another or is mapped to it."""

    kind: ClassVar[str] = "value-sets"
    _ways: ClassVar[frozenset[Way]] = RETIRED | {"moved", "mapped"}

    def touched(self, changed: Changed, world: World) -> Touched:
        sets = stored(world.reader, world.naming.ids)
        curies = changed.by(self._ways)
        if not sets or not curies:
            return Touched()
        above, mapped = _above(changed, curies, world), _mapped(changed, curies, world)
        by: defaultdict[str, set[str]] = defaultdict(set)
        reasons: list[Reason] = []
        for one in sets:
            for curie in curies:
                how = _holds(one, curie, above[curie], mapped[curie])
                if how:
                    by[curie].add(one.name)
                    reasons.append(Reason(how, curie, one.name, _replacing(changed, curie)))
        users = _users(sets, {name for names in by.values() for name in names})
        for curie in by:
            by[curie] |= {user for user, used in users.items() if used & by[curie]}
        return Touched({curie: frozenset(names) for curie, names in by.items()}, reasons=tuple(reasons))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        known = {one.name: one for one in stored(world.reader, world.naming.ids)}
        for name in ids:
            titles = {title.language: title.value for title in known[name].titles}
            yield Sample(name, LabelPair(titles.get("zh"), titles.get("en")))


def _above(changed: Changed, curies: Sequence[str], world: World) -> defaultdict[str, set[str]]:
    """What stands above each concept, or would."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    given = {(edit.concept, edit.parent) for edit in changed.edits if isinstance(edit, AddParent)}
    for curie, row in rows_of("above", {*curies, *(parent for _, parent in given)}, world):
        found[curie].add(world.naming.curie(row["item"]))
    for curie, parent in given:
        found[curie] |= {parent, *found[parent]}
    return found


def _mapped(changed: Changed, curies: Sequence[str], world: World) -> defaultdict[str, set[str]]:
    """What each concept is matched with, or would be."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for curie, row in rows_of("mappings", curies, world):
        found[curie] |= {world.naming.curie(row["subject"]), world.naming.curie(row["object"])}
    for edit in changed.edits:
        if isinstance(edit, AddMapping):
            found[edit.mapping.subject].add(edit.mapping.object)
            found[edit.mapping.object].add(edit.mapping.subject)
    return found


def _holds(one: ConceptSet, curie: str, above: set[str], mapped: set[str]) -> str:
    """How a definition comes upon a concept, as the code of a reason; empty for not at all."""
    for code, parts in (("set-names", one.include), ("set-excludes", one.exclude)):
        if any(part.concept == curie for part in parts):
            return code
    for part in (*one.include, *one.exclude):
        if part.descendants and part.concept in above:
            return "set-below"
        if part.mapped and part.concept and part.concept in mapped | above:
            return "set-mapped"
    return ""


def _replacing(changed: Changed, curie: str) -> tuple[str, ...]:
    """What stands for a concept after the edits: what whoever keeps the set may put there."""
    found: tuple[str, ...] = ()
    for edit in changed.edits:
        match edit:
            case Merge(concept, into) if concept == curie:
                found = (into,)
            case Deprecate(concept, replaced_by) if concept == curie:
                found = replaced_by
    return found


def _users(sets: Sequence[ConceptSet], names: set[str]) -> dict[str, set[str]]:
    """Sets that use others of ``names``, directly or through others, with those that they use."""
    uses = {
        one.name: {
            other.name
            for part in (*one.include, *one.exclude)
            if part.set
            for other in sets
            if other.id == part.set and part.version in ("", other.version)
        }
        for one in sets
    }
    found: dict[str, set[str]] = {}
    for name in uses:
        reached: set[str] = set()
        wave = list(uses[name])
        while wave:
            used = wave.pop()
            if used not in reached:
                reached.add(used)
                wave += uses.get(used, ())
        if hit := reached & names:
            found[name] = hit
    return found
