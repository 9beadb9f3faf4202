"""An answer that a chat model writes, as the browser shows it: bit by bit, every bit verified, nothing taken away."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import started
from tests.model_double import Double, Reply, serving

QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
FIRST = "8000万元属于5000万元至1亿元这一档，一次性奖励不超过15万元。"
SECOND = "这是上限，实际发多少文件未规定。"
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def model() -> Iterator[Double]:
    with serving(lambda _: Reply([FIRST, *SECOND], pause=0.25)) as double:
        yield double


@pytest.fixture(scope="module")
def told(browser: Browser, model: Double, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose answers a chat model tells."""
    settings = {"ASSISTANT_MODEL": "openai:double", "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none"}
    with started(tmp_path_factory.mktemp("told"), **settings) as address:
        yield address


def ask(page: Page) -> None:
    box = page.get_by_label("您的问题")
    box.fill(QUESTION)
    box.press("Enter")


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}])
def test_the_first_sentence_is_read_while_the_next_is_written(
    visit: Visit, told: str, viewport: dict[str, int]
) -> None:
    page = visit(told, viewport=viewport)
    ask(page)
    writing = page.locator(".answer.writing")
    expect(writing).to_contain_text(FIRST, timeout=60_000)
    assert SECOND not in writing.inner_text()
    answer = page.locator(".answer:not(.writing)")
    expect(answer).to_contain_text(FIRST + SECOND, timeout=30_000)
    expect(answer.locator(".clauses")).to_contain_text("条款原文")
    expect(answer).to_contain_text("AI生成")


def test_a_lie_is_never_on_the_page(visit: Visit, told: str, model: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    lie = "另外您还可获得50万元。"
    monkeypatch.setattr(model, "answers", lambda _: Reply([FIRST, *lie], pause=0.1))
    page = visit(told)
    page.evaluate(
        """() => { window.seen = '';
        new MutationObserver(() => { window.seen += document.body.innerText; })
          .observe(document.body, {childList: true, subtree: true, characterData: true}); }"""
    )
    ask(page)
    answer = page.locator(".answer:not(.writing)")
    expect(answer).to_contain_text("文件未规定", timeout=60_000)
    expect(answer).to_contain_text(FIRST)
    seen = page.evaluate("window.seen")
    assert FIRST in seen
    assert "50万" not in seen


def test_a_reload_in_the_middle_finds_the_question_again(visit: Visit, told: str) -> None:
    page = visit(told)
    ask(page)
    expect(page.locator(".answer.writing")).to_contain_text(FIRST, timeout=60_000)
    page.reload()
    expect(page.locator(".said")).to_have_text(QUESTION, timeout=30_000)
    ask(page)
    expect(page.locator(".answer:not(.writing)").last).to_contain_text(FIRST + SECOND, timeout=60_000)
    expect(page.locator(".said")).to_have_count(2)
