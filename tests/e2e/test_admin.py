"""The administrators' page in a browser, and what everybody else sees while the assistant is turned off."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Browser, Page, expect

from assistant.access.accounts import Access
from assistant.operations import switching
from assistant.store import Store
from assistant.widget import demo
from tests.desk import PASSWORD
from tests.e2e.conftest import started, violations
from tests.e2e.test_widget import free_port
from tests.e2e.test_widget import running as site_of

ADMIN, OTHER_ADMIN, AGENT, REVIEWER, GONE = "周敏", "吴强", "王芳", "赵敏", "李明"
NOTICE = "系统维护，18 点恢复。"
QUESTION = "营收8000万能拿多少"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("admin")


@pytest.fixture(scope="module")
def port() -> int:
    """Of a web site that shows the widget."""
    return free_port()


@pytest.fixture(scope="module")
def address(browser: Browser, data: Path, port: int) -> Iterator[str]:
    access = Access(Store(data))
    roles = ((ADMIN, "admin"), (OTHER_ADMIN, "admin"), (AGENT, "agent"), (REVIEWER, "reviewer"), (GONE, "agent"))
    for name, role in roles:
        access.add(name, PASSWORD, role, "test")  # type: ignore[arg-type]
    with started(data, ASSISTANT_ORIGINS=f"http://127.0.0.1:{port}") as found:
        yield found


@pytest.fixture(autouse=True)
def _on_again(data: Path) -> Iterator[None]:
    yield
    for name in switching.NAMES:
        switching.turn_on(Store(data), name, "test")


@contextmanager
def turned_off(data: Path) -> Iterator[None]:
    """Turned off by another process than the server's."""
    store = Store(data)
    switching.turn_off(store, "assistant", NOTICE, "test")
    yield
    switching.turn_on(store, "assistant", "test")


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/desk/login")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{address}/desk")


@pytest.fixture
def opened(visit: Visit, address: str) -> Visit:
    def opened(name: str = ADMIN, **context: Any) -> Page:
        page = visit("/desk/login", **{"viewport": DESKTOP, **context})
        sign_in(page, address, name)
        page.goto(f"{address}/desk/admin")
        return page

    return opened


def part(page: Page, name: str) -> Any:
    return page.get_by_role("article", name=name)


def fits(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_only_administrators_get_in_and_only_they_see_the_way(visit: Visit, address: str) -> None:
    page = visit("/desk/admin")
    expect(page).to_have_url(f"{address}/desk/login")
    for name in (AGENT, REVIEWER):
        sign_in(page, address, name)
        expect(page.get_by_role("link", name="管理", exact=True)).to_have_count(0)
        answer = page.goto(f"{address}/desk/admin")
        assert answer
        assert answer.status == 403
        expect(page.get_by_role("status")).to_contain_text("只给管理员使用")
        page.context.clear_cookies()
    sign_in(page, address, ADMIN)
    with page.expect_popup() as found:
        page.get_by_role("link", name="管理", exact=True).click()
    expect(found.value.get_by_role("heading", name="管理", exact=True)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_assistant_is_turned_off_with_a_notice_and_on_again(opened: Visit, address: str, scripts: bool) -> None:
    page = opened(java_script_enabled=scripts)
    part(page, "助手").get_by_label("公告").fill(f"{NOTICE}\n<b>急事</b>请打热线。")
    page.get_by_role("button", name="关闭助手").click()
    expect(page.get_by_role("status")).to_have_text("助手已关闭。")
    expect(part(page, "助手")).to_contain_text("已关闭")
    expect(part(page, "助手")).to_contain_text("<b>急事</b>请打热线。")
    expect(part(page, "助手")).to_contain_text(f"由 {ADMIN} 改动")
    expect(page.locator(".audit li").first).to_contain_text("关闭 助手")
    told = httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=60)
    assert (told.status_code, told.json()["detail"]) == (503, f"{NOTICE}\n<b>急事</b>请打热线。")
    page.get_by_role("button", name="打开助手").click()
    expect(page.get_by_role("status")).to_have_text("助手已打开。")
    assert httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=60).status_code == 200


def test_the_model_is_turned_off_by_itself(opened: Visit, address: str) -> None:
    page = opened()
    page.get_by_role("button", name="关闭大模型").click()
    expect(part(page, "大模型")).to_contain_text("已关闭")
    expect(part(page, "助手")).to_contain_text("已打开")
    assert httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=60).status_code == 200
    page.get_by_role("button", name="打开大模型").click()
    expect(part(page, "大模型")).to_contain_text("已打开")


def test_a_notice_that_cannot_be_used_changes_nothing_and_stays(opened: Visit, address: str) -> None:
    page = opened()
    page.evaluate(
        "document.querySelectorAll('textarea').forEach((one) => { one.required = false; one.maxLength = 9999; })"
    )
    notice = part(page, "助手").get_by_label("公告")
    for words, fault in (("", "请写明公告"), ("长" * 501, "最多 500 个字")):
        notice.fill(words)
        page.get_by_role("button", name="关闭助手").click()
        expect(page.get_by_role("alert")).to_contain_text(fault)
        expect(notice).to_have_value(words)
        expect(notice).to_be_focused()
        expect(part(page, "助手")).to_contain_text("已打开")
        assert violations(page) == []
        page.evaluate(
            "document.querySelectorAll('textarea').forEach((one) => { one.required = false; one.maxLength = 9999; })"
        )
    assert httpx.get(f"{address}/readyz").json()["assistant"] == "on"


def test_an_account_is_disabled_at_once_and_enabled_but_never_ones_own(
    opened: Visit, visit: Visit, address: str
) -> None:
    other = visit("/desk/login")
    sign_in(other, address, GONE)
    page = opened()
    assert page.get_by_role("button", name=f"停用 {ADMIN}").count() == 0
    page.get_by_role("button", name=f"停用 {GONE}").click()
    expect(page.get_by_role("status")).to_contain_text("账号已停用")
    expect(page.locator(".audit li").first).to_contain_text(f"停用账号 {GONE}")
    other.goto(f"{address}/desk")
    expect(other).to_have_url(f"{address}/desk/login")
    page.get_by_role("button", name=f"启用 {GONE}").click()
    expect(page.get_by_role("status")).to_contain_text("账号已启用")
    sign_in(other, address, GONE)


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("switch", {"name": "assistant", "to": "off", "notice": NOTICE, "csrf": ""}, 403),
        ("switch", {"name": "assistant", "to": "off", "notice": NOTICE, "csrf": "guessed"}, 403),
        ("switch", {"name": "everything", "to": "off", "notice": NOTICE}, 422),
        ("switch", {"name": "assistant", "to": "sideways", "notice": NOTICE}, 422),
        ("accounts", {"name": AGENT, "to": "disable", "csrf": ""}, 403),
        ("accounts", {"name": AGENT, "to": "delete"}, 422),
        ("accounts", {"name": ADMIN, "to": "disable"}, 422),
        ("accounts", {"name": "nobody", "to": "disable"}, 404),
    ],
)
def test_a_form_that_is_not_the_pages_own_does_nothing(
    opened: Visit, address: str, path: str, fields: dict[str, str], status: int
) -> None:
    page = opened()
    token = page.locator("[name=csrf]").first.input_value()
    response = page.request.post(f"{address}/desk/admin/{path}", form={"csrf": token, **fields})
    assert response.status == status
    assert httpx.get(f"{address}/readyz").json()["assistant"] == "on"
    page.reload()
    expect(page.locator(".accounts li").filter(has_text=AGENT)).to_contain_text("在用")


@pytest.mark.parametrize("name", [AGENT, REVIEWER, ""])
@pytest.mark.parametrize("path", ["switch", "accounts"])
def test_other_staff_can_send_no_form(visit: Visit, address: str, name: str, path: str) -> None:
    page = visit("/desk/login")
    token = ""
    if name:
        sign_in(page, address, name)
        token = str(page.locator("#desk").get_attribute("data-csrf"))
    form = {"csrf": token, "name": "assistant", "to": "off", "notice": NOTICE}
    response = page.request.post(f"{address}/desk/admin/{path}", form=form, max_redirects=0)
    assert response.status == (403 if name else 303)
    assert httpx.get(f"{address}/readyz").json()["assistant"] == "on"


def test_another_sites_form_does_nothing(opened: Visit, address: str, port: int) -> None:
    page = opened()
    token = page.locator("[name=csrf]").first.input_value()
    form = {"csrf": token, "name": "assistant", "to": "off", "notice": NOTICE}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": f"http://127.0.0.1:{port}"}):
        response = page.request.post(f"{address}/desk/admin/switch", form=form, headers=headers)
        assert response.status == 403
    assert httpx.get(f"{address}/readyz").json()["assistant"] == "on"


def test_todays_figures_are_counted(opened: Visit, address: str) -> None:
    page = opened()

    def figures() -> dict[str, int]:
        names = page.locator(".today dt").all_inner_texts()
        return dict(zip(names, map(int, page.locator(".today dd").all_inner_texts()), strict=True))

    before = figures()
    told = httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=60).json()
    httpx.post(f"{address}/api/ask", json={"question": "入园企业可以用会议室吗"}, timeout=60)
    httpx.post(f"{address}/api/feedback", json={"turn_id": told["turn_id"], "rating": "dislike"}, timeout=60)
    page.reload()
    risen = {name: count - before[name] for name, count in figures().items()}
    assert list(risen.values()) == [2, 1, 0, 1]


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_page_can_be_read(opened: Visit, viewport: Any, scheme: str, size: str) -> None:
    page = opened(viewport=viewport, color_scheme=scheme, locale="en-US")
    if size == "large":
        page.get_by_role("button", name="大字").click()
    fits(page)
    part(page, "助手").get_by_label("公告").fill(NOTICE)
    page.get_by_role("button", name="关闭助手").click()
    expect(part(page, "助手")).to_contain_text("已关闭")
    fits(page)
    for button in page.locator("main button").all():
        area = button.bounding_box()
        assert area
        assert area["height"] >= 44, button.inner_text()


# What others see while it is off


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_front_page_shows_the_notice_at_once_and_keeps_the_question(
    visit: Visit, data: Path, viewport: Any
) -> None:
    with turned_off(data):
        page = visit("/", viewport=viewport)
        notice = page.locator("#notice")
        expect(notice).to_have_text(NOTICE)
        fits(page)
        page.get_by_label("您的问题").fill(QUESTION)
        page.get_by_role("button", name="发送").click()
        expect(notice).to_have_text(NOTICE)
        expect(notice).to_be_visible()
        expect(page.get_by_label("您的问题")).to_have_value(QUESTION)
        page.reload()
        expect(notice).to_have_text(NOTICE)
        expect(page.get_by_label("您的问题")).to_have_value(QUESTION)
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#chat .answer:not(.writing)")).to_contain_text("不超过15万元")
    expect(notice).to_have_text("")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_calculator_shows_the_notice_and_keeps_what_was_filled_in(visit: Visit, data: Path, viewport: Any) -> None:
    page = visit("/calculator", viewport=viewport)
    field = page.get_by_label("主营业务收入", exact=True)
    with turned_off(data):
        field.fill("8000万")
        expect(page.locator("#fault")).to_have_text(NOTICE)
        page.reload()
        expect(page.get_by_role("alert").filter(has_text=NOTICE)).to_be_visible()
        fits(page)
        field.fill("9000万")
        expect(page.locator("#fault")).to_have_text(NOTICE)
    page.get_by_role("button", name="计算").click()
    expect(page.locator("#results")).to_contain_text("不超过15万元")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_desk_shows_the_notice_and_keeps_the_question(
    visit: Visit, address: str, data: Path, viewport: Any
) -> None:
    with turned_off(data):
        page = visit("/desk/login", viewport=viewport)
        sign_in(page, address, AGENT)
        alert = page.get_by_role("alert").filter(has_text=NOTICE)
        expect(alert).to_be_visible()
        assert violations(page) == []
        page.get_by_label("来电人的问题").fill(QUESTION)
        expect(alert).to_contain_text("再试")
        expect(alert).not_to_contain_text("自动重试")
        page.get_by_label("来电人的问题").press("Enter")
        expect(alert).to_contain_text("还没有记录")
        expect(page.get_by_label("来电人的问题")).to_have_value(QUESTION)
    alert.get_by_role("button").click()
    expect(page.locator("#turns button").last).to_contain_text(QUESTION)


def test_the_widget_shows_the_notice_and_asks_again_by_a_click(
    browser: Browser, address: str, data: Path, port: int
) -> None:
    with site_of(demo.server(address, port)) as site, turned_off(data):
        page = browser.new_page(viewport=DESKTOP, locale="zh-CN")  # another site's, which asks this server
        page.goto(site)
        page.get_by_role("button", name="政策问答").first.click()
        page.get_by_label("您的问题").first.fill(QUESTION)
        page.get_by_role("button", name="发送").first.click()
        told = page.locator("policy-chat .told").filter(has_text=NOTICE)
        expect(told).to_be_visible()
        expect(page.locator("policy-chat .said")).to_have_text(QUESTION)
        switching.turn_on(Store(data), "assistant", "test")
        told.get_by_role("button", name="重新提问").click()
        expect(page.locator("policy-chat")).to_contain_text("不超过15万元", timeout=60_000)
        page.close()
