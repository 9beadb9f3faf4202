"""One engine, every door: a hundred questions give the same answer through each of them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client as McpClient
from openai import OpenAI

from assistant.access.accounts import Access
from assistant.answer import AskRequest
from assistant.chat import Assistant
from assistant.web.address import absolute
from tests.parity import essence, questions

Answers = list[dict[str, Any]]
ACCOUNT, PASSWORD = "worker", "the same at every door"


@pytest.fixture(scope="module")
def reference(engine: Assistant) -> Answers:
    """What the engine itself answers."""
    return [engine.ask(AskRequest(question=one)).model_dump(mode="json") for one in questions()]


def by_ask(address: str) -> Answers:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        return [client.post("/api/ask", json={"question": one}).raise_for_status().json() for one in questions()]


def by_chat(address: str) -> Answers:
    """The stream's last event; the words released before it are the same answer."""
    found = []
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        for one in questions():
            told, done = "", {}
            for block in client.post("/api/chat", json={"question": one}).raise_for_status().text.split("\n\n"):
                name, _, data = block.partition("\ndata: ")
                if name == "event: delta":
                    told += json.loads(data)["text"]
                elif name == "event: done":
                    done = json.loads(data)
            assert told == done["answer"]
            found.append(done)
    return found


def by_openai(address: str) -> Answers:
    with OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
        return [_completed(client, one) for one in questions()]


def _completed(client: OpenAI, question: str) -> dict[str, Any]:
    given = client.chat.completions.create(model="rules", messages=[{"role": "user", "content": question}])
    policy: dict[str, Any] = given.model_dump()["policy"]
    assert given.choices[0].message.content == absolute(policy["answer"], str(client.base_url).removesuffix("/v1/"))
    return policy


def by_openai_stream(address: str) -> Answers:
    with OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
        return [_streamed(client, one) for one in questions()]


def _streamed(client: OpenAI, question: str) -> dict[str, Any]:
    chunks = [
        chunk.model_dump()
        for chunk in client.chat.completions.create(
            model="rules", messages=[{"role": "user", "content": question}], stream=True
        )
    ]
    told = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    policy: dict[str, Any] = next(chunk["policy"] for chunk in reversed(chunks) if chunk.get("policy"))
    assert told == absolute(policy["answer"], str(client.base_url).removesuffix("/v1/"))
    return policy


def by_mcp(address: str) -> Answers:
    async def ask() -> Answers:
        async with McpClient(f"{address}/mcp") as client:
            found = [
                dict((await client.call_tool("ask", {"question": one})).structured_content or {}) for one in questions()
            ]
            return [{**one, "answer": one["answer"].replace(f"]({address}/", "](/")} for one in found]

    return asyncio.run(asyncio.wait_for(ask(), 300))


def by_desk(address: str) -> Answers:
    """Both what the desk shows while a question is typed and what it keeps."""
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        client.post("/desk/login", data={"name": ACCOUNT, "password": PASSWORD})
        page = client.get("/desk").raise_for_status().text
        token = {"X-CSRF-Token": page.partition('data-csrf="')[2].partition('"')[0]}
        found = []
        for one in questions():
            seen, kept = (
                client.post(f"/api/desk/{way}", json={"question": one}, headers=token)
                .raise_for_status()
                .json()["answer"]
                for way in ("preview", "ask")
            )
            assert essence(seen) == essence(kept)
            found.append(kept)
    return found


DOORS = [by_ask, by_chat, by_openai, by_openai_stream, by_mcp, by_desk]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_door_carries_the_engines_answer(
    engine: Assistant, address: str, reference: Answers, door: Callable[[str], Answers]
) -> None:
    if door is by_desk:
        Access(engine.store).add(ACCOUNT, PASSWORD, "agent", "test")
    found = door(address)
    assert len(found) == len(reference)
    for question, one, same in zip(questions(), found, reference, strict=True):
        assert essence(one) == essence(same), question


def test_the_command_line_gives_the_same_answer(
    reference: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.__main__ import main  # sets what the environment leaves open, which concerns no other test

    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path))
    for question, same in zip(questions(), reference, strict=True):
        assert main(["ask", question, "--json"]) == 0
        assert essence(json.loads(capsys.readouterr().out)) == essence(same), question
