"""``medkg rules simulate``: invented patients, or those of a bundle, and what the rules say of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell
from api.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.simulating import Simulated
    from ingest.cases.shipped import Moment
    from kg.model.case import Event
    from kg.model.rule import Bilingual


def add_to(rules: typer.Typer) -> None:
    rules.command("simulate", help=say("cli.simulate.help"))(simulate)


def simulate(
    patient: Annotated[str, typer.Option("--patient", help=say("cli.simulate.patient"))] = "",
    file: Annotated[Path | None, typer.Option("--file", help=say("cli.simulate.file"))] = None,
    event: Annotated[str, typer.Option("--event", help=say("cli.simulate.event"))] = "",
    language: Annotated[
        Literal["zh", "en"] | None, typer.Option("--language", help=say("cli.simulate.language"))
    ] = None,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Without a patient and a file the list of patients."""
    import msgspec

    from api.cli.casefiles import rules_of
    from api.simulating import simulated
    from ingest.cases.shipped import at, invented
    from kg.errors import ConfigError

    spoken = language or LANGUAGE
    if patient and file is not None:
        raise ConfigError(where="--patient --file", reason=say("cli.simulate.one"))
    wanted = _event(event)
    if not patient and file is None:
        for one in invented():
            events = ",".join(dict.fromkeys(moment.event for moment in one.moments))
            row = {"id": one.id, "events": events, "title": _said(one.title, spoken), "story": _said(one.story, spoken)}
            put(msgspec.json.encode(row).decode() if json else "\t".join(row.values()))
        return
    moments = at(patient, wanted) if file is None else _filed(file, wanted)
    decisions, found = rules_of(data, as_of)
    for moment in moments:
        answer = simulated(decisions, found, moment)
        if json:
            put(msgspec.json.encode(answer).decode())
        else:
            _print(answer, spoken)


def _print(answer: Simulated, language: str) -> None:
    from api.simulating import explanation

    reading = answer.answer.interpretation
    put(f"== {answer.event} {_said(answer.told, language)}".rstrip())
    for card in answer.answer.items:
        put(f"[{card.tier}] {_said(card.title, language)}\n\t{_said(card.message, language)}")
        put(f"\t{card.evidence[0].organisation}: {card.evidence[0].title} ({card.evidence[0].basis})")
    for lacking in reading.insufficient:
        title = _said(lacking.title, language)
        put(text("cli.rules.lacking", language, title=title, missing=", ".join(lacking.missing)))
    for unread in reading.problems:
        reason = text(f"simulator.reason.{unread.reason}", language)
        put(text("simulator.unread", language, place=unread.place, reason=reason))
    for gap in reading.unjudged:
        put(
            text(
                "simulator.unjudged",
                language,
                rules=gap.rules,
                list=gap.list,
                gap=text(f"simulator.gap.{gap.gap}", language),
            )
        )
    for line in explanation(reading.explained, language):
        put("  " * (line.depth + 1) + line.text)
    put(text("simulator.timing", language, milliseconds=answer.milliseconds))
    tell(_said(reading.summary, language))
    tell(_said(answer.answer.notice, language))


def _event(name: str) -> Event | None:
    from typing import get_args

    from kg.errors import UnknownName
    from kg.model.case import Event

    if not name:
        return None
    for one in get_args(Event):
        if one == name:
            known: Event = one
            return known
    raise UnknownName(kind="event", name=name, known=", ".join(get_args(Event)))


def _filed(file: Path, wanted: Event | None) -> Iterator[Moment]:
    """The patient of a bundle, when its chart is opened where no event is named; or the cases of a file."""
    from api.simulating import sent
    from ingest.cases.synthetic import file_cases

    return sent(file_cases(file, (wanted or "patient-view",)))


def _said(words: Bilingual, language: str) -> str:
    return words.zh if language == "zh" else words.en
