"""Ages above 89 and numbers that a word or their shape tells, and what looks like them and stays."""

from __future__ import annotations

import pytest

from ontology.deidentification import deidentified


def covered(text: str) -> str:
    gone = {at for span in deidentified(text, "en").spans for at in range(span.start, span.end)}
    return "".join("_" if at in gone else character for at, character in enumerate(text))


@pytest.mark.parametrize(("text", "identifier"), [
    ("pt is 92, lives alone", "92"), ("age: 92", "92"), ("a lady of 92 with CAP", "92"),
    ("a centenarian (102)", "102"), ("fell at the grand age of 97.", "97"), ("F/92, fall", "92"), ("94♀ fall", "94"),
    ("now in his 92nd year", "92"), ("DOB unknown, approx 95", "95"), ("father d. 98 (MI)", "98"),
    ("Accession S22-10233: benign", "S22-10233"), ("specimen 22:H10233", "H10233"), ("UR 448812.", "448812"),
    ("subject 1007-0042 withdrew", "1007-0042"), ("CAD 22-00412", "22-00412"),
    ("unit W042122000123 given", "W042122000123"), ("Medicare 1EG4-TE5-MK73", "1EG4-TE5-MK73"),
    ("DVA QX901234", "QX901234"), ("last four 3456", "3456"),
])  # fmt: skip
def test_they_are_found(text: str, identifier: str) -> None:
    assert identifier in text
    assert identifier not in covered(text), covered(text)


@pytest.mark.parametrize("text", [
    "SpO2 is 92% and MAP 95.", "patient is 92 kg", "age: 95% predicted", "woman of 92 kg",
    "CAD 3-vessel, LVEF 45%", "case 2 of 14", "last four weeks 1200 ml daily", "slide 3-4 mm thick",
    "ICD-10 F92, M94.0",
])  # fmt: skip
def test_figures_stay(text: str) -> None:
    assert covered(text) == text
