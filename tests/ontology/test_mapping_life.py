"""What becomes of mappings: made-up concepts, people and releases."""

from __future__ import annotations

from kg.mapping.base import Context
from kg.mapping.crosswalk import mapping_statements
from kg.model.concept import Concept, ConceptMapping, Label, Xref
from kg.model.edit import AddMapping, Edit, ReleasedEdit, RemoveMapping
from ontology.curation.released import Curated
from ontology.curation.withholding import Withheld
from ontology.mapping.life import Ledger


def same(one: str, other: str, *, negative: bool = False) -> ConceptMapping:
    return ConceptMapping(one, "skos:exactMatch", other, "semapv:LexicalMatching", 0.9, negative)


def released(edit: Edit, number: int) -> ReleasedEdit:
    return ReleasedEdit(
        edit=edit, release=f"2026.{number}", proposal=number, number=1, author="li", approver="wang", date="2026-11-22"
    )


def ledger(*edits: Edit) -> Ledger:
    return Ledger(released(edit, number) for number, edit in enumerate(edits, 1))


def test_a_judgement_has_person_approver_confidence_and_date() -> None:
    found = ledger(AddMapping(same("A:1", "B:1"))).standing("B:1", "A:1")
    assert found is not None
    assert (found.state, found.person, found.approver, found.date) == ("confirmed", "li", "wang", "2026-11-22")
    assert found.mapping.confidence == 0.9


def test_a_later_judgement_supersedes_and_nothing_is_forgotten() -> None:
    made = ledger(AddMapping(same("A:1", "B:1")), AddMapping(same("A:1", "B:1", negative=True)))
    assert [one.state for one in made.history("A:1", "B:1")] == ["superseded", "rejected"]
    assert made.rejected == [("A:1", "B:1")]
    assert made.confirmed == []


def test_another_object_of_the_same_system_supersedes() -> None:
    made = ledger(AddMapping(same("A:1", "B:1")), AddMapping(same("A:1", "B:2")), AddMapping(same("A:1", "C:1")))
    states = {name: made.history("A:1", name)[0].state for name in ("B:1", "B:2", "C:1")}
    assert states == {"B:1": "superseded", "B:2": "confirmed", "C:1": "confirmed"}


def test_what_is_taken_back_says_nothing_any_more() -> None:
    made = ledger(AddMapping(same("A:1", "B:1")), RemoveMapping(same("A:1", "B:1")))
    assert made.confirmed == []
    assert made.refusal(same("A:1", "B:1")) is None


def test_programs_may_not_touch_what_people_judged() -> None:
    made = ledger(AddMapping(same("A:1", "B:1")), AddMapping(same("A:2", "B:2", negative=True)))
    assert made.refusal(same("A:1", "B:1")) == "confirmed"
    assert made.refusal(same("A:1", "B:9")) == "confirmed-otherwise"
    assert made.refusal(same("B:2", "A:2")) == "rejected"
    assert made.refusal(same("A:1", "C:1")) is None


def test_candidates_are_what_waits_and_was_not_judged() -> None:
    waiting = [("7", "machine", AddMapping(same("A:1", "B:1"))), ("8", "machine", AddMapping(same("A:2", "B:2")))]
    made = Ledger([released(AddMapping(same("A:2", "B:2", negative=True)), 1)], waiting=waiting)
    found = made.standing("A:1", "B:1")
    assert found is not None
    assert (found.state, found.origin) == ("candidate", "7")
    assert [one.state for one in made.history("A:2", "B:2")] == ["rejected"]


def test_a_negative_row_of_a_mapping_set_rejects_too() -> None:
    made = Ledger(stated=[("biomappings", same("A:1", "B:1", negative=True)), ("x", same("A:2", "B:2"))])
    assert made.rejected == [("A:1", "B:1")]
    found = made.standing("A:2", "B:2")
    assert found is not None
    assert found.state == "stated"


def test_a_rejected_mapping_is_withheld_where_any_source_states_it() -> None:
    held = Withheld(Curated([released(AddMapping(same("A:1", "B:1", negative=True)), 1)]))
    one = Concept("A:1", "disease", (Label("a", "en"),), xrefs=(Xref("B:1"), Xref("B:2")))
    other = Concept("B:1", "disease", (Label("b", "en"),), xrefs=(Xref("A:1"),))
    assert [xref.curie for xref in held.of(one).xrefs] == ["B:2"]
    assert held.of(other).xrefs == ()
    assert not held.states(same("A:1", "B:1"))
    assert not held.states(same("B:1", "A:1"))
    assert held.states(same("A:1", "B:1", negative=True))


def test_who_judged_and_when_is_stated_beside_the_mapping() -> None:
    (mapping,) = Curated([released(AddMapping(same("DOID:1", "MESH:D1")), 1)]).mappings.values()
    assert (mapping.author, mapping.reviewer, mapping.mapping_date) == ("li", "wang", "2026-11-22")
    rows = mapping_statements(mapping, Context())
    for name, value in (("reviewer_label", "wang"), ("mapping_date", "2026-11-22"), ("author_label", "li")):
        assert any(f'sssom/{name}> "{value}"' in row for row in rows), name


def test_mappings_without_a_life_keep_their_ids() -> None:
    plain = mapping_statements(same("DOID:1", "MESH:D1"), Context())
    lived = mapping_statements(ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1", reviewer="wang"), Context())
    assert (
        plain[0].split(" ")[0]
        == "<https://w3id.org/medkg/mapping/" + plain[0].split("/mapping/")[1].split(">")[0] + ">"
    )
    assert plain[0].split(" ")[0] != lived[0].split(" ")[0]
