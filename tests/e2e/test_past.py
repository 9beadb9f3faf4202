"""Earlier conversations: listed in this browser only, opened again, removed."""

import json
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_page import DESKTOP, PHONE, QUESTION, ask

Visit = Callable[..., Page]
OTHER = "有效期到什么时候？"
KEY = "policy-conversations"


def past(page: Page) -> Locator:
    page.get_by_role("button", name="以前的对话").click()
    expect(page.get_by_role("dialog", name="以前的对话")).to_be_visible()
    return page.get_by_role("dialog", name="以前的对话")


def begin(page: Page) -> None:
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".said")).to_have_count(0)
    expect(page.get_by_text("可以这样问")).to_be_visible()


def test_a_conversation_goes_on_over_a_reload_and_a_new_one_keeps_the_old(visit: Visit) -> None:
    page = visit(viewport=PHONE)
    ask(page, QUESTION)
    page.reload()
    expect(page.locator(".said")).to_have_text(QUESTION)
    expect(page.locator(".answer")).to_contain_text("不超过15万元")
    ask(page, "那1.2亿呢？", 2)
    expect(page.locator(".answer").last).to_contain_text("不超过30万元")
    begin(page)
    page.reload()
    expect(page.get_by_text("可以这样问")).to_be_visible()
    expect(page.locator(".said")).to_have_count(0)
    ask(page, OTHER)
    listed = past(page)
    expect(listed.locator(".first")).to_have_text([OTHER, QUESTION])
    expect(listed.locator(".at").first).to_contain_text("正在显示")
    listed.get_by_role("button", name=QUESTION).first.click()
    expect(listed).to_be_hidden()
    expect(page.locator(".said")).to_have_text([QUESTION, "那1.2亿呢？"])
    page.reload()
    expect(page.locator(".said")).to_have_text([QUESTION, "那1.2亿呢？"])
    ask(page, "30亿呢？", 3)
    expect(page.locator(".answer").last).to_contain_text("100万元")
    expect(past(page).locator(".first")).to_have_text([QUESTION, OTHER])


def test_a_conversation_is_removed_from_the_list(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, QUESTION)
    begin(page)
    ask(page, OTHER)
    listed = past(page)
    listed.get_by_role("button", name=f"从列表中移除：{QUESTION}").click()
    expect(listed.locator(".first")).to_have_text([OTHER])
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(page.locator(".said")).to_have_text(OTHER)
    past(page).get_by_role("button", name="全部移除").click()
    expect(listed).to_contain_text("还没有以前的对话")
    listed.get_by_role("button", name="关闭").click()
    expect(page.locator(".said")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("可以这样问")).to_be_visible()
    expect(past(page)).to_contain_text("还没有以前的对话")


def test_another_browser_sees_nothing_of_it(visit: Visit) -> None:
    ask(visit(viewport=DESKTOP), QUESTION)
    expect(past(visit(viewport=DESKTOP))).to_contain_text("还没有以前的对话")


def test_the_list_is_bounded_and_one_that_is_gone_is_said_to_be_gone(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    kept = [{"id": f"gone{at}", "title": f"第{at}个问题", "at": 1_750_000_000_000} for at in range(25)]
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [KEY, json.dumps(kept)])
    ask(page, QUESTION)
    listed = past(page)
    expect(listed.locator("li")).to_have_count(20)
    expect(listed.locator(".first").first).to_have_text(QUESTION)
    expect(listed.locator(".at").last).to_have_text("2025年6月15日")
    listed.get_by_role("button", name="第3个问题").first.click()
    expect(page.get_by_role("alert")).to_contain_text("没有找到这次对话")
    expect(page.locator(".said")).to_have_text(QUESTION)
    ask(page, OTHER, 2)


@pytest.mark.parametrize("held", ["", "{", "[1, null]", '{"a": 1}', '[{"id": 5, "title": "x"}]'])
def test_whatever_the_browser_holds_the_page_works(visit: Visit, held: str) -> None:
    page = visit(viewport=DESKTOP)
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [KEY, held])
    page.reload()
    expect(past(page)).to_contain_text("还没有以前的对话")
    page.get_by_role("button", name="关闭").click()
    ask(page, QUESTION)
    expect(past(page).locator(".first")).to_have_text([QUESTION])


def test_where_the_browser_keeps_nothing_the_page_answers(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
        " {get() { throw new DOMException('closed', 'SecurityError'); }})"
    )
    page.reload()
    ask(page, QUESTION)
    ask(page, "那1.2亿呢？", 2)
    expect(page.locator(".answer").last).to_contain_text("不超过30万元")
    expect(past(page)).to_contain_text("还没有以前的对话")
