"""The summary with which a call is handed on (转办单): what was asked and answered, by which clause, what stays open."""

from collections.abc import Sequence
from datetime import datetime

from assistant.plain import basis, plain
from assistant.store import Turn

_OPEN = "文件未规定"
_STATUS = {"answered": "已答复", "clarify": "待补充情况", "not_covered": "文件没有规定", "refused": "不在本服务范围"}


def handover(turns: Sequence[Turn], notes: str, account: str, at: datetime) -> str:
    """Plain text, ready to send on; times are those of this machine."""
    first = turns[0]
    parts = [
        f"转办单 {first.conversation_id[:8]}",
        f"来电时间：{_minute(first.asked_at)}    坐席：{account}    制单时间：{_minute(at)}",
        f"来电人情况：{notes.strip() or '（未记录）'}",
    ]
    for number, turn in enumerate(turns, 1):
        parts.append(f"【问题 {number}】{turn.question}\n{_told(turn)}")
    open_points = list(dict.fromkeys(point for turn in turns for point in _open_points(turn)))
    parts.append("待主管部门确认：" + ("".join(f"\n- {point}" for point in open_points) or "无"))
    answered = [turn.answer for turn in turns if turn.answer]
    if answered:
        parts.append(basis(answered[-1].basis))
    return "\n\n".join(parts)


def _told(turn: Turn) -> str:
    if not turn.answer:
        return "【答复】没有答完。"
    clauses = list(dict.fromkeys(f"{one.label}「{one.quote}」" for one in turn.answer.citations))
    quoted = "".join(f"\n- {clause}" for clause in clauses) or "无"
    return f"【答复】（{_STATUS[turn.answer.status]}）\n{plain(turn.answer.answer)}\n【条款】{quoted}"


def _open_points(turn: Turn) -> list[str]:
    """What the tools found to be left open, and questions nothing answered."""
    if not turn.answer:
        return [f"{turn.question}（没有答完）"]
    points: list[str] = []
    for call in turn.answer.tool_calls:
        result = call.result if isinstance(call.result, dict) else {}
        for one in result.get("outcomes", ()):
            points += one.get("unstated", ())
        if result.get("kind") == "unstated":
            points.append(str(result["name"]))
    if turn.answer.status in ("clarify", "not_covered") and not points:
        points.append(turn.question)
    return points


def _minute(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
