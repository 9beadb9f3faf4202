"""Traces as a collector receives them: who called whom and how long it took, and nothing of what anybody typed."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http.trace_exporter", reason='needs pip install ".[traces]"')
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.model_double import Reply, serving
from tests.running import ROOT, running
from tests.serving import WAIT
from tests.test_logs import ASKED, MARK, REQUESTS, at_the_page, sent

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRUE = "8000万元属于5000万元至1亿元这一档，一次性奖励不超过15万元。"


class Collector:
    """``bodies`` as they came, ``spans`` read from them. One that ``hangs`` never answers."""

    def __init__(self, hangs: bool = False) -> None:
        self.bodies: list[bytes] = []
        self.paths: set[str] = set()
        self._released = threading.Event()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.paths.add(self.path)
                collector.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                if hangs:
                    collector._released.wait(WAIT)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def spans(self) -> list[Any]:
        return [
            span
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def collecting(**how: bool) -> Iterator[Collector]:
    collector = Collector(**how)
    try:
        yield collector
    finally:
        collector.close()


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collector:
    """What came from a server that was asked at every door and has ended."""
    with serving(lambda _: Reply([TRUE])) as double, collecting() as collector:
        model = {"ASSISTANT_MODEL": "openai:m", "OPENAI_BASE_URL": double.url, "OPENAI_API_KEY": "none"}
        more = {**model, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "ASSISTANT_LIMIT_ADDRESS": "0"}
        with running(tmp_path_factory.mktemp("traces"), **more) as server:
            with httpx.Client(base_url=server.address, timeout=WAIT) as client:
                headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": f"vendor={MARK}"}
                response = client.post("/api/ask", json={"question": ASKED}, headers=headers)
                collector.conversation = response.json()["conversation_id"]  # type: ignore[attr-defined]
                client.get(f"/api/conversations/{collector.conversation}")  # type: ignore[attr-defined]
                for one in REQUESTS:
                    sent(client, *one)
                at_the_page(client, [ASKED, ""])
            server.tell()
            assert server.ended() == 0, server.printed
        return collector


def test_a_request_is_traced_from_door_to_store_under_the_callers_trace(collected: Collector) -> None:
    assert collected.paths == {"/v1/traces"}
    mine = [span for span in collected.spans if span.trace_id.hex() == TRACE]
    by_id = {span.span_id: span for span in mine}
    request = next(span for span in mine if span.name == "POST /api/ask")
    assert request.parent_span_id.hex() == PARENT
    names = {span.name for span in mine}
    assert {"answer", "draft", "tool", "model", "verify", "store.read", "store.write"} <= names
    for span in mine:
        while span.parent_span_id in by_id:
            span = by_id[span.parent_span_id]
        assert span is request, "every span leads up to the request"
    within = {span.name: by_id[span.parent_span_id].name for span in mine if span is not request}
    assert (within["answer"], within["draft"], within["model"], within["tool"]) == (
        "POST /api/ask",
        "answer",
        "answer",
        "draft",
    )
    assert all(span.end_time_unix_nano >= span.start_time_unix_nano > 0 for span in mine)


def test_every_door_is_traced_by_its_template(collected: Collector) -> None:
    names = {span.name for span in collected.spans}
    for name in ("GET /api/conversations/{conversation_id}", "POST /api/chat", "POST /mcp", "GET unknown", "retrieve"):
        assert name in names, name
    statuses = {
        attribute.value.int_value
        for span in collected.spans
        for attribute in span.attributes
        if attribute.key == "http.response.status_code"
    }
    assert {200, 404, 413, 422} <= statuses


def test_no_span_holds_what_was_typed_or_whose_it_is(collected: Collector) -> None:
    everything = b"".join(collected.bodies).lower()
    for secret in (MARK, "斑马", "8000", collected.conversation, "127.0.0.1"):  # type: ignore[attr-defined]
        assert secret.encode() not in everything, secret
    assert not [span for span in collected.spans if span.events], "an exception's words may be a user's"


@pytest.mark.parametrize("collector", ["nobody listens", "never answers"])
def test_a_collector_that_fails_changes_no_answer_and_no_end(collector: str, tmp_path: Path) -> None:
    with socket.socket() as taken, collecting(hangs=True) as hanging:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = hanging.url if collector == "never answers" else f"http://127.0.0.1:{taken.getsockname()[1]}"
        with running(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=url) as server:
            for _ in range(5):
                answer = httpx.post(f"{server.address}/api/ask", json={"question": ASKED}, timeout=WAIT).json()
                assert answer["awards"][0]["amount_yuan"] == 150_000
            server.tell()
            assert server.ended() == 0, server.printed
    assert MARK not in server.printed


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WAIT,
        env={**os.environ, "PORT": "0"},
    )


def test_without_a_collector_nothing_is_imported() -> None:
    code = (
        "import sys\nfrom assistant.operations import traces\nwith traces.span('x'), traces.request({}) as one: one.ended('GET', '/', 200)\n"
        "assert list(traces.traced('x', (n for n in [1, 2]))) == [1, 2]\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    assert python(code).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [("http://127.0.0.1:4318", "pip install"), ("127.0.0.1:4318", "OTEL_EXPORTER_OTLP_ENDPOINT")],
)
def test_a_server_that_cannot_trace_as_told_says_why(endpoint: str, words: str) -> None:
    code = (
        "import os, sys\nsys.modules['opentelemetry.exporter.otlp.proto.http.trace_exporter'] = None\n"
        f"os.environ['OTEL_EXPORTER_OTLP_ENDPOINT'] = {endpoint!r}\n"
        "from assistant.operations.serve import main\nraise SystemExit(main())"
    )
    done = python(code)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
