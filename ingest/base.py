"""The protocol of document sources, and the table that plug-ins enter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Protocol

from kg.model.correction import Correction
from kg.model.document import Deletion, Document, StandingNotice
from kg.model.evidence import Claim, Mention
from kg.model.guideline import Recommendation
from kg.model.override import PackedOverride
from kg.model.rule import PackedRule
from kg.model.serial import JournalListing, Serial
from kg.model.source import RawFile, Reject
from kg.model.work import WorkDecision
from kg.registry import Table

SourceItem = (
    Document | Deletion | StandingNotice | Claim | Mention | Recommendation | Serial | JournalListing | WorkDecision
    | Correction | PackedRule | PackedOverride | Reject
)  # fmt: skip
Options = Mapping[str, object]


class Source(Protocol):
    """Reads one format of documents, streaming, in bounded memory.

    ``parse`` yields records and, in their place, a Reject for each record that cannot be used; it
    raises only for a wrong call (ConfigError). A damaged file ends in a Reject with ``fatal``.
    Gold mentions and relations follow the document that they belong to, as Mention records and as
    Claims with evidence ``gold``; they go into a graph of their own, and so does what a tool of others found, which
    its records name (``tool``). A source whose files are numbered in their
    names may have ``place(name)``, which gives a number or None: files count in that order, whatever the order in
    which they are named (``ingest.succession``).
    """

    name: ClassVar[str]
    extensions: ClassVar[tuple[str, ...]]

    def sniff(self, head: bytes) -> float:
        """0..1: how sure we are that a (decompressed) file which starts like this is ours."""

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """All records of ``raw``."""


SOURCES: Table[type[Source]] = Table(
    "medkg.sources",
    "source",
    {
        "pubmed.v1": "ingest.sources.pubmed:PubMed",
        "pubtator.v1": "ingest.sources.pubtator:PubTator",
        "bioc.v1": "ingest.sources.bioc:Bioc",
        "guideline.v1": "ingest.sources.guideline:GuidelineFile",
        "label.v1": "ingest.sources.label:LabelFile",
        "jats.v1": "ingest.sources.jats:Jats",
        "records.v1": "ingest.sources.records:Records",
        "noteexpress.v1": "ingest.sources.noteexpress:NoteExpress",
        "refworks.v1": "ingest.sources.refworks:RefWorks",
        "endnote.v1": "ingest.sources.endnote:EndNote",
        "bibtex.v1": "ingest.sources.bibtex:BibTeX",
        "sinomed.v1": "ingest.sources.sinomed:SinoMed",
        "marc.v1": "ingest.sources.marc:Marc",
        "chictr.v1": "ingest.sources.chictr:ChiCtr",
        "clinicaltrials.v1": "ingest.sources.clinicaltrials:ClinicalTrials",
        "retractions.v1": "ingest.sources.retractions:RetractionList",
        "nbib.v1": "ingest.sources.nbib:Nbib",
        "ris.v1": "ingest.sources.ris:Ris",
        "serials.v1": "ingest.sources.serials:SerialList",
        "journal_list.v1": "ingest.sources.journal_list:JournalList",
        "crossref.v1": "ingest.sources.crossref:Crossref",
        "openalex.v1": "ingest.sources.openalex:OpenAlex",
        "datacite.v1": "ingest.sources.datacite:DataCite",
        "work_decisions.v1": "ingest.sources.work_decisions:WorkDecisions",
        "corrections.v1": "ingest.sources.corrections:Corrections",
        "standing.v1": "ingest.sources.standing:StandingList",
        "rules.v1": "ingest.sources.rules:Rules",
        "rule_table.v1": "ingest.sources.rule_table:RuleTable",
        "coding_table.v1": "ingest.sources.coding_table:CodingTable",
        "cpic.v1": "ingest.sources.cpic:Cpic",
    },
)
