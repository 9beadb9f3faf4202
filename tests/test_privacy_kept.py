"""No personal data is kept, whichever way it comes in; the answer is the same as without it."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access.accounts import Access
from assistant.api import create_app
from assistant.chat import Assistant

QUESTION = "园区企业主营业务收入8000万能拿多少奖励？"
PERSONAL = {
    "phone": ("我电话13812345678，", "13812345678"),
    "id": ("身份证11010519491231002X，", "11010519491231002X"),
    "card": ("卡号6222020200112230004，", "6222020200112230004"),
    "email": ("邮箱zhang.san@example.com，", "zhang.san@example.com"),
    "full width": ("手机１３８１２３４５６７８，", "１３８１２３４５６７８"),
}


@pytest.fixture(scope="module")
def client(engine: Assistant) -> TestClient:
    return TestClient(create_app(assistant=engine), base_url="http://127.0.0.1")


def by_ask(client: TestClient, text: str) -> Any:
    return client.post("/api/ask", json={"question": text}).json()


def by_openai(client: TestClient, text: str) -> Any:
    body = {"model": "rules", "messages": [{"role": "user", "content": text}]}
    return client.post("/v1/chat/completions", json=body).json()["policy"]


def by_feedback(client: TestClient, text: str) -> Any:
    answer = by_ask(client, QUESTION)
    given = {"turn_id": answer["turn_id"], "rating": "dislike", "comment": text}
    assert client.post("/api/feedback", json=given).status_code == 200
    return answer


@pytest.mark.parametrize("way", [by_ask, by_openai, by_feedback])
@pytest.mark.parametrize("kind", PERSONAL)
def test_it_is_neither_kept_nor_answered(client: TestClient, data: Path, kind: str, way: Any) -> None:
    words, secret = PERSONAL[kind]
    plain, given = by_ask(client, QUESTION), way(client, words + QUESTION)
    assert secret not in str(given)
    assert [given[key] for key in ("status", "answer", "awards")] == [
        plain[key] for key in ("status", "answer", "awards")
    ]
    kept = b"".join(path.read_bytes() for path in data.glob("assistant.sqlite3*"))
    assert secret.encode() not in kept
    assert "收入8000万".encode() in kept  # what is no personal data is there as it was said


def test_a_workers_notes_are_kept_without_it(engine: Assistant, data: Path) -> None:
    Access(engine.store).add("worker", "notes without numbers", "agent", "test")
    with TestClient(create_app(assistant=engine), base_url="http://127.0.0.1") as client:
        client.post("/desk/login", data={"name": "worker", "password": "notes without numbers"})
        token = {"X-CSRF-Token": client.get("/desk").text.partition('data-csrf="')[2].partition('"')[0]}
        asked = client.post("/api/desk/ask", json={"question": QUESTION}, headers=token).json()
        call = f"/api/desk/calls/{asked['answer']['conversation_id']}"
        client.put(f"{call}/notes", json={"notes": "张先生，13987654321，要8000万那一档"}, headers=token)
        notes = client.get(call).json()["notes"]
    assert "13987654321" not in notes
    assert "张先生" in notes
    assert "8000万" in notes
    with sqlite3.connect(data / "assistant.sqlite3") as database:
        assert "13987654321" not in str(database.execute("SELECT notes FROM conversations").fetchall())
