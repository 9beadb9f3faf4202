"""Everything configurable, from the environment, in one place. Names are those of the contract."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.errors import SettingsError

_HERE = Path(__file__).resolve().parent.parent
# As browsers write it: lower case, no path, no port that goes without saying.
_ORIGIN = re.compile(r"(?!http://.*:80$|https://.*:443$)https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[1-9]\d{0,4})?")


@dataclass(frozen=True)
class Settings:
    """``data`` is the only folder written to; ``policies`` holds one folder per policy."""

    host: str = "127.0.0.1"
    port: int = 7860
    data: Path = _HERE / ".data"
    policies: Path = _HERE / "corpus"
    model: str = "rules"
    embedding: str = ""
    model_seconds: float = field(default=30.0)  # the longest a configured chat model may take for one answer
    hosts: tuple[str, ...] = ()  # the names by which the server is reached besides ``host``
    url: str = ""  # where people reach the server, without a slash at the end; links in other programs lead there
    origins: tuple[str, ...] = ()  # the web sites whose pages may show the chat widget

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Raises SettingsError naming the variable when a value cannot be used."""
        env = os.environ if environ is None else environ
        return cls(
            host=env.get("HOST", "").strip() or cls.host,
            port=_whole("PORT", env.get("PORT", "").strip() or str(cls.port), 0, 65535),
            data=Path(env.get("ASSISTANT_DATA", "").strip() or cls.data).expanduser(),
            policies=Path(env.get("ASSISTANT_POLICIES", "").strip() or cls.policies).expanduser(),
            model=env.get("ASSISTANT_MODEL", "").strip() or cls.model,
            embedding=env.get("ASSISTANT_EMBEDDING", "").strip(),
            model_seconds=float(
                _whole("ASSISTANT_MODEL_SECONDS", env.get("ASSISTANT_MODEL_SECONDS", "").strip() or "30", 1, 600)
            ),
            hosts=tuple(filter(None, map(str.strip, env.get("ASSISTANT_HOSTS", "").lower().split(",")))),
            url=_url("ASSISTANT_URL", env.get("ASSISTANT_URL", "").strip()),
            origins=_origins("ASSISTANT_ORIGINS", env.get("ASSISTANT_ORIGINS", "")),
        )


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise SettingsError(f"环境变量 {name} 应为 {low} 到 {high} 的整数，现为 {value!r}。请改正后重新启动。")
    return int(value)


def _url(name: str, value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/?#@()]+(?:/[^\s?#()]*)?", value):
        raise SettingsError(
            f"环境变量 {name} 应为本服务对外的网址，例如 https://policy.example.cn，现为 {value!r}。请改正后重新启动。"
        )
    return value.rstrip("/")


def _origins(name: str, value: str) -> tuple[str, ...]:
    origins = tuple(filter(None, map(str.strip, value.split(","))))
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"环境变量 {name} 中的 {origin!r} 不是网站的来源。请写成浏览器地址栏里的协议、域名和端口，用小写，"
                "后面不带斜杠和路径，也不写默认端口，例如 https://www.example.cn；多个之间用英文逗号隔开。改正后重新启动。"
            )
    return origins
