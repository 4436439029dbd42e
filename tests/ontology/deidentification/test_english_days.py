"""Days that a label or another day tells, and numbers that look like them and stay."""

from __future__ import annotations

import pytest

from ontology.deidentification import deidentified


def covered(text: str) -> str:
    gone = {at for span in deidentified(text, "en").spans for at in range(span.start, span.end)}
    return "".join("_" if at in gone else character for at, character in enumerate(text))


@pytest.mark.parametrize(("text", "day"), [
    ("DOB: 03/51. Stable.", "03/51"),
    ("dob 12 3 51, stable", "12 3 51"),
    ("d.o.b. 12|03|1951", "12|03|1951"),
    ("dob 12th of the 3rd 1951", "12th of the 3rd 1951"),
    ("dob twelve three fifty one, seen again", "twelve three fifty one"),
    ("discharged 5th January twenty twenty.", "twenty twenty"),
    ("Rash June 3rd-5th.", "5th"),
    ("POD2 6/15 am: drain out", "6/15"),
    ("wk of 6/14: two falls", "6/14"),
    ("w/c 14/2 physio", "14/2"),
    ("as of 09.12 he lives alone", "09.12"),
    ("Dressed on 6/14, 6/15 and 6/18.", "6/18"),
    ("cath 1/7/20 then 1/9.", "1/9"),
    ("visit 2021-W07", "2021-W07"),
    ("Seen 22/8, day 3 of antibiotics", "22/8"), ("by the 19th, week 2 of chemo", "the 19th"),
    ("on Boxing Day, day 4", "Boxing Day"), ("seen 22/8 - visit 3", "22/8"),
    ("Date 12 3 2021", "12 3 2021"), ("D: 12/3", "12/3"), ("seen 12_03_2021", "12_03_2021"),
    ("seen 12:03:2021.", "12:03:2021"), ("March 12-14 in bed", "14"), ("12 -> 14 March", "12"),
    ("between the 12th and 14th.", "14th"), ("due 12th.", "12th"), ("rv 12th", "12th"), ("12th @ 10am", "12th"),
    ("yesterday (12th)", "12th"), ("on the 1st of the month", "1st"), ("this 12th day of March", "12th"),
    ("Thursday the twelfth.", "twelfth"), ("born the twelfth of the third, well", "twelfth of the third"),
    ("march twelve twenty twenty one", "march twelve twenty twenty one"), ("on two june", "two june"),
    ("12th Septmber 2021", "12th Septmber 2021"), ("Febuary 3rd", "Febuary 3rd"), ("12 Mch 2021", "12 Mch 2021"),
    ("fell on Republic Day", "Republic Day"), ("Holi 2021", "Holi 2021"), ("on 12 Ramadan, Ramadan 12", "Ramadan 12"),
])  # fmt: skip
def test_days_are_found(text: str, day: str) -> None:
    assert day in text
    assert day not in covered(text), covered(text)


@pytest.mark.parametrize("text", [
    "Power improved from 3/5 to 4/5 and 5/5.", "murmur 2/6, then 3/6", "born at 39 weeks, one of three twins",
    "born 5 weeks early", "born 3.2 kg", "POD2, pain 3/10", "Ki-67 20%, Oct-2 positive", "VA 6/9 and 6/12",
    "She was born one of twins, two hundred grams lighter", "pain on the first, third and fifth toes",
    "pain in the 3rd and 4th ribs", "ratio 1:2:3, 12,000 units", "since 4th rib fracture", "two may be given",
    "the 5th and 6th nerves are intact", "dose 5 -> 10 mg",
])  # fmt: skip
def test_numbers_stay(text: str) -> None:
    assert covered(text) == text
