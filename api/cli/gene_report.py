"""``medkg gene-report``: genes, variants and classes of a report of a gene test, and the lines that were not read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.evaluation import knowledge
from api.cli.options import Data, Generation, Json, Terminologies
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from ingest.text.genetic_report import GeneticReport

_OPTION = typer.Option


def register(app: typer.Typer) -> None:
    app.command("gene-report", help=say("cli.gene-report.help"))(gene_report)


def gene_report(
    file: Annotated[Path, typer.Argument(help=say("cli.gene-report.file"))],
    generation: Generation = None,
    terminologies: Terminologies = None,
    data: Data = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.settings import load
    from ingest.text.annotate import Annotator
    from ingest.text.genetic_report import genetic_report
    from kg.errors import InputError

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path=file, position="byte 0", reason=str(error)) from error
    annotator = Annotator(knowledge(load({"data": data}), generation, terminologies).lexicon, with_attributes=False)
    report = genetic_report(text, annotator)
    if json:
        put(msgspec.json.encode(report).decode())
    else:
        _put(text, report)


def _put(text: str, report: GeneticReport) -> None:
    for one in report.findings:
        gene = f"{one.gene.surface} ({one.gene.candidates[0].concept})"
        variants = " ".join(variant.surface for variant in one.variants)
        share = "" if one.share is None else f"{one.share}%"
        put("\t".join([gene, variants, share, one.classification]))
    tell(say("cli.gene-report.unread", n=len(report.unread)))
    for start, end in report.unread:
        tell(f"  {text[start:end]}")
