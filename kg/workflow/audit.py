"""The audit log: who did what, in a chain that shows when an entry was changed, put in or cut off.

Each entry is signed (HMAC-SHA-256) over its own fields and the signature of the entry before it. The
newest number and signature stand in two more places: a row of the database and the file ``audit.head``
in the data folder. The key is the file ``audit.key`` there, which only the owner reads. Whoever can
write the database but not the folder cannot change, add or cut entries unseen; against somebody who
holds both, note the head elsewhere now and then (the service logs it when it starts and ends).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import msgspec
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from kg.errors import IntegrityError
from kg.workflow.database import session
from kg.workflow.jobs import now
from kg.workflow.tables import AuditHeadRow, AuditRow

_FIRST = "0" * 64
_STEP = 1_000


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened: never a text of a query, a token or an address.

    ``action``: method and template of a path, a command, or a transition (``proposal 7 accept accepted``).
    ``outcome``: ``begun``, an HTTP status, ``limited``
    (this and further refusals of the minute), ``done``, ``failed``.
    """

    action: str
    actor: str
    role: str
    outcome: str
    request: str = ""


class Entry(Event, frozen=True, kw_only=True):
    """An event in the chain. ``sequence`` counts from 1 and gives the order; ``time`` (UTC) may jump.

    ``details``: a seal (see ``Audit.seal``) of what more there was to know, empty for nothing.
    """

    details: str
    sequence: int
    time: str
    previous: str
    signature: str


class Noted(msgspec.Struct, frozen=True):
    """A change under way (``Audit.together``)."""

    session: Session
    events: list[Event]


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with the chain. ``kind``: ``changed``, ``missing``, ``cut``, ``key``, ``head``."""

    kind: str
    sequence: int


class Audit:
    """The log of one data folder; several processes may append at the same time."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self._engine = engine
        self._head = data / "audit.head"
        self._key_file = data / "audit.key"

    def append(self, events: Sequence[tuple[Event, bytes]]) -> int:
        """Write events with their details, all or none, and return the number of the last.

        Raises StoreError, IntegrityError.
        """
        with self._anchored() as descriptor, session(self._engine) as opened:
            return self._append(opened, events, descriptor)

    @contextmanager
    def together(self) -> Iterator[Noted]:
        """A change of the database that is on disk with its entries, or neither is; one at a time.

        The block changes rows through ``session`` and says in ``events`` what it did. Raises StoreError,
        IntegrityError; an error of the block leaves everything as it was.
        """
        with self._anchored() as descriptor, session(self._engine) as opened:
            # As in ``append``: without the lock two could read the same state and both change it.
            opened.execute(update(AuditHeadRow).values(sequence=AuditHeadRow.sequence))
            noted = Noted(opened, [])
            yield noted
            if noted.events:
                self._append(opened, [(event, b"") for event in noted.events], descriptor)
            else:
                opened.commit()

    def _append(self, opened: Session, events: Sequence[tuple[Event, bytes]], descriptor: int) -> int:
        # The update takes the lock of the database before anything is read.
        opened.execute(update(AuditHeadRow).values(sequence=AuditHeadRow.sequence + len(events)))
        head = opened.scalar(select(AuditHeadRow).execution_options(populate_existing=True))
        if head is None:
            raise IntegrityError(path="audit", reason="the head of the audit log is not there")
        key = self._key(fresh=head.sequence == len(events))
        first, previous, time = head.sequence - len(events) + 1, head.signature, now()
        rows = []
        for number, (event, details) in enumerate(events, first):
            fields = msgspec.structs.asdict(event)
            seal = _seal(key, details) if details else ""
            entry = Entry(**fields, details=seal, sequence=number, time=time, previous=previous, signature="")
            previous = _signature(key, entry)
            rows.append(msgspec.structs.asdict(msgspec.structs.replace(entry, signature=previous)))
        opened.execute(insert(AuditRow), rows)
        head.signature = previous
        last: int = head.sequence
        opened.commit()
        os.pwrite(descriptor, _line(last, previous), 0)
        os.fdatasync(descriptor)
        return last

    def seal(self, data: bytes) -> str:
        """A digest that only the holder of the key can compare: what was written, without keeping it."""
        with self._anchored():
            key = self._key(fresh=self.head()[0] == 0)
        return _seal(key, data)

    def head(self) -> tuple[int, str]:
        """Number and signature of the newest entry; 0 when there is none, -1 when the row of the head is lost."""
        with session(self._engine) as opened:
            row = opened.scalar(select(AuditHeadRow))
            return (row.sequence, row.signature) if row else (-1, "")

    def entries(self, after: int = 0, limit: int = 100) -> list[Entry]:
        """Entries in order, from the one behind number ``after``."""
        with session(self._engine) as opened:
            rows = select(AuditRow).where(AuditRow.sequence > after).order_by(AuditRow.sequence).limit(limit)
            return [_entry(row) for row in opened.scalars(rows)]

    def check(self) -> Iterator[Flaw]:
        """Everything that is wrong with the chain; nothing for a log that is whole."""
        anchor, head = self._read_anchor(), self.head()
        if anchor[0] == head[0] == 0 and not self.entries(limit=1):
            return
        if not self._key_file.is_file():
            yield Flaw("key", 0)
            return
        key = self._key(fresh=False)
        expected, previous, anchored = 1, _FIRST, anchor == (0, _FIRST)
        while rows := self.entries(expected - 1, _STEP):
            for entry in rows:
                if entry.sequence != expected:
                    yield Flaw("missing", expected)
                elif entry.previous != previous or not hmac.compare_digest(entry.signature, _signature(key, entry)):
                    yield Flaw("changed", entry.sequence)
                anchored |= (entry.sequence, entry.signature) == anchor
                expected, previous = entry.sequence + 1, entry.signature
        if head != (expected - 1, previous):
            yield Flaw("cut", expected)
        if not anchored:
            yield Flaw("head", anchor[0])

    @contextmanager
    def _anchored(self) -> Iterator[int]:
        descriptor = os.open(self._head, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            flock(descriptor, LOCK_EX)
            if os.fstat(descriptor).st_size == 0:
                os.pwrite(descriptor, _line(0, _FIRST), 0)
            yield descriptor
        finally:
            os.close(descriptor)

    def _read_anchor(self) -> tuple[int, str]:
        """Number and signature in the file; -1 where it is damaged, or absent although entries exist."""
        try:
            number, signature = self._head.read_text("ascii").split()
            return int(number), signature
        except FileNotFoundError:
            return (-1, "") if self.head()[0] else (0, _FIRST)
        except (OSError, ValueError):
            return -1, ""

    def _key(self, *, fresh: bool) -> bytes:
        """The key; made for the first entry. Raises IntegrityError where it is lost."""
        if fresh and not self._key_file.exists():
            descriptor = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_hex(32))
                stream.flush()
                os.fsync(stream.fileno())
        try:
            return bytes.fromhex(self._key_file.read_text("ascii"))
        except (OSError, ValueError) as error:
            raise IntegrityError(path=self._key_file, reason="the key of the audit log is not there") from error


def _seal(key: bytes, data: bytes) -> str:
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def _signature(key: bytes, entry: Entry) -> str:
    fields = msgspec.structs.asdict(entry)
    del fields["signature"]
    return _seal(key, msgspec.json.encode(fields, order="sorted"))


def _entry(row: AuditRow) -> Entry:
    return Entry(**{name: getattr(row, name) for name in Entry.__struct_fields__})


def _line(sequence: int, signature: str) -> bytes:
    return f"{sequence:020d} {signature}\n".encode("ascii")
