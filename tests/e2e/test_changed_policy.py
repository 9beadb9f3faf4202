"""Nothing on a page is a fixed example: another policy text makes other pages."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, started

POLICY = next((ROOT / "corpus").glob("*/rules.yaml")).parent
CHANGES = {"经济贡献奖励": "产业发展奖励", "15万元": "16万元", "第三稿": "第四稿", "2026年12月31日": "2027年6月30日"}


@pytest.fixture(scope="module")
def elsewhere(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server serves the policy with other words, figures and dates, under another name."""
    folder = tmp_path_factory.mktemp("policies")
    changed = folder / "another-policy"
    shutil.copytree(POLICY, changed)
    for path in changed.iterdir():
        text = path.read_text(encoding="utf-8")
        for old, new in CHANGES.items():
            text = text.replace(old, new)
        path.write_text(text.replace("2026-12-31", "2027-06-30"), encoding="utf-8")
    with started(tmp_path_factory.mktemp("data"), ASSISTANT_POLICIES=str(folder)) as address:
        yield address


def ask(page: Page) -> None:
    page.locator("#box textarea").fill("园区企业营收8000万能拿多少？")
    page.locator("#send").click()
    expect(page.locator(".answer .basis")).to_be_visible(timeout=60_000)


PAGES: list[tuple[str, Callable[[Page], None] | None, list[str]]] = [
    ("/", None, ["产业发展奖励", "第四稿", "2027年6月30日"]),
    ("/", ask, ["产业发展奖励", "16万元", "第四稿", "2027年6月30日"]),
    ("/policy/another-policy", None, ["产业发展奖励", "16万元", "第四稿", "2027年6月30日"]),
    (
        "/calculator?values.main_business_revenue=8000%E4%B8%87",
        None,
        ["产业发展奖励", "16万元", "第四稿", "2027年6月30日"],
    ),
    ("/docs", None, ["another-policy"]),
]


@pytest.mark.parametrize(("path", "act", "new"), PAGES, ids=lambda one: getattr(one, "__name__", str(one)))
def test_another_text_makes_another_page(
    elsewhere: str, visit: Callable[..., Page], path: str, act: Callable[[Page], None] | None, new: list[str]
) -> None:
    page = visit(elsewhere + path)
    expect(page.locator("body")).to_contain_text(new[0], timeout=60_000)
    if act:
        act(page)
    shown = page.content()
    for words in new:
        assert words in shown
    for old in (*CHANGES, POLICY.name):
        assert old not in shown, f"{old} 还在页面上"
