"""Affiliation lines: what is one organisation, and what stays two. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.people.organisations import affiliations, organisations

ONE = (
    (
        "Department of Cardiology, Invented University, Shanghai 200000, China.",
        "Dept of Surgery, The Invented University, Shanghai, P. R. China. Electronic address: a.b@example.org",
    ),
    ("1 Invented University, Shanghai, China", "INVENTED UNIVERSITY; "),
    ("Nowhere General Hospital, Nowhere, China", "nowhere general hospital, Nowhere, People's Republic of China."),
    ("虚构大学附属第一医院心内科，上海 200000", "①虚构大学附属第一医院 内分泌科, 上海200000"),
    ("虚構大學附屬第一醫院", "虚构大学附属第一医院检验科"),
    ("虚构市人民医院 骨科，虚构市 100000", "虚构市人民医院，虚构市"),
)
TWO = (
    ("First People's Hospital, Nowhere, China", "First People's Hospital, Elsewhere, China"),
    ("Zhongshan Hospital, Nowhere, China", "Zhongshan Hospital, Invented University, Nowhere, China"),
    ("Invented University", "Invented Medical University"),
    ("第一人民医院，甲市", "第一人民医院，乙市"),
    ("虚构大学附属第一医院", "虚构大学附属第二医院"),
    ("虚构大学", "虚构大学附属第一医院"),
    ("Affiliated Hospital, Medical University, Nowhere", "Affiliated Hospital, Medical University, Elsewhere"),
)


def names(line: str) -> set[str]:
    return {one.name for one in affiliations(line)}


@pytest.mark.parametrize(("a", "b"), ONE)
def test_one_organisation_in_two_spellings(a: str, b: str) -> None:
    assert names(a) == names(b) != set()


@pytest.mark.parametrize(("a", "b"), TWO)
def test_two_organisations(a: str, b: str) -> None:
    assert not names(a) & names(b)
    assert names(a)
    assert names(b)


def test_a_department_alone_is_no_organisation() -> None:
    assert affiliations("Department of Cardiology") == ()
    assert affiliations("心内科") == ()
    assert affiliations("") == ()


def test_the_unit_is_kept_apart_from_the_name() -> None:
    (found,) = affiliations("School of Medicine, Invented University, Nowhere")
    assert (found.name, found.unit) == ("invented university", "school of medicine")


def test_a_unit_in_two_spellings() -> None:
    units = {affiliations(f"{unit} of Cardiology, Invented University")[0].unit for unit in ("Dept.", "Department")}
    assert units == {"department of cardiology"}


def test_several_organisations_of_one_line() -> None:
    line = "Invented University, Nowhere; Other University, Nowhere, https://ror.org/01abcde23"
    assert names(line) == {"invented university", "other university"}
    assert {one.ids for one in affiliations(line)} == {()}, "whose id it is, the line does not say"


def test_an_id_that_two_lines_list_makes_them_one() -> None:
    lines = [
        "Invented University, Nowhere, https://ror.org/01abcde23",
        "University of Invention, Nowhere (ror.org/01ABCDE23)",
        "Invented University, Nowhere",
        "Other University, Nowhere, grid.1234.5",
    ]
    found = {organisation.names: organisation for organisation in organisations(lines)}
    assert set(found) == {("invented university", "university of invention"), ("other university",)}
    assert len(found["invented university", "university of invention"].lines) == 3
    assert found[("other university",)].ids == ("grid:1234.5",)


def test_a_name_with_two_ids_joins_nothing() -> None:
    lines = [
        "Invented University, ror.org/01abcde23",
        "Invented University, ror.org/02abcde23",
        "University of Invention, ror.org/01abcde23",
    ]
    assert len(organisations(lines)) == 2


@given(st.lists(st.text("医院大学科市abhospital, ;.@1", max_size=30), max_size=8))
def test_order_does_not_matter_and_no_line_is_in_two_names(lines: list[str]) -> None:
    found = organisations(lines)
    assert organisations(reversed(lines)) == found
    every = [name for organisation in found for name in organisation.names]
    assert len(every) == len(set(every))
    assert {line for organisation in found for line in organisation.lines} == {line for line in lines if names(line)}
