"""What is known of a concept as columns of a spreadsheet: the properties of reconciliation and data extension."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType

import msgspec

from kg.query.records import ConceptRecord, LabelPair, Named, Wording


class Fact(msgspec.Struct, frozen=True):
    """One value: a text; or a concept with its id; or a number, which ``text`` repeats."""

    text: str
    id: str = ""
    label: LabelPair = LabelPair()
    number: int | None = None


def _names(language: str) -> Callable[[ConceptRecord], Iterable[Fact]]:
    return lambda record: (
        Fact(name.value) for name in record.names if name.language == language and name.kind != "preferred"
    )


def _label(language: str) -> Callable[[ConceptRecord], Iterable[Fact]]:
    def found(record: ConceptRecord) -> Iterable[Fact]:
        value = record.label.zh if language == "zh" else record.label.en
        return (Fact(value),) if value else ()

    return found


def _texts(values: Iterable[Wording], language: str) -> Iterable[Fact]:
    return (Fact(value.value) for value in values if value.language == language)


def _concepts(values: Iterable[Named]) -> Iterable[Fact]:
    return (Fact(other.label.en or other.label.zh or other.id, other.id, other.label) for other in values)


FACTS: MappingProxyType[str, Callable[[ConceptRecord], Iterable[Fact]]] = MappingProxyType(
    {
        "label_zh": _label("zh"),
        "label_en": _label("en"),
        "synonym_zh": _names("zh"),
        "synonym_en": _names("en"),
        "definition_zh": lambda record: _texts(record.definitions, "zh"),
        "definition_en": lambda record: _texts(record.definitions, "en"),
        "code": lambda record: (Fact(code) for code in (record.id.partition(":")[2], *record.notations) if code),
        "mapping": lambda record: (Fact(other.id) for other in record.mappings),
        "parent": lambda record: _concepts(record.parents),
        "replaced_by": lambda record: _concepts(record.replaced_by),
        "category": lambda record: (Fact(record.category),),
        "status": lambda record: (Fact("deprecated" if record.deprecated else "current"),),
        "documents": lambda record: (Fact(str(record.documents), number=record.documents),),
        "iri": lambda record: (Fact(record.iri),),
    }
)
"""Property id -> its values. ``code``: the id without its prefix, and notations; ``mapping``: CURIEs elsewhere,
whatever their relation; ``documents``: how many mention the concept."""
EXACT = frozenset({"code", "mapping", "category", "status", "documents", "iri"})
"""Properties that are the same or not; of the others, names are compared."""
ENTITIES = frozenset({"parent", "replaced_by"})


def facts(record: ConceptRecord, name: str) -> tuple[Fact, ...]:
    """The values of one property, each once; raises KeyError for one that is not in ``FACTS``."""
    return tuple(dict.fromkeys(FACTS[name](record)))
