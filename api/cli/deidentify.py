"""``medkg deidentify``: a note without what tells who somebody is, on the way to somewhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Json
from api.cli.output import put, say

if TYPE_CHECKING:
    from typing import Literal

    from ontology.deidentification import Redacted

_OPTION = typer.Option


def register(app: typer.Typer) -> None:
    app.command("deidentify", help=say("cli.deidentify.help"))(deidentify)


def deidentify(
    file: Annotated[str, typer.Argument(help=say("cli.deidentify.file"))] = "-",
    language: Annotated[str, _OPTION("--language", help=say("cli.deidentify.language"))] = "",
    spans: Annotated[bool, _OPTION("--spans", help=say("cli.deidentify.spans"))] = False,
    json: Json = False,
) -> None:
    import sys

    import msgspec

    from kg.errors import ConfigError
    from ontology.deidentification import deidentified

    if language not in ("", "zh", "en"):
        raise ConfigError(where="--language", reason=say("cli.deidentify.languages", language=language))
    text = _read(file)
    found = deidentified(text, _language(text, language))
    if json:
        put(msgspec.json.encode(found).decode())
    elif spans:
        for row in _rows(found):
            put(row)
    else:
        sys.stdout.buffer.write(found.text.encode())
        sys.stdout.buffer.flush()


def _language(text: str, asked: str) -> Literal["zh", "en"]:
    """The language of the words that are put in: that asked for, or else that of the note."""
    if asked:
        return "zh" if asked == "zh" else "en"
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in text) else "en"


def _rows(found: Redacted) -> list[str]:
    """Start, end and kind: never the characters themselves, so that the list can go where the note may not."""
    return [f"{one.start}\t{one.end}\t{one.kind}" for one in found.spans]


def _read(file: str) -> str:
    """A note in UTF-8 (with or without a mark) or GB18030. Raises InputError where it cannot be read."""
    import sys
    from pathlib import Path

    from kg.errors import InputError

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(path=file, position="byte 0", reason=error.strerror or str(error)) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            raise InputError(path=file, position=f"byte {error.start}", reason=say("cli.deidentify.charset")) from None
