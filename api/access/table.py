"""The one table of routes and the right that each needs. A route without a row does not start.

A row is a method and the template of a path, as in the OpenAPI document; HEAD needs what GET needs.
Mounted applications have the method ``*`` and the template of the mount.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import Mount, compile_path

from api.access.rights import Right
from kg.errors import ConfigError

_GRAPH_METHODS: tuple[tuple[str, Right], ...] = (
    ("GET", "workspace-read"),
    ("PUT", "workspace-write"),
    ("POST", "workspace-write"),
    ("DELETE", "workspace-write"),
)
_FHIR: dict[tuple[str, str], Right] = {
    **{
        (method, f"/fhir/{path}"): "read"
        for path in (
            "CodeSystem/$lookup", "CodeSystem/$validate-code", "CodeSystem/$subsumes", "ValueSet/$expand",
            "ValueSet/$validate-code", "ConceptMap/$translate", "CodeSystem/{id}/$validate-code",
            "CodeSystem/{id}/$subsumes", "ValueSet/{id}/$expand", "ValueSet/{id}/$validate-code",
            "ConceptMap/{id}/$translate", "{path:path}",
        )
        for method in ("GET", "POST")
    },
    **{
        ("GET", f"/fhir/{path}"): "read"
        for path in (
            "metadata", "CodeSystem", "ValueSet", "ConceptMap", "CodeSystem/{id}", "ValueSet/{id}", "ConceptMap/{id}",
        )
    },
    ("POST", "/fhir"): "read",
}  # fmt: skip
TABLE: dict[tuple[str, str], Right] = {
    # pages
    ("GET", "/"): "read",
    ("GET", "/search"): "read",
    ("GET", "/concept/{curie:path}"): "read",
    ("GET", "/document/{curie:path}"): "read",
    ("GET", "/docs"): "read",
    ("POST", "/feedback"): "feedback",
    ("GET", "/feedback/{receipt}"): "read",
    ("GET", "/style.css"): "read",
    ("GET", "/icon.svg"): "read",
    ("GET", "/openapi.json"): "read",
    ("GET", "/examples"): "read",
    ("GET", "/simulator"): "evaluate",
    ("GET", "/desk/queue"): "workspace-read",
    ("GET", "/desk/proposals/{number}"): "workspace-read",
    ("GET", "/desk/new/{form}"): "propose",
    ("POST", "/desk/new/{form}"): "propose",
    ("POST", "/desk/proposals/{number}/comments"): "comment",
    **{("POST", f"/desk/proposals/{{number}}/{name}"): "propose" for name in ("submit", "revise", "withdraw")},
    **{("POST", f"/desk/proposals/{{number}}/{name}"): "review" for name in ("take", "accept", "reject", "reopen")},
    # operation
    ("GET", "/health"): "health",
    ("GET", "/ready"): "health",
    # reading
    ("GET", "/api/v1/search"): "read",
    ("GET", "/api/v1/similar"): "read",
    ("GET", "/api/v1/similarity"): "read",
    ("GET", "/api/v1/statements"): "read",
    ("GET", "/api/v1/answer"): "read",
    ("GET", "/api/v1/profiles"): "read",
    ("GET", "/api/v1/strategy"): "read",
    ("GET", "/api/v1/autocomplete"): "read",
    ("GET", "/api/v1/concepts/changes"): "read",
    ("GET", "/api/v1/concepts/gaps"): "read",
    ("GET", "/api/v1/concepts/{curie:path}/mappings"): "read",
    ("GET", "/api/v1/mappings"): "read",
    ("GET", "/api/v1/mappings/systems"): "read",
    ("PUT", "/api/v1/mappings/systems/{name}"): "propose",
    ("POST", "/api/v1/mappings/candidates"): "workspace-read",
    ("POST", "/api/v1/mappings/decisions"): "propose",
    ("POST", "/api/v1/mappings/conceptmap"): "workspace-read",
    ("GET", "/api/v1/mappings/findings"): "read",
    ("GET", "/api/v1/concepts/{curie:path}"): "read",
    ("GET", "/api/v1/concepts/{curie:path}/neighbours"): "read",
    ("GET", "/api/v1/concepts/{curie:path}/documents"): "read",
    ("GET", "/api/v1/concepts/{curie:path}/tree"): "read",
    ("GET", "/api/v1/concepts/{curie:path}/timeline"): "read",
    ("GET", "/api/v1/concept-sets"): "read",
    ("GET", "/api/v1/concept-sets/{id}"): "read",
    ("GET", "/api/v1/concept-sets/{id}/members"): "read",
    ("GET", "/api/v1/concept-sets/{id}/removed"): "read",
    ("GET", "/api/v1/concept-sets/{id}/contains"): "read",
    ("GET", "/api/v1/concept-sets/{id}/export"): "read",
    ("GET", "/api/v1/documents/{id:path}"): "read",
    ("GET", "/api/v1/examples"): "read",
    ("GET", "/api/v1/standing"): "read",
    ("GET", "/api/v1/claims"): "read",
    ("GET", "/api/v1/assertions"): "read",
    ("GET", "/api/v1/people"): "read",
    ("GET", "/api/v1/people/{id:path}"): "read",
    ("GET", "/api/v1/references"): "read",
    ("GET", "/api/v1/lineage"): "read",
    ("GET", "/api/v1/explain"): "read",
    ("GET", "/api/v1/changes"): "read",
    ("GET", "/feeds/changes"): "read",
    ("GET", "/api/v1/export"): "export",
    ("GET", "/api/v1/generations"): "read",
    ("GET", "/api/v1/generations/{before}/diff/{after}"): "query",
    ("POST", "/api/v1/annotate"): "annotate",
    # reconciliation
    ("GET", "/reconcile"): "read",
    ("POST", "/reconcile"): "read",
    ("GET", "/reconcile/preview"): "read",
    ("GET", "/reconcile/{language}"): "read",
    ("POST", "/reconcile/{language}"): "read",
    ("GET", "/reconcile/{language}/suggest/{kind}"): "read",
    ("GET", "/reconcile/{language}/properties"): "read",
    ("GET", "/reconcile/{language}/flyout"): "read",
    # rules
    ("GET", "/api/v1/rules"): "read",
    ("GET", "/api/v1/rules/lookup"): "read",
    ("GET", "/api/v1/rules/standings"): "workspace-read",
    ("GET", "/api/v1/rules/standings/overdue"): "workspace-read",
    ("GET", "/api/v1/rules/standings/history"): "workspace-read",
    ("GET", "/api/v1/rules/standings/conflicts"): "workspace-read",
    ("GET", "/api/v1/rules/standings/requests"): "workspace-read",
    ("POST", "/api/v1/rules/standings/requests"): "rule-propose",
    ("GET", "/api/v1/rules/standings/requests/{number}"): "workspace-read",
    ("POST", "/api/v1/rules/standings/requests/{number}/approve"): "rule-approve",
    ("POST", "/api/v1/rules/standings/requests/{number}/reject"): "rule-approve",
    ("POST", "/api/v1/rules/standings/requests/{number}/withdraw"): "rule-propose",
    ("POST", "/api/v1/rules/standings/retire"): "rule-approve",
    ("POST", "/api/v1/rules/standings/withdraw"): "rule-approve",
    ("GET", "/api/v1/rules/standings/kills"): "workspace-read",
    ("POST", "/api/v1/rules/standings/kills"): "rule-kill",
    ("POST", "/api/v1/rules/standings/kills/{number}/revive"): "rule-approve",
    ("POST", "/api/v1/rules/standings/rollback"): "rule-approve",
    ("POST", "/api/v1/rules/feedback"): "evaluate",
    ("GET", "/api/v1/rules/stewardship"): "workspace-read",
    ("GET", "/api/v1/rules/stewardship/effect"): "workspace-read",
    ("GET", "/api/v1/rules/stewardship/queue"): "workspace-read",
    ("POST", "/api/v1/rules/stewardship/queue"): "propose",
    ("GET", "/api/v1/rules/stewardship/unread"): "workspace-read",
    ("GET", "/api/v1/rules/questions"): "operate",
    ("GET", "/api/v1/rules/standings/flags"): "workspace-read",
    ("POST", "/api/v1/rules/standings/flags/{id}/clear"): "rule-approve",
    ("POST", "/api/v1/rules/dry-run"): "workspace-read",
    ("GET", "/api/v1/rules/{id}/evidence"): "read",
    ("GET", "/api/v1/rules/{id}"): "read",
    ("POST", "/api/v1/rules/evaluate"): "evaluate",
    ("POST", "/api/v1/rules/evaluate/batch"): "evaluate",
    ("POST", "/api/v1/rules/evaluate/hl7v2"): "evaluate",
    ("POST", "/api/v1/rules/evaluate/cda"): "evaluate",
    ("GET", "/api/v1/rules/schema"): "read",
    ("GET", "/cds-services"): "read",
    ("POST", "/cds-services/{id}"): "evaluate",
    ("POST", "/cds-services/{id}/feedback"): "evaluate",
    ("GET", "/infobutton"): "read",
    ("POST", "/infobutton"): "read",
    # linked data
    ("GET", "/id"): "read",
    ("GET", "/id/{path:path}"): "read",
    ("GET", "/data"): "read",
    ("GET", "/data/{path:path}"): "read",
    ("GET", "/resource"): "read",
    ("GET", "/resource/{path:path}"): "read",
    ("GET", "/vocab"): "read",
    ("GET", "/void"): "read",
    ("GET", "/.well-known/void"): "read",
    # FHIR terminology (api.fhir.doors)
    **_FHIR,
    # SPARQL; an update asks for workspace-write once its text is read
    ("GET", "/sparql"): "query",
    ("POST", "/sparql"): "query",
    ("GET", "/sparql/explain"): "query",
    ("POST", "/sparql/explain"): "query",
    ("GET", "/graphs"): "query",
    ("PUT", "/graphs"): "workspace-write",
    ("POST", "/graphs"): "workspace-write",
    ("DELETE", "/graphs"): "workspace-write",
    # workspaces
    ("GET", "/workspaces"): "workspace-read",
    ("GET", "/workspaces/{name}/sparql"): "workspace-read",
    ("POST", "/workspaces/{name}/sparql"): "workspace-read",
    **{(method, "/workspaces/{name}/graphs"): right for method, right in _GRAPH_METHODS},
    **{(method, "/workspaces/{name}/graphs/{path:path}"): right for method, right in _GRAPH_METHODS},
    ("POST", "/workspaces/{name}/promote"): "propose",
    # curation
    ("GET", "/api/v1/proposals"): "workspace-read",
    ("GET", "/api/v1/proposals/forms"): "workspace-read",
    ("POST", "/api/v1/proposals"): "propose",
    ("POST", "/api/v1/proposals/undo"): "propose",
    ("GET", "/api/v1/proposals/{number}"): "workspace-read",
    ("PUT", "/api/v1/proposals/{number}"): "propose",
    ("GET", "/api/v1/proposals/{number}/patch"): "workspace-read",
    ("GET", "/api/v1/proposals/{number}/comments"): "workspace-read",
    ("POST", "/api/v1/proposals/{number}/comments"): "comment",
    ("PUT", "/api/v1/proposals/{number}/seen"): "comment",
    **{("POST", f"/api/v1/proposals/{{number}}/{name}"): "propose" for name in ("submit", "revise", "withdraw")},
    **{("POST", f"/api/v1/proposals/{{number}}/{name}"): "review" for name in ("take", "accept", "reject", "reopen")},
    ("GET", "/api/v1/curation/history"): "workspace-read",
    ("POST", "/api/v1/proposals/preview"): "workspace-read",
    ("GET", "/api/v1/proposals/{number}/impact"): "workspace-read",
    ("GET", "/api/v1/curation/quality"): "read",
    ("GET", "/api/v1/releases"): "workspace-read",
    ("GET", "/api/v1/releases/{version}"): "workspace-read",
    ("GET", "/api/v1/releases/{version}/edits"): "workspace-read",
    ("POST", "/api/v1/releases"): "release",
    ("POST", "/api/v1/feedback"): "feedback",
    ("GET", "/api/v1/feedback/{receipt}"): "read",
    # files sent, and what became of them
    ("POST", "/api/v1/ingest"): "ingest",
    ("GET", "/api/v1/jobs"): "ingest",
    ("GET", "/api/v1/jobs/{number}"): "ingest",
    ("GET", "/api/v1/jobs/{number}/rejects"): "ingest",
    # webhooks
    ("GET", "/api/v1/webhooks"): "keys",
    ("POST", "/api/v1/webhooks"): "keys",
    ("POST", "/api/v1/webhooks/{number}/resume"): "keys",
    ("DELETE", "/api/v1/webhooks/{number}"): "keys",
    # keys
    ("GET", "/api/v1/keys"): "keys",
    ("POST", "/api/v1/keys"): "keys",
    ("DELETE", "/api/v1/keys/{number}"): "keys",
}


class Row(msgspec.Struct, frozen=True):
    """A route: the template of its path, and right by method (``*`` for any)."""

    template: str
    rights: dict[str, Right]


class Found(msgspec.Struct, frozen=True):
    """What a request leads to. ``right`` is None where no route takes the method; ``methods`` says which do."""

    template: str
    right: Right | None
    methods: tuple[str, ...] = ()


class Routes:
    """The routes of an application with their rights, matched as the application itself matches them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = [(compile_path(row.template)[0], row) for row in rows]
        # Literal paths, and with them the query endpoint, need no regular expressions.
        self._literal = {row.template: self._match(row.template) for _, row in self._rows if "{" not in row.template}

    def find(self, method: str, path: str) -> Found | None:
        """The route of a request; None where there is none at ``path``."""
        rows = self._literal.get(path)
        if rows is None:
            rows = self._match(path)
        for row in rows:
            right = row.rights.get(method) or row.rights.get("*")
            if right is not None:
                return Found(row.template, right)
        if not rows:
            return None
        return Found(rows[0].template, None, tuple(sorted({name for row in rows for name in row.rights})))

    def _match(self, path: str) -> list[Row]:
        return [row for pattern, row in self._rows if pattern.match(path)]


def routes(app: FastAPI) -> Routes:
    """The routes of ``app``; raises ConfigError naming those without a row in the table."""
    return Routes(_rows(app))


def _rows(app: FastAPI) -> Iterator[Row]:
    for context in iter_route_contexts(app.routes):
        template, methods = _described(context)
        rights: dict[str, Right] = {}
        for method in methods:
            right = TABLE.get(("GET" if method == "HEAD" else method, template))
            if right is None:
                raise ConfigError(where="api.access.table", reason=f"no row for {method} {template}")
            rights[method] = right
        # The rest of a mounted path belongs to the mount.
        mounted = isinstance(context.original_route, Mount)
        yield Row(template + "/{path:path}" if mounted else template, rights)


def _described(context: RouteContext) -> tuple[str, list[str]]:
    if isinstance(context.original_route, Mount):
        return context.path or "", ["*"]
    if context.path is None or not context.methods:
        raise ConfigError(where="api.access.table", reason=f"{context.original_route!r} cannot be given a right")
    return context.path, sorted(context.methods)
