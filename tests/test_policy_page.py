"""The policy reader without a script: tree, search, quotes, dates; and the list of policies."""

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.pages.header import address, header
from assistant.pages.outline import found, outline
from assistant.pages.policy import body, day, policies
from assistant.settings import Settings
from corpus.clauses import parse
from tools.rules import Policy

ROOT = Path(__file__).resolve().parent.parent
TAG = re.compile(r"<[^>]*>")
ANCHOR = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.S)


@pytest.fixture(scope="module")
def policy(engine: Assistant) -> Policy:
    return engine.policies[engine.default_policy]


@pytest.fixture(scope="module")
def client(engine: Assistant) -> TestClient:
    return TestClient(create_app(assistant=engine))


def shown(html: str) -> str:
    return unescape(TAG.sub("", html))


def tree(html: str) -> str:
    return html[html.index('<nav id="tree"') : html.index("</nav>", html.index('<nav id="tree"'))]


def test_the_tree_leads_to_every_clause_and_heading(policy: Policy) -> None:
    html = body(policy, policy.in_force_from)
    linked = [anchor for anchor, _ in ANCHOR.findall(tree(html))]
    assert len(set(linked)) == len(linked)
    assert {clause.id for clause in policy.text.clauses} <= set(linked)
    assert "2" in linked, "a heading that only groups"
    assert "2.2" in linked
    for anchor in linked:
        assert len(re.findall(rf'id="{re.escape(anchor)}"', html)) == 1, anchor


def test_the_tree_is_nested_as_the_text_is() -> None:
    text = parse(
        "# 题\n\n引\n\n## 一、甲\n\n正文\n\n## 二、乙\n\n### （一）丙\n\n#### 1.丁。\n\n正文\n\n## 三、戊\n\n正文\n\n##\n\n尾"
    )
    parts = [(part.id, part.title, part.depth, part.clause is None) for part in outline(text)]
    assert parts == [
        ("preamble", "引言", 0, False),
        ("1", "一、甲", 0, False),
        ("2", "二、乙", 0, True),
        ("2.1", "（一）丙", 1, True),
        ("2.1.1", "1.丁", 2, False),
        ("3", "三、戊", 0, False),
        ("closing", "附则", 0, False),
    ]


def test_lists_in_the_tree_are_closed(policy: Policy) -> None:
    html = tree(body(policy, policy.in_force_from))
    depth = 0
    for tag in re.findall(r"<(/?)(?:ol|li)\b", html):
        depth += -1 if tag else 1
        assert depth >= 0
    assert depth == 0


def test_headings_come_in_order(policy: Policy) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", body(policy, policy.in_force_from))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_clause_has_its_number_as_cited_and_its_units(policy: Policy) -> None:
    html = body(policy, policy.in_force_from)
    for clause in policy.text.clauses:
        section = re.search(rf'<section id="{re.escape(clause.id)}".*?</section>', html, re.S)
        assert section
        assert f'data-label="{clause.label}"' in section[0]
        assert f'<a href="#{clause.id}">{clause.number or clause.label}</a>' in section[0]
        units = re.findall(r"<dt>(.*?)单位</dt><dd>(.*?)</dd>", section[0])
        assert units == [(role, "、".join(names)) for role, names in clause.units.items()]


@pytest.mark.parametrize(
    ("text", "words", "spans"),
    [
        ("一（二）三(二)", "（二）", [(1, 4), (5, 8)]),
        ("一（二）三(二)", "(二)", [(1, 4), (5, 8)]),
        ("ＧＤＰ增长gdp", "Gdp", [(0, 3), (5, 8)]),
        ("５０00万元", "5000", [(0, 4)]),
        ("㎡与½", "m2", []),
        ("啊啊啊", "啊啊", [(0, 2)]),
        ("甲乙", "丙", []),
    ],
)
def test_searched_words_are_found_in_either_width(text: str, words: str, spans: list[tuple[int, int]]) -> None:
    assert found(text, words) == spans


@pytest.mark.parametrize(
    "words", ["一次性奖励", "工作措施", "高质量发展若干措施", "5000", "(牵头单位：", " 经济贡献奖励。园区 "]
)
def test_a_search_marks_and_counts_every_hit(client: TestClient, policy: Policy, words: str) -> None:
    html = client.get(address(policy), params={"find": words}).text
    counted = {part.id: len(found(part.text, words.strip())) for part in outline(policy.text)}
    total = sum(counted.values())
    assert total
    assert f"共 {total} 处，在 {sum(1 for count in counted.values() if count)} 个条目中" in html
    badges = dict(re.findall(r'<a href="#([^"]+)">[^<]*<span class="count">(\d+) 处</span>', tree(html)))
    assert badges == {part: str(count) for part, count in counted.items() if count}
    marks = re.findall(r'<mark class="hit"[^>]*>(.*?)</mark>', html)
    assert shown("".join(marks)).replace("（", "(") == words.strip().replace("（", "(") * total
    assert html.count('id="hit"') == 1


@pytest.mark.parametrize("words", ["补充耕地", "<script>alert(1)</script>", '"><b>x', "长" * 5000])
def test_a_search_without_a_hit_says_so(client: TestClient, policy: Policy, words: str) -> None:
    html = client.get(address(policy), params={"find": words}).text
    assert f"没有找到「{words[:100]}」" in unescape(html)
    assert "<mark" not in html
    assert "<script>" not in html
    assert "<b>x" not in html


@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_search_for_nothing_says_nothing(client: TestClient, policy: Policy, words: str) -> None:
    html = client.get(address(policy), params={"find": words}).text
    assert "没有找到" not in html
    assert "<mark" not in html


def test_a_search_takes_the_place_of_a_quote(client: TestClient, policy: Policy) -> None:
    html = client.get(address(policy), params={"q": "无此一句", "find": "奖励"}).text
    assert "没有这段话" not in html
    assert '<mark class="hit"' in html


@pytest.mark.parametrize(
    ("days", "told", "tag"),
    [
        (-1, "尚未实施", "not-now"),
        (0, "", "now"),
        (200, "", "now"),
    ],
)
def test_whether_today_is_in_force_is_said_with_the_dates(policy: Policy, days: int, told: str, tag: str) -> None:
    today = policy.in_force_from + timedelta(days=days)
    force(policy, today, told, tag)


def test_the_last_day_is_in_force_and_the_day_after_is_not(policy: Policy) -> None:
    force(policy, policy.in_force_to, "", "now")
    force(policy, policy.in_force_to + timedelta(days=1), "已过有效期", "not-now")


def force(policy: Policy, today: date, told: str, tag: str) -> None:
    html = body(policy, today)
    banner = re.search(r'<div class="alert".*?</div>', html, re.S)
    assert f'<b class="{tag}">' in html
    assert day(policy.in_force_from) in html
    assert day(policy.in_force_to) in html
    source = re.search(r'data-source="([^"]*)"', html)
    assert source
    assert policy.title in source[1]
    assert policy.status in source[1]
    if not told:
        assert banner is None
        assert "：" not in source[1]
        return
    assert banner
    assert f"本政策{told}" in banner[0]
    assert day(today) in banner[0]
    assert day(policy.in_force_from if "未" in told else policy.in_force_to) in banner[0]
    assert policy.contact in banner[0]
    assert f"{day(today)}：{told}" in source[1], "a copied clause says it too"


def test_one_policy_is_its_own_list(client: TestClient, policy: Policy) -> None:
    response = client.get("/policy/", follow_redirects=False)
    assert response.status_code == 307
    assert response.headers["location"] == address(policy)
    assert client.head("/policy/", follow_redirects=False).status_code == 307


def test_several_policies_are_listed_with_status_and_dates(tmp_path: Path) -> None:
    for name in ("first", "second"):
        shutil.copytree(ROOT / "corpus" / "liuzhou-hr-park-2024", tmp_path / "policies" / name)
    engine = open_assistant(Settings(data=tmp_path / "data", policies=tmp_path / "policies"))
    client = TestClient(create_app(assistant=engine))
    html = client.get("/policy/").text
    assert [link for link in ("/policy/first", "/policy/second") if f'<h2><a href="{link}">' in html] == [
        "/policy/first",
        "/policy/second",
    ]
    listed = engine.policies["second"]
    assert html.count(listed.status) == 2
    assert shown(html).count(f"有效期 {day(listed.in_force_from)} 至 {day(listed.in_force_to)}") == 2
    assert client.get("/policy").text == html
    assert '<a href="/policy/">全部政策</a>' in client.get("/policy/second").text


def test_the_list_says_which_are_in_force(policy: Policy) -> None:
    assert "在有效期内" in policies([policy], policy.in_force_from)
    assert "已过有效期" in policies([policy], policy.in_force_to + timedelta(days=1))


@pytest.mark.parametrize(
    ("here", "current", "heading"),
    [("/", "提问", True), ("/calculator", "算一算", False), ("policy", "政策原文", False), ("/docs", "", False)],
)
def test_the_header_marks_the_page_it_stands_on(policy: Policy, here: str, current: str, heading: bool) -> None:
    html = header(policy, address(policy) if here == "policy" else here)
    assert "".join(re.findall(r"aria-current=page>(.*?)<", html)) == current
    assert ("<h1>" in html) == heading
    assert [what for what in ("size", "theme") if f'data-view="{what}"' in html] == ["size", "theme"]


def test_the_source_of_a_copied_clause_is_not_markup(policy: Policy) -> None:
    html = body(replace(policy, status='"><b>x'), policy.in_force_from)
    assert "<b>x" not in html
