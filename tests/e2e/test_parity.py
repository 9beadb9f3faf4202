"""One engine, every page: a hundred questions show the same answer on the firm's page, at the desk and in the widget."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT
from tests.e2e.test_widget import Site, assisted
from tests.parity import letters, questions, words

LABELS = (
    "本回答由AI生成，仅供参考，以主管部门解释为准。",
    "AI-generated, for reference only; the authority's reading prevails.",
)
STATUS = {"clarify": "请补充一项", "not_covered": "文件没有规定", "refused": "不在本服务范围"}
ACCOUNT, PASSWORD = "worker", "the same at every door"
ANSWERED = 60_000  # ms
TEXT_ALONE = """told => {
  const copy = told.cloneNode(true);
  copy.querySelectorAll('.status, details, .basis, .rate').forEach(part => part.remove());
  return copy.textContent;
}"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def site(browser: Browser, data: Path) -> Iterator[Site]:
    subprocess.run(
        [sys.executable, "-m", "assistant", "account", "add", ACCOUNT],
        input=f"{PASSWORD}\n",
        text=True,
        cwd=ROOT,
        env={"ASSISTANT_DATA": str(data), "PYTHONIOENCODING": "utf-8", "PATH": ""},
        check=True,
        timeout=60,
    )
    with assisted(data) as found:
        yield found


@pytest.fixture(scope="module")
def reference(site: Site) -> list[dict[str, Any]]:
    with httpx.Client(base_url=site.assistant, trust_env=False, timeout=60) as client:
        return [client.post("/api/ask", json={"question": one}).raise_for_status().json() for one in questions()]


def on_the_page(page: Page, site: Site, question: str) -> tuple[str, str]:
    page.locator("#box textarea").fill(question)
    page.locator("#send").click()
    answer = page.locator(".answer:not(.writing)")
    expect(answer.locator(".basis")).to_be_visible(timeout=ANSWERED)
    told = answer.locator(".text").inner_text(), answer.inner_text()
    page.locator("#new").click()
    expect(answer).to_have_count(0, timeout=ANSWERED)
    return told


def in_the_widget(page: Page, site: Site, question: str) -> tuple[str, str]:
    box = page.get_by_label("您的问题")
    box.fill(question)
    box.press("Enter")
    answer = page.get_by_role("log").locator(".told:has(.basis)")
    expect(answer).to_be_visible(timeout=ANSWERED)
    told = str(answer.evaluate(TEXT_ALONE)), answer.inner_text()
    page.get_by_role("button", name="重新开始").click()
    expect(answer).to_have_count(0, timeout=ANSWERED)
    return told


def at_the_desk(page: Page, site: Site, question: str) -> tuple[str, str]:
    box = page.locator("#question")
    box.fill(question)
    box.press("Enter")
    expect(page.locator("#turns li button")).to_have_count(1, timeout=ANSWERED)
    expect(page.locator("#asked")).to_have_text(question, timeout=ANSWERED)
    told = str(page.locator("#full").text_content()), page.locator("#view-call").inner_text()
    page.locator("#new-call").click()
    expect(page.locator("#turns li button")).to_have_count(0, timeout=ANSWERED)
    return told


def opened_page(page: Page, site: Site) -> None:
    page.goto(site.assistant)
    expect(page.locator("#box textarea")).to_be_visible(timeout=ANSWERED)


def opened_widget(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_role("button", name="政策问答", exact=True).click()


def opened_desk(page: Page, site: Site) -> None:
    page.goto(f"{site.assistant}/desk/login")
    page.get_by_label("账号").fill(ACCOUNT)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#question")).to_be_focused()


DOORS = [(opened_page, on_the_page), (opened_widget, in_the_widget), (opened_desk, at_the_desk)]


@pytest.mark.parametrize(("open_", "ask"), DOORS, ids=["page", "widget", "desk"])
def test_a_page_shows_the_engines_answer(
    browser: Browser,
    site: Site,
    reference: list[dict[str, Any]],
    open_: Callable[[Page, Site], None],
    ask: Callable[[Page, Site, str], tuple[str, str]],
) -> None:
    with browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        open_(page, site)
        for question, answer in zip(questions(), reference, strict=True):
            text, around = ask(page, site, question)
            for label in LABELS:
                text = text.replace(label, "")
            assert letters(text) == words(answer), question
            assert all(letters(one["label"]) in letters(around) for one in answer["citations"]), question
            assert (STATUS.get(answer["status"], "") in around) or ask is at_the_desk, question
