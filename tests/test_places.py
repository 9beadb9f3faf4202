"""The index on a Chroma server: the same answers, whoever builds it, and whatever becomes of the server."""

import http.server
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import chromadb
import pytest

from assistant.api import create_app
from assistant.settings import Settings
from corpus import index, places
from corpus.chunks import chunks_of
from corpus.clauses import parse
from corpus.index import Index
from corpus.places import Server
from corpus.retrieve import open_retriever
from evals import services, sets
from tests.serving import get, post, served
from tests.test_index import MARKDOWN, ROOT, Letters, ids
from tools import rules

POLICY = ROOT / "corpus" / "liuzhou-hr-park-2024"
QUERY = "更换货车"
WAIT = 60  # seconds after which something is taken never to happen


@pytest.fixture(scope="module")
def chroma() -> Iterator[services.Chroma]:
    with services.folder() as folder, services.Chroma(folder) as running:
        yield running


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost server is tried again with the next question."""
    monkeypatch.setattr(index, "RETURN_SECONDS", 0.0)


def opened(url: str, markdown: str = MARKDOWN, key: str = "物流") -> tuple[Index, Letters]:
    model = Letters()
    return Index(key, chunks_of(parse(markdown), {}), model, Server(url)), model


def names(chroma: services.Chroma) -> set[str]:
    return {collection.name for collection in client(chroma).list_collections()}


def client(chroma: services.Chroma) -> chromadb.ClientAPI:
    return chromadb.HttpClient("127.0.0.1", chroma.port)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def returned(found: Index, model: Letters) -> bool:
    """Asks, which is what makes a lost server be tried again."""
    assert ids(found, model, QUERY)[0] == "2"
    return not found.degraded()


def test_the_questions_for_retrieval_find_what_they_find_in_a_folder(chroma: services.Chroma, tmp_path: Path) -> None:
    phrases = rules.load(POLICY).asked_as
    here = open_retriever(POLICY, tmp_path, asked_as=phrases)
    there = open_retriever(POLICY, tmp_path, asked_as=phrases, chroma_url=chroma.url)
    for question in sets.load_retrieval():
        found, same = there.search(question.ask, 13), here.search(question.ask, 13)
        assert [(hit.clause_id, hit.sentence) for hit in found] == [(hit.clause_id, hit.sentence) for hit in same]
        # A cosine is a sum of 32-bit floats: its last bit depends on the order they were added in.
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in same], abs=2e-6)
        assert there.topicality(question.ask) == pytest.approx(here.topicality(question.ask), abs=1e-6)
    assert not there.degraded()


def test_a_second_opening_embeds_nothing_and_a_changed_text_has_a_collection_of_its_own(
    chroma: services.Chroma,
) -> None:
    first, _ = opened(chroma.url, key="一")
    again, _ = opened(chroma.url, key="一")
    before = names(chroma)
    changed, model = opened(chroma.url, MARKDOWN.replace("登记", "年检"), key="一")
    assert (first.embedded, again.embedded, changed.embedded) == (13, 0, 13)
    assert len(names(chroma) - before) == 1
    assert before <= names(chroma)
    assert len(first.nearest(model.embed(["登记"])[0])) == len(changed.nearest(model.embed(["登记"])[0])) == 13


def test_processes_that_build_at_once_agree(chroma: services.Chroma) -> None:
    code = (
        "import sys; from tests.test_places import opened, ids, QUERY; from corpus import index; index.BATCH = 2;"
        "found, model = opened(sys.argv[1], key='同时'); print(len(found), found.degraded(), *ids(found, model, QUERY))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, chroma.url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    found, model = opened(chroma.url, key="同时")
    assert found.embedded == 0
    assert outputs == [" ".join(["13 False", *ids(found, model, QUERY)]) + "\n"] * 4


def test_a_collection_left_half_built_is_completed_before_it_is_searched(chroma: services.Chroma) -> None:
    before = names(chroma)
    found, model = opened(chroma.url, key="一半")
    kept = client(chroma).get_collection((names(chroma) - before).pop())
    whole = ids(found, model, QUERY)
    kept.delete(ids=kept.get(include=[], limit=8)["ids"])
    again, model = opened(chroma.url, key="一半")
    assert again.embedded == 8
    assert ids(again, model, QUERY) == whole


def test_what_a_text_of_long_ago_left_is_deleted(chroma: services.Chroma, monkeypatch: pytest.MonkeyPatch) -> None:
    before = names(chroma)
    opened(chroma.url, key="旧")
    old = names(chroma) - before
    opened(chroma.url, MARKDOWN.replace("登记", "年检"), key="旧")
    assert old < names(chroma)
    monkeypatch.setattr(places, "OUTDATED_SECONDS", -1)
    opened(chroma.url, MARKDOWN.replace("登记", "检查"), key="旧")
    assert len(names(chroma) - before) == 1
    assert before <= names(chroma)


@pytest.mark.usefixtures("at_once")
def test_a_server_that_dies_and_comes_back_changes_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    with services.folder() as folder, services.Chroma(folder) as chroma:
        found, model = opened(chroma.url)
        whole = ids(found, model, QUERY)
        chroma.kill()
        with caplog.at_level(logging.WARNING):
            assert ids(found, model, QUERY) == whole
            assert found.degraded()
            assert caplog.text.count("索引改在内存中建立") == 1
            late, _ = opened(chroma.url)
            assert ids(late, model, QUERY) == whole
            assert late.degraded()
            chroma.start()
            until(lambda: returned(found, model) and returned(late, model))
        assert ids(found, model, QUERY) == ids(late, model, QUERY) == whole
        assert "索引已换回" in caplog.text


@pytest.mark.usefixtures("at_once")
def test_a_server_that_forgot_everything_is_filled_again(chroma: services.Chroma) -> None:
    found, model = opened(chroma.url, key="忘")
    whole = ids(found, model, QUERY)
    for name in names(chroma):
        client(chroma).delete_collection(name)
    assert ids(found, model, QUERY) == whole
    until(lambda: returned(found, model))
    assert ids(found, model, QUERY) == whole
    assert len(names(chroma)) == 1


@pytest.mark.usefixtures("at_once")
def test_the_assistant_answers_alike_without_its_server_and_tells_so(tmp_path: Path) -> None:
    def gauge() -> str:
        told = get(f"{address}/metrics").text
        return next(line.split()[1] for line in told.splitlines() if line.startswith("assistant_index_degraded "))

    def answer() -> tuple[str, str]:
        told = post(f"{address}/api/ask", json={"question": "为什么要出这么个措施", "as_of": "2026-06-01"}).json()
        return told["status"], told["answer"]

    with (
        services.folder() as folder,
        services.Chroma(folder) as alone,
        served(create_app(Settings(data=tmp_path, chroma_url=alone.url))) as address,
    ):
        whole = answer()
        assert (whole[0], gauge()) == ("answered", "0.0")
        alone.kill()
        assert (answer(), gauge()) == (whole, "1.0")
        alone.start()
        until(lambda: gauge() == "0.0")
        assert answer() == whole
    assert not (tmp_path / "index").exists()


@contextmanager
def stranger(status: int, body: bytes, hangs: bool) -> Iterator[str]:
    """A server that is no Chroma server."""
    let_go = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            if hangs:
                let_go.wait(WAIT)
                return
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://user:secret@127.0.0.1:{server.server_address[1]}"
    finally:
        let_go.set()
        server.shutdown()
        thread.join(WAIT)
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "hangs"),
    [
        (200, b"<html>welcome</html>", False),
        (200, b"{}", False),
        (200, b"[]", False),
        (401, b'{"error": "AuthError", "message": "no"}', False),
        (500, b'{"error": "InternalError", "message": "disk full"}', False),
        (502, b"bad gateway", False),
        (200, b"", True),
    ],
)
def test_what_does_not_answer_as_chroma_does_is_done_without(
    status: int,
    body: bytes,
    hangs: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(places, "CALL_SECONDS", 0.3)
    with stranger(status, body, hangs) as url, caplog.at_level(logging.DEBUG):
        found, model = opened(url)
        assert found.degraded()
        assert ids(found, model, QUERY)[0] == "2"
    assert "secret" not in caplog.text
