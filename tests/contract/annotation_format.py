"""What every form of annotated texts promises: read again, it says the same of the same places.

The readers here know nothing of the writers: they read what the documentation of a format says.
"""

from __future__ import annotations

import json
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from starlette.testclient import TestClient

from ingest.sources.pubtator import PubTator
from kg.exchange.annotated import AnnotatedText
from kg.model.document import Document
from kg.model.evidence import Claim, Mention
from kg.model.ids import Ids
from ontology.reading.raw import describe

PATH = "/api/v1/annotate"
Found = tuple[int, int, str, str]
"""Start, end, surface, and the best concept or an empty string."""
Relation = tuple[str, str, str]


class ReadText(msgspec.Struct, frozen=True):
    """What a reader makes of one text; ``text`` is None where the form does not carry it."""

    text: str | None
    mentions: tuple[Found, ...]
    relations: tuple[Relation, ...] = ()


Reader = Callable[[str], list[ReadText]]


def expected(item: AnnotatedText) -> ReadText:
    """What a reader of ``item`` has to find."""
    mentions = (
        (one.start, one.end, one.surface, one.candidates[0].concept if one.candidates else "") for one in item.mentions
    )
    relations = ((one.subject, one.predicate, one.object) for one in item.claims)
    return ReadText(item.text, tuple(mentions), tuple(relations))


def _ours(item: dict[str, Any]) -> ReadText:
    mentions = (
        (one["start"], one["end"], one["surface"], one["candidates"][0]["id"] if one["candidates"] else "")
        for one in item["mentions"]
    )
    relations = ((one["subject"], one["predicate"], one["object"]) for one in item["claims"])
    return ReadText(None, tuple(mentions), tuple(relations))


def read_json(body: str) -> list[ReadText]:
    return [_ours(item) for item in json.loads(body)["items"]]


def read_ndjson(body: str) -> list[ReadText]:
    assert body.endswith("\n")
    return [_ours(json.loads(line)) for line in body.removesuffix("\n").split("\n")]


def read_bioc(body: str) -> list[ReadText]:
    found = []
    for document in json.loads(body)["documents"]:
        [passage] = document["passages"]
        whole = " " * passage["offset"] + passage["text"]
        mentions = []
        for one in passage["annotations"]:
            [place] = one["locations"]
            start, end = place["offset"], place["offset"] + place["length"]
            assert whole[start:end] == one["text"]
            assert all(isinstance(value, str) for value in one["infons"].values())
            mentions.append((start, end, one["text"], one["infons"].get("identifier", "")))
        known = {one["id"] for one in passage["annotations"]}
        assert len(known) == len(mentions)
        for one in document["relations"]:
            assert {node["refid"] for node in one["nodes"]} <= known
        relations = (
            (o["infons"]["subject"], o["infons"]["type"], o["infons"]["object"]) for o in document["relations"]
        )
        found.append(ReadText(passage["text"], tuple(mentions), tuple(relations)))
    return found


def read_pubtator(body: str) -> list[ReadText]:
    """By the reader of corpora, which rejects what does not fit its text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.pubtator"
        path.write_bytes(body.encode())
        items = list(PubTator().parse(describe(path), {}))
    found: list[ReadText] = []
    starts: dict[str, int] = {}
    for item in items:
        match item:
            case Document():
                title, abstract = (
                    next((one.text for one in item.passages if one.name == name), "")
                    for name in ("title", "abstract.1")
                )
                starts = {one.key: 0 if one.name == "title" else len(title) + 1 for one in item.passages}
                found.append(ReadText(title + ("\n" + abstract if abstract else ""), ()))
            case Mention():
                start = starts[item.passage]
                best = item.candidates[0].concept if item.candidates else ""
                row = (start + item.start, start + item.end, item.surface, best)
                found[-1] = msgspec.structs.replace(found[-1], mentions=(*found[-1].mentions, row))
            case Claim():
                row_ = (item.subject, dict(item.qualifiers)["relation"], item.object)
                found[-1] = msgspec.structs.replace(found[-1], relations=(*found[-1].relations, row_))
            case _:
                raise AssertionError(item)
    return found


def read_webannotation(body: str) -> list[ReadText]:
    """Texts without annotations are not told: a collection is of annotations."""
    collection = json.loads(body)
    items = collection["first"]["items"]
    assert collection["total"] == len(items)
    assert collection["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    texts: dict[str, tuple[list[Found], list[Relation]]] = {}
    curie = Ids().curie
    for one in items:
        target = one["target"]
        quote, position = target["selector"]
        assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        assert position["end"] - position["start"] == len(quote["exact"])
        mentions, relations = texts.setdefault(target["source"]["id"], ([], []))
        body_ = one.get("body", "")
        if one["motivation"] == "identifying":
            best = body_["items"][0] if isinstance(body_, dict) else body_
            mentions.append((position["start"], position["end"], quote["exact"], curie(best) if best else ""))
        else:
            relations.append(tuple(curie(body_[f"rdf:{part}"]["id"]) for part in ("subject", "predicate", "object")))
    return [ReadText(None, tuple(mentions), tuple(relations)) for mentions, relations in texts.values()]


class AnnotationFormatContract(ABC):
    """Subclasses name a form of ``POST /api/v1/annotate``; ``texts`` and ``annotated`` are fixtures of the module."""

    name: ClassVar[str]
    media: ClassVar[str]

    @abstractmethod
    def read(self, body: str) -> list[ReadText]:
        """What another tool finds in an answer."""

    def told(self, item: AnnotatedText) -> ReadText | None:
        """What of ``item`` can be read again; None where nothing tells that there was such a text."""
        return expected(item)

    def test_read_again_it_says_the_same(
        self, client: TestClient, texts: list[dict[str, str]], annotated: Sequence[AnnotatedText]
    ) -> None:
        body = {"texts": texts, "claims": True}
        answer = client.post(PATH, json=body, params={"format": self.name})
        assert answer.status_code == 200, answer.text
        wanted = [told for item in annotated if (told := self.told(item))]
        assert sum(len(told.mentions) for told in wanted) > 4
        assert sum(len(told.relations) for told in wanted) > 0
        found = self.read(answer.content.decode())
        assert [one.mentions for one in found] == [one.mentions for one in wanted]
        assert [one.relations for one in found] == [one.relations for one in wanted]
        for one, told in zip(found, wanted, strict=True):
            assert one.text in (None, told.text)

    def test_it_is_chosen_by_accept_and_by_name(self, client: TestClient, texts: list[dict[str, str]]) -> None:
        body = {"texts": texts}
        named = client.post(PATH, json=body, params={"format": self.name}, headers={"Accept": "image/png"})
        asked = client.post(PATH, json=body, headers={"Accept": f"image/png, {self.media};q=0.3"})
        assert named.content == asked.content
        for answer in (named, asked):
            assert answer.headers["content-type"].partition(";")[0] == self.media
            assert answer.headers["vary"] == "Accept"
            assert answer.headers["medkg-generation"]

    def test_the_same_texts_give_the_same_bytes(self, client: TestClient, texts: list[dict[str, str]]) -> None:
        first, second = (
            client.post(PATH, json={"texts": texts, "claims": True}, params={"format": self.name}) for _ in range(2)
        )
        assert first.content == second.content
