"""What goes in and what comes out, at every door: the contract as types.

Amounts are whole yuan. Offsets count characters of the clause's own text. Field names are those of
the HTTP contract, so that a JSON answer is ``Answer.model_dump(mode="json")`` and nothing else.
"""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from assistant.privacy import mask

QUESTION_LIMIT = 2000

Status = Literal["answered", "clarify", "not_covered", "refused"]
Kind = Literal["at_most", "exactly"]
Origin = Literal["award", "quote", "question", "derived"]
Channel = Literal["web", "desk", "widget", "api"]
State = Literal["answered", "under_way", "unfinished"]  # of a question that is kept


class Record(BaseModel):
    """What goes in or out at a door: it does not change, and holds no field of another name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AskRequest(Record):
    """One question. ``question`` holds 1 to 2000 characters after trimming."""

    question: str = Field(
        min_length=1,
        max_length=QUESTION_LIMIT,
        description="问题，去掉首尾空白后 1 到 2000 字",
        json_schema_extra={"pattern": r"\S"},
    )
    conversation_id: str | None = Field(
        default=None, max_length=64, description="接着哪个会话问，即上一次回答里的 conversation_id；不写则开始新会话"
    )
    as_of: date | None = Field(default=None, description="按哪一天回答，不写即今天")
    policy_id: str | None = Field(default=None, max_length=100, description="问哪一份政策，不写即默认的一份")
    channel: Channel = Field(default="api", description="从哪里问的，只作统计")

    @field_validator("question", mode="before")
    @classmethod
    def _trimmed(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("question")
    @classmethod
    def _without_personal_data(cls, value: str) -> str:
        """Masked here, where every door's question comes in: nothing behind it can store, log or send it."""
        return mask(value).text


class Award(Record):
    """A computed outcome that may be due. ``at_most`` is a cap, never a sum due."""

    rule_id: str = Field(description="奖励规则的编号")
    payee: str = Field(description="奖励发给谁")
    amount_yuan: int = Field(description="数额，整数元")
    kind: Kind = Field(description="at_most 是上限（不超过），不是应得的数；exactly 是固定数额")
    clause_id: str = Field(description="依据的条款")
    quote: str = Field(description="依据的原文，逐字")
    compared: str = Field(description="所作的比对")
    notes: list[str] = Field(default=[], description="前提、提醒，和文件未规定的事项")


class Ineligible(Record):
    """A computed outcome of nothing due. ``gap_yuan`` is the distance to the first tier, where there is one."""

    rule_id: str = Field(description="奖励规则的编号")
    reason: str = Field(description="得不到的原因")
    clause_id: str = Field(description="依据的条款")
    quote: str = Field(description="依据的原文，逐字")
    gap_yuan: int | None = Field(default=None, description="距起点还差多少元；不能按元计时为 null")


class Citation(Record):
    policy_id: str = Field(description="政策编号")
    clause_id: str = Field(description="条款编号，如 2.2.5")
    label: str = Field(description="给人看的条款名")
    quote: str = Field(description="原文，是条款文字的真子串")
    start: int = Field(description="原文在条款里的起始位置（按字符）")
    end: int = Field(description="结束位置（不含）")
    url: str = Field(description="在本服务上阅读的地址，相对路径")


class Figure(Record):
    """A figure shown in the answer and where it comes from. ``value`` is a decimal or ISO date, as text."""

    text: str = Field(description="回答里的写法")
    value: str = Field(description="数值或日期；范围写作 低..高")
    unit: str = Field(description="单位")
    origin: Origin = Field(description="来自计算结果、所引原文、提问者自己的话，或由它们得出")
    ref: str = Field(description="条款编号或工具调用的编号")


class ToolCall(Record):
    id: str = Field(description="调用的编号")
    name: str = Field(description="工具名")
    arguments: dict[str, Any] = Field(description="参数")
    result: Any = Field(description="结果")


class Basis(Record):
    policy_title: str = Field(description="政策标题")
    version: str = Field(description="版本")
    text_sha256: str = Field(description="政策原文的校验值")
    status: str = Field(description="文本状态，如第几稿")
    in_force_from: date = Field(description="有效期起")
    in_force_to: date = Field(description="有效期止")
    as_of: date = Field(description="按哪一天回答")
    in_force: bool = Field(description="那一天是否在有效期内")


class Answer(Record):
    status: Status = Field(
        description="answered 已答；clarify 还缺一项，已在回答里问；not_covered 文件没有规定；refused 不在服务范围"
    )
    answer: str = Field(description="回答，Markdown，末尾注明由AI生成")
    awards: list[Award] = Field(default=[], description="算出的可能得到的奖励；没有则为空")
    ineligible: list[Ineligible] = Field(default=[], description="算出的得不到的奖励及原因")
    missing: str | None = Field(default=None, description="status 为 clarify 时还缺的一项")
    citations: list[Citation] = Field(default=[], description="引用的条款原文")
    figures: list[Figure] = Field(default=[], description="回答里的每个数字和它的出处")
    tool_calls: list[ToolCall] = Field(default=[], description="为回答所作的工具调用")
    basis: Basis = Field(description="依据的文本")
    model: str = Field(description="rules，或大模型的名字")
    fallback: bool = Field(default=False, description="大模型没有答成、由规则作答时为 true")
    verified: bool = Field(description="每个数字和每句引文都有出处；不会给出 false 的回答")
    reviewed_on: date | None = Field(default=None, description="工作人员复核过这个回答的日期")
    suggestions: list[str] = Field(default=[], max_length=3, description="可以接着问的问题")
    conversation_id: str = Field(description="会话编号，追问时带上")
    turn_id: str = Field(description="这次提问的编号，评价时用")
