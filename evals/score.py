"""One answer against what is expected of it, and against the laws that hold for every answer. Pure functions."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from evals.laws import LAWS, Failure, Json, Source
from evals.sets import Expectation, ExpectedAward
from evals.words import contains, is_english, squash

FIELDS = (
    "status", "answer", "awards", "ineligible", "missing", "citations", "figures", "tool_calls", "basis", "model",
    "fallback", "verified", "suggestions", "conversation_id", "turn_id",
)  # fmt: skip


def score(expect: Expectation, response: Json, sources: Mapping[str, Source], http: int = 200) -> list[Failure]:
    """All failures of one answer, laws first. ``sources`` by policy id; ``http`` is the response's status code."""
    if http not in expect.http:
        return [Failure("http", " 或 ".join(map(str, expect.http)), f"{http} {str(response)[:300]}")]
    if http != 200:
        return list(_words(expect, str(response.get("detail", "")))) + _problem(response)
    if absent := [field for field in FIELDS if field not in response]:
        return [Failure("shape", "、".join(FIELDS), "缺 " + "、".join(absent))]
    laws = [failure for law in LAWS for failure in law(response, sources)]
    return laws + list(_expected(expect, response)) + list(_words(expect, str(response["answer"])))


def _expected(expect: Expectation, answer: Json) -> Iterator[Failure]:
    if expect.status is not None and answer["status"] not in expect.status:
        yield Failure("status", " 或 ".join(expect.status), str(answer["status"]))
    if expect.awards is not None:
        yield from _awards(expect.awards, expect.ordered, answer["awards"])
    due = [(item["rule_id"], item["gap_yuan"]) for item in answer["ineligible"]]
    left = list(due)
    for item in expect.ineligible:
        match = next((pair for pair in left if pair[0] == item.rule and item.gap in (None, pair[1])), None)
        if match is None:
            yield Failure("ineligible", f"{item.rule} 差 {item.gap}", str(due))
        else:
            left.remove(match)
    cited = [citation["clause_id"] for citation in answer["citations"]]
    for clause in expect.clauses:
        if clause not in cited:
            yield Failure("clauses", clause, "、".join(cited))
    if expect.missing is not None and answer["missing"] != expect.missing:
        yield Failure("missing", expect.missing, str(answer["missing"]))
    if expect.in_force is not None and answer["basis"]["in_force"] is not expect.in_force:
        yield Failure("in_force", str(expect.in_force), str(answer["basis"]["in_force"]))
    if expect.language == "en" and not is_english(answer["answer"]):
        yield Failure("language", "en", answer["answer"])


def _awards(expected: tuple[ExpectedAward, ...], ordered: bool, awards: list[Json]) -> Iterator[Failure]:
    want = [(award.rule, award.amount, award.kind) for award in expected]
    got = [(award["rule_id"], award["amount_yuan"], award["kind"]) for award in awards]
    if Counter(want) != Counter(got) or (ordered and want != got):
        yield Failure("awards", str(want), str(got))
        return
    for award in expected:
        payees = [given["payee"] for given in awards if given["rule_id"] == award.rule]
        if award.payee and squash(award.payee) not in map(squash, payees):
            yield Failure("awards", f"{award.rule} 给 {award.payee}", "、".join(payees))


def _words(expect: Expectation, text: str) -> Iterator[Failure]:
    for words in expect.says:
        if not any(contains(text, word) for word in words):
            yield Failure("says", " 或 ".join(words), text)
    for word in expect.never:
        if contains(text, word):
            yield Failure("never", f"不出现 {word}", text)


def _problem(response: Json) -> list[Failure]:
    """An error is a problem detail that speaks Chinese and shows no trace."""
    detail = str(response.get("detail", ""))
    if re.search("[一-龥]", detail) and "Traceback" not in str(response):
        return []
    return [Failure("http", "中文的 detail，说明怎么办", str(response)[:300])]
