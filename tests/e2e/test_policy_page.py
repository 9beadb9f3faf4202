"""The policy reader in a browser: tree, search, quotes, copying, paper, and without a script."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations

POLICY = "/policy/liuzhou-hr-park-2024"
QUOTE = "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
BOTH = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
Visit = Callable[..., Page]


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def current(page: Page) -> str | None:
    return page.locator("#tree a[aria-current]").get_attribute("href")


@BOTH
def test_a_quoted_deep_link_opens_on_the_marked_words(visit: Visit, viewport: dict[str, int]) -> None:
    page = visit(f"{POLICY}?q={quote(QUOTE)}#2.2.5", viewport=viewport)
    expect(page.locator("mark")).to_have_text(QUOTE)
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator('[id="2.2.5"] mark')).to_have_count(1)
    expect(page.locator("#tree a[aria-current]")).to_have_attribute("href", "#2.2.5")
    expect(page.locator(".notice")).to_have_count(0)
    fits(page)


def test_words_quoted_from_a_clause_that_does_not_hold_them(visit: Visit) -> None:
    page = visit(f"{POLICY}?q={quote(QUOTE)}#2.2.4", viewport=DESKTOP)
    expect(page.locator('[id="2.2.4"] .notice')).to_contain_text("不在本条")
    page.locator('#tree a[href="#2.2.5"]').click()
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator('[id="2.2.5"] .notice')).to_have_count(0)


def test_a_title_quoted_from_the_preamble_is_not_said_to_be_elsewhere(visit: Visit) -> None:
    page = visit(POLICY, viewport=DESKTOP)
    title = page.locator("h1").inner_text()
    page.goto(f"{page.url}?q={quote(title)}#preamble")
    expect(page.locator("h1 mark")).to_be_in_viewport()
    expect(page.locator(".notice")).to_have_count(0)


def test_an_address_with_a_broken_anchor_still_opens(visit: Visit) -> None:
    page = visit(f"{POLICY}?q=奖励#%E0%A4%A", viewport=DESKTOP)
    expect(page.locator("#tree a[aria-current]")).to_have_count(1)


@BOTH
@pytest.mark.parametrize("anchor", ["9.9", "2.2.99", "%E4%BA%8C", "x%3Cb%3E"])
def test_a_link_to_a_clause_that_is_not_there_says_so(visit: Visit, viewport: dict[str, int], anchor: str) -> None:
    page = visit(f"{POLICY}#{anchor}", viewport=viewport)
    notice = page.locator(".no-clause")
    expect(notice).to_contain_text("没有编号为")
    expect(notice).to_be_in_viewport()
    assert notice.locator("b").count() == 0
    fits(page)
    page.evaluate("location.hash = '2.2.5'")
    expect(notice).to_have_count(0)


NAMES = ["二（二）5", "二(二)5", "2.2.5", "二（二）5 经济贡献奖励", "二（二）5经济贡献"]


@pytest.mark.parametrize("words", NAMES)
def test_the_name_of_a_clause_leads_to_it(visit: Visit, words: str) -> None:
    page = visit(POLICY, viewport=DESKTOP)
    page.get_by_role("searchbox").fill(words)
    link = page.locator(".found a")
    expect(link).to_have_text("二（二）5 经济贡献奖励")
    link.click()
    expect(page.locator('[id="2.2.5"]')).to_be_in_viewport()
    bare = visit(f"{POLICY}?find={quote(words)}", java_script_enabled=False)
    expect(bare.locator(".found a")).to_have_text("二（二）5 经济贡献奖励")


@BOTH
def test_a_search_counts_marks_and_goes_from_hit_to_hit(visit: Visit, viewport: dict[str, int]) -> None:
    page = visit(POLICY, viewport=viewport)
    text = page.locator("#text").inner_text()
    words = "一次性奖励"
    total = text.count(words)
    box = page.get_by_role("searchbox", name="在文中查找")
    box.press_sequentially(words)
    told = page.locator(".found")
    expect(told).to_have_text(f"第 1 处，共 {total} 处")
    expect(page.locator("mark.hit")).to_have_text([words] * total)
    expect(page.locator("mark.here")).to_be_in_viewport()
    expect(page.locator('#tree a[href="#2.2.5"] .count')).to_have_text("6 处")
    expect(page.locator('#tree a[href="#2.2.4"] .count')).to_be_hidden()
    box.press("Enter")
    expect(told).to_have_text(f"第 2 处，共 {total} 处")
    box.press("Shift+Enter")
    box.press("Shift+Enter")
    expect(told).to_have_text(f"第 {total} 处，共 {total} 处")
    expect(page.locator("mark.here")).to_be_in_viewport()
    expect(page.locator("#tree a[aria-current]")).to_have_attribute("href", "#2.2.5")
    page.get_by_role("button", name="下一处").click()
    expect(told).to_have_text(f"第 1 处，共 {total} 处")
    assert page.locator("#text").inner_text().count(words) == total, "marking changes no word"
    fits(page)
    page.reload()
    expect(box).to_have_value(words)
    expect(told).to_have_text(f"第 1 处，共 {total} 处")
    box.fill("")
    expect(page.locator("mark")).to_have_count(0)
    expect(told).to_have_text("")


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        ("(牵头单位", 9),
        ("经济贡献奖励。园区企业", 2),  # a heading and the paragraph that runs on from it
        ("工作措施", 1),
        ("[2022]", 5),
        ("【2022】7号", 1),
        ('"一园三区"', 1),
        ("100 万元", 1),
        ("不超过 15 万元", 1),
        ("「三区多站点」", 1),
        ("高质量发展若干措施", 1),
    ],
)
def test_a_search_finds_what_the_server_finds(visit: Visit, words: str, marks: int) -> None:
    page = visit(POLICY, viewport=DESKTOP)
    page.get_by_role("searchbox").fill(words)
    expect(page.locator("mark.hit")).to_have_count(marks)
    found = page.locator("mark.hit").all_inner_texts()
    bare = visit(f"{POLICY}?find={quote(words)}", java_script_enabled=False)
    assert bare.locator("mark.hit").all_inner_texts() == found


def test_a_search_without_a_hit_says_so(visit: Visit) -> None:
    page = visit(POLICY, viewport=PHONE)
    box = page.get_by_role("searchbox")
    box.fill("补充耕地")
    expect(page.locator(".found")).to_contain_text("没有找到「补充耕地」")
    expect(page.locator("mark")).to_have_count(0)
    box.press("Enter")
    assert "find=" not in page.url


def test_pinyin_being_typed_is_not_searched(visit: Visit) -> None:
    page = visit(POLICY, viewport=DESKTOP)
    page.get_by_role("searchbox").click()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "jiangli", "selectionStart": 7, "selectionEnd": 7})
    page.wait_for_timeout(400)
    expect(page.locator(".found")).to_have_text("")
    keyboard.send("Input.insertText", {"text": "奖励"})
    expect(page.locator("mark.hit").first).to_have_text("奖励")


def test_a_quote_stays_marked_through_a_search(visit: Visit) -> None:
    page = visit(f"{POLICY}?q={quote(QUOTE)}#2.2.5", viewport=DESKTOP)
    box = page.get_by_role("searchbox")
    box.fill("不超过15万元")
    expect(page.locator("mark.hit")).to_have_count(1)
    box.fill("")
    expect(page.locator("mark")).to_have_count(1)
    expect(page.locator("mark")).to_have_text(QUOTE)


def test_the_tree_follows_the_reader(visit: Visit) -> None:
    page = visit(POLICY, viewport=DESKTOP)
    expect(page.locator("#tree a[aria-current]")).to_have_attribute("href", "#preamble")
    page.mouse.move(800, 400)
    page.mouse.wheel(0, 1500)
    expect(page.locator("#tree a[aria-current]")).not_to_have_attribute("href", "#preamble")
    expect(page.locator("#tree a[aria-current]")).to_be_in_viewport()
    page.locator('#tree a[href="#closing"]').click()
    expect(page.locator('[id="closing"]')).to_be_in_viewport()
    expect(page.locator("#tree a[aria-current]")).to_have_attribute("href", "#closing")
    page.mouse.wheel(0, -9000)
    expect(page.locator("#tree a[aria-current]")).to_have_attribute("href", "#preamble")


def test_on_a_phone_the_tree_folds_out_and_in(visit: Visit) -> None:
    page = visit(POLICY, viewport=PHONE)
    tree, opener = page.locator("#tree"), page.get_by_role("button", name="目录")
    expect(tree).to_be_hidden()
    opener.press("Enter")
    expect(tree).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(tree).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    tree.get_by_role("link", name="5.经济贡献奖励").click()
    expect(tree).to_be_hidden()
    heading = page.get_by_role("heading", name="5.经济贡献奖励")
    expect(heading).to_be_in_viewport()
    bar = page.locator(".side").bounding_box()
    assert bar
    assert heading.bounding_box()["y"] >= bar["y"] + bar["height"], "the bar covers no heading"  # type: ignore[index]


def test_a_clause_is_copied_with_what_it_is_from(visit: Visit) -> None:
    page = visit(POLICY, viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制条文：二（二）7 用工输送奖励").click()
    expect(page.get_by_text("已复制「二（二）7 用工输送奖励」的条文和出处")).to_be_visible()
    label, words, source, address = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert label == "二（二）7 用工输送奖励"
    assert words.startswith("7.用工输送奖励。鼓励园区企业为")
    assert words.endswith("（牵头单位：市人社局，责任单位：各县、区人社局）")
    for told in (page.locator("h1").inner_text(), "第三稿", "2024年1月1日", "2026年12月31日"):
        assert told in source
    assert address == f"{page.url}#2.2.7"
    page.get_by_role("button", name="复制链接：附则").click()
    expect(page.get_by_text("已复制「附则」的链接")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{page.url}#closing"


def test_copying_where_the_address_is_not_https(visit: Visit) -> None:
    page = visit(POLICY, viewport=DESKTOP)
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.reload()
    page.get_by_role("button", name="复制链接：二（二）7").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    box = page.get_by_role("searchbox")
    box.press("Control+V")
    expect(box).to_have_value(f"{page.url}#2.2.7")


def test_on_paper_there_is_the_text_and_nothing_else(visit: Visit) -> None:
    page = visit(POLICY, viewport=DESKTOP, color_scheme="dark")
    page.emulate_media(media="print")
    for gone in ("header", ".side", ".print", "[data-copy]", ".units"):
        for element in page.locator(gone).all():
            expect(element).to_be_hidden()
    expect(page.locator('[id="2.2.5"] .number')).to_be_visible()
    expect(page.locator('[id="2.2.5"] .words')).to_be_visible()
    dark_on_light = "(() => { const s = getComputedStyle(document.body); return s.color; })()"
    assert max(map(int, page.evaluate(dark_on_light).removeprefix("rgb(").rstrip(")").split(","))) < 100


@BOTH
def test_without_a_script_it_reads_and_searches(visit: Visit, viewport: dict[str, int]) -> None:
    page = visit(POLICY, viewport=viewport, java_script_enabled=False)
    expect(page.locator("#tree")).to_be_visible()
    for element in page.locator("[data-copy], [data-view], .step, .print, .to-tree").all():
        expect(element).to_be_hidden()
    page.locator('#tree a[href="#2.2.5"]').click()
    expect(page.get_by_role("heading", name="5.经济贡献奖励")).to_be_in_viewport()
    page.get_by_role("searchbox").fill("不超过")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("mark.hit").first).to_be_in_viewport()
    expect(page.locator(".found")).to_have_text("共 7 处，在 3 个条目中")
    page.get_by_role("searchbox").fill("补充耕地")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".found")).to_be_in_viewport()
    expect(page.locator(".found")).to_contain_text("没有找到")


def test_the_keyboard_reaches_the_text_and_every_button(visit: Visit) -> None:
    page = visit(POLICY, viewport=DESKTOP)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#text a").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="复制条文：引言")).to_be_focused()


@BOTH
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_every_state_fits_and_can_be_read(visit: Visit, viewport: dict[str, int], scheme: str, size: str) -> None:
    page = visit(f"{POLICY}?q={quote(QUOTE)}#2.2.5", viewport=viewport, color_scheme=scheme)
    if size == "large":
        page.get_by_role("button", name="大字").click()
    for words in ("", "奖励", "补充耕地"):
        page.get_by_role("searchbox").fill(words)
        expect(page.locator(".found")).to_contain_text({"": "", "奖励": "共", "补充耕地": "没有找到"}[words])
        fits(page)
        assert violations(page) == []
    page.goto(f"{page.url.split('?')[0]}?q=没有的话")
    fits(page)
    assert violations(page) == []
