"""Dark and large print on every public page: both ways, without a reload, kept, and stronger than Gradio's own choice."""

from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations

POLICY = "/policy/liuzhou-hr-park-2024"
PAGES = pytest.mark.parametrize("path", ["/", POLICY])
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., Page]

# The brightness (0 to 255) of the colour behind the whole page.
GROUND = "Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))"
# The size in pixels of each text one sees, by the text.
SIZES = """() => {
  const sizes = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!data.trim() || parentElement.closest("script, style, noscript") || !parentElement.checkVisibility()) continue;
    if (parentElement.getBoundingClientRect().width <= 1) continue; // for screen readers only
    sizes[data.trim()] = parseFloat(getComputedStyle(parentElement).fontSize);
  }
  for (const box of document.querySelectorAll("textarea, input")) if (box.checkVisibility()) sizes[box.placeholder] = parseFloat(getComputedStyle(box).fontSize);
  return sizes;
}"""


def ready(page: Page) -> Page:
    expect(page.get_by_role("button", name="深色")).to_be_visible()
    if page.locator("gradio-app").count():
        expect(page.get_by_label("您的问题")).to_be_visible()
    return page


def sizes(page: Page) -> dict[str, float]:
    page.wait_for_function("!document.getAnimations().some((one) => one instanceof CSSTransition)")
    return dict(page.evaluate(SIZES))


def is_dark(page: Page) -> None:
    expect(page.get_by_role("button", name="深色")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(f"{GROUND} < 60")


def is_light(page: Page) -> None:
    expect(page.get_by_role("button", name="深色")).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(f"{GROUND} > 200")


@PAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_reader_chooses_light_or_dark_over_the_system(visit: Visit, path: str, scheme: str) -> None:
    page = ready(visit(path, viewport=DESKTOP, color_scheme=scheme))
    now, other = (is_light, is_dark) if scheme == "light" else (is_dark, is_light)
    now(page)
    page.get_by_role("button", name="深色").click()
    other(page)
    if path == "/":
        assert page.evaluate("document.body.classList.contains('dark')") == (other is is_dark)
    page.reload()
    other(ready(page))
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    other(page)
    page.get_by_role("button", name="深色").click()
    now(page)


def test_the_choice_stands_when_gradio_sets_its_own(visit: Visit) -> None:
    page = ready(visit("/", viewport=DESKTOP, color_scheme="dark"))
    page.get_by_role("button", name="深色").click()
    is_light(page)
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_function("!document.body.classList.contains('dark')")
    page.goto(page.url + "?__theme=dark")
    is_light(ready(page))
    assert not page.evaluate("document.body.classList.contains('dark')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_frame_is_as_chosen(visit: Visit, scheme: str) -> None:
    page = ready(visit(POLICY, viewport=DESKTOP, color_scheme=scheme))
    page.get_by_role("button", name="深色").click()
    page.add_init_script(
        "window.seen = []; new MutationObserver(() => document.body && window.seen.push(document.documentElement.dataset.theme))"
        ".observe(document, { childList: true, subtree: true });"
    )
    for path in (POLICY, "/"):
        page.goto(page.url.split("/policy")[0] + path)
        ready(page)
        assert set(page.evaluate("window.seen")) == {"light" if scheme == "dark" else "dark"}


def test_the_choice_goes_with_the_reader_from_page_to_page(visit: Visit) -> None:
    page = ready(visit("/", viewport=DESKTOP, color_scheme="light"))
    page.get_by_role("button", name="深色").click()
    page.get_by_role("button", name="大字").click()
    page.get_by_role("navigation", name="网站").get_by_role("link", name="政策原文").click()
    expect(page.locator("#text")).to_be_visible()
    is_dark(page)
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="深色").click()
    page.get_by_role("navigation", name="网站").get_by_role("link", name="提问").click()
    is_light(ready(page))
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")


def test_two_tabs_look_alike(visit: Visit) -> None:
    page = ready(visit("/", viewport=DESKTOP, color_scheme="light"))
    other = page.context.new_page()
    other.goto(page.url + POLICY[1:])
    other.get_by_role("button", name="深色").click()
    is_dark(page)


@PAGES
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_large_print_is_larger_and_fits(visit: Visit, path: str, viewport: dict[str, int]) -> None:
    page = ready(visit(path, viewport=viewport))
    if path == "/":
        page.get_by_label("您的问题").fill("有效期到什么时候？")
        page.get_by_label("您的问题").press("Enter")
        expect(page.locator(".answer .basis")).to_be_visible(timeout=60_000)
    before = sizes(page)
    page.get_by_role("button", name="大字").click()
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    after = sizes(page)
    grown = {text: round(size / before[text], 2) for text, size in after.items() if text in before}
    assert {text: times for text, times in grown.items() if times < 1.25} == {}
    assert len(before) > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert violations(page, "header.site") == []
    nav = page.get_by_role("navigation", name="网站").get_by_role("link").all()
    assert len({link.bounding_box()["y"] for link in nav}) == 1, "one row"  # type: ignore[index]
    page.get_by_role("button", name="大字").click()
    assert sizes(page) == before


@PAGES
def test_on_paper_the_header_is_gone(visit: Visit, path: str) -> None:
    page = ready(visit(path, viewport=DESKTOP))
    page.emulate_media(media="print")
    expect(page.locator("header.site")).to_be_hidden()


@PAGES
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_toggles_work_by_keyboard(visit: Visit, path: str, viewport: dict[str, int]) -> None:
    page = ready(visit(path, viewport=viewport, color_scheme="light"))
    page.get_by_role("button", name="深色").press("Space")
    is_dark(page)
    page.get_by_role("button", name="大字").press("Enter")
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
