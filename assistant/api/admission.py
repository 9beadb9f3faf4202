"""Who may come through a door, and how often: API keys, limits per address and per key, and a bound on what is under way.

A door is open to the public unless ``ASSISTANT_KEYED`` lists it; whoever gives a key has it checked wherever keys are
looked at. OpenAI's clients cannot do without some key: at an open door what is no key of ours (``ppa_…``) is passed over.
"""

from dataclasses import dataclass

import anyio
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access import keys
from assistant.access.addresses import LOCAL, address_of
from assistant.access.keys import Key, Keys
from assistant.access.limits import WINDOW, Limits, Taken
from assistant.operations.metrics import metrics
from assistant.settings import Settings
from assistant.web import problems
from assistant.web.problems import Problem
from tools.errors import KeyRefusedError, StoreError

UNDER_WAY = 400  # questions that one process answers or has waiting; more would only wait longer than anybody stays
_THREADS = 8  # that look up keys at a time, apart from those that answer questions


@dataclass(frozen=True)
class Door:
    """``scope`` is what a key must have, None where keys are not looked at; ``group`` as ``ASSISTANT_KEYED`` lists it.
    ``counted`` are the methods whose requests are questions."""

    name: str
    scope: keys.Scope | None
    counted: tuple[str, ...] = ()
    group: str = ""


_POST = ("POST",)
_DOORS = {
    "/api/ask": Door("ask", "ask", _POST),
    "/api/chat": Door("chat", "ask", _POST),
    "/api/calculate": Door("calculate", "ask", _POST),
    "/api/feedback": Door("feedback", "ask", _POST),
    "/v1/chat/completions": Door("v1", "ask", _POST, "v1"),
    "/mcp": Door("mcp", "ask", _POST, "mcp"),
    "/metrics": Door("metrics", "metrics", group="metrics"),
    "/calculator": Door("calculator", None, ("GET", "HEAD")),
    "/gradio_api/queue/join": Door("page", None, _POST),
}
_BELOW = {"/v1/": Door("v1", "ask", group="v1"), "/api/conversations/": Door("read", "read")}


class Admission:
    """ASGI middleware inside of the guard. Raises Problem: 401, 403, 429, 503."""

    def __init__(self, app: ASGIApp, checked: Keys, limits: Limits, settings: Settings) -> None:
        self.app = app
        self._keys = checked
        self._limits = limits
        self._keyed = settings.keyed
        self._most = {"address": settings.limit_address, "key": settings.limit_key}
        self._threads = anyio.CapacityLimiter(_THREADS)
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = door_at(scope["path"]) if scope["type"] == "http" else None
        if not door:
            await self.app(scope, receive, send)
            return
        key = await self._key(door, scope) if door.scope else None
        question = scope["method"] in door.counted
        if question and self._under_way >= UNDER_WAY:
            metrics().limits_hit.labels(door.name, "load").inc()
            raise Problem(503, "现在提问的人很多，没有排上。请过几秒再试。", headers={"Retry-After": "3"})
        if question:
            send = await self._counted(door, scope, key, send)
        self._under_way += question
        try:
            await self.app(scope, receive, send)
        finally:
            self._under_way -= question

    async def _key(self, door: Door, scope: Scope) -> Key | None:
        """The key of a request; None for the public. Raises Problem: 401, 403, 503."""
        given = _given(Headers(scope=scope))
        if not given.startswith(keys.PREFIX):
            if door.group in self._keyed:
                raise _no_key(door, given)
            return None
        try:
            key = await to_thread.run_sync(self._keys.check, given, limiter=self._threads)
        except KeyRefusedError as refused:
            metrics().keys_refused.labels(refused.reason).inc()
            raise Problem(401, str(refused), headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}) from None
        except StoreError as error:
            raise problems.told(error, scope["state"]["request_id"]) from None
        if door.scope not in key.scopes:
            metrics().keys_refused.labels("scope").inc()
            told = f"这个密钥没有 {door.scope} 权限。请向管理员另要一个（key add 名称 --scope {door.scope}）。"
            challenge = f'Bearer error="insufficient_scope", scope="{door.scope}"'
            raise Problem(403, told, headers={"WWW-Authenticate": challenge})
        return key

    async def _counted(self, door: Door, scope: Scope, key: Key | None, send: Send) -> Send:
        """Counts a question; what ``send`` sends of its answer tells what is left. Raises Problem (429)."""
        by, name = ("key", key.id) if key else ("address", address_of(scope))
        most = (key and key.per_minute) or self._most[by]
        if not most or name == LOCAL:
            return send
        fields = _fields(by, await taken_or_refused(self._limits, door.name, by, name, most))

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(fields)
            await send(message)

        return send_counted


async def taken_or_refused(limits: Limits, door: str, by: str, name: str, most: int) -> Taken:
    """Counts a question of an address, a key or an account. Raises Problem (429)."""
    taken = await limits.take(f"{by}:{name}", most)
    if taken.admitted:
        return taken
    metrics().limits_hit.labels(door, by).inc()
    whose = {"address": "同一网络里的人合计", "key": "这个密钥", "account": "这个账号"}[by]
    what = "登录" if door == "login" else "提问"
    told = f"{what}次数太多，请 {taken.wait} 秒后再试（{whose}每分钟最多 {most} 次）。"
    raise Problem(429, told, headers={"Retry-After": str(taken.wait), **_fields(by, taken)})


def door_at(path: str) -> Door | None:
    """The door of an address, whatever the method; None where neither keys nor limits matter."""
    return _DOORS.get(path) or next((door for below, door in _BELOW.items() if path.startswith(below)), None)


def _given(headers: Headers) -> str:
    """The key of a request: the first that is one of ours, else whatever was given as one."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    told = [bearer.strip() if scheme.lower() == "bearer" else "", headers.get("x-api-key", "").strip()]
    return next((one for one in told if one.startswith(keys.PREFIX)), told[0] or told[1])


def _no_key(door: Door, given: str) -> Problem:
    metrics().keys_refused.labels("unknown" if given else "missing").inc()
    told = "不认识这个密钥。" if given else "这里要有密钥才能用。"
    how = "请向管理员要一个，放在请求头 Authorization: Bearer 密钥 里；"
    made = f"管理员在服务器上运行 python -m assistant key add 名称 --scope {door.scope} 新建。"
    challenge = 'Bearer error="invalid_token"' if given else "Bearer"
    return Problem(401, f"{told}{how}{made}", headers={"WWW-Authenticate": challenge})


def _fields(by: str, taken: Taken) -> dict[str, str]:
    """What clients are told (draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "RateLimit-Policy": f'"{by}";q={taken.most};w={WINDOW}',
        "RateLimit": f'"{by}";r={taken.left};t={taken.wait}',
    }
