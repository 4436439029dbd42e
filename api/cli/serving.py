"""The HTTP service in this process, or in several that a supervisor keeps."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import typer

from api.addresses import loopback
from api.cli.exits import Exit, code_of
from api.cli.output import LANGUAGE, complain, say, tell
from kg.errors import ConfigError, MedkgError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from api.service import Service
    from api.settings import Settings
    from kg.query.frames import Ready


def run(settings: Settings, ready: list[str]) -> None:
    """Serve until Ctrl-C; ``ready`` is told once questions are answered.

    Raises what ``Service.startup`` and ``Settings.narrowed`` do.
    """
    from api.listening import alone

    settings = settings.narrowed()
    try:
        listener = alone(settings.host, settings.port)
    except OSError as error:
        complain(_busy(settings, error))
        raise typer.Exit(Exit.FAILED) from None
    if settings.serve_processes > 1:
        listener.close()
        _together(settings, ready)
    else:
        _service(settings, lambda: tell("\n".join(ready))).run(sockets=[listener])


def _together(settings: Settings, ready: list[str]) -> None:
    from api.supervisor import Failed, Supervisor

    try:
        Supervisor(partial(work, settings), settings.serve_processes).run(lambda: tell("\n".join(ready)))
    except Failed as failed:
        complain(failed.reason or say("cli.serve.ended", status=failed.status))
        raise typer.Exit(failed.status if failed.reason else Exit.FAILED) from None


def work(settings: Settings, pipe: Connection) -> None:
    """One of several processes: serves at an address that it shares, and tells its supervisor how it is."""
    from api.heartbeat import Heart
    from api.listening import shared

    # A terminal sends it to all of them; the supervisor says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    heart = Heart(pipe)
    try:
        listener = shared(settings.host, settings.port)
    except OSError as error:
        heart.fail(_busy(settings, error))
        sys.exit(Exit.FAILED)

    def stop() -> None:
        service.should_exit = True

    try:
        service = _service(settings, partial(heart.start, stop))
        service.run(sockets=[listener])
    except MedkgError as error:
        heart.fail(error.text(LANGUAGE))
        sys.exit(code_of(error))


def _busy(settings: Settings, error: OSError) -> str:
    return say("cli.serve.busy", host=settings.host, port=settings.port, reason=error.strerror or str(error))


def _service(settings: Settings, ready: Callable[[], None]) -> Service:
    """The server of this process, not started yet."""
    import faulthandler
    import resource

    import uvicorn

    from api.app import create_app
    from api.connection import Connection
    from api.service import Service

    _log_queries(settings)
    app = create_app(settings)
    config = uvicorn.Config(
        app, loop="uvloop", http=Connection, ws="none", access_log=False, log_level="warning",
        lifespan="on", timeout_keep_alive=30, server_header=False, limit_concurrency=settings.connections,
        proxy_headers=False,
    )  # fmt: skip
    # A core file would hold what users sent.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A mapped file that somebody cuts short ends the process (SIGBUS); so its log says at which line of ours.
    faulthandler.enable()
    return Service(config, app.state.library, partial(_walls, settings), ready)


def _walls(settings: Settings, walls: Ready) -> None:
    """Without any wall around query workers only this machine may ask; raises ConfigError for another host."""
    if walls.no_network or walls.no_calls:
        return
    if not loopback(settings.host):
        raise ConfigError(where="host", reason=say("cli.serve.no-walls-host", host=settings.host))
    complain(say("cli.serve.no-walls"))


def _log_queries(settings: Settings) -> None:
    """Give the query log the file that the settings name."""
    import logging

    if settings.query_log:
        handler = logging.FileHandler(settings.query_log, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log = logging.getLogger("medkg.query")
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
