"""A connection that is lost and comes back, a server that dies: no question is lost, and one can go on."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import running, started, violations
from tests.e2e.test_page import DESKTOP, PHONE, QUESTION
from tests.model_double import Double, Reply, serving

FIRST = "8000万元属于5000万元至1亿元这一档，一次性奖励不超过15万元。"
SECOND = "这是上限，实际发多少文件未规定。"
Visit = Callable[..., Page]


class Wire:
    """A wire to a server that can be cut and joined."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._whole = True
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        self._whole = False
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def join(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def model() -> Iterator[Double]:
    with serving(lambda _: Reply([FIRST, *SECOND], pause=0.3)) as double:
        yield double


@pytest.fixture(scope="module")
def settings(model: Double) -> dict[str, str]:
    return {"ASSISTANT_MODEL": "openai:double", "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none"}


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


def ask(page: Page, question: str = QUESTION) -> None:
    page.get_by_label("您的问题").fill(question)
    page.get_by_label("您的问题").press("Enter")


def written(page: Page) -> None:
    expect(page.locator(".answer:not(.writing)").last).to_contain_text(FIRST + SECOND, timeout=60_000)


@pytest.fixture
def wire(settings: dict[str, str], tmp_path: Path) -> Iterator[Wire]:
    with started(tmp_path, **settings) as address:
        wire = Wire(int(address.rpartition(":")[2]))
        yield wire
        wire.close()


def test_a_question_asked_while_the_network_is_away_stays_in_the_box(visit: Visit) -> None:
    page = visit(viewport=PHONE, locale="en-US")
    expect(page.get_by_text("可以这样问")).to_be_visible()
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    ask(page, "有效期到什么时候？")
    toast = page.locator(".toast-wrap")
    expect(toast).to_contain_text("正在重新连接", timeout=30_000)
    assert not re.search("[A-Za-z]{3}", toast.inner_text())
    page.wait_for_timeout(700)  # it fades in
    assert violations(page) == []
    page.context.set_offline(False)
    expect(toast).not_to_contain_text("正在重新连接", timeout=30_000)
    box = page.get_by_label("您的问题")
    expect(box).to_have_value("有效期到什么时候？")
    box.press("Enter")
    expect(page.locator(".answer")).to_contain_text("2026年12月31日", timeout=60_000)


def test_an_answer_cut_off_by_the_network_is_there_when_it_is_back(visit: Visit, wire: Wire) -> None:
    page = visit(wire.address, viewport=DESKTOP)
    ask(page)
    expect(page.locator(".answer.writing")).to_contain_text(FIRST, timeout=60_000)
    page.get_by_label("您的问题").fill("下一个问题写了一半")
    wire.cut()
    expect(page.locator(".toast-wrap")).to_contain_text("正在重新连接", timeout=30_000)
    wire.join()
    expect(page.locator(".said")).to_have_text(QUESTION, timeout=30_000)
    expect(page.locator(".answer:not(.writing)")).to_contain_text("不超过15万元", timeout=60_000)
    expect(page.get_by_label("您的问题")).to_have_value("下一个问题写了一半")
    expect(page.locator(".said")).to_have_count(1)


def test_a_question_under_way_when_the_server_dies_is_kept_and_asked_again(
    visit: Visit, settings: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    with running(tmp_path, PORT=port, **settings) as (address, server):
        page = visit(address, viewport=DESKTOP)
        ask(page)
        expect(page.locator(".answer.writing")).to_contain_text(FIRST, timeout=60_000)
        server.kill()
        expect(page.locator(".toast-wrap")).to_contain_text("正在重新连接", timeout=30_000)
    with started(tmp_path, PORT=port, **settings):
        expect(page.get_by_text("这个问题没有答完。")).to_be_visible(timeout=60_000)
        expect(page.locator(".said")).to_have_text(QUESTION)
        assert violations(page) == []
        page.get_by_label("您的问题").fill("写了一半")
        page.get_by_role("button", name="重新提问").click()
        written(page)
        expect(page.locator(".said")).to_have_text([QUESTION, QUESTION])
        expect(page.get_by_label("您的问题")).to_have_value("写了一半")
        ask(page, "有效期到什么时候？")
        expect(page.locator(".answer").last).to_contain_text("2026年12月31日", timeout=60_000)


def test_a_new_conversation_leaves_the_answer_that_is_being_written(
    visit: Visit, settings: dict[str, str], tmp_path: Path
) -> None:
    with started(tmp_path, **settings) as address:
        page = visit(address, viewport=DESKTOP)
        ask(page)
        expect(page.locator(".answer.writing")).to_contain_text(FIRST, timeout=60_000)
        page.get_by_role("button", name="新对话").click()
        expect(page.locator(".said")).to_have_count(0)
        page.wait_for_timeout(2000)
        expect(page.locator(".said")).to_have_count(0)
        page.get_by_role("button", name="以前的对话").click()
        page.get_by_role("dialog").get_by_role("button", name=QUESTION).first.click()
        expect(page.locator(".answer:not(.writing)")).to_contain_text("15万元", timeout=30_000)
        expect(page.locator(".said")).to_have_text(QUESTION)


def test_a_question_sent_while_another_is_answered_follows_it(
    visit: Visit, settings: dict[str, str], tmp_path: Path
) -> None:
    with started(tmp_path, **settings) as address:
        page = visit(address, viewport=DESKTOP)
        ask(page)
        expect(page.locator(".answer.writing")).to_contain_text(FIRST, timeout=60_000)
        ask(page, "有效期到什么时候？")
        expect(page.locator(".answer:not(.writing)")).to_have_count(2, timeout=60_000)
        expect(page.locator(".said")).to_have_text([QUESTION, "有效期到什么时候？"])
        expect(page.locator(".answer").first).to_contain_text(FIRST + SECOND)
        expect(page.get_by_label("您的问题")).to_have_value("")
