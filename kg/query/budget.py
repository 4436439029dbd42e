"""What one client may use of the query workers, after the Wikidata Query Service.

Seconds of work and errors are counted for each client as in a bucket that leaks evenly: full after
``seconds`` of work, empty again a minute later. Who has filled one is told how long to wait.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from kg.errors import BudgetSpent

MINUTE = 60.0
MOST_CLIENTS = 65_536
"""Clients that are remembered; about 200 bytes each. Beyond that the one seen longest ago is forgotten."""


class _Account:
    __slots__ = ("at", "errors", "seconds")

    def __init__(self, at: float) -> None:
        self.at = at
        self.seconds = self.errors = 0.0


class Budget:
    """``seconds`` of work and ``errors`` a minute for each client; 0 for no limit.

    The client ``""`` is never counted.
    """

    def __init__(
        self, seconds: float = 60.0, errors: float = 30.0, *, most: int = MOST_CLIENTS,
        clock: Callable[[], float] = monotonic,
    ) -> None:  # fmt: skip
        self._seconds = seconds
        self._errors = errors
        self._most = most
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def check(self, client: str) -> None:
        """Raise BudgetSpent, with the seconds until there is something left, unless ``client`` may ask."""
        account = self._accounts.get(client)
        if account is None or self._room(account):
            # With time there is only more.
            return
        self._leak(account)
        wait = 0.0
        if self._seconds:
            wait = (account.seconds - self._seconds) * MINUTE / self._seconds
        if self._errors:
            # There must be room for one more, else a client would fail once for each two seconds of waiting.
            wait = max(wait, (account.errors + 1 - self._errors) * MINUTE / self._errors)
        if wait > 0:
            raise BudgetSpent(seconds=round(wait, 3))

    def charge(self, client: str, seconds: float, *, failed: bool = False) -> None:
        """Count what a query of ``client`` took; ``failed``: it was an error of the client's."""
        if not client or not (self._seconds or self._errors):
            return
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = _Account(self._clock())
            if len(self._accounts) > self._most:
                self._accounts.popitem(last=False)
        else:
            self._accounts.move_to_end(client)
            self._leak(account)
        account.seconds += seconds
        account.errors += failed

    def _room(self, account: _Account) -> bool:
        return (not self._seconds or account.seconds <= self._seconds) and (
            not self._errors or account.errors + 1 <= self._errors
        )

    def _leak(self, account: _Account) -> None:
        now = self._clock()
        share = (now - account.at) / MINUTE
        account.at = now
        account.seconds = max(0.0, account.seconds - share * self._seconds)
        account.errors = max(0.0, account.errors - share * self._errors)

    def __len__(self) -> int:
        return len(self._accounts)
