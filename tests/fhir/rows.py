"""The rows of the table of FHIR: what is asked, and what must come back. Every one is a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

DOID = "http://purl.obolibrary.org/obo/DOID_"
HP = "http://human-phenotype-ontology.org"
ICD = "http://hl7.org/fhir/sid/icd-10"
MSH = "http://terminology.hl7.org/CodeSystem/MSH"
EX = "https://example.org/thesaurus/"
MANY = "https://example.org/many/"
SET = "https://w3id.org/medkg/conceptset/sample-fevers"
FOUND = "https://w3id.org/medkg/graph/mapping/found/2026-01"
JUDGED = "https://w3id.org/medkg/graph/mapping/judged/2026-01"
TERMS = "https://w3id.org/medkg/graph/terminology/terms/2026-01"

Answer = dict[str, Any]


class Row(msgspec.Struct, frozen=True):
    """``operation`` and ``aspect`` (English, Chinese) stand in the table. ``body`` makes it a POST."""

    operation: str
    aspect: tuple[str, str]
    path: str
    good: Callable[[Answer], bool]
    body: Any = None
    status: int = 200
    language: str = ""

    @property
    def key(self) -> str:
        return f"{self.operation}: {self.aspect[0]}"


def query(path: str, **given: Any) -> str:
    rows = [(name.replace("__", "-"), one) for name, value in given.items() for one in (value if isinstance(value, list) else [value])]  # fmt: skip
    return f"{path}?{urlencode(rows)}"


def parameters(**given: Any) -> Answer:
    """A Parameters resource; the kind of each value by what it is."""
    rows = []
    for name, value in given.items():
        if isinstance(value, dict):
            kind = "resource" if "resourceType" in value else "valueCodeableConcept" if "coding" in value else "valueCoding"  # fmt: skip
        else:
            kind = {bool: "valueBoolean", int: "valueInteger", str: "valueString"}[type(value)]
        rows.append({"name": name, kind: value})
    return {"resourceType": "Parameters", "parameter": rows}


def told(answer: Answer, name: str) -> Any:
    """The value of the first parameter of that name."""
    for row in answer["parameter"]:
        if row["name"] == name:
            return next((value for key, value in row.items() if key.startswith("value")), row.get("part"))
    return None


def parts(answer: Answer, name: str) -> list[dict[str, Any]]:
    """Parts of every parameter of that name, name -> value."""
    return [
        {part["name"]: next(value for key, value in part.items() if key != "name") for part in row["part"]}
        for row in answer["parameter"]
        if row["name"] == name
    ]


def properties(answer: Answer, code: str) -> list[Any]:
    return [row["value"] for row in parts(answer, "property") if row["code"] == code]


def codes(answer: Answer) -> list[str]:
    return [row["code"] for row in answer["expansion"].get("contains", [])]


def matches(answer: Answer) -> list[tuple[str, str, str]]:
    """(code, equivalence, map) of every hit."""
    return [
        (row["concept"]["code"], row["equivalence"], row["source"].partition("|")[0]) for row in parts(answer, "match")
    ]


def issue(answer: Answer) -> str:
    assert answer["resourceType"] == "OperationOutcome"
    return str(answer["issue"][0]["code"])


def compose(*include: Answer, exclude: tuple[Answer, ...] = (), **more: Any) -> Answer:
    made: Answer = {"include": list(include), **more}
    if exclude:
        made["exclude"] = list(exclude)
    return {"resourceType": "ValueSet", "status": "draft", "url": "http://example.org/vs", "compose": made}


def below(code: str, op: str = "is-a", name: str = "concept") -> Answer:
    return {"system": DOID, "filter": [{"property": name, "op": op, "value": code}]}


LOOKUP, CODE, SUBSUMES = "CodeSystem/$lookup", "CodeSystem/$validate-code", "CodeSystem/$subsumes"
EXPAND, MEMBER, TRANSLATE = "ValueSet/$expand", "ValueSet/$validate-code", "ConceptMap/$translate"
READ, SEARCH, BATCH, STATEMENTS, ALL = "read", "search", "batch", "metadata", "all"
TREE = ["9900001", "9900002", "9900003", "9900004", "9900005"]
_IMPLICIT = f"{DOID}?fhir_vs"


def _expand(**given: Any) -> str:
    return query("/ValueSet/$expand", **{"url": _IMPLICIT, **given})


def _sent(value_set: Answer, **given: Any) -> Answer:
    return parameters(valueSet=value_set, **given)


def _coding(system: str, code: str, **more: str) -> Answer:
    return {"system": system, "code": code, **more}


def _tree(answer: Answer) -> list[Any]:
    def shape(rows: list[Any]) -> list[Any]:
        return [(row["code"], shape(row["contains"])) if "contains" in row else row["code"] for row in rows]

    return shape(answer["expansion"]["contains"])


ROWS: tuple[Row, ...] = (
    Row(LOOKUP, ("system, code", "system、code"), query("/CodeSystem/$lookup", system=DOID, code="9900002"),
        lambda a: told(a, "display") == "sample fever" and told(a, "name") == "Illustrative terms" and told(a, "version") == "2026-01"),
    Row(LOOKUP, ("by POST with Parameters", "以 POST 发送 Parameters"), "/CodeSystem/$lookup",
        lambda a: told(a, "display") == "sample fever", parameters(system=DOID, code="9900002")),
    Row(LOOKUP, ("coding", "coding"), "/CodeSystem/$lookup", lambda a: told(a, "display") == "invented warmth",
        parameters(coding=_coding(HP, "HP:9900002"))),
    Row(LOOKUP, ("version: the one that is held", "version：此处保存的版本"),
        query("/CodeSystem/$lookup", system=DOID, code="9900002", version="2026-01"), lambda a: told(a, "version") == "2026-01"),
    Row(LOOKUP, ("version: another one is 404", "version：其他版本返回 404"),
        query("/CodeSystem/$lookup", system=DOID, code="9900002", version="1999"), lambda a: issue(a) == "not-found", status=404),
    Row(LOOKUP, ("displayLanguage", "displayLanguage"), query("/CodeSystem/$lookup", system=DOID, code="9900002", displayLanguage="zh-CN"),
        lambda a: told(a, "display") == "示例热" and told(a, "name") == "示例术语"),
    Row(LOOKUP, ("Accept-Language", "Accept-Language"), query("/CodeSystem/$lookup", system=DOID, code="9900002"),
        lambda a: told(a, "display") == "示例热" and properties(a, "definition") == ["为测试虚构的发热。"], language="zh"),
    Row(LOOKUP, ("designations with language and kind, without search-only spellings", "带语言和类型的名称，不含仅供检索的写法"),
        query("/CodeSystem/$lookup", system=DOID, code="9900002"),
        lambda a: {(row["language"], row["use"]["code"], row["value"]) for row in parts(a, "designation")}
        == {("en", "preferred", "sample fever"), ("zh", "preferred", "示例热"), ("en", "exact", "show fever"), ("en", "abbreviation", "SF")}),
    Row(LOOKUP, ("properties: definition, parent, inactive, category, notation", "属性：definition、parent、inactive、category、notation"),
        query("/CodeSystem/$lookup", system=DOID, code="9900002"),
        lambda a: [properties(a, name) for name in ("definition", "parent", "inactive", "category", "notation")]
        == [["A fever made up for tests."], ["9900001"], [False], ["disease"], ["F.1"]]),
    Row(LOOKUP, ("inactive codes and what replaced them", "停用的代码及其取代者"), query("/CodeSystem/$lookup", system=DOID, code="9900005"),
        lambda a: properties(a, "inactive") == [True] and properties(a, "replacedBy") == ["9900002"]),
    Row(LOOKUP, ("property: only those named; child", "property：只给出指定者；child"),
        query("/CodeSystem/$lookup", system=DOID, code="9900002", property=["child", "parent"]),
        lambda a: properties(a, "child") == ["9900003", "9900004"] and properties(a, "parent") == ["9900001"] and not parts(a, "designation")),
    Row(LOOKUP, ("property: lang.X", "property：lang.X"), query("/CodeSystem/$lookup", system=DOID, code="9900002", property="lang.zh"),
        lambda a: [row["value"] for row in parts(a, "designation")] == ["示例热"]),
    Row(LOOKUP, ("codes with the prefix that HL7 keeps", "HL7 保留前缀的代码"), query("/CodeSystem/$lookup", system=HP, code="HP:9900001"),
        lambda a: told(a, "display") == "invented sign"),
    Row(LOOKUP, ("codes differ by case and trailing zeros", "代码区分大小写和末尾的零"), query("/CodeSystem/$lookup", system=ICD, code="Z99.0x01"),
        lambda a: told(a, "display") == "示例热病"),
    Row(LOOKUP, ("a code system that is named by its namespace", "以命名空间命名的代码系统"), query("/CodeSystem/$lookup", system=EX, code="1"),
        lambda a: told(a, "display") == "thing of a thesaurus"),
    Row(LOOKUP, ("unknown code is 404", "未知代码返回 404"), query("/CodeSystem/$lookup", system=ICD, code="z99.0x01"),
        lambda a: issue(a) == "not-found", status=404),
    Row(LOOKUP, ("unknown system is 404", "未知系统返回 404"), query("/CodeSystem/$lookup", system="http://example.org/none", code="1"),
        lambda a: issue(a) == "not-found", status=404),
    Row(LOOKUP, ("without a code is 400", "缺少代码返回 400"), query("/CodeSystem/$lookup", system=DOID), lambda a: issue(a) == "required", status=400),
    Row(LOOKUP, ("date is refused, not ignored", "拒绝 date，而非忽略"),
        query("/CodeSystem/$lookup", system=DOID, code="9900002", date="2020"), lambda a: issue(a) == "not-supported", status=400),

    Row(CODE, ("url, code", "url、code"), query("/CodeSystem/$validate-code", url=DOID, code="9900003"),
        lambda a: told(a, "result") is True and told(a, "display") == "acute sample fever"),
    Row(CODE, ("unknown code is false with a message", "未知代码为 false 并附说明"), query("/CodeSystem/$validate-code", url=DOID, code="1"),
        lambda a: told(a, "result") is False and "1" in told(a, "message")),
    Row(CODE, ("message in Chinese", "中文说明"), query("/CodeSystem/$validate-code", url=DOID, code="1"),
        lambda a: "没有代码" in told(a, "message"), language="zh-CN"),
    Row(CODE, ("display: any of the names, whatever its case", "display：任一名称，不论大小写"),
        query("/CodeSystem/$validate-code", url=DOID, code="9900002", display="Show  FEVER"), lambda a: told(a, "result") is True),
    Row(CODE, ("display: another name is false, the right one is told", "display：其他名称为 false，并给出正确名称"),
        query("/CodeSystem/$validate-code", url=DOID, code="9900002", display="gout"),
        lambda a: told(a, "result") is False and told(a, "display") == "sample fever" and "sample fever" in told(a, "message")),
    Row(CODE, ("coding", "coding"), "/CodeSystem/$validate-code", lambda a: told(a, "result") is True, parameters(coding=_coding(HP, "HP:9900001"))),
    Row(CODE, ("codeableConcept: one of its codings is enough", "codeableConcept：其中一个编码有效即可"), "/CodeSystem/$validate-code",
        lambda a: told(a, "result") is True and told(a, "code") == "Z99.100",
        parameters(codeableConcept={"coding": [_coding(DOID, "0"), _coding(ICD, "Z99.100")]})),
    Row(CODE, ("of one code system: /CodeSystem/[id]/$validate-code", "单个代码系统：/CodeSystem/[id]/$validate-code"),
        query("/CodeSystem/doid/$validate-code", code="9900001"), lambda a: told(a, "result") is True),
    Row(CODE, ("inactive is told", "说明已停用"), query("/CodeSystem/$validate-code", url=DOID, code="9900005"),
        lambda a: told(a, "result") is True and told(a, "inactive") is True),
    Row(CODE, ("unknown system is false", "未知系统为 false"), query("/CodeSystem/$validate-code", url="http://example.org/none", code="1"),
        lambda a: told(a, "result") is False),

    Row(SUBSUMES, ("subsumes", "subsumes"), query("/CodeSystem/$subsumes", system=DOID, codeA="9900001", codeB="9900003"),
        lambda a: told(a, "outcome") == "subsumes"),
    Row(SUBSUMES, ("subsumed-by", "subsumed-by"), query("/CodeSystem/$subsumes", system=DOID, codeA="9900004", codeB="9900002"),
        lambda a: told(a, "outcome") == "subsumed-by"),
    Row(SUBSUMES, ("equivalent", "equivalent"), query("/CodeSystem/$subsumes", system=DOID, codeA="9900004", codeB="9900004"),
        lambda a: told(a, "outcome") == "equivalent"),
    Row(SUBSUMES, ("not-subsumed", "not-subsumed"), query("/CodeSystem/$subsumes", system=DOID, codeA="9900003", codeB="9900004"),
        lambda a: told(a, "outcome") == "not-subsumed"),
    Row(SUBSUMES, ("codingA, codingB by POST", "以 POST 发送 codingA、codingB"), "/CodeSystem/$subsumes", lambda a: told(a, "outcome") == "subsumes",
        parameters(codingA=_coding(HP, "HP:9900001"), codingB=_coding(HP, "HP:9900002"))),
    Row(SUBSUMES, ("of one code system: /CodeSystem/[id]/$subsumes", "单个代码系统：/CodeSystem/[id]/$subsumes"),
        query("/CodeSystem/doid/$subsumes", codeA="9900001", codeB="9900002"), lambda a: told(a, "outcome") == "subsumes"),
    Row(SUBSUMES, ("parents in a circle do not loop", "循环的上级不会死循环"), query("/CodeSystem/$subsumes", system=DOID, codeA="9900006", codeB="9900001"),
        lambda a: told(a, "outcome") == "not-subsumed"),
    Row(SUBSUMES, ("unknown code is 404", "未知代码返回 404"), query("/CodeSystem/$subsumes", system=DOID, codeA="9900001", codeB="x"),
        lambda a: issue(a) == "not-found", status=404),

    Row(EXPAND, ("url: a whole code system (?fhir_vs)", "url：整个代码系统（?fhir_vs）"), _expand(),
        lambda a: codes(a) == [*TREE, "9900006", "9900007"] and a["expansion"]["total"] == 7),
    Row(EXPAND, ("url: ?fhir_vs=isa/CODE", "url：?fhir_vs=isa/CODE"), _expand(url=f"{_IMPLICIT}=isa/9900002"),
        lambda a: codes(a) == ["9900002", "9900003", "9900004"]),
    Row(EXPAND, ("url: ?fhir_vs=ecl/ with descendants and MINUS", "url：?fhir_vs=ecl/，后代与 MINUS"),
        _expand(url=f"{_IMPLICIT}=ecl/<9900001 MINUS <<9900002 |sample fever|"), lambda a: codes(a) == ["9900005"] and " " not in a["url"]),
    Row(EXPAND, ("url: the same with percent signs", "url：同上，百分号编码"), _expand(url=f"{_IMPLICIT}=ecl/%3C%209900002%20OR%209900001"),
        lambda a: codes(a) == ["9900001", "9900003", "9900004"]),
    Row(EXPAND, ("url: ECL beyond descendants is refused", "url：拒绝后代以外的 ECL"), _expand(url=f"{_IMPLICIT}=ecl/<9900001 : 1=2"),
        lambda a: issue(a) == "not-supported", status=400),
    Row(EXPAND, ("url: unknown value set is 404", "url：未知值集返回 404"), _expand(url="http://example.org/none"),
        lambda a: issue(a) == "not-found", status=404),
    Row(EXPAND, ("of one value set: /ValueSet/[id]/$expand", "单个值集：/ValueSet/[id]/$expand"), "/ValueSet/all-hp/$expand",
        lambda a: codes(a) == ["HP:9900001", "HP:9900002"]),
    Row(EXPAND, ("url: a concept set, over several systems", "url：跨多个系统的概念集"), _expand(url=f"{SET}|1"),
        lambda a: codes(a) == ["9900002", "9900004", "HP:9900002", "Z99.0x01"] and a["version"] == "1"),
    Row(EXPAND, ("url: a concept set that leads back to itself is refused", "url：拒绝引用自身的概念集"), _expand(url="https://w3id.org/medkg/conceptset/endless"),
        lambda a: issue(a) == "processing", status=422),
    Row(EXPAND, ("valueSet: filter is-a", "valueSet：过滤 is-a"), "/ValueSet/$expand", lambda a: codes(a) == ["9900002", "9900003", "9900004"],
        _sent(compose(below("9900002")))),
    Row(EXPAND, ("valueSet: filter descendent-of", "valueSet：过滤 descendent-of"), "/ValueSet/$expand", lambda a: codes(a) == ["9900003", "9900004"],
        _sent(compose(below("9900002", "descendent-of")))),
    Row(EXPAND, ("valueSet: filter is-not-a", "valueSet：过滤 is-not-a"), "/ValueSet/$expand", lambda a: codes(a) == ["9900001", "9900005", "9900006", "9900007"],
        _sent(compose(below("9900002", "is-not-a")))),
    Row(EXPAND, ("valueSet: filter generalizes", "valueSet：过滤 generalizes"), "/ValueSet/$expand", lambda a: codes(a) == ["9900001", "9900002", "9900003"],
        _sent(compose(below("9900003", "generalizes")))),
    Row(EXPAND, ("valueSet: filter =, in, not-in", "valueSet：过滤 =、in、not-in"), "/ValueSet/$expand", lambda a: codes(a) == ["9900003"],
        _sent(compose({"system": DOID, "filter": [{"property": "concept", "op": "in", "value": "9900001,9900003"},
                                                  {"property": "concept", "op": "not-in", "value": "9900001"}]}))),
    Row(EXPAND, ("valueSet: filters parent, child, category, inactive", "valueSet：过滤 parent、child、category、inactive"), "/ValueSet/$expand",
        lambda a: codes(a) == ["9900001", "9900005"],
        _sent(compose({"system": DOID, "filter": [{"property": "inactive", "op": "=", "value": "true"},
                                                  {"property": "parent", "op": "=", "value": "9900001"},
                                                  {"property": "category", "op": "=", "value": "disease"}]}, below("9900002", "=", "child")))),
    Row(EXPAND, ("valueSet: an operator that is not known is refused", "valueSet：拒绝未知的运算符"), "/ValueSet/$expand",
        lambda a: issue(a) == "not-supported", _sent(compose(below(".*", "regex", "code"))), 400),
    Row(EXPAND, ("valueSet: concepts, with names of their own", "valueSet：列出的概念及其自有名称"), "/ValueSet/$expand",
        lambda a: [(row["code"], row["display"]) for row in a["expansion"]["contains"]] == [("9900001", "illustrative disease"), ("9900003", "A")],
        _sent(compose({"system": DOID, "concept": [{"code": "9900003", "display": "A"}, {"code": "9900001"}]}))),
    Row(EXPAND, ("valueSet: several includes over several systems, exclude", "valueSet：跨多个系统的 include 与 exclude"), "/ValueSet/$expand",
        lambda a: codes(a) == ["9900002", "9900004", "HP:9900001", "HP:9900002"],
        _sent(compose(below("9900002"), {"system": HP}, exclude=({"system": DOID, "concept": [{"code": "9900003"}]},)))),
    Row(EXPAND, ("valueSet: other value sets, which are intersected within an include", "valueSet：引用其他值集，在同一 include 内取交集"), "/ValueSet/$expand",
        lambda a: codes(a) == ["9900003"],
        _sent(compose({**below("9900002"), "valueSet": [f"{_IMPLICIT}=isa/9900003"]}))),
    Row(EXPAND, ("valueSet: inactive false", "valueSet：inactive 为 false"), "/ValueSet/$expand", lambda a: "9900005" not in codes(a),
        _sent(compose(below("9900001"), inactive=False))),
    Row(EXPAND, ("valueSet: a circle is refused", "valueSet：拒绝循环引用"), "/ValueSet/$expand", lambda a: issue(a) == "business-rule",
        _sent(compose({"valueSet": ["http://example.org/vs"]})), 422),
    Row(EXPAND, ("filter: words that names begin with, in any order", "filter：名称中词的开头，不论次序"), _expand(filter="fev samp"),
        lambda a: codes(a) == ["9900002", "9900003"]),
    Row(EXPAND, ("filter: Chinese anywhere in a name", "filter：名称中任意位置的中文"), _expand(filter="示例热", displayLanguage="zh"),
        lambda a: [row["display"] for row in a["expansion"]["contains"]] == ["示例热", "急性示例热"]),
    Row(EXPAND, ("filter: codes", "filter：代码"), _expand(filter="9900004"), lambda a: codes(a) == ["9900004"]),
    Row(EXPAND, ("offset, count: pages with the whole total", "offset、count：分页并给出总数"), _expand(offset=2, count=2),
        lambda a: codes(a) == ["9900003", "9900004"] and a["expansion"]["total"] == 7 and a["expansion"]["offset"] == 2),
    Row(EXPAND, ("count 0: the total alone", "count 为 0：只给总数"), _expand(count=0), lambda a: codes(a) == [] and a["expansion"]["total"] == 7),
    Row(EXPAND, ("offset behind the end", "offset 超出末尾"), _expand(offset=50, count=5), lambda a: codes(a) == [] and a["expansion"]["total"] == 7),
    Row(EXPAND, ("too many codes at once: too-costly", "一次代码过多：too-costly"), _expand(url=f"{MANY}?fhir_vs"),
        lambda a: issue(a) == "too-costly", status=422),
    Row(EXPAND, ("the same in pages", "同上，分页"), _expand(url=f"{MANY}?fhir_vs", offset=5_000, count=1_000),
        lambda a: len(codes(a)) == 1 and a["expansion"]["total"] == 5_001),
    Row(EXPAND, ("the same as a tree: too-costly", "同上，层级：too-costly"), _expand(url=f"{MANY}?fhir_vs", excludeNested="false"),
        lambda a: issue(a) == "too-costly", status=422),
    Row(EXPAND, ("excludeNested false: the hierarchy, each code once, circles cut", "excludeNested 为 false：层级，每个代码一次，循环被切断"),
        _expand(excludeNested="false"),
        lambda a: _tree(a) == [("9900001", [("9900002", ["9900003"]), "9900004", "9900005"]), ("9900007", ["9900006"])]),
    Row(EXPAND, ("excludeNested true and without: flat", "excludeNested 为 true 或缺省：平铺"), _expand(excludeNested="true"),
        lambda a: codes(a) == [*TREE, "9900006", "9900007"]),
    Row(EXPAND, ("displayLanguage", "displayLanguage"), _expand(displayLanguage="zh", count=1),
        lambda a: a["expansion"]["contains"][0]["display"] == "示例疾病"),
    Row(EXPAND, ("activeOnly", "activeOnly"), _expand(activeOnly="true"), lambda a: "9900005" not in codes(a) and a["expansion"]["total"] == 6),
    Row(EXPAND, ("inactive codes are marked", "标记已停用的代码"), _expand(),
        lambda a: [row["code"] for row in a["expansion"]["contains"] if row.get("inactive")] == ["9900005"]),
    Row(EXPAND, ("includeDesignations, designation", "includeDesignations、designation"), _expand(filter="show", designation="urn:ietf:bcp:47|zh"),
        lambda a: [row["value"] for row in a["expansion"]["contains"][0]["designation"]] == ["示例热"]),
    Row(EXPAND, ("includeDefinition", "includeDefinition"), _expand(includeDefinition="true"), lambda a: a["compose"]["include"] == [{"system": DOID}]),
    Row(EXPAND, ("exclude-system", "exclude-system"), "/ValueSet/$expand", lambda a: codes(a) == ["HP:9900001", "HP:9900002"],
        {"resourceType": "Parameters", "parameter": [{"name": "valueSet", "resource": compose({"system": DOID}, {"system": HP})},
                                                     {"name": "exclude-system", "valueCanonical": DOID}]}),
    Row(EXPAND, ("system-version, check-system-version, force-system-version: another version than is held is 404",
                 "system-version 等三者：与此处保存的版本不同返回 404"), _expand(**{"force__system__version": f"{DOID}|1999"}),
        lambda a: issue(a) == "not-found", status=404),
    Row(EXPAND, ("context and date are refused", "拒绝 context 和 date"), _expand(date="2020"), lambda a: issue(a) == "not-supported", status=400),

    Row(MEMBER, ("url, system, code", "url、system、code"), query("/ValueSet/$validate-code", url=f"{_IMPLICIT}=isa/9900002", system=DOID, code="9900004"),
        lambda a: told(a, "result") is True),
    Row(MEMBER, ("a code outside is false with a message", "不在值集中的代码为 false 并附说明"),
        query("/ValueSet/$validate-code", url=f"{_IMPLICIT}=isa/9900002", system=DOID, code="9900001"),
        lambda a: told(a, "result") is False and "not in the value set" in told(a, "message")),
    Row(MEMBER, ("valueSet, coding", "valueSet、coding"), "/ValueSet/$validate-code", lambda a: told(a, "result") is True,
        parameters(valueSet=compose(below("9900001")), coding=_coding(DOID, "9900005"))),
    Row(MEMBER, ("codeableConcept", "codeableConcept"), "/ValueSet/$validate-code", lambda a: told(a, "result") is True and told(a, "code") == "9900001",
        parameters(valueSet=compose({"system": DOID}), codeableConcept={"coding": [_coding(HP, "HP:9900001"), _coding(DOID, "9900001")]})),
    Row(MEMBER, ("display", "display"), query("/ValueSet/$validate-code", url=_IMPLICIT, system=DOID, code="9900001", display="gout"),
        lambda a: told(a, "result") is False),
    Row(MEMBER, ("of one value set: /ValueSet/[id]/$validate-code", "单个值集：/ValueSet/[id]/$validate-code"),
        query("/ValueSet/all-hp/$validate-code", system=HP, code="HP:9900001"), lambda a: told(a, "result") is True),
    Row(MEMBER, ("of a concept set", "概念集"), query("/ValueSet/$validate-code", url=SET, system=ICD, code="Z99.0x01"),
        lambda a: told(a, "result") is True),
    Row(MEMBER, ("without a system is 400", "缺少 system 返回 400"), query("/ValueSet/$validate-code", url=_IMPLICIT, code="9900001"),
        lambda a: issue(a) == "required", status=400),
    Row(MEMBER, ("unknown value set is 404", "未知值集返回 404"), query("/ValueSet/$validate-code", url="http://example.org/none", system=DOID, code="1"),
        lambda a: issue(a) == "not-found", status=404),

    Row(TRANSLATE, ("all hits of all maps, each with its relation and map", "所有映射的全部命中，各附关系和所属映射"),
        query("/ConceptMap/$translate", system=DOID, code="9900002"),
        lambda a: told(a, "result") is True and matches(a) == [("Z99.0x01", "equivalent", FOUND), ("Z99.0X01", "inexact", JUDGED)]),
    Row(TRANSLATE, ("reverse: all hits", "reverse：全部命中"), query("/ConceptMap/$translate", system=DOID, code="9900002", reverse="true"),
        lambda a: matches(a) == [("HP:9900002", "equivalent", TERMS)]),
    Row(TRANSLATE, ("reverse turns the relation round", "reverse 时关系反转"), query("/ConceptMap/$translate", system=ICD, code="Z99.100", reverse="true"),
        lambda a: matches(a) == [("9900001", "wider", FOUND)]),
    Row(TRANSLATE, ("narrower and wider", "narrower 与 wider"), query("/ConceptMap/$translate", system=DOID, code="9900001"),
        lambda a: matches(a) == [("Z99.100", "narrower", FOUND)]),
    Row(TRANSLATE, ("url: one map", "url：单个映射"), query("/ConceptMap/$translate", url=JUDGED, system=DOID, code="9900002"),
        lambda a: matches(a) == [("Z99.0X01", "inexact", JUDGED)]),
    Row(TRANSLATE, ("of one map: /ConceptMap/[id]/$translate", "单个映射：/ConceptMap/[id]/$translate"),
        query("/ConceptMap/mapping-found-2026-01/$translate", system=DOID, code="9900002"), lambda a: matches(a) == [("Z99.0x01", "equivalent", FOUND)]),
    Row(TRANSLATE, ("targetsystem", "targetsystem"), query("/ConceptMap/$translate", system=DOID, code="9900003", targetsystem=MSH),
        lambda a: matches(a) == [("D990001", "equivalent", FOUND)]),
    Row(TRANSLATE, ("target: a value set", "target：值集"), query("/ConceptMap/$translate", system=DOID, code="9900002", target=f"{ICD}?fhir_vs=ecl/Z99.0x01"),
        lambda a: matches(a) == [("Z99.0x01", "equivalent", FOUND)]),
    Row(TRANSLATE, ("source: a value set that the code must be in", "source：代码须在其中的值集"),
        query("/ConceptMap/$translate", system=DOID, code="9900002", source=f"{_IMPLICIT}=isa/9900003"), lambda a: told(a, "result") is False),
    Row(TRANSLATE, ("a mapping that any map denies is no hit", "被任一映射否定的对应不是命中"),
        query("/ConceptMap/$translate", system=DOID, code="9900003", targetsystem=ICD),
        lambda a: told(a, "result") is False and matches(a) == [("Z99.0X01", "disjoint", JUDGED)] and "disjoint" in told(a, "message")),
    Row(TRANSLATE, ("coding, codeableConcept by POST", "以 POST 发送 coding、codeableConcept"), "/ConceptMap/$translate",
        lambda a: [row[0] for row in matches(a)] == ["9900002"], parameters(codeableConcept={"coding": [_coding(HP, "HP:9900001"), _coding(HP, "HP:9900002")]})),
    Row(TRANSLATE, ("targets in the wanted language", "以所需语言给出目标"), query("/ConceptMap/$translate", system=HP, code="HP:9900002"),
        lambda a: parts(a, "match")[0]["concept"]["display"] == "示例热", language="zh"),
    Row(TRANSLATE, ("nothing mapped is false with a message", "没有对应为 false 并附说明"), query("/ConceptMap/$translate", system=DOID, code="9900006"),
        lambda a: told(a, "result") is False and bool(told(a, "message"))),
    Row(TRANSLATE, ("unknown map is 404", "未知映射返回 404"), query("/ConceptMap/$translate", url="http://example.org/none", system=DOID, code="1"),
        lambda a: issue(a) == "not-found", status=404),

    Row(READ, ("CodeSystem", "CodeSystem"), "/CodeSystem/hp",
        lambda a: (a["url"], a["version"], a["count"], a["content"]) == (HP, "2026-01", 2, "fragment") and a["copyright"] == "CC0-1.0"),
    Row(READ, ("CodeSystem of which only mappings are known", "只在映射中出现的 CodeSystem"), "/CodeSystem/mesh", lambda a: a["content"] == "not-present"),
    Row(READ, ("ValueSet", "ValueSet"), "/ValueSet/all-doid", lambda a: a["url"] == _IMPLICIT and a["compose"]["include"] == [{"system": DOID}]),
    Row(READ, ("ConceptMap, with what its mappings rest on", "ConceptMap，附映射依据"), "/ConceptMap/mapping-found-2026-01",
        lambda a: [(group["source"], group["target"], len(group["element"])) for group in a["group"]] == [(DOID, ICD, 3), (DOID, MSH, 1)]
        and a["group"][0]["element"][1]["target"][0]["comment"] == "skos:exactMatch; semapv:ManualMappingCuration; confidence 0.9; A. Sample"),
    Row(READ, ("unknown id is 404", "未知 id 返回 404"), "/CodeSystem/none", lambda a: issue(a) == "not-found", status=404),
    Row(SEARCH, ("CodeSystem: url, system, version, name, title, status, _id", "CodeSystem：url、system、version、name、title、status、_id"),
        query("/CodeSystem", url=DOID, system=DOID, version="2026-01", name="doi", title="illus", status="active", _id="doid"),
        lambda a: [row["resource"]["id"] for row in a["entry"]] == ["doid"] and a["total"] == 1),
    Row(SEARCH, (":exact, :contains", ":exact、:contains"), "/CodeSystem?name:contains=C&name:exact=ICD10",
        lambda a: [row["resource"]["url"] for row in a["entry"]] == [ICD]),
    Row(SEARCH, ("_count, next", "_count、next"), query("/CodeSystem", _count=2),
        lambda a: len(a["entry"]) == 2 and a["total"] > 2 and "_offset=2" in {row["relation"]: row["url"] for row in a["link"]}["next"]),
    Row(SEARCH, ("ValueSet", "ValueSet"), query("/ValueSet", url=f"{HP}?fhir_vs"), lambda a: a["total"] == 1),
    Row(SEARCH, ("ValueSet: concept sets", "ValueSet：概念集"), query("/ValueSet", url=SET), lambda a: a["total"] == 1 and a["entry"][0]["resource"]["version"] == "1"),
    Row(SEARCH, ("ConceptMap, without its mappings", "ConceptMap，不含映射"), query("/ConceptMap", url=FOUND),
        lambda a: a["total"] == 1 and "group" not in a["entry"][0]["resource"]),
    Row(SEARCH, ("nothing found is an empty Bundle", "无结果为空 Bundle"), query("/ValueSet", name="nothing"), lambda a: a["total"] == 0 and "entry" not in a),
    Row(SEARCH, ("an unknown parameter is refused", "拒绝未知参数"), query("/CodeSystem", colour="red"), lambda a: issue(a) == "not-supported", status=400),

    Row(STATEMENTS, ("CapabilityStatement", "CapabilityStatement"), "/metadata",
        lambda a: a["fhirVersion"] == "4.0.1" and {one["type"] for one in a["rest"][0]["resource"]} == {"CodeSystem", "ValueSet", "ConceptMap"}),
    Row(STATEMENTS, ("TerminologyCapabilities", "TerminologyCapabilities"), "/metadata?mode=terminology",
        lambda a: {one["uri"] for one in a["codeSystem"]} == {DOID, HP, ICD, EX, MANY} and a["expansion"]["paging"] is True),
    Row(BATCH, ("calls by GET and POST, each answered in its place", "GET 与 POST 调用，各在其位回答"), "",
        lambda a: [row["response"]["status"] for row in a["entry"]] == ["200", "200", "404", "400"]
        and a["entry"][2]["response"]["outcome"]["issue"][0]["code"] == "not-found",
        {"resourceType": "Bundle", "type": "batch", "entry": [
            {"request": {"method": "GET", "url": f"CodeSystem/$lookup?system={quote(DOID, safe='')}&code=9900001"}},
            {"request": {"method": "POST", "url": "ValueSet/$expand"}, "resource": _sent(compose(below("9900002")))},
            {"request": {"method": "GET", "url": f"CodeSystem/$lookup?system={quote(DOID, safe='')}&code=none"}},
            {"request": {"method": "DELETE", "url": "CodeSystem/doid"}},
        ]}),
    Row(BATCH, ("a transaction is refused", "拒绝 transaction"), "", lambda a: issue(a) == "structure",
        {"resourceType": "Bundle", "type": "transaction", "entry": []}, 400),
    Row(ALL, ("other resources are refused", "拒绝其他资源"), "/Patient/1", lambda a: issue(a) == "not-supported", status=400),
    Row(ALL, ("unknown operation is refused", "拒绝未知操作"), "/CodeSystem/$find-matches", lambda a: issue(a) == "not-supported", status=400),
    Row(ALL, ("errors in Chinese by Accept-Language", "按 Accept-Language 给出中文错误"), query("/CodeSystem/$lookup", system=DOID, code="x"),
        lambda a: "没有代码" in a["issue"][0]["details"]["text"], status=404, language="zh-CN,zh;q=0.9"),
    Row(ALL, ("as_of: another generation, unknown is 404", "as_of：其他数据代，未知返回 404"), query("/CodeSystem/$lookup", system=DOID, code="9900001", as_of="g99999-none"),
        lambda a: issue(a) == "not-found", status=404),
    Row(ALL, ("_format json; another is refused", "_format 为 json；拒绝其他格式"), query("/CodeSystem/hp", _format="xml"), lambda a: issue(a) == "value", status=400),
)  # fmt: skip
