"""The HTTP door: the contract's answers, every error, the headers, the policy's text, what stays shut."""

import asyncio
import gc
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.answer import Answer, AskRequest
from assistant.api import create_app
from assistant.chat import Assistant
from assistant.web.guard import BODY_LIMIT
from tools.errors import StoreError

QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
TAG = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module")
def client(engine: Assistant) -> TestClient:
    """The API without the web page, which opens only with the server's lifespan."""
    return TestClient(create_app(assistant=engine))


@pytest.fixture(scope="module")
def open_client(engine: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(assistant=engine)) as client:
        deadline = time.monotonic() + 120
        while not client.get("/readyz").json().get("page"):
            assert time.monotonic() < deadline, "the web page did not open"
            time.sleep(0.2)
        yield client


def is_problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert re.search("[一-龥]", body["detail"])
    assert "Traceback" not in response.text
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def test_an_answer_is_the_contract(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": QUESTION, "as_of": "2025-06-01"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = Answer.model_validate_json(response.content)
    assert answer.verified
    assert [award.amount_yuan for award in answer.awards] == [150_000]
    assert answer.basis.as_of.isoformat() == "2025-06-01"


def test_a_conversation_is_found_again(client: TestClient) -> None:
    first = client.post("/api/ask", json={"question": QUESTION}).json()
    follow_up = {"question": "那1.2亿呢？", "conversation_id": first["conversation_id"]}
    second = client.post("/api/ask", json=follow_up).json()
    assert [award["amount_yuan"] for award in second["awards"]] == [300_000]
    found = client.get(f"/api/conversations/{first['conversation_id']}").json()
    assert [turn["question"] for turn in found["turns"]] == [QUESTION, "那1.2亿呢？"]
    assert [turn["answer"] for turn in found["turns"]] == [first, second]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "是空的"),
        (b"   \n", 400, "是空的"),
        (b"question", 400, "JSON"),
        (b'{"question": "\xc4\xe3\xba\xc3"}', 400, "UTF-8"),
        (b'{"question": "\xff\xfe"}', 400, "UTF-8"),
        ('{"question": "你好"}'.encode("utf-16"), 400, "UTF-8"),
        (b'{"question": "\\ud800"}', 400, "JSON"),
        (b'{"question": "a"', 400, "JSON"),
        (b"[" * 30_000, 400, "JSON"),
        (b'{"question":' * 4_000, 400, "JSON"),
        (b'["a"]', 422, "JSON 对象"),
        (b"null", 422, "JSON 对象"),
        (b'"a"', 422, "JSON 对象"),
        (b"{}", 422, "question：缺少"),
        (b'{"question": null}', 422, "question：应为文字"),
        (b'{"question": 8000}', 422, "question：应为文字"),
        (b'{"question": ["a"]}', 422, "question：应为文字"),
        (b'{"question": ""}', 422, "question：不能为空"),
        ('{"question": " \u3000\\n\\t "}'.encode(), 422, "question：不能为空"),
        (b'{"question": "a", "as_of": "2025-02-30"}', 422, "as_of：应为 YYYY-MM-DD"),
        (b'{"question": "a", "as_of": 20250101}', 422, "as_of：应为 YYYY-MM-DD"),
        (b'{"question": "a", "as_of": "tomorrow"}', 422, "as_of：应为 YYYY-MM-DD"),
        (b'{"question": "a", "channel": "phone"}', 422, "web、desk、widget、api"),
        (b'{"question": "a", "questions": "b"}', 422, "questions：没有这个字段"),
        (b'{"question": "a", "conversation_id": 7}', 422, "conversation_id：应为文字"),
        (json.dumps({"question": "a", "conversation_id": "x" * 65}).encode(), 422, "最多 64"),
        (b'{"question": "a", "conversation_id": "nowhere"}', 404, "nowhere"),
        (b'{"question": "a", "policy_id": "nowhere"}', 404, "nowhere"),
        (json.dumps({"question": "长" * 2001}).encode(), 413, "2001 个字"),
        (json.dumps({"question": "长" * 3000}).encode(), 413, "3000 个字"),
        (b'{"question": "' + b"a" * BODY_LIMIT + b'"}', 413, "64 KiB"),
    ],
)
def test_a_body_that_cannot_be_answered(client: TestClient, body: bytes, status: int, words: str) -> None:
    assert words in is_problem(client.post("/api/ask", content=body), status)["detail"]


def test_every_field_at_fault_is_named(client: TestClient) -> None:
    body = is_problem(client.post("/api/ask", json={"as_of": "x", "channel": "y", "z": 1}), 422)
    assert {error["field"] for error in body["errors"]} == {"question", "as_of", "channel", "z"}


@pytest.mark.parametrize("size", [1, BODY_LIMIT + 1, 40 * BODY_LIMIT])
def test_a_body_of_undeclared_length_is_bounded(client: TestClient, size: int) -> None:
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(0, size, 1024):
            read += 1024
            yield b" " * 1024

    response = client.post("/api/ask", content=chunks())
    is_problem(response, 400 if size <= BODY_LIMIT else 413)


def test_a_chunked_question_is_answered(client: TestClient) -> None:
    raw = json.dumps({"question": QUESTION}).encode()
    response = client.post("/api/ask", content=iter([raw[:7], raw[7:50], raw[50:]]))
    assert response.json()["awards"][0]["amount_yuan"] == 150_000


@pytest.mark.parametrize(
    "question",
    [
        "长" * 2000,
        "😀🎉🚀",
        "👨\u200d👩\u200d👧" * 40,
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)"> 8000万',
        "'; DROP TABLE turns; --",
        "1 OR 1=1",
        "\x00\x01\x02\x1b[31m",
        "8000万\x00奖励",
        "\u202e元万0008入收",
        "\u200b\u200b",
        "\ufffe\uffff",
        "?" * 1500,
        "{{7*7}} ${7*7} %s %(a)s {0}",
        "../../etc/passwd",
        "```\n# 标题\n```",
        "Ｗｈａｔ？",
    ],
)
def test_an_unusual_question_gets_a_clear_answer(client: TestClient, question: str) -> None:
    response = client.post("/api/ask", json={"question": question})
    assert response.status_code == 200, response.text
    answer = Answer.model_validate_json(response.content)
    assert answer.verified
    assert re.search("[一-龥]|[A-Za-z]{3}", answer.answer)
    stored = client.get(f"/api/conversations/{answer.conversation_id}").json()
    assert stored["turns"][0]["question"] == question.strip()


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.binary(max_size=60), st.integers(), st.none(), st.lists(st.text(), max_size=3))
)
def test_whatever_is_sent_is_answered_or_refused_with_reason(client: TestClient, sent: Any) -> None:
    if isinstance(sent, bytes):
        response = client.post("/api/ask", content=sent)
    else:
        response = client.post("/api/ask", json={"question": sent})
    if response.status_code == 200:
        assert Answer.model_validate_json(response.content).verified
    else:
        is_problem(response, response.status_code)
        assert response.status_code in (400, 413, 422)


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/api/ask", 405, "Allow"),
        ("PUT", "/api/ask", 405, "Allow"),
        ("OPTIONS", "/api/ask", 405, "Allow"),
        ("DELETE", "/healthz", 405, "Allow"),
        ("GET", "/api/nothing", 404, "POST /api/ask"),
        ("POST", "/nothing", 404, "POST /api/ask"),
        ("GET", "/redoc", 404, "POST /api/ask"),
        ("GET", "/api/conversations/nowhere", 404, "nowhere"),
        ("GET", "/policy/nowhere", 404, "nowhere"),
        ("GET", "/policy/%ff%00", 404, "没有编号"),
        ("GET", "/policy/..%2f..%2fetc", 404, "POST /api/ask"),
    ],
)
def test_an_address_or_method_that_is_not_there(
    client: TestClient, method: str, path: str, status: int, words: str
) -> None:
    response = client.request(method, path)
    assert words in is_problem(response, status)["detail"]
    assert ("allow" in response.headers) == (status == 405)


class _Faulty:
    """The engine with one fault, for what cannot be brought about from outside."""

    def __init__(self, engine: Assistant, fault: Exception) -> None:
        self.policies, self.default_policy, self.store = engine.policies, engine.default_policy, engine.store
        self.fault = fault

    def ask(self, request: AskRequest) -> Answer:
        raise self.fault

    conversation = ask

    def warm(self) -> None:
        raise self.fault

    def ready(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("fault", "status"),
    [(StoreError("暂时无法保存对话。"), 503), (RuntimeError("/secret/path"), 500), (MemoryError(), 500)],
)
def test_a_fault_inside_is_told_without_a_trace(engine: Assistant, fault: Exception, status: int) -> None:
    client = TestClient(create_app(assistant=_Faulty(engine, fault)))  # type: ignore[arg-type]
    for response in (client.post("/api/ask", json={"question": "a"}), client.get("/api/conversations/a")):
        body = is_problem(response, status)
        assert "secret" not in response.text
        assert "RuntimeError" not in response.text
        if status == 500:
            assert body["request_id"] in body["detail"]
        else:
            assert "retry-after" in response.headers


def test_the_page_opens_though_the_engine_is_not_ready(engine: Assistant) -> None:
    app = create_app(assistant=_Faulty(engine, RuntimeError("no index")))  # type: ignore[arg-type]
    with TestClient(app) as client:
        deadline = time.monotonic() + 120
        while client.get("/").status_code == 503:
            assert time.monotonic() < deadline, "the web page did not open"
            time.sleep(0.2)
        assert client.get("/").status_code == 200
        is_problem(client.get("/readyz"), 503)


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/", "text/html"),
        ("GET", "/healthz", "*/*"),
        ("GET", "/api/ask", "*/*"),
        ("GET", "/nothing", "text/html"),
        ("POST", "/api/ask", "*/*"),
        ("GET", "/openapi.json", "*/*"),
        ("GET", "/policy/nowhere", "text/html"),
    ],
)
@pytest.mark.parametrize("opened", [False, True])
def test_headers_of_every_answer(
    request: pytest.FixtureRequest, method: str, path: str, accept: str, opened: bool
) -> None:
    client: TestClient = request.getfixturevalue("open_client" if opened else "client")
    response = client.request(method, path, headers={"Accept": accept, "Origin": "https://elsewhere.example"})
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["referrer-policy"] == "same-origin"
    assert len(response.headers["x-request-id"]) >= 8
    assert not [name for name in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("sent", "kept"), [("abcdef-0123.4_5", True), ("short", False), ("x" * 65, False), ("a b c d e f g", False)]
)
def test_a_request_id_is_kept_when_it_is_plain(client: TestClient, sent: str, kept: bool) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": sent})
    assert (response.headers["x-request-id"] == sent) == kept


def test_a_browser_gets_its_errors_as_a_page(client: TestClient) -> None:
    response = client.get("/policy/nowhere", headers={"Accept": "text/html,*/*"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "没有编号为 nowhere 的政策" in response.text
    is_problem(client.post("/api/ask", content=b"", headers={"Accept": "text/html"}), 400)


def test_health_and_readiness(client: TestClient, open_client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.head("/healthz").status_code == 200
    assert open_client.get("/readyz").json() == {"status": "ready", "page": True, "assistant": "on"}


def test_the_policy_text_is_whole_and_verbatim(client: TestClient, engine: Assistant) -> None:
    policy = engine.policies[engine.default_policy]
    html = client.get(f"/policy/{policy.id}").text
    main = html[html.index("<article") : html.index("</article>")]
    for clause in policy.text.clauses:
        assert f'<section id="{clause.id}"' in html
        section = re.search(rf'<section id="{re.escape(clause.id)}".*?</section>', main, re.S)
        assert section
        assert f'href="#{clause.id}"' in html
        words = re.search(r'<div class="words"[^>]*>(.*?)</div>', section[0], re.S)
        assert words
        shown = unescape(TAG.sub("", words[1]))
        assert shown == clause.text.replace("\n", "").removeprefix(policy.title if clause.id == "preamble" else "")


@pytest.mark.parametrize(
    ("words", "marks", "notice"),
    [
        ("一次性奖励不超过15万元", 1, False),
        ("5.经济贡献奖励。园区企业主营业务收入", 2, False),
        ("  一次性奖励不超过15万元  ", 1, False),
        ("一次性奖励不超过16万元", 0, True),
        ("<script>alert(1)</script>", 0, True),
        ("x" * 5000, 0, True),
        ("", 0, False),
    ],
)
def test_quoted_words_are_highlighted_or_said_to_be_missing(
    client: TestClient, engine: Assistant, words: str, marks: int, notice: bool
) -> None:
    response = client.get(f"/policy/{engine.default_policy}", params={"q": words})
    assert response.status_code == 200
    assert len(re.findall("<mark>", response.text)) == marks
    assert "".join(re.findall("<mark>(.*?)</mark>", response.text)) == (words.strip() if marks else "")
    assert ("没有这段话" in response.text) == notice
    assert "<script>" not in response.text, "what is typed never becomes markup"


def test_the_policy_text_needs_no_script_and_no_other_host(client: TestClient, engine: Assistant) -> None:
    response = client.get(f"/policy/{engine.default_policy}")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "script-src 'self';" in response.headers["content-security-policy"]
    assert 'lang="zh-CN"' in response.text
    assert set(re.findall(r"<script[^>]*>(.*?)</script>", response.text, re.S)) == {""}, "no script in the page itself"
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", response.text)


def test_the_front_page_before_it_is_open(client: TestClient) -> None:
    response = client.get("/", headers={"Accept": "text/html"})
    assert response.status_code == 503
    assert "正在准备" in response.text
    assert 'http-equiv="refresh"' in response.text
    assert response.headers["retry-after"]
    is_problem(client.post("/gradio_api/queue/join", json={}), 503)


def test_the_front_page_is_our_own(open_client: TestClient, engine: Assistant) -> None:
    response = open_client.get("/", headers={"Accept-Encoding": "br, gzip"})
    assert response.status_code == 200
    head = response.text[: response.text.index("</head>")]
    assert '<html\n\tlang="zh-CN"' in head
    assert "<title>政策问答</title>" in head
    assert not re.findall(r'(?:property|name)="(?:og|twitter):', head)
    assert engine.policies[engine.default_policy].title in response.text
    assert "<noscript>" in response.text
    assert open_client.head("/").status_code == 200


def test_the_front_page_comes_compressed_and_its_parts_are_kept(open_client: TestClient) -> None:
    page = open_client.get("/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert "immutable" not in page.headers.get("cache-control", "")
    parts = set(re.findall(r'(?:src|href)="[^"]*?(/assets/[^"]+)"', page.text))
    assert parts
    for part in parts:
        response = open_client.get(part, headers={"Accept-Encoding": "br, gzip"})
        assert response.headers["content-encoding"] in ("br", "gzip")
        assert "immutable" in response.headers["cache-control"]
    assert "immutable" not in open_client.get("/assets/none.js").headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress?upload_id=1"),
        ("GET", "/gradio_api/file=app.py"),
        ("GET", "/gradio_api/file/app.py"),
        ("GET", "/gradio_api/proxy=http://127.0.0.1/"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/mcp/"),
        ("GET", "/config"),
        ("GET", "/monitoring/x"),
        ("POST", "/login"),
        ("GET", "/svelte/x"),
        ("GET", "/custom_component/x"),
        ("GET", "/manifest.json"),
    ],
)
def test_what_the_page_does_not_need_stays_shut(open_client: TestClient, method: str, path: str) -> None:
    is_problem(open_client.request(method, path), 404)


@pytest.mark.parametrize("path", ["/assets/../../app.py", "/assets/%2e%2e/%2e%2e/app.py", "/static/..%2f..%2fapp.py"])
def test_files_beside_the_page_are_not_served(open_client: TestClient, path: str) -> None:
    response = open_client.get(path)
    assert response.status_code in (403, 404)
    assert "uvicorn" not in response.text


def test_a_large_body_does_not_reach_the_page(open_client: TestClient) -> None:
    is_problem(open_client.post("/gradio_api/queue/join", content=b"x" * (BODY_LIMIT + 1)), 413)


def test_openapi_describes_the_question(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    ask = described["paths"]["/api/ask"]["post"]
    schema = ask["requestBody"]["content"]["application/json"]["schema"]
    assert "question" in described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
    assert {"200", "400", "404", "413", "422", "503"} <= set(ask["responses"])


def test_importing_the_api_loads_nothing_heavy() -> None:
    code = "import sys, assistant.api; print(sorted({'gradio', 'torch', 'chromadb', 'langchain'} & set(sys.modules)))"
    root = Path(__file__).resolve().parent.parent
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("sent", "status", "packed"),
    [({}, 200, False), ({"Accept-Encoding": "gzip"}, 200, True), ({"If-None-Match": "the tag"}, 304, False)],
)
def test_a_pages_script_is_packed_and_not_sent_twice(
    client: TestClient, sent: dict[str, str], status: int, packed: bool
) -> None:
    tag = client.get("/ui/view.js").headers["etag"]
    headers = {"Accept-Encoding": "identity"} | {name: value.replace("the tag", tag) for name, value in sent.items()}
    response = client.get("/ui/view.js", headers=headers)
    assert response.status_code == status
    assert (response.headers.get("content-encoding") == "gzip") == packed
    assert ("data-view" in response.text) == (status == 200)


@pytest.mark.parametrize("name", ["nothing.js", "../document.css", "view.js.map"])
def test_only_the_pages_scripts_are_served(client: TestClient, name: str) -> None:
    assert client.get(f"/ui/{name}").status_code == 404


def test_the_loop_does_no_work_for_a_reader_who_left_before_the_stream_began(
    engine: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is drafted and kept all the same, in a thread of the pool: the loop is everybody's."""
    drafted, at_work = engine.drafted, list[int]()

    def noted(*given: Any) -> Any:
        at_work.append(threading.get_ident())
        return drafted(*given)

    monkeypatch.setattr(engine, "drafted", noted)
    body = json.dumps({"question": QUESTION}).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        await asyncio.sleep(0)  # a connection whose buffer is full
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/chat",
        "raw_path": b"/api/chat",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }

    async def serve() -> None:
        await create_app(assistant=engine)(scope, receive, send)
        gc.collect()

    asyncio.run(serve())
    assert b"delta" not in b"".join(message.get("body", b"") for message in sent)
    assert len(at_work) == 1
    assert at_work[0] != threading.get_ident()
