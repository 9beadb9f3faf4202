"""API keys: how they are made and ended, what each opens at every door, and that none is ever told again."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import openai
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from assistant.access.keys import Keys, Scope
from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import KEYED_DOORS, Settings
from tests.serving import served
from tests.test_cli import environment

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "营收8000万能拿多少？"
WAIT = 120  # seconds after which a process is taken to hang
ALL: list[Scope] = ["ask", "read", "metrics"]

MCP = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
MCP_HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
CHAT = {"messages": [{"role": "user", "content": QUESTION}]}
Send = Callable[[httpx.Client, dict[str, str]], httpx.Response]
DOORS: dict[str, tuple[Send, Scope, int]] = {  # with the scope a key must have and the status when let in
    "ask": (lambda c, h: c.post("/api/ask", json={"question": QUESTION}, headers=h), "ask", 200),
    "chat": (lambda c, h: c.post("/api/chat", json={"question": QUESTION}, headers=h), "ask", 200),
    "calculate": (lambda c, h: c.post("/api/calculate", json={}, headers=h), "ask", 200),
    "feedback": (lambda c, h: c.post("/api/feedback", json={"turn_id": "x", "rating": None}, headers=h), "ask", 404),
    "v1 chat": (lambda c, h: c.post("/v1/chat/completions", json=CHAT, headers=h), "ask", 200),
    "v1 models": (lambda c, h: c.get("/v1/models", headers=h), "ask", 200),
    "v1 nothing": (lambda c, h: c.get("/v1/nothing", headers=h), "ask", 404),
    "mcp": (lambda c, h: c.post("/mcp", json=MCP, headers={**MCP_HEADERS, **h}), "ask", 200),
    "mcp read": (lambda c, h: c.get("/mcp", headers=h), "ask", 405),
    "conversation": (lambda c, h: c.get("/api/conversations/x", headers=h), "read", 404),
    "metrics": (lambda c, h: c.get("/metrics", headers=h), "metrics", 200),
}
KEYED = {"v1 chat": "v1", "v1 models": "v1", "v1 nothing": "v1", "mcp": "mcp", "mcp read": "mcp", "metrics": "metrics"}
# What is given, with the status at an open door and at one that asks for a key; None: let in.
GIVEN: dict[str, tuple[int | None, int | None]] = {
    "nothing": (None, 401),
    "what is no key of ours": (None, 401),
    "an empty key": (None, 401),
    "a password": (None, 401),
    "a right key": (None, None),
    "a right key in X-API-Key": (None, None),
    "a right key after one that is none": (None, None),
    "a right key, bearer in small letters": (None, None),
    "a key without the scope": (403, 403),
    "an unknown key": (401, 401),
    "a known id with another secret": (401, 401),
    "a right key cut short": (401, 401),
    "a key past its time": (401, 401),
    "a revoked key": (401, 401),
    "the prefix alone": (401, 401),
}


@pytest.fixture(scope="module")
def keys(engine: Assistant) -> Keys:
    return Keys(engine.store)


@pytest.fixture(scope="module")
def clients(engine: Assistant) -> Iterator[dict[str, httpx.Client]]:
    """One of a server whose doors are open, one of a server that asks for keys wherever it can."""
    with (
        served(create_app(Settings(), engine)) as open_,
        served(create_app(Settings(keyed=frozenset(KEYED_DOORS)), engine)) as closed,
    ):
        made = {name: httpx.Client(base_url=url, timeout=WAIT) for name, url in (("open", open_), ("keyed", closed))}
        yield made
        for client in made.values():
            client.close()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def headers(given: str, keys: Keys, scope: Scope) -> dict[str, str]:
    right = keys.add("测试", ALL, "test")
    match given:
        case "nothing":
            return {}
        case "what is no key of ours":
            return bearer("sk-none")
        case "an empty key":
            return {"Authorization": "Bearer"}
        case "a password":
            return {"Authorization": "Basic dTpw"}
        case "a right key":
            return bearer(right)
        case "a right key in X-API-Key":
            return {"X-API-Key": right}
        case "a right key after one that is none":
            return bearer("none") | {"X-API-Key": right}
        case "a right key, bearer in small letters":
            return {"Authorization": f"bearer  {right}"}
        case "a key without the scope":
            return bearer(keys.add("测试", [one for one in ALL if one != scope], "test"))
        case "an unknown key":
            return bearer(f"ppa_{'0' * 12}_{right[-43:]}")
        case "a known id with another secret":
            return bearer(right[:-43] + keys.add("测试", ALL, "test")[-43:])
        case "a right key cut short":
            return bearer(right[:-1])
        case "a key past its time":
            return bearer(expired(keys))
        case "a revoked key":
            keys.revoke(right.split("_")[1], "test")
            return bearer(right)
    return bearer("ppa_")


def expired(keys: Keys) -> str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("assistant.access.keys.datetime", Yesterday)
        return keys.add("测试", ALL, "test", days=1)


class Yesterday:
    @staticmethod
    def now(_zone: object) -> datetime:
        return datetime.now(UTC) - timedelta(days=1, seconds=1)


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("server", ["open", "keyed"])
def test_what_a_key_opens(clients: dict[str, httpx.Client], keys: Keys, server: str, door: str, given: str) -> None:
    send, scope, let_in = DOORS[door]
    keyed = server == "keyed" and door in KEYED
    response = send(clients[server], headers(given, keys, scope))
    expected = GIVEN[given][keyed]
    assert response.status_code == (expected or let_in), response.text
    if expected is None:
        return
    challenge = response.headers["www-authenticate"]
    assert challenge == (
        "Bearer"
        if given in ("nothing", "an empty key", "a password")
        else 'Bearer error="invalid_token"'
        if expected == 401
        else f'Bearer error="insufficient_scope", scope="{scope}"'
    )
    told = response.json()
    if door.startswith("v1"):
        assert told["error"]["code"] == {401: "invalid_api_key", 403: "forbidden"}[expected]
    else:
        assert response.headers["content-type"] == "application/problem+json"
    words = told["error"]["message"] if door.startswith("v1") else told["detail"]
    assert "管理员" in words, "who to ask for a key"
    assert "ppa_" not in response.text


@pytest.mark.parametrize("door", sorted(set(DOORS) - set(KEYED)))
def test_the_publics_doors_stay_open_whatever_is_keyed(clients: dict[str, httpx.Client], door: str) -> None:
    send, _, let_in = DOORS[door]
    assert send(clients["keyed"], {}).status_code == let_in


@pytest.mark.parametrize(
    "path", ["/healthz", "/policy/", "/docs", "/openapi.json", "/calculator", "/widget/policy-chat.js"]
)
def test_pages_and_health_look_at_no_key(clients: dict[str, httpx.Client], path: str) -> None:
    response = clients["keyed"].get(path, headers=bearer("ppa_wrong"), follow_redirects=True)
    assert response.status_code == 200


def test_a_key_that_cannot_be_looked_up_is_neither_taken_nor_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    client = TestClient(create_app(Settings(), open_assistant(Settings(data=tmp_path / "file"))))
    response = client.get("/metrics", headers=bearer(f"ppa_{'0' * 12}_{'x' * 43}"))
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert client.get("/metrics").status_code == 200, "without a key nothing is looked up"


def test_the_official_client_is_told_what_it_knows(clients: dict[str, httpx.Client], keys: Keys) -> None:
    def asked(server: str, key: str) -> str:
        client = openai.OpenAI(base_url=f"{clients[server].base_url}/v1", api_key=key, max_retries=0, timeout=WAIT)
        told = client.chat.completions.create(model="rules", messages=[{"role": "user", "content": QUESTION}])
        return told.choices[0].message.content or ""

    assert "15万元" in asked("open", "none")
    assert "15万元" in asked("keyed", keys.add("测试", ["ask"], "test"))
    with pytest.raises(openai.AuthenticationError) as unknown:
        asked("keyed", "none")
    assert unknown.value.code == "invalid_api_key"
    with pytest.raises(openai.PermissionDeniedError):
        asked("keyed", keys.add("测试", ["metrics"], "test"))


def test_a_page_that_asks_for_a_key_says_so_to_a_browser(clients: dict[str, httpx.Client]) -> None:
    response = clients["keyed"].get("/metrics", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert "key add" in response.text


def test_no_key_is_logged_or_told(
    clients: dict[str, httpx.Client], keys: Keys, caplog: pytest.LogCaptureFixture, data: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    cases = ("a right key", "a key without the scope", "an unknown key", "a key past its time", "a revoked key")
    given = [headers(case, keys, "ask")["Authorization"].split()[-1] for case in cases]
    told = []
    for key in given:
        for send, _, _ in DOORS.values():
            response = send(clients["keyed"], bearer(key))
            told.append(response.text + str(response.headers))
    told += [str(keys.all()), caplog.text]
    for path in data.iterdir():
        if path.is_file():
            told.append(path.read_bytes().decode("latin-1"))
    for key in given:
        assert not [one for one in told if key[-40:] in one]


def test_the_document_says_where_keys_are_asked_for(engine: Assistant) -> None:
    for keyed in (frozenset[str](), frozenset(KEYED_DOORS)):
        document = TestClient(create_app(Settings(keyed=keyed), engine)).get("/openapi.json").json()
        assert set(document["components"]["securitySchemes"]) == {"bearer", "apiKey"}
        for path, operations in document["paths"].items():
            for operation in operations.values():
                taken = {name for way in operation.get("security", []) for name in way}
                looked_at = path.startswith(("/api/", "/v1/", "/metrics"))
                assert taken == ({"bearer", "apiKey"} if looked_at else set()), path
                assert ({"401", "403", "429"} <= set(operation["responses"])) or not looked_at, path
                public = {} in operation.get("security", [{}])
                assert public == (not (keyed and path.startswith(("/v1/", "/metrics")))), path
        assert ("/metrics" in document["info"]["description"]) == bool(keyed)


# The command line


def ran(data: Path, *arguments: str, database: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "key", *arguments],
        capture_output=True,
        cwd=ROOT,
        env=environment(data, DATABASE_URL=database),
        timeout=WAIT,
        check=False,
    )
    return done.returncode, (done.stdout or done.stderr).decode()


BAD = {
    "no action": ((), "请写明要做什么"),
    "no name": (("add", "--scope", "ask"), "还缺"),
    "no scope": (("add", "门户"), "--scope"),
    "an unknown scope": (("add", "门户", "--scope", "admin"), "admin"),
    "an empty name": (("add", " ", "--scope", "ask"), "1 到 64"),
    "a name with a line break": (("add", "a\nb", "--scope", "ask"), "1 到 64"),
    "a long name": (("add", "长" * 65, "--scope", "ask"), "1 到 64"),
    "no questions": (("add", "门户", "--scope", "ask", "--per-minute", "0"), "--per-minute"),
    "questions in words": (("add", "门户", "--scope", "ask", "--per-minute", "many"), "--per-minute"),
    "no days": (("add", "门户", "--scope", "ask", "--days", "-1"), "--days"),
    "too many days": (("add", "门户", "--scope", "ask", "--days", "9999"), "--days"),
    "an unknown id": (("revoke", "0" * 12), "没有编号"),
    "a key for an id": (("revoke", f"ppa_{'0' * 12}_{'x' * 43}"), "没有编号"),
}


@pytest.mark.parametrize(("arguments", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_done_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    status, words = ran(tmp_path, *arguments)
    assert (status, words.strip().count("\n")) == (2, 0), words
    assert told in words
    assert "x" * 43 not in words


def test_a_key_from_its_making_to_its_end(tmp_path: Path, database: str) -> None:
    def done(*arguments: str) -> tuple[int, str]:
        return ran(tmp_path, *arguments, database=database)

    assert "还没有密钥" in done("list")[1]
    status, told = done("add", "门户网站", "--scope", "metrics", "--scope", "ask", "--per-minute", "30", "--days", "9")
    key = told.splitlines()[0]
    assert (status, len(key), key.startswith("ppa_")) == (0, 60, True)
    engine = open_assistant(Settings(data=tmp_path, database_url=database))
    client = TestClient(create_app(Settings(keyed=frozenset(KEYED_DOORS)), engine))
    assert client.get("/metrics", headers=bearer(key)).status_code == 200
    until = datetime.now(UTC) + timedelta(days=9)
    listed = done("list")[1]
    assert listed.startswith(f"{key.split('_')[1]}  门户网站  提问、读取指标  每分钟 30 次  ")
    assert f"{until:%Y-%m-%d} 到期" in listed
    assert key[17:] not in listed
    assert done("revoke", key.split("_")[1])[0] == 0
    assert client.get("/metrics", headers=bearer(key)).status_code == 401, "another process ended it"
    assert "停用" in done("list")[1]
    assert done("revoke", key.split("_")[1])[0] == 2, "it has ended"
    entries = engine.store.audit.latest(10)
    assert [(one.action, one.subject) for one in entries] == [
        ("key revoked", key.split("_")[1]),
        ("key added", key.split("_")[1]),
    ]
    assert entries[1].detail.startswith("门户网站 ask metrics 30/min ")
    assert all(one.actor.startswith("命令行:") for one in entries)
    with engine.store.database.reading() as connection:
        kept = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in ("api_keys", "audit")]
    assert key[17:] not in str(kept)


def test_no_two_keys_are_alike(keys: Keys) -> None:
    made = {keys.add("测试", ["ask"], "test") for _ in range(50)}
    assert len({key[17:] for key in made}) == len({key.split("_")[1] for key in made}) == 50
