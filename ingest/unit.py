"""A unit of work: one raw file becomes one finished folder of parts.

Units are independent, need no store and no lock, and give the same bytes wherever they run: in
this process, in a pool, on a cluster whose machines see the same data folder. The folder appears
by a rename when it is complete, so a kill leaves either all of it or nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from ingest.base import SOURCES
from ingest.config import InputSpec
from ingest.corrections.applying import Curator
from ingest.corrections.looking import looked_at
from ingest.corrections.settling import TABLE, read_settlement
from ingest.corrections.texts import Texts, unfit
from ingest.keeping import Keeper, Kept
from ingest.parts import APART, PartWriter, Slot, place_of
from ingest.text.annotate import Annotator
from ingest.text.claims.ledger import METHOD, Ledger
from kg import vocab
from kg.errors import InputError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.concept import Concept, ConceptMapping
from kg.model.correction import Correction
from kg.model.document import Deletion, Document
from kg.model.evidence import Claim, Mention
from kg.model.ids import Ids, digest
from kg.model.record import Item, Record, key
from kg.model.source import Notice, RawFile, Reject
from kg.store.disk import storage, sync_folder
from ontology.base import TERMINOLOGIES
from ontology.curation.withholding import Withheld, read_withheld
from ontology.grounding import PIPELINE
from ontology.lexicon import Lexicon, label_rows, read_labels
from ontology.lookalikes import Lookalikes
from ontology.reading.hierarchy import closing

SCHEMA = "unit.v4"
"""Part of every unit's id: raise it when parsing or mapping changes what they give."""

REPORT = "report.json"
LABELS = "labels.tsv"
REJECTS = "rejects.jsonl"
NOTICES = "notices.jsonl"
LABELLED, RELATED = "labelled.jsonl", "labelled-relations.jsonl"


class Unit(msgspec.Struct, frozen=True):
    """What a worker needs to know.

    ``lexicon`` is a file, or None where nothing is linked. ``beside`` are the digests of the files that
    the options name (look-up tables): their content counts as the unit's own. ``corrections`` is the settlement that
    mentions are corrected by, ``texts`` the passages that corrections are compared with. With ``kept`` documents that
    no change concerns have the mentions that they had: the same as without it, in less time. ``curated``: the released
    edits, a file, and its digest; what they took away is left out. ``withheld`` stands for what of it this input had.
    """

    spec: InputSpec
    raw: RawFile
    staging: Path
    base: str
    lexicon: Path | None = None
    lexicon_digest: str = ""
    beside: tuple[str, ...] = ()
    corrections: Path | None = None
    corrections_mark: str = ""
    texts: Path | None = None
    kept: Kept | None = None
    curated: tuple[Path, str] | None = None
    withheld: str = ""

    @property
    def id(self) -> str:
        spec = msgspec.json.encode(self.spec, order="sorted").decode()
        claims = (METHOD,) if self.spec.claims else ()
        marks = [f"corrections {self.corrections_mark}"] if self.corrections_mark else []
        marks += [f"withheld {self.withheld}"] if self.withheld else []
        return digest(
            SCHEMA, spec, self.raw.digest, self.base, self.lexicon_digest, PIPELINE, *claims, *marks, *self.beside
        )

    @property
    def folder(self) -> Path:
        return self.staging / self.id

    def graph(self, slot: Slot) -> str:
        """The named graph of a slot."""
        ids = Ids(self.base)
        if slot == "annotation":
            return ids.graph("annotation", self.spec.name, PIPELINE)
        return ids.graph(slot if slot in APART else self.spec.kind, self.spec.name, self.spec.version)


class UnitReport(msgspec.Struct, frozen=True):
    """What a unit did; ``lines`` counts quads by slot, ``kinds`` records, and claims that texts make: those written,
    and those refused, by reason (``claims.written``, ``claims.refused.same-concept``)."""

    id: str
    read: int
    rejected: int
    lines: dict[str, int]
    kinds: dict[str, int]
    fatal: bool = False


class Reader(Protocol):
    """What sources and terminologies have in common."""

    def parse(self, raw: RawFile, options: dict[str, object]) -> Iterator[Item]: ...


def reader_for(name: str) -> Reader:
    """A source or a terminology by its name in the tables; raises UnknownName."""
    table = TERMINOLOGIES if name in TERMINOLOGIES.names() else SOURCES
    return table.load(name)()


@lru_cache(maxsize=1)
def _texts(path: Path) -> Texts:
    return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])


@lru_cache(maxsize=1)
def _annotator(lexicon: Path) -> Annotator:
    """Built once a process: the automaton cannot be sent between processes."""
    return Annotator(Lexicon.load(lexicon))


def run_unit(unit: Unit) -> UnitReport:
    """Make the parts of ``unit``, or find them made; raises StorageFull, StoreError, ConfigError."""
    done = unit.folder / REPORT
    if done.is_file():
        return msgspec.json.decode(done.read_bytes(), type=UnitReport)
    work = unit.staging / f".{unit.id}.{os.getpid()}"
    with storage(work):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            with _Writer(work, unit) as writer:
                for item in reader_for(unit.spec.format).parse(unit.raw, unit.spec.options):
                    writer.take(item)
                writer.look_over()
            (work / REPORT).write_bytes(msgspec.json.encode(writer.report()))
            shutil.rmtree(unit.folder, ignore_errors=True)
            work.rename(unit.folder)
            sync_folder(unit.staging)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
    return writer.report()


_CLAIM = b"#type> <" + f"{vocab.MEDKG}Claim".encode() + b"> "


class _Writer:
    """Sorts items into slots, side tables and rejects."""

    def __init__(self, folder: Path, unit: Unit) -> None:
        self._folder = folder
        self._unit = unit
        self._context = Context(ids=Ids(unit.base), method=unit.spec.name)
        self._keeper = Keeper(unit.kept) if unit.kept else None
        self._curator = Curator(read_settlement(unit.corrections).applied if unit.corrections else ())
        self._withheld: Withheld | None = read_withheld(*unit.curated) if unit.curated else None
        self._ledger = Ledger() if unit.spec.claims else None
        self._claims = 0
        self._slots: dict[Slot, PartWriter] = {}
        self._sides: dict[str, BinaryIO] = {}
        self._read = self._rejected = 0
        self._fatal = False
        self._kinds: dict[str, int] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._names = Lookalikes()

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        for slot in self._slots.values():
            slot.close()
        for stream in self._sides.values():
            stream.close()
        if self._keeper:
            self._keeper.close()

    def take(self, item: Item) -> None:
        if self._withheld and isinstance(item, ConceptMapping) and not self._withheld.states(item):
            return
        if self._withheld and isinstance(item, Concept):
            item = self._withheld.of(item)
        if isinstance(item, Notice):
            self._notice(item)
            return
        self._read += 1
        if isinstance(item, Reject):
            self._reject(item)
            return
        if isinstance(item, Correction) and (reason := self._unfit(item)):
            self._reject(Reject(self._unit.raw.path.name, item.position, item.document, *reason))
            return
        try:
            rows = statements(item, self._context)
        except (ValueError, InputError) as error:
            self._reject(Reject(str(self._unit.raw.path), f"record {self._read}", key(item), "unmappable", str(error)))
            return
        kind = type(item).__name__
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        slot, name = place_of(item)
        self._slot(slot).write(name, rows)
        self._beside(item)

    def _unfit(self, correction: Correction) -> tuple[str, str] | None:
        return unfit(correction, _texts(self._unit.texts) if self._unit.texts else {})

    def _beside(self, item: Record) -> None:
        """What a record gives besides its own quads: labels for the lexicon, mentions in its text."""
        if isinstance(item, Concept):
            if item.parents:
                self._parents[item.id] = item.parents
            known = self._withheld.linked(item) if self._withheld else item
            rows = list(label_rows(known, self._unit.spec.name))
            for row in rows:
                self._names.note(row.surface)
            if rows:
                self._side(LABELS).write("".join([row.line() for row in rows]).encode())
        elif isinstance(item, Correction):
            self._side(TABLE).write(msgspec.json.encode(item) + b"\n")
        elif isinstance(item, Document) and self._unit.lexicon is not None:
            self._link(item, self._unit.lexicon)
        elif isinstance(item, Deletion) and self._unit.lexicon is not None:
            self._slot("annotation").write(item.id, [])

    def _link(self, document: Document, lexicon: Path) -> None:
        """The mentions and claims of a document, or those that it had."""
        corrections = self._curator.of(document.id)
        if self._keeper and not corrections and self._keeper.keeps(document):
            block = self._keeper.kept(document.id)
            self._claims += block.count(_CLAIM)
            self._slot("annotation").copy(document.id, block)
            return
        mentions = _annotator(lexicon).document(document)
        if corrections:
            mentions = self._curator.mentions(document, mentions)
        claims = self._ledger.document(document, mentions) if self._ledger else []
        if corrections:
            claims = self._curator.claims(document, claims)
            self._teach(document, mentions, claims, corrections)
        self._claims += len(claims)
        found: list[Mention | Claim] = [*mentions, *claims]
        rows: list[str] = []
        for one in found:
            rows += statements(one, self._context)
        block = self._slot("annotation").write(document.id, rows)
        if self._keeper:
            self._keeper.compare(document.id, block)

    def _teach(
        self, document: Document, mentions: list[Mention], claims: list[Claim], corrections: tuple[Correction, ...]
    ) -> None:
        """Training data: sentences with corrections of mentions, and apart from them those with ones of relations."""
        for name, about_relations in ((LABELLED, False), (RELATED, True)):
            own = [one for one in corrections if one.about_relation is about_relations]
            if looked := looked_at(document, mentions, claims, own):
                self._side(name).write(msgspec.json.encode(looked) + b"\n")

    def _slot(self, name: Slot) -> PartWriter:
        if name not in self._slots:
            self._slots[name] = PartWriter(self._folder, name, self._unit.graph(name))
        return self._slots[name]

    def _reject(self, reject: Reject) -> None:
        self._rejected += 1
        self._fatal = self._fatal or reject.fatal
        self._side(REJECTS).write(msgspec.json.encode(reject) + b"\n")

    def look_over(self) -> None:
        """What only shows when all is read: parents in circles, names that look like those of others."""
        file = self._unit.raw.path.name
        for child, parent in closing(self._parents):
            self._notice(Notice(file, "", child, "circle", f"{child} → {parent}"))
        if LABELS in self._sides:
            self._sides[LABELS].flush()
            for found in self._names.twins(read_labels(self._folder / LABELS)):
                detail = f"{found.name} / {found.other} {found.other_name}: {found.signs}"
                self._notice(Notice(file, "", found.concept, "look-alike", detail))

    def _notice(self, notice: Notice) -> None:
        self._side(NOTICES).write(msgspec.json.encode(notice) + b"\n")

    def _side(self, name: str) -> BinaryIO:
        """A table beside the quads, made when it has a row."""
        if name not in self._sides:
            self._sides[name] = (self._folder / name).open("wb")
        return self._sides[name]

    def _correction_counts(self) -> dict[str, int]:
        """What corrections did, and what became of the mentions of documents that were linked before."""
        counts = {f"corrections.{effect}": number for effect, number in self._curator.counts.items()}
        return dict(sorted({**counts, **(self._keeper.counts if self._keeper else {})}.items()))

    def _claim_counts(self) -> dict[str, int]:
        if self._ledger is None:
            return {}
        refused = {f"claims.refused.{reason}": count for reason, count in sorted(self._ledger.refused.items())}
        return {"claims.written": self._claims} | refused

    def report(self) -> UnitReport:
        return UnitReport(
            id=self._unit.id,
            read=self._read,
            rejected=self._rejected,
            lines={name: slot.lines for name, slot in self._slots.items()},
            kinds=self._kinds | self._claim_counts() | self._correction_counts(),
            fatal=self._fatal,
        )
