"""Operations on value sets: ``$expand`` and ``$validate-code``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.fhir.codesystem import codings, judged, use_of
from api.fhir.definitions import definition_of, described
from api.fhir.parameters import Asked, Operation
from kg.model.ids import digest
from kg.terminology.expansion import Expansion, Node, Wanted, expand
from kg.terminology.table import DEPRECATED, CodeTable
from kg.terminology.terminology import Terminology
from kg.terminology.validation import best
from kg.terminology.valueset import ValueSetDefinition

EXPAND = Operation(
    "ValueSet", "$expand",
    {"url": "text", "valueSet": "resource", "valueSetVersion": "text", "filter": "text", "offset": "number",
     "count": "number", "includeDesignations": "flag", "designation": "text", "includeDefinition": "flag",
     "activeOnly": "flag", "excludeNested": "flag", "excludeNotForUI": "flag", "excludePostCoordinated": "flag",
     "displayLanguage": "text", "exclude-system": "text", "system-version": "text", "check-system-version": "text",
     "force-system-version": "text"},
    unsupported=("context", "contextDirection", "date"),
    many=("designation", "exclude-system", "system-version", "check-system-version", "force-system-version"),
)  # fmt: skip
"""``excludeNotForUI`` and ``excludePostCoordinated`` hold of themselves: nothing of the kind is kept here."""
VALIDATE = Operation(
    "ValueSet", "$validate-code",
    {"url": "text", "valueSet": "resource", "valueSetVersion": "text", "code": "text", "system": "text",
     "systemVersion": "text", "display": "text", "coding": "coding", "codeableConcept": "concept",
     "displayLanguage": "text"},
    unsupported=("context", "date", "abstract"),
)  # fmt: skip
_VERSIONS = ("system-version", "check-system-version", "force-system-version")


def named(held: Terminology, asked: Asked, known: ValueSetDefinition | None) -> ValueSetDefinition:
    """The value set that a call is about: of the resource, sent with it, or named by its URL."""
    if known is not None:
        return known
    if "valueSet" in asked:
        return definition_of(asked.resource("valueSet"))
    if "url" not in asked:
        raise asked.missing("url | valueSet")
    return held.value_sets.find(asked.text("url"), asked.text("valueSetVersion"))


def validate(
    held: Terminology, asked: Asked, languages: tuple[str, ...], known: ValueSetDefinition | None = None
) -> dict[str, Any]:
    """Whether a coding is in a value set, and one of its system under the name that is given."""
    found = codings(asked, asked.text("system"), "system")
    members = held.value_sets.mask(named(held, asked, known))
    return judged(best(held.table, found, languages, members), languages)


def expansion(
    held: Terminology,
    asked: Asked,
    languages: tuple[str, ...],
    published: str,
    known: ValueSetDefinition | None = None,
) -> dict[str, Any]:
    """The ValueSet with its codes; raises ExpansionTooCostly and what ``Selector.mask`` raises."""
    definition = named(held, asked, known)
    for name in _VERSIONS:
        for canonical in asked.texts(name):
            url, _, version = canonical.partition("|")
            held.table.system(url, version)
    wanted = Wanted(
        filter=asked.text("filter").strip(), offset=asked.number("offset") or 0, count=asked.number("count"),
        active=asked.flag("activeOnly"), nested=not asked.flag("excludeNested", default=True),
        without=tuple(one.partition("|")[0] for one in asked.texts("exclude-system")),
    )  # fmt: skip
    found = expand(held.table, held.value_sets.mask(definition), wanted)
    shown = described(definition, languages, compose=asked.flag("includeDefinition"))
    shown["expansion"] = _expansion(held.table, asked, definition, found, wanted, languages, published)
    return shown


def _expansion(
    table: CodeTable,
    asked: Asked,
    definition: ValueSetDefinition,
    found: Expansion,
    wanted: Wanted,
    languages: tuple[str, ...],
    published: str,
) -> dict[str, Any]:
    named_here = {
        choice.code: choice.display for inclusion in definition.include for choice in inclusion.codes if choice.display
    }
    designations = asked.flag("includeDesignations") or "designation" in asked
    told = frozenset(one.rpartition("|")[2].lower() for one in asked.texts("designation"))

    def contained(node: Node) -> dict[str, Any]:
        system, code = table.place(node.row)
        row = table[node.row]
        made: dict[str, Any] = {"system": system.url, "code": code}
        if system.version:
            made["version"] = system.version
        display = named_here.get(code) or row.display(languages)
        if display:
            made["display"] = display
        if table.flags[node.row] & DEPRECATED:
            made["inactive"] = True
        if designations:
            rows = [
                {"language": label.language, "use": use_of(label), "value": label.value}
                for label in row.labels
                if not told or label.language in told
            ]
            if rows:
                made["designation"] = rows
        return made

    rows: list[dict[str, object]] = [
        {"name": name, f"value{kind}": value}
        for name, kind, value in (
            ("filter", "String", wanted.filter),
            ("displayLanguage", "Code", languages[0]),
            ("activeOnly", "Boolean", wanted.active),
            ("excludeNested", "Boolean", not wanted.nested),
        )
        if value != ""
    ]
    systems = {inclusion.system for inclusion in definition.include if inclusion.system}
    for url in sorted(systems):
        system = table.system(url)
        if system.version:
            rows.append({"name": "used-codesystem", "valueUri": f"{url}|{system.version}"})
    if wanted.count is not None or wanted.offset:
        rows.append({"name": "offset", "valueInteger": wanted.offset})
    if wanted.count is not None:
        rows.append({"name": "count", "valueInteger": wanted.count})
    made: dict[str, Any] = {
        "identifier": f"urn:medkg:expansion:{digest(repr(definition), repr(wanted), published)}",
        "timestamp": _moment(published),
        "total": found.total,
        "parameter": rows,
    }
    if wanted.count is not None or wanted.offset:
        made["offset"] = wanted.offset
    if found.nodes:
        made["contains"] = _nested(found.nodes, contained)
    return made


def _nested(nodes: tuple[Node, ...], contained: Any) -> list[dict[str, Any]]:
    """Without recursion, as hierarchies may be deep."""
    top: list[dict[str, Any]] = []
    stack = [(nodes, top)]
    while stack:
        some, into = stack.pop()
        for node in some:
            made = contained(node)
            into.append(made)
            if node.below:
                made["contains"] = []
                stack.append((node.below, made["contains"]))
    return top


def _moment(published: str) -> str:
    """When the generation was published, to the second: what an expansion says depends on nothing later."""
    return datetime.fromisoformat(published).isoformat(timespec="seconds")
