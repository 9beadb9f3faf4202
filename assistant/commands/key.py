"""``python -m assistant key …``: API keys, made where the server's data is."""

import argparse

from assistant.access.keys import SCOPES, Key, Keys
from assistant.commands.common import DONE, BadInputError, Commands, Parser, actor, say
from assistant.settings import Settings
from assistant.store import Store
from tools.errors import AccessError

_SCOPE_NAMES = {"ask": "提问", "read": "读取会话", "metrics": "读取指标"}
_MOST_A_MINUTE, _MOST_DAYS = 1_000_000, 3650


def declare(commands: Commands) -> None:
    key = commands.add_parser("key", help="管理 API 密钥", description="管理 API 密钥。")
    key.set_defaults(run=run)
    actions = key.add_subparsers(dest="action", title="命令", metavar="命令", parser_class=Parser)
    add = actions.add_parser("add", help="新建密钥", description="新建密钥；密钥只在这时显示一次，库里只存它的散列值。")
    add.add_argument("name", metavar="名称", help="给谁用，例如 门户网站")
    scopes = "；".join(f"{scope} {name}" for scope, name in _SCOPE_NAMES.items())
    add.add_argument("--scope", action="append", choices=SCOPES, required=True, help=f"{scopes}。可以写几次")
    add.add_argument("--per-minute", type=int, metavar="次数", help="每分钟最多几次，不写即 ASSISTANT_LIMIT_KEY")
    add.add_argument("--days", type=int, metavar="天数", help="几天后过期，不写即不过期")
    actions.add_parser("list", help="列出密钥", description="列出密钥，不含密钥本身。")
    revoke = actions.add_parser("revoke", help="停用密钥", description="停用密钥，各进程立即生效，不能恢复。")
    revoke.add_argument("id", metavar="编号", help="key list 里的编号")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Raises BadInputError, AccessError, NotFoundError, StoreError."""
    say(_done(options, Keys(Store(settings.data, settings.database_url)), actor()))
    return DONE


def _done(options: argparse.Namespace, keys: Keys, actor: str) -> str:
    """Does what was asked and says so."""
    match options.action:
        case "add":
            _within("--per-minute", options.per_minute, _MOST_A_MINUTE)
            _within("--days", options.days, _MOST_DAYS)
            key = keys.add(options.name, options.scope, actor, options.per_minute, options.days)
            return f"{key}\n请马上抄存，它不会再显示。用法：请求头 Authorization: Bearer 密钥"
        case "revoke":
            return f"已停用密钥 {options.id}（{keys.revoke(options.id, actor).name}）。"
        case "list":
            return (
                "\n".join(map(_line, keys.all()))
                or "还没有密钥。用 python -m assistant key add 名称 --scope ask 新建。"
            )
    raise AccessError("请写明要做什么，例如：python -m assistant key add 名称 --scope ask")


def _within(option: str, value: int | None, most: int) -> None:
    if value is not None and not 1 <= value <= most:
        raise BadInputError(f"{option} 应为 1 到 {most} 的整数，现为 {value}。")


def _line(key: Key) -> str:
    parts = [key.id, key.name, "、".join(_SCOPE_NAMES[scope] for scope in SCOPES if scope in key.scopes)]
    parts += [f"每分钟 {key.per_minute} 次"] if key.per_minute else []
    parts += [f"{key.created_at:%Y-%m-%d} 新建"]
    parts += [f"{key.expires_at:%Y-%m-%d} 到期"] if key.expires_at else []
    parts += [f"{key.revoked_at:%Y-%m-%d} 停用"] if key.revoked_at else []
    return "  ".join(parts)
