"""The calculator in a browser: live, without a script, without a network, on a phone, in print."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import violations

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
DAY = "as_of=2026-06-01"
FILLED = f"/calculator?values.main_business_revenue=8000万&facts.in_park=yes&{DAY}"
EVERYTHING = (
    f"{FILLED}&values.first_year_tax=三百万&counts.first_year_tax=11家&values.years_in_register=满一年&scale=log"
)
Visit = Callable[..., Page]


def headlines(page: Page) -> Any:
    return page.locator(".card .headline")


def revenue(page: Page) -> Any:
    return page.get_by_label("主营业务收入", exact=True)


def test_the_result_follows_what_is_typed(visit: Visit) -> None:
    page = visit(f"/calculator?{DAY}", viewport=DESKTOP)
    expect(headlines(page)).to_have_count(0)
    revenue(page).press_sequentially("8000万", delay=20)
    expect(headlines(page)).to_have_text(["一次性奖励不超过15万元"])
    expect(page.get_by_text("读作 80,000,000元")).to_be_visible()
    expect(page.locator("#summary")).to_have_text("经济贡献奖励：一次性奖励不超过15万元")
    park = page.get_by_role("group", name="请问贵公司是否已入驻产业园？")
    park.get_by_role("radio", name="否").check()
    expect(headlines(page)).to_have_text(["不能享受：这项奖励须为园区企业（已入驻产业园）"])
    park.get_by_role("radio", name="未说明").check()
    expect(page.locator(".card dt").filter(has_text="前提")).to_be_visible()
    page.get_by_label("首次年纳税总额").fill("300万")
    page.get_by_label("这样的企业有几家").first.fill("4")
    expect(headlines(page)).to_have_text(["一次性奖励不超过15万元", "一次性奖励12万元（4家合计）"])
    revenue(page).fill("")
    expect(headlines(page)).to_have_text(["一次性奖励12万元（4家合计）"])
    page.get_by_label("按哪一天算").fill("2027-01-01")
    expect(headlines(page)).to_have_text(["不在有效期内，不能据此计算奖励"])


def test_the_address_is_the_result(visit: Visit) -> None:
    page = visit(f"/calculator?{DAY}", viewport=DESKTOP)
    revenue(page).fill("1.2亿")
    expect(headlines(page)).to_have_text(["一次性奖励不超过30万元"])
    query = parse_qs(urlsplit(page.url).query)
    assert query["values.main_business_revenue"] == ["1.2亿"]
    assert not [name for name in query if name.startswith("counts.")]
    page.reload()
    expect(revenue(page)).to_have_value("1.2亿")
    expect(headlines(page)).to_have_text(["一次性奖励不超过30万元"])


def test_what_cannot_be_read_is_told_at_its_field_when_the_typing_rests(visit: Visit) -> None:
    page = visit(f"{FILLED}&values.first_year_tax=300万", viewport=DESKTOP)
    revenue(page).fill("8000")
    error = page.locator('[id="values.main_business_revenue.error"]')
    expect(error).to_have_text(re.compile("8000.*请带单位"))
    expect(revenue(page)).to_have_attribute("aria-invalid", "true")
    assert "values.main_business_revenue.error" in revenue(page).get_attribute("aria-describedby").split()
    expect(headlines(page)).to_have_text(["一次性奖励3万元"])
    revenue(page).fill("8000万")
    expect(error).to_be_hidden()
    expect(revenue(page)).not_to_have_attribute("aria-invalid", "true")
    expect(headlines(page)).to_have_text(["一次性奖励不超过15万元", "一次性奖励3万元"])


def test_the_latest_answer_wins(visit: Visit) -> None:
    page = visit(f"/calculator?{DAY}", viewport=DESKTOP)
    held: list[Route] = []
    page.route("**/api/calculate", lambda route: held.append(route))
    revenue(page).fill("2000万")
    page.wait_for_timeout(400)
    revenue(page).fill("30亿")
    page.wait_for_timeout(400)
    assert [route.request.post_data_json["values"]["main_business_revenue"] for route in held] == ["2000万", "30亿"]
    held[1].continue_()
    expect(headlines(page)).to_have_text(["一次性奖励100万元"])
    page.unroute_all(behavior="ignoreErrors")  # the first answer is not wanted any more
    expect(headlines(page)).to_have_text(["一次性奖励100万元"])


def test_without_a_network_nothing_old_is_shown_and_it_works_again(visit: Visit) -> None:
    page = visit(FILLED, viewport=DESKTOP)
    page.context.set_offline(True)
    revenue(page).fill("30亿")
    expect(page.locator("#fault")).to_contain_text("暂时连不上服务")
    expect(revenue(page)).to_have_value("30亿")
    expect(page.get_by_text("80,000,000元", exact=False).filter(has_text="读作")).to_be_hidden()
    expect(headlines(page)).to_be_hidden()
    expect(page.get_by_role("button", name="复制结果")).to_be_hidden()
    expect(page.locator("#summary")).to_be_empty()
    page.context.set_offline(False)
    expect(headlines(page)).to_have_text(["一次性奖励100万元"])
    expect(page.locator("#fault")).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (429, '{"detail": "请求太多，请过 5 秒再试。"}', "请求太多，请过 5 秒再试。"),
        (503, '{"detail": "正在维护。"}', "正在维护。"),
        (502, "<html>Bad Gateway</html>", "暂时连不上服务"),
    ],
)
def test_the_servers_own_words_are_shown(visit: Visit, status: int, body: str, told: str) -> None:
    page = visit(FILLED, viewport=DESKTOP)
    page.route("**/api/calculate", lambda route: route.fulfill(status=status, body=body))
    revenue(page).fill("30亿")
    expect(page.locator("#fault")).to_contain_text(told)
    expect(headlines(page)).to_be_hidden()
    page.unroute_all()
    page.get_by_role("button", name="计算").click()
    expect(headlines(page)).to_have_text(["一次性奖励100万元"])
    expect(page.locator("#fault")).to_be_hidden()


def test_it_is_a_plain_form_without_a_script(visit: Visit) -> None:
    page = visit(f"/calculator?{DAY}", viewport=DESKTOP, java_script_enabled=False)
    revenue(page).fill("8000万")
    page.get_by_role("group", name="请问贵公司是否已入驻产业园？").get_by_role("radio", name="是").check()
    page.get_by_role("button", name="计算").click()
    expect(headlines(page)).to_have_text(["一次性奖励不超过15万元"])
    expect(page.get_by_role("button", name="复制结果")).to_be_hidden()
    page.get_by_role("link", name="对数坐标").click()
    expect(page.locator("figcaption")).to_contain_text("对数坐标，从1000万元起")
    expect(headlines(page)).to_have_text(["一次性奖励不超过15万元"])
    expect(page.get_by_role("radio", name="是").first).to_be_checked()


def test_the_scale_is_changed_in_place_and_the_focus_stays(visit: Visit) -> None:
    page = visit(FILLED, viewport=DESKTOP)
    expect(page.get_by_role("link", name="从0起")).to_have_attribute("aria-current", "true")
    page.locator("summary").click()
    page.get_by_role("link", name="对数坐标").focus()
    page.keyboard.press("Enter")
    expect(page.locator("figcaption")).to_contain_text("对数坐标，从1000万元起")
    expect(page.get_by_role("link", name="对数坐标")).to_be_focused()
    expect(page.get_by_text("您在这一档")).to_be_visible()
    assert "scale=log" in page.url


@pytest.mark.parametrize("secure", [True, False], ids=["clipboard", "no clipboard"])
def test_the_result_is_copied_with_its_label(visit: Visit, secure: bool) -> None:
    page = visit(FILLED, viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    if not secure:
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('none')); }")
    page.get_by_role("button", name="复制结果").click()
    expect(page.locator("#state")).to_have_text("已复制")
    text = page.evaluate("navigator.clipboard.readText()")
    for words in ("一次性奖励不超过15万元", "填写：主营业务收入 8000万", "本回答由AI生成", "第三稿", "截至 2026-06-01"):
        assert words in text


def test_a_quote_opens_in_the_text(visit: Visit) -> None:
    page = visit(FILLED, viewport=DESKTOP)
    page.locator(".part dd a").first.click()
    expect(page.locator("mark").first).to_have_text(
        "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元"
    )


def test_everything_is_reached_by_the_keyboard(visit: Visit) -> None:
    page = visit(f"/calculator?{DAY}", viewport=DESKTOP)
    revenue(page).focus()
    page.keyboard.type("8000万")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="否").first).to_be_checked()
    expect(headlines(page)).to_have_text(["不能享受：这项奖励须为园区企业（已入驻产业园）"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="结果")).to_be_focused()


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("path", [EVERYTHING, FILLED, "/calculator", f"{FILLED}&scale=log"])
def test_on_a_phone_nothing_sticks_out_and_no_label_covers_another(visit: Visit, path: str, size: str) -> None:
    page = visit(path, viewport=PHONE)
    if size == "large":
        page.get_by_role("button", name="大字").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = page.evaluate(
        """() => [...document.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width).map((svg) => {
            const boxes = [...svg.querySelectorAll("text.tick")].map((text) => [text.textContent, text.getBoundingClientRect()]);
            const meets = (a, b) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
            const met = boxes.flatMap(([name, a], n) => boxes.slice(n + 1).filter(([, b]) => meets(a, b)).map(([other]) => [name, other]));
            const outside = boxes.filter(([, a]) => a.left < 0 || a.right > innerWidth).map(([name]) => name);
            return {ticks: boxes.length, met, outside};
        })"""
    )
    assert len(found) == 1
    assert found[0]["ticks"] >= 6
    assert (found[0]["met"], found[0]["outside"]) == ([], [])


def test_on_a_phone_the_outcome_stays_in_sight(visit: Visit) -> None:
    page = visit(f"/calculator?{DAY}", viewport=PHONE)
    below = page.locator("#below")
    expect(below).to_be_hidden()
    revenue(page).fill("8000万")
    expect(below).to_have_text("经济贡献奖励：一次性奖励不超过15万元")
    below.click()
    expect(headlines(page)).to_be_in_viewport()
    expect(below).to_be_hidden()
    heights = page.evaluate(
        "[...document.querySelectorAll('.inputs input[type=text], .choices label, .actions button')].map((one) => one.offsetHeight)"
    )
    assert min(heights) >= 44


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    "path", [EVERYTHING, "/calculator", "/calculator?values.main_business_revenue=8000&as_of=2026-06-01"]
)
def test_it_is_accessible(visit: Visit, path: str, view: dict[str, int], theme: str) -> None:
    page = visit(path, viewport=view, color_scheme=theme)
    for details in page.locator("summary").all():
        details.click()
    assert violations(page) == []


def test_in_print_stands_what_was_filled_in_and_what_came_of_it(visit: Visit) -> None:
    page = visit(EVERYTHING, viewport=DESKTOP)
    page.emulate_media(media="print")
    expect(page.locator(".inputs")).to_be_hidden()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.locator(".given")).to_contain_text("主营业务收入 8000万")
    expect(page.locator(".given")).to_contain_text("2026年6月1日")
    expect(page.locator(".rests")).to_contain_text("本回答由AI生成")
