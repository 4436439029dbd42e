"""The forms of proposals: what a person fills in, and the edits that follow. Each has a JSON Schema (``schema``)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec

from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.correction import Correction
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Correct,
    Deprecate,
    Edit,
    Merge,
    NewConcept,
    Reinstate,
    RemoveCorrection,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)
from kg.model.ids import digest

Curie = Annotated[str, msgspec.Meta(min_length=3, max_length=500, pattern=r"^\S+:\S+$", description="a CURIE")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=r"\S")]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$", description="zh, en, …")]
Synonym = Literal["exact", "related", "broad", "narrow", "abbreviation", "brand", "lay", "clinical", "old", "spelling"]
_OTHER = re.compile(r"[^a-z0-9]+")


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="form", tag=str.lower):
    """``{"form": "label", …}``."""


class GivenName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name or a definition."""

    value: Text
    language: Language


class GivenSynonym(GivenName, frozen=True, forbid_unknown_fields=True):
    """A name that is not the preferred one."""

    kind: Synonym = "exact"


class NewTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A concept to be made. Without ``id`` one is minted from the English or the first name."""

    category: str
    labels: Annotated[tuple[GivenName, ...], msgspec.Meta(min_length=1)]
    synonyms: tuple[GivenSynonym, ...] = ()
    definitions: tuple[GivenName, ...] = ()
    parents: tuple[Curie, ...] = ()
    id: str = ""

    @property
    def concept(self) -> Concept:
        """The concept that is meant."""
        return Concept(
            id=self.id or minted(self),
            category=self.category,
            labels=tuple(Label(one.value, one.language) for one in self.labels)
            + tuple(Label(one.value, one.language, one.kind) for one in self.synonyms),
            definitions=tuple(Label(one.value, one.language) for one in self.definitions),
            parents=self.parents,
        )


class NewForm(_Form, frozen=True, tag="concept"):
    """A new concept."""

    concept: NewTerm

    def edits(self) -> tuple[Edit, ...]:
        return (NewConcept(self.concept.concept),)


class LabelForm(_Form, frozen=True, tag="label"):
    """A preferred name; the one before stays as a synonym. ``remove``: the name is wrong."""

    concept: Curie
    value: Text
    language: Language
    remove: bool = False

    def edits(self) -> tuple[Edit, ...]:
        return _label(self.concept, Label(self.value, self.language), self.remove)


class SynonymForm(_Form, frozen=True, tag="synonym"):
    """Another name, or with ``remove`` one that is wrong."""

    concept: Curie
    value: Text
    language: Language
    kind: Synonym = "exact"
    remove: bool = False

    def edits(self) -> tuple[Edit, ...]:
        return _label(self.concept, Label(self.value, self.language, self.kind), self.remove)


class DefinitionForm(_Form, frozen=True, tag="definition"):
    """A definition."""

    concept: Curie
    value: Text
    language: Language
    remove: bool = False

    def edits(self) -> tuple[Edit, ...]:
        text = Label(self.value, self.language)
        return (RemoveDefinition(self.concept, text) if self.remove else AddDefinition(self.concept, text),)


class ParentForm(_Form, frozen=True, tag="parent"):
    """A concept directly above."""

    concept: Curie
    parent: Curie
    remove: bool = False

    def edits(self) -> tuple[Edit, ...]:
        return ((RemoveParent if self.remove else AddParent)(self.concept, self.parent),)


class MergeForm(_Form, frozen=True, tag="merge"):
    """Two concepts are one: ``concept`` is deprecated in favour of ``into``."""

    concept: Curie
    into: Curie

    def edits(self) -> tuple[Edit, ...]:
        return (Merge(self.concept, self.into),)


class SplitForm(_Form, frozen=True, tag="split"):
    """A concept is several: it is deprecated in favour of new ones."""

    concept: Curie
    parts: Annotated[tuple[NewTerm, ...], msgspec.Meta(min_length=2, max_length=20)]

    def edits(self) -> tuple[Edit, ...]:
        made = tuple(part.concept for part in self.parts)
        return (*map(NewConcept, made), Deprecate(self.concept, tuple(one.id for one in made)))


class DeprecateForm(_Form, frozen=True, tag="deprecate"):
    """A concept is not to be used any more, or with ``remove`` again."""

    concept: Curie
    replaced_by: tuple[Curie, ...] = ()
    remove: bool = False

    def edits(self) -> tuple[Edit, ...]:
        return (Reinstate(self.concept) if self.remove else Deprecate(self.concept, self.replaced_by),)


class MappingForm(_Form, frozen=True, tag="mapping"):
    """A mapping to another concept; ``negative``: it does not hold. ``remove``: nothing is said of the pair."""

    subject: Curie
    object: Curie
    predicate: Literal["skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch",
                       "skos:relatedMatch"] = "skos:exactMatch"  # fmt: skip
    justification: str = "semapv:ManualMappingCuration"
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    negative: bool = False
    remove: bool = False

    def edits(self) -> tuple[Edit, ...]:
        mapping = ConceptMapping(
            self.subject, self.predicate, self.object, self.justification, self.confidence, self.negative
        )
        return ((RemoveMapping if self.remove else AddMapping)(mapping),)


class CorrectionForm(_Form, frozen=True, tag="correction"):
    """A judgement of a mention or a claim at one place of a text (ADR 15); ``by`` is left empty."""

    correction: Correction
    remove: bool = False

    def edits(self) -> tuple[Edit, ...]:
        return ((RemoveCorrection if self.remove else Correct)(self.correction),)


Form = (
    NewForm | LabelForm | SynonymForm | DefinitionForm | ParentForm | MergeForm | SplitForm | DeprecateForm
    | MappingForm | CorrectionForm
)  # fmt: skip
FORMS: dict[str, type[msgspec.Struct]] = {
    "concept": NewForm, "label": LabelForm, "synonym": SynonymForm, "definition": DefinitionForm, "parent": ParentForm,
    "merge": MergeForm, "split": SplitForm, "deprecate": DeprecateForm, "mapping": MappingForm,
    "correction": CorrectionForm,
}  # fmt: skip


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a form."""
    return msgspec.json.schema(FORMS[name])


def minted(term: NewTerm) -> str:
    """The id of a concept of our own: the English name as a slug, or a digest where there is none.

    >>> minted(NewTerm("disease", (GivenName("Sample Fever", "en"),)))
    'medkg:sample-fever'
    """
    english = next((one.value for one in term.labels if one.language == "en"), "")
    slug = _OTHER.sub("-", english.lower()).strip("-")[:80]
    return f"medkg:{slug or 'c-' + digest(term.category, *(one.value for one in term.labels))}"


def _label(concept: str, label: Label, remove: bool) -> tuple[Edit, ...]:
    return (RemoveLabel(concept, label) if remove else AddLabel(concept, label),)
