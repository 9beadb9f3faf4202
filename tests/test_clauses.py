"""The policy's text: nothing added, nothing lost, and every offset true."""

from pathlib import Path

import pytest

from corpus import clauses
from corpus.clauses import parse
from tools.errors import PolicyError

FOLDER = Path(__file__).parent.parent / "corpus" / "liuzhou-hr-park-2024"
RESIDUE = "[bookmark: _GoBack]"  # left by the word processor in the delivered document


@pytest.fixture(scope="module")
def text() -> clauses.PolicyText:
    return clauses.load(FOLDER / "policy.md")


def test_text_is_the_delivered_document_character_by_character(text: clauses.PolicyText) -> None:
    delivered = (FOLDER / "source.txt").read_text(encoding="utf-8")
    assert delivered.count(RESIDUE) == 1
    assert text.text == delivered.replace(RESIDUE, "").rstrip()


def test_markdown_adds_heading_marks_only(text: clauses.PolicyText) -> None:
    markdown = (FOLDER / "policy.md").read_text(encoding="utf-8")
    assert "".join(markdown.replace("#", "").split()) == "".join(text.text.split())


def test_clause_ids_are_the_paths_of_their_numbers(text: clauses.PolicyText) -> None:
    assert [clause.id for clause in text.clauses] == [
        "preamble", "1", "2.1", "2.1.1", "2.1.2",
        "2.2.1", "2.2.2", "2.2.3", "2.2.4", "2.2.5", "2.2.6", "2.2.7", "closing",
    ]  # fmt: skip
    assert text.clause("2.2.5").label == "二（二）5 经济贡献奖励"


def test_clauses_and_section_headings_make_up_the_whole_text(text: clauses.PolicyText) -> None:
    rest = text.text
    for clause in text.clauses:
        assert rest.count(clause.text) == 1
        rest = rest.replace(clause.text, "")
    assert rest.split() == ["二、工作措施", "（二）支持产业园高质量发展"]


def test_sentences_are_true_spans_and_lose_nothing(text: clauses.PolicyText) -> None:
    for clause in text.clauses:
        spans = clause.sentences
        assert all(clause.text[span.start : span.end] == span.text for span in spans)
        assert "".join(span.text for span in spans) == clause.text.replace("\n", "")


UNITS = [
    ("2.1.1", {"牵头": ("市人社局",), "责任": ("市人力资源服务产业园建设工作领导小组各成员单位",)}),
    ("2.2.1", {"牵头": ("市人社局",), "责任": ("市财政局",)}),
    ("2.2.4", {"牵头": ("市委组织部",), "责任": ("市人社局",)}),
    (
        "2.2.5",
        {
            "牵头": ("市人力资源社会保障局", "市投资促进局"),
            "配合": ("市财政局", "柳东新区管委会", "阳和工业新区（北部生态新区）管委会"),
        },
    ),
    ("2.2.7", {"牵头": ("市人社局",), "责任": ("各县、区人社局",)}),
    ("closing", {}),
]


@pytest.mark.parametrize(("clause_id", "units"), UNITS)
def test_units(text: clauses.PolicyText, clause_id: str, units: dict[str, tuple[str, ...]]) -> None:
    assert text.clause(clause_id).units == units


DOCUMENTS = [
    ("preamble", ("人社部发〔2019〕86号", "人社部函〔2023〕39号", "桂人社发〔2022〕24号")),
    ("2.2.5", ("柳政规〔2022〕8号",)),
    ("2.2.6", ("柳发〔2022〕7号",)),
    ("2.2.7", ("柳人社规〔2022〕2号",)),
    ("closing", ("柳政规〔2022〕16号",)),
    ("1", ()),
]


@pytest.mark.parametrize(("clause_id", "documents"), DOCUMENTS)
def test_documents(text: clauses.PolicyText, clause_id: str, documents: tuple[str, ...]) -> None:
    assert text.clause(clause_id).documents == documents


BROKEN = [
    ("正文在前", "之前不应有正文"),
    ("# 办法\n正文\n## 没有编号的标题\n内容", "没有编号"),
    ("# 办法\n正文\n## 一、甲\n内容\n## 一、乙\n内容", "重复"),
    ("", "没有条款"),
]


@pytest.mark.parametrize(("markdown", "message"), BROKEN)
def test_a_text_of_another_form_is_refused(markdown: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse(markdown)


def test_articles_and_chapters_are_numbered_by_their_path() -> None:
    found = parse("# 办法\n引言\n## 第一章 总则\n### 第十二条 目的\n内容甲\n### 第二十条 范围\n内容乙\n##\n结尾")
    assert [clause.id for clause in found.clauses] == ["preamble", "1.12", "1.20", "closing"]


def test_a_quote_that_stands_twice_or_nowhere_is_refused(text: clauses.PolicyText) -> None:
    clause = text.clause("2.2.5")
    with pytest.raises(PolicyError, match="不止一次"):
        clause.find("一次性奖励不超过")
    with pytest.raises(PolicyError, match="不在条款"):
        clause.find("一次性奖励不超过16万元")
