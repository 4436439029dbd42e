"""Chinese names of people: a surname where the words before or after it speak of somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

from ontology.deidentification.chinese_beds import names_in_beds
from ontology.deidentification.chinese_clauses import clause_names
from ontology.deidentification.chinese_foreign import foreign_names
from ontology.deidentification.chinese_labels import labelled_names
from ontology.deidentification.chinese_roles import role_names
from ontology.deidentification.chinese_titles import titled_names
from ontology.deidentification.chinese_words import segmented
from ontology.deidentification.given_names import given_names
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import medicine
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_MASK = "某×XxＸ*＊○〇"
_GAP = r"(?:\s*[:(,]?\s*[(\"“「]?)"
_PART = (
    rf"(?:(?!患者|病人|患儿|家属|男|女|因|无|有|的|于|系|曾|现|已|主诉|入院|出院|医生|医师|主任|护士|说|诉|签|电话|"
    rf"联系|今|昨|在|到|来|及|与|和|由|为|陪|否认|诊断|同意)[{_HAN}]){{1,7}}"
)
_DOTTED = re.compile(rf"{_PART}(?:\s?·\s?{_PART}){{1,4}}")
_TERM = re.compile(
    r"\s*(?:-[一-鿿]|氏|综合征|综合症|病|征|试验|评分|分级|分型|分期|标准|手术|术|法|反应|现象|瘤|肌|孔|"
    r"窝|管|结节|体|量表|脑病|热|指数)"
)
_SAID = re.compile(
    r"\s*(?:[,，、/;；|(（]?\s*(?:男|女|性别|\d{1,3}\s*(?:周?岁|y\b|yo)|"
    r"[一二三四五六七八九十]{1,3}岁|患者|患儿|家属|身份证|病历|住院|门诊|床号|年龄|电话|手机|联系电话|医师|医生|"
    r"护士|主任|主治)|/)"
)
"""What tells that the characters before it are a name: sex, age, a telephone."""
_THANKS = frozenset(
    {"亲戚", "清楚", "感谢", "多谢", "谢谢", "致谢", "答谢", "道谢", "经常", "平常", "异常", "正常", "日常", "通常"}
)
_HARD = frozenset("的是在和与及或因于为被将对向由经请为至到从由让把给")
"""Characters of which no given name is made."""
_EDGE = re.compile(rf"(?=[^{_HAN}]|$)")
_BLANK = re.compile(r"[ (]{0,2}")
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


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    own = words()

    def either(entries: tuple[str, ...] | frozenset[str]) -> str:
        return "|".join(sorted(map(re.escape, entries), key=lambda one: (-len(one), one)))

    surname = f"(?:{either(own.compound)}|[{''.join(sorted(own.surnames))}])"
    told = re.compile(rf"(?:{either(own.before)}){_GAP}(?={surname})|(?:{either(own.weakly_before)})(?={surname})")
    titled = re.compile(rf"(?={surname})")
    called = re.compile(rf"(?:{surname})(?:[{_HAN}]{{0,2}}?)(?=(?:{either(own.titles)}))")
    whole = re.compile(surname)
    return told, titled, called, whole


def chinese_names(text: str) -> Iterator[Span]:
    """Names in folded text. One that was sure once is a name wherever it stands."""
    parts = (_told, _followed, _called, _dotted, _familiar, _masked, _alone, _placed, labelled_names, given_names)
    first = {place for part in parts for place in part(text)}
    seen = segmented(text)
    first |= {place for part in (role_names, titled_names, names_in_beds, clause_names) for place in part(seen)}
    first |= {*foreign_names(text)}
    found = sorted(first | {*_listed(text, first)})
    yield from (Span(start, end, "name") for start, end in found)
    sure = {text[start:end] for start, end in found if end - start >= 2 and not set(text[start:end]) & set(_MASK)}
    for name in sorted(sure):
        if name in words().not_names or len(name) < 2:
            continue
        for again in re.finditer(re.escape(name), text):
            yield Span(*again.span(), "name")
        for alone in re.finditer(
            rf"(?:^|(?<=[\n。，,;；])){re.escape(name[0])}(?=另嘱|[建]议|否认|[自代]?诉|说|认为|指出|同意|称|要求|拒绝|回复|答)",
            text,
        ):
            yield Span(*alone.span(), "name")
        if len(name) == 3:
            # Given names alone stay: they are words too often.
            for short in re.finditer(rf"[小老阿]{re.escape(name[0])}(?![{_HAN}]{{2}})", text):
                yield Span(*short.span(), "name")


def _told(text: str) -> Iterator[tuple[int, int]]:
    """Names behind a word for a person."""
    told, _, _, whole = _patterns()
    for found in told.finditer(text):
        at = found.end()
        head = whole.match(text, at)
        if head is None or _none(text, at):
            continue
        weak = found[0] in words().weakly_before or (found[0][-1:] in "母父夫妻子女" and len(found[0]) == 1)
        colon = found[0].rstrip('( "“「')[-1:] == ":" or found[0][-1:] == " "
        if found[0].rstrip(" (")[-1:] == "," and not _EDGE.match(
            text, _end(text, at, head.end(), loose=True) or len(text)
        ):
            continue
        end = _end(text, at, head.end(), loose=colon)
        if end is None and found[0] == "姓":
            end = head.end()
        if end is None:
            continue
        if weak and not (_after(text, end) or _title(text, end)):
            continue
        if not colon and not weak and head[0] in words().rare:
            # Behind "the patient" stands a verb far more often than one of these.
            subject = found[0].strip().endswith(("患者", "病人", "患儿", "病员", "产妇", "孕妇", "家属"))
            if not (
                _after(text, end)
                or _title(text, end)
                or (_EDGE.match(text, end) and end - at == 3)
                or (_goes_on(text, end) and head[0] not in _VERB_LIKE)
                or (not subject and _sure(text, end))
            ):
                continue
        yield at, end


def _followed(text: str) -> Iterator[tuple[int, int]]:
    """Names with sex or age behind them, at the start of a line or behind a sign."""
    _, titled, _, whole = _patterns()
    for found in titled.finditer(text):
        at = found.start()
        if (
            at
            and re.match(rf"[{_HAN}]", text[at - 1])
            and not text[:at].endswith(("患者", "病人", "患儿", "我是", "叫"))
        ):
            continue
        head = whole.match(text, at)
        if head is None or _none(text, at):
            continue
        for size in (2, 1):
            end = head.end() + size
            given = text[head.end() : end]
            if (
                len(given) == size
                and re.fullmatch(rf"[{_HAN}]+|[{re.escape(_MASK)}]+", given)
                and _SAID.match(text, end)
            ):
                yield at, end
                break


def _called(text: str) -> Iterator[tuple[int, int]]:
    """Names with a title behind them."""
    _, titled, _, whole = _patterns()
    own = words()
    for found in titled.finditer(text):
        at = found.start()
        head = whole.match(text, at)
        if head is None or _none(text, at):
            continue
        for size in (2, 1, 0):
            end = head.end() + size
            given = text[head.end() : end]
            if len(given) != size or (size and not re.fullmatch(rf"[{_HAN}{re.escape(_MASK)}]+", given)):
                continue
            if not _title(text, end):
                continue
            if set(given) & _HARD:
                continue
            if at and re.match(rf"[{_HAN}]", text[at - 1]) and head[0] in own.rare and not _open(text, at):
                continue
            yield at, end
            break


def _dotted(text: str) -> Iterator[tuple[int, int]]:
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


def _masked(text: str) -> Iterator[tuple[int, int]]:
    """Names of which a part is hidden: 张某某, 李××."""
    _, _, _, whole = _patterns()
    for found in re.finditer(
        r"某{1,2}(?![些种个人日天处院地项时段次年月类样村县市区厂公])|[×*＊○〇]{1,3}(?![\d一-鿿]?\d)|"
        r"(?<=[一-鿿])[XxＸ]{1,3}(?![\w-])",
        text,
    ):
        for size in (2, 1):
            at = found.start() - size
            head = whole.match(text, at) if at >= 0 else None
            if head and head.end() == found.start() and not _none(text, at):
                end = re.match(rf"[{_HAN}]?", text[found.end() :])
                more = (
                    end[0]
                    if end and found[0][0] in "×*○" and len(found[0]) == 1 and _EDGE.match(text, found.end() + 1)
                    else ""
                )
                yield at, found.end() + len(more)
                break


def _alone(text: str) -> Iterator[tuple[int, int]]:
    """Names that fill the beginning of a line or of a clause, and what follows says so."""
    _, titled, _, whole = _patterns()
    for found in titled.finditer(text):
        at = found.start()
        before = text[at - 1] if at else "\n"
        if re.match(rf"[{_HAN}\w]", before) or _none(text, at):
            continue
        head = whole.match(text, at)
        if head is None:
            continue
        for size in (2, 1):
            given = text[head.end() : head.end() + size]
            end = head.end() + size
            if (
                not re.fullmatch(rf"[{_HAN}]{{{size}}}", given)
                or set(given) & _HARD
                or given[-1] in words().function - _GIVEN
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


_VERB_LIKE = frozenset("应都那时向于单解全成连关任温安常管初尚计代边")
"""Surnames that are verbs or adverbs behind a subject."""
_GIVEN = frozenset("建华国军民生文心正明先主进志新永红春秋夏月日年平安康健常思义会友士才子之有如若多听意发成来开光")
"""Characters of sentences that given names end with all the same."""


_LAST = re.compile(r"[ \t]*(?:\n|$)")
_PLACED = "的是写把给叫找喊跟和与及由经请为、"


def _placed(text: str) -> Iterator[tuple[int, int]]:
    """Whole names in the middle of a clause, of frequent surnames and two more characters, before a verb or its end; in
    brackets; compound surnames anywhere; several surnames before one title."""
    _, titled, _, whole = _patterns()
    own = words()
    for found in titled.finditer(text):
        at = found.start()
        head = whole.match(text, at)
        if head is None or _none(text, at):
            continue
        before = text[at - 1] if at else "\n"
        given = text[head.end() : head.end() + 2]
        two = re.fullmatch(rf"[{_HAN}]{{2}}", given) is not None and not set(given) & (_HARD | own.function - _GIVEN)
        if (
            len(head[0]) == 2
            and two
            and head[0] not in ("单于", "东方", "第五", "百里", "西门", "南门", "东郭", "太史", "微生")
        ):
            yield at, head.end() + 2
        elif (
            before in "(("
            and (closed := re.match(rf"[{_HAN}]{{1,2}}(?=[)）])", text[head.end() :]))
            and head[0] not in own.rare
        ):
            yield at, head.end() + closed.end()
        elif head[0] in own.rare:
            if two and re.match(r"的(?:血型|化验单?|报告|病历|片子|检查结果|家属|主管|标本)", text[head.end() + 2 :]):
                yield at, head.end() + 2
        elif two and before in _PLACED and _CLAUSE.match(text, head.end() + 2):
            yield at, head.end() + 2
    for found in re.finditer(
        rf"((?:{whole.pattern})(?:[、,和及]{whole.pattern})+)(?=(?:[两二三]位|"
        rf"等)?(?:{'|'.join(map(re.escape, own.titles))}))",
        text,
    ):
        yield found.span(1)


_CLAUSE = re.compile(
    r"(?:一起|一同|都|换药|打电话|的|说|签|来|复|入|出|转|手术|查|治|做|讲|谈|联系|会诊|负责|执行|陪|$|\s*[,。;!?)\n])"
)


def _listed(text: str, known: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Further names in a list that begins with one."""
    _, _, _, whole = _patterns()
    walked: set[int] = set()  # A list is walked once, however many of its names are known.
    for _, end in sorted(known):
        while end not in walked and (part := re.match(r"\s*[、/,，和与及;&]\s*|\s{1,3}", text[end : end + 4])):
            walked.add(end)
            at = end + part.end()
            head = whole.match(text, at)
            strong = part[0].strip() in ("、", "/", "和", "与", "及", "&")
            if head is None or _none(text, at) or (not strong and head[0] in words().rare):
                break
            size = next(
                (size for size in (2, 1) if re.fullmatch(rf"[{_HAN}]{{{size}}}", text[head.end() : head.end() + size])
                 and _EDGE.match(text, head.end() + size) and not set(text[head.end() : head.end() + size]) & _HARD), 0
            )  # fmt: skip
            if not size and strong:
                size = next(
                    (size for size in (2, 1) if _title(text, head.end() + size) or _goes_on(text, head.end() + size)), 0
                )
            if not size:
                break
            yield at, head.end() + size
            end = head.end() + size


_FAMILIAR = re.compile(
    rf"(?<![{_HAN}])[老小阿]([{_HAN}])(?=说|讲|诉|称|告|问|和|与|及|、|的(?:血|病|手|复|检|报|家)|"
    rf"昨|今|早|晚|最|在|又|也|还|[^{_HAN}]|$)|"
    rf"(?<=[跟和与给让叫找同陪由请问])[老小阿]([{_HAN}])(?=[^{_HAN}]|说|讲|一起|去|来)"
)


def _familiar(text: str) -> Iterator[tuple[int, int]]:
    """What colleagues and neighbours are called."""
    for found in _FAMILIAR.finditer(text):
        name = found[1] or found[2]
        if name in words().surnames and name not in "于时房边水应年公板化大":
            yield found.span()


def _end(text: str, at: int, given: int, *, loose: bool) -> int | None:
    """Where a name that begins at ``at`` ends, whose given name begins at ``given``; None where it is none."""
    masked = re.match(rf"[{re.escape(_MASK)}]{{1,3}}", text[given : given + 3])
    if masked:
        return given + masked.end()
    han = re.match(rf"[{_HAN}]*", text[given : given + 3])
    run = len(han[0]) if han else 0
    function = words().function
    if not run:
        spaced = re.match(rf"\s{{1,3}}([{_HAN}])(?![{_HAN}]{{2}})", text[given : given + 6])
        return given + spaced.end() if spaced and loose else (given if _title(text, given) else None)
    if run == 1:
        return given + 1
    first, second = text[given], text[given + 1]
    if run == 2 and not (second in function and _goes_on(text, given + 1)):
        return given + 2
    if first in function and first not in "建上心正明主先文":
        return given if _title(text, given) else (given + 1 if loose else None)
    if second in function or _goes_on(text, given + 1) or _title(text, given + 1):
        return given + 1
    return given + 2


_VERBS = re.compile(
    r"(?:谈话|谈|审核|审|调配|发药|核对|半夜|凌晨|清晨|夜间|白天|之[母父子女妻夫]|产后|术中|因|于|"
    r"诉|自诉|代诉|主诉|入院|出院|就诊|来诊|住院|手术|行|予|无|有|为|系|曾|今|昨|现|已|未|拟|"
    r"同意|拒绝|签字|签名|表示|要求|电话|联系|男|女|陪同|送|否认|述|告知|到|在|由|经|与|和|的|说|"
    r"称|是|及|主任|医生|医师|护士|教授|先生|女士|大夫|老师|会诊|查房|检查|操作|执行|记录|复查|随访|"
    r"服用|既往|建议|认为|负责|转|从|对|被|把|将|给|来|去|找|让|请|并|可|需|应|会|能|也|都|仍|"
    r"又|再|不|最|突|约|每)"
)


def _goes_on(text: str, at: int) -> bool:
    """Whether the sentence goes on at ``at`` with a word that follows names."""
    return _VERBS.match(text, at) is not None


def _after(text: str, end: int) -> bool:
    return _SAID.match(text, end) is not None


def _sure(text: str, end: int) -> bool:
    """Whether a name ends where something else begins."""
    return _after(text, end) or _title(text, end) or _EDGE.match(text, end) is not None or _goes_on(text, end)


def _title(text: str, at: int) -> bool:
    at += len(_BLANK.match(text, at)[0])  # type: ignore[index]  # it matches nothing, too
    return text.startswith(words().titles, at)


def _none(text: str, at: int) -> bool:
    """Whether a word of the language begins here rather than a name."""
    return text.startswith(words().not_names, at) or medicine(text, at) or text[max(0, at - 1) : at + 1] in _THANKS


def _open(text: str, at: int) -> bool:
    """Whether what stands before lets a name begin."""
    return text[:at].endswith((*words().weakly_before, *words().before))
