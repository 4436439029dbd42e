"""People of an article in JATS, with their affiliations."""

from __future__ import annotations

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import is_chinese, people
from kg.references.xml import element, empty, leaf


def contributors(record: DocumentRecord) -> str:
    """``<contrib-group>`` of authors and editors, then each affiliation once, which they name by number."""
    found = [(role, one) for role in ("author", "editor") for one in people(record, role)]
    places = {place: f"aff{number}" for number, place in enumerate(_places([one for _, one in found]), 1)}
    group = element("contrib-group", *(_contributor(one, role, places) for role, one in found))
    return group + "".join(leaf("aff", place, id=number) for place, number in places.items())


def _places(found: list[AuthorRecord]) -> list[str]:
    return list(dict.fromkeys(place for one in found for place in one.affiliations))


def _contributor(author: AuthorRecord, role: str, places: dict[str, str]) -> str:
    name = element(
        "name",
        leaf("surname", author.family),
        leaf("given-names", author.given or author.initials),
        leaf("suffix", author.suffix),
        name_style="eastern" if is_chinese(author.family) else "",
    )
    number = f"https://orcid.org/{author.orcid}" if author.orcid else ""
    return element(
        "contrib",
        leaf("contrib-id", number, contrib_id_type="orcid"),
        leaf("collab", author.collective) or name,
        *(empty("xref", ref_type="aff", rid=places[place]) for place in author.affiliations),
        contrib_type=role,
    )
