"""What a generation holds of the documents that rules quote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.mapping.base import Context
from kg.mapping.document import document_statements, standing_statements
from kg.model.document import StandingNotice
from kg.model.ids import Ids
from kg.rules.passages import GraphSources
from tests.kg.graph import DOCUMENTS, small_reader

RETRACTED = StandingNotice("PMID:900000002", "retracted")
UNKNOWN = StandingNotice("PMID:1", "retracted")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphSources]:
    context = Context()
    rows = [row for one in DOCUMENTS for row in document_statements(one, context)]
    rows += [row for notice in (RETRACTED, UNKNOWN) for row in standing_statements(notice, context)]
    reader = small_reader(tmp_path_factory.mktemp("quoted"), rows=rows)
    yield GraphSources(reader, Ids())
    reader.close()


def test_passages_are_told_by_their_keys_with_what_every_source_says_of_the_standing(sources: GraphSources) -> None:
    for document in DOCUMENTS:
        held = sources.held(document.id)
        assert held is not None
        assert held.passages == {passage.key: passage.text for passage in document.passages}
        fallen = {"retracted"} if document.id == RETRACTED.document else set()
        assert held.standings == {"published"} | fallen


@pytest.mark.parametrize("document", ["PMID:2", "PMID:1", "no-curie", "nowhere:1", "PMID:", "http://[x"])
def test_what_is_not_there_is_none(sources: GraphSources, document: str) -> None:
    assert sources.held(document) is None
