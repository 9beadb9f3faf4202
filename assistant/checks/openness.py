"""What the text leaves open stays open, what it states is not said to be open, and no time is made up."""

import re
from collections.abc import Iterator

from assistant.checks import words as w
from assistant.checks.piece import Piece
from assistant.computed import dicts
from assistant.facts import Facts

_RELATIVE = re.compile(
    r"(?i)明年|后年|来年|下个?月|下周|下半年|上半年|年底|月底|年初|月初|近期|不久|即将|马上|next (?:year|month|week|quarter)|end of (?:the|next|this) |soon\b|shortly"
)


def times_are_given(piece: Piece, facts: Facts) -> Iterator[str]:
    """No time but what was looked up or asked about: 明年年底 is a date nobody gave."""
    for match in _RELATIVE.finditer(piece.plain):
        if match[0].lower() not in facts.ground.lower():
            yield f"时间没有出处：{match[0]}"


_LEFT_OPEN = re.compile(
    rf"(?i){w.UNSAID}|{w.UNSAID_TOO}|不清楚|{w.ASK_THEM}|请教|查不到|找不到|没有?找到|不涉及|看不出|确认|问|以.{{0,12}}为准|{w.UNSAID_ENGLISH}|unspecified|unstated|"
    r"left open|leaves? open|open point|\bask\b|contact|confirm|consult|check with|no provision|nothing about|nothing on"
)
_PROMISES_NOTHING = re.compile(
    rf"[吗？?]|保证|未承诺|{w.NO_PROMISE}|not a guarantee|n't guarantee|cannot be guaranteed|rather than a guarantee"
)


def _is_distance(word: str, piece: Piece, facts: Facts) -> bool:
    """Whether a word such as 差额 is said of the way to the next tier."""
    at = piece.plain.find(word)
    near = [one for one in piece.money if at - 4 <= one.end and one.start <= at + len(word) + 4]
    return any(set(one.values) <= facts.distances for one in near)


def open_points_stay_open(piece: Piece, facts: Facts) -> Iterator[str]:
    """What the text leaves open is not settled by a model: its words stand only where it is said to be open."""
    if _LEFT_OPEN.search(piece.plain) or _PROMISES_NOTHING.search(piece.plain):
        return
    for verb in re.findall(
        r"是否([一-龥])", "".join(item for one in facts.outcomes for item in one.get("unstated", ()))
    ):
        if verb in piece.plain and verb not in "".join(facts.said):
            yield f"文件未规定：是否{verb}"
    for one, other in re.findall(
        r"(按[一-龥]{1,6}?)还是(按[一-龥]{1,6}?)(?:计|认|核|算)",
        "".join(item for o in facts.outcomes for item in o.get("unstated", ())),
    ):
        for way in (one, other):
            if way in piece.plain:
                yield f"文件未规定：{one}还是{other}"
    text = piece.plain.lower()
    quoted = "".join(one["quote"] for call in facts.calls for one in dicts(call.result) if one.get("quote"))
    for topic in facts.policy.topics.values():
        for word in topic.asked_as if topic.kind == "unstated" else ():
            if len(word) < 2 or word not in text or (word.isascii() and not re.search(rf"\b{re.escape(word)}\b", text)):
                continue
            named = word in quoted or word in facts.policy.title or any(word in said for said in facts.said)
            if not named and not _is_distance(word, piece, facts):
                yield f"文件未规定：{topic.name}（{word}）"
                return


_SAYS_OPEN = re.compile(
    rf"(?i)(?:文件|政策|措施|办法)?[^，。；]{{0,3}}(?:{w.UNSAID}|{w.UNSAID_TOO})|{w.UNSAID_ENGLISH}|unspecified|unstated"
)


def only_open_points_are_said_to_be_open(piece: Piece, facts: Facts) -> Iterator[str]:
    """文件未规定 is said of what the results list as open, not of what the text states."""
    if not _SAYS_OPEN.search(piece.plain) or not facts.outcomes:
        return
    items = [item for one in facts.outcomes for key in ("unstated", "unstated_english") for item in one.get(key, ())]
    items += [str(call.result["name"]) for call in facts.calls if call.result.get("kind") == "unstated"]
    if not items or not facts.due:
        return
    if piece.language == "en":
        told = set(re.findall(r"[a-z]{4,}", piece.plain.lower()))
        if not told & {word for item in items for word in re.findall(r"[a-z]{4,}", item.lower())} - _COMMON:
            yield "文件有规定，却说未规定"
        return
    if facts.pools and re.search(r"总额(?:限制|上限)", piece.plain) and not re.search(r"年|有效期", piece.plain):
        yield "文件有规定，却说未规定"
    capped = any(one.get("kind") == "at_most" for one in facts.outcomes)
    if capped and re.search(r"具体|实际|多少|怎么定|如何定", piece.plain):
        return
    told = set(_SAYS_OPEN.sub("", piece.plain)) - _FUNCTION
    if not any(len(told & set(item) - _FUNCTION) >= 2 for item in items):
        yield "文件有规定，却说未规定"


_FUNCTION = frozenset(
    "的了是在和与及或也都就才不要会能可为以从到对于按由给把被让等个各其该此这那您你我，。；：、？！「」“”（）()0123456789. "
)
_COMMON = frozenset(
    ("policy", "which", "that", "this", "award", "does", "what", "whether", "when", "with", "counts", "each")
)
