"""Rendering of pages: templates, texts and links in the reader's language, no script, nothing from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from api.problems import Refusal, said_of, spoken, status_of
from api.texts import text
from kg.errors import MedkgError


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("api", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["path"] = lambda value: quote(value, safe=":")
    return environment


def render(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    """The page of a template, in the language asked for."""
    language = spoken(request)
    generation = request.scope.get("medkg.generation") or request.app.state.library.current.id

    def say(key: str, /, **params: object) -> str:
        return text(f"page.{key}", language, **params)

    def here(**changes: str | list[str]) -> str:
        """This page with other parameters; a list for one that is repeated."""
        kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("cursor", *changes)]
        return f"{quote(request.url.path)}?{urlencode([*kept, *changes.items()], doseq=True)}"

    def link(path: str) -> str:
        """Another page, in the same language and generation."""
        kept = {name: request.query_params[name] for name in ("lang", "as_of") if name in request.query_params}
        return path + (("&" if "?" in path else "?") + urlencode(kept) if kept else "")

    def label(pair: Any, other: str = "") -> str:
        """A label in the page's language before the other one."""
        order = (pair.zh, pair.en) if language == "zh" else (pair.en, pair.zh)
        return order[0] or order[1] or other

    shown = {"say": say, "here": here, "link": link, "label": label, "language": language, "generation": generation}
    page = _templates().get_template(f"{name}.html").render(shown | {"q": "", "query": request.query_params} | values)
    return Response(page, status, {"Content-Language": language, "Vary": "Accept-Language"}, "text/html; charset=utf-8")


def guarded(request: Request, error: MedkgError) -> Response:
    """An error as a page."""
    return render(request, "error", status_of(error), message=error.text(spoken(request)))


def refused(request: Request, refusal: Refusal) -> Response:
    """What is refused before anything is asked, as a page: a browser shows it when its user gives up the password."""
    page = render(request, "error", refusal.status_code, message=said_of(request, refusal))
    page.headers.update({"Cache-Control": "no-store", **(refusal.headers or {})})
    return page
