"""Writing for people (stderr, progress) and for programs (stdout)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from api.settings import locale_language
from api.texts import text

if TYPE_CHECKING:
    from rich.progress import Progress

LANGUAGE = locale_language()


def say(key: str, /, **params: object) -> str:
    """A text in the language of the locale."""
    return text(key, LANGUAGE, **params)


def tell(message: str) -> None:
    """A line for the person at the terminal; stdout stays free for results."""
    sys.stderr.write(f"{message}\n")


def complain(message: str) -> None:
    sys.stderr.write(f"medkg: {message}\n")


def put(message: str) -> None:
    """A line of the result."""
    sys.stdout.write(f"{message}\n")


def progress() -> Progress:
    """Bars on stderr, none where it is not a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console, disable=not console.is_terminal, transient=True,
    )  # fmt: skip
