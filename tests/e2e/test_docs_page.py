"""The page on the interfaces in a browser: it can be read and used on every screen, and the form asks."""

from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., Page]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(visit: Visit, viewport: dict[str, int], scheme: str) -> None:
    page = visit("/docs", viewport=viewport, color_scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_have_text("接口文档")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert violations(page) == []
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert violations(page) == []


def test_a_question_is_tried(visit: Visit) -> None:
    page = visit("/docs", viewport=PHONE)
    page.get_by_label("试一试").fill("有效期到什么时候？")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("status")).to_contain_text('"status": "answered"', timeout=60_000)
    expect(page.get_by_role("status")).to_contain_text("返回 200")
    page.get_by_label("试一试").fill("   ")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("status")).to_contain_text("返回 422：question：不能为空")
    assert violations(page) == []
    page.context.set_offline(True)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("status")).to_contain_text("没有连上服务")


def test_the_contents_lead_to_an_operation_by_keyboard(visit: Visit) -> None:
    page = visit("/docs", viewport=DESKTOP)
    link = page.get_by_role("navigation", name="目录").get_by_role("link", name="提问", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#post-api-ask")).to_be_in_viewport()
    assert page.url.endswith("#post-api-ask")


def test_without_a_script_everything_but_the_form_is_there(visit: Visit) -> None:
    page = visit("/docs", viewport=DESKTOP, java_script_enabled=False)
    expect(page.locator("#post-api-ask")).to_be_visible()
    expect(page.locator(".try")).to_be_hidden()
