"""Who gets into the desk, how long the session lasts, and what ends it."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import Type, extract_parameters
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from assistant.access.accounts import Access
from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
from assistant.store.tables import sessions, sign_in_failures
from tests.desk import PASSWORD, Worker, add, sign_in, visitor
from tests.test_cli import environment

ROOT = Path(__file__).resolve().parent.parent
WAIT = 120  # seconds after which a process is taken to hang


@pytest.fixture
def engine(tmp_path: Path, database: str) -> Assistant:
    engine = open_assistant(Settings(data=tmp_path, database_url=database))
    add(engine, "王芳")
    return engine


@pytest.fixture
def app(engine: Assistant) -> FastAPI:
    return create_app(assistant=engine)


@dataclass
class Clock:
    """What time it is for sessions and lock-outs."""

    late: timedelta = timedelta()

    def now(self, _zone: object = None) -> datetime:
        return datetime.now(UTC) + self.late


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("assistant.access.accounts.datetime", clock)
    monkeypatch.setattr("assistant.store.accounts.now", lambda: clock.now().isoformat())
    return clock


def is_in(worker: Worker) -> bool:
    """Whether the page and its interface are still open, both or neither."""
    page = worker.client.get("/desk", follow_redirects=False)
    called = worker.client.get("/api/desk/calls")
    assert (page.status_code, called.status_code) in ((200, 200), (303, 401))
    return page.status_code == 200


def test_without_a_session_there_is_only_the_form(app: FastAPI) -> None:
    nobody = visitor(app)
    assert nobody.get("/desk", follow_redirects=False).headers["location"] == "/desk/login"
    for method, path in (("GET", "/calls"), ("GET", "/queue"), ("GET", "/reviews"), ("POST", "/ask")):
        response = nobody.request(method, f"/api/desk{path}", json={"question": "营收8000万能拿多少"})
        assert response.status_code == 401
        assert "重新登录" in response.json()["detail"]
    assert "<form" in nobody.get("/desk/login").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: FastAPI) -> None:
    cookie = sign_in(visitor(app), "王芳").headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie
    secure = visitor(app)
    secure.base_url = "https://desk.example"  # type: ignore[assignment]
    assert "Secure" in sign_in(secure, "王芳").headers["set-cookie"]
    assert visitor(app).get("/desk/login").headers.get("set-cookie") is None


def test_the_password_is_never_shown_again(app: FastAPI) -> None:
    told = sign_in(visitor(app), "王芳<b>", "a-wrong-password").text
    assert "a-wrong-password" not in told
    assert "王芳&lt;b&gt;" in told


@pytest.mark.parametrize("name", ["王芳", "没有这个人", "", "x" * 300])
@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), f"{PASSWORD} ", "x" * 5000])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(app: FastAPI, name: str, password: str) -> None:
    response = sign_in(visitor(app), name, password)
    assert response.status_code == 401
    assert "账号或密码不对" in response.text
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("idle", "stays"),
    [(timedelta(hours=1, minutes=59), True), (timedelta(hours=2, minutes=1), False), (timedelta(days=9), False)],
)
def test_a_session_nobody_uses_ends(app: FastAPI, clock: Clock, idle: timedelta, stays: bool) -> None:
    worker = Worker(app, "王芳")
    clock.late = idle
    assert is_in(worker) is stays
    clock.late = timedelta()
    assert is_in(worker) is stays, "what has ended stays ended"


def test_a_session_in_use_ends_after_a_working_day(app: FastAPI, clock: Clock) -> None:
    worker = Worker(app, "王芳")
    for hour in range(1, 12):
        clock.late = timedelta(hours=hour)
        assert is_in(worker), hour
    clock.late = timedelta(hours=12, minutes=1)
    assert not is_in(worker)


def test_signing_out_ends_this_session_only(app: FastAPI) -> None:
    one, other = Worker(app, "王芳"), Worker(app, "王芳")
    kept = dict(one.client.cookies)
    assert one.client.post("/desk/logout", follow_redirects=False).headers["location"] == "/desk/login"
    assert not is_in(one)
    one.client.cookies.update(kept)
    assert not is_in(one), "the old cookie opens nothing"
    assert is_in(other)


def test_five_wrong_tries_lock_the_name_for_a_quarter_of_an_hour(app: FastAPI, engine: Assistant, clock: Clock) -> None:
    add(engine, "李明")
    client = visitor(app)
    for _ in range(5):
        assert sign_in(client, "王芳", "wrong").status_code == 401
    locked = sign_in(client, "王芳")
    assert locked.status_code == 429
    assert 840 < int(locked.headers["retry-after"]) <= 901
    assert "15 分钟" in locked.text
    assert "wrong" not in locked.text
    assert sign_in(client, "李明").status_code == 303, "another name is not locked"
    clock.late = timedelta(minutes=16)
    assert sign_in(client, "王芳").status_code == 303


def at_once(app: FastAPI, sent: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    """What ``sent`` does with a client whose requests do not wait for one another."""

    async def run() -> None:
        async with (
            asyncio.timeout(WAIT),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app, client=("203.0.113.9", 40000)), base_url="http://127.0.0.1"
            ) as client,
        ):
            await sent(client)

    asyncio.run(run())


def test_no_more_than_five_wrong_tries_are_looked_at_when_many_come_at_once(app: FastAPI) -> None:
    statuses = list[int]()

    async def wrong(client: httpx.AsyncClient) -> None:
        form = [{"name": "王芳", "password": f"wrong {number}"} for number in range(40)]
        got = await asyncio.gather(*(client.post("/desk/login", data=one) for one in form))
        statuses.extend(response.status_code for response in got)

    at_once(app, wrong)
    assert Counter(statuses) == {401: 5, 429: 35}
    assert sign_in(visitor(app), "王芳").status_code == 303, "from another address"


def test_nobody_is_locked_out_by_a_name_that_looks_like_his_with_an_address(app: FastAPI) -> None:
    client = visitor(app)
    for _ in range(5):
        assert sign_in(client, "王芳@testclient", "wrong").status_code == 401
    assert sign_in(client, "王芳").status_code == 303


def test_questions_do_not_wait_for_passwords(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("assistant.access.accounts._matches", lambda *_: not go_on.wait(WAIT))

    async def crowd(client: httpx.AsyncClient) -> None:
        form = [{"name": f"name.{number}", "password": "wrong"} for number in range(60)]
        tries = [asyncio.create_task(client.post("/desk/login", data=one)) for one in form]
        try:
            async with asyncio.timeout(30):
                while not any(one.done() for one in tries):
                    await asyncio.sleep(0.1)
            answered = await asyncio.wait_for(client.post("/api/calculate", json={}), 30)
            refused = [one.result() for one in tries if one.done()]
        finally:
            go_on.set()
        assert answered.status_code == 200
        assert {response.status_code for response in refused} == {503}, "who would wait too long is told at once"
        assert all("过几秒" in response.text and response.headers["retry-after"] for response in refused)
        assert Counter(response.status_code for response in await asyncio.gather(*tries)) == {401: 40, 503: 20}

    at_once(app, crowd)


def test_one_address_tries_so_often_a_minute(engine: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.api.sessions.A_MINUTE", 2)
    app = create_app(Settings(limit_address=1), engine)
    here, there = (
        TestClient(app, client=(host, 1), base_url="http://127.0.0.1") for host in ("2001:db8::1", "8.8.8.8")
    )
    assert [sign_in(here, f"name.{number}", "wrong").status_code for number in range(2)] == [401, 401]
    refused = sign_in(here, "王芳")
    assert (refused.status_code, "登录次数太多" in refused.text, "<form" in refused.text) == (429, True, True)
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert sign_in(there, "王芳").status_code == 303
    assert here.post("/api/calculate", json={}).status_code == 200, "questions are counted by themselves"


@pytest.mark.parametrize("path", ["/desk/login", "/desk/admin/switch"])
def test_a_form_of_too_many_fields_is_refused(app: FastAPI, path: str) -> None:
    refused = visitor(app).post(path, content="&".join(f"field{number}=1" for number in range(50)))
    assert (refused.status_code, "刷新" in refused.text) == (422, True)


def test_a_right_password_begins_the_count_anew(app: FastAPI) -> None:
    for _ in range(3):
        client = visitor(app)
        for _ in range(4):
            assert sign_in(client, "王芳", "wrong").status_code == 401
        assert sign_in(client, "王芳").status_code == 303


def test_a_new_password_ends_lock_out_and_sessions(app: FastAPI, engine: Assistant) -> None:
    worker = Worker(app, "王芳")
    for _ in range(5):
        sign_in(visitor(app), "王芳", "wrong")
    Access(engine.store).set_password("王芳", "another-long-pw7", "test")
    assert not is_in(worker)
    assert sign_in(visitor(app), "王芳", "another-long-pw7").status_code == 303
    assert sign_in(visitor(app), "王芳").status_code == 401


def test_a_disabled_account_is_out_at_once(app: FastAPI, engine: Assistant) -> None:
    worker = Worker(app, "王芳")
    Access(engine.store).set_disabled("王芳", True, "test")
    assert not is_in(worker)
    refused = sign_in(visitor(app), "王芳")
    assert (refused.status_code, "账号或密码不对" in refused.text) == (401, True)
    Access(engine.store).set_disabled("王芳", False, "test")
    assert not is_in(worker)
    assert sign_in(visitor(app), "王芳").status_code == 303


FOREIGN: dict[str, dict[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour": {"Sec-Fetch-Site": "same-site"},
    "another origin, an old browser": {"Origin": "https://evil.example"},
    "no origin": {"Origin": "null"},
    "another port": {"Origin": "http://127.0.0.1:8000"},
}
OWN: dict[str, dict[str, str]] = {
    "own page": {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"},
    "own page, an old browser": {"Origin": "http://127.0.0.1"},
    "no browser": {},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_what_another_site_sends_is_not_done(app: FastAPI, headers: dict[str, str]) -> None:
    assert sign_in(visitor(app), "王芳", **headers).status_code == 403
    worker = Worker(app, "王芳")
    told = {"X-CSRF-Token": worker.token, **headers}
    refused = worker.client.post("/api/desk/ask", json={"question": "营收8000万能拿多少"}, headers=told)
    assert (refused.status_code, worker.send("GET", "/calls").json()) == (403, [])
    assert worker.client.post("/desk/logout", headers=headers).status_code == 403
    assert is_in(worker)


@pytest.mark.parametrize("headers", OWN.values(), ids=OWN)
def test_what_the_own_page_sends_is_done(app: FastAPI, headers: dict[str, str]) -> None:
    assert sign_in(visitor(app), "王芳", **headers).status_code == 303
    worker = Worker(app, "王芳")
    told = {"X-CSRF-Token": worker.token, **headers}
    asked = worker.client.post("/api/desk/ask", json={"question": "营收8000万能拿多少"}, headers=told)
    assert asked.status_code == 200


@pytest.mark.parametrize("token", [None, "", "x", "令牌", "another worker's", "an older one"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/ask"), ("POST", "/preview"), ("PUT", "/calls/x/notes")])
def test_a_change_needs_the_sessions_own_token(
    app: FastAPI, engine: Assistant, token: str | None, method: str, path: str
) -> None:
    if token == "another worker's":
        add(engine, "李明")
        token = Worker(app, "李明").token
    if token == "an older one":
        token = Worker(app, "王芳").token
    worker = Worker(app, "王芳")
    headers = {} if token is None else {"X-CSRF-Token": token.encode()}
    body = {"question": "营收8000万能拿多少"} if path != "/calls/x/notes" else {"notes": "x"}
    refused = worker.client.request(method, f"/api/desk{path}", json=body, headers=headers)
    assert refused.status_code == 403
    assert "刷新" in refused.json()["detail"]
    assert worker.send("GET", "/calls").json() == []


def test_the_desk_is_not_for_other_peoples_frames_or_caches(app: FastAPI) -> None:
    headers = Worker(app, "王芳").client.get("/desk").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


# The command line


def ran(data: Path, *arguments: str, stdin: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "account", *arguments],
        input=stdin.encode(),
        capture_output=True,
        cwd=ROOT,
        env=environment(data),
        timeout=WAIT,
        check=False,
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


BAD = {
    "no name": (("add",), "", "还缺账号名"),
    "no action": ((), "", "请写明要做什么"),
    "a name too short": (("add", "a"), PASSWORD, "2 到 32"),
    "a name too long": (("add", "a" * 33), PASSWORD, "2 到 32"),
    "a name with a space": (("add", "a b"), PASSWORD, "2 到 32"),
    "a name with markup": (("add", "<b>ab"), PASSWORD, "2 到 32"),
    "a taken name": (("add", "王芳"), PASSWORD, "已经存在"),
    "no password": (("add", "李明"), "", "10 到 200"),
    "a short password": (("add", "李明"), "short", "10 到 200"),
    "a long password": (("add", "李明"), "x1y2z3" * 50, "10 到 200"),
    "a password of few letters": (("add", "李明"), "1212121212", "太容易"),
    "the name as password": (("add", "liming"), "2026Liming!", "太容易"),
    "an unknown role": (("add", "李明", "--role", "boss"), PASSWORD, "boss"),
    "a password for nobody": (("password", "李明"), PASSWORD, "没有账号"),
    "nobody disabled": (("disable", "李明"), "", "没有账号"),
    "nobody enabled": (("enable", "李明"), "", "没有账号"),
}


@pytest.mark.parametrize(("arguments", "password", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_done_is_told_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], password: str, told: str
) -> None:
    engine = open_assistant(Settings(data=tmp_path))
    add(engine, "王芳")
    status, words = ran(tmp_path, *arguments, stdin=f"{password}\n")
    assert (status, words.strip().count("\n")) == (2, 0), words
    assert told in words
    assert [account.name for account in Access(engine.store).all()] == ["王芳"]


def test_an_account_from_its_making_to_its_end(tmp_path: Path) -> None:
    assert "还没有账号" in ran(tmp_path, "list")[1]
    assert ran(tmp_path, "add", "王芳", stdin=f"{PASSWORD}\n")[0] == 0
    assert ran(tmp_path, "add", "li.ming-2", "--role", "reviewer", stdin=f"{PASSWORD}\n")[0] == 0
    status, listed = ran(tmp_path, "list")
    assert (status, listed.splitlines()) == (0, ["li.ming-2  复核员（可处理待办队列）", "王芳  坐席"])
    app = create_app(assistant=open_assistant(Settings(data=tmp_path)))
    worker = Worker(app, "王芳")
    assert ran(tmp_path, "disable", "王芳")[0] == 0
    assert not is_in(worker)
    assert "王芳  坐席  已停用" in ran(tmp_path, "list")[1]
    assert ran(tmp_path, "enable", "王芳")[0] == 0
    assert ran(tmp_path, "password", "王芳", stdin="a-new-password-3\n")[0] == 0
    assert sign_in(visitor(app), "王芳", "a-new-password-3").status_code == 303
    assert PASSWORD.encode() not in (tmp_path / "assistant.sqlite3").read_bytes()


def test_a_password_is_kept_as_a_costly_hash(tmp_path: Path) -> None:
    """At least what the OWASP Password Storage Cheat Sheet asks of argon2id."""
    assert ran(tmp_path, "add", "王芳", stdin=f"{PASSWORD}\n")[0] == 0
    with closing(sqlite3.connect(tmp_path / "assistant.sqlite3")) as database:
        ((kept,),) = database.execute("SELECT password_hash FROM accounts")
    found = extract_parameters(kept)
    assert found.type is Type.ID
    assert (found.memory_cost >= 19 * 1024, found.time_cost >= 2) == (True, True)


def test_what_was_typed_for_a_name_is_kept_nowhere(app: FastAPI, engine: Assistant, tmp_path: Path) -> None:
    """Some type their password where the name belongs."""
    assert sign_in(visitor(app), "my-password-by-mistake", "王芳").status_code == 401
    assert sign_in(visitor(app), "王芳", "wrong").status_code == 401
    kept = [entry.actor for entry in engine.store.audit.latest(2)]
    assert kept == ["王芳", ""]
    for file in tmp_path.glob("assistant.sqlite3*"):
        assert b"my-password-by-mistake" not in file.read_bytes()


def test_tries_and_sessions_that_are_over_do_not_pile_up(app: FastAPI, engine: Assistant, clock: Clock) -> None:
    for number in range(4):
        assert sign_in(visitor(app), f"nobody {number}", "wrong").status_code == 401
        assert sign_in(visitor(app), "王芳").status_code == 303
    clock.late = timedelta(days=2)
    assert sign_in(visitor(app), "nobody", "wrong").status_code == 401
    assert sign_in(visitor(app), "王芳").status_code == 303
    with engine.store.database.reading() as connection:
        assert len(connection.execute(select(sign_in_failures)).all()) == 2
        assert len(connection.execute(select(sessions)).all()) == 1
