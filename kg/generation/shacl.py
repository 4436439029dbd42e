"""SHACL over small pieces of a graph, by pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyshacl
from rdflib import Graph
from rdflib.namespace import SH

from kg.model.terms import Term, iri


class Shapes:
    """Parsed shapes; each violation is one sentence in English."""

    def __init__(self, turtles: Iterable[str]) -> None:
        self._graph = Graph()
        for turtle in turtles:
            self._graph.parse(data=turtle, format="turtle")
        self.targets: list[Term] = sorted({iri(str(node)) for node in self._graph.objects(None, SH.targetClass)})

    def violations(self, target: Term, lines: list[str]) -> Iterator[str]:
        """What pySHACL finds in these N-Triples lines."""
        data = Graph().parse(data="\n".join(lines), format="nt")
        conforms, report, _ = pyshacl.validate(data, shacl_graph=self._graph, advanced=False, meta_shacl=False)
        if conforms or not isinstance(report, Graph):
            return
        for result in sorted(report.objects(None, SH.result), key=str):
            focus = report.value(result, SH.focusNode)
            path = report.value(result, SH.resultPath) or ""
            texts = [m for m in report.objects(result, SH.resultMessage) if getattr(m, "language", None) != "zh"]
            yield f"{focus} {path}: {texts[0] if texts else target}"
