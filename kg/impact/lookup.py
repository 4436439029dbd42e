"""Finding what hangs on concepts by one query for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from kg.errors import IdentifierError
from kg.impact.base import World
from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.query.named import named
from kg.store.base import Row

_PAGE = "#PAGE"
_AT_ONCE = 500


def node_of(curie: str, ids: Ids) -> Term | None:
    """The term of a CURIE; None where no prefix fits, so that nothing can hang on it."""
    try:
        return iri(ids.expand(curie))
    except (IdentifierError, ValueError):
        return None


def rows_of(query: str, curies: Collection[str], world: World) -> Iterable[tuple[str, Row]]:
    """The solutions of the named query about these concepts, each with the concept that it is about."""
    nodes = {node: curie for curie in sorted(curies) if (node := node_of(curie, world.naming.ids))}
    order = list(nodes)
    for start in range(0, len(order), _AT_ONCE):
        text = named(f"impact/{query}").replace(_PAGE, " ".join(order[start : start + _AT_ONCE]))
        for row in world.reader.select(text):
            yield nodes[row["concept"]], row


def items_of(query: str, curies: Collection[str], world: World) -> dict[str, frozenset[str]]:
    """What the named query finds as ``?item`` for each concept, as terms."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for curie, row in rows_of(query, curies, world):
        found[curie].add(row["item"])
    return {curie: frozenset(items) for curie, items in found.items()}


def labelled(node: str, world: World) -> str:
    """A node in a line of text: its Chinese or English label, else its CURIE."""
    about = world.naming.named(Term(node))
    return about.label.en or about.label.zh or about.id


def stated(node: str, world: World) -> dict[Term, list[Term]]:
    """Everything the default graph says of a node."""
    found: defaultdict[Term, list[Term]] = defaultdict(list)
    for name, value in world.reader.about(Term(node)):
        found[name].append(value)
    return found


def words(values: dict[Term, list[Term]], name: Term) -> str:
    """The first value of a property as text, empty for none."""
    return min(map(lexical, values.get(name, ())), default="")
