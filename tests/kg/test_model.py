"""Identifiers and terms: the same from the same, different from different, never broken."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import IdentifierError
from kg.model.ids import Ids, digest, slug
from kg.model.terms import decimal, iri, literal, quad, statement
from kg.vocab import CURIE_PREFIXES

TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60)
LOCAL = st.text(alphabet=st.sampled_from("ABCdef0123456789._-"), min_size=1, max_size=20)


@given(st.lists(TEXT, min_size=1, max_size=4), st.lists(TEXT, min_size=1, max_size=4))
def test_a_digest_stands_for_its_parts_and_no_others(one: list[str], other: list[str]) -> None:
    assert digest(*one) == digest(*one)
    assert (digest(*one) == digest(*other)) == (one == other)


@given(st.sampled_from(sorted(CURIE_PREFIXES)), LOCAL)
def test_a_curie_comes_back_from_its_iri(prefix: str, local: str) -> None:
    ids = Ids()
    whole = ids.expand(f"{prefix}:{local}")
    assert ids.expand(f"{prefix.lower()}:{local}") == ids.expand(f"{prefix.upper()}:{local}") == whole
    back = ids.contract(whole)
    assert back is not None
    assert ids.expand(back) == whole


@given(TEXT, TEXT, TEXT)
def test_minted_ids_are_valid_iris_under_the_base(kind: str, name: str, release: str) -> None:
    ids = Ids("https://example.org/kg/")
    for made in (ids.mint("mention", kind, name, release), ids.graph("source", name or "x", release)):
        assert made.startswith("https://example.org/kg/")
        assert ox.NamedNode(made).value == made
    assert "/" not in slug(name)


@given(TEXT, st.sampled_from([None, "en", "zh", "zh-hant"]), TEXT)
def test_any_text_survives_a_parser_byte_for_byte(value: str, language: str | None, local: str) -> None:
    row = statement(iri("https://e.org/s"), iri(f"https://e.org/{local}"), literal(value, language))
    line = quad(row, iri("https://e.org/g"))
    assert line.count("\n") == 1
    (parsed,) = ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS)
    assert parsed.object.value == value
    assert parsed.object.language == language
    assert ox.serialize([parsed], format=ox.RdfFormat.N_QUADS).decode() == line


@given(st.floats(min_value=-1000, max_value=1000))
def test_decimals_are_what_a_store_gives_back(value: float) -> None:
    store = ox.Store()
    line = f"<x:s> <x:p> {decimal(value)} .\n"
    store.load(line.encode(), format=ox.RdfFormat.N_TRIPLES)
    (kept,) = store
    assert str(kept.object) == decimal(value)


@pytest.mark.parametrize("value", ["", "nothing", "NOPE:1", "DOID:", ":1"])
def test_what_is_no_curie_is_refused(value: str) -> None:
    with pytest.raises(IdentifierError):
        Ids().expand(value)


def test_a_lone_surrogate_is_not_text() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        literal("a\ud800")
