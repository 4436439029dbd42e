"""Members of concept sets: a hand-written list, reasons with paths, circles, size, lost codes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ConceptSetRefused
from kg.model.concept import Label
from kg.model.conceptset import ConceptSet, Relation, SetPart
from kg.sets.catalogue import order_of
from kg.sets.compilation import Became, SetReason, compiled
from kg.sets.membership import Membership
from kg.sets.terms import Below, Mapped, Standing

PARENTS = {
    "T:2": ("T:1",), "T:3": ("T:1",), "T:4": ("T:2", "T:3"), "T:5": ("T:4",), "T:6": ("T:3",), "T:1": (), "T:9": (),
}  # fmt: skip
DEPRECATED = {"T:6": ("T:2",), "T:90": ("T:91",), "T:91": ("T:3", "T:90"), "T:92": ()}
MAPS = [Mapped("T:5", "X:5", "exactMatch"), Mapped("T:2", "X:2", "closeMatch"), Mapped("T:2", "T:3", "exactMatch")]


class Small:
    """A hierarchy in dicts."""

    def standing(self, curie: str) -> Standing:
        known = curie in PARENTS or curie in DEPRECATED
        return Standing(known, curie in DEPRECATED, DEPRECATED.get(curie, ()))

    def below(self, curie: str, limit: int) -> Mapping[str, Below] | None:
        inside, before = {curie}, 0
        while len(inside) > before:
            before = len(inside)
            inside |= {child for child, parents in PARENTS.items() if inside.intersection(parents)}
        found = {
            child: Below(tuple(sorted(inside.intersection(PARENTS[child]))), child in DEPRECATED)
            for child in inside - {curie}
        }
        return None if len(found) > limit else found

    def mapped(self, curies: Collection[str], relations: Collection[str]) -> list[Mapped]:
        return [row for row in MAPS if row.concept in curies and row.relation in relations]


def made(identifier: str, *include: SetPart, exclude: tuple[SetPart, ...] = (), version: str = "1") -> ConceptSet:
    titles = (Label("甲", "zh"), Label("a", "en"))
    return ConceptSet(identifier, version, titles, include, exclude)


def among(*sets: ConceptSet) -> Callable[[str, str], ConceptSet | None]:
    return lambda identifier, version: next(
        (one for one in sets if one.id == identifier and version in ("", one.version)), None
    )


def ids(found: object) -> list[str]:
    return [one.id for one in found.members]  # type: ignore[attr-defined]


def test_members_are_those_of_the_list_made_by_hand() -> None:
    definition = made(
        "demo", SetPart("T:1", descendants=True), SetPart("T:9"), exclude=(SetPart("T:4", descendants=True),)
    )
    found = compiled(definition, among(), Small())
    assert ids(found) == ["T:1", "T:2", "T:3", "T:9"]
    assert [one.id for one in found.removed] == ["T:4", "T:5"]
    assert found.became == (Became("T:6", "include", 0, "deprecated", ("T:2",)),)


def test_every_member_says_why() -> None:
    definition = made("demo", SetPart("T:1", descendants=True, mapped=("exactMatch",)), SetPart("T:5"))
    by_id = {one.id: one for one in compiled(definition, among(), Small()).members}
    assert by_id["T:5"].reasons == (
        SetReason(0, "descendant", ("T:1", "T:2", "T:4", "T:5")), SetReason(1, "concept", ("T:5",)),
    )  # fmt: skip
    assert by_id["X:5"].reasons == (SetReason(0, "mapped", ("T:1", "T:2", "T:4", "T:5", "X:5")),)
    assert not by_id["X:5"].known
    assert "X:2" not in by_id  # closeMatch was not asked for


def test_what_became_of_codes_that_nobody_should_use() -> None:
    definition = made("demo", SetPart("T:90", descendants=True), SetPart("T:92"), SetPart("T:404"))
    found = compiled(definition, among(), Small())
    assert ids(found) == ["T:3", "T:4", "T:5"]
    assert found.members[0].reasons == (SetReason(0, "replacement", ("T:90", "T:91", "T:3")),)
    assert found.members[1].reasons[0].path == ("T:90", "T:91", "T:3", "T:4")
    assert found.became == (
        Became("T:90", "include", 0, "replaced", ("T:3",)),
        Became("T:6", "include", 0, "deprecated", ("T:2",)),
        Became("T:92", "include", 1, "deprecated"),
        Became("T:404", "include", 2, "unknown"),
    )


def test_other_sets_are_taken_with_what_they_exclude() -> None:
    inner = made("inner", SetPart("T:1", descendants=True), exclude=(SetPart("T:2"),))
    outer = made("outer", SetPart(set="inner"), SetPart("T:9"), exclude=(SetPart(set="inner", version="2"),))
    second = made("inner", SetPart("T:5"), version="2")
    found = compiled(outer, among(inner, second, outer), Small())
    assert ids(found) == ["T:1", "T:3", "T:4", "T:9"]
    assert found.members[2].reasons == (SetReason(0, "set", ("inner 1", "T:1", "T:2", "T:4")),)
    assert found.removed[0].excluded == (SetReason(0, "set", ("inner 2", "T:5")),)


def test_circular_sets_are_refused_with_the_path() -> None:
    a = made("a", SetPart(set="b"))
    b = made("b", SetPart("T:1"), exclude=(SetPart(set="c"),))
    c = made("c", SetPart(set="b"))
    with pytest.raises(ConceptSetRefused) as refused:
        compiled(a, among(a, b, c), Small())
    assert refused.value.params == {"why": "set-circular", "path": "b 1 → c 1 → b 1"}
    assert "b 1 → c 1 → b 1" in refused.value.text("zh")
    itself = made("itself", SetPart(set="itself"))
    with pytest.raises(ConceptSetRefused, match="itself 1 → itself 1"):
        compiled(itself, among(itself), Small())


def test_a_set_that_is_not_there_and_one_that_is_too_large_are_refused() -> None:
    with pytest.raises(ConceptSetRefused, match="names lost 7, which is not there"):
        compiled(made("a", SetPart(set="lost", version="7")), among(), Small())
    everything = made("everything", SetPart("T:1", descendants=True))
    with pytest.raises(ConceptSetRefused, match="more than 3 members"):
        compiled(everything, among(), Small(), most=3)
    several = made("several", *(SetPart(f"T:{number}") for number in (1, 2, 3, 4)))
    with pytest.raises(ConceptSetRefused, match="more than 3 members"):
        compiled(several, among(), Small(), most=3)


_RELATIONS: tuple[Relation, ...] = ("exactMatch", "closeMatch")
_PARTS = st.builds(
    SetPart,
    concept=st.sampled_from(sorted(PARENTS)),
    descendants=st.booleans(),
    mapped=st.lists(st.sampled_from(_RELATIONS), unique=True).map(tuple),
)


@given(st.lists(_PARTS, min_size=1, max_size=4), st.lists(_PARTS, max_size=3))
def test_lines_in_any_order_give_the_same_list(include: list[SetPart], exclude: list[SetPart]) -> None:
    found = compiled(made("demo", *include, exclude=tuple(exclude)), among(), Small())
    again = compiled(made("demo", *reversed(include), exclude=tuple(reversed(exclude))), among(), Small())
    assert (found.digest, ids(found)) == (again.digest, ids(again))
    taken = set(ids(compiled(made("demo", *exclude), among(), Small()))) if exclude else set()
    assert taken.isdisjoint(ids(found))
    everything = set(ids(compiled(made("demo", *include), among(), Small())))
    assert set(ids(found)) == everything - taken
    test = Membership(found)
    assert all((curie in test) == (curie in ids(found)) for curie in [*PARENTS, "X:5", "X:2", "no id"])
    for one in found.members:
        assert all(reason.path[-1] == one.id for reason in one.reasons)


def test_versions_are_ordered_by_their_numbers() -> None:
    assert sorted(["10", "9", "1.10", "1.9", "1.9a", "2026-01"], key=order_of) == [
        "1.9", "1.9a", "1.10", "9", "10", "2026-01",
    ]  # fmt: skip
