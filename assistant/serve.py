"""The server process: settings, port, progress told in Chinese, a clean end."""

import logging
import socket
import sys
import warnings

import uvicorn

from assistant.api import create_app
from assistant.chat import open_assistant
from assistant.settings import Settings
from tools.errors import AssistantError, SettingsError

GRACE_SECONDS = 3  # open pages hold a connection; the end does not wait for them longer than this


def main() -> int:
    """Serves until told to stop. Returns the exit status: 1 when it cannot start, after one line that says why."""
    _tell()
    try:
        settings = Settings.from_environment()
        listener = _listen(settings.host, settings.port)
        with listener:
            print("读取政策…", flush=True)
            assistant = open_assistant(settings)
            for policy in assistant.policies.values():
                print(f"  《{policy.title}》（{policy.status}），{len(policy.text.clauses)} 条", flush=True)
            address = _address(listener)
            app = create_app(
                settings, assistant, lambda: print(f"请用浏览器打开 {address} （按 Ctrl+C 停止）", flush=True)
            )
            config = uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS
            )
            uvicorn.Server(config).run(sockets=[listener])
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


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


def _tell() -> None:
    """The program's own progress to standard output, one plain line each; warnings to standard error."""
    progress = logging.StreamHandler(sys.stdout)
    progress.setFormatter(logging.Formatter("%(message)s"))
    progress.addFilter(lambda record: record.levelno < logging.WARNING)
    faults = logging.StreamHandler()
    faults.setLevel(logging.WARNING)
    faults.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    own = logging.getLogger("assistant")
    own.setLevel(logging.INFO)
    own.addHandler(progress)
    logging.getLogger().addHandler(faults)
    warnings.filterwarnings("ignore", message="Couldn't find ffmpeg", category=RuntimeWarning)  # no sound here
