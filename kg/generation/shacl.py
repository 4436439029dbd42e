"""SHACL over small pieces of a graph, by pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kg.model.terms import Term, iri


class Result(msgspec.Struct, frozen=True):
    """One violation: the IRI of the node, the property (empty for the node as such), what the shape says."""

    focus: str
    path: str
    wording: dict[str, str]


class Shapes:
    """Parsed shapes; each violation is one sentence in English."""

    def __init__(self, turtles: Iterable[str]) -> None:
        # pySHACL and rdflib take a third of a second to load, which a service need not wait for before it answers.
        from rdflib import Graph
        from rdflib.namespace import SH

        self._graph = Graph()
        for turtle in turtles:
            self._graph.parse(data=turtle, format="turtle")
        self.targets: list[Term] = sorted({iri(str(node)) for node in self._graph.objects(None, SH.targetClass)})

    def violations(self, target: Term, lines: list[str]) -> Iterator[str]:
        """What pySHACL finds in these N-Triples lines."""
        for one in self.results(lines):
            yield f"{one.focus} {one.path}: {one.wording.get('en', target)}"

    def results(self, lines: list[str]) -> Iterator[Result]:
        """The same with texts in every language that the shapes have."""
        import pyshacl
        from rdflib import Graph
        from rdflib.namespace import SH

        data = Graph().parse(data="\n".join(lines), format="nt")
        conforms, report, _ = pyshacl.validate(data, shacl_graph=self._graph, advanced=False, meta_shacl=False)
        if conforms or not isinstance(report, Graph):
            return
        for result in sorted(report.objects(None, SH.result), key=str):
            texts = {
                str(getattr(one, "language", None) or "en"): str(one)
                for one in report.objects(result, SH.resultMessage)
            }
            yield Result(str(report.value(result, SH.focusNode)), str(report.value(result, SH.resultPath) or ""), texts)
