"""The engine from outside: conversations kept, models distrusted, a changed policy changing the answer."""

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.agent import Draft
from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
from tools.errors import NotFoundError, PolicyError, StoreError

CORPUS = Path(__file__).parent.parent / "corpus"
FOLDER = CORPUS / "liuzhou-hr-park-2024"
ROOT = Path(__file__).parent.parent
SEED = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
DAY = date(2026, 6, 1)


@pytest.fixture
def engine(tmp_path: Path) -> Assistant:
    return open_assistant(Settings(data=tmp_path / "data"))


def ask(engine: Assistant, question: str, conversation_id: str | None = None, **more: Any) -> Answer:
    return engine.ask(
        AskRequest(question=question, conversation_id=conversation_id, as_of=more.pop("as_of", DAY), **more)
    )


def test_the_seed_question_end_to_end(engine: Assistant) -> None:
    answer = ask(engine, SEED)
    assert answer.status == "answered"
    assert answer.verified
    assert [(a.amount_yuan, a.kind, a.clause_id) for a in answer.awards] == [(150000, "at_most", "2.2.5")]
    assert "一次性奖励不超过15万元" in answer.answer
    assert "二（二）5" in answer.answer
    assert "2000万元" in answer.answer  # the way to the next tier
    assert "AI生成" in answer.answer
    for citation in answer.citations:
        clause = engine.policies[citation.policy_id].text.clause(citation.clause_id)
        assert clause.text[citation.start : citation.end] == citation.quote


def test_a_turn_is_kept_with_its_answer(engine: Assistant) -> None:
    first = ask(engine, SEED)
    second = ask(engine, "那1.2亿呢？", first.conversation_id)
    turns = engine.conversation(first.conversation_id)
    assert [turn.question for turn in turns] == [SEED, "那1.2亿呢？"]
    assert [turn.answer for turn in turns] == [first, second]
    assert second.awards[0].amount_yuan == 300000


def test_a_conversation_outlives_the_process(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    first = ask(open_assistant(settings), SEED)
    second = ask(open_assistant(settings), "再多3000万呢", first.conversation_id)
    assert second.awards[0].amount_yuan == 300000


def test_a_question_whose_answer_was_cut_off_is_found_unfinished(
    engine: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(engine, SEED)
    monkeypatch.setattr(engine.store, "close_turn", _cut_off)
    with pytest.raises(KeyboardInterrupt):
        ask(engine, "那1.2亿呢？", first.conversation_id)
    assert [turn.answer is None for turn in engine.conversation(first.conversation_id)] == [False, True]


def _cut_off(*_args: object, **_named: object) -> None:
    raise KeyboardInterrupt


UNKNOWN = [{"conversation_id": "0" * 32}, {"policy_id": "no-such-policy"}]


@pytest.mark.parametrize("wrong", UNKNOWN)
def test_unknown_ids_are_told(engine: Assistant, wrong: dict[str, str]) -> None:
    with pytest.raises(NotFoundError, match="没有"):
        engine.ask(AskRequest(question=SEED, **wrong))


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="暂时用不了数据库"):
        ask(open_assistant(Settings(data=tmp_path / "file")), SEED)


def test_an_empty_policy_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="没有政策"):
        open_assistant(Settings(data=tmp_path, policies=tmp_path))


def test_a_changed_policy_changes_the_answer(tmp_path: Path) -> None:
    """Nothing is answered from a fixed example: other sums, bounds and dates in the text come out."""
    folder = tmp_path / "policies" / "other"
    shutil.copytree(FOLDER, folder)
    for name in ("policy.md", "rules.yaml"):
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in (("15万元", "17万元"), ("5000万元", "6000万元"), ("2026年12月31日", "2029年6月30日")):
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    engine = open_assistant(Settings(data=tmp_path / "data", policies=tmp_path / "policies"))
    assert "不超过17万元" in ask(engine, SEED).answer
    assert ask(engine, "园区企业主营5500万能拿多少").awards[0].amount_yuan == 100000
    assert ask(engine, SEED, as_of=date(2028, 1, 1)).awards
    assert "2029年6月30日" in ask(engine, "有效期到什么时候").answer


ODD = [
    "😀😀😀",
    "。。。",
    "<b>x</b>",
    "'; DROP TABLE turns; --",
    "a",
    "？",
    "８" * 500,
    "\u200b你好",
    "万" * 2000,
    "{{7*7}}",
]


@pytest.mark.parametrize("question", ODD)
def test_odd_questions_get_a_clear_answer_and_no_award(engine: Assistant, question: str) -> None:
    answer = ask(engine, question)
    assert answer.awards == []
    assert answer.verified
    assert re.search(r"[一-龥A-Za-z]", answer.answer)


def test_an_answer_is_plain_json(engine: Assistant) -> None:
    answer = ask(engine, SEED)
    assert Answer.model_validate(json.loads(answer.model_dump_json())) == answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("营收8000万能拿多少", "没有把握答准"),
        ("What award for RMB 80 million of revenue?", "cannot answer this with certainty"),
    ],
)
def test_a_draft_that_cannot_be_verified_is_not_told_but_the_text_is(
    engine: Assistant, monkeypatch: pytest.MonkeyPatch, question: str, words: str
) -> None:
    monkeypatch.setattr("assistant.agent.run", lambda *_: Draft("奖励99万元，按〔2031〕7号文件执行。", []))
    answer = engine.ask(AskRequest(question=question))
    assert (answer.status, answer.verified, answer.awards) == ("not_covered", True, [])
    assert words in answer.answer
    assert not re.search("99|2031", answer.answer)
    (citation,) = answer.citations
    clause = engine.policies[citation.policy_id].text.clause(citation.clause_id)
    assert clause.text[citation.start : citation.end] == citation.quote
    assert engine.policies[citation.policy_id].contact in answer.answer


def test_the_first_questions_may_come_together_while_everything_is_loaded(tmp_path: Path) -> None:
    code = f"""
import threading
from pathlib import Path
from assistant.answer import AskRequest
from assistant.chat import open_assistant
from assistant.settings import Settings

engine = open_assistant(Settings(data=Path({str(tmp_path)!r})))
told = []
def ask():
    told.append(engine.ask(AskRequest(question={SEED!r})).status)
threads = [threading.Thread(target=engine.warm), *(threading.Thread(target=ask) for _ in range(6))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(120)
print(engine.ready(), *told)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=180, check=True
    )
    assert done.stdout.split() == ["True", *["answered"] * 6], done.stderr
