"""What a value set is, and who knows of any: the protocol by which concept sets join."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import unquote

import msgspec

from kg.errors import TerminologyError
from kg.terminology.systems import resource_id
from kg.terminology.table import CodeSystem, CodeTable


class CodeChoice(msgspec.Struct, frozen=True):
    """A code that is named, with the name that the value set gives it (empty: that of its code system)."""

    code: str
    display: str = ""


class CodeFilter(msgspec.Struct, frozen=True):
    """A condition on codes, as in https://hl7.org/fhir/R4/valueset-filter-operator.html.

    Properties: ``concept`` (or ``code``), ``parent``, ``child``, ``category``, ``inactive``.
    """

    property: str
    op: str
    value: str


class Inclusion(msgspec.Struct, frozen=True):
    """Codes of one system (all of them, or those named, or those that pass every filter) which are also in every one of
    ``value_sets``; without a system the codes of these alone."""

    system: str = ""
    version: str = ""
    codes: tuple[CodeChoice, ...] = ()
    filters: tuple[CodeFilter, ...] = ()
    value_sets: tuple[str, ...] = ()


class ValueSetDefinition(msgspec.Struct, frozen=True):
    """What is in any of ``include`` and in none of ``exclude``.

    ``id`` is that of the FHIR resource, empty for one that was sent; ``title_en`` and ``title_zh`` are for people.
    ``inactive`` False leaves deprecated codes out.
    """

    url: str
    include: tuple[Inclusion, ...]
    exclude: tuple[Inclusion, ...] = ()
    id: str = ""
    version: str = ""
    name: str = ""
    title_en: str = ""
    title_zh: str = ""
    status: str = "active"
    inactive: bool = True


class ValueSetSource(Protocol):
    """Knows value sets of one generation. Both methods answer at once: what they need was read before."""

    def find(self, url: str, version: str = "") -> ValueSetDefinition | None:
        """The value set with a canonical URL; None for one that it does not know, or not in this version."""

    def all(self) -> Iterator[ValueSetDefinition]:
        """Every value set that is listed, in a steady order."""


_STEP = re.compile(r"\s*(<<|<!|<|)\s*(\*|[^\s|()<>^:!]+)\s*(?:\|[^|]*\|\s*)?(?:(AND|OR|MINUS)\s)?", re.IGNORECASE)
_IMPLICIT = "?fhir_vs"
EXPRESSION = f"{_IMPLICIT}=ecl/"
"""In URLs of value sets that are expressions."""
_LONGEST = 2_000


class ImplicitValueSets:
    """Value sets that every code system has without anybody defining them, named as FHIR does for SNOMED CT
    (https://hl7.org/fhir/R4/snomedct.html#implicit) with the URL of any system held here: ``?fhir_vs`` (all of it),
    ``?fhir_vs=isa/CODE``, ``?fhir_vs=ecl/EXPRESSION``; of LOINC also ``http://loinc.org/vs``."""

    def __init__(self, table: CodeTable) -> None:
        self._table = table

    def find(self, url: str, version: str = "") -> ValueSetDefinition | None:
        """Raises TerminologyError for an expression that is not understood."""
        base, mark, asked = (url[:-3], _IMPLICIT, "") if url == "http://loinc.org/vs" else url.partition(_IMPLICIT)
        system = next((one for one in self._table.systems if one.url == base and one.count), None)
        if not mark or system is None or version not in ("", system.version):
            return None
        if not asked:
            return _whole(system)
        kind, _, what = asked.removeprefix("=").partition("/")
        if kind == "isa" and what:
            found = Inclusion(system.url, filters=(CodeFilter("concept", "is-a", what),))
            return ValueSetDefinition(url, (found,), version=system.version, name=_name(system))
        if kind == "ecl" and what:
            include, exclude = expression(unquote(what), system.url)
            # A URI holds no blanks, however it was sent.
            return ValueSetDefinition(
                url.replace(" ", "%20"), include, exclude, version=system.version, name=_name(system)
            )
        return None

    def all(self) -> Iterator[ValueSetDefinition]:
        """The whole of each code system."""
        return (_whole(system) for system in self._table.systems if system.count)


def expression(text: str, system: str) -> tuple[tuple[Inclusion, ...], tuple[Inclusion, ...]]:
    """What an ECL expression includes and excludes. Only so much of ECL is read: ``*``, a code, ``<`` (descendants),
    ``<<`` (and itself), ``<!`` (children), each with or without ``|term|``, joined by AND, OR or MINUS of one kind.

    Raises TerminologyError for anything else.

    >>> [[filter.op for filter in one.filters] for one in expression("<<1 AND < 2 |a term|", "s")[0]]
    [['is-a', 'descendent-of']]
    """
    parts: list[Inclusion] = []
    joints: set[str] = set()
    at = 0
    while True:
        found = _STEP.match(text, at) if len(text) <= _LONGEST else None
        if found is None:
            raise TerminologyError(why="expression")
        mark, code, joint = found.groups()
        parts.append(Inclusion(system, filters=_condition(mark, code)))
        at = found.end()
        if not joint:
            break
        joints.add(joint.upper())
    if at != len(text) or len(joints) > 1:
        raise TerminologyError(why="expression")
    if "AND" in joints:
        return (Inclusion(system, filters=tuple(one for part in parts for one in part.filters)),), ()
    if "MINUS" in joints:
        return (parts[0],), tuple(parts[1:])
    return tuple(parts), ()


def _condition(mark: str, code: str) -> tuple[CodeFilter, ...]:
    if code == "*":
        if mark:
            raise TerminologyError(why="expression")
        return ()
    if mark == "<!":
        return (CodeFilter("parent", "=", code),)
    return (CodeFilter("concept", {"<<": "is-a", "<": "descendent-of", "": "="}[mark], code),)


def _whole(system: CodeSystem) -> ValueSetDefinition:
    return ValueSetDefinition(
        url=system.url + _IMPLICIT, include=(Inclusion(system.url),), id=resource_id(f"all/{system.id}"),
        version=system.version, name=_name(system),
        title_en=system.title.get("en", system.name), title_zh=system.title.get("zh", system.name),
    )  # fmt: skip


def _name(system: CodeSystem) -> str:
    """Usable as a name in programs, as FHIR asks (inv vsd-0)."""
    return "All_" + re.sub(r"\W", "_", system.name)
