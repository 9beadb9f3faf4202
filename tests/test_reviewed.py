"""Reviewed answers: served for their question and no other, and only as long as what they rest on stands."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.hotline.desk import Hotline
from assistant.hotline.records import Checked
from assistant.settings import Settings
from evals import run as runner
from evals import sets
from evals.score import score
from tests.serving import served
from tests.test_cli import environment

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
DAY = date(2026, 6, 1)
LATER = date(2027, 3, 1)  # out of force
QUESTION = "入园企业可以用会议室吗"
DRAFT = "会议室的事文件没有规定；可以咨询（[closing]「本办法由柳州市人力资源和社会保障局负责解释」）。"
CAP = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
CAP_DRAFT = (
    "一次性奖励不超过15万元（[2.2.5]「5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元」）。"
    "「不超过」是上限，不是保证发放的数额。"
)


@pytest.fixture
def engine(tmp_path: Path, database: str) -> Assistant:
    return open_assistant(Settings(data=tmp_path / "data", database_url=database))


def ask(engine: Assistant, question: str, conversation: str | None = None, as_of: date = DAY) -> Answer:
    return engine.ask(AskRequest(question=question, conversation_id=conversation, as_of=as_of))


def review(engine: Assistant, question: str, draft: str, conversation: str | None = None, as_of: date = DAY) -> Answer:
    """Asks and has the answer reviewed."""
    asked = ask(engine, question, conversation, as_of)
    assert Hotline(engine).review(asked.turn_id, draft, "answered", "赵敏").faults == []
    return asked


def is_reviewed(answer: Answer) -> bool:
    """Whether an answer is one of staff, and says so."""
    assert ("经工作人员复核" in answer.answer or "reviewed by staff" in answer.answer) == bool(answer.reviewed_on)
    return answer.reviewed_on is not None


SAME = [
    ("入园企业可以用会议室吗", "入园企业可以用会议室吗？"),
    ("入园企业可以用会议室吗", " 入园企业 可以用 会议室吗?? "),
    ("入园企业可以用会议室吗", "入园企业，可以用会议室吗！"),
    ("Park企业能用会议室吗", "ＰＡＲＫ企业能用会议室吗"),
    ("入园企业可以用会议室吗", "入园企业可以用会议室吗."),
    (CAP, "我们公司入驻了产业园 去年主营业务收入８０００万 能拿多少奖励"),
    ("园区企业主营收入1.5亿能拿多少", "园区企业主营收入１．５亿，能拿多少？"),
]


@pytest.mark.parametrize(("reviewed", "asked"), SAME)
def test_the_same_question_written_otherwise_gets_it(engine: Assistant, reviewed: str, asked: str) -> None:
    review(engine, reviewed, "请见附则（[closing]「本办法由柳州市人力资源和社会保障局负责解释」）。")
    assert is_reviewed(ask(engine, asked))


OTHER = [
    ("园区企业主营收入1.5亿能拿多少", "园区企业主营收入15亿能拿多少"),
    ("园区企业主营收入15亿能拿多少", "园区企业主营收入1.5亿能拿多少"),
    ("入园企业用会议室要付5%吗", "入园企业用会议室要付5吗"),
    ("入园企业用会议室要付-5吗", "入园企业用会议室要付5吗"),
    ("入园企业可以用会议室吗", "入园企业可以用大会议室吗"),
    ("入园企业可以用会议室吗", "入园企业不可以用会议室吗"),
    (CAP, CAP.replace("8000万", "8001万")),
]


@pytest.mark.parametrize(("reviewed", "asked"), OTHER)
def test_another_question_does_not(engine: Assistant, reviewed: str, asked: str) -> None:
    review(engine, reviewed, "请见附则（[closing]「本办法由柳州市人力资源和社会保障局负责解释」）。")
    assert is_reviewed(ask(engine, reviewed))
    assert not is_reviewed(ask(engine, asked))


def test_what_is_served_is_the_reviewed_answer_and_marked_so(engine: Assistant) -> None:
    review(engine, CAP, CAP_DRAFT)
    answer = ask(engine, CAP)
    assert answer.reviewed_on == date.today()
    assert answer.answer.startswith("一次性奖励不超过15万元（[二（二）5 经济贡献奖励](/policy/")
    assert answer.verified
    assert [(one.clause_id, one.quote) for one in answer.citations] == [
        ("2.2.5", "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元")
    ]
    assert [(one.amount_yuan, one.kind) for one in answer.awards] == [(150000, "at_most")]
    assert engine.preview(AskRequest(question=CAP, as_of=DAY)).answer == answer.answer


def test_it_ends_with_the_policys_term(engine: Assistant) -> None:
    review(engine, QUESTION, DRAFT)
    review(engine, CAP, CAP_DRAFT)
    for question in (QUESTION, CAP):
        assert is_reviewed(ask(engine, question, as_of=date(2026, 12, 31)))
        assert not is_reviewed(ask(engine, question, as_of=LATER))


@pytest.mark.parametrize("question", [QUESTION, CAP, "这个政策现在还有效吗", "申请材料有哪些"])
def test_it_stays_from_day_to_day(engine: Assistant, question: str) -> None:
    review(engine, question, DRAFT)
    assert is_reviewed(ask(engine, question, as_of=date(2026, 9, 2)))


def test_a_draft_that_names_the_day_is_for_that_day(engine: Assistant) -> None:
    review(engine, "这个政策现在还有效吗", "按2026年6月1日计，在有效期内（[closing]「有效期至2026年12月31日」）。")
    assert is_reviewed(ask(engine, "这个政策现在还有效吗"))
    assert not is_reviewed(ask(engine, "这个政策现在还有效吗", as_of=date(2026, 6, 2)))


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "policies" / "liuzhou-hr-park-2024"
    shutil.copytree(CORPUS / "liuzhou-hr-park-2024", folder)
    return folder


def edited(folder: Path, *changes: tuple[str, str, str]) -> None:
    for name, old, new in changes:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")


def opened(tmp_path: Path) -> Assistant:
    return open_assistant(Settings(data=tmp_path / "data", policies=tmp_path / "policies"))


CHANGES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "a word of the text": (("policy.md", "产业园建设方式", "产业园建设办法"),),
    "a name in the rules": (("rules.yaml", "name: 经济贡献奖励", "name: 经济贡献奖"),),
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_it_ends_when_text_or_rules_change(tmp_path: Path, changes: tuple[tuple[str, str, str], ...]) -> None:
    folder = copied(tmp_path)
    before = opened(tmp_path)
    review(before, CAP, CAP_DRAFT)
    assert is_reviewed(ask(before, CAP))
    assert is_reviewed(ask(opened(tmp_path), CAP)), "a new process alone changes nothing"
    edited(folder, *changes)
    after = opened(tmp_path)
    assert not is_reviewed(ask(after, CAP))
    (line,) = Hotline(after).reviews()
    assert not line.current, "it is listed as to be reviewed anew"


def test_the_same_words_after_another_question_are_another_question(engine: Assistant) -> None:
    firm = ask(engine, CAP)
    review(
        engine,
        "那1.2亿呢",
        "请见附则（[closing]「本办法由柳州市人力资源和社会保障局负责解释」）。",
        firm.conversation_id,
    )
    assert is_reviewed(ask(engine, "那1.2亿呢", ask(engine, CAP).conversation_id))
    assert not is_reviewed(ask(engine, "那1.2亿呢", ask(engine, "有效期到什么时候").conversation_id))
    assert not is_reviewed(ask(engine, "那1.2亿呢"))


def test_a_newer_review_takes_the_place_of_an_older(engine: Assistant) -> None:
    turn = review(engine, QUESTION, DRAFT)
    newer = DRAFT.replace("会议室的事", "用会议室的事")
    assert Hotline(engine).review(turn.turn_id, newer, "not_covered", "李明").faults == []
    answer = ask(engine, QUESTION)
    assert ("用会议室的事" in answer.answer, answer.status) == (True, "not_covered")
    (line,) = Hotline(engine).reviews()
    assert line.reviewer == "李明"
    Hotline(engine).withdraw(line.review_id, "赵敏")
    assert not is_reviewed(ask(engine, QUESTION)), "the older one does not come back"


FAULTS = {
    "an invented figure": (CAP, "一次性奖励不超过16万元（[2.2.5]「一次性奖励不超过15万元」）。", "16万元"),
    "a share of its own": (CAP, "一次性奖励不超过15万元的80%。", "80%"),
    "a quote that is none": (CAP, "见[2.2.5]「一次性奖励可达15万元」。", "一次性奖励可达15万元"),
    "a quote of another clause": (CAP, "见[closing]「一次性奖励不超过15万元」。", "closing"),
    "a cap told as a sum due": (CAP, "贵公司可以领取15万元。", "15万元"),
    "a cap promised": (CAP, "一次性奖励15万元，请放心。", "15万元"),
    "another tier's sum": (CAP, "贵公司的一次性奖励不超过30万元。", "30万元"),
    "a telephone number": (QUESTION, "请拨打0772-1234567询问。", "1234567"),
    "a day of its own": (QUESTION, "请在2026年9月30日以前申请。", "2026年9月30日"),
}


@pytest.mark.parametrize(("question", "draft", "told"), FAULTS.values(), ids=FAULTS)
def test_what_may_not_be_said_may_not_be_reviewed_either(
    engine: Assistant, question: str, draft: str, told: str
) -> None:
    turn = ask(engine, question).turn_id
    desk = Hotline(engine)
    checked: Checked = desk.check(turn, draft)
    assert any(told in fault for fault in checked.faults), checked.faults
    assert all(any("一" <= c <= "龥" for c in fault) for fault in checked.faults)
    assert desk.review(turn, draft, "answered", "赵敏").faults == checked.faults
    assert desk.reviews() == []


SOUND = {
    "the rules' own draft": (CAP, ""),
    "in other words": (CAP, CAP_DRAFT),
    "without any figure": (QUESTION, "文件没有规定，请咨询主管部门。"),
    "with the caller's figure": (CAP, f"主营业务收入8000万元的，{CAP_DRAFT}"),
}


@pytest.mark.parametrize(("question", "draft"), SOUND.values(), ids=SOUND)
def test_what_holds_may_be_reviewed(engine: Assistant, question: str, draft: str) -> None:
    turn = ask(engine, question).turn_id
    assert Hotline(engine).check(turn, draft or Hotline(engine).draft(turn).draft).faults == []


# As cases for the evals


def exported(data: Path, database: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "reviews"],
        capture_output=True,
        cwd=ROOT,
        env=environment(data, DATABASE_URL=database),
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_reviews_become_cases_that_the_reviewed_answers_pass_and_others_fail(tmp_path: Path) -> None:
    data = tmp_path / "data"
    engine = open_assistant(Settings(data=data))
    review(engine, CAP, CAP_DRAFT)
    review(engine, "那1.2亿呢", f"{DRAFT}请咨询主管部门。", ask(engine, "入园企业可以用会议室吗").conversation_id)
    withdrawn = review(engine, QUESTION, DRAFT)
    (line,) = [one for one in Hotline(engine).reviews() if one.turn_id == withdrawn.turn_id]
    Hotline(engine).withdraw(line.review_id, "赵敏")
    path = tmp_path / "reviews.yaml"
    path.write_text(exported(data), encoding="utf-8")
    first, second = sets.load("reviews", tmp_path)
    assert (first.turns[0].ask, first.as_of) == (CAP, DAY)
    assert first.turns[0].expect.clauses == ("2.2.5",)
    assert ("5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元",) in first.turns[0].expect.says
    assert [turn.ask for turn in second.turns] == ["入园企业可以用会议室吗", "那1.2亿呢"]
    sources = runner.read_sources()
    answer = ask(engine, CAP).model_dump(mode="json")
    assert score(first.turns[0].expect, answer, sources) == []
    answer["status"] = "refused"
    answer["citations"], answer["answer"] = [], "文件没有规定。"
    assert {"status", "clauses", "says"} <= {failure.kind for failure in score(first.turns[0].expect, answer, sources)}


def test_the_runner_asks_a_file_of_cases_alone(
    tmp_path: Path, engine: Assistant, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.api import create_app

    review(engine, CAP, CAP_DRAFT)
    path = tmp_path / "mine.yaml"
    path.write_text(exported(tmp_path / "data", database), encoding="utf-8")
    with served(create_app(assistant=engine)) as url:
        assert runner.main(["--url", url, "--file", str(path), "--json", str(tmp_path / "told.json")]) == 0
    told = yaml.safe_load((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert [(one["set"], one["ask"]) for one in told["asked"]] == [("mine", CAP)]
    assert "经工作人员复核" in told["asked"][0]["answer"]
    wrong = path.read_text(encoding="utf-8").replace("status: answered", "status: refused")
    path.write_text(wrong, encoding="utf-8")
    with served(create_app(assistant=engine)) as url:
        assert runner.main(["--url", url, "--file", str(path)]) == 1
    capsys.readouterr()


def test_a_review_under_a_text_that_changed_is_no_case_but_is_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    review(opened(tmp_path), CAP, CAP_DRAFT)
    edited(folder, *CHANGES["a word of the text"])
    from assistant.commands import reviews as reviews_cli

    told = reviews_cli.exported(Settings(data=tmp_path / "data", policies=tmp_path / "policies"))
    assert f"# 没有导出：{CAP}" in told
    assert yaml.safe_load(told) is None
