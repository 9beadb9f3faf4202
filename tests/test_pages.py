"""What the pages show: nothing obeyed that was typed, every quote marked where it stands."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.events import Event
from assistant.pages import render
from assistant.pages.conversation import Conversation
from assistant.pages.examples import examples
from assistant.pages.policy import link
from assistant.pages.quoting import heading_end, marked, merged, occurrences
from assistant.settings import Settings
from tools.errors import StoreError

TAG = re.compile(r"<[^>]*>")
MARK = re.compile(r"<mark>(.*?)</mark>", re.S)
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_assistant(Settings(data=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def answer(engine: Assistant) -> Answer:
    return engine.ask(AskRequest(question=QUESTION))


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda ends: (min(ends), max(ends))), max_size=5)


@given(st.text(max_size=40), spans)
def test_marking_changes_no_character(text: str, given_spans: list[tuple[int, int]]) -> None:
    inside = merged((start, min(end, len(text))) for start, end in given_spans if start < min(end, len(text)))
    html = marked(text, 0, len(text), inside)
    assert unescape(html.replace("<mark>", "").replace("</mark>", "")) == text
    assert [unescape(words) for words in MARK.findall(html)] == [text[start:end] for start, end in inside]


@given(st.text(alphabet="ab<&>", max_size=12), st.text(alphabet="ab<&>", min_size=1, max_size=3))
def test_occurrences_are_all_there_is(text: str, words: str) -> None:
    found = occurrences(text, words)
    assert all(text[start:end] == words for start, end in found)
    assert len(found) == text.count(words)


def test_a_heading_is_the_beginning_of_its_clause(engine: Assistant) -> None:
    for clause in engine.policies[engine.default_policy].text.clauses:
        head = clause.text[: heading_end(clause)]
        assert clause.text.startswith(head)
        assert head.rstrip("。").endswith(clause.heading) or clause.id in ("preamble", "closing")


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("你好", '<div class="said">你好</div>'),
        ("<b>x</b>", '<div class="said">&lt;b&gt;x&lt;/b&gt;</div>'),
        ("一\n\n\n二", '<div class="said">一<br><br><br>二</div>'),
        ("一\r\n二", '<div class="said">一<br>二</div>'),
        ("a\x00b\x1b", '<div class="said">a\ufffdb\ufffd</div>'),
        ('" onload="x', '<div class="said">&quot; onload=&quot;x</div>'),
    ],
)
def test_a_question_is_shown_as_typed(typed: str, html: str) -> None:
    assert render.question(typed) == html


@pytest.mark.parametrize(
    ("text", "has", "has_not"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;", "<script"),
        ("<img src=x onerror=alert(1)>", "&lt;img", "<img"),
        ("![图](https://elsewhere.example/x.png)", "图", "<img"),
        ("[点](https://elsewhere.example)", "点", 'href="https'),
        ("[点](javascript:alert(1))", "点", 'href="javascript'),
        ("[二（二）5](/policy/p#2.2.5)", '<a href="/policy/p#2.2.5">', "](/policy"),
        ("一\n\n二", "<p>二</p>", "\n\n"),
        ("|a|b|\n|-|-|\n|1|2|", "<td>2</td>", "|"),
        ("```\n一\n\n\n二\n```", "<pre>", "\n\n"),
    ],
)
def test_an_answer_is_rendered_safely(engine: Assistant, answer: Answer, text: str, has: str, has_not: str) -> None:
    html = render.answer(answer.model_copy(update={"answer": text}), engine.policies)
    shown = html[html.index('<div class="text">') : html.index('<div class="clauses">')]
    assert has in shown
    assert has_not not in shown


def test_each_cited_clause_opens_with_its_quotes_marked(engine: Assistant, answer: Answer) -> None:
    html = render.answer(answer, engine.policies)
    policy = engine.policies[engine.default_policy]
    details = re.findall(r"<details>.*?</details>", html, re.S)
    assert len(details) == len({citation.clause_id for citation in answer.citations})
    for citation in answer.citations:
        opened = next(one for one in details if citation.label in one)
        clause = re.search(r'<div class="clause">(.*?)</div>', opened, re.S)
        assert clause
        assert unescape(TAG.sub("", clause[1])) == policy.text.clause(citation.clause_id).text.replace("\n", "")
        assert any(citation.quote in unescape(words) for words in MARK.findall(clause[1]))
        assert f"#{citation.clause_id}" in opened


def test_the_basis_names_text_draft_dates_and_label(engine: Assistant, answer: Answer) -> None:
    basis = render.answer(answer, engine.policies).rpartition('<p class="basis">')[2]
    for words in (answer.basis.policy_title, "第三稿", "2024年1月1日", "2026年12月31日", "AI生成，仅供参考"):
        assert words in basis
    late = engine.ask(AskRequest(question=QUESTION, as_of="2027-01-01"))  # type: ignore[arg-type]
    assert "2027年1月1日不在有效期内" in render.answer(late, engine.policies)


def test_examples_come_from_the_policy_and_are_answered(engine: Assistant) -> None:
    for example in examples(engine.policies[engine.default_policy]):
        told = engine.ask(AskRequest(question=example))
        assert told.status in ("answered", "clarify"), example
        assert told.citations, example


def test_a_link_carries_the_words_to_highlight() -> None:
    assert link("p", "2.2.5") == "/policy/p#2.2.5"
    assert link("p", "2.2.5", "a&b #") == "/policy/p?q=a%26b%20%23#2.2.5"


class _NotKept:
    """The engine, unable to keep a turn."""

    def __init__(self, engine: Assistant, fault: Exception) -> None:
        self.policies, self.default_policy, self.fault = engine.policies, engine.default_policy, fault

    def stream(self, request: AskRequest) -> Iterator[Event]:
        raise self.fault

    def conversation(self, conversation_id: str) -> list[object]:
        raise self.fault


@pytest.mark.parametrize(
    ("fault", "words"),
    [(StoreError("暂时无法保存对话。"), "暂时无法保存对话。"), (RuntimeError("/secret"), "服务出错")],
)
def test_a_question_that_failed_stays_in_the_box(engine: Assistant, fault: Exception, words: str) -> None:
    page = Conversation(_NotKept(engine, fault))  # type: ignore[arg-type]
    *_, last = page.ask("我的问题", "")
    assert last[1] == "我的问题"
    assert words in last[2]
    assert "secret" not in str(last)


def test_a_conversation_that_is_gone_begins_anew(engine: Assistant) -> None:
    page = Conversation(engine)
    assert page.restore("nowhere")[3] == ""
    *_, last = page.ask(QUESTION, "nowhere")
    assert last[3] not in ("", "nowhere")
    assert len(last[0]["value"]) == 2


def test_a_restored_conversation_shows_every_turn(engine: Assistant, answer: Answer) -> None:
    page = Conversation(engine)
    restored = page.restore(answer.conversation_id)
    assert [message["role"] for message in restored[0]["value"]] == ["user", "assistant"]
    assert restored[0]["value"][1]["content"] == render.answer(answer, engine.policies)
    assert [chip["value"] for chip in restored[5:] if chip["visible"]] == answer.suggestions


def test_no_figure_or_place_of_a_policy_stands_in_the_doors() -> None:
    root = Path(__file__).resolve().parent.parent / "assistant"
    for path in [*root.glob("pages/*"), *(root / f"{name}.py" for name in ("api", "problems", "guard", "serve"))]:
        if path.is_file():
            assert not re.search("柳州|产业园|经济贡献", path.read_text(encoding="utf-8")), path
