"""Operations on code systems: ``$lookup``, ``$validate-code``, ``$subsumes``."""

from __future__ import annotations

from typing import Any

from api.fhir.languages import spoken
from api.fhir.parameters import Asked, Operation, parameters, parts, value
from api.texts import text
from kg import vocab
from kg.errors import TerminologyError
from kg.terminology.entry import Name
from kg.terminology.systems import place, written
from kg.terminology.table import DEPRECATED, ILLUSTRATIVE, CodeSystem, CodeTable
from kg.terminology.terminology import Terminology
from kg.terminology.validation import Coding, Verdict, best

LABEL_KINDS = f"{vocab.MEDKG}LabelKind"
"""System of ``designation.use``: the kinds of labels of ``kg.model.concept``."""
LOOKUP = Operation(
    "CodeSystem", "$lookup",
    {"code": "text", "system": "text", "version": "text", "coding": "coding", "displayLanguage": "text",
     "property": "text"},
    unsupported=("date",), many=("property",), instance=False,
)  # fmt: skip
VALIDATE = Operation(
    "CodeSystem", "$validate-code",
    {"url": "text", "code": "text", "version": "text", "display": "text", "coding": "coding",
     "codeableConcept": "concept", "displayLanguage": "text"},
    unsupported=("codeSystem", "date", "abstract"),
)  # fmt: skip
SUBSUMES = Operation(
    "CodeSystem", "$subsumes",
    {"codeA": "text", "codeB": "text", "system": "text", "version": "text", "codingA": "coding", "codingB": "coding"},
)  # fmt: skip
PROPERTIES = ("definition", "designation", "parent", "inactive", "category", "replacedBy", "notation", "illustrative")
"""Told where ``property`` names none; ``child`` only when it is named, since there may be thousands."""
_KNOWN = (*PROPERTIES, "child", "system", "name", "version", "display")


def lookup(held: Terminology, asked: Asked, languages: tuple[str, ...]) -> dict[str, Any]:
    """What is known of a code; raises UnknownCanonical, UnknownCode, TerminologyError."""
    coding = asked.coding("coding") or Coding(asked.text("system"), asked.text("version"), asked.text("code"))
    if not coding.system or not coding.code:
        raise asked.missing("system, code | coding")
    table = held.table
    system = table.system(coding.system, coding.version)
    row = table.row(system, coding.code)
    told = table[row]
    named = asked.texts("property")
    unknown = [name for name in named if name not in _KNOWN and name != "*" and not name.startswith("lang.")]
    if unknown:
        raise TerminologyError(why="fhir-value", name="property", kind=", ".join((*_KNOWN, "lang.X", "*")))
    chosen = {*PROPERTIES, "child"} if "*" in named else set(named or PROPERTIES)
    tongues = {name.removeprefix("lang.") for name in named if name.startswith("lang.")}
    rows = [
        value("name", "String", title(system, languages)),
        value("version", "String", system.version),
        value("display", "String", told.display(languages) or coding.code),
    ]
    if "designation" in chosen or tongues:
        rows += (_designation(label) for label in told.labels if not tongues or label.language in tongues)
    rows += (row for name, row in _properties(table, row, languages) if name in chosen)
    return parameters(*rows)


def title(system: CodeSystem, languages: tuple[str, ...]) -> str:
    """The title of the edition that is held, else the name of the system."""
    known = system.title
    return next((known[one] for one in (*languages, "en", "zh") if one in known), system.name)


def use_of(label: Name) -> dict[str, str]:
    return {"system": LABEL_KINDS, "code": label.kind}


def _designation(label: Name) -> dict[str, Any]:
    language = value("language", "Code", label.language)
    return parts("designation", language, value("use", "Coding", use_of(label)), value("value", "String", label.value))


def _property(name: str, kind: str, found: object, description: str = "") -> dict[str, Any]:
    return parts(
        "property",
        value("code", "Code", name),
        value("value", kind, found),
        value("description", "String", description),
    )


def _properties(table: CodeTable, row: int, languages: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
    told = table[row]
    found = [("inactive", _property("inactive", "Boolean", bool(table.flags[row] & DEPRECATED)))]
    definition = told.definition(languages)
    if definition:
        found.append(("definition", _property("definition", "String", definition)))
    found.append(("category", _property("category", "Code", table.categories[table.groups[row]])))
    for name, rows in (("parent", table.parents(row)), ("child", table.children(row))):
        found += ((name, _property(name, "Code", table.code(one), table[one].display(languages))) for one in rows)
    found += (("replacedBy", _property("replacedBy", "Code", written(*place(one)))) for one in told.replaced_by)
    found += (("notation", _property("notation", "String", one)) for one in told.notations)
    if table.flags[row] & ILLUSTRATIVE:
        found.append(("illustrative", _property("illustrative", "Boolean", True)))
    return found


def validate(held: Terminology, asked: Asked, languages: tuple[str, ...], url: str = "") -> dict[str, Any]:
    """Whether a code is one of its system, under the name that is given; ``url``: the system of the resource."""
    url = url or asked.text("url")
    return judged(best(held.table, codings(asked, url, "url"), languages), languages)


def codings(asked: Asked, system: str, name: str) -> tuple[Coding, ...]:
    """The codings that a call asks about, of ``system`` where they name none."""
    version = asked.text("version") or asked.text("systemVersion")
    if "code" in asked:
        if not system:
            raise asked.missing(name)
        return (Coding(system, version, asked.text("code"), asked.text("display")),)
    one, several = asked.coding("coding"), asked.concept("codeableConcept")
    found = (one,) if one is not None else several.coding if several is not None else ()
    if not found:
        raise asked.missing("code | coding | codeableConcept")
    return found


def judged(verdict: Verdict, languages: tuple[str, ...]) -> dict[str, Any]:
    """A verdict as Parameters; beside the three of R4 it says which coding it is about, as R5 does."""
    coding, system = verdict.coding, verdict.system
    message = text(f"fhir.{verdict.fault}", spoken(languages), code=coding.code, system=coding.system,
                   display=verdict.display) if verdict.fault else ""  # fmt: skip
    return parameters(
        value("result", "Boolean", verdict.valid),
        value("message", "String", message),
        value("display", "String", verdict.display),
        value("code", "Code", coding.code),
        value("system", "Uri", coding.system),
        value("version", "String", system.version if system is not None else ""),
        value("inactive", "Boolean", True) if verdict.inactive else None,
    )


def subsumes(held: Terminology, asked: Asked, url: str = "") -> dict[str, Any]:
    """How two codes stand to each other; raises UnknownCanonical, UnknownCode, TerminologyError."""
    table, rows = held.table, []
    for letter in ("A", "B"):
        coding = asked.coding(f"coding{letter}") or Coding(
            url or asked.text("system"), asked.text("version"), asked.text(f"code{letter}")
        )
        if not coding.system or not coding.code:
            raise asked.missing("system, codeA, codeB | codingA, codingB")
        rows.append(table.row(table.system(coding.system, coding.version), coding.code))
    return parameters(value("outcome", "Code", table.subsumption(*rows)))
