"""Which sites may ask from a browser, and the script they load: over HTTP, as a browser would."""

import gzip
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer, AskRequest
from assistant.api import create_app
from assistant.chat import Assistant
from assistant.settings import Settings
from assistant.web.guard import BODY_LIMIT
from assistant.web.problems import Problem
from assistant.widget import demo
from assistant.widget.demo import __main__ as demo_site
from evals import widget_size
from tools.errors import SettingsError

LISTED = "https://www.park.example"
FOREIGN = "https://elsewhere.example"
QUESTION = {"question": "有效期到什么时候？"}


@pytest.fixture(scope="module")
def client(engine: Assistant) -> TestClient:
    return TestClient(create_app(Settings(origins=(LISTED, "http://10.0.0.5:8080")), engine))


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("", ()),
        (" , ,", ()),
        ("https://www.park.example", ("https://www.park.example",)),
        (
            " https://a.example , http://b.example:8080,http://[::1]:7870,",
            ("https://a.example", "http://b.example:8080", "http://[::1]:7870"),
        ),
        ("http://127.0.0.1:443", ("http://127.0.0.1:443",)),
        ("https://xn--fiqs8s.example", ("https://xn--fiqs8s.example",)),
    ],
)
def test_origins_are_read(value: str, origins: tuple[str, ...]) -> None:
    assert Settings.from_environment({"ASSISTANT_ORIGINS": value}).origins == origins


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "null",
        "www.park.example",
        "//www.park.example",
        "https://",
        "https://www.park.example/",
        "https://www.park.example/page",
        "https://www.park.example?x",
        "https://*.park.example",
        "https://WWW.park.example",
        "https://中文.example",
        "https://user@park.example",
        "https://park.example:443",
        "http://park.example:80",
        "https://park.example:0",
        "https://park.example:99999999",
        "ftp://park.example",
        "https://a.example https://b.example",
        "https://a.example;https://b.example",
        "https://good.example,bad",
    ],
)
def test_what_is_no_origin_is_refused_by_name(value: str) -> None:
    with pytest.raises(SettingsError, match=r"ASSISTANT_ORIGINS.*来源"):
        Settings.from_environment({"ASSISTANT_ORIGINS": value})


def shared(response: Any, origin: str) -> bool:
    """Whether a page of ``origin`` may read the answer. Caches must keep answers apart by origin either way."""
    assert "origin" in [one.strip().lower() for one in response.headers.get("vary", "").split(",")]
    assert "access-control-allow-credentials" not in response.headers
    allowed = response.headers.get("access-control-allow-origin")
    assert allowed in (None, origin)
    assert (response.headers["cross-origin-resource-policy"] == "cross-origin") == bool(allowed)
    return bool(allowed)


@pytest.mark.parametrize("origin", [LISTED, "http://10.0.0.5:8080"])
def test_a_listed_site_asks_and_reads(client: TestClient, origin: str) -> None:
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    asked = client.post("/api/ask", json=QUESTION, headers=headers)
    assert asked.status_code == 200
    assert shared(asked, origin)
    answer = Answer.model_validate_json(asked.content)
    found = client.get(f"/api/conversations/{answer.conversation_id}", headers=headers)
    assert found.json()["turns"][0]["question"] == QUESTION["question"]
    assert shared(found, origin)
    streamed = client.post("/api/chat", json=QUESTION, headers=headers)
    assert "event: done" in streamed.text
    assert shared(streamed, origin)
    rated = client.post("/api/feedback", json={"turn_id": answer.turn_id, "rating": "like"}, headers=headers)
    assert rated.status_code == 200
    assert shared(rated, origin)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/chat", b"", 400),
        ("POST", "/api/ask", b'{"question": "a", "conversation_id": "nowhere"}', 404),
        ("GET", "/api/conversations/nowhere", b"", 404),
        ("PUT", "/api/chat", b"", 405),
        ("POST", "/api/chat", b'{"question": "' + b"a" * 2001 + b'"}', 413),
        ("POST", "/api/chat", b" " * (BODY_LIMIT + 1), 413),
        ("POST", "/api/ask", b"{}", 422),
        ("POST", "/api/feedback", b"{}", 422),
    ],
)
def test_a_listed_site_reads_what_went_wrong(
    client: TestClient, method: str, path: str, body: bytes, status: int
) -> None:
    response = client.request(method, path, content=body, headers={"Origin": LISTED})
    assert response.status_code == status
    assert response.json()["detail"]
    assert shared(response, LISTED)


class _Faulty:
    """The engine with one fault, for what cannot be brought about from outside."""

    def __init__(self, engine: Assistant, fault: Exception) -> None:
        self._engine, self._fault = engine, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def ask(self, _: AskRequest) -> Answer:
        raise self._fault


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Problem(429, "问得太快，请稍后再问。", headers={"Retry-After": "7"}), 429),
        (Problem(503, "今天暂停服务。", headers={"Retry-After": "7"}), 503),
        (RuntimeError("inside"), 500),
    ],
)
def test_a_listed_site_reads_when_to_come_back(engine: Assistant, fault: Exception, status: int) -> None:
    client = TestClient(create_app(Settings(origins=(LISTED,)), _Faulty(engine, fault)))  # type: ignore[arg-type]
    response = client.post("/api/ask", json=QUESTION, headers={"Origin": LISTED})
    assert response.status_code == status
    assert shared(response, LISTED)
    assert response.headers.get("retry-after") == ("7" if status != 500 else None)
    assert "Retry-After" in response.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["/api/ask", "/api/chat", "/api/feedback", "/api/conversations/x"])
def test_a_preflight_is_granted_to_listed_sites_only(client: TestClient, path: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    granted = client.options(path, headers={"Origin": LISTED, **asked})
    assert granted.status_code == 204
    assert shared(granted, LISTED)
    assert "POST" in granted.headers["access-control-allow-methods"]
    assert granted.headers["access-control-allow-headers"].lower() == "content-type"
    assert 0 < int(granted.headers["access-control-max-age"]) <= 3600
    for origin in (FOREIGN, "null", LISTED + ".evil.example", LISTED.upper()):
        refused = client.options(path, headers={"Origin": origin, **asked})
        assert refused.status_code == 405
        assert not shared(refused, origin)
        assert "access-control-allow-methods" not in refused.headers


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics", "/v1/chat/completions", "/api/askew", "/openapi.json"])
def test_other_addresses_are_shared_with_nobody(client: TestClient, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        response = client.request(
            method, path, headers={"Origin": LISTED, "Access-Control-Request-Method": "POST"}, follow_redirects=False
        )
        assert not [name for name in response.headers if name.startswith("access-control-")]
        assert response.headers["cross-origin-resource-policy"] == "same-origin"


OWN = "https://assistant.example"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        # What the browser says of the page that asks, whatever a proxy did to Host.
        ({"Origin": OWN, "Sec-Fetch-Site": "same-origin", "Host": "10.0.0.9:7860"}, True),
        ({"Origin": OWN, "Sec-Fetch-Site": "same-site", "Host": "assistant.example"}, False),
        ({"Origin": OWN, "Sec-Fetch-Site": "cross-site", "Host": "assistant.example"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        # Plain HTTP, where browsers do not say.
        ({"Origin": "http://10.0.0.9:7860", "Host": "10.0.0.9:7860"}, True),
        ({"Origin": "http://assistant.example", "Host": "assistant.example"}, True),
        ({"Origin": "http://assistant.example", "Host": "Assistant.example:80"}, True),
        ({"Origin": OWN, "Host": "assistant.example:443"}, True),
        ({"Origin": OWN, "Host": "127.0.0.1:7860", "X-Forwarded-Host": "assistant.example"}, True),
        ({"Origin": OWN, "Host": "127.0.0.1:7860", "X-Forwarded-Host": "assistant.example, inner.example"}, True),
        ({"Origin": OWN, "Host": "127.0.0.1:7860"}, False),
        ({"Origin": FOREIGN, "Host": "assistant.example", "X-Forwarded-Host": "assistant.example"}, False),
        ({"Origin": "http://assistant.example:8080", "Host": "assistant.example"}, False),
        ({"Origin": "https://assistant.example.evil.example", "Host": "assistant.example"}, False),
        ({"Origin": "https://evil.example/assistant.example", "Host": "assistant.example"}, False),
        ({"Origin": "null", "Host": ""}, False),
        ({"Origin": "null", "Host": "null"}, False),
        ({"Origin": "x" * 5000, "Host": "assistant.example"}, False),
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/api/chat"])
def test_its_own_pages_and_programs_ask_and_foreign_pages_do_not(
    client: TestClient, path: str, headers: dict[str, str], allowed: bool
) -> None:
    response = client.post(path, json=QUESTION, headers=headers)
    assert response.status_code == (200 if allowed else 403)
    assert not shared(response, headers.get("Origin", ""))
    if not allowed:
        problem = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert "没有被允许使用" in problem["detail"]
        assert "ASSISTANT_ORIGINS" in problem["detail"]
        assert len(problem["detail"]) < 300
        assert problem["request_id"] == response.headers["x-request-id"]


def test_a_foreign_page_rates_nothing_and_learns_nothing(client: TestClient) -> None:
    answer = client.post("/api/ask", json=QUESTION).json()
    rating = {"turn_id": answer["turn_id"], "rating": "dislike"}
    assert client.post("/api/feedback", json=rating, headers={"Origin": FOREIGN}).status_code == 403
    read = client.get(f"/api/conversations/{answer['conversation_id']}", headers={"Origin": FOREIGN})
    assert not shared(read, FOREIGN)


CHAT = b'{"messages": [{"role": "user", "content": "\xe6\x9c\x89\xe6\x95\x88\xe6\x9c\x9f"}]}'
UNASKED = {  # what a browser sends for any page, without a preflight
    "a question to OpenAI's interface": ("POST", "/v1/chat/completions", CHAT, {"Content-Type": "text/plain"}),
    "a calculation": ("POST", "/api/calculate", b"{}", {"Content-Type": "text/plain"}),
    "a calculation without a type": ("POST", "/api/calculate", b"{}", {}),
    "a form to MCP": ("POST", "/mcp", b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}),
    "a question to the page": ("POST", "/gradio_api/queue/join", b"{}", {"Content-Type": "text/plain"}),
    "a page as an image": ("GET", "/calculator", b"", {"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors"}),
    "a page in a frame": ("GET", "/calculator", b"", {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"}),
}


@pytest.mark.parametrize(("method", "path", "body", "headers"), UNASKED.values(), ids=UNASKED)
def test_a_foreign_page_neither_asks_at_another_door_nor_spends_its_visitors_limit(
    engine: Assistant, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    client = TestClient(create_app(Settings(limit_address=1), engine), client=("203.0.113.9", 1))
    told = {"Sec-Fetch-Site": "cross-site", **({"Origin": FOREIGN} if method == "POST" else {}), **headers}
    for _ in range(3):
        refused = client.request(method, path, content=body, headers=told)
        assert (refused.status_code, "没有被允许使用" in refused.text) == (403, True)
    if method == "POST" and path in ("/v1/chat/completions", "/api/calculate"):
        assert client.post(path, content=body, headers={"Content-Type": "text/plain"}).status_code == 200, "a program"
    else:
        visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
        assert client.get("/calculator", headers=visit).status_code == 200, "a link is followed from anywhere"


def test_nobody_is_listed_by_default(engine: Assistant) -> None:
    client = TestClient(create_app(Settings(), engine))
    response = client.post("/api/ask", json=QUESTION, headers={"Origin": LISTED})
    assert response.status_code == 403
    assert not shared(response, LISTED)


ADDRESS = "/widget/policy-chat.js"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=1.0", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("x-gzip-not", False),
    ],
)
def test_the_script_is_packed_for_who_takes_it(client: TestClient, accepted: str, packed: bool) -> None:
    with client.stream("GET", ADDRESS, headers={"Accept-Encoding": accepted}) as response:
        body = b"".join(response.iter_raw())
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["vary"] == "Accept-Encoding"
    assert "access-control-allow-origin" not in response.headers
    assert (response.headers.get("content-encoding") == "gzip") == packed
    assert int(response.headers["content-length"]) == len(body)
    assert (gzip.decompress(body) if packed else body) == widget_size.SCRIPT.read_bytes()
    if packed:
        assert len(body) <= 8192


@pytest.mark.parametrize("accepted", ["gzip", ""])
def test_the_script_is_asked_for_again_and_not_sent_again(client: TestClient, accepted: str) -> None:
    first = client.get(ADDRESS, headers={"Accept-Encoding": accepted})
    control = first.headers["cache-control"]
    assert "must-revalidate" in control
    assert 0 < int(control.partition("max-age=")[2].partition(",")[0]) <= 3600
    tag = first.headers["etag"]
    for given in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = client.get(ADDRESS, headers={"If-None-Match": given})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client.get(ADDRESS, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.head(ADDRESS).status_code == 200


def test_the_script_is_small_and_asks_for_nothing_else() -> None:
    raw, packed = widget_size.sizes()
    assert packed <= 8 * 1024
    assert packed < raw
    source = Path(widget_size.SCRIPT).read_text(encoding="utf-8")
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.cookie",
        "eval(",
        "new Function",
        "style=",
    ):
        assert forbidden not in source


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--assistant", "nonsense"], 2, "http://127.0.0.1:7860"),
        (["--assistant", "ftp://a.example"], 2, "http://127.0.0.1:7860"),
        (["--port", "99999"], 1, "端口 99999"),
    ],
)
def test_the_demo_says_why_it_cannot_start(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo_site.main(arguments) == code
    assert words in capsys.readouterr().err


def test_the_demo_lets_in_the_assistant_and_nobody_else() -> None:
    with demo.server("http://assistant.example", 0) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{site.server_address[1]}"
        for path in ("/", "/several.html", "/hostile.html"):
            page = httpx.get(address + path)
            assert '<script src="http://assistant.example/widget/policy-chat.js"' in page.text
            policy = page.headers["content-security-policy"]
            assert (
                "script-src http://assistant.example; connect-src http://assistant.example; style-src 'self'" in policy
            )
            assert "unsafe" not in policy
        for path in ("/nothing", "/__init__.py", "/../__init__.py", "/demo/__main__.py"):
            assert httpx.get(address + path).status_code == 404
        site.shutdown()
