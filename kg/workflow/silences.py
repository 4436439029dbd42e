"""Which cards were shown of late, so that they are not said again: salted hashes with an end, nothing else.

A hash is made (HMAC-SHA-256) of what stands for patient, asker and card, with a salt that lies in the data folder and
not in the database. Salts are drawn anew every ``hours``; when the hashes of an old one have ended it is deleted, and
what was made with it can be led back to nobody, not even by who holds a list of all patients.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Lock

import msgspec
from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects import postgresql

from kg.device import full
from kg.errors import StorageFull, StoreError
from kg.workflow.behind import Behind
from kg.workflow.database import session
from kg.workflow.tables import SilenceRow

FILE = "silence.salts"
_REMEMBERED = 200_000
"""Hashes in memory, the newest; a card whose hash is no more among them is shown again."""
_INSERT_ALL = (
    "INSERT INTO silences (digest, expires)"
    " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true"
    " ON CONFLICT (digest) DO UPDATE SET expires = excluded.expires"
)
"""SQLite takes all rows in one call, as in ``kg.workflow.alerts``: a call a row takes the interpreter from answers."""
_SLACK, _EVERY = 5, 10
"""Seconds by which the clocks of processes may differ, and after which what others wrote is read."""


class Salt(msgspec.Struct, frozen=True):
    """``made``: seconds since 1970."""

    made: int
    salt: str


class Silences:
    """Cards that are silent for ``hours``; safe to use from several threads and processes.

    Those of the database are read at the start, which raises StoreError.
    """

    def __init__(
        self, engine: Engine, data: Path, hours: float, clock: Callable[[], float] = time.time
    ) -> None:  # fmt: skip
        self._engine, self._file, self._clock = engine, data / FILE, clock
        self._seconds = max(1, round(hours * 3_600))
        self._salts: list[Salt] = []
        self._lock = Lock()
        self._fresh: OrderedDict[str, int] = OrderedDict()
        self._known, self._loaded = int(self._clock()), 0.0
        self._behind = Behind[tuple[str, int]]("silences", self._write)
        self._load()

    def heard(self, about: str, cards: Iterable[str]) -> set[str]:
        """Which of ``cards`` were shown to ``about`` (what stands for patient and asker) and are silent still.

        Raises StoreError, StorageFull, of the salts. What another process has shown is known here with a later write.
        """
        now = int(self._clock())
        digests = {digest: card for card in cards for digest in self._digests(about, card, now)}
        # In memory alone: a question to the database would wait for those who write.
        with self._lock:
            return {card for digest, card in digests.items() if self._fresh.get(digest, 0) > now}

    def hush(self, about: str, cards: Iterable[str]) -> None:
        """These were shown just now; returns at once. Raises StoreError, StorageFull."""
        now = int(self._clock())
        rows = [(self._digests(about, card, now)[0], now + self._seconds) for card in cards]
        self._remember(rows)
        self._behind.put(rows)

    def close(self) -> None:
        """Write what waits."""
        self._behind.close()

    def flush(self) -> None:
        """Write what waits now; raises StoreError, StorageFull."""
        self._behind.flush()

    def _write(self, rows: list[tuple[str, int]]) -> None:
        last = dict(rows)
        with session(self._engine) as opened:
            if self._engine.dialect.name == "sqlite":
                opened.connection().exec_driver_sql(_INSERT_ALL, (msgspec.json.encode(list(last.items())).decode(),))
            else:
                made = postgresql.insert(SilenceRow)
                more = {"expires": made.excluded.expires}
                values = [{"digest": digest, "expires": expires} for digest, expires in last.items()]
                changing = made.on_conflict_do_update(index_elements=["digest"], set_=more)
                opened.connection().execute(changing, values)
            opened.execute(delete(SilenceRow).where(SilenceRow.expires <= int(self._clock())))
            opened.commit()
        if self._clock() >= self._loaded + _EVERY:
            self._load()

    def _load(self) -> None:
        """Learn what other processes have hushed since the last time."""
        self._loaded = self._clock()
        wanted = select(SilenceRow.digest, SilenceRow.expires).where(SilenceRow.expires > self._known - _SLACK)
        with session(self._engine) as opened:
            rows = [(row.digest, row.expires) for row in opened.execute(wanted.order_by(SilenceRow.expires))]
        self._known = max([self._known, *(expires for _, expires in rows)])
        self._remember(rows)

    def _remember(self, rows: list[tuple[str, int]]) -> None:
        with self._lock:
            self._fresh.update(rows)
            while len(self._fresh) > _REMEMBERED:
                self._fresh.popitem(last=False)

    def _digests(self, about: str, card: str, now: int) -> list[str]:
        """With every salt that is in use, the newest first."""
        data = f"{about}\0{card}".encode("utf-8", "surrogatepass")
        return [hmac.new(bytes.fromhex(one.salt), data, hashlib.sha256).hexdigest() for one in self._valid(now)]

    def _valid(self, now: int) -> list[Salt]:
        with self._lock:
            if not self._salts or now >= self._salts[0].made + self._seconds:
                self._salts = self._turned(now)
            return self._salts

    def _turned(self, now: int) -> list[Salt]:
        """The salts of the file, with a new one where the newest has had its time."""
        try:
            return self._read(now)
        except OSError as error:
            kind = StorageFull if full(error) else StoreError
            raise kind(path=self._file, reason=error.strerror or str(error)) from error

    def _read(self, now: int) -> list[Salt]:
        with os.fdopen(os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)) as lock:
            flock(lock, LOCK_EX)
            try:
                found = msgspec.json.decode(self._file.read_bytes(), type=list[Salt])
            except (FileNotFoundError, msgspec.MsgspecError):
                # Without its salt nothing is silent any more: cards come again, which is the side to err on.
                found = []
            # A salt speaks for its own time and for that of the last silence that was made with it. One from a clock
            # that ran ahead is dropped, too: nothing is silent for longer than was asked.
            kept = [one for one in found if one.made <= now < one.made + 2 * self._seconds]
            if not kept or now >= kept[0].made + self._seconds:
                kept.insert(0, Salt(now, secrets.token_hex(32)))
            if kept != found:
                written = self._file.with_suffix(".new")
                with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                    stream.write(msgspec.json.encode(kept))
                os.replace(written, self._file)
            return kept
