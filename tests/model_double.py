"""A chat model that says what it is told to, over the real protocol: an OpenAI-compatible server on 127.0.0.1.

A reply is chosen by the test from the request; it can lie, stall, break off, refuse, or never end.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """``chunks`` are streamed with ``pause`` seconds before each; ``cut`` breaks the connection after them."""

    chunks: Sequence[str] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    first: float = 0.0  # seconds before the first chunk
    cut: bool = False
    endless: bool = False  # the chunks again and again
    garbage: bool = False  # lines that are no JSON
    tool_calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    error: str = ""  # the message of an error status
    used: tuple[int, int] = (100, 20)  # tokens, as the provider counts them


_USED = ("prompt_tokens", "completion_tokens", "total_tokens")
Answers = Callable[[dict[str, Any]], Reply]


class Double:
    """``url`` to configure, ``requests`` that came, ``broken`` connections the client closed early."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.requests: list[dict[str, Any]] = []
        self.left = 0
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                double.requests.append(body)
                try:
                    double.reply(self, body, double.answers(body))
                except (BrokenPipeError, ConnectionResetError):
                    double.left += 1

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], reply: Reply) -> None:
        if reply.status != 200:
            told = json.dumps({"error": {"message": reply.error or "no", "type": "error"}}).encode()
            handler.send_response(reply.status)
            for name, value in {"Content-Length": str(len(told)), **reply.headers}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(told)
            return
        if not body.get("stream"):
            message = {"role": "assistant", "content": "".join(reply.chunks), "tool_calls": _calls(reply) or None}
            told = json.dumps(
                {
                    "id": "1",
                    "object": "chat.completion",
                    "model": "m",
                    "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                }
            ).encode()
            time.sleep(reply.first)
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(told)))
            handler.end_headers()
            handler.wfile.write(told)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        time.sleep(reply.first)
        for data in _events(reply):
            handler.wfile.write(f"data: {data}\n\n".encode())
            handler.wfile.flush()
            time.sleep(reply.pause)
        if not reply.cut:
            handler.wfile.write(b"data: [DONE]\n\n")
        handler.wfile.flush()


def _events(reply: Reply) -> Iterator[str]:
    def delta(**more: Any) -> str:
        return json.dumps(
            {
                "id": "1",
                "object": "chat.completion.chunk",
                "model": "m",
                "choices": [{"index": 0, "delta": more, "finish_reason": None}],
            },
            ensure_ascii=False,
        )

    yield delta(role="assistant", content="")
    if reply.garbage:
        yield "{not json"
    if calls := _calls(reply):
        yield delta(tool_calls=calls)
    times = 10**6 if reply.endless else 1
    for _ in range(times):
        for text in reply.chunks:
            yield delta(content=text)
    if not reply.cut:
        yield json.dumps(
            {
                "id": "1",
                "object": "chat.completion.chunk",
                "model": "m",
                "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
            }
        )
        yield json.dumps(
            {
                "id": "1",
                "object": "chat.completion.chunk",
                "model": "m",
                "choices": [],
                "usage": dict(zip(_USED, (*reply.used, sum(reply.used)), strict=True)),
            }
        )


def _calls(reply: Reply) -> list[dict[str, Any]]:
    return [
        {
            "index": at,
            "id": f"call-{at}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)},
        }
        for at, (name, arguments) in enumerate(reply.tool_calls)
    ]


@contextmanager
def serving(answers: Answers) -> Iterator[Double]:
    """A double for as long as the block runs."""
    double = Double(answers)
    try:
        yield double
    finally:
        double.close()
