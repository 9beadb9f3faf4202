"""Staff at the hotline desk, through HTTP as a browser sends it."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.access.accounts import Access, Role
from assistant.chat import Assistant

PASSWORD = "long-enough-pw9"


def add(engine: Assistant, name: str, role: Role = "agent") -> None:
    Access(engine.store).add(name, PASSWORD, role, "test")


def visitor(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    form = {"name": name, "password": password}
    return client.post("/desk/login", data=form, follow_redirects=False, headers=headers)


@dataclass
class Worker:
    """A signed-in worker, who sends the token of the worker's own page along."""

    app: FastAPI
    name: str
    client: TestClient = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.client = visitor(self.app)
        assert sign_in(self.client, self.name).status_code == 303
        found = re.search('data-csrf="([^"]+)"', self.client.get("/desk").text)
        assert found
        self.token = found[1]

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.client.request(method, f"/api/desk{path}", json=body, headers={"X-CSRF-Token": self.token})

    def ask(self, question: str, conversation: str | None = None, **more: str) -> dict[str, Any]:
        body = {"question": question, **({"conversation_id": conversation} if conversation else {}), **more}
        response = self.send("POST", "/ask", body)
        assert response.status_code == 200, response.text
        return dict(response.json())
