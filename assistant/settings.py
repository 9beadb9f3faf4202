"""Everything configurable, from the environment, in one place. Names are those of the contract."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.errors import SettingsError

_HERE = Path(__file__).resolve().parent.parent
# As browsers write it: lower case, no path, no port that goes without saying.
_ORIGIN = re.compile(r"(?!http://.*:80$|https://.*:443$)https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[1-9]\d{0,4})?")
KEYED_DOORS = ("v1", "mcp", "metrics")
LOG_FORMATS = ("text", "json")
MOST_DAYS = 100_000  # that conversations can be kept before they are deleted; before the year 1 there is no date


@dataclass(frozen=True)
class Settings:
    """``data`` is the only folder written to; ``policies`` holds one folder per policy."""

    host: str = "127.0.0.1"
    port: int = 7860
    data: Path = _HERE / ".data"
    policies: Path = _HERE / "corpus"
    model: str = "rules"
    embedding: str = ""
    model_seconds: float = field(default=30.0)  # the longest one answer waits for a configured chat model, in all
    hosts: tuple[str, ...] = ()  # the names by which the server is reached besides ``host``
    url: str = ""  # where people reach the server, without a slash at the end; links in other programs lead there
    origins: tuple[str, ...] = ()  # the web sites whose pages may show the chat widget
    database_url: str = field(
        default="", repr=False
    )  # empty: SQLite in ``data``; holds a password, so it is never shown
    redis_url: str = field(default="", repr=False)  # empty: limits are counted by each process for itself
    chroma_url: str = field(default="", repr=False)  # empty: the index lies in ``data``
    proxies: tuple[str, ...] = ("127.0.0.1", "::1", "::ffff:127.0.0.1")  # who may tell for whom they forward a request
    keyed: frozenset[str] = frozenset()  # the doors that open only with an API key, of KEYED_DOORS
    limit_address: int = 120  # questions a minute from one address; 0 is no limit
    limit_key: int = 600  # questions a minute with one API key that has no limit of its own; 0 is no limit
    keep_days: int = 0  # after how many days conversations are deleted; 0 keeps them
    log_format: str = "text"  # or "json", a line for each event
    drain_seconds: int = (
        0  # how long after SIGTERM questions are still taken, for a balancer that asks /readyz to notice
    )
    traces_url: str = ""  # of an OpenTelemetry collector, OTLP over HTTP; empty: nothing is traced

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
            url=_public("ASSISTANT_URL", env.get("ASSISTANT_URL", "").strip()),
            origins=_origins("ASSISTANT_ORIGINS", env.get("ASSISTANT_ORIGINS", "")),
            database_url=_url("DATABASE_URL", env, ("postgresql", "postgres")),
            redis_url=_url("REDIS_URL", env, ("redis", "rediss", "unix")),
            chroma_url=_url("CHROMA_URL", env, ("http", "https")),
            proxies=_networks("FORWARDED_ALLOW_IPS", env) or cls.proxies,
            keyed=frozenset(_listed("ASSISTANT_KEYED", env, KEYED_DOORS)),
            limit_address=_count("ASSISTANT_LIMIT_ADDRESS", env, cls.limit_address),
            limit_key=_count("ASSISTANT_LIMIT_KEY", env, cls.limit_key),
            keep_days=_count("ASSISTANT_KEEP_DAYS", env, cls.keep_days, MOST_DAYS),
            log_format=next(iter(_listed("ASSISTANT_LOG", env, LOG_FORMATS)), cls.log_format),
            drain_seconds=_whole(
                "ASSISTANT_DRAIN_SECONDS", env.get("ASSISTANT_DRAIN_SECONDS", "").strip() or "0", 0, 600
            ),
            traces_url=_url("OTEL_EXPORTER_OTLP_ENDPOINT", env, ("http", "https")),
        )


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise SettingsError(f"环境变量 {name} 应为 {low} 到 {high} 的整数，现为 {value!r}。请改正后重新启动。")
    return int(value)


def _count(name: str, env: Mapping[str, str], default: int, most: int = 1_000_000) -> int:
    return _whole(name, env.get(name, "").strip() or str(default), 0, most)


def _listed(name: str, env: Mapping[str, str], known: tuple[str, ...]) -> list[str]:
    values = list(filter(None, map(str.strip, env.get(name, "").lower().split(","))))
    for value in values:
        if value not in known:
            raise SettingsError(
                f"环境变量 {name} 中的 {value!r} 不认识，可用的有：{'、'.join(known)}。请改正后重新启动。"
            )
    return values


def _url(name: str, env: Mapping[str, str], schemes: tuple[str, ...]) -> str:
    """The address of a service; what it was is not told, for it may hold a password."""
    value = env.get(name, "").strip()
    if value and value.partition("://")[0].partition("+")[0] not in schemes:
        raise SettingsError(f"环境变量 {name} 应以 {schemes[0]}:// 开头。请改正后重新启动。")
    return value


def _networks(name: str, env: Mapping[str, str]) -> tuple[str, ...]:
    networks = tuple(filter(None, map(str.strip, env.get(name, "").split(","))))
    for network in networks:
        if why := _no_network(network):
            raise SettingsError(
                f"环境变量 {name} 中的 {network!r} {why}。请写反向代理的地址或网段，例如 10.0.0.5 或 172.18.0.0/16，"
                "多个之间用英文逗号隔开。改正后重新启动。"
            )
    return networks


def _no_network(words: str) -> str:
    """Why these words name no network of proxies; empty where they do."""
    try:
        network = ipaddress.ip_network("0.0.0.0/0" if words == "*" else words, strict=False)
    except ValueError:
        return "不是网络地址"
    if network.prefixlen == 0:
        return "会让任何人冒充别人的网络地址，限流和登录锁定就都失效了"
    if "/" in words and ipaddress.ip_interface(words).ip != network.network_address:
        return f"写的是网段里的一个地址；整个网段请写成 {network}"
    return ""


def _public(name: str, value: str) -> str:
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
