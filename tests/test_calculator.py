"""The calculator: what an answer gives for the same words, nothing without an origin, made from any policy's rules."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from assistant import cards
from assistant.answer import AskRequest
from assistant.api import create_app
from assistant.calculator import calculate, standards
from assistant.chat import AI_LABEL, Assistant, open_assistant
from assistant.figures import figures
from assistant.filled import Inputs
from assistant.settings import Settings

DAY = date(2026, 6, 1)
REVENUE, TAX, REGISTER = "main_business_revenue", "first_year_tax", "years_in_register"
TEA = """# 青川茶业扶持办法

（试行）

为扶持茶业，制定本办法。

## 一、销售奖励

茶企年销售额在100万元至300万元的（包含100万元，不含300万元），奖励5000元；300万元至2000万元的（包含300万元，不含2000万元），奖励不超过3万元；年销售额在2000万元及以上的，奖励不超过8万元。

## 二、长期经营奖励

经营六个月以上不满两年的，给予合作社奖励1万元，经营满两年的，给予合作社奖励4万元，此项资金总额不超过10万元。

##

本办法自2025年3月1日起实施，有效期至2028年2月29日。本办法由青川县茶业局负责解释。
"""
TEA_RULES = """policy: 青川茶业扶持办法
status: 试行
text: policy.md
in_force: {closing: "本办法自{from:2025年3月1日}起实施，有效期至{to:2028年2月29日}。"}
contact: {name: 青川县茶业局, asked_as: [茶业局], closing: 本办法由青川县茶业局负责解释}
subject: [茶, 奖励, 销售]
measures:
  sales: {name: 年销售额, english: sales, unit: yuan, read_as: [销售额], ask: 请问年销售额是多少？, ask_english: Sales?}
  running: {name: 经营, english: running, unit: month, read_as: [经营时间], ask: 请问经营多久了？, ask_english: How long?}
facts:
  certified: {name: 有机认证茶园, english: certified, ask: 请问茶园是否通过有机认证？, ask_english: Certified?,
    when_unsaid: ask, yes: [有认证], no: [没有认证]}
awards:
  selling:
    name: 销售奖励
    english: sales award
    asked_as: [销售奖励]
    payee: 茶企
    payee_said_as: []
    requires: [certified]
    by: sales
    pays: once_per_tier
    tiers:
      "1":
        - 茶企年销售额在{at_least:100万元}至{below:300万元}的（包含{at_least:100万元}，不含{below:300万元}），奖励{exactly:5000元}
        - "{at_least:300万元}至{below:2000万元}的（包含{at_least:300万元}，不含{below:2000万元}），奖励不超过{at_most:3万元}"
        - 年销售额在{at_least:2000万元}及以上的，奖励不超过{at_most:8万元}
  lasting:
    name: 长期经营奖励
    english: lasting
    asked_as: [长期经营奖励]
    payee: 合作社
    payee_said_as: [合作社]
    by: running
    pays: once_per_firm
    tiers:
      "2":
        - 经营{at_least:六个月}以上不满{below:两年}的，给予合作社奖励{exactly:1万元}
        - 经营满{at_least:两年}的，给予合作社奖励{exactly:4万元}
    pool: {"2": "此项资金总额不超过{pool:10万元}"}
"""


@pytest.fixture(scope="module")
def client(engine: Assistant) -> TestClient:
    return TestClient(create_app(assistant=engine))


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An engine with one other policy, of other tiers and names."""
    folder = tmp_path_factory.mktemp("policies") / "tea"
    folder.mkdir()
    (folder / "policy.md").write_text(TEA, encoding="utf-8")
    (folder / "rules.yaml").write_text(TEA_RULES, encoding="utf-8")
    return open_assistant(Settings(policies=folder.parent, data=tmp_path_factory.mktemp("data")))


def words_of(html: str) -> list[str]:
    """What a reader is told, piece by piece."""
    return [unescape(piece).strip() for piece in re.split(r"<[^>]*>", html.replace("<wbr>", "")) if piece.strip()]


# The same words at both doors.

PARK = {True: "我们公司已入驻产业园，", False: "我们公司没有入驻产业园，", None: ""}
THRESHOLDS = (20_000_000, 50_000_000, 100_000_000, 500_000_000, 1_000_000_000, 3_000_000_000)


def same_words() -> Iterator[tuple[str, dict[str, Any]]]:
    """Questions, and the fields filled in with their words: each side of each threshold, conditions, counts."""
    for yuan in (threshold + by for threshold in THRESHOLDS for by in (-1, 0, 1)):
        for park, said in PARK.items():
            facts = {} if park is None else {"in_park": park}
            question = f"{said}主营业务收入{yuan}元，经济贡献奖励能拿多少？"
            yield question, {"values": {REVENUE: f"{yuan}元"}, "facts": facts}
    for yuan in (1_999_999, 2_000_000, 2_000_001):
        tax = {TAX: f"{yuan}元"}
        yield f"首次年纳税总额{yuan}元，招商团队奖励能拿多少？", {"values": tax}
        told = f"这家企业不是新引进的，首次年纳税总额{yuan}元，招商团队奖励能拿多少？"
        yield told, {"values": tax, "facts": {"newly_introduced": False}}
        told = f"新引进1家企业，已入驻产业园，首次年纳税总额{yuan}元，招商团队能拿多少？"
        yield told, {"values": tax, "counts": {TAX: "1家"}, "facts": {"newly_introduced": True, "in_park": True}}
    for count in ("4家", "10家", "11家"):
        told = f"{count}企业首次年纳税总额都是2000000元，招商团队奖励能拿多少？"
        yield told, {"values": {TAX: "2000000元"}, "counts": {TAX: count}}
        told = f"{count}企业已上规入统，在库12个月，运营机构能拿多少？"
        yield told, {"values": {REGISTER: "12个月"}, "counts": {REGISTER: count}, "facts": {"on_register": True}}
    for months in ("11个月", "12个月", "13个月", "满一年"):
        told = f"企业已上规入统，在库{months}，运营机构能拿多少？"
        yield told, {"values": {REGISTER: months}, "facts": {"on_register": True}}
        told = f"企业还没上规，时间是{months}，运营机构奖励能拿多少？"
        yield told, {"values": {REGISTER: months}, "facts": {"on_register": False}}
    for words in ("八千万", "1.2亿", "80,000,000元", "一亿左右", "4000万到6000万", "不到2000万", "5000万以上"):
        yield f"主营业务收入{words}，经济贡献奖励能拿多少？", {"values": {REVENUE: words}}


def test_the_calculator_gives_what_an_answer_gives(engine: Assistant) -> None:
    asked = list(same_words())
    assert len(asked) >= 60
    differ = []
    for question, filled in asked:
        answer = engine.ask(AskRequest(question=question, as_of=DAY))
        given = calculate(engine, Inputs(as_of=DAY, **filled))
        awards = [award for card in given.cards for award in card.awards]
        ineligible = [one for card in given.cards for one in card.ineligible]
        missing = next((card.missing for card in given.cards if card.missing), None)
        assert awards or ineligible
        if (awards, ineligible, missing) != (answer.awards, answer.ineligible, answer.missing):
            differ.append(question)
    assert differ == []


def test_what_is_asked_back_is_the_same(tea: Assistant) -> None:
    answer = tea.ask(AskRequest(question="年销售额350万，销售奖励能拿多少？"))
    (card,) = calculate(tea, Inputs(values={"sales": "350万"})).cards
    assert (card.missing, card.awards) == (answer.missing, answer.awards) == ("certified", [])


# What a card tells.


def card_of(engine: Assistant, **filled: Any) -> cards.Card:
    (card,) = calculate(engine, Inputs(**{"as_of": DAY, **filled})).cards
    return card


@pytest.mark.parametrize(
    ("filled", "standing", "headline"),
    [
        ({"values": {REVENUE: "8000万"}}, "due", "一次性奖励不超过15万元"),
        ({"values": {REVENUE: "30亿"}}, "due", "一次性奖励100万元"),
        ({"values": {REVENUE: "1900万"}}, "not_due", "暂不能享受，距起点还差100万元"),
        ({"values": {REVENUE: "19999999元"}}, "not_due", "暂不能享受，距起点还差1元"),
        ({"values": {REVENUE: "不到2000万"}}, "not_due", "暂不能享受，未达到起点"),
        ({"values": {REVENUE: "8000万"}, "facts": {"in_park": False}}, "not_due", "不能享受：这项奖励须为园区企业（已入驻产业园）"),
        ({"values": {REVENUE: "8000万"}, "as_of": date(2023, 12, 31)}, "out_of_force", "不在有效期内，不能据此计算奖励"),
        ({"values": {REVENUE: "8000万"}, "as_of": date(2027, 1, 1)}, "out_of_force", "不在有效期内，不能据此计算奖励"),
        ({"values": {TAX: "300万"}, "counts": {TAX: "4"}}, "due", "一次性奖励12万元（4家合计）"),
        ({"values": {TAX: "300万"}, "counts": {TAX: "11家"}}, "due", "一次性奖励不超过30万元（11家合计）"),
        ({"values": {REGISTER: "11个月"}}, "not_due", "暂不能享受，距起点还差1个月"),
    ],
)  # fmt: skip
def test_the_outcome_comes_first(engine: Assistant, filled: dict[str, Any], standing: str, headline: str) -> None:
    card = card_of(engine, **filled)
    assert [(part.standing, part.headline) for part in card.parts] == [(standing, headline)]
    assert card.verified


def lines(card: cards.Card) -> dict[str, str]:
    every = [line for part in card.parts for line in part.lines] + list(card.lines)
    return {line.name: line.text + "".join(one.quote for one in line.sources) for line in every}


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"values": {REVENUE: "8000万"}}, {
            "比对": "主营业务收入8000万元 ≥ 5000万元，且 < 1亿元",
            "下一档": "主营业务收入再增加2000万元，达到1亿元时，一次性奖励不超过30万元",
            "前提": "须为园区企业（已入驻产业园）", "规定": "上述奖励不得重复享受。", "文件未规定": "升档时已领的奖励是否扣减",
            "咨询": "请向柳州市人力资源和社会保障局咨询"}),
        ({"values": {REVENUE: "30亿"}}, {"下一档": "这已是最高一档"}),
        ({"values": {REVENUE: "1900万"}}, {"起点": "达到2000万元时，一次性奖励不超过10万元"}),
        ({"values": {TAX: "300万"}, "counts": {TAX: "11家"}}, {
            "比对": "11家 × 3万元/家 = 33万元 > 30万元（总额上限）", "总额": "此项奖励资金总额不超过30万元"}),
        ({"values": {TAX: "300万"}}, {"总额限制": "此项奖励资金总额不超过30万元"}),
        ({"values": {REVENUE: "8000万"}, "as_of": date(2027, 1, 1)}, {
            "有效期": "2024年1月1日至2026年12月31日；按2027-01-01计", "文件未规定": "有效期以外怎么办"}),
    ],
)  # fmt: skip
def test_a_card_says_what_it_rests_on(engine: Assistant, filled: dict[str, Any], told: Mapping[str, str]) -> None:
    found = lines(card_of(engine, **filled))
    for name, words in told.items():
        assert words in found[name]
    assert found["依据"]


@pytest.mark.parametrize(
    ("measure", "words", "others"), [(REVENUE, "8000万", False), (TAX, "300万", True), (REGISTER, "一年", True)]
)
def test_who_is_paid_is_said(engine: Assistant, measure: str, words: str, others: bool) -> None:
    card = card_of(engine, values={measure: words})
    assert card.paid_to.startswith(card.payee)
    assert ("不是发给企业本身" in card.paid_to) is others


def test_a_range_is_told_tier_by_tier(engine: Assistant) -> None:
    card = card_of(engine, values={REVENUE: "4000万到1.6亿"})
    assert [part.headline for part in card.parts] == [
        f"一次性奖励不超过{sum_}" for sum_ in ("10万元", "15万元", "30万元")
    ]
    assert "取决于是否达到5000万元、1亿元" in card.lead


def test_a_card_that_does_not_hold_is_withheld(
    engine: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong sentence anywhere in the words for it must not reach a reader."""
    monkeypatch.setattr(cards.zh, "amount", lambda one: "一次性奖励16万元")
    given = calculate(engine, Inputs(values={REVENUE: "8000万"}, as_of=DAY))
    assert not given.verified
    assert [part.standing for part in given.cards[0].parts] == ["withheld"]
    assert "16万" not in given.model_dump_json(exclude={"tool_calls"})
    assert "没有出处的数" in caplog.text


# Every figure has an origin.

FILLED = [
    {"values": {REVENUE: words}, "facts": facts}
    for words in ("8000万", "19999999元", "30亿", "1.2345亿", "4000万到1.6亿", "0元", "888.88亿")
    for facts in ({}, {"in_park": True}, {"in_park": False})
] + [
    {"values": {TAX: "300万", REGISTER: "满一年"}, "counts": {TAX: "11家", REGISTER: "4"}},
    {"values": {TAX: "199.99万", REGISTER: "去年3月", REVENUE: "一亿左右"}, "counts": {REGISTER: "十家"}},
    {"values": {REVENUE: "8000万"}, "as_of": "2027-01-01"},
]


def strings(result: Any) -> Iterator[str]:
    if isinstance(result, str):
        yield result
    elif isinstance(result, (Mapping, list)):
        for value in result.values() if isinstance(result, Mapping) else result:
            yield from strings(value)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("filled", FILLED, ids=lambda filled: "·".join(filled["values"].values()))
def test_every_figure_has_an_origin(client: TestClient, engine: Assistant, filled: dict[str, Any], scale: str) -> None:
    """It is of a tool's result, of the clause quoted, of the standard, or of what was filled in."""
    told = client.post("/api/calculate", json={"as_of": DAY.isoformat(), **filled, "scale": scale}).json()
    policy = engine.policies[engine.default_policy]
    known = [told["said"], filled.get("as_of", DAY.isoformat()), policy.in_force.text]
    known += [words for call in told["tool_calls"] for words in strings([call["result"], call["arguments"]])]
    known += [policy.status, *(clause.label for clause in policy.text.clauses)]  # what is quoted, by its name
    known += [entry["words"] + ("" if entry["words"][-1] in "家年月元万亿" else "家") for entry in told["entries"]]
    for standard in standards(engine, policy).values():
        known += [f"{step.quote}；{step.range}；{step.award}" for step in standard.steps]
    origins = {(one.unit, value) for words in known for one in figures(words) for value in one.values}
    origins |= {("number", "0"), ("yuan", "0")}  # where the axes begin
    assert told["cards"]
    for words in (
        *words_of(told["html"]),
        *(entry["read"] for entry in told["entries"]),
        told["summary"],
        told["text"],
    ):
        start = re.search(r"对数坐标，从(.+?)起|^(\d+万?亿?元)$", words) if scale == "log" else None
        begins = {("yuan", value) for one in figures(start[1] or start[2]) for value in one.values} if start else set()
        allowed = origins | {
            key for key in begins if set(key[1]) <= {"1", "0"}
        }  # a power of ten, where the axis begins
        for found in figures(words):
            assert {(found.unit, value) for value in found.values} <= allowed, (words, found)


def test_quotes_stand_in_their_clause_and_lead_there(client: TestClient, engine: Assistant) -> None:
    told = client.post("/api/calculate", json={"as_of": "2026-06-01", **FILLED[-3]}).json()
    policy = engine.policies[engine.default_policy]
    sources = [
        one for card in told["cards"] for part in card["parts"] for line in part["lines"] for one in line["sources"]
    ]
    sources += [one for card in told["cards"] for line in card["lines"] for one in line["sources"]]
    hrefs = [urlsplit(unescape(href)) for href in re.findall(r'href="(/policy/[^"]+)"', told["html"])]
    addresses = {(one.fragment, parse_qs(one.query)["q"][0]) for one in hrefs}
    assert sources
    for one in sources:
        assert one["quote"] in policy.text.clause(one["clause_id"]).text
        assert (one["clause_id"], one["quote"]) in addresses


# What is read, and what is not.


@pytest.mark.parametrize(
    ("field", "words", "read"),
    [
        (f"values.{REVENUE}", "8000万", "80,000,000元"), (f"values.{REVENUE}", " 八千万 ", "80,000,000元"),
        (f"values.{REVENUE}", "1.2亿", "120,000,000元"), (f"values.{REVENUE}", "80,000,000元", "80,000,000元"),
        (f"values.{REVENUE}", "５０００万", "50,000,000元"), (f"values.{REVENUE}", "4000万到6000万", "≥ 40,000,000元，≤ 60,000,000元"),
        (f"values.{REVENUE}", "5000万以上", "≥ 50,000,000元"), (f"values.{REVENUE}", "不到2000万", "< 20,000,000元"),
        (f"values.{REGISTER}", "满一年", "≥ 1年"), (f"values.{REGISTER}", "14个月", "14个月"), (f"values.{REGISTER}", "500天", "500天"),
        (f"counts.{TAX}", "四家", "4家"), (f"counts.{TAX}", "11", "11家"),
    ],
)  # fmt: skip
def test_what_was_read_is_told_back(client: TestClient, field: str, words: str, read: str) -> None:
    kind, key = field.split(".")
    (entry,) = client.post("/api/calculate", json={kind: {key: words}}).json()["entries"]
    assert (entry["field"], entry["read"], entry["error"]) == (field, read, "")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (f"values.{REVENUE}", "8000"), (f"values.{REVENUE}", "很多"), (f"values.{REVENUE}", "8000万和9000万"),
        (f"values.{REVENUE}", "8000万美元"), (f"values.{REVENUE}", "-5000万元"), (f"values.{REVENUE}", "<script>"), (f"values.{REVENUE}", "8" * 101),
        (f"values.{REGISTER}", "8000万"), (f"counts.{TAX}", "零家"), (f"counts.{TAX}", "2.5家"), (f"counts.{TAX}", "几家"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_field(client: TestClient, field: str, words: str) -> None:
    """The other cards stand; the page says it in the same place."""
    kind, key = field.split(".")
    filled: dict[str, dict[str, str]] = {"values": {REVENUE: "8000万", TAX: "300万", REGISTER: "一年"}, "counts": {}}
    filled[kind][key] = words
    told = client.post("/api/calculate", json=filled).json()
    (wrong,) = [entry for entry in told["entries"] if entry["error"]]
    assert (wrong["field"], wrong["read"]) == (field, "")
    assert re.search("[一-龥]", wrong["error"])
    assert len(told["cards"]) == 2
    query = {f"{kind}.{key}": words for kind, given in filled.items() for key, words in given.items()}
    page = client.get("/calculator", params=query).text
    error = re.search(rf'<p class="error" id="{re.escape(field)}\.error" role="alert">(.*?)</p>', page)
    assert error is not None
    assert unescape(error[1]) == wrong["error"]
    assert re.search(
        rf'id="{re.escape(field)}"[^>]*aria-describedby="[^"]*{re.escape(field)}\.error" aria-invalid="true"', page
    )
    assert "<script>" not in page.replace('<script src="', "")


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 400, "请求正文是空的"), (b"{", 400, "不是可读的 JSON"), (b"[]", 422, "应为 JSON 对象"),
        (b'{"values": {"main_business_revenue": 80000000}}', 422, "应为文字"),
        (b'{"facts": {"in_park": "yes"}}', 422, "facts.in_park"), (b'{"as_of": "2026-13-01"}', 422, "YYYY-MM-DD"),
        (b'{"values": {"turnover": "1\\u4ebf"}}', 422, "没有这一项，可用：first_year_tax、main_business_revenue"),
        (b'{"counts": {"main_business_revenue": "4"}}', 422, "counts.main_business_revenue"),
        (b'{"amount": "1"}', 422, "没有这个字段"), (b'{"scale": "cubic"}', 422, "scale"),
        (b'{"policy_id": "other"}', 404, "没有政策 other"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_a_problem(client: TestClient, body: bytes, status: int, told: str) -> None:
    response = client.post("/api/calculate", content=body)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert told in response.json()["detail"]


def test_the_endpoint_is_documented(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    body = document["paths"]["/api/calculate"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    fields = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]["properties"]
    assert set(fields) == {"policy_id", "as_of", "values", "counts", "facts", "scale"}
    assert all(re.search("[一-龥]", field["description"]) for field in fields.values())


# The page.


def test_the_page_holds_a_field_for_everything_the_awards_look_at(client: TestClient, engine: Assistant) -> None:
    response = client.get("/calculator")
    assert response.status_code == 200
    page = response.text
    policy = engine.policies[engine.default_policy]
    names = set(re.findall(r'<input type="(?:text|radio|date)"[^>]*? name="([^"]+)"', page))
    assert names == {
        *(f"values.{rule.by}" for rule in policy.awards.values()),
        *(f"counts.{rule.by}" for rule in policy.awards.values() if rule.pays == "once_per_firm"),
        *(f"facts.{fact}" for rule in policy.awards.values() for fact in rule.requires),
        "as_of",
    }
    assert f'value="{date.today().isoformat()}"' in page
    assert not re.search(r"\sstyle=|<script(?! src=\"/ui/)|\son\w+=", page)


def test_an_address_holds_everything_that_was_filled_in(client: TestClient) -> None:
    query = {
        f"values.{REVENUE}": "8000万",
        "facts.in_park": "yes",
        "as_of": "2026-06-01",
        "scale": "log",
        "utm": "x",
        "facts.other": "yes",
    }
    page = client.get("/calculator", params=query).text
    assert "一次性奖励不超过15万元" in words_of(page)
    assert 'value="8000万"' in page
    assert re.search(r'name="facts\.in_park" value="yes" checked', page)
    assert "前提" not in words_of(page)
    other = re.search(r'data-scale="linear"[^>]*? href="([^"#]+)', page)
    assert other is not None
    filled = parse_qs(urlsplit(unescape(other[1])).query)
    assert filled | {"scale": ["log"]} == {
        key: [words] for key, words in query.items() if key != "utm" and "other" not in key
    } | {"policy_id": filled["policy_id"]}


@pytest.mark.parametrize("given", ["2026-13-01", "昨天", "20260601x"])
def test_a_date_that_cannot_be_read_stops_the_reckoning(client: TestClient, given: str) -> None:
    page = client.get("/calculator", params={f"values.{REVENUE}": "8000万", "as_of": given}).text
    assert re.search(r'id="as_of\.error" role="alert"[^>]*>应为 YYYY-MM-DD', page)
    assert "一次性奖励不超过15万元" not in page
    assert 'value="8000万"' in page


def test_an_unknown_policy_is_not_found(client: TestClient) -> None:
    assert client.get("/calculator", params={"policy_id": "other"}).status_code == 404
    page = client.get("/calculator", params={"policy_id": "other", "as_of": "x"}, headers={"accept": "text/html"})
    assert (page.status_code, "没有政策 other" in page.text) == (404, True)


def test_the_result_as_text_has_its_label_and_what_it_rests_on(engine: Assistant) -> None:
    text = calculate(engine, Inputs(values={REVENUE: "8000万"}, as_of=DAY)).text
    for words in (
        AI_LABEL["zh"],
        "填写：主营业务收入 8000万",
        "第三稿",
        "有效期 2024-01-01 至 2026-12-31",
        "截至 2026-06-01",
    ):
        assert words in text


# Another policy, another page.


def test_the_page_follows_the_policy(tea: Assistant) -> None:
    client = TestClient(create_app(assistant=tea))
    page = client.get("/calculator", params={"as_of": "2026-06-01"}).text
    told = words_of(page)
    for words in (
        "销售奖励",
        "年销售额",
        "请问茶园是否通过有机认证？",
        "长期经营奖励",
        "发给合作社",
        "300万元（含）至2000万元（不含）",
    ):
        assert words in told
    assert "主营业务收入" not in page
    query = {
        "values.sales": "350万",
        "facts.certified": "yes",
        "values.running": "满两年",
        "counts.running": "3家",
        "as_of": "2026-06-01",
    }
    told = words_of(client.get("/calculator", params=query).text)
    assert "奖励不超过3万元" in told
    assert "年销售额再增加1650万元，达到2000万元时，奖励不超过8万元" in told
    assert "奖励不超过10万元（3家合计）" in told


@pytest.mark.parametrize(
    ("filled", "headline"),
    [
        ({"values": {"sales": "350万"}}, "还不能算：需要知道有机认证茶园"),
        ({"values": {"sales": "350万"}, "facts": {"certified": False}}, "不能享受：这项奖励须为有机认证茶园"),
        ({"values": {"sales": "299.9999万"}, "facts": {"certified": True}}, "奖励5000元"),
        ({"values": {"running": "5个月"}}, "暂不能享受，距起点还差1个月"),
        ({"values": {"running": "十三个月"}}, "奖励1万元"),
        ({"values": {"sales": "350万"}, "as_of": date(2025, 2, 28)}, "不在有效期内，不能据此计算奖励"),
    ],
)  # fmt: skip
def test_another_policy_is_computed_by_its_own_rules(tea: Assistant, filled: dict[str, Any], headline: str) -> None:
    assert card_of(tea, **filled).headline == headline


def test_with_several_policies_each_can_be_chosen(tmp_path: Path, engine: Assistant) -> None:
    for name, title in (("one", "青川茶业扶持办法"), ("two", "另一茶业扶持办法")):
        (tmp_path / "policies" / name).mkdir(parents=True)
        (tmp_path / "policies" / name / "policy.md").write_text(
            TEA.replace("青川茶业扶持办法", title), encoding="utf-8"
        )
        rules = TEA_RULES.replace("青川茶业扶持办法", title)
        (tmp_path / "policies" / name / "rules.yaml").write_text(rules, encoding="utf-8")
    both = open_assistant(Settings(policies=tmp_path / "policies", data=tmp_path / "data"))
    page = TestClient(create_app(assistant=both)).get("/calculator", params={"policy_id": "two"}).text
    assert '<input type="hidden" name="policy_id" value="two">' in page
    assert '<a href="/calculator?policy_id=one">青川茶业扶持办法</a>' in page
