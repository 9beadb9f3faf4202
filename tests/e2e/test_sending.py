"""What is typed is the user's: on a slow line, typed fast, sent twice, failed — no letter is lost or put elsewhere."""

import json
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations
from tests.e2e.test_page import DESKTOP, PHONE

FIRST = "营收8000万能拿多少奖励"
SECOND = "那1.2亿呢能拿多少"
THIRD = "有效期到什么时候？"
Visit = Callable[..., Page]


def slowed(page: Page, latency: int) -> None:
    """Emulates a line on which every answer comes ``latency`` milliseconds later."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def ready(visit: Visit, latency: int = 0, **context: object) -> Page:
    page = visit(**{"viewport": DESKTOP, **context})
    expect(page.get_by_text("可以这样问")).to_be_visible()
    page.get_by_label("您的问题").click()
    slowed(page, latency)
    return page


@pytest.mark.parametrize("latency", [0, 60, 300, 800])
@pytest.mark.parametrize("pace", [0, 2, 40, 150])
def test_the_next_question_is_typed_while_the_last_is_on_its_way(visit: Visit, latency: int, pace: int) -> None:
    page = ready(visit, latency)
    for question in (FIRST, SECOND):
        page.keyboard.type(question, delay=pace)
        page.keyboard.press("Enter")
    page.keyboard.type("写了一半", delay=pace)
    expect(page.locator(".answer:not(.writing)")).to_have_count(2, timeout=60_000)
    expect(page.locator(".said")).to_have_text([FIRST, SECOND])
    expect(page.locator(".answer").last).to_contain_text("不超过30万元")
    expect(page.get_by_label("您的问题")).to_have_value("写了一半")


def test_three_at_once_are_asked_in_order(visit: Visit) -> None:
    page = ready(visit, 400)
    for question in (FIRST, SECOND, THIRD):
        page.keyboard.type(question)
        page.keyboard.press("Enter")
    expect(page.get_by_label("您的问题")).to_have_value("")
    expect(page.locator("#waiting")).to_contain_text(f"等待发送：{THIRD}")
    expect(page.locator(".answer:not(.writing)")).to_have_count(3, timeout=60_000)
    expect(page.locator(".said")).to_have_text([FIRST, SECOND, THIRD])
    expect(page.locator("#waiting li")).to_have_count(0)


@pytest.mark.parametrize("way", ["button", "chip"])
def test_what_is_typed_after_a_click_stays(visit: Visit, way: str) -> None:
    page = ready(visit, 400)
    page.keyboard.type(FIRST)
    if way == "button":
        page.get_by_role("button", name="发送").click()
    else:
        page.locator(".chip:visible").last.click()
    page.get_by_label("您的问题").click()
    page.keyboard.press("End")
    page.keyboard.type("写了一半", delay=20)
    expect(page.locator(".answer:not(.writing)")).to_have_count(1, timeout=60_000)
    page.wait_for_timeout(500)
    expect(page.get_by_label("您的问题")).to_have_value("写了一半" if way == "button" else f"{FIRST}写了一半")


def test_one_that_waits_can_be_taken_back(visit: Visit) -> None:
    page = ready(visit, 800)
    for question in (FIRST, SECOND):
        page.keyboard.type(question)
        page.keyboard.press("Enter")
    page.locator("#waiting").get_by_role("button", name="不发了").click()
    expect(page.get_by_label("您的问题")).to_have_value(SECOND)
    expect(page.locator(".answer:not(.writing)")).to_have_count(1, timeout=60_000)
    expect(page.locator(".said")).to_have_text(FIRST)


@pytest.fixture
def broken(visit: Visit) -> Page:
    """A page whose questions do not get through."""
    page = ready(visit, viewport=PHONE)
    page.route("**/gradio_api/queue/join*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    return page


def test_one_that_failed_comes_back_where_the_box_is_empty(broken: Page) -> None:
    broken.keyboard.type(FIRST)
    broken.keyboard.press("Enter")
    expect(broken.get_by_label("您的问题")).to_have_value(FIRST, timeout=30_000)
    broken.unroute_all()
    broken.keyboard.press("Enter")
    expect(broken.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(broken.locator(".said")).to_have_text(FIRST)


def test_one_that_failed_waits_above_where_the_box_is_taken(broken: Page) -> None:
    broken.keyboard.type(FIRST)
    broken.keyboard.press("Enter")
    broken.keyboard.type("写了一半")
    expect(broken.locator("#waiting li")).to_contain_text(f"没有得到回答：{FIRST}", timeout=30_000)
    expect(broken.get_by_label("您的问题")).to_have_value("写了一半")
    broken.wait_for_timeout(700)
    assert violations(broken) == []
    broken.unroute_all()
    broken.reload()
    expect(broken.get_by_label("您的问题")).to_have_value("写了一半")
    broken.locator("#waiting").get_by_role("button", name="再发送").click()
    expect(broken.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(broken.locator(".said")).to_have_text(FIRST)
    expect(broken.locator("#waiting li")).to_have_count(0)
    expect(broken.get_by_label("您的问题")).to_have_value("写了一半")


def test_a_new_conversation_begun_at_once_loses_no_question(visit: Visit) -> None:
    page = ready(visit, 800)
    for question in (FIRST, SECOND):
        page.keyboard.type(question)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="新对话").click()
    expect(page.get_by_label("您的问题")).to_have_value(SECOND, timeout=10_000)
    expect(page.get_by_text("可以这样问")).to_be_visible(timeout=10_000)
    page.wait_for_timeout(4000)
    expect(page.locator(".said")).to_have_count(0)
    page.get_by_label("您的问题").fill(THIRD)
    page.keyboard.press("Enter")
    expect(page.locator(".answer:not(.writing)")).to_have_count(1, timeout=60_000)
    expect(page.locator(".said")).to_have_text(THIRD)
    page.get_by_role("button", name="以前的对话").click()
    page.get_by_role("dialog").get_by_role("button", name=FIRST).first.click()
    expect(page.locator(".said")).to_have_text(FIRST, timeout=30_000)


def test_a_reload_while_questions_wait_keeps_them(visit: Visit) -> None:
    page = ready(visit, 800)
    for question in (FIRST, SECOND):
        page.keyboard.type(question)
        page.keyboard.press("Enter")
    page.keyboard.type("写了一半")
    page.reload()
    expect(page.get_by_label("您的问题")).to_have_value("写了一半", timeout=30_000)
    expect(page.locator("#waiting")).to_contain_text(SECOND)
    assert json.loads(page.evaluate("JSON.stringify(sessionStorage.getItem('policy-draft'))"))
