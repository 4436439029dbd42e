"""Shapes that the second mending was for, the medicine that looks like them, and hostile texts."""

from __future__ import annotations

import pytest

from ontology.deidentification import deidentified


def _left(text: str) -> str:
    gone = {at for one in deidentified(text, "en").spans for at in range(one.start, one.end)}
    return "".join(" " if at in gone else character for at, character in enumerate(text))


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Caller rang Thurs 9 Jan about it.", "Thurs 9 Jan"),
        ("He can come after the 23rd of May.", "the 23rd of May"),
        ("Scan date 9 Muharram / 27 July 2023.", "9 Muharram / 27 July 2023"),
        ("Admitted 1/6, discharged 1/11. PCP told.", "1/11"),
        ("Clinic Tues 4/2.", "4/2"),
        ("Printed 12MAY2021 14:02.", "12MAY2021"),
        ("Her grandmother lived to 102.", "102"),
        ("Patient Jerome Whitfield Jr. in OR 6.", "Jerome Whitfield Jr."),
        ("has osteoporosis; brother Will has coeliac disease", "Will"),
        ("Rota: Will and Mark on lates.", "Mark"),
        ("Has Ventolin. LM (nurse practitioner)", "LM"),
        ("PID|1||448120^^^PCH||DUBOIS^ANTOINE^R||19550213", "DUBOIS^ANTOINE^R"),
        ("Seen at Lakeshore Uropathology Associates, who concur.", "Lakeshore Uropathology Associates"),
        ("Thanks to all on St Ita's Ward.", "St Ita's Ward"),
        ("Father retired from Bramble Castings.", "Bramble Castings"),
        ("He lives at Flat 2B, 61 Marrow Street, Paisley PA1 7ZZ.", "Flat 2B, 61 Marrow Street, Paisley PA1 7ZZ"),
        ("Visiting from Sendai, collapsed.", "Sendai"),
        ("Case 3: a man (H/774201), PSA 14.", "H/774201"),
        ("Scanner serial SN 4482-KT-09.", "4482-KT-09"),
        ("So the SHO was bleeped on 4471.", "4471"),
        ("照片放在http://10.21.8.77/share/sjs，密码短信发您。", "http://10.21.8.77/share/sjs"),
        ("曾于去年12月24日住院。", "去年12月24日"),
        ("约6.20上午复诊。", "6.20上午"),
        ("诊断医师:段青禾 复核:杨", "段青禾"),
        ("诊断医师:段青禾 复核:杨", "杨"),
        ("7床 沙玛拉则,男,29岁,彝族", "沙玛拉则"),
        ("体检总检结论:温妮,体检号TJ-24-30091", "温妮"),
        ("医生好,我爸余德海吃拜阿司匹林", "余德海"),
        ("麻醉前访视 03.17 米合日古丽 58kg", "米合日古丽"),
        ("上次在笑盈口腔(万达店)做的种植体", "笑盈口腔(万达店)"),
        ("曾在右江民生精神病防治所住院9天", "右江民生精神病防治所"),
        ("先后在旗医院、附院治疗", "旗医院"),
        ("麻醉机GE-ANBP00371。", "GE-ANBP00371"),
    ],
)
def test_mended_shapes_are_taken_out(text: str, gone: str) -> None:
    start = text.index(gone)
    assert not _left(text)[start : start + len(gone)].strip(), deidentified(text, "en").text


@pytest.mark.parametrize(
    "text",
    [
        "He was given LY-171555, SB-224289 and ICI-118551.",
        "Moved to lurasidone.",
        "OCT3/4 and SEPT9 positive, he was told.",
        "SNOMED CT 73211009, EudraCT 2004-000123-20.",
        "G1P0 40+6, ROT, Bishop 6, she is well.",
        "VA 6/36 RE, CF LE, he said.",
        "Denis Browne boots; Austin Moore hemiarthroplasty; he walks.",
        "Treated with a 16 x 90 Wallstent, patient well.",
        "1-2 tabs, 10/10 pain, she said.",
        "手术编码：51.2300，疾病编码：E11.900。",
        "医生考虑白胡椒，建议复查。",
    ],
)
def test_medicine_that_looks_like_them_stays(text: str) -> None:
    assert deidentified(text, "en").text == text


@pytest.mark.parametrize("part", ["市", "一", "王、", "a", "O'", "A.", "1-"])
def test_texts_of_one_sign_are_read_to_their_end(part: str) -> None:
    text = (part * 4_000)[:4_000]
    assert all(0 <= one.start < one.end <= len(text) for one in deidentified(text, "zh").spans)
