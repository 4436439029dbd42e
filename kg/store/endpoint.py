"""A SPARQL 1.1 endpoint over HTTP: whole answers or an error, never a part of one.

What is in an answer is read by ``kg.store.answers``; an engine that fails is left alone by ``kg.breaker``.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from threading import Timer
from typing import Literal, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec

from kg.breaker import Breaker
from kg.errors import EngineFailed, QuerySyntax, QueryTimeout, QueryTooLarge
from kg.model.terms import Statement, Term
from kg.store.answers import SOLUTIONS, TRIPLES, BlankNode, solutions, table, triples, truth

T = TypeVar("T")

ANYTHING = "*/*"
_CUT = frozenset({"x-sparql-maxrows", "x-sparql-anytime", "x-sql-state", "x-sql-message"})
"""Headers by which Virtuoso says that it gave a part only."""


class Engine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an engine is and what is ours there. It is stored with each snapshot; the password never is.

    ``graphs``: prefix of all graphs that medkg may write; one data folder each.
    ``loader``: command that loads a folder of N-Quads files, its last argument; it gets the password as a line on
    standard input. Empty: everything goes through SPARQL Update. ``login``: how user and password are sent;
    ``bearer`` sends the password alone. ``seconds``: for one query; ``megabytes``: of one
    answer.
    """

    query: str
    update: str = ""
    graphs: str = "urn:x-medkg:"
    loader: tuple[str, ...] = ()
    seconds: float = 30.0
    update_seconds: float = 600.0
    megabytes: int = 1024
    user: str = ""
    login: Literal["basic", "digest", "bearer"] = "basic"


class Endpoint:
    """One engine. Every method raises EngineFailed (down, refusing, cut, not SPARQL), QueryTimeout, QuerySyntax."""

    def __init__(self, engine: Engine, password: str = "", breaker: Breaker | None = None) -> None:
        self.engine = engine
        self.password = password
        self._breaker = breaker or Breaker()
        # Neither proxies nor .netrc of the environment, no redirects: the password goes where the operator said.
        self._client = httpx.Client(auth=_login(engine, password), trust_env=False, follow_redirects=False)

    def select(self, query: str, default: str = "", named: Sequence[str] = ()) -> list[dict[str, Term]]:
        """Solutions over these graphs."""
        return self._read(query, default, named, SOLUTIONS, solutions)

    def table(self, query: str, default: str = "") -> tuple[list[str], list[dict[str, Term]]]:
        """The same with the variables in their order."""
        return self._read(query, default, (), SOLUTIONS, table)

    def ask(self, query: str, default: str = "", named: Sequence[str] = ()) -> bool:
        return self._read(query, default, named, SOLUTIONS, truth)

    def construct(self, query: str, default: str = "", named: Sequence[str] = ()) -> list[Statement]:
        """Triples of a CONSTRUCT query, each once."""
        return self._read(query, default, named, TRIPLES, triples)

    def update(self, text: str) -> None:
        """Run an update; its answer is not looked at beyond its status."""
        engine = self.engine
        if not engine.update:
            raise EngineFailed(path=engine.query, why="engine-read-only")
        try:
            self._post(engine.update, {"update": text}, ANYTHING, engine.update_seconds, len)
        except QuerySyntax as error:
            raise EngineFailed(path=engine.update, why="engine-refused", text=error.params["reason"]) from error

    def close(self) -> None:
        self._client.close()

    def _read(self, query: str, default: str, named: Sequence[str], kind: str, reading: Callable[[bytes], T]) -> T:
        form: dict[str, str | Sequence[str]] = {"query": query}
        if default:
            form |= {"default-graph-uri": default, "named-graph-uri": named}
        return self._post(self.engine.query, form, kind, self.engine.seconds, reading)

    def _post(
        self,
        url: str,
        form: Mapping[str, str | Sequence[str]],
        accept: str,
        seconds: float,
        reading: Callable[[bytes], T],
    ) -> T:
        if rest := self._breaker.rest():
            raise EngineFailed(path=url, why="engine-resting", seconds=int(rest) + 1)
        good = False
        try:
            answer = reading(self._exchange(url, urlencode(form, doseq=True).encode(), accept, seconds))
            good = True
            return answer
        except (QuerySyntax, QueryTooLarge, BlankNode) as error:
            good = True  # the engine did its part
            if isinstance(error, BlankNode):
                raise EngineFailed(path=url, why="engine-term") from error
            raise
        except httpx.TimeoutException as error:
            raise QueryTimeout(seconds=seconds) from error
        except httpx.ConnectError as error:
            raise EngineFailed(path=url, why="engine-down") from error
        except (httpx.HTTPError, msgspec.MsgspecError, ValueError) as error:
            raise EngineFailed(path=url, why="engine-cut") from error
        finally:
            self._breaker.report(good=good)

    def _exchange(self, url: str, form: bytes, accept: str, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        request = self._client.build_request("POST", url, content=form, headers=headers, timeout=seconds)
        with closing(self._begin(request)) as response, _until(response, until):
            self._check(response, url, accept)
            return b"".join(self._blocks(response))

    def _begin(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # The engine closed a connection that was kept. Every update of ours may be done twice.
            return self._client.send(request, stream=True)

    def _blocks(self, response: httpx.Response) -> Iterator[bytes]:
        size = 0
        for block in response.iter_bytes():
            size += len(block)
            if size > self.engine.megabytes * 1_000_000:
                raise QueryTooLarge(why="memory", limit=self.engine.megabytes)
            yield block

    def _check(self, response: httpx.Response, url: str, accept: str) -> None:
        status = response.status_code
        if status == 400:
            reason = re.sub(r"\s+", " ", response.read().decode("utf-8", "replace").strip().partition("\n")[0])
            raise QuerySyntax(reason=reason[:200])
        if not 200 <= status < 300:
            raise EngineFailed(path=url, why="engine-status", status=status)
        if accept != ANYTHING:
            if not {"content-length", "transfer-encoding"}.intersection(response.headers):
                # An answer that ends with its connection cannot be told from one that was cut.
                raise EngineFailed(path=url, why="engine-cut")
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != accept:
                raise EngineFailed(path=url, why="engine-type", type=kind or "-")
            if _CUT.intersection(response.headers):
                raise EngineFailed(path=url, why="engine-part")


def _login(engine: Engine, password: str) -> httpx.Auth | Callable[[httpx.Request], httpx.Request] | None:
    if engine.login == "bearer":

        def bearing(request: httpx.Request) -> httpx.Request:
            request.headers["Authorization"] = f"Bearer {password}"
            return request

        return bearing if password else None
    kind = httpx.DigestAuth if engine.login == "digest" else httpx.BasicAuth
    return kind(engine.user, password) if engine.user else None


@contextmanager
def _until(response: httpx.Response, until: float) -> Iterator[None]:
    """End the connection at this time: the client's own limit is for each block, and many blocks may come slowly."""
    late = False

    def end() -> None:
        nonlocal late
        late = True
        connection = response.extensions["network_stream"].get_extra_info("socket")
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    timer = Timer(max(until - time.monotonic(), 0.0), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except httpx.HTTPError as error:
        if late:
            raise httpx.ReadTimeout("late") from error
        raise
    finally:
        timer.cancel()
