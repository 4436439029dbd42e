"""``medkg annotate``: the concepts of a text, or of many, as a table or in the forms of the API."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsOf, Data, Json, LinkedBy, Model
from api.cli.output import put, say
from api.cli.query import given, opened

if TYPE_CHECKING:
    from api.requests import AnnotateText, TextMentions
    from kg.model.dose import Dose


def register(app: typer.Typer) -> None:
    app.command("annotate", help=say("cli.annotate.help"))(annotate)


def annotate(
    text: Annotated[str, typer.Argument(help=say("cli.annotate.text"))] = "-",
    claims: Annotated[bool, typer.Option("--claims", help=say("cli.annotate.claims"))] = False,
    relations: Annotated[Path | None, typer.Option("--relations", help=say("cli.annotate.relations"))] = None,
    nested: Annotated[bool, typer.Option("--nested", help=say("cli.annotate.nested"))] = False,
    with_doses: Annotated[bool, typer.Option("--doses", help=say("cli.annotate.doses"))] = False,
    format_: Annotated[str, typer.Option("--format", help=say("cli.annotate.format"))] = "",
    id_: Annotated[str, typer.Option("--id", help=say("cli.annotate.id"))] = "",
    batch: Annotated[bool, typer.Option("--batch", help=say("cli.annotate.batch"))] = False,
    model: Model = None,
    linker: LinkedBy = None,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api import exchange
    from api.annotation import annotate_texts
    from api.answers import Page
    from api.requests import AnnotateText
    from ingest.text.claims.classifier import RelationModel
    from ingest.text.claims.ledger import Ledger
    from ingest.text.linker import Linker
    from ingest.text.taggers import opened as opened_model
    from kg.errors import ConfigError

    form = format_ or ("ndjson" if batch else "")
    if form and form not in exchange.MEDIA:
        known = ", ".join(exchange.MEDIA)
        raise ConfigError(where="--format", reason=say("cli.sparql.formats", format=form, known=known))
    if linker and not model:
        raise ConfigError(where="--linker", reason=say("cli.option.linker-alone"))
    source = given("-") if text == "-" else _argument(text)
    texts = list(_lines(source)) if batch else [AnnotateText(source, id=id_)]
    tagger = opened_model(model) if model else None
    found = opened(data, as_of)
    annotator = found.annotator
    if tagger:
        annotator = annotator.with_tagger(tagger, Linker(linker, annotator.lexicon) if linker else None)
    ledger = Ledger(RelationModel(relations) if relations else None) if claims or relations else None

    def read(some: list[AnnotateText]) -> list[TextMentions]:
        return annotate_texts(found, some, annotator, ledger, nested=nested, with_doses=with_doses)

    if not form:
        _table(read(texts)[0], json)
    elif form == "json":
        put(msgspec.json.encode(Page(read(texts), None, found.id)).decode())
    elif form == "ndjson":
        for item in texts:
            put(msgspec.json.encode(read([item])[0]).decode())
            sys.stdout.flush()
    else:
        put(exchange.written(found, texts, form, annotator, ledger, nested=nested).removesuffix("\n"))


def _argument(text: str) -> str:
    """``text``, which the shell hands over in bytes; raises InputError where these are no text."""
    from kg.errors import InputError

    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(path="TEXT", position=f"character {error.start}", why="not-utf-8") from error
    return text


def _lines(source: str) -> Iterator[AnnotateText]:
    """The text of each line; raises InputError, which names the line."""
    import msgspec

    from api.requests import AnnotateText
    from kg.errors import InputError

    for number, line in enumerate(source.split("\n"), 1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=AnnotateText)
            except msgspec.DecodeError as error:
                raise InputError(path="-", position=f"line {number}", why="text-line") from error


def _table(told_of: TextMentions, json: bool) -> None:
    import msgspec

    for one in told_of.claims:
        ends = (f"{one.subject} {one.predicate} {one.object}", one.direction, f"{one.score:.2f}", one.sentence)
        put(msgspec.json.encode(one).decode() if json else "\t".join(ends))
    for dose in told_of.doses:
        cells = (str(dose.start), str(dose.end), dose.surface, dose.kind, _said(dose))
        put(msgspec.json.encode(dose).decode() if json else "\t".join(cells))
    for mention in told_of.mentions:
        if json:
            put(msgspec.json.encode(mention).decode())
            continue
        named = "; ".join(f"{candidate.id} ({candidate.score:.2f})" for candidate in mention.candidates)
        told = ", ".join(f"{one.kind} ({one.cue})" for one in mention.attributes)
        kind = f"{mention.category} ({say('cli.annotate.within')})" if mention.nested else mention.category
        row = (str(mention.start), str(mention.end), mention.surface, kind, named, told, mention.method)
        put("\t".join(row).rstrip())


def _said(dose: Dose) -> str:
    """Number, unit and name, as far as there are any: ``5–10 mg/kg``, ``3 /d``, ``oral``."""
    number = f"{dose.value}–{dose.high}" if dose.high else dose.value
    return " ".join(filter(None, (number, dose.unit, dose.name)))
