"""What can be done with an answer: say whether it helped, copy it, print it."""

import json
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import violations
from tests.e2e.test_page import DESKTOP, PHONE, QUESTION, ask

Visit = Callable[..., Page]
OTHER = "有效期到什么时候？"
PRESSED = {"like": ["true", "false"], "dislike": ["false", "true"], None: ["false", "false"]}


def shows(page: Page, rating: str | None) -> None:
    for name, pressed in zip(("有帮助", "没帮助"), PRESSED[rating], strict=True):
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", pressed)


def press(page: Page, name: str) -> dict[str, object]:
    """Presses a button under the answer and returns what was sent for it."""
    with page.expect_response("**/api/feedback") as response:
        page.get_by_role("button", name=name).click()
    assert response.value.status == 200
    return dict(json.loads(response.value.request.post_data or ""))


def test_a_like_is_kept_and_can_be_taken_back(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    shows(page, None)
    sent = press(page, "有帮助")
    assert sent["rating"] == "like"
    assert page.locator(f"#turn-{sent['turn_id']}").count() == 1
    shows(page, "like")
    page.reload()
    shows(page, "like")
    assert press(page, "有帮助")["rating"] is None
    shows(page, None)
    page.reload()
    shows(page, None)


def test_a_dislike_asks_what_is_wrong_and_tells_the_staff(visit: Visit) -> None:
    page = visit(viewport=PHONE)
    ask(page, QUESTION)
    assert press(page, "没帮助")["rating"] == "dislike"
    why = page.get_by_label("哪里不对？")
    expect(why).to_be_focused()
    expect(why).to_have_accessible_description("意见会进入工作人员的待办列表，由专人查看。请勿填写个人信息。")
    why.press_sequentially("档次<b>不对</b>")
    why.press("Enter")
    why.press_sequentially("请看合同")
    sent = press(page, "提交")
    assert (sent["rating"], sent["comment"]) == ("dislike", "档次<b>不对</b>\n请看合同")
    expect(why).to_have_count(0)
    expect(page.locator(".note")).to_have_text("已交给工作人员，谢谢。")
    expect(page.get_by_role("button", name="没帮助")).to_be_focused()
    page.reload()
    shows(page, "dislike")
    expect(why).to_have_count(0)


def test_a_comment_may_be_left_out(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    press(page, "没帮助")
    page.get_by_label("哪里不对？").fill("字" * 600)
    assert (
        len(page.get_by_label("哪里不对？").input_value()) == 500
        or page.get_by_label("哪里不对？").evaluate("field => field.maxLength") == 500
    )
    page.get_by_role("button", name="不填了").click()
    expect(page.get_by_label("哪里不对？")).to_have_count(0)
    shows(page, "dislike")


def test_what_is_being_written_stands_when_another_answer_comes(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    press(page, "没帮助")
    page.get_by_label("哪里不对？").fill("写了一半")
    ask(page, OTHER, 2)
    expect(page.get_by_label("哪里不对？")).to_have_value("写了一半")
    expect(page.get_by_role("button", name="没帮助").first).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="没帮助").last).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".tools")).to_have_count(2)


def refused(route: Route) -> None:
    route.fulfill(status=503, content_type="application/problem+json", body='{"detail": "暂时无法保存，请稍后再试。"}')


@pytest.mark.parametrize(
    ("answer", "told"),
    [(refused, "暂时无法保存，请稍后再试。"), (lambda route: route.abort(), "没有记下来，请检查网络后再试。")],
    ids=["refused", "no network"],
)
def test_a_rating_that_was_not_kept_is_not_shown_as_kept(
    visit: Visit, answer: Callable[[Route], None], told: str
) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    page.route("**/api/feedback", answer)
    page.get_by_role("button", name="没帮助").click()
    expect(page.locator(".note")).to_have_text(told)
    shows(page, None)
    expect(page.get_by_label("哪里不对？")).to_have_count(0)
    assert violations(page) == []
    page.unroute("**/api/feedback")
    press(page, "有帮助")
    shows(page, "like")
    expect(page.locator(".note")).to_have_text("已记下，谢谢。")


# What the clipboard was given, by either way; without the first the page is as it is over plain http.
SPY = {
    "clipboard": """Object.defineProperty(navigator, 'clipboard',
      {value: {writeText: async (text) => { window.copied = text; }}})""",
    "denied": """Object.defineProperty(navigator, 'clipboard',
      {value: {writeText: async () => { throw new DOMException('denied', 'NotAllowedError'); }}});
      document.execCommand = () => { window.copied = document.activeElement.value; return true; }""",
    "none": """Object.defineProperty(navigator, 'clipboard', {value: undefined});
      document.execCommand = () => { window.copied = document.activeElement.value; return true; }""",
}


@pytest.mark.parametrize("spy", SPY.values(), ids=SPY)
def test_a_copy_has_answer_clauses_basis_and_label(visit: Visit, spy: str) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    page.evaluate(spy)
    page.get_by_role("button", name="复制").click()
    expect(page.locator(".note")).to_have_text("已复制")
    expect(page.get_by_role("status").filter(has_text="已复制")).to_have_count(1)
    copied = page.evaluate("window.copied")
    assert copied.startswith("经济贡献奖励：一次性奖励不超过15万元（奖励对象：园区企业）。\n\n- 比对：")
    for words in ("本回答由AI生成", "条款原文\n", "依据：《", "第三稿", "2024-01-01 至 2026-12-31"):
        assert words in copied
    assert "](" not in copied
    assert "**" not in copied
    expect(page.locator(".note")).to_have_text("")


def test_where_nothing_can_be_copied_it_is_said(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
    )
    page.get_by_role("button", name="复制").click()
    expect(page.locator(".note")).to_have_text("没有复制成功，请选中文字后复制。")


def on_paper(page: Page) -> str:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    text = page.locator("body").inner_text()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    return text


def test_on_paper_there_are_questions_answers_and_their_clauses_and_nothing_else(visit: Visit) -> None:
    page = visit(viewport=DESKTOP, color_scheme="dark")
    ask(page, QUESTION)
    ask(page, OTHER, 2)
    text = on_paper(page)
    for words in (QUESTION, OTHER, "不超过15万元", "园区企业主营业务收入在2000万元至5000万元的", "AI生成", "第三稿"):
        assert words in text
    for words in ("复制", "打印", "有帮助", "发送", "新对话", "接着问", "算一算", "在全文中查看", "深色"):
        assert words not in text
    assert page.locator("details[open]").count() == 0
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.answer .text')).color") == "rgb(0, 0, 0)"


def test_one_answer_is_printed_with_its_question_alone(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    ask(page, OTHER, 2)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="打印").last.click()
    assert page.evaluate("window.printed")
    text = on_paper(page)
    assert OTHER in text
    assert "AI生成" in text
    assert QUESTION not in text
    assert "不超过15万元" not in text
    assert QUESTION in on_paper(page)  # the next print is of the whole conversation again
