"""What goes in and what comes out, at every door: the contract as types.

Amounts are whole yuan. Offsets count characters of the clause's own text. Field names are those of
the HTTP contract, so that a JSON answer is ``Answer.model_dump(mode="json")`` and nothing else.
"""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

QUESTION_LIMIT = 2000

Status = Literal["answered", "clarify", "not_covered", "refused"]
Kind = Literal["at_most", "exactly"]
Origin = Literal["award", "quote", "question", "derived"]
Channel = Literal["web", "desk", "widget", "api"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AskRequest(_Model):
    """One question. ``question`` holds 1 to 2000 characters after trimming."""

    question: str = Field(min_length=1, max_length=QUESTION_LIMIT)
    conversation_id: str | None = Field(default=None, max_length=64)
    as_of: date | None = None
    policy_id: str | None = Field(default=None, max_length=100)
    channel: Channel = "api"

    @field_validator("question", mode="before")
    @classmethod
    def _trimmed(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value


class Award(_Model):
    """A computed outcome that may be due. ``at_most`` is a cap, never a sum due."""

    rule_id: str
    payee: str
    amount_yuan: int
    kind: Kind
    clause_id: str
    quote: str
    compared: str
    notes: list[str] = []


class Ineligible(_Model):
    """A computed outcome of nothing due. ``gap_yuan`` is the distance to the first tier, where there is one."""

    rule_id: str
    reason: str
    clause_id: str
    quote: str
    gap_yuan: int | None = None


class Citation(_Model):
    policy_id: str
    clause_id: str
    label: str
    quote: str
    start: int
    end: int
    url: str


class Figure(_Model):
    """A figure shown in the answer and where it comes from. ``value`` is a decimal or ISO date, as text."""

    text: str
    value: str
    unit: str
    origin: Origin
    ref: str


class ToolCall(_Model):
    id: str
    name: str
    arguments: dict[str, Any]
    result: Any


class Basis(_Model):
    policy_title: str
    version: str
    text_sha256: str
    status: str
    in_force_from: date
    in_force_to: date
    as_of: date
    in_force: bool


class Answer(_Model):
    status: Status
    answer: str
    awards: list[Award] = []
    ineligible: list[Ineligible] = []
    missing: str | None = None
    citations: list[Citation] = []
    figures: list[Figure] = []
    tool_calls: list[ToolCall] = []
    basis: Basis
    model: str
    fallback: bool = False
    verified: bool
    reviewed_on: date | None = None  # the day staff reviewed this answer, when they did
    suggestions: list[str] = Field(default=[], max_length=3)
    conversation_id: str
    turn_id: str
