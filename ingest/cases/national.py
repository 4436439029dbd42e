"""Object identifiers of Chinese national health information (below 2.16.156.10011), as far as documents show them.

The standards that assign them (WS/T 500, WS 364 and others) were not read. Each row stands in templates of two public
repositories that do not copy each other, or says of which one: ``A`` is 1415749952/findCdaDiffient
(src/main/resources/cdaTemp), ``B`` is bzrrr/cda (src/main/resources/templates), both on GitHub, looked at on 22
November 2026. What stands in neither is not here.
"""

from __future__ import annotations

import msgspec


class NationalOid(msgspec.Struct, frozen=True):
    """``system``: how a case names the code system, empty where no code of it is read. ``sources``: file by file."""

    oid: str
    zh: str
    sources: tuple[str, ...]
    system: str = ""


TABLE = (
    NationalOid("2.16.156.10011.2.3.3.11", "ICD-10", ("A 04.西药处方.xml", "A 49.出院记录.xml"), "ICD10"),
    NationalOid("2.16.156.10011.2.3.3.11.1", "诊断代码表(ICD-10)", ("B template04.ftl",), "ICD10"),
    NationalOid("2.16.156.10011.2.3.3.11.3", "ICD-10诊断编码表", ("A 49.出院记录.xml", "B template49.ftl"), "ICD10"),
    NationalOid("2.16.156.10011.2.2.1", "卫生信息数据元目录", ("A 04.西药处方.xml", "B template04.ftl")),
    NationalOid("2.16.156.10011.2.4", "卫生信息共享文档规范编码体系", ("A 04.西药处方.xml", "B template04.ftl")),
    NationalOid("2.16.156.10011.2.1.1.24", "西药处方（文档模板）", ("A 04.西药处方.xml", "B template04.ftl")),
    NationalOid("2.16.156.10011.2.3.3.4", "生理性别代码表(GB/T 2261.1)", ("A 04.西药处方.xml", "B template04.ftl")),
    NationalOid("2.16.156.10011.2.3.1.158", "用药途径代码表", ("A 04.西药处方.xml", "B template04.ftl")),
    NationalOid("2.16.156.10011.1.3", "患者身份证号标识", ("A 04.西药处方.xml", "B template04.ftl")),
    NationalOid("2.16.156.10011.1.11", "门（急）诊号标识", ("A 04.西药处方.xml", "B template04.ftl")),
    NationalOid("2.16.156.10011.1.12", "住院号标识", ("A 45.会诊记录.xml", "B template37.ftl")),
    NationalOid("2.16.156.10011.1.20", "处方编号", ("A 04.西药处方.xml", "B template04.ftl")),
)
SYSTEMS = {row.oid: row.system for row in TABLE if row.system}
"""Object identifier -> code system of a case."""
PRESCRIPTION = "2.16.156.10011.2.1.1.24"
"""The template of a prescription: what stands in its medications is being ordered."""
ELEMENTS = "2.16.156.10011.2.2.1"
"""The catalogue of data elements, whose codes say what an observation is."""
DIAGNOSIS_CODE, DIAGNOSIS_NAME = "DE05.01.024.00", "DE05.01.025.00"
"""Of that catalogue: the code of a diagnosis, and its name, within which the code stands (A 49.出院记录.xml, B
template49.ftl)."""
