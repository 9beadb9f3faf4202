"""``python -m assistant backup FILE``: a verified copy of the database, taken while the server runs."""

import argparse
import shlex
import sys
from pathlib import Path

from assistant.commands.common import DONE, FAILED, Commands, say
from assistant.settings import Settings
from assistant.store.backup import backup
from assistant.store.database import Database
from assistant.store.postgresql import PostgreSQL

_TOLD = {"conversations": "会话", "turns": "提问", "reviews": "复核答案"}


def declare(commands: Commands) -> None:
    told = "把数据库备份成一个文件，服务不必停；已有的文件不覆盖"
    parser = commands.add_parser(
        "backup", help="备份数据库", description=f"{told}。恢复的方法见 deploy/OPERATIONS.md。"
    )
    parser.add_argument("file", type=Path, metavar="文件")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Status 1 where it is PostgreSQL's own tool that makes the backup. Raises StoreError."""
    backend = Database(settings.data, settings.database_url).backend
    if isinstance(backend, PostgreSQL):
        url = backend.url._replace(drivername="postgresql", password=None).render_as_string()
        command = ["pg_dump", "--format=custom", f"--file={options.file}", f"--dbname={url}"]
        told = "数据库是 PostgreSQL，没有备份。请用它自己的工具（密码放在 ~/.pgpass 或环境变量 PGPASSWORD）："
        print(f"{told}\n{shlex.join(command)}", file=sys.stderr)
        return FAILED
    counts = backup(backend.path, options.file)
    told = "，".join(f"{name} {counts.get(table, 0)}" for table, name in _TOLD.items())
    say(f"已备份到 {options.file}，并已核对：{told}。")
    return DONE
