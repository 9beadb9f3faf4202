"""``/openapi.json`` and the page made of it: complete, valid, in Chinese, and every example in it works."""

import contextlib
import copy
import io
import json
import re
import shlex
from collections.abc import Iterator
from html import unescape
from typing import Any

import jsonschema
import pytest

from assistant.pages.schema import kind
from assistant.web import problems
from tests.serving import get, head, post, request

CHINESE = re.compile("[一-鿿]")
BODIES = ("/api/", "/v1/")


@pytest.fixture(scope="module")
def document(address: str) -> dict[str, Any]:
    told: dict[str, Any] = get(f"{address}/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def html(address: str) -> str:
    return get(f"{address}/docs").text


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def every(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every(one)


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that stands by itself."""
    return {**copy.deepcopy(schema), "components": document["components"]}


def test_every_schema_is_one_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    named = {node["$ref"] for node in every(document) if "$ref" in node}
    assert named <= {f"#/components/schemas/{name}" for name in schemas}
    assert {"AskRequest", "ChatRequest", "Answer", "ProblemOut", "ErrorOut"} <= set(schemas)
    assert not [node for node in every(document) if "$defs" in node]
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))


def test_every_remark_is_chinese(document: dict[str, Any]) -> None:
    told = [node["description"] for node in every(document) if isinstance(node.get("description"), str)]
    told += [operation["summary"] for _, _, operation in operations(document)]
    assert [one for one in told if not CHINESE.search(one)] == []


@pytest.mark.parametrize(
    "name", ["AskRequest", "ChatRequest", "Answer", "Award", "Citation", "Figure", "Basis", "ProblemOut"]
)
def test_every_field_of_the_contract_is_described(document: dict[str, Any], name: str) -> None:
    fields = document["components"]["schemas"][name]["properties"]
    bare = [field for field, schema in fields.items() if "description" not in schema and "$ref" not in schema]
    assert bare in ([], ["stream_options", "response_format"])


def test_every_operation_tells_what_any_request_may_get(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert {"413", "500", "503"} <= set(operation["responses"]), (method, path)
        for status, response in operation["responses"].items():
            if status >= "400":
                shape = "application/json" if path.startswith("/v1/") else problems.MEDIA_TYPE
                assert "$ref" in response["content"][shape]["schema"], (method, path, status)
                assert ("text/html" in response["content"]) == (not path.startswith(BODIES))


def test_every_example_is_what_its_schema_allows_and_is_answered_as_documented(
    document: dict[str, Any], address: str
) -> None:
    tried = 0
    for method, path, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if not body:
            continue
        tried += 1
        jsonschema.Draft202012Validator(resolved(document, body["schema"])).validate(body["example"])
        response = request(method, address + path, json=body["example"])
        assert response.status_code in (200, 404), response.text  # 404: the example's id names nothing here
        kept = response.headers["content-type"].split(";")[0]
        told = operation["responses"][str(response.status_code)]["content"][kept]
        if kept != "text/event-stream":
            jsonschema.Draft202012Validator(resolved(document, told["schema"])).validate(response.json())
    assert tried >= 3


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/api/ask", {}, 422),
        ("/api/ask", {"question": "a", "conversation_id": "nowhere"}, 404),
        ("/api/chat", {"question": "a" * 2001}, 413),
        ("/v1/chat/completions", {"messages": []}, 422),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "a"}], "n": 2}, 400),
    ],
)
def test_errors_are_those_of_the_document(
    document: dict[str, Any], address: str, path: str, sent: dict[str, Any], status: int
) -> None:
    response = post(address + path, json=sent)
    assert response.status_code == status
    told = document["paths"][path]["post"]["responses"][str(status)]["content"][response.headers["content-type"]]
    jsonschema.Draft202012Validator(resolved(document, told["schema"])).validate(response.json())


def test_the_page_tells_of_every_operation_field_and_tool(document: dict[str, Any], html: str) -> None:
    text = unescape(re.sub("<[^>]*>", "", html))
    for method, path, operation in operations(document):
        assert f"{method} {path} {operation['summary']}" in text
        assert operation.get("description", "") in text
        for parameter in operation.get("parameters", ()):
            assert f"<code>{parameter['name']}</code>" in html
    for name, schema in document["components"]["schemas"].items():
        shown = re.search(rf'<article id="schema-{name}">.*?</article>', html, re.S)
        assert shown
        for field, told in schema.get("properties", {}).items():
            assert f"<code>{field}</code>" in shown[0]
            assert told.get("description", "") in unescape(shown[0])
    for tool in ("ask", "award", "search", "clause"):
        assert f'<article id="tool-{tool}">' in html


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ({"type": "string", "maxLength": 64}, "文字，最多 64 字"),
        ({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}, "整数，不小于 1，或 null"),
        ({"enum": [1, None, True, "a<b"]}, "1、null、true、a<b"),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/Award"}, "minItems": 1},
            "列表，各项是 Award，至少 1 项",
        ),
        ({"type": "string", "format": "date"}, "日期"),
        ({}, "任意值"),
    ],
)
def test_a_schema_is_told_in_words(schema: dict[str, Any], shown: str) -> None:
    assert unescape(re.sub("<[^>]*>", "", kind(schema))) == shown


def test_every_link_leads_somewhere(html: str, address: str) -> None:
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    links = set(re.findall(r'href="([^"]*)"', html)) - {"data:,"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    for link in links:
        if not link.startswith("#") and link != "/":  # the front page opens later
            assert get(address + link, follow_redirects=True).status_code == 200, link


def test_the_page_holds_no_inline_style_or_script_and_no_other_host(html: str, address: str) -> None:
    assert not re.findall(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", html)
    assert not re.findall(r"""(?:src|href|action)=["']?(?:https?:)?//""", html)
    policy = get(f"{address}/docs").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert head(f"{address}/docs").status_code == 200


def test_a_strange_host_is_only_text(address: str) -> None:
    response = get(f"{address}/docs", headers={"Host": 'a"><script>alert(1)</script>'})
    assert "<script>alert" not in response.text


def codes(html: str) -> list[str]:
    return [unescape(one) for one in re.findall("<pre><code>(.*?)</code></pre>", html, re.S)]


def test_every_curl_line_works_as_it_stands(html: str, address: str) -> None:
    tried = 0
    for code in codes(html):
        if not code.startswith("curl"):
            continue
        tried += 1
        words = [word for word in shlex.split(code.replace("\\\n", "")) if word.strip()]
        assert words[1] in ("-s", "-sN")
        url = re.sub(r"\{\w+\}", "nowhere", words[2])
        assert url.startswith(address)
        if "-d" in words:
            name, _, value = words[words.index("-H") + 1].partition(": ")
            response = post(url, content=words[words.index("-d") + 1].encode(), headers={name: value})
        else:
            response = get(url, follow_redirects=True)
        assert response.status_code in (200, 404, 503), response.text
        assert response.status_code == 200 or "nowhere" in url or "feedback" in url or "readyz" in url
    assert tried > 5


def test_every_python_example_runs_as_it_stands(html: str) -> None:
    examples = [code for code in codes(html) if "import" in code]
    assert len(examples) == 3
    for code in examples:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "example", "exec"), {"__name__": "__main__"})
        assert "AI生成" in printed.getvalue()


def test_the_settings_for_clients_are_json(html: str, address: str) -> None:
    told = [json.loads(code) for code in codes(html) if code.startswith("{")]
    assert [list(one["mcpServers"]) for one in told] == [["policy"], ["policy"]]
    assert told[0]["mcpServers"]["policy"]["url"] == f"{address}/mcp"
    assert told[1]["mcpServers"]["policy"]["args"] == ["-m", "assistant", "mcp"]
