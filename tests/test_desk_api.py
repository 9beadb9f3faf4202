"""The desk's interface from outside: calls, notes, hand-over, the queue, reviewed answers; and who may do what."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
from tests.desk import Worker, add, visitor

QUESTION = "营收8000万能拿多少"
UNKNOWN = "入园企业可以用会议室吗"  # the text says nothing of it
KEPT = "会议室的事文件没有规定；可以咨询（[closing]「本办法由柳州市人力资源和社会保障局负责解释」）。"


@pytest.fixture
def engine(tmp_path: Path) -> Assistant:
    engine = open_assistant(Settings(data=tmp_path))
    add(engine, "王芳")
    add(engine, "李明")
    add(engine, "赵敏", "reviewer")
    return engine


@pytest.fixture
def app(engine: Assistant) -> FastAPI:
    return create_app(assistant=engine)


@pytest.fixture
def worker(app: FastAPI) -> Worker:
    return Worker(app, "王芳")


@pytest.fixture
def reviewer(app: FastAPI) -> Worker:
    return Worker(app, "赵敏")


@pytest.fixture
def public(app: FastAPI) -> TestClient:
    return visitor(app)


def ask(public: TestClient, question: str, **more: str) -> dict[str, Any]:
    return dict(public.post("/api/ask", json={"question": question, **more}).json())


# Calls


def test_a_preview_is_the_answer_and_leaves_nothing_behind(worker: Worker) -> None:
    seen = worker.send("POST", "/preview", {"question": QUESTION}).json()
    assert seen["answer"]["turn_id"] == ""
    assert worker.send("GET", "/calls").json() == []
    kept = worker.ask(QUESTION)
    for key in ("headlines", "script", "clauses", "html", "label"):
        assert seen[key] == kept[key]
    assert seen["answer"]["answer"] == kept["answer"]["answer"]


def test_what_the_desk_shows_of_an_answer(worker: Worker) -> None:
    shown = worker.ask(QUESTION)
    assert [(one["kind"], one["figure"]) for one in shown["headlines"]] == [("due", "不超过15万元")]
    assert "发给园区企业" in shown["headlines"][0]["note"]
    assert "AI生成" in shown["label"]
    assert "AI生成" in shown["plain"]
    assert "<strong>" in shown["html"]
    for clause in shown["clauses"]:
        quotes = {one["quote"] for one in shown["answer"]["citations"] if one["clause_id"] == clause["clause_id"]}
        assert {clause["text"][start:end] for start, end in clause["marks"]} == quotes
        assert quotes


HEADLINES = {
    "a cap": (QUESTION, "due", "不超过15万元"),
    "a fixed sum": ("招商团队引进企业首年纳税600万奖励多少", "due", "3万元"),
    "a fact missing": ("能拿多少奖励", "missing", "请补充主营业务收入"),
    "below the first tier": ("主营业务收入1500万，入园了，能拿多少", "not_due", "暂不能享受"),
    "a condition denied": ("我们公司去年营收1.2亿，没有入园", "not_due", "不能享受"),
    "left open": ("申请材料有哪些", "open", "文件没有规定"),
    "off topic": ("今天天气怎么样", "refused", "不在服务范围"),
    "stated": ("有效期到什么时候", "stated", ""),
    "small talk": ("你好", "said", ""),
}


@pytest.mark.parametrize(("question", "kind", "figure"), HEADLINES.values(), ids=HEADLINES)
def test_the_headline_says_what_it_comes_to(worker: Worker, question: str, kind: str, figure: str) -> None:
    body = {"question": question, "as_of": "2026-06-01"}
    (headline,) = worker.send("POST", "/preview", body).json()["headlines"]
    assert (headline["kind"], headline["figure"]) == (kind, figure)
    assert headline["title"] or headline["figure"] or headline["note"]


def test_out_of_force_is_said_large_with_the_dates(worker: Worker) -> None:
    shown = worker.send("POST", "/preview", {"question": QUESTION, "as_of": "2027-03-01"}).json()
    (headline,) = shown["headlines"]
    assert (headline["kind"], headline["figure"]) == ("out_of_force", "不在有效期内")
    assert "2026年12月31日" in headline["note"]


def test_a_follow_up_keeps_the_context_in_preview_and_in_the_call(worker: Worker) -> None:
    call = worker.ask("我们是园区企业，去年主营业务收入8000万，能拿多少奖励？")["answer"]["conversation_id"]
    body = {"question": "那1.2亿呢", "conversation_id": call}
    assert worker.send("POST", "/preview", body).json()["headlines"][0]["figure"] == "不超过30万元"
    assert worker.ask("那1.2亿呢", call)["headlines"][0]["figure"] == "不超过30万元"
    turns = worker.send("GET", f"/calls/{call}").json()["turns"]
    assert [turn["question"] for turn in turns] == [
        "我们是园区企业，去年主营业务收入8000万，能拿多少奖励？",
        "那1.2亿呢",
    ]
    assert turns[1]["shown"]["headlines"][0]["figure"] == "不超过30万元"


def test_recent_calls_are_the_workers_own_newest_first(app: FastAPI, worker: Worker) -> None:
    first = worker.ask(QUESTION)["answer"]["conversation_id"]
    second = worker.ask("申请材料有哪些")["answer"]["conversation_id"]
    worker.ask("那1.2亿呢", first)
    listed = worker.send("GET", "/calls").json()
    assert [(one["conversation_id"], one["questions"], one["first_question"]) for one in listed] == [
        (second, 1, "申请材料有哪些"),
        (first, 2, QUESTION),
    ]
    assert Worker(app, "李明").send("GET", "/calls").json() == []


def test_notes_are_kept_with_the_call_and_go_into_the_hand_over(worker: Worker) -> None:
    call = worker.ask(QUESTION)["answer"]["conversation_id"]
    assert worker.send("PUT", f"/calls/{call}/notes", {"notes": "张先生，问上门\n138"}).status_code == 200
    assert worker.send("GET", f"/calls/{call}").json()["notes"] == "张先生，问上门\n138"
    told = worker.send("GET", f"/calls/{call}/handover").json()["text"]
    for words in ("转办单", "王芳", "张先生，问上门\n138", QUESTION, "不超过15万元", "二（二）5 经济贡献奖励"):
        assert words in told
    assert worker.send("PUT", f"/calls/{call}/notes", {"notes": ""}).status_code == 200
    assert worker.send("GET", f"/calls/{call}").json()["notes"] == ""


MASKED = [
    ("王女士 13812345678", "王女士 [手机号]", True),
    ("李总，身份证11010519491231002X，问上门", "李总，身份证[身份证号]，问上门", True),
    ("营收8000万，2023年入园", "营收8000万，2023年入园", False),
]


@pytest.mark.parametrize(("written", "kept", "masked"), MASKED)
def test_what_is_kept_of_notes_is_given_back(worker: Worker, written: str, kept: str, masked: bool) -> None:
    call = worker.ask(QUESTION)["answer"]["conversation_id"]
    told = worker.send("PUT", f"/calls/{call}/notes", {"notes": written, "before": ""})
    assert told.json() == {"notes": kept, "masked": masked}
    assert worker.send("GET", f"/calls/{call}").json()["notes"] == kept


def test_notes_changed_in_another_window_are_not_written_over(worker: Worker) -> None:
    call = worker.ask(QUESTION)["answer"]["conversation_id"]
    assert worker.send("PUT", f"/calls/{call}/notes", {"notes": "甲", "before": ""}).status_code == 200
    late = worker.send("PUT", f"/calls/{call}/notes", {"notes": "乙", "before": ""})
    assert (late.status_code, late.headers["content-type"]) == (409, "application/problem+json")
    assert "另一个窗口" in late.json()["detail"]
    assert worker.send("GET", f"/calls/{call}").json()["notes"] == "甲"
    assert worker.send("PUT", f"/calls/{call}/notes", {"notes": "甲", "before": ""}).status_code == 200, "sent twice"
    assert worker.send("PUT", f"/calls/{call}/notes", {"notes": "乙", "before": "甲"}).status_code == 200


BAD: dict[str, tuple[str, str, Any, int, str]] = {
    "no question": ("POST", "/ask", {"question": " "}, 422, "question"),
    "a question too long": ("POST", "/preview", {"question": "长" * 2001}, 413, "2001 个字"),
    "a field too many": ("POST", "/ask", {"question": "问", "account": "李明"}, 422, "account"),
    "an unknown call": ("POST", "/ask", {"question": "问", "conversation_id": "x"}, 404, "没有找到"),
    "an unknown policy": ("POST", "/preview", {"question": "问", "policy_id": "x"}, 404, "没有政策"),
    "notes too long": ("PUT", "/calls/x/notes", {"notes": "长" * 2001}, 422, "2000"),
    "no notes": ("PUT", "/calls/x/notes", {}, 422, "notes"),
    "notes of no call": ("PUT", "/calls/x/notes", {"notes": "x"}, 404, "没有找到"),
    "no such call": ("GET", "/calls/x", None, 404, "没有找到"),
    "a hand-over of no call": ("GET", "/calls/x/handover", None, 404, "没有找到"),
    "a draft of no question": ("GET", "/queue/x", None, 404, "没有找到"),
    "an empty draft": ("POST", "/queue/x/check", {"draft": ""}, 422, "draft"),
    "a draft too long": ("POST", "/queue/x/review", {"draft": "长" * 4001}, 422, "4000"),
    "an unknown status": ("POST", "/queue/x/review", {"draft": "x", "status": "fine"}, 422, "status"),
    "nothing to dismiss": ("POST", "/queue/x/dismiss", None, 404, "没有找到"),
    "nothing to withdraw": ("DELETE", "/reviews/x", None, 404, "没有找到"),
}


@pytest.mark.parametrize(("method", "path", "body", "status", "told"), BAD.values(), ids=BAD)
def test_bad_input_is_told_in_chinese(
    reviewer: Worker, method: str, path: str, body: Any, status: int, told: str
) -> None:
    response = reviewer.send(method, path, body)
    assert response.status_code == status
    assert told in response.json()["detail"]
    assert re.search("[一-龥]", response.json()["detail"])


# Whose call it is


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/calls/{}", None),
        ("GET", "/calls/{}/handover", None),
        ("PUT", "/calls/{}/notes", {"notes": "别人的"}),
        ("POST", "/ask", {"question": "那1.2亿呢", "conversation_id": "{}"}),
        ("POST", "/preview", {"question": "那1.2亿呢", "conversation_id": "{}"}),
    ],
)
@pytest.mark.parametrize("other", ["李明", "赵敏"])
def test_nobody_gets_into_anothers_call(
    app: FastAPI, worker: Worker, other: str, method: str, path: str, body: Any
) -> None:
    call = worker.ask(QUESTION)["answer"]["conversation_id"]
    if body and "conversation_id" in body:
        body = {**body, "conversation_id": call}
    assert Worker(app, other).send(method, path.format(call), body).status_code == 404
    found = worker.send("GET", f"/calls/{call}").json()
    assert (found["notes"], len(found["turns"])) == ("", 1)


def test_the_public_cannot_read_or_go_on_with_a_call(worker: Worker, public: TestClient) -> None:
    call = worker.ask(QUESTION)["answer"]["conversation_id"]
    assert public.get(f"/api/conversations/{call}").status_code == 404
    for path in ("/api/ask", "/api/chat"):
        response = public.post(path, json={"question": "那1.2亿呢", "conversation_id": call})
        assert response.status_code == 404, path
    assert len(worker.send("GET", f"/calls/{call}").json()["turns"]) == 1


def test_a_worker_does_not_go_on_with_a_visitors_conversation(worker: Worker, public: TestClient) -> None:
    visit = ask(public, QUESTION)["conversation_id"]
    body = {"question": "那1.2亿呢", "conversation_id": visit}
    assert worker.send("POST", "/ask", body).status_code == 404
    assert len(public.get(f"/api/conversations/{visit}").json()["turns"]) == 1


# The queue


def waiting(worker: Worker) -> list[dict[str, Any]]:
    return list(worker.send("GET", "/queue").json()["waiting"])


def test_unanswered_and_disliked_questions_wait_each_once(worker: Worker, public: TestClient) -> None:
    ask(public, QUESTION)
    assert waiting(worker) == [], "an answer nobody minded does not wait"
    for question in (UNKNOWN, f"{UNKNOWN}？"):
        ask(public, question, channel="widget")
    disliked = ask(public, QUESTION, channel="web")
    comment = {"turn_id": disliked["turn_id"], "rating": "dislike", "comment": "想问哪天发"}
    assert public.post("/api/feedback", json=comment).status_code == 200
    newest, oldest = waiting(worker)
    assert (newest["question"], newest["disliked"], newest["comments"], newest["channel"]) == (
        QUESTION,
        True,
        ["想问哪天发"],
        "web",
    )
    assert "不超过15万元" in newest["answer"]
    assert (oldest["times"], oldest["disliked"], oldest["channel"]) == (2, False, "widget")


def test_a_waiting_question_comes_with_those_before_it(worker: Worker, public: TestClient) -> None:
    first = ask(public, QUESTION)
    then = ask(public, "那1.2亿呢", conversation_id=first["conversation_id"])
    public.post("/api/feedback", json={"turn_id": then["turn_id"], "rating": "dislike"})
    (one,) = waiting(worker)
    assert one["before"] == [QUESTION]


def test_an_agent_looks_on_and_changes_nothing(
    app: FastAPI, worker: Worker, reviewer: Worker, public: TestClient
) -> None:
    ask(public, UNKNOWN)
    turn = waiting(worker)[0]["turn_id"]
    draft = {"draft": KEPT, "status": "not_covered"}
    for method, path, body in (
        ("GET", f"/queue/{turn}", None),
        ("POST", f"/queue/{turn}/check", draft),
        ("POST", f"/queue/{turn}/review", draft),
        ("POST", f"/queue/{turn}/dismiss", None),
    ):
        refused = worker.send(method, path, body)
        assert (refused.status_code, "复核员" in refused.json()["detail"]) == (403, True), path
    assert len(waiting(worker)) == 1
    assert reviewer.send("POST", f"/queue/{turn}/review", draft).json()["faults"] == []
    (review,) = worker.send("GET", "/reviews").json()
    assert worker.send("DELETE", f"/reviews/{review['review_id']}").status_code == 403
    assert len(worker.send("GET", "/reviews").json()) == 1


def test_a_dismissed_question_waits_no_more_until_somebody_minds(reviewer: Worker, public: TestClient) -> None:
    ask(public, UNKNOWN)
    asked = ask(public, f"{UNKNOWN}？")
    assert reviewer.send("POST", f"/queue/{asked['turn_id']}/dismiss").status_code == 204
    assert waiting(reviewer) == []
    public.post("/api/feedback", json={"turn_id": asked["turn_id"], "rating": "dislike"})
    assert [one["turn_id"] for one in waiting(reviewer)] == [asked["turn_id"]]


def test_a_reviewer_begins_with_the_draft_and_every_clause(
    engine: Assistant, reviewer: Worker, public: TestClient
) -> None:
    answer = ask(public, QUESTION)
    public.post("/api/feedback", json={"turn_id": answer["turn_id"], "rating": "dislike"})
    found = reviewer.send("GET", f"/queue/{answer['turn_id']}").json()
    assert "一次性奖励不超过15万元" in found["draft"]
    assert "[2.2.5]「" in found["draft"]
    text = engine.policies[engine.default_policy].text
    assert [(one["clause_id"], one["text"]) for one in found["clauses"]] == [(c.id, c.text) for c in text.clauses]
    checked = reviewer.send("POST", f"/queue/{answer['turn_id']}/check", {"draft": found["draft"]}).json()
    assert checked["faults"] == []
    assert 'href="/policy/' in checked["html"]


def test_a_review_is_served_to_everybody_and_told_as_reviewed(
    worker: Worker, reviewer: Worker, public: TestClient
) -> None:
    turn = ask(public, UNKNOWN)["turn_id"]
    reviewer.send("POST", f"/queue/{turn}/review", {"draft": KEPT, "status": "not_covered"})
    assert waiting(reviewer) == []
    answer = ask(public, UNKNOWN)
    assert (answer["status"], answer["reviewed_on"]) == ("not_covered", date.today().isoformat())
    assert "会议室的事文件没有规定" in answer["answer"]
    assert "经工作人员复核" in answer["answer"]
    shown = worker.send("POST", "/preview", {"question": UNKNOWN}).json()
    assert shown["answer"]["answer"] == answer["answer"]
    assert "会议室的事文件没有规定" in shown["script"]
    assert "会议室的事文件没有规定" in shown["headlines"][0]["note"]
    assert waiting(reviewer) == [], "a reviewed answer is an answer"


def test_a_draft_with_faults_is_not_kept(reviewer: Worker, public: TestClient) -> None:
    turn = ask(public, UNKNOWN)["turn_id"]
    found = reviewer.send("POST", f"/queue/{turn}/review", {"draft": "会议室每月50元。", "status": "answered"}).json()
    assert any("50元" in fault for fault in found["faults"])
    assert reviewer.send("GET", "/reviews").json() == []
    assert [one["turn_id"] for one in waiting(reviewer)] == [turn]
    assert ask(public, UNKNOWN)["reviewed_on"] is None


def test_a_withdrawn_review_is_served_no_more(reviewer: Worker, public: TestClient) -> None:
    turn = ask(public, UNKNOWN)["turn_id"]
    reviewer.send("POST", f"/queue/{turn}/review", {"draft": KEPT, "status": "not_covered"})
    (review,) = reviewer.send("GET", "/reviews").json()
    assert (review["current"], review["reviewer"], review["draft"]) == (True, "赵敏", KEPT)
    assert reviewer.send("DELETE", f"/reviews/{review['review_id']}").status_code == 204
    assert reviewer.send("GET", "/reviews").json() == []
    assert ask(public, UNKNOWN)["reviewed_on"] is None
    assert reviewer.send("DELETE", f"/reviews/{review['review_id']}").status_code == 404


@pytest.mark.parametrize("change", ["dismiss", "review", "withdraw"])
def test_what_a_reviewer_does_is_done_with_its_record_or_not_at_all(
    engine: Assistant, reviewer: Worker, public: TestClient, change: str
) -> None:
    turn_id = ask(public, UNKNOWN)["turn_id"]
    if change == "withdraw":
        reviewer.send("POST", f"/queue/{turn_id}/review", {"draft": KEPT, "status": "not_covered"})
    before = reviewer.send("GET", "/queue").json(), reviewer.send("GET", "/reviews").json()
    with engine.store.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no place'); END"
        )
    match change:
        case "dismiss":
            told = reviewer.send("POST", f"/queue/{turn_id}/dismiss")
        case "review":
            told = reviewer.send("POST", f"/queue/{turn_id}/review", {"draft": KEPT, "status": "not_covered"})
        case _:
            told = reviewer.send("DELETE", f"/reviews/{before[1][0]['review_id']}")
    assert told.status_code == 503
    assert (reviewer.send("GET", "/queue").json(), reviewer.send("GET", "/reviews").json()) == before
