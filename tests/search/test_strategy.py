"""The field search language: what users write, what it means, what is refused and where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StrategySyntax
from kg.search.strategy.description import describe
from kg.search.strategy.grammar import DEEPEST, MOST_CHARACTERS
from kg.search.strategy.names import KNOWN, naming
from kg.search.strategy.parsing import MOST_LEAVES, parse
from kg.search.strategy.tree import FIELDS, Tree
from kg.search.strategy.writing import write
from tests.search.trees import TREES


@given(TREES)
@settings(max_examples=400)
def test_what_is_written_is_read_as_the_same_tree(tree: Tree) -> None:
    assert parse(write(tree)) == tree


SIGNS = tuple('()"[]:=#1*?-\\/ 　（“：\x00\n')
WORDS = (
    "and", "OR ", "not", "与", "ti:", "mh*:", "[majr]", "[dp]", "py:", "2015", "哮喘", "asthma", "#1 ", "au:", "[ti]",
)  # fmt: skip
PIECES = st.one_of(st.sampled_from(SIGNS + WORDS), st.characters())


def read(text: str) -> Tree | StrategySyntax:
    """The tree, or why there is none."""
    try:
        return parse(text)
    except StrategySyntax as error:
        return error


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=1_000)
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    found = read(text)
    if isinstance(found, StrategySyntax):
        assert 1 <= int(str(found.params["line"])) <= text.count("\n") + 1
        assert 1 <= int(str(found.params["column"])) <= len(text) + 1
        assert "reason." not in found.text("zh")
    else:
        assert parse(write(found)) == found


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("asthma", "asthma"),
        ("heart failure", "heart failure"),
        ("heart fail*", "heart AND fail*"),
        ('"heart fail*"[ti]', 'ti:"heart fail*"'),
        ("asthma[ti]", "ti:asthma"),
        ("asthma [Title/Abstract]", "tiab:asthma"),
        ("heart failure[tiab] child[ti]", "tiab:heart failure AND ti:child"),
        ("asthma[mh]", 'mh:"asthma"'),
        ("asthma[majr]", 'mh*:"asthma"'),
        ("asthma[MeSH Terms:noexp]", 'mh-noexp:"asthma"'),
        ("asthma[majr:noexp]", 'mh*-noexp:"asthma"'),
        ('mh:"Asthma/drug therapy"', 'mh:"Asthma/drug therapy"'),
        ("“哮喘”[加权:扩展]", 'mh*:"哮喘"'),
        ("“哮喘”[不加权:不扩展]", 'mh-noexp:"哮喘"'),
        ("标题：哮喘", "ti:哮喘"),
        ("题名＝哮喘 与 儿童", "ti:哮喘 AND 儿童"),
        ("（标题：哮喘 或 摘要：喘息） 非 文献类型：综述", "(ti:哮喘 OR ab:喘息) NOT pt:综述"),
        ("主题词：哮喘", 'mh:"哮喘"'),
        ("第一作者：张伟 AND 单位：北京协和医院", "fau:张伟 AND ad:北京协和医院"),
        ("分类号：R541*", "cl:R541*"),
        ("TI=哮喘 AND KY=儿童 NOT AU=王", "ti:哮喘 AND (kw:儿童 NOT au:王)"),
        ('"标题":哮喘', "ti:哮喘"),
        ("ti:(asthma OR copd)", "ti:asthma OR ti:copd"),
        ("(asthma OR copd[ab])[ti]", "ti:asthma OR ab:copd"),
        ("Zhang W[1au]", "fau:Zhang W"),
        ("Zhang W*[au]", 'au:"Zhang W*"'),
        ("2015:2020[dp]", "py:2015-2020"),
        ("2015-2020[出版年]", "py:2015-2020"),
        ("py:2015", "py:2015"),
        ("年：2015-", "py:2015-"),
        ("2015:3000[dp]", "py:2015-"),
        ("py:-2020", "py:-2020"),
        ("2021/03:2021/09[dp]", "py:2021/03-2021/09"),
        ("2021/3[dp]", "py:2021/03"),
        ("py:2021/03-", "py:2021/03-"),
        ("2021/03:3000[dp]", "py:2021/03-"),
        ("py:-2021/09", "py:-2021/09"),
        ("日期：2019-2021/09", "py:2019/01-2021/09"),
        ("py:2021/03..2022", "py:2021/03-2022/12"),
        ("2021/03/05[dp]", "py:2021/03/05"),
        ("2021/3/5:2021/09/30[dp]", "py:2021/03/05-2021/09/30"),
        ("2021/03/05:3000[dp]", "py:2021/03/05-"),
        ("0001:2021/03/05[dp]", "py:-2021/03/05"),
        ("py:2021/03/05-2021/03", "py:2021/03/05-2021/03"),
        ("py:2021-03-05", "py:2021/03/05"),
        ("日期：2021-03-05..2021-09-30", "py:2021/03/05-2021/09/30"),
        ("2021年3月5日[日期]", "py:2021/03/05"),
        ("日期：2021年3月5日至2021年9月", "py:2021/03/05-2021/09"),
        ("日期：2015年到2020年", "py:2015-2020"),
        ("日期：２０２１年３月～２０２２年", "py:2021/03-2022/12"),
        ("年：2015年至", "py:2015-"),
        ("#1 AND #2", "#1 AND #2"),
        ("＃1 not ＃2", "#1 NOT #2"),
        ("a OR b AND c NOT d", "a OR (b AND (c NOT d))"),
        ("a AND NOT b", "a NOT b"),
        ("和谐 和 与非门", "和谐 AND 与非门"),
        ("doi:10.1000/a:b", 'doi:"10.1000/a:b"'),
        ("糖？病", "糖?病"),
        ("“高血压怎么办？”", '"高血压怎么办？"'),
        (r'"what\?"', r'"what\?"'),
        ("ＡＳＴＨＭＡ　ＡＮＤ　ｃｏｐｄ", "ASTHMA AND copd"),
    ],
)
def test_what_users_write(text: str, canonical: str) -> None:
    tree = parse(text)
    assert write(tree) == canonical
    assert parse(canonical) == tree


@pytest.mark.parametrize(
    ("text", "why", "line", "column"),
    [
        ("", "strategy-empty", 1, 1),
        ("  ", "strategy-empty", 1, 1),
        ('""', "strategy-empty", 1, 1),
        ("asthma AND", "strategy-unexpected", 1, 11),
        ("AND asthma", "strategy-unexpected", 1, 1),
        ("a AND\nOR b", "strategy-unexpected", 2, 1),
        ("NOT a", "strategy-unexpected", 1, 1),
        ("(a OR b", "strategy-bracket", 1, 1),
        ("a OR b)", "strategy-unexpected", 1, 7),
        ("a [", "strategy-unexpected", 1, 3),
        ("()", "strategy-unexpected", 1, 2),
        ('a AND "b', "strategy-quote", 1, 7),
        ("xyz:a", "strategy-field", 1, 1),
        ("a AND b[xyz]", "strategy-field", 1, 8),
        ("a[ti:noexp]", "strategy-field", 1, 2),
        ("py:2015-13-40", "strategy-year", 1, 4),
        ("py:2020-2015", "strategy-year", 1, 4),
        ("py:2021/13", "strategy-year", 1, 4),
        ("py:2021/02/29", "strategy-year", 1, 4),
        ("py:2021/00", "strategy-year", 1, 4),
        ("py:2021/03/00", "strategy-year", 1, 4),
        ("py:2021/03/15-2021/02", "strategy-year", 1, 4),
        ("py:2021年13月", "strategy-year", 1, 4),
        ("py:2021/1/2/3", "strategy-year", 1, 4),
        ("py:2021/09-2021/03", "strategy-year", 1, 4),
        ("py:-", "strategy-year", 1, 4),
        ("ti:a*", "strategy-short", 1, 4),
        ("mh:asthm*", "strategy-heading", 1, 4),
        ("ti:", "strategy-unexpected", 1, 4),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), "strategy-deep", 1, DEEPEST + 1),
        ("a" * (MOST_CHARACTERS + 1), "strategy-long", 1, MOST_CHARACTERS + 1),
        (" OR ".join(["a"] * (MOST_LEAVES + 1)), "strategy-leaves", 1, 1),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, why: str, line: int, column: int) -> None:
    with pytest.raises(StrategySyntax) as raised:
        parse(text)
    params = raised.value.params
    assert (params["why"], params["line"], params["column"]) == (why, line, column)
    for language in ("zh", "en"):
        told = raised.value.text(language)
        assert "reason." not in told
        assert "expected." not in told
        assert "{" not in told
        assert str(column) in told


def test_an_error_repeats_nothing_that_was_written() -> None:
    with pytest.raises(StrategySyntax) as raised:
        parse("zqxcanary:secret AND (")
    assert "zqxcanary" not in str(raised.value)


def test_every_field_has_names_and_every_name_a_field() -> None:
    assert set(KNOWN.values()) == set(FIELDS)
    assert all(naming(name) is not None for name in KNOWN)
    assert all(KNOWN[field] == field for field in FIELDS)


@given(TREES)
@settings(max_examples=100)
def test_every_tree_is_told_in_words(tree: Tree) -> None:
    for language in ("zh", "en"):
        assert "strategy." not in describe(tree, language).replace("earlier strategy", "")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("ti:heart failure", "题名同时含“heart”且“failure”", "title has all of “heart” and “failure”"),
        ("au:Zhang W", "作者含“Zhang W”", "author has “Zhang W”"),
        ('mh*:"哮喘/诊断"', "主要主题词为“哮喘”或其下位词，副主题词为“诊断”",
         "major subject heading is “哮喘” or narrower, with subheading “诊断”"),
        ("mh-noexp:a NOT (#1 OR cl:R5*)", "主题词为“a”，但排除（历史检索式 1或分类号含形如“R5*”的词）",
         "subject heading is “a”, but not (earlier strategy 1 or Chinese Library Classification has words like “R5*”)"),
        ("py:2015-2020", "年份为 2015 至 2020", "year from 2015 to 2020"),
        ("py:2021/03-", "日期自 2021/03", "date from 2021/03"),
        ("py:2021/03", "日期为 2021/03", "date 2021/03"),
        ("py:2021/03/05-2021/04", "日期为 2021/03/05 至 2021/04", "date from 2021/03/05 to 2021/04"),
        ("py:-2021/09", "日期至 2021/09", "date until 2021/09"),
    ],
)  # fmt: skip
def test_how_it_is_told(text: str, zh: str, en: str) -> None:
    assert (describe(parse(text), "zh"), describe(parse(text), "en")) == (zh, en)
