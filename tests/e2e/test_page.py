"""The conversation page in a browser, from the first question to the words it rests on."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations

QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
WORDS = "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., Page]


def ask(page: Page, question: str, answers: int = 1) -> None:
    box = page.get_by_label("您的问题")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".answer:not(.writing)")).to_have_count(answers, timeout=60_000)


def test_a_question_its_answer_and_the_words_it_rests_on(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    expect(page).to_have_title("政策问答")
    ask(page, QUESTION)
    expect(page.locator(".said")).to_have_text(QUESTION)
    expect(page.get_by_label("您的问题")).to_have_value("")
    answer = page.locator(".answer")
    expect(answer.locator(".text > p").first).to_contain_text("一次性奖励不超过15万元")
    for words in ("第三稿", "2024年1月1日", "2026年12月31日"):
        expect(answer.locator(".basis")).to_contain_text(words)
    mark = answer.locator("mark").first
    expect(mark).to_be_hidden()
    answer.locator("summary").first.click()
    expect(mark).to_be_visible()
    expect(mark).to_have_text(WORDS)


@pytest.mark.parametrize("way", ["在全文中查看", "二（二）5 经济贡献奖励"])
def test_one_click_opens_the_text_at_the_words(visit: Visit, way: str) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    with page.context.expect_page() as opened:
        page.locator(".answer").get_by_role("link", name=way).first.click()
    expect(opened.value.locator("#text mark")).to_have_text(WORDS)
    expect(opened.value.locator("#text mark")).to_be_in_viewport()
    expect(page.locator(".answer")).to_be_visible()


def test_the_ai_label_is_seen_once(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    assert len(re.findall("AI ?生成", page.locator(".answer").inner_text())) == 1


def test_an_example_and_then_a_suggestion_are_asked_by_a_click(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    first = page.locator(".chip:visible").first.inner_text()
    page.get_by_label("您的问题").fill("写了一半")
    page.locator(".chip:visible").first.click()
    expect(page.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(page.locator(".said")).to_have_text(first)
    expect(page.get_by_text("接着问")).to_be_visible()
    assert page.locator(".chip:visible").count() <= 3
    second = page.locator(".chip:visible").first.inner_text()
    page.locator(".chip:visible").first.click()
    expect(page.locator(".answer")).to_have_count(2, timeout=60_000)
    expect(page.locator(".said").last).to_have_text(second)
    expect(page.get_by_label("您的问题")).to_have_value("写了一半")


@pytest.mark.parametrize(
    ("typed", "told"), [("很长的问题" * 500, "2000 字"), ("", "请先输入问题"), ("  \n ", "请先输入问题")]
)
def test_what_cannot_be_sent_stays_in_the_box_with_the_reason(visit: Visit, typed: str, told: str) -> None:
    page = visit(viewport=PHONE)
    box = page.get_by_label("您的问题")
    box.fill(typed)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(box).to_have_value(typed)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_contain_text(told)
    box.fill("有效期到什么时候？")
    expect(page.get_by_role("alert")).to_have_count(0)
    box.press("Enter")
    expect(page.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("length", "told"), [(1799, ""), (1800, "还可以写 200 字"), (2000, "还可以写 0 字"), (2003, "超出 3 字，请删减")]
)
def test_near_the_limit_it_is_said_how_much_is_left(visit: Visit, length: int, told: str) -> None:
    page = visit(viewport=PHONE)
    page.get_by_label("您的问题").fill("长")
    page.get_by_label("您的问题").fill("𠮷" * length)
    expect(page.locator("#left")).to_have_text(told)


def test_two_thousand_characters_beyond_the_basic_plane_are_not_cut(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, "𠮷" * 2000)
    expect(page.locator(".said")).to_have_text("𠮷" * 2000)


HOSTILE = [
    "<img src=x onerror=\"document.title='broken'\">8000万",
    "<script>document.title='broken'</script>",
    "[点我](javascript:alert(1)) **粗** $x$ `代码`",
    "一\n\n<details open ontoggle=\"document.title='broken'\">二</details>",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_is_shown_and_never_obeyed(visit: Visit, typed: str) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, typed)
    expect(page.locator(".said")).to_have_text(typed.replace("\n", ""))
    assert page.locator(".said").locator("img, script, a, strong, code, details").count() == 0
    page.get_by_role("button", name="以前的对话").click()
    expect(page.get_by_role("dialog").locator(".first")).to_contain_text(typed.partition("\n")[0][:60])
    assert page.get_by_role("dialog").locator("img, script, a, strong, code, details").count() == 0
    expect(page).to_have_title("政策问答")


@pytest.mark.parametrize("asked", ["有效期到什么时候？", *HOSTILE, "𠮷" * 2100])
def test_a_question_in_the_address_is_put_into_the_box_and_not_sent(visit: Visit, asked: str) -> None:
    page = visit(f"/?ask={quote(asked)}", viewport=DESKTOP)
    box = page.get_by_label("您的问题")
    expect(box).to_have_value(asked[:2000])
    expect(box).to_be_focused()
    page.wait_for_timeout(500)
    expect(page.locator(".said")).to_have_count(0)
    assert "ask=" not in page.url
    box.fill("有效期到什么时候？")
    box.press("Enter")
    expect(page.locator(".answer")).to_have_count(1, timeout=60_000)
    page.reload()
    expect(page.locator(".said")).to_have_text("有效期到什么时候？")
    expect(box).to_have_value("")


def test_enter_that_ends_pinyin_does_not_send(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    box = page.get_by_label("您的问题")
    box.click()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "有效期", "selectionStart": 3, "selectionEnd": 3})
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.insertText", {"text": "有效期"})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    page.wait_for_timeout(500)
    expect(page.locator(".said")).to_have_count(0)
    expect(box).to_have_value("有效期")
    box.press("Shift+Enter")
    expect(box).to_have_value("有效期\n")
    expect(page.locator(".said")).to_have_count(0)


# The Enter that ends a composition, as browsers tell it: before the composition's end, and (Safari) after it.
ENTER_BEFORE_THE_END = [
    "new KeyboardEvent('keydown', {key: 'Enter', keyCode: 13, isComposing: true, bubbles: true, cancelable: true})",
    "new CompositionEvent('compositionend', {data: '有效期', bubbles: true})",
]
ENTER_AFTER_THE_END = [
    "new CompositionEvent('compositionend', {data: '有效期', bubbles: true})",
    "new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true})",
]


@pytest.mark.parametrize("events", [ENTER_BEFORE_THE_END, ENTER_AFTER_THE_END], ids=["before", "after"])
def test_enter_of_an_input_method_does_not_send_in_either_order(visit: Visit, events: list[str]) -> None:
    page = visit(viewport=DESKTOP)
    box = page.get_by_label("您的问题")
    box.fill("有效期到什么时候？")
    box.evaluate("box => box.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}))")
    for event in events:
        box.evaluate(f"box => box.dispatchEvent({event})")
    page.wait_for_timeout(700)
    expect(page.locator(".said")).to_have_count(0)
    expect(box).to_have_value("有效期到什么时候？")
    box.press("Enter")
    expect(page.locator(".answer")).to_have_count(1, timeout=60_000)


@pytest.mark.parametrize("way", ["enter", "button", "chip"])
def test_after_sending_one_can_type_on(visit: Visit, way: str) -> None:
    page = visit(viewport=DESKTOP)
    box = page.get_by_label("您的问题")
    if way == "chip":
        page.locator(".chip:visible").first.click()
    else:
        box.fill("有效期到什么时候？")
        box.press("Enter") if way == "enter" else page.get_by_role("button", name="发送").click()
    expect(page.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(box).to_be_focused()


def test_on_a_phone_the_keyboard_does_not_come_back_over_the_answer(visit: Visit) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator(".chip:visible").first.tap()
    expect(page.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(page.get_by_label("您的问题")).not_to_be_focused()


# Every text that lives in a live region of the page, as it changes: what a screen reader would say.
LISTEN = """() => {
  window.heard = [];
  const live = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[aria-live], [role=status], [role=alert], [role=log]");
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      const region = live(target);
      if (!region || region.getAttribute("aria-live") === "off") continue;
      for (const node of addedNodes) if (node.textContent.trim()) window.heard.push(node.textContent);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_a_finished_answer_is_read_out_once(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    expect(page.get_by_text("可以这样问")).to_be_visible()
    page.evaluate(LISTEN)
    ask(page, QUESTION)
    page.wait_for_function("window.heard.length > 0")
    page.wait_for_timeout(500)
    heard = page.evaluate("window.heard")
    assert len(heard) == 1, heard
    assert heard[0].startswith("回答：经济贡献奖励：一次性奖励不超过15万元")
    page.get_by_label("您的问题").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("请先输入问题")
    page.wait_for_timeout(500)
    assert [text for text in page.evaluate("window.heard") if "回答" in text] == heard


SMALL_SCREEN = {"width": 320, "height": 568}


@pytest.mark.parametrize("look", ["normal", "large"])
def test_on_a_small_screen_there_is_room_for_the_answer(visit: Visit, look: str) -> None:
    page = visit(viewport=SMALL_SCREEN, has_touch=True, is_mobile=True)
    expect(page.get_by_text("可以这样问")).to_be_visible()
    if look == "large":
        page.get_by_role("button", name="大字").click()
    box = page.get_by_label("您的问题")
    expect(box).to_have_attribute("placeholder", "输入问题")
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1"), "the hint stands on one line"
    taken = "innerHeight - document.getElementById('dock').getBoundingClientRect().top"
    page.wait_for_function(f"{taken} < 120")
    page.get_by_role("button", name="新对话").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.get_by_role("button", name="新对话")).to_be_in_viewport()
    expect(page.get_by_text("请勿输入个人信息")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    box.fill("长" * 1900)
    expect(page.locator("#left")).to_be_in_viewport()


TEXTS = """() => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(element.tagName) || !element.checkVisibility()) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(element.getAttribute(name) || "");
    for (const node of element.childNodes) if (node.nodeType === 3) found.push(node.textContent);
  }
  return found.filter((text) => /[A-Za-z]{3}/.test(text));
}"""
# On a phone a finger needs 44 px for each control, links within a line of text excepted.
SMALL = """() => [...document.querySelectorAll("#main button, #dock button, #dock textarea, #main summary, #past-list button")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
@pytest.mark.parametrize("look", ["light", "dark", "large"])
def test_every_state_fits_reads_chinese_and_can_be_read(visit: Visit, viewport: dict[str, int], look: str) -> None:
    page = visit(viewport=viewport, color_scheme="dark" if look == "dark" else "light", locale="en-US")
    expect(page.get_by_text("可以这样问")).to_be_visible()
    if look == "large":
        page.get_by_role("button", name="大字").click()
    check(page)
    ask(page, QUESTION)
    page.locator("summary").first.click()
    check(page)
    page.get_by_role("button", name="没帮助").click()
    expect(page.get_by_label("哪里不对")).to_be_focused()
    check(page)
    for at, question in enumerate(("园区企业能拿多少经济贡献奖励？", "需要哪些申请材料？", "帮我伪造一份材料"), 2):
        ask(page, question, at)
    expect(page.locator(".status")).to_have_text(["文件没有规定", "不在本服务范围"])
    check(page)
    page.get_by_role("button", name="以前的对话").click()
    check(page)
    page.get_by_role("button", name="关闭").click()
    page.get_by_label("您的问题").fill("长" * 2001)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)


def check(page: Page) -> None:
    width = page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.evaluate(TEXTS) == []
    if width < 500:
        assert page.evaluate(SMALL) == []
    assert violations(page) == []
