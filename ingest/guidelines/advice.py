"""What a sentence advises: the direction, for whom, and what. No sentence is advice by its words alone.

``ingest.guidelines.finder`` asks for a grade, a number or a place in a guideline beside them.
"""

from __future__ import annotations

import re

import msgspec

from kg.model.guideline import Advice


class Advised(msgspec.Struct, frozen=True):
    """Parts of a sentence, in its own words; ``population`` is empty where it does not say for whom."""

    direction: Advice
    population: str
    intervention: str
    explicit: bool = False
    """Whether it says recommend or suggest (推荐, 建议), where other sentences say should or may."""


_LONGEST = 2000
"""Code points; what is longer is no sentence but a text that was not taken apart."""
_PERSONS = (
    r"(?:adults?|patients?|people|persons?|children|child|infants?|newborns?|neonates?|women|men|girls|boys|mothers|"
    r"individuals|adolescents|contacts|those|smokers|drinkers|drivers|workers|athletes|swimmers|runners|donors|carriers|"
    r"recipients|survivors|travell?ers|residents|inpatients|outpatients|relatives|partners|caregivers)\b"
)
_WHOM = re.compile(rf"\s(?:in|for|among|to)\s+((?:(?!(?:in|for|among|to)\b)[\w'-]+\s){{0,4}}?{_PERSONS}.*)$", re.I)
_PERSON_FIRST = re.compile(rf"(?:[\w'-]+\s){{0,3}}?{_PERSONS}", re.I).match
_WHOM_ENDS = re.compile(
    r",\s|;\s|\s(?:in|within|during|for|after) (?:the (?:first|last|next)|\w+ (?:days|weeks|months)\b)", re.I
)
_BEFORE = re.compile(r"(?:In|For|Among|With)\s+(.+?),?\s*", re.I).fullmatch
_WE = re.compile(
    r"(?:\b(?:we|(?:the|this|our) (?:[\w-]+ ){0,4}?(?:panel|committee|task force|group|guideline|society|college|"
    r"academy|association|federation))|(?-i:\b[A-Z]{2,6}))\s+"
    r"(?P<denied>(?:do|does) not\s+)?(?:(?:strongly|conditionally|weakly|therefore|also)\s+)*"
    r"(?:recommend|suggest|advise)s?\s+(?P<against>against\s+)?(?:that\s+)?(?P<negated>not\s+(?:to\s+)?)?(?P<what>.+)",
    re.I,
)
_PASSIVE = re.compile(
    r"(?P<what>.+?)\s+(?:is|are)\s+(?P<negated>not\s+)?(?:(?:strongly|conditionally|generally)\s+)*"
    r"(?P<verb>recommended|suggested|advised|preferred|indicated|contraindicated)(?P<rest>\b.*)",
    re.I,
)
_NO_PLACE = re.compile(r"(?P<what>.+?)\s+(?:has|have) no (?:place|role)\b(?P<rest>.*)", re.I)
_MODAL = re.compile(
    r"(?P<subject>.+?)\s+(?P<modal>should|must|ought to|may|can)\s+(?P<negated>not\s+|never\s+)?(?P<rest>.+)", re.I
)
_ORDER = re.compile(
    r"(?:(?P<negated>do not|don't|never)\s+(?:routinely\s+)?(?:(?:offer|use|give|consider|prescribe)\s+)?|"
    r"(?P<avoid>avoid)\s+|(?:offer|use|give|consider|prescribe|start|stop|refer|measure|perform|provide|monitor|treat|"
    r"discuss|assess|screen|test|ensure|advise)\s+)(?P<what>.+)",
    re.I,
)
_CLINICIANS = re.compile(
    r"(?:clinicians|physicians|doctors|nurses|providers|(?:\w+ )?(?:professionals|teams|staff))", re.I
)
_TELL = re.compile(
    rf"\w+\s+(?P<whom>(?:[\w'-]+\s){{0,3}}?{_PERSONS}.*?)\s+(?P<what>(?:when|about|to|that|how|whether)\b.+)", re.I
)
_AUXILIARY = re.compile(r"(?:be\s+)?(?:(?:offered|given|receive|have|undergo|start(?:ed on)?|be)\s+)", re.I)
_PLAIN_VERB = re.compile(r"(?:use|offer|give|provide|prescribe)\s+", re.I)
_PERMITTED = re.compile(r"be (?:used|considered|offered|given)\b|(?:use|offer|give|consider|prescribe)\b", re.I).match
_OPENING = re.compile(rf"(?:In|For|Among)\s+((?:[\w'-]+\s){{0,4}}?{_PERSONS}[^,]*),\s+", re.I).match
_THAT = re.compile(r"^\s*(?:that|to)\s+")
_NOT = re.compile(
    r"\bshould not\b|\bnot be\b|^(?:clinicians|physicians|doctors|\w+ professionals)\s+(?:do\s+)?not\b", re.I
)
_EITHER = re.compile(r"\beither\b.+\bor\b", re.I)


def advised(sentence: str) -> Advised | None:
    """What ``sentence`` (without number and grade) advises; None where it has not the form of advice.

    >>> found = advised("In adults with gout, we suggest not using Xalor")
    >>> found.direction, found.population, found.intervention
    ('against', 'adults with gout', 'using Xalor')
    >>> advised("不推荐孕妇使用替拉唑").population
    '孕妇'
    """
    text = sentence.strip(" \t*_.。")
    if len(text) > _LONGEST:
        return None
    return _chinese(text) if re.search(r"[\u4e00-\u9fff]", text) else _english(text)


def _english(text: str) -> Advised | None:
    if found := _WE.search(text):
        before = _BEFORE(text[: found.start()])
        negated = any(found[name] for name in ("denied", "against", "negated"))
        return _parts(found["what"], before[1] if before else "", negated, explicit=True)
    opening = _OPENING(text)
    whom = opening[1] if opening else ""
    rest = text[opening.end() :] if opening else text
    if found := _PASSIVE.fullmatch(rest):
        negated = bool(found["negated"]) != (found["verb"].lower() == "contraindicated")
        negated = negated or found["rest"].lstrip().startswith("against")
        if found["what"].lower() == "it":
            return _parts(_THAT.sub("", found["rest"]), whom, negated, explicit=True)
        return Advised(_direction_of(negated), whom or _split(f" {found['rest']}")[1], found["what"], True)
    if found := _NO_PLACE.fullmatch(rest):
        return Advised("against", whom or _split(f" {found['rest']}")[1], found["what"])
    if found := _ORDER.fullmatch(rest):
        return _parts(found["what"], whom, bool(found["negated"] or found["avoid"]))
    return _modal(rest, whom)


def _modal(text: str, whom: str) -> Advised | None:
    """``Clinicians should offer …``, ``People with … should receive …``, ``… should be given to …``."""
    found = _MODAL.fullmatch(text)
    if not found:
        return None
    subject, rest, negated = found["subject"], found["rest"], bool(found["negated"])
    if found["modal"].lower() in ("may", "can") and not (_EITHER.search(text) or _PERMITTED(rest)):
        return None
    if _CLINICIANS.fullmatch(subject):
        if told := _TELL.fullmatch(rest):
            return Advised(_direction_of(negated), told["whom"], told["what"])
        return _parts(_PLAIN_VERB.sub("", rest, count=1), whom, negated)
    if _PERSON_FIRST(subject) and not whom:
        return Advised(_direction_of(negated, rest), subject, _AUXILIARY.sub("", rest, count=1))
    return Advised(_direction_of(negated, subject), whom or _split(f" {rest}")[1], subject)


def _parts(what: str, whom: str, negated: bool, explicit: bool = False) -> Advised:
    if not whom:
        what, whom = _split(what)
    return Advised(_direction_of(negated or bool(_NOT.search(what)), what), whom, what, explicit)


def _direction_of(negated: bool, what: str = "") -> Advice:
    if negated:
        return "against"
    return "either" if _EITHER.search(what) else "for"


def _split(what: str) -> tuple[str, str]:
    """(what, for whom) where the words name people."""
    found = _WHOM.search(what)
    if not found:
        return what, ""
    end = _WHOM_ENDS.search(found[1])
    return what[: found.start()], found[1][: end.start()] if end else found[1]


_PEOPLE = (
    r"(?:患者|病人|人群|孕妇|孕产妇|产妇|妇女|女性|男性|儿童|婴幼儿|婴儿|新生儿|青少年|成人|成年人|老年人|老人|接触者|"
    r"感染者|携带者|供者|受者|高危者|吸烟者)+"
)
_VERB = (
    r"(?P<verb>不推荐|不建议|不宜|不应当?|不得|禁止|避免|反对|(?:强烈|优先)?(?<![强弱级])推荐(?!意见|强度|等级|级别|类别|方案)|"
    r"(?:强烈)?建议|应当|应该|应|宜|可以?考虑|可以?选择|可以?选用|可以|可|须|需要?)"
)
_SPEAKER = r"(?:(?:我们|本指南|本共识|专家组|工作组|指南制订组)(?:强烈)?)?"
_FOR_WHOM = re.compile(rf"(?:对于?|针对|在)(?P<whom>.+?)中?[，,]\s*{_SPEAKER}{_VERB}(?P<what>.+)", re.DOTALL)
_VERB_FIRST = re.compile(
    rf"{_SPEAKER}{_VERB}(?:对于?|在|为|向)?(?P<whom>[^，,。；]*?{_PEOPLE})中?(?P<what>.+)", re.DOTALL
)
_USED_FOR = re.compile(rf"(?P<what>[^，,。；]+?){_VERB}(?:应用于|用于)(?P<whom>[^，,。；]*?{_PEOPLE}).*", re.DOTALL)
_WHOM_FIRST = re.compile(rf"(?P<whom>[^，,。；]*?{_PEOPLE})[，,]?{_SPEAKER}{_VERB}(?P<what>.+)", re.DOTALL)
_STANDARD = re.compile(r".+?(?:为|是)(?:标准|首选|一线)(?:的)?(?:治疗|方案|用药|药物|方法).*", re.DOTALL)
_PLAIN = re.compile(rf"{_SPEAKER}{_VERB}(?P<what>.+)", re.DOTALL)
_ANYWHERE = re.compile(rf"(?P<what>[^，,。；]+?){_VERB}(?P<rest>.+)", re.DOTALL)
_AGAINST = ("不", "禁止", "避免", "反对")
_EXPLICIT = ("推荐", "建议")


def _chinese(text: str) -> Advised | None:
    for form in (_FOR_WHOM, _VERB_FIRST, _USED_FOR, _WHOM_FIRST, _PLAIN):
        if found := form.fullmatch(text):
            whom = found.groupdict().get("whom") or ""
            return _said(found["verb"], whom, found["what"].strip("，, "), found["what"])
    if found := _ANYWHERE.fullmatch(text):
        return _said(found["verb"], "", text, found["rest"])
    if _STANDARD.fullmatch(text):
        return Advised("for", "", text)
    return None


def _said(verb: str, whom: str, what: str, behind: str) -> Advised:
    direction: Advice = "for"
    if verb.startswith(_AGAINST) or behind.startswith(_AGAINST):
        direction = "against"
    elif verb.startswith("可") and "或" in behind:
        direction = "either"
    return Advised(direction, whom, what, verb.endswith(_EXPLICIT))
