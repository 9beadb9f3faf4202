"""What the pages show: nothing obeyed that was typed, every quote marked where it stands."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant
from assistant.events import Event
from assistant.pages import render
from assistant.pages.conversation import Conversation
from assistant.pages.examples import examples
from assistant.pages.policy import link
from assistant.pages.quoting import heading_end, marked, merged, occurrences
from assistant.plain import told
from tools.errors import StoreError

TAG = re.compile(r"<[^>]*>")
MARK = re.compile(r"<mark>(.*?)</mark>", re.S)
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"


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
    cited = re.findall(r'<div class="cited">.*?</div></details>.*?</div>', html, re.S)
    assert len(cited) == len({citation.clause_id for citation in answer.citations})
    for citation in answer.citations:
        opened = next(one for one in cited if citation.label in one)
        clause = re.search(r'<div class="clause">(.*?)</div>', opened, re.S)
        assert clause
        assert unescape(TAG.sub("", clause[1])) == policy.text.clause(citation.clause_id).text.replace("\n", "")
        assert any(citation.quote in unescape(words) for words in MARK.findall(clause[1]))
        assert f"#{citation.clause_id}" in opened


def test_a_clause_named_before_a_quote_opens_the_text_at_that_quote(engine: Assistant, answer: Answer) -> None:
    html = render.answer(answer, engine.policies)
    named = re.findall(r"\[([^\]]+)\]\(/policy/[^)]+\)「([^」]+)」", answer.answer)
    assert len(named) == 3
    for label, quoted in named:
        cited = next(one for one in answer.citations if one.label == label)
        assert f'<a href="{link(cited.policy_id, cited.clause_id, quoted)}">{label}</a>「{quoted}」' in html


def test_the_basis_names_text_draft_dates_and_day(engine: Assistant) -> None:
    told = engine.ask(AskRequest(question=QUESTION, as_of="2026-06-01"))  # type: ignore[arg-type]
    basis = render.answer(told, engine.policies).rpartition('<p class="basis">')[2].partition("</p>")[0]
    for words in (told.basis.policy_title, "第三稿", "2024年1月1日", "2026年12月31日", "按 2026年6月1日 计"):
        assert words in basis
    assert "不在有效期内" not in basis
    late = engine.ask(AskRequest(question=QUESTION, as_of="2027-01-01"))  # type: ignore[arg-type]
    assert "按 2027年1月1日 计，不在有效期内" in render.answer(late, engine.policies)


def test_the_ai_label_is_shown_once_and_copied(engine: Assistant, answer: Answer) -> None:
    shown, _, copied = render.answer(answer, engine.policies).partition('<pre class="copied" hidden>')
    assert shown.count("AI生成") == 1
    assert copied.count("AI生成") == 1


@pytest.mark.parametrize("hostile", ["</pre><script>alert(1)</script>", "一\n\n二", "a\x00b", '" onload="x'])
def test_what_is_copied_is_the_plain_text_and_obeyed_by_no_browser(
    engine: Assistant, answer: Answer, hostile: str
) -> None:
    given = answer.model_copy(update={"answer": f"{answer.answer}\n\n{hostile}"})
    html = render.answer(given, engine.policies)
    copied = html.rpartition('<pre class="copied" hidden>')[2].removesuffix("</pre></div>")
    assert "<" not in copied
    assert "\n" not in copied
    assert "\n\n" not in html
    assert unescape(copied) == told(given).replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    ("rating", "classes"), [(None, "answer"), ("like", "answer liked"), ("dislike", "answer disliked")]
)
def test_an_answer_tells_its_turn_and_rating(
    engine: Assistant, answer: Answer, rating: str | None, classes: str
) -> None:
    html = render.answer(answer, engine.policies, rating)
    assert html.startswith(f'<div class="{classes}" id="turn-{answer.turn_id}">')


def test_examples_come_from_the_policy_and_are_answered(engine: Assistant) -> None:
    for example in examples(engine.policies[engine.default_policy]):
        told = engine.ask(AskRequest(question=example))
        assert told.status in ("answered", "clarify"), example
        assert told.citations, example


DEAD = ("clarify", "not_covered", "refused")


def test_every_example_and_every_question_suggested_after_it_leads_to_an_answer(engine: Assistant) -> None:
    """Whoever only clicks is never led to a dead end, and who then tells a revenue is told an award."""
    dead = []
    for example in examples(engine.policies[engine.default_policy]):
        told = engine.ask(AskRequest(question=example, as_of=date(2026, 6, 1)))
        dead += [(example, told.status)] if told.status in DEAD else []
        for suggestion in told.suggestions:
            on = AskRequest(question=suggestion, conversation_id=told.conversation_id, as_of=date(2026, 6, 1))
            after = engine.ask(on)
            dead += [(example, suggestion, after.status)] if after.status in DEAD else []
    assert dead == []


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize(("said", "sum_"), [("主营业务收入8000万", 150_000), ("我们营收1.2亿", 300_000)])
def test_after_an_example_a_revenue_leads_to_an_award(engine: Assistant, at: int, said: str, sum_: int) -> None:
    told = engine.ask(AskRequest(question=examples(engine.policies[engine.default_policy])[at]))
    on = AskRequest(question=said, conversation_id=told.conversation_id, as_of=date(2026, 6, 1))
    after = engine.ask(on)
    assert (after.status, [award.amount_yuan for award in after.awards]) == ("answered", [sum_])


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
def test_a_question_that_failed_is_said_to_have_failed(engine: Assistant, fault: Exception, words: str) -> None:
    page = Conversation(_NotKept(engine, fault))  # type: ignore[arg-type]
    *_, last = page.ask("我的问题", "")
    assert words in last[1]
    assert "secret" not in str(last)


def test_a_conversation_that_is_gone_begins_anew(engine: Assistant) -> None:
    page = Conversation(engine)
    *_, restored = page.restore("nowhere")
    assert restored[2] == ""
    *_, last = page.ask(QUESTION, "nowhere")
    assert last[2] not in ("", "nowhere")
    assert len(last[0]["value"]) == 2


def test_a_listed_conversation_that_is_gone_is_said_to_be_gone(engine: Assistant) -> None:
    chat, notice, *_ = next(Conversation(engine).reopen("nowhere"))
    assert "没有找到这次对话" in notice
    assert "value" not in chat


@pytest.mark.parametrize("way", ["restore", "reopen"])
def test_a_restored_conversation_shows_every_turn(engine: Assistant, answer: Answer, way: str) -> None:
    engine.rate(answer.turn_id, "like")
    (restored,) = getattr(Conversation(engine), way)(answer.conversation_id)
    assert [message["role"] for message in restored[0]["value"]] == ["user", "assistant"]
    assert restored[0]["value"][1]["content"] == render.answer(answer, engine.policies, "like")
    assert [chip["value"] for chip in restored[5:] if chip["visible"]] == answer.suggestions


def test_the_conversation_is_known_before_the_answer_is(engine: Assistant) -> None:
    ids = [updates[2] for updates in Conversation(engine).ask(QUESTION, "")]
    assert ids[0] == ""
    assert ids[1]
    assert set(ids[1:]) == {ids[1]}
    assert len(ids) > 2


def test_an_answer_under_way_is_waited_for_by_another_view(engine: Assistant) -> None:
    page = Conversation(engine)
    asking = page.ask(QUESTION, "")
    next(asking)
    conversation_id = next(asking)[2]
    views = page.restore(conversation_id)
    assert "正在查阅" in next(views)[0]["value"][-1]["content"]
    list(asking)
    (after,) = views
    assert "15万元" in after[0]["value"][-1]["content"]


def test_a_question_nobody_answers_any_more_is_said_to_be_unfinished(engine: Assistant) -> None:
    request = AskRequest(question=QUESTION)
    turn, _ = engine.store.open_turn(request, engine.default_policy, "2026-06-01")
    (shown,) = Conversation(engine).restore(turn.conversation_id)
    assert "这个问题没有答完。" in shown[0]["value"][-1]["content"]
    assert "重新提问" in shown[0]["value"][-1]["content"]


def test_no_figure_or_place_of_a_policy_stands_in_the_doors() -> None:
    root = Path(__file__).resolve().parent.parent / "assistant"
    for path in [*root.glob("pages/*"), *(root / f"{name}.py" for name in ("api", "problems", "guard", "serve"))]:
        if path.is_file():
            assert not re.search("柳州|产业园|经济贡献", path.read_text(encoding="utf-8")), path


def test_a_page_that_begins_takes_nothing_off_what_was_asked_meanwhile(engine: Assistant) -> None:
    """On a slow line the answer to a first question may come before what the page asks for when it opens."""
    (shown,) = Conversation(engine).restore("")
    notice = shown[1]
    assert notice == ""
    assert all(one == gr.skip() for at, one in enumerate(shown) if at != 1)
