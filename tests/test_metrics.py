"""What is counted at ``/metrics``: named as Prometheus has it, with nothing in it that anybody typed."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from assistant.answer import AskRequest
from assistant.api import create_app
from assistant.chat import Assistant
from assistant.operations.metrics import version
from tests import desk

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
# prometheus.io/docs/practices/naming: base units, none with a prefix; the unit is the last word before _total.
NOT_BASE_UNITS = re.compile(r"milli|micro|nano|minutes|hours|days|kilo|mega|percent|_ms(_|$)")


@pytest.fixture(scope="module")
def client(engine: Assistant) -> TestClient:
    return TestClient(create_app(assistant=engine), base_url="http://127.0.0.1", raise_server_exceptions=False)


def families(client: TestClient) -> dict[str, Any]:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    found = {one.name: one for one in text_string_to_metric_families(response.text)}
    return {name: one for name, one in found.items() if not name.startswith(("python_", "process_"))}


def value(client: TestClient, name: str, **labels: str) -> float:
    """The sum of a metric's samples with these labels; 0 where there is none."""
    samples = [sample for one in families(client).values() for sample in one.samples if sample.name == name]
    return sum(one.value for one in samples if labels.items() <= one.labels.items())


def test_every_name_follows_the_rules_and_says_what_it_is(client: TestClient) -> None:
    client.post("/api/ask", json={"question": QUESTION})
    found = families(client)
    assert len(found) > 10
    for name, one in found.items():
        assert re.fullmatch(r"assistant_[a-z]+(_[a-z]+)*", name), name
        assert not NOT_BASE_UNITS.search(name), name
        assert len(one.documentation) > 5, name
        assert not name.endswith(("_total", "_count", "_sum", "_bucket")) or one.type == "unknown", name
        for sample in one.samples:
            assert one.type != "counter" or sample.name == f"{name}_total"
            assert one.type != "histogram" or name.endswith("_seconds")
            assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", label) for label in sample.labels), sample


def test_each_answer_is_counted_by_its_status_model_and_channel(client: TestClient, engine: Assistant) -> None:
    labels = {"status": "answered", "model": "rules", "channel": "widget"}
    before = value(client, "assistant_answers_total", **labels)
    timed = value(client, "assistant_answer_duration_seconds_count", channel="widget")
    for _ in range(3):
        engine.ask(AskRequest(question=QUESTION, channel="widget"))
    assert value(client, "assistant_answers_total", **labels) == before + 3
    assert value(client, "assistant_answer_duration_seconds_count", channel="widget") == timed + 3
    events = engine.stream(AskRequest(question=QUESTION, channel="widget"))
    next(events)
    assert value(client, "assistant_answers_in_progress") == 1
    assert value(client, "assistant_unfinished_turns") == 1
    events.close()  # who asked has left: the turn keeps the rules' answer
    assert value(client, "assistant_answers_in_progress") == 0
    assert value(client, "assistant_unfinished_turns") == 0
    assert value(client, "assistant_answers_total", **labels) == before + 4


def test_desk_and_status_are_told_apart(client: TestClient, engine: Assistant) -> None:
    desk.add(engine, "counted")
    worker = desk.Worker(create_app(assistant=engine), "counted")
    before = value(client, "assistant_answers_total", channel="desk", status="clarify")
    worker.ask("能拿多少奖励")
    assert value(client, "assistant_answers_total", channel="desk", status="clarify") == before + 1


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/healthz", "/healthz", 200),
        ("GET", "/api/conversations/0123456789abcdef", "/api/conversations/{conversation_id}", 404),
        ("GET", "/no/such/place", "unknown", 404),
        ("POST", "/api/ask", "/api/ask", 400),
        ("POST", "/mcp", "/mcp", 400),
        ("BREW", "/healthz", "/healthz", 405),
    ],
)
def test_each_request_is_counted_by_its_template(
    client: TestClient, method: str, path: str, route: str, status: int
) -> None:
    told = {"method": "OTHER" if method == "BREW" else method, "route": route, "status": str(status)}
    before = value(client, "assistant_http_requests_total", **told)
    assert client.request(method, path).status_code == status
    assert value(client, "assistant_http_requests_total", **told) == before + 1
    assert "0123456789abcdef" not in client.get("/metrics").text


def test_a_database_that_fails_is_counted_and_what_it_would_tell_is_unknown(
    client: TestClient, engine: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = value(client, "assistant_store_errors_total")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(engine.store.database), "_to_newest", refuse)
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 503
    assert value(client, "assistant_store_errors_total") >= before + 1
    assert str(value(client, "assistant_unfinished_turns")) == "nan"
    monkeypatch.undo()
    assert str(value(client, "assistant_unfinished_turns")) != "nan"


def test_the_build_is_told_with_the_projects_version(client: TestClient) -> None:
    assert f'version = "{version()}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert value(client, "assistant_build_info", version=version()) == 1
