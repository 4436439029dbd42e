"""What is known of a coded thing in a patient's context: the knowledge request of HL7's Infobutton.

Parameters are those of *Context-Aware Knowledge Retrieval (Infobutton), URL-Based Implementation Guide*, release 4.
One engine: the rules are those that may fire, and that speak of such patients is what it says of a case of sex and age.
"""

from __future__ import annotations

from typing import Literal, get_args
from urllib.parse import quote

import msgspec

from api.decisions import Decisions, RuleShelf
from api.hits import documents_of
from api.knowledge import Knowledge
from ingest.cases.codings import of_cda
from kg.errors import NotFound
from kg.model.case import Amount, Case, Code, Patient
from kg.model.rule import FactKind, Rule
from kg.query.records import LabelPair
from kg.rules.base import Resolved
from kg.rules.ruleset import Asked
from kg.search.statements import StatementHit

Kind = Literal["concept", "rule", "recommendation", "claim", "document", "nearest"]
MOST = 10
"""Statements, and documents, of one answer."""
_OID = "urn:oid:"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. ``system``: an object identifier, with or without ``urn:oid:``, or a URI, or a name of ours."""

    code: str = ""
    system: str = ""
    name: str = ""
    about: str = ""
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    age: Amount | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is known; ``path`` below the address of the service."""

    kind: Kind
    id: str
    title: str
    summary: str = ""
    path: str


class Known(msgspec.Struct, frozen=True):
    """All that is known. ``concepts``: what the question was read as, none where nothing was. ``others``: rules about
    it that do not speak of such patients."""

    concepts: tuple[str, ...]
    entries: tuple[Entry, ...]
    others: int


def known(found: Knowledge, decisions: Decisions, question: Question, language: str) -> Known:
    """What the generation knows of what is asked; of something that is not understood, what comes nearest."""
    shelf = decisions.shelf(found)
    read = _read(shelf, question)
    if not read.concepts:
        return Known((), tuple(_concept(found, name, language, "nearest") for name in read.nearest), 0)
    rules, others = _rules(found, decisions, shelf, question, read.concepts, language)
    entries = [_concept(found, name, language, "concept") for name in read.concepts]
    label = " ".join([entries[0].title, question.about]).strip()
    told = found.statements.search(label, ("recommendation", "claim"), limit=MOST)
    entries += [*rules, *(_statement(one) for one in told.items)]
    for name in read.concepts:
        rows, _ = documents_of(found, name, subtree=True, limit=MOST, inner=None)
        entries += [
            Entry(kind="document", id=row.id, title=_said(row.label, language) or row.id, path=f"document/{row.id}",
                  summary=str(row.year or ""))
            for row in rows
        ]  # fmt: skip
    return Known(read.concepts, tuple({(one.kind, one.id): one for one in entries}.values()), others)


def _read(shelf: RuleShelf, question: Question) -> Resolved:
    """The concepts of a code; where it says nothing, those of the name beside it."""
    system = question.system.removeprefix(_OID)
    system = of_cda(system, "") if system[:1].isdigit() else question.system
    read = shelf.resolver.code(Code(code=question.code, system=system)) if question.code else Resolved()
    nearest = dict.fromkeys(read.nearest)
    for kind in get_args(FactKind) if question.name and not read.concepts else ():
        named = shelf.resolver.name(question.name, kind)
        nearest |= dict.fromkeys(named.nearest)
        if named.concepts:
            return named
    return Resolved(read.concepts, tuple(nearest))


def _rules(
    found: Knowledge, decisions: Decisions, shelf: RuleShelf, question: Question, concepts: tuple[str, ...],
    language: str,
) -> tuple[list[Entry], int]:  # fmt: skip
    """Rules about one of ``concepts`` that may show something to such a patient, and how many others there are."""
    rules: dict[str, Rule] = {}
    for name in concepts:
        try:
            about = shelf.about(name)
        except NotFound:
            continue
        rules |= {one.rule.id: one.rule for one in about if shelf.active.get(one.rule.id) in ("active", "demo")}
    case = Case(patient=Patient(sex=question.sex, age=question.age))
    judged = decisions.evaluate(found, case, Asked(why=tuple(rules), shown=False))
    outside = {one.rule for one in judged.interpretation.explained if one.outcome == "outside"}
    mark = (judged.notice.zh if language == "zh" else judged.notice.en) if judged.demo else ""
    entries = [
        Entry(kind="rule", id=name, title=rule.title.zh if language == "zh" else rule.title.en,
              summary=f"{rule.message.zh if language == 'zh' else rule.message.en} {mark}".strip(),
              path=f"api/v1/rules/{name}")
        for name, rule in sorted(rules.items()) if name not in outside
    ]  # fmt: skip
    return entries, len(outside & rules.keys())


def _concept(found: Knowledge, name: str, language: str, kind: Kind) -> Entry:
    record = found.concepts.record(name)
    wanted = [one.value for one in record.definitions if one.language.startswith(language)]
    summary = next(iter([*wanted, *(one.value for one in record.definitions)]), "")
    return Entry(
        kind=kind, id=name, title=_said(record.label, language) or name, summary=summary, path=f"concept/{name}"
    )  # fmt: skip


def _statement(hit: StatementHit) -> Entry:
    """With its sentence, and the document that says it."""
    record = hit.recommendation or hit.claim
    assert record is not None, "a hit is one of the two"
    graded = f"{hit.recommendation.scheme} {hit.recommendation.grade}".strip() if hit.recommendation else ""
    path = f"document/{record.source.id}" if record.source else f"api/v1/statements?q={quote(hit.id)}"
    title = record.sentence.text if record.sentence else hit.id
    return Entry(kind=hit.kind, id=hit.id, title=title, summary=graded, path=path)


def _said(label: LabelPair, language: str) -> str:
    first, second = (label.zh, label.en) if language == "zh" else (label.en, label.zh)
    return first or second or ""
