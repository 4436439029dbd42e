"""The forms in which annotated texts leave: our JSON, a stream of its lines, and those of other annotation tools."""

from __future__ import annotations

from collections.abc import Sequence

from api.annotation import read_text
from api.knowledge import Knowledge
from api.negotiation import choose
from api.problems import Refusal
from api.requests import AnnotateText
from ingest.text.annotate import Annotator
from ingest.text.claims.ledger import Ledger
from kg.exchange.annotated import AnnotatedText, Origin
from kg.exchange.formats import FORMATS

MEDIA: dict[str, str] = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    **{name: form.media_type for name, form in FORMATS.items()},
}
"""Media types by name, the default first."""
KNOWN = ", ".join(f"{name} ({media.partition(';')[0]})" for name, media in MEDIA.items())
_OFFERS = tuple((media.partition(";")[0], name) for name, media in MEDIA.items())


def chosen(asked: str | None, accept: str) -> str:
    """The name of the form that ``format`` asks for, or else Accept; raises Refusal (406)."""
    name = choose(accept, _OFFERS) if asked is None else asked
    if name not in MEDIA:
        raise Refusal(406, known=KNOWN)
    return name


def written(
    found: Knowledge, texts: Sequence[AnnotateText], form: str, annotator: Annotator | None = None,
    ledger: Ledger | None = None, *, nested: bool = False,
) -> str:  # fmt: skip
    """All of the texts in a form of ``FORMATS``; raises TextNotHeld, before any text is read where it shows by then."""
    reader = annotator or found.annotator
    writer = FORMATS[form]
    writer.check([AnnotatedText(item.id, item.text, item.language, ()) for item in texts])
    read = [read_text(item, reader, ledger, nested=nested) for item in texts]
    return writer.write(read, Origin(found.id, reader.version, found.naming.ids))
