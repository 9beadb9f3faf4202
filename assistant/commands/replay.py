"""``python -m assistant replay``: whether today's code, text and rules still give what was answered."""

import argparse
import json
from collections import Counter
from datetime import date, datetime, time
from typing import Any

from assistant.chat import Assistant, open_assistant
from assistant.commands.common import DONE, BadInputError, Commands, day, say
from assistant.replay import Difference, Replay, replay
from assistant.settings import Settings
from tools.errors import NotFoundError

DIFFERENT = 3  # exit status; 1 says that it could not be told
_LONGEST = 400  # characters shown of a value
_FIRST = date(1970, 1, 2)  # no clock was before it, in whatever time zone
_NAMES = {
    "status": "状态",
    "awards": "奖励",
    "ineligible": "不予奖励",
    "missing": "还缺的一项",
    "citations": "引文",
    "figures": "数字",
    "tool_calls": "工具调用",
    "answer": "文字",
    "policy": "政策",
    "failure": "程序出错",
}


def declare(commands: Commands) -> None:
    told = "把保存的提问按当时的日期和上文再答一遍，与当时的回答比对；什么都不写入"
    parser = commands.add_parser("replay", help="重放保存的提问", description=f"{told}。相同时返回 0，不同时返回 3。")
    parser.add_argument("turn", nargs="?", default="", metavar="提问编号", help="即回答里的 turn_id")
    parser.add_argument("--all", action="store_true", help="重放全部保存的提问，列出不同的")
    parser.add_argument("--since", type=day, metavar="日期", help="与 --all 同用，只重放这一天及以后的提问，YYYY-MM-DD")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Status 0: the same, 3: different. Raises NotFoundError, StoreError, PolicyError, SettingsError."""
    if bool(options.turn) == options.all or (options.since and not options.all):
        raise BadInputError("请写一个提问编号，或写 --all（可加 --since 日期）。")
    engine = open_assistant(settings)
    if options.all:
        return _all(engine, datetime.combine(max(options.since or _FIRST, _FIRST), time()).astimezone())
    turn, before = engine.store.turn(options.turn)
    if not turn.answer:
        raise BadInputError("这次提问没有答完，没有可以比对的回答。")
    found = replay(engine, turn, before)
    say(_shown(found))
    return DONE if found.same else DIFFERENT


def _all(engine: Assistant, since: datetime) -> int:
    counts: Counter[str] = Counter()
    for turn_id in engine.store.keeping.turn_ids(since):
        try:
            turn, before = engine.store.turn(turn_id)
        except NotFoundError:  # erased meanwhile
            continue
        if not turn.answer:
            counts["unfinished"] += 1
            continue
        found = replay(engine, turn, before)
        counts["same" if found.same else "different"] += 1
        counts["text"] += _changed(found.text)
        counts["rules"] += _changed(found.rules)
        if not found.same:
            say(f"不同：提问 {turn_id}：{'、'.join(_NAMES[one.field] for one in found.differences)}")
    say(
        f"重放 {counts['same'] + counts['different']} 次提问：相同 {counts['same']}，不同 {counts['different']}；"
        f"另有 {counts['unfinished']} 次没有答完。政策文本已变的 {counts['text']} 次，规则已变的 {counts['rules']} 次。"
    )
    return DIFFERENT if counts["different"] else DONE


def _shown(found: Replay) -> str:
    turn = found.turn
    lines = [
        f"{'相同' if found.same else '不同'}：提问 {turn.turn_id}"
        f"（{turn.asked_at.astimezone():%Y-%m-%d %H:%M} 问，按 {turn.as_of} 回答）",
        *(_difference(one) for one in found.differences),
    ]
    if found.text[1]:
        lines.append(f"  政策文本{_hashes(found.text)}；规则{_hashes(found.rules)}。")
    if found.verified:
        lines.append("  文字不全是规则写的（大模型或工作人员），没有逐字比对，而是按今天的结果重新核对。")
    return "\n".join(lines)


def _difference(one: Difference) -> str:
    kept, now = one.kept, one.now
    if isinstance(kept, list) and isinstance(now, list):
        kept, now = [part for part in kept if part not in now], [part for part in now if part not in kept]
    return f"  {_NAMES[one.field]}\n    当时：{_short(kept)}\n    现在：{_short(now)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…（共 {len(text)} 字）"


def _changed(hashes: tuple[str, str]) -> bool:
    return bool(hashes[0]) and hashes[0] != hashes[1]


def _hashes(hashes: tuple[str, str]) -> str:
    then, now = hashes
    if not then:
        return "当时没有记下校验值"
    return f"已变（当时 {then[:12]}，现在 {now[:12]}）" if then != now else "没有变"
