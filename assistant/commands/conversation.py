"""``python -m assistant conversation …``: what is kept of conversations, read out, deleted, looked through."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.chat import longest_answer
from assistant.commands.common import DONE, BadInputError, Commands, Parser, actor, say
from assistant.operations import retention
from assistant.settings import MOST_DAYS, Settings
from assistant.store import Store, Turn

MOST_SHOWN = 1000


def declare(commands: Commands) -> None:
    told = "查找、导出、删除保存的会话"
    conversation = commands.add_parser("conversation", help=told, description=f"{told}。")
    conversation.set_defaults(run=run)
    actions = conversation.add_subparsers(dest="action", title="命令", metavar="命令", parser_class=Parser)
    export = actions.add_parser("export", help="导出一个会话", description="把一个会话保存的全部内容输出为 JSON。")
    export.add_argument("id", metavar="会话编号")
    erase = actions.add_parser("erase", help="删除一个会话", description="删除一个会话的提问、回答、评价和记录。")
    erase.add_argument("id", metavar="会话编号")
    erase.add_argument("--with-reviews", action="store_true", help="由它写成的复核答案也一并删除")
    expire = actions.add_parser("expire", help="删除过期的会话", description="删除最后一次提问早于若干天以前的会话。")
    expire.add_argument("--days", type=_days, metavar="天数", help="不写即 ASSISTANT_KEEP_DAYS")
    find = actions.add_parser("find", help="查找提问", description="列出含有某些字的提问和它们的会话编号，新的在前。")
    find.add_argument("words", metavar="文字")
    actions.add_parser("unfinished", help="列出没有答完的提问", description="列出没有答完的提问，新的在前。")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Raises NotFoundError, StoreError."""
    say(_done(options, settings, Store(settings.data, settings.database_url)))
    return DONE


def _done(options: argparse.Namespace, settings: Settings, store: Store) -> str:
    match options.action:
        case "export":
            return json.dumps(_readable(store.keeping.exported(options.id, actor())), ensure_ascii=False, indent=2)
        case "erase":
            erased = retention.erase(store, options.id, actor(), with_reviews=options.with_reviews)
            kept = f"仍在使用的复核答案保留 {erased.kept_reviews} 条，已与会话脱离。" if erased.kept_reviews else ""
            return f"已删除会话 {options.id}：提问 {erased.turns} 次，复核答案 {erased.reviews} 条。{kept}备份里仍有它，请按备份的保存期限清除。"
        case "expire":
            days = options.days or settings.keep_days
            if not days:
                raise BadInputError("请写明保存多少天，例如 --days 180；或设置环境变量 ASSISTANT_KEEP_DAYS。")
            erased = retention.expire(store, days, actor())
            return f"已删除 {days} 天以前的会话 {erased.conversations} 个，提问 {erased.turns} 次。"
        case "find":
            if not options.words.strip():
                raise BadInputError("请写出要查找的文字。")
            return _listed(store.keeping.asked(options.words, MOST_SHOWN + 1, actor())) or "没有含有这些字的提问。"
        case "unfinished":
            before = datetime.now(UTC) - longest_answer(settings)
            return _listed(store.keeping.unfinished(before, MOST_SHOWN + 1)) or "没有未答完的提问。"
    raise BadInputError("请写明要做什么，例如：python -m assistant conversation export 会话编号")


def _listed(turns: Sequence[Turn]) -> str:
    lines = [
        f"{turn.asked_at.astimezone():%Y-%m-%d %H:%M:%S}  提问 {turn.turn_id}  会话 {turn.conversation_id}  "
        + " ".join(turn.question.split())
        for turn in turns[:MOST_SHOWN]
    ]
    if len(turns) > MOST_SHOWN:
        lines.append(f"（只列出最近的 {MOST_SHOWN} 次）")
    return "\n".join(lines)


def _readable(kept: dict[str, object]) -> dict[str, object]:
    """What is kept as JSON inside a column, as JSON."""
    turns = kept["turns"]
    assert isinstance(turns, list)
    for turn in turns:
        for column in ("answer", "earlier"):
            turn[column] = json.loads(turn[column]) if turn[column] else None
    return kept


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"应为 1 到 {MOST_DAYS} 的整数，现为 {text!r}")
    return int(text)
