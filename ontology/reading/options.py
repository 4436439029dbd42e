"""The options of ``table.v1`` as checked values: what rows become, rule by rule.

docs/table-format.md explains each with examples (zh and en); field names are option names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from kg.errors import ConfigError
from kg.model.concept import LabelKind
from kg.vocab import CATEGORIES
from ontology.prefixes import MESH_TREES, Match
from ontology.reading.cell import Cell, Filter, IdCell
from ontology.reading.lookup import Lookup
from ontology.reading.table import Dialect

_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*").fullmatch


class LabelCell(Cell, frozen=True, forbid_unknown_fields=True):
    """Names. ``kind`` is a label kind, or ``kind_column`` holds a word that ``kinds`` translates."""

    language: str = "en"
    kind: str = "exact"
    kind_column: str = ""
    kinds: dict[str, str] = msgspec.field(default_factory=dict)


class XrefCell(IdCell, frozen=True, forbid_unknown_fields=True):
    """Identifiers of the same concept elsewhere; ``relation`` is a SKOS mapping property."""

    relation: Match = "exactMatch"


class CodeCell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The category from hierarchical codes in ``column``: start of the code -> category.

    Without ``starts`` the codes are MeSH tree numbers.
    """

    column: str
    starts: dict[str, str] = msgspec.field(default_factory=lambda: MESH_TREES)


class ConceptRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How rows become concepts.

    ``category`` is a category or, with ``codes``, found from codes; without both it follows from
    the prefix of the id. ``tree``: a column of hierarchical codes (``C08.381``); each is a notation,
    and the concept that has the code without its last part is the parent. ``deprecated``: the
    concept is withdrawn where the rule gives a value. ``names``: a look-up from id (as a CURIE) to the
    preferred name that another input gives; the same name is not repeated as a synonym.
    """

    id: str | IdCell
    category: str = ""
    codes: CodeCell | None = None
    labels: tuple[str | LabelCell, ...] = ()
    names: str = ""
    definitions: tuple[str | LabelCell, ...] = ()
    parents: tuple[str | IdCell, ...] = ()
    xrefs: tuple[str | XrefCell, ...] = ()
    notations: tuple[str | Cell, ...] = ()
    tree: str = ""
    deprecated: Cell | None = None
    replaced_by: tuple[str | IdCell, ...] = ()


class MappingRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a row becomes a mapping. ``predicate`` and ``justification``: a constant or a rule."""

    subject: str | IdCell
    object: str | IdCell
    predicate: str | Cell = "skos:exactMatch"
    justification: str | Cell = "semapv:UnspecifiedMatching"
    confidence: str | Cell | None = None
    negative: Cell | None = None
    subject_label: str | Cell | None = None
    object_label: str | Cell | None = None
    author: str | Cell | None = None


class ClaimRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a row becomes a curated claim. ``predicate`` and ``direction``: a constant or a rule.

    ``method`` names the table in the claim. ``qualifiers``: columns that are kept as they are.
    """

    subject: str | IdCell
    object: str | IdCell
    predicate: str | Cell
    direction: str | Cell = "supports"
    method: str = "table.v1"
    score: str | Cell | None = None
    qualifiers: tuple[str, ...] = ()
    references: tuple[str | IdCell, ...] = ()
    document: str | IdCell | None = None
    sentence: str | Cell | None = None


class TableOptions(Dialect, frozen=True, forbid_unknown_fields=True):
    """All options: how the table is written, which rows count, and what they become."""

    where: Filter = msgspec.field(default_factory=dict)
    unless: Filter = msgspec.field(default_factory=dict)
    group: bool | Literal["file"] = False
    lookup: dict[str, Lookup] = msgspec.field(default_factory=dict)
    concept: ConceptRule | None = None
    mapping: MappingRule | None = None
    claim: ClaimRule | None = None


def table_options(options: Mapping[str, object]) -> TableOptions:
    """The options as checked values; raises ConfigError naming the one that does not fit."""
    try:
        found = msgspec.convert(dict(options), TableOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="table.v1", reason=str(error)) from error
    found.check("table.v1")
    if not (found.concept or found.mapping or found.claim):
        raise ConfigError(where="table.v1", reason="it needs concept, mapping or claim")
    if found.group and not found.concept:
        raise ConfigError(where="table.v1: group", reason="only concepts are grouped")
    if found.concept:
        _check_concept(found.concept)
    return found


def _check_concept(rule: ConceptRule) -> None:
    starts = rule.codes.starts if rule.codes else {}
    for category in [rule.category, *starts.values()]:
        if category and category not in CATEGORIES:
            raise ConfigError(where="table.v1: concept.category", reason=f"{category!r} is not a category")
    for option, labels in (("labels", rule.labels), ("definitions", rule.definitions)):
        for label in labels:
            if isinstance(label, str):
                continue
            for kind in [label.kind, *label.kinds.values()]:
                if kind not in get_args(LabelKind):
                    raise ConfigError(where=f"table.v1: concept.{option}", reason=f"{kind!r} is not a label kind")
            if not _LANGUAGE(label.language):
                raise ConfigError(
                    where=f"table.v1: concept.{option}", reason=f"{label.language!r} is not a lower-case language tag"
                )
