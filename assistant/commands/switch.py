"""``python -m assistant switch …``: turns the assistant, or only its chat model, off with a notice, and on again."""

import argparse

from assistant.commands.common import DONE, BadInputError, Commands, Parser, actor, say
from assistant.operations import switching
from assistant.settings import Settings
from assistant.store import Store


def declare(commands: Commands) -> None:
    told = "关闭或打开助手，或只关大模型；所有进程从下一个问题起照办，并留下记录"
    switch = commands.add_parser("switch", help="关闭或打开助手", description=f"{told}。")
    switch.set_defaults(run=run)
    actions = switch.add_subparsers(dest="action", title="命令", metavar="命令", parser_class=Parser)
    off = actions.add_parser(
        "off", help="关闭", description="关闭助手：各个入口都不再作答，只显示公告。政策原文仍可阅读。"
    )
    off.add_argument("--notice", default="", metavar="公告", help="提问的人看到的话；只关大模型时可不写，只留作记录")
    on = actions.add_parser("on", help="打开", description="打开助手。大模型若是单独关的，要另加 --only-model 打开。")
    for parser in (off, on):
        parser.add_argument("--only-model", action="store_true", help="只管大模型：关闭时由规则作答")
    actions.add_parser("status", help="查看", description="查看助手和大模型是开是关。")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Raises BadInputError, StoreError."""
    store = Store(settings.data, settings.database_url)
    match options.action:
        case "off":
            _turn_off(store, options)
        case "on":
            switching.turn_on(store, "model" if options.only_model else "assistant", actor())
        case "status":
            pass
        case _:
            raise BadInputError("请写明要做什么，例如：python -m assistant switch status")
    say(_status(store))
    return DONE


def _turn_off(store: Store, options: argparse.Namespace) -> None:
    fault = switching.fault_of(options.notice)
    if fault and (options.notice.strip() or not options.only_model):
        raise BadInputError(
            f"没有关闭。{fault}" if options.notice.strip() else '没有关闭。请用 --notice "…" 写明公告。'
        )
    switching.turn_off(store, "model" if options.only_model else "assistant", options.notice, actor())


def _status(store: Store) -> str:
    """A line for each switch: its state, the notice, who changed it and when."""
    known = {switch.name: switch for switch in store.switches.all()}
    lines = []
    for name, title in switching.NAMES.items():
        switch = known.get(name)
        parts = [f"{title}：{'关' if switch and switch.off else '开'}"]
        if switch:
            parts += [switch.notice] if switch.off and switch.notice else []
            parts.append(f"{switch.changed_at.astimezone():%Y-%m-%d %H:%M} {switch.changed_by}")
        lines.append("  ".join(parts))
    return "\n".join(lines)
