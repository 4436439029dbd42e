"""The protocol of terminologies, and the table that plug-ins enter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Protocol

from kg.model.concept import Concept, ConceptMapping
from kg.model.evidence import Claim
from kg.model.source import RawFile, Reject
from kg.registry import Table

TerminologyItem = Concept | ConceptMapping | Claim | Reject
Options = Mapping[str, object]


class Terminology(Protocol):
    """Reads one format of terminology, streaming, in bounded memory.

    ``parse`` yields records and, in their place, a Reject for each record that cannot be used; it
    raises only for a wrong call (ConfigError). A damaged file ends in a Reject with ``fatal``.
    Order is that of the file, so that the same file gives the same batch.
    """

    name: ClassVar[str]
    extensions: ClassVar[tuple[str, ...]]

    def sniff(self, head: bytes) -> float:
        """0..1: how sure we are that a (decompressed) file which starts like this is ours."""

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        """All records of ``raw``."""


TERMINOLOGIES: Table[type[Terminology]] = Table(
    "medkg.terminologies",
    "terminology",
    {
        "obo.v1": "ontology.terminologies.obo:Obo",
        "mesh-xml.v1": "ontology.terminologies.mesh:MeshXml",
        "skos.v1": "ontology.terminologies.skos:Skos",
        "sssom.v1": "ontology.terminologies.sssom:Sssom",
        "table.v1": "ontology.terminologies.table:ColumnMap",
        "starter.v1": "ontology.terminologies.starter:Starter",
    },
)
