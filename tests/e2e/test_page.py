"""The conversation page in a browser, from the first question to the words it rests on."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, expect

QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., Page]


def ask(page: Page, question: str, answers: int = 1) -> None:
    box = page.get_by_label("您的问题")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".answer")).to_have_count(answers, timeout=60_000)


def test_a_question_its_answer_and_the_words_it_rests_on(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    expect(page).to_have_title("政策问答")
    ask(page, QUESTION)
    expect(page.locator(".said")).to_have_text(QUESTION)
    expect(page.get_by_label("您的问题")).to_have_value("")
    answer = page.locator(".answer")
    expect(answer).to_contain_text("一次性奖励不超过15万元")
    for words in ("第三稿", "2024年1月1日", "2026年12月31日", "AI生成，仅供参考"):
        expect(answer.locator(".basis")).to_contain_text(words)
    mark = answer.locator("mark").first
    expect(mark).to_be_hidden()
    answer.locator("summary").first.click()
    expect(mark).to_be_visible()
    expect(mark).to_have_text("5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元")
    with page.context.expect_page() as opened:
        answer.get_by_role("link", name="在全文中查看").first.click()
    text = opened.value
    expect(text.locator("mark")).to_have_text("5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元")
    expect(text.locator("mark")).to_be_in_viewport()


def test_a_conversation_goes_on_over_a_reload_and_ends_when_cleared(visit: Visit) -> None:
    page = visit(viewport=PHONE)
    ask(page, QUESTION)
    page.reload()
    expect(page.locator(".said")).to_have_text(QUESTION)
    expect(page.locator(".answer")).to_contain_text("不超过15万元")
    ask(page, "那1.2亿呢？", 2)
    expect(page.locator(".answer").last).to_contain_text("不超过30万元")
    page.get_by_role("button", name="清空对话").click()
    expect(page.locator(".said")).to_have_count(0)
    expect(page.get_by_text("可以这样问")).to_be_visible()
    page.reload()
    expect(page.get_by_text("可以这样问")).to_be_visible()
    expect(page.locator(".said")).to_have_count(0)


def test_an_example_and_then_a_suggestion_are_asked_by_a_click(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    first = page.locator(".chip:visible").first.inner_text()
    page.locator(".chip:visible").first.click()
    expect(page.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(page.locator(".said")).to_have_text(first)
    expect(page.get_by_text("接着问")).to_be_visible()
    second = page.locator(".chip:visible").first.inner_text()
    page.locator(".chip:visible").first.click()
    expect(page.locator(".answer")).to_have_count(2, timeout=60_000)
    expect(page.locator(".said").last).to_have_text(second)


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
    ask(page, "有效期到什么时候？")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_two_thousand_characters_beyond_the_basic_plane_are_not_cut(visit: Visit) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, "𠮷" * 2000)
    expect(page.locator(".said")).to_have_text("𠮷" * 2000)


@pytest.mark.parametrize(
    "typed",
    [
        "<img src=x onerror=\"document.title='broken'\">8000万",
        "<script>document.title='broken'</script>",
        "[点我](javascript:alert(1)) **粗** $x$ `代码`",
        "一\n\n<details open ontoggle=\"document.title='broken'\">二</details>",
    ],
)
def test_what_is_typed_is_shown_and_never_obeyed(visit: Visit, typed: str) -> None:
    page = visit(viewport=DESKTOP)
    ask(page, typed)
    expect(page.locator(".said")).to_have_text(typed.replace("\n", ""))
    assert page.locator(".said").locator("img, script, a, strong, code, details").count() == 0
    expect(page).to_have_title("政策问答")


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


def test_a_lost_connection_is_told_in_chinese_and_the_question_kept(visit: Visit) -> None:
    page = visit(viewport=PHONE, locale="en-US")
    expect(page.get_by_text("可以这样问")).to_be_visible()
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    box = page.get_by_label("您的问题")
    box.fill("有效期到什么时候？")
    box.press("Enter")
    expect(page.locator(".toast-wrap")).to_contain_text("正在重新连接", timeout=30_000)
    assert not re.search("[A-Za-z]{3}", page.locator(".toast-wrap").inner_text())
    page.context.set_offline(False)
    expect(page.locator(".toast-wrap")).not_to_contain_text("正在重新连接", timeout=30_000)
    expect(page.get_by_label("您的问题")).to_have_value("有效期到什么时候？")


WORDS = """() => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(element.tagName) || !element.checkVisibility()) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(element.getAttribute(name) || "");
    for (const node of element.childNodes) if (node.nodeType === 3) found.push(node.textContent);
  }
  return found.filter((text) => /[A-Za-z]{3}/.test(text));
}"""


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_fits_reads_chinese_and_can_be_read(
    visit: Visit, viewport: dict[str, int], scheme: str, axe: str
) -> None:
    page = visit(viewport=viewport, color_scheme=scheme, locale="en-US")
    expect(page.get_by_text("可以这样问")).to_be_visible()
    check(page, axe)
    ask(page, QUESTION)
    page.locator("summary").first.click()
    check(page, axe)
    page.get_by_label("您的问题").fill("长" * 2001)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, axe)
    page.goto(page.url + page.locator(".more a").first.get_attribute("href")[1:])  # type: ignore[index]
    expect(page.locator("mark").first).to_be_in_viewport()
    check(page, axe)


def check(page: Page, axe: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert [
        text for text in page.evaluate(WORDS) if "SHA-256" not in text and not re.fullmatch("[0-9a-f]{64}", text)
    ] == []
    if axe:
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core where npm can bring it; empty where it cannot, and its checks are left out."""
    folder = tmp_path_factory.mktemp("axe")
    if not shutil.which("npm"):
        return ""
    done = subprocess.run(
        [
            "npm",
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(folder),
            "axe-core@4",
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )
    source = Path(folder, "node_modules", "axe-core", "axe.min.js")
    return source.read_text(encoding="utf-8") if done.returncode == 0 and source.exists() else ""
