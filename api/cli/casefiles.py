"""Cases in files, and the rules of a generation, for commands that ask about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.output import say

if TYPE_CHECKING:
    from api.decisions import Decisions
    from api.knowledge import Knowledge
    from kg.model.case import Case


def case_of(file: Path) -> Case:
    """The case in a JSON file; raises InputError with the place for one that does not fit."""
    import msgspec

    from api.requests import located
    from kg.errors import InputError
    from kg.model.case import Case

    try:
        return msgspec.json.decode(file.read_bytes(), type=Case)
    except msgspec.ValidationError as error:
        raise InputError(path=file, position=located(error, Case), reason=say("cli.rules.misfit")) from None
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(path=file, position="", reason=str(error)) from None


def rules_of(data: str | None, as_of: str | None) -> tuple[Decisions, Knowledge]:
    from api.cli.query import opened
    from api.decisions import Decisions
    from api.settings import load

    return Decisions(load({"data": data})), opened(data, as_of)
