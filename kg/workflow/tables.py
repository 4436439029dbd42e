"""Tables of the workflow database (SQLite by default, PostgreSQL by setting)."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of all tables; names of constraints are fixed so that migrations can refer to them."""

    metadata = MetaData(naming_convention=_NAMING)


class JobRow(Base):
    """One run of a long task. ``state``: waiting, running, done, rejects, failed, interrupted."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), index=True)
    started: Mapped[str] = mapped_column(String(32))
    ended: Mapped[str] = mapped_column(String(32), default="")
    process: Mapped[int] = mapped_column(Integer)
    arguments: Mapped[dict[str, object]] = mapped_column(JSON)
    result: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    message: Mapped[str] = mapped_column(Text, default="")


class KeyRow(Base):
    """An API key: only its SHA-256 is kept. ``person``: who holds it."""

    __tablename__ = "keys"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    person: Mapped[str] = mapped_column(String(80), server_default="")
    role: Mapped[str] = mapped_column(String(20))
    created: Mapped[str] = mapped_column(String(32))
    revoked: Mapped[str] = mapped_column(String(32), default="")


class ProposalRow(Base):
    """A row of the queue; see ``kg.workflow.proposals``.

    ``path``, below the data folder, holds the statements of a workspace, frozen. ``edits`` and ``states`` are JSON:
    [``kg.model.edit.Edit``], and concept -> what it was when the edits were made. ``version`` counts changes of the
    row, for ``If-Match``. ``release``: version of the release that takes it, or took it.
    """

    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    author: Mapped[str] = mapped_column(String(200), index=True)
    created: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    added: Mapped[int] = mapped_column(Integer)
    removed: Mapped[int] = mapped_column(Integer)
    path: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    form: Mapped[str] = mapped_column(String(20), default="")
    subject: Mapped[str] = mapped_column(String(500), default="")
    generation: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    edits: Mapped[str] = mapped_column(Text, default="[]")
    states: Mapped[str] = mapped_column(Text, default="{}")
    reviewer: Mapped[str] = mapped_column(String(200), default="")
    decided: Mapped[str] = mapped_column(String(32), default="")
    release: Mapped[str] = mapped_column(String(80), default="", index=True)
    undoes: Mapped[str] = mapped_column(String(200), default="")
    receipt: Mapped[str] = mapped_column(String(64), default="", index=True)


class ProposalConceptRow(Base):
    """A concept that a proposal changes, to find it by."""

    __tablename__ = "proposal_concepts"

    proposal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    concept: Mapped[str] = mapped_column(String(500), primary_key=True, index=True)


class ProposalEventRow(Base):
    """What somebody did to a proposal, written with the change itself and with an entry of the audit log."""

    __tablename__ = "proposal_events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    proposal: Mapped[int] = mapped_column(Integer, index=True)
    time: Mapped[str] = mapped_column(String(32), index=True)
    person: Mapped[str] = mapped_column(String(200), index=True)
    action: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="")


class CommentRow(Base):
    """What somebody wrote on a proposal; ``answer``: who sent a feedback sees it."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    proposal: Mapped[int] = mapped_column(Integer, index=True)
    author: Mapped[str] = mapped_column(String(200))
    created: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[bool] = mapped_column(Boolean, default=False)


class SeenRow(Base):
    """Up to which version of a proposal somebody has seen it."""

    __tablename__ = "seen"

    proposal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


class ReleaseRow(Base):
    """A release of curation; see ``kg.workflow.releases``. ``id`` is its place in their order."""

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    version: Mapped[str] = mapped_column(String(80), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    person: Mapped[str] = mapped_column(String(200))
    created: Mapped[str] = mapped_column(String(32))
    ended: Mapped[str] = mapped_column(String(32), default="")
    generation: Mapped[str] = mapped_column(String(40), default="")
    edits: Mapped[int] = mapped_column(Integer, default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text, default="")


class AuditRow(Base):
    """One entry of the audit log; see ``kg.workflow.audit``."""

    __tablename__ = "audit"

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    time: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    request: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """One row: number and signature of the newest entry. Writers lock it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Integer)
    signature: Mapped[str] = mapped_column(String(64))


class TokenRow(Base):
    """A token that may be used once and was; forgotten when it has expired."""

    __tablename__ = "tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires: Mapped[int] = mapped_column(Integer, index=True)


class WebhookRow(Base):
    """Who is told of changes; see ``kg.workflow.webhooks``. ``state``: active or off."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    url: Mapped[str] = mapped_column(String(1000))
    secret: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(200))
    created: Mapped[str] = mapped_column(String(32))
    cursor: Mapped[str] = mapped_column(String(40))
    failures: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt: Mapped[str] = mapped_column(String(32), default="")
    message: Mapped[str] = mapped_column(Text, default="")


class AlertRow(Base):
    """A card that was shown, and what was said to it; see ``kg.workflow.alerts``. ``suggestions``: number taken."""

    __tablename__ = "alerts"

    card: Mapped[str] = mapped_column(String(36), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), index=True)
    rule: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(80))
    pack: Mapped[str] = mapped_column(String(100))
    tier: Mapped[str] = mapped_column(String(20))
    department: Mapped[str] = mapped_column(String(100))
    mode: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(String(40), default="")
    suggestions: Mapped[int] = mapped_column(Integer, default=0)
    answered: Mapped[str] = mapped_column(String(32), default="")


class AlertCountRow(Base):
    """Cards of a day that are told apart no more."""

    __tablename__ = "alert_counts"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    rule: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[str] = mapped_column(String(80), primary_key=True)
    pack: Mapped[str] = mapped_column(String(100), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    department: Mapped[str] = mapped_column(String(100), primary_key=True)
    mode: Mapped[str] = mapped_column(String(20), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    suggestions: Mapped[int] = mapped_column(Integer)


class SilenceRow(Base):
    """A card that is not to be repeated; see ``kg.workflow.silences``. ``expires``: seconds since 1970."""

    __tablename__ = "silences"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires: Mapped[int] = mapped_column(Integer, index=True)


class UnreadCodeRow(Base):
    """A code that nobody could read, and how often it came in a month; see ``kg.workflow.unread``."""

    __tablename__ = "unread_codes"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    system: Mapped[str] = mapped_column(String(200), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class RuleQueryRow(Base):
    """One question to the rules; see ``kg.workflow.asked``."""

    __tablename__ = "rule_queries"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    minute: Mapped[str] = mapped_column(String(16), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    door: Mapped[str] = mapped_column(String(40))
    generation: Mapped[str] = mapped_column(String(40))
    rules: Mapped[str] = mapped_column(String(64))
    cases: Mapped[int] = mapped_column(Integer)
    cards: Mapped[int] = mapped_column(Integer)
    status: Mapped[int] = mapped_column(Integer)


class RuleRequestRow(Base):
    """What a proposal of kind ``rule`` asks for: JSON of ``kg.model.standing.RuleRequest``."""

    __tablename__ = "rule_requests"

    proposal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)


class RuleStandingRow(Base):
    """How a rule stood from ``since`` to ``until``, or stands where that is empty; at most one such row a rule.

    ``body``: JSON of ``kg.model.standing.Standing``.
    """

    __tablename__ = "rule_standings"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    rule: Mapped[str] = mapped_column(String(200), index=True)
    pack: Mapped[str] = mapped_column(String(100))
    mode: Mapped[str] = mapped_column(String(20))
    since: Mapped[str] = mapped_column(String(32))
    until: Mapped[str] = mapped_column(String(32), default="", index=True)
    body: Mapped[str] = mapped_column(Text)


class RuleKillRow(Base):
    """A switch that was pulled; see ``kg.model.standing.Kill``."""

    __tablename__ = "rule_kills"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[str] = mapped_column(String(32))
    until: Mapped[str] = mapped_column(String(32), default="", index=True)
    revived: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[str] = mapped_column(Text, default="")


class RuleFlagRow(Base):
    """Why a rule is to be looked at again; see ``kg.model.standing.Flag``."""

    __tablename__ = "rule_flags"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    rule: Mapped[str] = mapped_column(String(200), index=True)
    pack: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(500))
    what: Mapped[str] = mapped_column(String(40))
    generation: Mapped[str] = mapped_column(String(40))
    since: Mapped[str] = mapped_column(String(32))
    until: Mapped[str] = mapped_column(String(32), default="", index=True)
    cleared: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[str] = mapped_column(Text, default="")


class RuleClockRow(Base):
    """One row, whose ``version`` every change of standings, kills and flags raises: what services look at each call."""

    __tablename__ = "rule_clock"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)
