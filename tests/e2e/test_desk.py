"""The hotline desk in a browser, as somebody uses it with one hand on the phone."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Browser, Page, Route, expect

from assistant.access.accounts import Access
from assistant.store import Store
from tests.desk import PASSWORD
from tests.e2e.conftest import ROOT, started, violations

QUESTION = "营收8000万能拿多少"
MORE = "那1.2亿呢"
UNKNOWN = "入园企业可以用会议室吗"  # the text says nothing of it
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., Page]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server with an agent and a reviewer serves."""
    data = tmp_path_factory.mktemp("desk")
    access = Access(Store(data))
    access.add("王芳", PASSWORD, "agent", "test")
    access.add("李明", PASSWORD, "agent", "test")
    access.add("赵敏", PASSWORD, "reviewer", "test")
    with started(data) as address:
        yield address


@pytest.fixture(scope="module")
def signed_in(browser: Browser, desk: str) -> Callable[[str], Any]:
    """The cookies of a worker who signed in once."""
    known: dict[str, Any] = {}

    def state(name: str) -> Any:
        if name not in known:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{desk}/desk")
            sign_in(page, name)
            expect(page.get_by_label("来电人的问题")).to_be_focused()
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return state


@pytest.fixture
def opened(visit: Visit, desk: str, signed_in: Callable[[str], Any]) -> Open:
    """Opens the desk as a worker, in a fresh browser."""

    def opened(name: str = "王芳", at: str = "", **context: Any) -> Page:
        allowed = {"permissions": ["clipboard-read", "clipboard-write"], "viewport": DESKTOP}
        page = visit(f"{desk}/desk{at}", **{**allowed, "storage_state": signed_in(name), **context})
        page.bring_to_front()
        return page

    return opened


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def box(page: Page) -> Any:
    return page.get_by_label("来电人的问题")


def type_in(page: Page, question: str = QUESTION) -> None:
    box(page).fill(question)
    expect(page.locator("#asked")).to_have_text(question)
    expect(page.locator("#shown")).not_to_have_attribute("aria-busy", "true")


def keep(page: Page, question: str = QUESTION) -> None:
    type_in(page, question)
    box(page).press("Enter")
    expect(page.locator("#turns button").last).to_contain_text(question)
    expect(page.locator("#kept")).to_have_text("已记录")


def calls(page: Page) -> list[dict[str, Any]]:
    return list(page.evaluate("fetch('/api/desk/calls').then((found) => found.json())"))


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def asking(page: Page, path: str) -> list[str]:
    """The bodies sent to a path from now on."""
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or "") if request.url.endswith(path) else None)
    return bodies


# Signing in


def test_nobody_gets_in_without_a_password(visit: Visit, desk: str) -> None:
    page = visit(f"{desk}/desk")
    expect(page).to_have_url(f"{desk}/desk/login")
    sign_in(page, "王芳", "wrong-password")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    expect(page.get_by_label("账号")).to_have_value("王芳")
    expect(page.get_by_label("密码")).to_be_focused()
    assert violations(page) == []
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    expect(page.get_by_text("王芳（坐席）")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(f"{desk}/desk/login")
    page.goto(f"{desk}/desk")
    expect(page).to_have_url(f"{desk}/desk/login")


# Answers while typing


def test_an_answer_stands_there_while_typing_and_nothing_is_kept(opened: Open) -> None:
    page = opened()
    before = calls(page)
    page.keyboard.type(QUESTION, delay=20)
    expect(page.locator(".figure")).to_have_text("不超过15万元")
    expect(page.locator("#kept")).to_have_text("尚未记录")
    expect(page.locator("#script")).to_contain_text("一次性奖励不超过15万元")
    expect(page.locator("#clause mark").first).to_have_text(
        "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元"
    )
    for words in ("第三稿", "2024年1月1日", "2026年12月31日", "AI生成，仅供参考"):
        expect(page.locator("#basis")).to_contain_text(words)
    assert calls(page) == before
    size = page.locator(".figure").evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)")
    assert size >= 40


def test_enter_keeps_the_question_and_the_next_is_a_follow_up(opened: Open) -> None:
    page = opened()
    before = calls(page)
    keep(page)
    expect(box(page)).to_have_value("")
    expect(box(page)).to_be_focused()
    expect(page.locator(".figure")).to_have_text("不超过15万元")
    type_in(page, MORE)
    expect(page.locator(".figure")).to_have_text("不超过30万元")
    expect(page.locator("#kept")).to_have_text("尚未记录")
    box(page).press("Enter")
    expect(page.locator("#turns button")).to_have_count(2)
    (call,) = calls(page)[: len(calls(page)) - len(before)]
    assert (call["first_question"], call["questions"]) == (QUESTION, 2)
    page.locator("#turns button").first.click()
    expect(page.locator(".figure")).to_have_text("不超过15万元")
    expect(box(page)).to_be_focused()


def test_the_last_question_typed_is_the_one_answered(opened: Open) -> None:
    page = opened()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "1.2亿" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/desk/preview", hold)
    box(page).fill("营收1.2亿能拿多少")
    expect(page.locator("#shown")).to_have_attribute("aria-busy", "true")
    type_in(page)
    assert held
    for route in held:
        route.abort()
    page.wait_for_timeout(300)
    expect(page.locator(".figure")).to_have_text("不超过15万元")
    expect(page.locator("#trouble")).to_be_hidden()
    box(page).fill("")
    expect(page.get_by_text("等待来电")).to_be_visible()


def test_an_answer_is_never_left_under_another_question(opened: Open) -> None:
    page = opened()
    type_in(page)
    page.route("**/api/desk/preview", lambda route: route.fulfill(status=500, body="{}"))
    box(page).fill("营收1500万能拿多少")
    expect(page.get_by_role("alert")).to_contain_text("请稍后再试")
    expect(page.locator(".figure")).to_be_hidden()
    page.unroute("**/api/desk/preview")
    page.get_by_role("button", name="再试").click()
    expect(page.locator(".figure")).to_have_text("暂不能享受")
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("order", ["key within the composition", "key after it, as in Safari"])
def test_pinyin_asks_nothing_until_it_is_words(opened: Open, order: str) -> None:
    page = opened()
    sent, kept = asking(page, "/preview"), asking(page, "/ask")
    keyboard = page.context.new_cdp_session(page)
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    for typed in ("y", "ying", "ying shou", "营收"):
        keyboard.send(
            "Input.imeSetComposition", {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)}
        )
    page.wait_for_timeout(300)
    assert sent == []
    if order.startswith("key within"):
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
        keyboard.send("Input.insertText", {"text": "营收"})
    else:
        keyboard.send("Input.insertText", {"text": "营收"})
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(page.locator("#asked")).to_have_text("营收")
    expect(box(page)).to_have_value("营收")
    assert (len(sent), kept) == (1, [])


STATES = {
    "a fact missing": ("能拿多少奖励", "需要补充", "请补充主营业务收入", "请问贵公司的主营业务收入是多少"),
    "left open": ("申请材料有哪些", "文件没有规定", "文件没有规定", "可向"),
    "off topic": ("今天天气怎么样", "不在服务范围", "不在服务范围", ""),
    "not due": ("我们公司去年营收1.2亿，没有入园", "已答复", "不能享受", "须为园区企业"),
}


@pytest.mark.parametrize(("question", "chip", "figure", "note"), STATES.values(), ids=STATES)
def test_each_outcome_is_told_at_a_glance(opened: Open, question: str, chip: str, figure: str, note: str) -> None:
    page = opened()
    type_in(page, question)
    expect(page.locator(".chip")).to_have_text(chip)
    expect(page.locator(".headline .figure")).to_have_text(figure)
    expect(page.locator("#outcome")).to_contain_text(note)


def test_enter_before_the_answer_came_keeps_the_question_and_shows_its_answer(opened: Open) -> None:
    page = opened()
    type_in(page, "今天天气怎么样")
    page.route("**/api/desk/preview", lambda route: None)
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(page.locator("#turns button span")).to_have_text(QUESTION)
    expect(page.locator(".figure")).to_have_text("不超过15万元")
    expect(page.locator("#asked")).to_have_text(QUESTION)
    expect(page.locator("#shown")).not_to_have_attribute("aria-busy", "true")


def test_several_firms_are_one_below_the_other(opened: Open) -> None:
    page = opened()
    type_in(page, "A公司主营8000万，B公司主营1.2亿，C公司主营1500万，都在园区，各能拿多少？")
    expect(page.locator(".figure")).to_have_text(["不超过15万元", "不超过30万元", "暂不能享受"])
    expect(page.locator(".headline .title")).to_contain_text(["A公司", "B公司", "C公司"])


@pytest.mark.parametrize(
    "typed", ["<img src=x onerror=\"document.title='broken'\">8000万", "**粗** [点](javascript:alert(1))"]
)
def test_what_is_typed_is_shown_and_never_obeyed(opened: Open, typed: str) -> None:
    page = opened()
    keep(page, typed)
    expect(page.locator("#turns button span")).to_have_text(typed)
    expect(page.locator("#calls span").first).to_have_text(typed)
    assert page.locator("main img, main a[href^='javascript']").count() == 0
    expect(page).to_have_title("坐席台")


# One hand


def test_the_focus_comes_back_to_the_box(opened: Open) -> None:
    page = opened()
    keep(page)
    for button in ("复制 Alt+1", "复制 Alt+3"):
        page.get_by_role("button", name=button).click()
        expect(box(page)).to_be_focused()
    page.locator("h2").first.click()
    page.keyboard.type("8000")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("8000")
    page.keyboard.press("Alt+b")
    expect(page.get_by_label("来电人备注")).to_be_focused()
    page.keyboard.type("138")
    expect(box(page)).to_have_value("8000")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Alt+n")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("")


def test_one_key_copies_each_part(opened: Open) -> None:
    page = opened()
    keep(page)
    wanted = {
        "Alt+1": ("话术", "您好，经济贡献奖励：一次性奖励不超过15万元"),
        "Alt+2": ("完整答复", "AI生成，仅供参考"),
        "Alt+3": ("「二（二）5 经济贡献奖励」", "——《"),
        "Alt+4": ("转办单", "【问题 1】营收8000万能拿多少"),
    }
    for key, (name, words) in wanted.items():
        page.keyboard.press(key)
        expect(page.locator("#told")).to_have_text(f"已复制{name}")
        assert words in clipboard(page), key
    assert clipboard(page) == page.locator("#handover pre").inner_text()
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()


def test_copying_works_without_a_clipboard(opened: Open) -> None:
    page = opened()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    keep(page)
    page.evaluate("document.addEventListener('copy', () => (window.copied = String(document.activeElement.value)))")
    for key, name, words in (("Alt+1", "话术", "您好，"), ("Alt+4", "转办单", "转办单 ")):
        page.keyboard.press(key)
        expect(page.locator("#told")).to_have_text(f"已复制{name}")
        assert page.evaluate("window.copied").startswith(words)


def test_the_keys_are_explained(opened: Open) -> None:
    page = opened()
    page.keyboard.type("?")
    dialog = page.get_by_role("dialog", name="快捷键")
    expect(dialog).to_contain_text("新来电")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("")
    page.keyboard.type("能拿多少?")
    expect(dialog).to_be_hidden()
    expect(box(page)).to_have_value("能拿多少?")
    page.get_by_role("button", name="快捷键说明").click()
    expect(dialog).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    expect(box(page)).to_be_focused()


def test_clauses_are_read_by_their_tabs_and_open_in_the_reader(opened: Open) -> None:
    page = opened()
    type_in(page)
    page.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="附则")).to_be_focused()
    expect(page.locator("#clause mark")).to_contain_text("负责解释")
    page.keyboard.press("Alt+3")
    expect(page.locator("#told")).to_have_text("已复制「附则」")
    with page.context.expect_page() as reader:
        page.get_by_role("link", name="在全文中查看").click()
    expect(reader.value.locator("mark").first).to_contain_text("负责解释")
    expect(reader.value.locator("mark").first).to_be_in_viewport()


# Nothing typed is lost


def test_a_reload_keeps_the_call_the_question_and_the_notes(opened: Open) -> None:
    page = opened()
    page.get_by_label("来电人备注").fill("张先生")
    box(page).fill("营收8000万能")
    page.reload()
    expect(box(page)).to_have_value("营收8000万能")
    expect(page.get_by_label("来电人备注")).to_have_value("张先生")
    expect(page.locator("#asked")).to_have_text("营收8000万能")
    keep(page)
    expect(page.locator("#noted")).to_have_text("已保存")
    box(page).fill(MORE)
    page.reload()
    expect(page.locator("#turns button")).to_have_count(1)
    expect(page.locator(".figure")).to_have_text("不超过30万元")
    expect(page.get_by_label("来电人备注")).to_have_value("张先生")


def test_a_telephone_number_in_the_notes_is_shown_as_it_is_kept(opened: Open) -> None:
    page = opened()
    keep(page)
    notes = page.get_by_label("来电人备注")
    notes.fill("王女士 13812345678，问上门")
    expect(page.locator("#noted")).to_have_text("已保存（电话、证件号等已隐去）")
    expect(notes).to_have_value("王女士 [手机号]，问上门")
    notes.press("End")
    page.keyboard.type("，已回")
    expect(page.locator("#noted")).to_have_text("已保存")
    expect(notes).to_have_value("王女士 [手机号]，问上门，已回")
    page.reload()
    expect(notes).to_have_value("王女士 [手机号]，问上门，已回")


def test_two_windows_on_one_call_lose_no_notes(opened: Open) -> None:
    one = opened()
    keep(one)
    one.get_by_label("来电人备注").fill("张先生")
    expect(one.locator("#noted")).to_have_text("已保存")
    two = opened()
    two.locator("#calls button").first.click()
    expect(two.get_by_label("来电人备注")).to_have_value("张先生")
    two.get_by_label("来电人备注").fill("张先生，要转市局")
    expect(two.locator("#noted")).to_have_text("已保存")
    one.bring_to_front()
    one.get_by_label("来电人备注").fill("张先生，已回电")
    expect(one.locator("#noted")).to_have_text("另一个窗口也改了备注，两份都已保留，请核对")
    both = "张先生，已回电\n〔另一个窗口写的〕张先生，要转市局"
    expect(one.get_by_label("来电人备注")).to_have_value(both)
    assert calls(one)[0]["notes"] == both
    two.bring_to_front()
    two.get_by_label("来电人备注").fill("张先生，要转市局")
    expect(two.get_by_label("来电人备注")).to_have_value(both)
    one.reload()
    expect(one.get_by_label("来电人备注")).to_have_value(both)


def test_a_new_call_begins_empty_and_the_last_comes_back(opened: Open) -> None:
    page = opened()
    keep(page)
    page.get_by_label("来电人备注").fill("张先生")
    expect(page.locator("#noted")).to_have_text("已保存")
    box(page).fill("还想问")
    page.keyboard.press("Alt+n")
    expect(page.get_by_text("等待来电")).to_be_visible()
    expect(page.get_by_label("来电人备注")).to_have_value("")
    page.get_by_role("button", name="恢复上一通未记录的内容").click()
    expect(box(page)).to_have_value("还想问")
    expect(page.get_by_label("来电人备注")).to_have_value("张先生")
    page.keyboard.press("Alt+n")
    page.locator("#calls button").first.click()
    expect(page.locator("#turns button")).to_have_count(1)
    expect(page.get_by_label("来电人备注")).to_have_value("张先生")
    type_in(page, MORE)
    expect(page.locator(".figure")).to_have_text("不超过30万元")


def test_an_ended_session_asks_to_sign_in_again_and_goes_on(opened: Open, desk: str) -> None:
    page = opened()
    page.get_by_label("来电人备注").fill("张先生")
    type_in(page)
    page.context.clear_cookies()
    box(page).press("Enter")
    dialog = page.get_by_role("dialog", name="登录已失效")
    expect(dialog.get_by_label("密码")).to_be_focused()
    expect(dialog.get_by_label("账号")).to_have_value("王芳")
    assert violations(page) == []
    dialog.get_by_label("密码").fill("wrong-password")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("账号或密码不对")
    dialog.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#turns button")).to_have_text(re.compile(QUESTION))
    expect(page.locator("#noted")).to_have_text("已保存")
    assert calls(page)[0]["notes"] == "张先生"


def test_who_puts_off_signing_in_keeps_what_was_typed(opened: Open) -> None:
    page = opened()
    type_in(page)
    page.context.clear_cookies()
    box(page).press("Enter")
    page.get_by_role("button", name="稍后").click()
    expect(page.get_by_role("alert").first).to_contain_text("登录已失效")
    expect(box(page)).to_have_value(QUESTION)
    expect(page.locator("#kept")).to_have_text("尚未记录")
    page.get_by_role("button", name="再试").click()
    expect(page.get_by_role("dialog", name="登录已失效")).to_be_visible()


def test_another_worker_who_signs_in_sees_nothing_of_the_first(opened: Open) -> None:
    page = opened()
    keep(page)
    type_in(page, "张先生的秘密问题")
    page.context.clear_cookies()
    box(page).press("Enter")
    dialog = page.get_by_role("dialog", name="登录已失效")
    dialog.get_by_label("账号").fill("李明")
    dialog.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("李明（坐席）")).to_be_visible()
    expect(box(page)).to_have_value("")
    expect(page.locator("body")).not_to_contain_text("秘密")
    assert calls(page) == []


def test_a_page_left_open_takes_over_a_newer_session(opened: Open, desk: str) -> None:
    page = opened()
    type_in(page)
    page.context.clear_cookies()
    other = page.context.new_page()
    other.goto(f"{desk}/desk")
    sign_in(other, "王芳")
    expect(box(other)).to_be_visible()
    page.bring_to_front()
    box(page).press("Enter")
    expect(page.locator("#turns button")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_lost_network_is_told_and_found_again_by_itself(opened: Open) -> None:
    page = opened()
    page.context.set_offline(True)
    box(page).fill(QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("正在自动重试")
    expect(box(page)).to_have_value(QUESTION)
    page.context.set_offline(False)
    expect(page.locator(".figure")).to_have_text("不超过15万元", timeout=15_000)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("question", [QUESTION, MORE], ids=["first of a call", "a later one"])
def test_a_question_is_kept_once_though_its_answer_was_lost(opened: Open, question: str) -> None:
    page = opened()
    if question == MORE:
        keep(page)
    kept = page.locator("#turns button").count()
    lost: list[Route] = []

    def lose(route: Route) -> None:
        if not lost:
            route.fetch()
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/desk/ask", lose)
    before = len(calls(page))
    type_in(page, question)
    box(page).press("Enter")
    expect(page.locator("#turns button")).to_have_count(kept + 1, timeout=15_000)
    expect(page.locator("#kept")).to_have_text("已记录")
    newest = calls(page)[0]
    assert (len(calls(page)) - before, newest["questions"]) == ((1, 1) if question == QUESTION else (0, 2))


# The hand-over


def test_a_hand_over_is_shown_copied_and_printed_alone(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Alt+4")
    expect(page.locator("#told")).to_contain_text("先按 Enter 记录")
    keep(page)
    page.get_by_label("来电人备注").fill("张先生，138")
    box(page).focus()
    page.keyboard.press("Alt+4")
    dialog = page.get_by_role("dialog", name="转办单")
    for words in ("转办单", "张先生，138", QUESTION, "不超过15万元", "王芳"):
        expect(dialog.locator("pre")).to_contain_text(words)
    assert violations(page) == []
    page.evaluate("window.print = () => (window.printed = true)")
    dialog.get_by_role("button", name="打印").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(dialog.locator("pre")).to_be_visible()
    expect(dialog.get_by_role("button", name="打印")).to_be_hidden()
    expect(box(page)).to_be_hidden()
    page.emulate_media(media="screen")


# The queue


@pytest.fixture
def asked(desk: str) -> Callable[..., dict[str, Any]]:
    """Asks as a visitor."""

    def asked(question: str, comment: str = "", **more: str) -> dict[str, Any]:
        with httpx.Client(base_url=desk, trust_env=False, timeout=30) as client:
            answer = dict(client.post("/api/ask", json={"question": question, "channel": "web", **more}).json())
            if comment:
                body = {"turn_id": answer["turn_id"], "rating": "dislike", "comment": comment}
                client.post("/api/feedback", json=body).raise_for_status()
            return answer

    return asked


def test_a_reviewer_answers_what_waits(opened: Open, asked: Callable[..., dict[str, Any]]) -> None:
    first = asked("有效期到什么时候")
    asked(UNKNOWN, "到底行不行", conversation_id=first["conversation_id"])
    page = opened("赵敏")
    expect(page.locator("#waiting")).to_have_text(re.compile(r"\d+"))
    page.keyboard.press("Alt+q")
    entry = page.locator("#queue button").filter(has_text=UNKNOWN)
    entry.click()
    detail = page.get_by_role("region", name="待办的问题")
    expect(detail).to_contain_text("到底行不行")
    expect(detail).to_contain_text("有效期到什么时候")
    draft = page.get_by_role("textbox", name="复核答案")
    expect(page.locator("#faults")).to_contain_text("核对通过")
    draft.fill("会议室每月50元。")
    expect(page.locator("#faults")).to_contain_text("50元")
    assert violations(page) == []
    page.get_by_role("button", name="通过并启用").click()
    expect(page.locator("#told")).to_contain_text("没有启用")
    draft.fill("文件没有规定，请咨询解释单位：")
    page.get_by_label("引用条款").select_option(label="附则")
    source = page.get_by_label("条款原文：选中要引用的文字")
    page.get_by_role("button", name="引用所选文字").click()
    expect(page.locator("#told")).to_contain_text("请先在条款原文里选中")
    words = "本办法由柳州市人力资源和社会保障局负责解释"
    source.evaluate(
        "(node, words) => node.setSelectionRange(node.value.indexOf(words), node.value.indexOf(words) + words.length)",
        words,
    )
    page.get_by_role("button", name="引用所选文字").click()
    expect(draft).to_have_value(f"文件没有规定，请咨询解释单位：[closing]「{words}」")
    expect(page.locator("#faults")).to_contain_text("核对通过")
    expect(page.locator(".preview a")).to_have_attribute("href", re.compile("#closing$"))
    page.get_by_label("文件没有规定").check()
    page.reload()
    entry.click()
    expect(draft).to_have_value(f"文件没有规定，请咨询解释单位：[closing]「{words}」")
    expect(page.get_by_label("文件没有规定")).to_be_checked()
    page.get_by_role("button", name="通过并启用").click()
    expect(page.locator("#told")).to_contain_text("已启用")
    expect(entry).to_have_count(0)
    again = asked(UNKNOWN + "？", conversation_id=asked("有效期到什么时候")["conversation_id"])
    assert "请咨询解释单位" in again["answer"]
    assert again["status"] == "not_covered"

    page.get_by_role("link", name="复核答案").click()
    kept = page.locator("#reviews li").filter(has_text=UNKNOWN)
    expect(kept).to_contain_text("使用中")
    assert violations(page) == []
    kept.get_by_role("button", name="撤回").click()
    page.get_by_role("button", name="取消").click()
    expect(kept).to_have_count(1)
    kept.get_by_role("button", name="撤回").click()
    page.get_by_role("button", name="确定").click()
    expect(kept).to_have_count(0)


def test_a_reviewed_answer_is_marked_with_its_day(opened: Open, asked: Callable[..., dict[str, Any]]) -> None:
    asked("园区有没有幼儿园学位")
    page = opened("赵敏", "#queue")
    page.locator("#queue button").filter(has_text="幼儿园").click()
    page.get_by_role("textbox", name="复核答案").fill("幼儿园学位的事文件没有规定，请咨询主管部门。")
    page.get_by_role("button", name="通过并启用").click()
    expect(page.locator("#told")).to_contain_text("已启用")
    page.keyboard.press("Alt+q")
    type_in(page, "园区有没有幼儿园学位")
    expect(page.locator(".chip.reviewed")).to_have_text(re.compile(r"人工复核 \d+年\d+月\d+日"))
    expect(page.locator("#outcome")).to_contain_text("幼儿园学位的事文件没有规定")
    expect(page.locator("#basis")).to_contain_text("经工作人员复核")


def test_what_needs_no_answer_is_taken_off(opened: Open, asked: Callable[..., dict[str, Any]]) -> None:
    asked("申请材料有哪些", "不详细")
    page = opened("赵敏", "#queue")
    entry = page.locator("#queue button").filter(has_text="申请材料有哪些")
    entry.click()
    page.get_by_role("button", name="不需要处理").click()
    expect(page.get_by_role("dialog")).to_contain_text("申请材料有哪些")
    page.keyboard.press("Escape")
    expect(entry).to_have_count(1)
    page.get_by_role("button", name="不需要处理").click()
    page.get_by_role("button", name="确定").click()
    expect(entry).to_have_count(0)


def test_an_agent_reads_the_queue_and_changes_nothing(opened: Open, asked: Callable[..., dict[str, Any]]) -> None:
    asked("引进人才补贴怎么领", "想要电话")
    page = opened(at="#queue")
    page.locator("#queue button").filter(has_text="引进人才补贴怎么领").click()
    detail = page.get_by_role("region", name="待办的问题")
    expect(detail).to_contain_text("想要电话")
    expect(detail.locator(".given pre")).to_be_visible()
    expect(detail.locator("textarea")).to_have_count(0)
    expect(page.get_by_role("button", name="不需要处理")).to_have_count(0)
    page.get_by_role("link", name="复核答案").click()
    expect(page.locator("#view-reviews")).to_be_visible()
    expect(page.get_by_role("button", name="撤回")).to_have_count(0)


def test_reviews_that_no_longer_hold_come_first(opened: Open) -> None:
    page = opened("赵敏")
    line = {
        "turn_id": "t",
        "status": "answered",
        "draft": "答案",
        "reviewer": "赵敏",
        "reviewed_at": "2026-01-01T00:00:00+00:00",
    }
    listed = [
        {**line, "review_id": "a", "question": "新的", "current": True},
        {**line, "review_id": "b", "question": "旧的", "current": False},
    ]
    answer = json.dumps(listed, ensure_ascii=False)
    page.route("**/api/desk/reviews", lambda route: route.fulfill(content_type="application/json", body=answer))
    page.get_by_role("link", name="复核答案").click()
    expect(page.locator("#reviews li")).to_contain_text(["旧的", "新的"])
    expect(page.locator("#reviews li").first).to_contain_text("需要重新复核")


# How it looks


def test_a_usual_call_fits_one_window(opened: Open) -> None:
    page = opened()
    keep(page)
    for script in ("document.documentElement", "document.getElementById('scroll')"):
        assert page.evaluate(f"{script}.scrollHeight <= {script}.clientHeight"), script
    for part in (
        ".figure",
        "#script li:last-child",
        "#clause mark >> nth=0",
        "#notes",
        "#basis",
        "#calls button >> nth=0",
    ):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)


WORDS = """() => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (["SCRIPT", "STYLE", "KBD", "TEMPLATE"].includes(element.tagName) || !element.checkVisibility()) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(element.getAttribute(name) || "");
    for (const node of element.childNodes) if (node.nodeType === 3) found.push(node.textContent);
  }
  return found.filter((text) => /[A-Za-z]{3}/.test(text.replace(/Enter|closing/g, "")));
}"""


def check(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate(WORDS) == []


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_every_state_can_be_read(
    opened: Open, asked: Callable[..., dict[str, Any]], viewport: dict[str, int], scheme: str, size: str
) -> None:
    asked("引进人才补贴怎么领", "想要电话")
    page = opened("赵敏", viewport=viewport, color_scheme=scheme, locale="en-US")
    if size == "large":
        page.get_by_role("button", name="大字").click()
    narrow = viewport == PHONE
    check(page)
    for question in (QUESTION, "能拿多少奖励", "各档奖励标准是多少", "今天天气怎么样"):
        type_in(page, question)
        check(page)
    keep(page)
    page.locator("summary").click()
    check(page)
    for part in ("条款", "来电记录", "答复") if narrow else ():
        page.get_by_role("button", name=part, exact=True).click()
        check(page)
    page.context.set_offline(True)
    box(page).fill("营收1500万")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".figure").first).to_be_hidden()
    check(page)
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_be_hidden(timeout=15_000)
    page.get_by_role("link", name="待办").click()
    page.locator("#queue button").filter(has_text="引进人才补贴怎么领").click()
    expect(page.locator("#faults")).to_contain_text("核对通过")
    check(page)
    if narrow:
        page.get_by_role("button", name="返回列表").click()
        expect(page.locator("#queue button").first).to_be_visible()
    page.get_by_role("link", name="复核答案").click()
    expect(page.locator("#reviews li").first).to_be_visible()
    check(page)


def test_a_phones_main_controls_are_a_fingers_size(opened: Open) -> None:
    page = opened("赵敏", viewport=PHONE)
    keep(page)
    for button in page.locator("main button:visible, header nav a:visible").all():
        area = button.bounding_box()
        assert area
        assert area["height"] >= 44, button.inner_text()


def test_everything_is_reached_by_keyboard(opened: Open) -> None:
    page = opened()
    keep(page)
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        outlined = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert (
            outlined != "none" or reached[-1].strip() == "" or page.evaluate("document.activeElement === document.body")
        )
    told = " ".join(reached)
    for name in (
        "new-call",
        "open-keys",
        "复制",
        "完整答复",
        "tab-0",
        "clause",
        "whole",
        "open-handover",
        "notes",
        "待办",
        "退出",
    ):
        assert name in told, name


def test_the_page_is_one_policys_and_knows_no_other(opened: Open) -> None:
    """Its scripts hold no word of the policy: those come with the answers."""
    page = opened()
    names = page.locator("script[src^='/ui/desk']").evaluate_all("(nodes) => nodes.map((node) => node.src)")
    assert len(names) >= 5
    for name in names:
        told = page.evaluate("(name) => fetch(name).then((found) => found.text())", name)
        assert not re.search("柳州|产业园|招商团队|运营机构|innerHTML", told)
    assert not re.search(r"<[^>]+\sstyle=", (ROOT / "assistant/pages/desk.py").read_text(encoding="utf-8"))
