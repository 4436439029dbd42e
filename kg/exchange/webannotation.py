"""Web Annotations as JSON-LD (https://www.w3.org/TR/annotation-model/): one collection with one page.

The target of each annotation is the text that was sent, its place said twice: by offsets, which the model counts in
code points as we do, and by the words with some of what stands around them. The body is the concept's IRI, a Choice
with the best first where several may be meant. A claim is an annotation of its sentence. What the model has no word
for has ours (``mkg:``). Ids are made of the content: the same texts, read by the same pipeline, have the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from uuid import NAMESPACE_URL, uuid5

import msgspec

from kg import vocab
from kg.exchange.annotated import AnnotatedText, Origin
from kg.model.attribute import Attribute
from kg.model.evidence import Claim, Mention, Place
from kg.model.ids import digest

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PROFILE = f'application/ld+json; profile="{CONTEXT}"'
AROUND = 32
"""Characters before and after a quote that tell it from others like it."""
_IRI = re.compile(r"(?:https?://|urn:[A-Za-z0-9-]{2,31}:)[!#-;=?-\[\]_a-z~%]+").fullmatch
_Object = dict[str, object]


def write(texts: Sequence[AnnotatedText], origin: Origin) -> str:
    """The collection; its ``total`` counts mentions and claims of all texts."""
    items = [one for text in texts for one in _annotations(text, origin)]
    name = _urn(origin, *(digest(text.id, text.text, text.language) for text in texts))
    collection: _Object = {
        "@context": [CONTEXT, {"mkg": vocab.MEDKG}],
        "id": name,
        "type": "AnnotationCollection",
        "generator": {
            "id": origin.ids.base, "type": "Software", "name": "medkg", "schema:softwareVersion": origin.pipeline,
        },
        "dcterms:source": origin.generation,
        "total": len(items),
        "first": {"id": f"{name}#page", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }  # fmt: skip
    return msgspec.json.encode(collection).decode()


def _urn(origin: Origin, *parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, digest(origin.generation, origin.pipeline, *parts))}"


class _Text:
    """One text as a target: what all of its annotations share."""

    def __init__(self, item: AnnotatedText, origin: Origin) -> None:
        self._item = item
        self._origin = origin
        self._mark = digest(item.id, item.text, item.language)
        self._source: _Object = {
            "id": item.id if _IRI(item.id) else f"urn:uuid:{uuid5(NAMESPACE_URL, digest(item.id, item.text))}",
            "type": "Text",
            "format": "text/plain",
            "language": item.language,
        }
        if item.id:
            self._source["dcterms:identifier"] = item.id

    def target(self, start: int, end: int) -> _Object:
        text = self._item.text
        quote = {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - AROUND) : start],
            "suffix": text[end : end + AROUND],
        }
        position = {"type": "TextPositionSelector", "start": start, "end": end}
        return {"type": "SpecificResource", "source": self._source, "selector": [quote, position]}

    def id(self, place: Mention | Place) -> str:
        """Of the annotation of a mention; its claims find it by the same."""
        return _urn(self._origin, self._mark, str(place.start), str(place.end), place.category)

    def mention(self, mention: Mention) -> _Object:
        made: _Object = {
            "id": self.id(mention),
            "type": "Annotation",
            "motivation": "identifying",
            "target": self.target(mention.start, mention.end),
            "mkg:mentionCategory": mention.category,
        }
        concepts = [self._origin.ids.expand(candidate.concept) for candidate in mention.candidates]
        if concepts:
            made["body"] = concepts[0] if len(concepts) == 1 else {"type": "Choice", "items": concepts}
            made["mkg:score"] = mention.candidates[0].score
        if mention.attributes:
            made["mkg:attribute"] = [self._attribute(told) for told in mention.attributes]
        if mention.method:
            made["mkg:method"] = mention.method
        if mention.nested:
            made["mkg:nested"] = True
        return made

    def _attribute(self, told: Attribute) -> _Object:
        exact = self._item.text[told.start : told.end]
        return {"mkg:attributeKind": told.kind, "mkg:start": told.start, "mkg:end": told.end, "oa:exact": exact}

    def claim(self, claim: Claim) -> _Object:
        assert claim.ends, "read from a text"
        subject, predicate, target = map(self._origin.ids.expand, (claim.subject, claim.predicate, claim.object))
        ends = [self.id(end) for end in claim.ends]
        body: _Object = {
            "type": "mkg:Claim",
            "rdf:subject": {"id": subject},
            "rdf:predicate": {"id": predicate},
            "rdf:object": {"id": target},
            "mkg:direction": claim.direction,
            "mkg:evidenceType": claim.evidence,
            "mkg:method": claim.method,
            "mkg:subjectMention": {"id": ends[0]},
            "mkg:objectMention": {"id": ends[1]},
        }
        if claim.qualifiers:
            body["mkg:qualifierText"] = [f"{name}={value}" for name, value in claim.qualifiers]
        if claim.directness:
            body["mkg:directness"] = claim.directness
        if claim.score is not None:
            body["mkg:score"] = claim.score
        return {
            "id": _urn(self._origin, self._mark, *ends, claim.predicate, claim.direction),
            "type": "Annotation",
            "motivation": "describing",
            "target": self.target(claim.start, claim.end),
            "body": body,
        }


def _annotations(item: AnnotatedText, origin: Origin) -> Iterator[_Object]:
    text = _Text(item, origin)
    yield from map(text.mention, item.mentions)
    yield from map(text.claim, item.claims)
