"""The tools of the MCP door: what each takes, what it answers, and how it asks the engine.

``ask`` is the engine's answer; ``award``, ``search`` and ``clause`` are the agent's own tools. Nothing is computed here.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from assistant import plain
from assistant.answer import QUESTION_LIMIT, Answer, AskRequest, Award, Basis, Citation, Ineligible, Record, ToolCall
from assistant.chat import AI_LABEL, Assistant, basis_of
from assistant.web import problems
from tools.errors import AssistantError
from tools.rules import Policy

if TYPE_CHECKING:
    from assistant.cards import Card
    from tools.toolbox import Desk

_POLICY = "政策编号，不写即默认的一份"
_AS_OF = "按哪一天回答，YYYY-MM-DD，不写即今天；不在有效期内的日期不给数额"


class AskIn(Record):
    question: str = Field(min_length=1, max_length=QUESTION_LIMIT, description="用户的问题，照用户的原话，不要改写数字")
    conversation_id: str | None = Field(
        default=None, max_length=64, description="追问时填上一次结果里的 conversation_id，例如再问“那9000万呢”"
    )
    as_of: date | None = Field(default=None, description=_AS_OF)
    policy_id: str | None = Field(default=None, max_length=100, description=_POLICY)


class AwardIn(Record):
    rule_id: str = Field(max_length=100)
    amount: str = Field(
        default="",
        max_length=200,
        description="这项奖励所看的数值，照人说的写，带单位：8000万、一亿左右、5000万到1.2亿、满一年；不知道就不写，结果会说要问什么",
    )
    count: int | None = Field(default=None, ge=1, le=100_000, description="同样情况的企业有几家，不写即一家")
    facts: dict[str, bool] = Field(default={}, description="用户说过的条件，成立为 true，不成立为 false；没说的不要写")
    as_of: date | None = Field(default=None, description=_AS_OF)
    policy_id: str | None = Field(default=None, max_length=100, description=_POLICY)


class SearchIn(Record):
    query: str = Field(min_length=1, max_length=500, description="要找的内容，用词或整句都可以")
    policy_id: str | None = Field(default=None, max_length=100, description=_POLICY)


class ClauseIn(Record):
    clause_id: str = Field(max_length=100)
    policy_id: str | None = Field(default=None, max_length=100, description=_POLICY)


class AwardOut(Record):
    rule_id: str = Field(description="奖励规则的编号")
    award: str = Field(description="奖励的名称")
    payee: str = Field(description="奖励发给谁")
    value: str | None = Field(description="数值读成了什么，没有写数值时为 null")
    awards: list[Award] = Field(
        description="可能得到的：数值是范围时不止一项。kind 为 at_most 的是上限，不能说成应得的数"
    )
    ineligible: list[Ineligible] = Field(description="得不到的及原因")
    missing: str | None = Field(description="还缺的一项（条件或指标的编号），要先问用户")
    citations: list[Citation] = Field(description="依据的原文，逐字；start、end 是在条款原文里的位置")
    basis: Basis
    tool_call: ToolCall
    verified: bool = Field(description="每个数字和每句引文都有出处；为 false 时没有给出结果")


class Hit(Citation):
    score: float = Field(description="相近的程度，只用来排序")


class SearchOut(Record):
    hits: list[Hit] = Field(description="最相近的条款，最相近的在前；相近不等于回答了问题")
    basis: Basis


class ClauseOut(Record):
    policy_id: str
    clause_id: str
    label: str = Field(description="给人看的条款名")
    text: str = Field(description="条款全文，逐字")
    units: dict[str, list[str]] = Field(description="牵头、责任、配合单位；条款没写的没有")
    url: str = Field(description="在本服务上阅读的地址")
    basis: Basis


class ToolFault(Exception):
    """A call that cannot be carried out; the message is for the model and tells what to do."""


@dataclass(frozen=True)
class Tool:
    """``answer`` takes the arguments read as ``takes`` and gives the result with its text for people."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    answer: Callable[[Assistant, Any], tuple[BaseModel, str]]
    keeps: bool = False  # whether a call is kept as a turn of a conversation

    def call(self, engine: Assistant, arguments: Mapping[str, Any]) -> tuple[BaseModel, str]:
        """Raises ToolFault."""
        try:
            engine.admit()
            given = self.takes.model_validate_json(json.dumps(arguments), strict=True)
            return self.answer(engine, given)
        except ValidationError as error:
            raise ToolFault(problems.invalid_fields(error.errors(include_url=False)).detail) from error
        except AssistantError as error:
            raise ToolFault(str(error)) from error

    def schema(self, policies: Mapping[str, Policy]) -> dict[str, Any]:
        """What it takes, as JSON Schema, with the ids that there are."""
        schema = self.takes.model_json_schema()
        fields = schema["properties"]
        if "policy_id" in fields:
            fields["policy_id"] = {"type": "string", "enum": list(policies), "description": _POLICY}
        if "rule_id" in fields:
            rules = {rule.id: rule for policy in policies.values() for rule in policy.awards.values()}
            measures = {key: one for policy in policies.values() for key, one in policy.measures.items()}
            told = (f"{rule.id}：{rule.name}，发给{rule.payee}，看{measures[rule.by].name}" for rule in rules.values())
            fields["rule_id"] = {"type": "string", "enum": list(rules), "description": "哪项奖励。" + "；".join(told)}
            facts = {key: fact.name for policy in policies.values() for key, fact in policy.facts.items()}
            fields["facts"]["properties"] = {
                key: {"type": "boolean", "description": name} for key, name in facts.items()
            }
            fields["facts"]["additionalProperties"] = False
        if "clause_id" in fields:
            labels = {one.id: one.label for policy in policies.values() for one in policy.text.clauses}
            told = (f"{key}：{label}" for key, label in labels.items())
            fields["clause_id"] = {"type": "string", "enum": list(labels), "description": "哪一条。" + "；".join(told)}
        return schema


def _ask(engine: Assistant, given: AskIn) -> tuple[Answer, str]:
    answer = engine.ask(AskRequest(**given.model_dump()))
    return answer, answer.answer


def _award(engine: Assistant, given: AwardIn) -> tuple[AwardOut, str]:
    from assistant.cards import card

    desk = engine.desk(given.policy_id, given.as_of or date.today())
    sent: dict[str, Any] = {"rule_id": given.rule_id, "amount": given.amount, "facts": given.facts}
    if given.count:
        sent["count"] = f"{given.count}家"
    result = _called(desk, "compute_award", sent)
    call = ToolCall(id="award", name="compute_award", arguments=sent, result=result)
    made = card(desk.policy, call, desk.as_of, "；".join(filter(None, (given.amount, sent.get("count")))))
    basis = basis_of(desk.policy, desk.as_of)
    out = AwardOut(
        rule_id=made.rule_id,
        award=made.award,
        payee=made.payee,
        value=result["value"],
        awards=made.awards,
        ineligible=made.ineligible,
        missing=made.missing,
        citations=_cited(desk, made),
        basis=basis,
        tool_call=call,
        verified=made.verified,
    )
    return out, "\n\n".join((made.text, AI_LABEL["zh"], plain.basis(basis)))


def _search(engine: Assistant, given: SearchIn) -> tuple[SearchOut, str]:
    from assistant.verify import citation

    desk = engine.desk(given.policy_id, date.today())
    found = _called(desk, "search_policy", {"query": given.query})["hits"]
    quoted = [citation(desk.policy, one["clause_id"], one["quote"]).model_dump() for one in found]
    hits = [Hit(**quote, score=one["score"]) for quote, one in zip(quoted, found, strict=True)]
    basis = basis_of(desk.policy, desk.as_of)
    lines = [f"{hit.clause_id}（{hit.label}）「{hit.quote}」" for hit in hits]
    told = "\n".join(["按相近程度排列，相近不等于回答了问题：", *lines]) if lines else "没有找到相近的条款。"
    return SearchOut(hits=hits, basis=basis), f"{told}\n\n{plain.basis(basis)}"


def _clause(engine: Assistant, given: ClauseIn) -> tuple[ClauseOut, str]:
    from assistant.verify import link

    desk = engine.desk(given.policy_id, date.today())
    found = _called(desk, "read_clause", {"clause_id": given.clause_id})
    clause = desk.policy.text.clause(found["clause_id"])
    basis = basis_of(desk.policy, desk.as_of)
    out = ClauseOut(
        policy_id=desk.policy.id,
        clause_id=clause.id,
        label=clause.label,
        text=clause.text,
        units={role: list(names) for role, names in clause.units.items()},
        url=link(desk.policy, clause.id),
        basis=basis,
    )
    return out, f"{clause.text}\n\n{plain.basis(basis)}"


def _called(desk: "Desk", name: str, arguments: Mapping[str, Any]) -> Any:
    """A tool's result, called as the agent calls it. Raises ToolFault when it cannot be carried out."""
    from tools.toolbox import call

    result = call(desk, name, arguments)
    if "error" in result:
        raise ToolFault(result["error"])
    return result


def _cited(desk: "Desk", made: "Card") -> list[Citation]:
    """The quotes a card rests on, each once."""
    from assistant.verify import citation

    lines = [line for part in made.parts for line in part.lines] + made.lines
    quotes = dict.fromkeys((source.clause_id, source.quote) for line in lines for source in line.sources)
    return [citation(desk.policy, *quote) for quote in quotes]


TOOLS = (
    Tool(
        "ask",
        "提问",
        "用一句话问政策，得到核对过的回答。凡是用户的整句问题都先用它；answer 可以原样给用户看，不要改其中的数字，"
        "也不要把“不超过”说成应得。status 为 clarify 时先把 answer 里的问题转问用户，再带上 conversation_id 接着问；"
        "为 not_covered 时文件没有规定，照 answer 说，不要自己补。",
        AskIn,
        Answer,
        _ask,
        keeps=True,
    ),
    Tool(
        "award",
        "算奖励",
        "按一条奖励规则算一个数值：可能得到多少、是上限还是固定数额、得不到的原因、依据的原文。数额只以 awards 为准，不要自己算。",
        AwardIn,
        AwardOut,
        _award,
    ),
    Tool(
        "search",
        "查条款",
        "按意思找最相近的条款，返回逐字的原文和位置。只给原文，不作解释；找到的不一定回答了问题。",
        SearchIn,
        SearchOut,
        _search,
    ),
    Tool("clause", "读条款", "按编号读一条的全文，逐字，附责任单位和阅读地址。", ClauseIn, ClauseOut, _clause),
)
