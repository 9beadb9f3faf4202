"""The MCP door: the tools of ``assistant.mcp.tools`` over streamable HTTP at ``/mcp`` and over standard input and output.

Over HTTP no session is kept, so that any process can answer any request. The ``mcp`` package takes a second to import
and is loaded at the first request. A browser led here by a page of another site (DNS rebinding) is turned away by the
name it called this server by.
"""

import asyncio
import contextlib
import logging
import threading
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from assistant.chat import Assistant
from assistant.mcp.tools import TOOLS, Tool, ToolFault
from assistant.settings import Settings
from assistant.web.address import Address, absolute, hostname
from assistant.web.problems import Problem
from assistant.web.schemas import chinese

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult

PATH = "/mcp"
NAME = "policy-assistant"
_base: ContextVar[str] = ContextVar(
    "base", default=""
)  # where links of this answer lead; empty where that is not known
_log = logging.getLogger(__name__)


def server(engine: Assistant) -> "Server[Any]":
    """The MCP server around the engine, for any transport."""
    import mcp_types as types
    from mcp.server.lowlevel import Server

    tools = {tool.name: tool for tool in TOOLS}
    listed = types.ListToolsResult(tools=[_listed(tool, engine) for tool in TOOLS])

    async def list_tools(_context: Any, _params: Any) -> "ListToolsResult":
        return listed

    async def call_tool(_context: Any, params: "CallToolRequestParams") -> "CallToolResult":
        if params.name not in tools:
            return _fault(f"没有名为 {params.name[:100]} 的工具。可用：{'、'.join(tools)}。")
        try:
            result, text = await run_in_threadpool(tools[params.name].call, engine, params.arguments or {})
        except ToolFault as fault:
            return _fault(str(fault))
        except Exception:  # noqa: BLE001 - a client is told that it failed, and nothing of the inside
            _log.exception("the tool %s failed", params.name)
            return _fault("服务出错，这次没有得到结果。请稍后再试；若仍如此，请告知管理员。")
        base, told = _base.get(), result.model_dump(mode="json")
        if "answer" in told:
            told["answer"] = absolute(told["answer"], base)
        content = types.TextContent(text=absolute(text, base))
        return types.CallToolResult(content=[content], structured_content=told)

    def _fault(message: str) -> "CallToolResult":
        return types.CallToolResult(content=[types.TextContent(text=message)], is_error=True)

    titles = "、".join(f"《{policy.title}》" for policy in engine.policies.values())
    return Server(
        NAME,
        version="1",
        title="政策问答",
        instructions=f"回答关于{titles}的问题，每个数字都有出处，每句引文都是原文。数字和引文请照抄，不要改写；文件没有规定的，照说没有规定。",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def run_stdio(engine: Assistant, url: str = "") -> None:
    """Serves one client over standard input and output until it closes them; logs go to standard error. ``url`` is where
    the policy's text can be read, if anywhere."""
    from mcp.server.stdio import stdio_server

    serving = server(engine)
    _base.set(url)

    async def run() -> None:
        async with stdio_server() as (incoming, outgoing):
            threading.Thread(target=partial(_warm, engine), name="warm", daemon=True).start()
            await serving.run(incoming, outgoing, serving.create_initialization_options())

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


class McpDoor:
    """ASGI application for ``POST /mcp``. Raises Problem for what is no MCP request or comes from a foreign page."""

    def __init__(self, engine: Assistant, settings: Settings) -> None:
        self._engine = engine
        self._address = Address(settings)
        self._lock = threading.Lock()
        self._server: Server[Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        _refuse_foreign(headers, self._address)
        _base.set(self._address.of(headers, scope["scheme"]))
        serving = self._server
        if serving is None:
            serving = await run_in_threadpool(self._built)
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        # One for each request: nothing lives longer than the answer, and no process holds what another would need.
        manager = StreamableHTTPSessionManager(serving, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    def _built(self) -> "Server[Any]":
        with self._lock:
            if self._server is None:
                self._server = server(self._engine)
            return self._server


def _listed(tool: Tool, engine: Assistant) -> Any:
    import mcp_types as types

    hints = types.ToolAnnotations(
        read_only_hint=not tool.keeps, destructive_hint=False, idempotent_hint=not tool.keeps, open_world_hint=False
    )
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=chinese(tool.schema(engine.policies)),
        output_schema=chinese(tool.gives.model_json_schema()),
        annotations=hints,
    )


def _warm(engine: Assistant) -> None:
    try:
        engine.warm()
    except Exception:  # noqa: BLE001 - each question tries again and tells its own error
        _log.exception("索引没有建好；提问时会再试。")


def _refuse_foreign(headers: Headers, address: Address) -> None:
    """Raises Problem: 421 for a foreign Host, 403 for a foreign Origin, 400 for a body that is not JSON."""
    host = hostname(f"//{headers.get('host', '')}")
    if not address.allows(host):
        told = f"不能用 {host[:100]} 这个名字访问 {PATH}。" if host else "请求没有写明主机（Host）。"
        raise Problem(421, f"{told}请管理员把对外的域名列入环境变量 ASSISTANT_HOSTS 后重新启动。")
    origin = headers.get("origin")
    if origin is not None and hostname(origin) not in {host, *address.names, "127.0.0.1", "::1"}:
        raise Problem(403, f"网页 {origin[:100]} 不能使用 {PATH}。请在 MCP 客户端里填写本服务的地址。")
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Problem(400, f"{PATH} 只收 JSON，请发送 Content-Type: application/json。这个地址供 MCP 客户端使用。")
