"""The server process: settings, port, progress told in Chinese, an orderly end."""

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType

import uvicorn

from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.operations import logs, traces
from assistant.operations.retention import expiring
from assistant.settings import Settings
from assistant.web.wire import BoundedProtocol
from tools.errors import AssistantError, SettingsError

GRACE_SECONDS = 3  # for connections on which no question is being answered, once the process ends
_LOOK = 0.1  # seconds between looks whether something is under way
_CALM = 3  # looks in a row that find nothing: a question just received has begun by then
_log = logging.getLogger(__name__)


def main() -> int:
    """Serves until told to stop. Returns the exit status: 1 when it cannot start, after one line that says why."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    logs.set_up(settings.log_format)
    try:
        if settings.traces_url:
            traces.start(settings.traces_url)
        listener = _listen(settings.host, settings.port)
        with listener:
            _log.info("读取政策…")
            assistant = open_assistant(settings)
            for policy in assistant.policies.values():
                _log.info("  《%s》（%s），%d 条", policy.title, policy.status, len(policy.text.clauses))
            address = _address(listener)
            app = create_app(settings, assistant, lambda: _log.info("请用浏览器打开 %s （按 Ctrl+C 停止）", address))
            config = uvicorn.Config(
                app,
                http=BoundedProtocol,
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=list(settings.proxies),
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
            with expiring(assistant.store, settings.keep_days):
                Server(config, assistant, settings.drain_seconds).run(sockets=[listener])
    except AssistantError as error:
        _log.error("%s", error, extra=logs.PLAIN)
        return 1
    except KeyboardInterrupt:  # while it was still loading
        pass
    finally:
        traces.stop()
    return 0


class Server(uvicorn.Server):
    """Ends in order when told to: it is not ready any more at once, takes nothing new after ``drain`` seconds, finishes
    the questions under way, then ends the connections that pages hold open. Told a second time it ends at once; a turn
    that was under way then stays unfinished, and is shown so."""

    def __init__(self, config: uvicorn.Config, assistant: Assistant, drain: int) -> None:
        super().__init__(config)
        self._assistant = assistant
        self._under_way = assistant.under_way
        self._drain = drain
        self._closes_at = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            os._exit(128 + sig)
        self.should_exit = self._under_way.ending = True
        self._closes_at = time.monotonic() + (self._drain if sig == signal.SIGTERM else 0)
        longest = self._assistant.longest.total_seconds() + self._drain + 3 * GRACE_SECONDS
        last = threading.Timer(longest, os._exit, (1,))  # whatever does not end by itself
        last.daemon = True
        last.start()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) and time.monotonic() >= self._closes_at

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()  # closes the idle; the others end with the answer under way
        await self._finished()
        self._under_way.finish()
        await super().shutdown(sockets)

    async def _finished(self) -> None:
        """Waits until no question is under way, for as long as the longest may take."""
        until = time.monotonic() + self._assistant.longest.total_seconds()
        calm = 0
        while calm < _CALM and time.monotonic() < until:
            calm = 0 if self._under_way.count else calm + 1
            await asyncio.sleep(_LOOK)


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises SettingsError when it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise SettingsError(f"找不到主机 {host!r}。请改正环境变量 HOST，例如 HOST=127.0.0.1。") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        told = f"端口 {port} 在 {host} 上不能使用（已被占用，或没有权限）。"
        advice = f"请停止占用它的程序，或换一个端口，例如 PORT={port % 65535 + 1}。"
        raise SettingsError(told + advice) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
