"""What the server logs: a line for each request and each fault, with an id and nothing of what anybody typed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.model_double import Reply, serving
from tests.running import ROOT, Running, running
from tests.serving import WAIT

MARK = "qzxzebra"
ASKED = f"{MARK}斑马的公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
FIELDS = {"time", "level", "logger", "message", "request_id", "method", "route", "status", "ms", "bytes"}
MCP = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def tool(name: str, **arguments: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


# Method, path, body (bytes as they stand, else JSON), headers. Each holds the mark; most of them fail.
REQUESTS: list[tuple[str, str, Any, dict[str, str]]] = [
    ("POST", "/api/ask", {"question": ASKED}, {}),
    ("POST", "/api/ask", {"question": f"{MARK}入园企业可以用会议室吗"}, {}),
    ("POST", "/api/ask", {"question": ASKED, "conversation_id": MARK}, {}),
    ("POST", "/api/ask", {"question": ASKED, "policy_id": MARK}, {}),
    ("POST", "/api/ask", {"question": ASKED, "as_of": MARK, MARK: MARK}, {}),
    ("POST", "/api/ask", {"question": MARK * 500}, {}),
    ("POST", "/api/ask", b'{"question": "' + MARK.encode(), {}),
    ("POST", "/api/ask", b"\xff\xfe" + MARK.encode(), {}),
    ("POST", "/api/ask", {"question": ASKED}, {"Authorization": f"Bearer ppa_{MARK}", "traceparent": MARK}),
    ("POST", "/api/ask", {"question": ASKED}, {"Origin": f"https://{MARK}.example"}),
    ("POST", "/api/chat", {"question": ASKED, "channel": "widget"}, {}),
    ("POST", "/api/feedback", {"turn_id": MARK, "rating": "dislike", "comment": MARK}, {}),
    ("POST", "/api/calculate", {"values": {MARK: MARK}}, {}),
    ("GET", f"/calculator?values.{MARK}={MARK}&as_of={MARK}", None, {}),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": ASKED}]}, {}),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": ASKED}], "stream": True}, {}),
    ("POST", "/v1/chat/completions", {"messages": [{"role": MARK, "content": ASKED}], "n": 2}, {}),
    ("GET", f"/v1/models/{MARK}", None, {}),
    ("POST", "/mcp", tool("ask", question=ASKED), MCP),
    ("POST", "/mcp", tool("ask", question=ASKED, conversation_id=MARK), MCP),
    ("POST", "/mcp", tool("award", rule_id=MARK, amount=MARK), MCP),
    ("POST", "/mcp", tool("search", query=MARK), MCP),
    ("POST", "/mcp", tool(MARK), MCP),
    ("POST", "/mcp", {"jsonrpc": MARK, "method": MARK, "params": [MARK]}, MCP),
    ("POST", "/mcp", {"jsonrpc": "2.0", "method": f"notifications/{MARK}", "params": {MARK: MARK}}, MCP),
    ("POST", "/mcp", b'{"jsonrpc": "' + MARK.encode(), MCP),
    ("POST", "/mcp", tool("ask", question=ASKED), {**MCP, "Host": f"{MARK}.example"}),
    ("GET", f"/api/conversations/{MARK}", None, {}),
    ("GET", f"/policy/{MARK}?q={MARK}&find={MARK}", None, {}),
    ("GET", f"/{MARK}?{MARK}", None, {"User-Agent": MARK, "Referer": f"http://{MARK}/"}),
    (
        "POST",
        "/desk/login",
        f"name={MARK}&password={MARK}".encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    ),
    ("POST", "/api/desk/ask", {"question": ASKED}, {"Cookie": f"desk_session={MARK}"}),
    ("POST", "/desk/admin/switch", f"name={MARK}&csrf={MARK}".encode(), {"Cookie": f"desk_session={MARK}"}),
    ("POST", "/gradio_api/queue/join", {"data": [MARK], "fn_index": 10**6, "session_hash": MARK}, {}),
    ("POST", "/gradio_api/queue/join", {"data": {MARK: MARK}, "fn_index": MARK}, {}),
    ("POST", "/gradio_api/queue/join", b'{"' + MARK.encode(), {}),
    ("POST", "/gradio_api/cancel", {"session_hash": MARK, "fn_index": 0, "event_id": MARK}, {}),
    ("GET", f"/gradio_api/queue/data?session_hash={MARK}none", None, {}),
]


def sent(client: httpx.Client, method: str, path: str, body: Any, headers: dict[str, str]) -> int:
    """The status; 0 where the answer broke off."""
    given = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
    try:
        return client.request(method, path, headers=headers, **given).status_code  # type: ignore[arg-type]
    except httpx.TransportError:
        return 0


def at_the_page(client: httpx.Client, data: list[Any]) -> None:
    """Asks as the page's script does: each of the page's functions is called with the data."""
    config = client.get("/").text
    assert "gradio" in config
    for function in range(8):
        body = {"data": data, "fn_index": function, "session_hash": f"s{function}{len(data)}", "trigger_id": None}
        if client.post("/gradio_api/queue/join", json=body).status_code != 200:
            continue
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": body["session_hash"]}) as events:
            for line in events.iter_lines():
                if "process_completed" in line or "close_stream" in line:
                    break


@pytest.fixture(scope="module", params=["json", "text"])
def logged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Running]:
    """A server that was asked at every door and has ended; its chat model repeats the mark, and fails in every way."""
    replies = [
        Reply([f"{MARK}。"]),
        Reply(status=400, error=MARK),
        Reply([MARK], cut=True),
        Reply([MARK], garbage=True),
    ]
    replies += [Reply(tool_calls=[(MARK, {MARK: MARK})]), Reply(status=500, error=MARK)]
    data = tmp_path_factory.mktemp("logs")
    with serving(lambda _: replies[len(double.requests) % len(replies)]) as double:
        model = {"ASSISTANT_MODEL": "openai:m", "OPENAI_BASE_URL": double.url, "OPENAI_API_KEY": "none"}
        with running(data, ASSISTANT_LOG=request.param, ASSISTANT_LIMIT_ADDRESS="0", **model) as server:
            with httpx.Client(base_url=server.address, timeout=WAIT) as client:
                server.statuses = [sent(client, *one) for one in REQUESTS]  # type: ignore[attr-defined]
                for given in ([ASKED, ""], [ASKED, MARK], [{MARK: MARK}, [MARK]], [MARK]):
                    at_the_page(client, given)
                answer = client.post("/api/ask", json={"question": ASKED}, headers={"X-Request-ID": "asked-by-a-test"})
                server.conversation = answer.json()["conversation_id"]  # type: ignore[attr-defined]
                client.get(f"/api/conversations/{server.conversation}")  # type: ignore[attr-defined]
                server.metrics = client.get("/metrics").text  # type: ignore[attr-defined]
                (data / "assistant.sqlite3").rename(data / "gone")  # a database that is gone while it is in use
                (data / "assistant.sqlite3").mkdir()
                for one in REQUESTS[:2]:
                    sent(client, *one)
            server.tell()
            assert server.ended() == 0, server.printed
    assert double.requests, "the model was asked"
    return request.param, server


def test_nothing_that_was_typed_is_logged_or_counted(logged: tuple[str, Running]) -> None:
    _, server = logged
    assert MARK not in server.printed.lower(), [line for line in server.printed.splitlines() if MARK in line.lower()]
    assert server.conversation not in server.printed, "who has a conversation's id can read it"  # type: ignore[attr-defined]
    assert "斑马" not in server.printed
    assert MARK not in server.metrics.lower()  # type: ignore[attr-defined]
    assert {400, 404, 413, 422} <= set(server.statuses), "most of the requests fail, each in its way"  # type: ignore[attr-defined]


def test_json_is_a_line_for_each_event_and_nothing_else(logged: tuple[str, Running]) -> None:
    form, server = logged
    if form != "json":
        assert not [line for line in server.out if "request" in line], "no access log on a console"
        assert any("建立索引" in line for line in server.out)
        return
    assert server.err == []
    lines = [json.loads(line) for line in server.out]
    assert any("打开 http" in line["message"] for line in lines)
    requests = [line for line in lines if line["logger"] == "assistant.requests"]
    assert len(requests) > len(REQUESTS)
    assert all(set(line) == FIELDS for line in requests)
    routes = {line["route"] for line in requests}
    assert {"/api/ask", "/api/conversations/{conversation_id}", "/policy/{policy_id}", "/mcp", "unknown"} <= routes
    mine = [line for line in requests if line["request_id"] == "asked-by-a-test"]
    assert [(line["method"], line["route"], line["status"]) for line in mine] == [("POST", "/api/ask", 200)]
    assert mine[0]["bytes"] > 1000
    faults = [line for line in lines if line["level"] in ("WARNING", "ERROR")]
    assert any("model" in line["message"] and line.get("request_id") for line in faults), "faults name their request"


SCRIPT = """
import asyncio, logging, sys, threading, traceback, warnings
from assistant.operations import logs
logs.set_up(sys.argv[1])
MARK = sys.argv[2]
ours, theirs = logging.getLogger("assistant.some"), logging.getLogger("library.part")

def falls(words):
    kept = words
    raise KeyError(words) from ValueError(words)

logs.request_id.set("the-id-of-it")
for log in (ours, theirs):
    try:
        falls(MARK)
    except KeyError:
        log.exception("it fell")
        traceback.print_exc()
try:
    open("/nowhere/" + MARK)
except OSError:
    ours.exception("no file")
theirs.warning("said %s and %r", MARK, {MARK: MARK})
theirs.error(f"said {MARK}")
warnings.warn(MARK)
print(MARK)
print(MARK + "Error: " + MARK, file=sys.stderr)
threading.Thread(target=falls, args=(MARK,)).start()

async def forgotten():
    asyncio.get_running_loop().create_task(asyncio.to_thread(falls, MARK))
    await asyncio.sleep(0.2)

asyncio.run(forgotten())
falls(MARK)
"""


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_exception_is_told_by_its_type_and_place_without_words_or_values(form: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), form, MARK],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=WAIT,
    )
    printed = done.stdout + done.stderr
    assert done.returncode == 1
    assert MARK not in printed
    for told in ("KeyError", "ValueError", "falls", "it fell", "No such file", "said %s and %r", "script.py:10"):
        assert told in printed, told
    if form == "json":
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.stderr == ""
        assert {line["request_id"] for line in lines if line["logger"] == "assistant.some"} == {"the-id-of-it"}
        assert sum("trace" in line for line in lines) >= 6
    else:
        assert "[the-id-of-it]: it fell" in done.stderr
        assert done.stdout == ""
