"""The HTTP application: ``create_app(settings)``; nothing is built at import."""

from __future__ import annotations

from asyncio import Semaphore, create_task, to_thread, wait
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import bibliography, problems, wiring
from api.access.gate import Gate
from api.access.middleware import Access
from api.access.origins import Origins, listed
from api.access.table import routes
from api.allowance import Allowance
from api.curating import Curating
from api.decisions import Decisions
from api.deliveries import Deliveries
from api.diffs import Diffs
from api.envelope import Envelope
from api.exports import Exports
from api.fhir import description, doors
from api.ingests import Ingests
from api.keeping import Keeping
from api.library import Library
from api.rawrecords import RawRecords
from api.release import release
from api.routes import (
    bulk,
    cdsfeedback,
    cdshooks,
    changes,
    claims,
    concepts,
    conceptsets,
    consequences,
    dataset,
    desk,
    discovery,
    documents,
    drafts,
    examples,
    explain,
    feedback,
    generations,
    graphs,
    infobutton,
    ingest,
    keys,
    lineage,
    linked,
    lists,
    mapped,
    operation,
    pages,
    people,
    proposals,
    reconcile,
    references,
    releases,
    rules,
    search,
    simulator,
    standing,
    standings,
    stewardship,
    strategy,
    vendors,
    webhooks,
    workbench,
    workspaces,
)
from api.schemas import describe
from api.settings import Settings
from api.sparql import endpoint
from api.sparql.published import Dumps
from api.standings import RuleDesk
from api.stewardship import Stewardship
from api.survey import Surveys
from api.workbench import Workbenches
from kg.errors import FeedbackSpent

_CLINICAL = frozenset({rules, vendors, cdshooks, cdsfeedback, stewardship, generations, operation})
"""What is served where ``doors`` is ``rules``; with the terminology that clinical systems look codes up in. Nothing of
it holds anything that another process would have to know at once: that is in the workflow database."""


async def _deliveries(settings: Settings) -> None:
    """Tell webhooks of changes as long as the service runs."""
    await Deliveries(settings, await to_thread(wiring.webhooks, settings)).run()


def create_app(settings: Settings) -> FastAPI:
    """The application over the data folder of ``settings``, which is opened when it starts.

    Raises ConfigError for settings of access that do not fit, and for a route without a right. Starting
    raises UnknownGeneration where nothing is published, IntegrityError for damage, StoreError.
    """
    whole = settings.doors == "all"
    library = Library(settings)
    gate = Gate(settings)
    cds_origins = listed(settings.listed("cds_origins"))
    writable = wiring.workspaces(settings)
    diffs = Diffs()
    ingests = Ingests(settings)
    curating = Curating(settings)
    steward = Stewardship(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await library.start()
        await gate.start()
        await to_thread(steward.start)
        if whole:
            await curating.recover()
        telling = create_task(_deliveries(settings)) if whole and settings.webhook_origins else None
        try:
            yield
        finally:
            if telling is not None:
                telling.cancel()
                await wait((telling,))
            await ingests.close()
            await curating.close()
            await writable.close()
            await library.close()
            diffs.close()
            await to_thread(steward.close)
            await gate.close()

    app = FastAPI(
        title="medkg", lifespan=lifespan, docs_url=None, redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        summary="A bilingual (Chinese/English) knowledge graph for medical literature and clinical knowledge.",
    )  # fmt: skip
    app.state.library = library
    app.state.gate = gate
    app.state.workspaces = writable
    app.state.dumps = Dumps()
    app.state.exports = Exports(settings.exports_an_hour)
    app.state.long_lists = Semaphore(bibliography.AT_ONCE)
    app.state.diffs = diffs
    app.state.ingests = ingests
    app.state.curating = curating
    app.state.surveys = Surveys(settings)
    app.state.feedback = Allowance(settings.feedback_an_hour, FeedbackSpent)
    app.state.raw_records = RawRecords()
    keeping = Keeping(settings)
    app.state.decisions = Decisions(settings, stewardship=steward, keeping=keeping)
    library.preparing.append(app.state.decisions.shelf)
    app.state.rule_desk = RuleDesk(keeping, app.state.decisions)
    app.state.stewardship = steward
    app.state.workbenches = Workbenches(settings)
    if whole:
        app.routes.extend(endpoint.routes())
    app.routes.extend(doors.routes())
    for module in (
        # First of all, since routes are tried in turn and these are waited for at the bedside.
        # Before the rules, whose path takes an id there.
        standings,
        drafts,
        stewardship,
        # Before the rules, whose path takes any name there.
        vendors,
        rules,
        cdshooks,
        cdsfeedback,
        infobutton,
        search,
        discovery,
        strategy,
        # Before the concepts, whose path takes everything below it.
        lists,
        mapped,
        workbench,
        concepts,
        documents,
        standing,
        conceptsets,
        explain,
        changes,
        webhooks,
        claims,
        people,
        references,
        reconcile,
        generations,
        dataset,
        examples,
        linked,
        operation,
        pages,
        simulator,
        graphs,
        workspaces,
        # Before the proposals, one of whose paths takes a number there.
        consequences,
        proposals,
        releases,
        desk,
        feedback,
        keys,
        ingest,
        lineage,
        bulk,
    ):
        if whole or module in _CLINICAL:
            app.include_router(module.router)
    problems.register(app)
    app.add_middleware(Access, gate=gate, routes=routes(app))
    app.add_middleware(Origins, everywhere=settings.listed("origins"), cds=cds_origins)
    app.add_middleware(Envelope, owner=app)
    describe(
        app,
        release(),
        (endpoint.PATHS if whole else {}) | description.PATHS,
        (
            *endpoint.RECORDS,
            *keys.RECORDS,
            *proposals.RECORDS,
            *consequences.RECORDS,
            *releases.RECORDS,
            *feedback.RECORDS,
            *ingest.RECORDS,
            *lineage.RECORDS,
            *people.RECORDS,
            *claims.RECORDS,
            *discovery.RECORDS,
            *lists.RECORDS,
            *mapped.RECORDS,
            *workbench.RECORDS,
            *rules.RECORDS,
            *vendors.RECORDS,
            *standings.RECORDS,
            *drafts.RECORDS,
            *cdshooks.RECORDS,
            *cdsfeedback.RECORDS,
            *infobutton.RECORDS,
            *stewardship.RECORDS,
            *conceptsets.RECORDS,
            *explain.RECORDS,
            *changes.RECORDS,
            *webhooks.RECORDS,
        ),
    )
    return app
