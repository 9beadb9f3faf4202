"""``python -m assistant mcp``: the tools for an MCP client, over standard input and output."""

import argparse

from assistant.chat import open_assistant
from assistant.commands.common import DONE, Commands
from assistant.mcp.door import run_stdio
from assistant.operations import logs
from assistant.settings import Settings


def declare(commands: Commands) -> None:
    told = "作为 MCP 服务，经标准输入和输出把提问、算奖励、查条款交给大模型客户端使用"
    mcp = commands.add_parser("mcp", help="供 MCP 客户端启动", description=f"{told}，直到客户端关闭输入。")
    mcp.set_defaults(run=run)


def run(_options: argparse.Namespace, settings: Settings) -> int:
    """Ends when the client closes the input. Standard output is the client's: faults go to standard error."""
    logs.set_up_command(faults=True)
    run_stdio(open_assistant(settings), settings.url)
    return DONE
