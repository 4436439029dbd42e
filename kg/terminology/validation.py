"""Whether a coding is what it claims to be: a code of its system, under that name, in that value set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from kg.errors import UnknownCanonical
from kg.index.analysis import fold
from kg.index.base import Mask
from kg.terminology.table import DEPRECATED, CodeSystem, CodeTable

Fault = Literal["", "no-system", "unknown-system", "unknown-code", "not-in-set", "wrong-display"]


class Coding(msgspec.Struct, frozen=True):
    """A code with its system, as FHIR writes it; what else a Coding holds is not looked at."""

    system: str = ""
    version: str = ""
    code: str = ""
    display: str = ""


class CodeableConcept(msgspec.Struct, frozen=True):
    """Several codings of one thing."""

    coding: tuple[Coding, ...] = ()
    text: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """``fault`` says what is wrong, empty where nothing is; ``display`` is the name that the code has here."""

    coding: Coding
    fault: Fault
    system: CodeSystem | None = None
    display: str = ""
    inactive: bool = False

    @property
    def valid(self) -> bool:
        return not self.fault


def check(table: CodeTable, coding: Coding, languages: Sequence[str], members: Mask | None = None) -> Verdict:
    """Look at one coding; ``members``: the codes of the value set that it should be in.

    A name is right when it is one of the code's names, whatever its case and blanks.
    """
    if not coding.system:
        return Verdict(coding, "no-system")
    try:
        system = table.system(coding.system, coding.version)
    except UnknownCanonical:
        return Verdict(coding, "unknown-system")
    row = table.find(system, coding.code)
    if row is None:
        return Verdict(coding, "unknown-code", system)
    told = table[row]
    fault: Fault = ""
    if members is not None and not members[row]:
        fault = "not-in-set"
    elif coding.display and _plain(coding.display) not in {_plain(label.value) for label in told.labels}:
        fault = "wrong-display"
    return Verdict(coding, fault, system, told.display(languages), bool(table.flags[row] & DEPRECATED))


def best(table: CodeTable, codings: Sequence[Coding], languages: Sequence[str], members: Mask | None = None) -> Verdict:
    """The first coding that is valid, else the first; raises IndexError for none."""
    verdicts = [check(table, coding, languages, members) for coding in codings]
    return next((one for one in verdicts if one.valid), verdicts[0])


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
