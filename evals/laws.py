"""The laws that hold for every answer, whatever was asked: figures have origins, quotes are true, caps stay caps.

An answer is the JSON of ``POST /api/ask`` with status 200. Each law is a pure function of the answer and the
policies' texts, and yields a failure for each breach.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from corpus.clauses import PolicyText
from evals.figures import Found, plain, read, unlisted
from evals.words import contains, squash

FailureKind = Literal[
    "http", "shape", "status", "missing", "awards", "ineligible", "clauses", "says", "never", "in_force", "language",
    "verified", "quote", "figure", "label", "cap",
]  # fmt: skip
Json = Mapping[str, Any]

ORIGINS = ("award", "quote", "question", "derived")
LABELS = ("ai生成", "ai-generated", "aigenerated")
_PROMISE = re.compile(
    r"(?:可获得?|可得|可以得到?|能得到?|能拿到?|可拿到?|可以拿到?|能领取?|可领取?|可以领取?|获得|得到|领取|享受|奖励"
    r"|receives?|gets?|entitled to|awarded|granted|obtain)\D{0,8}$",
    re.IGNORECASE,
)
_CAPPED = re.compile(
    r"不超|最高|最多|至多|上限|封顶|以内|之内|≤|不一定|并非|不等于|不代表|不保证"
    r"|up to|at most|no more than|not more than|not exceed|maximum|capp?|ceiling|not guarantee",
    re.IGNORECASE,
)
_PART = re.compile(r"[，。；！？\n,;!?|]|\.(?=\s)")


@dataclass(frozen=True, slots=True)
class Source:
    """A policy as delivered (``text``) and as clauses, to hold quotes against."""

    text: str
    clauses: PolicyText


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not as it should be."""

    kind: FailureKind
    expected: str
    got: str


def _law_verified(answer: Json, _: Mapping[str, Source]) -> Iterator[Failure]:
    if answer["verified"] is not True:
        yield Failure("verified", "True", str(answer["verified"]))


def _law_label(answer: Json, _: Mapping[str, Source]) -> Iterator[Failure]:
    if not any(label in squash(answer["answer"]) for label in LABELS):
        yield Failure("label", "AI生成 或 AI-generated", answer["answer"])


def _law_status(answer: Json, _: Mapping[str, Source]) -> Iterator[Failure]:
    if answer["status"] in ("refused", "not_covered") and answer["awards"]:
        yield Failure("awards", f"{answer['status']} 时没有奖励", str(answer["awards"]))
    if answer["status"] == "clarify" and not answer["missing"]:
        yield Failure("missing", "clarify 时说明缺什么", str(answer["missing"]))


def _law_quotes(answer: Json, sources: Mapping[str, Source]) -> Iterator[Failure]:
    """Citations stand where they say they stand; what is due or not due is quoted from its clause."""
    for citation in answer["citations"]:
        policy, clause_id, quote = citation["policy_id"], citation["clause_id"], citation["quote"]
        if policy not in sources or clause_id not in sources[policy].clauses:
            yield Failure("quote", "有这份政策和条款", f"{policy} {clause_id}")
            continue
        clause = sources[policy].clauses.clause(clause_id)
        if not quote or clause.text[citation["start"] : citation["end"]] != quote:
            yield Failure("quote", f"{clause_id}[{citation['start']}:{citation['end']}] 即引文", quote)
        if _unspaced(quote) not in _unspaced(sources[policy].text):
            yield Failure("quote", "引文是原文的一段", quote)
        if not str(citation["url"]).endswith(f"/policy/{policy}#{clause_id}"):
            yield Failure("quote", f"/policy/{policy}#{clause_id}", str(citation["url"]))
    for item in [*answer["awards"], *answer["ineligible"]]:
        clause_id, quote = item["clause_id"], item["quote"]
        texts = [s.clauses.clause(clause_id).text for s in sources.values() if clause_id in s.clauses]
        if not quote or not any(quote in text for text in texts):
            yield Failure("quote", f"条款 {clause_id} 的一段", quote)


def _law_awards(answer: Json, _: Mapping[str, Source]) -> Iterator[Failure]:
    for award in answer["awards"]:
        if not (award["rule_id"] and award["payee"] and award["compared"]):
            yield Failure("awards", "rule_id、payee、compared 都有", str(award))
        if award["kind"] not in ("at_most", "exactly") or type(award["amount_yuan"]) is not int:
            yield Failure("awards", "at_most 或 exactly，金额为整数元", str(award))
    for item in answer["ineligible"]:
        if not (item["rule_id"] and item["reason"]):
            yield Failure("ineligible", "rule_id、reason 都有", str(item))


def _law_figures(answer: Json, sources: Mapping[str, Source]) -> Iterator[Failure]:
    """Each figure shown is listed with where it is from, and is what that place says."""
    listed = answer["figures"]
    for figure in unlisted(answer["answer"], [figure["text"] for figure in listed]):
        yield Failure("figure", f"{figure.text} 列入 figures", answer["answer"])
    awarded = [read(text) for text in _award_texts(answer)]
    for figure in listed:
        text, origin = figure["text"], figure["origin"]
        found = read(text)
        if origin not in ORIGINS:
            yield Failure("figure", "、".join(ORIGINS), f"{text} {origin}")
        if not contains(answer["answer"], text):
            yield Failure("figure", "figures 只列答案里有的", text)
        if not _worth(figure, found):
            yield Failure("figure", f"{text} 的 value", f"{figure['value']} {figure['unit']}")
        if origin == "award" and not all(any(_in(f, place) for place in awarded) for f in found):
            yield Failure("figure", "出自 awards 或 ineligible", text)
        clauses = [source.clauses for source in sources.values() if figure["ref"] in source.clauses]
        quoted = [read(policy.clause(figure["ref"]).text) for policy in clauses]
        if origin == "quote" and quoted and not all(any(_in(f, place) for place in quoted) for f in found):
            yield Failure("figure", f"出自条款 {figure['ref']}", text)


def _law_caps(answer: Json, _: Mapping[str, Source]) -> Iterator[Failure]:
    """A cap is never said as a sum due."""
    sums = {award["amount_yuan"] for award in answer["awards"] if award["kind"] == "exactly"}
    caps = {award["amount_yuan"] for award in answer["awards"] if award["kind"] == "at_most"} - sums
    text = plain(answer["answer"])
    for figure in read(text):
        if figure.kind != "amount" or Decimal(figure.value) not in caps:
            continue
        start = max([hit.end() for hit in _PART.finditer(text, 0, figure.start)], default=0)
        end = next((hit.start() for hit in _PART.finditer(text, figure.end)), len(text))
        if _PROMISE.search(text[start : figure.start]) and not _CAPPED.search(text[start:end]):
            yield Failure("cap", f"不超过{figure.text}", text[start:end])


LAWS: tuple[Callable[[Json, Mapping[str, Source]], Iterator[Failure]], ...] = (
    _law_verified,
    _law_label,
    _law_status,
    _law_quotes,
    _law_awards,
    _law_figures,
    _law_caps,
)


def _award_texts(answer: Json) -> Iterator[str]:
    for award in answer["awards"]:
        yield f"{award['amount_yuan']}元"
        yield from (award["quote"], award["compared"], *award["notes"])
    for item in answer["ineligible"]:
        yield f"{item['gap_yuan'] or 0}元"
        yield from (item["quote"], item["reason"])


def _worth(figure: Json, found: list[Found]) -> bool:
    """Whether the listed value is what the listed words say, where both are plain amounts of yuan."""
    if len(found) != 1 or found[0].kind != "amount" or figure["unit"] not in ("元", "yuan", "CNY"):
        return True
    try:
        return Decimal(figure["value"]) == Decimal(found[0].value)
    except InvalidOperation:
        return False


def _in(figure: Found, place: list[Found]) -> bool:
    return any(figure.is_shown_by(other) for other in place)


def _unspaced(text: str) -> str:
    return re.sub(r"\s", "", text)
