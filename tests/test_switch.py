"""An operator's switch: every door obeys at once and tells the operator's own words."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.answer import AskRequest
from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.operations import switching
from assistant.pages.conversation import Conversation
from assistant.settings import Settings
from assistant.store import Store
from tests import desk
from tests.model_double import Double
from tools.errors import SwitchedOffError

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
DAY = date(2026, 6, 1)
DAY_ONE = datetime(2020, 1, 1, tzinfo=UTC)
NOTICE = "系统维护，18 点恢复。<b>急事</b>请打热线。"
OPENAI = {"messages": [{"role": "user", "content": QUESTION}]}
MCP = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture
def client(engine: Assistant) -> Iterator[TestClient]:
    yield TestClient(create_app(assistant=engine), base_url="http://127.0.0.1", raise_server_exceptions=False)
    for name in switching.NAMES:
        switching.turn_on(engine.store, name, "test")


@pytest.fixture
def off(engine: Assistant, client: TestClient) -> TestClient:
    switching.turn_off(engine.store, "assistant", NOTICE, "test")
    return client


def command(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        cwd=ROOT,
        env={**kept, "ASSISTANT_DATA": str(data), "PYTHONIOENCODING": "utf-8", **more},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/api/ask", {"question": QUESTION}, lambda told: told["detail"]),
        ("/api/chat", {"question": QUESTION, "channel": "widget"}, lambda told: told["detail"]),
        ("/api/calculate", {"values": {}}, lambda told: told["detail"]),
        ("/v1/chat/completions", OPENAI, lambda told: told["error"]["message"]),
        ("/v1/chat/completions", {**OPENAI, "stream": True}, lambda told: told["error"]["message"]),
    ],
)
def test_each_door_tells_the_notice_word_for_word(
    off: TestClient, engine: Assistant, path: str, body: Any, words: Callable[[Any], str]
) -> None:
    before = engine.store.counts.since(DAY_ONE).questions
    response = off.post(path, json=body)
    assert response.status_code == 503
    assert words(response.json()) == NOTICE
    assert int(response.headers["retry-after"]) >= 60
    assert engine.store.counts.since(DAY_ONE).questions == before, "what is not answered is not kept"


@pytest.mark.parametrize("name", ["ask", "award", "search", "clause"])
def test_each_mcp_tool_tells_the_notice(off: TestClient, name: str) -> None:
    arguments = {"ask": {"question": QUESTION}, "award": {"rule_id": "x"}, "search": {"query": "奖"}}
    call = {"name": name, "arguments": arguments.get(name, {"clause_id": "1"})}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    result = off.post("/mcp", json=body, headers=MCP).json()["result"]
    assert result["isError"]
    assert [part["text"] for part in result["content"]] == [NOTICE]


@pytest.mark.parametrize("path", ["/preview", "/ask"])
def test_the_desk_tells_the_notice(off: TestClient, engine: Assistant, path: str) -> None:
    name = f"worker{path[1:]}"
    desk.add(engine, name)
    worker = desk.Worker(create_app(assistant=engine), name)
    response = worker.send("POST", path, {"question": QUESTION})
    assert response.status_code == 503
    assert response.json()["detail"] == NOTICE
    page = worker.client.get("/desk").text
    assert "系统维护，18 点恢复。&lt;b&gt;急事&lt;/b&gt;" in page


def test_the_calculators_page_tells_the_notice_and_keeps_what_was_filled_in(off: TestClient, engine: Assistant) -> None:
    rule = next(iter(engine.policies[engine.default_policy].awards.values()))
    response = off.get("/calculator", params={f"values.{rule.by}": "8000万"})
    assert response.status_code == 503
    assert "系统维护，18 点恢复。&lt;b&gt;" in response.text
    assert 'value="8000万"' in response.text
    assert "不超过15万元" not in response.text


def test_the_page_tells_the_notice_at_once_and_when_asked(off: TestClient, engine: Assistant) -> None:
    page = Conversation(engine)
    for shown in ([*page.restore("")][-1], page.begin(), [*page.ask(QUESTION, "")][-1]):
        assert "系统维护，18 点恢复。&lt;b&gt;" in shown[1]


def test_what_asks_nothing_stays_open(client: TestClient, engine: Assistant) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    switching.turn_off(engine.store, "assistant", NOTICE, "test")
    assert client.get(f"/policy/{engine.default_policy}").status_code == 200
    assert client.get(f"/api/conversations/{answer['conversation_id']}").json()["turns"][0]["answer"]
    assert client.post("/api/feedback", json={"turn_id": answer["turn_id"], "rating": "like"}).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_the_process_stays_ready_and_says_that_the_assistant_is_off(off: TestClient, engine: Assistant) -> None:
    engine.warm()
    response = off.get("/readyz")
    assert (response.status_code, response.json()["assistant"]) == (200, "off")
    assert 'assistant_switched_off{switch="assistant"} 1.0' in off.get("/metrics").text
    switching.turn_on(engine.store, "assistant", "test")
    assert off.get("/readyz").json()["assistant"] == "on"
    assert 'assistant_switched_off{switch="assistant"} 0.0' in off.get("/metrics").text


def test_another_process_switches_and_the_next_question_obeys(
    client: TestClient, engine: Assistant, data: Path
) -> None:
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
    done = command(data, "switch", "off", "--notice", NOTICE)
    assert done.returncode == 0, done.stderr
    assert client.post("/api/ask", json={"question": QUESTION}).json()["detail"] == NOTICE
    asked = command(data, "ask", QUESTION)
    assert (asked.returncode, asked.stdout, asked.stderr) == (1, "", f"{NOTICE}\n")
    done = command(data, "switch", "on")
    assert "助手：开" in done.stdout
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
    entries = [(one.action, one.subject, one.detail) for one in engine.store.audit.latest(2)]
    assert entries == [("switched on", "assistant", ""), ("switched off", "assistant", NOTICE)]
    assert all(one.actor.startswith("命令行:") for one in engine.store.audit.latest(2))


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["off"], 2, "--notice"),
        (["off", "--notice", "  "], 2, "--notice"),
        (["off", "--notice", "长" * (switching.NOTICE_LIMIT + 1)], 2, str(switching.NOTICE_LIMIT)),
        (["off", "--notice", "a\x1b[31m"], 2, "控制字符"),
        ([], 2, "switch status"),
        (["status"], 0, "助手：开"),
        (["off", "--only-model"], 0, "大模型：关"),
        (["on"], 0, "助手：开"),
    ],
)
def test_the_command_says_what_it_did(tmp_path: Path, arguments: list[str], status: int, words: str) -> None:
    done = command(tmp_path, "switch", *arguments)
    assert done.returncode == status
    assert words in (done.stderr if status else done.stdout)
    if status:
        assert Store(tmp_path).switches.off() == {}


def test_with_only_the_model_off_the_rules_answer_and_the_metrics_say_why(double: Double, tmp_path: Path) -> None:
    engine = open_assistant(Settings(data=tmp_path, model="openai:switched-model"))
    request = AskRequest(question=QUESTION, as_of=DAY)
    assert engine.ask(request).model == "openai:switched-model"
    told = len(double.requests)
    switching.turn_off(engine.store, "model", "", "test")
    answer = engine.ask(request)
    assert (answer.model, answer.fallback, answer.awards[0].amount_yuan) == ("rules", True, 150_000)
    engine.ask(AskRequest(question="入园企业可以用会议室吗", as_of=DAY))
    assert len(double.requests) == told
    metrics = TestClient(create_app(assistant=engine)).get("/metrics").text
    assert 'assistant_model_answers_total{model="openai:switched-model",outcome="off"} 1.0' in metrics
    assert 'assistant_switched_off{switch="model"} 1.0' in metrics
    switching.turn_on(engine.store, "model", "test")
    assert engine.ask(request).model == "openai:switched-model"


def test_a_question_under_way_is_answered(engine: Assistant, client: TestClient) -> None:
    events = engine.stream(AskRequest(question=QUESTION))
    next(events)
    switching.turn_off(engine.store, "assistant", NOTICE, "test")
    assert [*events][-1].answer.verified  # type: ignore[union-attr]
    with pytest.raises(SwitchedOffError, match="系统维护"):
        engine.ask(AskRequest(question=QUESTION))


def test_the_switch_is_of_the_database_and_outlives_the_process(tmp_path: Path) -> None:
    switching.turn_off(Store(tmp_path), "assistant", NOTICE, "test")
    with pytest.raises(SwitchedOffError):
        open_assistant(Settings(data=tmp_path)).ask(AskRequest(question=QUESTION))


def test_the_openapi_document_lists_the_answer_of_a_door_that_is_off(client: TestClient) -> None:
    paths = json.loads(client.get("/openapi.json").text)["paths"]
    for path in ("/api/ask", "/api/chat", "/api/calculate", "/v1/chat/completions"):
        assert "503" in paths[path]["post"]["responses"]
    assert "503" in paths["/calculator"]["get"]["responses"]
