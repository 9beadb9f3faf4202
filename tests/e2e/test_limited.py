"""Who asks too often is told so in Chinese wherever one asks in a browser, and keeps what was typed."""

import re
from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import started, violations
from tests.e2e.test_widget import Chat, Open, Site, assisted, opened  # noqa: F401 - a fixture

QUESTION = "营收8000万能拿多少？"
FOLLOW_UP = "那1.2亿呢？"
TOLD = re.compile(r"提问次数太多，请 \d+ 秒后再试（同一网络里的人合计每分钟最多 2 次）。")
LIMIT = {"ASSISTANT_LIMIT_ADDRESS": "2"}
Visit = Callable[..., Page]


def as_visitor(number: int) -> dict[str, dict[str, str]]:
    """A browser as a proxy on this machine tells of it."""
    return {"extra_http_headers": {"X-Forwarded-For": f"203.0.113.{number}"}}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with started(tmp_path_factory.mktemp("data"), **LIMIT) as address:
        yield address


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with assisted(tmp_path_factory.mktemp("data"), **LIMIT) as site:
        yield site


def test_the_page(visit: Visit, limited: str) -> None:
    page = visit(f"{limited}/", **as_visitor(1))
    box = page.locator("#box textarea")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator("#chat .answer:not(.writing)")).to_have_count(1)
    box.fill(FOLLOW_UP)
    box.press("Enter")
    expect(page.locator(".toast-wrap")).to_contain_text(TOLD)
    assert not re.search("[A-Za-z]{3}", page.locator(".toast-wrap").inner_text())
    expect(box).to_have_value(FOLLOW_UP)
    expect(page.locator("#chat .answer")).to_have_count(1)
    expect(page.locator(".toast-body")).to_have_css("opacity", "1")  # it fades in
    assert violations(page, ".toast-wrap") == []


def test_the_calculator(visit: Visit, limited: str) -> None:
    page = visit(f"{limited}/calculator", **as_visitor(2))
    field = page.locator("#calculator input[type=text]").first
    field.fill("8000万")
    expect(page.locator("#summary")).to_contain_text("15万元")
    field.fill("9000万")
    expect(page.locator("#fault")).to_have_text(TOLD)
    expect(field).to_have_value("9000万")


def test_the_widget(opened: Open, site: Site) -> None:  # noqa: F811
    page = opened(site)

    def forwarded(route: Route) -> None:  # as a proxy would: the browser itself would ask whether it may send this
        route.continue_(headers={**route.request.headers, **as_visitor(3)["extra_http_headers"]})

    page.route("**/api/chat", forwarded)
    chat = Chat(page).open()
    for number, question in enumerate((QUESTION, FOLLOW_UP), 1):
        chat.box.fill(question)
        chat.box.press("Enter")
        expect(chat.answers).to_have_count(number)
    chat.box.fill("那3亿呢？")
    chat.box.press("Enter")
    expect(chat.log).to_contain_text(TOLD)
    expect(chat.said.last).to_have_text("那3亿呢？")
    expect(chat.again).to_be_visible()
