"""The union of what a source or terminology may yield."""

from __future__ import annotations

from kg.model.concept import Concept, ConceptMapping
from kg.model.conceptset import ConceptSet
from kg.model.correction import Correction
from kg.model.document import Deletion, Document, StandingNotice
from kg.model.edit import ReleasedEdit
from kg.model.evidence import Claim, Mention
from kg.model.guideline import Recommendation
from kg.model.ids import digest
from kg.model.inference import Inference
from kg.model.override import PackedOverride
from kg.model.rule import PackedRule
from kg.model.serial import JournalListing, Serial
from kg.model.source import Reject
from kg.model.work import WorkDecision

Record = (
    Concept | ConceptMapping | Document | Deletion | StandingNotice | Claim | Mention | Recommendation | Serial
    | JournalListing | WorkDecision | Correction | ConceptSet | Inference | ReleasedEdit | PackedRule
    | PackedOverride
)  # fmt: skip
Item = Record | Reject


def key(record: Record) -> str:
    """The journal key of a record: the identity under which a later version replaces it."""
    match record:
        case Concept() | Document() | Deletion():
            return record.id
        case Serial():
            return f"serial {record.id}"
        case ReleasedEdit():
            return f"edit {record.release} {record.proposal} {record.number}"
        case ConceptSet():
            return f"conceptset {record.name}"
        case Inference():
            return f"inference {record.subject} {record.predicate} {record.object}"
        case PackedRule():
            return f"rule {record.pack} {record.rule.id}"
        case PackedOverride():
            return f"override {record.pack} {record.override.override}"
        case JournalListing(name, title, issn, eissn, cn, edition, category):
            return f"listing {name} {edition} {issn or eissn or cn or title} {category}"
        case StandingNotice():
            # A work may have several notices.
            notice = record.relation
            return f"standing {record.document}" + (f" {notice.kind} {notice.target}" if notice else "")
        case ConceptMapping():
            return f"mapping {record.subject} {record.predicate} {record.object}"
        case Claim():
            return f"claim {record.subject} {record.predicate} {record.object} {record.document} {record.start}"
        case Recommendation():
            return f"recommendation {record.document} {record.passage} {record.start}"
        case WorkDecision(a, b):
            return f"decision {a} {b}"
        case Correction():
            return f"correction {digest(*record.identity)}"
        case Mention():
            return f"mention {record.document} {record.passage}"
