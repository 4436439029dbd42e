"""Shapes that the mending of 24 November 2026 was for, in other words than those of the notes that showed them."""

from __future__ import annotations

from typing import Literal

import pytest

from ontology.deidentification import deidentified


def _taken(text: str, language: Literal["zh", "en"]) -> str:
    """The characters of spans, one sign between what is apart."""
    return "/".join(text[one.start : one.end] for one in deidentified(text, language).spans)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        # Whole names that their characters tell.
        ("保姆庞翠莲喂饭。", "庞翠莲"),
        ("患者梅桂生仍诉腹胀。", "梅桂生"),
        ("术后第2日。邬建勇已拔管。", "邬建勇"),
        # A name, sex and age with blanks between; a surname alone where somebody signs; an initial.
        ("阿孜古丽 女 31岁 2床", "阿孜古丽/2床"),
        ("护士长：鄢", "鄢"),
        ("主管：游/进修：顾", "游/顾"),
        ("随访医生 温", "温"),
        ("L某，男，发热3天。", "L某"),
        # Days.
        ("采集：11-09", "11-09"),
        ("于2021·3·9手术。", "2021·3·9"),
        ("预约时间 08/30", "08/30"),
        # Phones, networks, houses, schools.
        ("内线4471可查。", "4471"),
        ("片子微信发wang_doc77。", "wang_doc77"),
        ("家桂林榕湖路，独居。", "桂林榕湖路"),
        ("就读于岭南商贸学院。", "岭南商贸学院"),
    ],
)
def test_chinese_identifiers(text: str, taken: str) -> None:
    assert _taken(text, "zh") == taken


@pytest.mark.parametrize(
    "text",
    [
        "患者高血压已控制，患者自述腹痛，祝健康。",
        "Schatzker IV型骨折，Lansky 60分，Holmes-Adie瞳孔。",
        "吴氏征、巴氏征均阴性。",
        "护士：已告知。",
        "患者 女 31岁 腹痛。",
    ],
)
def test_chinese_medicine_stays(text: str) -> None:
    assert deidentified(text, "zh").text == text


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Seen today: Nomvula van Tonder, on her own.", "Nomvula van Tonder"),
        ("Discharged to The Larches Nursing Home in a taxi.", "The Larches Nursing Home"),
        ("Plaster off 27.3, walking well.", "27.3"),
        ("She fell on 9-14.", "9-14"),
        ("Call him on 085 1234 567 please.", "085 1234 567"),
        ("Reach her on 98201 44310 in the evening.", "98201 44310"),
        ("Photographs under SKIN-IMG-20441 in the archive.", "SKIN-IMG-20441"),
        ("UHID: MCH/20931, reviewed.", "UHID: MCH/20931"),
        ("Booked next month on the 18th.", "next month on the 18th"),
    ],
)
def test_english_identifiers(text: str, taken: str) -> None:
    assert _taken(text, "en") == taken


@pytest.mark.parametrize(
    "text",
    [
        "He was given Tab Telmikind 40 and Syp Ascoril.",
        "Her polyp was Kudo IIIL, wisdom tooth Pell-Gregory IIB.",
        "She told us of Campbell de Morgan spots; he has no Kayser-Fleischer rings.",
        "Patient on Resonium and Entresto, Gastrografin by mouth.",
        "He scored NICE 2. Mayo 0 on the day.",
    ],
)
def test_english_medicine_stays(text: str) -> None:
    assert deidentified(text, "en").text == text
