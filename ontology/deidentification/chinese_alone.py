"""Chinese names that stand alone: with dots, masked, at the head of a line, in the middle of a clause, as pet names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from ontology.deidentification.chinese_bounds import EDGE, GIVEN, HAN, HARD, nobody_at, patterns
from ontology.deidentification.words import words

_PART = (
    rf"(?:(?!患者|病人|患儿|家属|男|女|因|无|有|的|于|系|曾|现|已|主诉|入院|出院|医生|医师|主任|护士|说|诉|签|电话|"
    rf"联系|今|昨|在|到|来|及|与|和|由|为|陪|否认|诊断|同意)[{HAN}]){{1,7}}"
)
_DOTTED = re.compile(rf"{_PART}(?:\s?·\s?{_PART}){{1,4}}")
_TERM = re.compile(
    r"\s*(?:-[一-鿿]|氏|综合征|综合症|病|征|试验|评分|分级|分型|分期|标准|手术|术|法|反应|现象|瘤|肌|孔|"
    r"窝|管|结节|体|量表|脑病|热|指数)"
)
_LINE = re.compile(
    r"(?:\s*[(（,，、/]?\s*(?:\d{4}[-./年]\d|\d{1,2}[-./:月]\d|1[3-9]\d[ -]?\d{4}|"
    r"0\d{2,3}-?\d{6}|患者之|患者的|之[子女妻夫父母]|其[子女妻夫父母兄弟姐妹]|系患者|本人签|签字|签名|代签|盖章))|"
    r"[ \t]*(?:\n|$)"
)
"""What tells that what fills the line so far is a name: a date, a telephone, its end."""
_BEGINS = re.compile(
    r"(?:说|打电话|打来|来电|反映|投诉|认为|觉得|每天|目前|之[母父子女妻夫兄弟姐妹]|产后|"
    r"的(?:血型|化验|片|药|用药|住院|门诊|手术|术后|诊断|检验|B超|CT|超声|心电)|因|于\d|"
    r"于今|于昨|诉|自诉|主诉|来诊|来院|入院|住院|出院|复诊|复查|昨|今日|今晨|今天|家属|签字|签名|"
    r"同意|拒绝|要求|表示|否认|术后|患有|确诊|电话|到我|到院|来我|在我|在家|患|的(?:检查|报告|"
    r"病历|标本|家属|片子|结果|病情|主管|母亲|父亲|儿子|女儿|丈夫|妻子|医保|电话))"
)
_LAST = re.compile(r"[ \t]*(?:\n|$)")
_PLACED = "的是写把给叫找喊跟和与及由经请为、"
_CLAUSE = re.compile(
    r"(?:一起|一同|都|换药|打电话|的|说|签|来|复|入|出|转|手术|查|治|做|讲|谈|联系|会诊|负责|执行|陪|$|\s*[,。;!?)\n])"
)
_FAMILIAR = re.compile(
    rf"(?<![{HAN}])[老小阿]([{HAN}])(?=说|讲|诉|称|告|问|和|与|及|、|的(?:血|病|手|复|检|报|家)|"
    rf"昨|今|早|晚|最|在|又|也|还|[^{HAN}]|$)|"
    rf"(?<=[跟和与给让叫找同陪由请问])[老小阿]([{HAN}])(?=[^{HAN}]|说|讲|一起|去|来)"
)


def dotted_names(text: str) -> Iterator[tuple[int, int]]:
    """Names of several parts with dots between them, unless a disease is called so."""
    for found in _DOTTED.finditer(text):
        if _TERM.match(text, found.end()) or re.search(r"(?:综合征|病|氏|征|瘤|试验)", found[0].rpartition("·")[2]):
            continue
        start = found.start()
        for word in chain(words().before, words().weakly_before, ("患者", "病人")):
            if len(word) > 1 and text.startswith(word, start):
                start += len(word)
                break
        yield start, found.end()


def masked_names(text: str) -> Iterator[tuple[int, int]]:
    """Names of which a part is hidden: 张某某, 李××."""
    _, _, _, whole = patterns()
    for found in re.finditer(
        r"某{1,2}(?![些种个人日天处院地项时段次年月类样村县市区厂公])|[×*＊○〇]{1,3}(?![\d一-鿿]?\d)|"
        r"(?<=[一-鿿])[XxＸ]{1,3}(?![\w-])",
        text,
    ):
        for size in (2, 1):
            at = found.start() - size
            head = whole.match(text, at) if at >= 0 else None
            if head and head.end() == found.start() and not nobody_at(text, at):
                end = re.match(rf"[{HAN}]?", text[found.end() :])
                more = (
                    end[0]
                    if end and found[0][0] in "×*○" and len(found[0]) == 1 and EDGE.match(text, found.end() + 1)
                    else ""
                )
                yield at, found.end() + len(more)
                break


def alone_names(text: str) -> Iterator[tuple[int, int]]:
    """Names that fill the beginning of a line or of a clause, and what follows says so."""
    _, titled, _, whole = patterns()
    for found in titled.finditer(text):
        at = found.start()
        before = text[at - 1] if at else "\n"
        if re.match(rf"[{HAN}\w]", before) or nobody_at(text, at):
            continue
        head = whole.match(text, at)
        if head is None:
            continue
        for size in (2, 1):
            given = text[head.end() : head.end() + size]
            end = head.end() + size
            if (
                not re.fullmatch(rf"[{HAN}]{{{size}}}", given)
                or set(given) & HARD
                or given[-1] in words().function - GIVEN
            ):
                continue
            lines = before == "\n" or text[:at].rstrip(" ")[-1:] in "\n" or text[:at].rstrip()[-1:] in ":)"
            lines = lines or (
                text[:at].rstrip()[-1:] in "。;!)"
                and _LAST.match(text, end) is not None
                and head[0] not in words().rare
            )
            if (lines and _LINE.match(text, end)) or (_BEGINS.match(text, end) and head[0] not in words().rare):
                yield at, end
                break


def placed_names(text: str) -> Iterator[tuple[int, int]]:
    """Whole names in the middle of a clause, of frequent surnames and two more characters, before a verb or its end; in
    brackets; compound surnames anywhere; several surnames before one title."""
    _, titled, _, whole = patterns()
    own = words()
    for found in titled.finditer(text):
        at = found.start()
        head = whole.match(text, at)
        if head is None or nobody_at(text, at):
            continue
        before = text[at - 1] if at else "\n"
        given = text[head.end() : head.end() + 2]
        two = re.fullmatch(rf"[{HAN}]{{2}}", given) is not None and not set(given) & (HARD | own.function - GIVEN)
        if (
            len(head[0]) == 2
            and two
            and head[0] not in ("单于", "东方", "第五", "百里", "西门", "南门", "东郭", "太史", "微生")
        ):
            yield at, head.end() + 2
        elif (
            before in "(("
            and (closed := re.match(rf"[{HAN}]{{1,2}}(?=[)）])", text[head.end() :]))
            and head[0] not in own.rare
        ):
            yield at, head.end() + closed.end()
        elif head[0] in own.rare:
            if two and re.match(r"的(?:血型|化验单?|报告|病历|片子|检查结果|家属|主管|标本)", text[head.end() + 2 :]):
                yield at, head.end() + 2
        elif two and before in _PLACED and _CLAUSE.match(text, head.end() + 2):
            yield at, head.end() + 2
    for found in re.finditer(
        rf"((?:{whole.pattern})(?:[、,和及]{whole.pattern}){{1,8}})(?=(?:[两二三]位|"
        rf"等)?(?:{'|'.join(map(re.escape, own.titles))}))",
        text,
    ):
        yield found.span(1)


def familiar_names(text: str) -> Iterator[tuple[int, int]]:
    """What colleagues and neighbours are called."""
    for found in _FAMILIAR.finditer(text):
        name = found[1] or found[2]
        if name in words().surnames and name not in "于时房边水应年公板化大":
            yield found.span()
