"""Rules of a generation put together with what they need, and answers of the engine as the API gives them."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import get_args

import msgspec

from api.addresses import loopback
from api.knowledge import Knowledge
from api.settings import Settings
from kg.errors import NotFound
from kg.messages import Catalogue
from kg.model.case import Case, Code
from kg.model.rule import Bilingual, FactKind
from kg.rules.decision import Card, Conflict, Decision, Insufficient, Reasoned, Unjudged
from kg.rules.engine import Engine
from kg.rules.facts import Unused
from kg.rules.hierarchy import Hierarchy
from kg.rules.mutation import Survivor, survivors
from kg.rules.ruleset import Asked, Installed
from kg.rules.shelf import installed
from kg.rules.standing import Demonstration, demonstrated, may_fire
from kg.rules.testing import CaseResult, run_cases
from kg.rules.units import Units
from ontology.coding import GraphResolver

_TEXTS = Catalogue("api")


class CaseReading(msgspec.Struct, frozen=True, kw_only=True):
    """What became of everything that is no card. ``judged``: rules that could have fired at this event."""

    event: str
    at: str
    rules: str
    summary: Bilingual
    folded: int
    insufficient: tuple[Insufficient, ...]
    conflicts: tuple[Conflict, ...]
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


class RuleShelf:
    """The rules of one generation: all of them, and the engine over those that may fire."""

    def __init__(self, found: Knowledge, packs: tuple[str, ...], units: Units) -> None:
        ids = found.naming.ids
        self.packs = packs
        self.every = installed(found.reader)
        self._meanings = Hierarchy(found.reader, ids, {name for one in self.every for name in one.rule.concepts})
        codes = found.terminology.table if found.terminology else None
        self._resolver = GraphResolver(found.reader, ids, found.annotator.lexicon, codes)
        rules = may_fire(self.every, Demonstration(packs))
        self.active = frozenset(one.rule.id for one in rules)
        self.engine = Engine(rules, self._meanings, self._resolver, units)

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

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings, self._clock = settings, clock
        self._units = Units()
        self._shelves: dict[str, RuleShelf] = {}
        self._lock = Lock()

    def evaluate(self, found: Knowledge, case: Case, asked: Asked) -> Evaluation:
        """What the rules that may fire say of a case."""
        engine = self.shelf(found).engine
        return evaluation(found.id, case, engine.decide(case, asked, self._clock()), len(engine.ruleset))

    def test(self, found: Knowledge) -> list[CaseResult]:
        """What the cases of all rules come to."""
        return self.shelf(found).cases(self._clock(), self._units)

    def mutate(self, found: Knowledge) -> list[Survivor]:
        """Conditions of rules that their cases do not guard."""
        return self.shelf(found).unguarded(self._clock(), self._units)

    def shelf(self, found: Knowledge) -> RuleShelf:
        """The rules of a generation, as they may fire now."""
        shown = demonstrated(self._settings.folder).packs
        if not loopback(self._settings.host) or self._settings.oidc_issuer:
            # A demonstration is for who sits at this machine.
            shown = ()
        with self._lock:
            made = self._shelves.get(found.id)
            if made is None or made.packs != shown:
                made = RuleShelf(found, shown, self._units)
                # Rules are many objects that never change: without this the collector walks through all of them now
                # and then, while requests wait.
                gc.collect()
                gc.freeze()
                self._shelves = {found.id: made, **dict(list(self._shelves.items())[:1])}
            return made


def evaluation(generation: str, case: Case, decision: Decision, rules: int) -> Evaluation:
    """A decision as it is answered; every card says that it is an example, since nothing else can fire yet."""
    kept = {name: getattr(decision, name) for name in CaseReading.__struct_fields__ if name != "summary"}
    numbers = {
        "rules": rules, "fired": len(decision.cards) + decision.folded, "silent": decision.silent,
        "insufficient": len(decision.insufficient), "outside": decision.outside,
    }  # fmt: skip
    return Evaluation(
        items=tuple(_marked(card) for card in decision.cards), next=None, generation=generation,
        interpretation=CaseReading(summary=_both("rules.summary", **numbers), **kept),
        demo=True, notice=_both("rules.notice" if rules else "rules.nothing-active"),
        decision=_mark(generation, case, decision),
    )  # fmt: skip


def _mark(generation: str, case: Case, decision: Decision) -> str:
    """The same for the same case, rules, generation and outcome; what was explained beside does not matter."""
    facts = msgspec.structs.replace(case, at=decision.at)
    plain = [msgspec.structs.replace(card, facts=()) for card in decision.cards]
    told = msgspec.structs.replace(decision, explained=(), cards=tuple(plain))
    return hashlib.sha256(
        b"".join(msgspec.json.encode(part, order="sorted") for part in (generation, facts, told))
    ).hexdigest()


def _marked(card: Card) -> Card:
    mark = _both("rules.example")
    title = Bilingual(zh=mark.zh + card.title.zh, en=mark.en + card.title.en)
    message = Bilingual(zh=mark.zh + card.message.zh, en=mark.en + card.message.en)
    return msgspec.structs.replace(card, title=title, message=message)


def _both(key: str, **params: object) -> Bilingual:
    return Bilingual(zh=_TEXTS.text(key, "zh", **params), en=_TEXTS.text(key, "en", **params))
