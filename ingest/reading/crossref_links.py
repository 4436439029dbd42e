"""What a work of Crossref says about others: references, relations, and updates such as retractions.

Updates: https://www.crossref.org/documentation/crossmark/version-control-corrections-and-retractions/.
"""

from __future__ import annotations

from ingest.reading import markup
from ingest.reading.draft import Draft
from ingest.reading.identifiers import curie, doi
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import parts
from kg.model.document import Reference, Relation, Standing, StandingNotice

_STANDINGS: dict[str, Standing] = {
    "retraction": "retracted", "withdrawal": "retracted", "removal": "retracted",
    "expression_of_concern": "concern", "partial_retraction": "concern",
    "new_version": "superseded", "new_edition": "superseded",
    "correction": "published", "corrigendum": "published", "erratum": "published", "addendum": "published",
    "clarification": "published",
}  # fmt: skip
_STRENGTH: tuple[Standing, ...] = ("retracted", "concern", "superseded")


def links(fields: Fields, draft: Draft) -> tuple[StandingNotice, ...]:
    """Into ``draft``: references and relations, under the names that Crossref has for them, and its standing.

    The notices are about the works that this one updates, so that a retraction counts even where the record of
    the retracted work is an older one.
    """
    draft.references = tuple(found for item in parts(fields, "reference") if (found := _reference(item)))
    _relations(fields.part("relation"), draft)
    if policy := curie("doi", fields.text("update-policy")):
        draft.relations.append(Relation("update-policy", policy))
    own = draft.identifier()
    notices: dict[StandingNotice, None] = {}
    standings: list[Standing] = []
    for item in parts(fields, "update-to"):
        kind, target = _update(item)
        standing = _STANDINGS.get(kind)
        if target and target == own:
            standings += [standing] if standing else []
        elif target or kind:
            draft.relations.append(Relation(f"update-to {kind}".strip(), target))
            if standing and target and own:
                notices[StandingNotice(target, standing, relation=Relation(f"updated-by {kind}", own))] = None
    for item in parts(fields, "updated-by"):
        kind, target = _update(item)
        if target or kind:
            draft.relations.append(Relation(f"updated-by {kind}".strip(), "" if target == own else target))
            standings += [_STANDINGS[kind]] if kind in _STANDINGS else []
    draft.standing = next((standing for standing in _STRENGTH if standing in standings), draft.standing)
    return tuple(notices)


def _update(item: Fields) -> tuple[str, str]:
    return item.text("type").lower().replace(" ", "_").replace("-", "_"), curie("doi", item.text("DOI"))


def _relations(relations: Fields, draft: Draft) -> None:
    for kind in relations.names():
        for item in parts(relations, kind):
            value, scheme = item.text("id"), item.text("id-type")
            target = curie(scheme, value)
            if value and not target and scheme.lower() == "uri":
                target = curie("doi", value) if "doi.org/" in value else ""
            if value:
                draft.relations.append(Relation(kind, target, "" if target else value))


def _reference(item: Fields) -> Reference | None:
    """The reference as printed, else its parts as PubMed would print them."""
    printed = markup.plain(item.text("unstructured"))
    if not printed:
        journal = item.text("journal-title") or item.text("volume-title") or item.text("series-title")
        volume, issue, page = item.text("volume"), item.text("issue"), item.text("first-page")
        place = volume + (f"({issue})" if issue else "") + (f":{page}" if page else "")
        when = ";".join(filter(None, (item.text("year"), place)))
        found = (item.text("author"), item.text("article-title"), journal, item.text("edition"), when)
        printed = ". ".join(markup.plain(part).rstrip(".") for part in found if part)
    number = doi(item.text("DOI"))
    if not printed and not number:
        return None
    return Reference(printed, (f"DOI:{number}",) if number else ())
