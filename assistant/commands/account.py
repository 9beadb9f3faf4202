"""``python -m assistant account …``: accounts for the desk, made where the server's data is."""

import argparse
import getpass
import sys

from assistant.access.accounts import ROLES, Access
from assistant.commands.common import DONE, Commands, Parser, actor, say
from assistant.settings import Settings
from assistant.store import Store
from tools.errors import AccessError

_ROLE_NAMES = {
    "agent": "坐席",
    "reviewer": "复核员（可处理待办队列）",
    "admin": "管理员（可开关助手、停用账号、看审计记录）",
}


def declare(commands: Commands) -> None:
    account = commands.add_parser("account", help="管理坐席台账号", description="管理坐席台账号。")
    account.set_defaults(run=run)
    actions = account.add_subparsers(dest="action", title="命令", metavar="命令", parser_class=Parser)
    add = actions.add_parser("add", help="新建账号", description="新建坐席台账号；密码从终端读入，不回显。")
    add.add_argument("name", metavar="账号名")
    add.add_argument("--role", choices=ROLES, default="agent", help="agent 坐席（默认）；reviewer 复核员；admin 管理员")
    password = actions.add_parser("password", help="重设密码", description="重设密码，并解除锁定、结束其登录。")
    password.add_argument("name", metavar="账号名")
    for action, help_ in (("disable", "停用账号，立即结束其登录"), ("enable", "重新启用账号")):
        actions.add_parser(action, help=help_, description=f"{help_}。").add_argument("name", metavar="账号名")
    actions.add_parser("list", help="列出账号", description="列出账号。")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Raises AccessError, NotFoundError, StoreError."""
    say(_done(options, Access(Store(settings.data, settings.database_url)), actor()))
    return DONE


def _done(options: argparse.Namespace, access: Access, actor: str) -> str:
    """Does what was asked and says so."""
    match options.action:
        case "add":
            access.add(options.name, _password(), options.role, actor)
            return f"已新建账号 {options.name}（{_ROLE_NAMES[options.role]}）。请在 /desk 登录。"
        case "password":
            access.set_password(options.name, _password(), actor)
            return f"已重设 {options.name} 的密码，原来的登录已结束。"
        case "disable" | "enable":
            access.set_disabled(options.name, options.action == "disable", actor)
            return f"已{'停用' if options.action == 'disable' else '启用'}账号 {options.name}。"
        case "list":
            lines = [
                "  ".join([one.name, _ROLE_NAMES[one.role], *(["已停用"] if one.disabled else [])])
                for one in access.all()
            ]
            return "\n".join(lines) or "还没有账号。用 python -m assistant account add 账号名 新建。"
    raise AccessError("请写明要做什么，例如：python -m assistant account add 账号名")


def _password() -> str:
    """From the terminal, typed twice; from standard input, its first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(1000).rstrip("\r\n")
    first = getpass.getpass("密码：")
    if getpass.getpass("再输入一次：") != first:
        raise AccessError("两次输入的密码不一样，没有保存。请重新运行。")
    return first
