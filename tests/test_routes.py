"""Every address of the server: who may use it, and what holds for all of them. A route without a row here is a failure."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.access.accounts import ROLES
from assistant.access.keys import SCOPES, Keys
from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import KEYED_DOORS, Settings
from tests.desk import Worker, add, visitor

QUESTION = {"question": "营收8000万能拿多少"}
MCP = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
MCP_HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
CHAT = {"messages": [{"role": "user", "content": QUESTION["question"]}]}
RATING = {"turn_id": "x", "rating": "like"}
MARK = b"qzxzebra"
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n' + MARK + b"\r\n--b--\r\n"

# Who asks: nobody, somebody with a key of one scope, staff with a session. Every other key has the right scope's status.
KEYS = tuple(f"key {scope}" for scope in SCOPES)
ASKERS = ("nobody", *KEYS, *ROLES)
Statuses = dict[str, int]


def everybody(status: int) -> Statuses:
    return dict.fromkeys(ASKERS, status)


def keyed(scope: str, status: int) -> Statuses:
    """Where a key is asked for: without one 401, whoever is signed in; with one of another scope 403."""
    return everybody(401) | dict.fromkeys(KEYS, 403) | {f"key {scope}": status}


def looked_at(scope: str, status: int) -> Statuses:
    """Open to the public; but who gives a key must have been given one for this."""
    return everybody(status) | dict.fromkeys(KEYS, 403) | {f"key {scope}": status}


def staff(status: int, *roles: str, others: int = 401, other_staff: int = 403) -> Statuses:
    return everybody(others) | dict.fromkeys(ROLES, other_staff) | dict.fromkeys(roles or ROLES, status)


LOGIN = 303  # is sent to the form
# Method and route -> address, body, what each gets. Bodies are JSON, or a form's text.
ROWS: dict[tuple[str, str], tuple[str, Any, Statuses]] = {
    ("GET", "/openapi.json"): ("/openapi.json", None, everybody(200)),
    ("GET", "/docs"): ("/docs", None, everybody(200)),
    ("GET", "/healthz"): ("/healthz", None, everybody(200)),
    ("GET", "/readyz"): ("/readyz", None, everybody(200)),
    ("GET", "/metrics"): ("/metrics", None, keyed("metrics", 200)),
    ("GET", "/ui/{name}"): ("/ui/view.js", None, everybody(200)),
    ("GET", "/widget/policy-chat.js"): ("/widget/policy-chat.js", None, everybody(200)),
    ("GET", "/policy/"): ("/policy/", None, everybody(307)),
    ("GET", "/policy/{policy_id}"): ("/policy/none", None, everybody(404)),
    ("GET", "/calculator"): ("/calculator", None, everybody(200)),
    ("POST", "/api/ask"): ("/api/ask", QUESTION, looked_at("ask", 200)),
    ("POST", "/api/chat"): ("/api/chat", QUESTION, looked_at("ask", 200)),
    ("POST", "/api/calculate"): ("/api/calculate", {}, looked_at("ask", 200)),
    ("POST", "/api/feedback"): ("/api/feedback", RATING, looked_at("ask", 404)),
    ("GET", "/api/conversations/{conversation_id}"): ("/api/conversations/x", None, looked_at("read", 404)),
    ("POST", "/v1/chat/completions"): ("/v1/chat/completions", CHAT, keyed("ask", 200)),
    ("GET", "/v1/models"): ("/v1/models", None, keyed("ask", 200)),
    ("GET", "/v1/models/{model:path}"): ("/v1/models/x", None, keyed("ask", 404)),
    ("POST", "/mcp"): ("/mcp", MCP, keyed("ask", 200)),
    ("GET", "/desk/login"): ("/desk/login", None, staff(303, others=200)),
    ("POST", "/desk/login"): ("/desk/login", "name=NEW&password=y", everybody(401)),
    ("POST", "/desk/logout"): ("/desk/logout", "", everybody(303)),
    ("GET", "/desk"): ("/desk", None, staff(200, others=LOGIN)),
    ("POST", "/api/desk/preview"): ("/api/desk/preview", QUESTION, staff(200)),
    ("POST", "/api/desk/ask"): ("/api/desk/ask", QUESTION, staff(200)),
    ("GET", "/api/desk/calls"): ("/api/desk/calls", None, staff(200)),
    ("GET", "/api/desk/calls/{conversation_id}"): ("/api/desk/calls/x", None, staff(404)),
    ("PUT", "/api/desk/calls/{conversation_id}/notes"): ("/api/desk/calls/x/notes", {"notes": "a"}, staff(404)),
    ("GET", "/api/desk/calls/{conversation_id}/handover"): ("/api/desk/calls/x/handover", None, staff(404)),
    ("GET", "/api/desk/queue"): ("/api/desk/queue", None, staff(200)),
    ("GET", "/api/desk/queue/{turn_id}"): ("/api/desk/queue/x", None, staff(404, "reviewer")),
    ("POST", "/api/desk/queue/{turn_id}/dismiss"): ("/api/desk/queue/x/dismiss", None, staff(404, "reviewer")),
    ("POST", "/api/desk/queue/{turn_id}/check"): ("/api/desk/queue/x/check", {"draft": "a"}, staff(404, "reviewer")),
    ("POST", "/api/desk/queue/{turn_id}/review"): ("/api/desk/queue/x/review", {"draft": "a"}, staff(404, "reviewer")),
    ("GET", "/api/desk/reviews"): ("/api/desk/reviews", None, staff(200)),
    ("DELETE", "/api/desk/reviews/{review_id}"): ("/api/desk/reviews/x", None, staff(404, "reviewer")),
    ("GET", "/desk/admin"): ("/desk/admin", None, staff(200, "admin", others=LOGIN)),
    ("POST", "/desk/admin/switch"): ("/desk/admin/switch", "name=none", staff(422, "admin", others=LOGIN)),
    ("POST", "/desk/admin/accounts"): ("/desk/admin/accounts", "name=x", staff(422, "admin", others=LOGIN)),
}
FORMS = tuple(path for (_, path), (_, body, _) in ROWS.items() if isinstance(body, str))
CHANGING = [row for row, (_, _, got) in ROWS.items() if row[0] not in ("GET", "HEAD") and "/desk" in row[1]]
# Of the page's own framework this much is open, to these methods, and nothing else.
PAGE = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/theme.css"),
    ("GET", "/static/{path:path}"),
    ("GET", "/assets/{path:path}"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"),
    ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


@pytest.fixture(scope="module")
def engine(data: Path) -> Assistant:
    engine = open_assistant(Settings(data=data))
    for role in ROLES:
        add(engine, f"who.is.{role}", role)
    engine.warm()
    return engine


@pytest.fixture(scope="module")
def app(engine: Assistant) -> FastAPI:
    """A server that asks for keys wherever it can."""
    return create_app(Settings(keyed=frozenset(KEYED_DOORS)), engine)


def routes_of(node: Any) -> Iterator[tuple[str, str]]:
    """Methods and paths of all routes below an application or router, mounted and included ones too."""
    for route in node.routes:
        below = getattr(route, "original_router", None) or (route if hasattr(route, "routes") else None)
        if below is not None:
            yield from routes_of(below)
            continue
        for method in getattr(route, "methods", None) or {"ANY"}:
            yield method, route.path


def sent(client: httpx.Client, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
    if path == "/mcp":
        headers = {**MCP_HEADERS, **headers}
    if isinstance(body, str):
        body = body.replace("NEW", uuid.uuid4().hex)  # or the tries of other tests would lock the name
    given = {"content": body} if isinstance(body, str) else {"json": body} if body is not None else {}
    return client.request(method, path, headers=headers, follow_redirects=False, **given)  # type: ignore[arg-type]


def test_every_route_has_a_row(app: FastAPI) -> None:
    heads = {("HEAD", path) for _, path in ROWS}
    assert set(routes_of(app)) - heads == set(ROWS)


@pytest.mark.parametrize("asker", ASKERS)
def test_who_may_use_each_route(app: FastAPI, engine: Assistant, asker: str) -> None:
    client, headers, token = visitor(app), {}, ""
    signed_in = False
    if asker in KEYS:
        key = Keys(engine.store).add("test", [asker.removeprefix("key ")], "test")  # type: ignore[list-item]
        headers = {"Authorization": f"Bearer {key}"}
    got = {}
    for (method, route), (path, body, _) in ROWS.items():
        if asker in ROLES and not signed_in:
            worker = Worker(app, f"who.is.{asker}")
            client, token = worker.client, worker.token
            headers = {"X-CSRF-Token": token}
        form = f"{body}&csrf={token}" if isinstance(body, str) else body
        got[method, route] = sent(client, method, path, form, headers).status_code
        signed_in = route != "/desk/logout"
    assert got == {row: statuses[asker] for row, (_, _, statuses) in ROWS.items()}


FOREIGN: dict[str, dict[str, str]] = {
    "no token": {},
    "another token": {"X-CSRF-Token": "x" * 43},
    "another site": {"X-CSRF-Token": "own", "Sec-Fetch-Site": "cross-site"},
    "a neighbour's site": {"X-CSRF-Token": "own", "Sec-Fetch-Site": "same-site"},
    "another origin": {"X-CSRF-Token": "own", "Origin": "https://evil.example"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize(("method", "route"), CHANGING, ids=lambda value: value)
def test_no_change_at_the_desk_comes_from_another_site(
    app: FastAPI, method: str, route: str, headers: dict[str, str]
) -> None:
    path, body, statuses = ROWS[method, route]
    role = next(role for role in reversed(ROLES) if statuses[role] != 403)
    worker = Worker(app, f"who.is.{role}")
    token = {"own": worker.token}.get(headers.get("X-CSRF-Token", ""), headers.get("X-CSRF-Token", ""))
    form = f"{body}&csrf={token}" if isinstance(body, str) else body
    status = sent(worker.client, method, path, form, {**headers, "X-CSRF-Token": token}).status_code
    tokenless = route in ("/desk/login", "/desk/logout") and not set(headers) - {"X-CSRF-Token"}
    assert status == (statuses[role] if tokenless else 403), (
        "signing in and out rest on the cookie's SameSite and Origin"
    )


def test_no_route_takes_a_file(app: FastAPI, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for (method, _), (path, _, _) in ROWS.items():
        if method == "GET":
            continue
        worker = Worker(app, "who.is.admin" if "admin" in path else "who.is.reviewer")
        told = {**headers, "X-CSRF-Token": worker.token}
        response = worker.client.request(method, path, content=MULTIPART, headers=told, follow_redirects=False)
        assert response.status_code in ((303,) if path == "/desk/logout" else (400, 401, 403, 404, 422)), path
        assert MARK.decode() not in response.text, path
    written = [path for folder in (tmp_path, data) for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in written if MARK in path.read_bytes()]


def test_of_the_pages_framework_only_what_the_page_needs_is_open(engine: Assistant, opened: TestClient) -> None:
    from assistant.pages import ask

    there = set(routes_of(ask.mounted(engine)))
    own = set(ROWS) | {("HEAD", path) for _, path in ROWS}
    assert len(there) > 40
    assert there >= PAGE
    for method, route in sorted(there - PAGE - own):
        path = re.sub(r"\{[^}]*\}", "x", route)
        response = opened.request(
            method, path, content=MULTIPART, headers={"Content-Type": "multipart/form-data; boundary=b"}
        )
        assert response.status_code in (404, 405), (method, route)
        assert response.headers["content-type"] == "application/problem+json", (method, route)


WANTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("method", METHODS)
def test_every_answer_carries_the_headers(opened: TestClient, method: str) -> None:
    page = [re.sub(r"\{[^}]*\}", "x", path) for _, path in PAGE if "queue/data" not in path and "heartbeat" not in path]
    seen = set()
    for path in [
        *(path for path, _, _ in ROWS.values()),
        *page,
        "/nothing",
        "/gradio_api/upload",
        "/policy",
        "/%ff%00",
    ]:
        if path == "/desk/logout":
            continue
        response = opened.request(method, path, headers={"Accept": "text/html", "Origin": "https://evil.example"})
        seen.add(response.status_code)
        headers = response.headers
        shared = {"cross-origin-resource-policy": "cross-origin"} if path.startswith("/widget/") else {}
        wanted = WANTED | (shared if response.status_code == 200 else {})
        assert {name: headers.get(name) for name in wanted} == wanted, (method, path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"], (method, path)
        assert headers["permissions-policy"], (method, path)
        assert headers["x-request-id"], (method, path)
        assert not [name for name in headers if name.startswith("access-control-")], (method, path)
        assert "server" not in headers, (method, path)
        assert "x-powered-by" not in headers, (method, path)
        assert "Traceback" not in response.text, (method, path)
    assert max(seen) < 500
