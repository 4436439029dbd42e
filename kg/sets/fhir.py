"""A concept set as a FHIR R4 ValueSet: the definition as ``compose``, the members as ``expansion``.

https://hl7.org/fhir/R4/valueset.html. What stands below a concept is the filter ``concept is-a``; another set is a
canonical URL with its version. R4 has no form for what is mapped: those codes are listed one by one, as found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kg.model.conceptset import ConceptSet, SetPart
from kg.query.records import LabelPair
from kg.sets.compilation import Compiled, Member
from kg.sets.shown import Names, pair

Coded = Callable[[str], tuple[str, str]]
"""CURIE -> URI of its code system, and the code there."""
_STATUS = {"draft": "draft", "active": "active", "retired": "retired"}


def canonical(base: str, identifier: str) -> str:
    """The URL of a set, without its version."""
    return f"{base}conceptset/{identifier}"


def value_set(
    definition: ConceptSet, found: Compiled, names: Names, coded: Coded, base: str, generation: str, published: str
) -> dict[str, Any]:
    """The resource as a JSON tree; ``published`` is the time of the generation (ISO 8601), so that the same set gives
    the same resource."""
    title, text = pair(definition.titles), pair(definition.descriptions)
    resource: dict[str, Any] = {
        "resourceType": "ValueSet",
        "id": definition.id,
        "url": canonical(base, definition.id),
        "version": definition.version,
        "name": "".join(part.capitalize() for part in f"set-{definition.id}".split("-")),
        "title": title.en,
        "_title": {"extension": [_translation("zh", title.zh)]},
        "status": _STATUS[definition.status],
        "experimental": definition.illustrative,
        "publisher": definition.source or None,
        "description": text.en or text.zh,
        "compose": {
            "include": list(_lines(definition.include, found, names, coded, base, with_mapped=True)),
            "exclude": list(_lines(definition.exclude, found, names, coded, base, with_mapped=False)),
        },
        "expansion": {
            "identifier": f"urn:medkg:{generation}:{definition.id}:{definition.version}:{found.digest}",
            "timestamp": published,
            "total": len(found.members),
            "offset": 0,
            "parameter": [{"name": "version", "valueUri": f"urn:medkg:{generation}"}],
            "contains": [_contained(member, names, coded) for member in found.members],
        },
    }
    if not resource["compose"]["exclude"]:
        del resource["compose"]["exclude"]
    if not resource["expansion"]["contains"]:
        del resource["expansion"]["contains"]
    return {name: value for name, value in resource.items() if value is not None}


def _translation(code: str, text: str | None) -> dict[str, Any]:
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/translation",
        "extension": [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": text}],
    }


def _lines(
    parts: Sequence[SetPart], found: Compiled, names: Names, coded: Coded, base: str, *, with_mapped: bool
) -> Iterator[dict[str, Any]]:
    plain: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        if part.set:
            version = f"|{part.version}" if part.version else ""
            yield {"valueSet": [canonical(base, part.set) + version]}
            continue
        system, code = coded(part.concept)
        if part.descendants:
            yield {"system": system, "filter": [{"property": "concept", "op": "is-a", "value": code}]}
        else:
            plain[system].append(part.concept)
    mapped = {reason.path[-1] for one in found.members for reason in one.reasons if reason.how == "mapped"}
    if not with_mapped:
        mapped = {one.id for one in found.removed if any(reason.how == "mapped" for reason in one.excluded)}
    for curie in sorted(mapped):
        plain[coded(curie)[0]].append(curie)
    for system, curies in sorted(plain.items()):
        yield {"system": system, "concept": [_concept(curie, names, coded) for curie in dict.fromkeys(curies)]}


def _concept(curie: str, names: Names, coded: Coded) -> dict[str, Any]:
    label = names(curie)
    row: dict[str, Any] = {"code": coded(curie)[1]}
    return row | _displayed(label)


def _contained(member: Member, names: Names, coded: Coded) -> dict[str, Any]:
    system, code = coded(member.id)
    return {"system": system, "code": code} | _displayed(names(member.id))


def _displayed(label: LabelPair) -> dict[str, Any]:
    row: dict[str, Any] = {"display": label.en or label.zh} if label.en or label.zh else {}
    if label.zh and label.en:
        row["designation"] = [{"language": "zh", "value": label.zh}]
    return row
