"""Names across scripts: readings, forms, keys, and the labelled pairs."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.people.candidates import candidate
from ingest.people.listing import listed, sought
from ingest.people.names import PersonName, person_name, written
from ingest.people.romanised import forms, romanised
from ingest.people.surnames import compound
from ingest.people.syllables import joined, split
from ingest.reading.tagged import person
from kg.model.document import Author
from tests.people.labelled import NamePair, met, name, name_pairs

FAMILIES = ("张", "王", "李", "单", "曾", "仇", "解", "区", "吕", "欧阳", "司马", "诸葛", "尉迟", "长孙", "令狐")
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚西安女绿乐行长晓一恩"
chinese = st.builds(str.__add__, st.sampled_from(FAMILIES), st.text(GIVEN, min_size=1, max_size=2))
latin = st.text("abcdefghijklmnopqrstuvwxyz ,.-'üéABZ", min_size=1, max_size=24)
anything = st.one_of(chinese, latin, chinese.flatmap(lambda one: st.sampled_from(forms(one))))


def finds(asked: PersonName, there: PersonName) -> bool:
    return bool(set(sought(asked)) & set(listed(there)))


@given(chinese)
@settings(max_examples=150)
def test_every_form_of_a_name_meets_the_name_and_shares_a_key(one: str) -> None:
    printed = forms(one)
    assert len(printed) >= 10
    for form in printed:
        found = written(form)
        assert found is not None
        assert candidate(name(one), found), form
        assert finds(name(one), found), form
        assert finds(found, name(one)), form


@given(anything, anything)
@example("Zhang Wei", "Wei-Wei Zhang")
@settings(max_examples=300)
def test_meeting_is_symmetric_and_needs_a_common_key(a: str, b: str) -> None:
    one, other = written(a), written(b)
    if one is None or other is None:
        return
    assert candidate(one, other) == candidate(other, one)
    if candidate(one, other):
        assert finds(one, other)


@given(anything)
@settings(max_examples=200)
def test_a_name_with_a_given_name_meets_itself(text: str) -> None:
    found = written(text)
    if found is not None and (len(found.han) > 1 or found.given):
        meeting = candidate(found, found)
        assert meeting is not None
        assert meeting.reason == "same-name"


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=24))
def test_the_syllables_of_a_word_are_the_word(word: str) -> None:
    for syllables in split(word):
        assert "".join(map(joined, syllables)) == joined(word)


@pytest.mark.parametrize("pair", name_pairs(), ids=lambda pair: f"{pair.a} {pair.b}")
def test_labelled_pairs(pair: NamePair) -> None:
    assert (met(pair) is not None) == pair.same


def test_the_labelled_set_is_as_large_as_is_said() -> None:
    pairs = name_pairs()
    assert len(pairs) >= 200
    assert len({frozenset((pair.a, pair.b)) for pair in pairs}) == len(pairs)


def test_reasons_say_how_names_meet() -> None:
    reasons = {
        ("张伟", "张偉"): "same-name",
        ("张伟", "Zhang, Wei"): "romanised",
        ("张伟", "Zhang W"): "romanised-initials",
        ("张伟", "Wei, Zhang"): "romanised-turned",
        ("Zhang, Wei", "Wei, Zhang"): "turned",
        ("Zhang W", "Zhang, Wei"): "initials",
    }
    for (a, b), reason in reasons.items():
        found = candidate(name(a), name(b))
        assert found is not None
        assert found.reason == reason, (a, b)
    found = candidate(name("单芳"), name("Dan Fang"))
    assert found is not None
    assert found.reading == "dan fang"


def test_a_group_and_a_name_without_letters_are_no_person() -> None:
    assert person_name(Author(collective="An Invented Group")) is None
    assert person_name(Author(family="…")) is None
    assert written("123") is None


def test_initials_are_no_full_name() -> None:
    for author in (Author("Zhang", "W"), Author("Zhang", "W.M."), Author("Zhang", "", "W"), Author("Zhang")):
        found = person_name(author)
        assert found is not None
        assert found.key == ""
    full = person_name(Author("Zhang", "Wei", "W"))
    assert full is not None
    assert full.key == "zhang|wei"


def test_father_and_son() -> None:
    junior, senior, plain = (person_name(Author("Smith", "John", suffix=suffix)) for suffix in ("Jr.", "Sr", ""))
    assert junior is not None
    assert senior is not None
    assert plain is not None
    assert candidate(junior, senior) is None
    assert candidate(junior, plain) is not None
    assert len({junior.key, senior.key, plain.key}) == 3


def test_readings_of_long_and_foreign_names_stay_few() -> None:
    assert romanised("阿卜杜热合曼阿卜") == ()
    assert len(romanised("单长乐行")) <= 128


def test_one_list_of_compound_names_for_readers_and_people() -> None:
    assert compound("歐陽娜娜") == "欧阳"
    assert (person("歐陽娜娜").family, person("单于").family, person("闻人明").family) == ("歐陽", "单", "闻人")
