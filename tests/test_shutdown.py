"""A server that is told to stop: what is under way is finished, nothing new is begun, and nothing idle holds it up."""

import json
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.store import Store
from tests.model_double import Double, Reply, serving
from tests.running import WAIT, Running, running

DAY_ONE = datetime(2020, 1, 1, tzinfo=UTC)
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
TRUE = "8000万元属于5000万元至1亿元这一档，一次性奖励不超过15万元。"
Began = Callable[[], None]


@contextmanager
def slow(data: Path, seconds: float, **more: str) -> Iterator[tuple[Running, Double, Began]]:
    """A server whose chat model begins to answer after ``seconds``, and a wait until it was asked."""
    asked = threading.Event()

    def reply(_: dict[str, Any]) -> Reply:
        asked.set()
        return Reply([TRUE], first=seconds)

    with serving(reply) as double:
        model = {"ASSISTANT_MODEL": "openai:m", "OPENAI_BASE_URL": double.url, "OPENAI_API_KEY": "none"}
        with running(data, ASSISTANT_MODEL_SECONDS="600", **model, **more) as server:
            yield server, double, lambda: assert_set(asked)


def assert_set(event: threading.Event) -> None:
    assert event.wait(WAIT), "the model was not asked"


def wait_until_closed(server: Running) -> None:
    """Until nothing new is taken: a proxy sends it to another process then, which it may do even with a question."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        try:
            httpx.get(f"{server.address}/healthz", timeout=WAIT)
        except httpx.ConnectError:
            return
        except httpx.TransportError:  # taken by the system, and let go when the port was closed
            continue
    pytest.fail("the port stays open")


def in_thread(call: Callable[[], Any]) -> Callable[[], Any]:
    """Runs the call beside the test; gives what hands its result over."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(call())
        except httpx.TransportError as error:
            found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def result() -> Any:
        thread.join(WAIT)
        return found[0]

    return result


def asked(server: Running) -> str:
    return str(httpx.post(f"{server.address}/api/ask", json={"question": QUESTION}, timeout=WAIT).json()["answer"])


def streamed(server: Running) -> str:
    with httpx.stream("POST", f"{server.address}/api/chat", json={"question": QUESTION}, timeout=WAIT) as events:
        told = "".join(events.iter_text())
    return str(json.loads(told.rpartition("event: done\ndata: ")[2])["answer"])


def by_openai(server: Running) -> str:
    body = {"messages": [{"role": "user", "content": QUESTION}], "stream": True}
    with httpx.stream("POST", f"{server.address}/v1/chat/completions", json=body, timeout=WAIT) as events:
        told = "".join(events.iter_text())
    assert told.endswith("data: [DONE]\n\n")
    chunks = [json.loads(line.removeprefix("data: ")) for line in told.splitlines() if line.startswith("data: {")]
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"])


def at_the_page(server: Running) -> str:
    with httpx.Client(base_url=server.address, timeout=WAIT) as client:
        body = {"data": [QUESTION, ""], "fn_index": 0, "session_hash": "one", "trigger_id": None}
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200
        told = ""
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "one"}) as events:
            for line in events.iter_lines():
                told += line
                if "process_completed" in line:
                    break
    return told


@pytest.mark.parametrize("door", [asked, streamed, by_openai])
def test_who_asked_before_gets_the_whole_answer_and_nobody_after(
    door: Callable[[Running], str], tmp_path: Path
) -> None:
    with slow(tmp_path, 3.0) as (server, _, began):
        answer = in_thread(lambda: door(server))
        began()
        server.tell()
        told = answer()
        assert told.startswith(TRUE), told
        assert "AI生成" in told
        wait_until_closed(server)
        assert server.ended() == 0, server.printed
    assert "Traceback" not in server.printed


def test_who_asked_at_the_page_gets_the_whole_answer(tmp_path: Path) -> None:
    with slow(tmp_path, 3.0) as (server, _, began):
        answer = in_thread(lambda: at_the_page(server))
        began()
        server.tell()
        assert "不超过15万元" in answer()
        assert server.ended() == 0, server.printed


def test_a_balancer_is_told_at_once_and_served_until_it_has_noticed(tmp_path: Path) -> None:
    with running(tmp_path, ASSISTANT_DRAIN_SECONDS="600") as server:
        assert httpx.get(f"{server.address}/readyz", timeout=WAIT).status_code == 200
        server.tell()
        until = time.monotonic() + WAIT
        while (ready := httpx.get(f"{server.address}/readyz", timeout=WAIT)).status_code == 200:
            assert time.monotonic() < until
        assert ready.status_code == 503
        assert "正在停止" in ready.json()["detail"]
        assert httpx.get(f"{server.address}/healthz", timeout=WAIT).status_code == 200
        assert "不超过15万元" in asked(server)
        server.tell()  # and does not wait any longer when told again
        assert server.ended() == 128 + signal.SIGTERM


def test_told_twice_it_ends_at_once_and_the_question_is_there_unfinished(tmp_path: Path) -> None:
    with slow(tmp_path, 300.0) as (server, _, began):
        answer = in_thread(lambda: asked(server))
        began()
        server.tell()
        wait_until_closed(server)
        server.tell()
        assert server.ended() == 128 + signal.SIGTERM
        assert isinstance(answer(), httpx.TransportError)
    store = Store(tmp_path)
    [turn_id] = [*store.keeping.turn_ids(DAY_ONE)]
    turn, _ = store.turn(turn_id)
    assert (turn.question, turn.answer) == (QUESTION, None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_only_open_does_not_hold_it_up(number: signal.Signals, tmp_path: Path) -> None:
    """Pages that are open, connections that idle, a body that never ends. Answers may take 20 minutes here."""
    with slow(tmp_path, 0.0) as (server, _, _), ExitStack() as opened:
        client = opened.enter_context(httpx.Client(base_url=server.address, timeout=WAIT))
        for place in range(3):
            page = opened.enter_context(client.stream("GET", f"/gradio_api/heartbeat/session{place}"))
            assert "ALIVE" in next(page.iter_text())
        opened.enter_context(httpx.Client(base_url=server.address)).get("/healthz")
        host, port = server.address.removeprefix("http://").split(":")
        halves = opened.enter_context(socket.create_connection((host, int(port))))
        halves.sendall(b"POST /api/ask HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{")
        assert client.get("/healthz").status_code == 200
        server.tell(number)
        assert server.ended() == 0, server.printed
    assert "Traceback" not in server.printed
    assert "without completing response" not in server.printed
