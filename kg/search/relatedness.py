"""How alike two concepts are: by their vectors, and by what the hierarchy and the documents say they have in common.

- Resnik (Using information content to evaluate semantic similarity in a taxonomy, 1995): the information of the most
  telling concept above both.
- Lin (An information-theoretic definition of similarity, 1998): twice that over the information of both, 0 to 1.
- Jiang and Conrath (Semantic similarity based on corpus statistics and lexical taxonomy, 1997): a distance, the
  information of both less twice that.

Information is told in two ways. ``documents``: the negative logarithm of the share of this generation's documents that
mention a concept or something below it, as Resnik has it. ``hierarchy``: 1 less the logarithm of the number of concepts
below it over that of all (Seco, Veale and Hayes, An intrinsic information content metric, 2004), which needs no
documents. A hierarchy reaches eight levels up and goes on in other terminologies at exact matches.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import log

import msgspec
import numpy as np

from kg.errors import NotFound
from kg.generation.pages import Hierarchy, about
from kg.index.base import Vectors
from kg.model.terms import Term, iri, lexical
from kg.query.named import named
from kg.search.base import Names, Step
from kg.search.holdings import Holdings

_DIGITS = 4


class Measures(msgspec.Struct, frozen=True):
    """By one kind of information: of ``a``, of ``b``, and of what they have in ``common``; 0 where that is nothing."""

    a: float
    b: float
    common: float
    resnik: float
    lin: float
    jiang_conrath: float


class Related(msgspec.Struct, frozen=True):
    """``relation`` is ``same``, ``equivalent`` (an exact match), ``broader`` (``a`` stands above ``b``), ``narrower``,
    ``related`` where something stands above both, else empty. ``common`` is the most telling such concept by
    ``documents``, with the ways down from it; None where there is none. ``cosine`` is None without vectors."""

    a: Step
    b: Step
    relation: str
    cosine: float | None
    documents: Measures
    hierarchy: Measures
    common: Step | None
    way_to_a: tuple[Step, ...]
    way_to_b: tuple[Step, ...]


class Relatedness:
    """Compares concepts of one generation."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._below = lru_cache(maxsize=1 << 12)(self._count_below)

    def of(self, a: str, b: str) -> Related:
        """Two concepts by CURIE. Raises NotFound for one that is not here, IdentifierError for what is no CURIE."""
        one, other = self._node(a), self._node(b)
        hierarchy = Hierarchy(self._holdings.reader)
        hierarchy.load((one, other))
        lowest = self._lowest(hierarchy, one, other)
        same = self._relation(hierarchy, one, other)
        if same in ("same", "equivalent"):
            lowest = {one, other}
        common = max(sorted(lowest), key=self.information, default=None)
        ways = [() if common is None else self._way(hierarchy, common, node, same) for node in (one, other)]
        return Related(
            a=self._step(one),
            b=self._step(other),
            relation=same or ("related" if lowest else ""),
            cosine=self._cosine(a, b),
            documents=_measures(self.information, one, other, lowest),
            hierarchy=_measures(self.intrinsic, one, other, lowest),
            common=None if common is None else self._step(common),
            way_to_a=ways[0],
            way_to_b=ways[1],
        )

    def lin(self, hierarchy: Hierarchy, one: Term, other: Term) -> float:
        """Lin's measure by documents, of concepts that ``hierarchy`` has loaded."""
        lowest = {one} if one == other else self._lowest(hierarchy, one, other)
        return _measures(self.information, one, other, lowest).lin

    def information(self, node: Term) -> float:
        """By documents."""
        holdings = self._holdings
        return holdings.information("subtree", holdings.ids.curie(lexical(node)))

    def intrinsic(self, node: Term) -> float:
        """By the hierarchy, 0 to 1."""
        return 1 - log(self._below(node) + 1) / log(self._holdings.text.count("concept") + 1)

    def _count_below(self, node: Term) -> int:
        row = next(iter(self._holdings.reader.select(named("concept/below"), {"concept": node})), None)
        return int(lexical(row["below"])) if row else 0

    def _node(self, curie: str) -> Term:
        node = iri(self._holdings.ids.expand(curie))
        if self._holdings.text.row("concept", curie) is None:
            raise NotFound(name=curie)
        return node

    def _lowest(self, hierarchy: Hierarchy, one: Term, other: Term) -> set[Term]:
        """What stands above both, or is one and above the other, and above no other such concept."""
        above = [{node, *(up for up, _ in hierarchy.ancestors(node))} for node in (one, other)]
        common = above[0] & above[1]
        hierarchy.load(common)
        higher = {up for node in common for up, _ in hierarchy.ancestors(node)}
        # Where a source has a cycle all of it stands above itself; then all of it counts.
        return common - higher or common

    def _relation(self, hierarchy: Hierarchy, one: Term, other: Term) -> str:
        if one == other:
            return "same"
        rows = about(self._holdings.reader, "index/equivalents", [one])
        if any(row["other"] == other or row["concept"] == other for row in rows if row["concept"] != row["other"]):
            return "equivalent"
        if one in {up for up, _ in hierarchy.ancestors(other)}:
            return "broader"
        return "narrower" if other in {up for up, _ in hierarchy.ancestors(one)} else ""

    def _way(self, hierarchy: Hierarchy, top: Term, node: Term, relation: str) -> tuple[Step, ...]:
        way = hierarchy.way(node, {top})
        if way is None and relation == "equivalent":
            way = (top, node)
        return tuple(self._step(one) for one in way or ())

    def _step(self, node: Term) -> Step:
        curie = self._holdings.ids.curie(lexical(node))
        names: Names = self._holdings.names("concept", curie)
        return Step(curie, names)

    def _cosine(self, a: str, b: str) -> float | None:
        one, other = (self.vector(curie) for curie in (a, b))
        if one is None or other is None:
            return None
        return round(float(np.dot(one, other)), _DIGITS)

    def vector(self, curie: str) -> Vectors | None:
        """Of a concept; of its English or Chinese name where it has none of its own. None without an encoder."""
        holdings = self._holdings
        row = holdings.text.row("concept", curie)
        if row is None or holdings.passages is None or holdings.encoder is None:
            return None
        known = holdings.passages.vector("concept", row)
        if known is not None:
            return known
        names = holdings.names("concept", curie)
        found: Vectors = holdings.encoder.encode([names.en or names.zh or curie])[0]
        return found


def _measures(information: Callable[[Term], float], one: Term, other: Term, lowest: set[Term]) -> Measures:
    """
    >>> one, other, above = (Term(f"<urn:{name}>") for name in "abc")
    >>> told = _measures({one: 3.0, other: 5.0, above: 2.0}.__getitem__, one, other, {above})
    >>> told.resnik, told.lin, told.jiang_conrath
    (2.0, 0.5, 4.0)
    """
    a, b = information(one), information(other)
    if lowest == {one, other}:
        return Measures(_r(a), _r(b), _r(min(a, b)), _r(min(a, b)), 1.0, 0.0)
    # Where terminologies meet, something above may be mentioned less than what is below: no more than both say.
    common = min(max((information(node) for node in lowest), default=0.0), a, b)
    whole = a + b
    return Measures(
        _r(a), _r(b), _r(common), _r(common), _r(2 * common / whole) if whole else 0.0, _r(whole - 2 * common)
    )


def _r(value: float) -> float:
    return round(value, _DIGITS) + 0.0
