"""What deploy/nginx.conf does between clients and applications; the applications here only note what reaches them."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from evals import services
from evals.bench_start import free_port
from tests.serving import WAIT

pytestmark = pytest.mark.skipif(bool(services.missing("nginx")), reason="nginx is not installed")
NAMES = ("app-1", "app-2")
BROWSER = {"accept": "text/html"}
CONVERSATION = "0123456789abcdef" * 2


class Upstream:
    """An application that notes each request, and answers it, or breaks off once it has read it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.breaks_off = False
        self.go_on = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.seen.append((self.command, self.path, headers))
                if outer.breaks_off:
                    self.close_connection = True
                    return
                self.send_response(200)
                if headers.get("accept") == "text/event-stream":
                    self.send_header("transfer-encoding", "chunked")
                    self.end_headers()
                    self.wfile.write(b"7\r\nfirst\n\n\r\n")
                    outer.go_on.wait(WAIT)
                    self.wfile.write(b"6\r\nlast\n\n\r\n0\r\n\r\n")
                    return
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> "Upstream":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(WAIT)


Started = tuple[httpx.Client, list[Upstream], Path]


@pytest.fixture
def start() -> Iterator[Callable[[int], Started]]:
    """Starts nginx before as many applications as it is told; the others cannot be reached."""
    with ExitStack() as stack:

        def started(count: int) -> Started:
            folder = stack.enter_context(services.folder())
            upstreams = [stack.enter_context(Upstream(free_port())) for _ in range(count)]
            ports = [one.port for one in upstreams] + [free_port() for _ in range(len(NAMES) - count)]
            nginx = stack.enter_context(services.Nginx(folder, dict(zip(NAMES, ports, strict=True))))
            client = stack.enter_context(httpx.Client(base_url=nginx.url, timeout=WAIT, trust_env=False))
            return client, upstreams, folder / "nginx" / "access.log"

        yield started


@pytest.mark.parametrize("path", ["/api/ask", "/api/chat", "/v1/chat/completions", "/mcp", "/gradio_api/queue/join"])
def test_a_question_that_was_sent_is_never_sent_again(start: Callable[[int], Started], path: str) -> None:
    client, upstreams, _ = start(2)
    for upstream in upstreams:
        upstream.breaks_off = True
    answer = client.post(path, json={"question": "有效期"})
    assert sum(len(upstream.seen) for upstream in upstreams) == 1
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "先取回会话" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "5"


def test_what_changes_nothing_is_asked_of_the_other(start: Callable[[int], Started]) -> None:
    client, upstreams, _ = start(2)
    upstreams[0].breaks_off = True
    assert [client.get("/api/policies").status_code for _ in range(4)] == [200] * 4
    assert all(upstream.seen for upstream in upstreams)


@pytest.mark.parametrize("path", ["/api/ask", "/gradio_api/queue/join", "/desk", "/"])
def test_an_application_that_cannot_be_reached_is_done_without(start: Callable[[int], Started], path: str) -> None:
    client, upstreams, _ = start(1)
    assert [client.post(path, json={}).status_code for _ in range(6)] == [200] * 6
    assert len(upstreams[0].seen) == 6


@pytest.mark.parametrize("path", ["/", "/api/ask", "/gradio_api/queue/data", "/v1/models"])
def test_where_none_can_be_reached_people_are_told_so(start: Callable[[int], Started], path: str) -> None:
    client, _, _ = start(0)
    program, person = client.get(path), client.get(path, headers=BROWSER)
    assert (program.status_code, person.status_code) == (503, 503)
    assert program.json()["status"] == 503
    assert program.json()["request_id"] == program.headers["x-request-id"]
    assert "以前的对话都在" in person.text


def test_nobody_tells_an_address_or_scheme_that_is_not_his(start: Callable[[int], Started]) -> None:
    client, upstreams, _ = start(2)
    claimed = {
        "x-forwarded-for": "8.8.8.8",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "elsewhere.example",
        "x-real-ip": "8.8.8.8",
        "forwarded": "for=8.8.8.8",
        "x-request-id": "not-mine-1234",
        "host": "park.example",
    }
    client.get("/api/policies", headers=claimed)
    ((_, _, headers),) = [*upstreams[0].seen, *upstreams[1].seen]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["host"] == headers["x-forwarded-host"] == "park.example"
    assert {"x-real-ip", "forwarded"}.isdisjoint(headers)
    assert headers["x-request-id"] != "not-mine-1234"


@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions", "/gradio_api/queue/data", "/mcp"])
def test_an_answer_is_passed_on_as_it_is_written(start: Callable[[int], Started], path: str) -> None:
    client, upstreams, _ = start(2)
    with client.stream("GET", path, headers={"accept": "text/event-stream"}) as answer:
        pieces = answer.iter_text()
        assert next(pieces) == "first\n\n"
        for upstream in upstreams:
            upstream.go_on.set()
        assert "".join(pieces) == "last\n\n"


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/api/ask", 90 * 1024, 200),
        ("/api/ask", 100 * 1024, 413),
        ("/v1/chat/completions", 1024 * 1024, 200),
        ("/v1/chat/completions", 1200 * 1024, 413),
    ],
)
def test_a_body_has_its_limit(start: Callable[[int], Started], path: str, size: int, status: int) -> None:
    client, upstreams, _ = start(2)
    answer = client.post(path, content=b"x" * size)
    assert answer.status_code == status
    assert sum(len(upstream.seen) for upstream in upstreams) == (status == 200)
    if status == 413:
        assert "请删减" in answer.json()["detail"]
        assert "请删减" in client.post(path, content=b"x" * size, headers=BROWSER).text


def test_a_browser_keeps_to_one_application_and_browsers_spread(start: Callable[[int], Started]) -> None:
    client, upstreams, _ = start(2)
    for _ in range(20):
        client.cookies.clear()
        before = [len(upstream.seen) for upstream in upstreams]
        for path in ("/", "/gradio_api/queue/join", "/gradio_api/queue/data", "/", "/theme.css", "/assets/a.js"):
            client.get(path)
        grown = [len(upstream.seen) - count for upstream, count in zip(upstreams, before, strict=True)]
        assert sorted(grown) == [0, 6]
    assert all(upstream.seen for upstream in upstreams)


def test_a_browser_without_cookies_keeps_to_one_as_well(start: Callable[[int], Started]) -> None:
    client, upstreams, _ = start(2)
    for _ in range(10):
        client.post("/gradio_api/queue/join")
    assert sorted(len(upstream.seen) for upstream in upstreams) == [0, 10]


def test_the_cookie_is_set_once_and_tells_nothing(start: Callable[[int], Started]) -> None:
    client, _, _ = start(2)
    first, again, other = client.get("/"), client.get("/"), client.get("/api/policies")
    assert "HttpOnly; SameSite=Lax" in first.headers["set-cookie"]
    assert "set-cookie" not in again.headers
    assert "set-cookie" not in other.headers


def test_what_processes_count_is_not_for_everybody(start: Callable[[int], Started]) -> None:
    client, upstreams, _ = start(2)
    assert client.get("/metrics").status_code == 404
    assert not any(upstream.seen for upstream in upstreams)


def test_the_log_tells_neither_who_asked_nor_what(start: Callable[[int], Started]) -> None:
    client, _, log = start(2)
    client.get("/calculator", params={"values.revenue": "8000万"})
    client.get(f"/api/conversations/{CONVERSATION}/export", headers={"referer": "http://park.example/?q=secret"})
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["path"] for line in lines] == ["/calculator", "/api/conversations/*/export"]
    assert {line["status"] for line in lines} == {200}
    assert not {"address", "referer", "agent"} & set(lines[0])
    for hidden in ("8000", CONVERSATION, "secret", "httpx"):
        assert hidden not in log.read_text(encoding="utf-8")
