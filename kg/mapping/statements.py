"""Any record to its statements: the one door of mapping."""

from __future__ import annotations

from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.mapping.conceptset import conceptset_statements
from kg.mapping.correction import correction_statements
from kg.mapping.crosswalk import mapping_statements
from kg.mapping.decision import decision_statements
from kg.mapping.document import document_statements, standing_statements
from kg.mapping.edit import edit_statements
from kg.mapping.evidence import claim_statements, mention_statements
from kg.mapping.guideline import recommendation_statements
from kg.mapping.inference import inference_statements
from kg.mapping.listing import listing_statements
from kg.mapping.override import override_statements
from kg.mapping.rule import rule_statements
from kg.mapping.serial import serial_statements
from kg.model.concept import Concept, ConceptMapping
from kg.model.conceptset import ConceptSet
from kg.model.correction import Correction
from kg.model.document import Document, StandingNotice
from kg.model.edit import ReleasedEdit
from kg.model.evidence import Claim, Mention
from kg.model.guideline import Recommendation
from kg.model.inference import Inference
from kg.model.override import PackedOverride
from kg.model.record import Record
from kg.model.rule import PackedRule
from kg.model.serial import JournalListing, Serial
from kg.model.terms import Statement
from kg.model.work import WorkDecision


def statements(record: Record, context: Context) -> list[Statement]:
    """The statements of one record, each once, without graph; a Deletion has none.

    A pure function: the same record gives the same statements in the same order on any machine.
    Raises IdentifierError for a CURIE whose prefix is unknown.
    """
    match record:
        case Document():
            return document_statements(record, context)
        case Mention():
            return mention_statements(record, context)
        case Concept():
            return concept_statements(record, context)
        case Claim():
            return claim_statements(record, context)
        case ConceptMapping():
            return mapping_statements(record, context)
        case Serial():
            return serial_statements(record, context)
        case JournalListing():
            return listing_statements(record, context)
        case StandingNotice():
            return standing_statements(record, context)
        case Recommendation():
            return recommendation_statements(record, context)
        case WorkDecision():
            return decision_statements(record, context)
        case Correction():
            return correction_statements(record, context)
        case ReleasedEdit():
            return edit_statements(record, context)
        case ConceptSet():
            return conceptset_statements(record, context)
        case Inference():
            return inference_statements(record, context)
        case PackedRule():
            return rule_statements(record, context)
        case PackedOverride():
            return override_statements(record, context)
    return []
