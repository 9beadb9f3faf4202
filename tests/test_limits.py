"""How often one may ask: never more than the limit in any minute, at whichever door and process, Redis or not."""

import asyncio
import itertools
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.access.addresses import LOCAL, address_of
from assistant.access.keys import Keys
from assistant.access.limits import MOST_NAMES, WINDOW, Limits, Memory, Shared
from assistant.api import admission, create_app
from assistant.chat import Assistant
from assistant.settings import Settings
from assistant.web.problems import Problem
from evals import services
from tests.desk import Worker, add
from tests.test_api import is_problem
from tools.errors import SettingsError

QUESTION = "营收8000万能拿多少？"
VISITOR = ("203.0.113.9", 40000)
WAIT = 60  # seconds after which a process is taken to hang


class Clock:
    """What time it is for whatever counts."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def time(self) -> float:
        return self.now

    monotonic = time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("assistant.access.limits.time", clock)
    monkeypatch.setattr("limits.storage.redis.time", clock)
    return clock


@pytest.fixture(scope="module")
def redis() -> Iterator[services.Redis]:
    if services.missing("redis"):
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    with services.folder() as folder, services.Redis(folder) as running:
        yield running


# The windows


@pytest.fixture(scope="module", params=["memory", "redis"])
def windows(request: pytest.FixtureRequest) -> Memory | Shared:
    return Memory() if request.param == "memory" else Shared(request.getfixturevalue("redis").url)


@hypothesis_settings(max_examples=150, deadline=None)
@given(most=st.integers(1, 5), pauses=st.lists(st.integers(0, 8 * 40).map(lambda eighths: eighths / 8), max_size=40))
def test_no_more_than_the_limit_in_any_minute(windows: Memory | Shared, most: int, pauses: list[float]) -> None:
    """And no fewer; and who is refused is let in after exactly the seconds that were told. The two stores differ in
    whether a question that is a minute old to the instant still counts."""
    closed = isinstance(windows, Shared)
    name, let_in = uuid.uuid4().hex, list[float]()

    def inside(at: float) -> int:
        return sum(at - one <= WINDOW if closed else at - one < WINDOW for one in let_in)

    with pytest.MonkeyPatch.context() as patched:
        clock = Clock()
        patched.setattr("assistant.access.limits.time", clock)
        patched.setattr("limits.storage.redis.time", clock)
        for pause in pauses:
            clock.now += pause
            before = inside(clock.now)
            taken = windows.take(name, most)
            assert taken.admitted == (before < most)
            assert taken.left == most - before - taken.admitted
            if taken.admitted:
                let_in.append(clock.now)
            else:
                assert inside(clock.now + taken.wait) < most <= inside(clock.now + taken.wait - 1)


def test_threads_at_once_get_no_more_than_the_limit(windows: Memory | Shared) -> None:
    name = uuid.uuid4().hex
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: windows.take(name, 50), range(200), timeout=WAIT))
    assert sum(one.admitted for one in taken) == 50


def test_any_number_of_addresses_fits(clock: Clock) -> None:
    memory = Memory()
    for number in range(100_000):
        assert memory.take(f"address:{number}", 3).admitted
    assert len(memory) <= MOST_NAMES + 1
    assert memory.take("address:99999", 3).left == 1, "those who asked last are remembered"
    clock.now += WINDOW
    memory.take("one more", 3)
    assert len(memory) == 1, "a minute later nothing is left of them"


def test_who_is_refused_is_not_kept_longer_for_trying(clock: Clock) -> None:
    memory = Memory()
    assert [memory.take("a", 2).admitted for _ in range(5)] == [True, True, False, False, False]
    clock.now += WINDOW
    assert memory.take("a", 2).left == 1


@pytest.mark.parametrize("url", ["redis://127.0.0.1:port/0", "redis://[::1/0"])
def test_an_address_of_redis_that_cannot_be_read(url: str) -> None:
    with pytest.raises(SettingsError, match="REDIS_URL"):
        Limits(url)


def test_redis_that_cannot_be_reached_is_counted_around_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    counted = Limits(f"redis://:secret@127.0.0.1:{services.free_port()}/0")
    taken = [asyncio.run(counted.take("a", 2)) for _ in range(3)]
    assert [one.admitted for one in taken] == [True, True, False]
    assert [record.levelno for record in caplog.records if record.name == "assistant.access.limits"] == [
        logging.WARNING
    ]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("names", [1, 6000], ids=["one address", "many addresses"])
def test_a_crowd_at_once_is_not_taken_for_a_redis_that_is_lost(
    redis: services.Redis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, names: int
) -> None:
    monkeypatch.setattr("assistant.access.limits._THREADS", 1)  # as slow as a busy server is
    counted, run = Limits(redis.url), uuid.uuid4().hex

    async def crowd() -> list[bool]:
        async with asyncio.timeout(WAIT):
            taken = await asyncio.gather(*(counted.take(f"{run} {number % names}", 5) for number in range(6000)))
        return [one.admitted for one in taken]

    admitted, least = sum(asyncio.run(crowd())), min(5 * names, 6000)
    assert least <= admitted <= 2 * least, "whoever waited too long for a turn was counted by this process"
    assert not [record for record in caplog.records if record.name == "assistant.access.limits"]
    assert asyncio.run(Limits(redis.url).take(f"{run} 0", 6)).left == (0 if names == 1 else 4), "Redis was asked"


# Who is counted


PROXIES = ["127.0.0.1", "::1", "10.0.0.0/8"]
ADDRESSES: dict[str, tuple[str | None, list[str], str]] = {  # who connects, X-Forwarded-For, who is counted
    "this machine": ("127.0.0.1", [], LOCAL),
    "this machine by IPv6": ("::1", [], LOCAL),
    "this machine by IPv4 in IPv6": ("::ffff:127.0.0.1", [], LOCAL),
    "another machine": ("203.0.113.9", [], "203.0.113.9"),
    "another machine by IPv4 in IPv6": ("::ffff:203.0.113.9", [], "203.0.113.9"),
    "another machine by IPv6": ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
    "its neighbour in the same /64": ("2001:db8:1:2:ffff::1", [], "2001:db8:1:2::/64"),
    "its neighbour in the next /64": ("2001:db8:1:3::1", [], "2001:db8:1:3::/64"),
    "a link-local address": ("fe80::1%eth0", [], "fe80::/64"),
    "by a trusted proxy": ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
    "by a trusted proxy, with a port": ("127.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
    "by a trusted proxy, IPv6": ("127.0.0.1", ["2001:db8::9"], "2001:db8::/64"),
    "by a trusted proxy, IPv6 with a port": ("127.0.0.1", ["[2001:db8::9]:4711"], "2001:db8::/64"),
    "by two trusted proxies": ("127.0.0.1", ["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
    "one who claims another's address": ("127.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
    "one who claims it in a header of its own": ("127.0.0.1", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
    "one who claims to be this machine": ("127.0.0.1", ["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
    "one who claims many": ("127.0.0.1", [", ".join(["198.51.100.1"] * 500 + ["203.0.113.9"])], "203.0.113.9"),
    "one who comes around the proxy": ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
    "one who comes around the proxy as this machine": ("203.0.113.9", ["127.0.0.1"], "203.0.113.9"),
    "a proxy that tells only itself": ("127.0.0.1", ["127.0.0.1"], "127.0.0.1"),
    "a proxy that tells nothing": ("127.0.0.1", [""], "127.0.0.1"),
    "a proxy that tells what is no address": ("127.0.0.1", ["unknown"], "unknown"),
    "a proxy that tells markup": ("127.0.0.1", ["<script>"], "unknown"),
    "a proxy that tells a very long word": ("127.0.0.1", ["9" * 5000], "unknown"),
    "no socket": ("testclient", [], LOCAL),
    "no address": (None, [], LOCAL),
    "no address, by a proxy": (None, ["203.0.113.9"], "unknown"),
}


@pytest.mark.parametrize(("peer", "forwarded", "counted"), ADDRESSES.values(), ids=ADDRESSES)
def test_who_is_counted(peer: str | None, forwarded: list[str], counted: str) -> None:
    found = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(address_of(scope))

    scope = {
        "type": "http",
        "client": (peer, 1) if peer else None,
        "headers": [(b"x-forwarded-for", one.encode()) for one in forwarded],
    }
    asyncio.run(ProxyHeadersMiddleware(app, PROXIES)(scope, None, None))  # type: ignore[arg-type]
    assert found == [counted]


@pytest.mark.parametrize(
    ("value", "proxies"),
    [
        ("", Settings.proxies),
        ("10.0.0.5, 172.18.0.0/16", ("10.0.0.5", "172.18.0.0/16")),
        ("fd00::/8", ("fd00::/8",)),
        ("*", None),
        ("10.0.0.5,*", None),
        ("0.0.0.0/0", None),
        ("10.0.0.5, ::/0", None),
        ("nginx", None),
        ("10.0.0.5/16", None),
    ],
)
def test_which_proxies_can_be_trusted(value: str, proxies: tuple[str, ...] | None) -> None:
    if proxies is None:
        with pytest.raises(SettingsError, match="FORWARDED_ALLOW_IPS"):
            Settings.from_environment({"FORWARDED_ALLOW_IPS": value})
        return
    assert Settings.from_environment({"FORWARDED_ALLOW_IPS": value}).proxies == proxies


# The doors


CHAT = {"messages": [{"role": "user", "content": QUESTION}]}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": {"query": "补贴"}}}
JSON = {"Accept": "application/json, text/event-stream"}
Ask = Callable[[TestClient], httpx.Response]
DOORS: dict[str, Ask] = {
    "ask": lambda client: client.post("/api/ask", json={"question": QUESTION}),
    "chat": lambda client: client.post("/api/chat", json={"question": QUESTION}),
    "calculate": lambda client: client.post("/api/calculate", json={}),
    "feedback": lambda client: client.post("/api/feedback", json={"turn_id": "x", "rating": None}),
    "v1": lambda client: client.post("/v1/chat/completions", json=CHAT),
    "mcp": lambda client: client.post("/mcp", json=CALL, headers=JSON),
    "calculator": lambda client: client.get("/calculator", params={"values.revenue": "8000万"}),
    "calculator head": lambda client: client.head("/calculator", params={"values.revenue": "8000万"}),
    "page": lambda client: client.post("/gradio_api/queue/join", json={}),
}
FREE: dict[str, Ask] = {
    "models": lambda client: client.get("/v1/models"),
    "conversation": lambda client: client.get("/api/conversations/x"),
    "policy": lambda client: client.get("/policy/"),
    "health": lambda client: client.get("/healthz"),
    "metrics": lambda client: client.get("/metrics"),
    "another method": lambda client: client.get("/api/ask"),
}


def visitor(engine: Assistant, client: tuple[str, int] = VISITOR, **more: Any) -> TestClient:
    return TestClient(create_app(Settings(**more), engine), base_url="http://127.0.0.1", client=client)


@pytest.mark.parametrize("door", DOORS)
def test_one_question_too_many(engine: Assistant, door: str, clock: Clock) -> None:
    client = visitor(engine, limit_address=2)
    others = [name for name in DOORS if name not in (door, "page")]
    assert DOORS[others[0]](client).status_code == 200, "all doors count together"
    clock.now += 20
    counted = DOORS[door](client)
    assert counted.status_code != 429
    assert counted.headers["ratelimit-policy"] == '"address";q=2;w=60'
    assert counted.headers["ratelimit"] == '"address";r=0;t=40'
    refused = DOORS[door](client)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "40")
    assert refused.headers["ratelimit"] == '"address";r=0;t=40'
    if door == "v1":
        error = refused.json()["error"]
        assert (error["code"], error["type"]) == ("rate_limit_exceeded", "rate_limit_error")
        assert "40 秒后" in error["message"]
    elif door != "calculator head":
        assert "40 秒后" in is_problem(refused, 429)["detail"]
    clock.now += 40
    assert DOORS[door](client).status_code == counted.status_code


@pytest.mark.parametrize("free", FREE)
def test_what_asks_nothing_is_not_counted(engine: Assistant, free: str) -> None:
    client = visitor(engine, limit_address=1)
    for _ in range(3):
        response = FREE[free](client)
        assert response.status_code != 429
        assert "ratelimit" not in response.headers
    assert DOORS["ask"](client).status_code == 200


def test_a_browser_is_told_on_a_page(engine: Assistant) -> None:
    client = visitor(engine, limit_address=1)
    assert client.get("/calculator").status_code == 200
    refused = client.get("/calculator", headers={"Accept": "text/html"})
    assert (refused.status_code, refused.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert "60 秒后" in refused.text


@pytest.mark.parametrize("client", [("127.0.0.1", 1), ("::1", 1), ("testclient", 1)])
def test_this_machine_has_no_limit(engine: Assistant, client: tuple[str, int]) -> None:
    asking = visitor(engine, client, limit_address=1)
    assert [DOORS["calculate"](asking).status_code for _ in range(3)] == [200] * 3


def test_addresses_are_counted_apart(engine: Assistant) -> None:
    app = create_app(Settings(limit_address=1), engine)
    hosts = ["203.0.113.1", "203.0.113.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:203.0.113.2"]
    status = [DOORS["calculate"](TestClient(app, client=(host, 1))).status_code for host in hosts]
    assert status == [200, 200, 200, 429, 200, 429]


def test_nought_is_no_limit(engine: Assistant) -> None:
    client = visitor(engine, limit_address=0, limit_key=0)
    key = {"X-API-Key": Keys(engine.store).add("测试", ["ask"], "test")}
    for headers in ({}, key):
        client.headers.update(headers)
        answered = [DOORS["calculate"](client) for _ in range(5)]
        assert {(one.status_code, "ratelimit" in one.headers) for one in answered} == {(200, False)}


def test_a_key_is_counted_by_itself_and_not_by_the_address(engine: Assistant) -> None:
    client = visitor(engine, limit_address=1, limit_key=3)
    keys = Keys(engine.store)
    own, usual = (keys.add("测试", ["ask"], "test", per_minute=most) for most in (2, None))

    def status(key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return client.post("/api/calculate", json={}, headers=headers).status_code

    assert [status(own) for _ in range(3)] == [200, 200, 429]
    assert [status(usual) for _ in range(4)] == [200, 200, 200, 429]
    assert [status("") for _ in range(2)] == [200, 429]
    assert [status("none") for _ in range(1)] == [429], "what is no key of ours is the public's"


def test_the_desk_is_counted_by_account(engine: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.api.desk.A_MINUTE", 2)
    app = create_app(Settings(), engine)
    for name in ("计数甲", "计数乙"):
        add(engine, name)
    one, other = Worker(app, "计数甲"), Worker(app, "计数乙")
    body = {"question": QUESTION}
    assert [one.send("POST", path, body).status_code for path in ("/ask", "/preview", "/preview")] == [200, 200, 429]
    refused = one.send("POST", "/ask", body)
    assert "这个账号" in is_problem(refused, 429)["detail"]
    assert int(refused.headers["retry-after"]) in range(1, WINDOW + 1)
    assert other.send("POST", "/preview", body).status_code == 200
    assert one.send("GET", "/calls").status_code == 200


def test_what_is_refused_is_counted_for_the_operator(engine: Assistant) -> None:
    client = visitor(engine, limit_address=1)
    for _ in range(3):
        DOORS["ask"](client)
    client.get("/metrics", headers={"X-API-Key": "ppa_wrong"})
    told = client.get("/metrics").text
    for counter in (
        'assistant_limits_hit_total{by="address",door="ask"} ',
        'assistant_keys_refused_total{reason="unknown"} ',
    ):
        assert counter in told, told


def test_too_much_under_way_is_refused_at_once(engine: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "UNDER_WAY", 2)

    async def run() -> None:
        go_on = anyio.Event()

        async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
            await go_on.wait()

        door = admission.Admission(app, Keys(engine.store), Limits(), Settings())
        scope = {"type": "http", "method": "POST", "path": "/api/ask", "headers": [], "client": None}
        async with asyncio.timeout(WAIT), anyio.create_task_group() as tasks:
            for _ in range(2):
                tasks.start_soon(door, scope, None, None)
            await anyio.sleep(0)
            with pytest.raises(Problem) as refused:
                await door(scope, None, None)  # type: ignore[arg-type]
            assert (refused.value.status, "retry-after" in {one.lower() for one in refused.value.headers or {}}) == (
                503,
                True,
            )
            go_on.set()
        await door(scope, None, None)  # type: ignore[arg-type]

    asyncio.run(run())


# Two processes


MOST = 25  # a minute, in both together
Pair = tuple[services.Application, services.Application]


@pytest.fixture(scope="module")
def pair(redis: services.Redis) -> Iterator[Pair]:
    environ = {"REDIS_URL": redis.url, "ASSISTANT_LIMIT_ADDRESS": str(MOST)}
    with (
        services.folder() as folder,
        services.Application("one", folder, environ) as one,
        services.Application("other", folder, environ) as other,
    ):
        yield one, other


def asked(urls: list[str], address: str) -> Counter[int]:
    """How often each status came, to questions sent at once by one address, to each of the URLs in turn."""

    def ask(url: str) -> int:
        forwarded = {"X-Forwarded-For": f"198.51.100.1, {address}"}
        return httpx.post(f"{url}/api/calculate", json={}, headers=forwarded, timeout=WAIT).status_code

    with ThreadPoolExecutor(8) as threads:
        return Counter(threads.map(ask, itertools.islice(itertools.cycle(urls), 2 * MOST + 10), timeout=WAIT))


def test_two_processes_count_together_while_redis_is_there(pair: Pair, redis: services.Redis) -> None:
    one, other = (application.url for application in pair)
    exact = {200: MOST, 429: MOST + 10}
    assert asked([one, other], "203.0.113.1") == exact
    assert asked([one], "203.0.113.2") == exact
    assert asked([other], "203.0.113.2") == {429: 2 * MOST + 10}

    redis.kill()
    assert asked([one, other], "203.0.113.3") == {200: 2 * MOST, 429: 10}, "each for itself"

    redis.start()
    logs: list[Path] = [application.log for application in pair]
    for _ in range(WAIT):
        if all("Redis 恢复了" in log.read_text() for log in logs):
            break
        for url in (one, other):
            httpx.post(f"{url}/api/calculate", json={}, headers={"X-Forwarded-For": "203.0.113.4"}, timeout=WAIT)
        time.sleep(0.5)
    assert asked([one, other], "203.0.113.5") == exact
    assert [log.read_text().count("Redis 用不了") for log in logs] == [1, 1], "told once"
