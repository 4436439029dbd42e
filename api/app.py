"""The HTTP application: ``create_app(settings)``; nothing is built at import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from api import problems
from api.envelope import Envelope
from api.library import Library
from api.routes import concepts, documents, operation, pages, search, sparql
from api.schemas import describe
from api.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The application over the data folder of ``settings``, which is opened when it starts.

    Starting raises UnknownGeneration where nothing is published, IntegrityError for damage.
    """
    library = Library(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await library.start()
        try:
            yield
        finally:
            await library.close()

    app = FastAPI(
        title="medkg", lifespan=lifespan, docs_url=None, redoc_url=None,
        summary="A bilingual (Chinese/English) knowledge graph for medical literature and clinical knowledge.",
    )  # fmt: skip
    app.state.library = library
    for module in (sparql, search, concepts, documents, operation, pages):
        app.include_router(module.router)
    problems.register(app)
    app.add_middleware(Envelope, owner=app)
    describe(app, _version())
    return app


def _version() -> str:
    try:
        return version("medkg")
    except PackageNotFoundError:
        return "0.0.0"
