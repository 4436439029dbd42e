"""English: classes that the mending of 24 November 2026 was for, by examples of other words than those seen."""

from __future__ import annotations

import pytest

from ontology.deidentification import deidentified


def _gone(text: str) -> str:
    taken = {at for one in deidentified(text, "en").spans for at in range(one.start, one.end)}
    return "".join("#" if at in taken else sign for at, sign in enumerate(text))


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        # Dictated, and typed in lower case.
        ("this is doctor farid el mansour dictating", "el mansour"),
        ("letter for mrs pryce spelt p r y c e, thank you", "p r y c e"),
        ("mobile number oh seven seven double two nine one", "oh seven seven double two nine one"),
        ("pt bridget quennell seen, knee better", "bridget quennell"),
        ("sister living in abercarn, no carers", "abercarn"),
        ("sent to tamar view injury unit for films", "tamar view injury unit"),
        ("works for corran freight, nights", "corran freight"),
        # Whose somebody is, and what a table says.
        ("I have told my secretary Dot on Monday.", "Dot"),
        ("GP summary, daughter Non, pharmacist.", "Non"),
        ("Rang her younger sister Bliss yesterday.", "Bliss"),
        ("Escort | Pepper | seat belt", "Pepper"),
        ("In bay 2 he is calm, Joy on nights.", "Joy"),
        ("Carer reports that Norm ate two eggs.", "Norm"),
        # What belongs to a name.
        ('Bed 4 "Tiny" Achebe slept well.', '"Tiny" Achebe'),
        ("Attendees: Osei, van der Byl, Liz.", "van der Byl"),
        ("Referred: O'Driscoll, M.T., farmer.", "O'Driscoll, M.T."),
        # Where people are.
        ("Parents in Gwangju told by phone.", "Gwangju"),
        ("Echo done at Nilgiri Heart Clinic, Vellore.", "Nilgiri Heart Clinic, Vellore"),
        ("Sent by optician Mr Rao of LensCraft.", "LensCraft"),
        ("Found at the corner of Fifth and Ash.", "Fifth and Ash"),
        ("Hit a deer on Highway 61.", "Highway 61"),
        ("A farmer, of Listowel, Co. Clare, with a cough.", "Listowel, Co. Clare"),
        # Beds, licences, phones and days in shapes of their own.
        ("A3-11 Okoro stable.\nA3-12 Lindqvist for scan.", "A3-12"),
        ("Driving licence KOWAL 551208 in wallet.", "KOWAL 551208"),
        ("Ring the ward on 6555 0142 please.", "6555 0142"),
        ("Logged in from 198.51.100.24. No more to say.", "198.51.100.24"),
        ("PID|1||330917^^^RVH||x", "330917^^^RVH"),
        ("Line changed, back to theatre am 9/8, then home.", "9/8"),
        ("Stent out on the 11th of Shawwal.", "11th of Shawwal"),
        ("His wife has the 5/22 results.", "5/22"),
        # Plates, cards, handles, phones of other countries; what serves a town; letters of other languages.
        ("Auto KA 05 MX 7731 was towed.", "KA 05 MX 7731"),
        ("Medicare 3951 20846 2 / 3 checked.", "3951 20846 2 / 3"),
        ("Sent from plum_teapot41 at night.", "plum_teapot41"),
        ("Addendum to accession CT-884120-B.", "CT-884120-B"),
        ("Ring the shop 08 5550 0177 first.", "08 5550 0177"),
        ("Copy to PHN for Dunmore, please.", "Dunmore"),
        ("Home visit planned to Ty Isaf, Bethel: two steps.", "Ty Isaf, Bethel"),
        ("Slides to Tamblyn Reef Melanoma Service today.", "Tamblyn Reef Melanoma Service"),
        ("Works at Okoro Packaging, Gate 4, nights.", "Okoro Packaging, Gate 4"),
        ("Seen by Dr Wiśniowska today.", "Wiśniowska"),
    ],
)
def test_classes_are_taken_out(text: str, gone: str) -> None:
    start = text.index(gone)
    assert set(_gone(text)[start : start + len(gone)]) == {"#"}, deidentified(text, "en").text


@pytest.mark.parametrize(
    "text",
    [
        "Her mother Parkinson's, his father Asthma, her sister Coeliac.",
        "Consultant | None | Nurse | Refused",
        "Hb from 13.5, now 12.4; platelets 310 fell.",
        "Fusion L4-5. C5-6 Disc bulge. T12-1 Normal.",
        "Drain out 3/7 ago, seen 2/52 later, am 1/2 tablet.",
        "Referred by Dr to the stroke unit, works for a living, moved to hospice.",
        "He lives in sheltered housing, came from theatre, back to baseline.",
        "Growth around the 10th percentile, weight 3200 g, platelets 3100 9000 cells.",
        "Lisinopril 10 mg, may take with food; will review.",
        "She was seen: Berg 40/56, Ashworth 2, Tinetti 19/28, stain Melan-A+.",
        "Keen to get back to crosswords, he said; the Acute Pain Service and Stroke Services aware.",
        "Seen at the clinic, Stable angina. Home, Ramipril.",
    ],
)
def test_medicine_beside_them_stays(text: str) -> None:
    assert deidentified(text, "en").text == text


@pytest.mark.parametrize(
    "part", ["al ", "s p ", "one two ", "A1-2 ", "his son ", "Co. A", "of Aa, ", "|1^a", '"Ab" ', "1.1."]
)
def test_hostile_texts_are_read_to_their_end(part: str) -> None:
    text = (part * 4_000)[:4_000]
    assert all(0 <= one.start < one.end <= len(text) for one in deidentified(text, "en").spans)
