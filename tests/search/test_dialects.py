"""Strategies in the syntax of PubMed, SinoMed and CNKI: there and back, and what is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StrategySyntax
from kg.search.strategy.dialects.registry import DIALECTS
from kg.search.strategy.parsing import parse
from kg.search.strategy.tree import FIELDS, Days, Field, FieldName, Heading, Pattern, Phrase, Range, Term, Tree
from kg.search.strategy.writing import write
from tests.search.trees import DAYS, PLAIN, TREES, WORD, trees

SIGNS = set("\\\"“”＂'‘’＇*?%％/+")
SAFE = WORD.filter(lambda word: not SIGNS & set(word) and word[0] not in ",-")
YEARS = st.integers(1000, 2999)
SPANS = st.one_of(
    st.tuples(YEARS, YEARS).map(lambda years: Range(min(years), max(years))),
    YEARS.map(lambda year: Range(year, None)),
    YEARS.map(lambda year: Range(None, year)),
)
PHRASES = st.lists(SAFE, min_size=1, max_size=3).map(lambda words: Phrase(" ".join(words)))
HEADINGS = st.builds(Heading, PLAIN, st.booleans(), st.booleans(), st.one_of(st.just(""), PLAIN))
SINGLE = PLAIN.map(lambda word: Pattern(f"ab{word}?x"))
STARRED = PLAIN.map(lambda word: Pattern(f"ab{word}*"))


def sayable(
    names: set[str],
    patterns: st.SearchStrategy[Pattern] | None,
    headings: bool,
    dates: st.SearchStrategy[Range | Days] = SPANS,
) -> st.SearchStrategy[Tree]:
    plain: list[FieldName] = [name for name in FIELDS if name in names and name not in ("py", "mh")]
    values = [SAFE.map(Term), PHRASES, *([] if patterns is None else [patterns])]
    fields = [
        st.builds(Field, st.sampled_from(plain), st.one_of(*values)),
        st.builds(Field, st.just("py"), dates),
        *([st.builds(Field, st.just("mh"), HEADINGS)] if headings else []),
    ]
    return trees(st.one_of(*fields), history=headings)


EVERY = set(FIELDS) - {"jl"}
SAYABLE = {
    "pubmed": sayable(EVERY - {"cl"}, STARRED, True, st.one_of(SPANS, DAYS)),
    "sinomed": sayable(EVERY - {"tiab", "sh", "pmid"}, st.one_of(STARRED, SINGLE), True),
    "cnki": sayable(EVERY - {"all", "sh", "vo", "ip", "pg", "pmid", "la", "pt", "cy"}, None, False),
}  # fmt: skip


@pytest.mark.parametrize("name", SAYABLE)
@given(data=st.data())
@settings(max_examples=150)
def test_what_a_dialect_can_say_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    tree = data.draw(SAYABLE[name])
    translation = DIALECTS[name].translate(tree)
    assert translation.losses == ()
    assert DIALECTS[name].parse(translation.text) == tree


@pytest.mark.parametrize("name", SAYABLE)
@given(tree=TREES)
@settings(max_examples=100)
def test_any_tree_gives_a_text_that_is_read_or_says_what_is_lost(name: str, tree: Tree) -> None:
    translation = DIALECTS[name].translate(tree)
    assert translation.text
    for loss in translation.losses:
        for language in ("zh", "en"):
            assert "strategy." not in loss.told(language)
    if not translation.losses:
        DIALECTS[name].parse(translation.text)


@pytest.mark.parametrize(
    ("strategy", "pubmed", "sinomed", "cnki"),
    [
        ("ti:哮喘", "哮喘[ti]", "哮喘[标题]", "TI=哮喘"),
        ('ti:"heart failure"', '"heart failure"[ti]', '"heart failure"[标题]', "TI='heart failure'"),
        ("ti:heart failure", "heart[ti] AND failure[ti]", "heart[标题] AND failure[标题]", "TI=heart AND TI=failure"),
        ("(ti:a OR kw:b) NOT au:c", "(a[ti] OR b[ot]) NOT c[au]", "(a[标题] OR b[关键词]) NOT c[作者]",
         "(TI=a OR KY=b) NOT AU=c"),
        ("py:2015-2020", "2015:2020[dp]", "2015-2020[日期]", "YE BETWEEN ('2015','2020')"),
        ("py:2015", "2015[dp]", "2015[日期]", "YE='2015'"),
        ("py:2021/03-2022/09", "2021/03:2022/09[dp]", "2021-2022[日期]", "YE BETWEEN ('2021','2022')"),
        ("py:2021/03-", "2021/03:3000[dp]", "2021-[日期]", "YE BETWEEN ('2021','3000')"),
        ("py:-2021/03", "0001:2021/03[dp]", "-2021[日期]", "YE BETWEEN ('0001','2021')"),
        ("py:2021/03/05", "2021/03/05[dp]", "2021[日期]", "YE='2021'"),
        ("py:2021/03", "2021/03[dp]", "2021[日期]", "YE='2021'"),
        ('mh*:"哮喘/药物疗法"', '"哮喘/药物疗法"[majr]', '"哮喘/药物疗法"[加权:扩展]', None),
        ("tiab:asthm*", '"asthm*"[tiab]', '"asthm%"[标题] OR "asthm%"[摘要] OR "asthm%"[关键词]', None),
        ("is:11-2137/R", "11-2137/R[is]", "11-2137/R[ISSN]", "CN=11-2137/R"),
    ],
)  # fmt: skip
def test_what_is_written(strategy: str, pubmed: str, sinomed: str, cnki: str | None) -> None:
    for name, text in (("pubmed", pubmed), ("sinomed", sinomed), ("cnki", cnki)):
        if text is not None:
            assert DIALECTS[name].translate(parse(strategy)).text == text


@pytest.mark.parametrize(
    ("name", "strategy", "whys"),
    [
        ("pubmed", "cl:R541", ["field"]),
        ("pubmed", "ti:wom?n", ["one"]),
        ("pubmed", r'ti:"say \"yes\""', ["sign"]),
        ("sinomed", "pmid:1 OR sh:therapy", ["field", "field"]),
        ("sinomed", 'ti:"100%"', ["sign"]),
        ("cnki", 'mh*:"哮喘/药物疗法"', ["heading"]),
        ("cnki", "ti:asthm*", ["pattern"]),
        ("cnki", "#1", ["history"]),
        ("cnki", "py:2021/03-", ["month"]),
        ("sinomed", "py:2021/03 OR jl:a", ["month", "field"]),
        ("pubmed", "jl:a", ["field"]),
        ("cnki", "vo:12 AND la:chi", ["near", "near"]),
        ("cnki", 'au:"O\'Brien"', ["sign"]),
    ],
)
def test_what_is_lost_is_told(name: str, strategy: str, whys: list[str]) -> None:
    translation = DIALECTS[name].translate(parse(strategy))
    assert [loss.why for loss in translation.losses] == whys


@pytest.mark.parametrize(
    ("name", "text", "canonical"),
    [
        ("pubmed", "a[ti] OR b[ti] AND c[ti]", "(ti:a OR ti:b) AND ti:c"),
        ("sinomed", "a[标题] OR b[标题] AND c[标题]", "ti:a OR (ti:b AND ti:c)"),
        ("sinomed", '"哮喘"[常用字段:智能] AND "肺%"[中文标题]', '"哮喘" AND ti:肺*'),
        ("cnki", "TI='哮喘'*'儿童'+'喘息' and AU=王", '((ti:"哮喘" AND ti:"儿童") OR ti:"喘息") AND au:王'),
        ("cnki", "SU=('a'+'b')*'c' OR KY % 'd' NOT FI='e'",
         '(((tiab:"a" OR tiab:"b") AND tiab:"c") OR kw:"d") NOT fau:"e"'),
        ("cnki", "YE BETWEEN ('2015','3000') AND （TI='哮喘'-'成人'）", 'py:2015- AND (ti:"哮喘" NOT ti:"成人")'),
    ],
)  # fmt: skip
def test_what_is_read(name: str, text: str, canonical: str) -> None:
    assert write(DIALECTS[name].parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "why", "line", "column"),
    [
        ("", "strategy-empty", 1, 1),
        ("TI='哮喘' AND", "strategy-unexpected", 1, 12),
        ("XX='a'", "strategy-field", 1, 1),
        ("TI='a", "strategy-quote", 1, 4),
        ("(TI='a'", "strategy-bracket", 1, 1),
        ("TI='a' *", "strategy-unexpected", 1, 9),
        ("哮喘", "strategy-unexpected", 1, 1),
        ("YE='20x'", "strategy-year", 1, 4),
        ("TI=''", "strategy-empty", 1, 4),
    ],
)
def test_what_cnki_cannot_read_is_told_with_its_place(text: str, why: str, line: int, column: int) -> None:
    with pytest.raises(StrategySyntax) as raised:
        DIALECTS["cnki"].parse(text)
    assert tuple(raised.value.params[key] for key in ("why", "line", "column")) == (why, line, column)
