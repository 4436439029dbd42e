"""The protocol of terminologies, and the table that plug-ins enter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Protocol

from kg.model.concept import Concept, ConceptMapping
from kg.model.conceptset import ConceptSet
from kg.model.edit import ReleasedEdit
from kg.model.evidence import Claim
from kg.model.inference import Inference
from kg.model.source import RawFile, Reject
from kg.registry import Table

TerminologyItem = Concept | ConceptMapping | ConceptSet | Inference | Claim | ReleasedEdit | Reject
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
        "codes.v1": "ontology.terminologies.codes:Codes",
        "drugs.v1": "ontology.terminologies.drugs:Drugs",
        "claml.v1": "ontology.terminologies.claml:Claml",
        "owl.v1": "ontology.terminologies.owl:Owl",
        "babelon.v1": "ontology.terminologies.babelon:Babelon",
        "rf2.v1": "ontology.terminologies.rf2:Rf2",
        "umls-rrf.v1": "ontology.terminologies.umls:Umls",
        "rxnorm-rrf.v1": "ontology.terminologies.rxnorm:RxNorm",
        "loinc.v1": "ontology.terminologies.loinc:Loinc",
        "hgnc.v1": "ontology.terminologies.hgnc:Hgnc",
        "curation.v1": "ontology.terminologies.curation:Curation",
        "owl-inferred.v1": "ontology.terminologies.owl_inferred:OwlInferred",
        "conceptset.v1": "ontology.terminologies.concept_sets:ConceptSets",
        "cpic-names.v1": "ontology.terminologies.cpic_names:CpicNames",
    },
)
