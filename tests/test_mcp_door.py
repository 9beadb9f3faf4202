"""The MCP door, tried with the official client over HTTP against a real server and over standard input and output."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from assistant.answer import Answer, AskRequest
from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
from assistant.web.guard import BODY_LIMIT
from tests.serving import get, post, request, served

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
DAY = "2025-06-01"
ERAS = ["legacy", "auto"]  # clients that shake hands first, and those that do not
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": {"query": "补贴"}}}


@pytest.fixture(scope="module")
def address(engine: Assistant) -> Iterator[str]:
    settings = Settings(hosts=("policy.example.cn",), origins=("https://www.example.cn",))
    with served(create_app(settings, engine)) as found:
        yield found


def with_client(server: Any, work: Callable[[Client], Coroutine[Any, Any, Any]], mode: str = "auto") -> Any:
    async def run() -> Any:
        async with Client(server, mode=mode) as client:
            return await work(client)

    return asyncio.run(asyncio.wait_for(run(), 120))


def called(address: str, name: str, mode: str = "auto", **arguments: Any) -> Any:
    return with_client(f"{address}/mcp", lambda client: client.call_tool(name, arguments), mode)


def told(address: str, name: str, **arguments: Any) -> Any:
    result = called(address, name, **arguments)
    assert not result.is_error, result.content
    assert result.content[0].text.strip()
    return result.structured_content


@pytest.fixture(scope="module")
def stdio(data: Path) -> StdioServerParameters:
    environment = {**os.environ, "ASSISTANT_DATA": str(data), "PYTHONIOENCODING": "utf-8"}
    return StdioServerParameters(command=sys.executable, args=["-m", "assistant", "mcp"], cwd=ROOT, env=environment)


def test_over_standard_input_and_output(stdio: StdioServerParameters) -> None:
    async def work(client: Client) -> tuple[list[str], Any, Any]:
        names = [tool.name for tool in (await client.list_tools()).tools]
        first = await client.call_tool("ask", {"question": QUESTION, "as_of": DAY})
        kept = first.structured_content["conversation_id"]
        return names, first, await client.call_tool("ask", {"question": "那1.2亿呢？", "conversation_id": kept})

    names, first, second = with_client(stdio, work)
    assert names == ["ask", "award", "search", "clause"]
    assert [award["amount_yuan"] for award in first.structured_content["awards"]] == [150_000]
    assert [award["amount_yuan"] for award in second.structured_content["awards"]] == [300_000]
    for text in (first.content[0].text, first.structured_content["answer"]):
        assert "](" not in text, "where the text can be read is not known"
        assert "二（二）5 经济贡献奖励" in text


def test_over_standard_input_links_lead_to_the_address_of_the_settings(stdio: StdioServerParameters) -> None:
    environment = {**(stdio.env or {}), "ASSISTANT_URL": "https://policy.example.cn/"}
    led = stdio.model_copy(update={"env": environment})
    found = with_client(led, lambda client: client.call_tool("ask", {"question": QUESTION, "as_of": DAY}))
    assert "](https://policy.example.cn/policy/" in found.content[0].text


@pytest.mark.parametrize(("sent", "answers"), [("", 0), ("no JSON at all\n", 0)])
def test_nothing_but_answers_on_standard_output(stdio: StdioServerParameters, sent: str, answers: int) -> None:
    done = subprocess.run(
        [stdio.command, *stdio.args], input=sent, capture_output=True, text=True, cwd=ROOT, env=stdio.env, timeout=60, check=True
    )  # fmt: skip
    assert len(done.stdout.splitlines()) == answers
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mode", ERAS)
def test_an_answer_is_the_engines(address: str, engine: Assistant, mode: str) -> None:
    result = called(address, "ask", mode, question=QUESTION, as_of=DAY)
    answer = Answer.model_validate_json(json.dumps(result.structured_content))
    direct = engine.ask(AskRequest(question=QUESTION, as_of=date.fromisoformat(DAY)))
    led = direct.answer.replace("](/", f"]({address}/")
    assert (answer.answer, answer.awards, answer.citations) == (led, direct.awards, direct.citations)
    assert result.content[0].text == answer.answer
    turns = engine.conversation(answer.conversation_id)
    kept = answer.model_copy(update={"answer": direct.answer})
    assert [(turn.question, turn.answer, turn.channel) for turn in turns] == [(QUESTION, kept, "api")]


@pytest.mark.parametrize("mode", ERAS)
def test_tools_tell_what_they_take_and_give(address: str, engine: Assistant, mode: str) -> None:
    tools = with_client(f"{address}/mcp", lambda client: client.list_tools(), mode).tools
    for tool in tools:
        for schema in (tool.input_schema, tool.output_schema):
            jsonschema.Draft202012Validator.check_schema(schema)
        fields = tool.input_schema["properties"]
        assert all("一" <= field["description"][0] <= "鿿" for field in fields.values())
        assert tool.description
        assert tool.annotations.destructive_hint is False
    award = next(tool for tool in tools if tool.name == "award").input_schema["properties"]
    policy = engine.policies[engine.default_policy]
    assert award["rule_id"]["enum"] == list(policy.awards)
    assert set(award["facts"]["properties"]) == set(policy.facts)
    for rule in policy.awards.values():
        assert rule.name in award["rule_id"]["description"]


@pytest.mark.parametrize(
    ("sent", "sums", "ineligible", "missing", "words"),
    [
        ({"rule_id": "economic_contribution", "amount": "8000万"}, [150_000], 0, None, "不超过15万元"),
        ({"rule_id": "economic_contribution", "amount": "4999万"}, [100_000], 0, None, "不超过10万元"),
        ({"rule_id": "economic_contribution", "amount": "三千万到八千万"}, [100_000, 150_000], 0, None, "不超过15万元"),
        ({"rule_id": "economic_contribution", "amount": "35亿"}, [1_000_000], 0, None, "一次性奖励100万元"),
        ({"rule_id": "economic_contribution", "amount": "1000万"}, [], 1, None, "还差1000万元"),
        ({"rule_id": "economic_contribution", "amount": "8000万", "facts": {"in_park": False}}, [], 1, None, "不能享受"),
        ({"rule_id": "economic_contribution"}, [], 0, "main_business_revenue", "需要知道"),
        ({"rule_id": "economic_contribution", "amount": "8000万", "as_of": "2027-01-01"}, [], 1, None, "不在有效期内"),
        ({"rule_id": "recruiting_team", "amount": "300万", "count": 4, "facts": {"newly_introduced": True}}, [120_000], 0, None, "12万元"),
    ],
)  # fmt: skip
def test_an_award_is_computed_as_an_answer_is(
    address: str,
    engine: Assistant,
    sent: dict[str, Any],
    sums: list[int],
    ineligible: int,
    missing: str | None,
    words: str,
) -> None:
    result = called(address, "award", **{"as_of": DAY, **sent})
    given = result.structured_content
    assert [award["amount_yuan"] for award in given["awards"]] == sums
    assert len(given["ineligible"]) == ineligible
    assert given["missing"] == missing
    assert given["verified"]
    text = result.content[0].text
    assert words in text
    assert "AI生成" in text
    assert all("不超过" in award["quote"] for award in given["awards"] if award["kind"] == "at_most")
    policy = engine.policies[engine.default_policy]
    assert given["citations"]
    for one in given["citations"]:
        assert policy.text.clause(one["clause_id"]).text[one["start"] : one["end"]] == one["quote"]


@pytest.mark.parametrize(
    ("query", "clause"), [("营收达到多少有奖励", "2.2.5"), ("招商团队引进企业", "2.2.2"), ("政策由谁解释", "closing")]
)
def test_a_search_finds_verbatim_words(address: str, engine: Assistant, query: str, clause: str) -> None:
    hits = told(address, "search", query=query)["hits"]
    assert clause in [hit["clause_id"] for hit in hits]
    policy = engine.policies[engine.default_policy]
    for hit in hits:
        assert policy.text.clause(hit["clause_id"]).text[hit["start"] : hit["end"]] == hit["quote"]
        assert hit["label"] == policy.text.clause(hit["clause_id"]).label


def test_every_clause_can_be_read(address: str, engine: Assistant) -> None:
    policy = engine.policies[engine.default_policy]

    async def work(client: Client) -> list[Any]:
        return [await client.call_tool("clause", {"clause_id": clause.id}) for clause in policy.text.clauses]

    for clause, result in zip(policy.text.clauses, with_client(f"{address}/mcp", work), strict=True):
        given = result.structured_content
        assert (given["clause_id"], given["label"], given["text"]) == (clause.id, clause.label, clause.text)
        page = get(address + given["url"].split("#")[0])
        assert f'id="{given["url"].split("#")[1]}"' in page.text


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("ask", {}, "question：缺少"),
        ("ask", {"question": "  "}, "question：不能为空"),
        ("ask", {"question": 8000}, "question：应为文字"),
        ("ask", {"question": "长" * 2001}, "最多 2000"),
        ("ask", {"question": "a", "as_of": "tomorrow"}, "YYYY-MM-DD"),
        ("ask", {"question": "a", "conversation_id": "nowhere"}, "nowhere"),
        ("ask", {"question": "a", "policy_id": "nowhere"}, "nowhere"),
        ("ask", {"question": "a", "wish": 1}, "没有这个字段"),
        ("award", {"rule_id": "nothing"}, "economic_contribution"),
        ("award", {"rule_id": "economic_contribution", "amount": "很多"}, "请写清楚"),
        ("award", {"rule_id": "economic_contribution", "amount": "8000万", "facts": {"rich": True}}, "rich"),
        (
            "award",
            {"rule_id": "economic_contribution", "amount": "8000万", "facts": {"in_park": "yes"}},
            "true 或 false",
        ),
        ("award", {"rule_id": "economic_contribution", "amount": "8000万", "count": 0}, "count"),
        ("award", {"rule_id": "economic_contribution", "amount": "万" * 201}, "最多 200"),
        ("search", {"query": ""}, "query：不能为空"),
        ("search", {"query": "长" * 501}, "最多 500"),
        ("clause", {"clause_id": "9.9"}, "没有条款 9.9"),
        ("nothing", {}, "没有名为 nothing 的工具"),
    ],
)
def test_a_fault_is_the_tools_and_says_what_to_do(
    address: str, name: str, arguments: dict[str, Any], words: str
) -> None:
    result = called(address, name, **arguments)
    assert result.is_error
    assert words in result.content[0].text


class _Failing:
    def __init__(self, engine: Assistant) -> None:
        self.policies, self.default_policy, self.store = engine.policies, engine.default_policy, engine.store

    def ask(self, request: AskRequest) -> Answer:
        raise RuntimeError("/secret/path")


def test_a_fault_inside_is_told_without_a_trace(engine: Assistant) -> None:
    with served(create_app(Settings(), _Failing(engine))) as address:  # type: ignore[arg-type]
        result = called(address, "ask", question="a")
    assert result.is_error
    assert "服务出错" in result.content[0].text
    assert "secret" not in result.content[0].text


def test_no_session_is_kept(address: str, data: Path) -> None:
    """Two servers on the same data answer the requests of one client by turns."""
    with served(create_app(Settings(), open_assistant(Settings(data=data)))) as other:
        first = post(f"{address}/mcp", json=_asked(QUESTION), headers=JSON)
        assert "mcp-session-id" not in first.headers
        kept = first.json()["result"]["structuredContent"]["conversation_id"]
        second = post(f"{other}/mcp", json=_asked("那1.2亿呢？", conversation_id=kept), headers=JSON)
    assert [one["amount_yuan"] for one in second.json()["result"]["structuredContent"]["awards"]] == [300_000]


def _asked(question: str, **more: str) -> dict[str, Any]:
    return {**CALL, "params": {"name": "ask", "arguments": {"question": question, **more}}}


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({}, 200, "hits"),
        ({"Host": "localhost"}, 200, "hits"),
        ({"Host": "192.0.2.1:8080"}, 200, "hits"),
        ({"Host": "[::1]:80"}, 200, "hits"),
        ({"Host": "policy.example.cn"}, 200, "hits"),
        ({"Host": "POLICY.example.cn:443"}, 200, "hits"),
        ({"Host": "policy.example.cn", "Origin": "https://policy.example.cn"}, 200, "hits"),
        ({"Origin": "http://localhost:6274"}, 200, "hits"),
        ({"Origin": "https://www.example.cn"}, 200, "hits"),
        ({"Host": "evil.example.com"}, 421, "ASSISTANT_HOSTS"),
        ({"Host": "evil.example.com", "Origin": "http://evil.example.com"}, 421, "ASSISTANT_HOSTS"),
        ({"Host": "policy.example.cn.evil.com"}, 421, "ASSISTANT_HOSTS"),
        ({"Host": ""}, 421, "Host"),
        ({"Host": "[::1"}, 421, "Host"),
        ({"Origin": "http://evil.example.com"}, 403, "evil.example.com"),
        ({"Origin": "null"}, 403, "null"),
        ({"Origin": ""}, 403, "MCP 客户端"),
        ({"Origin": "http://192.0.2.7"}, 403, "192.0.2.7"),
        ({"Content-Type": "text/plain"}, 400, "application/json"),
    ],
)
def test_a_page_of_another_site_cannot_call(address: str, headers: dict[str, str], status: int, words: str) -> None:
    response = post(f"{address}/mcp", json=CALL, headers={**JSON, **headers})
    assert response.status_code == status, response.text
    assert words in response.text
    assert not [name for name in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS"])
def test_only_post_is_answered(address: str, method: str) -> None:
    response = request(method, f"{address}/mcp", headers=JSON)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"jsonrpc": "2.0"}', 400),
        (b"[" * 20_000, 400),
        (b" " * (BODY_LIMIT + 1), 413),
    ],
)
def test_a_body_that_is_no_request(address: str, body: bytes, status: int) -> None:
    response = post(f"{address}/mcp", content=body, headers=JSON)
    assert response.status_code == status
    assert "Traceback" not in response.text


def test_many_clients_at_once(address: str) -> None:
    async def one(amount: int) -> list[int]:
        async with Client(f"{address}/mcp") as client:
            result = await client.call_tool("award", {"rule_id": "economic_contribution", "amount": f"{amount}万"})
            return [award["amount_yuan"] for award in result.structured_content["awards"]]

    async def all_of_them() -> list[list[int]]:
        return await asyncio.gather(*[one(amount) for amount in [3000, 8000, 20_000] * 4])

    assert asyncio.run(all_of_them()) == [[100_000], [150_000], [300_000]] * 4
