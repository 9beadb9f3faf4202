"""The question sets hold together, and every law of the scorer can fail."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from evals import sets
from evals.figures import read
from evals.run import ask_all, policy_folders, read_sources
from evals.score import score
from evals.sets import Expectation, ExpectedAward, ExpectedIneligible, Question, QuestionSetError, Turn
from evals.words import contains, is_english

SOURCES = read_sources()
POLICY = policy_folders()[0]
CLAUSES = {clause.id: clause for clause in SOURCES[POLICY.name].clauses.clauses}
QUESTIONS = {name: sets.load(name) for name in sets.names()}
EVERY = [question for questions in QUESTIONS.values() for question in questions]
TURNS = [turn for question in EVERY for turn in question.turns]


# The sets


def test_there_are_enough_questions() -> None:
    assert len(TURNS) >= 420
    assert sum(len(question.turns) > 1 for question in EVERY) >= 40


def test_ids_are_unique() -> None:
    assert [id_ for id_, count in Counter(question.id for question in EVERY).items() if count > 1] == []


def test_no_question_is_asked_twice() -> None:
    alone = Counter((question.turns[0].ask, question.as_of) for question in EVERY if len(question.turns) == 1)
    assert [ask for ask, count in alone.items() if count > 1] == []


def test_clauses_exist_and_all_are_asked_about() -> None:
    assert {clause for turn in TURNS for clause in turn.expect.clauses} == set(CLAUSES)


def test_rules_exist_and_all_are_asked_about() -> None:
    rules = yaml.safe_load((POLICY / "rules.yaml").read_text(encoding="utf-8"))["awards"]
    awarded = {award.rule for turn in TURNS for award in turn.expect.awards or ()}
    refused = {item.rule for turn in TURNS for item in turn.expect.ineligible}
    assert awarded == refused == set(rules)


def test_every_status_is_expected_somewhere() -> None:
    assert {status for turn in TURNS for status in turn.expect.status or ()} == set(sets.STATUSES)


def test_nothing_is_both_expected_and_forbidden() -> None:
    contradictory = [
        turn.ask
        for turn in TURNS
        for words in turn.expect.says
        if all(any(contains(word, never) for never in turn.expect.never) for word in words)
    ]
    assert contradictory == []


def test_retrieval_asks_every_clause_in_words_of_its_own() -> None:
    lookups = sets.load_retrieval()
    assert len(lookups) >= 120
    assert len({lookup.ask for lookup in lookups}) == len(lookups)
    counts = Counter(lookup.clause for lookup in lookups)
    assert set(counts) == set(CLAUSES)
    assert min(counts.values()) >= 8


def test_retrieval_asks_nothing_the_embedding_was_made_with() -> None:
    made_with = {text for path in (sets.QUESTIONS.parent / "embedding").glob("*.yaml") for text in texts(path)}
    assert made_with
    assert made_with.isdisjoint(lookup.ask for lookup in sets.load_retrieval())


def texts(path: Path) -> Iterator[str]:
    """Every text in a YAML file, at whatever depth."""
    left: list[Any] = [yaml.safe_load(path.read_text(encoding="utf-8"))]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str):
            yield value


GOOD_ENTRY = "- {id: a, ask: 问, expect: {status: answered}}"
MALFORMED = {
    "unknown key": "- {id: a, ask: 问, expect: {status: answered}, asof: 2026-01-01}",
    "unknown expectation": "- {id: a, ask: 问, expect: {stauts: answered}}",
    "unknown key of an award": "- {id: a, ask: 问, expect: {awards: [{rule: r, sum: 1}]}}",
    "unknown status": "- {id: a, ask: 问, expect: {status: done}}",
    "unknown kind": "- {id: a, ask: 问, expect: {awards: [{rule: r, amount: 1, kind: about}]}}",
    "unknown language": "- {id: a, ask: 问, expect: {language: fr}}",
    "nothing expected": "- {id: a, ask: 问}",
    "ask and turns": "- {id: a, ask: 问, expect: {status: answered}, turns: [{ask: 问, expect: {status: answered}}]}",
    "neither ask nor turns": "- {id: a}",
    "no id": "- {ask: 问, expect: {status: answered}}",
    "a number asked": "- {id: a, ask: 8000, expect: {status: answered}}",
    "a date that is none": "- {id: a, ask: 问, as_of: 明天, expect: {status: answered}}",
    "not a list": "id: a",
    "not yaml": "- {id: a",
}


def test_a_good_entry_is_read(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(GOOD_ENTRY, encoding="utf-8")
    assert sets.load("s", tmp_path) == [Question("a", (Turn("问", Expectation(status=("answered",))),))]


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_entry_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"s\.yaml"):
        sets.load("s", tmp_path)


# The scorer

QUOTE = "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元"
START = CLAUSES["2.2.5"].text.index(QUOTE)
OTHER = "（包含2000万元，不含5000万元），一次性奖励不超过10万元"


def figure(text: str, value: str, unit: str, origin: str, ref: str) -> dict[str, str]:
    return {"text": text, "value": value, "unit": unit, "origin": origin, "ref": ref}


ANSWER: dict[str, Any] = {
    "status": "answered",
    "answer": "主营收入8,000万元，一次性奖励**不超过15万元**；再多2000万元到1亿元。有效期至2026年12月31日。（AI 生成）",
    "awards": [
        {
            "rule_id": "economic_contribution", "payee": "入园企业", "amount_yuan": 150000, "kind": "at_most",
            "clause_id": "2.2.5", "quote": QUOTE, "compared": "5000万元 ≤ 8000万元 < 1亿元", "notes": [],
        }
    ],
    "ineligible": [
        {
            "rule_id": "operator", "reason": "在库不满一年", "clause_id": "2.2.3", "gap_yuan": None,
            "quote": "企业上规入统后在库一年给予运营机构一次性奖励2万元/家",
        }
    ],
    "missing": None,
    "citations": [
        {
            "policy_id": POLICY.name, "clause_id": "2.2.5", "label": CLAUSES["2.2.5"].label, "quote": QUOTE,
            "start": START, "end": START + len(QUOTE), "url": f"/policy/{POLICY.name}#2.2.5",
        }
    ],
    "figures": [
        figure("8000万元", "80000000", "元", "question", ""),
        figure("15万元", "150000", "元", "award", "call-1"),
        figure("2000万元", "20000000", "元", "derived", "call-1"),
        figure("1亿元", "100000000", "元", "quote", "2.2.5"),
        figure("2026年12月31日", "2026-12-31", "date", "quote", "closing"),
    ],
    "tool_calls": [], "basis": {"in_force": True}, "model": "rules", "fallback": False, "verified": True,
    "suggestions": [], "conversation_id": "c", "turn_id": "t",
}  # fmt: skip
EXPECTED = Expectation(
    status=("answered", "clarify"),
    awards=(ExpectedAward("economic_contribution", 150000, "at_most", "入园企业"),),
    ineligible=(ExpectedIneligible("operator"),),
    clauses=("2.2.5",),
    says=(("不超过15万",), ("20,000,000元", "再多 2000万")),
    never=("5万", "可获得15万"),
    in_force=True,
)


def put(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    """A fault: the value at ``path`` is replaced."""

    def change(answer: dict[str, Any]) -> None:
        place: Any = answer
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def say(more: str, *figures: dict[str, str]) -> Callable[[dict[str, Any]], None]:
    """A fault: words added to the answer, with the figures listed for them."""

    def change(answer: dict[str, Any]) -> None:
        answer["answer"] += more
        answer["figures"] += figures

    return change


def drop(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda answer: answer.pop(key)


BREACHES: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "not verified": (put("verified", to=False), "verified"),
    "a field absent": (drop("basis"), "shape"),
    "no label": (put("answer", to="一次性奖励不超过15万元"), "label"),
    "an award when refused": (put("status", to="refused"), "awards"),
    "clarify without a missing fact": (put("status", to="clarify"), "missing"),
    "a quote that is not the text's": (put("citations", 0, "quote", to="一次性奖励不超过16万元"), "quote"),
    "an empty quote": (put("citations", 0, "quote", to=""), "quote"),
    "offsets elsewhere": (put("citations", 0, "start", to=START + 1), "quote"),
    "a clause that does not exist": (put("citations", 0, "clause_id", to="9.9"), "quote"),
    "a policy that does not exist": (put("citations", 0, "policy_id", to="other"), "quote"),
    "a link elsewhere": (put("citations", 0, "url", to="/policy/x#1"), "quote"),
    "an award's quote from another clause": (put("awards", 0, "clause_id", to="2.2.3"), "quote"),
    "an award without a quote": (put("awards", 0, "quote", to=""), "quote"),
    "an award without a comparison": (put("awards", 0, "compared", to=""), "awards"),
    "an award without a payee": (put("awards", 0, "payee", to=""), "awards"),
    "an award of an unknown kind": (put("awards", 0, "kind", to="about"), "awards"),
    "an amount that is no integer": (put("awards", 0, "amount_yuan", to=150000.0), "awards"),
    "ineligible without a reason": (put("ineligible", 0, "reason", to=""), "ineligible"),
    "ineligible with a false quote": (put("ineligible", 0, "quote", to="没有这句"), "quote"),
    "an amount not listed": (say("另有30万元。"), "figure"),
    "an amount in Chinese numerals not listed": (say("另有三十万元。"), "figure"),
    "an amount in English not listed": (say(" Up to RMB 300,000."), "figure"),
    "a date not listed": (say("2027年1月1日起。"), "figure"),
    "a percentage not listed": (say("上浮10%。"), "figure"),
    "a document number not listed": (say("见柳政规〔2022〕8号。"), "figure"),
    "an origin that is none": (put("figures", 0, "origin", to="model"), "figure"),
    "a figure listed and not shown": (put("figures", 0, "text", to="9000万元"), "figure"),
    "a figure's value not its text's": (put("figures", 0, "value", to="8000000"), "figure"),
    "a figure's value that is no number": (put("figures", 0, "value", to="很多"), "figure"),
    "a figure not of the clause it names": (put("figures", 3, "ref", to="2.2.3"), "figure"),
    "a figure not of any award": (say("77万元", figure("77万元", "770000", "元", "award", "x")), "figure"),
    "a cap promised": (say("您可获得15万元。"), "cap"),
    "a cap got": (say("您能拿到 **15万** 元。"), "cap"),
    "a cap promised beside a cap": (say("下一档不超过15万元，您可获得15万元。"), "cap"),
    "a cap promised in English": (say(" You will receive 150,000 yuan."), "cap"),
}
LAWFUL: dict[str, Callable[[dict[str, Any]], None]] = {
    "as it is": lambda answer: None,
    "the cap said as a cap": say("您可获得不超过15万元的奖励，最多可得15万元。"),
    "the cap in English": say(" You may receive up to 150,000 yuan."),
    "the same figure in another spelling": say("即0.8亿元、一亿元和RMB 150,000。"),
    "a year of a listed date": say("到2026年为止。"),
    "a document number of the clause": say(
        "见柳政规〔2022〕8号。", figure("〔2022〕8号", "8", "文号", "quote", "2.2.5")
    ),
    "people and firms, which are no amounts": say("服务5万人、200家企业，千万别错过。"),
}


@pytest.mark.parametrize("change", LAWFUL.values(), ids=LAWFUL)
def test_a_lawful_answer_passes(change: Callable[[dict[str, Any]], None]) -> None:
    answer = deepcopy(ANSWER)
    change(answer)
    assert score(EXPECTED if change is LAWFUL["as it is"] else Expectation(), answer, SOURCES) == []


@pytest.mark.parametrize(("change", "kind"), BREACHES.values(), ids=BREACHES)
def test_each_law_can_be_broken(change: Callable[[dict[str, Any]], None], kind: str) -> None:
    answer = deepcopy(ANSWER)
    change(answer)
    assert kind in {failure.kind for failure in score(Expectation(), answer, SOURCES)}


def test_a_sum_due_may_be_promised() -> None:
    answer = deepcopy(ANSWER)
    answer["awards"][0]["kind"] = "exactly"
    say("您可获得15万元。")(answer)
    assert score(Expectation(), answer, SOURCES) == []


TWO = (ExpectedAward("economic_contribution", 150000, "at_most"),) * 2
UNMET: dict[str, tuple[Expectation, str]] = {
    "status": (Expectation(status=("clarify", "refused")), "status"),
    "no award": (Expectation(awards=()), "awards"),
    "another amount": (Expectation(awards=(ExpectedAward("economic_contribution", 100000, "at_most"),)), "awards"),
    "another kind": (Expectation(awards=(ExpectedAward("economic_contribution", 150000, "exactly"),)), "awards"),
    "another rule": (Expectation(awards=(ExpectedAward("operator", 150000, "at_most"),)), "awards"),
    "the award twice": (Expectation(awards=TWO), "awards"),
    "another payee": (
        Expectation(awards=(ExpectedAward("economic_contribution", 150000, "at_most", "运营机构"),)),
        "awards",
    ),
    "another rule ineligible": (Expectation(ineligible=(ExpectedIneligible("recruiting_team"),)), "ineligible"),
    "a gap": (Expectation(ineligible=(ExpectedIneligible("operator", 1),)), "ineligible"),
    "ineligible twice": (Expectation(ineligible=(ExpectedIneligible("operator"),) * 2), "ineligible"),
    "another clause": (Expectation(clauses=("2.2.5", "2.2.6")), "clauses"),
    "words not said": (Expectation(says=(("不超过30万", "不超过50万"),)), "says"),
    "words said only within a longer number": (Expectation(says=(("5万元",),)), "says"),
    "words that must not be said": (Expectation(never=("不超过 15 万",)), "never"),
    "a fact missing": (Expectation(missing="first_year_tax"), "missing"),
    "not in force": (Expectation(in_force=False), "in_force"),
    "English": (Expectation(language="en"), "language"),
    "an error": (Expectation(http=(422,)), "http"),
}


@pytest.mark.parametrize(("expect", "kind"), UNMET.values(), ids=UNMET)
def test_each_expectation_can_be_unmet(expect: Expectation, kind: str) -> None:
    assert {failure.kind for failure in score(expect, ANSWER, SOURCES)} == {kind}


def test_the_order_of_awards_counts_only_when_asked() -> None:
    answer = deepcopy(ANSWER)
    answer["awards"].append({**answer["awards"][0], "amount_yuan": 100000, "quote": OTHER})
    wanted = tuple(ExpectedAward("economic_contribution", amount, "at_most") for amount in (100000, 150000))
    assert score(Expectation(awards=wanted), answer, SOURCES) == []
    assert [f.kind for f in score(Expectation(awards=wanted, ordered=True), answer, SOURCES)] == ["awards"]


PROBLEMS: dict[str, tuple[int, dict[str, str], list[str]]] = {
    "as expected": (422, {"detail": "问题不能为空，请输入问题。"}, []),
    "not in Chinese": (422, {"detail": "value error"}, ["http"]),
    "with a trace": (422, {"detail": "出错了 Traceback (most recent call last)"}, ["http"]),
    "not the one expected": (500, {"detail": "出错了"}, ["http"]),
}


@pytest.mark.parametrize(("status", "body", "kinds"), PROBLEMS.values(), ids=PROBLEMS)
def test_errors_are_problem_details(status: int, body: dict[str, str], kinds: list[str]) -> None:
    assert [failure.kind for failure in score(Expectation(http=(422,)), body, SOURCES, status)] == kinds


FIGURES = {
    "1亿2000万": ["120000000"],
    "6亿8": ["680000000"],
    "一亿二": ["120000000"],
    "二十九亿九千九百九十九万九千九百九十九元": ["2999999999"],
    "壹拾亿元整": ["1000000000"],
    "１２万３４５６．７８元": ["123456.78"],
    "RMB 150,000 and 80 million yuan": ["150000", "80000000"],
    "31 December 2026 or December 31, 2026 or 2026-12-31": ["2026-12-31"] * 3,
    "2024年1月1日、2024年1月、2024年": ["2024-01-01", "2024-01", "2024"],
    "根据柳发〔2022〕7号": ["根据柳发〔2022〕7"],
    "8.5%": ["8.5"],
    "200家、5万人、在库12个月、千万别、三区": [],
}


@pytest.mark.parametrize(("text", "values"), FIGURES.items(), ids=FIGURES)
def test_figures_are_read(text: str, values: list[str]) -> None:
    assert [found.value for found in read(text)] == values


LANGUAGES = {
    "The award is up to 150,000 yuan (AI-generated).": True,
    "Lead: 市人社局; source: [二（二）5 经济贡献奖励](/policy/p#2.2.5) 「上述奖励不得重复享受。」 AI-generated": True,
    "一次性奖励不超过15万元。*AI-generated, for reference only*": False,
    "OK": False,
}


@pytest.mark.parametrize(("text", "english"), LANGUAGES.items(), ids=LANGUAGES)
def test_english_is_told_apart(text: str, english: bool) -> None:
    assert is_english(text) is english


WORDS = {
    ("一次性奖励不超过 **15** 万元", "奖励不超过15万"): True,
    ("不超过１５万元", "15万"): True,
    ("RMB 150,000", "150000"): True,
    ("Up To RMB 1", "up to"): True,
    ("1. 5000万元", "5000万"): True,
    ("115万元", "15万"): False,
    ("1.5万元", "5万"): False,
    ("150", "15"): False,
    ("15.5", "15"): False,
}


@pytest.mark.parametrize(("pair", "found"), WORDS.items(), ids=map(str, WORDS))
def test_words_are_found(pair: tuple[str, str], found: bool) -> None:
    assert contains(*pair) is found


# The runner


@dataclass
class Reply:
    status_code: int
    text: str
    headers: dict[str, str] = field(default_factory=lambda: {"Retry-After": "0"})


@dataclass
class Canned:
    """A client that gives the replies it was given, in order, and keeps what it was asked."""

    replies: list[Reply]
    bodies: list[dict[str, str]] = field(default_factory=list)

    def post(self, url: str, *, json: Any = None) -> Reply:
        self.bodies.append(json)
        return self.replies.pop(0)


def run(client: Canned, *expected: Expectation) -> list[list[str]]:
    questions: Mapping[str, list[Question]] = {"s": [Question("a", tuple(Turn("问", expect) for expect in expected))]}
    return [[failure.kind for failure in one.failures] for one in ask_all(client, questions, SOURCES)]


def test_turns_share_a_conversation_and_a_date() -> None:
    client = Canned([Reply(200, json.dumps(ANSWER))] * 2)
    assert run(client, EXPECTED, Expectation(status=("refused",))) == [[], ["status"]]
    assert client.bodies == [
        {"question": "问", "as_of": "2026-06-01"},
        {"question": "问", "as_of": "2026-06-01", "conversation_id": "c"},
    ]


def test_a_busy_server_is_asked_again() -> None:
    client = Canned([Reply(429, "{}"), Reply(200, json.dumps(ANSWER))])
    assert run(client, EXPECTED) == [[]]


@pytest.mark.parametrize("text", ["<html>Internal Server Error</html>", "[]", ""])
def test_a_broken_answer_is_a_failure(text: str) -> None:
    assert run(Canned([Reply(500, text)]), EXPECTED) == [["http"]]
    assert run(Canned([Reply(200, text)]), EXPECTED) == [["shape"]]
