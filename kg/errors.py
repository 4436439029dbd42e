"""Every error medkg raises on purpose, in one tree.

::

    MedkgError
    ├── InputError             what came in cannot be used (file, position, what to do)
    │   ├── SourceError            a source file is damaged or of another format
    │   │   ├── TruncatedInput         it ends too early
    │   │   ├── EncodingError          its bytes are not the text it says it is
    │   │   └── ForbiddenXml           it declares entities or asks for the network
    │   ├── RecordError            one record of a source cannot be used
    │   ├── CorpusError            a labelled corpus is not fit to measure with
    │   ├── IdentifierError        a CURIE or IRI is not one
    │   ├── GraphRefused           a graph that was sent cannot be used, or not be written in a format
    │   ├── EditTableRefused       rows of a table or a patch of edits cannot be used
    │   └── TextNotHeld            a format of annotations cannot hold a text as it is
    ├── ConfigError            settings, build files or options do not fit
    │   ├── TagTaken               a tag names another generation
    │   └── TrainedOnEvaluated     a model has seen documents that it is to be measured on
    ├── UnknownName            no such plug-in, graph, job
    │   ├── NotFound               no such concept, document
    │   │   └── Gone                   an older generation had it
    │   ├── UnknownCards           cards that were never shown here were answered
    │   ├── UnknownCanonical       no such code system, value set or concept map
    │   ├── UnknownCode            no such code in its code system
    │   ├── SeveralConcepts        an id of another terminology fits several concepts
    │   ├── UnknownGeneration      ``as_of`` names none that is kept
    │   │   └── NotYetPublished        it is a time before the oldest that is kept
    │   ├── UnknownGraph           no such named graph
    │   └── NotStated              no named graph states what was asked about
    ├── MissingExtra           an optional library is not installed
    ├── StoreError             the store cannot do its work
    │   ├── StoreLocked            another process holds it
    │   ├── BaseMismatch           a patch does not fit the graph it is meant for
    │   ├── StorageFull            no room left on the device
    │   ├── FieldsMissing          the text index was made before there were fields to search in
    │   ├── CodesMissing           the generation was made before there was a code table
    │   └── EngineFailed           a remote SPARQL engine does not answer, or not wholly
    ├── ChangesForgotten       events of the change feed behind a cursor are not kept any more
    ├── ConceptSetRefused      a concept set leads back to itself, names one that is not there, or is too large
    ├── DiffTooLarge           too much changed between two generations to be told over HTTP
    ├── IntegrityError         what is on disk is not what the manifest says
    ├── BundleRefused          a rule bundle is whole and must not answer: too old, or nobody vouches for it
    ├── PreconditionFailed     what If-Match or If-None-Match asks for is not so
    ├── WorkflowRefused        what is asked of a proposal or a release is not possible now
    │   ├── NotInState             its state allows something else
    │   ├── OwnProposal            authors do not judge their own work
    │   ├── OthersProposal         only its author may do this
    │   ├── EditsConflict          what it changes is other than when it was written
    │   ├── EditRefused            an edit cannot be applied
    │   ├── GateRefused            the gate finds an error in what a proposal brings in
    │   ├── ApprovalRefused        an approval of rules lacks something: a committee, a reason, a person
    │   ├── RulesUnready           rules lack what they need before they may fire
    │   └── NothingToRelease       no proposal is accepted
    ├── FetchFailed            something could not be got from another server, or must not
    ├── IndexMismatch          an index was made with another encoder
    │   └── GenerationMismatch     an index or a store belongs to another generation
    ├── VectorEngineFailed     the engine that vectors lie in does not answer, or has not these
    ├── ExportTooLarge         an export over HTTP would hold more than it may
    ├── ResultTooLarge         a strategy finds more than one list of references may hold
    └── QueryError             a query cannot be answered
        ├── QueryRefused           it is not allowed here (update, SERVICE, too deep)
        │   └── NotWorkspaceGraph      it writes outside of one workspace
        ├── QuerySyntax            it is not SPARQL
        ├── StrategySyntax         it is not a search strategy
        ├── TerminologyError       a terminology operation is asked for something that it cannot do
        │   ├── ExpansionTooCostly     a value set has more codes than one answer may hold
        │   └── CircularValueSet       a value set leads back to itself
        ├── QueryTimeout           it ran out of time
        ├── DecisionTimeout        rules took longer than an answer may
        ├── QueryTooLarge          it ran out of memory or rows
        ├── BudgetSpent            the client has used what it may use in a minute
        │   ├── FeedbackSpent          the sender has sent as much feedback as may be sent in an hour
        │   └── ExportsSpent           the caller has made as many exports as it may make in an hour
        └── Overloaded             no worker was free in time
            └── WorkspaceBusy          others were writing to the workspace all the time

No class here knows HTTP or the command line: ``api.problems`` and ``api.cli`` translate.
The text of each error stands in ``kg/locale/{en,zh}.toml`` under the class's ``slug``;
``str(error)`` is the English form, ``error.text("zh")`` the Chinese one.
"""

from __future__ import annotations

from typing import ClassVar

from kg.messages import Catalogue

_CATALOGUE = Catalogue("kg")


class MedkgError(Exception):
    """Base of all errors; built from named parameters that its message uses.

    >>> str(NotFound(name="MESH:D000000"))
    'There is nothing named MESH:D000000 in this generation. Check the identifier, or search for it.'
    """

    slug: ClassVar[str] = "internal"

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(params)

    def text(self, language: str = "en") -> str:
        """The message in ``language`` (``en`` or ``zh``): what, where, what to do.

        With a parameter ``why`` the reason is the text ``reason.<why>``, so that it is in ``language``, too.
        """
        params = dict(self.params)
        if "why" in params:
            params["reason"] = _CATALOGUE.text(f"reason.{params['why']}", language, **params)
        return _CATALOGUE.text(f"error.{self.slug}", language, **params)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders (pool workers), so they must pickle by keyword.
        return (_rebuild, (type(self), self.params))


def _rebuild(kind: type[MedkgError], params: dict[str, object]) -> MedkgError:
    return kind(**params)


class InputError(MedkgError):
    """Parameters: ``path``, ``position``, ``reason``."""

    slug = "input"


class SourceError(InputError):
    slug = "source"


class TruncatedInput(SourceError):
    slug = "truncated"


class EncodingError(SourceError):
    slug = "encoding"


class ForbiddenXml(SourceError):
    slug = "forbidden-xml"


class RecordError(InputError):
    """Parameters: ``path``, ``position``, ``key``, ``reason``."""

    slug = "record"


class CorpusError(InputError):
    """Parameters: ``path``, ``position``; one of ``reason``, ``why`` (a key of its table) and ``reject`` (likewise)."""

    slug = "corpus"

    def text(self, language: str = "en") -> str:
        if "reject" not in self.params:
            return super().text(language)
        reason = _CATALOGUE.text(f"reject.{self.params['reject']}", language, **self.params)
        return _CATALOGUE.text(f"error.{self.slug}", language, **self.params | {"reason": reason.rstrip(".。")})


class IdentifierError(InputError):
    """Parameters: ``value``, ``reason``."""

    slug = "identifier"


class GraphRefused(InputError):
    """Parameters: ``why`` (a key of ``[reason]`` in ``kg/locale``) with what that text needs."""

    slug = "graph-refused"


class EditTableRefused(InputError):
    """Parameters: ``rows``, each with ``position``, ``column``, ``why`` (a key of ``[reason]``) and ``value``."""

    slug = "edit-table"

    def places(self, language: str = "en") -> tuple[dict[str, str], ...]:
        """Every place with why it cannot be used."""
        rows: tuple[object, ...] = self.params["rows"]  # type: ignore[assignment]
        found = [{name: str(getattr(row, name)) for name in ("position", "column", "why", "value")} for row in rows]
        for row in found:
            row["message"] = _CATALOGUE.text(f"reason.{row['why']}", language, **row)
        return tuple(found)

    def text(self, language: str = "en") -> str:
        places = self.places(language)
        told = "; ".join(f"{one['position']} {one['column']}: {one['message']}".strip() for one in places[:3])
        return _CATALOGUE.text(f"error.{self.slug}", language, number=len(places), told=told)


class TextNotHeld(InputError):
    """Parameters: ``where`` (the place of the text, never the text), ``media`` type of the format, ``why``."""

    slug = "text-not-held"


class ConfigError(MedkgError):
    """Parameters: ``where``, ``reason``."""

    slug = "config"


class TagTaken(ConfigError):
    """Parameters: ``name``, ``generation``."""

    slug = "tag-taken"


class TrainedOnEvaluated(ConfigError):
    """Parameters: ``model``, ``documents`` (how many), ``first`` (the id of one)."""

    slug = "trained-on-evaluated"


class DiffTooLarge(MedkgError):
    """Parameters: ``before``, ``after``, ``limit``."""

    slug = "diff-too-large"


class ChangesForgotten(MedkgError):
    """Parameters: ``oldest``, the generation that the feed begins with."""

    slug = "changes-forgotten"


class ConceptSetRefused(MedkgError):
    """Parameters: ``why`` (``set-circular`` with ``path``, ``set-lacking`` with ``set`` and ``name``, ``set-large``
    with ``set`` and ``limit``)."""

    slug = "concept-set-refused"


class ModelRefused(ConfigError):
    """Parameters: ``path`` of the folder, and ``why`` (a key of ``[reason]`` in ``kg/locale``) with what that needs."""

    slug = "model-refused"


class UnknownName(MedkgError):
    """Parameters: ``kind``, ``name``, ``known``."""

    slug = "unknown-name"


class NotFound(UnknownName):
    """Parameters: ``name``."""

    slug = "not-found"


class Gone(NotFound):
    """Parameters: ``name``, ``generation`` (the last that had it), ``replaced_by`` (CURIEs)."""

    slug = "gone"

    def text(self, language: str = "en") -> str:
        found = super().text(language)
        others = self.params.get("replaced_by")
        if isinstance(others, tuple) and others:
            found += _CATALOGUE.text("error.gone-replaced", language, known=", ".join(others))
        return found


class UnknownCards(UnknownName):
    """Parameters: ``cards`` (uuids). What was said to other cards in the same request is taken."""

    slug = "unknown-cards"

    def text(self, language: str = "en") -> str:
        cards = self.params["cards"]
        assert isinstance(cards, list)
        more = ", …" if len(cards) > 5 else ""
        return _CATALOGUE.text(f"error.{self.slug}", language, number=len(cards), cards=", ".join(cards[:5]) + more)


class UnknownCanonical(UnknownName):
    """Parameters: ``kind`` (``CodeSystem``, ``ValueSet``, ``ConceptMap``), ``name``, and ``held``: the version that is
    here in the place of the one asked for."""

    slug = "unknown-canonical"

    def text(self, language: str = "en") -> str:
        found = super().text(language)
        if self.params.get("held"):
            found += _CATALOGUE.text("error.unknown-canonical-held", language, **self.params)
        return found


class UnknownCode(UnknownName):
    """Parameters: ``code``, ``system``."""

    slug = "unknown-code"


class SeveralConcepts(UnknownName):
    """Parameters: ``name``, ``candidates`` (CURIEs), ``known`` (the same as text)."""

    slug = "several-concepts"


class UnknownGeneration(UnknownName):
    """Parameters: ``name``, ``known``."""

    slug = "unknown-generation"


class NotYetPublished(UnknownGeneration):
    """Parameters: ``name``, ``oldest``, ``published``, ``known``."""

    slug = "not-yet-published"


class UnknownGraph(UnknownName):
    """Parameters: ``name``."""

    slug = "unknown-graph"


class NotStated(UnknownName):
    slug = "not-stated"


class MissingExtra(MedkgError):
    """Parameters: ``what``, ``extra``, ``library``."""

    slug = "missing-extra"


class StoreError(MedkgError):
    """Parameters: ``path``, ``reason``."""

    slug = "store"


class StoreLocked(StoreError):
    slug = "store-locked"


class BaseMismatch(StoreError):
    """Parameters: ``graph``, ``expected``, ``found``."""

    slug = "base-mismatch"


class StandingsUnknown(StoreError):
    """What was decided of rules cannot be read in time, so none may fire. Parameters: ``path``, ``reason``, which
    strangers are not shown."""

    slug = "standings-unknown"


class StorageFull(StoreError):
    slug = "storage-full"


class FieldsMissing(StoreError):
    slug = "fields-missing"


class CodesMissing(StoreError):
    slug = "codes-missing"


class EngineFailed(StoreError):
    """Parameters: ``path`` of the endpoint, which strangers are not shown, and ``why`` with what that text needs."""

    slug = "engine"


class IntegrityError(MedkgError):
    """Parameters: ``path``, ``reason``."""

    slug = "integrity"


class BundleRefused(MedkgError):
    """Parameters: ``path``, and ``why`` (a key of ``[reason]`` in ``kg/locale``) with what that text needs."""

    slug = "bundle-refused"


class PreconditionFailed(MedkgError):
    slug = "precondition-failed"


class WorkflowRefused(MedkgError):
    slug = "workflow"


class NotInState(WorkflowRefused):
    """Parameters: ``name``, ``state`` that it is in, ``known``: those in which it would be possible."""

    slug = "not-in-state"


class OwnProposal(WorkflowRefused):
    """Parameters: ``name``."""

    slug = "own-proposal"


class OthersProposal(WorkflowRefused):
    """Parameters: ``name``."""

    slug = "others-proposal"


class EditsConflict(WorkflowRefused):
    """Parameters: ``name``, ``known``: the concepts that changed."""

    slug = "edits-conflict"


class EditRefused(WorkflowRefused):
    """Parameters: ``position`` of the edit (from 1), ``name`` of its concept, ``why`` (a key of ``[reason]``)."""

    slug = "edit-refused"


class GateRefused(WorkflowRefused):
    """Parameters: ``name`` of the proposal, ``finding`` (``kg.model.finding.Finding``): the first error."""

    slug = "gate-refused"

    def text(self, language: str = "en") -> str:
        finding = self.params["finding"]
        told = finding.text(language)  # type: ignore[attr-defined]
        return _CATALOGUE.text(f"error.{self.slug}", language, name=self.params["name"], finding=told)


class ApprovalRefused(WorkflowRefused):
    """Parameters: ``name`` of what was to be approved, ended or stopped, ``why`` (a key of ``[reason]``)."""

    slug = "approval-refused"


class RulesUnready(WorkflowRefused):
    """Parameters: ``rows``, each with ``rule``, ``place`` in it, ``why`` (a key of ``[reason]``) and ``value``."""

    slug = "rules-unready"

    def places(self, language: str = "en") -> tuple[dict[str, str], ...]:
        """Every rule, where in it, and what it lacks."""
        rows: tuple[object, ...] = self.params["rows"]  # type: ignore[assignment]
        found = [{name: str(getattr(row, name)) for name in ("rule", "place", "why", "value")} for row in rows]
        for row in found:
            row["message"] = _CATALOGUE.text(f"reason.{row['why']}", language, **row)
        return tuple(found)

    def text(self, language: str = "en") -> str:
        places = self.places(language)
        told = "; ".join(f"{one['rule']} {one['place']}: {one['message']}" for one in places[:3])
        return _CATALOGUE.text(f"error.{self.slug}", language, number=len(places), told=told)


class NothingToRelease(WorkflowRefused):
    slug = "nothing-to-release"


class FetchFailed(MedkgError):
    """Parameters: ``why`` (a key of ``[reason]`` in ``kg/locale``) with what that text needs."""

    slug = "fetch"


class IndexMismatch(MedkgError):
    """Parameters: ``path``, ``expected``, ``found``."""

    slug = "index-mismatch"


class GenerationMismatch(IndexMismatch):
    """Parameters: ``path`` of the part, ``generation`` in whose folder it lies."""

    slug = "generation-mismatch"


class VectorEngineFailed(MedkgError):
    """Parameters: ``path`` of the server, which strangers are not shown, ``why`` (``vectors-away``,
    ``vectors-elsewhere``) with ``text``, what the server said."""

    slug = "vector-engine"


class ExportTooLarge(MedkgError):
    """Parameters: ``statements``, ``limit``."""

    slug = "export-too-large"


class ResultTooLarge(MedkgError):
    """Parameters: ``found``, ``limit``."""

    slug = "result-too-large"


class QueryError(MedkgError):
    """Parameters: ``reason``, or ``why`` (a key of ``[reason]`` in ``kg/locale``) with what that text needs."""

    slug = "query"


class QueryRefused(QueryError):
    slug = "query-refused"


class NotWorkspaceGraph(QueryRefused):
    """Parameters: ``base``."""

    slug = "not-workspace-graph"


class QuerySyntax(QueryError):
    slug = "query-syntax"


class StrategySyntax(QueryError):
    """Parameters: ``why``, ``line`` and ``column`` from 1, ``expected`` (keys of ``[expected]`` in ``kg/locale``).

    What was written is never repeated.
    """

    slug = "strategy-syntax"

    def text(self, language: str = "en") -> str:
        expected = self.params.get("expected")
        known = expected if isinstance(expected, tuple) else ()
        names = [_CATALOGUE.text(f"expected.{key}", language) for key in known]
        params = self.params | {"expected": ", ".join(names)}
        reason = _CATALOGUE.text(f"reason.{self.params['why']}", language, **params)
        return _CATALOGUE.text(f"error.{self.slug}", language, **params | {"reason": reason})


class TerminologyError(QueryError):
    """Parameters: ``why`` (a key of ``[reason]`` in ``kg/locale``) with what that text needs."""

    slug = "terminology"


class ExpansionTooCostly(TerminologyError):
    """Parameters: ``found``, ``limit``."""

    slug = "too-costly"


class CircularValueSet(TerminologyError):
    """Parameters: ``name``, ``steps``: the way back to it."""

    slug = "circular-value-set"


class QueryTimeout(QueryError):
    """Parameters: ``seconds``."""

    slug = "query-timeout"


class DecisionTimeout(QueryError):
    """Parameters: ``seconds``."""

    slug = "decision-timeout"


class QueryTooLarge(QueryError):
    slug = "query-too-large"


class BudgetSpent(QueryError):
    """Parameters: ``seconds`` until the client may ask again."""

    slug = "budget-spent"


class FeedbackSpent(BudgetSpent):
    """Parameters: ``seconds``, ``limit``."""

    slug = "feedback-spent"


class ExportsSpent(BudgetSpent):
    """Parameters: ``seconds``, ``limit``."""

    slug = "exports-spent"


class Overloaded(QueryError):
    slug = "overloaded"


class WorkspaceBusy(Overloaded):
    slug = "workspace-busy"
