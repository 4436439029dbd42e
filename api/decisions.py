"""Rules of a generation put together with what they need, and answers of the engine as the API gives them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from threading import Lock
from typing import get_args
from uuid import uuid4

import msgspec

from api.asking import afterwards, count
from api.collector import settle
from api.keeping import Keeping
from api.knowledge import Knowledge
from api.reach import local
from api.settings import Settings
from api.stewardship import Stewardship
from ingest.cases.notes import Notes
from kg.errors import NotFound
from kg.messages import Catalogue
from kg.model.case import Case, Code
from kg.model.rule import Bilingual, FactKind
from kg.model.standing import Approval, Decided
from kg.rules.allowance import Allowance
from kg.rules.base import CodeResolver, Meaning
from kg.rules.content import Marks
from kg.rules.decision import (
    Card,
    Conflict,
    Contradiction,
    CutRule,
    Decision,
    Insufficient,
    Reasoned,
    Suppressed,
    Unjudged,
)
from kg.rules.engine import Engine
from kg.rules.facts import Unused
from kg.rules.firing import Firing, Mode
from kg.rules.hierarchy import Hierarchy
from kg.rules.local import LocalConflict, Overrides
from kg.rules.mutation import Survivor, survivors
from kg.rules.ranking import Place
from kg.rules.readings import with_readings
from kg.rules.repeats import stewarded
from kg.rules.ruleset import Asked, Installed, Ruleset
from kg.rules.shelf import installed, overrides
from kg.rules.standing import Demonstration, demonstrated, may_fire
from kg.rules.testing import CaseResult, run_cases
from kg.rules.units import Units
from ontology.coding import GraphResolver
from ontology.mapping.systems import LocalSystem, Systems

_TEXTS = Catalogue("api")


class CaseReading(msgspec.Struct, frozen=True, kw_only=True):
    """What became of everything that is no card. ``judged``: rules that could have fired at this event.

    ``suppressed``: cards that were shown before and are not said again. ``order``: why the cards stand in this order,
    which ``ordering`` says in words.
    """

    event: str
    at: str
    rules: str
    summary: Bilingual
    folded: int
    suppressed: tuple[Suppressed, ...]
    order: tuple[Place, ...]
    ordering: Bilingual
    insufficient: tuple[Insufficient, ...]
    conflicts: tuple[Conflict, ...]
    contradictions: tuple[Contradiction, ...]
    cut: tuple[CutRule, ...]
    unjudged: tuple[Unjudged, ...]
    problems: tuple[Unused, ...]
    silent: int
    outside: int
    not_in_force: int
    explained: tuple[Reasoned, ...]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one case: cards in ``items``. ``demo``: nothing here is for care; ``notice`` says what it is.

    ``decision`` stands for the case, the rules, the generation and everything that was answered: whoever kept the
    request can ask it again ``as_of`` that generation and compare. The service keeps neither.
    """

    items: tuple[Card, ...]
    next: None
    generation: str
    interpretation: CaseReading
    demo: bool
    notice: Bilingual
    decision: str


class InForce(msgspec.Struct, frozen=True):
    """What says which rules may fire: example packs that are shown, what was decided, and the day."""

    packs: tuple[str, ...] = ()
    decided: Decided = Decided()
    today: str = ""
    epoch: int = 0

    @property
    def mark(self) -> tuple[tuple[str, ...], int, str, int]:
        """Other whenever any of it is."""
        return self.packs, self.decided.version, self.today, self.epoch


class RuleShelf:
    """The rules of one generation: all of them, and the engine over those that may fire."""

    def __init__(
        self, found: Knowledge, units: Units, local: Iterable[LocalSystem] = (), allowance: Allowance | None = None
    ) -> None:
        """``local``: dictionaries that are registered here, whose codes callers may send. ``allowance``: how long rules
        and answers may take."""
        self._allowance, self.local = allowance, tuple(local)
        ids = found.naming.ids
        self._units = units
        self.every = installed(found.reader)
        self.names = frozenset(one.rule.id for one in self.every)
        self.marks = Marks()
        self.changes = Overrides(overrides(found.reader), self.every)
        self.conflicts: list[LocalConflict] = []
        self.firings: list[Firing] = []
        """Rules that fire as their packs wrote them, before local changes."""
        named = {name for one in self.every for name in one.rule.concepts}
        named.update(name for one in self.changes.every for name in one.override.concepts)
        self._meanings = Hierarchy(found.reader, ids, named)
        codes = found.terminology.table if found.terminology else None
        self._resolver = GraphResolver(found.reader, ids, found.annotator.lexicon, codes, self.local)
        self.decided = InForce()
        self.active: dict[str, Mode] = {}
        self.approvals: dict[str, Approval] = {}
        self.engine = Engine((), self._meanings, self._resolver, units)

    def letting(self, decided: InForce) -> RuleShelf:
        """The same rules of the same generation, of which others may fire."""
        made = copy(self)
        rules = may_fire(self.every, Demonstration(decided.packs), decided.decided, decided.today, self.marks)
        made.firings = rules
        rules, made.conflicts = self.changes.over(rules, decided.decided)
        made.decided = decided
        made.active = {one.rule.id: one.mode for one in rules}
        made.approvals = {one.mark.rule: one.approval for one in decided.decided.standings}
        made.engine = Engine(rules, self._meanings, self._resolver, self._units, self._allowance)
        return made

    def engine_of(self, found: Knowledge, rules: Sequence[Firing]) -> Engine:
        """An engine over rules that may be other than those of the packs; ``found``: the generation of this shelf."""
        named = {name for one in rules for name in one.rule.concepts}
        return Engine(rules, Hierarchy(found.reader, found.naming.ids, named), self._resolver, self._units)

    def knows(self, system: str) -> bool:
        """Whether a code system is known at all."""
        return self._resolver.knows(system)

    def cases_of(self, rules: Iterable[Installed], now: datetime) -> list[CaseResult]:
        """Some rules against their own cases."""
        return list(run_cases(rules, self._meanings, self._resolver, self._units, now))

    @property
    def meanings(self) -> dict[str, Meaning]:
        """What concepts are in the eyes of the rules."""
        return self._meanings.table()

    @property
    def resolver(self) -> CodeResolver:
        """What codes and names of callers mean here."""
        return self._resolver

    def about(self, concept: str) -> list[Installed]:
        """Rules whose conditions name a concept, or something that it is one of; a name is read as a whole."""
        own = set(self._resolver.code(Code(code=concept)).concepts)
        for kind in get_args(FactKind) if not own else ():
            own.update(self._resolver.name(concept, kind).concepts)
        if not own:
            raise NotFound(name=concept)
        named = frozenset().union(*(self._meanings.of(one).within for one in own)) | own
        return [one for one in self.every if named.intersection(one.rule.concepts)]

    def cases(self, now: datetime, units: Units) -> list[CaseResult]:
        """Every rule against its own cases, active or not."""
        return list(run_cases(self.every, self._meanings, self._resolver, units, now))

    def unguarded(self, now: datetime, units: Units) -> list[Survivor]:
        """Conditions that could be turned round without any case failing."""
        return list(survivors(self.every, self._meanings, self._resolver, units, now))


class Decisions:
    """The rules of each generation, made ready when they are first asked for."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
                 stewardship: Stewardship | None = None, keeping: Keeping | None = None) -> None:  # fmt: skip
        """Without ``stewardship`` nothing that is answered is taken down. ``keeping``: what was decided of rules."""
        self._keeping = keeping or Keeping(settings)
        self._settings, self._clock = settings, clock
        self._stewardship = stewardship or Stewardship(settings)
        self._units = Units()
        self._allowance = Allowance(settings.rule_seconds, settings.decision_seconds)
        # A demonstration is for who sits at this machine; behind a proxy anybody may be asking.
        self._shown_here = local(settings) and not (settings.proxies or settings.oidc_issuer or settings.cds_clients)
        self._folder = settings.folder
        self._shelves: dict[str, RuleShelf] = {}
        self._lock, self._gates = Lock(), dict[str, Lock]()

    def evaluate(self, found: Knowledge, case: Case, asked: Asked) -> Evaluation:
        """What the rules that may fire say of a case; raises NotFound where a rule that nobody has is to be explained,
        DecisionTimeout."""
        shelf, desk = self.shelf(found), self._stewardship
        engine = shelf.engine
        for name in asked.why:
            if name not in shelf.names:
                raise NotFound(name=name)
        now, wanted = self._clock(), desk.widened(case, asked)
        wide = engine.decide(case, wanted, now)
        if read := Notes(found.annotator).read(case.notes):
            wide = with_readings(wide, engine.decide(case, wanted, now, read), self._settings.text_tier)
        every = stewarded(wide, asked.limit, {})
        decision = desk.judged(wide, case, asked) or every
        # The digest stands for what the rules say, not for who was told before.
        mark = _mark(found.id, case, every)
        told = evaluation(found.id, decision, len(engine.ruleset), engine.ruleset.modes, shelf.approvals, mark)
        count(found.id, engine.ruleset.mark, len(told.items))
        if asked.shown:
            afterwards(lambda: desk.taken(told.items, decision, case, engine.ruleset, shelf.knows))
        return told

    def now(self) -> datetime:
        """The time of a question that names none."""
        return self._clock()

    def test(self, found: Knowledge) -> list[CaseResult]:
        """What the cases of all rules come to."""
        return self.shelf(found).cases(self._clock(), self._units)

    def mutate(self, found: Knowledge) -> list[Survivor]:
        """Conditions of rules that their cases do not guard."""
        return self.shelf(found).unguarded(self._clock(), self._units)

    def shelf(self, found: Knowledge) -> RuleShelf:
        """The rules of a generation, as they may fire now."""
        packs = demonstrated(self._folder).packs
        shown = packs if self._shown_here else ()
        held = self._keeping.decided()
        decided = InForce(shown, held, self._clock().date().isoformat(), self._keeping.epoch)
        made = self._shelves.get(found.id)
        if made is not None and made.decided.mark == decided.mark:
            return made
        with self._lock:
            gate = self._gates.setdefault(found.id, Lock())
        # Whoever asks the rules of another generation waits for nobody here.
        with gate:
            made = self._shelves.get(found.id)
            if made is not None and made.decided.mark == decided.mark:
                return made
            fresh = made or RuleShelf(found, self._units, Systems(self._settings.folder).all(), self._allowance)
            ready = fresh.letting(decided)
            if made is None:
                settle()
            with self._lock:
                others = [one for one in self._shelves.items() if one[0] != found.id]
                self._shelves = {found.id: ready, **dict(others[:1])}
            return ready

    def ready(self, found: Knowledge) -> bool:
        """Whether the rules of a generation can be asked at once."""
        return found.id in self._shelves


def answered(
    generation: str, case: Case, wide: Decision, limit: int, rules: Ruleset, approvals: Mapping[str, Approval]
) -> Evaluation:  # fmt: skip
    """A decision that holds every card as it is answered where nothing is known of who was told before."""
    told = stewarded(wide, limit, {})
    mark = _mark(generation, case, told)
    return evaluation(generation, told, len(rules), rules.modes, approvals, mark)


def evaluation(
    generation: str, decision: Decision, rules: int, modes: Collection[Mode],
    approvals: Mapping[str, Approval], mark: str,
) -> Evaluation:  # fmt: skip
    """A decision as it is answered: cards of the demonstration say that they are examples, others who approved them."""
    kept = {name: getattr(decision, name) for name in CaseReading.__struct_fields__
            if name not in ("summary", "ordering")}  # fmt: skip
    numbers = {
        "rules": rules, "silent": decision.silent,
        "fired": len(decision.cards) + decision.folded + len(decision.suppressed),
        "insufficient": len(decision.insufficient), "outside": decision.outside,
    }  # fmt: skip
    notice = "rules.notice" if "demo" in modes else "rules.notice-approved"
    notice = notice if rules else "rules.nothing-active"
    return Evaluation(
        items=tuple(_marked(card, approvals) for card in decision.cards), next=None, generation=generation,
        interpretation=CaseReading(
            summary=_both("rules.summary", **numbers), ordering=_both("rules.ordering"), **kept
        ),
        demo=not rules or "demo" in modes, notice=_both(notice),
        decision=mark,
    )  # fmt: skip


def _mark(generation: str, case: Case, decision: Decision) -> str:
    """The same for the same case, rules, generation and outcome; what was explained beside does not matter."""
    facts = msgspec.structs.replace(case, at=decision.at)
    plain = [msgspec.structs.replace(card, facts=()) for card in decision.cards]
    told = msgspec.structs.replace(decision, explained=(), order=(), cards=tuple(plain))
    return hashlib.sha256(
        b"".join(msgspec.json.encode(part, order="sorted") for part in (generation, facts, told))
    ).hexdigest()


def _marked(card: Card, approvals: Mapping[str, Approval]) -> Card:
    """A card as it is shown, with the name that answers to it go by: another one each time."""
    title, before, behind = card.title, _NOTHING, _NOTHING
    if card.under_review:
        kind, what, about = f"{card.under_review}  ".split(" ", 2)
        before = _both(f"rules.review.{kind}", what=what, about=about.strip())
    if card.read_from:
        behind = _both("rules.read-from", places=", ".join(card.read_from))
    approval = approvals.get(card.rule)
    if card.mode == "demo":
        approval, mark = None, _both("rules.example")
        title, before = _joined(mark, title), _joined(mark, before)
    message = _joined(before, card.message, behind) if before != _NOTHING or behind != _NOTHING else card.message
    return msgspec.structs.replace(card, uuid=str(uuid4()), title=title, message=message, approval=approval)


_NOTHING = Bilingual(zh="", en="")


def _joined(*texts: Bilingual) -> Bilingual:
    return Bilingual(zh="".join(one.zh for one in texts), en="".join(one.en for one in texts))


def _both(key: str, **params: object) -> Bilingual:
    return Bilingual(zh=_TEXTS.text(key, "zh", **params), en=_TEXTS.text(key, "en", **params))
